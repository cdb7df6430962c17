"""Trains a LoRA or QLoRA adapter with PyTorch: reads from top to bottom.

Transformers loads the model, PEFT puts the adapter on it, bitsandbytes quantizes, and TRL's chat
templates say which tokens are the assistant's. The loop itself is here and not TRL's, because of
what a run promises: one event for every optimizer step with exact token counts (TRL averages
accuracy over micro-batches), checkpoints that are complete or absent, and a resumed run that ends
bit-identical to an uninterrupted one (the Trainer's checkpoints are not atomic, and its data
position depends on the micro-batch).
"""

import math
import random
import time
from pathlib import Path

import numpy
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase, get_scheduler

from lorabench import checkpoint, pissa, schemas, unpadded_attention
from lorabench.attention_torch import choose_attention
from lorabench.batches import Batcher, fingerprint, in_order
from lorabench.control import StopRequest
from lorabench.decoding import generate
from lorabench.devices_torch import open_device
from lorabench.environment_report import write_environment
from lorabench.events import EventWriter, Pulse, finite
from lorabench.model_folder import check_model_folder
from lorabench.model_torch import TYPES, add_adapter, load_base_model
from lorabench.optimizer_torch import make_optimizer
from lorabench.position import Position, resume_position
from lorabench.prompts import Prompter, Tokens, load_tokenizer, make_prompter
from lorabench.recipe import Outcome, TrainingJob
from lorabench.run_data import load_data
from lorabench.schemas import RunSpec, Sampling
from lorabench.target_loss import TargetLoss
from lorabench.training_state import Trainables, read_state, write_adapter, write_state

_SAMPLE_TOKENS = 200
_DECAYS = {"cosine": "cosine", "linear": "linear", "constant": "constant_with_warmup"}


def train(
    folder: Path, spec: RunSpec, events: EventWriter, pulse: Pulse, stop: StopRequest
) -> Outcome:
    """Trains, or goes on training, the run in ``folder``; counts optimizer steps.

    Raises ``WorkerError`` for what the user can put right.
    """
    job = TrainingJob(folder, spec, events, stop)
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
    base = load_base_model(
        model_folder,
        device=device.device,
        precision=spec.precision,
        quantization=spec.quantization.kind,
        double_quantization=spec.quantization.doubleQuantization,
        compute_type=spec.quantization.computeType,
        attention=choose_attention(spec.attention, spec.device, device.device, events.warn),
    )
    base.requires_grad_(False)
    torch.manual_seed(spec.seed)
    initial_folder = folder / pissa.INITIAL
    pissa.check_initial(spec.adapter, initial_folder, found.folder)
    model = add_adapter(base, spec.adapter, initial_folder)
    if spec.batch.gradientCheckpointing:
        base.gradient_checkpointing_enable(  # type: ignore[no-untyped-call]
            gradient_checkpointing_kwargs={"use_reentrant": False}
        )
    unpadded = (
        device.runs_unpadded and spec.batch.groupByLength and unpadded_attention.supports(base)
    )
    if unpadded:
        unpadded_attention.install(base)
    target_loss = TargetLoss(base, device.device, TYPES[spec.precision], unpadded)

    batcher = Batcher(
        data.training,
        effective=spec.batch.effective,
        micro=spec.batch.micro,
        group_by_length=spec.batch.groupByLength,
        seed=spec.seed,
    )
    total_steps = math.ceil(spec.schedule.epochs * batcher.steps_per_epoch)
    total_steps = min(total_steps, spec.schedule.maxSteps or total_steps)
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = make_optimizer(spec.schedule, spec.device, parameters, events.warn)
    scheduler = get_scheduler(
        _DECAYS[spec.schedule.decay], optimizer, spec.schedule.warmupSteps, total_steps
    )
    scaler = torch.amp.GradScaler(device.device.type, enabled=spec.precision == "float16")
    initial = pissa.read_initial(initial_folder) if pissa.is_pissa(spec.adapter) else None
    parts = Trainables(model, optimizer, scheduler, scaler, initial)

    position = Position(permutation_seed=spec.seed)
    position.examples_fingerprint = fingerprint(data.training)
    if found.folder is not None:
        position = resume_position(found.folder, position.examples_fingerprint)
        read_state(found.folder, parts)
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
            "trainableParameters": sum(parameter.numel() for parameter in parameters),
            "totalParameters": model.num_parameters(),
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
            finished = validate(job, base, target_loss, data.validation, step, epoch)
            position.validated_step = step if finished else position.validated_step
        samples_due = step == 0 or due(spec.monitoring.sampleEvery)
        if position.sampled_step < step and samples_due:
            finished = write_samples(job, base, tokenizer, prompter, step)
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
        losses: list[torch.Tensor] = []
        corrects: list[torch.Tensor] = []
        for batch in micro_batches:
            with target_loss.score(batch) as score:
                # Divided by the targets of the whole step: every token counts the same,
                # however the step is cut.
                scaler.scale(score.loss / targets).backward()  # type: ignore[no-untyped-call]
            losses.append(score.loss.detach())
            corrects.append(score.correct)
            stop.is_set()
        scaler.unscale_(optimizer)
        gradient_norm = torch.nn.utils.clip_grad_norm_(parameters, spec.schedule.maxGradNorm)
        learning_rate = scheduler.get_last_lr()[0]
        loss, loss_problem = finite(float(torch.stack(losses).sum()) / targets)
        norm, norm_problem = finite(float(gradient_norm))
        if norm is not None:
            scaler.step(optimizer)
        scaler.update()
        scheduler.step()
        optimizer.zero_grad(set_to_none=True)
        position.step += 1
        position.epoch, position.step_in_epoch = divmod(position.step, batcher.steps_per_epoch)
        position.target_tokens_seen += targets
        correct = int(torch.stack(corrects).sum())
        events.emit(
            schemas.StepEvent,
            step=position.step,
            epoch=position.step / batcher.steps_per_epoch,
            loss=loss,
            correctTokens=correct,
            targetTokens=targets,
            tokenAccuracy=correct / targets,
            learningRate=learning_rate,
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
    checkpoint.save_folder(folder / "adapter", lambda aside: write_adapter(aside, model, initial))
    return Outcome(position.step, completed=True)


def seed_everything(seed: int) -> None:
    """Seeds Python, NumPy and PyTorch and asks for deterministic algorithms."""
    random.seed(seed)
    numpy.random.seed(seed % 2**32)
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True, warn_only=True)
    # Otherwise every new tensor is filled, which costs time and changes no result here.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]


def validate(
    job: TrainingJob,
    model: PreTrainedModel,
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
    with torch.no_grad():
        for batch in in_order(examples, job.spec.batch.micro):
            if job.stop.is_set():
                return False
            with target_loss.score(batch) as score:
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
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
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
    asked = [prompter.encode_prompt(prompt, None) for prompt in prompts]
    for prompt, answer in zip(
        prompts, generate(model, tokenizer, asked, sampling, _SAMPLE_TOKENS), strict=True
    ):
        job.events.emit(schemas.SampleEvent, step=step, prompt=prompt, text=answer.text)
    return True
