"""Optimizers, initializations, precisions and devices under PyTorch: each trains and resumes."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import PeftModel
from support import events_of, make_job, run_here, train_spec
from transformers import AutoModelForCausalLM

from lorabench import optimizer_torch, schemas
from lorabench.attention_torch import choose_attention
from lorabench.batches import split
from lorabench.corpus import read_corpus
from lorabench.devices_torch import open_device
from lorabench.errors import WorkerError, as_worker_error
from lorabench.model_torch import load_base_model
from lorabench.optimizer_torch import make_optimizer
from lorabench.prompts import load_tokenizer, make_prompter
from lorabench.target_loss import TargetLoss

GRE = {
    "id": "rocm:0", "kind": "rocm", "name": "AMD Radeon RX 7900 GRE", "threads": 2,
    "architecture": "gfx1100", "recorded": True,
}  # fmt: skip


def losses(run: Path, after: int = 0) -> list[tuple[float, float]]:
    return [
        (event["loss"], event["gradNorm"])
        for event in events_of(run, "step")
        if event["step"] > after
    ]


def adapter_bytes(run: Path) -> bytes:
    return (run / "adapter" / "adapter_model.safetensors").read_bytes()


def warnings_of(run: Path) -> dict[str, str]:
    return {event["code"]: event["message"] for event in events_of(run, "warning")}


def resumed(whole: Path, folder: Path, at: int) -> Path:
    """A copy of a finished run that stands at an earlier checkpoint, gone on with."""
    shutil.copytree(whole, folder)
    shutil.rmtree(folder / "adapter")
    (folder / "events.jsonl").unlink()
    for path in (folder / "checkpoints").iterdir():
        if path.name != f"step-{at}":
            shutil.rmtree(path)
    assert run_here(folder) == 0
    plan = next(event for event in events_of(folder, "phase") if event["plan"])
    assert plan["resumedFrom"] == at
    return folder


RESUMABLE: list[dict[str, Any]] = [
    {"schedule__optimizer": "adamw_8bit", "adapter__rank": 64},
    {"schedule__optimizer": "paged_adamw_8bit", "adapter__rank": 64},
    {"adapter__initialization": "pissa"},
    {"adapter__initialization": "pissa_niter_16", "adapter__rankStabilized": True},
    {"adapter__weightDecomposed": True, "adapter__rankStabilized": True},
    {"precision": "bfloat16", "adapter__initialization": "pissa"},
]


@pytest.mark.parametrize("changes", RESUMABLE, ids=lambda changes: " ".join(map(str, changes)))
def test_a_resumed_run_ends_bit_identical(
    changes: dict[str, Any], tmp_path: Path, model: Path, corpus: Path
) -> None:
    changes = {**changes, "schedule__maxSteps": 9, "monitoring__checkpointEvery": 3}
    whole = make_job(tmp_path / "whole", train_spec(model, corpus, **changes))
    assert run_here(whole) == 0
    assert losses(whole)[-1] < losses(whole)[0]
    again = resumed(whole, tmp_path / "again", 3)
    assert losses(again) == losses(whole, after=3)
    assert adapter_bytes(again) == adapter_bytes(whole)


def validation_loss(model: torch.nn.Module, base: Path, corpus: Path) -> float:
    prompter = make_prompter(load_tokenizer(base), "chatml")
    held_out = split(prompter.encode(read_corpus(corpus).usable, False), 0.1, 11).validation
    inner = model.get_base_model() if isinstance(model, PeftModel) else model
    loss, targets = 0.0, 0
    with torch.no_grad():
        for example in held_out:
            with TargetLoss(inner, torch.device("cpu"), torch.float32, False).score(
                [example]
            ) as score:
                loss += float(score.loss)
                targets += score.targets
    return loss / targets


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"adapter__rankStabilized": True},
        {"adapter__weightDecomposed": True},
        {"adapter__initialization": "gaussian"},
        {"adapter__initialization": "pissa"},
        {"adapter__initialization": "pissa_niter_16"},
        {"adapter__initialization": "pissa", "adapter__rankStabilized": True},
    ],
    ids=lambda changes: " ".join(map(str, changes.items())),
)
def test_the_saved_adapter_on_the_untouched_base_says_what_the_training_measured(
    changes: dict[str, Any], tmp_path: Path, model: Path, corpus: Path
) -> None:
    changes = {**changes, "schedule__maxSteps": 8, "schedule__learningRate": 0.01}
    run = make_job(tmp_path / "run", train_spec(model, corpus, **changes))
    assert run_here(run) == 0
    measured = events_of(run, "validation")[-1]
    assert measured["step"] == 8
    untouched = AutoModelForCausalLM.from_pretrained(model)
    before = validation_loss(untouched, model, corpus)
    for folder in (run / "adapter", run / "checkpoints" / "step-8" / "adapter"):
        tuned = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(model), folder)
        loss = validation_loss(tuned, model, corpus)
        assert loss == pytest.approx(measured["loss"], rel=2e-4)
        assert abs(loss - before) > 0.05


def test_pissa_begins_as_the_untouched_model_and_saves_what_pefts_own_conversion_saves(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    from safetensors.torch import load_file

    from lorabench.model_torch import add_adapter
    from lorabench.training_state import write_adapter

    spec = schemas.RunSpec.model_validate(
        train_spec(model, corpus, adapter__initialization="pissa", adapter__dropout=0)
    )
    base = AutoModelForCausalLM.from_pretrained(model)
    before = validation_loss(base, model, corpus)
    wrapped = add_adapter(base, spec.adapter, tmp_path / "kept")
    assert validation_loss(wrapped, model, corpus) == pytest.approx(before, rel=1e-5)
    initial = load_file(tmp_path / "kept" / "adapter_model.safetensors")
    torch.manual_seed(2)
    with torch.no_grad():
        for parameter in wrapped.parameters():
            if parameter.requires_grad:
                parameter.add_(torch.randn_like(parameter) * 0.02)
    write_adapter(tmp_path / "ours", wrapped, initial)
    # PEFT wants the initial adapter as it would have saved it itself.
    (tmp_path / "kept" / "adapter_config.json").write_text(
        (tmp_path / "ours" / "adapter_config.json").read_text()
    )
    wrapped.save_pretrained(
        str(tmp_path / "theirs"), path_initial_model_for_weight_conversion=str(tmp_path / "kept")
    )

    ours, theirs = (
        load_file(tmp_path / name / "adapter_model.safetensors") for name in ("ours", "theirs")
    )
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    configs = [
        json.loads((tmp_path / name / "adapter_config.json").read_text())
        for name in ("ours", "theirs")
    ]
    for key in ("r", "lora_alpha", "use_rslora", "init_lora_weights"):
        assert configs[0][key] == configs[1][key]
    assert configs[0]["r"] == 16


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"quantization__kind": "nf4"}, "quantized base"),
        ({"adapter__weightDecomposed": True}, "PiSSA and DoRA"),
        ({"adapter__targetModules": ["q_proj", "lm_head"]}, "lm_head"),
    ],
)
def test_pissa_is_refused_with_the_reason_where_it_cannot_be(
    changes: dict[str, Any], words: str, tmp_path: Path, model: Path, corpus: Path
) -> None:
    spec = train_spec(model, corpus, adapter__initialization="pissa", **changes)
    run = make_job(tmp_path / "run", spec)
    assert run_here(run) == 1
    error = events_of(run)[-1]
    assert error["code"] == "bad_adapter"
    assert words in error["message"]
    assert error["details"] != []


def test_a_pissa_checkpoint_without_its_beginning_is_refused(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    spec = train_spec(model, corpus, adapter__initialization="pissa", schedule__maxSteps=3)
    run = make_job(tmp_path / "run", spec)
    assert run_here(run) == 0
    shutil.rmtree(run / "initial-adapter")
    assert run_here(run) == 1
    assert events_of(run)[-1]["code"] == "bad_checkpoint"


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
@pytest.mark.parametrize("quantization", ["none", "nf4"])
def test_half_precisions_do_a_step_on_a_cpu(
    precision: str, quantization: str, tmp_path: Path, model: Path, corpus: Path
) -> None:
    changes = {
        "precision": precision,
        "quantization__kind": quantization,
        "quantization__computeType": precision,
        "schedule__maxSteps": 1,
    }
    run = make_job(tmp_path / "run", train_spec(model, corpus, **changes))
    assert run_here(run) == 0
    (step,) = events_of(run, "step")
    assert 4 < step["loss"] < 8
    assert step["gradNorm"] > 0
    assert (run / "adapter" / "adapter_model.safetensors").exists()


@pytest.mark.parametrize("computed", ["float32", "bfloat16", "float16"])
def test_nf4_computes_in_the_type_of_the_specification(computed: Any, model: Path) -> None:
    from bitsandbytes.nn import Linear4bit

    network = load_base_model(
        model,
        device=torch.device("cpu"),
        precision="float32",
        quantization="nf4",
        double_quantization=True,
        compute_type=computed,
    )
    layers = [module for module in network.modules() if isinstance(module, Linear4bit)]
    assert {layer.compute_dtype for layer in layers} == {getattr(torch, computed)}
    assert {layer.weight.quant_type for layer in layers} == {"nf4"}


def test_eight_bit_states_are_eight_bit_and_learn_nearly_as_thirty_two_do(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    from safetensors.torch import load_file

    changes = {"adapter__rank": 64, "schedule__maxSteps": 12, "adapter__dropout": 0}
    runs = {}
    for optimizer in ("adamw", "adamw_8bit"):
        spec = train_spec(model, corpus, schedule__optimizer=optimizer, **changes)
        runs[optimizer] = make_job(tmp_path / optimizer, spec)
        assert run_here(runs[optimizer]) == 0
    exact, rough = (losses(run)[-1][0] for run in runs.values())
    assert rough == pytest.approx(exact, rel=0.05)
    assert rough != exact
    state = load_file(runs["adamw_8bit"] / "checkpoints" / "step-12" / "optimizer.safetensors")
    kinds = {name.partition(":")[0]: value.dtype for name, value in state.items()}
    assert kinds["state1"] == kinds["state2"] == torch.uint8


def test_paged_states_are_plain_ones_on_a_cpu_and_it_says_so(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    spec = train_spec(model, corpus, schedule__optimizer="paged_adamw_8bit", schedule__maxSteps=1)
    run = make_job(tmp_path / "run", spec)
    assert run_here(run) == 0
    assert "adamw_8bit is used" in warnings_of(run)["optimizer_not_paged"]


def schedule_of(optimizer: str) -> schemas.Schedule:
    return schemas.Schedule.model_validate(
        {**train_spec(Path(), Path())["schedule"], "optimizer": optimizer}
    )


@pytest.mark.parametrize("architecture", ["gfx1100", "gfx1101", "gfx1102", "gfx1103"])
def test_paged_optimizers_are_refused_on_rdna3_with_the_reason(architecture: str) -> None:
    device = schemas.Device.model_validate({**GRE, "architecture": architecture})
    parameters = [torch.nn.Parameter(torch.zeros(2))]
    with pytest.raises(WorkerError) as refused:
        make_optimizer(schedule_of("paged_adamw_8bit"), device, parameters)
    assert refused.value.code == "bad_optimizer"
    assert architecture in refused.value.message
    assert "schedule.optimizer=adamw" in refused.value.fix
    other = device.model_copy(update={"architecture": "gfx1030"})
    assert make_optimizer(schedule_of("paged_adamw_8bit"), other, parameters) is not None
    assert make_optimizer(schedule_of("adamw_8bit"), device, parameters) is not None


def test_eight_bit_states_are_refused_where_bitsandbytes_has_no_kernel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    device = schemas.Device.model_validate({**GRE, "kind": "cpu", "architecture": None})
    parameters = [torch.nn.Parameter(torch.zeros(2))]
    assert make_optimizer(schedule_of("adamw_8bit"), device, parameters) is not None
    monkeypatch.setattr(optimizer_torch, "_UPDATE_8BIT", "bitsandbytes::int8_mm_dequant")
    with pytest.raises(WorkerError, match="has no 8-bit optimizer"):
        make_optimizer(schedule_of("adamw_8bit"), device, parameters)


def test_a_recorded_card_is_computed_on_the_cpu_and_everything_says_so(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    spec = train_spec(model, corpus, schedule__maxSteps=1, precision="bfloat16")
    spec["device"] = GRE
    run = make_job(tmp_path / "run", spec)
    assert run_here(run) == 0
    told = [e for e in events_of(run, "warning") if e["code"] == "recorded_device"]
    assert len(told) == 1
    assert "RX 7900 GRE is a recording" in told[0]["message"]
    environment = json.loads((run / "environment.json").read_text())
    assert environment["device"] == "AMD Radeon RX 7900 GRE (a recording; computed on the CPU)"
    assert "computed on the CPU" in environment["driver"]
    import psutil

    device = open_device(schemas.Device.model_validate(GRE))
    assert device.device.type == "cpu"
    assert device.total_bytes == psutil.virtual_memory().total


def test_attention_that_cannot_be_had_is_replaced_and_told(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    spec = train_spec(model, corpus, attention="flash_attention_2", schedule__maxSteps=1)
    run = make_job(tmp_path / "run", spec)
    assert run_here(run) == 0
    assert "does not run on a CPU" in warnings_of(run)["attention_replaced"]


def test_fused_attention_is_off_only_on_the_small_rdna3_cards() -> None:
    card = schemas.Device.model_validate({**GRE, "recorded": False})
    on = torch.device("cuda", 0)
    told: list[str] = []
    before = torch.backends.cuda.flash_sdp_enabled()

    def chosen(asked: str, architecture: str) -> str:
        device = card.model_copy(update={"architecture": architecture})
        return choose_attention(asked, device, on, lambda code, _message: told.append(code))

    try:
        assert chosen("sdpa", "gfx1100") == "sdpa"
        assert (told, torch.backends.cuda.flash_sdp_enabled()) == ([], before)
        assert chosen("eager", "gfx1102") == "eager"
        assert (told, torch.backends.cuda.flash_sdp_enabled()) == ([], before)
        assert chosen("flash_attention_2", "gfx1102") == "sdpa"
        assert told == ["attention_replaced", "attention_plain"]
        assert not torch.backends.cuda.flash_sdp_enabled()
        assert not torch.backends.cuda.mem_efficient_sdp_enabled()
        assert torch.backends.cuda.math_sdp_enabled()
    finally:
        torch.backends.cuda.enable_flash_sdp(True)
        torch.backends.cuda.enable_mem_efficient_sdp(True)


class SafetensorError(Exception):
    """Named as safetensors names its own."""


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate"
            " memory: you tried to allocate 1099511627776 bytes."
        ),
        RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes."),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
        RuntimeError("HIP error: HIPBLAS_STATUS_ALLOC_FAILED"),
        RuntimeError("HIP out of memory. Tried to allocate 2.00 GiB."),
        RuntimeError("std::bad_alloc"),
        torch.OutOfMemoryError("CUDA out of memory."),
        SafetensorError("Error while mapping: Cannot allocate memory (os error 12)"),
    ],
)
def test_every_word_for_a_shortage_of_memory_is_understood(error: Exception) -> None:
    assert as_worker_error(error).code == "out_of_memory"


def test_a_real_allocation_that_fails_is_a_shortage_of_memory() -> None:
    with pytest.raises(RuntimeError) as failed:
        torch.empty(1 << 46, dtype=torch.uint8)
    assert as_worker_error(failed.value).code == "out_of_memory"
    assert as_worker_error(RuntimeError("shapes do not fit")).code == "internal"
