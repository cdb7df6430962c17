"""The answers of an evaluation, the same for every backend: tasks in, ``generations.jsonl`` out.

Batches are formed over all tasks, sorted by prompt length, before anything is skipped: greedy
answers depend slightly on their neighbours in a batch, so an evaluation that was interrupted forms
the same batches again and writes only what is missing.
"""

import hashlib
import json
import os
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pydantic import BaseModel, ValidationError

from lorabench import schemas
from lorabench.completion import Completion
from lorabench.control import StopRequest
from lorabench.errors import WorkerError, is_disk_full, is_out_of_memory
from lorabench.events import EventWriter
from lorabench.model_folder import check_model_folder
from lorabench.prompts import AskPrompter, context_length, load_tokenizer, make_prompter
from lorabench.recipe import Outcome
from lorabench.schemas import (
    BaseModelSubject,
    EndpointSubject,
    EvaluationSpec,
    Generation,
    GgufSubject,
    MergedSubject,
    ReferenceSubject,
    ReplaySubject,
    RunSubject,
    Task,
)

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

GENERATIONS = "generations.jsonl"
Subject = (
    BaseModelSubject
    | RunSubject
    | MergedSubject
    | GgufSubject
    | EndpointSubject
    | ReferenceSubject
    | ReplaySubject
)


@dataclass(frozen=True)
class Ask:
    """One answer to generate: the task's place in the file, which sample, and the prompt."""

    task: Task
    sample: int
    prompt: list[int]

    def key(self) -> tuple[str, int]:
        """Identifies its line in ``generations.jsonl``."""
        return self.task.id, self.sample


class Answerer(Protocol):
    """A model that is ready to answer."""

    def answer(self, asks: Sequence[Ask], seed: int) -> list[Completion]:
        """Answers one batch; the same seed and the same batch give the same answers."""
        ...


@dataclass(frozen=True)
class Asked:
    """What an evaluation asks."""

    prompter: AskPrompter
    batches: list[list[Ask]]
    wanted: int
    context: int | None
    """Most tokens the model was made for, prompt and answer together."""

    def room(self, asks: Sequence[Ask], spec: EvaluationSpec) -> int:
        """How many tokens the answers of a batch may have."""
        most = spec.comparability.sampling.maxNewTokens
        if self.context is None:
            return most
        return min(most, self.context - max(len(ask.prompt) for ask in asks))


@dataclass(frozen=True)
class Questions(Asked):
    """What an evaluation asks, and of which model folder."""

    base: Path
    adapter: Path | None
    tokenizer: "PreTrainedTokenizerBase"


def read_questions(folder: Path, spec: EvaluationSpec) -> Questions:
    """Reads the tasks and makes the batches. Raises ``WorkerError`` before anything is loaded."""
    tasks = read_tasks(folder / spec.tasksPath)
    base, adapter = subject_folders(spec.subject)
    check_model_folder(base)
    tokenizer = load_tokenizer(base)
    prompter = make_prompter(tokenizer, spec.comparability.promptFormat)
    return Questions(
        base=base,
        adapter=adapter,
        tokenizer=tokenizer,
        prompter=prompter,
        batches=form_batches(tasks, prompter, spec),
        wanted=len(tasks) * spec.comparability.sampling.repeats,
        context=context_length(base),
    )


def answer_missing(
    folder: Path,
    spec: EvaluationSpec,
    questions: Asked,
    answerer: Answerer,
    events: EventWriter,
    stop: StopRequest,
) -> Outcome:
    """Appends what is missing to ``generations.jsonl``; counts the answers in it."""
    path = folder / GENERATIONS
    present = read_present(path)
    events.emit(
        schemas.PhaseEvent,
        phase="generating",
        message=f"Generating {questions.wanted - len(present)} of {questions.wanted} answers",
    )
    with LineWriter(path) as writer:
        for number, batch in enumerate(questions.batches):
            if stop.is_set():
                break
            missing = [ask for ask in batch if not all_present(ask, present, spec)]
            if not missing:
                continue
            seed = f"{spec.comparability.sampling.seed} {number}"
            for generation in answer_batch(answerer, questions.context, batch, seed, events):
                for copy in with_copies(generation, spec):
                    if (copy.taskId, copy.sample) not in present:
                        writer.add(copy)
                        present.add((copy.taskId, copy.sample))
            writer.sync()
    return Outcome(len(present), completed=len(present) >= questions.wanted)


def subject_folders(asked: Subject) -> tuple[Path, Path | None]:
    """Folders of the base model and of the adapter."""
    match asked:
        case BaseModelSubject() | MergedSubject() as subject:
            return Path(subject.path), None
        case RunSubject() as subject:
            return Path(subject.basePath), Path(subject.adapterPath)
        case subject:
            raise WorkerError(
                "bad_subject",
                f"A {subject.kind} subject is not generated: its answers exist already.",
                "Let the lab judge it without a worker.",
            )


def base_hash(spec: EvaluationSpec) -> str | None:
    """Hash of the base model."""
    match spec.subject:
        case BaseModelSubject() | MergedSubject() | GgufSubject() as subject:
            return subject.hash
        case RunSubject() as subject:
            return subject.baseHash
        case _:
            return None


def read_tasks(path: Path) -> list[Task]:
    """The benchmark's tasks. Raises ``WorkerError`` (``bad_benchmark``)."""
    tasks: list[Task] = []
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WorkerError(
            "bad_benchmark", f"The tasks {path} cannot be read.", "Check the file.", [str(error)]
        ) from error
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            tasks.append(Task.model_validate({"constructs": [], **value}))
        except (ValueError, TypeError) as error:
            raise WorkerError(
                "bad_benchmark",
                f"Line {number} of {path.name} is not a task.",
                "Correct the line.",
                str(error).splitlines()[:5],
            ) from error
    if len({task.id for task in tasks}) != len(tasks):
        raise WorkerError("bad_benchmark", "Two tasks have the same id.", "Make ids unique.")
    return tasks


def read_present(path: Path) -> set[tuple[str, int]]:
    """Task and sample of every whole line; failed ones count too, so nothing is asked twice."""
    present: set[tuple[str, int]] = set()
    if not path.exists():
        return present
    for line in path.read_bytes().split(b"\n"):
        try:
            generation = Generation.model_validate_json(line)
        except ValidationError:
            continue
        present.add((generation.taskId, generation.sample))
    return present


def form_batches(
    tasks: Sequence[Task], prompter: AskPrompter, spec: EvaluationSpec
) -> list[list[Ask]]:
    """All answers to generate, in batches of similar prompt length.

    Greedy repeats are identical, so only the first is asked for.
    """
    sampling = spec.comparability.sampling
    samples = sampling.repeats if sampling.temperature > 0 else 1
    system = spec.comparability.systemPrompt
    asks = [
        Ask(task, sample, prompt)
        for task in tasks
        for prompt in [prompter.encode_prompt(task.prompt, system)]
        for sample in range(samples)
    ]
    asks.sort(key=lambda ask: len(ask.prompt))
    size = sampling.batchSize
    return [asks[begin : begin + size] for begin in range(0, len(asks), size)]


def all_present(ask: Ask, present: set[tuple[str, int]], spec: EvaluationSpec) -> bool:
    """Whether the ask's line is written, and those of its identical repeats."""
    sampling = spec.comparability.sampling
    if sampling.temperature > 0:
        return ask.key() in present
    return all((ask.task.id, sample) in present for sample in range(sampling.repeats))


def with_copies(generation: Generation, spec: EvaluationSpec) -> list[Generation]:
    """The generation, and at temperature 0 its identical repeats."""
    sampling = spec.comparability.sampling
    if sampling.temperature > 0:
        return [generation]
    return [generation.model_copy(update={"sample": sample}) for sample in range(sampling.repeats)]


def answer_batch(
    answerer: Answerer, context: int | None, batch: Sequence[Ask], seed: str, events: EventWriter
) -> list[Generation]:
    """Answers a batch; if it fails, one by one, so that one bad task spoils no other."""
    fitting = [ask for ask in batch if context is None or len(ask.prompt) < context]
    results = [
        _failed(ask, f"the prompt has {len(ask.prompt)} tokens; the model was made for {context}")
        for ask in batch
        if ask not in fitting
    ]
    if not fitting:
        return results
    started = time.monotonic()
    try:
        completions = answerer.answer(fitting, _number(seed))
    except Exception as error:
        if len(fitting) == 1 or is_disk_full(error):
            raise
        traceback.print_exc()
        events.warn(
            "batch_failed",
            f"A batch of {len(fitting)} answers failed and is repeated one by one; greedy answers"
            " can differ a little from those of a batch.",
            [(str(error).splitlines() or [type(error).__name__])[0]],
        )
        return results + [_answer_alone(answerer, ask, seed) for ask in fitting]
    seconds = (time.monotonic() - started) / len(fitting)
    return results + [
        _generation(ask, completion, seconds)
        for ask, completion in zip(fitting, completions, strict=True)
    ]


def _answer_alone(answerer: Answerer, ask: Ask, seed: str) -> Generation:
    started = time.monotonic()
    try:
        completion = answerer.answer([ask], _number(f"{seed} {ask.key()}"))[0]
    except Exception as error:
        traceback.print_exc()
        kind = "out of memory" if is_out_of_memory(error) else type(error).__name__
        return _failed(ask, f"{kind}: {(str(error).splitlines() or [''])[0]}")
    return _generation(ask, completion, time.monotonic() - started)


def _generation(ask: Ask, completion: Completion, seconds: float) -> Generation:
    return Generation(
        taskId=ask.task.id,
        sample=ask.sample,
        text=completion.text,
        finishReason=completion.finish_reason,
        promptTokens=len(ask.prompt),
        completionTokens=completion.tokens,
        seconds=seconds,
    )


def _failed(ask: Ask, error: str) -> Generation:
    return Generation(
        taskId=ask.task.id,
        sample=ask.sample,
        text="",
        finishReason="error",
        promptTokens=len(ask.prompt),
        completionTokens=0,
        seconds=0,
        error=error,
    )


class LineWriter:
    """Appends lines; a half line left by a killed process is closed and stays as garbage."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> "LineWriter":
        self._file = self._path.open("ab+")
        if self._file.seek(0, os.SEEK_END) > 0:
            self._file.seek(-1, os.SEEK_END)
            if self._file.read(1) != b"\n":
                self._file.write(b"\n")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, line: BaseModel) -> None:
        """Appends one line."""
        self._file.write(line.model_dump_json().encode() + b"\n")

    def flush(self) -> None:
        """Lets other processes read the lines."""
        self._file.flush()

    def sync(self) -> None:
        """Hands the lines to the disk: from here on they survive a power cut."""
        self._file.flush()
        os.fsync(self._file.fileno())


def _number(seed: str) -> int:
    """A generator seed from text, the same in every process."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) >> 1
