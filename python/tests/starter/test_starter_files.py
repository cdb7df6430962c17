"""What is committed is what the generators make now, and it does what it says."""

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from starter.benchmark import BENCHMARK_DOCUMENT, benchmark_examples, benchmark_rows
from starter.build import RESOURCES
from starter.corpus import CORPUS_DOCUMENT, corpus_examples, corpus_rows
from starter.files import json_lines_text, json_text
from starter.node import run_all_javascript
from starter.phrasing import CONSTRUCT_NAMES

CORPUS = RESOURCES / "corpora" / "starter"
BENCHMARK = RESOURCES / "benchmarks" / "starter"


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_corpus_is_byte_for_byte_what_the_generator_makes() -> None:
    assert (CORPUS / "corpus.json").read_bytes() == json_text(CORPUS_DOCUMENT).encode()
    made = json_lines_text(corpus_rows(corpus_examples())).encode()
    assert (CORPUS / "train.jsonl").read_bytes() == made


def test_the_benchmark_is_byte_for_byte_what_the_generator_makes() -> None:
    assert (BENCHMARK / "benchmark.json").read_bytes() == json_text(BENCHMARK_DOCUMENT).encode()
    made = json_lines_text(benchmark_rows(benchmark_examples())).encode()
    assert (BENCHMARK / "tasks.jsonl").read_bytes() == made


def test_the_corpus_has_a_thousand_different_examples_in_five_categories() -> None:
    examples = rows(CORPUS / "train.jsonl")
    assert len(examples) >= 1000
    assert len({row["id"] for row in examples}) == len(examples)
    assert len({row["messages"][0]["content"] for row in examples}) == len(examples)
    assert set(Counter(row["category"] for row in examples)) == {
        "fundamentals",
        "data_structures",
        "abstractions",
        "applications",
        "string_ops",
    }
    for row in examples:
        assert [message["role"] for message in row["messages"]] == ["user", "assistant"]
        assert all(message["content"].strip() for message in row["messages"])


def test_the_benchmark_has_120_different_tasks_that_ask_for_a_known_construct() -> None:
    tasks = rows(BENCHMARK / "tasks.jsonl")
    assert len(tasks) == 120
    assert len({task["id"] for task in tasks}) == 120
    assert len({task["prompt"] for task in tasks}) == 120
    assert len({task["reference"] for task in tasks}) == 120
    for task in tasks:
        assert task["constructs"] and set(task["constructs"]) <= set(CONSTRUCT_NAMES)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
def test_every_reference_prints_its_expected_output() -> None:
    tasks = rows(BENCHMARK / "tasks.jsonl")
    executions = run_all_javascript(task["reference"] for task in tasks)
    printed = {task["id"]: run.output for task, run in zip(tasks, executions, strict=True)}
    assert printed == {task["id"]: task["expectedOutput"] for task in tasks}
