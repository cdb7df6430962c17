"""Generates the answers of an evaluation from a GGUF file; what is asked and kept: ``answers``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lorabench import schemas
from lorabench.agent_rounds import answer_rounds
from lorabench.answers import Ask, Asked, answer_missing, base_hash, form_batches, read_tasks
from lorabench.completion import Completion
from lorabench.control import StopRequest
from lorabench.decoding_llama import generate
from lorabench.devices_llama import open_device
from lorabench.environment_report import write_environment
from lorabench.errors import WorkerError
from lorabench.events import EventWriter, Pulse
from lorabench.llama_server import LlamaServer, LlamaSettings
from lorabench.prompts_llama import GgufPrompter
from lorabench.recipe import Outcome
from lorabench.schemas import EvaluationSpec, GgufSubject, Task

_MOST_SLOTS = 16
"""Each has its own keys and values in memory; more are hardly faster. They are pinned like the
batch size: greedy answers can depend on what else is computed in the same step."""
_LOWEST_GUESS = 512
_BYTES_PER_TOKEN = 2
"""Fewer than any tokenizer needs for text and code, on the average."""


def generate_answers(
    folder: Path, spec: EvaluationSpec, events: EventWriter, pulse: Pulse, stop: StopRequest
) -> Outcome:
    """Appends what is missing to ``generations.jsonl``; counts the answers in it.

    Raises ``WorkerError`` for what the user can put right.
    """
    path = gguf_path(spec.subject)
    device = open_device(spec.device)
    pulse.watch_memory(device.memory)
    if device.notice is not None:
        events.warn("computed_elsewhere", device.notice)
    sampling = spec.comparability.sampling
    write_environment(
        folder,
        device=device.name,
        driver=device.driver,
        seed=sampling.seed,
        threads=spec.device.threads,
        model_hash=base_hash(spec),
        benchmark_hash=spec.comparability.benchmarkHash,
    )
    tasks = read_tasks(folder / spec.tasksPath)
    events.emit(schemas.PhaseEvent, phase="loading_model", message=f"Loading {path}")
    settings = LlamaSettings(path, device, min(sampling.batchSize, _MOST_SLOTS), spec.precision)
    model = Model(settings, spec, stop.listen_to_signals, guess_context(tasks, spec))
    try:
        batches = form_batches(tasks, model, spec)
        asked = Asked(model, batches, len(tasks) * sampling.repeats, model.server.facts.context)
        model.make_room(max((len(ask.prompt) for batch in batches for ask in batch), default=0))
        answer = answer_missing if spec.agent is None else answer_rounds
        return answer(folder, spec, asked, model, events, stop)
    finally:
        model.server.close()


@dataclass
class Model:
    """A loaded model. It is loaded anew when its slots are too small for what it is asked."""

    settings: LlamaSettings
    spec: EvaluationSpec
    after_load: Callable[[], None]
    """llama.cpp takes the signals that ask a job to stop for itself; this takes them back."""
    context: int

    def __post_init__(self) -> None:
        """Loads it."""
        self._load(self.context)

    def encode_prompt(self, prompt: str, system: str | None) -> list[int]:
        """A request that the model is to answer."""
        prompter = GgufPrompter(self.server, self.spec.comparability.promptFormat)
        return prompter.encode_prompt(prompt, system)

    def answer(self, asks: Sequence[Ask], seed: int) -> list[Completion]:
        """Answers one batch; the same seed and the same batch give the same answers."""
        longest = max(len(ask.prompt) for ask in asks)
        self.make_room(longest)
        most = self.server.facts.context
        sampling = self.spec.comparability.sampling
        room = sampling.maxNewTokens if most is None else min(sampling.maxNewTokens, most - longest)
        return generate(self.server, [ask.prompt for ask in asks], sampling, room, seed)

    def make_room(self, prompt_tokens: int) -> None:
        """For a prompt of so many tokens and its answer, as far as the model was made for them."""
        wanted = prompt_tokens + self.spec.comparability.sampling.maxNewTokens
        most = self.server.facts.context
        needed = wanted if most is None else min(wanted, most)
        if needed > self.server.context:
            self.server.close()
            self._load(needed)

    def _load(self, context: int) -> None:
        self.server = LlamaServer(self.settings, context)
        self.after_load()


def guess_context(tasks: Sequence[Task], spec: EvaluationSpec) -> int:
    """Tokens that the longest prompt and its answer may take; known only when it is loaded."""
    system = spec.comparability.systemPrompt or ""
    longest = max((len((system + task.prompt).encode()) for task in tasks), default=0)
    sampling = spec.comparability.sampling
    return _LOWEST_GUESS + longest // _BYTES_PER_TOKEN + sampling.maxNewTokens


def gguf_path(subject: object) -> Path:
    """The file of a GGUF subject. Raises ``WorkerError``."""
    if isinstance(subject, GgufSubject):
        return Path(subject.path)
    raise WorkerError(
        "bad_subject", "llama.cpp answers for GGUF files alone.", "Let another backend answer."
    )
