"""Rehearses a training under MLX: what is measured is what ``train_mlx`` would do.

MLX computes nothing until it is asked to, so the random model is described whole and then made
module by module: each weight is drawn, converted and quantized, and its source freed.
"""

from pathlib import Path
from typing import Any

import mlx.core as mx
from mlx import nn
from mlx.optimizers import AdamW
from mlx.utils import tree_flatten, tree_map
from mlx_lm.utils import load_model

from lorabench.control import StopRequest
from lorabench.devices_mlx import MlxDevice, open_device
from lorabench.dropout_mlx import checkpoint_layers, install_dropout
from lorabench.environment_report import write_environment
from lorabench.errors import WorkerError, is_out_of_memory
from lorabench.events import EventWriter, Pulse
from lorabench.model_folder import bad_model
from lorabench.model_mlx import (
    TYPES,
    add_adapter,
    parameter_counts,
    quantize,
    rotary_settings,
)
from lorabench.recipe import Outcome
from lorabench.rehearsal import Built, Trial, Watch, run_trial
from lorabench.schemas import RehearseSpec
from lorabench.target_loss_mlx import TargetLoss
from lorabench.train_mlx import clipped, refuse_what_mlx_lacks
from lorabench.training_state_mlx import LossScale


def rehearse(
    folder: Path, spec: RehearseSpec, events: EventWriter, pulse: Pulse, stop: StopRequest
) -> Outcome:
    """Measures the training of ``spec`` and writes ``result.json``; counts measured steps.

    Raises ``WorkerError``: ``out_of_memory`` when the training does not fit the device.
    """
    refuse_what_mlx_lacks(spec)
    device = open_device(spec.device)
    pulse.watch_memory(device.memory)
    write_environment(
        folder,
        device=spec.device.name,
        driver=device.driver,
        seed=spec.seed,
        threads=spec.device.threads,
    )
    trial = Trial(
        folder,
        spec,
        events,
        # A Mac's GPU shares the memory of the system.
        Watch(stop, in_host_memory=True),
        used_bytes=lambda: device.memory()[0],
        peak_bytes=device.peak_bytes,
        total_bytes=device.total_bytes,
        cores=spec.device.threads if device.driver is None else None,
    )
    return run_trial(
        trial,
        spec.device.name,
        build=lambda: _build(trial),
        prepare=lambda model: _prepare(trial, device, model),
        notes=lambda: _notes(spec, device),
    )


def _build(trial: Trial) -> nn.Module:
    spec = trial.spec
    folder = Path(spec.model.configFolder)
    if not (folder / "config.json").is_file():
        raise bad_model(
            f"There is no config.json in {folder}.",
            "Name a model folder in Hugging Face layout, or download the model.",
        )
    mx.random.seed(spec.seed)
    try:
        model, _ = load_model(folder, lazy=True, strict=False, model_config=rotary_settings(folder))
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise bad_model(
            f"The architecture in {folder / 'config.json'} cannot be built.",
            "Check that it is a causal language model that this version of mlx-lm knows.",
            [(str(error).strip().splitlines() or [type(error).__name__])[0]],
        ) from error
    model.set_dtype(TYPES[spec.precision])
    if spec.quantization.kind == "mlx4":
        quantize(model)
    elif spec.quantization.kind == "nf4":
        raise WorkerError(
            "bad_quantization",
            "MLX has no NF4.",
            "Set quantization.kind=mlx4, MLX's own 4 bits, or none.",
        )
    for number, layer in enumerate(model.layers):
        trial.layer_built(number, len(model.layers))
        for _, module in tree_flatten(layer.leaf_modules(), is_leaf=nn.Module.is_module):
            mx.eval(module.parameters())
    mx.eval(model.parameters())
    trial.layer_built(len(model.layers), len(model.layers))
    model.freeze()
    return model


def _prepare(trial: Trial, device: MlxDevice, model: nn.Module) -> Built:
    """Puts the adapter on and makes what a step is made of, as ``train`` does."""
    spec = trial.spec
    mx.random.seed(spec.seed)
    # mlx-lm counts no adapter, whose layers hold their base layer.
    _, base_parameters = parameter_counts(model)
    add_adapter(model, spec.adapter)
    dropout = install_dropout(model, spec.adapter.dropout)
    if spec.batch.gradientCheckpointing:
        checkpoint_layers(model, dropout)
    target_loss = TargetLoss(model, dropout, compiles=device.compiles, few_shapes=device.compiles)
    optimizer = AdamW(
        spec.schedule.learningRate, weight_decay=spec.schedule.weightDecay, bias_correction=True
    )
    optimizer.init(model.trainable_parameters())
    scale = LossScale(enabled=spec.precision == "float16")
    examples = trial.examples(int(model.args.vocab_size))
    targets = sum(example.target_count() for example in examples) * spec.batch.accumulation
    trainable, _ = parameter_counts(model)
    gradients: Any = None
    model.train()

    def micro_batch() -> None:
        nonlocal gradients
        score, part = target_loss.gradients(
            examples, dropout.of(spec.seed, 0, 0), scale.factor() / targets
        )
        gradients = part if gradients is None else tree_map(mx.add, gradients, part)
        mx.eval(score.loss, score.correct, gradients)

    def update() -> None:
        nonlocal gradients
        clipped_gradients, _ = clipped(gradients, scale.factor(), spec.schedule.maxGradNorm)
        optimizer.update(model, clipped_gradients)
        mx.eval(model.trainable_parameters(), optimizer.state)
        # Where a step has several micro-batches, a run has the sum of the earlier ones too.
        gradients = None if spec.batch.accumulation == 1 else tree_map(mx.zeros_like, gradients)

    return Built(
        parameters=base_parameters + trainable,
        trainable_parameters=trainable,
        micro_batch=micro_batch,
        update=update,
    )


def _notes(spec: RehearseSpec, device: MlxDevice) -> list[str]:
    if not spec.device.recorded and device.driver is not None:
        return []
    return ["MLX computed on this machine's CPU, which says nothing of the speed of a Mac."]
