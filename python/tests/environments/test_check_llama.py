"""The check of llama.cpp's environment lets a working build pass and finds one that is not."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PYTHON_FOLDER = Path(__file__).parents[2]
_ENVIRONMENTS = Path(
    os.environ.get("LORABENCH_ENVIRONMENTS") or PYTHON_FOLDER.parent / ".environments"
)
_FOLDER = _ENVIRONMENTS / "llama-cpp" / ("Scripts" if sys.platform == "win32" else "bin")
LLAMA_PYTHON = _FOLDER / "python"
pytestmark = pytest.mark.skipif(
    not LLAMA_PYTHON.exists(), reason="there is no environment for llama.cpp"
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LLAMA_PYTHON, *arguments],
        env={**os.environ, "PYTHONPATH": str(PYTHON_FOLDER)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_environment_computes_what_it_must() -> None:
    done = run("-m", "lorabench.check_environment", "llama-cpp", "llama-cpp")
    checks = [json.loads(line) for line in done.stdout.splitlines()]
    found = {check["name"]: check for check in checks if "name" in check}
    assert found["packages"]["found"].count("xllamacpp") == 1
    assert found["llama-cpp: counting"]["status"] == "ok"
    assert done.returncode == 0


@pytest.mark.parametrize("step", [0, 2])
def test_a_model_that_counts_otherwise_is_a_problem(step: int) -> None:
    question = f"import lorabench.check_llama as c; print(c.counts('it', {step}).status)"
    done = run("-c", question)
    assert done.stdout.strip() == "problem", done.stderr
