"""Runs jobs on GGUF files in llama.cpp's environment; the tests themselves run in PyTorch's."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from support import PYTHON_FOLDER, Json, generate_spec, start_worker

REPOSITORY = PYTHON_FOLDER.parent
STARTER = REPOSITORY / "resources" / "models" / "starter"
BENCHMARK = REPOSITORY / "resources" / "benchmarks" / "starter" / "tasks.jsonl"
_ENVIRONMENTS = Path(os.environ.get("LORABENCH_ENVIRONMENTS") or REPOSITORY / ".environments")
_FOLDER = _ENVIRONMENTS / "llama-cpp" / ("Scripts" if sys.platform == "win32" else "bin")
LLAMA_PYTHON = _FOLDER / "python"
needs_llama = pytest.mark.skipif(
    not LLAMA_PYTHON.exists(), reason="there is no environment for llama.cpp"
)


def gguf_subject(file: Path) -> Json:
    return {"kind": "gguf", "path": str(file), "hash": "h"}


def llama_spec(file: Path, **changes: Any) -> Json:
    changes = {"backend": "llama-cpp", "subject": gguf_subject(file), **changes}
    return generate_spec(file, **changes)


def start_llama(job: Path) -> subprocess.Popen[str]:
    # The keeper of an attempt that has ended reports its end again and starts nothing.
    return start_worker(job, python=str(LLAMA_PYTHON), LORABENCH_ATTEMPT=str(time.time_ns()))


def run_llama(job: Path) -> int:
    """The exit code of the job in llama.cpp's environment."""
    return start_llama(job).wait(timeout=600)
