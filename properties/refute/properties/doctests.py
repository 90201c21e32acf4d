"""Doctest sessions as examples of a function."""

import ast
import contextlib
import re
from collections.abc import Collection, Iterator, Mapping
from doctest import SKIP, DocTestParser, Example

from refute.properties.calls import Arguments, WrittenExample, find_call, may_remember
from refute.properties.doctest_outcomes import ShownOutcomes
from refute.properties.instance_sessions import SessionInstances
from refute.properties.literals import is_value
from refute.properties.rewriting import with_names
from refute.properties.scopes import BUILTIN_NAMES
from refute.properties.syntax import UnreadableError, parse_expression, parse_module
from refute.properties.units import FunctionUnit
from refute.properties.unrolling import unrolled

_PROMPT = re.compile(r"^(\s*>>>)(?=[^\s>])", re.MULTILINE)
_FAMILIAR = frozenset({"collections", "datetime", "decimal", "fractions", "math", "pathlib", "uuid"})
"""Modules whose names expressions may use in every run."""


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
    """Follows a session and finds in it the calls of one function whose arguments are known values.

    `owner` is the class of a method, where it is known. A session that is not the function's own (`is_own`) but that of
    its class tells of a method what the method gives, and what was seen once it was called last.
    """

    def __init__(
        self,
        unit: FunctionUnit,
        module_names: Collection[str],
        owner: ast.ClassDef | None = None,
        *,
        is_own: bool = True,
    ) -> None:
        self._unit = unit
        self._names = frozenset(module_names)
        self._is_own = is_own
        self._outcomes = ShownOutcomes(unit)
        self._instances = SessionInstances(unit, self._names, owner)
        self._familiar: set[str] = set()
        self._imported: dict[str, ast.expr] = {}
        """What the names that the session imports stand for, where runs know it under `_familiar` names."""
        self._known: dict[str, ast.expr] = {}
        """What the variables of the session hold, as far as it can be written down."""
        self._linked: dict[str, set[str]] = {}
        """Variables that may share something, so that what is done to one may change the other."""
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
                self._forget_all()
                continue
            if example.options.get(SKIP) or not statements:
                self._forget_all()
                continue
            *before, last = statements
            if not all(isinstance(each, ast.Assign | ast.Import | ast.ImportFrom) for each in before) or (
                before and example.exc_msg is not None  # which of them raises is not told
            ):
                self._forget_all()
                self._is_prepared = True
                continue
            pieces = [piece for each in before for piece in unrolled(each, "")]
            for statement, want in (*pieces, *unrolled(last, example.want)):
                shown = Example(example.source, want, example.exc_msg if statement is last else None)
                shown.options = example.options
                yield from self._statement(statement, shown, first_line + line)

    def _statement(self, statement: ast.stmt, example: Example, line: int) -> Iterator[WrittenExample]:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._assign(name, value)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name) as held, slice=key)], value=value) if (
                self._instances.read_in(statement) == [name]
            ):
                put = ast.Call(ast.Attribute(held, "__setitem__", ast.Load()), [key, value], [])
                self._act(put, raised=example.exc_msg is not None)
            case ast.Expr(value=value):
                yield from self._shown(value, example.want, example, line)
            case ast.Assert(test=value):
                yield from self._shown(value, "True\n", example, line)
            case ast.Import() | ast.ImportFrom():
                self._import(statement)
            case ast.Pass():
                return
            case _:
                self._forget_all()
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

    def _assign(self, name: str, written: ast.expr) -> None:
        """A variable takes a value. What it is made from is shared with what was used to make it."""
        sources = {n.id for n in ast.walk(written) if isinstance(n, ast.Name) and n.id in self._known} - {name}
        sources = {source for source in sources if not isinstance(self._known[source], ast.Constant)}
        instances, is_known = self._instances.read_in(written), True
        if instances:
            is_known = not any(map(self._instances.is_used, instances)) and not isinstance(written, ast.Name)
            self._act(written, raised=False)
        value = self._substituted(written)
        self._drop(name)
        for source in sources:
            self._linked.setdefault(name, set()).add(source)
            self._linked.setdefault(source, set()).add(name)
        if is_value(value, self._names):
            if is_known:
                self._known[name] = value
                self._instances.assign(name, value)
            return
        calls = [node for node in ast.walk(value) if isinstance(node, ast.Call)]
        found = find_call(value, self._unit, self._names)
        self._unwatched |= {ast.dump(call) for call in ([found[0]] if found else calls)} if not instances else set()
        if found and is_known:
            self._known[name] = value

    def _depends(self, call: ast.expr) -> bool:
        """Whether what `call` gives may hang on what the session did before, and a run of it alone does not."""
        others = self._unwatched - {ast.dump(call)}
        return self._is_prepared or (bool(others) and may_remember(self._unit))

    def _substituted(self, expression: ast.expr) -> ast.expr:
        return with_names(expression, {**self._imported, **self._known})

    def _forget_all(self) -> None:
        for name in list(self._known):
            self._drop(name)

    def _drop(self, name: str) -> None:
        """Nothing is known of a variable any longer, nor of what may share something with it."""
        self._known.pop(name, None)
        self._instances.forget(name)
        for other in self._linked.pop(name, set()):
            self._linked.get(other, set()).discard(name)
            self._drop(other)

    def _after(self, expression: ast.expr, example: Example, *, is_example: bool) -> None:
        """What a statement was given may have been changed by it."""
        if self._instances.read_in(expression):
            self._act(expression, raised=example.exc_msg is not None)
            return
        for node in ast.walk(expression):
            if isinstance(node, ast.Name) and not isinstance(self._known.get(node.id), ast.Constant):
                self._drop(node.id)
        if not is_example and not example.want and isinstance(expression, ast.Call):
            self._is_prepared = True

    def _act(self, done: ast.expr, *, raised: bool) -> None:
        """Remember what was done to an instance, so that it can be replayed; what was done to two at once cannot."""
        names = set(self._instances.read_in(done))
        others = {n.id for n in ast.walk(done) if isinstance(n, ast.Name) and n.id in self._known} - names
        known = {**self._imported, **self._known}
        can = len(names) == 1 and not raised and self._instances.act(next(iter(names)), done, known)
        shared = {other for name in names for other in self._linked.get(name, set())} | {
            other for other in others if not isinstance(self._known[other], ast.Constant)
        }
        for name in shared - names if can else (shared | names):
            for each in names:
                self._linked.get(each, set()).discard(name)
                self._linked.get(name, set()).discard(each)
            self._drop(name)

    def _shown(self, expression: ast.expr, want: str, example: Example, line: int) -> Iterator[WrittenExample]:
        """What a session shows of an expression, as an example."""
        used = self._instances.read_in(expression)
        if not any(map(self._instances.is_used, used)):
            found = list(self._expression(self._substituted(expression), want, example, line))
        else:
            found = list(self._of_instance(expression, used, want, example, line)) if len(used) == 1 else []
        yield from found
        self._after(expression, example, is_example=bool(found))

    def _expression(self, expression: ast.expr, want: str, example: Example, line: int) -> Iterator[WrittenExample]:
        found = find_call(expression, self._unit, self._names)
        if found is None or self._depends(found[0]):
            return
        call, arguments = found
        if not self._is_own and not self._instances.is_own_call(call):
            return
        if self._unit.kind == "constructor" and not self._instances.is_plainly_seen(expression, call, example.exc_msg):
            return
        outcome = self._outcomes.check(expression, call, want, example, self._names)
        if outcome is not None:
            check, expected = outcome
            raises = example.exc_msg is not None
            told = call if self._unit.kind != "constructor" else _seen(expression)
            yield WrittenExample(ast.unparse(told), arguments, check, expected, raises, line, exact=True)

    def _of_instance(
        self, expression: ast.expr, used: list[str], want: str, example: Example, line: int
    ) -> Iterator[WrittenExample]:
        """What is shown of an instance to which something was done: the call of the unit, after all that came before;
        where the unit was called before as well, the whole session is replayed."""
        name, instances = used[0], self._instances
        if self._is_prepared or not instances.stands_alone(name):
            return
        calls, earlier = instances.calls_in(expression, name), instances.last_call(name)
        if len(calls) == 1 and earlier is None:
            yield from self._after_acts(expression, calls[0], name, want, example, line)
        elif want and example.exc_msg is None and len(calls) <= 1 and (calls or earlier):
            is_told = self._is_own or (instances.is_last(name) and not instances.others_called(expression, name))
            place, call = (None, calls[0]) if calls else earlier or (None, expression)
            arguments = self._arguments(call, name, place) if calls or is_told else None
            if arguments is not None:
                yield from self._replayed(expression, arguments, name, want, example, line)

    def _after_acts(
        self, expression: ast.expr, call: ast.expr, name: str, want: str, example: Example, line: int
    ) -> Iterator[WrittenExample]:
        arguments = self._arguments(call, name, None)
        written = self._substituted(expression)
        outcome = self._outcomes.check(written, self._substituted(call), want, example, self._names)
        if arguments is not None and outcome is not None:
            raises = example.exc_msg is not None
            yield WrittenExample(self._told(call, name), arguments, *outcome, raises, line, exact=True)

    def _replayed(
        self, expression: ast.expr, arguments: Arguments, name: str, want: str, example: Example, line: int
    ) -> Iterator[WrittenExample]:
        seen = _seen(expression)
        outcome = self._outcomes.check(expression, seen, want, example, self._names)
        if outcome is None:
            return
        again = with_names(seen, {**self._imported, **self._known, name: self._instances.written(name)})
        checked = parse_expression(outcome[0])
        if checked is not None and self._is_known(again):
            check = ast.unparse(with_names(checked, {"result": again}))
            yield WrittenExample(
                self._told(seen, name),
                arguments,
                check,
                outcome[1],
                raises=False,
                line=line,
                exact=True,
                shows=(ast.unparse(seen), ast.unparse(again)),
            )

    def _is_known(self, again: ast.expr) -> bool:
        """Whether an expression that replays something needs nothing but what the module and Python have."""
        nodes = [node for node in ast.walk(again) if isinstance(node, ast.Name)]
        bound = {node.id for node in nodes if isinstance(node.ctx, ast.Store)}
        return {node.id for node in nodes} <= bound | self._names | BUILTIN_NAMES

    def _arguments(self, call: ast.expr, name: str, acts: int | None) -> Arguments | None:
        """The arguments of a call on an instance after the first `acts` of what was done to it, all by default."""
        found = find_call(self._substituted(call), self._unit, self._names)
        if found is None or not found[1]:
            return None
        (receiver, _), *others = found[1]
        return ((receiver, ast.unparse(self._instances.written(name, acts))), *others)

    def _told(self, last: ast.expr, name: str) -> str:
        """The calls of a session on an instance up to `last`, for people."""
        known: Mapping[str, ast.expr] = {other: value for other, value in self._known.items() if other != name}
        return "; ".join([*self._instances.statements(name), ast.unparse(with_names(last, known))])


def _seen(expression: ast.expr) -> ast.expr:
    """What a line of a session looks at: what it prints or compares, else the expression itself."""
    match expression:
        case ast.Call(func=ast.Name(id="print"), args=[printed], keywords=[]):
            return printed
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[_]):
            return left
        case _:
            return expression
