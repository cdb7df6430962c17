"""Loss and correct tokens of a micro-batch, computed only where tokens carry loss.

The model's head sees the hidden states that predict a target and no others, so logits of prompts
and padding are never made. Padding is on the right: causal attention never looks there, so no mask
is needed. On devices where it pays, examples are laid end to end without any padding.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch.nn import functional
from transformers import PreTrainedModel

from lorabench import unpadded_attention
from lorabench.prompts import Tokens


@dataclass(frozen=True)
class Score:
    """``loss`` is the sum of cross entropies in nats over ``targets`` tokens."""

    loss: torch.Tensor
    correct: torch.Tensor
    targets: int


class TargetLoss:
    """Scores examples with a causal language model; one object a model."""

    def __init__(
        self, model: PreTrainedModel, device: torch.device, precision: torch.dtype, unpadded: bool
    ) -> None:
        """Hooks the model's head. ``precision`` other than float32 means autocast to it."""
        self._model = model
        self._device = device
        self._precision = precision
        self._unpadded = unpadded
        self._predicting: torch.Tensor | None = None
        head = model.get_output_embeddings()  # type: ignore[no-untyped-call]
        if not isinstance(head, torch.nn.Module):
            raise TypeError("the model has no output head")
        head.register_forward_pre_hook(self._select_predicting)

    @contextmanager
    def score(self, examples: Sequence[Tokens]) -> Iterator[Score]:
        """The score of one micro-batch; call ``backward`` on it inside the ``with``."""
        lengths = [len(example.ids) for example in examples]
        if self._unpadded:
            with unpadded_attention.lengths_of(lengths):
                yield self._forward(examples, starts=_end_to_end(lengths), rows=1)
        else:
            width = max(lengths)
            starts = [row * width for row in range(len(lengths))]
            yield self._forward(examples, starts, rows=len(lengths))

    def _forward(self, examples: Sequence[Tokens], starts: list[int], rows: int) -> Score:
        """``starts``: where each example begins in the flattened ``[rows, width]`` of ids."""
        lengths = [len(example.ids) for example in examples]
        size = starts[-1] + (max(lengths) if rows > 1 else lengths[-1])
        ids = torch.zeros(size, dtype=torch.long)
        positions = torch.zeros(size, dtype=torch.long)
        targets: list[int] = []
        for example, start, length in zip(examples, starts, lengths, strict=True):
            ids[start : start + length] = torch.tensor(example.ids)
            positions[start : start + length] = torch.arange(length)
            targets += [start + i for i in range(1, length) if example.targets[i]]
        target = torch.tensor(targets)
        labels = ids[target].to(self._device)
        self._predicting = (target - 1).to(self._device)
        try:
            with torch.autocast(
                self._device.type, self._precision, enabled=self._precision != torch.float32
            ):
                output = self._model(
                    input_ids=ids.view(rows, -1).to(self._device),
                    position_ids=positions.view(rows, -1).to(self._device),
                    use_cache=False,
                )
        finally:
            self._predicting = None
        logits = output.logits[0].float()
        loss = functional.cross_entropy(logits, labels, reduction="sum")
        correct = (logits.detach().argmax(-1) == labels).sum()
        return Score(loss, correct, len(targets))

    def _select_predicting(
        self, _head: torch.nn.Module, inputs: tuple[torch.Tensor, ...]
    ) -> tuple[torch.Tensor, ...] | None:
        """Hidden states ``[rows, width, size]`` become ``[1, targets, size]``."""
        if self._predicting is None:
            return None
        hidden = inputs[0]
        return (hidden.reshape(-1, hidden.shape[-1]).index_select(0, self._predicting)[None],)


def _end_to_end(lengths: list[int]) -> list[int]:
    starts, begin = [], 0
    for length in lengths:
        starts.append(begin)
        begin += length
    return starts
