"""Locks and the words of failures, without installing anything."""

import platform
from pathlib import Path

import pytest

from lorabench.environment_files import Pin, read_pins
from lorabench.install_command import Following
from lorabench.install_problem import explain


def test_a_lock_is_read_with_the_markers_of_this_system(tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    here = platform.system()
    lock.write_text(
        f'# a comment\nalpha==1.0\nbeta_b==2.0; platform_system == "{here}"\n'
        f'gamma==3.0 ; platform_system != "{here}"\ndelta==4.0  # why\n--index-url x\n'
    )
    assert read_pins(lock) == [Pin("alpha", "1.0"), Pin("beta_b", "2.0"), Pin("delta", "4.0")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "disk_full"),
        ("error: failed to write: No space left on device (os error 28)", "disk_full"),
        ("OSError: [Errno 122] Disk quota exceeded", "disk_full"),
        ("PermissionError: [Errno 13] Permission denied: '/usr/lib'", "permission"),
        ("Retrying after connection broken by 'NewConnectionError(...)'", "no_network"),
        ("error: dns error: failed to lookup address information", "no_network"),
        ("ERROR: No matching distribution found for torch==2.13.0", "no_build"),
        ("something else", "failed"),
    ],
)
def test_failures_are_told_apart_by_what_the_installer_said(line: str, code: str) -> None:
    problem = explain("mlx", "/environments", "ended with exit code 1", ["first", line])
    assert problem.code == code
    assert problem.log == ["first", line]
    assert all([problem.what, problem.why, problem.fix])


def test_how_far_it_is_follows_the_bytes_and_never_goes_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    following = Following(tmp_path, [Pin("torch", "2.0"), Pin("beta", "1.0")], 200_000_000)
    shares = []
    for line in [
        "Collecting torch==2.0",
        "  Downloading torch-2.0-py3-none-any.whl (190.0 MB)",
        "Progress 95000000 of 190000000",
        "Progress 190000000 of 190000000",
        "Collecting beta==1.0",
        "  Downloading beta-1.0-py3-none-any.whl (10.0 MB)",
        "Installing collected packages: torch, beta",
    ]:
        following.line(line)
        following.look()
        shares.append(capsys.readouterr().out)
    assert '"bytes": 95000000' in shares[2]
    assert "Downloading torch-2.0 (190.0 MB)" in shares[2]
    assert '"share": 0.6' in shares[-1]
