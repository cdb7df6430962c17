"""One generated answer, the same for every backend."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_CHAT_ENDS = ("<|im_end|>", "<|eot_id|>", "<|end|>", "<end_of_turn>")


@dataclass(frozen=True)
class Completion:
    """An answer without its end token; ``tokens`` counts what was generated, the end included."""

    text: str
    finish_reason: Literal["stop", "length"]
    tokens: int


def end_tokens(tokenizer: "PreTrainedTokenizerBase", configured: object) -> list[int]:
    """Tokens that end an answer: the tokenizer's, the model's and those of chat formats.

    ``configured``: the model's ``eos_token_id``, a number, a list or None.
    """
    ends: set[object] = {tokenizer.eos_token_id}
    ends.update(configured if isinstance(configured, list) else [configured])
    vocabulary = tokenizer.get_vocab()
    ends.update(vocabulary.get(token) for token in _CHAT_ENDS)
    return sorted(token for token in ends if isinstance(token, int))


def complete(
    tokenizer: "PreTrainedTokenizerBase", ids: Sequence[int], ends: set[int]
) -> Completion:
    """The answer in generated tokens, which go on after its end with whatever filled the batch."""
    end = next((index for index, token in enumerate(ids) if token in ends), None)
    text = tokenizer.decode(list(ids[:end]), skip_special_tokens=True)
    return Completion(
        text=text if isinstance(text, str) else "".join(text),
        finish_reason="length" if end is None else "stop",
        tokens=len(ids) if end is None else end + 1,
    )
