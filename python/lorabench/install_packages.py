"""Brings packages into an environment with uv where it is present, else with the environment's pip.

Wheels only: nothing is compiled and no package runs code while it is being installed.
"""

import os
import re
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from lorabench.environment_files import installed_versions, interpreter, read_pins
from lorabench.install_command import Following, Stop, run, tell
from lorabench.install_order import Order
from lorabench.install_problem import explain

_ANSWER_SECONDS = 5
_RAW_PROGRESS_SINCE = (24, 1)
_ONLY_WHEELS = ["--only-binary", ":all:"]
_NOT_INHERITED = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "FORCE_COLOR"}


@dataclass(frozen=True)
class Packages:
    """The packages of the environment in ``folder``."""

    order: Order
    folder: Path
    stop: Stop

    def install(self, arguments: list[str]) -> None:
        """``arguments`` as uv and pip both take them. Raises ``InstallError``."""
        if self.order.uv is None or not self._with_uv(self.order.uv, arguments):
            self._with_pip(arguments)

    def create(self) -> None:
        """Makes the empty environment; with uv it has no pip. Raises ``InstallError``."""
        if self.order.uv is not None:
            command = [self.order.uv, "venv", "--allow-existing", "--python", sys.executable]
            ended, _ = self._run([*command, str(self.folder)])
            if ended is None:
                return
            tell("say", text="uv could not make the environment; using Python's own venv.")
        self._create_with_venv()

    def accepts_more(self) -> bool:
        """Whether packages can be added here."""
        if self.order.uv is not None:
            return True
        ended, _ = self._run([str(interpreter(self.folder)), "-c", "import pip"])
        return ended is None

    def _with_uv(self, uv: str, arguments: list[str]) -> bool:
        command = [uv, "pip", "install", "--python", str(interpreter(self.folder)), *_ONLY_WHEELS]
        # Everything is pinned: an older version in the first index must not hide the right one.
        command += ["--index-strategy", "unsafe-best-match"]
        # As pip does; a worker writes no bytecode, and would compile everything at each start.
        command += ["--compile-bytecode", *arguments]
        ended, lines = self._run(command, self._following())
        if ended is None:
            return True
        problem = explain(self.order.name, str(self.order.folder.parent), ended, lines)
        if problem.code == "disk_full":
            raise problem
        last = lines[-1] if lines else ended
        tell("say", text=f"uv could not install them, trying pip: {last}")
        if "pip" not in installed_versions(self.folder):
            self._create_with_venv()
        return False

    def _with_pip(self, arguments: list[str]) -> None:
        version = installed_versions(self.folder).get("pip", "0")
        numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
        bar = "raw" if numbers >= _RAW_PROGRESS_SINCE else "off"
        command = [str(interpreter(self.folder)), "-m", "pip", "install", "--no-input"]
        command += ["--progress-bar", bar, *_ONLY_WHEELS, *arguments]
        ended, lines = self._run(command, self._following())
        if ended is not None:
            raise explain(self.order.name, str(self.order.folder.parent), ended, lines)

    def _create_with_venv(self) -> None:
        ended, lines = self._run([sys.executable, "-m", "venv", str(self.folder)])
        if ended is not None:
            raise explain(self.order.name, str(self.order.folder.parent), ended, lines)

    def _following(self) -> Following:
        pins = [pin for lock in self.order.locks for pin in read_pins(lock.file)]
        return Following(self.folder, pins, self.order.download_bytes)

    def _run(
        self, command: list[str], following: Following | None = None
    ) -> tuple[str | None, list[str]]:
        if following is None:
            return run(command, stop=self.stop, environment=self._environment())
        return run(
            command,
            stop=self.stop,
            environment=self._environment(),
            on_line=following.line,
            look=following.look,
        )

    def _environment(self) -> dict[str, str]:
        # Beside the environment: the system's own folder for temporary files is often small.
        temporary = self.folder / ".tmp"
        temporary.mkdir(exist_ok=True)
        inherited = {key: value for key, value in os.environ.items() if key not in _NOT_INHERITED}
        return {
            **inherited,
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary)),
            "NO_COLOR": "1",
            "PYTHONUNBUFFERED": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            # A user's own settings for other environments must not lead elsewhere.
            "PIP_USER": "0",
            "PYTHONNOUSERSITE": "1",
        }


def torch_pin(lock: Path) -> str:
    """The requirement ``torch==…`` of a lock. Raises ``ValueError`` when it names none."""
    for pin in read_pins(lock):
        if pin.name == "torch":
            return f"torch=={pin.version}"
    raise ValueError(f"{lock} names no version of torch.")


def index_answers(url: str) -> bool:
    """Whether an index answers within a few seconds; a refusal (4xx) is no answer either."""
    try:
        request = urllib.request.Request(f"{url}/torch/", method="HEAD")
        with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS):
            return True
    except (OSError, ValueError):
        return False
