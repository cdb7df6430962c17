"""Rehearsals under MLX, on this machine's CPU."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from rehearsal_support import ALL_LINEAR, STARTER, rehearse_spec
from support import Json, events_of, make_job
from support_mlx import DEVICE, needs_mlx, run_mlx

from lorabench.schemas import RehearsalResult

pytestmark = needs_mlx


def spec_of(folder: Path, **changes: Any) -> Json:
    device = {**DEVICE, "architecture": None}
    return rehearse_spec(folder, backend="mlx", device=device, steps=1, **changes)


def result_of(job: Path) -> Json:
    value = json.loads((job / "result.json").read_bytes())
    RehearsalResult.model_validate(value)
    return dict(value)


@pytest.fixture
def shape(tmp_path: Path) -> Path:
    folder = tmp_path / "shape"
    folder.mkdir()
    shutil.copy(STARTER / "config.json", folder)
    return folder


@pytest.mark.parametrize("quantization", ["none", "mlx4"])
def test_it_measures_from_a_configuration_alone(
    quantization: str, shape: Path, tmp_path: Path
) -> None:
    spec = spec_of(
        shape,
        adapter__targetModules=ALL_LINEAR,
        quantization__kind=quantization,
        batch__maxLength=64,
        batch__effective=4,
        batch__micro=2,
        batch__gradientCheckpointing=quantization == "mlx4",
    )
    job = make_job(tmp_path / "job", spec)
    assert run_mlx(job) == 0
    result = result_of(job)
    assert result["parameters"] - result["trainableParameters"] == 3_543_296
    assert result["tokensPerStep"] == 4 * 64
    assert 0 < result["buildPeakBytes"] < result["peakMemoryBytes"]
    assert any("speed of a Mac" in note for note in result["notes"])
    layers = [e["done"] for e in events_of(job, "progress") if e["unit"] == "layers"]
    assert layers == [0, 1, 2, 3, 4]


def test_the_full_precision_model_never_exists(shape: Path, tmp_path: Path) -> None:
    config = json.loads((shape / "config.json").read_text())
    larger = {"hidden_size": 512, "intermediate_size": 2048, "num_hidden_layers": 12}
    config |= {**larger, "layer_types": ["full_attention"] * 12}
    (shape / "config.json").write_text(json.dumps(config))
    small = {"batch__maxLength": 8, "batch__effective": 1, "batch__micro": 1}
    peaks = []
    for kind in ("none", "mlx4"):
        spec = spec_of(shape, quantization__kind=kind, batch__accumulation=1, **small)
        job = make_job(tmp_path / kind, spec)
        assert run_mlx(job) == 0
        peaks.append(result_of(job)["buildPeakBytes"])
    assert peaks[0] > 45e6 * 4
    assert peaks[1] < 0.35 * peaks[0]


@pytest.mark.parametrize("config", [None, '{"model_type": "nothing-known"}'])
def test_an_unknown_or_missing_architecture_is_told(config: str | None, tmp_path: Path) -> None:
    if config is not None:
        (tmp_path / "config.json").write_text(config)
    job = make_job(tmp_path / "job", spec_of(tmp_path))
    assert run_mlx(job) == 1
    (error,) = events_of(job, "error")
    assert error["code"] == "bad_model"
