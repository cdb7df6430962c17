"""Runs jobs in the MLX environment; the tests themselves run in PyTorch's."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from support import PYTHON_FOLDER, Json, generate_spec, start_worker, train_spec

REPOSITORY = PYTHON_FOLDER.parent
STARTER = REPOSITORY / "resources" / "models" / "starter"
_ENVIRONMENTS = Path(os.environ.get("LORABENCH_ENVIRONMENTS") or REPOSITORY / ".environments")
MLX_PYTHON = _ENVIRONMENTS / "mlx" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
needs_mlx = pytest.mark.skipif(not MLX_PYTHON.exists(), reason="there is no MLX environment")
DEVICE = {"id": "mlx", "kind": "mlx", "name": "Apple M1 Max", "threads": 2, "recorded": True}


def mlx_train_spec(model: Path, corpus: Path, **changes: Any) -> Json:
    device = {**DEVICE, "architecture": None}
    return train_spec(model, corpus, **{"backend": "mlx", "device": device, **changes})


def mlx_generate_spec(model: Path, adapter: Path | None = None, **changes: Any) -> Json:
    return generate_spec(model, adapter, **{"backend": "mlx", "device": DEVICE, **changes})


def start_mlx(job: Path) -> subprocess.Popen[str]:
    # The keeper of an attempt that has ended reports its end again and starts nothing.
    return start_worker(job, python=str(MLX_PYTHON), LORABENCH_ATTEMPT=str(time.time_ns()))


def run_mlx(job: Path) -> int:
    """The exit code of the job in the MLX environment."""
    return start_mlx(job).wait(timeout=600)


def probe(question: str, *arguments: object) -> Any:
    """Asks ``mlx_probe.py``, which runs in the MLX environment."""
    script = Path(__file__).parent / "mlx_probe.py"
    done = subprocess.run(
        [MLX_PYTHON, script, question, *[str(argument) for argument in arguments]],
        env={**os.environ, "PYTHONPATH": str(PYTHON_FOLDER)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
