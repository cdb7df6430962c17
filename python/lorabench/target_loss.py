"""Loss and correct tokens of a micro-batch, computed only where tokens carry loss.

The model's head sees the hidden states that predict a target and no others, so logits of prompts
and padding are never made. Padding is on the right: causal attention never looks there, so no mask
is needed. On devices where it pays, examples are laid end to end without any padding.

Where even those logits are large (a vocabulary of 152,000 makes 600 kB of each token), they are
made, used and thrown away part by part, and made once more when the gradient asks for them.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch.nn import functional
from torch.utils.checkpoint import checkpoint
from transformers import PreTrainedModel

from lorabench import unpadded_attention
from lorabench.prompts import Tokens

LOGITS_BYTES = 128 << 20
"""Most bytes of float32 logits that are alive at once; with their copy in the training precision,
the probabilities and the gradient it comes to about three to four times as much."""


@dataclass(frozen=True)
class Score:
    """``loss`` is the sum of cross entropies in nats over ``targets`` tokens."""

    loss: torch.Tensor
    correct: torch.Tensor
    targets: int


class TargetLoss:
    """Scores examples with a causal language model; one object a model."""

    def __init__(
        self,
        model: PreTrainedModel,
        device: torch.device,
        precision: torch.dtype,
        unpadded: bool,
        logits_bytes: int = LOGITS_BYTES,
    ) -> None:
        """Hooks the model's head. ``precision`` other than float32 means autocast to it."""
        self._model = model
        self._device = device
        self._precision = precision
        self._unpadded = unpadded
        self._selected: torch.Tensor | None = None
        self._hidden: torch.Tensor | None = None
        self._keeps_logits: bool | None = None
        head = model.get_output_embeddings()  # type: ignore[no-untyped-call]
        if not isinstance(head, torch.nn.Module):
            raise TypeError("the model has no output head")
        self._head = head
        vocabulary = model.config.get_text_config().vocab_size
        self._tokens_at_once = max(1, logits_bytes // (4 * vocabulary))
        head.register_forward_pre_hook(self._select_hidden)

    @contextmanager
    def score(self, examples: Sequence[Tokens]) -> Iterator[Score]:
        """The score of one micro-batch; call ``backward`` on it inside the ``with``."""
        lengths = [len(example.ids) for example in examples]
        if sum(lengths) > self._tokens_at_once and self._keeps_logits is None:
            self._keeps_logits = self._logits_are_the_heads()
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
        inputs = {
            "input_ids": ids.view(rows, -1).to(self._device),
            "position_ids": positions.view(rows, -1).to(self._device),
        }
        predicting = (target - 1).to(self._device)
        with torch.autocast(
            self._device.type, self._precision, enabled=self._precision != torch.float32
        ):
            if len(targets) > self._tokens_at_once and self._keeps_logits:
                loss, correct = self._in_parts(inputs, predicting, labels)
            else:
                logits, _ = self._logits_and_hidden(inputs, predicting)
                loss, correct = _score(logits[0], labels)
        return Score(loss, correct, len(targets))

    def _in_parts(
        self, inputs: dict[str, torch.Tensor], predicting: torch.Tensor, labels: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Like one pass of the head over all of ``predicting``, within ``logits_bytes``."""
        # The model's own pass computes no logits; the head then sees the hidden states in parts.
        _, hidden = self._logits_and_hidden(inputs, predicting[:0])
        chosen = hidden.reshape(-1, hidden.shape[-1]).index_select(0, predicting)
        loss = torch.zeros((), device=self._device)
        correct = torch.zeros((), dtype=torch.long, device=self._device)
        for states, answers in zip(
            torch.split(chosen, self._tokens_at_once),
            torch.split(labels, self._tokens_at_once),
            strict=True,
        ):
            part: tuple[torch.Tensor, torch.Tensor] = checkpoint(
                self._score_states, states, answers, use_reentrant=False
            )
            loss = loss + part[0]
            correct = correct + part[1]
        return loss, correct

    def _score_states(
        self, hidden: torch.Tensor, labels: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        logits: torch.Tensor = self._head(hidden[None])
        return _score(logits[0], labels)

    def _logits_and_hidden(
        self, inputs: dict[str, torch.Tensor], selected: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits ``[1, selected, vocabulary]``, and the hidden states before any selection."""
        self._selected = selected
        try:
            output = self._model(**inputs, use_cache=False)
            if self._hidden is None:
                raise TypeError("the model does not use its output head")
            return output.logits, self._hidden
        finally:
            self._selected = self._hidden = None

    def _logits_are_the_heads(self) -> bool:
        """Whether the model hands on what its head says; some scale it or cap it afterwards."""
        said: list[torch.Tensor] = []
        hook = self._head.register_forward_hook(lambda _head, _in, out: said.append(out))
        training = self._model.training
        self._model.train(False)
        try:
            with torch.no_grad():
                one = torch.zeros((1, 1), dtype=torch.long, device=self._device)
                output = self._model(input_ids=one, use_cache=False)
        finally:
            hook.remove()
            self._model.train(training)
        return bool(said) and torch.equal(output.logits, said[-1])

    def _select_hidden(
        self, _head: torch.nn.Module, inputs: tuple[torch.Tensor, ...]
    ) -> tuple[torch.Tensor, ...] | None:
        """Hidden states ``[rows, width, size]`` become ``[1, selected, size]``."""
        if self._selected is None:
            return None
        self._hidden = hidden = inputs[0]
        return (hidden.reshape(-1, hidden.shape[-1]).index_select(0, self._selected)[None],)


def _score(logits: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Sum of the cross entropies and number of right guesses. ``logits [tokens, vocabulary]``."""
    exact = logits.float()
    loss = functional.cross_entropy(exact, labels, reduction="sum")
    return loss, (exact.detach().argmax(-1) == labels).sum()


def _end_to_end(lengths: list[int]) -> list[int]:
    starts, begin = [], 0
    for length in lengths:
        starts.append(begin)
        begin += length
    return starts
