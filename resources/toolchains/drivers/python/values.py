"""Values as JSON between a judged program and its tests; format: README.md one folder up.

Only exact built-in types, and a few of the standard library's, are written out. Everything else,
subclasses with their own ``__eq__`` included, becomes a handle, so that nothing of a program's own
runs where the tests are.
"""

from __future__ import annotations

import builtins
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def _json() -> tuple[Callable[[str], Any], Callable[[Any], str]]:
    """How a line is read and written.

    The module ``json`` loads regular expressions, which costs as much as starting Python does, and
    every sample pays for it; below it lies the same scanner and encoder in C.
    """
    try:
        from _json import encode_basestring_ascii, make_encoder, make_scanner

        class Plain:
            strict = True
            object_hook = object_pairs_hook = None
            parse_float = float
            parse_int = int
            parse_constant = float

        scan = make_scanner(Plain)
        write = make_encoder(
            None, str, encode_basestring_ascii, None, ":", ",", False, False, False
        )
        known = {"a": [1, True, None, "b\n"]}
        if scan('{"a": [1, true, null, "b\\n"]}', 0)[0] == known:
            text = "".join(write(known, 0))
            if scan(text, 0) == (known, len(text)):
                return lambda line: scan(line, 0)[0], lambda value: "".join(write(value, 0))
    except (ImportError, AttributeError, TypeError, ValueError):
        # Another Python than CPython, or one whose inner parts are other ones.
        pass
    import json

    return json.loads, json.dumps


from_json, to_json = _json()

PLAIN_BASES = (dict, list, tuple, set, frozenset, str, int, float, bytes)

_LISTS = (("l", list), ("t", tuple), ("s", set), ("z", frozenset))


def encode(value: Any, keep: Callable[[Any], int]) -> Any:
    """``value`` as JSON; ``keep`` gives an object that stays here its handle."""
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind is int:
        return {"i": _integer(value)}
    if kind is float:
        return {"f": repr(value)}
    if kind is complex:
        return {"j": [repr(value.real), repr(value.imag)]}
    if kind is bytes or kind is bytearray:
        return {"b": value.hex()}
    if kind is range:
        return {"r": [_integer(value.start), _integer(value.stop), _integer(value.step)]}
    for name, wanted in _LISTS:
        if kind is wanted:
            return {name: [encode(item, keep) for item in value]}
    if kind is dict:
        return {"d": [[encode(key, keep), encode(item, keep)] for key, item in value.items()]}
    if kind is type and getattr(builtins, value.__name__, None) is value:
        return {"y": value.__name__}
    if kind is _known("fractions", "Fraction"):
        return {"q": [_integer(value.numerator), _integer(value.denominator)]}
    if kind is _known("decimal", "Decimal"):
        return {"m": str(value)}
    if kind is _known("collections", "deque"):
        return {"e": [encode(item, keep) for item in value]}
    if hasattr(kind, "__next__"):
        return {"h": keep(value), "c": kind.__name__, "n": True}
    base = next((base.__name__ for base in PLAIN_BASES if issubclass(kind, base)), None)
    return {"h": keep(value), "c": kind.__name__, **({} if base is None else {"p": base})}


def plain(value: Any) -> Any:
    """What an object of a subclass of a built-in type is, without the subclass."""
    for base in (list, tuple, set, frozenset):
        if isinstance(value, base):
            return base(base.__iter__(value))
    if isinstance(value, dict):
        return dict(dict.items(value))
    for base in (str, int, float):
        if isinstance(value, base):
            return getattr(base, f"__{base.__name__}__")(value)
    return bytes(memoryview(value))


def decode(value: Any, handle: Callable[[dict[str, Any]], Any]) -> Any:
    """The plain value; ``handle`` makes what stands for an object of the other side."""
    if not isinstance(value, dict):
        return value
    match value:
        case {"i": text}:
            return int(text, 16)
        case {"f": text}:
            return float(text)
        case {"j": [real, imaginary]}:
            return complex(float(real), float(imaginary))
        case {"b": text}:
            return bytes.fromhex(text)
        case {"r": [start, stop, step]}:
            return range(int(start, 16), int(stop, 16), int(step, 16))
        case {"l": items}:
            return [decode(item, handle) for item in items]
        case {"t": items}:
            return tuple(decode(item, handle) for item in items)
        case {"s": items}:
            return {decode(item, handle) for item in items}
        case {"z": items}:
            return frozenset(decode(item, handle) for item in items)
        case {"d": pairs}:
            return {decode(key, handle): decode(item, handle) for key, item in pairs}
        case {"y": str(name)} if isinstance(getattr(builtins, name, None), type):
            return getattr(builtins, name)
        case {"q": [numerator, denominator]}:
            from fractions import Fraction

            return Fraction(int(numerator, 16), int(denominator, 16))
        case {"m": text}:
            from decimal import Decimal

            return Decimal(text)
        case {"e": items}:
            from collections import deque

            return deque(decode(item, handle) for item in items)
        case {"h": _}:
            return handle(value)
    raise ValueError(f"not a value: {value!r}")


def _known(module: str, name: str) -> Any:
    """A class of the standard library, if the program has imported it: importing takes time."""
    return getattr(sys.modules.get(module), name, encode)


def _integer(value: int) -> str:
    # Hexadecimal has no limit on digits, which decimal text has since Python 3.11.
    return hex(value)
