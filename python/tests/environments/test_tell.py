"""What the installer tells from several threads at once stays one object a line."""

import json
import subprocess
import sys
from pathlib import Path

_TELL = """
import sys, threading
from lorabench.install_command import tell
sys.setswitchinterval(1e-6)
def many(name):
    for number in range(3000):
        tell("log", line=f"{name} {number}")
threads = [threading.Thread(target=many, args=(name,)) for name in "abc"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_messages_of_several_threads_are_never_mixed() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _TELL],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line)["line"] for line in told.stdout.splitlines()]
    assert sorted(lines) == sorted(f"{name} {n}" for name in "abc" for n in range(3000))
