"""Runs one installer command (uv or pip) to its end and reads from its lines how far it is."""

import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lorabench.environment_files import Pin, installed_versions, normalized
from lorabench.install_problem import CancelledError

_KEPT_LINES = 40
_LOOK_SECONDS = 0.4
_COLLECTING = re.compile(r"^\s*(?:Collecting|Requirement already satisfied:)\s+([A-Za-z0-9._-]+)")
_DOWNLOADING = re.compile(r"^\s*Downloading\s+(\S+).*?\(([\d.]+)\s*([kKMG]?i?B)\)")
_CACHED = re.compile(r"^\s*Using cached\s+(\S+).*?\(([\d.]+)\s*([kKMG]?i?B)\)")
_RAW = re.compile(r"^Progress (\d+) of (\d+)")
_PR_SET_PDEATHSIG = 1
# Opened here: nothing should be loaded between fork and exec.
_LIBRARY = ctypes.CDLL(None) if sys.platform == "linux" else None
_UNITS = {"b": 1, "kb": 1e3, "mb": 1e6, "gb": 1e9, "kib": 1024, "mib": 1024**2, "gib": 1024**3}


def tell(kind: str, **values: object) -> None:
    """One line of JSON for whoever started this process."""
    # In one call: threads tell at the same time, and print() writes the end of a line on its own.
    sys.stdout.write(json.dumps({"kind": kind, **values}) + "\n")
    sys.stdout.flush()


class Stop:
    """Whether to stop; kills the running command when it is asked to."""

    def __init__(self) -> None:
        self.requested = threading.Event()
        self._child: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def request(self, *_: object) -> None:
        """From a signal, from the caller's word, or because the caller is gone."""
        self.requested.set()
        child = self._child
        if child is not None:
            _kill_tree(child)

    def check(self) -> None:
        """Raises ``CancelledError`` when a stop was asked for."""
        if self.requested.is_set():
            raise CancelledError

    def watch(self, child: "subprocess.Popen[str] | None") -> None:
        """The command to kill."""
        self._child = child
        if child is not None and self.requested.is_set():
            _kill_tree(child)


def _kill_tree(child: "subprocess.Popen[str]") -> None:
    try:
        if sys.platform == "win32":
            subprocess.run(
                ["taskkill", "/pid", str(child.pid), "/T", "/F"], capture_output=True, check=False
            )
        else:
            os.killpg(child.pid, signal.SIGKILL)
    except OSError:
        pass


class Following:
    """How far the installation into ``folder`` is, told a few times a second when it changes."""

    def __init__(self, folder: Path, pins: list[Pin], download_bytes: int | None) -> None:
        self._folder = folder
        self._names = {normalized(pin.name) for pin in pins}
        self._total_bytes = download_bytes
        self._seen: set[str] = set()
        self._bytes = 0.0
        self._current = 0.0
        self._raw = 0.0
        self._message = "Looking packages up"
        self._last: dict[str, Any] = {}

    def line(self, line: str) -> None:
        """Takes one line of the installer."""
        raw = _RAW.match(line)
        if raw:
            self._raw = float(raw[1])
            return
        collecting = _COLLECTING.match(line)
        if collecting:
            self._seen.add(normalized(collecting[1]))
        file = _DOWNLOADING.match(line) or _CACHED.match(line)
        if file:
            self._bytes += self._current
            self._raw = 0.0
            self._current = float(file[2]) * _UNITS[file[3].lower()]
            name = "-".join(file[1].rsplit("/", 1)[-1].split("-")[:2])
            if _CACHED.match(line):
                self._message = f"{name} lies in the cache"
            else:
                self._message = f"Downloading {name} ({file[2]} {file[3]})"
        elif line.startswith(("Installing collected packages", "Prepared ")):
            self._bytes += self._current
            self._current = self._raw = 0.0
            self._message = "Installing"

    def look(self) -> None:
        """Tells how far it is, when that has changed."""
        done = len(self._names & installed_versions(self._folder).keys())
        total = max(1, len(self._names))
        downloaded = self._bytes + self._raw
        by_count = len(self._seen & self._names) / total
        by_bytes = downloaded / self._total_bytes if self._total_bytes else by_count
        got = max(min(1.0, by_bytes), done / total)
        now: dict[str, Any] = {
            "share": round(0.02 + 0.58 * got + 0.38 * done / total, 4),
            "done": done,
            "total": len(self._names),
            "bytes": int(downloaded),
            "totalBytes": self._total_bytes,
            "message": f"{self._message}, {done} of {len(self._names)} packages installed",
        }
        if now != self._last:
            self._last = now
            tell("progress", **now)


def run(
    command: list[str],
    *,
    stop: Stop,
    environment: dict[str, str],
    on_line: Callable[[str], None] = lambda _: None,
    look: Callable[[], None] = lambda: None,
) -> tuple[str | None, list[str]]:
    """Runs a command in a process group of its own.

    Returns None and its last lines when it succeeded, else how it ended. Raises ``CancelledError``.
    """
    stop.check()
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=environment,
        start_new_session=True,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,
    )
    stop.watch(child)
    lines: deque[str] = deque(maxlen=_KEPT_LINES)
    reader = threading.Thread(target=_follow, args=(child, lines, on_line), daemon=True)
    reader.start()
    while True:
        try:
            code = child.wait(timeout=_LOOK_SECONDS)
            break
        except subprocess.TimeoutExpired:
            look()
    reader.join(timeout=5)
    stop.watch(None)
    stop.check()
    look()
    if code == 0:
        return None, list(lines)
    ended = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
    return ended, list(lines)


def _follow(
    child: "subprocess.Popen[str]", lines: deque[str], on_line: Callable[[str], None]
) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        text = line.rstrip()
        if not text:
            continue
        on_line(text)
        if not _RAW.match(text):
            lines.append(text)
            tell("log", line=text)


def _die_with_parent() -> None:
    """In the child, before it becomes the installer: a parent that is killed leaves no writer."""
    if _LIBRARY is not None:
        _LIBRARY.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
