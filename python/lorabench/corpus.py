"""Reads training examples from JSONL: the one place that decides which rows can be trained.

Layouts: ChatML rows with ``messages`` (``role``, ``content``) or ``conversations`` (``from``,
``value``), and Alpaca rows with ``instruction``, optional ``input``, and ``output`` or
``response``. A row that has both is read as ChatML. Every other row is a bad row with its line
number and a reason; nothing is repaired or dropped in silence.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Role = Literal["system", "user", "assistant", "tool"]
RowFormat = Literal["chatml", "alpaca"]
BadRowReason = Literal[
    "broken_json",
    "wrong_encoding",
    "not_an_object",
    "unknown_format",
    "no_assistant_turn",
    "empty_text",
    "no_target_tokens",
    "too_long",
]

UNCATEGORIZED = "uncategorized"
_ROLES: dict[str, Role] = {
    "system": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "gpt": "assistant",
    "tool": "tool",
}
_UTF8_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


@dataclass(frozen=True)
class Message:
    """One turn. ``extra`` is Alpaca's ``input``, which its prompt format puts under a heading."""

    role: Role
    content: str
    extra: str = ""


@dataclass(frozen=True)
class Row:
    """A usable row of the file."""

    line: int
    format: RowFormat
    category: str
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be trained, and why, in words for its author."""

    line: int
    reason: BadRowReason
    message: str


@dataclass
class Corpus:
    """What a file holds. ``rows`` counts lines that are not blank."""

    path: Path
    rows: int = 0
    usable: list[Row] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)

    def format(self) -> Literal["chatml", "alpaca", "mixed"] | None:
        """The layout of the usable rows; None when there are none."""
        formats = {row.format for row in self.usable}
        if len(formats) > 1:
            return "mixed"
        return next(iter(formats), None)


class _RowError(Exception):
    def __init__(self, reason: BadRowReason, message: str) -> None:
        super().__init__(message)
        self.reason: BadRowReason = reason


def read_corpus(path: Path, expected: Literal["auto", "chatml", "alpaca"] = "auto") -> Corpus:
    """Reads the whole file. Raises ``OSError`` when it cannot be opened."""
    corpus = Corpus(path)
    for line, text in _lines(path):
        corpus.rows += 1
        try:
            corpus.usable.append(_row(line, text, expected))
        except _RowError as bad:
            corpus.bad.append(BadRow(line, bad.reason, str(bad)))
    return corpus


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    content = path.read_bytes()
    other = _OTHER_MARKS.get(content[:2])
    if other is not None:
        # Kept as bytes that are no UTF-8, so that every line is listed.
        for number, _ in enumerate(content.decode(other, "replace").splitlines(), start=1):
            yield number, b"\xff"
        return
    for number, line in enumerate(content.removeprefix(_UTF8_MARK).split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _row(line: int, text: bytes, expected: str) -> Row:
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _RowError(
            "wrong_encoding", f"is not UTF-8 (byte {error.start + 1}); save the file as UTF-8"
        ) from None
    try:
        value = json.loads(decoded)
    except (ValueError, RecursionError) as error:
        hint = "; one JSON object a line is needed, not a list over many lines"
        raise _RowError(
            "broken_json",
            f"is not valid JSON: {error}{hint if decoded.strip() in ('[', ']') else ''}",
        ) from None
    if not isinstance(value, dict):
        raise _RowError("not_an_object", f"is a JSON {_kind_of(value)}, not an object")
    category = value.get("category")
    row_format, messages = _messages(value, expected)
    return Row(
        line=line,
        format=row_format,
        category=category if isinstance(category, str) and category else UNCATEGORIZED,
        messages=messages,
    )


def _messages(value: dict[str, object], expected: str) -> tuple[RowFormat, tuple[Message, ...]]:
    has_chat = isinstance(value.get("messages"), list) or isinstance(
        value.get("conversations"), list
    )
    has_alpaca = "instruction" in value and ("output" in value or "response" in value)
    if expected != "alpaca" and has_chat:
        return "chatml", _chat_messages(value)
    if expected != "chatml" and has_alpaca:
        return "alpaca", _alpaca_messages(value)
    keys = ", ".join(list(value)[:8]) or "none"
    if has_chat or has_alpaca:
        found = "ChatML" if has_chat else "Alpaca"
        raise _RowError(
            "unknown_format",
            f"is laid out as {found}, but the corpus is read as {expected}; set data.format=auto",
        )
    raise _RowError(
        "unknown_format",
        "has neither messages (ChatML) nor instruction with output (Alpaca); its fields: " + keys,
    )


def _chat_messages(value: dict[str, object]) -> tuple[Message, ...]:
    turns = value.get("messages")
    if not isinstance(turns, list):
        turns = value.get("conversations")
    messages: list[Message] = []
    for number, turn in enumerate(turns if isinstance(turns, list) else [], start=1):
        if not isinstance(turn, dict):
            raise _RowError(
                "unknown_format", f"turn {number} is a JSON {_kind_of(turn)}, not an object"
            )
        role = turn.get("role", turn.get("from"))
        known = _ROLES.get(role) if isinstance(role, str) else None
        if known is None:
            raise _RowError("unknown_format", f"turn {number} has the unknown role {role!r}")
        content = _text(turn.get("content", turn.get("value")), f"turn {number} ({known})")
        if known == "system" and not content.strip():
            # An empty system prompt means that there is none.
            continue
        if not content.strip():
            raise _RowError("empty_text", f"turn {number} ({known}) is empty")
        messages.append(Message(known, content))
    _require_answer(messages)
    return tuple(messages)


def _alpaca_messages(value: dict[str, object]) -> tuple[Message, ...]:
    answer = value.get("output")
    if answer is None:
        answer = value.get("response")
    instruction = _text(value.get("instruction"), "instruction")
    extra = _text(value.get("input") or "", "input")
    system = _text(value.get("system") or "", "system")
    output = _text(answer, "output")
    if not instruction.strip():
        raise _RowError("empty_text", "the instruction is empty")
    if not output.strip():
        raise _RowError("empty_text", "the output is empty")
    messages = [Message("user", instruction, extra.strip()), Message("assistant", output)]
    return tuple([Message("system", system), *messages] if system.strip() else messages)


def _require_answer(messages: list[Message]) -> None:
    if not any(message.role == "assistant" for message in messages):
        raise _RowError("no_assistant_turn", "has no assistant turn, so there is nothing to learn")


def _text(value: object, where: str) -> str:
    if isinstance(value, str):
        text = value
    elif isinstance(value, list) and all(
        isinstance(part, dict) and part.get("type") == "text" and isinstance(part.get("text"), str)
        for part in value
    ):
        text = "".join(part["text"] for part in value)
    elif value is None:
        raise _RowError("empty_text", f"{where} has no text")
    else:
        raise _RowError("unknown_format", f"{where} is a JSON {_kind_of(value)}, not text")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # JSON can spell half of a surrogate pair, which no tokenizer can read.
        raise _RowError(
            "wrong_encoding", f"{where} holds a lone surrogate (broken \\u escape)"
        ) from None
    return text


def _kind_of(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "list"
        case _:
            return "object"
