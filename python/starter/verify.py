"""Executes programs and compares what they print with what the Python half prints."""

from starter.example import Example
from starter.node import ProgramError, run_all_javascript
from starter.oracle import expected_output


def verify_programs(examples: list[Example]) -> None:
    """Raises ``ProgramError`` if a program fails under Node or prints something unexpected."""
    executions = run_all_javascript(example.program for example in examples)
    for example, execution in zip(examples, executions, strict=True):
        expected = expected_output(example.family, example.slots)
        if execution.output != expected:
            raise ProgramError(
                f"{example.family.name} printed {execution.output!r} instead of {expected!r}:\n"
                f"{example.program}"
            )
