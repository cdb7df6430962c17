"""The keeper: one job a folder, and a true report of how it ended."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]


def start_keeper(folder: Path, attempt: str = "job.1") -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "lorabench", str(folder)],
        env={
            **os.environ,
            "PYTHONPATH": str(REPOSITORY / "python"),
            "LORABENCH_ATTEMPT": attempt,
        },
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def report_of(folder: Path) -> dict[str, object]:
    value = json.loads((folder / "exit.json").read_text())
    assert isinstance(value, dict)
    return value


def test_a_job_that_fails_is_reported_with_its_exit_code(tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_text("{")
    assert start_keeper(tmp_path).wait(timeout=300) == 1
    assert report_of(tmp_path) | {"endedAt": 0} == {
        "exitCode": 1,
        "signal": None,
        "endedAt": 0,
        "attempt": "job.1",
    }


def test_a_second_keeper_of_the_same_attempt_starts_no_second_job(tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_text("{")
    keepers = [start_keeper(tmp_path), start_keeper(tmp_path)]
    assert [keeper.wait(timeout=300) for keeper in keepers] == [1, 1]
    lines = (tmp_path / "events.jsonl").read_text().splitlines()
    starts = [line for line in lines if json.loads(line).get("phase") == "starting"]
    assert len(starts) == 1


def test_the_next_attempt_is_a_job_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_text("{")
    start_keeper(tmp_path, "job.1").wait(timeout=300)
    start_keeper(tmp_path, "job.2").wait(timeout=300)
    assert report_of(tmp_path)["attempt"] == "job.2"
    lines = (tmp_path / "events.jsonl").read_text().splitlines()
    assert len([line for line in lines if json.loads(line).get("phase") == "starting"]) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="signals are a matter of POSIX")
def test_a_job_that_is_killed_is_reported_with_the_signal(tmp_path: Path) -> None:
    # A named pipe as specification: the job waits for it for ever, whatever the machine's speed.
    os.mkfifo(tmp_path / "spec.json")
    keeper = start_keeper(tmp_path)
    job = wait_for_child(keeper.pid)
    os.kill(job, signal.SIGKILL)
    assert keeper.wait(timeout=300) == 128 + signal.SIGKILL
    assert report_of(tmp_path)["signal"] == "SIGKILL"


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_the_job_dies_with_its_keeper(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "spec.json")
    keeper = start_keeper(tmp_path)
    job = wait_for_child(keeper.pid)
    until(lambda: (tmp_path / "events.jsonl").exists())
    keeper.kill()
    keeper.wait(timeout=300)
    until(lambda: not Path(f"/proc/{job}").exists() or state_of(job) == "Z")


def wait_for_child(pid: int) -> int:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    until(lambda: children.read_text().strip() != "")
    return int(children.read_text().split()[0])


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]


def until(condition: object, seconds: float = 300) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("last", "codes"),
    [
        (
            "libc++abi: terminating due to uncaught exception of type std::runtime_error: [METAL]"
            " Command buffer execution failed: Insufficient Memory"
            " (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)",
            ["out_of_memory"],
        ),
        ("Assertion failed: something else", []),
    ],
)
def test_a_job_that_is_aborted_for_want_of_memory_is_explained_by_its_keeper(
    last: str, codes: list[str], tmp_path: Path
) -> None:
    # As the job of an MLX run on a Mac ends (mlx, pull request 479).
    aborting = (
        "import os, sys\n"
        "if '--job' in sys.orig_argv:\n"
        f"    os.write(2, {last.encode() + b'.'!r})\n"
        "    os.abort()\n"
    )
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "sitecustomize.py").write_text(aborting)
    job = tmp_path / "job"
    job.mkdir()
    (job / "events.jsonl").write_text('{"seq": 7}\n')
    # What an earlier attempt said is not told again.
    (job / "worker.log").write_text("RuntimeError: out of memory\n")
    with (job / "worker.log").open("ab") as log:
        done = subprocess.run(
            [sys.executable, "-m", "lorabench", str(job)],
            env={
                **os.environ,
                "PYTHONPATH": f"{tmp_path / 'path'}{os.pathsep}{REPOSITORY / 'python'}",
            },
            stdout=log,
            stderr=log,
            check=False,
            timeout=60,
        )
    assert done.returncode == 128 + signal.SIGABRT
    assert report_of(job)["signal"] == "SIGABRT"
    told = [json.loads(line) for line in (job / "events.jsonl").read_text().splitlines()[1:]]
    assert [(event["seq"], event["code"]) for event in told] == [(8, code) for code in codes]
