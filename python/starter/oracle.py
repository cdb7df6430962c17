"""What a program should print, according to the family's Python half."""

import contextlib
import io

from starter.family import Family, Slots, fill


def expected_output(family: Family, slots: Slots) -> str:
    """What the family's first Python program prints for these slots.

    It runs inside this process: the programs are this package's own templates.
    """
    return run_python(fill(next(iter(family.python.values())), slots))


def run_python(program: str) -> str:
    """What a generated Python program prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(program, {"__name__": "starter_program"})
    return printed.getvalue()
