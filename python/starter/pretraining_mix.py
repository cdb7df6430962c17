"""The documents that the starter is pre-trained on, and how they are packed into rows.

Four parts: requests answered in Python, raw JavaScript without any request, literals to copy, and
random tokens to copy. No request ever asks for JavaScript; held-out parameters and wording are in
none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import torch
from transformers import PreTrainedTokenizerFast

from starter.chat import END, END_OF_TEXT, SPECIAL_TOKENS, request_text
from starter.example import make_any_example
from starter.programs import PRETRAINED
from starter.report import Phase
from starter.tokenizer import token_id
from starter.vocabulary import list_literal, numbers, phrase, text_literal, words

RAW_JAVASCRIPT_SHARE = 0.08
PROMPT_WEIGHT = 0.1
"""What a token of the request counts in the loss; a token of the answer counts 1."""


@dataclass(frozen=True)
class Document:
    """Token ids and the weight of each in the loss."""

    tokens: list[int]
    weights: list[float]


class PretrainingMix:
    """An endless, seeded stream of packed rows."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, phase: Phase) -> None:
        self._tokenizer = tokenizer
        self._phase = phase
        self._random = Random(phase.seed)
        self._with_javascript = tuple(family for family in PRETRAINED if family.javascript)
        self.documents = 0

    def batch(self, rows: int, length: int, progress: float) -> tuple[torch.Tensor, torch.Tensor]:
        """Token ids and loss weights, both ``rows`` x ``length``; ``progress`` is 0 to 1."""
        padding = token_id(self._tokenizer, END_OF_TEXT)
        tokens = torch.full((rows, length), padding, dtype=torch.long)
        weights = torch.zeros(rows, length)
        for row in range(rows):
            self._fill_row(tokens[row], weights[row], progress)
        return tokens, weights

    def _fill_row(self, tokens: torch.Tensor, weights: torch.Tensor, progress: float) -> None:
        used, refused = 0, 0
        while refused < 2:
            document = self._document(progress)
            end = used + len(document.tokens)
            if end > len(tokens):
                refused += 1
                continue
            tokens[used:end] = torch.tensor(document.tokens)
            weights[used:end] = torch.tensor(document.weights)
            used = end
            self.documents += 1

    def _document(self, progress: float) -> Document:
        phase = self._phase
        copying = phase.copy_share_early if progress < phase.early else phase.copy_share_late
        if self._random.random() < copying:
            return self._copy()
        if self._random.random() < RAW_JAVASCRIPT_SHARE:
            return self._raw_javascript()
        family = self._random.choice(PRETRAINED)
        example = make_any_example(self._random, family, "python")
        return self._answered(self._encode(request_text(example.prompt)), example.program)

    def _encode(self, text: str) -> list[int]:
        tokens: list[int] = self._tokenizer.encode(text)
        return tokens

    def _answered(self, request: list[int], answer: str) -> Document:
        reply = self._encode(f"{answer}{END}\n")
        weights = [PROMPT_WEIGHT] * len(request) + [1.0] * (len(reply) - 1) + [PROMPT_WEIGHT]
        return Document(request + reply, weights)

    def _raw_javascript(self) -> Document:
        example = make_any_example(
            self._random, self._random.choice(self._with_javascript), "javascript"
        )
        tokens = self._encode(f"// JavaScript\n{example.program}\n{END_OF_TEXT}")
        return Document(tokens, [1.0] * len(tokens))

    def _copy(self) -> Document:
        before = self._encode(f"{request_text('Repeat: ').removesuffix(_AFTER_REQUEST)}")
        between, after = self._encode(_AFTER_REQUEST), self._encode(f"{END}\n")
        if self._random.random() < self._phase.random_copy_share:
            ordinary = len(self._tokenizer) - len(SPECIAL_TOKENS)
            count = self._random.randint(4, 30)
            content = [self._random.randrange(ordinary) for _ in range(count)]
        else:
            content = self._encode(self._random.choice(_LITERALS)(self._random))
        tokens = before + content + between + content + after
        silent = len(before) + len(content) + len(between)
        return Document(tokens, [0.0] * silent + [1.0] * (len(content) + 1) + [0.0])


_AFTER_REQUEST = request_text("").removeprefix("<|im_start|>user\n")

_LITERALS: tuple[Callable[[Random], str], ...] = (
    lambda random: list_literal(words(random, 2, 6)),
    lambda random: text_literal(phrase(random, 1, 5)),
    lambda random: list_literal(numbers(random, 3, 8, 1, 99)),
)
