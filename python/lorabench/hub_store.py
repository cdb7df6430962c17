"""One model's folder in the hub cache, which other tools read and write too.

Layout of huggingface_hub: ``blobs/HASH`` holds contents, ``snapshots/COMMIT/NAME`` links to them,
``refs/BRANCH`` names the commit. A file that is not whole is ``blobs/HASH.incomplete``.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from lorabench.errors import WorkerError
from lorabench.files import sync_file, sync_folder, write_bytes
from lorabench.hub_files import HubFile

MARGIN_BYTES = 1_000_000_000
"""Left free beside what a download needs."""


class HubStore:
    """Where the files of one model lie."""

    def __init__(self, cache: Path, source: str) -> None:
        name = f"models--{source.replace('/', '--')}"
        self._cache = cache
        self._folder = cache / name
        self._locks = cache / ".locks" / name
        self._blobs = self._folder / "blobs"

    def prepare(self) -> None:
        """Makes the folders."""
        self._blobs.mkdir(parents=True, exist_ok=True)
        self._locks.mkdir(parents=True, exist_ok=True)

    def blob(self, file: HubFile) -> Path:
        """Where the whole content belongs."""
        return self._blobs / file.hash

    def part(self, file: HubFile) -> Path:
        """Where it grows."""
        return self._blobs / f"{file.hash}.incomplete"

    def part_bytes(self, file: HubFile) -> int:
        """How much of a file is here already."""
        try:
            return min(self.part(file).stat().st_size, file.size)
        except OSError:
            return 0

    def existing(self, file: HubFile, commit: str) -> Path | None:
        """A whole file, by its size; where links do not work it lies in the snapshot itself."""
        for path in (self.blob(file), self._pointer(file, commit)):
            if path.is_file() and path.stat().st_size == file.size:
                return path
        return None

    def finish(self, file: HubFile) -> None:
        """The part is whole and checked: gives it its name."""
        part = self.part(file)
        sync_file(part)
        part.replace(self.blob(file))
        sync_folder(self._blobs)

    def discard_parts(self, files: list[HubFile]) -> None:
        """Deletes what is not whole, to give its space back."""
        for file in files:
            self.part(file).unlink(missing_ok=True)

    def require_room(self, missing: int) -> None:
        """Raises ``WorkerError`` unless the disk has room for ``missing`` bytes and a margin."""
        free = shutil.disk_usage(self._blobs).free
        if missing > 0 and free < missing + MARGIN_BYTES:
            raise WorkerError(
                "disk_full",
                f"The disk has no room: {_text(missing)} are to come and {_text(MARGIN_BYTES)}"
                f" must stay free, {_text(free)} are free.",
                "Free some space, or set HF_HUB_CACHE to a folder on another disk, and retry.",
                [str(self._cache)],
            )

    @asynccontextmanager
    async def lock(self, file: HubFile) -> AsyncIterator[None]:
        """Other tools that fetch the same content wait for this lock, as this waits for theirs."""
        lock = FileLock(self._locks / f"{file.hash}.lock")
        while True:
            try:
                lock.acquire(timeout=0)
                break
            except Timeout:
                await asyncio.sleep(0.2)
        try:
            yield
        finally:
            lock.release()

    def publish(self, files: list[HubFile], commit: str, revision: str) -> Path:
        """Links every file into the snapshot, then names the snapshot: from now on it is there."""
        for file in files:
            pointer = self._pointer(file, commit)
            pointer.parent.mkdir(parents=True, exist_ok=True)
            blob = self.blob(file)
            if not blob.exists():
                continue  # It lies in the snapshot already.
            if pointer.is_symlink() and pointer.resolve() == blob.resolve():
                continue
            pointer.unlink(missing_ok=True)
            try:
                pointer.symlink_to(os.path.relpath(blob, pointer.parent))
            except OSError:
                blob.replace(pointer)
        snapshot = self._folder / "snapshots" / commit
        sync_folder(snapshot)
        if revision != commit:
            reference = self._folder / "refs" / revision
            reference.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(reference, commit.encode())
        return snapshot

    def _pointer(self, file: HubFile, commit: str) -> Path:
        return self._folder / "snapshots" / commit / file.name


def _text(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"
