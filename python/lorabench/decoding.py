"""Generates answers in batches, greedy or sampled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from peft import PeftModel
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from lorabench.schemas import Sampling

_CHAT_ENDS = ("<|im_end|>", "<|eot_id|>", "<|end|>", "<end_of_turn>")


@dataclass(frozen=True)
class Completion:
    """An answer without its end token; ``tokens`` counts what was generated, the end included."""

    text: str
    finish_reason: Literal["stop", "length"]
    tokens: int


def end_tokens(model: PreTrainedModel | PeftModel, tokenizer: PreTrainedTokenizerBase) -> list[int]:
    """Tokens that end an answer: the tokenizer's, the model's and those of chat formats."""
    configured = getattr(model.generation_config, "eos_token_id", None)
    ends = {tokenizer.eos_token_id}
    ends.update(configured if isinstance(configured, list) else [configured])
    vocabulary = tokenizer.get_vocab()
    ends.update(vocabulary.get(token) for token in _CHAT_ENDS)
    return sorted(token for token in ends if isinstance(token, int))


def generate(
    model: PreTrainedModel | PeftModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[list[int]],
    sampling: Sampling,
    max_new_tokens: int,
) -> list[Completion]:
    """One answer for each prompt (token ids), all in one batch padded on the left."""
    ends = end_tokens(model, tokenizer)
    device = next(model.parameters()).device
    pad = tokenizer.pad_token_id
    pad = pad if isinstance(pad, int) else (ends[0] if ends else 0)
    width = max(len(prompt) for prompt in prompts)
    ids = torch.full((len(prompts), width), pad)
    mask = torch.zeros_like(ids)
    for row, prompt in enumerate(prompts):
        ids[row, width - len(prompt) :] = torch.tensor(prompt)
        mask[row, width - len(prompt) :] = 1
    drawn: dict[str, object] = (
        {
            "do_sample": True,
            "temperature": sampling.temperature,
            "top_k": sampling.topK,
            "top_p": sampling.topP,
        }
        if sampling.temperature > 0
        else {"do_sample": False, "temperature": None, "top_k": None, "top_p": None}
    )
    with torch.inference_mode():
        generate_tokens: Any = model.generate
        output = generate_tokens(
            input_ids=ids.to(device),
            attention_mask=mask.to(device),
            max_new_tokens=max_new_tokens,
            repetition_penalty=sampling.repetitionPenalty,
            eos_token_id=ends or None,
            pad_token_id=pad,
            use_cache=True,
            **drawn,
        )
    return [_completion(tokenizer, row, set(ends)) for row in output[:, width:].tolist()]


def _completion(tokenizer: PreTrainedTokenizerBase, ids: list[int], ends: set[int]) -> Completion:
    end = next((index for index, token in enumerate(ids) if token in ends), None)
    text = tokenizer.decode(ids[:end], skip_special_tokens=True)
    return Completion(
        text=text if isinstance(text, str) else "".join(text),
        finish_reason="length" if end is None else "stop",
        tokens=len(ids) if end is None else end + 1,
    )
