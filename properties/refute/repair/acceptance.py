"""Which fixes are refused whatever they pass: those that change the contract, cheat, or bring effects."""

import ast
from collections import Counter
from collections.abc import Iterator
from typing import cast

from refute.properties.syntax import parse_source

_EFFECTS = frozenset(
    (
        *("__import__", "breakpoint", "compile", "delattr", "eval", "exec", "exit", "globals", "input", "open"),
        *("print", "quit", "setattr", "vars"),
    )
)
_FOREIGN = frozenset(
    (
        *("asyncio", "builtins", "ctypes", "gc", "glob", "http", "importlib", "inspect", "io", "logging"),
        *("multiprocessing", "os", "pathlib", "pickle", "random", "requests", "secrets", "shutil", "signal", "socket"),
        *("sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid", "warnings"),
    )
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def refusal(unit_source: str, new_source: str, counterexample_arguments: tuple[str, ...]) -> str | None:
    """Why `new_source` is no acceptable fix of `unit_source`, in words for users; None where it is.

    `counterexample_arguments` are the argument expressions of the counterexamples that it is meant to mend.
    """
    old, new = _definition(unit_source), _definition(new_source)
    if old is None or new is None:
        return "it is not one function definition"
    if _signature(old) != _signature(new):
        return "it changes the signature"
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(new)) and not any(
        isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(old)
    ):
        return "it makes a generator of the function"
    if _checks(old) - _checks(new):
        return "it removes a check (`raise` or `assert`)"
    if _catch_alls(new) > _catch_alls(old):
        return "it hides errors behind a broad `except`"
    effect = next(iter(sorted(set(_effects(new)) - set(_effects(old)))), None)
    if effect is not None:
        return f"it brings an effect that the function did not have (`{effect}`)"
    if _special_case(old, new, counterexample_arguments):
        return "it treats the counterexample as a special case"
    return None


def _definition(source: str) -> _Function | None:
    try:
        body = parse_source(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return body[0] if len(body) == 1 and isinstance(body[0], _Function) else None


def _signature(node: _Function) -> tuple[str, ...]:
    returns = ast.dump(node.returns) if node.returns else ""
    return type(node).__name__, node.name, ast.dump(node.args), returns


def _checks(node: _Function) -> Counter[str]:
    """The kinds of exceptions that the function raises, and its assertions, with their numbers.

    `NotImplementedError` says that something is still to be written: no fix has to keep it.
    """
    found: Counter[str] = Counter()
    for part in ast.walk(node):
        if isinstance(part, ast.Assert):
            found["assert"] += 1
        elif isinstance(part, ast.Raise):
            raised = part.exc.func if isinstance(part.exc, ast.Call) else part.exc
            found[ast.unparse(raised) if raised else "raise"] += 1
    del found["NotImplementedError"]
    return found


def _catch_alls(node: _Function) -> int:
    """How many handlers catch everything."""
    count = 0
    for part in ast.walk(node):
        if isinstance(part, ast.ExceptHandler):
            caught = part.type.elts if isinstance(part.type, ast.Tuple) else [part.type]
            names = {kind.id if isinstance(kind, ast.Name) else "" if kind else "BaseException" for kind in caught}
            count += not names.isdisjoint({"Exception", "BaseException"})
    return count


def _effects(node: _Function) -> Iterator[str]:
    for part in ast.walk(node):
        match part:
            case ast.Call(func=ast.Name(id=name)) if name in _EFFECTS:
                yield name
            case ast.Import(names=aliases):
                yield from (f"import {alias.name}" for alias in aliases if alias.name.partition(".")[0] in _FOREIGN)
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in _FOREIGN:
                yield f"import {module}"
            case ast.Attribute(value=ast.Name(id=name)) if name in _FOREIGN:
                yield f"{name}.{part.attr}"
            case ast.Global(names=names):
                yield f"global {names[0]}"
            case _:
                pass


def _special_case(old: _Function, new: _Function, arguments: tuple[str, ...]) -> bool:
    """Whether the function now asks for the counterexample itself.

    Values at the edge (`0`, `""`, `[]` ...) are asked for by honest guards as well; they count only where two
    parameters at once are compared with them.
    """
    values = [value for value in map(_literal, arguments) if value is not _NOT_LITERAL]
    known = {ast.dump(part) for part in ast.walk(old) if isinstance(part, ast.expr)}
    edges: set[str] = set()
    for part in ast.walk(new):
        if not isinstance(part, ast.expr) or ast.dump(part) in known:
            continue
        for subject, asked in _asked_values(part, frozenset(argument.arg for argument in new.args.args)):
            if any(_same(asked, value) for value in values):
                if not _at_edge(asked):
                    return True
                edges.add(subject)
    return len(edges) > 1


_NOT_LITERAL = object()


def _literal(text: str | ast.expr) -> object:
    try:
        return cast(object, ast.literal_eval(text))
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return _NOT_LITERAL


def _asked_values(node: ast.expr, parameters: frozenset[str]) -> Iterator[tuple[str, object]]:
    """The literal values that an expression compares a parameter with, or looks up, each with what it compares."""
    if isinstance(node, ast.Dict):
        yield from (("a table", _literal(key)) for key in node.keys if key is not None)
    if not isinstance(node, ast.Compare):
        return
    operands = [node.left, *node.comparators]
    for op, left, right in zip(node.ops, operands, operands[1:], strict=False):
        for one, other in ((left, right), (right, left)):
            names = [name.id for name in ast.walk(one) if isinstance(name, ast.Name) and name.id in parameters]
            if not names or not isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn | ast.Is):
                continue
            yield names[0], _literal(other)
            if isinstance(one, ast.Tuple) and isinstance(other, ast.Tuple):
                yield from zip(names, map(_literal, other.elts), strict=False)
            elif isinstance(other, ast.Tuple | ast.List | ast.Set) and isinstance(op, ast.In | ast.NotIn):
                yield from ((names[0], _literal(item)) for item in other.elts)


def _same(left: object, right: object) -> bool:
    return type(left) is type(right) and left == right


def _at_edge(value: object) -> bool:
    """Whether a value is one that honest code asks for: nothing, empty, next to zero, or a single character."""
    match value:
        case None | bool():
            return True
        case int() | float():
            return abs(value) <= 2
        case str() | bytes() | list() | tuple() | set() | dict():
            return len(cast("list[object]", value)) <= isinstance(value, str | bytes)
        case _:
            return False
