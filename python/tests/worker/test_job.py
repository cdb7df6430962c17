"""What a job does around the training: control, keeper, errors, files."""

import errno
import json
import os
import shutil
import signal
import time
from pathlib import Path

import pytest
from safetensors.torch import save_file
from support import (
    events_of,
    make_job,
    make_rows,
    run_here,
    start_worker,
    train_spec,
    wait_for,
    write_rows,
)
from torch import zeros

from lorabench import schemas
from lorabench.events import EventWriter


def exit_report(run: Path) -> dict[str, object]:
    return json.loads((run / "exit.json").read_text())


def ask_to_stop(run: Path, at: int | None = None) -> None:
    request = {"request": "stop", "requestedAt": at or int(time.time() * 1000)}
    (run / "control.json").write_text(json.dumps(request))


def stepping(run: Path) -> bool:
    return (run / "events.jsonl").exists() and len(events_of(run, "step")) >= 2


def test_the_control_file_stops_after_the_step_with_a_checkpoint_and_the_run_goes_on_later(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    run = make_job(tmp_path / "run", train_spec(model, corpus, schedule__epochs=200))
    process = start_worker(run)
    wait_for(lambda: stepping(run))
    ask_to_stop(run)
    assert process.wait(timeout=300) == 0

    done = events_of(run)[-1]
    last = events_of(run, "step")[-1]["step"]
    assert (done["kind"], done["outcome"], done["steps"]) == ("done", "stopped", last)
    assert events_of(run, "checkpoint")[-1]["step"] == last
    assert exit_report(run)["exitCode"] == 0
    assert exit_report(run)["attempt"] == "attempt-1"
    assert not (run / "adapter").exists()

    make_job(run, train_spec(model, corpus, schedule__epochs=200, schedule__maxSteps=last + 2))
    (run / "control.json").unlink()
    assert run_here(run) == 0
    assert [e["step"] for e in events_of(run, "step")][-2:] == [last + 1, last + 2]
    assert events_of(run)[-1]["outcome"] == "completed"


def test_a_control_file_older_than_the_job_is_not_for_it(
    tmp_path: Path, model: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_job(tmp_path / "run", train_spec(model, corpus, schedule__maxSteps=2))
    ask_to_stop(run, at=int(time.time() * 1000) - 60_000)
    from lorabench.control import StopRequest

    monkeypatch.setenv("LORABENCH_KEEPER_STARTED", str(int(time.time() * 1000)))
    stop = StopRequest(run)
    assert not stop.is_set()
    ask_to_stop(run)
    assert stop.is_set()


def test_sigterm_to_the_group_stops_as_the_control_file_does(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    run = make_job(tmp_path / "run", train_spec(model, corpus, schedule__epochs=200))
    process = start_worker(run)
    wait_for(lambda: stepping(run))
    os.killpg(process.pid, signal.SIGTERM)
    assert process.wait(timeout=300) == 0

    assert events_of(run)[-1]["outcome"] == "stopped"
    assert events_of(run, "checkpoint")[-1]["step"] == events_of(run, "step")[-1]["step"]


def children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_the_keeper_is_small_reports_the_jobs_death_and_the_job_dies_with_it(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    spec = train_spec(model, corpus, schedule__epochs=200)
    killed = make_job(tmp_path / "killed", spec)
    orphaned = make_job(tmp_path / "orphaned", spec)
    first, second = start_worker(killed), start_worker(orphaned)
    wait_for(lambda: stepping(killed) and stepping(orphaned))

    status = Path(f"/proc/{first.pid}/status").read_text()
    resident = int(next(x for x in status.splitlines() if x.startswith("VmRSS")).split()[1])
    assert resident < 25_000

    os.kill(children_of(first.pid)[0], signal.SIGKILL)
    assert first.wait(timeout=300) == 128 + signal.SIGKILL
    report = exit_report(killed)
    assert (report["exitCode"], report["signal"]) == (None, "SIGKILL")

    job = children_of(second.pid)[0]
    os.kill(second.pid, signal.SIGKILL)
    second.wait()
    wait_for(lambda: not Path(f"/proc/{job}").exists())


def test_bad_rows_are_warned_of_with_line_numbers_before_training_and_left_out(
    tmp_path: Path, model: Path
) -> None:
    corpus = write_rows(tmp_path / "c.jsonl", make_rows(30))
    with corpus.open("a") as file:
        file.write('{"messages": []}\n{"messages": [\n')
    run = make_job(tmp_path / "run", train_spec(model, corpus, schedule__maxSteps=1))
    assert run_here(run) == 0

    kinds = [(e["kind"], e.get("code"), e.get("phase")) for e in events_of(run)]
    assert kinds.index(("warning", "corpus_rows", None)) < kinds.index(
        ("phase", None, "loading_model")
    )
    warning = next(e for e in events_of(run, "warning") if e["code"] == "corpus_rows")
    assert "2 of 32 rows" in warning["message"]
    assert [detail.split(":")[0] for detail in warning["details"]] == ["line 31", "line 32"]
    report = schemas.CorpusReport.model_validate_json((run / "corpus-report.json").read_bytes())
    assert (report.rows, report.usable) == (32, 30)


def test_bad_rows_stop_the_run_when_asked(tmp_path: Path, model: Path) -> None:
    corpus = write_rows(tmp_path / "c.jsonl", [*make_rows(5), {"messages": []}])
    run = make_job(tmp_path / "run", train_spec(model, corpus, data__badRows="stop"))
    assert run_here(run) == 1

    error = events_of(run)[-1]
    assert (error["kind"], error["code"]) == ("error", "bad_corpus")
    assert error["details"][0].startswith("line 6: has no assistant turn")
    assert "data.badRows" in error["fix"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: shutil.rmtree(f), "There is no model folder"),
        (lambda f: (f / "config.json").unlink(), "no readable config.json"),
        (lambda f: (f / "tokenizer.json").unlink(), "has no tokenizer"),
        (lambda f: (f / "model.safetensors").unlink(), "has no weights"),
        (
            lambda f: (f / "model.safetensors").rename(f / "pytorch_model.bin"),
            "are pickled, which can run code",
        ),
        (
            lambda f: (f / "model.safetensors").write_bytes(
                (f / "model.safetensors").read_bytes()[:-1000]
            ),
            "cannot be loaded",
        ),
        (
            lambda f: (f / "config.json").write_text('{"model_type": "telepath"}'),
            "cannot be loaded",
        ),
        (
            lambda f: save_file(
                {"model.norm.weight": zeros(64)}, f / "model.safetensors", {"format": "pt"}
            ),
            "are incomplete",
        ),
    ],
)  # fmt: skip
def test_a_bad_model_folder_is_explained(
    spoil: object, words: str, tmp_path: Path, model: Path, corpus: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model, folder)
    spoil(folder)
    run = make_job(tmp_path / "run", train_spec(folder, corpus))
    assert run_here(run) == 1

    error = events_of(run)[-1]
    assert (error["kind"], error["code"]) == ("error", "bad_model")
    assert words in error["message"]
    assert error["fix"]


def test_target_modules_that_the_model_lacks_are_answered_with_those_it_has(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    run = make_job(tmp_path / "run", train_spec(model, corpus, adapter__targetModules=["qkv"]))
    assert run_here(run) == 1

    error = events_of(run)[-1]
    assert error["code"] == "bad_adapter"
    assert "q_proj" in error["fix"]


@pytest.mark.parametrize(
    "changes",
    [
        {"adapter__initialization": "gaussian", "adapter__rankStabilized": True},
        {"adapter__weightDecomposed": True, "schedule__decay": "linear"},
        {"batch__gradientCheckpointing": True, "batch__groupByLength": False},
        {"precision": "bfloat16", "schedule__decay": "constant", "attention": "eager"},
        {"data__trainOn": "all", "monitoring__validateEvery": 1, "monitoring__sampleEvery": 1},
    ],
)
def test_every_kind_of_recipe_trains(
    changes: dict[str, object], tmp_path: Path, model: Path, corpus: Path
) -> None:
    run = make_job(tmp_path / "run", train_spec(model, corpus, **changes, schedule__maxSteps=4))
    assert run_here(run) == 0
    losses = [event["loss"] for event in events_of(run, "step")]
    assert losses[-1] < losses[0]


def test_a_spec_that_does_not_fit_names_the_fields(tmp_path: Path, model: Path) -> None:
    spec = train_spec(model, model)
    spec["batch"]["micro"] = 0
    run = make_job(tmp_path / "run", spec)
    assert run_here(run) == 1

    error = events_of(run)[-1]
    assert error["code"] == "bad_spec"
    assert error["details"][0].startswith("batch.micro: ")


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "out_of_memory"),
        (MemoryError(), "out_of_memory"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk_full"),
        (ZeroDivisionError("division by zero"), "internal"),
    ],
)  # fmt: skip
def test_a_failure_during_a_save_leaves_no_half_checkpoint_and_one_error_event(
    failure: Exception,
    code: str,
    tmp_path: Path,
    model: Path,
    corpus: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from lorabench import checkpoint

    saved = 0
    real = checkpoint.sync_file

    def sync(path: Path) -> None:
        nonlocal saved
        saved += path.name == "state.json"
        if saved == 2:
            raise failure
        real(path)

    monkeypatch.setattr(checkpoint, "sync_file", sync)
    run = make_job(tmp_path / "run", train_spec(model, corpus))
    assert run_here(run) == 1

    assert [e["code"] for e in events_of(run, "error")] == [code]
    assert events_of(run)[-1]["kind"] == "error"
    assert [path.name for path in (run / "checkpoints").iterdir()] == ["step-3"]

    monkeypatch.undo()
    assert run_here(run) == 0
    plans = [e for e in events_of(run, "phase") if e["plan"]]
    assert plans[-1]["resumedFrom"] == 3


def test_killing_the_job_while_it_saves_never_leaves_a_broken_checkpoint_in_place(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    from lorabench.checkpoint import find_checkpoint, save_checkpoint

    run = tmp_path / "run"
    attempt = 0
    # On a slow disk it takes more than these until there is a checkpoint at all.
    while attempt < 25 or find_checkpoint(run).step == 0:
        attempt += 1
        pid = os.fork()
        if pid == 0:
            start = find_checkpoint(run).step
            for step in range(start + 1, start + 1000):
                save_checkpoint(
                    run, step, lambda f: [(f / n).write_bytes(os.urandom(50_000)) for n in "abc"]
                )
            os._exit(0)
        time.sleep(0.01 + 0.004 * attempt)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        assert find_checkpoint(run).broken == []
    assert not [path for path in (run / "checkpoints").iterdir() if path.name.startswith(".")]


def test_only_the_newest_checkpoints_are_kept(tmp_path: Path, model: Path, corpus: Path) -> None:
    changes = {"monitoring__checkpointEvery": 2, "monitoring__keepCheckpoints": 2}
    run = make_job(tmp_path / "run", train_spec(model, corpus, **changes))
    assert run_here(run) == 0

    assert sorted(path.name for path in (run / "checkpoints").iterdir()) == ["step-12", "step-14"]
    assert len(events_of(run, "checkpoint")) == 7


def test_numbering_goes_on_after_garbage_and_half_a_line(tmp_path: Path) -> None:
    first = EventWriter(tmp_path)
    for _ in range(3):
        first.emit(schemas.HeartbeatEvent)
    first.close()
    with (tmp_path / "events.jsonl").open("ab") as file:
        file.write(b'\xff\xfe garbage\n{"seq": true}\n' + b"x" * 100_000 + b'\n{"v":1,"seq":4,"ti')
    second = EventWriter(tmp_path)
    second.emit(schemas.HeartbeatEvent)
    second.close()

    lines = (tmp_path / "events.jsonl").read_bytes().split(b"\n")
    assert json.loads(lines[-2])["seq"] == 4
    assert lines[-1] == b""
    assert [event["seq"] for event in events_of(tmp_path, "heartbeat")] == [1, 2, 3, 4]


def test_the_same_seed_gives_the_same_numbers_and_peft_loads_the_adapter(
    tmp_path: Path, model: Path, corpus: Path
) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    runs = [make_job(tmp_path / name, train_spec(model, corpus)) for name in ("a", "b")]
    assert [run_here(run) for run in runs] == [0, 0]
    numbers = [[(e["loss"], e["gradNorm"]) for e in events_of(run, "step")] for run in runs]
    assert numbers[0] == numbers[1]
    for name in ("adapter_model.safetensors", "adapter_config.json"):
        a, b = [(run / "adapter" / name).read_bytes() for run in runs]
        assert a == b
    tuned = PeftModel.from_pretrained(
        AutoModelForCausalLM.from_pretrained(model), runs[0] / "adapter"
    )
    assert any(float(p.abs().sum()) > 0 for n, p in tuned.named_parameters() if "lora_B" in n)
    environment = json.loads((runs[0] / "environment.json").read_text())
    assert environment["libraries"]["torch"].startswith("2.")
