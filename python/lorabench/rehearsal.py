"""What rehearsals have in common, whatever computes them: examples, steps, watch, words.

A rehearsal does a few real optimizer steps on random weights of the exact architecture, with every
example at full length. So the peak is the worst that a run meets, and the time is that of its
longest steps. A step of many micro-batches is measured on some of them, for they all cost the same.
"""

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import psutil

from lorabench import schemas
from lorabench.control import StopRequest
from lorabench.errors import WorkerError, is_out_of_memory
from lorabench.events import EventWriter
from lorabench.files import write_json
from lorabench.prompts import Tokens, context_length
from lorabench.recipe import Outcome
from lorabench.schemas import RehearsalResult, RehearseSpec

PROMPT_SHARE = 0.25
"""Tokens of an example that are its prompt and carry no loss, unless all are trained on."""
STEP_SECONDS = 20.0
"""A measured step takes about this long; the rest of its micro-batches is reckoned."""
ENOUGH_SECONDS = 300.0
"""After this time no further step is measured: one that long is hardly disturbed by anything."""
MEMORY_FLOOR = 256 << 20
"""Less than this free, and the system ends programs, perhaps not this one, and no one says why."""
BUSY_SHARE = 0.6
"""Of the cores: with less, something else computes too, and the time says so."""
_PROGRESS_SECONDS = 1.0

Model = TypeVar("Model")


class StoppedError(Exception):
    """Somebody asked for an end; nothing of a rehearsal is worth keeping."""


@dataclass
class Watch:
    """Looks in on a rehearsal between layers: shall it end, is memory short, how far is it."""

    stop: StopRequest
    in_host_memory: bool
    """Weights lie in the memory of the system, which gives more than it has."""
    visits_per_micro_batch: int = 1
    """How often ``visit`` is called in one."""
    tell: Callable[[float], None] = lambda _share: None
    """Told the share of the micro-batch that is done, about once a second."""
    _visits: int = 0
    _told: float = field(default_factory=time.monotonic)

    def look(self, wanted: int = 0) -> None:
        """Raises when the rehearsal cannot or shall not go on; ``wanted`` bytes come next."""
        if self.stop.is_set():
            raise StoppedError
        if self.in_host_memory and psutil.virtual_memory().available < wanted + MEMORY_FLOOR:
            raise MemoryError("the system has hardly any memory left")

    def begin_micro_batch(self) -> None:
        """Counts visits anew."""
        self._visits = 0
        self.look()

    def visit(self) -> None:
        """Called by each layer, forward and backward."""
        self.look()
        self._visits += 1
        now = time.monotonic()
        if now - self._told >= _PROGRESS_SECONDS:
            self._told = now
            self.tell(min(1.0, self._visits / max(1, self.visits_per_micro_batch)))


@dataclass
class Trial:
    """A rehearsal under way."""

    folder: Path
    spec: RehearseSpec
    events: EventWriter
    watch: Watch
    used_bytes: Callable[[], int]
    peak_bytes: Callable[[], int]
    total_bytes: int
    synchronize: Callable[[], None] = lambda: None
    """Waits until the device has done what it was given."""
    cores: int | None = None
    """That compute, where it is the processor that does."""
    stage: str = "building the model"

    def begin_building(self) -> None:
        """Tells that the model is being built."""
        kind = self.spec.quantization.kind
        how = f"in {self.spec.precision}" if kind == "none" else f"in {kind}, layer by layer"
        self.events.emit(
            schemas.PhaseEvent,
            phase="building_model",
            message=f"Building {self.spec.model.source} with random weights {how}",
        )

    def layer_built(self, made: int, total: int) -> None:
        """Tells how many layers are built."""
        self.watch.look()
        self.events.emit(
            schemas.ProgressEvent,
            done=made,
            total=total,
            unit="layers",
            message=f"Layer {made} of {total} built, {gigabytes(self.used_bytes())} used",
        )

    def length(self) -> int:
        """Tokens of each example: as asked for, at most what the model was made for."""
        asked = self.spec.batch.maxLength
        return min(asked, context_length(Path(self.spec.model.configFolder)) or asked)

    def examples(self, vocabulary: int) -> list[Tokens]:
        """A micro-batch of random tokens, all examples of full length."""
        spec, length = self.spec, self.length()
        draw = random.Random(f"rehearsal {spec.seed}")
        prompt = 0 if spec.data.trainOn == "all" else min(round(length * PROMPT_SHARE), length - 2)
        return [
            Tokens(
                ids=[draw.randrange(vocabulary) for _ in range(length)],
                targets=[position >= prompt for position in range(length)],
            )
            for _ in range(spec.batch.micro)
        ]


@dataclass(frozen=True)
class Built:
    """A model with its adapter, ready for steps."""

    parameters: int
    trainable_parameters: int
    micro_batch: Callable[[], None]
    """Forward and backward of one micro-batch."""
    update: Callable[[], None]
    """The end of an optimizer step."""


@dataclass(frozen=True)
class _Measured:
    micro_seconds: list[float]
    update_seconds: list[float]
    micro_batches: int
    """Measured in each step."""
    busy_cores: float
    """That worked for this process, on average."""


def run_trial(
    trial: Trial,
    device_name: str,
    build: Callable[[], Model],
    prepare: Callable[[Model], Built],
    notes: Callable[[], list[str]] = list,
) -> Outcome:
    """Builds, measures and writes ``result.json``; counts measured steps.

    Raises ``WorkerError``: ``out_of_memory`` when the training does not fit the device.
    """
    spec = trial.spec
    (trial.folder / "result.json").unlink(missing_ok=True)
    try:
        trial.begin_building()
        started = time.perf_counter()
        model = build()
        trial.synchronize()
        build_seconds, build_peak = time.perf_counter() - started, trial.peak_bytes()
        trial.stage = "the first steps"
        built = prepare(model)
        trial.events.emit(
            schemas.PhaseEvent,
            phase="rehearsing",
            message=f"{spec.batch.micro} examples of {trial.length()} tokens at once",
        )
        measured = _steps(trial, built)
    except StoppedError:
        return Outcome(0, completed=False)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        raise _does_not_fit(trial, error) from error
    accumulation = spec.batch.accumulation
    step_seconds = [
        accumulation * one + end
        for one, end in zip(measured.micro_seconds, measured.update_seconds, strict=True)
    ]
    tokens = trial.length() * spec.batch.micro * accumulation
    seconds = statistics.median(step_seconds)
    result = RehearsalResult(
        schemaVersion=1,
        parameters=built.parameters,
        trainableParameters=built.trainable_parameters,
        buildSeconds=build_seconds,
        buildPeakBytes=build_peak,
        peakMemoryBytes=trial.peak_bytes(),
        stepSeconds=step_seconds,
        secondsPerStep=seconds,
        microBatchSeconds=statistics.median(measured.micro_seconds),
        optimizerSeconds=statistics.median(measured.update_seconds),
        tokensPerStep=tokens,
        tokensPerSecond=tokens / seconds,
        device=device_name,
        notes=[*_notes(trial, measured), *notes()],
    )
    write_json(trial.folder / "result.json", result.model_dump())
    return Outcome(len(step_seconds), completed=True)


def _steps(trial: Trial, built: Built) -> _Measured:
    """Warms up with one micro-batch and an update, then measures up to ``spec.steps`` steps."""
    spec, watch = trial.spec, trial.watch
    began = time.perf_counter()
    total = spec.steps + 1
    name, done, begun, share = "Warming up", 0, 0, 1.0

    def tell(part: float) -> None:
        trial.events.emit(
            schemas.ProgressEvent,
            done=min(done + (begun + part) * share, total),
            total=total,
            unit="steps",
            message=name,
        )

    def timed(work: Callable[[], None]) -> float:
        started = time.perf_counter()
        work()
        trial.synchronize()
        return time.perf_counter() - started

    watch.tell = tell
    tell(0)
    watch.begin_micro_batch()
    first = timed(built.micro_batch)
    built.update()
    trial.synchronize()
    count = max(1, min(spec.batch.accumulation, int(STEP_SECONDS / first)))
    share = 1 / count
    measuring, worked = time.perf_counter(), time.process_time()
    micro_seconds: list[float] = []
    update_seconds: list[float] = []
    for step in range(1, total):
        if step > 1 and time.perf_counter() - began > ENOUGH_SECONDS:
            break
        name, done, begun = f"Step {step} of {spec.steps}", step, 0
        tell(0)
        seconds = 0.0
        for begun in range(count):  # noqa: B007 (told as progress)
            watch.begin_micro_batch()
            seconds += timed(built.micro_batch)
        micro_seconds.append(seconds / count)
        update_seconds.append(timed(built.update))
    done, begun, share = total, 0, 0.0
    tell(0)
    busy = (time.process_time() - worked) / (time.perf_counter() - measuring)
    return _Measured(micro_seconds, update_seconds, count, busy)


def _notes(trial: Trial, measured: _Measured) -> list[str]:
    spec, length = trial.spec, trial.length()
    carrying = (
        ", and all of them carry loss."
        if spec.data.trainOn == "all"
        else f"; the last {1 - PROMPT_SHARE:.0%} of them carry loss."
    )
    notes = [f"Every example has the full {length:,} tokens{carrying}"]
    if length < spec.batch.maxLength:
        notes.append(
            f"The model was made for {length:,} tokens, so batch.maxLength"
            f" ({spec.batch.maxLength:,}) is reduced to that."
        )
    if measured.micro_batches < spec.batch.accumulation:
        notes.append(
            f"Each step was measured on {measured.micro_batches} of its"
            f" {spec.batch.accumulation} micro-batches; the others are reckoned alike."
        )
    if len(measured.micro_seconds) < spec.steps:
        notes.append(
            f"{len(measured.micro_seconds)} of {spec.steps} steps were measured, because each takes"
            " so long."
        )
    if trial.cores is not None and measured.busy_cores < BUSY_SHARE * trial.cores:
        notes.append(
            f"It had {measured.busy_cores:.1f} of {trial.cores} cores. Where other programs had the"
            " rest, a run alone is faster."
        )
    notes.append("Validation, samples and checkpoints of a run come on top of its steps.")
    return notes


def _does_not_fit(trial: Trial, error: Exception) -> WorkerError:
    batch, quantization = trial.spec.batch, trial.spec.quantization.kind
    tried = (
        f"{batch.micro} example{'s' if batch.micro > 1 else ''} of {batch.maxLength:,} tokens at"
        f" once, {'with' if batch.gradientCheckpointing else 'without'} gradient checkpointing,"
        f" base weights in {trial.spec.precision if quantization == 'none' else quantization}"
    )
    return WorkerError(
        "out_of_memory",
        f"It does not fit: memory ran out during {trial.stage}. Tried: {tried}.",
        nearest_change(trial.spec, building=trial.stage == "building the model"),
        [
            f"{gigabytes(trial.peak_bytes())} were in use at most, of"
            f" {gigabytes(trial.total_bytes)}.",
            (str(error).strip().splitlines() or [type(error).__name__])[0],
        ],
    )


def nearest_change(spec: RehearseSpec, *, building: bool) -> str:
    """The change that costs least and has most chance to make it fit."""
    batch = spec.batch
    if not building:
        if batch.micro > 1:
            half = batch.micro // 2
            return f"Set batch.micro={half}: the effective batch stays {batch.effective}."
        if not batch.gradientCheckpointing:
            return "Set batch.gradientCheckpointing=true: much less memory, about 30 % slower."
    if spec.quantization.kind == "none":
        return "Set quantization.kind=nf4: the base weights take about a quarter."
    if not building and batch.maxLength > 128:
        return f"Set batch.maxLength={batch.maxLength // 2}, or choose a smaller model."
    return "Choose a smaller model, or a device with more memory."


def gigabytes(amount: int) -> str:
    """As memory is sold: of 2**30 bytes."""
    return f"{amount / 2**30:.1f} GB"
