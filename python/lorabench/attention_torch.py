"""Which attention implementation a device gets under PyTorch, beyond what was asked for."""

from collections.abc import Callable

import torch
from transformers.utils.import_utils import is_flash_attn_2_available

from lorabench.devices_torch import AnyDevice, architecture_of

# AOTriton, the source of PyTorch's fused attention on ROCm, ships kernels for gfx1100 and gfx1101
# as supported (it lists gfx950, gfx1151 and gfx1201 as experimental, which PyTorch then leaves off
# by itself), and plain Transformers + PEFT on them completes where other fused kernels reset the
# card (unslothai/unsloth issue 11498). For their small relatives it came later, and builds made
# for gfx1103 returned zeros (ROCm/TheRock issue 1908): these compute attention in plain steps.
_PLAIN_ONLY = ("gfx1102", "gfx1103")


def choose_attention(
    asked: str,
    device: AnyDevice,
    on: torch.device,
    warn: Callable[[str, str], None] = lambda _code, _message: None,
) -> str:
    """The implementation to load the model with; a replacement is told with its reason."""
    if asked == "flash_attention_2" and (on.type == "cpu" or not is_flash_attn_2_available()):
        why = "it does not run on a CPU" if on.type == "cpu" else "flash-attn cannot be imported"
        warn("attention_replaced", f"Attention by flash_attention_2 is not possible: {why}.")
        asked = "sdpa"
    architecture = architecture_of(device)
    if asked == "sdpa" and on.type != "cpu" and architecture.startswith(_PLAIN_ONLY):
        torch.backends.cuda.enable_flash_sdp(False)
        torch.backends.cuda.enable_mem_efficient_sdp(False)
        warn(
            "attention_plain",
            f"On {device.name} ({architecture}) attention is computed in plain steps, because its"
            " fused kernels are not reliable. That needs more memory for long examples.",
        )
    return asked
