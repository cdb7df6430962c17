"""Exports a run: its adapter folded into the weights of its base model, as a folder of its own.

The folder is in Hugging Face layout. It is written aside, hashed, synced, given its manifest and
only then its name; what lies at that name already is never touched.

An adapter that was trained on 4-bit weights is folded into what these weights stand for, not into
the base's original ones: it was trained to correct the former, and they are what the lab measured.
The error of quantizing would otherwise come back as a change that nobody has trained or evaluated.
"""

import hashlib
import json
import math
import shutil
import struct
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from pydantic import ValidationError

from lorabench import schemas
from lorabench.control import StopRequest
from lorabench.errors import WorkerError, is_out_of_memory
from lorabench.events import EventWriter, Pulse
from lorabench.files import sha256_of, sync_file, sync_folder
from lorabench.model_folder import check_model_folder
from lorabench.recipe import Outcome
from lorabench.schemas import ExportManifest, ExportSpec

MANIFEST = "lorabench-export.json"
_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
_SPARE = 64 << 20
"""Bytes that the disk must have left for tokenizer, configuration and everything else."""
_TOKENIZER = {
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "chat_template.json",
    "merges.txt",
    "vocab.txt",
    "tokenizer.model",
}
_TOKENIZER_ENDINGS = (".jinja", ".tiktoken")
_TERMS = ("license", "licence", "notice")
_GENERATION = "generation_config.json"


class StopError(Exception):
    """Somebody asked for an end; what was written is taken away again."""


class Teller:
    """Tells how far it is, and ends the job where it is asked to."""

    def __init__(self, events: EventWriter, stop: StopRequest) -> None:
        self._events = events
        self._stop = stop
        self.layers = 0

    def phase(self, phase: str, message: str) -> None:
        """Tells what comes next."""
        self._check()
        self._events.emit(schemas.PhaseEvent, phase=phase, message=message)

    def layer(self, done: int, total: int) -> None:
        """After each layer that the adapter was folded into."""
        self.layers = done
        message = f"folded {done} of {total} layers"
        self._events.emit(
            schemas.ProgressEvent, done=done, total=total, unit="layers", message=message
        )
        self._check()

    def bytes(self, done: int, total: int, message: str) -> None:
        """Before and after each file."""
        self._events.emit(
            schemas.ProgressEvent, done=done, total=total, unit="bytes", message=message
        )
        self._check()

    def _check(self) -> None:
        if self._stop.is_set():
            raise StopError


class Merge(Protocol):
    """What a backend does: folds the adapter in and writes weights and ``config.json``."""

    def __call__(self, spec: ExportSpec, folder: Path, teller: Teller) -> None:
        """``folder`` is there and empty."""
        ...


def export_model(
    folder: Path, spec: ExportSpec, events: EventWriter, pulse: Pulse, stop: StopRequest
) -> Outcome:
    """Makes ``spec.outPath``. Raises ``WorkerError`` for what the user can put right."""
    del folder, pulse
    started = time.monotonic()
    out = Path(spec.outPath)
    teller = Teller(events, stop)
    if _is_done(out, spec):
        return Outcome(0, completed=True)
    _require_free(out)
    base = Path(spec.base.path)
    check_model_folder(base)
    aside = out.with_name(f".writing-{spec.id}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        require_room(out.parent, base, spec)
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        teller.phase("loading_model", f"Loading {base}")
        _merge_of(spec)(spec, aside, teller)
        _copy_from(base, aside)
        _complete(aside, out, spec, teller, started)
    except StopError:
        return Outcome(teller.layers, completed=False)
    except OSError as error:
        raise _cannot_write(out, error) from error
    except Exception as error:
        if is_out_of_memory(error):
            raise _no_memory(base, spec, error) from error
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Outcome(teller.layers, completed=True)


def _merge_of(spec: ExportSpec) -> Merge:
    if spec.backend == "mlx":
        from lorabench.merge_mlx import merge as merge_mlx

        return merge_mlx
    from lorabench.merge_torch import merge as merge_torch

    return merge_torch


def _is_done(out: Path, spec: ExportSpec) -> bool:
    """An earlier attempt may have been killed after it had put everything in place."""
    try:
        manifest = ExportManifest.model_validate_json((out / MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return False
    return manifest.id == spec.id


def _require_free(out: Path) -> None:
    if out.exists() or out.is_symlink():
        raise WorkerError(
            "already_there",
            f"There is already something at {out}.",
            "An export never overwrites what is there: move it away, or name another folder.",
        )


def parameters_in(base: Path) -> int:
    """How many numbers the weight files hold; only their heads are read."""
    total = 0
    single = base / "model.safetensors"
    # Some folders hold their weights a second time, in another layout.
    shards = [single] if single.exists() else list(base.glob("model-*-of-*.safetensors"))
    for path in shards or base.glob("*.safetensors"):
        with path.open("rb") as file:
            (size,) = struct.unpack("<Q", file.read(8))
            head = json.loads(file.read(size))
        total += sum(
            math.prod(entry["shape"]) for name, entry in head.items() if name != "__metadata__"
        )
    return total


def require_room(place: Path, base: Path, spec: ExportSpec) -> None:
    """Raises ``WorkerError`` (``disk_full``) before anything is written."""
    needed = parameters_in(base) * _BYTES[spec.precision] + _SPARE
    free = shutil.disk_usage(place).free
    if free < needed:
        raise WorkerError(
            "disk_full",
            f"The merged model needs {needed / 1e9:.1f} GB on the disk of {place}, which has"
            f" {free / 1e9:.1f} GB left.",
            "Make room, or export to another disk with --out. Nothing was written.",
        )


def _copy_from(base: Path, folder: Path) -> None:
    """Tokenizer, settings of generation and terms of use, as they are, byte for byte."""
    (folder / _GENERATION).unlink(missing_ok=True)
    for path in sorted(base.iterdir()):
        name = path.name
        wanted = (
            name in _TOKENIZER
            or name == _GENERATION
            or name.endswith(_TOKENIZER_ENDINGS)
            or name.lower().startswith(_TERMS)
        )
        if wanted and path.is_file():
            shutil.copyfile(path, folder / name)


def _complete(aside: Path, out: Path, spec: ExportSpec, teller: Teller, started: float) -> None:
    """Hashes and syncs what was written, writes the manifest, gives the folder its name."""
    paths = sorted(path for path in aside.iterdir() if path.is_file())
    sizes = {path: path.stat().st_size for path in paths}
    total = sum(sizes.values())
    files: dict[str, dict[str, object]] = {}
    done = 0
    for path in paths:
        teller.bytes(done, total, f"checking {path.name}")
        sync_file(path)
        files[path.name] = {"bytes": sizes[path], "sha256": sha256_of(path)}
        done += sizes[path]
    manifest = ExportManifest.model_validate(
        {
            **spec.model_dump(exclude={"kind", "adapterPath", "outPath", "device"}),
            "createdAt": _now(),
            "bytes": total,
            "hash": _hash_of({name: str(file["sha256"]) for name, file in files.items()}),
            "seconds": time.monotonic() - started,
            "files": files,
        }
    )
    path = aside / MANIFEST
    path.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    sync_file(path)
    sync_folder(aside)
    teller.bytes(total, total, f"{total / 1e9:.1f} GB written")
    # A second export may have been faster, and POSIX would replace an empty folder in silence.
    _require_free(out)
    aside.rename(out)
    sync_folder(out.parent)


def _hash_of(files: dict[str, str]) -> str:
    """As the lab hashes a base model: what decides what it says, and no terms of use."""
    lines = [
        f"{name} {sha256}"
        for name, sha256 in sorted(files.items())
        if not name.lower().startswith(_TERMS)
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _cannot_write(out: Path, error: OSError) -> BaseException:
    if isinstance(error, PermissionError):
        return WorkerError(
            "cannot_write",
            f"The export cannot be written to {out.parent}.",
            "Choose a folder that you may write to, with --out.",
            [str(error)],
        )
    return error


def _no_memory(base: Path, spec: ExportSpec, error: Exception) -> WorkerError:
    needed = parameters_in(base) * _BYTES[spec.precision]
    return WorkerError(
        "out_of_memory",
        f"Memory ran out: the whole model has {needed / 1e9:.1f} GB in {spec.precision}.",
        "Close other programs, wait for a training that runs, or export on a machine with more"
        " memory. Nothing was left behind.",
        [(str(error).splitlines() or [type(error).__name__])[0]],
    )
