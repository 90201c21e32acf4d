"""Values at which a function may change its behaviour: numbers and strings that it names, and patterns it looks for."""

import ast
import re
from collections.abc import Iterator
from itertools import combinations_with_replacement

from refute.properties.modules import FunctionNode, Module
from refute.properties.shapes import Shape, Strategy, Text, one_of
from refute.properties.strategies import FARTHEST
from refute.properties.units import FunctionUnit

_WORD_IN_QUOTES = re.compile(r"""(["'])([^"'\n]{1,20})\1""")
_NUMBER = re.compile(r"(?<![\w.])-?\d{1,6}(?:\.\d+)?(?![\w.]*\d)")
_MOST_TEXTS = 12
_FARTHEST_COUNTED = 100_000
"""Where a function counts, a larger number may take more time than a call has."""
_LEAST_FACTOR, _MOST_FACTORS = 10, 3

_MATCHING = frozenset({"match", "fullmatch", "search", "findall", "finditer", "split", "sub"})
_LONGEST_PATTERN, _MOST_PATTERNS = 150, 3
_UNFIT = re.compile(r"\(\?[^:P]|\(\?P=|\\[AbBZnrtvfx0-9uU]|[^ -~]")
"""What texts cannot be made from, or not from printable signs: flags, looking around, references, anchors."""
_PRINTABLE = "characters(min_codepoint=32, max_codepoint=126)"
_BESIDE = ("", "", "", " ", "x", "0", "-")
"""What stands behind a text that fits: mostly nothing."""


def literals_of(unit: FunctionUnit, function: FunctionNode) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Numbers and strings of the docstring and the body, and products of the numbers that it multiplies by, as with
    units of units."""
    numbers: set[float] = set()
    texts: dict[str, None] = {}
    messages = {id(part) for node in ast.walk(function) if isinstance(node, ast.Raise) for part in ast.walk(node)}
    for node in ast.walk(function):
        is_docstring = isinstance(node, ast.Constant) and node.value == ast.get_docstring(function, clean=False)
        if isinstance(node, ast.Constant) and not is_docstring and id(node) not in messages:
            if isinstance(node.value, int | float) and not isinstance(node.value, bool):
                numbers.add(node.value)
            elif isinstance(node.value, str) and 0 < len(node.value) <= 20:
                texts[node.value] = None
    documented = unit.spec.docstring or ""
    numbers |= {float(text) if "." in text else int(text) for text in _NUMBER.findall(documented)}
    numbers |= {left * right for left, right in combinations_with_replacement(_factors(function), 2)}
    most = _FARTHEST_COUNTED if _counts(function) else FARTHEST
    texts |= dict.fromkeys(text for _, text in _WORD_IN_QUOTES.findall(documented))
    names = {parameter.name for parameter in unit.spec.parameters}
    return (
        tuple(sorted(number for number in numbers if abs(number) <= most)),
        tuple(text for text in texts if text not in names)[:_MOST_TEXTS],
    )


def with_patterns(shape: Shape, function: FunctionNode, name: str, module: Module) -> Shape:
    """`shape`, where it is text, with texts that fit what `function` matches its parameter `name` against, and with
    some that nearly do."""
    if not isinstance(shape, Text):
        return shape
    found = list(dict.fromkeys(filter(_is_fit, _patterns(function, name, module))))[:_MOST_PATTERNS]
    fitting = [
        f"from_regex({pattern!r}, fullmatch=True, alphabet=characters(codec='ascii', min_codepoint=32))"
        for pattern in found
    ]
    if shape.fixed_form:
        return one_of([Strategy(source) for source in fitting]) if fitting else shape
    beside = f"sampled_from({list(_BESIDE)!r})"
    return one_of([shape, *(Strategy(f"tuples({source}, {beside}).map(''.join)") for source in fitting)])


def _patterns(function: FunctionNode, name: str, module: Module) -> Iterator[str]:
    """The regular expressions that a function applies to a parameter, which it may strip or fold first."""
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=held), attr=how), args=[*given]) if how in _MATCHING:
                if module.dotted(ast.Name(held, ast.Load())) == "re":
                    pattern, given = (given[0] if given else None), given[1:]
                else:
                    pattern = _compiled(held, module)
                looked_at = given[1:] if how == "sub" else given
                if isinstance(pattern, ast.Constant) and looked_at and _is_about(looked_at[0], name):
                    yield str(pattern.value)
            case _:
                continue


def _compiled(name: str, module: Module) -> ast.expr | None:
    """The pattern that a name of the module was compiled from, without flags."""
    for statement in module.definitions.get(name, ())[-1:]:
        match statement:
            case ast.Assign(value=ast.Call(func=compiler, args=[pattern], keywords=[])):
                return pattern if module.dotted(compiler) == "re.compile" else None
            case _:
                continue
    return None


def _is_about(node: ast.expr, name: str) -> bool:
    match node:
        case ast.Name(id=used):
            return used == name
        case ast.Call(func=ast.Attribute(value=inner, attr="strip" | "lower" | "upper" | "casefold"), args=[]):
            return _is_about(inner, name)
        case _:
            return False


def _is_fit(pattern: str) -> bool:
    bare = pattern.removeprefix("^").removesuffix("$")
    if len(pattern) > _LONGEST_PATTERN or _UNFIT.search(pattern) or "^" in bare.replace("[^", "") or "$" in bare:
        return False
    try:
        return re.compile(pattern).match("") is None  # what fits nothing at all says nothing
    except (re.error, OverflowError, RecursionError):
        return False


def _factors(function: FunctionNode) -> list[int]:
    """The whole numbers that a function multiplies by, as far as there are few."""
    products = [
        part
        for node in ast.walk(function)
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Mult | ast.Pow)
        for part in ast.iter_child_nodes(node)
    ]
    found = {part.value for part in products if isinstance(part, ast.Constant) and type(part.value) is int}
    factors = sorted(number for number in found if number >= _LEAST_FACTOR)
    return factors if len(factors) <= _MOST_FACTORS else []


def _counts(function: FunctionNode) -> bool:
    """Whether it may take long for large numbers, since it counts."""
    return any(
        isinstance(node, ast.While) or (isinstance(node, ast.Name) and node.id == "range")
        for node in ast.walk(function)
    )
