"""Answers are generated once, in the same batches, and survive an interruption."""

import json
import os
import signal
from pathlib import Path

import pytest
from support import (
    Json,
    events_of,
    generate_spec,
    make_job,
    run_here,
    start_worker,
    train_spec,
    wait_for,
)

STARTER = Path(__file__).parents[3] / "resources" / "models" / "starter"


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
    for line in (job / "generations.jsonl").read_bytes().split(b"\n"):
        try:
            value = json.loads(line)
        except ValueError:
            continue
        key = value["taskId"], value["sample"]
        assert key not in found, "an answer was generated twice"
        found[key] = value
    return found


def texts(job: Path) -> dict[tuple[str, int], str]:
    return {key: value["text"] for key, value in generations(job).items()}


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
        "maxNewTokens": 16,
        "batchSize": 4,
        "seed": 5,
    }
    spec = generate_spec(model, comparability__sampling=sampling)
    whole = make_job(tmp_path / "whole", spec)
    write_tasks(whole, 10)
    assert run_here(whole) == 0
    assert len(generations(whole)) == 30

    cut = make_job(tmp_path / "cut", spec)
    write_tasks(cut, 10)
    lines = (whole / "generations.jsonl").read_bytes().splitlines(keepends=True)
    kept = b"".join(lines[:7]) + lines[7][:30]
    (cut / "generations.jsonl").write_bytes(kept)

    assert run_here(cut) == 0

    assert (cut / "generations.jsonl").read_bytes().startswith(kept)
    assert texts(cut) == texts(whole)
    assert events_of(cut)[-1]["steps"] == 30
    if temperature == 0:
        assert all(texts(whole)[f"task-{n}", 0] == texts(whole)[f"task-{n}", 2] for n in range(10))
    else:
        assert any(texts(whole)[f"task-{n}", 0] != texts(whole)[f"task-{n}", 2] for n in range(10))


def test_a_killed_generation_keeps_every_finished_batch(tmp_path: Path, model: Path) -> None:
    job = make_job(tmp_path / "job", generate_spec(model, comparability__sampling__maxNewTokens=60))
    write_tasks(job, 60)
    process = start_worker(job)
    wait_for(lambda: (job / "generations.jsonl").exists() and len(generations(job)) >= 4)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    before = generations(job)
    assert 4 <= len(before) < 60

    assert run_here(job) == 0

    after = generations(job)
    assert len(after) == 60
    assert {key: after[key] for key in before} == before


@pytest.mark.skipif(not STARTER.is_dir(), reason="the starter model is not built")
def test_the_tuned_model_answers_as_it_was_taught_in_both_prompt_formats(
    tmp_path: Path, corpus: Path
) -> None:
    for name in ("chatml", "alpaca"):
        changes = {
            "data__promptFormat": name,
            "adapter__dropout": 0,
            "schedule__epochs": 4,
            "monitoring__validationShare": 0,
            "monitoring__checkpointEvery": 1000,
        }
        run = make_job(tmp_path / f"run-{name}", train_spec(STARTER, corpus, **changes))
        assert run_here(run) == 0
        loss = [event["loss"] for event in events_of(run, "step")]
        assert loss[-1] < loss[0] / 3
        spec = generate_spec(STARTER, run / "adapter", comparability__promptFormat=name)
        job = make_job(tmp_path / f"job-{name}", spec)
        write_tasks(job, 6)
        assert run_here(job) == 0
        answers = generations(job)
        assert sum("console.log(" in answer["text"] for answer in answers.values()) >= 5
        assert sum(answer["finishReason"] == "stop" for answer in answers.values()) >= 5


def test_an_nf4_adapter_is_evaluated_on_an_nf4_base(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    run = make_job(
        tmp_path / "run",
        train_spec(model, corpus, quantization__kind="nf4", schedule__maxSteps=2),
    )
    assert run_here(run) == 0
    spec = generate_spec(model, run / "adapter", subject__quantization__kind="nf4")
    job = make_job(tmp_path / "job", spec)
    write_tasks(job, 3)
    assert run_here(job) == 0
    assert len(generations(job)) == 3


def test_a_batch_that_fails_is_repeated_one_by_one_and_one_bad_task_spoils_no_other(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lorabench import generate_torch

    real = generate_torch.generate

    def fragile(network, tokenizer, prompts, sampling, length):
        text = tokenizer.decode([token for prompt in prompts for token in prompt])
        if "Add 5 and" in text:
            raise RuntimeError("CUDA out of memory")
        return real(network, tokenizer, prompts, sampling, length)

    monkeypatch.setattr(generate_torch, "generate", fragile)
    job = make_job(tmp_path / "job", generate_spec(model))
    write_tasks(job, 8)
    assert run_here(job) == 0

    answers = generations(job)
    assert [key[0] for key, value in answers.items() if value["finishReason"] == "error"] == [
        "task-5"
    ]
    assert answers["task-5", 0]["error"].startswith("out of memory")
    assert len(answers) == 8
    assert [event["code"] for event in events_of(job, "warning")] == ["batch_failed"]


def test_a_prompt_longer_than_the_model_allows_is_an_error_of_that_task_alone(
    tmp_path: Path, model: Path
) -> None:
    job = make_job(tmp_path / "job", generate_spec(model))
    write_tasks(job, 3)
    long_task = {"id": "long", "category": "c", "prompt": "Add 1 " * 300, "reference": "x"}
    with (job / "tasks.jsonl").open("a") as file:
        file.write(json.dumps(long_task) + "\n")
    assert run_here(job) == 0

    failed = [value for value in generations(job).values() if value["finishReason"] == "error"]
    assert [value["taskId"] for value in failed] == ["long"]
    assert "the model was made for 256" in failed[0]["error"]


def test_a_system_prompt_comes_before_the_question(model: Path) -> None:
    from lorabench.prompts import load_tokenizer, make_prompter

    tokenizer = load_tokenizer(model)
    ids = make_prompter(tokenizer, "chatml").encode_prompt("Add.", "Be brief.")
    assert tokenizer.decode(ids) == (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nAdd.<|im_end|>\n"
        "<|im_start|>assistant\n"
    )


def test_tasks_that_cannot_be_read_and_missing_adapters_are_explained(
    tmp_path: Path, model: Path
) -> None:
    job = make_job(tmp_path / "job", generate_spec(model))
    (job / "tasks.jsonl").write_text('{"id": "x"}\n')
    assert run_here(job) == 1
    assert events_of(job, "error")[-1]["code"] == "bad_benchmark"

    write_tasks(job, 1)
    make_job(job, generate_spec(model, tmp_path / "nowhere"))
    assert run_here(job) == 1
    assert events_of(job, "error")[-1]["code"] == "bad_adapter"
