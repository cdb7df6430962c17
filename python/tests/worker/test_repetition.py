"""The repetition penalty: as Transformers has it, without padding, and over a window."""

import pytest
import torch
from support_mlx import needs_mlx, probe
from transformers import RepetitionPenaltyLogitsProcessor

from lorabench.decoding import RepetitionPenalty

IDS = torch.tensor([[3, 9, 4, 4, 7], [0, 0, 5, 6, 2]])
SCORES = torch.linspace(-3, 3, 24).reshape(2, 12)


def test_without_padding_it_is_that_of_transformers() -> None:
    none = torch.zeros(2, dtype=torch.long)
    expected = RepetitionPenaltyLogitsProcessor(1.3)(IDS, SCORES.clone())
    assert torch.equal(RepetitionPenalty(1.3, None, none)(IDS, SCORES), expected)


@pytest.mark.parametrize(
    ("window", "punished"),
    [
        (None, [{3, 9, 4, 7}, {5, 6, 2}]),
        (2, [{4, 7}, {6, 2}]),
        (4, [{9, 4, 7}, {5, 6, 2}]),
        (99, [{3, 9, 4, 7}, {5, 6, 2}]),
    ],
)
def test_it_counts_the_last_tokens_and_no_padding(
    window: int | None, punished: list[set[int]]
) -> None:
    scores = RepetitionPenalty(1.3, window, torch.tensor([0, 2]))(IDS, SCORES)
    changed = [{place for place in range(12) if row[place]} for row in (scores != SCORES).tolist()]
    assert changed == punished
    assert (scores <= SCORES).all()


@needs_mlx
@pytest.mark.parametrize("window", [None, 1, 3, 64])
def test_mlx_chooses_what_pytorch_chooses(window: int | None) -> None:
    prompts = [[3, 9, 4, 4, 7], [5, 6, 2]]
    answer = probe("penalty", 1.7, window or 0)
    padded = torch.tensor([prompts[0], [0, 0, *prompts[1]]])
    penalty = RepetitionPenalty(1.7, window, torch.tensor([0, 2]))
    for step in range(len(answer["logits"])):
        logits = torch.tensor(answer["logits"][step])
        chosen = penalty(padded, logits).argmax(dim=-1)
        assert chosen.tolist() == answer["chosen"][step], step
        padded = torch.cat([padded, chosen[:, None]], dim=1)
