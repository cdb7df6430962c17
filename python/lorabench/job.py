"""The job process: reads ``spec.json``, runs the right recipe, and explains every failure."""

import json
import os
import sys
import time
import traceback
from pathlib import Path

from pydantic import ValidationError

from lorabench import schemas
from lorabench.control import StopRequest
from lorabench.errors import WorkerError, as_worker_error
from lorabench.events import EventWriter, Pulse
from lorabench.keeper_watch import die_with_keeper
from lorabench.recipe import Outcome
from lorabench.schemas import (
    DownloadSpec,
    EvaluationSpec,
    ExportSpec,
    RehearseSpec,
    RunSpec,
    SmokeSpec,
)

Spec = RunSpec | EvaluationSpec | SmokeSpec | RehearseSpec | ExportSpec | DownloadSpec


def run_job(folder: Path) -> int:
    """Runs the job of ``folder``. Exit code 0 completed or stopped, 1 failed."""
    die_with_keeper()
    started = time.monotonic()
    stop = StopRequest(folder)
    stop.listen_to_signals()
    events = EventWriter(folder)
    try:
        events.emit(schemas.PhaseEvent, phase="starting", message="Starting the worker")
        spec = read_spec(folder)
        with Pulse(events) as pulse:
            outcome = _run(folder, spec, events, pulse, stop)
        events.emit(
            schemas.DoneEvent,
            outcome="completed" if outcome.completed else "stopped",
            steps=outcome.steps,
            seconds=time.monotonic() - started,
            message="Completed." if outcome.completed else "Stopped; resume to go on.",
        )
        events.close()
    except Exception as error:
        traceback.print_exc()
        _report(events, error)
        return 1
    return 0


def read_spec(folder: Path) -> Spec:
    """The job's specification. Raises ``WorkerError`` (``bad_spec``)."""
    try:
        value = json.loads((folder / "spec.json").read_bytes())
        kind = value.get("kind") if isinstance(value, dict) else None
        match kind:
            case "train":
                return RunSpec.model_validate(value)
            case "generate":
                return EvaluationSpec.model_validate(value)
            case "smoke":
                return SmokeSpec.model_validate(value)
            case "rehearse":
                return RehearseSpec.model_validate(value)
            case "export":
                return ExportSpec.model_validate(value)
            case "download":
                return DownloadSpec.model_validate(value)
    except ValidationError as error:
        problems = [
            f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise _bad_spec("does not fit this version of the worker", problems) from error
    except (OSError, ValueError) as error:
        raise _bad_spec("cannot be read", [str(error)]) from error
    raise _bad_spec(f"asks for an unknown kind of job: {kind!r}", [])


def _run(
    folder: Path,
    spec: Spec,
    events: EventWriter,
    pulse: Pulse,
    stop: StopRequest,
) -> Outcome:
    if isinstance(spec, DownloadSpec):
        from lorabench.download_model import download_model

        return download_model(spec, events, stop)
    # Read by the numeric libraries when they are imported, which happens just below.
    os.environ.setdefault("OMP_NUM_THREADS", str(spec.device.threads))
    # Spinning threads cost a factor of ten when something else, such as judging, needs the cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if isinstance(spec, ExportSpec):
        from lorabench.export_model import export_model

        return export_model(folder, spec, events, pulse, stop)
    if spec.backend == "llama-cpp":
        return _run_llama(folder, spec, events, pulse, stop)
    if spec.backend == "mlx":
        return _run_mlx(folder, spec, events, pulse, stop)
    if isinstance(spec, RunSpec):
        from lorabench.train_torch import train

        return train(folder, spec, events, pulse, stop)
    if isinstance(spec, RehearseSpec):
        from lorabench.rehearse_torch import rehearse

        return rehearse(folder, spec, events, pulse, stop)
    if isinstance(spec, SmokeSpec):
        from lorabench.smoke_torch import smoke

        return smoke(folder, spec, events, pulse, stop)
    from lorabench.generate_torch import generate_answers

    return generate_answers(folder, spec, events, pulse, stop)


def _run_mlx(
    folder: Path,
    spec: RunSpec | EvaluationSpec | SmokeSpec | RehearseSpec,
    events: EventWriter,
    pulse: Pulse,
    stop: StopRequest,
) -> Outcome:
    if isinstance(spec, RunSpec):
        from lorabench.train_mlx import train

        return train(folder, spec, events, pulse, stop)
    if isinstance(spec, RehearseSpec):
        from lorabench.rehearse_mlx import rehearse

        return rehearse(folder, spec, events, pulse, stop)
    if isinstance(spec, SmokeSpec):
        from lorabench.smoke_mlx import smoke

        return smoke(folder, spec, events, pulse, stop)
    from lorabench.generate_mlx import generate_answers

    return generate_answers(folder, spec, events, pulse, stop)


def _run_llama(
    folder: Path,
    spec: EvaluationSpec | SmokeSpec,
    events: EventWriter,
    pulse: Pulse,
    stop: StopRequest,
) -> Outcome:
    if isinstance(spec, SmokeSpec):
        from lorabench.smoke_llama import smoke

        return smoke(folder, spec, events, pulse, stop)
    from lorabench.generate_llama import generate_answers

    return generate_answers(folder, spec, events, pulse, stop)


def _report(events: EventWriter, error: Exception) -> None:
    explained = as_worker_error(error)
    try:
        events.emit(
            schemas.ErrorEvent,
            code=explained.code,
            message=explained.message,
            fix=explained.fix,
            details=explained.details,
        )
        events.close()
    except OSError as second:
        # On a full disk even this line may not fit; the log and the exit code remain.
        print(f"lorabench: {explained.message} ({second})", file=sys.stderr)


def _bad_spec(what: str, details: list[str]) -> WorkerError:
    return WorkerError(
        "bad_spec", f"The job's spec.json {what}.", "Start the job again from its preset.", details
    )
