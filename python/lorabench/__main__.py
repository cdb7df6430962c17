"""`python -m lorabench JOB_FOLDER` runs a job; `inspect-corpus FILE` checks a corpus.

Nothing heavy is imported here: the keeper of a job stays in this process while the job runs.
"""

import sys
from pathlib import Path

USAGE = """usage: python -m lorabench JOB_FOLDER
       python -m lorabench inspect-corpus FILE [--model FOLDER] [--max-length N]
              [--format auto|chatml|alpaca] [--prompt-format chatml|alpaca]
              [--train-on assistant|all] [--too-long leave-out|truncate]"""


def main(arguments: list[str]) -> int:
    """Runs the command line; returns the exit code (2 for wrong usage)."""
    match arguments:
        case ["inspect-corpus", *rest]:
            from lorabench.inspect_corpus import main as inspect_corpus

            return inspect_corpus(rest)
        case ["--job", folder]:
            from lorabench.job import run_job

            return run_job(Path(folder))
        case [folder] if not folder.startswith("-"):
            from lorabench.keeper import keep

            return keep(Path(folder))
        case _:
            print(USAGE, file=sys.stderr)
            return 0 if arguments in (["--help"], ["-h"]) else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
