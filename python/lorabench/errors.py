"""Expected failures: a sentence for the user, what to do, and the code that the lab knows."""

import errno


class WorkerError(Exception):
    """Ends the job with an ``error`` event; see ``code`` in the event's schema."""

    def __init__(self, code: str, message: str, fix: str, details: list[str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fix = fix
        self.details = details or []


_MEMORY_PHRASES = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "not enough memory",
    "unable to allocate",
    # Metal's, on a Mac.
    "attempting to allocate",
    "insufficient memory",
    "bad_alloc",
    # cuBLAS, cuDNN, hipBLAS and rocBLAS say it in the names of their status codes.
    "status_alloc_failed",
    "rocblas_status_memory_error",
    # safetensors hands on the system's error in words.
    "os error 12",
)
_DISK_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, in the words of Python, NumPy, PyTorch on a CPU or on a GPU."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    text = str(error).lower()
    told = isinstance(error, RuntimeError) or type(error).__name__ == "SafetensorError"
    return told and any(phrase in text for phrase in _MEMORY_PHRASES)


def is_disk_full(error: BaseException) -> bool:
    """Whether a write failed for want of space; safetensors reports it in words only."""
    if isinstance(error, OSError) and error.errno in _DISK_ERRORS:
        return True
    text = str(error)
    return "No space left on device" in text or "os error 28" in text


def as_worker_error(error: BaseException) -> WorkerError:
    """What to tell the user about any failure of a job."""
    if isinstance(error, WorkerError):
        return error
    first_line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    if is_disk_full(error):
        return WorkerError(
            "disk_full",
            "The disk is full: a file could not be written.",
            "Free some space, or keep fewer checkpoints (monitoring.keepCheckpoints), then resume."
            " What was complete before is unharmed.",
            [first_line],
        )
    if is_out_of_memory(error):
        return WorkerError(
            "out_of_memory",
            "The device ran out of memory.",
            "Use a smaller micro-batch (batch.micro) with the same effective batch, shorter"
            " examples (batch.maxLength), batch.gradientCheckpointing=true, or"
            " quantization.kind=nf4.",
            [first_line],
        )
    return WorkerError(
        "internal",
        f"The worker failed: {first_line}",
        "Read the log for the full trace. Retrying continues from the last checkpoint.",
        [type(error).__name__],
    )
