"""Generates the answers of an evaluation with MLX; what is asked and kept: ``answers``."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mlx import nn

from lorabench import schemas
from lorabench.agent_rounds import answer_rounds
from lorabench.answers import Ask, Questions, answer_missing, base_hash, read_questions
from lorabench.completion import Completion, complete
from lorabench.control import StopRequest
from lorabench.decoding_mlx import generate
from lorabench.devices_mlx import open_device
from lorabench.environment_report import write_environment
from lorabench.events import EventWriter, Pulse
from lorabench.model_folder import ends_of
from lorabench.model_mlx import load_adapter, load_base_model
from lorabench.recipe import Outcome
from lorabench.schemas import EvaluationSpec


@dataclass(frozen=True)
class Generator:
    """A model that is ready to answer."""

    model: nn.Module
    questions: Questions
    spec: EvaluationSpec
    ends: set[int]

    def answer(self, asks: Sequence[Ask], seed: int) -> list[Completion]:
        """Answers one batch; the same seed and the same batch give the same answers."""
        answers = generate(
            self.model,
            [ask.prompt for ask in asks],
            self.spec.comparability.sampling,
            self.questions.room(asks, self.spec),
            self.ends,
            seed,
        )
        return [complete(self.questions.tokenizer, ids, self.ends) for ids in answers]


def generate_answers(
    folder: Path, spec: EvaluationSpec, events: EventWriter, pulse: Pulse, stop: StopRequest
) -> Outcome:
    """Appends what is missing to ``generations.jsonl``; counts the answers in it.

    Raises ``WorkerError`` for what the user can put right.
    """
    device = open_device(spec.device)
    pulse.watch_memory(device.memory)
    if device.notice is not None:
        events.warn("recorded_device", device.notice)
    write_environment(
        folder,
        device=device.name,
        driver=device.driver,
        seed=spec.comparability.sampling.seed,
        threads=spec.device.threads,
        model_hash=base_hash(spec),
        benchmark_hash=spec.comparability.benchmarkHash,
    )
    questions = read_questions(folder, spec)
    events.emit(schemas.PhaseEvent, phase="loading_model", message=f"Loading {questions.base}")
    model = load_base_model(
        questions.base,
        precision=spec.precision,
        quantization=spec.subject.quantization.kind,  # type: ignore[union-attr]
    )
    if questions.adapter is not None:
        load_adapter(model, questions.adapter)
    generator = Generator(model, questions, spec, ends_of(questions.tokenizer, questions.base))
    answer = answer_missing if spec.agent is None else answer_rounds
    return answer(folder, spec, questions, generator, events, stop)
