"""The optimizers of a recipe under PyTorch, and where which of them cannot be used."""

from collections.abc import Callable, Sequence

import torch

from lorabench.devices_torch import AnyDevice, architecture_of, is_rdna3
from lorabench.errors import WorkerError
from lorabench.schemas import Schedule

_UPDATE_8BIT = "bitsandbytes::optimizer_update_8bit_blockwise"


def make_optimizer(
    schedule: Schedule,
    device: AnyDevice,
    parameters: Sequence[torch.nn.Parameter],
    warn: Callable[[str, str], None] = lambda _code, _message: None,
) -> torch.optim.Optimizer:
    """AdamW with 32-bit states, or with 8-bit ones (T. Dettmers et al., arXiv 2110.02861).

    Raises ``WorkerError`` (``bad_optimizer``) where the chosen one is not safe or not possible.
    """
    if schedule.optimizer == "adamw":
        return torch.optim.AdamW(
            parameters, lr=schedule.learningRate, weight_decay=schedule.weightDecay, fused=True
        )
    paged = schedule.optimizer == "paged_adamw_8bit"
    if paged and is_rdna3(device):
        raise _refused(
            f"Paged optimizers are off on {device.name} ({architecture_of(device)}).",
            # bitsandbytes pages by managed memory; prefetching it hangs the card on RDNA3
            # (unslothai/unsloth issue 11498: the kernel resets it within some dozen steps).
            "RDNA3 cards have been reported to hang and reset with them.",
        )
    try:
        from bitsandbytes.optim.adamw import AdamW8bit, PagedAdamW8bit
    except (ImportError, OSError, RuntimeError) as error:
        raise _refused("bitsandbytes cannot be loaded here.", str(error)) from error
    on = parameters[0].device.type
    if not _has_8bit_update(on):
        raise _refused(
            f"bitsandbytes has no 8-bit optimizer for {device.name}.",
            f"This version has no kernel of it for PyTorch's device {on}.",
        )
    if paged and on == "cpu":
        warn(
            "optimizer_not_paged",
            "On a CPU there is nothing to page to: adamw_8bit is used, which does the same steps.",
        )
    kind = PagedAdamW8bit if paged and on != "cpu" else AdamW8bit
    optimizer: torch.optim.Optimizer = kind(
        parameters, lr=schedule.learningRate, weight_decay=schedule.weightDecay
    )
    return optimizer


def _has_8bit_update(device_type: str) -> bool:
    # PyTorch built for ROCm calls its devices and kernels cuda.
    key = {"cpu": "CPU", "cuda": "CUDA"}.get(device_type, "")
    has: bool = torch._C._dispatch_has_kernel_for_dispatch_key(_UPDATE_8BIT, key) if key else False
    return has


def _refused(message: str, why: str) -> WorkerError:
    return WorkerError(
        "bad_optimizer",
        message,
        "Set schedule.optimizer=adamw; with LoRA its states take little memory.",
        [why],
    )
