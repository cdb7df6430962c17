"""What can be told about a base model's folder without loading its weights."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from lorabench.completion import end_tokens
from lorabench.errors import WorkerError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_PICKLED = (".bin", ".pt", ".pth", ".ckpt")


def check_model_folder(folder: Path) -> None:
    """Raises ``WorkerError`` (``bad_model``) for what can be told without loading the weights."""
    if not folder.is_dir():
        raise bad_model(f"There is no model folder {folder}.", "Check model.path.")
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise bad_model(
            f"The model folder {folder} has no readable config.json.",
            "Name a folder in Hugging Face layout: config.json, tokenizer files, *.safetensors.",
            [str(error)],
        ) from error
    if not isinstance(config, dict) or "model_type" not in config:
        raise bad_model(
            f"{folder / 'config.json'} does not name a model_type.",
            "Name a folder in Hugging Face layout.",
        )
    if any(folder.glob("*.safetensors")):
        return
    if any(path.suffix in _PICKLED for path in folder.iterdir()):
        raise bad_model(
            f"The weights in {folder} are pickled, which can run code when they are loaded.",
            "Use the safetensors version of this model, or convert it.",
        )
    raise bad_model(
        f"The model folder {folder} has no weights (*.safetensors).",
        "Download the model again; a download may have been interrupted.",
    )


def ends_of(tokenizer: "PreTrainedTokenizerBase", folder: Path) -> set[int]:
    """Tokens that end an answer of the model in ``folder``."""
    configured: object = None
    for name in ("generation_config.json", "config.json"):
        try:
            configured = json.loads((folder / name).read_text(encoding="utf-8"))["eos_token_id"]
        except (OSError, ValueError, KeyError, TypeError):
            continue
        break
    return set(end_tokens(tokenizer, configured))


def bad_model(message: str, fix: str, details: list[str] | None = None) -> WorkerError:
    """A failure that the model's files cause."""
    return WorkerError("bad_model", message, fix, details)
