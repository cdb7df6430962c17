"""A killed run resumes from its last complete checkpoint and ends bit-identical."""

import os
import random
import shutil
import signal
from pathlib import Path

import pytest
from support import Json, events_of, make_job, run_here, start_worker, train_spec, wait_for


def adapter_bytes(run: Path) -> bytes:
    return (run / "adapter" / "adapter_model.safetensors").read_bytes()


def losses(run: Path, after: int = 0) -> dict[int, tuple[float, float, int]]:
    return {
        event["step"]: (event["loss"], event["gradNorm"], event["correctTokens"])
        for event in events_of(run, "step")
        if event["step"] > after
    }


def kill_at_step(run: Path, step: int) -> None:
    process = start_worker(run)
    wait_for(
        lambda: (
            (run / "events.jsonl").exists()
            and any(event["step"] >= step for event in events_of(run, "step"))
        )
    )
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def killed_run(folder: Path, spec: Json, steps: range) -> Path:
    """A run that was killed at one of the steps; a busy machine may be too late for it at first."""
    for attempt in range(5):
        run = make_job(folder / f"killed-{attempt}", spec)
        kill_at_step(run, random.choice(steps))
        if not events_of(run, "done"):
            return run
    raise AssertionError("the run always ended before it was killed")


@pytest.mark.parametrize("quantization", ["none", "nf4"])
def test_a_run_killed_at_a_random_step_ends_bit_identical_to_an_uninterrupted_one(
    quantization: str, tmp_path: Path, model: Path, corpus: Path
) -> None:
    changes = {
        "quantization__kind": quantization,
        "schedule__epochs": 5,
        "monitoring__checkpointEvery": 4,
        "monitoring__samplePrompts": ["Add 3 and 4."],
    }
    whole = make_job(tmp_path / "whole", train_spec(model, corpus, **changes))
    assert run_here(whole) == 0
    killed = killed_run(tmp_path, train_spec(model, corpus, **changes), range(5, 16))
    before = events_of(killed)
    assert not (killed / "adapter").exists()

    assert run_here(killed) == 0

    resumed = events_of(killed)[len(before) :]
    plan = next(event for event in resumed if event.get("plan"))
    assert plan["resumedFrom"] >= 4
    assert min(event["step"] for event in resumed if event["kind"] == "step") == (
        plan["resumedFrom"] + 1
    )
    assert losses(killed) == losses(whole)
    assert adapter_bytes(killed) == adapter_bytes(whole)
    assert [event["seq"] for event in events_of(killed)] == list(
        range(1, len(events_of(killed)) + 1)
    )


def test_a_broken_newest_checkpoint_is_named_and_the_one_before_is_used(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    whole = make_job(tmp_path / "whole", train_spec(model, corpus))
    assert run_here(whole) == 0
    broken = tmp_path / "broken"
    shutil.copytree(whole, broken)
    shutil.rmtree(broken / "adapter")
    shutil.rmtree(broken / "checkpoints" / "step-14")
    weights = broken / "checkpoints" / "step-12" / "adapter" / "adapter_model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)

    assert run_here(broken) == 0

    warning = next(e for e in events_of(broken, "warning") if e["code"] == "broken_checkpoint")
    assert warning["details"] == [
        "step-12: adapter/adapter_model.safetensors has changed since it was written"
    ]
    plans = [event for event in events_of(broken, "phase") if event["plan"]]
    assert plans[-1]["resumedFrom"] == 9
    assert adapter_bytes(broken) == adapter_bytes(whole)


def test_a_checkpoint_of_other_examples_is_refused(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    changed = tmp_path / "corpus.jsonl"
    shutil.copy(corpus, changed)
    run = make_job(tmp_path / "run", train_spec(model, changed, schedule__maxSteps=3))
    assert run_here(run) == 0
    changed.write_text("".join(changed.read_text().splitlines(keepends=True)[:-5]))

    assert run_here(run) == 1

    assert events_of(run, "error")[-1]["code"] == "bad_checkpoint"


def test_half_the_micro_batch_goes_on_from_the_same_checkpoint_with_the_same_examples(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    run = make_job(tmp_path / "run", train_spec(model, corpus, batch__micro=8, adapter__dropout=0))
    assert run_here(run) == 0
    halved = tmp_path / "halved"
    shutil.copytree(run, halved)
    for step in (9, 12, 14):
        shutil.rmtree(halved / "checkpoints" / f"step-{step}", ignore_errors=True)
    shutil.copytree(run / "checkpoints" / "step-9", halved / "checkpoints" / "step-9")
    make_job(
        halved,
        train_spec(model, corpus, batch__micro=2, batch__accumulation=4, adapter__dropout=0),
    )
    (halved / "events.jsonl").unlink()

    assert run_here(halved) == 0

    expected = losses(run, after=9)
    found = losses(halved)
    assert found.keys() == expected.keys()
    for step, (loss, norm, _) in found.items():
        assert loss == pytest.approx(expected[step][0], rel=1e-4)
        assert norm == pytest.approx(expected[step][1], rel=1e-3)
