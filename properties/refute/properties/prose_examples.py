"""Examples in the prose of a docstring: `f(1) == 2`, `f(1) -> 2`, "f(1) returns 2", "for x = 1 the result is 2".

A wrongly read example would be a false alarm with strong evidence, so whatever can be read in two ways is left out.
"""

import ast
import re
from collections.abc import Collection, Iterator

from refute.properties.calls import Arguments, WrittenExample, find_call, supplied_parameters, with_defaults
from refute.properties.literals import is_value, value_end
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
_END = re.compile(
    r"[ \t]*(?:$|\n|[;.](?:\s|$)|`|\(|#|//|--|,\s*(?:[A-Za-z_]\w*\(|and\b|because\b|since\b|as\b|so\b|while\b)|"
    r"(?:because|since|as|for|where|while)\b|and\s+[A-Za-z_]\w*\()"
)
_NOT_MEANT = re.compile(
    r"\b(?:not|never|cannot|unlike|instead|previously|formerly|before|old|wrong(?:ly)?|incorrect(?:ly)?|buggy|bad|"
    r"invalid|whereas|otherwise|deprecated|expect(?:s|ed)?\s+to\s+fail)\b|n't\b|!=",
    re.IGNORECASE,
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


class ProseReader:
    """Finds examples of one function in text."""

    def __init__(self, unit: FunctionUnit, module_names: Collection[str]) -> None:
        self._unit = unit
        self._names = module_names
        self._returns = unit.spec.returns

    def read(self, text: str, first_line: int) -> Iterator[WrittenExample]:
        """The examples of `text`, whose first line is `first_line` of the document."""
        seen = set[int]()
        for start, end, call, arguments in (*self._calls(text), *self._given(text), *self._inputs(text)):
            value = self._value(text, end)
            line_start = text.rfind("\n", 0, start) + 1
            if value is None or start in seen or _NOT_MEANT.search(text, line_start, start):
                continue
            expected, after = value
            check = self._check(expected)
            if check is not None and _END.match(text, after):
                seen.add(start)
                line = first_line + text.count("\n", 0, start)
                yield WrittenExample(call, arguments, check, ast.unparse(expected), False, line, exact=False)

    def _calls(self, text: str) -> Iterator[tuple[int, int, str, Arguments]]:
        """Calls that are followed by a separator: (start, where the value begins, call, arguments)."""
        owner = self._unit.qualname.rpartition(".")[0]
        prefix = rf"{re.escape(owner)}\." if owner else r"(?<![\w.])"
        for found in re.finditer(rf"{prefix}{re.escape(self._unit.spec.name)}(?=\()", text):
            end = value_end(text, found.end())
            call = parse_expression(text[found.start() : end]) if end else None
            separator = _SEPARATOR.match(text, end) if end else None
            bound = find_call(call, self._unit, self._names) if call else None
            if separator and bound and separator.end() > (end or 0):
                yield found.start(), separator.end(), ast.unparse(bound[0]), bound[1]

    def _given(self, text: str) -> Iterator[tuple[int, int, str, Arguments]]:
        """Sentences such as "for x = 1, y = 2 the result should be 3"."""
        for found in _GIVEN.finditer(text):
            given, position = self._assignments(text, found.end())
            arguments = with_defaults(given, self._unit, self._names) if given else None
            output = _OUTPUT.search(text, position, position + 120)
            if arguments is None or output is None:
                continue
            between = text[position : output.start()]
            if "=" not in between and "\n\n" not in between and not _GIVEN.search(between):
                yield found.start(), output.end(), self._call(arguments), arguments

    def _inputs(self, text: str) -> Iterator[tuple[int, int, str, Arguments]]:
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
                yield found.start(), output.end(), self._call(arguments), arguments

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
        """How to compare, allowing for what authors leave loose where they do not write a doctest."""
        text = ast.unparse(expected)
        match expected:
            case ast.Set() if "set" not in (self._returns or "").lower():
                return None  # braces are used for lists too
            case ast.List() | ast.Tuple() if self._returns is None:
                return f"isinstance(result, (list, tuple)) and same(list(result), {ast.unparse(_as_list(expected))})"
            case ast.Constant(value=float()) | ast.UnaryOp(operand=ast.Constant(value=float())):
                digits = len(text.partition(".")[2]) if "e" not in text else 0
                rounded = f"isinstance(result, float) and same(round(result, {digits}), {text})"
                return f"same(result, {text}) or ({rounded})" if digits else f"same(result, {text})"
            case _:
                return f"same(result, {text})"


def _as_list(node: ast.List | ast.Tuple) -> ast.List:
    return ast.List(node.elts, ast.Load())
