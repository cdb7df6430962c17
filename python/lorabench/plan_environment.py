"""What an installation would bring: ``python -m lorabench.plan_environment``.

Takes the installer's order (``lorabench.install_order``) on stdin and prints one JSON object:
``{source, packages: [{name, version, bytes}]}``. Nothing is installed: pip says which files it
would fetch (``--dry-run --report``), and each file's server is asked for its length. Standard
library only.
"""

import json
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lorabench.environment_files import installed_versions, interpreter
from lorabench.install_order import Order, read_order
from lorabench.install_packages import index_answers

_AT_ONCE = 16
_ANSWER_SECONDS = 10


def main() -> int:
    """Exit code 1 when pip cannot say; its last lines are on stderr then."""
    order = read_order(sys.stdin.readline())
    source = next(
        (one for one in order.sources if one["url"] is None or index_answers(one["url"])), None
    )
    if source is None and order.sources:
        print(f"{order.sources[-1]['title']} does not answer.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="lorabench-plan-") as temporary:
        command = [*_pip(order, Path(temporary)), *_arguments(order, source)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        print(result.stderr, file=sys.stderr)
        return 1
    found = json.loads(result.stdout)["install"]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        packages = list(pool.map(_package, found))
    print(json.dumps({"source": None if source is None else source["title"], "packages": packages}))
    return 0


def _arguments(order: Order, source: dict[str, str | None] | None) -> list[str]:
    arguments = ["install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-"]
    arguments += ["--only-binary", ":all:", "--no-input", "--disable-pip-version-check"]
    for lock in order.locks:
        arguments += ["--requirement", str(lock.file)]
    if not order.dependencies:
        arguments.append("--no-deps")
    url = None if source is None else source["url"]
    return arguments if url is None else [*arguments, "--extra-index-url", url]


def _pip(order: Order, temporary: Path) -> list[str]:
    """The pip of the environment, of this interpreter, or one made for this question."""
    if "pip" in installed_versions(order.folder) and interpreter(order.folder).exists():
        return [str(interpreter(order.folder)), "-m", "pip"]
    own = [sys.executable, "-m", "pip"]
    if subprocess.run([*own, "--version"], capture_output=True, check=False).returncode == 0:
        return own
    subprocess.run([sys.executable, "-m", "venv", str(temporary)], check=True, capture_output=True)
    return [str(interpreter(temporary)), "-m", "pip"]


def _package(item: dict[str, Any]) -> dict[str, Any]:
    metadata = item["metadata"]
    size = _size(item["download_info"]["url"])
    return {"name": metadata["name"], "version": metadata["version"], "bytes": size}


def _size(url: str) -> int | None:
    """Length of a file; None when its server does not say."""
    try:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme == "file":
            return Path(urllib.request.url2pathname(parts.path)).stat().st_size
        request = urllib.request.Request(url, method="HEAD")
        with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS) as answer:
            length = answer.headers.get("Content-Length")
            return None if length is None else int(length)
    except (OSError, ValueError):
        return None


if __name__ == "__main__":
    sys.exit(main())
