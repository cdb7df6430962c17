"""Builds what the worker's tests run on: a tiny random model, corpora, specifications, jobs."""

import json
import os
import signal
import subprocess
import sys
import time
from copy import deepcopy
from pathlib import Path
from typing import Any

PYTHON_FOLDER = Path(__file__).parents[2]
CHAT_TEMPLATE = (
    "{%- for message in messages %}"
    "{%- if message['role'] == 'assistant' %}"
    "{{- '<|im_start|>assistant\\n' }}"
    "{%- generation %}{{- message['content'] + '<|im_end|>' }}{%- endgeneration %}"
    "{{- '\\n' }}"
    "{%- else %}"
    "{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{%- endif %}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)
DEVICE = {"id": "cpu", "kind": "cpu", "name": "CPU", "threads": 2, "recorded": False}
Json = dict[str, Any]


def make_rows(count: int) -> list[Json]:
    """Short additions, so that a random model learns something in a few steps."""
    rows = []
    for number in range(count):
        a, b = number % 17, (number * 7) % 23
        words = " please" * (number % 9)
        rows.append(
            {
                "category": "sums" if number % 3 else "more sums",
                "messages": [
                    {"role": "user", "content": f"Add {a} and {b}{words}."},
                    {"role": "assistant", "content": f"console.log({a + b});"},
                ],
            }
        )
    return rows


def write_rows(path: Path, rows: list[Json]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def make_tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    texts = [turn["content"] for row in make_rows(200) for turn in row["messages"]]
    trainer = trainers.BpeTrainer(
        vocab_size=320,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>"
    )
    wrapped.chat_template = CHAT_TEMPLATE
    wrapped.save_pretrained(folder)


def make_model(folder: Path, **changes: Any) -> Path:
    """A random Qwen2 of 64 dimensions with its tokenizer, in Hugging Face layout."""
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM

    make_tokenizer(folder)
    config = Qwen2Config(
        **{
            "vocab_size": 336,
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": 256,
            "tie_word_embeddings": True,
            "bos_token_id": None,
            "eos_token_id": 322,
            "pad_token_id": 320,
            **changes,
        }
    )
    torch.manual_seed(7)
    Qwen2ForCausalLM(config).save_pretrained(folder)
    return folder


def train_spec(model: Path, corpus: Path, **changes: Any) -> Json:
    """A resolved specification; ``changes`` by dotted path with ``__`` for the dot."""
    spec: Json = {
        "schemaVersion": 1,
        "kind": "train",
        "id": "test-run",
        "name": "Test run",
        "createdAt": "2026-01-01T00:00:00.000Z",
        "preset": "test",
        "overrides": {},
        "backend": "torch",
        "device": {**DEVICE, "architecture": None},
        "model": {"source": str(model), "path": str(model), "hash": ""},
        "corpus": {"source": str(corpus), "path": str(corpus), "hash": "", "version": None},
        "data": {
            "format": "auto",
            "promptFormat": "chatml",
            "trainOn": "assistant",
            "badRows": "leave-out",
            "tooLong": "leave-out",
        },
        "adapter": {
            "rank": 8,
            "alpha": 16,
            "dropout": 0.1,
            "targetModules": ["q_proj", "k_proj", "v_proj", "o_proj", "up_proj", "down_proj"],
            "rankStabilized": False,
            "weightDecomposed": False,
            "initialization": "default",
        },
        "quantization": {"kind": "none", "doubleQuantization": True, "computeType": "float32"},
        "schedule": {
            "optimizer": "adamw",
            "learningRate": 5e-3,
            "decay": "cosine",
            "warmupSteps": 2,
            "epochs": 2,
            "maxSteps": None,
            "weightDecay": 0,
            "maxGradNorm": 1,
        },
        "batch": {
            "effective": 8,
            "micro": 4,
            "accumulation": 2,
            "maxLength": 128,
            "groupByLength": True,
            "gradientCheckpointing": False,
        },
        "monitoring": {
            "validationShare": 0.1,
            "validateEvery": None,
            "checkpointEvery": 3,
            "keepCheckpoints": 3,
            "sampleEvery": None,
            "samplePrompts": [],
        },
        "precision": "float32",
        "attention": "sdpa",
        "attentionReason": "test",
        "adjustments": [],
        "seed": 11,
    }
    return with_changes(spec, changes)


def generate_spec(model: Path, adapter: Path | None = None, **changes: Any) -> Json:
    quantization = {"kind": "none", "doubleQuantization": True, "computeType": "auto"}
    subject: Json = (
        {
            "kind": "base-model",
            "source": str(model),
            "path": str(model),
            "hash": "h",
            "quantization": quantization,
        }
        if adapter is None
        else {
            "kind": "run",
            "runId": "test-run",
            "runName": "Test run",
            "basePath": str(model),
            "baseHash": "h",
            "adapterPath": str(adapter),
            "quantization": quantization,
            "checkpointStep": None,
        }
    )
    spec: Json = {
        "schemaVersion": 1,
        "kind": "generate",
        "id": "test-evaluation",
        "createdAt": "2026-01-01T00:00:00.000Z",
        "subject": subject,
        "subjectLabel": "test",
        "comparability": {
            "benchmark": "test",
            "benchmarkVersion": "v1",
            "benchmarkHash": "b",
            "promptFormat": "chatml",
            "systemPrompt": None,
            "sampling": {
                "repeats": 1,
                "temperature": 0,
                "topK": 0,
                "topP": 1,
                "repetitionPenalty": 1,
                "maxNewTokens": 12,
                "batchSize": 4,
                "seed": 3,
            },
            "toolchain": "javascript",
            "toolchainVersion": "20",
        },
        "key": "k",
        "tasksPath": "tasks.jsonl",
        "backend": "torch",
        "device": DEVICE,
        "precision": "float32",
        "allowUnsandboxed": False,
        "gates": [],
    }
    return with_changes(spec, changes)


def with_changes(spec: Json, changes: Json) -> Json:
    spec = deepcopy(spec)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = spec
        for name in parents:
            place = place[name]
        assert last in place, path
        place[last] = value
    return spec


def make_job(folder: Path, spec: Json) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "spec.json").write_text(json.dumps(spec), encoding="utf-8")
    return folder


def start_worker(
    folder: Path, *, keeper: bool = True, python: str = sys.executable, **environment: str
) -> subprocess.Popen[str]:
    """The worker as the lab starts it: own process group, output into ``worker.log``."""
    log = (folder / "worker.log").open("ab")
    command = [python, "-m", "lorabench", *([] if keeper else ["--job"]), str(folder)]
    return subprocess.Popen(
        command,
        cwd=PYTHON_FOLDER,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": str(PYTHON_FOLDER),
            "OMP_NUM_THREADS": "2",
            "LORABENCH_ATTEMPT": "attempt-1",
            **environment,
        },
    )


def run_worker(folder: Path, **environment: str) -> int:
    return start_worker(folder, **environment).wait(timeout=600)


def run_here(folder: Path) -> int:
    """The job in this process: the same code without a second import of PyTorch."""
    from lorabench.job import run_job

    before = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        return run_job(folder)
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def events_of(folder: Path, kind: str | None = None) -> list[Json]:
    """Every whole event, whatever else lies in the file."""
    events = []
    for line in (folder / "events.jsonl").read_bytes().split(b"\n"):
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if "kind" in event and kind in (None, event["kind"]):
            events.append(event)
    return events


def wait_for(condition: Any, seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)
