"""A small byte-level BPE tokenizer with Qwen2's own splitting rule, trained on generated programs.

Keeping Qwen2's rule lets other tools treat it as a Qwen2 tokenizer.
"""

from random import Random

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from starter.chat import CHAT_TEMPLATE, END, END_OF_TEXT, SPECIAL_TOKENS
from starter.example import make_any_example
from starter.programs import PRETRAINED

VOCABULARY_SIZE = 1536
_SAMPLE_TEXTS = 12_000
_SEED = 5
_QWEN2_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def sample_texts() -> list[str]:
    """What the merges are learned from: prompts and programs, half of them JavaScript."""
    random = Random(_SEED)
    with_javascript = [family for family in PRETRAINED if family.javascript]
    texts: list[str] = []
    for index in range(_SAMPLE_TEXTS):
        language = "javascript" if index % 2 else "python"
        family = random.choice(with_javascript if index % 2 else PRETRAINED)
        example = make_any_example(random, family, language)
        texts.append(f"{example.prompt}\n{example.program}")
    return texts


def train_tokenizer() -> PreTrainedTokenizerFast:
    """The starter's tokenizer, with chat template; ``VOCABULARY_SIZE`` entries at most."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_QWEN2_SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY_SIZE - len(SPECIAL_TOKENS),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(sample_texts(), trainer)
    tokenizer.add_special_tokens(list(SPECIAL_TOKENS))
    wrapped = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token=END_OF_TEXT,
        model_max_length=1024,
    )
    wrapped.chat_template = CHAT_TEMPLATE
    return wrapped


def token_id(tokenizer: PreTrainedTokenizerFast, token: str) -> int:
    """The id of one known token. Raises ``KeyError`` if the vocabulary lacks it."""
    identifier: int = tokenizer.get_vocab()[token]
    return identifier
