"""Loads a base model folder under PyTorch and says clearly what is wrong with a bad one."""

from pathlib import Path
from typing import Any, Literal

import torch
from peft import LoraConfig, PeftMixedModel, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, BitsAndBytesConfig, PreTrainedModel
from transformers.utils import logging

from lorabench import pissa
from lorabench.errors import WorkerError, is_disk_full, is_out_of_memory
from lorabench.model_folder import bad_model, check_model_folder
from lorabench.schemas import Adapter

Precision = Literal["float32", "bfloat16", "float16"]
TYPES: dict[Precision, torch.dtype] = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}


def load_base_model(
    folder: Path,
    *,
    device: torch.device,
    precision: Precision,
    quantization: Literal["none", "nf4", "mlx4"],
    double_quantization: bool,
    compute_type: Precision,
    attention: str = "sdpa",
) -> PreTrainedModel:
    """The model on its device, in evaluation mode, NF4-quantized when asked.

    Raises ``WorkerError`` (``bad_model``) when the folder does not hold a whole, known model.
    """
    if quantization == "mlx4":
        raise WorkerError(
            "bad_spec",
            "PyTorch cannot read mlx4 quantization.",
            "Use the device and backend that the run was trained with (MLX).",
        )
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
        raise bad_model(
            f"The model in {folder} cannot be loaded.",
            "Check that it is a causal language model that this version of Transformers knows,"
            " and that its files are complete.",
            [(str(error).strip().splitlines() or [type(error).__name__])[0]],
        ) from error
    missing = sorted(loading["missing_keys"]) + sorted(
        str(key) for key in loading.get("mismatched_keys", ())
    )
    if missing:
        raise bad_model(
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


def add_adapter(
    model: PreTrainedModel, adapter: Adapter, initial_folder: Path | None = None
) -> PeftModel:
    """Wraps the model with fresh LoRA parameters, drawn from PyTorch's generator.

    PiSSA keeps its start in ``initial_folder``, or goes on from the one that lies there.
    """
    if not pissa.is_pissa(adapter):
        initialization: Any = True if adapter.initialization == "default" else "gaussian"
        return _wrap(model, adapter, initialization)
    pissa.check_pissa(model, adapter)
    wrapped = _wrap(model, adapter, True)
    if initial_folder is not None and pissa.has_initial(initial_folder):
        pissa.restore(wrapped, initial_folder)
    else:
        pissa.begin(wrapped, adapter.initialization, initial_folder)
    return wrapped


def _wrap(model: PreTrainedModel, adapter: Adapter, initialization: Any) -> PeftModel:  # noqa: ANN401 (PEFT takes a bool or a name)
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
    if (folder / "adapters.safetensors").is_file():
        raise WorkerError(
            "bad_adapter",
            f"The adapter in {folder} was trained with MLX; PyTorch cannot read it.",
            "Evaluate it on a Mac, on the device it was trained on.",
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
