"""What the job process and the recipes agree on."""

from dataclasses import dataclass
from pathlib import Path

from lorabench.control import StopRequest
from lorabench.events import EventWriter
from lorabench.schemas import RunSpec


@dataclass(frozen=True)
class Outcome:
    """How a recipe ended. ``steps``: optimizer steps, or generations of an evaluation."""

    steps: int
    completed: bool


@dataclass(frozen=True)
class TrainingJob:
    """What every part of a training recipe needs."""

    folder: Path
    spec: RunSpec
    events: EventWriter
    stop: StopRequest
