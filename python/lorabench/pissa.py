"""PiSSA (F. Meng et al., arXiv 2404.02948): the adapter begins as the base's principal components.

These are taken out of the base weights, so what was trained fits that changed base only. Two things
follow. The run keeps the initial adapter in its folder, from which a resumed run makes the same
base again, bit for bit. And what is saved for use is the difference of the trained from the
initial adapter, as an ordinary LoRA of twice the rank: it fits the untouched base.
"""

from pathlib import Path
from typing import Any

import torch
from peft import PeftModel, get_peft_model_state_dict, set_peft_model_state_dict
from peft.tuners.lora import LoraLayer
from safetensors.torch import load_file, save_file
from transformers import PreTrainedModel

from lorabench.checkpoint import save_folder
from lorabench.errors import WorkerError
from lorabench.schemas import Adapter

INITIAL = "initial-adapter"
"""Folder in the run's."""
_WEIGHTS = "adapter_model.safetensors"
_NAME = "default"

Tensors = dict[str, torch.Tensor]


def is_pissa(adapter: Adapter) -> bool:
    """Whether the adapter begins as principal components."""
    return adapter.initialization.startswith("pissa")


def check_pissa(model: PreTrainedModel, adapter: Adapter) -> None:
    """Raises ``WorkerError`` (``bad_adapter``) where PiSSA cannot be done."""
    if getattr(model, "is_quantized", False):
        raise _refused(
            "PiSSA cannot start from a quantized base model.",
            "It changes the base weights, and 4-bit weights cannot hold what remains of them.",
        )
    if adapter.weightDecomposed:
        raise _refused(
            "PiSSA and DoRA cannot be used together.",
            "DoRA's magnitudes belong to the changed base and fit no other.",
        )
    head = model.get_output_embeddings()  # type: ignore[no-untyped-call]
    names = {name.rpartition(".")[2] for name, module in model.named_modules() if module is head}
    if names & set(adapter.targetModules) and model.config.get_text_config().tie_word_embeddings:
        raise _refused(
            f"PiSSA cannot be used on {', '.join(sorted(names))} of this model.",
            "Its weights are the input embeddings too, which would change with them.",
        )


def begin(model: PeftModel, initialization: str, folder: Path | None) -> None:
    """Moves the principal components of the base into the adapter of any initialization.

    What the adapter begins as is saved into ``folder`` first, whole or not at all.
    """
    for layer in _layers(model):
        base = layer.get_base_layer()
        untouched = base.weight.data
        layer.pissa_init(_NAME, initialization)
        # PEFT has changed the base too; done below instead, as a resumed run does it.
        base.weight.data = untouched
    if folder is not None:
        initial = {name: value.detach().cpu() for name, value in adapter_tensors(model).items()}
        save_folder(folder, lambda aside: save_file(initial, aside / _WEIGHTS))
    _take_out(model)


def has_initial(folder: Path) -> bool:
    """Whether an earlier attempt of the run has kept its initial adapter."""
    return (folder / _WEIGHTS).is_file()


def check_initial(adapter: Adapter, folder: Path, checkpoint: Path | None) -> None:
    """Raises ``WorkerError`` (``bad_checkpoint``) when a checkpoint has lost what it began from."""
    if is_pissa(adapter) and checkpoint is not None and not has_initial(folder):
        raise WorkerError(
            "bad_checkpoint",
            f"{checkpoint.name} cannot go on without {folder.name}, which is missing.",
            "Bring the folder back into the run, or start a new run.",
        )


def read_initial(folder: Path) -> Tensors:
    """What ``begin`` saved."""
    return load_file(folder / _WEIGHTS)


def restore(model: PeftModel, folder: Path) -> None:
    """Makes adapter and base what ``begin`` made them, bit for bit.

    ``model`` is the untouched base with an adapter of any initialization.
    """
    set_peft_model_state_dict(model, read_initial(folder))
    _take_out(model)


def _take_out(model: PeftModel) -> None:
    """Subtracts from the base what the adapter adds to it."""
    with torch.no_grad():
        for layer in _layers(model):
            base = layer.get_base_layer()
            down = layer.lora_A[_NAME].weight.to(torch.float32)
            up = layer.lora_B[_NAME].weight.to(torch.float32)
            added = layer.scaling[_NAME] * up @ down
            # Some old architectures keep their weights transposed.
            added = added.T if layer.fan_in_fan_out else added
            base.weight.data = (base.weight.to(torch.float32) - added).to(base.weight.dtype)


def _layers(model: PeftModel) -> list[Any]:
    return [module for module in model.modules() if isinstance(module, LoraLayer)]


def difference(trained: Tensors, initial: Tensors) -> Tensors:
    """``B A - B0 A0`` as one LoRA: ``[B | -B0]`` and ``[A ; A0]``, of twice the rank."""
    result: Tensors = {}
    for name, value in trained.items():
        before = initial[name].to(value.device, value.dtype)
        if "lora_A" in name:
            result[name] = torch.cat([value, before], dim=0)
        elif "lora_B" in name:
            result[name] = torch.cat([value, -before], dim=1)
        else:
            raise ValueError(f"{name} is no part of a plain LoRA")
    return {name: value.detach().cpu().contiguous() for name, value in result.items()}


def adapter_tensors(model: PeftModel) -> Tensors:
    """The adapter's weights by PEFT's names."""
    tensors: Tensors = get_peft_model_state_dict(model, save_embedding_layers=False)
    return tensors


def _refused(message: str, why: str) -> WorkerError:
    return WorkerError(
        "bad_adapter", message, "Set adapter.initialization=default or gaussian.", [why]
    )
