"""How turns become text and tokens, and which tokens carry loss.

ChatML means the model's own chat template. Which tokens are the assistant's is told by the
template's ``generation`` markers; a template without them is replaced by TRL's training variant of
the same template, and where TRL has none, the answer is what the template adds after the prompt.
Alpaca's headings are those of the Stanford release.
"""

import importlib.util
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from lorabench.corpus import Message, Row
from lorabench.errors import WorkerError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

PromptFormat = Literal["chatml", "alpaca"]

_PREAMBLE = (
    "Below is an instruction that describes a task. "
    "Write a response that appropriately completes the request."
)
_PREAMBLE_WITH_INPUT = (
    "Below is an instruction that describes a task, paired with an input that provides further "
    "context. Write a response that appropriately completes the request."
)


@dataclass(frozen=True)
class Tokens:
    """Token ids of one example; ``targets[i]`` says whether predicting ``ids[i]`` is trained."""

    ids: list[int]
    targets: list[bool]

    def target_count(self) -> int:
        """Tokens that carry loss. The first token has nothing before it to predict it from."""
        return sum(self.targets[1:])

    def cut(self, length: int) -> "Tokens":
        """The first ``length`` tokens."""
        return Tokens(self.ids[:length], self.targets[:length])


class AskPrompter(Protocol):
    """What turns a request into tokens."""

    def encode_prompt(self, prompt: str, system: str | None) -> list[int]:
        """A request that the model is to answer."""
        ...


class Prompter(AskPrompter, Protocol):
    """A prompt format with a tokenizer."""

    def encode(self, rows: Sequence[Row], all_tokens: bool) -> list[Tokens]:
        """Training examples; loss on the assistant's turns only, unless ``all_tokens``."""
        ...


def load_tokenizer(folder: Path) -> "PreTrainedTokenizerBase":
    """The tokenizer of a model folder, without importing PyTorch where ``tokenizer.json`` exists.

    Raises ``WorkerError`` (``bad_model``) when there is none or it cannot be read.
    """
    try:
        if (folder / "tokenizer.json").is_file():
            from transformers import PreTrainedTokenizerFast as Loader
        elif any((folder / name).is_file() for name in ("vocab.json", "tokenizer.model")):
            from transformers import AutoTokenizer as Loader  # type: ignore[assignment]
        else:
            raise WorkerError(
                "bad_model",
                f"The model folder {folder} has no tokenizer.",
                "Copy tokenizer.json and tokenizer_config.json of the model into it.",
            )
        tokenizer: PreTrainedTokenizerBase = Loader.from_pretrained(folder, local_files_only=True)
    except WorkerError:
        raise
    except Exception as error:
        raise WorkerError(
            "bad_model",
            f"The tokenizer in {folder} cannot be read.",
            "Download the model's tokenizer files again.",
            [str(error)],
        ) from error
    return tokenizer


def context_length(folder: Path) -> int | None:
    """Most tokens the model was made for, by its ``config.json``; None when it does not say."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    value = config.get("max_position_embeddings") if isinstance(config, dict) else None
    return value if isinstance(value, int) else None


def make_prompter(tokenizer: "PreTrainedTokenizerBase", prompt_format: PromptFormat) -> Prompter:
    """The prompter of a format. Raises ``WorkerError`` when the tokenizer cannot serve it."""
    return _PROMPTERS[prompt_format](tokenizer)


class _ChatTemplate:
    def __init__(self, tokenizer: "PreTrainedTokenizerBase") -> None:
        template = tokenizer.chat_template
        if isinstance(template, dict):
            template = template.get("default")
        if not isinstance(template, str):
            raise WorkerError(
                "bad_model",
                "The model's tokenizer has no chat template.",
                "Use an instruction-tuned model, add chat_template.jinja to its folder, or set"
                " data.promptFormat=alpaca.",
            )
        self._tokenizer = tokenizer
        self._training_template = _training_template(template)

    def encode(self, rows: Sequence[Row], all_tokens: bool) -> list[Tokens]:
        conversations = [_turns(row.messages) for row in rows]
        if self._training_template is None and not all_tokens:
            return [self._encode_by_prefix(turns) for turns in conversations]
        encoded: Any = self._tokenizer.apply_chat_template(
            conversations,
            chat_template=self._training_template,
            tokenize=True,
            return_dict=True,
            return_assistant_tokens_mask=not all_tokens,
        )
        ids: list[list[int]] = encoded["input_ids"]
        if all_tokens:
            return [Tokens(row, [True] * len(row)) for row in ids]
        masks: list[list[int]] = encoded["assistant_masks"]
        return [
            Tokens(row, [bool(bit) for bit in mask]) for row, mask in zip(ids, masks, strict=True)
        ]

    def encode_prompt(self, prompt: str, system: str | None) -> list[int]:
        turns = [{"role": "system", "content": system}] if system else []
        encoded: Any = self._tokenizer.apply_chat_template(
            [*turns, {"role": "user", "content": prompt}],
            tokenize=True,
            return_dict=True,
            add_generation_prompt=True,
        )
        ids: list[int] = encoded["input_ids"]
        return ids

    def _encode_by_prefix(self, turns: list[dict[str, str]]) -> Tokens:
        spans: list[tuple[int, int]] = []
        for index, turn in enumerate(turns):
            if turn["role"] != "assistant":
                continue
            before = self._render(turns[:index], True)
            after = self._render(turns[: index + 1], False)
            if not after.startswith(before):
                raise WorkerError(
                    "bad_model",
                    "The model's chat template does not tell which tokens are the assistant's.",
                    "Set data.trainOn=all, or add {% generation %} markers to the template.",
                )
            spans.append((len(before), len(after)))
        text = self._render(turns, False)
        encoded = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        ids: list[int] = encoded["input_ids"]
        offsets: list[tuple[int, int]] = encoded["offset_mapping"]
        return Tokens(
            ids,
            # A token that straddles the border belongs to the answer: it holds some of it.
            [any(begin < last and end > first for first, last in spans) for begin, end in offsets],
        )

    def _render(self, turns: list[dict[str, str]], ask: bool) -> str:
        return str(
            self._tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=ask)
        )


class _AlpacaHeadings:
    def __init__(self, tokenizer: "PreTrainedTokenizerBase") -> None:
        if not isinstance(tokenizer.eos_token, str):
            raise WorkerError(
                "bad_model",
                "The model's tokenizer has no end-of-text token.",
                "Set eos_token in its tokenizer_config.json.",
            )
        self._tokenizer = tokenizer
        self._end = tokenizer.eos_token

    def encode(self, rows: Sequence[Row], all_tokens: bool) -> list[Tokens]:
        return [self._encode(row, all_tokens) for row in rows]

    def encode_prompt(self, prompt: str, system: str | None) -> list[int]:
        return self._ids(alpaca_prompt(prompt, system), first=True)

    def _encode(self, row: Row, all_tokens: bool) -> Tokens:
        # Prompt and answer are tokenized apart, as they are when the model is asked.
        ids: list[int] = []
        targets: list[bool] = []
        for text, answer in _alpaca_parts(row.messages, self._end):
            part = self._ids(text, first=not ids)
            ids += part
            targets += [answer or all_tokens] * len(part)
        return Tokens(ids, targets)

    def _ids(self, text: str, first: bool) -> list[int]:
        ids: list[int] = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        begin = self._tokenizer.bos_token_id if first else None
        return [begin, *ids] if isinstance(begin, int) else ids


def alpaca_prompt(prompt: str, system: str | None) -> str:
    """A request under Stanford's headings, up to where the answer begins."""
    asked = [Message("user", prompt)]
    parts = _alpaca_parts([Message("system", system), *asked] if system else asked, "")
    return "".join(text for text, _ in parts) + "### Response:\n"


def _alpaca_parts(messages: Sequence[Message], end: str) -> list[tuple[str, bool]]:
    """Pieces of text, each with whether it is an answer. A system turn replaces the preamble."""
    system = next((turn.content for turn in messages if turn.role == "system"), None)
    preamble = system or (
        _PREAMBLE_WITH_INPUT if any(turn.extra for turn in messages) else _PREAMBLE
    )
    parts: list[tuple[str, bool]] = []
    prompt = preamble + "\n\n"
    for turn in messages:
        if turn.role == "assistant":
            parts += [(prompt + "### Response:\n", False), (turn.content + end, True)]
            prompt = "\n\n"
        elif turn.role != "system":
            prompt += f"### Instruction:\n{turn.content}\n\n"
            if turn.extra:
                prompt += f"### Input:\n{turn.extra}\n\n"
    return [*parts, (prompt, False)] if "### Instruction:" in prompt else parts


def _turns(messages: Sequence[Message]) -> list[dict[str, str]]:
    return [
        {
            "role": turn.role,
            "content": f"{turn.content}\n\n{turn.extra}" if turn.extra else turn.content,
        }
        for turn in messages
    ]


def _training_template(template: str) -> str | None:
    """The template itself if it marks the answers, else TRL's variant of it, else None.

    TRL's files are read without importing TRL, which would import PyTorch.
    """
    if "{% generation" in template or "{%- generation" in template:
        return template
    found = importlib.util.find_spec("trl")
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "chat_templates"
    for variant in sorted(folder.glob("*_training.jinja")):
        plain = variant.with_name(variant.name.replace("_training.jinja", ".jinja"))
        if plain.is_file() and plain.read_text(encoding="utf-8").strip() == template.strip():
            return variant.read_text(encoding="utf-8")
    return None


_PROMPTERS: dict[PromptFormat, type[_ChatTemplate] | type[_AlpacaHeadings]] = {
    "chatml": _ChatTemplate,
    "alpaca": _AlpacaHeadings,
}
