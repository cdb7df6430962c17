"""Answers under MLX: those of PyTorch, generated once, in the same batches."""

import json
import math
from pathlib import Path

import pytest
from support import Json, events_of, generate_spec, make_job, run_here
from support_mlx import (
    REPOSITORY,
    STARTER,
    mlx_generate_spec,
    mlx_train_spec,
    needs_mlx,
    probe,
    run_mlx,
)

pytestmark = needs_mlx


def write_tasks(job: Path, count: int) -> None:
    tasks = [
        {
            "id": f"task-{number}",
            "category": "sums",
            "prompt": f"Add {number} and 3" + " please" * (number * 5 % 7) + ".",
            "reference": "console.log(1)",
        }
        for number in range(count)
    ]
    (job / "tasks.jsonl").write_text("".join(json.dumps(task) + "\n" for task in tasks))


def generations(job: Path) -> dict[tuple[str, int], Json]:
    found: dict[tuple[str, int], Json] = {}
    for line in (job / "generations.jsonl").read_text().splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        key = value["taskId"], value["sample"]
        assert key not in found, "an answer was generated twice"
        found[key] = value
    return found


def answers(job: Path) -> dict[tuple[str, int], tuple[str, str, int, int]]:
    return {
        key: (one["text"], one["finishReason"], one["promptTokens"], one["completionTokens"])
        for key, one in generations(job).items()
    }


@pytest.mark.skipif(not STARTER.is_dir(), reason="the starter model is not built")
@pytest.mark.parametrize("penalty", [1, 1.3])
def test_the_starter_answers_greedily_as_it_does_with_pytorch(
    penalty: float, tmp_path: Path
) -> None:
    benchmark = REPOSITORY / "resources" / "benchmarks" / "starter" / "tasks.jsonl"
    tasks = benchmark.read_text().splitlines(keepends=True)[:6]
    changes = {
        "comparability__sampling__maxNewTokens": 24,
        "comparability__sampling__repetitionPenalty": penalty,
    }
    job = make_job(tmp_path / "mlx", mlx_generate_spec(STARTER, **changes))
    other = make_job(tmp_path / "torch", generate_spec(STARTER, **changes))
    for folder in (job, other):
        (folder / "tasks.jsonl").write_text("".join(tasks))
    assert (run_mlx(job), run_here(other)) == (0, 0)

    assert answers(job) == answers(other)
    assert len(answers(job)) == 6
    assert len({text for text, *_ in answers(job).values()}) > 1


@pytest.mark.parametrize(
    ("top_k", "top_p", "temperature"), [(0, 0.7, 1.0), (5, 1, 0.5), (7, 0.6, 1.5), (1, 0.01, 1)]
)
def test_top_k_and_top_p_leave_what_transformers_leaves(
    top_k: int, top_p: float, temperature: float
) -> None:
    import torch
    from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

    answer = probe("narrow", top_k, top_p, temperature)
    logits = torch.tensor(answer["logits"])
    ids = torch.zeros((4, 1), dtype=torch.long)
    expected = TemperatureLogitsWarper(float(temperature))(ids, logits)
    if top_k:
        expected = TopKLogitsWarper(top_k)(ids, expected)
    if top_p < 1:
        expected = TopPLogitsWarper(top_p)(ids, expected)
    kept = torch.tensor(answer["kept"])
    kept[kept == 1e9] = -math.inf
    assert torch.equal(torch.isinf(kept), torch.isinf(expected))
    assert torch.allclose(kept, expected, rtol=1e-5)


@pytest.mark.parametrize("temperature", [0, 1.0])
def test_an_evaluation_killed_midway_ends_with_the_answers_of_an_uninterrupted_one(
    temperature: float, tmp_path: Path, model: Path
) -> None:
    sampling = {
        "repeats": 3,
        "temperature": temperature,
        "topK": 50,
        "topP": 0.95,
        "repetitionPenalty": 1.2,
        "maxNewTokens": 12,
        "batchSize": 4,
        "seed": 5,
    }
    spec = mlx_generate_spec(model, comparability__sampling=sampling)
    whole = make_job(tmp_path / "whole", spec)
    write_tasks(whole, 10)
    assert run_mlx(whole) == 0
    assert len(generations(whole)) == 30

    cut = make_job(tmp_path / "cut", spec)
    write_tasks(cut, 10)
    lines = (whole / "generations.jsonl").read_bytes().splitlines(keepends=True)
    kept = b"".join(lines[:7]) + lines[7][:30]
    (cut / "generations.jsonl").write_bytes(kept)

    assert run_mlx(cut) == 0

    assert (cut / "generations.jsonl").read_bytes().startswith(kept)
    assert answers(cut) == answers(whole)
    assert events_of(cut)[-1]["steps"] == 30
    first, last = ({n: answers(whole)[f"task-{n}", sample] for n in range(10)} for sample in (0, 2))
    assert (first == last) == (temperature == 0)


def test_a_quantized_adapter_is_evaluated_on_a_quantized_base_and_by_its_own_backend_only(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    changes = {"quantization__kind": "mlx4", "schedule__maxSteps": 8, "schedule__warmupSteps": 0}
    run = make_job(tmp_path / "run", mlx_train_spec(model, corpus, **changes))
    assert run_mlx(run) == 0
    said = []
    for name, adapter in (("base", None), ("tuned", run / "adapter")):
        spec = mlx_generate_spec(model, adapter, subject__quantization__kind="mlx4")
        job = make_job(tmp_path / name, spec)
        write_tasks(job, 3)
        assert run_mlx(job) == 0
        said.append({key: one[0] for key, one in answers(job).items()})
    assert said[0].keys() == said[1].keys()
    assert all(said[0][key] != said[1][key] for key in said[0])

    peft = tmp_path / "peft"
    peft.mkdir()
    (peft / "adapter_config.json").write_text('{"peft_type": "LORA"}')
    refused = make_job(tmp_path / "refused", mlx_generate_spec(model, peft))
    write_tasks(refused, 1)
    assert run_mlx(refused) == 1
    error = events_of(refused, "error")[-1]
    assert (error["code"], "PyTorch" in error["message"]) == ("bad_adapter", True)

    foreign = make_job(tmp_path / "foreign", generate_spec(model, run / "adapter"))
    write_tasks(foreign, 1)
    assert run_here(foreign) == 1
    error = events_of(foreign, "error")[-1]
    assert (error["code"], "MLX" in error["message"]) == ("bad_adapter", True)
