"""Attention over examples laid end to end, so that no padding is computed anywhere.

All linear layers see one row of tokens; attention alone runs example by example. On a CPU that is
faster than padding to the longest example, and it leaves each example's result unchanged. Outside
`lengths_of` the ordinary SDPA attention runs (validation text, generation).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch.nn import functional
from transformers import PreTrainedModel
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import AttentionMaskInterface, sdpa_mask
from transformers.modeling_utils import AttentionInterface

NAME = "lorabench_unpadded"
_lengths: list[int] = []


@contextmanager
def lengths_of(lengths: Sequence[int]) -> Iterator[None]:
    """Within it, rows of ``sum(lengths)`` tokens are taken apart; keep it until after backward."""
    _lengths[:] = lengths
    try:
        yield
    finally:
        _lengths.clear()


def supports(model: PreTrainedModel) -> bool:
    """Whether every layer of the model is plain causal attention by Transformers' interface."""
    config = model.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    unusual = ("attn_logit_softcapping", "attention_chunk_size", "num_local_experts")
    return (
        config._attn_implementation == "sdpa"
        and kinds == {"full_attention"}
        and bool(getattr(model, "_supports_attention_backend", False))
        and not any(getattr(config, name, None) for name in unusual)
        and not (getattr(config, "use_sliding_window", True) and _window(config))
    )


def install(model: PreTrainedModel) -> None:
    """Makes the model use this attention. Call only where ``supports`` says so."""
    AttentionInterface.register(NAME, _attention)
    AttentionMaskInterface.register(NAME, _mask)
    model.set_attn_implementation(NAME)


def _window(config: Any) -> bool:  # noqa: ANN401 (configurations have no common type)
    return getattr(config, "sliding_window", None) is not None


def _attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    **options: Any,  # noqa: ANN401 (handed on)
) -> tuple[torch.Tensor, None]:
    """Query ``[1, heads, tokens, size]``, key and value ``[1, kv heads, tokens, size]``."""
    if not _lengths:
        output, _ = sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **options
        )
        return output, None
    parts = zip(
        torch.split(query, _lengths, dim=2),
        torch.split(key, _lengths, dim=2),
        torch.split(value, _lengths, dim=2),
        strict=True,
    )
    grouped = query.shape[1] != key.shape[1]
    outputs = [
        functional.scaled_dot_product_attention(
            q, k, v, dropout_p=dropout, is_causal=True, scale=scaling, enable_gqa=grouped
        )
        for q, k, v in parts
    ]
    return torch.cat(outputs, dim=2).transpose(1, 2).contiguous(), None


def _mask(*arguments: Any, **options: Any) -> torch.Tensor | None:  # noqa: ANN401 (handed on)
    return None if _lengths else sdpa_mask(*arguments, **options)
