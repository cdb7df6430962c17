"""Asks local models one prompt with PyTorch; what is asked and kept: ``smoke``."""

from collections.abc import Callable
from pathlib import Path

import torch
from peft import PeftModel
from transformers import PreTrainedModel, PreTrainedTokenizerBase
from transformers.generation.streamers import BaseStreamer

from lorabench.completion import Completion, end_tokens
from lorabench.control import StopRequest
from lorabench.decoding import generate
from lorabench.devices_torch import open_device
from lorabench.events import EventWriter, Pulse
from lorabench.generate_torch import load_base
from lorabench.model_torch import load_adapter
from lorabench.recipe import Outcome
from lorabench.schemas import Candidate, Sampling, SmokeSpec
from lorabench.smoke import ask_all


def smoke(
    folder: Path, spec: SmokeSpec, events: EventWriter, pulse: Pulse, stop: StopRequest
) -> Outcome:
    """Appends the answers to ``stream.jsonl``. Raises ``WorkerError``."""
    device = open_device(spec.device)
    pulse.watch_memory(device.memory)
    if device.notice is not None:
        events.warn("recorded_device", device.notice)
    return ask_all(folder, spec, TorchSpeaker(device.device, spec.sampling), events, stop)


class TorchSpeaker:
    """The models of a smoke test, one at a time; a base model is not loaded twice in a row."""

    def __init__(self, device: torch.device, sampling: Sampling) -> None:
        self._device = device
        self._sampling = sampling
        self._plain: tuple[str, PreTrainedModel] | None = None
        self._model: PreTrainedModel | PeftModel | None = None

    def load(self, candidate: Candidate, base: Path, adapter: Path | None) -> None:
        """Loads base and adapter. An adapter changes the base in place, which is then used up."""
        quantization = candidate.subject.quantization  # type: ignore[union-attr]
        key = f"{base} {candidate.precision} {quantization}"
        plain = self._plain[1] if self._plain is not None and self._plain[0] == key else None
        self._plain = self._model = None
        if plain is None:
            plain = load_base(candidate.subject, base, candidate.precision, self._device)
        if adapter is None:
            self._plain = (key, plain)
            self._model = plain
        else:
            self._model = load_adapter(plain, adapter)
        self._model.train(False)

    def answer(
        self,
        tokenizer: PreTrainedTokenizerBase,
        prompt: list[int],
        room: int,
        heard: Callable[[int], None],
    ) -> Completion:
        """Answers; ``heard`` is told each token but the one that ends the answer."""
        if self._model is None:
            raise ValueError("nothing is loaded")
        torch.manual_seed(self._sampling.seed)
        configured = getattr(self._model.generation_config, "eos_token_id", None)
        ends = set(end_tokens(tokenizer, configured))
        listener = Listener(heard, ends)
        return generate(self._model, tokenizer, [prompt], self._sampling, room, listener)[0]


class Listener(BaseStreamer):
    """Hands on the tokens that Transformers generates. The first call brings the prompt."""

    def __init__(self, heard: Callable[[int], None], ends: set[int]) -> None:
        self._heard = heard
        self._ends = ends
        self._begun = False

    def put(self, value: torch.Tensor) -> None:
        """Called with the prompt and then with each token."""
        if not self._begun:
            self._begun = True
            return
        for token in value.flatten().tolist():
            if token not in self._ends:
                self._heard(token)

    def end(self) -> None:
        """Called when the answer is over."""
