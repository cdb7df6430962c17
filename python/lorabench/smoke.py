"""One prompt for a few models, streamed to ``stream.jsonl``; the same for every backend."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

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

    def ask(place: int, candidate: Candidate, writer: LineWriter) -> None:
        _ask(place, candidate, spec, speaker, writer, events)

    return ask_each(folder, spec, ask, stop)


def ask_each(
    folder: Path,
    spec: SmokeSpec,
    ask: Callable[[int, Candidate, LineWriter], None],
    stop: StopRequest,
) -> Outcome:
    """Calls ``ask`` for every local candidate that has no answer yet."""
    answered = read_answered(folder / STREAM)
    with LineWriter(folder / STREAM) as writer:
        for place, candidate in enumerate(spec.candidates):
            if place in answered or isinstance(candidate.subject, EndpointSubject):
                continue
            if stop.is_set():
                return Outcome(len(answered), completed=False)
            ask(place, candidate, writer)
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
    room = room_for(prompt, context_length(base), spec.sampling.maxNewTokens)
    events.emit(schemas.PhaseEvent, phase="loading_model", message=f"Loading {candidate.label}")
    speaker.load(candidate, base, adapter)
    events.emit(schemas.PhaseEvent, phase="generating", message=f"Asking {candidate.label}")
    text = GrowingText(tokenizer)
    telling = Telling(writer, place)

    def heard(token: int) -> None:
        telling.heard(text.add(token))

    completion = speaker.answer(tokenizer, prompt, room, heard)
    telling.end(text.finish(), len(prompt), completion.tokens, completion.finish_reason)


class Telling:
    """One answer on its way into ``stream.jsonl``, timed from the moment it is asked for."""

    def __init__(self, writer: LineWriter, place: int) -> None:
        self._writer = writer
        self._place = place
        self._text = ""
        self._first: float | None = None
        writer.add(BeginSmokeLine(kind="begin", candidate=place))
        writer.flush()
        self._began = time.monotonic()

    def heard(self, pieces: Iterable[str]) -> None:
        """A token came, which completed these pieces of text."""
        if self._first is None:
            self._first = time.monotonic() - self._began
        for piece in pieces:
            self._add(piece)
            self._writer.flush()

    def end(
        self,
        rest: str,
        prompt_tokens: int,
        completion_tokens: int,
        finish_reason: Literal["stop", "length"],
    ) -> None:
        """The answer is over; ``rest`` is text that waited for more."""
        seconds = time.monotonic() - self._began
        if rest:
            self._add(rest)
        self._writer.add(
            EndSmokeLine(
                kind="end",
                candidate=self._place,
                text=self._text,
                finishReason=finish_reason,
                promptTokens=prompt_tokens,
                completionTokens=completion_tokens,
                seconds=seconds,
                firstTokenSeconds=self._first,
            )
        )
        self._writer.sync()

    def _add(self, piece: str) -> None:
        self._text += piece
        self._writer.add(PieceSmokeLine(kind="piece", candidate=self._place, text=piece))


def room_for(prompt: list[int], context: int | None, most: int) -> int:
    """Tokens that an answer may have in a model made for ``context`` of them."""
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
