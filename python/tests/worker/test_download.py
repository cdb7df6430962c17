"""Downloads: the choice of files, checks, waits, and a stop while the hub is silent.

Whole downloads against a hub on this machine are in tests/integration/model-download*.test.ts.
"""

import asyncio
import hashlib
import json
import re
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest
from support import PYTHON_FOLDER, events_of, make_job, start_worker, wait_for

from lorabench.errors import WorkerError
from lorabench.hub_files import HubFile, wanted_files
from lorabench.hub_requests import Hub, Patience, TransientError, check
from lorabench.hub_store import HubStore

REPOSITORY = PYTHON_FOLDER.parent
CHOICES = json.loads((REPOSITORY / "tests/fixtures/hub/file-choices.json").read_text())
HUB = Hub("https://hub.example", "owner/name", "main", has_token=False)


def siblings(names: list[str]) -> list[dict[str, Any]]:
    return [{"rfilename": name, "size": 1, "blobId": "a" * 40} for name in names]


@pytest.mark.parametrize("choice", CHOICES, ids=[choice["title"] for choice in CHOICES])
def test_the_worker_and_the_lab_choose_the_same_files(choice: dict[str, Any]) -> None:
    wanted = wanted_files("owner/name", siblings(choice["names"]))
    assert sorted(file.name for file in wanted) == choice["wanted"]


def test_a_hub_that_tells_no_hashes_is_refused() -> None:
    listed = [*siblings(["config.json"]), {"rfilename": "model.safetensors", "size": 7}]
    with pytest.raises(WorkerError, match="does not tell size and hash of model"):
        wanted_files("owner/name", listed)


def test_a_hash_is_gits_for_a_small_file_and_sha256_for_a_large_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"some text\n")
    git = subprocess.run(
        ["git", "hash-object", str(path)], capture_output=True, text=True, check=True
    ).stdout.strip()
    large = hashlib.sha256(b"some text\n").hexdigest()
    for right in (git, large):
        assert HubFile("file", 10, right).matches(path, lambda: False)
        assert not HubFile("file", 11, right).matches(path, lambda: False)
    path.write_bytes(b"some texT\n")
    for wrong in (git, large):
        assert not HubFile("file", 10, wrong).matches(path, lambda: False)


def test_checking_a_file_can_be_broken_off(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x")
    with pytest.raises(InterruptedError):
        HubFile("file", 1, "a" * 64).matches(path, lambda: True)


def test_more_than_the_disk_has_is_refused(tmp_path: Path) -> None:
    store = HubStore(tmp_path, "owner/name")
    store.prepare()
    store.require_room(0)
    with pytest.raises(WorkerError, match=r"no room: 1000000000.0 GB are to come") as caught:
        store.require_room(10**18)
    assert caught.value.code == "disk_full"


def test_patience_waits_longer_after_each_failure_and_then_gives_up() -> None:
    async def story() -> list[float]:
        patience = Patience()
        failure = TransientError(WorkerError("no_network", "gone", "wait"), wait=0)
        waits = []
        for _ in range(5):
            await patience.after(failure)
            own = TransientError(WorkerError("no_network", "gone", "wait"))
            waits.append(patience.seconds(own))
        with pytest.raises(WorkerError, match="gone"):
            await patience.after(failure)
        patience.progressed()
        await patience.after(failure)
        return waits

    assert asyncio.run(story()) == [0.5, 1, 2, 4, 8]


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "55"}, 55),
        ({"ratelimit": '"api";r=0;t=120'}, 120),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({}, None),
    ],
)
def test_a_rate_limit_says_how_long_to_wait(headers: dict[str, str], wait: float | None) -> None:
    request = httpx2.Request("GET", "https://hub.example/api/models/owner/name")
    with pytest.raises(TransientError) as caught:
        check(HUB, httpx2.Response(429, headers=headers, request=request))
    assert caught.value.wait == wait


def test_the_lab_knows_the_architectures_that_transformers_trains() -> None:
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

    source = (REPOSITORY / "src/lab/models/causal-models.ts").read_text()
    listed = re.search(r"names = `([^`]*)`", source)
    assert listed is not None
    assert listed.group(1).split() == sorted(MODEL_FOR_CAUSAL_LM_MAPPING_NAMES)


def test_a_stop_is_heard_at_once_while_the_hub_says_nothing(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        spec = {
            "schemaVersion": 1,
            "kind": "download",
            "id": "test-download",
            "createdAt": "2026-01-01T00:00:00.000Z",
            "source": "owner/name",
            "revision": "main",
            "endpoint": f"http://127.0.0.1:{silent.getsockname()[1]}",
            "cacheFolder": str(tmp_path / "hub"),
        }
        folder = make_job(tmp_path / "job", spec)
        worker = start_worker(folder, HF_HUB_OFFLINE="0", NO_PROXY="127.0.0.1")
        connection, _ = silent.accept()
        with connection:
            connection.recv(10_000)
            asked = time.time() * 1000
            control = {"request": "stop", "requestedAt": int(asked)}
            (folder / "control.json").write_text(json.dumps(control))
            wait_for(lambda: events_of(folder, "done"))
            assert worker.wait(timeout=300) == 0
    (done,) = events_of(folder, "done")
    assert done["outcome"] == "stopped"
    # Well below the ten seconds after which it gives such a hub up.
    assert done["time"] - asked < 7000


@pytest.mark.parametrize(
    ("source", "revision"), [("owner/name", "../../x"), ("../name", "main"), ("owner/name", "")]
)
def test_a_name_that_could_be_a_path_is_refused(tmp_path: Path, source: str, revision: str) -> None:
    spec = {
        "schemaVersion": 1,
        "kind": "download",
        "id": "test-download",
        "createdAt": "2026-01-01T00:00:00.000Z",
        "source": source,
        "revision": revision,
        "endpoint": "http://127.0.0.1:9",
        "cacheFolder": str(tmp_path / "hub"),
    }
    folder = make_job(tmp_path / "job", spec)
    assert start_worker(folder, HF_HUB_OFFLINE="0").wait(timeout=300) == 1
    (error,) = events_of(folder, "error")
    assert error["code"] == "bad_spec"
