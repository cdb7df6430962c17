"""Logits of a large vocabulary are made part by part, with the result of the whole."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, get_peft_model
from support import events_of, make_job, run_here, train_spec
from torch.utils._python_dispatch import TorchDispatchMode
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedModel

from lorabench import train_torch
from lorabench.prompts import Tokens
from lorabench.target_loss import TargetLoss
from lorabench.unpadded_attention import install

VOCABULARY = 5000
CPU = torch.device("cpu")


def network(head_too: bool) -> PreTrainedModel:
    torch.manual_seed(3)
    config = LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=False,
        attn_implementation="sdpa",
    )  # fmt: skip
    model = LlamaForCausalLM(config)
    model.requires_grad_(False)
    targets = ["q_proj", "down_proj", *(["lm_head"] if head_too else [])]
    wrapped = get_peft_model(
        model, LoraConfig(r=4, target_modules=targets, lora_dropout=0.1, init_lora_weights=False)
    )
    wrapped.train()
    return model


def examples() -> list[Tokens]:
    torch.manual_seed(5)
    lengths = (31, 24, 17, 9)
    return [
        Tokens(torch.randint(0, VOCABULARY, (length,)).tolist(), [i > 4 for i in range(length)])
        for length in lengths
    ]


def scored(
    model: PreTrainedModel, logits_bytes: int, unpadded: bool, precision: torch.dtype
) -> tuple[float, int, dict[str, torch.Tensor]]:
    model.zero_grad()
    torch.manual_seed(11)
    loss = TargetLoss(model, CPU, precision, unpadded, logits_bytes)
    with loss.score(examples()) as score:
        score.loss.backward()  # type: ignore[no-untyped-call]
    gradients = {
        name: parameter.grad.clone()
        for name, parameter in model.named_parameters()
        if parameter.grad is not None
    }
    return float(score.loss.detach()), int(score.correct), gradients


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("unpadded", [False, True])
@pytest.mark.parametrize("head_too", [False, True])
def test_loss_accuracy_and_gradients_are_those_of_the_whole(
    head_too: bool, unpadded: bool, precision: torch.dtype
) -> None:
    model = network(head_too)
    if unpadded:
        install(model)
    if head_too:
        # Dropout in the head draws other numbers for a part than for the whole.
        for module in model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
    whole = scored(model, 1 << 30, unpadded, precision)
    for tokens in (1, 7, 30):
        parts = scored(model, tokens * VOCABULARY * 4, unpadded, precision)
        assert parts[0] == pytest.approx(whole[0], rel=1e-5 if precision == torch.float32 else 1e-3)
        assert parts[1] == whole[1]
        assert parts[2].keys() == whole[2].keys()
        assert any("lora_A" in name for name in parts[2])
        for name, gradient in parts[2].items():
            scale = float(whole[2][name].abs().max())
            tolerance = scale * (1e-5 if precision == torch.float32 else 2e-2)
            assert torch.allclose(gradient, whole[2][name], rtol=1e-4, atol=tolerance), name


class LargestTensor(TorchDispatchMode):
    """Remembers the largest tensor that any operation made."""

    numel = 0

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        out = function(*args, **(kwargs or {}))
        for value in out if isinstance(out, tuple | list) else [out]:
            if isinstance(value, torch.Tensor):
                self.numel = max(self.numel, value.numel())
        return out


def largest_tensor(model: PreTrainedModel, tokens_at_once: int) -> int:
    loss = TargetLoss(model, CPU, torch.float32, False, tokens_at_once * VOCABULARY * 4)
    with LargestTensor() as seen, loss.score(examples()) as score:
        score.loss.backward()  # type: ignore[no-untyped-call]
    return seen.numel


def test_no_logits_are_larger_than_the_bound() -> None:
    model = network(False)
    targets = sum(example.target_count() for example in examples())
    weights = max(parameter.numel() for parameter in model.parameters())
    assert largest_tensor(model, targets) == targets * VOCABULARY > weights
    assert largest_tensor(model, targets // 2) == max(targets // 2 * VOCABULARY, weights)
    assert largest_tensor(model, 6) == weights


def test_a_model_that_changes_its_heads_logits_is_scored_whole() -> None:
    model = network(False)
    plain = scored(model, 1 << 30, False, torch.float32)
    forward = model.forward

    def capped(*args: Any, **kwargs: Any) -> Any:
        output = forward(*args, **kwargs)
        output.logits = 0.5 * torch.tanh(output.logits / 0.5)
        return output

    model.forward = capped  # type: ignore[method-assign]
    whole = scored(model, 1 << 30, False, torch.float32)
    parts = scored(model, 3 * VOCABULARY * 4, False, torch.float32)
    assert parts[0] == whole[0]
    assert parts[0] != pytest.approx(plain[0], rel=1e-6)


def test_a_training_in_parts_does_the_steps_of_one_that_is_not(
    tmp_path: Path, model: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = {"schedule__maxSteps": 6, "adapter__dropout": 0}
    whole = make_job(tmp_path / "whole", train_spec(model, corpus, **changes))
    assert run_here(whole) == 0
    ten_tokens = partial(TargetLoss, logits_bytes=10 * 336 * 4)
    monkeypatch.setattr(train_torch, "TargetLoss", ten_tokens)
    parts = make_job(tmp_path / "parts", train_spec(model, corpus, **changes))
    assert run_here(parts) == 0
    for ours, theirs in zip(events_of(parts, "step"), events_of(whole, "step"), strict=True):
        assert ours["loss"] == pytest.approx(theirs["loss"], rel=1e-5)
        assert ours["gradNorm"] == pytest.approx(theirs["gradNorm"], rel=1e-4)
        assert ours["correctTokens"] == theirs["correctTokens"]
