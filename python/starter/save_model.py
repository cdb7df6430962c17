"""Saves the starter model so that Transformers, PEFT and converters load it like a Qwen2."""

import json
from pathlib import Path

from transformers import PreTrainedTokenizerFast, Qwen2ForCausalLM

from starter.files import json_text, write_text
from starter.model_card import model_card
from starter.report import PretrainingReport

TOKENIZER_CLASS = "Qwen2Tokenizer"
"""The class that every tool knows for this splitting rule; Transformers 5 would write its own."""


def save_model(
    folder: Path,
    model: Qwen2ForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    report: PretrainingReport,
) -> None:
    """Writes weights, configuration, tokenizer, training report and model card into ``folder``."""
    model.generation_config.do_sample = False
    model.generation_config.eos_token_id = model.config.eos_token_id
    model.generation_config.pad_token_id = model.config.pad_token_id
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    _name_tokenizer_class(folder / "tokenizer_config.json")
    write_text(folder / "training.json", json_text(report.as_document()))
    write_text(folder / "README.md", model_card(report))


def _name_tokenizer_class(path: Path) -> None:
    configuration = json.loads(path.read_text(encoding="utf-8"))
    configuration["tokenizer_class"] = TOKENIZER_CLASS
    write_text(path, json_text(configuration))
