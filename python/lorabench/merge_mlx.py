"""Folds an adapter into its base model with mlx-lm's own ``fuse``, and saves it with mlx-lm."""

import json
from pathlib import Path
from typing import Any

import mlx.core as mx
from mlx import nn
from mlx.utils import tree_flatten, tree_unflatten
from mlx_lm.utils import dequantize_model, save_model

from lorabench.errors import WorkerError
from lorabench.export_model import Teller
from lorabench.model_mlx import TYPES, load_adapter, load_base_model
from lorabench.schemas import ExportSpec

_QUANTIZATION = ("quantization", "quantization_config", "_name_or_path")


def merge(spec: ExportSpec, folder: Path, teller: Teller) -> None:
    """Writes the merged weights and ``config.json`` into ``folder``. Raises ``WorkerError``."""
    base = Path(spec.base.path)
    model = load_base_model(base, precision=spec.precision, quantization=spec.quantization.kind)
    load_adapter(model, Path(spec.adapterPath))
    model = fold(model, TYPES[spec.precision], Path(spec.adapterPath), teller)
    teller.phase("saving", "Writing the merged model")
    save_model(folder, model)
    config = {
        key: value
        for key, value in json.loads((base / "config.json").read_text(encoding="utf-8")).items()
        if key not in _QUANTIZATION
    }
    config["torch_dtype" if "torch_dtype" in config else "dtype"] = spec.precision
    text = json.dumps(config, indent=2, sort_keys=True) + "\n"
    (folder / "config.json").write_text(text, encoding="utf-8")


def fold(model: nn.Module, dtype: Any, adapter: Path, teller: Teller) -> nn.Module:  # noqa: ANN401 (a type of MLX)
    """The base with the adapter in its weights, nothing quantized, in the number format given.

    Each layer is added up in float32 and rounded once.
    """
    layers = [(name, module) for name, module in model.named_modules() if hasattr(module, "fuse")]
    if not layers:
        raise _bad_adapter(adapter, "It changes no layer of this model.")
    for done, (name, layer) in enumerate(layers, start=1):
        inner = layer.linear if "linear" in layer else layer.embedding
        for part in ("weight", "scales", "biases"):
            if part in inner and mx.issubdtype(inner[part].dtype, mx.floating):
                inner[part] = inner[part].astype(mx.float32)
        fused = layer.fuse(dequantize=True)
        fused.set_dtype(dtype)
        mx.eval(fused.parameters())
        if not all(mx.isfinite(value).all() for _, value in tree_flatten(fused.parameters())):
            raise _bad_adapter(adapter, f"{name} would hold values that are no numbers.")
        model.update_modules(tree_unflatten([(name, fused)]))
        teller.layer(done, len(layers))
    model = dequantize_model(model)
    model.set_dtype(dtype)
    mx.eval(model.parameters())
    return model


def _bad_adapter(adapter: Path, why: str) -> WorkerError:
    return WorkerError(
        "bad_adapter",
        f"The adapter in {adapter} cannot be folded in.",
        "Choose another checkpoint of the run, from before its numbers went wrong.",
        [why],
    )
