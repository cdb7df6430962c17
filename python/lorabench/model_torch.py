"""Loads a base model folder under PyTorch and says clearly what is wrong with a bad one."""

import json
from pathlib import Path
from typing import Any, Literal

import torch
from peft import LoraConfig, PeftMixedModel, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, PreTrainedModel
from transformers.utils import logging

from lorabench.errors import WorkerError, is_disk_full, is_out_of_memory
from lorabench.schemas import Adapter

Precision = Literal["float32", "bfloat16", "float16"]
TYPES: dict[Precision, torch.dtype] = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}
_PICKLED = (".bin", ".pt", ".pth", ".ckpt")


def check_model_folder(folder: Path) -> None:
    """Raises ``WorkerError`` (``bad_model``) for what can be told without loading the weights."""
    if not folder.is_dir():
        raise _bad_model(f"There is no model folder {folder}.", "Check model.path.")
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _bad_model(
            f"The model folder {folder} has no readable config.json.",
            "Name a folder in Hugging Face layout: config.json, tokenizer files, *.safetensors.",
            [str(error)],
        ) from error
    if not isinstance(config, dict) or "model_type" not in config:
        raise _bad_model(
            f"{folder / 'config.json'} does not name a model_type.",
            "Name a folder in Hugging Face layout.",
        )
    if any(folder.glob("*.safetensors")):
        return
    if any(path.suffix in _PICKLED for path in folder.iterdir()):
        raise _bad_model(
            f"The weights in {folder} are pickled, which can run code when they are loaded.",
            "Use the safetensors version of this model, or convert it.",
        )
    raise _bad_model(
        f"The model folder {folder} has no weights (*.safetensors).",
        "Download the model again; a download may have been interrupted.",
    )


def load_base_model(
    folder: Path,
    *,
    device: torch.device,
    precision: Precision,
    quantization: Literal["none", "nf4"],
    double_quantization: bool,
    compute_type: Precision,
    attention: str = "sdpa",
) -> PreTrainedModel:
    """The model on its device, in evaluation mode, NF4-quantized when asked.

    Raises ``WorkerError`` (``bad_model``) when the folder does not hold a whole, known model.
    """
    check_model_folder(folder)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    options: dict[str, object] = {}
    if quantization == "nf4":
        options["quantization_config"] = BitsAndBytesConfig(  # type: ignore[no-untyped-call]
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=double_quantization,
            # The library's default, float32, is about four times slower on GPUs.
            bnb_4bit_compute_dtype=TYPES[compute_type],
        )
    if device.type != "cpu" or quantization == "nf4":
        options["device_map"] = {"": device}
    try:
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            folder,
            dtype=TYPES[precision],
            attn_implementation=attention,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
            **options,
        )
        model: PreTrainedModel = loaded[0]
        loading: dict[str, Any] = loaded[1]
    except Exception as error:
        if is_out_of_memory(error) or is_disk_full(error):
            raise
        raise _bad_model(
            f"The model in {folder} cannot be loaded.",
            "Check that it is a causal language model that this version of Transformers knows,"
            " and that its files are complete.",
            [(str(error).strip().splitlines() or [type(error).__name__])[0]],
        ) from error
    missing = sorted(loading["missing_keys"]) + sorted(
        str(key) for key in loading.get("mismatched_keys", ())
    )
    if missing:
        raise _bad_model(
            f"The weights in {folder} are incomplete: {len(missing)} tensors are missing.",
            "Download the model again.",
            missing[:20],
        )
    for module in model.modules():
        if hasattr(module, "support_avx512bf16_for_cpu"):
            # bitsandbytes repacks NF4 weights in the first forward pass without gradients and
            # never unpacks them, so training after a validation would fail.
            module.support_avx512bf16_for_cpu = False  # type: ignore[assignment]
    model.train(False)
    return model


def add_adapter(model: PreTrainedModel, adapter: Adapter) -> PeftModel:
    """Wraps the model with fresh LoRA parameters, drawn from PyTorch's generator."""
    if adapter.initialization.startswith("pissa"):
        # PiSSA changes the base weights too, so its adapter does not fit the untouched base.
        raise WorkerError(
            "bad_adapter",
            "The PiSSA initialization is not supported yet.",
            "Set adapter.initialization=default or gaussian.",
        )
    initialization: Any = True if adapter.initialization == "default" else adapter.initialization
    config = LoraConfig(
        r=adapter.rank,
        # PEFT takes fractions too, but its type and most readers expect a whole number.
        lora_alpha=int(alpha) if (alpha := adapter.alpha).is_integer() else alpha,  # type: ignore[arg-type]
        lora_dropout=adapter.dropout,
        target_modules=list(adapter.targetModules),
        use_rslora=adapter.rankStabilized,
        use_dora=adapter.weightDecomposed,
        init_lora_weights=initialization,
        task_type="CAUSAL_LM",
    )
    try:
        wrapped: PeftModel | PeftMixedModel = get_peft_model(model, config)
    except ValueError as error:
        linear = sorted(
            {
                name.rpartition(".")[2]
                for name, module in model.named_modules()
                if isinstance(module, torch.nn.Linear)
            }
        )
        raise WorkerError(
            "bad_adapter",
            "The adapter does not fit this model: "
            + (str(error).splitlines() or ["unknown reason"])[0],
            "Set adapter.targetModules to linear layers of the model: " + ", ".join(linear) + ".",
        ) from error
    if not isinstance(wrapped, PeftModel):
        raise TypeError("PEFT returned a mixed model")
    return wrapped


def load_adapter(model: PreTrainedModel, folder: Path) -> PeftModel:
    """The model with a finished adapter, for generation. Raises ``WorkerError``."""
    if not (folder / "adapter_config.json").is_file():
        raise WorkerError(
            "bad_adapter",
            f"There is no adapter in {folder}.",
            "Choose a run that has finished, or one of its checkpoints.",
        )
    try:
        return PeftModel.from_pretrained(model, folder, is_trainable=False)
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise WorkerError(
            "bad_adapter",
            f"The adapter in {folder} does not fit this base model.",
            "Evaluate it with the base model it was trained on.",
            [(str(error).splitlines() or [type(error).__name__])[0]],
        ) from error


def _bad_model(message: str, fix: str, details: list[str] | None = None) -> WorkerError:
    return WorkerError("bad_model", message, fix, details)
