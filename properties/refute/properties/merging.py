"""Adding a test to a file of tests that may have been edited by hand."""

import ast
from collections.abc import Iterable

from refute.properties.modules import FunctionNode, UnreadableError, is_function
from refute.properties.positions import split_lines


def merge_tests(existing: str, addition: str) -> str:
    """`existing` with the tests and imports of `addition` that it lacks.

    A test that is there already keeps its body and gains the examples that it lacks. Nothing else of `existing`
    changes. Raises `UnreadableError` where `existing` is not Python.
    """
    try:
        old = ast.parse(existing)
    except (SyntaxError, ValueError) as error:
        raise UnreadableError(f"the file of tests is not valid Python ({error}); mend it or move it away") from None
    new = ast.parse(addition)
    if not old.body:
        return addition
    known = {node.name: node for node in old.body if is_function(node)}
    insertions: dict[int, list[str]] = {}
    appended: list[str] = []
    for node in new.body:
        if is_function(node) and node.name in known:
            examples = _missing_examples(known[node.name], node, addition)
            insertions.setdefault(_before_function(known[node.name]), []).extend(examples)
        elif is_function(node):
            appended.append(_source(node, addition))
    insertions.setdefault(_after_imports(old), [])[:0] = _missing_imports(old, new)
    text = _with_insertions(existing, insertions)
    return text.rstrip("\r\n") + "\n" + "".join(f"\n\n{test}\n" for test in appended) if appended else text


def _missing_imports(old: ast.Module, new: ast.Module) -> list[str]:
    """Statements for the names that `new` imports and `old` does not."""
    known = set(_imported(old))
    missing: dict[str, list[str]] = {}
    for module, name in _imported(new):
        if (module, name) not in known:
            missing.setdefault(module, []).append(name)
    return [
        f"from {module} import {', '.join(names)}" if module else f"import {names[0]}"
        for module, names in missing.items()
    ]


def _imported(tree: ast.Module) -> Iterable[tuple[str, str]]:
    """(module, name) of each import at the top level; the module is empty for a plain `import name`."""
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                yield module, f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _missing_examples(old: FunctionNode, new: FunctionNode, addition: str) -> list[str]:
    """The `@example(...)` lines of `new` that `old` does not have."""
    known = {ast.dump(decorator) for decorator in old.decorator_list}
    lines = split_lines(addition)
    return [
        "".join(lines[decorator.lineno - 1 : decorator.end_lineno]).rstrip("\r\n")
        for decorator in new.decorator_list
        if ast.unparse(decorator).startswith("example(") and ast.dump(decorator) not in known
    ]


def _source(node: FunctionNode, text: str) -> str:
    start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return "".join(split_lines(text)[start - 1 : node.end_lineno]).rstrip("\r\n")


def _before_function(node: FunctionNode) -> int:
    """The line, zero-based, before which a decorator can be added."""
    return node.lineno - 1


def _after_imports(tree: ast.Module) -> int:
    """The line, zero-based, before which an import can be added."""
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    has_docstring = isinstance(tree.body[0], ast.Expr) and isinstance(tree.body[0].value, ast.Constant)
    last = imports[-1] if imports else tree.body[0] if has_docstring else None
    return (last.end_lineno or last.lineno) if last else 0


def _with_insertions(text: str, insertions: dict[int, list[str]]) -> str:
    lines = list(split_lines(text))
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    for place in sorted(insertions, reverse=True):
        if place > 0 and insertions[place] and not lines[place - 1].endswith(("\n", "\r")):
            lines[place - 1] += ending
        lines[place:place] = [line + ending for line in insertions[place]]
    return "".join(lines)
