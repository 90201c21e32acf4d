"""What keeps a function from being checked, in words for users."""

import ast

from refute.properties.modules import FunctionNode, Module, body_without_docstring, is_function
from refute.properties.vocabulary import words

NO_BODY = "it has no body yet"
"""The obstacle of a stub, which can be implemented."""
PROPERTIES = frozenset({"property", "functools.cached_property"})
_TRANSPARENT = PROPERTIES | frozenset(
    {
        "staticmethod",
        "classmethod",
        "functools.cache",
        "functools.lru_cache",
        "functools.wraps",
        "abc.abstractmethod",
        "beartype.beartype",
        "typeguard.typechecked",
        "pydantic.validate_call",
        "warnings.deprecated",
    }
)
_TRANSPARENT_PACKAGES = ("typing.", "typing_extensions.", "icontract.", "deal.")

_SPECIAL_METHODS = words(
    "__abs__ __add__ __and__ __bool__ __bytes__ __call__ __contains__ __eq__ __float__ __floordiv__ __format__ __ge__ "
    "__getitem__ __gt__ __hash__ __index__ __init__ __int__ __invert__ __le__ __len__ __lt__ __matmul__ __mod__ "
    "__mul__ __ne__ __neg__ __or__ __pos__ __pow__ __radd__ __repr__ __reversed__ __rmul__ __round__ __rsub__ __str__ "
    "__sub__ __truediv__ __xor__"
)

_OUTSIDE_TYPES = {
    "socket.socket": "a socket",
    "typing.IO": "a file",
    "typing.TextIO": "a file",
    "typing.BinaryIO": "a file",
    "io.TextIOWrapper": "a file",
    "sqlite3.Connection": "a database connection",
    "sqlite3.Cursor": "a database cursor",
    "argparse.Namespace": "parsed command-line options",
    "subprocess.Popen": "a process",
    "threading.Thread": "a thread",
    "asyncio.AbstractEventLoop": "an event loop",
}


def obstacle_of(function: FunctionNode, owners: tuple[ast.ClassDef, ...], module: Module) -> str | None:
    """Why `function` cannot be checked, None where nothing is in the way."""
    return (
        _by_decorator(function, owners, module)
        or _by_kind(function)
        or _by_purpose(function, owners)
        or _by_body(function)
        or _by_parameters(function, owners, module)
    )


def _by_decorator(function: FunctionNode, owners: tuple[ast.ClassDef, ...], module: Module) -> str | None:
    for decorator in function.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = module.dotted(called) or ast.unparse(called)
        if name in {"typing.overload", "typing_extensions.overload"}:
            return "it is an overload: only the implementation can be called"
        if name.rpartition(".")[2] in {"abstractmethod", "abstractproperty"}:
            return "it is abstract"
        if name.rpartition(".")[2] in {"setter", "deleter"} and _is_property(called, owners):
            return f"it is the {name.rpartition('.')[2]} of a property"
        if name in {"contextlib.contextmanager", "contextlib.asynccontextmanager"}:
            return "it is a context manager"
        if name.rpartition(".")[2] == "fixture":
            return "it is a test fixture"
        if not (name in _TRANSPARENT or name.startswith(_TRANSPARENT_PACKAGES) or _wraps(called, module)):
            return f"the decorator {name} may change what a call does"
    return None


def _is_property(called: ast.expr, owners: tuple[ast.ClassDef, ...]) -> bool:
    return bool(owners) and isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name)


def _wraps(called: ast.expr, module: Module) -> bool:
    """Whether a decorator is written in this module and keeps the function's signature with `functools.wraps`."""
    definition = module.function_named(called.id) if isinstance(called, ast.Name) else None
    return definition is not None and any(
        module.dotted(decorator.func) == "functools.wraps"
        for node in ast.walk(definition)
        if is_function(node)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
    )


def _by_kind(function: FunctionNode) -> str | None:
    if isinstance(function, ast.AsyncFunctionDef):
        is_generator = any(isinstance(node, ast.Yield) for node in _own_nodes(function))
        return "it is an asynchronous generator" if is_generator else "it is a coroutine"
    return None


def _own_nodes(function: FunctionNode) -> list[ast.AST]:
    """The nodes of a function without those of functions and lambdas inside it."""
    found: list[ast.AST] = []
    queue: list[ast.AST] = list(function.body)
    while queue:
        node = queue.pop()
        found.append(node)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            queue.extend(ast.iter_child_nodes(node))
    return found


def _by_purpose(function: FunctionNode, owners: tuple[ast.ClassDef, ...]) -> str | None:
    name = function.name
    if name.startswith("test_") or (owners and owners[-1].name.startswith("Test") and name.startswith("test")):
        return "it is a test"
    if name.startswith("__") and name.endswith("__") and name not in _SPECIAL_METHODS:
        return "it is a special method that Python calls itself"
    if owners and name.startswith("__") and not name.endswith("__"):
        return "its name is private to its class"
    return None


def _by_body(function: FunctionNode) -> str | None:
    body = body_without_docstring(function)
    return NO_BODY if all(_is_placeholder(statement) for statement in body) else None


def _is_placeholder(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Raise(exc=ast.Name(id="NotImplementedError") | ast.Call(func=ast.Name(id="NotImplementedError"))):
            return True
        case _:
            return False


def _by_parameters(function: FunctionNode, owners: tuple[ast.ClassDef, ...], module: Module) -> str | None:
    arguments = function.args
    named = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    static = any(module.dotted(decorator) == "staticmethod" for decorator in function.decorator_list)
    if owners and not static:
        if not (arguments.posonlyargs or arguments.args):
            return "it is a method without a parameter for its instance"
        named = named[1:]
    if not named and arguments.kwarg:
        stars = [f"*{arguments.vararg.arg}"] if arguments.vararg else []
        return (
            f"what it is called with is not known: it takes {' and '.join([*stars, f'**{arguments.kwarg.arg}'])} only"
        )
    required = named[: len(named) - len(arguments.defaults)] if arguments.defaults else named
    for argument in required:
        kind = _OUTSIDE_TYPES.get(module.dotted(argument.annotation) or "") if argument.annotation else None
        if kind:
            return f"it takes {kind} ({argument.arg})"
    return None
