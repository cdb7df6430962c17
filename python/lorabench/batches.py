"""Which examples form a step, and how a step is cut into micro-batches.

The examples of a step are a uniform random draw without replacement, fixed by seed and epoch, and
do not depend on the micro-batch: halving it after a shortage of memory continues the same run.
Grouping by length orders examples within a step only, so it saves padding without changing what a
step learns from. The first step of the first epoch is the one with the longest example.
"""

import hashlib
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from lorabench.prompts import Tokens


@dataclass(frozen=True)
class Split:
    """Training and validation examples."""

    training: list[Tokens]
    validation: list[Tokens]


def split(examples: Sequence[Tokens], validation_share: float, seed: int) -> Split:
    """Holds out a share, drawn by seed; at least one example is left to train on."""
    order = list(range(len(examples)))
    random.Random(f"validation {seed}").shuffle(order)
    held_out = min(round(len(examples) * validation_share), len(examples) - 1)
    if validation_share > 0 and len(examples) > 1:
        held_out = max(held_out, 1)
    chosen = set(order[:held_out])
    return Split(
        training=[example for index, example in enumerate(examples) if index not in chosen],
        validation=[examples[index] for index in sorted(chosen)],
    )


def fingerprint(examples: Sequence[Tokens]) -> str:
    """SHA-256 over tokens and targets: a checkpoint continues on the same examples only."""
    digest = hashlib.sha256()
    for example in examples:
        digest.update(repr((example.ids, example.targets)).encode())
    return digest.hexdigest()


class Batcher:
    """Cuts epochs into steps and steps into micro-batches."""

    def __init__(
        self,
        examples: Sequence[Tokens],
        *,
        effective: int,
        micro: int,
        group_by_length: bool,
        seed: int,
    ) -> None:
        self._examples = examples
        self._effective = effective
        self._micro = micro
        self._group_by_length = group_by_length
        self._seed = seed
        self._epoch: tuple[int, list[list[int]]] | None = None
        self.steps_per_epoch = math.ceil(len(examples) / effective)

    def step(self, step: int) -> list[list[Tokens]]:
        """Micro-batches of the step numbered ``step`` (from 0, over all epochs)."""
        epoch, index = divmod(step, self.steps_per_epoch)
        if self._epoch is None or self._epoch[0] != epoch:
            self._epoch = (epoch, self._order(epoch))
        return self._micro_batches(self._epoch[1][index])

    def _order(self, epoch: int) -> list[list[int]]:
        order = list(range(len(self._examples)))
        random.Random(f"epoch {self._seed} {epoch}").shuffle(order)
        if epoch == 0:
            self._longest_to_a_full_step(order)
        steps = [
            order[begin : begin + self._effective]
            for begin in range(0, len(order), self._effective)
        ]
        if epoch == 0:
            # The largest padded micro-batch comes first: a shortage of memory shows at once.
            first = max(range(len(steps)), key=lambda index: (self._longest(steps[index]), -index))
            steps.insert(0, steps.pop(first))
        return steps

    def _longest_to_a_full_step(self, order: list[int]) -> None:
        """Puts the longest example at the head of its step, and that step is not the short last.

        Its micro-batch is then a full one and the largest of the epoch, whatever the micro-batch
        is: nothing here may depend on that, because it can change while a run is under way.
        """
        longest = max(range(len(order)), key=lambda at: (len(self._examples[order[at]].ids), -at))
        head = longest - longest % self._effective
        if head + self._effective > len(order):
            head = 0
        order[head], order[longest] = order[longest], order[head]

    def _longest(self, step: list[int]) -> int:
        return max(len(self._examples[index].ids) for index in step)

    def _micro_batches(self, step: list[int]) -> list[list[Tokens]]:
        examples = [self._examples[index] for index in step]
        if self._group_by_length:
            examples.sort(key=lambda example: len(example.ids), reverse=True)
        return [
            examples[begin : begin + self._micro] for begin in range(0, len(examples), self._micro)
        ]


def in_order(examples: Sequence[Tokens], size: int) -> list[list[Tokens]]:
    """Batches of similar length for validation, longest first."""
    by_length = sorted(examples, key=lambda example: len(example.ids), reverse=True)
    return [by_length[begin : begin + size] for begin in range(0, len(by_length), size)]
