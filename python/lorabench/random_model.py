"""The exact architecture of a ``config.json`` with random weights, made piece by piece.

A rehearsal needs a model that takes the memory and the time of the real one, not its knowledge. The
skeleton holds no weights at all; Transformers' own quantizer decides which layers become NF4, as it
does when real weights are loaded; then each parameter is drawn, quantized if it is to be, and its
source freed before the next. So the full-precision model never exists. Parameters of one shape are
drawn once and copied, because quantizing every layer anew would take most of the time and neither
memory nor speed depends on the values.
"""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import torch
from accelerate import init_empty_weights  # type: ignore[import-untyped]
from transformers import AutoConfig, AutoModelForCausalLM, BitsAndBytesConfig, PreTrainedModel
from transformers.utils import logging

from lorabench.errors import WorkerError, is_out_of_memory
from lorabench.model_torch import TYPES, Precision

OnLayer = Callable[[int, int], None]
"""Told ``(layers made, layers in all)``; may raise to end the building."""
Reserve = Callable[[int], None]
"""Told how many bytes are wanted next, before they are taken; may raise to end the building."""


def build_random_model(
    config_folder: Path,
    *,
    device: torch.device,
    precision: Precision,
    quantization: Literal["none", "nf4"],
    double_quantization: bool,
    compute_type: Precision,
    attention: str = "sdpa",
    seed: int = 0,
    on_layer: OnLayer = lambda _made, _total: None,
    reserve: Reserve = lambda _bytes: None,
) -> PreTrainedModel:
    """The model as ``load_base_model`` would give it, but for the values of its weights.

    Raises ``WorkerError`` (``bad_model``) when the folder has no configuration of a causal language
    model that this version of Transformers knows.
    """
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    model = _skeleton(config_folder, precision, attention)
    quantizer = None
    if quantization == "nf4":
        quantizer = _quantizer(compute_type, double_quantization)
        with torch.device("meta"):
            quantizer.preprocess_model(model, dtype=TYPES[precision], device_map={"": device})
    _Filler(model, device, TYPES[precision], seed, reserve).fill(on_layer)
    model.tie_weights()
    if quantizer is not None:
        model.hf_quantizer = quantizer
        quantizer.postprocess_model(model)
    for module in model.modules():
        if hasattr(module, "support_avx512bf16_for_cpu"):
            # As in `load_base_model`: repacked weights could not be trained any more.
            module.support_avx512bf16_for_cpu = False  # type: ignore[assignment]
    model.train(False)
    return model


def decoder_layers(model: torch.nn.Module) -> list[torch.nn.Module]:
    """The repeated blocks of the model, first to last; empty when it has none."""
    lists = [list(m) for m in model.modules() if isinstance(m, torch.nn.ModuleList)]
    return max(lists, key=len, default=[])


def _skeleton(config_folder: Path, precision: Precision, attention: str) -> PreTrainedModel:
    """Modules without weights; buffers (rotary frequencies) are real, as they are computed."""
    if not (config_folder / "config.json").is_file():
        raise WorkerError(
            "bad_model",
            f"There is no config.json in {config_folder}.",
            "Name a model folder in Hugging Face layout, or download the model.",
        )
    try:
        config = AutoConfig.from_pretrained(
            config_folder, local_files_only=True, trust_remote_code=False
        )
        # A folder whose weights are quantized already is rehearsed as the preset asks.
        if hasattr(config, "quantization_config"):
            del config.quantization_config
        with init_empty_weights(include_buffers=False):
            model: PreTrainedModel = AutoModelForCausalLM.from_config(  # type: ignore[no-untyped-call]
                config,
                dtype=TYPES[precision],
                attn_implementation=attention,
                trust_remote_code=False,
            )
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise WorkerError(
            "bad_model",
            f"The architecture in {config_folder / 'config.json'} cannot be built.",
            "Check that it is a causal language model that this version of Transformers knows.",
            [(str(error).strip().splitlines() or [type(error).__name__])[0]],
        ) from error
    return model


def _quantizer(compute_type: Precision, double_quantization: bool) -> Any:  # noqa: ANN401 (untyped)
    from transformers.quantizers.quantizer_bnb_4bit import Bnb4BitHfQuantizer

    config = BitsAndBytesConfig(  # type: ignore[no-untyped-call]
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=double_quantization,
        bnb_4bit_compute_dtype=TYPES[compute_type],
    )
    return Bnb4BitHfQuantizer(config, pre_quantized=False)


class _Filler:
    """Gives every parameter of a skeleton its memory and random values."""

    def __init__(
        self,
        model: PreTrainedModel,
        device: torch.device,
        dtype: torch.dtype,
        seed: int,
        reserve: Reserve,
    ) -> None:
        self._model = model
        self._device = device
        self._dtype = dtype
        self._reserve = reserve
        self._spread = float(getattr(model.config, "initializer_range", None) or 0.02)
        self._random = torch.Generator(device=device).manual_seed(seed)
        self._kept_exact = set(model._get_dtype_plan(dtype))
        self._drawn: dict[tuple[object, ...], torch.nn.Parameter] = {}
        self._made: dict[int, torch.nn.Parameter] = {}

    def fill(self, on_layer: OnLayer) -> None:
        layers = decoder_layers(self._model)
        layer_of = {
            id(module): number
            for number, layer in enumerate(layers, start=1)
            for module in layer.modules()
        }
        current = 0
        for name, module in self._model.named_modules():
            number = layer_of.get(id(module), current)
            if number > current:
                on_layer(current, len(layers))
                current = number
            for own, parameter in list(module.named_parameters(recurse=False)):
                made = self._make(f"{name}.{own}", module, parameter)
                module.register_parameter(own, made)
            for own, buffer in list(module.named_buffers(recurse=False)):
                persistent = own not in module._non_persistent_buffers_set
                module.register_buffer(own, buffer.to(self._device), persistent=persistent)
        on_layer(len(layers), len(layers))

    def _make(
        self, name: str, module: torch.nn.Module, parameter: torch.nn.Parameter
    ) -> torch.nn.Parameter:
        # A tied parameter is one object in several modules and stays so.
        if id(parameter) not in self._made:
            self._made[id(parameter)] = self._new(name, module, parameter)
        return self._made[id(parameter)]

    def _new(
        self, name: str, module: torch.nn.Module, parameter: torch.nn.Parameter
    ) -> torch.nn.Parameter:
        quantized = _is_quantizable(parameter)
        dtype = self._dtype
        if any(kept in name.split(".") for kept in self._kept_exact):
            dtype = torch.float32
        key = (quantized, tuple(parameter.shape), dtype, name.rpartition(".")[2])
        self._reserve(parameter.numel() * dtype.itemsize)
        known = self._drawn.get(key)
        made: torch.nn.Parameter
        if known is not None:
            made = copy.deepcopy(known)
        else:
            value = self._values(name, tuple(parameter.shape), dtype)
            made = torch.nn.Parameter(value, requires_grad=parameter.requires_grad)
            if quantized:
                # It keeps what the quantizer set on the skeleton's: block size, kind, storage.
                settings = vars(parameter)
                unquantized: Any = type(parameter)(value, requires_grad=False, **settings)
                made = unquantized.to(self._device)
            self._drawn[key] = made
        if quantized:
            made.module = module  # type: ignore[attr-defined]
            module.quant_state = made.quant_state  # type: ignore[attr-defined]
        return made

    def _values(self, name: str, shape: tuple[int, ...], dtype: torch.dtype) -> torch.Tensor:
        """Matrices are drawn as at the start of a pre-training; scales are one, biases zero."""
        value = torch.empty(shape, dtype=dtype, device=self._device)
        if len(shape) > 1:
            return value.normal_(0.0, self._spread, generator=self._random)
        return value.zero_() if name.endswith("bias") else value.fill_(1)


def _is_quantizable(parameter: torch.nn.Parameter) -> bool:
    return type(parameter).__name__ == "Params4bit"
