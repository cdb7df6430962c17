"""Specifications of rehearsals for the worker's tests."""

from pathlib import Path

from support import Json, train_spec, with_changes

STARTER = Path(__file__).parents[3] / "resources" / "models" / "starter"
ALL_LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def rehearse_spec(config_folder: Path, **changes: object) -> Json:
    """The rehearsal of ``train_spec``: as a run, but without weights and corpus."""
    spec = train_spec(config_folder, Path("none.jsonl"))
    del spec["corpus"]
    spec |= {
        "kind": "rehearse",
        "model": {"source": "owner/name", "configFolder": str(config_folder)},
        "steps": 2,
        "totalSteps": None,
        "exampleTokens": None,
        "predictedBytes": None,
    }
    return with_changes(spec, changes)
