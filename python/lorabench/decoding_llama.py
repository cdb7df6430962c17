"""Generates answers with llama.cpp, greedy or sampled, by the rules of Transformers.

The repetition penalty counts the prompt too, or its and the answer's last tokens; then come
temperature, top-k and top-p. llama.cpp's usual order, with the temperature last, is not used.

A request's prompts are handed over at once, so that their answers always share the same batches:
the first ones take the slots, and each of the others the next slot that is free.
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Literal

from lorabench.completion import Completion
from lorabench.llama_server import Json, LlamaServer
from lorabench.schemas import Sampling

_SEEDS = 1 << 31
_SEED_STEP = 7919
"""Larger than any number of slots."""


def generate(
    server: LlamaServer,
    prompts: Sequence[list[int]],
    sampling: Sampling,
    max_new_tokens: int,
    seed: int,
) -> list[Completion]:
    """One answer for each prompt (token ids).

    Greedy answers are made side by side. So are drawn ones to the same prompt; drawn answers to
    different prompts need different seeds, and llama.cpp takes one a request: they are made one
    after another, since requests that come at the same time would share their batches by chance.
    """
    if sampling.temperature <= 0:
        body = _body(list(prompts), sampling, max_new_tokens, seed % _SEEDS, server.context)
        return [_completion(part) for part in server.complete(body)]
    answers: list[Completion] = []
    for prompt, same in groupby(prompts):
        wanted = len(answers) + len(list(same))
        while len(answers) < wanted:
            # Answers to one prompt, of which no more than there are slots, count their seeds on.
            begin = (seed + _SEED_STEP * len(answers)) % _SEEDS
            body = _body(prompt, sampling, max_new_tokens, begin, server.context)
            count = min(server.slots, wanted - len(answers))
            answers += [_completion(part) for part in server.complete({**body, "n": count})]
    return answers


def answer_aloud(
    server: LlamaServer,
    prompt: list[int],
    sampling: Sampling,
    max_new_tokens: int,
    heard: Callable[[str], None],
) -> Completion:
    """One answer; ``heard`` is told its text with each token, without the one that ends it."""
    text = waiting = ""
    last: Json | None = None
    body = _body(prompt, sampling, max_new_tokens, sampling.seed % _SEEDS, server.context)
    for part in server.stream(body):
        last = part
        if part["stop"]:
            break
        # Which token ends the answer is known from the part after it.
        heard(waiting)
        text += waiting
        waiting = part["content"]
    if last is None or not last["stop"]:
        raise RuntimeError("llama.cpp ended in the middle of an answer")
    if _reason(last) == "length":
        heard(waiting)
        text += waiting
    return Completion(text, _reason(last), last["tokens_predicted"])


def _body(
    prompt: list[int] | list[list[int]],
    sampling: Sampling,
    max_new_tokens: int,
    seed: int,
    context: int,
) -> dict[str, object]:
    penalized = sampling.repetitionPenalty != 1
    # Everything: no more than this fits into a slot.
    window = context if sampling.repetitionWindow is None else sampling.repetitionWindow
    drawn = ["temperature", "top_k", "top_p"] if sampling.temperature > 0 else ["temperature"]
    return {
        "prompt": prompt,
        "n_predict": max_new_tokens,
        "cache_prompt": False,
        "seed": seed,
        "samplers": [*(["penalties"] if penalized else []), *drawn],
        "temperature": sampling.temperature,
        "top_k": sampling.topK,
        "top_p": sampling.topP,
        "repeat_penalty": sampling.repetitionPenalty,
        "repeat_last_n": window,
    }


def _completion(part: Json) -> Completion:
    return Completion(part["content"], _reason(part), part["tokens_predicted"])


def _reason(part: Json) -> Literal["stop", "length"]:
    return "stop" if part["stop_type"] == "eos" else "length"
