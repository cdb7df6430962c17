"""One installer an environment: a lock that the system lets go when its holder ends, however."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lorabench.install_command import Stop

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LOOK_SECONDS = 0.2


class BusyError(Exception):
    """Another process holds the lock and did not let go in time."""


@contextmanager
def environment_lock(
    path: Path, wait_seconds: float, stop: Stop, on_wait: Callable[[], None]
) -> Iterator[None]:
    """Holds ``path``. Raises ``BusyError`` after ``wait_seconds``, ``CancelledError`` on a stop."""
    deadline = time.monotonic() + wait_seconds
    with path.open("a+b") as file:
        waited = False
        while True:
            try:
                if sys.platform == "win32":
                    file.seek(0)
                    msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
                else:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                stop.check()
                if time.monotonic() > deadline:
                    raise BusyError from None
                if not waited:
                    waited = True
                    on_wait()
                time.sleep(_LOOK_SECONDS)
        # Commands that are started do not inherit the open file (PEP 446).
        yield
