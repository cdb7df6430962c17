"""Loss, correct tokens and gradients of a micro-batch under MLX.

As under PyTorch, the model's head sees the hidden states that predict a target and no others, and
padding is on the right, where causal attention never looks. Where even those logits are large, they
are made, used and thrown away part by part, and made once more for the gradient.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import mlx.core as mx
from mlx import nn
from mlx.utils import tree_flatten

from lorabench.dropout_mlx import DropoutKeys
from lorabench.prompts import Tokens

LOGITS_BYTES = 128 << 20
"""Most bytes of float32 logits in one part; what is made of them comes to about three times it."""
_WIDTH_STEP = 32
_TARGETS_STEP = 64


@dataclass(frozen=True)
class Score:
    """``loss`` is the sum of cross entropies in nats over ``targets`` tokens."""

    loss: mx.array
    correct: mx.array
    targets: int


class TargetLoss:
    """Scores examples with a causal language model; one object a model."""

    def __init__(
        self,
        model: nn.Module,
        keys: DropoutKeys,
        *,
        compiles: bool,
        few_shapes: bool,
        logits_bytes: int = LOGITS_BYTES,
    ) -> None:
        """Takes hold of the model's head.

        ``compiles``: gradients by a compiled function, which is compiled anew for each shape of a
        micro-batch; ``few_shapes`` pads them to a few.
        """
        self._model = model
        self._keys = keys
        self._few_shapes = few_shapes
        self._logits_bytes = logits_bytes
        self._predicting: mx.array | None = None
        self._hidden: mx.array | None = None
        self._head: Callable[[mx.array], mx.array] | None = None
        self._head_is_trained = False
        for name, module in model.named_modules():
            match name.rpartition(".")[2]:
                case "lm_head":
                    self._select_before(module, "__call__")
                case "embed_tokens" if hasattr(module, "as_linear"):
                    self._select_before(module, "as_linear")
        self._logits_are_the_heads = self._hands_on_what_the_head_says()
        gradients = mx.value_and_grad(self._sums)
        self._gradients: Any = mx.compile(gradients) if compiles else gradients

    def score(self, examples: Sequence[Tokens]) -> Score:
        """The score of some examples, without gradients."""
        inputs = self._inputs(examples)
        parameters = self._model.trainable_parameters()
        one = mx.array(1.0, mx.float32)
        _, loss, correct = self._sums(parameters, self._keys.keys, one, *inputs)
        mx.eval(loss, correct)
        return Score(loss, correct, _count(examples))

    def gradients(
        self, examples: Sequence[Tokens], keys: mx.array, factor: float
    ) -> tuple[Score, Any]:
        """The score and the gradients of ``factor`` × loss, as a tree of the parameters."""
        inputs = self._inputs(examples)
        parameters = self._model.trainable_parameters()
        (_, loss, correct), gradients = self._gradients(
            parameters, keys, mx.array(factor, mx.float32), *inputs
        )
        # Tracing leaves its placeholders behind.
        self._model.update(parameters)
        self._keys.keys = keys
        return Score(loss, correct, _count(examples)), gradients

    def _sums(
        self,
        parameters: Any,  # noqa: ANN401 (a tree of arrays)
        keys: mx.array,
        factor: mx.array,
        ids: mx.array,
        predicting: mx.array,
        labels: mx.array,
        weights: mx.array,
    ) -> tuple[mx.array, mx.array, mx.array]:
        self._model.update(parameters)
        self._keys.keys = keys
        self._predicting = predicting
        try:
            logits = self._model(ids)
        finally:
            self._predicting, hidden, self._hidden = None, self._hidden, None
        logits = logits.reshape(-1, logits.shape[-1])
        at_once = max(1, self._logits_bytes // (4 * logits.shape[-1]))
        if len(labels) > at_once and hidden is not None and self._logits_are_the_heads:
            # The model's own logits are not asked for, so they are never made.
            loss, correct = self._in_parts(hidden, labels, weights, at_once)
        else:
            if logits.shape[0] != labels.shape[0]:
                # A model whose head has another name computes all logits.
                logits = logits[predicting]
            loss, correct = _score(logits, labels, weights)
        return loss * factor, loss, correct

    def _in_parts(
        self, hidden: mx.array, labels: mx.array, weights: mx.array, at_once: int
    ) -> tuple[mx.array, mx.array]:
        head = self._head
        if head is None:
            raise TypeError("the model does not use its output head")
        loss, correct = mx.array(0.0), mx.array(0.0)
        for begin in range(0, len(labels), at_once):
            chosen = slice(begin, begin + at_once)

            # Labels are no arguments: a checkpoint would ask for their gradients.
            def part(states: mx.array, chosen: slice = chosen) -> tuple[mx.array, mx.array]:
                return _score(head(states), labels[chosen], weights[chosen])

            # After the part before: side by side, their logits would add up again.
            more, right = mx.checkpoint(part)(mx.depends(hidden[chosen], loss))
            loss, correct = loss + more, correct + right
        return loss, correct

    def _hands_on_what_the_head_says(self) -> bool:
        """Whether the logits are the head's own, and the head is not trained.

        Some models scale or cap them afterwards.
        """
        training = self._model.training
        self._model.train(False)
        self._predicting = mx.array([0])
        try:
            logits = self._model(mx.array([[0]]))
        finally:
            self._predicting, hidden, self._hidden = None, self._hidden, None
            self._model.train(training)
        if hidden is None or self._head is None or self._head_is_trained:
            return False
        return bool(mx.array_equal(logits.reshape(-1), self._head(hidden).reshape(-1)))

    def _inputs(self, examples: Sequence[Tokens]) -> tuple[mx.array, ...]:
        """Ids ``[rows, width]``; places before targets, labels and weights ``[targets]``."""
        width = max(len(example.ids) for example in examples)
        if self._few_shapes:
            width = _round_up(width, _WIDTH_STEP)
        ids = [example.ids + [0] * (width - len(example.ids)) for example in examples]
        targets = [
            (row * width + place - 1, example.ids[place])
            for row, example in enumerate(examples)
            for place in range(1, len(example.ids))
            if example.targets[place]
        ]
        count = len(targets)
        if self._few_shapes:
            targets += [(0, 0)] * (_round_up(count, _TARGETS_STEP) - count)
        return (
            mx.array(ids),
            mx.array([place for place, _ in targets]),
            mx.array([label for _, label in targets]),
            (mx.arange(len(targets)) < count).astype(mx.float32),
        )

    def _select_before(self, head: nn.Module, method: str) -> None:
        kind = type(head)
        original: Callable[[Any, mx.array], mx.array] = getattr(kind, method)

        def selecting(module: Any, hidden: mx.array) -> mx.array:  # noqa: ANN401 (a module)
            if self._predicting is None:
                return original(module, hidden)
            self._hidden = hidden.reshape(-1, hidden.shape[-1])[self._predicting]
            self._head = lambda hidden: original(head, hidden)
            self._head_is_trained = bool(tree_flatten(head.trainable_parameters()))
            return original(module, self._hidden[None])

        head.__class__ = type(kind.__name__, (kind,), {method: selecting})


def _score(logits: mx.array, labels: mx.array, weights: mx.array) -> tuple[mx.array, mx.array]:
    """Weighted sums of cross entropies and of right guesses. ``logits [targets, vocabulary]``."""
    exact = logits.astype(mx.float32)
    losses = nn.losses.cross_entropy(exact, labels, reduction="none")
    right = mx.stop_gradient(exact).argmax(axis=-1) == labels
    return (losses * weights).sum(), (right * weights).sum()


def _count(examples: Sequence[Tokens]) -> int:
    return sum(example.target_count() for example in examples)


def _round_up(value: int, step: int) -> int:
    return -(-value // step) * step
