"""Instances that someone wrote down: calls of a class, with values, in the docstrings and the code of its module."""

import ast
import re
from collections.abc import Iterator

from refute.properties.literals import is_value, value_end
from refute.properties.modules import Module
from refute.properties.shapes import Strategy
from refute.properties.syntax import parse_expression

_MOST = 12


def written_instances(path: str, module: Module) -> Strategy | None:
    """Instances of the class called `path` made with arguments by position that `module` gives it somewhere; None
    where it gives none."""
    found = dict.fromkeys(
        ast.unparse(ast.Tuple(call.args, ast.Load()))
        for call in (*_in_docstrings(path, module), *_in_code(path, module))
        if call.args and not call.keywords and all(map(is_value, call.args))
    )
    chosen = list(found)[:_MOST]
    return Strategy(f"sampled_from([{', '.join(chosen)}]).map(lambda given: {path}(*given))") if chosen else None


def _in_docstrings(path: str, module: Module) -> Iterator[ast.Call]:
    opening = re.compile(rf"(?<![\w.]){re.escape(path)}(?=\()")
    docstrings = (
        n.value for n in ast.walk(module.tree) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)
    )
    for text in (node.value for node in docstrings):
        for place in opening.finditer(text) if isinstance(text, str) else ():
            end = value_end(place.string, place.end())
            call = parse_expression(place.string[place.start() : end]) if end else None
            if isinstance(call, ast.Call):
                yield call


def _in_code(path: str, module: Module) -> Iterator[ast.Call]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == path:
            yield node
