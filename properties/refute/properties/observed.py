"""Calls with known results in the tests of a project: `assert f(1) == 2` is an example that a person wrote.

Only what is certain without running the test is taken: the arguments and the result are values, nothing happens
before the call that it could depend on, and the test is not skipped.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from refute.properties.calls import Arguments, exception_check, find_call, may_remember
from refute.properties.evidence import Evidence
from refute.properties.literals import is_value
from refute.properties.modules import Module, read_module
from refute.properties.place import Place
from refute.properties.property import Property
from refute.properties.rewriting import with_names, with_result
from refute.properties.scopes import BUILTIN_NAMES
from refute.properties.syntax import UnreadableError
from refute.properties.units import FunctionUnit

_MOST_CASES = 40
_PREPARING = {"setUp", "setUpClass", "setup_method", "setup_class", "setup_function", "setup_module", "asyncSetUp"}
_PLAIN_CASES = {"TestCase", "unittest.TestCase", "object"}
_HARMLESS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.Try, ast.Pass)

Known = Mapping[str, ast.expr]


@dataclass(frozen=True)
class TestFile:
    """A file of tests: `path` is where it is, `shown` how users see that (relative to the workspace)."""

    __test__ = False

    path: str
    shown: str
    text: str


def reads_module(text: str, module_name: str) -> bool:
    """Whether the module with this text imports the module called `module_name`, or something out of it."""
    try:
        origins = read_module(text).imports.values()
    except UnreadableError:
        return False
    return any(origin == module_name or origin.startswith(f"{module_name}.") for origin in origins)


def speaks_of(text: str, unit: FunctionUnit) -> bool:
    """Whether a file mentions `unit`, or the class that it belongs to."""
    return re.search(rf"\b{re.escape(unit.qualname.partition('.')[0])}\b", text) is not None


def observed_calls(file: TestFile, unit: FunctionUnit, module_name: str) -> tuple[Property, ...]:
    """The calls of `unit`, a function of the module `module_name`, of which a test file says what comes of them."""
    try:
        tests = read_module(file.text)
    except UnreadableError:
        return ()
    if _prepares(tests.tree.body) or unit.kind == "constructor":  # what is told of an instance is of its methods, too
        return ()
    reader = _Reader(unit, tests, module_name, file.shown)
    found: dict[str, Property] = {}
    for owner, test in _tests(tests.tree):
        if owner is None or not (_prepares(owner.body) or owner.decorator_list or _inherits(owner)):
            for claim in reader.read(test, is_method=owner is not None):
                found.setdefault(claim.id, claim)
    return tuple(found.values())


def _tests(tree: ast.Module) -> Iterator[tuple[ast.ClassDef | None, ast.FunctionDef]]:
    """The test functions of a file, each with its class."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            yield None, node
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and part.name.startswith("test"):
                    yield node, part


def _prepares(body: list[ast.stmt]) -> bool:
    """Whether something may be done before each test, or the tests may be skipped."""
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)]) if name != "pytestmark":
                continue
            case ast.Expr(value=ast.Constant()) | ast.AnnAssign(target=ast.Name()):
                continue
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if statement.name in _PREPARING or any("autouse" in ast.unparse(d) for d in statement.decorator_list):
                    return True
            case _ if not isinstance(statement, _HARMLESS):
                return True
            case _:
                continue
    return False


def _inherits(owner: ast.ClassDef) -> bool:
    return any(ast.unparse(base) not in _PLAIN_CASES for base in owner.bases)


class _Reader:
    """Reads the tests of one file. Names that mean the unit there are replaced by those of its own module."""

    def __init__(self, unit: FunctionUnit, tests: Module, module_name: str, shown: str) -> None:
        self._unit = unit
        self._tests = tests
        self._shown = shown
        self._root = unit.qualname.partition(".")[0]
        self._subject = f"{module_name}.{self._root}"
        imported = (name for name, origin in tests.imports.items() if origin == f"{module_name}.{name}")
        self._names = frozenset(imported) - {unit.spec.name}

    def read(self, test: ast.FunctionDef, *, is_method: bool) -> Iterator[Property]:
        """The calls in one test function."""
        parameters = [argument.arg for argument in test.args.args][int(is_method) :]
        for known in self._cases(test):
            if set(parameters) <= known.keys():
                yield from self._statements(test.body, known)

    def _cases(self, test: ast.FunctionDef) -> Iterator[dict[str, ast.expr]]:
        """What the parameters of a test are in each of its cases; none where that is not certain."""
        marks = [ast.unparse(decorator) for decorator in test.decorator_list]
        if not marks:
            yield {}
        elif len(marks) == 1 and marks[0].startswith(("pytest.mark.parametrize(", "mark.parametrize(")):
            yield from self._parametrized(test.decorator_list[0])

    def _parametrized(self, decorator: ast.expr) -> Iterator[dict[str, ast.expr]]:
        match decorator:
            case ast.Call(args=[names, ast.List(elts=cases) | ast.Tuple(elts=cases), *_]):
                pass
            case _:
                return
        match names:
            case ast.Constant(value=str() as joined):
                parameters = [name.strip() for name in joined.split(",") if name.strip()]
            case ast.List(elts=parts) | ast.Tuple(elts=parts) if all(isinstance(p, ast.Constant) for p in parts):
                parameters = [str(part.value) for part in parts if isinstance(part, ast.Constant)]
            case _:
                return
        for case in cases[:_MOST_CASES]:
            values = case.elts if isinstance(case, ast.Tuple | ast.List) and len(parameters) > 1 else [case]
            if len(values) == len(parameters) and all(is_value(value, self._names) for value in values):
                yield dict(zip(parameters, values, strict=True))

    def _statements(self, body: list[ast.stmt], given: Known) -> Iterator[Property]:
        """The examples of a test, as far as nothing was run on which they could depend."""
        known = dict(given)
        kept = set[str]()
        for statement in body:
            match statement:
                case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.Import() | ast.ImportFrom():
                    continue
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    replaced = self._in_module(value, known)
                    if not is_value(replaced, self._names):
                        found = self._call(replaced)
                        if found is None:
                            return
                        kept.add(ast.dump(found[0]))
                    known[name] = replaced
                    continue
                case ast.Assert(test=test):
                    yield from self._assertion(self._in_module(test, known), statement.lineno - 1, kept)
                case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="self"))) as call):
                    assertion = _as_assertion(call)
                    if assertion is None:
                        return
                    yield from self._assertion(self._in_module(assertion, known), statement.lineno - 1, kept)
                case ast.With(
                    items=[
                        ast.withitem(
                            context_expr=ast.Call(func=ast.Attribute(attr="raises" | "assertRaises"), args=[raised, *_])
                        )
                    ],
                    body=[ast.Expr(value=raiser)],
                ):
                    yield from self._raising(raised, self._in_module(raiser, known), raiser.lineno - 1)
                case _:
                    return
            for node in ast.walk(statement):  # what a call was given may have been changed by it
                if isinstance(node, ast.Name) and not isinstance(known.get(node.id), ast.Constant):
                    known.pop(node.id, None)

    def _in_module(self, expression: ast.expr, known: Known) -> ast.expr:
        """`expression` with what is known of variables, and with the names that the module under test has."""
        own: ast.expr = _Own(self._tests, self._subject, self._root).visit(with_names(expression, known))
        return own

    def _call(self, expression: ast.expr) -> tuple[ast.expr, Arguments] | None:
        """The one call of the unit in `expression`, with its arguments."""
        is_function = self._unit.kind == "function"
        found = find_call(expression, self._unit, self._names if is_function else self._names | {self._root})
        if found is None:
            return None
        match found[0].func if isinstance(found[0], ast.Call) else found[0]:
            case ast.Name():
                return found
            case ast.Attribute(value=ast.Name(id=name)) | ast.Attribute(value=ast.Call(func=ast.Name(id=name))):
                return found if name == self._root and not is_function else None
            case _:
                return None

    def _assertion(self, test: ast.expr, line: int, kept: Set[str]) -> Iterator[Property]:
        """What an assertion says of one call. `kept` are calls before it whose results are kept: they are not made
        again, so that another call may give something else without them."""
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            for part in test.values:
                yield from self._assertion(part, line, kept)
            return
        found = self._call(test)
        if found is None:
            return
        call, arguments = found
        if kept - {ast.dump(call)} and may_remember(self._unit):
            return
        over = _without_approx(with_result(test, call))
        free = {node.id for node in ast.walk(over) if isinstance(node, ast.Name)}
        if free <= {"result", "same"} | BUILTIN_NAMES | self._names:
            yield self._claim(_statement(over, test, call), ast.unparse(over), arguments, line, must_return=True)

    def _raising(self, raised: ast.expr, raiser: ast.expr, line: int) -> Iterator[Property]:
        name = raised.id if isinstance(raised, ast.Name) else ""
        found = self._call(raiser)
        if found is not None and found[0] is raiser and (name in BUILTIN_NAMES or name in self._names):
            check = exception_check(name, self._names)
            yield self._claim(f"{ast.unparse(raiser)} raises {name}", check, found[1], line, must_return=False)

    def _claim(self, statement: str, check: str, arguments: Arguments, line: int, *, must_return: bool) -> Property:
        return Property(
            kind="example",
            statement=statement,
            check=check,
            evidence=Evidence.EXAMPLE,
            must_return=must_return,
            example=arguments,
            stated_at=Place(self._shown, line),
        )


class _Own(ast.NodeTransformer):
    """Writes what a test file calls the unit, or its class, as the module under test does; what only looks like it is
    written otherwise."""

    def __init__(self, tests: Module, subject: str, root: str) -> None:
        self._tests = tests
        self._subject = subject
        self._root = root

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if self._is_own(node):
            return ast.Name(self._root, ast.Load())
        return ast.Name(f"other_{node.id}", node.ctx) if node.id == self._root else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return ast.Name(self._root, ast.Load()) if self._is_own(node) else self.generic_visit(node)

    def _is_own(self, node: ast.expr) -> bool:
        return self._tests.dotted(node) == self._subject


def _as_assertion(call: ast.Call) -> ast.expr | None:
    """A method of `unittest.TestCase` as the expression that it asserts."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    match name, call.args:
        case ("assertEqual" | "assertEquals" | "assertListEqual" | "assertDictEqual", [left, right, *_]):
            return ast.Compare(left, [ast.Eq()], [right])
        case ("assertTrue", [value, *_]):
            return value
        case ("assertFalse", [value, *_]):
            return ast.UnaryOp(ast.Not(), value)
        case ("assertIsNone", [value, *_]):
            return ast.Compare(value, [ast.Is()], [ast.Constant(None)])
        case _:
            return None


def _without_approx(over: ast.expr) -> ast.expr:
    """`result == pytest.approx(x)` as a comparison that needs no pytest."""
    match over:
        case ast.Compare(
            left=left,
            ops=[ast.Eq()],
            comparators=[
                ast.Call(func=ast.Attribute(value=ast.Name(id="pytest"), attr="approx"), args=[x], keywords=[])
            ],
        ):
            return ast.Call(ast.Name("same", ast.Load()), [left, x], [])
        case _:
            return over


def _statement(over: ast.expr, test: ast.expr, call: ast.expr) -> str:
    """What an assertion says: `f(1) gives 2`, or the assertion itself."""
    match over:
        case ast.Compare(left=ast.Name(id="result"), ops=[ast.Eq() | ast.Is()], comparators=[value]):
            return f"{ast.unparse(call)} gives {ast.unparse(value)}"
        case ast.Compare(left=value, ops=[ast.Eq()], comparators=[ast.Name(id="result")]):
            return f"{ast.unparse(call)} gives {ast.unparse(value)}"
        case ast.Call(func=ast.Name(id="same"), args=[ast.Name(id="result"), value]):
            return f"{ast.unparse(call)} gives {ast.unparse(value)}"
        case _:
            return ast.unparse(test)
