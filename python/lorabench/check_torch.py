"""What PyTorch computes on a device against plain arithmetic on the CPU.

The 4-bit values of NF4 are those of QLoRA (Dettmers et al. 2023, appendix E), the layout is a
block of 64 weights to one largest absolute value. Shapes are those of a small projection.
"""

from collections.abc import Callable

import torch

from lorabench.check_environment import Check, attempt, judge

REPAIR = (
    "Make the environment anew with `environments install NAME --repair`, or update the driver."
)
NF4 = torch.tensor(
    [-1.0, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453, -0.28444138169288635,
     -0.18477343022823334, -0.09105003625154495, 0.0, 0.07958029955625534, 0.16093020141124725,
     0.24611230194568634, 0.33791524171829224, 0.44070982933044434, 0.5626170039176941,
     0.7229568362236023, 1.0]
)  # fmt: skip
BLOCK = 64
ROWS, INPUTS, OUTPUTS = 256, 1024, 768

Kernel = Callable[
    [torch.Tensor, torch.Tensor, torch.Tensor, torch.device],
    tuple[torch.Tensor, torch.Tensor, torch.Tensor],
]
"""(weight, input, gradient of output, device) → (weight after NF4, output, gradient of input)."""


def compare(
    name: str, got: torch.Tensor, expected: torch.Tensor, tolerance: float, fix: str = REPAIR
) -> Check:
    """Norm of the difference relative to the norm of what is expected."""
    actual, wanted = got.detach().cpu().double(), expected.detach().cpu().double()
    norm = float(wanted.norm())
    return judge(
        name, float((actual - wanted).norm()) / norm, float(actual.norm()) / norm, tolerance, fix
    )


def check_device(identity: str) -> list[Check]:
    """All checks of one device (``cpu``, ``cuda:0``, ``rocm:1``), printed as they come."""
    kind, _, index = identity.partition(":")
    name = f"{identity}: device"
    if kind != "cpu":
        seen = attempt(name, lambda: _visible(name, int(index or 0)))
        if any(check.status == "problem" for check in seen):
            return seen
    else:
        seen = []
    device = torch.device("cpu") if kind == "cpu" else torch.device("cuda", int(index or 0))
    product = attempt(
        f"{identity}: matrix product",
        lambda: matrix_products(f"{identity}: matrix product", device),
    )
    nf4 = attempt(f"{identity}: NF4", lambda: nf4_checks(f"{identity}: NF4", device))
    return [*seen, *product, *nf4]


def _visible(name: str, index: int) -> list[Check]:
    build = torch.version.hip or torch.version.cuda
    kind = "ROCm" if torch.version.hip else "CUDA"
    if build is None:
        found = f"This build of PyTorch ({torch.__version__}) has no GPU."
        return [Check(name, "problem", found, REPAIR)]
    if index >= torch.cuda.device_count():
        found = f"PyTorch ({kind} {build}) sees {torch.cuda.device_count()} cards."
        fix = "`lab devices` says what keeps the card from being used: driver, version or rights."
        return [Check(name, "problem", found, fix)]
    properties = torch.cuda.get_device_properties(index)
    found = f"{properties.name}, {properties.total_memory / 2**30:.1f} GiB, {kind} {build}"
    return [Check(name, "ok", found)]


def matrix_products(name: str, device: torch.device) -> list[Check]:
    """In float32 and bfloat16, the types that weights and sums are held in."""
    source = torch.Generator().manual_seed(1)
    left = torch.randn(ROWS, INPUTS, generator=source)
    right = torch.randn(INPUTS, OUTPUTS, generator=source)
    expected = left.double() @ right.double()
    single = compare(name, left.to(device) @ right.to(device), expected, 0.005)
    half = compare(
        name, left.to(device, torch.bfloat16) @ right.to(device, torch.bfloat16), expected, 0.02
    )
    return [_worse(single, half)]


def nf4_checks(name: str, device: torch.device, kernel: Kernel | None = None) -> list[Check]:
    """A 4-bit layer forward and backward; ``kernel`` in place of bitsandbytes' own."""
    source = torch.Generator().manual_seed(2)
    weight = torch.randn(OUTPUTS, INPUTS, generator=source) * 0.05
    inputs = torch.randn(ROWS, INPUTS, generator=source)
    gradient = torch.randn(ROWS, OUTPUTS, generator=source)
    quantized, output, input_gradient = (kernel or _bitsandbytes)(weight, inputs, gradient, device)
    reference = nf4_reference(weight)
    return [
        compare(f"{name} quantized", quantized, reference, 0.01),
        compare(f"{name} forward", output, inputs.double() @ reference.double().T, 0.02),
        compare(f"{name} backward", input_gradient, gradient.double() @ reference.double(), 0.02),
    ]


def nf4_reference(weight: torch.Tensor) -> torch.Tensor:
    """A weight after NF4 and back: the nearest of 16 values times the largest of its block."""
    blocks = weight.reshape(-1, BLOCK)
    largest = blocks.abs().amax(dim=1, keepdim=True)
    nearest = (blocks / largest).unsqueeze(-1).sub(NF4).abs().argmin(dim=-1)
    return (NF4[nearest] * largest).reshape(weight.shape)


def _bitsandbytes(
    weight: torch.Tensor, inputs: torch.Tensor, gradient: torch.Tensor, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    from bitsandbytes.functional import dequantize_4bit
    from bitsandbytes.nn.modules import Linear4bit, Params4bit

    layer = Linear4bit(  # type: ignore[no-untyped-call]
        INPUTS, OUTPUTS, bias=False, compute_dtype=torch.bfloat16, compress_statistics=False,
        quant_type="nf4",
    )  # fmt: skip
    layer.weight = Params4bit(
        weight.clone(), requires_grad=False, quant_type="nf4", blocksize=BLOCK,
        compress_statistics=False,
    )  # fmt: skip
    layer = layer.to(device)
    # On some CPUs a forward repacks the weights for good, and a later training would fail.
    layer.support_avx512bf16_for_cpu = False
    values = inputs.to(device, torch.bfloat16).requires_grad_()
    output = layer(values)
    output.backward(gradient.to(device, torch.bfloat16))
    # bitsandbytes keeps the blocks' scales beside the packed weight.
    quantized = dequantize_4bit(layer.weight.data, layer.weight.quant_state)  # type: ignore[attr-defined]
    assert values.grad is not None
    return quantized.float(), output.float(), values.grad.float()


def _worse(first: Check, second: Check) -> Check:
    return second if second.status == "problem" else first
