"""Which files of a model on the hub are fetched: nothing that runs code, nothing below a folder."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lorabench.errors import WorkerError

INDEX = "model.safetensors.index.json"
_SINGLE = "model.safetensors"
_SHARD = re.compile(r"model-\d+-of-\d+\.safetensors")
_PLAIN = re.compile(r"[\w-][\w.-]*")
_PICKLE = re.compile(r".*\.(bin|pt|pth|ckpt|pkl|pickle)")
_TOKENIZER = re.compile(r"merges\.txt|vocab\.txt|tokenizer\.model|[\w.-]+\.(jinja|tiktoken)")
_OTHER_INDEX = re.compile(r".*\.(bin|h5|pt)\.index\.json")
_BLOCK = 1 << 22


@dataclass(frozen=True)
class HubFile:
    """A file with its size; ``hash`` is sha256 for a large file, git's sha1 for a small one."""

    name: str
    size: int
    hash: str

    def matches(self, path: Path, is_cancelled: Callable[[], bool]) -> bool:
        """Whether the content at ``path`` is this file's. Raises ``InterruptedError``."""
        if path.stat().st_size != self.size:
            return False
        large = len(self.hash) == 64
        digest = hashlib.sha256() if large else hashlib.sha1(usedforsecurity=False)
        if not large:
            # A git blob is hashed with this head: git-scm.com, "Git Internals - Git Objects".
            digest.update(f"blob {self.size}\0".encode())
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                if is_cancelled():
                    raise InterruptedError
                digest.update(block)
        return digest.hexdigest() == self.hash


def weight_files(names: list[str]) -> list[str]:
    """The weights to load, as Transformers chooses them; some models come in two layouts."""
    if _SINGLE in names:
        return [_SINGLE]
    if INDEX in names:
        return sorted(name for name in names if _SHARD.fullmatch(name))
    return sorted(
        name for name in names if name.endswith(".safetensors") and not name.startswith("adapter")
    )


def wanted_files(source: str, siblings: list[dict[str, Any]]) -> list[HubFile]:
    """What is fetched of the files that the hub lists. Raises ``WorkerError``."""
    names = [str(sibling.get("rfilename", "")) for sibling in siblings]
    plain = [name for name in names if _PLAIN.fullmatch(name)]
    weights = weight_files(plain)
    if not weights:
        raise _no_weights(source, names)
    wanted = []
    for sibling in siblings:
        name = str(sibling.get("rfilename", ""))
        is_json = name.endswith(".json") and not _OTHER_INDEX.fullmatch(name)
        if name in plain and (name in weights or is_json or _TOKENIZER.fullmatch(name)):
            wanted.append(_file(source, sibling))
    return sorted(wanted, key=lambda file: file.size)


def _file(source: str, sibling: dict[str, Any]) -> HubFile:
    lfs = sibling.get("lfs") or {}
    size, digest = lfs.get("size", sibling.get("size")), lfs.get("sha256", sibling.get("blobId"))
    is_hash = isinstance(digest, str) and re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", digest)
    if not isinstance(size, int) or size < 0 or not is_hash:
        raise WorkerError(
            "bad_hub",
            f"The hub does not tell size and hash of {sibling.get('rfilename')} in {source}.",
            "Without them a download cannot be checked. Use the public hub, or a mirror that"
            " answers ?blobs=true.",
        )
    return HubFile(str(sibling["rfilename"]), size, str(digest))


def _no_weights(source: str, names: list[str]) -> WorkerError:
    if any(_PICKLE.fullmatch(name) for name in names):
        return WorkerError(
            "pickle_only",
            f"The weights of {source} are pickled files (.bin, .pt) alone, which can run code when"
            " they are loaded.",
            "Choose a version with *.safetensors, or convert it and add its folder.",
        )
    return WorkerError(
        "bad_model", f"{source} has no weights (*.safetensors).", "Choose another version of it."
    )


def require_all_shards(index: Path, files: list[HubFile]) -> None:
    """Raises ``WorkerError`` when the index names a file that the hub does not list."""
    try:
        named = set(json.loads(index.read_bytes())["weight_map"].values())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise WorkerError(
            "bad_model", f"{INDEX} cannot be read.", "Choose another version of the model."
        ) from error
    missing = sorted(named - {file.name for file in files})
    if missing:
        raise WorkerError(
            "bad_model",
            ("A weight file is" if len(missing) == 1 else f"{len(missing)} weight files are")
            + " missing on the hub itself.",
            "Choose another revision of the model.",
            missing[:10],
        )
