"""The keeper: a small process that starts the job, waits for it and writes down how it ended.

The job cannot report its own death by a signal; the keeper can. Job and keeper share a process
group, so that a signal to the group reaches both, and the job dies with its keeper: the job's
standard input is a pipe that only the keeper holds open.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from lorabench.abort_report import log_size, report_abort
from lorabench.files import write_json
from lorabench.folder_lock import folder_lock

KEEPER_STARTED = "LORABENCH_KEEPER_STARTED"
"""Set for the job: when its keeper began, in milliseconds since 1970."""

_FORWARDED = [name for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name)]


def keep(folder: Path) -> int:
    """Runs the job of ``folder`` to its end, writes ``exit.json`` there, returns its exit code.

    A job that died of signal n gives 128 + n, as shells do. A second keeper of the same folder (a
    scheduler that died before it noted the first) waits for the first; when that one was of the
    same attempt, its report stands for both.
    """
    if not folder.is_dir():
        print(f"lorabench: there is no job folder {folder}", file=sys.stderr)
        return 2
    with folder_lock(folder):
        return _reported(folder) if _is_reported(folder) else _keep(folder)


def _report(folder: Path) -> dict[str, object]:
    try:
        value = json.loads((folder / "exit.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _is_reported(folder: Path) -> bool:
    attempt = os.environ.get("LORABENCH_ATTEMPT", "")
    return attempt != "" and _report(folder).get("attempt") == attempt


def _reported(folder: Path) -> int:
    code = _report(folder).get("exitCode")
    return code if isinstance(code, int) else 1


def _keep(folder: Path) -> int:
    started = int(time.time() * 1000)
    child: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def forward(number: int, _frame: FrameType | None) -> None:
        if child is None:
            early.append(number)
        else:
            child.send_signal(number)

    for name in _FORWARDED:
        signal.signal(getattr(signal, name), forward)
    log_begin = log_size(folder)
    child = subprocess.Popen(
        [sys.executable, "-m", "lorabench", "--job", str(folder)],
        stdin=subprocess.PIPE,
        env={**os.environ, KEEPER_STARTED: str(started)},
    )
    for number in early:
        child.send_signal(number)
    code = child.wait()
    if code == -signal.SIGABRT:
        report_abort(folder, log_begin)
    write_json(
        folder / "exit.json",
        {
            "exitCode": code if code >= 0 else None,
            "signal": signal.Signals(-code).name if code < 0 else None,
            "endedAt": int(time.time() * 1000),
            "attempt": os.environ.get("LORABENCH_ATTEMPT", ""),
        },
    )
    return code if code >= 0 else 128 - code
