"""Real installations of tiny wheels with the real venv, pip and uv."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from environment_support import Index, Installer, mounted

from lorabench.environment_files import installed_versions, interpreter, read_stamp

Install = Callable[..., Installer]


def beside(folder: Path) -> list[str]:
    """Everything in the folder of environments but its lock file."""
    return sorted(path.name for path in folder.parent.iterdir() if not path.name.endswith(".lock"))


def processes_naming(folder: Path) -> list[str]:
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in found.stdout.splitlines() if str(folder.parent) in line]


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def test_a_new_environment_holds_what_its_lock_says_and_tells_how_far_it_is(
    install: Install, folder: Path
) -> None:
    installer = install()
    assert installer.end()["kind"] == "done"
    versions = installed_versions(folder)
    assert {name: versions[name] for name in ("alpha", "beta", "gamma")} == {
        "alpha": "1.0", "beta": "2.0", "gamma": "3.0",
    }  # fmt: skip
    stamp = read_stamp(folder)
    assert (stamp["mlx"], stamp["diskBytes"] > 1e6) == ("h1", True)
    assert beside(folder) == ["mlx"]
    shares = [message["share"] for message in installer.said("progress")]
    assert shares == sorted(shares)
    assert installer.said("progress")[-1] | {"share": 1} == {
        "kind": "progress", "share": 1, "done": 3, "total": 3, "totalBytes": None,
        "bytes": installer.said("progress")[-1]["bytes"],
        "message": "Installing, 3 of 3 packages installed",
    }  # fmt: skip


def test_its_interpreter_and_its_scripts_work_where_it_lies_in_the_end(
    install: Install, folder: Path
) -> None:
    assert install().end()["kind"] == "done"
    said = subprocess.run(
        [interpreter(folder), "-c", "import alpha, sys; print(alpha.version, sys.prefix)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.split() == ["1.0", str(folder)]
    script = (folder / "bin" / "alpha-say").read_text().splitlines()[0]
    assert Path(script.removeprefix("#!")).resolve().exists()
    assert str(folder) in script
    assert ".new-" not in (folder / "pyvenv.cfg").read_text()


@pytest.mark.parametrize("way", ["cancel", "hang up", "terminate"])
def test_a_cancelled_installation_leaves_nothing_behind(
    way: str, install: Install, index: Index, folder: Path
) -> None:
    index.endless = "gamma"
    installer = install()
    assert index.asked.wait(300)
    if way == "cancel":
        installer.say("cancel")
    elif way == "hang up":
        installer.hang_up()
    else:
        installer.process.terminate()
    assert installer.end()["exit"] == 3
    assert beside(folder) == []
    until(lambda: processes_naming(folder) == [])


def test_a_killed_installer_leaves_no_writer_and_the_next_one_begins_anew(
    install: Install, index: Index, folder: Path
) -> None:
    index.endless = "gamma"
    first = install()
    assert index.asked.wait(300)
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    until(lambda: processes_naming(folder) == [])
    [left] = beside(folder)
    assert left.startswith(".mlx.new-")
    assert read_stamp(folder.parent / left) == {"unfinished": True}
    index.endless = None
    assert install().end()["kind"] == "done"
    assert beside(folder) == ["mlx"]


def test_mending_leaves_the_old_environment_at_work_until_the_new_one_is_complete(
    install: Install, index: Index, complete: Path
) -> None:
    folder = complete
    (folder / "mine.txt").write_text("of the first")
    index.endless = "gamma"
    second = install()
    assert index.asked.wait(300)
    assert (folder / "mine.txt").exists()
    second.say("cancel")
    assert second.end()["kind"] == "cancelled"
    assert (folder / "mine.txt").exists()
    index.endless = None
    third = install(askBeforeSwap=True)
    until(lambda: bool(third.said("built")))
    assert (folder / "mine.txt").exists()
    third.say("swap")
    assert third.end()["kind"] == "done"
    assert not (folder / "mine.txt").exists()
    assert beside(folder) == ["mlx"]


def test_cut_off_between_the_renames_the_old_environment_comes_back(
    install: Install, complete: Path
) -> None:
    folder = complete
    (folder / "mine.txt").write_text("of the first")
    folder.rename(folder.parent / ".mlx.old-12345")
    # Complete, so that nothing is to be done but to bring it back.
    assert install(bring=True).end()["kind"] == "done"
    assert (folder / "mine.txt").exists()
    assert beside(folder) == ["mlx"]


def test_two_at_once_never_write_into_one_folder(
    install: Install, index: Index, folder: Path
) -> None:
    index.endless = "gamma"
    first = install()
    assert index.asked.wait(300)
    second = install(waitSeconds=0.5)
    end = second.end()
    assert (end["kind"], end["code"]) == ("error", "busy")
    assert "Another installation" in second.said("say")[0]["text"]
    third = install(waitSeconds=300)
    until(lambda: bool(third.said("say")))
    index.endless = None
    first.say("cancel")
    assert first.end()["kind"] == "cancelled"
    assert third.end()["kind"] == "done"


def test_a_disk_that_is_too_small_is_refused_before_anything_is_made(
    install: Install, folder: Path
) -> None:
    installer = install(diskBytes=10**15, downloadBytes=10**14)
    end = installer.end()
    assert (end["kind"], end["code"]) == ("error", "disk_full")
    assert "needs 1100000.0 GB" in end["why"]
    assert beside(folder) == []


def test_a_disk_that_fills_up_meanwhile_is_told_and_left_empty(
    install: Install, index: Index, tmp_path: Path, order: Callable[..., dict[str, Any]]
) -> None:
    index.add("huge", "1.0", padding=60_000_000)
    lock = tmp_path / "huge.txt"
    lock.write_text("huge==1.0\n")
    with mounted(tmp_path / "small", 70) as worked:
        if not worked:
            pytest.skip("this user may not mount a small file system")
        installer = install(
            folder=str(tmp_path / "small" / "mlx"),
            locks=[{"name": "mlx", "file": str(lock), "hash": "h"}],
        )
        end = installer.end()
        assert (end["kind"], end["code"]) == ("error", "disk_full")
        assert "Make room" in end["fix"]
        assert beside(tmp_path / "small" / "mlx") == []


def test_without_a_network_it_says_so(install: Install, folder: Path) -> None:
    end = install({"PIP_INDEX_URL": "http://127.0.0.1:9/simple"}).end()
    assert (end["kind"], end["code"]) == ("error", "no_network")
    assert end["log"]
    assert beside(folder) == []


def test_a_package_without_a_build_is_named(install: Install, tmp_path: Path, folder: Path) -> None:
    lock = tmp_path / "none.txt"
    lock.write_text("alpha==1.0\ndelta==9.0\n")
    end = install(locks=[{"name": "mlx", "file": str(lock), "hash": "h"}]).end()
    assert (end["code"], "delta" in end["why"]) == ("no_build", True)
    assert beside(folder) == []


def test_a_folder_that_is_no_environment_is_never_overwritten(
    install: Install, folder: Path
) -> None:
    folder.mkdir(parents=True)
    (folder / "thesis.txt").write_text("years of work")
    end = install().end()
    assert (end["kind"], end["code"]) == ("error", "in_the_way")
    assert (folder / "thesis.txt").read_text() == "years of work"


def test_bringing_adds_to_what_works_and_stamps_what_is_complete(
    install: Install, index: Index, tmp_path: Path, complete: Path
) -> None:
    folder = complete
    tools = tmp_path / "dev.txt"
    tools.write_text("tool==4.0\n")
    index.add("tool", "4.0")
    locks = [{"name": "dev", "file": str(tools), "hash": "h2"}]
    (folder / "mine.txt").write_text("kept")
    assert install(bring=True, locks=locks).end()["kind"] == "done"
    stamp = read_stamp(folder)
    assert (stamp["mlx"], stamp["dev"], (folder / "mine.txt").exists()) == ("h1", "h2", True)
    # Complete already: no installer is asked.
    locks = [{"name": "dev", "file": str(tools), "hash": "h3"}]
    last = install({"PIP_INDEX_URL": "http://127.0.0.1:9/simple"}, bring=True, locks=locks)
    assert last.end()["kind"] == "done"
    assert read_stamp(folder)["dev"] == "h3"


def test_an_environment_whose_installation_was_cut_off_is_made_anew(
    install: Install, complete: Path
) -> None:
    folder = complete
    (folder / "lorabench.json").write_text(json.dumps({"unfinished": True}))
    (folder / "mine.txt").write_text("half")
    assert install(bring=True).end()["kind"] == "done"
    assert not (folder / "mine.txt").exists()


def test_torch_comes_from_the_first_index_that_answers(
    install: Install, index: Index, tmp_path: Path, folder: Path
) -> None:
    index.add("torch", "2.0")
    other = Index()
    other.add("torch", "2.0+special", requires=("companion==1.0",))
    other.add("companion", "1.0")
    lock = tmp_path / "torch.txt"
    lock.write_text("alpha==1.0\ntorch==2.0\n")
    silent = {"title": "The silent index", "url": "http://127.0.0.1:9/simple"}
    special = {"title": "The special index", "url": other.url}
    try:
        installer = install(
            locks=[{"name": "torch-rocm", "file": str(lock), "hash": "h"}],
            sources=[silent, special, {"title": "the usual one", "url": None}],
        )
        assert installer.end()["kind"] == "done"
    finally:
        other.close()
    versions = installed_versions(folder)
    assert (versions["torch"], versions["companion"]) == ("2.0+special", "1.0")
    assert read_stamp(folder)["source"] == "The special index"
    said = [message["text"] for message in installer.said("say")]
    assert "The silent index does not answer" in said[0]
    assert "The special index" in said[1]


def test_without_any_index_that_has_the_build_it_is_refused(
    install: Install, tmp_path: Path, folder: Path
) -> None:
    lock = tmp_path / "torch.txt"
    lock.write_text("torch==2.0\n")
    silent = {"title": "PyTorch's ROCm index", "url": "http://127.0.0.1:9/simple"}
    end = install(
        locks=[{"name": "torch-rocm", "file": str(lock), "hash": "h"}], sources=[silent]
    ).end()
    assert end["code"] == "no_network"
    assert end["why"].startswith("PyTorch's ROCm index does not answer")
    assert beside(folder) == []


def _uv() -> str | None:
    found = shutil.which("uv")
    own = Path(sys.executable).parent / "uv"
    return found or (str(own) if own.exists() else None)


@pytest.mark.skipif(_uv() is None, reason="uv is not installed")
def test_uv_makes_the_same_environment(install: Install, folder: Path) -> None:
    installer = install(uv=_uv())
    assert installer.end()["kind"] == "done"
    versions = installed_versions(folder)
    assert ("pip" in versions, versions["beta"]) == (False, "2.0")
    assert installer.said("progress")[-1]["done"] == 3
    assert beside(folder) == ["mlx"]
    script = (folder / "bin" / "alpha-say").read_text()
    assert ".new-" not in script
    assert list(folder.glob("lib/python3*/site-packages/__pycache__/alpha.*.pyc"))


def test_pip_takes_over_where_uv_fails(install: Install, tmp_path: Path, folder: Path) -> None:
    broken = tmp_path / "uv"
    broken.write_text("#!/bin/sh\necho error: broken >&2\nexit 2\n")
    broken.chmod(0o755)
    installer = install(uv=str(broken))
    assert installer.end()["kind"] == "done"
    assert installed_versions(folder)["alpha"] == "1.0"
    assert any("trying pip: error: broken" in message["text"] for message in installer.said("say"))


def test_settings_for_other_environments_do_not_lead_elsewhere(
    install: Install, folder: Path
) -> None:
    variables = {"PIP_USER": "1", "PYTHONPATH": os.devnull, "VIRTUAL_ENV": "/nowhere"}
    assert install({**variables, "PYTHONPATH": ""}).end()["kind"] == "done"
    assert installed_versions(folder)["alpha"] == "1.0"
