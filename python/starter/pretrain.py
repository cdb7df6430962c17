"""Pre-trains the starter from scratch on the CPU, with a fixed seed and a fixed number of steps."""

import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version

import torch
from torch.nn import functional
from transformers import PreTrainedTokenizerFast, Qwen2ForCausalLM

from starter.model import build_model, build_optimizers, learning_rate_share
from starter.pretraining_mix import PretrainingMix
from starter.report import LogEntry, Phase, PretrainingReport, PretrainingSettings


@dataclass
class Progress:
    """What has happened so far, over all phases."""

    started: float
    documents: int = 0
    answer_tokens: int = 0
    log: list[LogEntry] = field(default_factory=list)


@dataclass
class _Tally:
    """Sums over answer tokens between two log entries."""

    loss: float = 0.0
    correct: int = 0
    tokens: int = 0


def pretrain(
    tokenizer: PreTrainedTokenizerFast,
    settings: PretrainingSettings,
    announce: Callable[[str], None],
) -> tuple[Qwen2ForCausalLM, PretrainingReport]:
    """The trained model in bf16, and the report.

    Computes in bf16 with fp32 master weights, which are rounded to bf16 after each phase.
    """
    torch.set_num_threads(settings.threads)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(settings.seed)
    model = build_model(settings, tokenizer)
    progress = Progress(time.monotonic())
    for phase in settings.phases:
        train_phase(model, tokenizer, settings, phase, progress, announce)
        _module(model).to(torch.bfloat16)
    _module(model).train(False)
    report = PretrainingReport(
        settings=settings,
        versions={
            "python": platform.python_version(),
            "torch": version("torch"),
            "transformers": version("transformers"),
            "tokenizers": version("tokenizers"),
        },
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        documents=progress.documents,
        answer_tokens=progress.answer_tokens,
        seconds=time.monotonic() - progress.started,
        log=progress.log,
    )
    return model, report


def train_phase(
    model: Qwen2ForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    settings: PretrainingSettings,
    phase: Phase,
    progress: Progress,
    announce: Callable[[str], None],
) -> None:
    """Trains ``model`` in place through one phase and adds to ``progress``."""
    mix = PretrainingMix(tokenizer, phase)
    _module(model).to(torch.float32).train()
    optimizers = build_optimizers(model, settings, phase)
    number = settings.phases.index(phase) + 1
    tally = _Tally()
    for step in range(phase.steps):
        share = learning_rate_share(step, phase.steps, settings)
        tokens, weights = mix.batch(phase.rows, settings.row_length, step / phase.steps)
        losses, hits = _token_losses(model, tokens)
        targets = weights[:, 1:]
        loss = (losses * targets).sum() / targets.sum()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), settings.gradient_norm_limit)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["initial_lr"] * share
            optimizer.step()
            optimizer.zero_grad()
        answers = targets == 1.0
        tally.loss += float(losses.detach()[answers].sum())
        tally.correct += int(hits[answers].sum())
        tally.tokens += int(answers.sum())
        if (step + 1) % settings.log_every == 0 or step + 1 == phase.steps:
            entry = LogEntry(
                phase=number,
                step=step + 1,
                loss=round(tally.loss / tally.tokens, 5),
                token_accuracy=round(tally.correct / tally.tokens, 5),
                learning_rate_share=round(share, 5),
            )
            progress.log.append(entry)
            announce(
                f"phase {number}, step {entry.step}/{phase.steps}  loss {entry.loss:.4f}  "
                f"accuracy {entry.token_accuracy:.4f}  "
                f"{time.monotonic() - progress.started:.0f} s"
            )
            progress.answer_tokens += tally.tokens
            tally = _Tally()
    progress.documents += mix.documents


def _token_losses(
    model: torch.nn.Module, tokens: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Cross-entropy and whether the likeliest token is right, for every token but the first."""
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(input_ids=tokens).logits[:, :-1].float()
    targets = tokens[:, 1:]
    losses = functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
    return losses.view_as(targets), logits.detach().argmax(-1) == targets


def _module(model: Qwen2ForCausalLM) -> torch.nn.Module:
    """The model with torch's own types: Transformers leaves these methods untyped."""
    module: torch.nn.Module = model
    return module
