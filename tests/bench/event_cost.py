"""What one step's event costs, as a share of the shortest step the starter takes.

    .environments/torch-cpu/bin/python tests/bench/event_cost.py [--step-milliseconds N]

The writer runs with its heartbeat thread, which syncs the file once a second and samples memory.
Budget: events and telemetry cost at most 1 % of step time.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY / "python"))


def main() -> None:
    import psutil
    from lorabench import schemas
    from lorabench.control import StopRequest
    from lorabench.events import EventWriter, Pulse

    parser = argparse.ArgumentParser()
    parser.add_argument("--step-milliseconds", type=float, default=200)
    parser.add_argument("--events", type=int, default=20_000)
    options = parser.parse_args()
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        events, stop = EventWriter(folder), StopRequest(folder)
        with Pulse(events) as pulse:
            pulse.watch_memory(lambda: (process.memory_info().rss, 0, 0))
            started = time.perf_counter()
            for step in range(1, options.events + 1):
                stop.is_set()
                events.emit(
                    schemas.StepEvent,
                    step=step,
                    epoch=step / 76,
                    loss=1.2345678,
                    correctTokens=600,
                    targetTokens=640,
                    tokenAccuracy=600 / 640,
                    learningRate=1.2345e-4,
                    gradNorm=0.98765,
                    tokensPerSecond=3200.5,
                    peakMemoryBytes=process.memory_info().rss,
                    nonfinite=None,
                )
            seconds = (time.perf_counter() - started) / options.events
        events.close()
    share = seconds * 1000 / options.step_milliseconds
    print(
        f"{seconds * 1e6:.0f} µs for one step's event, control file and memory:"
        f" {share:.3%} of a step of {options.step_milliseconds:g} ms (budget 1 %)"
    )


if __name__ == "__main__":
    main()
