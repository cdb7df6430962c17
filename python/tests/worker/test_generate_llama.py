"""Answers from GGUF files: those of PyTorch, generated once, in the same batches."""

import json
import time
from pathlib import Path

import psutil
import pytest
from gguf_support import Kind, write_qwen2
from support import Json, events_of, generate_spec, make_job, run_here, wait_for
from support_llama import (
    BENCHMARK,
    STARTER,
    llama_spec,
    needs_llama,
    run_llama,
    start_llama,
)
from test_agent_rounds import answers as answers_in_rounds
from test_agent_rounds import write_asks
from test_generate_mlx import answers, generations, write_tasks

pytestmark = needs_llama
needs_starter = pytest.mark.skipif(not STARTER.is_dir(), reason="the starter model is not built")


@pytest.fixture(scope="session")
def random_gguf(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("gguf") / "random.gguf"
    write_qwen2(model, file, "f32")
    return file


@pytest.fixture(scope="module")
def by_pytorch(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, int], Json]:
    """The starter's greedy answers to its whole benchmark in float32."""
    changes = {
        "comparability__sampling__maxNewTokens": 80,
        "comparability__sampling__batchSize": 8,
    }
    job = make_job(tmp_path_factory.mktemp("torch"), generate_spec(STARTER, **changes))
    (job / "tasks.jsonl").write_text(BENCHMARK.read_text())
    assert run_here(job) == 0
    return generations(job)


# Of 120 answers, in batches of 8 and of 1 alike, all 120 were equal for float32 and float16 and
# 119 for Q8_0, which rounds the weights. Two and eight are left to sums in another order on other
# processors. What the model was asked must be equal to the token.
@needs_starter
@pytest.mark.parametrize(
    ("kind", "precision", "at_least"), [("f32", "float32", 118), ("q8_0", "float16", 112)]
)
def test_the_starter_answers_its_benchmark_greedily_as_it_does_with_pytorch(
    kind: Kind,
    precision: str,
    at_least: int,
    tmp_path: Path,
    by_pytorch: dict[tuple[str, int], Json],
) -> None:
    file = tmp_path / "starter.gguf"
    write_qwen2(STARTER, file, kind)
    changes = {
        "comparability__sampling__maxNewTokens": 80,
        "comparability__sampling__batchSize": 8,
        "precision": precision,
    }
    job = make_job(tmp_path / "job", llama_spec(file, **changes))
    (job / "tasks.jsonl").write_text(BENCHMARK.read_text())
    assert run_llama(job) == 0

    found = generations(job)
    assert found.keys() == by_pytorch.keys()
    assert len(found) == 120
    fields = ("text", "finishReason", "completionTokens")
    equal = [
        all(one[field] == by_pytorch[key][field] for field in fields) for key, one in found.items()
    ]
    assert sum(equal) >= at_least
    assert all(one["promptTokens"] == by_pytorch[key]["promptTokens"] for key, one in found.items())
    assert len({one["text"] for one in found.values()}) > 60
    report = json.loads((job / "environment.json").read_text())
    assert (report["modelHash"], "xllamacpp" in report["libraries"]) == ("h", True)


@pytest.mark.parametrize(
    ("prompt_format", "system", "penalty", "window"),
    [
        ("chatml", "Answer with a program.", 1, None),
        ("alpaca", None, 1, None),
        ("alpaca", "Answer with a program.", 1, None),
        ("chatml", None, 1.3, None),
        ("chatml", None, 1.3, 9),
    ],
)
@needs_starter
def test_prompt_formats_system_prompts_and_penalties_mean_the_same(
    prompt_format: str, system: str | None, penalty: float, window: int | None, tmp_path: Path
) -> None:
    file = tmp_path / "starter.gguf"
    write_qwen2(STARTER, file, "f32")
    sampling = {
        **generate_spec(STARTER)["comparability"]["sampling"],
        **{"maxNewTokens": 40, "repetitionPenalty": penalty, "repetitionWindow": window},
    }
    changes = {
        "comparability__sampling": sampling,
        "comparability__promptFormat": prompt_format,
        "comparability__systemPrompt": system,
    }
    job = make_job(tmp_path / "gguf", llama_spec(file, **changes))
    other = make_job(tmp_path / "torch", generate_spec(STARTER, **changes))
    for folder in (job, other):
        tasks = BENCHMARK.read_text().splitlines(keepends=True)[:8]
        (folder / "tasks.jsonl").write_text("".join(tasks))
    assert (run_llama(job), run_here(other)) == (0, 0)
    expected = answers(other)
    assert [one[2] for one in answers(job).values()] == [one[2] for one in expected.values()]
    assert sum(answers(job)[key] == one for key, one in expected.items()) >= 7
    assert len({text for text, *_ in expected.values()}) > 1


@pytest.mark.parametrize("temperature", [0, 1.0])
def test_an_evaluation_killed_midway_ends_with_the_answers_of_an_uninterrupted_one(
    temperature: float, tmp_path: Path, random_gguf: Path
) -> None:
    sampling = {
        "repeats": 3,
        "temperature": temperature,
        "topK": 50,
        "topP": 0.95,
        "repetitionPenalty": 1.2,
        "maxNewTokens": 12,
        "batchSize": 4,
        "seed": 5,
    }
    spec = llama_spec(random_gguf, comparability__sampling=sampling)
    whole = make_job(tmp_path / "whole", spec)
    write_tasks(whole, 10)
    assert run_llama(whole) == 0
    assert len(generations(whole)) == 30

    cut = make_job(tmp_path / "cut", spec)
    write_tasks(cut, 10)
    lines = (whole / "generations.jsonl").read_bytes().splitlines(keepends=True)
    kept = b"".join(lines[:7]) + lines[7][:30]
    (cut / "generations.jsonl").write_bytes(kept)

    assert run_llama(cut) == 0

    assert (cut / "generations.jsonl").read_bytes().startswith(kept)
    assert answers(cut) == answers(whole)
    assert events_of(cut)[-1]["steps"] == 30
    first, last = ({n: answers(whole)[f"task-{n}", sample] for n in range(10)} for sample in (0, 2))
    assert (first == last) == (temperature == 0)


def test_an_agents_model_stays_loaded_and_no_port_is_opened(
    tmp_path: Path, random_gguf: Path
) -> None:
    job = make_job(tmp_path / "job", {**llama_spec(random_gguf), "agent": {"rounds": 3}})
    write_tasks(job, 3)
    process = start_llama(job)
    write_asks(job, 1, [0, 1, 2])
    wait_for(lambda: len(answers_in_rounds(job)) == 3)
    keeper = psutil.Process(process.pid)
    workers = [keeper, *keeper.children(recursive=True)]
    assert [one for worker in workers for one in worker.net_connections("inet")] == []
    assert any(one.net_connections("unix") for one in workers)
    # Longer than everything that was foreseen: its slots grow for it.
    write_asks(job, 2, [1], prompt="Mend" + " it, please" * 4)
    wait_for(lambda: len(answers_in_rounds(job)) == 4)
    write_asks(job, 3, [])
    assert process.wait(timeout=300) == 0
    assert (job / "events.jsonl").read_text().count("loading_model") == 1


def test_slots_grow_for_a_prompt_that_was_not_foreseen(tmp_path: Path, model: Path) -> None:
    file = tmp_path / "long.gguf"
    write_qwen2(model, file, "f32", context=4096)
    job = make_job(tmp_path / "job", {**llama_spec(file), "agent": {"rounds": 2}})
    write_tasks(job, 1)
    process = start_llama(job)
    write_asks(job, 1, [0])
    wait_for(lambda: len(answers_in_rounds(job)) == 1)
    write_asks(job, 2, [0], prompt="Mend" * 500)
    assert process.wait(timeout=300) == 0
    answer = answers_in_rounds(job)[2, "task-0"]
    assert answer["promptTokens"] > 1000
    assert answer["finishReason"] != "error"


def test_a_prompt_that_is_too_long_fails_alone(tmp_path: Path, random_gguf: Path) -> None:
    job = make_job(tmp_path / "job", llama_spec(random_gguf))
    write_tasks(job, 3)
    long = {"id": "long", "category": "c", "prompt": "Add " * 400, "reference": ""}
    with (job / "tasks.jsonl").open("a") as tasks:
        tasks.write(json.dumps(long) + "\n")
    assert run_llama(job) == 0
    found = generations(job)
    assert found["long", 0]["finishReason"] == "error"
    assert "made for 256" in found["long", 0]["error"]
    assert {one["finishReason"] for key, one in found.items() if key[0] != "long"} <= {
        "stop",
        "length",
    }


def test_a_stop_ends_it_between_two_batches_and_it_goes_on_later(
    tmp_path: Path, random_gguf: Path
) -> None:
    changes = {
        "comparability__sampling__batchSize": 1,
        "comparability__sampling__maxNewTokens": 100,
    }
    job = make_job(tmp_path / "job", llama_spec(random_gguf, **changes))
    write_tasks(job, 300)
    process = start_llama(job)
    path = job / "generations.jsonl"
    wait_for(lambda: path.exists() and path.read_bytes().count(b"\n") >= 2)
    request = {"requestedAt": int(time.time() * 1000), "request": "stop"}
    (job / "control.json").write_text(json.dumps(request))
    assert process.wait(timeout=300) == 0
    assert events_of(job)[-1]["outcome"] == "stopped"
    assert 2 <= len(generations(job)) < 300


@needs_starter
def test_a_card_that_this_build_does_not_know_is_said_to_be_unused(
    tmp_path: Path, random_gguf: Path
) -> None:
    card = {"id": "cuda:0", "kind": "cuda", "name": "GeForce", "threads": 1, "recorded": False}
    job = make_job(tmp_path / "job", llama_spec(random_gguf, device=card))
    write_tasks(job, 1)
    assert run_llama(job) == 0
    warning = events_of(job, "warning")[0]
    assert warning["code"] == "computed_elsewhere"
    assert "does not compute on GeForce" in warning["message"]


def broken(file: Path, whole: bytes, kind: str) -> None:
    place = whole.index(b"qwen2")
    contents = {
        "architecture": whole[:place] + b"qwenX" + whole[place + 5 :],
        "magic": b"PK\3\4" + whole[4:],
        "cut": whole[: len(whole) // 2],
        "version": whole[:4] + b"\x63\0\0\0" + whole[8:],
        "count": whole[:8] + b"\xff" * 8 + whole[16:],
        "empty": b"",
    }
    file.write_bytes(contents[kind])


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("architecture", "does not know the architecture"),
        ("magic", "cannot load"),
        ("cut", "cannot load"),
        ("version", "cannot load"),
        ("count", "cannot load"),
        ("empty", "cannot load"),
    ],
)
def test_a_file_that_was_spoilt_after_it_was_queued_is_explained(
    kind: str, said: str, tmp_path: Path, random_gguf: Path
) -> None:
    file = tmp_path / "broken.gguf"
    broken(file, random_gguf.read_bytes(), kind)
    job = make_job(tmp_path / "job", llama_spec(file))
    write_tasks(job, 1)
    assert run_llama(job) == 1
    error = events_of(job, "error")[-1]
    assert (error["code"], said in error["message"]) == ("bad_model", True)
    assert error["details"]
    assert not (job / "generations.jsonl").exists()


def test_a_file_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    job = make_job(tmp_path / "job", llama_spec(tmp_path / "gone.gguf"))
    write_tasks(job, 1)
    assert run_llama(job) == 1
    error = events_of(job, "error")[-1]
    assert (error["code"], "no file" in error["message"]) == ("bad_model", True)
