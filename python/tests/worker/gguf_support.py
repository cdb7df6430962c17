"""Writes a small Qwen2 model folder as a GGUF file."""

import json
from pathlib import Path
from typing import Literal

import gguf
import numpy as np
import torch
from safetensors.torch import load_file

Kind = Literal["f32", "f16", "q8_0"]
_FILE_TYPES = {
    "f32": gguf.LlamaFileType.ALL_F32,
    "f16": gguf.LlamaFileType.MOSTLY_F16,
    "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0,
}
_NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}


def write_qwen2(
    model: Path, target: Path, kind: Kind, template: bool = True, context: int | None = None
) -> None:
    """Writes ``model`` (Hugging Face layout, tied embeddings) as the GGUF file ``target``."""
    config = json.loads((model / "config.json").read_text())
    writer = gguf.GGUFWriter(target, "qwen2")
    writer.add_name(model.name)
    writer.add_file_type(_FILE_TYPES[kind])
    writer.add_context_length(context or config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    _add_tokenizer(writer, model, config, template)
    for name, tensor in load_file(model / "model.safetensors").items():
        _add_tensor(writer, name, tensor, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_tokenizer(
    writer: gguf.GGUFWriter, model: Path, config: dict[str, int], template: bool
) -> None:
    tokenizer = json.loads((model / "tokenizer.json").read_text())
    tokens = tokenizer["model"]["vocab"]
    special = {token["content"]: token["id"] for token in tokenizer["added_tokens"]}
    pieces = sorted({**tokens, **special}.items(), key=lambda item: item[1])
    # A model may have rows for more tokens than its tokenizer knows.
    unused = range(len(pieces), config["vocab_size"])
    writer.add_tokenizer_model("gpt2")
    # How text is split before merging: by the same expression as Qwen2's.
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list([*(piece for piece, _ in pieces), *(f"[PAD{n}]" for n in unused)])
    writer.add_token_types(
        [
            gguf.TokenType.CONTROL if piece in special else gguf.TokenType.NORMAL
            for piece, _ in pieces
        ]
        + [gguf.TokenType.UNUSED] * len(unused)
    )
    merges = tokenizer["model"]["merges"]
    writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in merges])
    writer.add_eos_token_id(config["eos_token_id"])
    writer.add_pad_token_id(config["pad_token_id"])
    writer.add_add_bos_token(False)
    if template:
        writer.add_chat_template((model / "chat_template.jinja").read_text())


def _add_tensor(writer: gguf.GGUFWriter, name: str, tensor: torch.Tensor, kind: Kind) -> None:
    values = tensor.to(torch.float32).numpy()
    target = _name_of(name)
    if values.ndim == 1 or kind == "f32":
        writer.add_tensor(target, values)
    elif kind == "f16":
        writer.add_tensor(target, values.astype(np.float16))
    else:
        packed = gguf.quants.quantize(values, gguf.GGMLQuantizationType.Q8_0)
        writer.add_tensor(target, packed, raw_dtype=gguf.GGMLQuantizationType.Q8_0)


def _name_of(name: str) -> str:
    if name == "model.embed_tokens.weight":
        return "token_embd.weight"
    if name == "model.norm.weight":
        return "output_norm.weight"
    _, _, layer, rest = name.split(".", 3)
    module, _, suffix = rest.rpartition(".")
    return f"blk.{layer}.{_NAMES[module]}.{suffix}"
