"""One worker a folder: a lock that the system lets go when its holder ends, however it ends."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LOOK_SECONDS = 0.1


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Holds ``worker.lock`` of ``folder``; waits for as long as another process holds it."""
    with (folder / "worker.lock").open("a+b") as file:
        if sys.platform == "win32":
            while True:
                try:
                    file.seek(0)
                    msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
                    break
                except OSError:
                    time.sleep(_LOOK_SECONDS)
        else:
            fcntl.flock(file, fcntl.LOCK_EX)
        # Closing the file lets go of the lock. The job must not inherit it (PEP 446: it does not).
        yield
