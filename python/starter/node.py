"""Runs generated JavaScript with Node."""

import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

TIMEOUT_SECONDS = 10


class ProgramError(RuntimeError):
    """A generated program did not end well; the message has the program and what Node said."""


@dataclass(frozen=True)
class Execution:
    """A program and what it printed."""

    program: str
    output: str


def run_javascript(program: str) -> Execution:
    """Runs one program. Raises ``ProgramError`` for a non-zero exit, or after 10 s."""
    try:
        finished = subprocess.run(
            ["node", "-"],
            input=program,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ProgramError(f"ran longer than {TIMEOUT_SECONDS} s:\n{program}") from error
    if finished.returncode != 0:
        raise ProgramError(f"exit code {finished.returncode}:\n{program}\n{finished.stderr}")
    return Execution(program, finished.stdout)


def run_all_javascript(programs: Iterable[str], workers: int = 2) -> list[Execution]:
    """Runs the programs ``workers`` at a time; results in the order given."""
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run_javascript, programs))
