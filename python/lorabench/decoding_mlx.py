"""Generates answers in batches under MLX, greedy or sampled, by the rules of Transformers.

The repetition penalty counts the prompt too, or its and the answer's last tokens; then come
temperature, top-k and top-p.
"""

from collections.abc import Callable, Sequence
from typing import Any

import mlx.core as mx
from mlx import nn
from mlx_lm.models.cache import make_prompt_cache

from lorabench.schemas import Sampling

_PREFILL = 2048
"""Most tokens of each prompt that are read at once."""


def generate(
    model: nn.Module,
    prompts: Sequence[list[int]],
    sampling: Sampling,
    max_new_tokens: int,
    ends: set[int],
    seed: int,
    heard: Callable[[int], None] | None = None,
) -> list[list[int]]:
    """New tokens for each prompt (token ids), its end included, all in one batch.

    ``heard``: is told each token of the first row that is still going.
    """
    cache = _batch_cache(model, len(prompts))
    _read_prompts(model, cache, [prompt[:-1] for prompt in prompts])
    chooser = Chooser(sampling, prompts, seed)
    answers: list[list[int]] = [[] for _ in prompts]
    rows = list(range(len(prompts)))
    last = mx.array([prompt[-1] for prompt in prompts])
    while rows and len(answers[rows[0]]) < max_new_tokens:
        logits = model(last[:, None], cache=cache)[:, -1]
        last = chooser.choose(logits)
        chosen: list[int] = last.tolist()
        if heard is not None:
            heard(chosen[0])
        for row, token in zip(rows, chosen, strict=True):
            answers[row].append(token)
        going = [place for place, token in enumerate(chosen) if token not in ends]
        if len(going) < len(rows):
            rows = [rows[place] for place in going]
            if not rows:
                break
            keep = mx.array(going)
            last = last[keep]
            chooser.keep(keep)
            for part in cache:
                part.filter(keep)
    return answers


def _batch_cache(model: nn.Module, rows: int) -> list[Any]:
    caches = [make_prompt_cache(model) for _ in range(rows)]
    return [layer[0].merge(list(layer)) for layer in zip(*caches, strict=True)]


def _read_prompts(model: nn.Module, cache: list[Any], prompts: Sequence[list[int]]) -> None:
    lengths = [len(prompt) for prompt in prompts]
    width = max(lengths)
    if width == 0:
        return
    padding = [width - length for length in lengths]
    if any(padding):
        for part in cache:
            part.prepare(lengths=lengths, right_padding=padding)
    ids = mx.array([prompt + [0] * pad for prompt, pad in zip(prompts, padding, strict=True)])
    for begin in range(0, width, _PREFILL):
        model(ids[:, begin : begin + _PREFILL], cache=cache)
        mx.eval([part.state for part in cache])
    if any(padding):
        for part in cache:
            part.finalize()
        mx.eval([part.state for part in cache])


class Chooser:
    """Chooses the next token of every row."""

    def __init__(self, sampling: Sampling, prompts: Sequence[list[int]], seed: int) -> None:
        """``prompts``: tokens that count as seen for the repetition penalty."""
        self._sampling = sampling
        self._key = mx.random.key(seed)
        self._prompts = prompts
        self._seen: mx.array | None = None
        self._recent: mx.array | None = None
        window = sampling.repetitionWindow
        if window is not None and sampling.repetitionPenalty != 1:
            # A short prompt's first token again and again: it leaves before the prompt itself does.
            self._recent = mx.array(
                [prompt[:1] * (window - len(prompt)) + prompt[-window:] for prompt in prompts]
            )

    def choose(self, logits: mx.array) -> mx.array:
        """Tokens ``[rows]`` from logits ``[rows, vocabulary]``."""
        logits = logits.astype(mx.float32)
        if self._sampling.repetitionPenalty != 1:
            logits = self._penalized(logits)
        if self._sampling.temperature > 0:
            self._key, key = mx.random.split(self._key)
            chosen = mx.random.categorical(narrowed(logits, self._sampling), key=key)
        else:
            chosen = mx.argmax(logits, axis=-1)
        if self._recent is not None:
            self._recent = mx.concatenate([self._recent[:, 1:], chosen[:, None]], axis=1)
        elif self._seen is not None:
            self._seen = mx.put_along_axis(self._seen, chosen[:, None], mx.array(True), axis=-1)
        return chosen

    def keep(self, rows: mx.array) -> None:
        """From now on only these rows are asked about."""
        if self._recent is not None:
            self._recent = self._recent[rows]
        if self._seen is not None:
            self._seen = self._seen[rows]

    def _penalized(self, logits: mx.array) -> mx.array:
        seen = self._seen
        if self._recent is not None:
            empty = mx.zeros(logits.shape, mx.bool_)
            seen = mx.put_along_axis(empty, self._recent, mx.array(True), axis=-1)
        elif seen is None:
            # A row's own tokens again and again fill it up to the longest row.
            width = max(len(prompt) for prompt in self._prompts)
            places = mx.array([(prompt * width)[:width] for prompt in self._prompts])
            empty = mx.zeros(logits.shape, mx.bool_)
            seen = self._seen = mx.put_along_axis(empty, places, mx.array(True), axis=-1)
        penalty = self._sampling.repetitionPenalty
        punished = mx.where(logits < 0, logits * penalty, logits / penalty)
        return mx.where(seen, punished, logits)


def narrowed(logits: mx.array, sampling: Sampling) -> mx.array:
    """Logits at the temperature, with minus infinity outside top-k and top-p."""
    logits = logits / sampling.temperature
    lowest = mx.array(-mx.inf, logits.dtype)
    if 0 < sampling.topK < logits.shape[-1]:
        kept = mx.topk(logits, sampling.topK, axis=-1).min(axis=-1, keepdims=True)
        logits = mx.where(logits < kept, lowest, logits)
    if sampling.topP < 1:
        ascending = mx.sort(logits, axis=-1)
        reached = mx.cumsum(mx.softmax(ascending, axis=-1), axis=-1)
        dropped = (reached <= 1 - sampling.topP).sum(axis=-1, keepdims=True)
        dropped = mx.minimum(dropped, logits.shape[-1] - 1)
        kept = mx.take_along_axis(ascending, dropped, axis=-1)
        logits = mx.where(logits < kept, lowest, logits)
    return logits
