"""Training with MLX keeps the promises that training with PyTorch keeps, and learns the same."""

import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file
from support import (
    Json,
    events_of,
    make_job,
    make_model,
    make_rows,
    run_here,
    train_spec,
    wait_for,
    write_rows,
)
from support_mlx import (
    REPOSITORY,
    STARTER,
    mlx_train_spec,
    needs_mlx,
    probe,
    run_mlx,
    start_mlx,
)
from torch import zeros

pytestmark = needs_mlx
WEIGHTS = Path("adapter") / "adapters.safetensors"


def numbers(run: Path) -> dict[int, tuple[float, float, int]]:
    return {
        event["step"]: (event["loss"], event["gradNorm"], event["correctTokens"])
        for event in events_of(run, "step")
    }


def train_torch_from(run: Path, mlx_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trains with PyTorch, beginning with the adapter in the other run's checkpoint of step 0."""
    from lorabench import train_torch

    weights = load_file(mlx_run / "checkpoints" / "step-0" / WEIGHTS)
    add_adapter = train_torch.add_adapter

    def add_the_same(*arguments, **options):
        model = add_adapter(*arguments, **options)
        parameters = dict(model.named_parameters())
        assert len(weights) == sum(one.requires_grad for one in parameters.values())
        for name, value in weights.items():
            layer, _, kind = name.rpartition(".")
            letter = {"lora_a": "lora_A", "lora_b": "lora_B"}[kind]
            parameters[f"base_model.model.{layer}.{letter}.default.weight"].data.copy_(value.T)
        return model

    monkeypatch.setattr(train_torch, "add_adapter", add_the_same)
    assert run_here(run) == 0
    monkeypatch.undo()


@pytest.mark.skipif(not STARTER.is_dir(), reason="the starter model is not built")
def test_the_starter_learns_the_same_as_with_pytorch_from_the_same_adapter_and_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = REPOSITORY / "resources" / "corpora" / "starter" / "train.jsonl"
    rows = [json.loads(line) for line in corpus.read_text().splitlines()[:40]]
    few = write_rows(tmp_path / "few.jsonl", rows)
    changes = {
        "adapter__dropout": 0,
        "schedule__learningRate": 2e-3,
        "schedule__weightDecay": 0.1,
        "schedule__maxGradNorm": 0.5,
        "schedule__warmupSteps": 1,
        "batch__effective": 4,
        "batch__micro": 2,
        "schedule__maxSteps": 3,
        "monitoring__validationShare": 0.05,
        "monitoring__checkpointEvery": 1000,
    }
    run = make_job(tmp_path / "mlx", mlx_train_spec(STARTER, few, **changes))
    quantized_spec = mlx_train_spec(STARTER, few, **changes, quantization__kind="mlx4")
    quantized = make_job(tmp_path / "mlx4", quantized_spec)
    probe("start", run)
    shutil.copytree(run / "checkpoints", quantized / "checkpoints")
    other = make_job(tmp_path / "torch", train_spec(STARTER, few, **changes))
    train_torch_from(other, run, monkeypatch)
    assert (run_mlx(run), run_mlx(quantized)) == (0, 0)

    for event, expected, rough in zip(
        *(events_of(job, "step") for job in (run, other, quantized)), strict=True
    ):
        assert event["loss"] == pytest.approx(expected["loss"], abs=1e-4)
        assert event["gradNorm"] == pytest.approx(expected["gradNorm"], rel=1e-3)
        assert event["learningRate"] == pytest.approx(expected["learningRate"], rel=1e-12)
        assert event["correctTokens"] == expected["correctTokens"]
        for same in ("step", "epoch", "targetTokens"):
            assert event[same] == expected[same] == rough[same]
        assert rough["loss"] == pytest.approx(expected["loss"], rel=0.15)
    for one, expected in zip(
        events_of(run, "validation"), events_of(other, "validation"), strict=True
    ):
        assert one["loss"] == pytest.approx(expected["loss"], abs=1e-4)
        assert (one["step"], one["correctTokens"]) == (expected["step"], expected["correctTokens"])
    plan, expected_plan = (
        next(event["plan"] for event in events_of(job, "phase") if event["plan"])
        for job in (run, other)
    )
    assert plan == expected_plan
    assert len(events_of(run, "step")) == 3


@pytest.mark.parametrize("quantization", ["none", "mlx4"])
def test_a_run_killed_at_a_random_step_ends_bit_identical_to_an_uninterrupted_one(
    quantization: str, tmp_path: Path, model: Path, corpus: Path
) -> None:
    spec = mlx_train_spec(
        model,
        corpus,
        quantization__kind=quantization,
        schedule__epochs=3,
        monitoring__checkpointEvery=4,
        monitoring__samplePrompts=["Add 3 and 4."],
    )
    whole = make_job(tmp_path / "whole", spec)
    assert run_mlx(whole) == 0
    for attempt in range(5):
        killed = make_job(tmp_path / f"killed-{attempt}", spec)
        process = start_mlx(killed)
        last = random.randint(5, 15)
        wait_for(
            lambda run=killed, step=last: (run / "events.jsonl").exists() and step in numbers(run)
        )
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        # On a busy machine the kill may come too late at first.
        if not events_of(killed, "done"):
            break
    before = events_of(killed)
    assert before[-1]["kind"] != "done"
    assert not (killed / "adapter").exists()

    assert run_mlx(killed) == 0

    resumed = events_of(killed)[len(before) :]
    plan = next(event for event in resumed if event.get("plan"))
    assert plan["resumedFrom"] >= 4
    assert min(event["step"] for event in resumed if event["kind"] == "step") == (
        plan["resumedFrom"] + 1
    )
    assert len(numbers(whole)) == 21
    assert numbers(killed) == numbers(whole)
    for name in ("adapters.safetensors", "adapter_config.json"):
        assert (killed / "adapter" / name).read_bytes() == (whole / "adapter" / name).read_bytes()
    final = Path("checkpoints") / "step-21" / "optimizer.safetensors"
    assert (killed / final).read_bytes() == (whole / final).read_bytes()
    assert [event["seq"] for event in events_of(killed)] == list(
        range(1, len(events_of(killed)) + 1)
    )


def test_a_stop_saves_and_mlx_lm_loads_the_finished_adapter_with_the_logits_it_was_trained_to(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    spec = mlx_train_spec(model, corpus, schedule__epochs=200, adapter__rankStabilized=True)
    run = make_job(tmp_path / "run", spec)
    process = start_mlx(run)
    wait_for(lambda: (run / "events.jsonl").exists() and len(numbers(run)) >= 2)
    request = {"request": "stop", "requestedAt": int(time.time() * 1000)}
    (run / "control.json").write_text(json.dumps(request))
    assert process.wait(timeout=300) == 0

    done = events_of(run)[-1]
    last = events_of(run, "step")[-1]["step"]
    assert (done["outcome"], done["steps"]) == ("stopped", last)
    assert events_of(run, "checkpoint")[-1]["step"] == last

    spec["schedule"]["maxSteps"] = last + 3
    make_job(run, spec)
    (run / "control.json").unlink()
    assert run_mlx(run) == 0
    assert events_of(run)[-1]["outcome"] == "completed"
    assert list(numbers(run)) == list(range(1, last + 4))

    answer = probe("logits", run)
    assert answer["difference"] < 1e-5
    assert answer["learned"] > 0.01
    environment = json.loads((run / "environment.json").read_text())
    assert environment["libraries"]["mlx"].startswith("0.")
    assert "torch" not in environment["libraries"]
    memory = [event["peakMemoryBytes"] for event in events_of(run, "step")]
    assert 0 < memory[0] < 1 << 30


@pytest.mark.parametrize(
    "changes",
    [
        {"adapter__weightDecomposed": True, "schedule__decay": "linear"},
        {
            "adapter__initialization": "gaussian",
            "schedule__decay": "constant",
            "precision": "bfloat16",
            "quantization__kind": "mlx4",
        },
        {
            "precision": "float16",
            "data__promptFormat": "alpaca",
            "data__trainOn": "all",
            "batch__maxLength": 256,
        },
    ],
)
def test_every_kind_of_recipe_trains_and_loads_again(
    changes: Json, tmp_path: Path, model: Path, corpus: Path
) -> None:
    run = make_job(tmp_path / "run", mlx_train_spec(model, corpus, **changes, schedule__maxSteps=6))
    assert run_mlx(run) == 0
    losses = [event["loss"] for event in events_of(run, "step")]
    assert losses[-1] < losses[0]
    if changes.get("quantization__kind") != "mlx4":
        assert probe("logits", run)["difference"] < (
            1e-5 if changes.get("precision") != "float16" else 0.05
        )


def test_neither_the_micro_batch_nor_gradient_checkpointing_changes_what_is_learned(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    def losses(name: str, **changes: object) -> list[tuple[float, float]]:
        common = {"schedule__maxSteps": 4, "monitoring__checkpointEvery": 1000}
        spec = mlx_train_spec(model, corpus, **{**common, **changes})
        run = make_job(tmp_path / name, spec)
        assert run_mlx(run) == 0
        return [(loss, norm) for loss, norm, _ in numbers(run).values()]

    with_dropout = losses("dropout")
    # Computed twice, the layers must drop the same elements twice.
    assert losses("checkpointing", batch__gradientCheckpointing=True) == with_dropout
    whole = losses("whole", adapter__dropout=0, batch__micro=8)
    assert whole != with_dropout
    for found, expected in zip(
        losses("cut", adapter__dropout=0, batch__micro=3, batch__groupByLength=False),
        whole,
        strict=True,
    ):
        assert found == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"adapter__initialization": "pissa"}, "bad_adapter", "PiSSA"),
        ({"schedule__optimizer": "adamw_8bit"}, "bad_optimizer", "adamw_8bit"),
        ({"quantization__kind": "nf4"}, "bad_quantization", "NF4"),
        ({"adapter__targetModules": ["qkv"]}, "bad_adapter", "has no qkv"),
    ],
)
def test_what_mlx_lacks_is_refused_with_what_to_do(
    changes: Json, code: str, words: str, tmp_path: Path, model: Path, corpus: Path
) -> None:
    run = make_job(tmp_path / "run", mlx_train_spec(model, corpus, **changes))
    assert run_mlx(run) == 1
    error = events_of(run)[-1]
    assert (error["kind"], error["code"]) == ("error", code)
    assert words in error["message"]
    assert error["fix"].startswith("Set ")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: (f / "config.json").write_text('{"model_type": "telepath"}'), "cannot be load"),
        (
            lambda f: (f / "model.safetensors").write_bytes(
                (f / "model.safetensors").read_bytes()[:-1000]
            ),
            "cannot be loaded",
        ),
        (
            lambda f: save_file({"model.norm.weight": zeros(64)}, f / "model.safetensors"),
            "are incomplete",
        ),
    ],
)
def test_a_bad_model_folder_is_explained(
    spoil: Callable[[Path], object], words: str, tmp_path: Path, model: Path, corpus: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    spoil(folder)
    run = make_job(tmp_path / "run", mlx_train_spec(folder, corpus))
    assert run_mlx(run) == 1
    error = events_of(run)[-1]
    assert (error["code"], words in error["message"]) == ("bad_model", True)


def test_a_loss_that_is_not_a_number_is_null_warned_of_once_and_changes_no_weight(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    changes = {
        "schedule__learningRate": 1.0,
        "schedule__maxGradNorm": 1e38,
        "schedule__warmupSteps": 0,
        "schedule__maxSteps": 5,
        "adapter__alpha": 1e30,
        "monitoring__checkpointEvery": 1,
        "monitoring__keepCheckpoints": 9,
    }
    run = make_job(tmp_path / "run", mlx_train_spec(model, corpus, **changes))
    assert run_mlx(run) == 0

    steps = events_of(run, "step")[1:]
    broken = [event for event in steps if event["gradNorm"] is None]
    assert broken
    for event in broken:
        assert event["nonfinite"] in ("nan", "inf", "-inf")
        before, after = (
            (run / "checkpoints" / f"step-{step}" / WEIGHTS).read_bytes()
            for step in (event["step"] - 1, event["step"])
        )
        assert before == after
    assert [e["code"] for e in events_of(run, "warning")].count("nonfinite") == 1
    assert "NaN" not in (run / "events.jsonl").read_text()


def test_the_compiled_gradients_of_the_gpu_are_those_of_the_plain_computation(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    if shutil.which("g++") is None:
        pytest.skip("MLX compiles for a CPU with g++")
    run = make_job(tmp_path / "run", mlx_train_spec(model, corpus))
    answer = probe("compiled", run)
    assert answer["correct"][0] == answer["correct"][1]
    assert answer["loss"] < 1e-3
    assert answer["gradient"] < 1e-5
    # Each step drops other elements, also where the function was compiled before.
    assert answer["betweenSteps"] > 1e-3
    # Padding to a few shapes changes nothing.
    assert answer["few"] == pytest.approx(answer["exact"], rel=1e-6)


@pytest.mark.parametrize("tied", [True, False])
def test_large_logits_are_made_in_parts_with_the_same_loss_and_gradients(
    tied: bool, tmp_path: Path
) -> None:
    corpus = write_rows(tmp_path / "corpus.jsonl", make_rows(20))
    folder = make_model(tmp_path / "model", vocab_size=40_000, tie_word_embeddings=tied)
    changes = {"data__trainOn": "all", "batch__maxLength": 256}
    run = make_job(tmp_path / "run", mlx_train_spec(folder, corpus, **changes))
    whole, cut = probe("parts", run, 4 * 40_000 * 20)
    assert whole["targets"] > 100
    assert cut["loss"] == pytest.approx(whole["loss"], rel=1e-5)
    assert cut["norm"] == pytest.approx(whole["norm"], rel=1e-4)
    assert cut["correct"] == whole["correct"]
    assert cut["peak"] < whole["peak"] / 2


def test_a_quantized_model_is_never_whole_in_memory(tmp_path: Path) -> None:
    folder = make_model(
        tmp_path / "model",
        hidden_size=512,
        intermediate_size=2048,
        num_hidden_layers=8,
        num_attention_heads=8,
        num_key_value_heads=8,
    )
    size = (folder / "model.safetensors").stat().st_size
    answer = probe("peak", folder)
    assert answer["after"] < size / 5
    assert answer["peak"] < size / 3
