"""Instances that a doctest session makes and works on, so that what it shows of them can be replayed.

An instance is written as the calls that it went through: `[q := Queue(), q.push(1)][0]`.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import TypeGuard

from refute.properties.calls import may_remember, shares_state
from refute.properties.modules import is_function
from refute.properties.rewriting import with_names
from refute.properties.scopes import BUILTIN_NAMES
from refute.properties.sequences import changes_itself
from refute.properties.units import FunctionUnit
from refute.properties.vocabulary import words

_NEVER = words("result error self same")
"""Names that mean something else in a check."""
_EFFECTS = words("print input open exec eval exit quit setattr delattr globals vars help breakpoint")
_UNCERTAIN = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom, ast.Lambda, ast.IfExp, ast.BoolOp, ast.comprehension)


class SessionInstances:
    """The variables of one session that hold instances of the class of `unit`, each with what was done to it.

    `names` are those of the module, `owner` is the class where it is known.
    """

    def __init__(self, unit: FunctionUnit, names: Collection[str], owner: ast.ClassDef | None) -> None:
        self._unit = unit
        self._class = unit.qualname.rpartition(".")[0] if unit.kind in ("method", "constructor") else ""
        self._names = names
        self._owner = owner
        self._made: dict[str, ast.Call] = {}
        self._acts: dict[str, list[ast.expr]] = {}
        self._acted = set[str]()

    def assign(self, name: str, value: ast.expr) -> None:
        """A variable takes a value; `value` is written without other variables."""
        self.forget(name)
        is_own = isinstance(value, ast.Call) and ast.unparse(value.func) == self._class
        if is_own and isinstance(value, ast.Call) and name not in _NEVER | BUILTIN_NAMES and name not in self._names:
            self._made[name], self._acts[name] = value, []

    def forget(self, name: str) -> None:
        """Nothing is known of a variable any longer."""
        self._made.pop(name, None)
        self._acts.pop(name, None)

    def read_in(self, node: ast.AST) -> list[str]:
        """The instances that a piece of a session reads, as often as it does."""
        names = (part.id for part in ast.walk(node) if isinstance(part, ast.Name))
        return [name for name in names if name in self._made]

    def is_used(self, name: str) -> bool:
        """Whether something was done to an instance since it was made."""
        return bool(self._acts.get(name))

    def act(self, name: str, done: ast.expr, known: Mapping[str, ast.expr]) -> bool:
        """Remember that `done` was run, which reads the instance `name`; False where it cannot be run again.

        `known` are the values of the other variables.
        """
        match done:
            case ast.Call(func=ast.Name(id="print"), args=[printed], keywords=[]):
                done = printed
            case _:
                pass
        written = with_names(done, {other: value for other, value in known.items() if other != name})
        nodes = list(ast.walk(written))
        read = {node.id for node in nodes if isinstance(node, ast.Name)}
        allowed = (BUILTIN_NAMES - _EFFECTS) | set(self._names) | {name}
        if any(isinstance(node, _UNCERTAIN) for node in nodes) or not read <= allowed:
            return False
        if any(isinstance(node, ast.Call) and ast.unparse(node.func) not in BUILTIN_NAMES for node in nodes):
            self._acts[name].append(written)
            self._acted.add(name)
        return True

    def stands_alone(self, name: str | None) -> bool:
        """Whether what was done to other instances makes no difference to the one called `name`."""
        is_alone = not self._acted - {name}
        return is_alone or not (self._owner is None or shares_state(self._owner) or may_remember(self._unit))

    def written(self, name: str, acts: int | None = None) -> ast.expr:
        """An expression for an instance after the first `acts` of what was done to it, all by default."""
        done = self._acts[name][:acts]
        if not done:
            return self._made[name]
        made = ast.NamedExpr(ast.Name(name, ast.Store()), self._made[name])
        return ast.Subscript(ast.List([made, *done], ast.Load()), ast.Constant(0), ast.Load())

    def statements(self, name: str) -> list[str]:
        """How an instance came about, statement by statement."""
        return [f"{name} = {ast.unparse(self._made[name])}", *map(ast.unparse, self._acts[name])]

    def last_call(self, name: str) -> tuple[int, ast.Call] | None:
        """The last thing done to an instance that is a call of the unit, with its place."""
        for place, done in reversed(list(enumerate(self._acts[name]))):
            if self._is_call(done, name):
                return place, done
        return None

    def is_last(self, name: str) -> bool:
        """Whether the unit is what was called last on an instance, of what may change it."""
        asking = {
            part.name
            for part in (self._owner.body if self._owner else [])
            if is_function(part) and not changes_itself(part)
        }
        changing = [done for done in self._acts[name] if not _calls_one_of(asking, done)]
        return bool(changing) and self._is_call(changing[-1], name)

    def calls_in(self, expression: ast.expr, name: str) -> list[ast.expr]:
        """The calls of the unit on an instance in an expression."""
        if self._unit.is_property:
            return [part for part in _expressions(expression) if self._is_of_unit(part, name)]
        return [part for part in _expressions(expression) if self._is_call(part, name)]

    def others_called(self, expression: ast.expr, name: str) -> bool:
        """Whether an expression calls a method of an instance, or reads a property of its class."""
        properties = {
            part.name for part in (self._owner.body if self._owner else []) if is_function(part) and part.decorator_list
        }
        for part in _expressions(expression):
            match part:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=read))) if read == name:
                    return True
                case ast.Attribute(value=ast.Name(id=read), attr=attribute) if read == name and attribute in properties:
                    return True
                case _:
                    pass
        return False

    def is_own_call(self, call: ast.expr) -> bool:
        """Whether a call of what has the name of the unit is one of its class, which other classes may have as well."""
        function = call.func if isinstance(call, ast.Call) else call
        if not isinstance(function, ast.Attribute):
            return self._unit.kind == "constructor"
        made = function.value.func if isinstance(function.value, ast.Call) else function.value
        return self._class in (ast.unparse(made), ast.unparse(made).rpartition(".")[0])

    def is_plainly_seen(self, expression: ast.expr, made: ast.expr, exception: str | None) -> bool:
        """Whether an expression shows nothing of a new instance but an attribute that is no method or property; a
        constructor may raise as well."""
        methods = {part.name for part in (self._owner.body if self._owner else []) if is_function(part)}
        seen = expression.left if isinstance(expression, ast.Compare) else expression
        if exception is not None:
            return expression is made
        is_attribute = isinstance(seen, ast.Attribute) and seen.value is made and seen.attr not in methods
        return is_attribute and "__getattr__" not in methods and self._owner is not None

    def _is_call(self, node: ast.expr, name: str) -> TypeGuard[ast.Call]:
        return isinstance(node, ast.Call) and self._is_of_unit(node.func, name)

    def _is_of_unit(self, node: ast.expr, name: str) -> bool:
        match node:
            case ast.Attribute(value=ast.Name(id=read), attr=method):
                return read == name and method == self._unit.spec.name
            case _:
                return False


def _calls_one_of(methods: Collection[str], done: ast.expr) -> bool:
    """Whether what was done is the call of one of `methods` and nothing else."""
    match done:
        case ast.Call(func=ast.Attribute(value=ast.Name(), attr=method)):
            return method in methods
        case _:
            return False


def _expressions(node: ast.expr) -> Iterator[ast.expr]:
    return (part for part in ast.walk(node) if isinstance(part, ast.expr))
