"""The starter corpus: requests answered in JavaScript, every program executed when it is built."""

from random import Random
from typing import Any

from starter.example import Example, make_any_example
from starter.programs import TAUGHT

EXAMPLES_PER_FAMILY = 80
_SEED = 11

CORPUS_DOCUMENT: dict[str, Any] = {
    "schemaVersion": 1,
    "name": "starter",
    "version": "v1",
    "title": "Starter: short JavaScript programs",
    "description": (
        "Generated requests for short JavaScript programs with their answers. Each program was "
        "executed when the corpus was built and printed what was expected. A toy, made to try the "
        "lab with the starter model; parameters and wording of the starter benchmark are not in it."
    ),
    "format": "chatml",
    "file": "train.jsonl",
    "license": "MIT",
}


def corpus_examples() -> list[Example]:
    """The same examples each time, with all prompts different, families mixed."""
    random = Random(_SEED)
    prompts: set[str] = set()
    examples: list[Example] = []
    for family in TAUGHT:
        count = 0
        while count < EXAMPLES_PER_FAMILY:
            example = make_any_example(random, family, "javascript")
            if example.prompt in prompts:
                continue
            prompts.add(example.prompt)
            examples.append(example)
            count += 1
    random.shuffle(examples)
    return examples


def corpus_rows(examples: list[Example]) -> list[dict[str, Any]]:
    """The rows of ``train.jsonl``."""
    return [
        {
            "id": f"starter-{number:04d}-{example.family.name}",
            "category": example.family.category,
            "messages": [
                {"role": "user", "content": example.prompt},
                {"role": "assistant", "content": example.program},
            ],
        }
        for number, example in enumerate(examples, start=1)
    ]
