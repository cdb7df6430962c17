"""Runs an environment for real: ``python -m lorabench.check_environment BACKEND DEVICE…``.

The backends are torch, mlx and llama-cpp.

One JSON object a line: ``{"begin": name}`` before each check, so that a crash or a hang can be
named, and then ``{"name", "status", "found", "fix"}`` as `lab doctor` shows it. What is computed
on the device is compared with the same on the CPU in plain arithmetic: a kernel that silently
writes zeros, or nothing, is found.
"""

import importlib
import json
import math
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

IMPORTED = {
    "torch": ["torch", "transformers", "peft", "bitsandbytes", "accelerate", "safetensors.torch"],
    "mlx": ["mlx.core", "mlx_lm", "transformers", "numpy", "safetensors"],
    "llama-cpp": ["xllamacpp", "jinja2", "pydantic", "psutil"],
}
SHOWN = {
    "torch": ["torch", "transformers", "peft", "bitsandbytes", "trl"],
    "mlx": ["mlx", "mlx-lm", "transformers", "numpy"],
    "llama-cpp": ["xllamacpp"],
}


@dataclass(frozen=True)
class Check:
    """One line of `lab doctor`."""

    name: str
    status: Literal["ok", "problem", "note"]
    found: str
    fix: str | None = None


def attempt(name: str, work: Callable[[], list[Check]]) -> list[Check]:
    """Runs checks, telling their beginning; an exception becomes a problem."""
    print(json.dumps({"begin": name}), flush=True)
    started = time.monotonic()
    try:
        checks = work()
    except Exception as error:
        reason = str(error).strip().splitlines()
        found = f"{type(error).__name__}: {reason[-1] if reason else 'no reason given'}"
        checks = [Check(name, "problem", found, None)]
    for check in checks:
        print(json.dumps({**asdict(check), "seconds": time.monotonic() - started}), flush=True)
    return checks


def packages(backend: str) -> list[Check]:
    """Imports what a worker imports."""
    for name in IMPORTED[backend]:
        importlib.import_module(name)
    shown = [f"python {platform.python_version()}"]
    for name in SHOWN[backend]:
        try:
            shown.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            return [Check("packages", "problem", f"{name} is missing", None)]
    return [Check("packages", "ok", ", ".join(shown))]


def judge(name: str, error: float, size: float, tolerance: float, fix: str) -> Check:
    """A relative error (difference / reference, both as norms) as a check.

    ``size`` is the result's norm relative to the reference: 0 when a kernel wrote only zeros.
    """
    if not math.isfinite(error):
        return Check(name, "problem", "The result holds values that are no numbers.", fix)
    if size < 1e-6:
        return Check(name, "problem", "The result is all zeros: the kernel computed nothing.", fix)
    if error > tolerance:
        found = f"The result differs from the CPU's by {error:.1%}; {tolerance:.1%} is allowed."
        return Check(name, "problem", found, fix)
    return Check(name, "ok", f"differs from plain arithmetic by {error:.2%}")


def main(arguments: list[str]) -> int:
    """Exit code 1 when a check found a problem, 2 for wrong usage."""
    match arguments:
        case ["torch" | "mlx" | "llama-cpp" as backend, *devices]:
            checks = attempt("packages", lambda: packages(backend))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    if all(check.status != "problem" for check in checks):
        if backend == "torch":
            from lorabench.check_torch import check_device
        elif backend == "llama-cpp":
            from lorabench.check_llama import check_device
        else:
            from lorabench.check_mlx import check_device
        for device in devices:
            checks += check_device(device)
    return 1 if any(check.status == "problem" for check in checks) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
