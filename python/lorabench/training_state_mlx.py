"""What a checkpoint holds beside the adapter under MLX: optimizer, loss scale, position.

Random numbers need no state: those of a step are made of the run's seed and the step's number.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import mlx.core as mx
import numpy
from mlx import nn
from mlx.optimizers import AdamW
from mlx.utils import tree_flatten, tree_unflatten
from safetensors.numpy import load_file, save

from lorabench.model_mlx import CONFIG, WEIGHTS
from lorabench.position import STATE, Position

ADAPTER = "adapter"
_OPTIMIZER = "optimizer.safetensors"
_GROWTH_STEPS = 2000


@dataclass
class LossScale:
    """Keeps small float16 gradients from becoming zero, by the rules of PyTorch's GradScaler."""

    enabled: bool
    scale: float = 65536.0
    good_steps: int = 0

    def factor(self) -> float:
        """What the loss is multiplied by, and the gradients are divided by."""
        return self.scale if self.enabled else 1.0

    def update(self, finite: bool) -> None:
        """Halves the scale after a step that overflowed, doubles it after many that did not."""
        if not self.enabled:
            return
        self.good_steps = self.good_steps + 1 if finite else 0
        if not finite:
            self.scale /= 2
        elif self.good_steps == _GROWTH_STEPS:
            self.scale *= 2
            self.good_steps = 0


@dataclass
class Trainables:
    """The parts of a training whose state is saved and restored together."""

    model: nn.Module
    adapter_config: dict[str, object]
    optimizer: AdamW
    scale: LossScale = field(default_factory=lambda: LossScale(enabled=False))


def write_state(folder: Path, parts: Trainables, position: Position) -> None:
    """Writes a whole training state into ``folder``."""
    write_adapter(folder / ADAPTER, parts)
    (folder / _OPTIMIZER).write_bytes(_bytes_of(parts.optimizer.state))
    document = {"position": asdict(position), "scale": asdict(parts.scale)}
    (folder / STATE).write_text(json.dumps(document), encoding="utf-8")


def write_adapter(folder: Path, parts: Trainables) -> None:
    """The adapter in mlx-lm's layout."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(_bytes_of(parts.model.trainable_parameters()))
    text = json.dumps(parts.adapter_config, indent=2, sort_keys=True) + "\n"
    (folder / CONFIG).write_text(text, encoding="utf-8")


def read_state(folder: Path, parts: Trainables) -> None:
    """Restores everything that ``write_state`` wrote, bit for bit."""
    parts.model.load_weights(
        [(name, mx.array(value)) for name, value in load_file(folder / ADAPTER / WEIGHTS).items()],
        strict=False,
    )
    saved = load_file(folder / _OPTIMIZER)
    parts.optimizer.state = tree_unflatten([(name, mx.array(saved[name])) for name in saved])
    parts.optimizer.init(parts.model.trainable_parameters())
    document = json.loads((folder / STATE).read_text(encoding="utf-8"))
    parts.scale.scale = document["scale"]["scale"]
    parts.scale.good_steps = document["scale"]["good_steps"]
    mx.eval(parts.model.parameters(), parts.optimizer.state)


def _bytes_of(tree: Any) -> bytes:  # noqa: ANN401 (a tree of arrays)
    # Not by MLX's own writer: its order of the tensors is that of a hash table.
    arrays = {name: numpy.array(array) for name, array in tree_flatten(tree)}
    return bytes(save(arrays, {"format": "mlx"}))
