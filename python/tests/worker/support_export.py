"""What the tests of exports share: a run's adapter, the job that folds it in, and plain readers."""

import json
from pathlib import Path

from support import DEVICE, Json, generate_spec, with_changes

TASKS = 6


def export_spec(model: Path, adapter: Path, out: Path, **changes: object) -> Json:
    spec: Json = {
        "schemaVersion": 1,
        "kind": "export",
        "id": "test-export",
        "createdAt": "2026-01-01T00:00:00.000Z",
        "runId": "test-run",
        "runName": "Test run",
        "to": "merged",
        "step": None,
        "base": {"source": str(model), "path": str(model), "hash": "h"},
        "quantization": {"kind": "none", "doubleQuantization": True, "computeType": "auto"},
        "precision": "float32",
        "promptFormat": "chatml",
        "adapterPath": str(adapter),
        "outPath": str(out),
        "backend": "torch",
        "device": DEVICE,
    }
    return with_changes(spec, changes)


def merged_spec(path: Path, **changes: object) -> Json:
    spec = generate_spec(path, **changes)
    quantization = spec["subject"]["quantization"]
    spec["subject"] = {
        "kind": "merged",
        "runId": "test-run",
        "runName": "Test run",
        "checkpointStep": None,
        "path": str(path),
        "hash": "m",
        "quantization": quantization,
        "baseHash": "h",
        "baseQuantization": quantization,
    }
    return spec


def write_tasks(folder: Path) -> None:
    tasks = [
        {
            "id": f"task-{number}",
            "category": "sums",
            "prompt": f"Add {number} and 3" + " please" * (number * 5 % 7) + ".",
            "reference": "console.log(1)",
        }
        for number in range(TASKS)
    ]
    (folder / "tasks.jsonl").write_text("".join(json.dumps(task) + "\n" for task in tasks))


def texts(folder: Path) -> dict[str, str]:
    lines = (folder / "generations.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    assert all(one["finishReason"] != "error" for one in found)
    return {one["taskId"]: one["text"] for one in found}
