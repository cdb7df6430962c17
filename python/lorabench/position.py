"""Where a run is, as its checkpoints keep it, the same for every backend."""

import json
from dataclasses import dataclass
from pathlib import Path

from lorabench.errors import WorkerError

STATE = "state.json"
"""The file of a checkpoint that holds the position, under the key ``position``."""


@dataclass
class Position:
    """Where a run is. ``step`` counts completed optimizer steps over all epochs."""

    step: int = 0
    epoch: int = 0
    step_in_epoch: int = 0
    permutation_seed: int = 0
    validated_step: int = -1
    sampled_step: int = -1
    target_tokens_seen: int = 0
    examples_fingerprint: str = ""


def read_position(folder: Path) -> Position:
    """Only the position, to decide whether the checkpoint belongs to this run."""
    return Position(**json.loads((folder / STATE).read_text(encoding="utf-8"))["position"])


def resume_position(folder: Path, examples_fingerprint: str) -> Position:
    """The position in a checkpoint. Raises ``WorkerError`` when it is of other data."""
    position = read_position(folder)
    if position.examples_fingerprint != examples_fingerprint:
        raise WorkerError(
            "bad_checkpoint",
            f"{folder.name} was trained on other examples than the corpus holds now.",
            "Restore the corpus, or start a new run with the changed one.",
        )
    return position
