"""Adding a test to a file of tests that may have been edited by hand."""

import ast
import sys
from collections.abc import Iterable, Iterator

from refute.properties.modules import FunctionNode, is_function
from refute.properties.positions import split_lines
from refute.properties.syntax import UnreadableError, parse_module, parse_source

_FOREIGN = frozenset({"hypothesis", "pytest"})


def merge_tests(existing: str, addition: str) -> str:
    """`existing` with the tests and imports of `addition` that it lacks.

    A test that is there already keeps its body and gains the examples that it lacks. Nothing else of `existing`
    changes, but for imports without comments: they are put in order. Raises `UnreadableError` where `existing` is
    not Python.
    """
    try:
        old = parse_module(existing)
    except UnreadableError as error:
        raise UnreadableError(f"the file of tests is not valid Python ({error}); mend it or move it away") from None
    if not old.body:
        return addition
    new = parse_source(addition)
    known = {node.name: node for node in old.body if is_function(node)}
    edits: list[tuple[int, int, list[str]]] = []
    appended: list[str] = []
    for node in filter(is_function, new.body):
        if node.name in known:
            place = known[node.name].lineno - 1
            edits.append((place, place, _missing_examples(known[node.name], node, addition)))
        else:
            appended += ["", "", *_lines_of(node, addition)]
    if set(_imported(new.body)) - set(_imported(old.body)):
        edits.append(_import_edit(old, new, existing))
    return _edited(existing, edits, appended)


def _imported(body: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    """(module, name) of each import at the top level; the module is empty for a plain `import name`."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = f"{'.' * node.level}{node.module or ''}" if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                yield module, f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _import_edit(old: ast.Module, new: ast.Module, existing: str) -> tuple[int, int, list[str]]:
    """What replaces the lines from one place to another, so that the imports of both files are there."""
    imports = [node for node in old.body if isinstance(node, ast.Import | ast.ImportFrom)]
    missing = [pair for pair in _imported(new.body) if pair not in set(_imported(old.body))]
    if not imports:
        has_docstring = isinstance(old.body[0], ast.Expr) and isinstance(old.body[0].value, ast.Constant)
        place = (old.body[0].end_lineno or 0) if has_docstring else 0
        return place, place, ["", *_import_block(missing)] if place else [*_import_block(missing), ""]
    start, end = imports[0].lineno - 1, imports[-1].end_lineno or imports[-1].lineno
    between = [node for node in old.body if start < node.lineno <= end and node not in imports]
    if between or any("#" in line for line in split_lines(existing)[start:end]):
        return end, end, _import_block(missing)
    return start, end, _import_block([*_imported(imports), *missing])


def _import_block(pairs: list[tuple[str, str]]) -> list[str]:
    """Import statements, grouped as is usual: the standard library, what is installed, the user's own."""
    plain = sorted({name for module, name in pairs if not module})
    by_module: dict[str, set[str]] = {}
    for module, name in pairs:
        if module and " as " not in name:
            by_module.setdefault(module, set()).add(name)
    written = [(name.partition(" ")[0], f"import {name}") for name in plain]
    written += [
        (module, f"from {module} import {', '.join(sorted(by_module[module]))}") for module in sorted(by_module)
    ]
    written += [
        (module, f"from {module} import {name}") for module, name in sorted(set(pairs)) if module and " as " in name
    ]
    groups = [[text for module, text in written if _group(module) == group] for group in range(3)]
    return [line for group in groups if group for line in ["", *group]][1:]


def _group(module: str) -> int:
    top = module.partition(".")[0]
    return 0 if top in sys.stdlib_module_names else 1 if top in _FOREIGN else 2


def _missing_examples(old: FunctionNode, new: FunctionNode, addition: str) -> list[str]:
    """The lines of the `@example(...)`s of `new` that `old` does not have."""
    known = {ast.dump(decorator) for decorator in old.decorator_list}
    return [
        line
        for decorator in new.decorator_list
        if ast.unparse(decorator).startswith("example(") and ast.dump(decorator) not in known
        for line in _text_of(decorator.lineno, decorator.end_lineno, addition)
    ]


def _lines_of(node: FunctionNode, text: str) -> list[str]:
    start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return _text_of(start, node.end_lineno, text)


def _text_of(first: int, last: int | None, text: str) -> list[str]:
    return [line.rstrip("\r\n") for line in split_lines(text)[first - 1 : last]]


def _edited(text: str, edits: list[tuple[int, int, list[str]]], appended: list[str]) -> str:
    lines = list(split_lines(text))
    ending = "\r\n" if lines[0].endswith("\r\n") else "\n"
    if not lines[-1].endswith(("\n", "\r")):
        lines[-1] += ending
    for start, end, replacement in sorted(edits, reverse=True):
        lines[start:end] = [line + ending for line in replacement]
    return "".join([*lines, *(line + ending for line in appended)])
