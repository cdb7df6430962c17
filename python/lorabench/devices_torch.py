"""What differs between devices under PyTorch, as one small adapter a kind."""

import os
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import psutil
import torch

from lorabench.errors import WorkerError
from lorabench.schemas import Device, EvaluationSpecDevice

Kind = Literal["cpu", "cuda", "rocm", "mlx"]
AnyDevice = Device | EvaluationSpecDevice


@dataclass(frozen=True)
class TorchDevice:
    """A device ready for use. Memory is the process's on a CPU, PyTorch's on a GPU; bytes."""

    device: torch.device
    driver: str | None
    used_bytes: Callable[[], int]
    peak_bytes: Callable[[], int]
    total_bytes: int
    runs_unpadded: bool
    """Attention runs example by example at no loss, so that padding can be left out."""
    name: str = ""
    """What computes, for ``environment.json``."""
    notice: str | None = None
    """What the user must know of it."""

    def memory(self) -> tuple[int, int, int]:
        """Used, peak and total bytes."""
        return self.used_bytes(), self.peak_bytes(), self.total_bytes


def open_device(device: AnyDevice) -> TorchDevice:
    """Prepares the device of a specification. Raises ``WorkerError`` (``bad_device``).

    A device that is only the recording of another machine's is computed on this CPU.
    """
    open_kind = _KINDS.get(device.kind)
    if open_kind is None:
        raise WorkerError(
            "bad_device",
            f"PyTorch cannot train on {device.name} ({device.kind}).",
            "Choose another device or the backend made for this one.",
        )
    torch.set_num_threads(device.threads)
    if not device.recorded:
        return replace(open_kind(device), name=device.name)
    return replace(
        _open_cpu(device),
        name=f"{device.name} (a recording; computed on the CPU)",
        driver="none: a recorded device, computed on the CPU",
        notice=f"{device.name} is a recording of another machine's device. This job is computed on"
        " the CPU of this one, and its memory and speed are the CPU's.",
    )


def architecture_of(device: AnyDevice) -> str:
    """Such as gfx1100; empty when it is not known."""
    return (device.architecture or "") if isinstance(device, Device) else ""


def is_rdna3(device: AnyDevice) -> bool:
    """Whether it is a Radeon of the RX 7000 series or its relatives (gfx1100 to gfx1103)."""
    return architecture_of(device).startswith("gfx110")


def _open_cpu(_device: AnyDevice) -> TorchDevice:
    process = psutil.Process()
    return TorchDevice(
        device=torch.device("cpu"),
        driver=None,
        used_bytes=lambda: int(process.memory_info().rss),
        peak_bytes=_peak_resident_bytes(process),
        total_bytes=int(psutil.virtual_memory().total),
        runs_unpadded=True,
    )


def _open_gpu(device: AnyDevice) -> TorchDevice:
    if not torch.cuda.is_available():
        raise WorkerError(
            "bad_device",
            f"PyTorch does not see {device.name} ({device.id}).",
            "Run `lab doctor`: the driver or the environment for this device is missing.",
        )
    index = int(device.id.partition(":")[2] or 0)
    if index >= torch.cuda.device_count():
        raise WorkerError(
            "bad_device",
            f"There is no device {device.id}: PyTorch sees {torch.cuda.device_count()}.",
            "Run `lab devices` and choose one of them.",
        )
    # Deterministic matrix products need a fixed workspace.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.cuda.set_device(index)
    torch.cuda.reset_peak_memory_stats(index)
    return TorchDevice(
        device=torch.device("cuda", index),
        driver=torch.version.hip or torch.version.cuda,
        used_bytes=lambda: torch.cuda.memory_allocated(index),
        peak_bytes=lambda: torch.cuda.max_memory_allocated(index),
        total_bytes=torch.cuda.get_device_properties(index).total_memory,
        runs_unpadded=False,
    )


def _peak_resident_bytes(process: psutil.Process) -> Callable[[], int]:
    if sys.platform == "win32":
        return lambda: int(process.memory_info().peak_wset)
    import resource

    unit = 1 if platform.system() == "Darwin" else 1024
    return lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


_KINDS: dict[Kind, Callable[[AnyDevice], TorchDevice]] = {
    "cpu": _open_cpu,
    "cuda": _open_gpu,
    "rocm": _open_gpu,
}
