"""Training throughput of the worker against a plain TRL `SFTTrainer` script.

    .environments/torch-cpu/bin/python tests/bench/training_throughput.py [--steps N] [--rounds N]

Same model (the starter), data, order of examples, adapter, precision and threads. Three trainings
take turns, so that a busy machine slows all alike: TRL as it comes, the worker without grouping by
length (padded like TRL), and the worker's default batching. Printed: examples per second at the
step time that a quarter of the steps beat (other programs disturb the slower ones), ratios to TRL
by the clock and by CPU time, which other programs disturb less, and the loss of the last steps.
Budgets: at least 1.0 times TRL unpacked, 1.5 times with default batching, final loss within 1 %.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
sys.path[:0] = [str(REPOSITORY / "python"), str(REPOSITORY / "python" / "tests" / "worker")]
MODEL = REPOSITORY / "resources" / "models" / "starter"
CORPUS = REPOSITORY / "resources" / "corpora" / "starter" / "train.jsonl"
WARM_UP = 3
LAST = 10
BATCH = 16
MODULES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


class Clock:
    """Ends of steps in seconds of the wall and of this process's CPU time."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def tick(self) -> None:
        self.wall.append(time.perf_counter())
        self.cpu.append(time.process_time())

    def result(self, losses: list[float]) -> dict[str, Any]:
        """Examples per second by either clock; the first steps are warm-up."""
        seconds = [later - earlier for earlier, later in pairwise(self.wall[WARM_UP:])]
        cpu = self.cpu[-1] - self.cpu[WARM_UP]
        return {
            "wall": BATCH / statistics.quantiles(seconds, n=4)[0],
            "cpu": BATCH * (len(self.cpu) - WARM_UP - 1) / cpu,
            "loss": statistics.fmean(losses[-LAST:]),
        }


def worker(steps: int, group_by_length: bool) -> dict[str, Any]:
    """The worker's job, with the clock read at every step's event."""
    from lorabench import schemas
    from lorabench.events import EventWriter
    from lorabench.job import run_job
    from support import events_of, make_job, train_spec

    clock = Clock()
    emit = EventWriter.emit

    def timed_emit(self: EventWriter, kind: Any, **fields: Any) -> None:
        emit(self, kind, **fields)
        if kind is schemas.StepEvent:
            clock.tick()

    EventWriter.emit = timed_emit  # type: ignore[method-assign]

    spec = train_spec(
        MODEL,
        CORPUS,
        adapter__rank=16,
        adapter__alpha=32,
        adapter__dropout=0,
        adapter__targetModules=MODULES,
        schedule__learningRate=3e-3,
        schedule__warmupSteps=10,
        schedule__epochs=100,
        schedule__maxSteps=steps,
        batch__effective=BATCH,
        batch__micro=BATCH,
        batch__accumulation=1,
        batch__maxLength=192,
        batch__groupByLength=group_by_length,
        monitoring__validationShare=0,
        monitoring__checkpointEvery=100_000,
    )
    with tempfile.TemporaryDirectory() as folder:
        run = make_job(Path(folder), spec)
        if run_job(run) != 0:
            raise SystemExit("the worker failed")
        return clock.result([event["loss"] for event in events_of(run, "step")])


def plain_trl(steps: int) -> dict[str, Any]:
    """A plain script: load, wrap, `SFTTrainer(...).train()`."""
    import torch
    from datasets import Dataset
    from lorabench.batches import Batcher
    from lorabench.corpus import read_corpus
    from lorabench.prompts import load_tokenizer, make_prompter
    from peft import LoraConfig, get_peft_model
    from support import train_spec
    from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
    from trl import SFTConfig, SFTTrainer

    torch.set_num_threads(2)
    seed = train_spec(MODEL, CORPUS)["seed"]
    rows = read_corpus(CORPUS).usable
    examples = make_prompter(load_tokenizer(MODEL), "chatml").encode(rows, False)
    index = {id(example): number for number, example in enumerate(examples)}
    batcher = Batcher(examples, effective=BATCH, micro=BATCH, group_by_length=False, seed=seed)
    order = [
        index[id(example)]
        for step in range(steps)
        for batch in batcher.step(step)
        for example in batch
    ]
    data = Dataset.from_list(
        [
            {"messages": [{"role": turn.role, "content": turn.content} for turn in row.messages]}
            for row in (rows[number] for number in order)
        ]
    )
    model = AutoModelForCausalLM.from_pretrained(MODEL, dtype=torch.float32)
    torch.manual_seed(seed)
    adapter = LoraConfig(r=16, lora_alpha=32, target_modules=MODULES, task_type="CAUSAL_LM")
    clock = Clock()

    class Tick(TrainerCallback):
        def on_step_end(self, *_: Any, **__: Any) -> None:
            clock.tick()

    with tempfile.TemporaryDirectory() as output:
        trainer = SFTTrainer(
            model=get_peft_model(model, adapter),
            processing_class=AutoTokenizer.from_pretrained(MODEL),
            train_dataset=data,
            callbacks=[Tick()],
            args=SFTConfig(
                output_dir=output,
                per_device_train_batch_size=BATCH,
                learning_rate=3e-3,
                lr_scheduler_type="cosine",
                warmup_steps=10,
                max_steps=steps,
                max_length=192,
                assistant_only_loss=True,
                shuffle_dataset=False,
                train_sampling_strategy="sequential",
                logging_steps=1,
                bf16=False,
                use_cpu=True,
                gradient_checkpointing=False,
                report_to="none",
                save_strategy="no",
                disable_tqdm=True,
            ),
        )
        trainer.train()
    return clock.result([entry["loss"] for entry in trainer.state.log_history if "loss" in entry])


TRAININGS = {
    "trl": plain_trl,
    "unpacked": lambda steps: worker(steps, False),
    "default": lambda steps: worker(steps, True),
}


def apart(name: str, steps: int) -> dict[str, Any]:
    """One training in a process of its own."""
    command = [sys.executable, __file__, "--child", name, "--steps", str(steps)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", choices=list(TRAININGS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    # For all alike: without it, a second busy program slows every training about tenfold.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    if options.child:
        print(json.dumps(TRAININGS[options.child](options.steps)))
        return
    results: dict[str, list[dict[str, Any]]] = {name: [] for name in TRAININGS}
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        for name, rounds in results.items():
            rounds.append(apart(name, options.steps))
    for name, rounds in results.items():
        speeds = ", ".join(f"{result['wall']:.1f}" for result in rounds)
        print(f"{name:9} {speeds} examples/s, loss of the last {LAST} {rounds[0]['loss']:.5f}")
    for name, budget in (("unpacked", 1.0), ("default", 1.5)):
        pairs = list(zip(results[name], results["trl"], strict=True))
        wall = [ours["wall"] / theirs["wall"] for ours, theirs in pairs]
        cpu = statistics.median(ours["cpu"] / theirs["cpu"] for ours, theirs in pairs)
        loss = pairs[0][0]["loss"] / pairs[0][1]["loss"] - 1
        print(
            f"{name} / TRL: {statistics.median(wall):.2f} times by the clock"
            f" ({', '.join(f'{ratio:.2f}' for ratio in wall)}), {cpu:.2f} times by CPU time"
            f" (budget {budget}), loss {loss:+.2%} (budget ±1 %)"
        )


if __name__ == "__main__":
    main()
