"""Examples in the prose of a docstring: `f(1) == 2`, `f(1) -> 2`, "f(1) returns 2", "for x = 1 the result is 2".

A wrongly read example would be a false alarm with strong evidence, so whatever can be read in two ways is left out.
"""

import ast
import re
from collections.abc import Collection, Iterator
from typing import TypeAlias

from refute.properties.calls import Arguments, WrittenExample, find_call, supplied_parameters, with_defaults
from refute.properties.literals import is_value, value_end
from refute.properties.prose_context import begins_here, begins_line, ends_here, joins
from refute.properties.syntax import parse_expression
from refute.properties.units import FunctionUnit

_SEPARATOR = re.compile(
    r"`{0,2}[ \t]*(?:={1,3}>|={1,3}|-{1,2}>|→|➞|⇒|⟶|#[ \t]*(?:=>|->)?|"
    r"(?:(?:should|will|must|would)[ \t]+)?(?:returns?|gives?|yields?|equals?|be|evaluates[ \t]+to)\b|is\b)[ \t]*"
)
_NUMBER_OR_WORD = re.compile(
    r"[-+]?(?:\d[\d_]*(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?(?![\w.]\d|\w)|(?:True|False|None|true|false)\b"
)
_STRING_PREFIX = re.compile(r"[bBrRuU]{1,2}(?=[\"'])")
_CALL_PREFIX = re.compile(r"[A-Za-z_][\w.]*(?=\()")
_TEXT = re.compile(r"(?:\w+\.)?Optional\[str\]$|\bstr\b(?![^\[\]]*\])")
"""A declared result that is a text, not one of texts."""
_LAZY = re.compile(r"(?:\w+\.)*(?:range|Iterable|Iterator|Generator|Sequence|Collection)\b")
_COMMENT = re.compile(r"`{0,2}[ \t]*#[ \t]*")
"""A comment is a result only where it is nothing else: `f(30)  # 30; the last one is smaller` is a remark."""
_LINE_END = re.compile(r"`{0,2}[ \t]*(?:$|\n)")
_IS_SIGN = re.compile(r"\W*")
_UNSETTLED = re.compile(
    r"\brandom|\b(?:any|no particular|arbitrary|unspecified|undefined|not guaranteed)\b[^.;]{0,15}\border\b|"
    r"\border\b[^.;]{0,30}\b(?:not|arbitrary|unspecified|undefined)\b",
    re.IGNORECASE,
)
"""What says that results may be others than those that are written."""
_CHANCE = re.compile(
    r"\b(?:random|secrets)\.|\b(?:today|now|utcnow|uuid[14]|urandom|token_\w+|rand\w*)\(|\btime\.time\("
)
_OUTPUT = re.compile(
    r"(?:output|result|answer|function|return\s+value)\s+(?:(?:should|must|will|would)\s+(?:be|return)|is|returns|"
    r"equals)[ \t:]+",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"\b(?:for|if|when|given|with)[ \t]+(?=[A-Za-z_]\w*[ \t]*=[^=])", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"[ \t]*([A-Za-z_]\w*)[ \t]*=[ \t]*(?!=)")
_COMMA = re.compile(r"[ \t]*(?:,|;|\band\b)[ \t]*")
_INPUT = re.compile(r"^[ \t*-]*Input:[ \t]*", re.MULTILINE)
_OUTPUT_LINE = re.compile(r"[ \t]*\n?[ \t*-]*Output:[ \t]*")

_Candidate: TypeAlias = tuple[int, int, str, str, Arguments]
"""Where an example begins and where its result does, what stands between the call and that, the call, its arguments."""


class ProseReader:
    """Finds examples of one function in text."""

    def __init__(self, unit: FunctionUnit, module_names: Collection[str]) -> None:
        self._unit = unit
        self._names = module_names
        self._returns = unit.spec.returns

    def read(self, text: str, first_line: int) -> Iterator[WrittenExample]:
        """The examples of `text`, whose first line is `first_line` of the document."""
        if _UNSETTLED.search(self._unit.spec.docstring or "") or _CHANCE.search(self._unit.source):
            return
        found = sorted((*self._calls(text), *self._given(text), *self._inputs(text)), key=lambda one: one[:2])
        # Where the last example ends that was taken, and the last one that is none for what stands before it.
        earlier = refused = 0
        for start, end, separator, call, arguments in found:
            value = self._value(text, end)
            if value is None or start < earlier or not _is_whole(text, start, separator, value[1]):
                continue
            expected, after = value
            is_apart = begins_line(text, start) and _IS_SIGN.fullmatch(separator) is not None
            if (refused and joins(text, refused, start)) or not begins_here(text, start, earlier, has_line=is_apart):
                refused = after
                continue
            check = self._check(expected)
            if check is not None:
                earlier = after
                line = first_line + text.count("\n", 0, start)
                yield WrittenExample(call, arguments, check, ast.unparse(expected), False, line, exact=False)

    def _calls(self, text: str) -> Iterator[_Candidate]:
        """Calls that are followed by a separator."""
        owner = self._unit.qualname.rpartition(".")[0]
        prefix = rf"{re.escape(owner)}\." if owner else r"(?<![\w.])"
        for found in re.finditer(rf"{prefix}{re.escape(self._unit.spec.name)}(?=\()", text):
            end = value_end(text, found.end())
            call = parse_expression(text[found.start() : end]) if end else None
            separator = _SEPARATOR.match(text, end) if end else None
            bound = find_call(call, self._unit, self._names) if call else None
            if separator and bound and separator.end() > (end or 0):
                yield found.start(), separator.end(), separator.group(), ast.unparse(bound[0]), bound[1]

    def _given(self, text: str) -> Iterator[_Candidate]:
        """Sentences such as "for x = 1, y = 2 the result should be 3"."""
        for found in _GIVEN.finditer(text):
            given, position = self._assignments(text, found.end())
            arguments = with_defaults(given, self._unit, self._names) if given else None
            output = _OUTPUT.search(text, position, position + 120)
            if arguments is None or output is None:
                continue
            between = text[position : output.start()]
            if "=" not in between and "\n\n" not in between and not _GIVEN.search(between):
                yield found.start(), output.end(), output.group(), self._call(arguments), arguments

    def _inputs(self, text: str) -> Iterator[_Candidate]:
        """Lines such as "Input: [1, 2]" or "Input: x = 1, y = 2", with a line "Output: 3" after them."""
        required = [p.name for p in supplied_parameters(self._unit) if p.default is None]
        for found in _INPUT.finditer(text):
            given, position = self._assignments(text, found.end())
            if not given and len(required) == 1:
                value = self._value(text, found.end())
                if value is None:
                    continue
                given, position = {required[0]: ast.unparse(value[0])}, value[1]
            arguments = with_defaults(given, self._unit, self._names) if given else None
            output = _OUTPUT_LINE.match(text, position)
            if arguments is not None and output is not None:
                yield found.start(), output.end(), "", self._call(arguments), arguments

    def _assignments(self, text: str, position: int) -> tuple[dict[str, str], int]:
        """`x = 1, y = 2` from `position` on, and where it ends; nothing where a name is not a parameter."""
        parameters = {p.name for p in supplied_parameters(self._unit)}
        given: dict[str, str] = {}
        while found := _ASSIGNMENT.match(text, position):
            value = self._value(text, found.end())
            if value is None or found.group(1) not in parameters or found.group(1) in given:
                return {}, position
            given[found.group(1)] = ast.unparse(value[0])
            position = value[1]
            comma = _COMMA.match(text, position)
            if comma is None or not _ASSIGNMENT.match(text, comma.end()):
                break
            position = comma.end()
        return given, position

    def _call(self, arguments: Arguments) -> str:
        shown = ", ".join(value for _, value in arguments)
        return f"{self._unit.spec.name}({shown})"

    def _value(self, text: str, start: int) -> tuple[ast.expr, int] | None:
        """The value that is written at `start`, and where it ends."""
        position = start + len(text[start:]) - len(text[start:].lstrip(" \t`"))
        prefix = _STRING_PREFIX.match(text, position) or _CALL_PREFIX.match(text, position)
        body = prefix.end() if prefix else position
        word = None if prefix else _NUMBER_OR_WORD.match(text, position)
        end = word.end() if word else value_end(text, body) if text[body : body + 1] in tuple("([{\"'") else None
        if end is None:
            return None
        source = text[position:end]
        node = parse_expression({"true": "True", "false": "False"}.get(source, source))
        in_parentheses = source.startswith("(") and not isinstance(node, ast.Tuple)
        if node is None or in_parentheses or not is_value(node, self._names):
            return None  # ("Venus") may mean a string or a tuple
        return node, end

    def _check(self, expected: ast.expr) -> str | None:
        """How to compare, allowing for what authors leave loose where they do not write a doctest.

        Quotes are among it: `to_binary(5) -> 101` may be meant of a text, and surely is where one is declared.
        """
        is_text = isinstance(expected, ast.Constant) and isinstance(expected.value, str)
        if not is_text and self._returns is not None and _TEXT.search(self._returns):
            return None
        check = self._comparison(expected)
        return f"isinstance(result, str) or ({check})" if check and not is_text and self._returns is None else check

    def _comparison(self, expected: ast.expr) -> str | None:
        text = ast.unparse(expected)
        if not _is_number(expected) and _may_be_rounded(expected):
            return self._rounded_items(expected)
        match expected:
            case ast.Set() if "set" not in (self._returns or "").lower():
                return None  # braces are used for lists too
            case ast.List() | ast.Tuple() if self._returns and _LAZY.match(self._returns):
                return f"same(list(result), {ast.unparse(_as_list(expected))})"
            case ast.List() | ast.Tuple() if self._returns is None:
                return f"isinstance(result, (list, tuple)) and same(list(result), {ast.unparse(_as_list(expected))})"
            case ast.Constant(value=float()) | ast.UnaryOp(operand=ast.Constant(value=float())):
                digits = len(text.partition(".")[2]) if "e" not in text else 0
                rounded = f"isinstance(result, float) and same(round(result, {digits}), {text})"
                return f"same(result, {text}) or ({rounded})" if digits else f"same(result, {text})"
            case _:
                return f"same(result, {text})"

    def _rounded_items(self, expected: ast.expr) -> str | None:
        """A check of each item of a list of numbers, to as many places as are written; None for what is more."""
        if not isinstance(expected, ast.List | ast.Tuple) or not all(_is_number(item) for item in expected.elts):
            return None
        kinds = "(list, tuple)" if self._returns is None else "list" if isinstance(expected, ast.List) else "tuple"
        written = [ast.unparse(item) for item in expected.elts]
        places = [len(text.partition(".")[2]) if "e" not in text else 15 for text in written]
        items = ", ".join(f"({text}, {digits})" for text, digits in zip(written, places, strict=True))
        return (
            f"isinstance(result, {kinds}) and len(result) == {len(written)} and "
            f"all(same(v, x) or isinstance(v, float) and same(round(v, n), x) for v, (x, n) in zip(result, [{items}]))"
        )


def _is_number(node: ast.expr) -> bool:
    value = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(value, ast.Constant) and isinstance(value.value, int | float)


def _may_be_rounded(expected: ast.expr) -> bool:
    """Whether a float in it is none that a computer holds exactly, so that its author may have rounded it."""
    numbers = (node.value for node in ast.walk(expected) if isinstance(node, ast.Constant))
    return any(isinstance(number, float) and not (number * 1024).is_integer() for number in numbers)


def _is_whole(text: str, start: int, separator: str, after: int) -> bool:
    """Whether the example from `start` to `after` is all that its sentence says."""
    if _COMMENT.fullmatch(separator) and not _LINE_END.match(text, after):
        return False
    return ends_here(text, after, has_line=begins_line(text, start))


def _as_list(node: ast.List | ast.Tuple) -> ast.List:
    return ast.List(node.elts, ast.Load())
