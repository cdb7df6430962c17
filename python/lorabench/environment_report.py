"""``environment.json``: what the numbers of a job were made with."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from lorabench.files import write_bytes
from lorabench.schemas import EnvironmentReport

_LIBRARIES = ["torch", "mlx", "mlx-lm", "xllamacpp", "transformers", "peft", "trl", "bitsandbytes",
              "tokenizers", "safetensors", "numpy", "pydantic"]  # fmt: skip


def write_environment(
    folder: Path,
    *,
    device: str,
    driver: str | None,
    seed: int,
    threads: int,
    model_hash: str | None = None,
    corpus_hash: str | None = None,
    benchmark_hash: str | None = None,
) -> None:
    """Writes the report of this process into the job's folder."""
    libraries: dict[str, str] = {}
    for name in _LIBRARIES:
        try:
            libraries[name] = version(name)
        except PackageNotFoundError:
            continue
    report = EnvironmentReport(
        device=device,
        driver=driver,
        platform=f"{platform.platform()}, {platform.machine()}, {os.cpu_count()} cores",
        python=platform.python_version(),
        libraries=libraries,
        seed=seed,
        threads=threads,
        modelHash=model_hash,
        corpusHash=corpus_hash,
        benchmarkHash=benchmark_hash,
    )
    write_bytes(folder / "environment.json", (report.model_dump_json(indent=2) + "\n").encode())
