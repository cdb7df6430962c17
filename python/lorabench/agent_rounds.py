"""Answers in rounds: the lab says what is wrong with a program, the model may mend it.

Lab and worker talk through files. ``asks-<round>.jsonl`` is written whole by the lab when all
answers of the round before are checked; one without lines ends the rounds. Answers are appended to
``rounds.jsonl``. The model stays loaded meanwhile.
"""

import time
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from lorabench import schemas
from lorabench.answers import Answerer, Ask, Asked, LineWriter, answer_batch, read_tasks
from lorabench.control import StopRequest
from lorabench.errors import WorkerError
from lorabench.events import EventWriter
from lorabench.recipe import Outcome
from lorabench.schemas import AgentAsk, EvaluationSpec, RoundAnswer

ROUNDS = "rounds.jsonl"
_LOOK_SECONDS = 0.05
_PATIENCE_SECONDS = 3600.0
"""So long a lab may be away before the model is let go; what was answered is kept."""

Key = tuple[str, int, int]


def answer_rounds(
    folder: Path,
    spec: EvaluationSpec,
    questions: Asked,
    answerer: Answerer,
    events: EventWriter,
    stop: StopRequest,
) -> Outcome:
    """Appends what is missing to ``rounds.jsonl``; counts the answers in it."""
    if spec.agent is None:
        raise ValueError("not an agent")
    system = spec.comparability.systemPrompt
    tasks = {task.id: task for task in read_tasks(folder / spec.tasksPath)}
    path = folder / ROUNDS
    present = read_answered(path)
    with LineWriter(path) as writer:
        for number in range(1, spec.agent.rounds + 1):
            asked = _wait_for_asks(folder / f"asks-{number}.jsonl", events, stop)
            if asked is None:
                return Outcome(len(present), completed=False)
            if not asked:
                break
            message = f"Round {number}: generating {len(asked)} answers"
            events.emit(schemas.PhaseEvent, phase="generating", message=message)
            asks = [
                Ask(
                    tasks[ask.taskId],
                    ask.sample,
                    questions.prompter.encode_prompt(ask.prompt, system),
                )
                for ask in asked
            ]
            for place, batch in enumerate(_batches(asks, spec.comparability.sampling.batchSize)):
                if stop.is_set():
                    return Outcome(len(present), completed=False)
                if all((*ask.key(), number) in present for ask in batch):
                    continue
                seed = f"{spec.comparability.sampling.seed} {number} {place}"
                for generation in answer_batch(answerer, questions.context, batch, seed, events):
                    key = (generation.taskId, generation.sample, number)
                    if key not in present:
                        writer.add(RoundAnswer(**generation.model_dump(), round=number))
                        present.add(key)
                writer.sync()
    return Outcome(len(present), completed=True)


def read_answered(path: Path) -> set[Key]:
    """Task, sample and round of every whole line."""
    present: set[Key] = set()
    if not path.exists():
        return present
    for line in path.read_bytes().split(b"\n"):
        try:
            answer = RoundAnswer.model_validate_json(line)
        except ValidationError:
            continue
        present.add((answer.taskId, answer.sample, answer.round))
    return present


def _batches(asks: list[Ask], size: int) -> list[list[Ask]]:
    """Formed over all asks before anything is skipped, as in an evaluation without rounds."""
    ordered = sorted(asks, key=lambda ask: len(ask.prompt))
    return [ordered[begin : begin + size] for begin in range(0, len(ordered), size)]


def _wait_for_asks(path: Path, events: EventWriter, stop: StopRequest) -> Sequence[AgentAsk] | None:
    """The asks of a round; None when there will be none: somebody stops, or nobody asks."""
    began = time.monotonic()
    while not path.exists():
        if stop.is_set():
            return None
        if time.monotonic() - began > _PATIENCE_SECONDS:
            events.warn("nobody_asks", "Nobody has asked for an hour; retry to go on.")
            return None
        time.sleep(_LOOK_SECONDS)
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        return [AgentAsk.model_validate_json(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise WorkerError(
            "bad_asks",
            f"{path.name} cannot be read.",
            "Delete the file and retry: the lab writes it again.",
            str(error).splitlines()[:5],
        ) from error
