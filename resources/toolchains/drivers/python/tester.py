"""Runs hidden tests against a program in another process; protocol: README.md one folder up.

Understood are: ``def check(candidate)`` (HumanEval), ``assert`` lines (MBPP), functions named
``test…`` and ``unittest.TestCase`` classes. A name that the tests do not define themselves is looked
for in the program.
"""

import ast
import builtins
import importlib
import json
import sys
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from remote import Global, ProgramEnded, ask, asked, decoded, exception_class, forget, say  # noqa: E402


def run(text: str, entry_point: str | None) -> list[dict[str, Any]]:
    """Every test with its outcome, in the order of the text."""
    tree = ast.parse(text)
    namespace: dict[str, Any] = {"__name__": "hidden_tests"}
    results: list[dict[str, Any]] = []
    forget()
    for name in _names_of_program(tree):
        bound = _outcome(name, lambda name=name: namespace.update({name: of_program(name)}))
        if not bound["passed"]:
            return [bound]
    if entry_point is not None:
        namespace["candidate"] = Global(entry_point)
    asserts = 0
    for statement in tree.body:
        code = compile(ast.Module([statement], []), "hidden_tests", "exec")
        if isinstance(statement, ast.Assert):
            asserts += 1
            results.append(_outcome(f"assert {asserts}", lambda code=code: exec(code, namespace)))
        elif not _is_main_guard(statement) and not _calls_check(statement):
            outcome = _outcome(f"line {statement.lineno}", lambda code=code: exec(code, namespace))
            if not outcome["passed"]:
                return [*results, outcome]
    for name, value in list(namespace.items()):
        if name.startswith("test") and callable(value) and not isinstance(value, type):
            if getattr(value, "__module__", None) == "hidden_tests":
                results.append(_outcome(name, value))
        elif isinstance(value, type) and issubclass(value, unittest.TestCase):
            results.extend(_cases(name, value))
    check = namespace.get("check")
    if callable(check) and entry_point is not None:
        results.append(_outcome("check", lambda: check(namespace["candidate"])))
    return results


def of_program(name: str) -> Any:
    """What a name of the program means in tests."""
    if not ask({"has": name})["value"]:
        return Global(name)
    match decoded(ask({"describe": name})):
        case {"module": str(module)} if module.split(".")[0] in sys.stdlib_module_names:
            # Not the program's own, which it may have changed.
            return importlib.import_module(module)
        case {"exception": list(kinds)}:
            return exception_class(kinds, name)
    return Global(name)


def _names_of_program(tree: ast.Module) -> list[str]:
    defined = {name for name in dir(builtins)} | {"candidate", "__name__"}
    used: list[str] = []
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                defined.add(name)
            case ast.alias(name=name, asname=alias):
                defined.add((alias or name).split(".")[0])
            case ast.arg(arg=name):
                defined.add(name)
            case ast.Name(id=name, ctx=ast.Load()):
                used.append(name)
            case ast.Name(id=name):
                defined.add(name)
            case ast.ExceptHandler(name=str(name)):
                defined.add(name)
    return sorted({name for name in used if name not in defined})


def _is_main_guard(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)


def _calls_check(statement: ast.stmt) -> bool:
    """HumanEval's last line, ``check(name)``: the tests are run by this module instead."""
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="check"))):
            return True
    return False


def _cases(name: str, case: type[unittest.TestCase]) -> list[dict[str, Any]]:
    results = []
    for method in unittest.defaultTestLoader.getTestCaseNames(case):
        outcome = unittest.TestResult()
        try:
            case(method).run(outcome)
        except ProgramEnded as error:
            results.append({"name": f"{name}.{method}", "passed": False, "message": str(error)})
            continue
        problems = [text for _, text in [*outcome.failures, *outcome.errors]]
        # A test that skips itself has shown nothing.
        passed = outcome.testsRun == 1 and not problems and not outcome.skipped
        message = problems[0].strip().splitlines()[-1] if problems else ""
        results.append({"name": f"{name}.{method}", "passed": passed, "message": message})
    return results


def _outcome(name: str, test: Any) -> dict[str, Any]:
    try:
        test()
    except ProgramEnded as error:
        return {"name": name, "passed": False, "message": str(error)}
    except BaseException as error:
        said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return {"name": name, "passed": False, "message": said[:500]}
    return {"name": name, "passed": True, "message": ""}


def main() -> None:
    for line in asked:
        request = json.loads(line)
        try:
            answer: dict[str, Any] = {"results": run(request["tests"], request["entryPoint"])}
        except Exception as error:
            answer = {"broken": f"{type(error).__name__}: {error}"}
        say(answer)


if __name__ == "__main__":
    main()
