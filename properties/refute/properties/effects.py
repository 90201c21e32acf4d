"""A look at the source of a function for effects on the outside world, before it is ever called.

It follows calls within the module, resolves names through imports, and errs on the side of calling: the sandbox refuses
what this misses. What it finds is said in words for users.
"""

import ast
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from refute.properties.modules import FunctionNode, read_module
from refute.properties.syntax import UnreadableError

_NETWORK = "talks to the network"
_PROCESS = "starts or controls processes"
_FILES = "changes files"
_READS = "opens files"
_DATABASE = "uses a database"
_TERMINAL = "asks at the terminal"
_WINDOW = "opens windows"
_GLOBAL = "changes global state"

_PREFIXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (_NETWORK, (
        "requests.", "httpx.", "aiohttp.", "urllib.request.", "urllib3.", "http.client.", "socket.socket",
        "socket.create_connection", "socket.create_server", "socket.getaddrinfo", "smtplib.", "ftplib.", "imaplib.",
        "poplib.", "telnetlib.", "paramiko.", "boto3.", "botocore.", "websockets.", "grpc.", "asyncio.open_connection",
        "asyncio.start_server", "xmlrpc.client.", "webbrowser.", "openai.", "kafka.", "pika.",
    )),
    (_PROCESS, (
        "subprocess.", "os.system", "os.popen", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "os.kill",
        "os.abort", "os._exit", "multiprocessing.", "pty.", "signal.signal", "signal.alarm",
        "asyncio.create_subprocess_", "pexpect.", "psutil.",
    )),
    (_FILES, (
        "os.remove", "os.unlink", "os.rename", "os.replace", "os.mkdir", "os.makedirs", "os.rmdir", "os.removedirs",
        "os.chmod", "os.chown", "os.link", "os.symlink", "os.truncate", "os.utime", "shutil.rmtree", "shutil.move",
        "shutil.copy", "shutil.make_archive", "shutil.unpack_archive", "shutil.chown",
    )),
    (_READS, (
        "io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open", "tarfile.open", "zipfile.ZipFile", "os.open",
        "os.listdir", "os.scandir", "os.walk", "glob.glob", "glob.iglob", "fileinput.", "linecache.getline",
        "pandas.read_", "numpy.load", "numpy.save", "joblib.load", "joblib.dump", "shelve.open", "dbm.open",
    )),
    (_DATABASE, (
        "sqlite3.connect", "psycopg.", "psycopg2.", "asyncpg.", "pymysql.", "MySQLdb.", "mysql.connector.", "redis.",
        "pymongo.", "sqlalchemy.create_engine", "sqlalchemy.orm.sessionmaker", "cx_Oracle.", "oracledb.", "pyodbc.",
        "duckdb.connect", "elasticsearch.", "django.db.",
    )),
    (_TERMINAL, ("getpass.getpass", "curses.", "readline.")),
    (_WINDOW, ("tkinter.", "pygame.", "turtle.", "matplotlib.pyplot.show", "PyQt5.", "PyQt6.", "PySide6.", "wx.")),
    (_GLOBAL, (
        "os.chdir", "os.putenv", "os.unsetenv", "os.umask", "os.environ.update", "os.environ.setdefault",
        "os.environ.pop", "os.environ.clear", "sys.path.append", "sys.path.insert", "sys.setrecursionlimit",
        "locale.setlocale", "logging.basicConfig", "atexit.register", "gc.disable",
    )),
)  # fmt: skip

_METHODS = {
    **dict.fromkeys(("write_text", "write_bytes", "unlink", "rmdir", "touch", "symlink_to", "hardlink_to"), _FILES),
    **dict.fromkeys(("read_text", "read_bytes", "iterdir"), _READS),
}
"""Methods that only paths have."""

_ROUTE_METHODS = frozenset({"get", "post", "put", "delete", "patch", "head", "options", "websocket"})
_ROUTERS = frozenset({"app", "router", "api", "bp", "blueprint", "server", "application"})
_DECORATORS = {
    "route": "a route of a web application",
    "websocket": "a route of a web application",
    "view_config": "a route of a web application",
    "middleware": "a hook of a web application",
    "on_event": "a hook of a web application",
    "exception_handler": "a hook of a web application",
    "errorhandler": "a hook of a web application",
    "before_request": "a hook of a web application",
    "after_request": "a hook of a web application",
    "login_required": "a view of a web application",
    "csrf_exempt": "a view of a web application",
    "api_view": "a view of a web application",
    "require_http_methods": "a view of a web application",
    "shared_task": "a background task",
    "task": "a background task",
    "periodic_task": "a background task",
    "actor": "a background task",
    "flow": "a background task",
    "dag": "a background task",
    "receiver": "a signal handler",
    "listens_for": "a signal handler",
    "fixture": "a test fixture",
    "yield_fixture": "a test fixture",
    "parametrize": "a test",
    "command": "a command of a command line",
    "group": "a command of a command line",
    "callback": "a callback of a framework",
    "hookimpl": "a plugin hook",
    "hookspec": "a plugin hook",
    "register": "registered with a framework",
    "atexit.register": "an exit handler",
}


@dataclass(frozen=True)
class _Module:
    """The definitions of a module by qualified name, and what its imports make names stand for."""

    functions: Mapping[str, FunctionNode]
    classes: frozenset[str]
    imports: Mapping[str, str]


def effects(text: str, qualname: str) -> str | None:
    """Why the function `qualname` of the module with this text should not be called with made-up inputs, as in
    "it talks to the network (requests.get, line 12)"; None where nothing was found, or nothing could be parsed."""
    try:
        module = _module_of(text)
    except UnreadableError:
        return None
    if qualname not in module.functions:
        return None
    node = module.functions[qualname]
    role = next(filter(None, (_role(decorator, module.imports) for decorator in node.decorator_list)), None)
    return role or _reached(module, qualname, set())


@functools.lru_cache(maxsize=8)  # as many as `read_module` keeps; each function of a document is asked about
def _module_of(text: str) -> _Module:
    return _read(read_module(text).tree)


def _read(tree: ast.Module) -> _Module:
    functions: dict[str, FunctionNode] = {}
    classes: set[str] = set()
    pending: list[tuple[str, ast.stmt]] = [("", statement) for statement in tree.body]
    while pending:
        prefix, statement = pending.pop()
        if isinstance(statement, FunctionNode):
            functions[prefix + statement.name] = statement
        elif isinstance(statement, ast.ClassDef):
            classes.add(prefix + statement.name)
            pending += [(f"{prefix}{statement.name}.", inner) for inner in statement.body]
        elif isinstance(statement, ast.If | ast.Try):
            pending += [(prefix, inner) for inner in ast.iter_child_nodes(statement) if isinstance(inner, ast.stmt)]
    return _Module(functions, frozenset(classes), _imports(tree.body))


def _imports(statements: list[ast.stmt]) -> dict[str, str]:
    """What imported names stand for, as dotted names. Imports inside of functions are left to these."""
    names: dict[str, str] = {}
    for statement in statements:
        for inner in ast.walk(statement) if isinstance(statement, ast.If | ast.Try) else [statement]:
            if isinstance(inner, ast.Import):
                for alias in inner.names:
                    names[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
            elif isinstance(inner, ast.ImportFrom) and inner.level == 0:
                names.update({alias.asname or alias.name: f"{inner.module}.{alias.name}" for alias in inner.names})
    return names


def _role(decorator: ast.expr, imports: Mapping[str, str]) -> str | None:
    """What a decorator makes of a function that only a framework should call."""
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    written = _dotted(target)
    if written is None:
        return None
    full = _resolved(written, imports, frozenset())
    owner, _, last = full.rpartition(".")
    role = _DECORATORS.get(last)
    if full.startswith(("functools.", "abc.", "typing.", "singledispatch")) or (last == "register" and "." not in full):
        return None
    if last == "register" and owner.rpartition(".")[2] not in ("admin", "atexit", "template", "registry"):
        return None
    if role is None and last in _ROUTE_METHODS and owner.rpartition(".")[2].lower() in _ROUTERS:
        role = "a route of a web application"
    if role is None and full.startswith("pytest."):
        role = "a test"
    return f"it is {role} (@{written})" if role else None


def _reached(module: _Module, qualname: str, seen: set[str]) -> str | None:
    """The first effect in a function or in what it calls within the module."""
    if qualname in seen or qualname not in module.functions:
        return None
    seen.add(qualname)
    node = module.functions[qualname]
    own = _imports([inner for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom)])
    imports = {**module.imports, **own}
    local = frozenset(_bound(node)) - own.keys()
    direct = _global_write(node) or next(filter(None, (_effect(call, imports, local) for call in _calls(node))), None)
    if direct:
        return f"it {direct}"
    for call in _calls(node):
        for callee in _callees(call, qualname, module, local):
            found = _reached(module, callee, seen)
            if found:
                return found
    return None


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    found = [inner for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    return iter(sorted(found, key=lambda call: (call.lineno, call.col_offset)))


def _bound(node: FunctionNode) -> Iterator[str]:
    """Names that are local to a function, so that they are not what an import of that name is."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.arg):
            yield inner.arg
        elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield inner.id


def _global_write(node: FunctionNode) -> str | None:
    declared = {name: inner.lineno for inner in ast.walk(node) if isinstance(inner, ast.Global) for name in inner.names}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store | ast.Del) and inner.id in declared:
            return f"{_GLOBAL} (global {inner.id}, line {declared[inner.id]})"
        if not isinstance(inner, ast.Subscript) or isinstance(inner.ctx, ast.Load):
            continue
        if _dotted(inner.value) == "os.environ":
            return f"{_GLOBAL} (os.environ, line {inner.lineno})"
    return None


def _effect(call: ast.Call, imports: Mapping[str, str], local: frozenset[str]) -> str | None:
    """What a call does to the outside world, with where it stands."""
    written = _dotted(call.func)
    if written is None:
        method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        return f"{_METHODS[method]} ({method}, line {call.lineno})" if method in _METHODS else None
    root, last = written.partition(".")[0], written.rpartition(".")[2]
    if "." not in written and root not in imports and root not in local:
        kind = {"open": _opening(call), "input": _TERMINAL, "breakpoint": _TERMINAL}.get(written)
        return f"{kind} ({written}, line {call.lineno})" if kind else None
    full = _resolved(written, imports, local)
    for kind, prefixes in _PREFIXES:
        known = root in imports and root not in local
        if known and any(full.startswith(prefix) or full == prefix.rstrip(".") for prefix in prefixes):
            return f"{kind} ({written}, line {call.lineno})"
    if last in _METHODS and "." in written:
        return f"{_METHODS[last]} ({written}, line {call.lineno})"
    return None


def _opening(call: ast.Call) -> str:
    """What `open` is called for, by its mode."""
    mode = call.args[1] if len(call.args) > 1 else next((k.value for k in call.keywords if k.arg == "mode"), None)
    writes = isinstance(mode, ast.Constant) and isinstance(mode.value, str) and any(c in mode.value for c in "wax+")
    return _FILES if writes else _READS


def _callees(call: ast.Call, caller: str, module: _Module, local: frozenset[str]) -> Iterator[str]:
    """The functions of this module that a call may reach."""
    written = _dotted(call.func)
    if written is None:
        return
    root, _, rest = written.partition(".")
    if root in ("self", "cls") and rest and "." in caller:
        yield f"{caller.rpartition('.')[0]}.{rest}"
    elif root not in local:
        yield written
        if written in module.classes:
            yield f"{written}.__init__"


def _dotted(node: ast.expr) -> str | None:
    """`a.b.c` as it is written, None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def _resolved(written: str, imports: Mapping[str, str], local: frozenset[str]) -> str:
    root, dot, rest = written.partition(".")
    return written if root in local else f"{imports.get(root, root)}{dot}{rest}"
