"""Rehearsals: what they measure, how they end, and that they tell the truth about a real run."""

import json
import math
import os
import shutil
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rehearsal_support import ALL_LINEAR, STARTER, rehearse_spec
from support import (
    Json,
    events_of,
    make_job,
    run_here,
    run_worker,
    start_worker,
    train_spec,
    wait_for,
    write_rows,
)

from lorabench import rehearsal
from lorabench.schemas import RehearsalResult, RehearseSpec


@pytest.fixture
def shape(tmp_path: Path) -> Path:
    """A folder with the starter's config.json and nothing else."""
    folder = tmp_path / "shape"
    folder.mkdir()
    shutil.copy(STARTER / "config.json", folder)
    return folder


def result_of(folder: Path) -> Json:
    value = json.loads((folder / "result.json").read_bytes())
    RehearsalResult.model_validate(value)
    return dict(value)


def only_error(folder: Path) -> Json:
    (error,) = events_of(folder, "error")
    return error


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"quantization__kind": "nf4"},
        {"precision": "bfloat16", "quantization__computeType": "bfloat16"},
        {"batch__gradientCheckpointing": True, "data__trainOn": "all"},
        {"batch__groupByLength": False, "quantization__doubleQuantization": False},
    ],
)
def test_it_measures_from_a_configuration_alone(changes: Json, shape: Path, tmp_path: Path) -> None:
    job = make_job(tmp_path / "job", rehearse_spec(shape, **changes))
    assert run_here(job) == 0
    result = result_of(job)
    assert result["parameters"] - result["trainableParameters"] == 3_543_296
    assert result["trainableParameters"] == 8 * 4 * (2 * 512 + 2 * 384 + 2 * 1024)
    assert len(result["stepSeconds"]) == 2
    assert result["tokensPerStep"] == 8 * 128
    assert 0 < result["buildPeakBytes"] <= result["peakMemoryBytes"]
    expected = 2 * result["microBatchSeconds"] + result["optimizerSeconds"]
    assert result["secondsPerStep"] == pytest.approx(expected, rel=0.5)
    assert result["tokensPerSecond"] == pytest.approx(8 * 128 / result["secondsPerStep"])
    (done,) = events_of(job, "done")
    assert done["outcome"] == "completed"


def test_its_progress_goes_from_layers_to_steps_without_going_back(
    shape: Path, tmp_path: Path
) -> None:
    job = make_job(tmp_path / "job", rehearse_spec(shape, steps=3))
    assert run_here(job) == 0
    phases = [event["phase"] for event in events_of(job, "phase")]
    assert phases == ["starting", "building_model", "rehearsing"]
    for unit, total in (("layers", 4), ("steps", 4)):
        told = [event for event in events_of(job, "progress") if event["unit"] == unit]
        done = [event["done"] for event in told]
        assert done == sorted(done)
        assert (done[0], done[-1]) == (0, total)
        assert {event["total"] for event in told} == {total}


def test_a_long_step_is_measured_on_some_of_its_micro_batches(
    shape: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "STEP_SECONDS", 0.0)
    spec = rehearse_spec(shape, batch__effective=64, batch__micro=2, batch__accumulation=32)
    job = make_job(tmp_path / "job", spec)
    assert run_here(job) == 0
    begun, ended = events_of(job, "phase")[-1]["time"], events_of(job, "done")[0]["time"]
    seconds = (ended - begun) / 1000
    result = result_of(job)
    assert result["tokensPerStep"] == 64 * 128
    # What was not computed took no time, but is in the result.
    assert sum(result["stepSeconds"]) > seconds
    expected = 32 * result["microBatchSeconds"] + result["optimizerSeconds"]
    assert result["secondsPerStep"] == pytest.approx(expected, rel=0.3)
    assert any("on 1 of its 32 micro-batches" in note for note in result["notes"])


def test_after_enough_time_no_further_step_is_measured(
    shape: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "ENOUGH_SECONDS", 0.0)
    job = make_job(tmp_path / "job", rehearse_spec(shape, steps=30))
    assert run_here(job) == 0
    result = result_of(job)
    assert len(result["stepSeconds"]) == 1
    assert any("1 of 30 steps" in note for note in result["notes"])
    (done,) = events_of(job, "done")
    assert done["steps"] == 1
    assert events_of(job, "progress")[-1]["done"] == 31


def test_a_recorded_device_is_computed_on_the_cpu_and_says_so(shape: Path, tmp_path: Path) -> None:
    card = {
        "id": "rocm:0",
        "kind": "rocm",
        "name": "A card elsewhere",
        "threads": 2,
        "architecture": "gfx1100",
        "recorded": True,
    }
    job = make_job(tmp_path / "job", rehearse_spec(shape, device=card, steps=1))
    assert run_here(job) == 0
    result = result_of(job)
    assert "recording" in result["device"]
    assert any("A card elsewhere is a recording" in note for note in result["notes"])


def test_a_processor_that_others_keep_busy_is_noted(shape: Path, tmp_path: Path) -> None:
    # More cores are counted on than there are, as if most of them were taken.
    cores = 16 * (os.cpu_count() or 1)
    spec = rehearse_spec(shape, steps=1, device__threads=cores, batch__maxLength=32)
    job = make_job(tmp_path / "job", spec)
    assert run_worker(job) == 0
    assert any("a run alone is faster" in note for note in result_of(job)["notes"])


@pytest.mark.parametrize("optimizer", ["adamw_8bit", "paged_adamw_8bit"])
def test_it_uses_the_optimizer_of_the_specification(
    optimizer: str, shape: Path, tmp_path: Path
) -> None:
    job = make_job(
        tmp_path / "job",
        rehearse_spec(shape, schedule__optimizer=optimizer, steps=1),
    )
    assert run_here(job) == 0
    assert result_of(job)["optimizerSeconds"] > 0


def test_a_length_beyond_the_model_is_reduced_as_a_run_would(shape: Path, tmp_path: Path) -> None:
    spec = rehearse_spec(shape, batch__maxLength=4096, batch__effective=2, batch__micro=1, steps=1)
    job = make_job(tmp_path / "job", spec)
    assert run_here(job) == 0
    result = result_of(job)
    assert result["tokensPerStep"] == 2 * 1024
    assert any("made for 1,024 tokens" in note for note in result["notes"])


def test_it_stops_within_a_step_when_asked(shape: Path, tmp_path: Path) -> None:
    spec = rehearse_spec(
        shape, batch__effective=512, batch__micro=64, batch__accumulation=8, steps=40
    )
    job = make_job(tmp_path / "job", spec)
    worker = start_worker(job)

    def steps() -> list[Json]:
        return [e for e in events_of(job, "progress") if e["unit"] == "steps"]

    try:
        wait_for(lambda: (job / "events.jsonl").exists() and steps())
        asked = steps()[-1]["done"]
        control = {"request": "stop", "requestedAt": int(time.time() * 1000)}
        (job / "control.json").write_text(json.dumps(control))
        assert worker.wait(timeout=300) == 0
    finally:
        worker.kill()
    (done,) = events_of(job, "done")
    assert done["outcome"] == "stopped"
    assert steps()[-1]["done"] < asked + 1
    assert not (job / "result.json").exists()


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (None, "no config.json"),
        ('{"model_type": "nothing-known", "architectures": ["XForCausalLM"]}', "cannot be built"),
    ],
)
def test_an_unknown_or_missing_architecture_is_told(
    config: str | None, message: str, tmp_path: Path
) -> None:
    if config is not None:
        (tmp_path / "config.json").write_text(config)
    job = make_job(tmp_path / "job", rehearse_spec(tmp_path))
    assert run_here(job) == 1
    error = only_error(job)
    assert error["code"] == "bad_model"
    assert message in error["message"]
    assert not (job / "result.json").exists()


def test_weights_beyond_memory_end_the_building_before_they_are_taken(
    shape: Path, tmp_path: Path
) -> None:
    config = json.loads((shape / "config.json").read_text())
    (shape / "config.json").write_text(json.dumps({**config, "vocab_size": 2_000_000_000}))
    job = make_job(tmp_path / "job", rehearse_spec(shape))
    # Two terabytes that nobody has: it could not have taken them.
    assert run_here(job) == 1
    error = only_error(job)
    assert error["code"] == "out_of_memory"
    assert "during building the model" in error["message"]
    assert "quantization.kind=nf4" in error["fix"]


def test_a_step_beyond_memory_names_what_was_tried_and_the_nearest_change(
    shape: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0

    def available() -> SimpleNamespace:
        # The model is built; then something takes the memory away.
        nonlocal calls
        calls += 1
        return SimpleNamespace(available=1 << 40 if calls < 80 else 0, total=1 << 40)

    monkeypatch.setattr(rehearsal.psutil, "virtual_memory", available)
    job = make_job(tmp_path / "job", rehearse_spec(shape))
    assert run_here(job) == 1
    error = only_error(job)
    assert error["code"] == "out_of_memory"
    assert "4 examples of 128 tokens at once" in error["message"]
    assert error["fix"] == "Set batch.micro=2: the effective batch stays 8."


@pytest.mark.parametrize(
    ("changes", "building", "change"),
    [
        ({"batch__micro": 4}, False, "batch.micro=2"),
        ({"batch__micro": 1}, False, "gradientCheckpointing=true"),
        ({"batch__micro": 1, "batch__gradientCheckpointing": True}, False, "kind=nf4"),
        (
            {
                "batch__micro": 1,
                "batch__gradientCheckpointing": True,
                "batch__maxLength": 512,
                "quantization__kind": "nf4",
            },
            False,
            "batch.maxLength=256",
        ),
        ({"batch__micro": 4}, True, "kind=nf4"),
        ({"quantization__kind": "nf4"}, True, "smaller model"),
    ],
)
def test_the_nearest_change_costs_least(changes: Json, building: bool, change: str) -> None:
    spec = RehearseSpec.model_validate(rehearse_spec(STARTER, **changes))
    assert change in rehearsal.nearest_change(spec, building=building)


@pytest.mark.parametrize("quantization", ["none", "nf4"])
def test_it_foretells_a_real_run(quantization: str, shape: Path, tmp_path: Path) -> None:
    """The same training with real weights and a corpus of full-length examples."""
    common: dict[str, Any] = {
        "batch__maxLength": 192,
        "batch__effective": 16,
        "batch__micro": 8,
        "batch__accumulation": 2,
        "adapter__targetModules": ALL_LINEAR,
        "quantization__kind": quantization,
    }
    rehearsal_spec = rehearse_spec(shape, steps=3, **common)
    long = [
        {
            "messages": [
                {"role": "user", "content": "print 1 2 3 4 5 " * 5},
                {"role": "assistant", "content": "console.log(1); " * 200},
            ]
        }
        for _ in range(48)
    ]
    corpus = write_rows(tmp_path / "corpus.jsonl", long)
    run_spec = train_spec(
        STARTER,
        corpus,
        data__tooLong="truncate",
        schedule__epochs=1,
        monitoring__validationShare=0,
        **common,
    )
    # The quickest steps of both, because the machine does other things too; where it did them all
    # along during one of the two, both are made again.
    real, foretold = math.inf, math.inf
    for attempt in range(4):
        rehearsal = make_job(tmp_path / f"rehearsal-{attempt}", rehearsal_spec)
        run = make_job(tmp_path / f"run-{attempt}", run_spec)
        assert (run_worker(rehearsal), run_worker(run)) == (0, 0)
        result = result_of(rehearsal)
        steps = events_of(run, "step")
        foretold = min(foretold, *result["stepSeconds"])
        real = min(real, *(step["targetTokens"] / step["tokensPerSecond"] for step in steps[1:]))
        if real / 2.5 < foretold < real * 2.5:
            break
    assert real / 2.5 < foretold < real * 2.5
    (plan,) = [e["plan"] for e in events_of(run, "phase") if e["plan"]]
    assert result["parameters"] == plan["totalParameters"]
    assert result["trainableParameters"] == plan["trainableParameters"]

    baseline = 400e6  # of a Python process with PyTorch, in both
    peak = max(step["peakMemoryBytes"] for step in steps)
    # What the allocator has not given back differs from process to process (a quarter was seen).
    assert result["peakMemoryBytes"] - baseline == pytest.approx(peak - baseline, rel=0.5)
