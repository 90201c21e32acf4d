"""What the kinds of mutation read: the code, the kinds of its values, and the names in scope."""

import ast
import functools
from collections.abc import Iterator

from refute.repair.mutations.code import Code, shorten
from refute.repair.mutations.inference import Kinds
from refute.repair.mutations.kinds import Kind, compatible


class Subject:
    """The function under mutation. `names` are names of its module that a mutation may bring in."""

    def __init__(self, code: Code, names: tuple[str, ...] = ()) -> None:
        self.code = code
        self.kinds = Kinds(code)
        self.names = names
        arguments = code.tree.args
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
        self.parameters = tuple(a.arg for a in every if a is not None and a.arg not in ("self", "cls"))
        self._first_bound = dict.fromkeys(self.parameters, 0)
        for node in code.nodes:
            match node:
                case ast.Name(id=name, ctx=ast.Store()) if not self._inner(node):
                    self._first_bound.setdefault(name, code.end(node))
                case ast.FunctionDef(name=name):
                    self._first_bound.setdefault(name, code.start(node))
                case _:
                    pass

    def needed(self, node: ast.Assign) -> bool:
        """Whether a name has its only value from an assignment and is read."""
        names = [part.id for part in self.code.of(ast.Name)]
        stored = [part.id for part in self.code.of(ast.Name) if isinstance(part.ctx, ast.Store)]
        targets = {name for target in node.targets for name in _targets(target)} - set(self.parameters)
        return any(stored.count(name) == 1 and names.count(name) > 1 for name in targets)

    @functools.cached_property
    def step(self) -> str:
        """One level of indentation as this function has it."""
        first = self.code.body[0] if self.code.body else self.code.tree
        indent = _indentation(self.code, first)
        blocks = (node.body[0] for node in self.code.nodes if isinstance(node, ast.If | ast.For | ast.While))
        deeper = (
            _indentation(self.code, node).removeprefix(_indentation(self.code, self.code.parent(node)))
            for node in blocks
        )
        return next((step for step in deeper if step), indent or "    ")

    @property
    def locals(self) -> tuple[str, ...]:
        """The parameters and the names that the function binds, in the order of the text."""
        return tuple(self._first_bound)

    def bound_before(self, offset: int) -> Iterator[str]:
        """The names of the function that are bound before `offset`."""
        return (name for name, bound in self._first_bound.items() if bound <= offset)

    def visible(self, node: ast.expr | ast.stmt) -> tuple[str, ...]:
        """The names of the function that have a value where `node` stands, innermost first."""
        inner: list[str] = []
        for holder in self.code.ancestors(node):
            match holder:
                case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                    for part in holder.generators:
                        inner += _targets(part.target)
                case ast.Lambda(args=arguments):
                    inner += [argument.arg for argument in arguments.args]
                case ast.FunctionDef(args=arguments) if holder is not self.code.tree:
                    inner += [argument.arg for argument in arguments.args]
                    inner += self._bound_inside(holder, self.code.start(node))
                case _:
                    pass
        return tuple(dict.fromkeys((*inner, *self.bound_before(self.code.start(node)))))

    def _bound_inside(self, function: ast.FunctionDef, before: int) -> Iterator[str]:
        """The names that a nested function binds before an offset."""
        for statement in function.body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and self.code.end(node) <= before:
                    yield node.id

    def kind(self, name: str) -> Kind:
        """What is known of a name's value."""
        return self.kinds.names.get(name, Kind())

    def fits(self, name: str, kind: Kind) -> bool:
        """Whether the value of `name` may stand for one of `kind`."""
        return compatible(self.kind(name), kind)

    def in_loop(self, node: ast.AST) -> bool:
        """Whether a loop of the same function is around `node`."""
        inner = node
        for holder in self.code.ancestors(node):
            if isinstance(holder, ast.For | ast.While) and inner not in holder.orelse:
                return True
            if isinstance(holder, ast.FunctionDef | ast.Lambda | ast.ClassDef):
                return False
            inner = holder
        return False

    def _inner(self, node: ast.AST) -> bool:
        scopes = ast.comprehension | ast.FunctionDef | ast.Lambda
        return any(isinstance(holder, scopes) for holder in self.code.ancestors(node) if holder is not self.code.tree)


def _targets(target: ast.expr) -> list[str]:
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]


def _indentation(code: Code, node: ast.AST) -> str:
    line = code.source[code.line_start(getattr(node, "lineno", 1) - 1) :]
    return line[: len(line) - len(line.lstrip(" \t"))]


def swap_title(new: str, old: str, place: str = "") -> str:
    """The title of a change that puts one piece of source in the place of another."""
    return f"use `{shorten(new)}` instead of `{shorten(old)}` {place}".rstrip()
