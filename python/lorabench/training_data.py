"""From corpus rows to token lists, with a report of every row that cannot be trained."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lorabench.corpus import BadRow, Corpus, Row, read_corpus
from lorabench.errors import WorkerError
from lorabench.prompts import Prompter, Tokens
from lorabench.schemas import BadRow as ReportedBadRow
from lorabench.schemas import CorpusReport
from lorabench.schemas import Tokens as TokenSummary

_ROWS_AT_ONCE = 256
_DETAILS_SHOWN = 100


@dataclass(frozen=True)
class Limits:
    """What may be trained: tokens per example, and what happens to longer rows."""

    max_length: int | None
    too_long: Literal["leave-out", "truncate"] = "leave-out"
    train_on: Literal["assistant", "all"] = "assistant"


@dataclass(frozen=True)
class TrainingData:
    """Usable examples in the order of the file, and what was found."""

    examples: list[Tokens]
    report: CorpusReport


def prepare(
    path: Path,
    expected: Literal["auto", "chatml", "alpaca"],
    prompter: Prompter | None,
    limits: Limits,
) -> TrainingData:
    """Reads and tokenizes a corpus; without a ``prompter`` only its layout is checked.

    Raises ``WorkerError`` (``bad_corpus``) when the file cannot be read.
    """
    try:
        corpus = read_corpus(path, expected)
    except OSError as error:
        raise WorkerError(
            "bad_corpus",
            f"The corpus {path} cannot be read: {error.strerror or error}.",
            "Check the path and the file's permissions.",
        ) from error
    rows, truncated = corpus.usable, 0
    examples: list[Tokens] = []
    if prompter is not None:
        rows, examples, truncated = _tokenize(corpus, prompter, limits)
    corpus.bad.sort(key=lambda bad: bad.line)
    report = CorpusReport(
        path=str(path),
        format=corpus.format(),
        rows=corpus.rows,
        usable=len(rows),
        truncated=truncated,
        categories=dict(sorted(Counter(row.category for row in rows).items())),
        tokens=_summary(examples),
        badRows=[
            ReportedBadRow(line=bad.line, reason=bad.reason, message=bad.message)
            for bad in corpus.bad
        ],
    )
    return TrainingData(examples, report)


def bad_row_lines(report: CorpusReport) -> list[str]:
    """One sentence a bad row, for an event's details; the first hundred."""
    lines = [f"line {bad.line}: {bad.message} ({bad.reason})" for bad in report.badRows]
    if len(lines) <= _DETAILS_SHOWN:
        return lines
    rest = len(lines) - _DETAILS_SHOWN
    return [*lines[:_DETAILS_SHOWN], f"and {rest} more, all listed in corpus-report.json"]


def _tokenize(
    corpus: Corpus, prompter: Prompter, limits: Limits
) -> tuple[list[Row], list[Tokens], int]:
    rows: list[Row] = []
    examples: list[Tokens] = []
    truncated = 0
    for begin in range(0, len(corpus.usable), _ROWS_AT_ONCE):
        batch = corpus.usable[begin : begin + _ROWS_AT_ONCE]
        for row, tokens in zip(batch, _encode(prompter, batch, limits, corpus.bad), strict=True):
            if tokens is None:
                continue
            length = len(tokens.ids)
            too_long = limits.max_length is not None and length > limits.max_length
            if too_long and limits.too_long == "leave-out":
                message = f"has {length:,} tokens; the limit is {limits.max_length:,}"
                corpus.bad.append(BadRow(row.line, "too_long", message))
                continue
            kept = tokens.cut(limits.max_length or length) if too_long else tokens
            if kept.target_count() == 0:
                why = "the answer begins after the length limit" if too_long else "no answer tokens"
                corpus.bad.append(
                    BadRow(row.line, "no_target_tokens", f"nothing to train on: {why}")
                )
                continue
            truncated += too_long
            rows.append(row)
            examples.append(kept)
    corpus.usable = rows
    return rows, examples, truncated


def _encode(
    prompter: Prompter, rows: Sequence[Row], limits: Limits, bad: list[BadRow]
) -> list[Tokens | None]:
    """Together, which is fast; after a failure one by one, to name the row that caused it."""
    all_tokens = limits.train_on == "all"
    try:
        return list(prompter.encode(rows, all_tokens))
    except WorkerError:
        raise
    except Exception as error:
        if len(rows) == 1:
            first_line = (str(error).splitlines() or [type(error).__name__])[0]
            bad.append(
                BadRow(
                    rows[0].line,
                    "unknown_format",
                    f"the model's chat template refuses it: {first_line}",
                )
            )
            return [None]
    return [tokens for row in rows for tokens in _encode(prompter, [row], limits, bad)]


def _summary(examples: Sequence[Tokens]) -> TokenSummary | None:
    lengths = [len(example.ids) for example in examples]
    if not lengths:
        return None
    return TokenSummary(
        mean=statistics.fmean(lengths),
        median=float(statistics.median(lengths)),
        max=max(lengths),
        total=sum(lengths),
    )
