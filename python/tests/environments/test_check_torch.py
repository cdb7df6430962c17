"""The checks find a kernel that silently writes zeros, noise or nothing."""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest
import torch
from environment_support import PYTHON

from lorabench.check_torch import Kernel, matrix_products, nf4_checks, nf4_reference

CPU = torch.device("cpu")
Result = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def right(
    weight: torch.Tensor, inputs: torch.Tensor, gradient: torch.Tensor, _: torch.device
) -> Result:
    reference = nf4_reference(weight)
    return reference, inputs @ reference.T, gradient @ reference


def spoiled(position: int, spoil: Callable[[torch.Tensor], torch.Tensor]) -> Kernel:
    """A kernel that computes rightly but for one of its three results."""

    def kernel(*given: torch.Tensor) -> Result:
        results = list(right(*given))
        results[position] = spoil(results[position])
        return results[0], results[1], results[2]

    return kernel


def test_the_real_kernel_of_this_machine_agrees_with_plain_arithmetic() -> None:
    assert [check.status for check in nf4_checks("NF4", CPU)] == ["ok"] * 3
    assert [check.status for check in matrix_products("product", CPU)] == ["ok"]


@pytest.mark.parametrize(("position", "part"), enumerate(["quantized", "forward", "backward"]))
def test_a_kernel_that_writes_zeros_is_found_in_each_of_its_results(
    position: int, part: str
) -> None:
    checks = nf4_checks("NF4", CPU, spoiled(position, torch.zeros_like))
    problems = [check for check in checks if check.status == "problem"]
    assert [check.name for check in problems] == [f"NF4 {part}"]
    assert "all zeros" in problems[0].found


@pytest.mark.parametrize(
    "spoil",
    [
        lambda result: torch.full_like(result, float("nan")),
        lambda result: result * 1.1,
        lambda result: result.roll(1, dims=0),
        lambda result: torch.where(torch.arange(result.shape[-1]) < 64, 0.0, result),
        torch.randn_like,
    ],
    ids=["not a number", "wrong scale", "wrong rows", "one block of zeros", "noise"],
)
def test_other_wrong_results_are_found_as_well(
    spoil: Callable[[torch.Tensor], torch.Tensor],
) -> None:
    assert nf4_checks("NF4", CPU, spoiled(1, spoil))[1].status == "problem"


def test_the_command_prints_each_check_and_a_missing_device_is_a_problem() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "lorabench.check_environment", "torch", "cpu", "cuda:7"],
        cwd=PYTHON, capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    begun = [line["begin"] for line in lines if "begin" in line]
    assert begun == ["packages", "cpu: matrix product", "cpu: NF4", "cuda:7: device"]
    status = {line["name"]: line["status"] for line in lines if "name" in line}
    assert status == {
        "packages": "ok",
        "cpu: matrix product": "ok",
        "cpu: NF4 quantized": "ok",
        "cpu: NF4 forward": "ok",
        "cpu: NF4 backward": "ok",
        "cuda:7: device": "problem",
    }
    assert result.returncode == 1


def test_a_package_that_cannot_be_imported_is_a_problem_and_nothing_is_computed() -> None:
    # With -S no package of the environment is found.
    result = subprocess.run(
        [sys.executable, "-S", "-m", "lorabench.check_environment", "torch", "cpu"],
        cwd=PYTHON, capture_output=True, text=True, check=False,
    )  # fmt: skip
    [begin, packages] = [json.loads(line) for line in result.stdout.splitlines()]
    assert (begin, packages["status"]) == ({"begin": "packages"}, "problem")
    assert "No module named 'torch'" in packages["found"]
