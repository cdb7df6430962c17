"""MLX: mlx-lm's own folding gives models that say what base and adapter say."""

import json
from pathlib import Path
from typing import Any

import pytest
from support import events_of, make_job, run_here
from support_export import export_spec, merged_spec, texts, write_tasks
from support_mlx import (
    DEVICE,
    STARTER,
    mlx_generate_spec,
    mlx_train_spec,
    needs_mlx,
    run_mlx,
)
from transformers import AutoModelForCausalLM

pytestmark = needs_mlx
QUICK = {
    "schedule__maxSteps": 12,
    "schedule__warmupSteps": 0,
    "schedule__learningRate": 2e-2,
    "monitoring__checkpointEvery": 8,
}
MLX = {"backend": "mlx", "device": DEVICE}
VARIANTS: dict[str, dict[str, Any]] = {
    "LoRA": {"adapter__rankStabilized": True, "adapter__alpha": 4},
    "DoRA": {"adapter__weightDecomposed": True},
    "4 bits": {"quantization__kind": "mlx4", "adapter__targetModules": ["q_proj", "down_proj"]},
}


def answers(job: Path, spec: dict[str, Any]) -> dict[str, str]:
    make_job(job, spec)
    write_tasks(job)
    assert (run_mlx(job) if spec["backend"] == "mlx" else run_here(job)) == 0
    return texts(job)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_merged_model_gives_the_answers_of_base_and_adapter_and_plain_transformers_reads_it(
    variant: str, tmp_path: Path, model: Path, corpus: Path
) -> None:
    changes = VARIANTS[variant]
    kind = changes.get("quantization__kind", "none")
    trained = make_job(tmp_path / "run", mlx_train_spec(model, corpus, **{**QUICK, **changes}))
    assert run_mlx(trained) == 0
    adapter = trained / "checkpoints" / "step-8" / "adapter"
    out = tmp_path / "to" / "merged"
    spec = export_spec(model, adapter, out, quantization__kind=kind, step=8, **MLX)
    assert run_mlx(make_job(tmp_path / "export", spec)) == 0

    asked = mlx_generate_spec(model, adapter, subject__quantization__kind=kind)
    tuned = answers(tmp_path / "tuned", asked)
    plain = mlx_generate_spec(model, subject__quantization__kind=kind)
    assert answers(tmp_path / "plain", plain) != tuned
    assert answers(tmp_path / "merged", merged_spec(out, **MLX)) == tuned

    found = AutoModelForCausalLM.from_pretrained(out, dtype="auto", output_loading_info=True)
    merged, loading = found
    assert not loading["missing_keys"] and not loading["unexpected_keys"]
    assert merged.config.rope_parameters["rope_theta"] == 10000.0
    # Another library adds up in another order, but it is the same model.
    elsewhere = answers(tmp_path / "elsewhere", merged_spec(out))
    assert sum(elsewhere[task] == tuned[task] for task in tuned) >= len(tuned) - 1

    manifest = json.loads((out / "lorabench-export.json").read_text())
    assert (manifest["step"], manifest["backend"]) == (8, "mlx")
    assert [path.name for path in out.parent.iterdir()] == ["merged"]


def test_the_starter_keeps_its_answers(tmp_path: Path, corpus: Path) -> None:
    changes = {**QUICK, "schedule__maxSteps": 2, "schedule__learningRate": 1e-3}
    trained = make_job(tmp_path / "run", mlx_train_spec(STARTER, corpus, **changes))
    assert run_mlx(trained) == 0
    out = tmp_path / "merged"
    spec = export_spec(STARTER, trained / "adapter", out, **MLX)
    assert run_mlx(make_job(tmp_path / "export", spec)) == 0
    tuned = answers(tmp_path / "tuned", mlx_generate_spec(STARTER, trained / "adapter"))
    assert answers(tmp_path / "asked", merged_spec(out, **MLX)) == tuned
    assert any(tuned.values())


def test_an_adapter_of_pytorch_is_refused(tmp_path: Path, model: Path) -> None:
    adapter = tmp_path / "adapter"
    adapter.mkdir()
    (adapter / "adapter_config.json").write_text('{"peft_type": "LORA"}')
    out = tmp_path / "to" / "merged"
    job = make_job(tmp_path / "job", export_spec(model, adapter, out, **MLX))
    assert run_mlx(job) == 1
    error = events_of(job, "error")[-1]
    assert (error["code"], "PyTorch" in error["message"]) == ("bad_adapter", True)
    assert list(out.parent.iterdir()) == []
