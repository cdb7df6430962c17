"""One prompt for a few models, streamed to ``stream.jsonl``; the same for every backend."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pydantic import ValidationError

from lorabench import schemas
from lorabench.answers import LineWriter, subject_folders
from lorabench.completion import Completion
from lorabench.control import StopRequest
from lorabench.errors import WorkerError
from lorabench.events import EventWriter
from lorabench.model_folder import check_model_folder
from lorabench.prompts import context_length, load_tokenizer, make_prompter
from lorabench.recipe import Outcome
from lorabench.schemas import (
    BeginSmokeLine,
    Candidate,
    EndpointSubject,
    EndSmokeLine,
    PieceSmokeLine,
    SmokeLine,
    SmokeSpec,
)

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

STREAM = "stream.jsonl"
_REPLACEMENT = "\ufffd"


class Speaker(Protocol):
    """Models of one backend."""

    def load(self, candidate: Candidate, base: Path, adapter: Path | None) -> None:
        """Makes the candidate the one that answers."""
        ...

    def answer(
        self,
        tokenizer: "PreTrainedTokenizerBase",
        prompt: list[int],
        room: int,
        heard: Callable[[int], None],
    ) -> Completion:
        """Answers; ``heard`` is told each token as it comes."""
        ...


def ask_all(
    folder: Path, spec: SmokeSpec, speaker: Speaker, events: EventWriter, stop: StopRequest
) -> Outcome:
    """Asks every local candidate that has no answer yet. Endpoints are asked by the lab."""
    answered = read_answered(folder / STREAM)
    with LineWriter(folder / STREAM) as writer:
        for place, candidate in enumerate(spec.candidates):
            if place in answered or isinstance(candidate.subject, EndpointSubject):
                continue
            if stop.is_set():
                return Outcome(len(answered), completed=False)
            _ask(place, candidate, spec, speaker, writer, events)
            answered.add(place)
    return Outcome(len(answered), completed=True)


def _ask(
    place: int,
    candidate: Candidate,
    spec: SmokeSpec,
    speaker: Speaker,
    writer: LineWriter,
    events: EventWriter,
) -> None:
    base, adapter = subject_folders(candidate.subject)
    check_model_folder(base)
    tokenizer = load_tokenizer(base)
    prompter = make_prompter(tokenizer, candidate.promptFormat)
    prompt = prompter.encode_prompt(spec.prompt, spec.systemPrompt)
    room = _room(prompt, base, spec.sampling.maxNewTokens)
    events.emit(schemas.PhaseEvent, phase="loading_model", message=f"Loading {candidate.label}")
    speaker.load(candidate, base, adapter)
    events.emit(schemas.PhaseEvent, phase="generating", message=f"Asking {candidate.label}")
    writer.add(BeginSmokeLine(kind="begin", candidate=place))
    writer.flush()
    text = GrowingText(tokenizer)
    began = time.monotonic()
    first: list[float] = []

    def heard(token: int) -> None:
        if not first:
            first.append(time.monotonic() - began)
        for piece in text.add(token):
            writer.add(PieceSmokeLine(kind="piece", candidate=place, text=piece))
            writer.flush()

    completion = speaker.answer(tokenizer, prompt, room, heard)
    seconds = time.monotonic() - began
    rest = text.finish()
    if rest:
        writer.add(PieceSmokeLine(kind="piece", candidate=place, text=rest))
    writer.add(
        EndSmokeLine(
            kind="end",
            candidate=place,
            text=text.whole,
            finishReason=completion.finish_reason,
            promptTokens=len(prompt),
            completionTokens=completion.tokens,
            seconds=seconds,
            firstTokenSeconds=first[0] if first else None,
        )
    )
    writer.sync()


def _room(prompt: list[int], base: Path, most: int) -> int:
    context = context_length(base)
    if context is None:
        return most
    if len(prompt) >= context:
        raise WorkerError(
            "too_long",
            f"The prompt has {len(prompt)} tokens; the model was made for {context}.",
            "Ask something shorter.",
        )
    return min(most, context - len(prompt))


def read_answered(path: Path) -> set[int]:
    """Places of the candidates that have answered."""
    answered: set[int] = set()
    if not path.exists():
        return answered
    for line in path.read_bytes().split(b"\n"):
        try:
            read = SmokeLine.model_validate_json(line).root
        except ValidationError:
            continue
        if isinstance(read, EndSmokeLine) and read.finishReason != "error":
            answered.add(read.candidate)
    return answered


class GrowingText:
    """Turns tokens into text as they come; a character of several tokens waits until it is whole.

    Tokens that begin or end turns are kept: they are what one looks for.
    """

    def __init__(self, tokenizer: "PreTrainedTokenizerBase") -> None:
        self._tokenizer = tokenizer
        self._ids: list[int] = []
        self._told = 0
        self.whole = ""

    def add(self, token: int) -> Iterator[str]:
        """The text that the token completes, if any."""
        self._ids.append(token)
        text = self._decoded()
        if text.endswith(_REPLACEMENT):
            return
        yield from self._tell(text)
        if text.endswith("\n"):
            # Decoding all tokens again and again would take ever longer.
            self._ids, self._told = [], 0

    def finish(self) -> str:
        """What is left, though its last character may be broken."""
        return "".join(self._tell(self._decoded()))

    def _tell(self, text: str) -> Iterator[str]:
        piece = text[self._told :]
        if piece:
            self._told = len(text)
            self.whole += piece
            yield piece

    def _decoded(self) -> str:
        text = self._tokenizer.decode(
            self._ids, skip_special_tokens=False, clean_up_tokenization_spaces=False
        )
        return text if isinstance(text, str) else "".join(text)
