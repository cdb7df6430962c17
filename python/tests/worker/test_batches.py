"""Which examples form a step does not depend on the micro-batch; the largest one comes first."""

import random
from itertools import chain

import pytest

from lorabench.batches import Batcher
from lorabench.prompts import Tokens

EFFECTIVE = 12


def examples_of(lengths: list[int]) -> list[Tokens]:
    return [
        Tokens([number] * length, [True] * length) for number, length in enumerate(lengths, start=1)
    ]


def padded(batch: list[Tokens]) -> int:
    return len(batch) * max(len(example.ids) for example in batch)


def steps_of(examples: list[Tokens], micro: int, grouped: bool) -> list[list[list[Tokens]]]:
    batcher = Batcher(examples, effective=EFFECTIVE, micro=micro, group_by_length=grouped, seed=7)
    return [batcher.step(step) for step in range(2 * batcher.steps_per_epoch)]


def corpora() -> list[list[int]]:
    draw = random.Random(3)
    plain = [draw.randint(5, 60) for _ in range(53)]
    same = [30] * 40
    few = [9, 50, 7]
    outliers = [draw.choice([5, 6, 200]) for _ in range(61)]
    return [plain, same, few, outliers]


@pytest.mark.parametrize("grouped", [True, False])
@pytest.mark.parametrize("lengths", corpora())
def test_the_first_step_has_the_largest_padded_micro_batch_for_every_size_of_it(
    lengths: list[int], grouped: bool
) -> None:
    for micro in (1, 2, 3, 4, 5, 6, 12):
        steps = steps_of(examples_of(lengths), micro, grouped)
        costs = [max(padded(batch) for batch in step) for step in steps]
        assert costs[0] == max(costs), micro


@pytest.mark.parametrize("grouped", [True, False])
@pytest.mark.parametrize("lengths", corpora())
def test_the_examples_of_a_step_are_the_same_for_every_micro_batch_and_whole_epochs_are_seen(
    lengths: list[int], grouped: bool
) -> None:
    examples = examples_of(lengths)
    whole = [list(chain(*step)) for step in steps_of(examples, EFFECTIVE, grouped)]
    for micro in (1, 2, 3, 4, 5, 6):
        assert [list(chain(*step)) for step in steps_of(examples, micro, grouped)] == whole
    half = len(whole) // 2
    for epoch in (whole[:half], whole[half:]):
        assert sorted(example.ids[0] for example in chain(*epoch)) == list(
            range(1, len(lengths) + 1)
        )
        assert all(len(step) == EFFECTIVE for step in epoch if step is not min(epoch, key=len))


def test_the_longest_example_in_the_short_last_step_does_not_stay_there() -> None:
    """Wherever the one long example falls by chance, it begins the first step."""
    for at in range(17):
        lengths = [10] * 17
        lengths[at] = 90
        first = steps_of(examples_of(lengths), 12, False)[0]
        assert (len(first[0]), len(first[0][0].ids)) == (12, 90)
