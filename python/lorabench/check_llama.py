"""Whether llama.cpp computes here: a tiny model of known weights is asked what it must answer.

Each token has a dimension of its own, the layer in between has weights of zero and adds nothing,
and the output answers each dimension with the next token: the model counts. A product that comes
out as zeros, or as anything else, ends the counting.
"""

import struct
import tempfile
from collections.abc import Callable
from pathlib import Path

from lorabench.check_environment import Check, attempt
from lorabench.devices_llama import ALL_LAYERS, LlamaDevice, gpu_names
from lorabench.llama_server import LlamaServer, LlamaSettings

SIZE = 64
"""Tokens of the vocabulary, and numbers in each vector."""
_FIRST, _COUNT = 5, 12
_REPAIR = "Make the environment anew with `environments install llama-cpp --repair`."
_STRING, _ARRAY, _U32, _I32, _F32 = 8, 9, 4, 5, 6
_ALIGNMENT = 32


def check_device(identity: str) -> list[Check]:
    """All checks, printed as they come."""
    name = f"{identity}: counting"
    return attempt(name, lambda: [counts(name)])


def counts(name: str, step: int = 1) -> Check:
    """Asks the counting model, on the graphics that this build knows, or on the processor."""
    graphics = gpu_names()
    device = LlamaDevice(name, None, 1, ALL_LAYERS if graphics else 0, None)
    with tempfile.TemporaryDirectory(prefix="lorabench-check-") as folder:
        file = Path(folder) / "counting.gguf"
        file.write_bytes(counting_model(step))
        server = LlamaServer(LlamaSettings(file, device, 1, "float16"), SIZE)
        try:
            asked = {"prompt": [_FIRST], "n_predict": _COUNT, "temperature": 0}
            answer = server.complete({**asked, "return_tokens": True})[0]["tokens"]
        finally:
            server.close()
    where = ", ".join(graphics) or "the processor; this build knows no graphics"
    if answer != list(range(_FIRST + 1, _FIRST + 1 + _COUNT)):
        found = f"A model that counts answered {answer} on {where}."
        return Check(name, "problem", found, _REPAIR)
    return Check(name, "ok", f"right on {where}")


def counting_model(step: int) -> bytes:
    """A GGUF file: a one-layer Llama that answers each token with the one ``step`` further on."""
    unit = _matrix(lambda row, column: float(row == column))
    further = _matrix(lambda row, column: float(row == (column + step) % SIZE))
    zeros, ones = _matrix(lambda _row, _column: 0.0), struct.pack(f"<{SIZE}f", *[1.0] * SIZE)
    layers = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
    tensors = {
        "token_embd.weight": unit,
        "output.weight": further,
        "output_norm.weight": ones,
        "blk.0.attn_norm.weight": ones,
        "blk.0.ffn_norm.weight": ones,
        **{f"blk.0.{layer}.weight": zeros for layer in layers},
    }
    header = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(_VALUES)) + b"".join(_VALUES)
    place = 0
    for name, content in tensors.items():
        shape = [SIZE] if len(content) == 4 * SIZE else [SIZE, SIZE]
        header += _text(name) + struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
        header += struct.pack("<IQ", 0, place)
        place += len(content)
    return header + b"\0" * (-len(header) % _ALIGNMENT) + b"".join(tensors.values())


def _matrix(value: Callable[[int, int], float]) -> bytes:
    numbers = [value(row, column) for row in range(SIZE) for column in range(SIZE)]
    return struct.pack(f"<{SIZE * SIZE}f", *numbers)


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


def _value(key: str, kind: int, content: bytes) -> bytes:
    return _text(key) + struct.pack("<I", kind) + content


def _number(key: str, value: int) -> bytes:
    return _value(key, _U32, struct.pack("<I", value))


def _list(key: str, kind: int, content: bytes) -> bytes:
    return _value(key, _ARRAY, struct.pack("<IQ", kind, SIZE) + content)


_VALUES = [
    _value("general.architecture", _STRING, _text("llama")),
    _number("llama.context_length", SIZE),
    _number("llama.embedding_length", SIZE),
    _number("llama.block_count", 1),
    _number("llama.feed_forward_length", SIZE),
    _number("llama.attention.head_count", 1),
    _number("llama.rope.dimension_count", SIZE),
    _value("llama.attention.layer_norm_rms_epsilon", _F32, struct.pack("<f", 1e-5)),
    _value("tokenizer.ggml.model", _STRING, _text("gpt2")),
    _value("tokenizer.ggml.pre", _STRING, _text("qwen2")),
    _list("tokenizer.ggml.tokens", _STRING, b"".join(_text(f"t{n}") for n in range(SIZE))),
    _value("tokenizer.ggml.merges", _ARRAY, struct.pack("<IQ", _STRING, 1) + _text("t 0")),
    _list("tokenizer.ggml.token_type", _I32, struct.pack(f"<{SIZE}i", *[1] * SIZE)),
    _number("tokenizer.ggml.bos_token_id", 0),
    _number("tokenizer.ggml.eos_token_id", 0),
]
