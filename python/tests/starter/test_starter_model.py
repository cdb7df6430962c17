"""The committed model is small, loads, speaks ChatML and was made with today's settings."""

import json

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast

from starter.build import RESOURCES
from starter.pretraining_mix import PretrainingMix
from starter.report import FOUNDATION, PretrainingReport, PretrainingSettings

MODEL = RESOURCES / "models" / "starter"
MESSAGES = [
    {"role": "user", "content": "Print 2 times 3 in Python."},
    {"role": "assistant", "content": "print(2 * 3)"},
]


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return AutoTokenizer.from_pretrained(MODEL)


def test_the_model_folder_is_at_most_ten_megabytes() -> None:
    assert sum(path.stat().st_size for path in MODEL.iterdir()) <= 10_000_000


def test_the_model_was_trained_with_the_settings_in_the_code() -> None:
    stored = json.loads((MODEL / "training.json").read_text(encoding="utf-8"))
    settings = PretrainingReport(PretrainingSettings(), {}, 0, 0, 0, 0.0, []).as_document()
    assert stored["settings"] == settings["settings"]
    assert stored["log"][-1]["loss"] < 0.25


def test_the_template_marks_the_assistants_tokens(tokenizer: PreTrainedTokenizerFast) -> None:
    encoded = tokenizer.apply_chat_template(
        MESSAGES, return_dict=True, return_assistant_tokens_mask=True
    )
    marked = [
        token
        for token, mask in zip(encoded["input_ids"], encoded["assistant_masks"], strict=True)
        if mask
    ]
    assert tokenizer.decode(marked) == "print(2 * 3)<|im_end|>"


def test_any_text_survives_encoding(tokenizer: PreTrainedTokenizerFast) -> None:
    text = 'const s = `Grüße, ${name}!`;\n\tconsole.log("日本 🎉");\n'
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_the_base_model_writes_python_and_stops(tokenizer: PreTrainedTokenizerFast) -> None:
    model = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32)
    prompt = tokenizer.apply_chat_template(
        MESSAGES[:1], add_generation_prompt=True, return_dict=True, return_tensors="pt"
    )
    written = model.generate(**prompt, max_new_tokens=40)[0, prompt["input_ids"].shape[1] :]
    assert tokenizer.decode(written) == "print(2 * 3)<|im_end|>"


def test_the_pre_training_mix_is_the_same_each_time(tokenizer: PreTrainedTokenizerFast) -> None:
    first, second = (PretrainingMix(tokenizer, FOUNDATION) for _ in range(2))
    for progress in (0.0, 0.5):
        one, two = (mix.batch(4, 256, progress) for mix in (first, second))
        assert torch.equal(one[0], two[0])
        assert torch.equal(one[1], two[1])


def test_no_request_of_the_pre_training_mix_asks_for_javascript(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    mix = PretrainingMix(tokenizer, FOUNDATION)
    for _ in range(5):
        tokens, _ = mix.batch(8, 256, 0.5)
        for turn in tokenizer.decode(tokens.flatten()).split("<|im_start|>user\n")[1:]:
            assert "JavaScript" not in turn.split("<|im_end|>")[0]
