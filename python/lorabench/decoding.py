"""Generates answers in batches, greedy or sampled."""

from collections.abc import Sequence
from typing import Any

import torch
from peft import PeftModel
from transformers import LogitsProcessor, PreTrainedModel, PreTrainedTokenizerBase
from transformers.generation.streamers import BaseStreamer

from lorabench.completion import Completion, complete, end_tokens
from lorabench.schemas import Sampling


def generate(
    model: PreTrainedModel | PeftModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[list[int]],
    sampling: Sampling,
    max_new_tokens: int,
    streamer: BaseStreamer | None = None,
) -> list[Completion]:
    """One answer for each prompt (token ids), all in one batch padded on the left.

    ``streamer``: hears the prompt and then each token; only with a single prompt.
    """
    ends = end_tokens(tokenizer, getattr(model.generation_config, "eos_token_id", None))
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
            logits_processor=_penalties(sampling, [len(prompt) for prompt in prompts], device),
            streamer=streamer,
            eos_token_id=ends or None,
            pad_token_id=pad,
            use_cache=True,
            **drawn,
        )
    return [complete(tokenizer, row, set(ends)) for row in output[:, width:].tolist()]


class RepetitionPenalty(LogitsProcessor):
    """Makes tokens that a row holds already less likely (CTRL, arXiv:1909.05858, section 4.1).

    As the processor of Transformers, but padding does not count, which would otherwise punish the
    end of an answer where both are one token, and only the last ``window`` tokens count if given.
    """

    def __init__(self, penalty: float, window: int | None, padding: torch.Tensor) -> None:
        """``padding``: how many tokens each row is padded with on its left, ``[rows]``."""
        self._penalty = penalty
        self._window = window
        self._padding = padding

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor) -> torch.FloatTensor:
        """Punished ``scores`` ``[rows, vocabulary]`` after ``input_ids`` ``[rows, tokens]``."""
        length = input_ids.shape[1]
        begin = 0 if self._window is None else max(0, length - self._window)
        places = torch.arange(begin, length, device=input_ids.device)
        real = places[None, :] >= self._padding[:, None]
        seen = torch.where(real, input_ids[:, begin:], input_ids[:, -1:])
        found = torch.gather(scores, 1, seen)
        punished = torch.where(found < 0, found * self._penalty, found / self._penalty)
        return scores.scatter(1, seen, punished)  # type: ignore[return-value]


def _penalties(
    sampling: Sampling, lengths: Sequence[int], device: torch.device
) -> list[LogitsProcessor]:
    if sampling.repetitionPenalty == 1:
        return []
    padding = torch.tensor([max(lengths) - length for length in lengths], device=device)
    return [RepetitionPenalty(sampling.repetitionPenalty, sampling.repetitionWindow, padding)]
