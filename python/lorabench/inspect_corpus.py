"""`python -m lorabench inspect-corpus FILE`: one JSON document that says what a corpus holds."""

import argparse
import sys
from pathlib import Path

from lorabench.errors import WorkerError
from lorabench.prompts import context_length, load_tokenizer, make_prompter
from lorabench.training_data import Limits, prepare


def main(arguments: list[str]) -> int:
    """Prints a ``CorpusReport``. Exit code 0, also with bad rows; 1 when it cannot be made."""
    parser = argparse.ArgumentParser(prog="lorabench inspect-corpus", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--model", type=Path, help="model folder; without it no tokens are counted")
    parser.add_argument("--max-length", type=int, help="tokens per example")
    parser.add_argument("--format", choices=["auto", "chatml", "alpaca"], default="auto")
    parser.add_argument("--prompt-format", choices=["chatml", "alpaca"], default="chatml")
    parser.add_argument("--train-on", choices=["assistant", "all"], default="assistant")
    parser.add_argument("--too-long", choices=["leave-out", "truncate"], default="leave-out")
    options = parser.parse_args(arguments)
    try:
        prompter = None
        lengths = [options.max_length]
        if options.model is not None:
            prompter = make_prompter(load_tokenizer(options.model), options.prompt_format)
            lengths.append(context_length(options.model))
        limit = min((length for length in lengths if length is not None), default=None)
        data = prepare(
            options.file,
            options.format,
            prompter,
            Limits(limit, options.too_long, options.train_on),
        )
    except WorkerError as error:
        print(f"{error.message} {error.fix}", *error.details, sep="\n", file=sys.stderr)
        return 1
    sys.stdout.write(data.report.model_dump_json(indent=2) + "\n")
    return 0
