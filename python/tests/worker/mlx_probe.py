"""Answers what only a process with MLX can: one question a call, JSON on standard output."""

import json
import sys
from pathlib import Path
from typing import Any

import mlx.core as mx
import mlx_lm
from mlx.utils import tree_flatten

from lorabench import checkpoint
from lorabench.batches import fingerprint
from lorabench.control import StopRequest
from lorabench.decoding_mlx import Chooser, narrowed
from lorabench.dropout_mlx import checkpoint_layers, install_dropout
from lorabench.events import EventWriter
from lorabench.model_mlx import add_adapter, load_base_model
from lorabench.position import Position
from lorabench.prompts import load_tokenizer, make_prompter
from lorabench.recipe import TrainingJob
from lorabench.run_data import load_data
from lorabench.schemas import RunSpec, Sampling
from lorabench.target_loss_mlx import TargetLoss
from lorabench.training_state_mlx import AdamW, Trainables, read_state, write_state


def spec_of(run: Path) -> RunSpec:
    return RunSpec.model_validate_json((run / "spec.json").read_bytes())


def examples_of(run: Path) -> Any:
    spec = spec_of(run)
    folder = Path(spec.model.path)
    prompter = make_prompter(load_tokenizer(folder), spec.data.promptFormat)
    job = TrainingJob(run, spec, EventWriter(run), StopRequest(run))
    return load_data(job, prompter, folder).training


def model_of(run: Path) -> Trainables:
    """The run's model with a fresh adapter that changes what the model says."""
    spec = spec_of(run)
    model = load_base_model(
        Path(spec.model.path), precision=spec.precision, quantization=spec.quantization.kind
    )
    mx.random.seed(spec.seed)
    config = add_adapter(model, spec.adapter)
    return Trainables(model, config, AdamW(0, bias_correction=True))


def start(run: Path) -> Any:
    """Writes a checkpoint of step 0, whose adapter is not zero."""
    parts = model_of(run)
    changed = [
        (name, mx.random.normal(array.shape) * 0.02 if name.endswith("lora_b") else array)
        for name, array in tree_flatten(parts.model.trainable_parameters())
    ]
    parts.model.load_weights(changed, strict=False)
    parts.optimizer.init(parts.model.trainable_parameters())
    position = Position(permutation_seed=spec_of(run).seed)
    position.examples_fingerprint = fingerprint(examples_of(run))
    checkpoint.save_checkpoint(run, 0, lambda aside: write_state(aside, parts, position))
    (run / "events.jsonl").unlink()
    return sorted(name for name, _ in changed)


def logits(run: Path) -> Any:
    """Logits of the trained model, and of the same model as mlx-lm loads it from the adapter."""
    spec = spec_of(run)
    parts = model_of(run)
    step = checkpoint.find_checkpoint(run)
    assert step.folder is not None
    untrained = parts.model(mx.array([[5, 9, 23, 42, 7]]))
    read_state(step.folder, parts)
    parts.model.train(False)
    trained = parts.model(mx.array([[5, 9, 23, 42, 7]]))
    # Written by Transformers 5, its config has the rotary base where mlx-lm does not look.
    rope = json.loads((Path(spec.model.path) / "config.json").read_text())["rope_parameters"]
    loaded, _ = mlx_lm.load(
        spec.model.path,
        adapter_path=str(run / "adapter"),
        model_config={"rope_theta": rope["rope_theta"]},
    )
    again = loaded(mx.array([[5, 9, 23, 42, 7]]))
    return {
        "difference": float(mx.abs(trained - again).max()),
        "learned": float(mx.abs(trained - untrained).max()),
    }


def narrow(top_k: str, top_p: str, temperature: str) -> Any:
    """Random logits, and what is left of them."""
    values = mx.random.normal((4, 50), key=mx.random.key(1)) * 3
    sampling = Sampling(
        repeats=1, temperature=float(temperature), topK=int(top_k), topP=float(top_p),
        repetitionPenalty=1, maxNewTokens=1, batchSize=4, seed=0,
    )  # fmt: skip
    left = narrowed(values, sampling)
    kept = mx.where(mx.isinf(left), mx.array(1e9), left)
    return {"logits": values.tolist(), "kept": kept.tolist()}


def penalty(strength: str, window: str) -> Any:
    """Random logits of two rows, step by step, and the tokens that were chosen; window 0: none."""
    sampling = Sampling(
        repeats=1, temperature=0, topK=0, topP=1, repetitionPenalty=float(strength),
        repetitionWindow=int(window) or None, maxNewTokens=1, batchSize=4, seed=0,
    )  # fmt: skip
    chooser = Chooser(sampling, [[3, 9, 4, 4, 7], [5, 6, 2]], 0)
    steps = [mx.random.normal((2, 12), key=mx.random.key(step)) for step in range(12)]
    chosen = [chooser.choose(logits).tolist() for logits in steps]
    return {"logits": [logits.tolist() for logits in steps], "chosen": chosen}


def compiled(run: Path) -> Any:
    """Gradients of a GPU's way (compiled, layers computed twice) against the plain ones."""
    spec = spec_of(run)
    examples = examples_of(run)[:5]
    found: list[list[Any]] = []
    for compiles in (False, True):
        model = model_of(run).model
        dropout = install_dropout(model, spec.adapter.dropout)
        if compiles:
            checkpoint_layers(model, dropout)
        target_loss = TargetLoss(model, dropout, compiles=compiles, few_shapes=True)
        model.train()
        found.append([])
        for step in (0, 1):
            keys = dropout.of(spec.seed, step, 0)
            score, gradients = target_loss.gradients(examples, keys, 0.1)
            found[-1].append((float(score.loss), int(score.correct), dict(tree_flatten(gradients))))
    plain, fast = found

    def apart(a: Any, b: Any) -> float:
        return max(float(mx.abs(a[2][name] - b[2][name]).max()) for name in a[2])

    return {
        "correct": [[step[1] for step in steps] for steps in found],
        "loss": max(abs(a[0] - b[0]) for a, b in zip(plain, fast, strict=True)),
        "gradient": max(apart(a, b) for a, b in zip(plain, fast, strict=True)),
        "betweenSteps": apart(fast[0], fast[1]),
        "few": TargetLoss(model_of(run).model, dropout, compiles=False, few_shapes=True)
        .score(examples)
        .loss.item(),
        "exact": TargetLoss(model_of(run).model, dropout, compiles=False, few_shapes=False)
        .score(examples)
        .loss.item(),
    }


def parts(run: Path, logits_bytes: str) -> Any:
    """Score, gradients' norm and peak with all logits at once and in parts."""
    examples = examples_of(run)[:8]
    found = []
    for most in (1 << 40, int(logits_bytes)):
        model = model_of(run).model
        dropout = install_dropout(model, 0)
        target_loss = TargetLoss(
            model, dropout, compiles=False, few_shapes=False, logits_bytes=most
        )
        model.train()
        mx.eval(model.parameters())
        mx.reset_peak_memory()
        before = mx.get_active_memory()
        score, gradients = target_loss.gradients(examples, dropout.of(0, 0, 0), 0.1)
        mx.eval(score.loss, score.correct, gradients)
        flat = dict(tree_flatten(gradients))
        found.append(
            {
                "loss": float(score.loss),
                "correct": int(score.correct),
                "norm": float(mx.sqrt(sum(mx.square(one).sum() for one in flat.values()))),
                "peak": mx.get_peak_memory() - before,
                "targets": score.targets,
            }
        )
    return found


def peak(model: Path) -> Any:
    """Most bytes in use while the model is loaded quantized, and those in use afterwards."""
    mx.reset_peak_memory()
    load_base_model(model, precision="float32", quantization="mlx4")
    return {"peak": mx.get_peak_memory(), "after": mx.get_active_memory()}


if __name__ == "__main__":
    question, *rest = sys.argv[1:]
    answer = {
        "start": lambda: start(Path(rest[0])),
        "logits": lambda: logits(Path(rest[0])),
        "narrow": lambda: narrow(*rest),
        "penalty": lambda: penalty(*rest),
        "compiled": lambda: compiled(Path(rest[0])),
        "parts": lambda: parts(Path(rest[0]), rest[1]),
        "peak": lambda: peak(Path(rest[0])),
    }[question]()
    print(json.dumps(answer))
