"""All families, by what they are used for."""

from starter.programs.arithmetic import ARITHMETIC
from starter.programs.decisions import DECISIONS
from starter.programs.lists import LISTS
from starter.programs.practice import PRACTICE
from starter.programs.records import RECORDS
from starter.programs.strings import STRINGS

TAUGHT = (*DECISIONS, *ARITHMETIC, *LISTS, *RECORDS, *STRINGS)
"""In corpus and benchmark; their Python half is in the pre-training mix."""

PRETRAINED = (*TAUGHT, *PRACTICE)
"""Everything that the model sees in pre-training."""
