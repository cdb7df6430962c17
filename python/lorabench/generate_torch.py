"""Generates the answers of an evaluation with PyTorch; what is asked and kept: ``answers``."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from peft import PeftModel
from transformers import PreTrainedModel

from lorabench import schemas
from lorabench.agent_rounds import answer_rounds
from lorabench.answers import (
    Ask,
    Questions,
    Subject,
    answer_missing,
    base_hash,
    read_questions,
)
from lorabench.completion import Completion
from lorabench.control import StopRequest
from lorabench.decoding import generate
from lorabench.devices_torch import open_device
from lorabench.environment_report import write_environment
from lorabench.events import EventWriter, Pulse
from lorabench.model_torch import Precision, load_adapter, load_base_model
from lorabench.recipe import Outcome
from lorabench.schemas import EvaluationSpec


@dataclass(frozen=True)
class Generator:
    """A model that is ready to answer."""

    model: PreTrainedModel | PeftModel
    questions: Questions
    spec: EvaluationSpec

    def answer(self, asks: Sequence[Ask], seed: int) -> list[Completion]:
        """Answers one batch; the same seed and the same batch give the same answers."""
        torch.manual_seed(seed)
        return generate(
            self.model,
            self.questions.tokenizer,
            [ask.prompt for ask in asks],
            self.spec.comparability.sampling,
            self.questions.room(asks, self.spec),
        )


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
    base = load_base(spec.subject, questions.base, spec.precision, device.device)
    model = base if questions.adapter is None else load_adapter(base, questions.adapter)
    model.train(False)
    generator = Generator(model, questions, spec)
    answer = answer_missing if spec.agent is None else answer_rounds
    return answer(folder, spec, questions, generator, events, stop)


def load_base(
    subject: Subject, folder: Path, precision: Precision, device: torch.device
) -> PreTrainedModel:
    """The base model of a subject, quantized as the subject says."""
    quantization = subject.quantization  # type: ignore[union-attr]
    compute: Precision = (
        precision if quantization.computeType == "auto" else quantization.computeType
    )
    return load_base_model(
        folder,
        device=device,
        precision=precision,
        quantization=quantization.kind,
        double_quantization=quantization.doubleQuantization,
        compute_type=compute,
    )
