"""The programs of a family agree with each other, in both languages."""

import random
import shutil

import pytest

from starter.example import make_example, programs_of
from starter.family import Family, draw_slots, fill
from starter.node import ProgramError, run_all_javascript, run_javascript
from starter.oracle import expected_output, run_python
from starter.phrasing import CONSTRUCT_NAMES, PYTHON_CONSTRUCT_NAMES
from starter.programs import PRETRAINED, TAUGHT
from starter.verify import verify_programs

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")


@pytest.mark.parametrize("family", PRETRAINED, ids=lambda family: family.name)
def test_all_python_programs_of_a_family_print_the_same(family: Family) -> None:
    draw = random.Random(1)
    for _ in range(5):
        slots = draw_slots(family, draw, held_out=False)
        printed = {run_python(fill(template, slots)) for template in family.python.values()}
        assert len(printed) == 1, slots
        assert printed != {""}


@needs_node
@pytest.mark.parametrize("family", PRETRAINED, ids=lambda family: family.name)
def test_all_javascript_programs_print_what_the_python_ones_do(family: Family) -> None:
    slots = draw_slots(family, random.Random(2), held_out=False)
    programs = [fill(template, slots) for template in family.javascript.values()]
    printed = {execution.output for execution in run_all_javascript(programs)}
    assert printed <= {expected_output(family, slots)}


@pytest.mark.parametrize("family", TAUGHT, ids=lambda family: family.name)
def test_every_construct_of_a_taught_family_has_a_name(family: Family) -> None:
    assert family.javascript
    assert set(family.javascript) <= set(CONSTRUCT_NAMES)
    assert set(family.python) <= set(PYTHON_CONSTRUCT_NAMES)


def test_family_names_are_unique() -> None:
    names = [family.name for family in PRETRAINED]
    assert len(set(names)) == len(names)


@needs_node
def test_a_program_that_fails_is_reported_with_its_text() -> None:
    with pytest.raises(ProgramError, match="throw new Error"):
        run_javascript("throw new Error('no');")


@needs_node
def test_a_program_that_prints_something_else_is_refused() -> None:
    family = TAUGHT[0]
    example = make_example(random.Random(4), family, "javascript")
    broken = type(example)(**{**vars(example), "program": "console.log(1);"})
    with pytest.raises(ProgramError, match="instead of"):
        verify_programs([broken])


def test_an_example_without_a_construct_gets_the_first_program() -> None:
    family = TAUGHT[0]
    example = make_example(random.Random(5), family, "javascript")
    assert example.program == fill(
        next(iter(programs_of(family, "javascript").values())), example.slots
    )
