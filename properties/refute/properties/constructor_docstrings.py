"""Constructors of which a docstring says what happens when an instance is made: their own, or that of their class."""

import ast
import re

from refute.properties.modules import FunctionNode, body_without_docstring, docstring_node, is_function

_TELLING = re.compile(r"\b[Rr]ais(?:es?|ed)\b|^\s*Traceback|^\s*>>> .*\.\w+$", re.MULTILINE)
"""An exception, or a line of a session that shows an attribute."""
_PLAIN_BASES = frozenset({"object", "Exception", "ValueError"})


def says_when_made(function: FunctionNode, owners: tuple[ast.ClassDef, ...]) -> bool:
    """Whether a docstring states something of `function`, the constructor of a top-level class that can be called: one
    without unknown bases, which may be abstract, and without anything else that has a say in making instances."""
    is_given_something = len(function.args.args) + len(function.args.kwonlyargs) > 1
    if function.name != "__init__" or len(owners) != 1 or not is_given_something:
        return False
    (owner,) = owners
    bases = {ast.unparse(base) for base in owner.bases}
    is_abstract = any(
        "abstract" in ast.unparse(each) for part in owner.body if is_function(part) for each in part.decorator_list
    )
    is_async = isinstance(function, ast.AsyncFunctionDef)
    is_made_otherwise = any(is_function(part) and part.name == "__new__" for part in owner.body)
    is_plain = bases <= _PLAIN_BASES and not (
        owner.decorator_list or owner.keywords or function.decorator_list or is_async
    )
    does_something = any(not isinstance(part, ast.Pass | ast.Expr) for part in body_without_docstring(function))
    told = constructor_docstring(function, owner)
    return (
        is_plain
        and does_something
        and not (is_abstract or is_made_otherwise)
        and told is not None
        and _TELLING.search(str(told.value)) is not None
    )


def constructor_docstring(function: FunctionNode, owner: ast.ClassDef) -> ast.Constant | None:
    """The docstring that tells how an instance is made: that of the constructor, else that of the class."""
    own, of_class = docstring_node(function), docstring_node(owner)
    is_told = own is not None and (_TELLING.search(str(own.value)) or of_class is None)
    return own if is_told else of_class
