"""The worker's voice: one JSON object a line, appended to ``events.jsonl``.

Numbering goes on where an earlier process of the same job stopped, without gaps. A line that a
killed process left half-written is closed with a newline and stays behind as garbage, which
readers skip; its number is given again.
"""

import json
import math
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel

from lorabench import schemas

Nonfinite = Literal["nan", "inf", "-inf"]
_BLOCK = 1 << 16


def finite(value: float) -> tuple[float | None, Nonfinite | None]:
    """``(value, None)``, or ``(None, what it was)``: JSON has no NaN and no infinity."""
    if math.isfinite(value):
        return value, None
    if math.isnan(value):
        return None, "nan"
    return None, "inf" if value > 0 else "-inf"


def last_sequence_number(path: Path) -> int:
    """The number of the last whole event in the file; 0 when there is none."""
    if not path.exists():
        return 0
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        tail = b""
        while end > 0:
            begin = max(0, end - _BLOCK)
            file.seek(begin)
            tail = file.read(end - begin) + tail
            lines = tail.split(b"\n")
            complete = lines if begin == 0 else lines[1:]
            for line in reversed(complete):
                number = _sequence_number(line)
                if number is not None:
                    return number
            tail = lines[0]
            end = begin
    return 0


def _sequence_number(line: bytes) -> int | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    number = value.get("seq") if isinstance(value, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


class EventWriter:
    """Appends events; safe to use from several threads.

    A write is handed to the operating system at once, so it survives the death of this process;
    ``sync`` makes it survive a power cut.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / "events.jsonl"
        self._lock = threading.Lock()
        self._sequence = last_sequence_number(path)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self._descriptor = os.open(path, flags, 0o644)
        self._unsynced = False
        size = os.lseek(self._descriptor, 0, os.SEEK_END)
        if size > 0:
            os.lseek(self._descriptor, size - 1, os.SEEK_SET)
            self._line_is_open = os.read(self._descriptor, 1) != b"\n"
        else:
            self._line_is_open = False

    def emit(self, kind: type[BaseModel], **fields: object) -> None:
        """Appends one event; ``v``, ``seq``, ``time`` and ``kind`` are filled in.

        Raises ``OSError`` when it cannot be written and ``ValidationError`` on a wrong field.
        """
        with self._lock:
            event = kind.model_validate(
                {
                    "v": 1,
                    "seq": self._sequence + 1,
                    "time": int(time.time() * 1000),
                    "kind": get_args(kind.model_fields["kind"].annotation)[0],
                    **fields,
                }
            )
            line = event.model_dump_json().encode() + b"\n"
            self._write((b"\n" if self._line_is_open else b"") + line)
            self._sequence += 1
            self._unsynced = True

    def warn(self, code: str, message: str, details: list[str] | None = None) -> None:
        """Appends a ``warning``."""
        self.emit(schemas.WarningEvent, code=code, message=message, details=details or [])

    def sync(self) -> None:
        """Waits until what was written is on the disk; free when nothing new was."""
        if self._unsynced:
            self._unsynced = False
            os.fsync(self._descriptor)

    def close(self) -> None:
        """Syncs and closes the file."""
        with self._lock:
            self.sync()
            os.close(self._descriptor)

    def _write(self, content: bytes) -> None:
        written = 0
        try:
            while written < len(content):
                written += os.write(self._descriptor, content[written:])
        finally:
            if written > 0:
                self._line_is_open = not content[:written].endswith(b"\n")


class Pulse:
    """A thread that shows life: heartbeats, memory, and the file synced once a second."""

    HEARTBEAT_SECONDS = 5.0
    MEMORY_SECONDS = 2.0

    def __init__(self, events: EventWriter) -> None:
        self._events = events
        self._stopped = threading.Event()
        self._memory: Callable[[], tuple[int, int, int]] | None = None
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def watch_memory(self, memory: Callable[[], tuple[int, int, int]]) -> None:
        """From now on reports ``(used, peak, total)`` bytes when they have changed."""
        self._memory = memory

    def __enter__(self) -> "Pulse":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        last_heartbeat = last_memory = time.monotonic()
        reported = (0, 0)
        while not self._stopped.wait(1.0):
            now = time.monotonic()
            try:
                if self._memory is not None and now - last_memory >= self.MEMORY_SECONDS:
                    used, peak, total = self._memory()
                    if (used >> 20, peak >> 20) != reported:
                        self._events.emit(
                            schemas.MemoryEvent, usedBytes=used, peakBytes=peak, totalBytes=total
                        )
                        reported = (used >> 20, peak >> 20)
                        last_memory = now
                if now - last_heartbeat >= self.HEARTBEAT_SECONDS:
                    self._events.emit(schemas.HeartbeatEvent)
                    last_heartbeat = now
                self._events.sync()
            except OSError:
                # A full disk is reported by the main thread, which can stop the job.
                continue
