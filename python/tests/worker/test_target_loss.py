"""The loss and the counts are those of the plain computation, however a step is cut."""

import math
from itertools import chain
from pathlib import Path

import pytest
import torch
from support import events_of, make_job, run_here, train_spec
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, PreTrainedModel

from lorabench.batches import Batcher, split
from lorabench.corpus import read_corpus
from lorabench.prompts import Tokens, load_tokenizer, make_prompter
from lorabench.target_loss import TargetLoss
from lorabench.unpadded_attention import install, supports


def plain(model: PreTrainedModel, examples: list[Tokens]) -> tuple[torch.Tensor, int, int]:
    """One example at a time, all logits, an ordinary masked cross entropy."""
    total, correct, count = torch.zeros(()), 0, 0
    for example in examples:
        ids = torch.tensor([example.ids])
        logits = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[0, :-1]
        mask = torch.tensor(example.targets[1:])
        labels = ids[0, 1:]
        losses = torch.nn.functional.cross_entropy(logits, labels, reduction="none")
        total = total + losses[mask].sum()
        correct += int(((logits.argmax(-1) == labels) & mask).sum())
        count += int(mask.sum())
    return total, correct, count


@pytest.fixture(scope="module")
def examples(model: Path, corpus: Path) -> list[Tokens]:
    rows = read_corpus(corpus).usable[:7]
    return make_prompter(load_tokenizer(model), "chatml").encode(rows, False)


def load(model: Path, kind: str) -> PreTrainedModel:
    if kind == "qwen2":
        return AutoModelForCausalLM.from_pretrained(model, attn_implementation="sdpa")
    torch.manual_seed(3)
    config = LlamaConfig(
        vocab_size=336, hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=4,
    )  # fmt: skip
    return LlamaForCausalLM(config)


@pytest.mark.parametrize("kind", ["qwen2", "llama"])
@pytest.mark.parametrize("unpadded", [False, True])
def test_loss_gradient_and_correct_tokens_equal_the_plain_computation(
    kind: str, unpadded: bool, model: Path, examples: list[Tokens]
) -> None:
    network = load(model, kind)
    expected, correct, count = plain(network, examples)
    (expected / count).backward()
    weight = network.model.layers[0].self_attn.q_proj.weight
    gradient = weight.grad.clone()
    network.zero_grad()
    assert supports(network)
    if unpadded:
        install(network)

    with TargetLoss(network, torch.device("cpu"), torch.float32, unpadded).score(examples) as score:
        (score.loss / count).backward()

    assert (int(score.correct), score.targets) == (correct, count)
    assert score.loss.item() == pytest.approx(expected.item(), rel=1e-5)
    assert torch.allclose(weight.grad, gradient, rtol=1e-4, atol=1e-7)


def test_a_model_with_sliding_windows_is_padded_instead(model: Path) -> None:
    network = load(model, "qwen2")
    network.config.layer_types = ["full_attention", "sliding_attention"]
    assert not supports(network)


@pytest.mark.parametrize("group_by_length", [False, True])
def test_step_events_hold_the_loss_over_all_target_tokens_of_the_step(
    group_by_length: bool, tmp_path: Path, model: Path, corpus: Path
) -> None:
    changes = {
        "schedule__maxSteps": 1,
        "adapter__dropout": 0,
        "batch__micro": 3,
        "batch__groupByLength": group_by_length,
    }
    run = make_job(tmp_path / "run", train_spec(model, corpus, **changes))
    assert run_here(run) == 0

    prompter = make_prompter(load_tokenizer(model), "chatml")
    rows = split(prompter.encode(read_corpus(corpus).usable, False), 0.1, 11).training
    batcher = Batcher(rows, effective=8, micro=3, group_by_length=group_by_length, seed=11)
    step = [example for batch in batcher.step(0) for example in batch]
    with torch.no_grad():
        expected, correct, count = plain(load(model, "qwen2"), step)
    event = events_of(run, "step")[0]
    assert event["loss"] == pytest.approx(float(expected) / count, rel=1e-5)
    assert (event["correctTokens"], event["targetTokens"]) == (correct, count)
    assert event["tokenAccuracy"] == correct / count


def test_every_example_is_trained_once_an_epoch_and_the_largest_step_comes_first(
    model: Path, corpus: Path
) -> None:
    prompter = make_prompter(load_tokenizer(model), "chatml")
    rows = prompter.encode(read_corpus(corpus).usable, False)
    batcher = Batcher(rows, effective=8, micro=8, group_by_length=True, seed=1)
    halved = Batcher(rows, effective=8, micro=4, group_by_length=True, seed=1)
    for epoch in range(2):
        seen = []
        for step in range(epoch * batcher.steps_per_epoch, (epoch + 1) * batcher.steps_per_epoch):
            batches = batcher.step(step)
            assert list(chain(*batches)) == list(chain(*halved.step(step)))
            seen += [id(example) for batch in batches for example in batch]
        assert sorted(seen) == sorted(id(example) for example in rows)
    costs = [
        len(step) * max(len(example.ids) for example in step)
        for number in range(batcher.steps_per_epoch)
        for step in batcher.step(number)
    ]
    assert costs[0] == max(costs)
    assert batcher.steps_per_epoch == math.ceil(len(rows) / 8)


def test_a_loss_that_is_not_a_number_is_null_warned_of_once_and_changes_no_weight(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    changes = {"schedule__learningRate": 1.0, "schedule__maxGradNorm": 1e38, "adapter__alpha": 1e30}
    run = make_job(tmp_path / "run", train_spec(model, corpus, **changes, schedule__warmupSteps=0))
    assert run_here(run) == 0

    broken = [event for event in events_of(run, "step") if event["nonfinite"]]
    assert broken
    assert all(event["loss"] is None or event["gradNorm"] is None for event in broken)
    assert [e["code"] for e in events_of(run, "warning")].count("nonfinite") == 1
    assert "NaN" not in (run / "events.jsonl").read_text()
    assert events_of(run)[-1]["outcome"] == "completed"
