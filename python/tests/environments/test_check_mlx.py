"""The checks of MLX, in MLX's own environment."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from environment_support import PYTHON

MLX = (
    Path(os.environ.get("LORABENCH_ENVIRONMENTS") or PYTHON.parent / ".environments")
    / "mlx/bin/python"
)
needs_mlx = pytest.mark.skipif(not MLX.exists(), reason="there is no MLX environment")

ZEROS = """
import json
import numpy
from dataclasses import asdict
from lorabench import check_mlx

def spoiled(position):
    def kernel(*given):
        results = list(check_mlx._mlx(*given))
        results[position] = numpy.zeros_like(results[position])
        return tuple(results)
    return kernel

names = []
for position in range(3):
    checks = check_mlx.quantized_checks("4 bits", spoiled(position))
    names.append([check.name for check in checks if check.status == "problem"])
print(json.dumps(names))
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([MLX, *words], cwd=PYTHON, capture_output=True, text=True, check=False)


@needs_mlx
def test_the_real_kernels_agree_with_plain_arithmetic() -> None:
    result = run("-m", "lorabench.check_environment", "mlx", "mlx")
    checks = [json.loads(line) for line in result.stdout.splitlines() if "status" in line]
    assert [(check["name"], check["status"]) for check in checks] == [
        ("packages", "ok"),
        ("mlx: matrix product", "ok"),
        ("mlx: 4-bit product quantized", "ok"),
        ("mlx: 4-bit product forward", "ok"),
        ("mlx: 4-bit product backward", "ok"),
    ]
    assert result.returncode == 0


@needs_mlx
def test_kernels_that_write_zeros_are_found() -> None:
    result = run("-c", ZEROS)
    assert json.loads(result.stdout) == [
        # Without weights nothing is left to compare with.
        ["4 bits quantized", "4 bits forward", "4 bits backward"],
        ["4 bits forward"],
        ["4 bits backward"],
    ], result.stderr
