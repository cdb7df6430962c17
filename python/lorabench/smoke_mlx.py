"""Asks local models one prompt with MLX; what is asked and kept: ``smoke``."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mlx import nn

from lorabench.completion import Completion, complete
from lorabench.control import StopRequest
from lorabench.decoding_mlx import generate
from lorabench.devices_mlx import open_device
from lorabench.events import EventWriter, Pulse
from lorabench.model_folder import ends_of
from lorabench.model_mlx import load_adapter, load_base_model
from lorabench.recipe import Outcome
from lorabench.schemas import Candidate, Sampling, SmokeSpec
from lorabench.smoke import ask_all

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


def smoke(
    folder: Path, spec: SmokeSpec, events: EventWriter, pulse: Pulse, stop: StopRequest
) -> Outcome:
    """Appends the answers to ``stream.jsonl``. Raises ``WorkerError``."""
    device = open_device(spec.device)
    pulse.watch_memory(device.memory)
    if device.notice is not None:
        events.warn("recorded_device", device.notice)
    return ask_all(folder, spec, MlxSpeaker(spec.sampling), events, stop)


class MlxSpeaker:
    """The models of a smoke test, one at a time."""

    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self._model: nn.Module | None = None
        self._base = Path()

    def load(self, candidate: Candidate, base: Path, adapter: Path | None) -> None:
        """Loads base and adapter."""
        self._model = None
        quantization = candidate.subject.quantization  # type: ignore[union-attr]
        model = load_base_model(base, precision=candidate.precision, quantization=quantization.kind)
        if adapter is not None:
            load_adapter(model, adapter)
        self._model, self._base = model, base

    def answer(
        self,
        tokenizer: "PreTrainedTokenizerBase",
        prompt: list[int],
        room: int,
        heard: Callable[[int], None],
    ) -> Completion:
        """Answers; ``heard`` is told each token but the one that ends the answer."""
        if self._model is None:
            raise ValueError("nothing is loaded")
        ends = ends_of(tokenizer, self._base)

        def hand_on(token: int) -> None:
            if token not in ends:
                heard(token)

        ids = generate(
            self._model, [prompt], self._sampling, room, ends, self._sampling.seed, hand_on
        )
        return complete(tokenizer, ids[0], ends)
