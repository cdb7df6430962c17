"""The order that whoever starts the installer writes on its stdin."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Lock:
    """A list of pinned packages and the hash that the stamp will hold."""

    name: str
    file: Path
    hash: str


@dataclass(frozen=True)
class Order:
    """What to install where."""

    name: str
    folder: Path
    locks: list[Lock]
    bring: bool
    """Add to an environment that works instead of making it anew; stamp a complete one."""
    sources: list[dict[str, str | None]]
    """Where torch comes from, the best first: ``{title, url}``; no url: the usual index."""
    uv: str | None
    dependencies: bool
    """False where the lock is complete and what its packages ask for would bring too much."""
    download_bytes: int | None
    disk_bytes: int | None
    wait_seconds: float
    ask_before_swap: bool


def read_order(line: str) -> Order:
    """Parses the line."""
    value = json.loads(line)
    return Order(
        name=value["name"],
        folder=Path(value["folder"]),
        locks=[Lock(lock["name"], Path(lock["file"]), lock["hash"]) for lock in value["locks"]],
        bring=value.get("bring", False),
        sources=value.get("sources", []),
        uv=value.get("uv"),
        dependencies=value.get("dependencies", True),
        download_bytes=value.get("downloadBytes"),
        disk_bytes=value.get("diskBytes"),
        wait_seconds=value.get("waitSeconds", 10),
        ask_before_swap=value.get("askBeforeSwap", False),
    )
