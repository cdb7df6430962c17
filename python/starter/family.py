"""What one kind of program is: its parameters, its phrasings, and its programs in two languages.

Phrasings and programs are templates. A slot is a name in angle brackets, ``<numbers>``, which no
generated program uses for anything else.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

Slots = Mapping[str, str]
"""The text that replaces each slot."""

HELD_OUT_SHARE = 6
"""One in this many parameter sets is kept for the benchmark."""

_SLOT = re.compile(r"<([a-z_]+)>")


@dataclass(frozen=True)
class Family:
    """One kind of program.

    ``python`` and ``javascript`` map a construct to a program template; the first entry is what is
    written when no construct is asked for. Every program of a family prints the same for the same
    slots, so the Python one serves as the oracle of the JavaScript one.
    """

    name: str
    category: str
    draw: Callable[[Random], dict[str, str]]
    phrasings: tuple[str, ...]
    python: Mapping[str, str]
    javascript: Mapping[str, str] = field(default_factory=dict)
    held_out_phrasings: tuple[str, ...] = ()


def fill(template: str, slots: Slots) -> str:
    """The template with every slot replaced. Raises ``KeyError`` for a slot without a value."""
    return _SLOT.sub(lambda match: slots[match[1]], template)


def is_held_out(family: Family, slots: Slots) -> bool:
    """Whether this parameter set belongs to the benchmark alone; decided by its hash."""
    identity = json.dumps([family.name, dict(slots)], sort_keys=True)
    return hashlib.sha256(identity.encode()).digest()[0] % HELD_OUT_SHARE == 0


def draw_slots(family: Family, random: Random, *, held_out: bool) -> dict[str, str]:
    """A parameter set from the wanted side of the split."""
    while True:
        slots = family.draw(random)
        if is_held_out(family, slots) == held_out:
            return slots
