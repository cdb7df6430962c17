"""Learning rates by step, the same as those of Transformers' schedules with warm-up."""

import math

from lorabench.schemas import Schedule


def learning_rate(schedule: Schedule, step: int, total_steps: int) -> float:
    """The rate of the step after ``step`` completed ones."""
    warmup = schedule.warmupSteps
    if step < warmup:
        return schedule.learningRate * (step / max(1, warmup))
    progress = (step - warmup) / max(1, total_steps - warmup)
    match schedule.decay:
        case "cosine":
            share = max(0.0, 0.5 * (1 + math.cos(math.pi * progress)))
        case "linear":
            share = max(0.0, (total_steps - step) / max(1, total_steps - warmup))
        case "constant":
            share = 1.0
    return schedule.learningRate * share
