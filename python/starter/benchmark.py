"""The starter benchmark: held-out requests for JavaScript, each asking for one construct."""

from random import Random
from typing import Any

from starter.example import Example, make_example
from starter.oracle import expected_output
from starter.programs import TAUGHT

TASKS = 120
_SEED = 901

BENCHMARK_DOCUMENT: dict[str, Any] = {
    "schemaVersion": 1,
    "name": "starter",
    "version": "v1",
    "title": "Starter: short JavaScript programs",
    "description": (
        "120 requests for short JavaScript programs with expected output and a construct to use. "
        "Parameter values, phrasings and the wording around them do not occur in the starter "
        "corpus. A toy, made to try the lab with the starter model."
    ),
    "toolchain": "javascript",
    "systemPrompt": None,
    "maxNewTokens": 160,
    "file": "tasks.jsonl",
    "license": "MIT",
    "toy": True,
}


def benchmark_examples() -> list[Example]:
    """The same 120 examples each time, families and constructs taken in turn.

    No prompt occurs twice, and no parameter set twice with the same construct.
    """
    random = Random(_SEED)
    prompts: set[str] = set()
    programs: set[str] = set()
    examples: list[Example] = []
    while len(examples) < TASKS:
        family = TAUGHT[len(examples) % len(TAUGHT)]
        constructs = list(family.javascript)
        construct = constructs[len(examples) // len(TAUGHT) % len(constructs)]
        example = make_example(random, family, "javascript", held_out=True, construct=construct)
        if example.prompt in prompts or example.program in programs:
            continue
        prompts.add(example.prompt)
        programs.add(example.program)
        examples.append(example)
    return examples


def benchmark_rows(examples: list[Example]) -> list[dict[str, Any]]:
    """The rows of ``tasks.jsonl``; the expected output comes from the Python half of the family."""
    return [
        {
            "id": f"starter-{number:03d}-{example.family.name}",
            "category": example.family.category,
            "prompt": example.prompt,
            "reference": example.program,
            "expectedOutput": expected_output(example.family, example.slots),
            "constructs": [example.construct],
        }
        for number, example in enumerate(examples, start=1)
    ]
