"""Rehearses a training under PyTorch: what is measured is what ``train_torch`` would do.

The same adapter, loss, attention, optimizer and gradient checkpointing, on the device of the
specification; only the weights are random and the examples made up.
"""

from pathlib import Path

import torch
from transformers import PreTrainedModel

from lorabench import unpadded_attention
from lorabench.attention_torch import choose_attention
from lorabench.control import StopRequest
from lorabench.devices_torch import TorchDevice, open_device
from lorabench.environment_report import write_environment
from lorabench.errors import WorkerError
from lorabench.events import EventWriter, Pulse
from lorabench.model_torch import TYPES, add_adapter
from lorabench.optimizer_torch import make_optimizer
from lorabench.random_model import build_random_model, decoder_layers
from lorabench.recipe import Outcome
from lorabench.rehearsal import Built, Trial, Watch, gigabytes, run_trial
from lorabench.schemas import RehearseSpec
from lorabench.target_loss import TargetLoss
from lorabench.train_torch import seed_everything


def rehearse(
    folder: Path, spec: RehearseSpec, events: EventWriter, pulse: Pulse, stop: StopRequest
) -> Outcome:
    """Measures the training of ``spec`` and writes ``result.json``; counts measured steps.

    Raises ``WorkerError``: ``out_of_memory`` when the training does not fit the device.
    """
    seed_everything(spec.seed)
    device = open_device(spec.device)
    pulse.watch_memory(device.memory)
    if device.notice is not None:
        events.warn("recorded_device", device.notice)
    write_environment(
        folder,
        device=device.name,
        driver=device.driver,
        seed=spec.seed,
        threads=spec.device.threads,
    )
    on_card = device.device.type == "cuda"
    trial = Trial(
        folder,
        spec,
        events,
        Watch(stop, in_host_memory=not on_card),
        used_bytes=device.used_bytes,
        peak_bytes=device.peak_bytes,
        total_bytes=device.total_bytes,
        cores=None if on_card else spec.device.threads,
        synchronize=(lambda: torch.cuda.synchronize(device.device)) if on_card else lambda: None,
    )
    return run_trial(
        trial,
        device.name,
        build=lambda: _build(trial, device),
        prepare=lambda model: _prepare(trial, device, model),
        notes=lambda: _notes(device),
    )


def _build(trial: Trial, device: TorchDevice) -> PreTrainedModel:
    spec = trial.spec
    if spec.quantization.kind == "mlx4":
        raise WorkerError("bad_spec", "PyTorch has no mlx4 quantization.", "Choose the MLX device.")
    return build_random_model(
        Path(spec.model.configFolder),
        device=device.device,
        precision=spec.precision,
        quantization=spec.quantization.kind,
        double_quantization=spec.quantization.doubleQuantization,
        compute_type=spec.quantization.computeType,
        attention=choose_attention(spec.attention, spec.device, device.device, trial.events.warn),
        seed=spec.seed,
        on_layer=trial.layer_built,
        reserve=trial.watch.look,
    )


def _prepare(trial: Trial, device: TorchDevice, base: PreTrainedModel) -> Built:
    """Puts the adapter on and makes what a step is made of, as ``train`` does."""
    spec = trial.spec
    base.requires_grad_(False)
    torch.manual_seed(spec.seed)
    model = add_adapter(base, spec.adapter)
    layers = decoder_layers(base)
    trial.watch.visits_per_micro_batch = 2 * len(layers)
    if spec.batch.gradientCheckpointing:
        base.gradient_checkpointing_enable(  # type: ignore[no-untyped-call]
            gradient_checkpointing_kwargs={"use_reentrant": False}
        )
        trial.watch.visits_per_micro_batch = 3 * len(layers)
    unpadded = (
        device.runs_unpadded and spec.batch.groupByLength and unpadded_attention.supports(base)
    )
    if unpadded:
        unpadded_attention.install(base)
    _visit_layers(trial.watch, layers)
    target_loss = TargetLoss(base, device.device, TYPES[spec.precision], unpadded)
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = make_optimizer(spec.schedule, spec.device, parameters, trial.events.warn)
    scaler = torch.amp.GradScaler(device.device.type, enabled=spec.precision == "float16")
    examples = trial.examples(base.config.get_text_config().vocab_size)
    targets = sum(example.target_count() for example in examples) * spec.batch.accumulation
    model.train()

    def micro_batch() -> None:
        with target_loss.score(examples) as score:
            scaler.scale(score.loss / targets).backward()  # type: ignore[no-untyped-call]

    def update() -> None:
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_(parameters, spec.schedule.maxGradNorm)
        scaler.step(optimizer)
        scaler.update()
        # Kept where a run has them too while it computes the second micro-batch of a step.
        optimizer.zero_grad(set_to_none=spec.batch.accumulation == 1)

    return Built(
        parameters=model.num_parameters(),
        trainable_parameters=sum(parameter.numel() for parameter in parameters),
        micro_batch=micro_batch,
        update=update,
    )


def _visit_layers(watch: Watch, layers: list[torch.nn.Module]) -> None:
    """Calls ``watch.visit`` before each layer, forward and backward."""

    def before(
        _layer: torch.nn.Module, inputs: tuple[object, ...], named: dict[str, object]
    ) -> None:
        watch.visit()
        hidden = inputs[0] if inputs else named.get("hidden_states")
        if isinstance(hidden, torch.Tensor) and hidden.requires_grad:
            hidden.register_hook(lambda _gradient: watch.visit())  # type: ignore[no-untyped-call]

    for layer in layers:
        layer.register_forward_pre_hook(before, with_kwargs=True)


def _notes(device: TorchDevice) -> list[str]:
    notes = [] if device.notice is None else [device.notice]
    if device.device.type == "cuda":
        reserved = torch.cuda.max_memory_reserved(device.device)
        notes.append(f"PyTorch took {gigabytes(reserved)} from the device to serve that peak.")
    return notes
