"""Guards: the conditions at the start of a function under which it raises at once."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeGuard

from refute.properties.modules import FunctionNode, body_without_docstring, bound_names, flat_statements
from refute.properties.rewriting import with_names
from refute.properties.vocabulary import words

_PURE_CALLS = words(
    "abs all any bool dict divmod enumerate float frozenset getattr hasattr int isinstance issubclass len list max min "
    "range reversed round set sorted str sum tuple type zip callable"
)
_PURE_METHODS = words(
    "casefold count endswith get isalnum isalpha isdecimal isdigit isidentifier islower isnumeric isspace isupper "
    "is_integer issubset issuperset isdisjoint items keys lower lstrip rstrip split splitlines startswith strip upper "
    "values bit_length"
)

_MOST_BRANCHES = 20
"""Branches of a chain that are read: the condition of a later one would say that none of these was taken."""
_LONGEST = 400
"""Characters of a condition, and nodes of what a name in it stands for; nobody would read more."""


@dataclass(frozen=True)
class Guard:
    """`condition` is Python over the parameters; where it is true, `exception` (its name, if written) is raised.

    `line` counts from the first line of the text that the function was parsed from, zero-based.
    """

    condition: str
    exception: str | None
    line: int


def find_guards(function: FunctionNode) -> tuple[Guard, ...]:
    """The guards of `function`, in order. Conditions read only parameters, builtins and names of the module.

    Assertions about parameters alone are guards wherever they stand, as long as no branch is on the way to them.
    """
    reader = _Reader(function)
    guards = list(reader.read())
    seen = {guard.line for guard in guards}
    return (*guards, *(guard for guard in reader.assertions() if guard.line not in seen))


class _Reader:
    """Walks the first statements of a function for as long as nothing but guarding happens."""

    def __init__(self, function: FunctionNode) -> None:
        arguments = function.args
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
        parameters = {argument.arg for argument in every if argument is not None}
        self._body = body_without_docstring(function)
        bound = {name for statement in flat_statements(self._body) for name in bound_names(statement)}
        self._locals = bound - parameters
        self._parameters = parameters
        self._known: dict[str, ast.expr] = {}
        self._passed: list[ast.expr] = []
        """What is false wherever the next statement is reached: conditions of earlier returns."""

    def read(self) -> Iterator[Guard]:
        for statement in self._body:
            match statement:
                case ast.If():
                    guards, goes_on = self._branches(statement)
                    yield from guards
                    if not goes_on:
                        return
                case ast.Assert() if _names(statement.test).isdisjoint(self._locals):
                    yield from self._guard(_negated(statement.test), "AssertionError", statement.lineno)
                case ast.For(target=ast.Name(id=name), iter=values, orelse=[]):
                    yield from self._loop(statement, name, values)
                    return
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    if not self._remember(name, value):
                        return
                case ast.Expr(value=ast.Constant()) | ast.Import() | ast.ImportFrom() | ast.Pass():
                    continue
                case _:
                    return

    def assertions(self) -> Iterator[Guard]:
        """Assertions of the body about parameters that get no new value."""
        stored = {node.id for part in self._body for node in ast.walk(part) if _is_stored(node)}
        self._known.clear()
        self._passed.clear()
        for statement in self._body:
            if isinstance(statement, ast.Assert) and not _names(statement.test) & (stored | self._locals):
                yield from self._guard(_negated(statement.test), "AssertionError", statement.lineno, trusted=True)
            elif isinstance(statement, ast.If | ast.Match | ast.Return | ast.Raise):
                return

    def _branches(self, statement: ast.If) -> tuple[list[Guard], bool]:
        """The guards of an `if` chain, and whether what follows it is reached only when no branch was taken."""
        guards: list[Guard] = []
        earlier: list[ast.expr] = []
        returned: list[ast.expr] = []
        rest: list[ast.stmt] = [statement]
        while len(rest) == 1 and isinstance(branch := rest[0], ast.If):
            if len(earlier) > _MOST_BRANCHES:
                return guards, False
            here = _conjunction([*map(_negated, earlier), branch.test])
            if (raised := _raises(branch.body)) is not None:
                guards += self._guard(here, raised, branch.lineno)
            elif isinstance(branch.body[-1], ast.Return | ast.Continue | ast.Break):
                returned.append(here)
            else:
                return guards, False
            earlier.append(branch.test)
            rest = branch.orelse
        if rest and (raised := _raises(rest)) is not None:
            guards += self._guard(_conjunction([*map(_negated, earlier)]), raised, rest[0].lineno)
        elif rest:
            return guards, False
        readable = [self._substituted(condition) for condition in returned]
        self._passed += [condition for condition in readable if condition is not None]
        return guards, None not in readable

    def _loop(self, statement: ast.For, name: str, values: ast.expr) -> Iterator[Guard]:
        """`for x in items: if x < 0: raise ...` is the guard `any(x < 0 for x in items)`."""
        self._locals.discard(name)
        for inner in statement.body:
            if not isinstance(inner, ast.If) or inner.orelse or (raised := _raises(inner.body)) is None:
                return
            generator = ast.comprehension(target=ast.Name(name, ast.Store()), iter=values, ifs=[], is_async=0)
            element = ast.GeneratorExp(elt=inner.test, generators=[generator])
            call = ast.Call(func=ast.Name("any", ast.Load()), args=[element], keywords=[])
            yield from self._guard(call, raised, inner.lineno)

    def _remember(self, name: str, value: ast.expr) -> bool:
        """Keep `name = value` for later conditions; False where a parameter gets a value that cannot be written."""
        known = self._substituted(value)
        if known is not None and _is_short(known) and _is_pure(known):
            self._known[name] = known
            return True
        self._known.pop(name, None)
        return name not in self._parameters

    def _guard(self, condition: ast.expr, exception: str, line: int, trusted: bool = False) -> Iterator[Guard]:
        """A guard, if its condition can be evaluated beforehand: it changes nothing, or is `trusted` not to."""
        whole = self._substituted(condition)
        if whole is not None and (trusted or _is_pure(whole)):
            text = ast.unparse(ast.fix_missing_locations(_conjunction([*map(_negated, self._passed), whole])))
            if len(text) <= _LONGEST:
                yield Guard(text, exception or None, line - 1)

    def _substituted(self, condition: ast.expr) -> ast.expr | None:
        """`condition` over the parameters alone, or None where it needs other local names."""
        result = with_names(condition, self._known)
        inner = {n.id for n in ast.walk(result) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        read = {n.id for n in ast.walk(result) if isinstance(n, ast.Name)}
        return None if (read - inner) & (self._locals - self._parameters) else result


def _is_stored(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _names(expression: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}


def _is_short(expression: ast.expr) -> bool:
    """Whether an expression can be part of a condition that is not too long. What a name stands for is put in its
    place, so that `x = x + x` would double it each time."""
    return next(islice(ast.walk(expression), _LONGEST, None), None) is None


def _is_pure(expression: ast.expr) -> bool:
    """Whether evaluating `expression` can change nothing, as far as names tell."""
    for node in ast.walk(expression):
        match node:
            case ast.NamedExpr() | ast.Await() | ast.Yield() | ast.YieldFrom() | ast.Lambda():
                return False
            case ast.Call(func=ast.Name(id=name)) if name not in _PURE_CALLS:
                return False
            case ast.Call(func=ast.Attribute(attr=name)) if name not in _PURE_METHODS:
                return False
            case ast.Call(func=ast.Call() | ast.Subscript()):
                return False
            case _:
                continue
    return True


def _raises(body: list[ast.stmt]) -> str | None:
    """The name of the exception that a block does nothing but raise ("" where it has none), else None."""
    *before, last = body
    if not isinstance(last, ast.Raise) or not all(isinstance(s, ast.Assign | ast.Expr) for s in before):
        return None
    raised = last.exc.func if isinstance(last.exc, ast.Call) else last.exc
    match raised:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _negated(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(op=ast.Not(), operand=test)


def _conjunction(tests: list[ast.expr]) -> ast.expr:
    return tests[0] if len(tests) == 1 else ast.BoolOp(op=ast.And(), values=tests)
