"""The learning rates that the MLX recipe computes itself are those of Transformers."""

from pathlib import Path

import pytest
from support import train_spec

from lorabench import schemas
from lorabench.learning_rate import learning_rate


@pytest.mark.parametrize("decay", ["cosine", "linear", "constant"])
def test_learning_rates_are_those_of_transformers(decay: str, model: Path) -> None:
    import torch
    from transformers import get_scheduler

    for warmup, total in ((0, 7), (3, 20), (10, 10), (1, 1)):
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=2e-3)
        kind = "constant_with_warmup" if decay == "constant" else decay
        scheduler = get_scheduler(kind, optimizer, warmup, total)
        spec = train_spec(
            model,
            model,
            schedule__decay=decay,
            schedule__warmupSteps=warmup,
            schedule__learningRate=2e-3,
        )
        schedule = schemas.RunSpec.model_validate(spec).schedule
        for step in range(total):
            expected = scheduler.get_last_lr()[0]
            assert learning_rate(schedule, step, total) == pytest.approx(expected, rel=1e-12)
            optimizer.step()
            scheduler.step()
