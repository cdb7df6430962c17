"""What MLX computes on its device against plain arithmetic in NumPy."""

from collections.abc import Callable
from typing import Any

import mlx.core as mx
import numpy as np

from lorabench.check_environment import Check, attempt, judge

REPAIR = "Make the environment anew with `environments install mlx --repair`."
ROWS, INPUTS, OUTPUTS = 64, 512, 256
GROUP, BITS = 64, 4

Array = np.ndarray[Any, np.dtype[np.float64]]
Kernel = Callable[[Array, Array, Array], tuple[Array, Array, Array]]
"""(weight, input, gradient of output) → (weight after 4 bits, output, gradient of input)."""


def compare(name: str, got: Array, expected: Array, tolerance: float) -> Check:
    """Norm of the difference relative to the norm of what is expected."""
    # Without weights there is nothing to expect: such a result is no better than zeros.
    norm = float(np.linalg.norm(expected)) or float("inf")
    error = float(np.linalg.norm(got - expected)) / norm
    return judge(name, error, float(np.linalg.norm(got)) / norm, tolerance, REPAIR)


def check_device(identity: str) -> list[Check]:
    """All checks, printed as they come."""
    product, quantized = f"{identity}: matrix product", f"{identity}: 4-bit product"
    return [
        *attempt(product, lambda: matrix_product(product)),
        *attempt(quantized, lambda: quantized_checks(quantized)),
    ]


def matrix_product(name: str) -> list[Check]:
    """In float32 on MLX's default device, which is told."""
    source = np.random.default_rng(1)
    left, right = source.standard_normal((ROWS, INPUTS)), source.standard_normal((INPUTS, OUTPUTS))
    got = _plain(mx.array(left, dtype=mx.float32) @ mx.array(right, dtype=mx.float32))
    check = compare(name, got, left @ right, 0.005)
    if check.status == "problem":
        return [check]
    return [Check(name, "ok", f"on {mx.default_device()}: {check.found}")]


def quantized_checks(name: str, kernel: Kernel | None = None) -> list[Check]:
    """A quantized layer forward and backward; ``kernel`` in place of MLX's own."""
    source = np.random.default_rng(2)
    weight = source.standard_normal((OUTPUTS, INPUTS)) * 0.05
    inputs = source.standard_normal((ROWS, INPUTS))
    gradient = source.standard_normal((ROWS, OUTPUTS))
    quantized, output, input_gradient = (kernel or _mlx)(weight, inputs, gradient)
    return [
        # 4 bits of a normal distribution lose about a tenth; zeros or noise lose all of it.
        compare(f"{name} quantized", quantized, weight, 0.15),
        compare(f"{name} forward", output, inputs @ quantized.T, 0.01),
        compare(f"{name} backward", input_gradient, gradient @ quantized, 0.01),
    ]


def _mlx(weight: Array, inputs: Array, gradient: Array) -> tuple[Array, Array, Array]:
    packed, scales, biases = mx.quantize(
        mx.array(weight, dtype=mx.float32), group_size=GROUP, bits=BITS
    )
    values = mx.array(inputs, dtype=mx.float32)

    def forward(given: mx.array) -> mx.array:
        return mx.quantized_matmul(
            given, packed, scales, biases, transpose=True, group_size=GROUP, bits=BITS
        )

    outputs, gradients = mx.vjp(forward, [values], [mx.array(gradient, dtype=mx.float32)])
    plain = mx.dequantize(packed, scales, biases, group_size=GROUP, bits=BITS)
    return _plain(plain), _plain(outputs[0]), _plain(gradients[0])


def _plain(array: mx.array) -> Array:
    return np.array(array, dtype=np.float64)
