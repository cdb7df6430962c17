"""Loads a base model folder under MLX, quantizes it, puts the adapter on it.

The models and the LoRA layers are mlx-lm's. What is quantized is what bitsandbytes would quantize:
the linear layers, without the embedding and the head; in MLX's 4 bits, in groups of 64, since NF4
does not exist there.
"""

import json
import math
from pathlib import Path
from typing import Any, Literal

import mlx.core as mx
from mlx import nn
from mlx.utils import tree_flatten
from mlx_lm.models.switch_layers import QuantizedSwitchLinear, SwitchLinear
from mlx_lm.tuner.lora import LoRALinear
from mlx_lm.tuner.utils import linear_to_lora_layers, load_adapters
from mlx_lm.utils import get_total_parameters, load_model

from lorabench.errors import WorkerError, is_disk_full, is_out_of_memory
from lorabench.model_folder import bad_model, check_model_folder
from lorabench.schemas import Adapter

Precision = Literal["float32", "bfloat16", "float16"]
TYPES: dict[Precision, Any] = {
    "float32": mx.float32,
    "bfloat16": mx.bfloat16,
    "float16": mx.float16,
}
GROUP_SIZE = 64
BITS = 4
WEIGHTS = "adapters.safetensors"
CONFIG = "adapter_config.json"
_LINEAR = (nn.Linear, nn.QuantizedLinear, SwitchLinear, QuantizedSwitchLinear)
_HEAD = "lm_head"


def load_base_model(
    folder: Path, *, precision: Precision, quantization: Literal["none", "nf4", "mlx4"]
) -> nn.Module:
    """The model on the default device, frozen, quantized when asked.

    Weights are read, converted and quantized module by module: the whole model in full precision
    is never in memory. Raises ``WorkerError`` (``bad_model``) when the folder does not hold a
    whole, known model.
    """
    check_model_folder(folder)
    if quantization == "nf4":
        raise WorkerError(
            "bad_quantization",
            "MLX has no NF4.",
            "Set quantization.kind=mlx4, MLX's own 4 bits, or none.",
        )
    try:
        model, config = load_model(folder, lazy=True, model_config=rotary_settings(folder))
        model.set_dtype(TYPES[precision])
        if quantization == "mlx4" and "quantization" not in config:
            quantize(model)
        for _, module in tree_flatten(model.leaf_modules(), is_leaf=nn.Module.is_module):
            mx.eval(module.parameters())
        mx.eval(model.parameters())
    except WorkerError:
        raise
    except Exception as error:
        if is_out_of_memory(error) or is_disk_full(error):
            raise
        lines = str(error).strip().splitlines() or [type(error).__name__]
        if lines[0].startswith("Missing "):
            raise bad_model(
                f"The weights in {folder} are incomplete: tensors are missing.",
                "Download the model again.",
                lines[1:21],
            ) from error
        raise bad_model(
            f"The model in {folder} cannot be loaded.",
            "Check that it is a causal language model that this version of mlx-lm knows, and that"
            " its files are complete.",
            lines[:1],
        ) from error
    model.freeze()
    model.train(False)
    return model


def rotary_settings(folder: Path) -> dict[str, object]:
    """Settings of the rotary embedding where mlx-lm looks for them.

    Transformers 5 writes them into ``rope_parameters``; mlx-lm reads the older ``rope_theta`` and
    ``rope_scaling``, and would take a default in silence.
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    parameters = config.get("rope_parameters")
    if not isinstance(parameters, dict) or "rope_theta" not in parameters:
        return {}
    found: dict[str, object] = {}
    if "rope_theta" not in config:
        found["rope_theta"] = parameters["rope_theta"]
    if parameters.get("rope_type", "default") != "default" and not config.get("rope_scaling"):
        found["rope_scaling"] = parameters
    return found


def quantize(model: nn.Module) -> None:
    """Replaces the layers that 4 bits are for. Raises ``WorkerError`` when there are none."""
    chosen = 0

    def is_quantized(path: str, module: nn.Module) -> bool:
        nonlocal chosen
        fits = (
            isinstance(module, (nn.Linear, SwitchLinear))
            and path.rpartition(".")[2] != _HEAD
            and module.weight.shape[-1] % GROUP_SIZE == 0
        )
        chosen += fits
        return fits

    nn.quantize(model, group_size=GROUP_SIZE, bits=BITS, class_predicate=is_quantized)
    if chosen == 0:
        raise WorkerError(
            "bad_quantization",
            f"No linear layer of this model has a width that {GROUP_SIZE} divides, which MLX's"
            " 4 bits need.",
            "Set quantization.kind=none.",
        )


def add_adapter(model: nn.Module, adapter: Adapter) -> dict[str, object]:
    """Puts fresh LoRA parameters on the model, drawn from MLX's generator as PEFT draws them.

    Returns what mlx-lm reads from ``adapter_config.json`` to build the same layers again.
    """
    if adapter.initialization.startswith("pissa"):
        raise WorkerError(
            "bad_adapter",
            "The PiSSA initialization is not supported under MLX.",
            "Set adapter.initialization=default or gaussian.",
        )
    parameters = _parameters(model, adapter)
    try:
        linear_to_lora_layers(model, len(model.layers), parameters, adapter.weightDecomposed)
    except ValueError as error:
        raise WorkerError(
            "bad_adapter",
            f"The adapter does not fit this model: {(str(error).splitlines() or ['?'])[0]}",
            "Set adapter.weightDecomposed=false, or other adapter.targetModules.",
        ) from error
    for _, layer in lora_layers(model):
        if type(layer) is LoRALinear:
            layer.__class__ = _LoRALinear
    if adapter.initialization == "gaussian":
        for _, layer in lora_layers(model):
            # PEFT's spread: 1 / rank.
            layer.lora_a = mx.random.normal(layer.lora_a.shape) * (1 / adapter.rank)
    mx.eval(model.trainable_parameters())
    return {
        "fine_tune_type": "dora" if adapter.weightDecomposed else "lora",
        "num_layers": len(model.layers),
        "lora_parameters": parameters,
    }


class _LoRALinear(LoRALinear):  # type: ignore[misc]
    """Keeps its parameters in float32 and computes in the number format of its input.

    As PEFT does under autocast; mlx-lm's own would make a float32 copy of every input.
    """

    def __call__(self, x: mx.array) -> mx.array:
        """``x [..., in]`` to ``[..., out]``."""
        a, b = self.lora_a.astype(x.dtype), self.lora_b.astype(x.dtype)
        changed: mx.array = self.linear(x) + self.scale * ((self.dropout(x) @ a) @ b)
        return changed


def _parameters(model: nn.Module, adapter: Adapter) -> dict[str, object]:
    """The adapter in mlx-lm's words."""
    linear = {name: module for name, module in model.named_modules() if isinstance(module, _LINEAR)}
    wanted = {
        name
        for name in linear
        if any(name == part or name.endswith(f".{part}") for part in adapter.targetModules)
    }
    known = sorted({name.rpartition(".")[2] for name in linear})
    missing = [
        part
        for part in adapter.targetModules
        if not any(name == part or name.endswith(f".{part}") for name in linear)
    ]
    if missing and not wanted:
        raise WorkerError(
            "bad_adapter",
            f"The adapter does not fit this model: it has no {', '.join(missing)}.",
            "Set adapter.targetModules to linear layers of the model: " + ", ".join(known) + ".",
        )
    inside = {name for layer in model.layers for name, _ in layer.named_modules()}
    # mlx-lm looks a name up inside a layer first, then in the whole model.
    keys = {next((part for part in _endings(name) if part in inside), name) for name in wanted}
    root = math.sqrt(adapter.rank) if adapter.rankStabilized else adapter.rank
    return {
        "rank": adapter.rank,
        "scale": adapter.alpha / root,
        "dropout": adapter.dropout,
        "keys": sorted(keys),
    }


def _endings(name: str) -> list[str]:
    """``a.b.c``, ``b.c``, ``c``."""
    parts = name.split(".")
    return [".".join(parts[begin:]) for begin in range(len(parts))]


def lora_layers(model: nn.Module) -> list[tuple[str, Any]]:
    """The layers that hold adapter parameters, in the order of their names."""
    return sorted(
        ((name, module) for name, module in model.named_modules() if "lora_a" in module),
        key=lambda pair: pair[0],
    )


def load_adapter(model: nn.Module, folder: Path) -> None:
    """Puts a finished adapter on the model, for generation. Raises ``WorkerError``."""
    if not (folder / CONFIG).is_file():
        raise WorkerError(
            "bad_adapter",
            f"There is no adapter in {folder}.",
            "Choose a run that has finished, or one of its checkpoints.",
        )
    if not (folder / WEIGHTS).is_file():
        raise WorkerError(
            "bad_adapter",
            f"The adapter in {folder} was trained with PyTorch; MLX cannot read it.",
            "Evaluate it on a device that PyTorch serves.",
        )
    try:
        load_adapters(model, str(folder))
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise WorkerError(
            "bad_adapter",
            f"The adapter in {folder} does not fit this base model.",
            "Evaluate it with the base model it was trained on.",
            [(str(error).splitlines() or [type(error).__name__])[0]],
        ) from error
    mx.eval(model.parameters())
    model.train(False)


def parameter_counts(model: nn.Module) -> tuple[int, int]:
    """Trainable and all parameters; quantized ones count as what they stand for."""
    trainable = sum(array.size for _, array in tree_flatten(model.trainable_parameters()))
    # mlx-lm counts modules that hold no others: not the adapter, whose layers hold their base's.
    return int(trainable), int(get_total_parameters(model) + trainable)
