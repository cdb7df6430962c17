"""Merged models say what base and adapter say; an export is whole or absent."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from support import events_of, generate_spec, make_job, make_model, run_here, train_spec
from support_export import export_spec, merged_spec, texts, write_tasks
from transformers import AutoModelForCausalLM, AutoTokenizer

from lorabench import export_model as exporting
from lorabench import merge_torch
from lorabench.files import sha256_of
from lorabench.model_torch import load_adapter, load_base_model

QUICK = {"schedule__maxSteps": 6, "schedule__warmupSteps": 0, "monitoring__checkpointEvery": 3}
VARIANTS: dict[str, dict[str, Any]] = {
    "LoRA": {},
    "rank-stabilized": {"adapter__rankStabilized": True, "adapter__alpha": 4},
    "DoRA": {"adapter__weightDecomposed": True},
    "PiSSA": {"adapter__initialization": "pissa"},
    "NF4": {"quantization__kind": "nf4"},
    "NF4 with DoRA": {"quantization__kind": "nf4", "adapter__weightDecomposed": True},
    "the head": {"adapter__targetModules": ["q_proj", "lm_head"]},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, model: Path, corpus: Path) -> Path:
    """A finished run without quantization."""
    folder = make_job(tmp_path_factory.mktemp("run"), train_spec(model, corpus, **QUICK))
    assert run_here(folder) == 0
    return folder


def export(folder: Path, spec: dict[str, Any]) -> int:
    return run_here(make_job(folder, spec))


def logits(model: Any, tokens: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        found: torch.Tensor = model(input_ids=tokens).logits
    return found


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_merged_model_says_what_base_and_adapter_say(
    variant: str, tmp_path: Path, model: Path, corpus: Path
) -> None:
    changes = VARIANTS[variant]
    kind = changes.get("quantization__kind", "none")
    trained = make_job(tmp_path / "run", train_spec(model, corpus, **{**QUICK, **changes}))
    assert run_here(trained) == 0
    # A checkpoint holds an adapter of its own, and PiSSA's fits the untouched base there too.
    for name, adapter in (
        ("finished", trained / "adapter"),
        ("checkpoint", trained / "checkpoints" / "step-3" / "adapter"),
    ):
        out = tmp_path / name / "merged"
        spec = export_spec(model, adapter, out, quantization__kind=kind)
        assert export(tmp_path / f"job {name}", spec) == 0

        base = load_base_model(
            model,
            device=torch.device("cpu"),
            precision="float32",
            quantization=kind,
            double_quantization=True,
            compute_type="float32",
        )
        tokens = torch.arange(0, 320, 9)[None, :]
        before = logits(base, tokens)
        tuned = logits(load_adapter(base, adapter), tokens)
        merged = AutoModelForCausalLM.from_pretrained(out, dtype=torch.float32)
        torch.testing.assert_close(logits(merged, tokens), tuned, atol=2e-4, rtol=1e-4)
        assert (tuned - before).abs().max() > 1e-2, "the adapter changes nothing"
        assert getattr(merged.config, "quantization_config", None) is None
        assert AutoTokenizer.from_pretrained(out)("Add 1").input_ids


@pytest.mark.parametrize("kind", ["none", "nf4"])
def test_the_worker_generates_the_same_greedy_answers_from_a_merged_model(
    kind: str, tmp_path: Path, model: Path, corpus: Path
) -> None:
    changes = {**QUICK, "quantization__kind": kind}
    trained = make_job(tmp_path / "run", train_spec(model, corpus, **changes))
    assert run_here(trained) == 0
    out = tmp_path / "out"
    spec = export_spec(model, trained / "adapter", out, quantization__kind=kind)
    assert export(tmp_path / "export", spec) == 0

    specs = {
        "tuned": generate_spec(model, trained / "adapter", subject__quantization__kind=kind),
        "merged": merged_spec(out),
        "plain": generate_spec(model, subject__quantization__kind=kind),
    }
    for name, question in specs.items():
        job = make_job(tmp_path / name, question)
        write_tasks(job)
        assert run_here(job) == 0
    assert texts(tmp_path / "tuned") == texts(tmp_path / "merged")
    assert texts(tmp_path / "plain") != texts(tmp_path / "tuned")


def test_the_manifest_names_every_file_and_the_rest_is_the_base_models(
    tmp_path: Path, model: Path, run: Path
) -> None:
    base = tmp_path / "base"
    shutil.copytree(model, base)
    (base / "LICENSE").write_text("Do as you like.")
    (base / "train.py").write_text("print()")
    out = tmp_path / "some where" / "merged"
    assert export(tmp_path / "job", export_spec(base, run / "adapter", out, step=6)) == 0

    manifest = json.loads((out / exporting.MANIFEST).read_text())
    there = {path.name for path in out.iterdir()} - {exporting.MANIFEST}
    assert set(manifest["files"]) == there
    assert manifest["step"] == 6
    assert manifest["bytes"] == sum((out / name).stat().st_size for name in there)
    for name, file in manifest["files"].items():
        assert file == {"bytes": (out / name).stat().st_size, "sha256": sha256_of(out / name)}
    for name in ("tokenizer.json", "tokenizer_config.json", "generation_config.json", "LICENSE"):
        assert (out / name).read_bytes() == (base / name).read_bytes()
    assert "train.py" not in there
    assert [path.name for path in out.parent.iterdir()] == ["merged"]
    kinds = {event["unit"] for event in events_of(tmp_path / "job", "progress")}
    assert kinds == {"layers", "bytes"}


def test_weights_are_rounded_once_to_the_number_format_of_the_run(
    tmp_path: Path, model: Path, run: Path
) -> None:
    for precision in ("float32", "bfloat16"):
        spec = export_spec(model, run / "adapter", tmp_path / precision, precision=precision)
        assert export(tmp_path / f"job {precision}", spec) == 0
    whole = AutoModelForCausalLM.from_pretrained(tmp_path / "float32", dtype="auto")
    half = AutoModelForCausalLM.from_pretrained(tmp_path / "bfloat16", dtype="auto")
    assert (whole.dtype, half.dtype) == (torch.float32, torch.bfloat16)
    base = AutoModelForCausalLM.from_pretrained(model, dtype=torch.bfloat16)
    name = "model.layers.0.self_attn.q_proj.weight"
    # The base itself is rounded when it is loaded, as it was for the training.
    change = (
        whole.state_dict()[name] - AutoModelForCausalLM.from_pretrained(model).state_dict()[name]
    )
    expected = (base.state_dict()[name].float() + change).bfloat16()
    different = (half.state_dict()[name] != expected).float().mean()
    assert different < 0.01


def test_large_models_are_written_in_shards(
    tmp_path: Path, model: Path, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge_torch, "SHARD_BYTES", 100_000)
    out = tmp_path / "merged"
    assert export(tmp_path / "job", export_spec(model, run / "adapter", out)) == 0
    index = json.loads((out / "model.safetensors.index.json").read_text())
    assert len(set(index["weight_map"].values())) > 2
    assert AutoModelForCausalLM.from_pretrained(out).num_parameters() > 0


def test_a_full_disk_is_told_before_anything_is_written(
    tmp_path: Path, model: Path, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(exporting.shutil, "disk_usage", lambda _: usage)
    out = tmp_path / "to" / "merged"
    assert export(tmp_path / "job", export_spec(model, run / "adapter", out)) == 1
    error = events_of(tmp_path / "job", "error")[-1]
    assert (error["code"], "needs 0.1 GB" in error["message"]) == ("disk_full", True)
    assert list(out.parent.iterdir()) == []


@pytest.mark.parametrize("there", ["file", "empty folder", "link to nothing"])
def test_what_lies_there_is_never_touched(
    there: str, tmp_path: Path, model: Path, run: Path
) -> None:
    out = tmp_path / "merged"
    match there:
        case "file":
            out.write_text("mine")
        case "empty folder":
            out.mkdir()
        case _:
            out.symlink_to(tmp_path / "nowhere")
    before = out.lstat()
    assert export(tmp_path / "job", export_spec(model, run / "adapter", out)) == 1
    assert events_of(tmp_path / "job", "error")[-1]["code"] == "already_there"
    assert out.lstat() == before


def test_a_stop_leaves_nothing_and_a_retry_makes_it_whole(
    tmp_path: Path, model: Path, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, job = tmp_path / "to" / "merged", tmp_path / "job"
    spec = export_spec(model, run / "adapter", out)
    asked: list[int] = []
    told = exporting.Teller.layer

    def layer(self: exporting.Teller, done: int, total: int) -> None:
        asked.append(done)
        if done == 3:
            monkeypatch.setattr(self._stop, "_requested", True)
        told(self, done, total)

    monkeypatch.setattr(exporting.Teller, "layer", layer)
    assert export(job, spec) == 0
    assert asked == [1, 2, 3]
    done = events_of(job, "done")[-1]
    assert (done["outcome"], done["steps"]) == ("stopped", 3)
    assert list(out.parent.iterdir()) == []

    monkeypatch.undo()
    # What a killed attempt has left is not taken for anything.
    (out.parent / ".writing-test-export").mkdir()
    assert export(job, spec) == 0
    made = (out / exporting.MANIFEST).read_bytes()
    # Killed after its last act, it has nothing more to do.
    assert export(job, spec) == 0
    assert (out / exporting.MANIFEST).read_bytes() == made


def test_an_adapter_that_is_broken_is_refused(tmp_path: Path, model: Path, run: Path) -> None:
    from safetensors.torch import load_file, save_file

    adapter = tmp_path / "adapter"
    shutil.copytree(run / "adapter", adapter)
    weights = load_file(adapter / "adapter_model.safetensors")
    name = next(name for name in weights if "lora_B" in name)
    weights[name][0, 0] = float("nan")
    save_file(weights, adapter / "adapter_model.safetensors", {"format": "pt"})
    out = tmp_path / "to" / "merged"
    assert export(tmp_path / "job", export_spec(model, adapter, out)) == 1
    error = events_of(tmp_path / "job", "error")[-1]
    assert (error["code"], "before its numbers" in error["fix"]) == ("bad_adapter", True)
    assert list(out.parent.iterdir()) == []


def test_running_out_of_memory_says_how_much_is_needed(
    tmp_path: Path, model: Path, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(merge_torch, "load_base_model", no_room)
    assert export(tmp_path / "job", export_spec(model, run / "adapter", tmp_path / "out")) == 1
    error = events_of(tmp_path / "job", "error")[-1]
    assert (error["code"], "micro" in error["fix"]) == ("out_of_memory", False)


def test_an_untied_head_is_folded_without_touching_the_embeddings(
    tmp_path: Path, corpus: Path
) -> None:
    base = make_model(tmp_path / "untied", tie_word_embeddings=False)
    changes = {**QUICK, "adapter__targetModules": ["lm_head"]}
    trained = make_job(tmp_path / "run", train_spec(base, corpus, **changes))
    assert run_here(trained) == 0
    assert export(tmp_path / "job", export_spec(base, trained / "adapter", tmp_path / "out")) == 0
    before = AutoModelForCausalLM.from_pretrained(base).state_dict()
    after = AutoModelForCausalLM.from_pretrained(tmp_path / "out").state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"lm_head.weight"}
