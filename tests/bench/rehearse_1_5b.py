"""A rehearsal of a real shape on this machine's CPU: how long the building takes, and the peaks.

    .environments/torch-cpu/bin/python tests/bench/rehearse_1_5b.py [--size 1.5B|3B|7B]
        [--quantization nf4|none] [--precision bfloat16|float32] [--micro N] [--steps N]

No weights are needed: the shapes ship. The same as
`npm run lab -- rehearse 1.5b --set quantization.kind=nf4 batch.micro=1`, without a lab around it.
Printed: seconds and peak of the building, the peak of all, seconds of a micro-batch of 512 tokens.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
sys.path[:0] = [str(REPOSITORY / "python"), str(REPOSITORY / "python" / "tests" / "worker")]
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def main() -> None:
    from rehearsal_support import ALL_LINEAR, rehearse_spec
    from support import events_of, make_job, start_worker

    parser = argparse.ArgumentParser()
    parser.add_argument("--size", choices=["1.5B", "3B", "7B"], default="1.5B")
    parser.add_argument("--quantization", choices=["nf4", "none"], default="nf4")
    parser.add_argument("--precision", choices=["bfloat16", "float32"], default="bfloat16")
    parser.add_argument("--micro", type=int, default=1)
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--no-checkpointing", action="store_true")
    options = parser.parse_args()
    shape = REPOSITORY / "resources" / "shapes" / f"Qwen--Qwen2.5-Coder-{options.size}-Instruct"
    spec = rehearse_spec(
        shape,
        steps=options.steps,
        precision=options.precision,
        quantization__kind=options.quantization,
        quantization__computeType=options.precision,
        adapter__rank=16,
        adapter__alpha=32,
        adapter__dropout=0,
        adapter__targetModules=ALL_LINEAR,
        batch__effective=16,
        batch__micro=options.micro,
        batch__accumulation=16 // options.micro,
        batch__maxLength=512,
        batch__gradientCheckpointing=not options.no_checkpointing,
        device__threads=os.cpu_count() or 1,
    )
    with tempfile.TemporaryDirectory() as name:
        folder = make_job(Path(name) / "job", spec)
        code = start_worker(folder).wait()
        if code != 0:
            sys.exit("\n".join(event["message"] for event in events_of(folder, "error")))
        result = json.loads((folder / "result.json").read_bytes())
    print(
        f"{options.size}, {options.quantization}, {options.precision},"
        f" {options.micro} x 512 tokens, {result['parameters'] / 1e9:.2f} G parameters:\n"
        f"built in {result['buildSeconds']:.1f} s with at most"
        f" {result['buildPeakBytes'] / 1e9:.2f} GB\n"
        f"peak of all {result['peakMemoryBytes'] / 1e9:.2f} GB\n"
        f"micro-batch {result['microBatchSeconds']:.1f} s, update"
        f" {result['optimizerSeconds']:.2f} s, {result['tokensPerSecond']:.0f} tokens/s"
    )


if __name__ == "__main__":
    main()
