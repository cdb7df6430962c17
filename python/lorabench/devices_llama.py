"""The device under llama.cpp: what its build can compute on, and how many layers go there."""

import platform
import sys
from dataclasses import dataclass
from typing import Any

import psutil
import xllamacpp

from lorabench.schemas import EvaluationSpecDevice

_CPU = xllamacpp.ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_CPU
_ACCELERATOR = xllamacpp.ggml_backend_dev_type.GGML_BACKEND_DEVICE_TYPE_ACCEL
ALL_LAYERS = -1


@dataclass(frozen=True)
class LlamaDevice:
    """A device ready for use."""

    name: str
    """What computes, for ``environment.json``."""
    driver: str | None
    threads: int
    gpu_layers: int
    notice: str | None
    """What the user must know of it."""

    def memory(self) -> tuple[int, int, int]:
        """Used, peak and total bytes; on Apple silicon the GPU's memory is the machine's."""
        process = psutil.Process()
        used = int(process.memory_info().rss)
        return used, max(used, _peak_bytes(process)), int(psutil.virtual_memory().total)


def open_device(device: EvaluationSpecDevice) -> LlamaDevice:
    """All layers go to the graphics that this build of llama.cpp computes on, if any is asked for.

    A device that is only the recording of another machine's is computed with what is here.
    """
    graphics = gpu_names() if device.kind != "cpu" else []
    here = graphics[0] if graphics else "this machine's processor"
    name, notice = device.name, None
    if device.recorded:
        name = f"{device.name} (a recording; computed on {here})"
        notice = (
            f"{device.name} is a recording of another machine's device. This job is computed on"
            f" {here}: its times and its memory are not that device's."
        )
    elif device.kind != "cpu" and not graphics:
        name = f"{device.name} (not used; computed on this machine's processor)"
        notice = (
            f"The installed build of llama.cpp does not compute on {device.name}. This job is"
            " computed on this machine's processor."
        )
    return LlamaDevice(
        name=name,
        driver=graphics[0] if graphics else None,
        threads=device.threads,
        gpu_layers=ALL_LAYERS if graphics else 0,
        notice=notice,
    )


def gpu_names() -> list[str]:
    """Graphics that the installed build computes on, as llama.cpp names them."""
    found: list[dict[str, Any]] = xllamacpp.get_device_info()
    return [
        f"{one['name']} ({one['description']})"
        for one in found
        if one["type"] not in (_CPU, _ACCELERATOR)
    ]


def _peak_bytes(process: psutil.Process) -> int:
    if sys.platform == "win32":
        return int(process.memory_info().peak_wset)
    import resource

    unit = 1 if platform.system() == "Darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
