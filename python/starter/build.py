"""Builds the starter: ``python -m starter.build [corpus] [benchmark] [model]``.

Without names it builds all three. The corpus and the benchmark take a minute because every program
is executed; the model takes a quarter of an hour or so on two CPU cores.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from starter.benchmark import BENCHMARK_DOCUMENT, benchmark_examples, benchmark_rows
from starter.corpus import CORPUS_DOCUMENT, corpus_examples, corpus_rows
from starter.files import json_lines_text, json_text, write_text
from starter.verify import verify_programs

RESOURCES = Path(__file__).resolve().parents[2] / "resources"


def build_corpus(resources: Path) -> None:
    """Writes ``corpora/starter`` after executing every program."""
    examples = corpus_examples()
    print(f"corpus: executing {len(examples)} programs", flush=True)
    verify_programs(examples)
    folder = resources / "corpora" / "starter"
    write_text(folder / "corpus.json", json_text(CORPUS_DOCUMENT))
    write_text(folder / "train.jsonl", json_lines_text(corpus_rows(examples)))


def build_benchmark(resources: Path) -> None:
    """Writes ``benchmarks/starter`` after executing every reference."""
    examples = benchmark_examples()
    print(f"benchmark: executing {len(examples)} references", flush=True)
    verify_programs(examples)
    folder = resources / "benchmarks" / "starter"
    write_text(folder / "benchmark.json", json_text(BENCHMARK_DOCUMENT))
    write_text(folder / "tasks.jsonl", json_lines_text(benchmark_rows(examples)))


def build_model(resources: Path) -> None:
    """Trains tokenizer and model from nothing and writes ``models/starter``."""
    from starter.pretrain import pretrain
    from starter.report import PretrainingSettings
    from starter.save_model import save_model
    from starter.tokenizer import train_tokenizer

    tokenizer = train_tokenizer()
    settings = PretrainingSettings()
    model, report = pretrain(tokenizer, settings, lambda line: print(f"model: {line}", flush=True))
    save_model(resources / "models" / "starter", model, tokenizer, report)


PARTS: dict[str, Callable[[Path], None]] = {
    "corpus": build_corpus,
    "benchmark": build_benchmark,
    "model": build_model,
}


def main() -> None:
    """Reads the command line and builds the named parts."""
    parser = argparse.ArgumentParser(prog="python -m starter.build", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument("--resources", type=Path, default=RESOURCES, help="folder to write into")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.parts) - set(PARTS))
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    for name in arguments.parts or PARTS:
        PARTS[name](arguments.resources)


if __name__ == "__main__":
    main()
