"""Folds an adapter into its base model with PEFT, and saves the model with Transformers."""

from pathlib import Path
from typing import Any

import torch
from peft.tuners.tuners_utils import BaseTunerLayer
from transformers import PreTrainedModel

from lorabench.errors import WorkerError
from lorabench.export_model import Teller
from lorabench.model_torch import TYPES, load_adapter, load_base_model
from lorabench.schemas import ExportSpec

SHARD_BYTES = 4 << 30
_CPU = torch.device("cpu")


def merge(spec: ExportSpec, folder: Path, teller: Teller) -> None:
    """Writes the merged weights and ``config.json`` into ``folder``. Raises ``WorkerError``."""
    quantization = spec.quantization
    compute = spec.precision if quantization.computeType == "auto" else quantization.computeType
    base = load_base_model(
        Path(spec.base.path),
        device=_CPU,
        precision=spec.precision,
        quantization=quantization.kind,
        double_quantization=quantization.doubleQuantization,
        compute_type=compute,
    )
    model = fold(_dequantized(base, TYPES[spec.precision]), Path(spec.adapterPath), teller)
    teller.phase("saving", "Writing the merged model")
    model.save_pretrained(str(folder), max_shard_size=SHARD_BYTES)


def _dequantized(model: PreTrainedModel, dtype: torch.dtype) -> PreTrainedModel:
    if getattr(model, "is_quantized", False):
        with torch.no_grad():
            model.dequantize(dtype=dtype)  # type: ignore[no-untyped-call]
        # What is left of it would make Transformers take the weights for ones that lie elsewhere.
        if hasattr(model, "hf_device_map"):
            del model.hf_device_map
    return model


def fold(base: PreTrainedModel, adapter: Path, teller: Teller) -> PreTrainedModel:
    """The base with the adapter in its weights, which keep their number format.

    Each layer is added up in float32 and rounded once.
    """
    wrapped = load_adapter(base, adapter)
    layers = [module for module in wrapped.modules() if isinstance(module, BaseTunerLayer)]
    if not layers:
        raise _bad_adapter(adapter, "It changes no layer of this model.")
    _untie(base)
    with torch.no_grad():
        for done, layer in enumerate(layers, start=1):
            _fold_layer(layer, adapter)
            teller.layer(done, len(layers))
    merged: Any = wrapped.unload()
    if not isinstance(merged, PreTrainedModel):
        raise TypeError("PEFT returned something else than the base model")
    return merged


def _fold_layer(layer: Any, adapter: Path) -> None:  # noqa: ANN401 (PEFT's layers share no type)
    weight = layer.get_base_layer().weight
    dtype = weight.dtype
    weight.data = weight.data.to(torch.float32)
    try:
        layer.merge(safe_merge=True)
    except ValueError as error:
        raise _bad_adapter(adapter, str(error)) from error
    weight = layer.get_base_layer().weight
    weight.data = weight.data.to(dtype)


def _untie(base: PreTrainedModel) -> None:
    """An adapter on the head must not change the input embeddings, which may share its weights."""
    head: Any = base.get_output_embeddings()  # type: ignore[no-untyped-call]
    if not isinstance(head, BaseTunerLayer):
        return
    layer = head.get_base_layer()
    embedding: Any = base.get_input_embeddings()
    if layer.weight is not embedding.weight:
        return
    layer.weight = torch.nn.Parameter(layer.weight.detach().clone(), requires_grad=False)
    base.config.tie_word_embeddings = False
    base.config.get_text_config().tie_word_embeddings = False


def _bad_adapter(adapter: Path, why: str) -> WorkerError:
    return WorkerError(
        "bad_adapter",
        f"The adapter in {adapter} cannot be folded in.",
        "Choose another checkpoint of the run, from before its numbers went wrong.",
        [why],
    )
