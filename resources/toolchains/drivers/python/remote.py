"""What stands in tests for functions and objects of a program that runs in another process.

Nothing of the program runs here. Where a verdict could come of it, the program's own operators are
asked only about objects of the program: one that claims to equal everything equals nothing else.
"""

import builtins
import json
import os
import types
from collections.abc import Callable, Iterator
from typing import Any

from values import decode, encode

# What tests print or read must not mix with the protocol.
_answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
asked = os.fdopen(os.dup(0), encoding="utf-8")
os.dup2(2, 1)
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

MOST_AT_ONCE = 4096
"""Items that are fetched of an iterator at once, after the first few, which come one by one."""

DEEPEST = 40
"""Calls inside calls, from tests to program and back; each takes a score of Python's frames."""

_callbacks: list[Callable[..., Any]] = []
_thrown: list[Exception] = []
_depth = 0
_exceptions: dict[str, type[BaseException]] = {}


class ProgramEnded(BaseException):
    """The program is gone; no test can go on, whatever it catches."""


class ProgramError(Exception):
    """An exception of a class that the program made itself."""


class ProgramExit(BaseException):
    """What is no Exception in the program, such as SystemExit, is none here."""


def say(value: dict[str, Any]) -> None:
    _answers.write(json.dumps(value) + "\n")
    _answers.flush()


def forget() -> None:
    """Before the tests of another program."""
    _callbacks.clear()
    _thrown.clear()
    _exceptions.clear()


def ask(request: dict[str, Any]) -> dict[str, Any]:
    """Sends one request to the program. Raises what the program raised."""
    global _depth
    if _depth >= DEEPEST:
        raise RecursionError("too many calls inside each other")
    _depth += 1
    try:
        return _exchange(request)
    finally:
        _depth -= 1


def _exchange(request: dict[str, Any]) -> dict[str, Any]:
    say(request)
    answer: dict[str, Any] = json.loads(asked.readline())
    while "callback" in answer:
        say(_called_back(answer))
        answer = json.loads(asked.readline())
    if "gone" in answer:
        raise ProgramEnded(answer["gone"])
    if "error" in answer:
        raise _raised(answer["error"])
    return answer


def decoded(answer: dict[str, Any]) -> Any:
    return decode(answer["value"], remote)


def encoded(value: Any) -> Any:
    return encode(value, _number_of)


def _number_of(value: Any) -> int:
    if isinstance(type(value), type) and issubclass(type(value), Remote):
        return int(value._number_())
    if callable(value) and not isinstance(value, type):
        _callbacks.append(value)
        return -len(_callbacks)
    raise TypeError(f"a {type(value).__name__} cannot be handed to the program")


def remote(said: dict[str, Any]) -> Any:
    """What stands for an object of the program, or the tests' own function that it gave back."""
    number = said["h"]
    if number < 0:
        return _callback(-number)
    return RemoteIterator(said) if said.get("n") else Remote(said)


def _called_back(request: dict[str, Any]) -> dict[str, Any]:
    try:
        work = _callback(request["callback"])
        args = [decode(one, remote) for one in request["args"]]
        kwargs = {str(name): decode(one, remote) for name, one in request["kwargs"].items()}
        return {"return": encoded(work(*args, **kwargs))}
    except Exception as error:
        _thrown.append(error)
        kind = type(error).__name__
        return {"raise": {"kind": kind, "message": str(error), "thrown": len(_thrown)}}


def _callback(number: int) -> Callable[..., Any]:
    if not 0 < number <= len(_callbacks):
        raise TypeError(f"the tests handed over no function {number}")
    return _callbacks[number - 1]


def exception_class(kinds: list[str], name: str) -> type[BaseException]:
    """The class of the tests' own for one of the program's, by the names of it and its bases."""
    if name not in _exceptions:
        base: type[BaseException] = ProgramError
        for kind in kinds[1:]:
            found = getattr(builtins, kind, None)
            if isinstance(found, type) and issubclass(found, BaseException):
                base = found
                break
            if kind in _exceptions:
                base = _exceptions[kind]
                break
        _exceptions[name] = type(name, (base,), {})
    return _exceptions[name]


def _raised(error: dict[str, Any]) -> BaseException:
    if 0 < (number := error.get("thrown") or 0) <= len(_thrown):
        # What a function of the tests threw comes back to them as it was.
        return _thrown[number - 1]
    kinds = [str(kind) for kind in error["kinds"]]
    known = getattr(builtins, kinds[0], None)
    if not (isinstance(known, type) and issubclass(known, Exception)):
        is_exception = "Exception" in kinds
        for at in range(len(kinds) - 1, -1, -1):
            if is_exception and not hasattr(builtins, kinds[at]):
                exception_class(kinds[at:], kinds[at])
        known = _exceptions.get(kinds[0], ProgramError if is_exception else ProgramExit)
    try:
        return known(error["message"])
    except TypeError:
        return ProgramError(f"{kinds[0]}: {error['message']}")


def call(target: dict[str, Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Calls a function of the program; lists, dictionaries and sets are changed as it changed them."""
    answer = ask(
        {
            "call": target,
            "attribute": None,
            "args": [encoded(argument) for argument in args],
            "kwargs": {name: encoded(value) for name, value in kwargs.items()},
        }
    )
    for before, after in zip(args, answer["args"], strict=False):
        _change(before, after)
    return decoded(answer)


def _change(before: Any, after: Any) -> None:
    if type(before) not in (list, dict, set):
        return
    changed = decode(after, remote)
    if type(changed) is not type(before):
        return
    if isinstance(before, list):
        before[:] = changed
    else:
        before.clear()
        before.update(changed)


def _operate(name: str, *args: Any) -> Any:
    return decoded(ask({"operate": name, "args": [encoded(argument) for argument in args]}))


class Remote:
    """An object of the program."""

    def __init__(self, said: dict[str, Any]) -> None:
        self._handle_ = said["h"]
        self._name_ = str(said["c"])
        self._base_ = said.get("p")
        self._mixed_ = False

    def _number_(self) -> int:
        return int(self._handle_)

    def _target_(self) -> dict[str, Any]:
        return {"handle": self._number_()}

    def _plain_(self) -> Any:
        """As the built-in type that its class is made from."""
        return decoded(ask({"plain": self._number_()}))

    @property
    def __class__(self) -> Any:
        # For isinstance: a Counter is a dict.
        return type(self) if self._base_ is None else getattr(builtins, str(self._base_))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        request = {"call": self._target_(), "attribute": name, "peek": True}
        return decoded(ask(request))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return call(self._target_(), args, kwargs)

    def __instancecheck__(self, value: Any) -> bool:
        if not issubclass(type(value), Remote):
            return False
        return ask({"isinstance": [encoded(value), encoded(self)]})["value"] is True

    def __len__(self) -> int:
        return int(self._own_("len"))

    def __iter__(self) -> Iterator[Any]:
        request = {"call": self._target_(), "attribute": "__iter__", "args": [], "kwargs": {}}
        return iter(decoded(ask(request)))

    def __getitem__(self, key: Any) -> Any:
        return _operate("getitem", self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        _operate("setitem", self, key, value)

    def __delitem__(self, key: Any) -> None:
        _operate("delitem", self, key)

    def __contains__(self, item: Any) -> bool:
        return _operate("contains", self, item) is True

    def __bool__(self) -> bool:
        return self._own_("truth") is True

    def __str__(self) -> str:
        return str(self._own_("str"))

    def __repr__(self) -> str:
        return str(self._own_("repr"))

    def __hash__(self) -> int:
        return hash(self._plain_()) if self._base_ is not None else int(self._own_("hash"))

    def __eq__(self, other: object) -> bool:
        if not issubclass(type(other), Remote):
            # The program's __eq__ has no say about what tests expect.
            return self._base_ is not None and bool(self._plain_() == other)
        if self._base_ is not None and other._base_ is not None:  # type: ignore[attr-defined]
            return bool(self._plain_() == other._plain_())  # type: ignore[attr-defined]
        if _operate("eq", self, other) is not True:
            return False
        try:
            # What equals a text that nobody has seen before equals everything.
            return _operate("eq", self, os.urandom(8).hex()) is not True
        except Exception:
            return True

    def _own_(self, operation: str) -> Any:
        if self._mixed_:
            raise TypeError(f"{operation} of what an object of the program made of a plain value")
        return _operate(operation, self)

    def _operated_(self, operation: str, left: Any, right: Any) -> Any:
        # With a plain value on one side only objects may come of it, and no plain value of these:
        # what the program makes of ``result - 5`` could be 0 whatever the result is.
        mixed = self._mixed_ or not all(issubclass(type(one), Remote) for one in (left, right))
        value = _operate(operation, left, right)
        if mixed:
            if not issubclass(type(value), Remote):
                return NotImplemented
            value._mixed_ = True
        return value


def _operators() -> None:
    def forward(name: str) -> Any:
        return lambda self, other: self._operated_(name, self, other)

    def backward(name: str) -> Any:
        return lambda self, other: self._operated_(name, other, self)

    def alone(name: str) -> Any:
        return lambda self: self._own_(name)

    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
        setattr(Remote, f"__{name}__", forward(name))
        setattr(Remote, f"__r{name}__", backward(name))
    for name in ("and", "or", "xor"):
        setattr(Remote, f"__{name}__", forward(f"{name}_"))
        setattr(Remote, f"__r{name}__", backward(f"{name}_"))
    for name in ("lt", "le", "gt", "ge"):
        setattr(Remote, f"__{name}__", forward(name))
    for name in ("neg", "pos", "abs", "invert", "index"):
        setattr(Remote, f"__{name}__", alone(name))


_operators()


class RemoteIterator(Remote):
    """An iterator of the program, which may be endless."""

    def __init__(self, said: dict[str, Any]) -> None:
        super().__init__(said)
        self._items_: list[Any] = []
        self._given_ = 0

    @property
    def __class__(self) -> Any:
        return types.GeneratorType if self._name_ == "generator" else type(self)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        if not self._items_:
            count = 1 if self._given_ < 64 else min(self._given_, MOST_AT_ONCE)
            items = decoded(ask({"next": self._number_(), "count": count}))
            self._items_ = items[::-1]
        self._given_ += 1
        return self._items_.pop()


class Global(Remote):
    """A global of the program, by its name: a function, a class, a constant."""

    def __init__(self, name: str) -> None:
        super().__init__({"h": 0, "c": name})
        self.__name__ = name

    def _number_(self) -> int:
        value = ask({"call": self._target_(), "attribute": None, "peek": True})["value"]
        if not isinstance(value, dict) or "h" not in value:
            raise TypeError(f"{self._name_} is no object of the program")
        return int(value["h"])

    def _target_(self) -> dict[str, Any]:
        return {"name": self._name_}
