"""The starter's architecture and the optimizers that train it."""

import math

import torch
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

from starter.chat import END, END_OF_TEXT
from starter.report import Phase, PretrainingSettings
from starter.tokenizer import token_id


def build_model(
    settings: PretrainingSettings, tokenizer: PreTrainedTokenizerFast
) -> Qwen2ForCausalLM:
    """A Qwen2 with random weights, its vocabulary rounded up to a multiple of 16."""
    config = Qwen2Config(
        vocab_size=math.ceil(len(tokenizer) / 16) * 16,
        hidden_size=settings.hidden_size,
        intermediate_size=settings.mlp_size,
        num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads,
        num_key_value_heads=settings.key_value_heads,
        max_position_embeddings=settings.context_length,
        initializer_range=settings.initializer_range,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=token_id(tokenizer, END),
        pad_token_id=token_id(tokenizer, END_OF_TEXT),
    )
    return Qwen2ForCausalLM(config)


def build_optimizers(
    model: torch.nn.Module, settings: PretrainingSettings, phase: Phase
) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the layers, AdamW for embeddings, norms and biases.

    Each group keeps its peak rate as ``initial_lr``.
    """
    named = list(model.named_parameters())
    inner = [p for name, p in named if p.dim() == 2 and "embed" not in name]
    inner_ids = {id(p) for p in inner}
    outer = [p for _, p in named if id(p) not in inner_ids]
    adamw = torch.optim.AdamW(
        [
            {"params": [p for p in outer if p.dim() > 1], "weight_decay": settings.weight_decay},
            {"params": [p for p in outer if p.dim() < 2], "weight_decay": 0.0},
        ],
        lr=phase.adamw_learning_rate,
        betas=(0.9, settings.second_moment_decay),
        fused=True,
    )
    muon = torch.optim.Muon(
        inner,
        lr=phase.muon_learning_rate,
        weight_decay=settings.weight_decay,
        adjust_lr_fn="match_rms_adamw",
    )
    for group in (*adamw.param_groups, *muon.param_groups):
        group["initial_lr"] = group["lr"]
    return [adamw, muon]


def learning_rate_share(step: int, steps: int, settings: PretrainingSettings) -> float:
    """Share of the peak rate: linear warm-up, then a cosine to ``final_learning_rate_share``."""
    warmup = min(1.0, (step + 1) / settings.warmup_steps)
    cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
    floor = settings.final_learning_rate_share
    return warmup * (floor + (1 - floor) * cosine)
