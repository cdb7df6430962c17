"""What a job could not say itself because its process was aborted: memory ran out.

MLX learns that the GPU ran out of memory on a thread of Metal's, where no one can catch it: C++
writes the reason to standard error and aborts (SIGABRT). The keeper finds it in the log and gives
the job the ``error`` event that it would have written.
"""

from pathlib import Path

_TAIL_BYTES = 64 * 1024


def log_size(folder: Path) -> int:
    """Bytes of the log before the job begins."""
    try:
        return (folder / "worker.log").stat().st_size
    except OSError:
        return 0


def report_abort(folder: Path, log_begin: int) -> None:
    """Appends an ``error`` event when the log, from ``log_begin`` on, says that memory ran out."""
    try:
        with (folder / "worker.log").open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(log_begin, size - _TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return
    # Only now: the keeper is a small process as long as the job lives.
    from lorabench import schemas
    from lorabench.errors import as_worker_error, is_out_of_memory
    from lorabench.events import EventWriter

    for line in reversed(lines):
        error = RuntimeError(line.strip())
        if not is_out_of_memory(error):
            continue
        explained = as_worker_error(error)
        events = EventWriter(folder)
        events.emit(
            schemas.ErrorEvent,
            code=explained.code,
            message=explained.message,
            fix=explained.fix,
            details=explained.details,
        )
        events.close()
        return
