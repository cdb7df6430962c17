"""How a job is told to stop: a control file in its folder, or a signal."""

import os
import signal
from pathlib import Path
from types import FrameType

from pydantic import ValidationError

from lorabench.keeper import KEEPER_STARTED
from lorabench.schemas import Control

_CLOCK_TOLERANCE_MS = 2000


class StopRequest:
    """Whether the user wants the job to stop; asked between micro-batches and batches."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "control.json"
        self._seen: tuple[int, int] | None = None
        self._requested = False
        self._not_before = int(os.environ.get(KEEPER_STARTED, "0")) - _CLOCK_TOLERANCE_MS

    def listen_to_signals(self) -> None:
        """SIGTERM and SIGINT mean the same as the control file: finish the step, save, exit."""
        for name in ("SIGTERM", "SIGINT", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._on_signal)

    def is_set(self) -> bool:
        """True once a stop was asked for. Costs one ``stat`` while nothing has changed."""
        if not self._requested:
            self._requested = self._asked_in_file()
        return self._requested

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._requested = True

    def _asked_in_file(self) -> bool:
        try:
            stat = self._path.stat()
            version = (stat.st_mtime_ns, stat.st_size)
            if version == self._seen:
                return False
            control = Control.model_validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return False
        self._seen = version
        return control.requestedAt >= self._not_before
