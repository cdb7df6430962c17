"""Trains a LoRA or quantized LoRA adapter with MLX: reads from top to bottom.

mlx-lm has the models and the LoRA layers. The loop is here and not mlx-lm's, because of what a run
promises under every backend: the same examples in the same steps, exact token counts, learning
rates by completed steps, checkpoints that are complete or absent and hold the optimizer, and a
resumed run that ends bit-identical to an uninterrupted one.
"""

import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlx.core as mx
from mlx import nn
from mlx.optimizers import AdamW
from mlx.utils import tree_flatten, tree_map

from lorabench import checkpoint, schemas
from lorabench.batches import Batcher, fingerprint, in_order
from lorabench.completion import complete
from lorabench.control import StopRequest
from lorabench.decoding_mlx import generate
from lorabench.devices_mlx import open_device
from lorabench.dropout_mlx import checkpoint_layers, install_dropout
from lorabench.environment_report import write_environment
from lorabench.errors import WorkerError
from lorabench.events import EventWriter, Pulse, finite
from lorabench.learning_rate import learning_rate
from lorabench.model_folder import check_model_folder, ends_of
from lorabench.model_mlx import add_adapter, load_base_model, parameter_counts
from lorabench.position import Position, resume_position
from lorabench.prompts import Prompter, Tokens, load_tokenizer, make_prompter
from lorabench.recipe import Outcome, TrainingJob
from lorabench.run_data import load_data
from lorabench.schemas import RehearseSpec, RunSpec, Sampling
from lorabench.target_loss_mlx import TargetLoss
from lorabench.training_state_mlx import (
    LossScale,
    Trainables,
    read_state,
    write_adapter,
    write_state,
)

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_SAMPLE_TOKENS = 200


def train(
    folder: Path, spec: RunSpec, events: EventWriter, pulse: Pulse, stop: StopRequest
) -> Outcome:
    """Trains, or goes on training, the run in ``folder``; counts optimizer steps.

    Raises ``WorkerError`` for what the user can put right.
    """
    job = TrainingJob(folder, spec, events, stop)
    refuse_what_mlx_lacks(spec)
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
        model_hash=spec.model.hash,
        corpus_hash=spec.corpus.hash,
    )

    # Data first: a mistake in the corpus is told before a large model is loaded.
    events.emit(schemas.PhaseEvent, phase="checking_corpus", message=f"Reading {spec.corpus.path}")
    model_folder = Path(spec.model.path)
    check_model_folder(model_folder)
    tokenizer = load_tokenizer(model_folder)
    prompter = make_prompter(tokenizer, spec.data.promptFormat)
    data = load_data(job, prompter, model_folder)
    found = checkpoint.find_checkpoint(folder)
    if found.broken:
        events.warn(
            "broken_checkpoint",
            "A checkpoint is broken and was passed over: training resumes from "
            + (f"step {found.step}." if found.folder else "the beginning."),
            found.broken,
        )
    if stop.is_set():
        return Outcome(found.step, completed=False)

    events.emit(schemas.PhaseEvent, phase="loading_model", message=f"Loading {model_folder}")
    model = load_base_model(
        model_folder, precision=spec.precision, quantization=spec.quantization.kind
    )
    mx.random.seed(spec.seed)
    adapter_config = add_adapter(model, spec.adapter)
    dropout = install_dropout(model, spec.adapter.dropout)
    if spec.batch.gradientCheckpointing:
        checkpoint_layers(model, dropout)
    target_loss = TargetLoss(model, dropout, compiles=device.compiles, few_shapes=device.compiles)

    batcher = Batcher(
        data.training,
        effective=spec.batch.effective,
        micro=spec.batch.micro,
        group_by_length=spec.batch.groupByLength,
        seed=spec.seed,
    )
    total_steps = math.ceil(spec.schedule.epochs * batcher.steps_per_epoch)
    total_steps = min(total_steps, spec.schedule.maxSteps or total_steps)
    optimizer = AdamW(
        spec.schedule.learningRate, weight_decay=spec.schedule.weightDecay, bias_correction=True
    )
    optimizer.init(model.trainable_parameters())
    scale = LossScale(enabled=spec.precision == "float16")
    parts = Trainables(model, adapter_config, optimizer, scale)

    position = Position(permutation_seed=spec.seed)
    position.examples_fingerprint = fingerprint(data.training)
    if found.folder is not None:
        position = resume_position(found.folder, position.examples_fingerprint)
        read_state(found.folder, parts)
    trainable_parameters, total_parameters = parameter_counts(model)
    events.emit(
        schemas.PhaseEvent,
        phase="training",
        message=f"Training {total_steps} steps on {len(data.training)} examples",
        plan={
            "totalSteps": total_steps,
            "stepsPerEpoch": batcher.steps_per_epoch,
            "epochs": spec.schedule.epochs,
            "examples": len(data.training),
            "validationExamples": len(data.validation),
            "targetTokensPerEpoch": sum(example.target_count() for example in data.training),
            "microBatch": spec.batch.micro,
            "accumulation": math.ceil(spec.batch.effective / spec.batch.micro),
            "trainableParameters": trainable_parameters,
            "totalParameters": total_parameters,
        },
        resumedFrom=found.step if found.folder is not None else None,
    )
    if spec.schedule.warmupSteps >= total_steps:
        events.warn(
            "warmup_too_long",
            f"The warm-up of {spec.schedule.warmupSteps} steps is as long as the whole run"
            f" ({total_steps} steps): the learning rate never reaches its peak.",
        )

    saved_step = found.step

    # Looks at the model where the schedule asks for it. What a stop cut short stays undone in
    # the checkpoint and is made up for when the run is resumed.
    def look(step: int) -> None:
        epoch = step / batcher.steps_per_epoch
        validation_due = step == 0 or due(spec.monitoring.validateEvery)
        if position.validated_step < step and validation_due:
            finished = validate(job, model, target_loss, data.validation, step, epoch)
            position.validated_step = step if finished else position.validated_step
        samples_due = step == 0 or due(spec.monitoring.sampleEvery)
        if position.sampled_step < step and samples_due:
            finished = write_samples(job, model, tokenizer, prompter, step)
            position.sampled_step = step if finished else position.sampled_step

    def due(every: int | None) -> bool:
        interval = every or batcher.steps_per_epoch
        return position.step % interval == 0 or position.step >= total_steps

    def save() -> None:
        nonlocal saved_step
        events.sync()
        written = checkpoint.save_checkpoint(
            folder, position.step, lambda aside: write_state(aside, parts, position)
        )
        saved_step = position.step
        events.emit(
            schemas.CheckpointEvent,
            step=position.step,
            path=written.path,
            bytes=written.bytes,
            seconds=written.seconds,
        )
        events.sync()
        checkpoint.prune(folder, spec.monitoring.keepCheckpoints)

    warned_nonfinite = False
    look(position.step)
    model.train()
    while position.step < total_steps and not stop.is_set():
        started = time.perf_counter()
        micro_batches = batcher.step(position.step)
        targets = sum(example.target_count() for batch in micro_batches for example in batch)
        loss_sum, correct = 0.0, 0
        gradients: Any = None
        for number, batch in enumerate(micro_batches):
            # Divided by the targets of the whole step: every token counts the same, however the
            # step is cut.
            score, part = target_loss.gradients(
                batch, dropout.of(spec.seed, position.step, number), scale.factor() / targets
            )
            gradients = part if gradients is None else tree_map(mx.add, gradients, part)
            mx.eval(score.loss, score.correct, gradients)
            loss_sum += float(score.loss)
            correct += int(score.correct)
            stop.is_set()
        gradients, gradient_norm = clipped(gradients, scale.factor(), spec.schedule.maxGradNorm)
        rate = learning_rate(spec.schedule, position.step, total_steps)
        loss, loss_problem = finite(loss_sum / targets)
        norm, norm_problem = finite(gradient_norm)
        if norm is not None:
            optimizer.learning_rate = rate
            optimizer.update(model, gradients)
            mx.eval(model.trainable_parameters(), optimizer.state)
        scale.update(norm is not None)
        position.step += 1
        position.epoch, position.step_in_epoch = divmod(position.step, batcher.steps_per_epoch)
        position.target_tokens_seen += targets
        events.emit(
            schemas.StepEvent,
            step=position.step,
            epoch=position.step / batcher.steps_per_epoch,
            loss=loss,
            correctTokens=correct,
            targetTokens=targets,
            tokenAccuracy=correct / targets,
            learningRate=rate,
            gradNorm=norm,
            tokensPerSecond=targets / (time.perf_counter() - started),
            peakMemoryBytes=device.peak_bytes(),
            nonfinite=loss_problem or norm_problem,
        )
        if (loss_problem or norm_problem) and not warned_nonfinite:
            warned_nonfinite = True
            events.warn(
                "nonfinite",
                f"Loss or gradient is not a finite number since step {position.step}; such a"
                " step does not change the adapter. A lower learning rate usually helps.",
            )
        if not stop.is_set():
            look(position.step)
            model.train()
        if due(spec.monitoring.checkpointEvery):
            save()

    if position.step > saved_step:
        save()
    if position.step < total_steps:
        return Outcome(position.step, completed=False)
    events.emit(schemas.PhaseEvent, phase="saving", message="Saving the adapter")
    checkpoint.save_folder(folder / "adapter", lambda aside: write_adapter(aside, parts))
    return Outcome(position.step, completed=True)


def refuse_what_mlx_lacks(spec: RunSpec | RehearseSpec) -> None:
    """Raises ``WorkerError`` for settings that only PyTorch has."""
    if spec.schedule.optimizer != "adamw":
        raise WorkerError(
            "bad_optimizer",
            f"MLX has no {spec.schedule.optimizer}: 8-bit and paged optimizers are bitsandbytes'.",
            "Set schedule.optimizer=adamw.",
        )


def clipped(gradients: Any, factor: float, most: float) -> tuple[Any, float]:  # noqa: ANN401
    """Gradients freed of the loss scale and with a norm of at most ``most``; their norm before."""
    squares = [mx.square(array / factor).sum() for _, array in tree_flatten(gradients)]
    norm = float(mx.sqrt(mx.stack(squares).sum()))
    coefficient = min(1.0, most / (norm + 1e-6)) / factor
    return tree_map(lambda array: array * coefficient, gradients), norm


def validate(
    job: TrainingJob,
    model: nn.Module,
    target_loss: TargetLoss,
    examples: list[Tokens],
    step: int,
    epoch: float,
) -> bool:
    """Scores the held-out examples. False when a stop cut it short; then nothing is reported."""
    if not examples:
        return True
    started = time.monotonic()
    model.train(False)
    loss, correct, targets = 0.0, 0, 0
    for batch in in_order(examples, job.spec.batch.micro):
        if job.stop.is_set():
            return False
        score = target_loss.score(batch)
        loss += float(score.loss)
        correct += int(score.correct)
        targets += score.targets
    mean, problem = finite(loss / targets)
    job.events.emit(
        schemas.ValidationEvent,
        step=step,
        epoch=epoch,
        loss=mean,
        correctTokens=correct,
        targetTokens=targets,
        tokenAccuracy=correct / targets,
        seconds=time.monotonic() - started,
        nonfinite=problem,
    )
    return True


def write_samples(
    job: TrainingJob,
    model: nn.Module,
    tokenizer: "PreTrainedTokenizerBase",
    prompter: Prompter,
    step: int,
) -> bool:
    """Answers the sample prompts greedily; random numbers of training are not touched.

    False when a stop was asked for before it began.
    """
    prompts = job.spec.monitoring.samplePrompts
    if job.stop.is_set():
        return False
    if not prompts:
        return True
    model.train(False)
    sampling = Sampling(
        repeats=1, temperature=0, topK=0, topP=1, repetitionPenalty=1,
        maxNewTokens=_SAMPLE_TOKENS, batchSize=len(prompts), seed=0,
    )  # fmt: skip
    ends = ends_of(tokenizer, Path(job.spec.model.path))
    asked = [prompter.encode_prompt(prompt, None) for prompt in prompts]
    answers = generate(model, asked, sampling, _SAMPLE_TOKENS, ends, seed=0)
    for prompt, ids in zip(prompts, answers, strict=True):
        text = complete(tokenizer, ids, ends).text
        job.events.emit(schemas.SampleEvent, step=step, prompt=prompt, text=text)
    return True
