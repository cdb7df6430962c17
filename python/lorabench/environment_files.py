"""What a Python environment consists of: its lock, its stamp, the packages that lie in it.

Standard library only: the interpreter that makes an environment has nothing else.
"""

import contextlib
import json
import os
import platform
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STAMP = "lorabench.json"
"""Lies in the environment: the hash of each lock that it holds, or ``unfinished``."""

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;#]+)\s*(?:;\s*(.+?))?\s*(?:#.*)?$")
_MARKER = re.compile(r"""^(\w+)\s*(==|!=)\s*["']([^"']*)["']$""")
_MARKED: dict[str, Callable[[], str]] = {
    "platform_system": platform.system,
    "platform_machine": platform.machine,
    "sys_platform": lambda: sys.platform,
}


@dataclass(frozen=True)
class Pin:
    """One line of a lock."""

    name: str
    version: str


def read_pins(lock: Path) -> list[Pin]:
    """The packages of a lock that belong on this machine."""
    found = (_PIN.match(line.strip()) for line in lock.read_text(encoding="utf-8").splitlines())
    return [Pin(match[1], match[2]) for match in found if match is not None and _applies(match[3])]


def _applies(marker: str | None) -> bool:
    """A marker of the plain form ``name == "value"``; anything else counts as true."""
    match = None if marker is None else _MARKER.match(marker)
    known = None if match is None else _MARKED.get(match[1])
    if match is None or known is None:
        return True
    return (known() == match[3]) == (match[2] == "==")


def normalized(name: str) -> str:
    """A package's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def interpreter(folder: Path) -> Path:
    """The environment's Python."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def installed_versions(folder: Path) -> dict[str, str]:
    """Versions by normalized name, from the names of the ``dist-info`` folders alone."""
    found: dict[str, str] = {}
    for entry in _site_packages(folder):
        name, dash, version = entry.name.removesuffix(".dist-info").rpartition("-")
        if dash and entry.name.endswith(".dist-info") and (entry / "METADATA").exists():
            found[normalized(name)] = version
    return found


def _site_packages(folder: Path) -> Iterator[Path]:
    for libraries in [folder / "Lib", *folder.glob("lib/python3*")]:
        with contextlib.suppress(OSError):
            yield from (libraries / "site-packages").iterdir()


def missing_pins(folder: Path, pins: list[Pin]) -> list[Pin]:
    """Packages of a lock that are not there in that version; a local label (+cpu) is no other."""
    versions = installed_versions(folder)
    return [
        pin for pin in pins if versions.get(normalized(pin.name), "").split("+")[0] != pin.version
    ]


def read_stamp(folder: Path) -> dict[str, Any]:
    """What the last installation left; ``{}`` when there is none."""
    try:
        stamp = json.loads((folder / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(folder: Path, stamp: dict[str, Any]) -> None:
    """By renaming, so that a stamp that was cut off is not taken for one."""
    aside = folder / f"{STAMP}.{os.getpid()}"
    aside.write_text(f"{json.dumps(stamp)}\n", encoding="utf-8")
    aside.replace(folder / STAMP)


def disk_use(folder: Path) -> int:
    """Bytes of all files below; links are not followed."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += Path(root, name).lstat().st_size
    return total


def readdress(folder: Path, final: Path) -> None:
    """Puts the path that an environment will have into the scripts that name its present one.

    Console scripts, ``activate`` and ``pyvenv.cfg`` hold absolute paths; libraries do not.
    """
    old, new = os.fsencode(folder), os.fsencode(final)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    for path in [folder / "pyvenv.cfg", *scripts.iterdir()]:
        if path.is_symlink() or not path.is_file() or path.suffix == ".exe":
            continue
        content = path.read_bytes()
        if old in content:
            path.write_bytes(content.replace(old, new))
