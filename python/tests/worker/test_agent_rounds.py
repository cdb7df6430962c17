"""An agent's worker answers round by round, keeps the model loaded, and asks nothing twice."""

import json
import os
import signal
import time
from pathlib import Path

from support import Json, generate_spec, make_job, run_here, start_worker, wait_for
from test_generate import write_tasks


def agent_job(folder: Path, model: Path, **changes: object) -> Path:
    job = make_job(folder, {**generate_spec(model, **changes), "agent": {"rounds": 3}})
    write_tasks(job, 6)
    return job


def write_asks(job: Path, number: int, tasks: list[int], prompt: str = "Mend") -> None:
    asks = [
        {"taskId": f"task-{task}", "sample": 0, "prompt": f"{prompt} {task}" + " please" * task}
        for task in tasks
    ]
    aside = job / "aside"
    aside.write_text("".join(json.dumps(ask) + "\n" for ask in asks))
    aside.rename(job / f"asks-{number}.jsonl")


def answers(job: Path) -> dict[tuple[int, str], Json]:
    found: dict[tuple[int, str], Json] = {}
    path = job / "rounds.jsonl"
    for line in path.read_bytes().splitlines() if path.exists() else []:
        try:
            value = json.loads(line)
        except ValueError:
            continue
        key = value["round"], value["taskId"]
        assert key not in found, "asked twice"
        found[key] = value
    return found


def test_each_round_waits_for_its_asks_in_one_process(tmp_path: Path, model: Path) -> None:
    job = agent_job(tmp_path / "job", model)
    process = start_worker(job)
    write_asks(job, 1, [0, 1, 2, 3, 4, 5])
    wait_for(lambda: len(answers(job)) == 6)
    write_asks(job, 2, [1, 4])
    wait_for(lambda: len(answers(job)) == 8)
    assert process.poll() is None
    write_asks(job, 3, [])
    assert process.wait(timeout=300) == 0
    assert len(answers(job)) == 8
    assert (job / "events.jsonl").read_text().count("loading_model") == 1
    prompts = [answers(job)[2, task]["promptTokens"] for task in ("task-1", "task-4")]
    assert prompts[0] < prompts[1]


def test_killed_in_a_round_it_goes_on_with_the_same_answers(tmp_path: Path, model: Path) -> None:
    changes = {
        "comparability__sampling__temperature": 1.0,
        "comparability__sampling__batchSize": 2,
        "comparability__sampling__maxNewTokens": 40,
    }
    whole = agent_job(tmp_path / "whole", model, **changes)
    for number, tasks in enumerate([[0, 1, 2, 3, 4, 5], [0, 2, 3, 5], [3]], start=1):
        write_asks(whole, number, tasks)
    assert run_here(whole) == 0
    assert len(answers(whole)) == 11

    cut = agent_job(tmp_path / "cut", model, **changes)
    process = start_worker(cut)
    write_asks(cut, 1, [0, 1, 2, 3, 4, 5])
    wait_for(lambda: len(answers(cut)) >= 2)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    write_asks(cut, 2, [0, 2, 3, 5])
    write_asks(cut, 3, [3])
    assert run_here(cut) == 0

    def texts(job: Path) -> dict[tuple[int, str], str]:
        return {key: value["text"] for key, value in answers(job).items()}

    assert texts(cut) == texts(whole)


def test_it_stops_while_it_waits(tmp_path: Path, model: Path) -> None:
    job = agent_job(tmp_path / "job", model)
    process = start_worker(job)
    write_asks(job, 1, [0])
    wait_for(lambda: len(answers(job)) == 1)
    request = {"request": "stop", "requestedAt": int(time.time() * 1000)}
    (job / "control.json").write_text(json.dumps(request))
    assert process.wait(timeout=300) == 0
    assert '"outcome":"stopped"' in (job / "events.jsonl").read_text()
