"""What the job process and the recipes agree on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """How a recipe ended. ``steps``: optimizer steps, or generations of an evaluation."""

    steps: int
    completed: bool
