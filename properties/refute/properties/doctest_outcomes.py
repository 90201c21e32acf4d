"""What a doctest shows of a call, as a check of its result."""

import ast
import re
from doctest import DONT_ACCEPT_BLANKLINE, ELLIPSIS, NORMALIZE_WHITESPACE, Example

from refute.properties.abbreviations import matching
from refute.properties.calls import exception_check
from refute.properties.literals import is_value
from refute.properties.rewriting import with_result
from refute.properties.scopes import BUILTIN_NAMES
from refute.properties.syntax import parse_expression
from refute.properties.units import FunctionUnit

_RETURNS_NONE = re.compile(
    r"\b(?:returns?|gives?|yields?|results?|else|otherwise|or)\b[^.;]*\bNone\b|\bNone\s+(?:if|when|for|where|is\s+returned)\b",
    re.IGNORECASE,
)
_MEMBER = re.compile(r"<([A-Za-z_]\w*\.[A-Za-z_]\w*): [^<>]*>")
"""A member of an enum as it is shown: `<Color.RED: 1>`."""
_BLANK_LINE = re.compile(r"^<BLANKLINE>\s*?$", re.MULTILINE)
_CHANCE = re.compile(r" at 0x|__main__|\{(?!\})(?![^{}]*:)")
"""Addresses, the name of a module, and sets are shown otherwise in another run."""
_EXCEPTION = re.compile(r"^([A-Za-z_][\w.]*)(?::|$)")


class ShownOutcomes:
    """Reads what sessions show of calls of `unit`."""

    def __init__(self, unit: FunctionUnit) -> None:
        self._unit = unit
        self._names: frozenset[str] = frozenset()

    def check(
        self, expression: ast.expr, call: ast.expr, want: str, example: Example, names: frozenset[str]
    ) -> tuple[str, str] | None:
        """The check for `expression`, in which `call` gives `result`, to show `want`, and what is expected, for people;
        None where that is not certain. `names` are those of the module that values may use."""
        self._names = names
        if not example.options.get(DONT_ACCEPT_BLANKLINE):
            want = _BLANK_LINE.sub("", want)
        is_loose = bool(example.options.get(NORMALIZE_WHITESPACE))
        if example.options.get(ELLIPSIS) and "..." in want and example.exc_msg is None:
            return self._abbreviated(expression, call, want.removesuffix("\n"), is_loose)
        return self._outcome(expression, call, want.removesuffix("\n"), example.exc_msg, is_loose)

    def _outcome(
        self, expression: ast.expr, call: ast.expr, want: str, exception: str | None, is_loose: bool
    ) -> tuple[str, str] | None:
        """The check for `expression` to print `want`, and what is expected, for people. `is_loose` says that blanks and
        line breaks of one kind are as good as others."""
        if exception is not None:
            name = _EXCEPTION.match(exception)
            return (exception_check(name.group(1), self._names), name.group(1)) if name else None
        if "..." in want or "<BLANKLINE>" in want:
            return None
        match expression:
            case ast.Call(func=ast.Name(id="print"), args=[printed], keywords=[]) if want:
                over = self._over_result(printed, call)
                shown = over if isinstance(printed, ast.JoinedStr) else f"str({over})"
                return (_printing(shown, want, is_loose), repr(want)) if over else None
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]) if want.strip() in {"", "True"}:
                over = self._over_result(left, call)
                known = is_value(right, self._names)
                return (f"same({over}, {ast.unparse(right)})", ast.unparse(right)) if over and known else None
            case ast.Compare(left=left, ops=[ast.Is()], comparators=[ast.Attribute() as member]) if (
                want.strip() in {"", "True"} and ast.unparse(member) in self._names
            ):
                over = self._over_result(left, call)
                return (f"{over} is {ast.unparse(member)}", ast.unparse(member)) if over else None
            case _:
                over = self._over_result(expression, call)
        if not want and expression is call and self._speaks_of_none():
            return "result is None", "None"
        value = self._value(want) if want else None
        return self._shown(over, value, want, is_loose) if over is not None and value is not None else None

    def _abbreviated(self, expression: ast.expr, call: ast.expr, want: str, is_loose: bool) -> tuple[str, str] | None:
        """The check for `expression` to print `want`, in which `...` stands for any text, and what is expected."""
        match expression:
            case ast.Call(func=ast.Name(id="print"), args=[printed], keywords=[]):
                over = self._over_result(printed, call)
                text = (over or "") if isinstance(printed, ast.JoinedStr) else f"str({over})"
            case _:
                over = self._over_result(expression, call)
                text = f"repr({over})"
                if "<" in want and want[:1] not in {"'", '"'}:  # what is shown so is seldom a value
                    return None
        check = matching(text, want, is_loose)
        return (check, want) if over is not None and check and not _CHANCE.search(want) else None

    def _shown(self, over: str, value: ast.expr, want: str, is_loose: bool) -> tuple[str, str] | None:
        """The check for `over` to be shown as `want`, which is the expression `value`."""
        written = ast.unparse(value)
        if any(isinstance(node, ast.Name) and node.id == "datetime" for node in ast.walk(value)):
            # Dates are shown with the name of their module, which in the module under test may be that of a class.
            known = is_value(value, self._names | {"datetime"})
            return (f"repr({over}) in ({want!r}, {written!r})", written) if known else None
        if not is_value(value, self._names):
            return None
        is_made = any(isinstance(node, ast.Call) for node in ast.walk(value))
        by_text = f" or repr({over}) == repr({written})" if is_made else ""  # doctests compare what is shown
        loosely = f" or repr({over}).split() == {want.split()!r}" if is_loose else ""
        return f"same({over}, {written}){by_text}{loosely}", written

    def _value(self, want: str) -> ast.expr | None:
        """What is shown as the expression that it is, members of enums of the module as they are written."""
        members = [shown[1] for shown in _MEMBER.finditer(want)]
        value = parse_expression(want)
        if value is not None or not self._names.issuperset(members):
            return value
        value = parse_expression(_MEMBER.sub(r"\1", want))
        parts = ast.walk(value) if value is not None else ()
        texts = [str(part.value) for part in parts if isinstance(part, ast.Constant)]
        return None if any(member in text for text in texts for member in members) else value

    def _speaks_of_none(self) -> bool:
        """Whether no output can be meant as None, and is not just an example that was left unfinished."""
        spec = self._unit.spec
        if "None" in (spec.returns or "") or "Optional" in (spec.returns or ""):
            return True
        return not spec.returns and _RETURNS_NONE.search(spec.docstring or "") is not None

    def _over_result(self, expression: ast.expr, call: ast.expr) -> str | None:
        """`expression` with `result` in place of `call`; None where it needs names that are not known."""
        replaced = with_result(expression, call)
        free = {node.id for node in ast.walk(replaced) if isinstance(node, ast.Name)}
        # An object made a second time is not the one that the call was given, so only builtins may be called.
        return ast.unparse(replaced) if free <= {"result"} | BUILTIN_NAMES else None


def _printing(shown: str | None, want: str, is_loose: bool) -> str:
    """The check for the text `shown`, an expression, to be printed as `want`."""
    if is_loose:
        return f"{shown}.split() == {want.split()!r}"
    if "\n\n" in f"\n{want}":  # doctest takes lines of blanks for empty ones
        lines = [line.rstrip() for line in want.rstrip().split("\n")]
        return f"[line.rstrip() for line in {shown}.rstrip().split('\\n')] == {lines!r}"
    return f"{shown}.rstrip() == {want.rstrip()!r}"
