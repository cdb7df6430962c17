"""Writes the starter's text files, the same bytes for the same content."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path


def json_text(document: Mapping[str, object]) -> str:
    """Indented JSON with a final line end."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def json_lines_text(rows: Iterable[Mapping[str, object]]) -> str:
    """One compact JSON document a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write_text(path: Path, text: str) -> None:
    """Writes UTF-8 with plain line ends, making the folder first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
