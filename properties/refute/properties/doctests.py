"""Doctest sessions as examples of a function."""

import ast
import contextlib
import re
from collections.abc import Collection, Iterator
from doctest import DONT_ACCEPT_BLANKLINE, ELLIPSIS, NORMALIZE_WHITESPACE, SKIP, DocTestParser, Example

from refute.properties.abbreviations import matching
from refute.properties.calls import WrittenExample, exception_check, find_call, may_remember
from refute.properties.literals import is_value
from refute.properties.rewriting import with_names, with_result
from refute.properties.scopes import BUILTIN_NAMES
from refute.properties.syntax import UnreadableError, parse_expression, parse_module
from refute.properties.units import FunctionUnit

_PROMPT = re.compile(r"^(\s*>>>)(?=[^\s>])", re.MULTILINE)
_FAMILIAR = frozenset({"collections", "datetime", "decimal", "fractions", "math", "pathlib", "uuid"})
"""Modules whose names expressions may use in every run."""
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


def split_doctests(docstring: str) -> tuple[str, tuple[tuple[int, Example], ...]]:
    """`docstring` with its doctests blanked out, line for line, and the doctests, each with its line.

    Lines count from the start of the docstring, zero-based. Blocks that are not well formed are left out.
    """
    lines = docstring.split("\n")
    found: list[tuple[int, Example]] = []
    number = 0
    while number < len(lines):
        if not lines[number].lstrip().startswith(">>>"):
            number += 1
            continue
        end = number
        while end < len(lines) and lines[end].strip():
            end += 1
        block = _PROMPT.sub(r"\1 ", "\n".join(lines[number:end]) + "\n")
        with contextlib.suppress(ValueError):  # prompts that do not line up: not a doctest
            found += [(number + example.lineno, example) for example in DocTestParser().get_examples(block)]
        lines[number:end] = [""] * (end - number)
        number = end
    return "\n".join(lines), tuple(found)


class DoctestReader:
    """Follows a session and finds in it the calls of one function whose arguments are known values."""

    def __init__(self, unit: FunctionUnit, module_names: Collection[str]) -> None:
        self._unit = unit
        self._names = frozenset(module_names)
        self._familiar: set[str] = set()
        self._imported: dict[str, ast.expr] = {}
        """What the names that the session imports stand for, where runs know it under `_familiar` names."""
        self._known: dict[str, ast.expr] = {}
        """What the variables of the session hold, as far as it can be written down."""
        self._is_prepared = False
        """Whether a statement was run for its effect, on which what follows may depend."""
        self._unwatched = set[str]()
        """Calls whose results the session keeps, and which are made for no example that does not look at these."""

    def read(self, session: tuple[tuple[int, Example], ...], first_line: int) -> Iterator[WrittenExample]:
        """The examples of `session`, whose lines count from `first_line`."""
        for line, example in session:
            try:
                statements = parse_module(example.source).body
            except UnreadableError:
                self._known.clear()
                continue
            if example.options.get(SKIP) or not statements:
                self._known.clear()
                continue
            *before, last = statements
            if not all(isinstance(each, ast.Assign | ast.Import | ast.ImportFrom) for each in before) or (
                before and example.exc_msg is not None  # which of them raises is not told
            ):
                self._known.clear()
                self._is_prepared = True
                continue
            for statement in before:
                yield from self._statement(statement, Example(example.source, ""), first_line + line)
            yield from self._statement(last, example, first_line + line)

    def _statement(self, statement: ast.stmt, example: Example, line: int) -> Iterator[WrittenExample]:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._assign(name, self._substituted(value))
            case ast.Expr(value=value):
                found = list(self._expression(self._substituted(value), example.want, example, line))
                yield from found
                self._forget_mutable(value)
                if not found and not example.want and isinstance(value, ast.Call):
                    self._is_prepared = True
            case ast.Assert(test=value):
                yield from self._expression(self._substituted(value), "True\n", example, line)
                self._forget_mutable(value)
            case ast.Import() | ast.ImportFrom():
                self._import(statement)
            case ast.Pass():
                return
            case _:
                self._known.clear()
                self._is_prepared = True

    def _import(self, statement: ast.Import | ast.ImportFrom) -> None:
        """Let names that the session imports from well-known modules stand for what they are there."""
        for alias in statement.names:
            origin = alias.name if isinstance(statement, ast.Import) else statement.module
            if origin not in _FAMILIAR or origin in self._names - self._familiar:
                continue
            self._familiar.add(origin)
            self._names |= {origin}
            value: ast.expr = ast.Name(origin, ast.Load())
            if isinstance(statement, ast.ImportFrom):
                value = ast.Attribute(value, alias.name, ast.Load())
            if (alias.asname or alias.name) != origin:
                self._imported[alias.asname or alias.name] = value

    def _assign(self, name: str, value: ast.expr) -> None:
        if is_value(value, self._names):
            self._known[name] = value
            return
        calls = [node for node in ast.walk(value) if isinstance(node, ast.Call)]
        found = find_call(value, self._unit, self._names)
        self._unwatched |= {ast.dump(call) for call in ([found[0]] if found else calls)}
        if found:
            self._known[name] = value
        else:
            self._known.pop(name, None)

    def _depends(self, call: ast.expr) -> bool:
        """Whether what `call` gives may hang on what the session did before, and a run of it alone does not."""
        others = self._unwatched - {ast.dump(call)}
        return self._is_prepared or (bool(others) and may_remember(self._unit))

    def _substituted(self, expression: ast.expr) -> ast.expr:
        return with_names(expression, {**self._imported, **self._known})

    def _forget_mutable(self, expression: ast.expr) -> None:
        """What a statement was given may have been changed by it."""
        for node in ast.walk(expression):
            if isinstance(node, ast.Name) and not isinstance(self._known.get(node.id), ast.Constant):
                self._known.pop(node.id, None)

    def _expression(self, expression: ast.expr, want: str, example: Example, line: int) -> Iterator[WrittenExample]:
        found = find_call(expression, self._unit, self._names)
        if found is None or self._depends(found[0]):
            return
        call, arguments = found
        if not example.options.get(DONT_ACCEPT_BLANKLINE):
            want = _BLANK_LINE.sub("", want)
        is_loose = bool(example.options.get(NORMALIZE_WHITESPACE))
        if example.options.get(ELLIPSIS) and "..." in want and example.exc_msg is None:
            outcome = self._abbreviated(expression, call, want.removesuffix("\n"), is_loose)
        else:
            outcome = self._outcome(expression, call, want.removesuffix("\n"), example.exc_msg, is_loose)
        if outcome is not None:
            check, expected = outcome
            yield WrittenExample(
                ast.unparse(call), arguments, check, expected, example.exc_msg is not None, line, exact=True
            )

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
