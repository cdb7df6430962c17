"""Proves that the starter benchmark asks for nothing that the starter corpus has."""

import json
import random
import re

import pytest

from starter.benchmark import benchmark_examples
from starter.corpus import corpus_examples
from starter.example import Example, make_any_example
from starter.family import Family, is_held_out
from starter.phrasing import HELD_OUT_HINTS, HELD_OUT_OPENINGS, HINTS, OPENINGS
from starter.programs import PRETRAINED, TAUGHT


@pytest.fixture(scope="module")
def corpus() -> list[Example]:
    return corpus_examples()


@pytest.fixture(scope="module")
def benchmark() -> list[Example]:
    return benchmark_examples()


def identities(examples: list[Example]) -> set[str]:
    return {json.dumps([e.family.name, dict(e.slots)], sort_keys=True) for e in examples}


def matcher(template: str) -> re.Pattern[str]:
    """A pattern for any text that the template could have become."""
    pieces = re.split(r"<[a-z_]+>|\{[a-z]+\}", template)
    return re.compile(".+?".join(re.escape(piece) for piece in pieces))


def test_no_prompt_is_in_both(corpus: list[Example], benchmark: list[Example]) -> None:
    assert {e.prompt for e in corpus}.isdisjoint(e.prompt for e in benchmark)


def test_no_program_is_in_both(corpus: list[Example], benchmark: list[Example]) -> None:
    assert {e.program for e in corpus}.isdisjoint(e.program for e in benchmark)


def test_no_parameter_set_is_in_both(corpus: list[Example], benchmark: list[Example]) -> None:
    assert identities(corpus).isdisjoint(identities(benchmark))


def test_no_phrasing_is_in_both(corpus: list[Example], benchmark: list[Example]) -> None:
    used = {(e.family.name, e.phrasing) for e in corpus}
    assert used.isdisjoint((e.family.name, e.phrasing) for e in benchmark)


def test_no_wording_around_the_phrasing_is_shared() -> None:
    assert set(OPENINGS).isdisjoint(HELD_OUT_OPENINGS)
    assert set(HINTS).isdisjoint(HELD_OUT_HINTS)


def test_no_corpus_prompt_contains_held_out_wording(corpus: list[Example]) -> None:
    openings = [matcher(text) for text in HELD_OUT_OPENINGS]
    hints = [matcher(f" {text}") for text in HELD_OUT_HINTS]
    for example in corpus:
        request = example.prompt if example.construct is None else _without_hint(example.prompt)
        assert not any(pattern.fullmatch(request) for pattern in openings), example.prompt
        assert not any(pattern.search(example.prompt) for pattern in hints), example.prompt


@pytest.mark.parametrize("family", TAUGHT, ids=lambda family: family.name)
def test_held_out_phrasings_cannot_be_made_by_the_others(family: Family) -> None:
    assert family.held_out_phrasings
    assert set(family.phrasings).isdisjoint(family.held_out_phrasings)
    assert len(set(family.phrasings)) == len(family.phrasings)


def test_pre_training_never_draws_a_held_out_parameter_set(benchmark: list[Example]) -> None:
    draw = random.Random(3)
    held_out = identities(benchmark)
    for family in PRETRAINED:
        examples = [make_any_example(draw, family, "python") for _ in range(100)]
        assert not any(is_held_out(family, example.slots) for example in examples)
        assert identities(examples).isdisjoint(held_out)


def test_every_benchmark_example_is_from_the_held_out_side(benchmark: list[Example]) -> None:
    for example in benchmark:
        assert is_held_out(example.family, example.slots)
        assert example.phrasing in example.family.held_out_phrasings


def _without_hint(prompt: str) -> str:
    end = re.search(r"[.?](?= [A-Z][a-z ]+\.$)", prompt)
    assert end is not None, prompt
    return prompt[: end.end()]
