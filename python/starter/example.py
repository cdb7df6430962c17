"""One request with its program, put together from a family and a random state."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from starter.family import Family, Slots, draw_slots, fill
from starter.phrasing import CONSTRUCTS_BY_LANGUAGE, hint, opening


@dataclass(frozen=True)
class Example:
    """A request and the program that answers it."""

    family: Family
    language: str
    slots: Slots
    phrasing: str
    construct: str | None
    """The construct that the prompt asks for, if it asks for one."""
    prompt: str
    program: str


def programs_of(family: Family, language: str) -> Mapping[str, str]:
    """The family's program templates in ``python`` or ``javascript``, by construct."""
    return family.python if language == "python" else family.javascript


def make_example(
    random: Random,
    family: Family,
    language: str,
    *,
    held_out: bool = False,
    construct: str | None = None,
) -> Example:
    """A new example that asks for ``construct``; with ``None``, for none and the first is written.

    ``held_out`` takes parameters and wording from the benchmark's side of the split.
    """
    slots = draw_slots(family, random, held_out=held_out)
    phrasing = random.choice(family.held_out_phrasings if held_out else family.phrasings)
    prompt = opening(random, language, fill(phrasing, slots), held_out=held_out)
    if construct is not None:
        prompt = f"{prompt} {hint(random, language, construct, held_out=held_out)}"
    programs = programs_of(family, language)
    template = programs[construct if construct is not None else next(iter(programs))]
    return Example(family, language, slots, phrasing, construct, prompt, fill(template, slots))


def make_any_example(random: Random, family: Family, language: str) -> Example:
    """An example from the training side of the split; three of four ask for a construct."""
    names = CONSTRUCTS_BY_LANGUAGE[language]
    known = [construct for construct in programs_of(family, language) if construct in names]
    asks = bool(known) and random.random() < 0.75
    construct = random.choice(known) if asks else None
    return make_example(random, family, language, construct=construct)
