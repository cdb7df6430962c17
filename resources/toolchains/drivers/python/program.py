"""Serves the functions of a judged program over a pipe; protocol: README.md one folder up."""

from __future__ import annotations

import _operator as operator
import builtins
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from values import decode, encode, from_json, plain, to_json  # noqa: E402

sys.path.pop(0)

# Every sample starts this program: what it imports is paid for each time.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO

_operations = {"hash": hash, "truth": bool, "repr": repr, "str": str, "len": len}


class Server:
    """One loaded program and the objects that its tests hold."""

    def __init__(self, namespace: dict[str, Any], requests: TextIO, answers: TextIO) -> None:
        self.namespace = namespace
        self.requests = requests
        self.answers = answers
        self.kept: dict[int, Any] = {}
        self.failed: dict[int, BaseException] = {}
        self.callbacks: dict[int, Callback] = {}

    def keep(self, value: Any) -> int:
        if isinstance(value, Callback):
            return -value.number
        number = id(value)
        self.kept[number] = value
        return number

    def serve(self) -> None:
        for line in self.requests:
            self.say(self.outcome(from_json(line)))

    def say(self, value: dict[str, Any]) -> None:
        _say(self.answers, value)

    def outcome(self, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return self.answer(request)
        except BaseException as error:
            kinds = [kind.__name__ for kind in type(error).__mro__]
            thrown = getattr(error, "_thrown_", None)
            return {"error": {"kinds": kinds, "message": str(error)[:2000], "thrown": thrown}}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        match request:
            case {"has": name}:
                return {"value": name in self.namespace}
            case {"describe": name}:
                return {"value": encode(self._described(name), self.keep)}
            case {"plain": number}:
                return {"value": encode(plain(self.kept[number]), self.keep)}
            case {"next": number, "count": count}:
                return self._next(number, count)
            case {"isinstance": [value, kind]}:
                return {"value": isinstance(self._decoded(value), self._decoded(kind))}
            case {"operate": name, "args": args}:
                work = _operations.get(name) or getattr(operator, name)
                return {"value": encode(work(*map(self._decoded, args)), self.keep)}
        return self._call(request)

    def _call(self, request: dict[str, Any]) -> dict[str, Any]:
        target = request["call"]
        if "handle" in target:
            function = self.kept[target["handle"]]
        else:
            function = self._global(target["name"])
        attribute = request["attribute"]
        if attribute is not None:
            function = getattr(function, attribute)
        if request.get("peek"):
            return {"value": encode(function, self.keep)}
        args = [self._decoded(value) for value in request["args"]]
        kwargs = {name: self._decoded(value) for name, value in request["kwargs"].items()}
        value = function(*args, **kwargs)
        return {
            "value": encode(value, self.keep),
            "args": [encode(argument, self.keep) for argument in args],
        }

    def _global(self, name: str) -> Any:
        if name not in self.namespace:
            raise NameError(f"name '{name}' is not defined")
        return self.namespace[name]

    def _described(self, name: str) -> dict[str, Any]:
        value = self._global(name)
        if isinstance(value, type(sys)):
            return {"module": value.__name__}
        if isinstance(value, type) and issubclass(value, BaseException):
            return {"exception": [kind.__name__ for kind in value.__mro__]}
        return {}

    def _next(self, number: int, count: int) -> dict[str, Any]:
        items: list[Any] = []
        try:
            if number in self.failed:
                raise self.failed.pop(number)
            while len(items) < count:
                items.append(encode(next(self.kept[number]), self.keep))
        except BaseException as error:
            if not items:
                raise
            # The items before it come first.
            self.failed[number] = error
        return {"value": {"l": items}}

    def _decoded(self, value: Any) -> Any:
        return decode(value, self._own)

    def _own(self, value: dict[str, Any]) -> Any:
        number = value["h"]
        if number > 0:
            return self.kept[number]
        return self.callbacks.setdefault(-number, Callback(self, -number))


class Callback:
    """A function of the tests, handed to the program as an argument."""

    def __init__(self, server: Server, number: int) -> None:
        self.server = server
        self.number = number

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        server = self.server
        positional = [encode(one, server.keep) for one in args]
        named = {name: encode(one, server.keep) for name, one in kwargs.items()}
        server.say({"callback": self.number, "args": positional, "kwargs": named})
        for line in server.requests:
            request = from_json(line)
            if "return" in request:
                return decode(request["return"], server._own)
            if "raise" in request:
                raise _exception(request["raise"])
            server.say(server.outcome(request))
        raise EOFError("the tests are gone")


def _exception(said: dict[str, Any]) -> Exception:
    kind = getattr(builtins, said["kind"], Exception)
    made = kind if isinstance(kind, type) and issubclass(kind, Exception) else Exception
    error = made(said["message"])
    error.__dict__["_thrown_"] = said["thrown"]
    return error


def main(path: str) -> int:
    # What the program prints must not mix with the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    namespace: dict[str, Any] = {"__name__": "program", "__file__": path}
    try:
        with open(path, encoding="utf-8") as file:
            source = file.read()
        # Without this module's own `from __future__`.
        code = compile(source, os.path.basename(path), "exec", dont_inherit=True)
        exec(code, namespace)
    except BaseException:
        import traceback

        _say(answers, {"failed": _without_driver(traceback.format_exc())})
        return 1
    _say(answers, {"ready": True})
    Server(namespace, requests, answers).serve()
    return 0


def _say(answers: TextIO, value: dict[str, Any]) -> None:
    answers.write(to_json(value) + "\n")
    answers.flush()


def _without_driver(text: str) -> str:
    lines = text.splitlines()
    own = main.__code__.co_filename
    kept = [
        line
        for index, line in enumerate(lines)
        if own not in line and (index == 0 or own not in lines[index - 1])
    ]
    return "\n".join(kept)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
