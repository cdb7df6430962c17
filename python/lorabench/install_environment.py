"""Makes a Python environment from a lock: ``python -m lorabench.install_environment``.

The one implementation behind `lab environments install` and the set-up scripts. It runs in any
Python 3.11 or newer, with the standard library alone.

The first line on stdin is the order (JSON, see ``Order``); the pipe stays open. A further line
``cancel``, or its end because the caller is gone, ends the installation and takes away what it
made. On stdout comes one JSON object a line: ``progress``, ``say``, ``log``, ``built`` (waits for
the line ``swap``), and at the end ``done``, ``cancelled`` or ``error``.

A new environment is built aside and takes its place by renaming, so that a complete one is there
or none, and an environment that is being mended works on until the new one is finished. The
installer holds a lock of the operating system, which a crash lets go of.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lorabench.environment_files import (
    disk_use,
    installed_versions,
    interpreter,
    missing_pins,
    read_pins,
    read_stamp,
    readdress,
    write_stamp,
)
from lorabench.install_command import Stop, tell
from lorabench.install_lock import BusyError, environment_lock
from lorabench.install_order import Order, read_order
from lorabench.install_packages import Packages, index_answers, torch_pin
from lorabench.install_problem import CancelledError, InstallError, explain, no_space

_CANCELLED = 3


@dataclass
class Maker:
    """One installation."""

    order: Order
    stop: Stop
    may_swap: threading.Event = field(default_factory=threading.Event)

    def make(self) -> None:
        """Raises ``CancelledError``, ``InstallError`` or ``OSError``."""
        order = self.order
        folder = order.folder
        folder.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            self._clear_leftovers()
            if order.bring and self._usable(folder):
                self._bring(folder)
            else:
                self._make_anew(folder)
        versions = installed_versions(folder)
        tell(
            "done",
            folder=str(folder),
            versions=versions,
            diskBytes=read_stamp(folder).get("diskBytes"),
        )

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        order = self.order
        file = order.folder.parent / f".{order.folder.name}.lock"

        def on_wait() -> None:
            tell("say", text=f"Another installation of {order.name} is running; waiting for it.")

        try:
            with environment_lock(file, order.wait_seconds, self.stop, on_wait):
                yield
        except BusyError:
            raise InstallError(
                "busy",
                f"The Python environment {order.name} could not be installed.",
                "Another installation of it is running.",
                "Wait until that one has ended, then retry.",
            ) from None

    def _clear_leftovers(self) -> None:
        """What an installation that was cut off left beside the environment."""
        folder = self.order.folder
        for old in folder.parent.glob(f".{folder.name}.old-*"):
            # Cut off between the two renames: the environment that worked comes back.
            if folder.exists():
                shutil.rmtree(old, ignore_errors=True)
            else:
                old.rename(folder)
        for new in folder.parent.glob(f".{folder.name}.new-*"):
            shutil.rmtree(new, ignore_errors=True)

    def _usable(self, folder: Path) -> bool:
        """Whether packages can be added to what is there."""
        if "unfinished" in read_stamp(folder) or not interpreter(folder).exists():
            return False
        return Packages(self.order, folder, self.stop).accepts_more()

    def _bring(self, folder: Path) -> None:
        stamp = read_stamp(folder)
        hashes = {lock.name: lock.hash for lock in self.order.locks}
        if all(not missing_pins(folder, read_pins(lock.file)) for lock in self.order.locks):
            write_stamp(folder, {**stamp, **hashes})
            return
        write_stamp(folder, {"unfinished": True})
        self._install(folder, self._choose_source())
        write_stamp(folder, {**stamp, **hashes, "diskBytes": disk_use(folder)})

    def _make_anew(self, folder: Path) -> None:
        if folder.is_symlink():
            folder = folder.resolve()
        if folder.exists() and not (folder / "pyvenv.cfg").exists() and any(folder.iterdir()):
            raise InstallError(
                "in_the_way",
                f"{folder} exists and is no Python environment.",
                "Lorabench does not overwrite what it has not made.",
                "Move it away, or set LORABENCH_ENVIRONMENTS to another folder; then retry.",
            )
        self._check_disk(folder.parent)
        source = self._choose_source()
        aside = folder.parent / f".{folder.name}.new-{os.getpid()}"
        try:
            aside.mkdir()
            write_stamp(aside, {"unfinished": True})
            Packages(self.order, aside, self.stop).create()
            self._install(aside, source)
            shutil.rmtree(aside / ".tmp", ignore_errors=True)
            stamp: dict[str, Any] = {lock.name: lock.hash for lock in self.order.locks}
            stamp |= {"source": source and source["title"], "python": sys.version.split()[0]}
            write_stamp(aside, {**stamp, "diskBytes": disk_use(aside)})
            readdress(aside, folder)
            self._swap(aside, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _check_disk(self, parent: Path) -> None:
        order = self.order
        needed = (order.disk_bytes or 0) + (order.download_bytes or 0)
        free = shutil.disk_usage(parent).free
        if needed > free:
            raise no_space(
                order.name,
                str(order.folder.parent),
                f"Installing it needs {needed / 1e9:.1f} GB; {free / 1e9:.1f} GB are free.",
            )

    def _install(self, folder: Path, source: dict[str, str | None] | None) -> None:
        """All locks, torch from ``source``."""
        packages = Packages(self.order, folder, self.stop)
        url = None if source is None else source["url"]
        if source is not None:
            index = [] if url is None else ["--index-url", url]
            packages.install([torch_pin(self.order.locks[0].file), "--no-deps", *index])
        for lock in self.order.locks:
            arguments = ["--requirement", str(lock.file)]
            # What torch itself asks for (triton, CUDA's libraries) lies beside it.
            arguments += [] if url is None else ["--extra-index-url", url]
            packages.install(arguments + ([] if self.order.dependencies else ["--no-deps"]))
        absent = [
            pin for lock in self.order.locks for pin in missing_pins(folder, read_pins(lock.file))
        ]
        if absent:
            names = ", ".join(f"{pin.name} {pin.version}" for pin in absent[:5])
            raise InstallError(
                "incomplete",
                f"The Python environment {self.order.name} is not what its lock says.",
                f"The installer reported success, but these are missing: {names}.",
                "Retry; if it happens again, pip's own configuration may change what is installed "
                "(pip config list).",
            )

    def _choose_source(self) -> dict[str, str | None] | None:
        """The first index that answers; each one that does not is told."""
        for source in self.order.sources:
            url = source["url"]
            if url is None or index_answers(url):
                tell("say", text=f"torch comes from {source['title']}{f', {url}' if url else ''}.")
                return source
            tell("say", text=f"{source['title']} does not answer: {url}")
        if not self.order.sources:
            return None
        raise InstallError(
            "no_network",
            f"The Python environment {self.order.name} could not be installed.",
            f"{self.order.sources[-1]['title']} does not answer; no other index has this build.",
            "Connect to the network (HTTPS_PROXY names a proxy), then retry.",
        )

    def _swap(self, aside: Path, folder: Path) -> None:
        if self.order.ask_before_swap:
            tell("built")
            while not self.may_swap.wait(0.2):
                self.stop.check()
        self.stop.check()
        old = folder.parent / f".{folder.name}.old-{os.getpid()}"
        if folder.exists():
            folder.rename(old)
        try:
            aside.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
        shutil.rmtree(old, ignore_errors=True)


def main() -> int:
    """Exit code 0 done, 1 failed, 3 cancelled."""
    order = read_order(sys.stdin.readline())
    stop = Stop()
    maker = Maker(order, stop)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop.request)

    def listen() -> None:
        for line in sys.stdin:
            if line.strip() == "swap":
                maker.may_swap.set()
            else:
                break
        stop.request()

    threading.Thread(target=listen, daemon=True).start()
    try:
        maker.make()
    except CancelledError:
        _last_word("cancelled")
        return _CANCELLED
    except InstallError as problem:
        _report(problem)
        return 1
    except (OSError, subprocess.SubprocessError) as error:
        _report(explain(order.name, str(order.folder.parent), f"failed: {error}", [str(error)]))
        return 1
    return 0


def _report(problem: InstallError) -> None:
    _last_word("error", **asdict(problem))


def _last_word(kind: str, **values: object) -> None:
    # The caller may be gone, and its end of the pipe with it.
    with contextlib.suppress(OSError):
        tell(kind, **values)


if __name__ == "__main__":
    code = main()
    # The thread that listens still waits in a read.
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(code)
