"""Files that are either whole or absent, also after a crash or a power cut."""

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any


def sync_file(path: Path) -> None:
    """Waits until the content of ``path`` is on the disk."""
    descriptor = os.open(path, os.O_RDONLY if sys.platform != "win32" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Waits until the names in ``path`` are on the disk; Windows has no such call."""
    if sys.platform != "win32":
        sync_file(path)


def write_bytes(path: Path, content: bytes) -> None:
    """Writes ``content`` aside, syncs it, and renames it to ``path``."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_json(path: Path, value: Any) -> None:  # noqa: ANN401 (whatever JSON can hold)
    """Writes ``value`` as indented JSON, atomically."""
    write_bytes(path, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())


def sha256_of(path: Path) -> str:
    """Hexadecimal SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
