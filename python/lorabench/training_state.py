"""What a checkpoint holds beside the adapter: optimizer, schedule, random numbers, position.

Tensors lie in safetensors files and the rest in JSON: nothing is pickled.
"""

import json
import random
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy
import torch
from peft import PeftModel, set_peft_model_state_dict
from safetensors.torch import load_file, save, save_file

from lorabench import pissa
from lorabench.position import STATE, Position

ADAPTER = "adapter"
_TRAINED = "trained.safetensors"
"""The adapter as it is trained, where that differs from the one that is saved for use."""
_WEIGHTS = "adapter_model.safetensors"
_OPTIMIZER = "optimizer.safetensors"
_RANDOM = "random.safetensors"


@dataclass
class Trainables:
    """The parts of a training whose state is saved and restored together."""

    model: PeftModel
    optimizer: torch.optim.Optimizer
    scheduler: torch.optim.lr_scheduler.LambdaLR
    scaler: torch.amp.GradScaler
    initial: dict[str, torch.Tensor] | None = None
    """PiSSA's adapter in the beginning of the run."""


def write_state(folder: Path, parts: Trainables, position: Position) -> None:
    """Writes a whole training state into ``folder``."""
    write_adapter(folder / ADAPTER, parts.model, parts.initial)
    if parts.initial is not None:
        save_file(pissa.adapter_tensors(parts.model), folder / _TRAINED)
    tensors: dict[str, torch.Tensor] = {}
    state = parts.optimizer.state
    for name, parameter in _trainable(parts.model):
        for key, value in state.get(parameter, {}).items():
            tensor = torch.as_tensor(value).detach().cpu().contiguous()
            # The code books of 8-bit states are shared by all parameters.
            tensors[f"{key}:{name}"] = tensor.clone() if key.startswith("qmap") else tensor
    (folder / _OPTIMIZER).write_bytes(save(tensors))
    generators = {"torch": torch.get_rng_state()}
    if torch.cuda.is_available():
        for index, value in enumerate(torch.cuda.get_rng_state_all()):
            generators[f"cuda:{index}"] = value
    (folder / _RANDOM).write_bytes(save(generators))
    version, words, gauss = random.getstate()
    numpy_state = numpy.random.get_state(legacy=False)
    document = {
        "position": asdict(position),
        "scheduler": {
            key: value for key, value in parts.scheduler.state_dict().items() if key != "lr_lambdas"
        },
        "scaler": parts.scaler.state_dict(),
        "python": [version, list(words), gauss],
        "numpy": numpy_state,
    }
    (folder / STATE).write_text(json.dumps(document, default=_plain), encoding="utf-8")


def write_adapter(
    folder: Path, model: PeftModel, initial: dict[str, torch.Tensor] | None = None
) -> None:
    """The adapter in PEFT's layout, as safetensors; it fits the untouched base.

    ``initial``: what a PiSSA adapter began as.
    """
    model.save_pretrained(str(folder), safe_serialization=True, save_embedding_layers=False)
    # PEFT's empty model card says nothing, and it writes sets, whose order changes by process.
    (folder / "README.md").unlink(missing_ok=True)
    path = folder / "adapter_config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    for key in ("target_modules", "exclude_modules", "modules_to_save"):
        if isinstance(config.get(key), list):
            config[key] = sorted(config[key])
    if initial is not None:
        weights = pissa.difference(pissa.adapter_tensors(model), initial)
        save_file(weights, folder / _WEIGHTS, {"format": "pt"})
        # Twice the rank at the same scale.
        config["init_lora_weights"] = True
        config["r"] *= 2
        config["lora_alpha"] *= 2**0.5 if config["use_rslora"] else 2
    path.write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def read_state(folder: Path, parts: Trainables) -> None:
    """Restores everything that ``write_state`` wrote, bit for bit."""
    document = json.loads((folder / STATE).read_text(encoding="utf-8"))
    trained = folder / (_TRAINED if parts.initial is not None else f"{ADAPTER}/{_WEIGHTS}")
    set_peft_model_state_dict(parts.model, load_file(trained))
    tensors = load_file(folder / _OPTIMIZER)
    indices = {id(p): i for i, p in enumerate(_optimized(parts.optimizer))}
    saved: dict[int, dict[str, torch.Tensor | float]] = {}
    names = dict(_trainable(parts.model))
    for key, tensor in tensors.items():
        kind, _, name = key.partition(":")
        # bitsandbytes counts steps in a plain number.
        value = tensor.item() if tensor.ndim == 0 and not tensor.is_floating_point() else tensor
        saved.setdefault(indices[id(names[name])], {})[kind] = value
    current = parts.optimizer.state_dict()
    parts.optimizer.load_state_dict({"state": saved, "param_groups": current["param_groups"]})
    parts.scheduler.load_state_dict({**document["scheduler"], "lr_lambdas": [None]})
    for group, rate in zip(
        parts.optimizer.param_groups, parts.scheduler.get_last_lr(), strict=True
    ):
        group["lr"] = rate
    if document["scaler"]:
        parts.scaler.load_state_dict(document["scaler"])
    generators = load_file(folder / _RANDOM)
    torch.set_rng_state(generators["torch"])
    for index in range(torch.cuda.device_count() if torch.cuda.is_available() else 0):
        if f"cuda:{index}" in generators:
            torch.cuda.set_rng_state(generators[f"cuda:{index}"], index)
    version, words, gauss = document["python"]
    random.setstate((version, tuple(words), gauss))
    numpy_state = document["numpy"]
    numpy_state["state"]["key"] = numpy.array(numpy_state["state"]["key"], dtype=numpy.uint32)
    numpy.random.set_state(numpy_state)


def _trainable(model: PeftModel) -> list[tuple[str, torch.nn.Parameter]]:
    return [(name, p) for name, p in model.named_parameters() if p.requires_grad]


def _optimized(optimizer: torch.optim.Optimizer) -> list[torch.nn.Parameter]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def _plain(value: object) -> object:
    if isinstance(value, numpy.ndarray):
        return value.tolist()
    if isinstance(value, numpy.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
