"""The device under MLX: Apple's GPU on a Mac, the CPU elsewhere."""

import platform
from dataclasses import dataclass

import mlx.core as mx
import psutil

from lorabench.errors import WorkerError
from lorabench.schemas import Device, EvaluationSpecDevice


@dataclass(frozen=True)
class MlxDevice:
    """A device ready for use; bytes as MLX counts them."""

    name: str
    """What computes, for ``environment.json``."""
    driver: str | None
    total_bytes: int
    notice: str | None
    """What the user must know of it."""
    compiles: bool
    """Whether compiling the step pays: on the GPU it does, on a CPU it calls a C++ compiler."""

    def peak_bytes(self) -> int:
        """Most bytes that were alive at once."""
        return int(mx.get_peak_memory())

    def memory(self) -> tuple[int, int, int]:
        """Used, peak and total bytes."""
        return int(mx.get_active_memory()), self.peak_bytes(), self.total_bytes


def open_device(device: Device | EvaluationSpecDevice) -> MlxDevice:
    """Prepares the device of a specification. Raises ``WorkerError`` (``bad_device``).

    A device that is only the recording of another machine's is computed with what is here.
    """
    if device.kind != "mlx":
        raise WorkerError(
            "bad_device",
            f"MLX cannot train on {device.name} ({device.kind}).",
            "Choose another device or the backend made for this one.",
        )
    on_gpu = bool(mx.metal.is_available())
    if platform.system() == "Darwin" and not on_gpu:
        raise WorkerError(
            "bad_device",
            f"MLX does not see the GPU of {device.name}.",
            "Run `lab doctor`: MLX needs Apple silicon and macOS 14 or newer.",
        )
    mx.set_default_device(mx.gpu if on_gpu else mx.cpu)
    mx.reset_peak_memory()
    name, notice = device.name, None
    if device.recorded:
        here = "GPU" if on_gpu else "CPU"
        name = f"{device.name} (a recording; computed on this machine's {here})"
        notice = (
            f"{device.name} is a recording of another machine's device. This job is computed on"
            f" this machine's {here}: its times and its memory are not that device's."
        )
    if not on_gpu:
        total = int(psutil.virtual_memory().total)
        return MlxDevice(name, None, total, notice, compiles=False)
    working_set = int(mx.device_info()["max_recommended_working_set_size"])
    # Without it macOS may page the weights out while they are in use.
    mx.set_wired_limit(working_set)
    driver = f"Metal, macOS {platform.mac_ver()[0]}"
    return MlxDevice(name, driver, working_set, notice, compiles=True)
