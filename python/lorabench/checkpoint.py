"""Checkpoints that are complete or absent: written aside, hashed, synced, renamed.

A checkpoint exists when its ``manifest.json`` does and every file has the size and SHA-256 written
there. The newest broken one is passed over in favour of the one before.
"""

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from lorabench.files import sha256_of, sync_file, sync_folder
from lorabench.schemas import CheckpointManifest

FOLDER = "checkpoints"
_MANIFEST = "manifest.json"
_ASIDE = ".writing-"
_BROKEN = ".broken-"


@dataclass(frozen=True)
class SavedCheckpoint:
    """A checkpoint just written; ``path`` is relative to the run's folder."""

    path: str
    bytes: int
    seconds: float


@dataclass(frozen=True)
class FoundCheckpoint:
    """The newest complete checkpoint, if any, and what was wrong with newer ones."""

    step: int = 0
    folder: Path | None = None
    broken: list[str] = field(default_factory=list)


def save_folder(final: Path, write: Callable[[Path], None]) -> list[Path]:
    """Lets ``write`` fill a folder beside ``final``, syncs it, then puts it in place of ``final``.

    Returns the files, relative to ``final``. Whatever fails, no half-written folder stays behind.
    """
    aside = final.with_name(_ASIDE + final.name)
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        write(aside)
        files = sorted(path for path in aside.rglob("*") if path.is_file())
        for path in files:
            sync_file(path)
        for folder in {path.parent for path in files}:
            sync_folder(folder)
        replaced = final.with_name(_BROKEN + final.name)
        if final.exists():
            shutil.rmtree(replaced, ignore_errors=True)
            final.rename(replaced)
        aside.rename(final)
        sync_folder(final.parent)
        shutil.rmtree(replaced, ignore_errors=True)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return [path.relative_to(aside) for path in files]


def save_checkpoint(run: Path, step: int, write: Callable[[Path], None]) -> SavedCheckpoint:
    """Writes ``checkpoints/step-<n>``; ``write`` puts everything but the manifest into a folder."""
    started = time.monotonic()
    total = 0

    def write_with_manifest(folder: Path) -> None:
        nonlocal total
        write(folder)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        manifest = {
            "schemaVersion": 1,
            "step": step,
            "createdAt": int(time.time() * 1000),
            "files": {
                path.relative_to(folder).as_posix(): {
                    "bytes": path.stat().st_size,
                    "sha256": sha256_of(path),
                }
                for path in files
            },
        }
        total = sum(path.stat().st_size for path in files)
        (folder / _MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")

    final = run / FOLDER / f"step-{step}"
    save_folder(final, write_with_manifest)
    return SavedCheckpoint(f"{FOLDER}/{final.name}", total, time.monotonic() - started)


def find_checkpoint(run: Path) -> FoundCheckpoint:
    """Looks from the newest to the oldest; also removes what a killed save left aside."""
    folder = run / FOLDER
    if not folder.is_dir():
        return FoundCheckpoint()
    for leftover in [*folder.glob(_ASIDE + "*"), *folder.glob(_BROKEN + "*")]:
        shutil.rmtree(leftover, ignore_errors=True)
    broken: list[str] = []
    for step, path in sorted(_steps(folder), reverse=True):
        reason = what_is_broken(path, step)
        if reason is None:
            return FoundCheckpoint(step, path, broken)
        broken.append(f"{path.name}: {reason}")
    return FoundCheckpoint(broken=broken)


def prune(run: Path, keep: int) -> None:
    """Deletes the oldest checkpoints beyond ``keep``; the newest is never deleted."""
    for _, path in sorted(_steps(run / FOLDER))[: -max(keep, 1)]:
        # Without its manifest it no longer counts as complete, however far the deletion gets.
        (path / _MANIFEST).unlink(missing_ok=True)
        shutil.rmtree(path, ignore_errors=True)


def what_is_broken(folder: Path, step: int) -> str | None:
    """Why a checkpoint cannot be used, or None when it is complete."""
    try:
        manifest = CheckpointManifest.model_validate_json((folder / _MANIFEST).read_bytes())
    except FileNotFoundError:
        return "it has no manifest, so writing it was interrupted"
    except (OSError, ValidationError):
        return "its manifest cannot be read"
    if manifest.step != step:
        return f"its manifest is of step {manifest.step}"
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        if path.stat().st_size != expected.bytes:
            return f"{name} has {path.stat().st_size} bytes instead of {expected.bytes}"
        if sha256_of(path) != expected.sha256:
            return f"{name} has changed since it was written"
    return None


def _steps(folder: Path) -> list[tuple[int, Path]]:
    found: list[tuple[int, Path]] = []
    for path in folder.glob("step-*"):
        number = path.name.removeprefix("step-")
        if path.is_dir() and number.isdecimal():
            found.append((int(number), path))
    return found
