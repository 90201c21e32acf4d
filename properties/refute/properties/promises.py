"""Promised exceptions: when a docstring says, beyond doubt, that a function raises."""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from refute.properties.calls import supplied_parameters
from refute.properties.conditions import condition_in_words
from refute.properties.docstrings import Docstring, DocumentedException, promise_in, read_docstring
from refute.properties.modules import Module, is_function
from refute.properties.scopes import read_names
from refute.properties.special_cases import settled_by
from refute.properties.syntax import parse_expression, parse_module
from refute.properties.units import FunctionUnit, Parameter
from refute.properties.worded_instances import scope_of

_EXCEPTION = re.compile(r"\b[A-Za-z_]\w*(?:Error|Exception|Exit|Interrupt|StopIteration)\b")
_OTHERWISE = re.compile(r"(?<!use )\binstead\b(?! of (?!rais|fail|throw|an? (?:error|exception)))", re.IGNORECASE)
"""Something happens in place of something else, such as an exception."""
_CASE = re.compile(r"\b((?:if|when)\s+[^,.;]+)", re.IGNORECASE)
_OF_RAISING = re.compile(r"rais|error|exception|instead|invalid|fail|strict", re.IGNORECASE)
_STRICT = re.compile(r"_*(?:rais|strict|check|valid|error)", re.IGNORECASE)
_LENIENT = re.compile(r"_*(?:ignor|allow|safe|silent|lenient|coerc|skip)", re.IGNORECASE)
"""What is said of flags and modes that decide on exceptions, and the beginnings of the names of those that ask for them
and for none. A word that is missing here costs little: then the default is taken to raise, as for most it does."""


@dataclass(frozen=True)
class Promise:
    """`raised`, whose condition is `condition` in Python. `fixed` are the optional parameters that it does not speak
    of: at any other value than their defaults, they may well say that nothing is to be raised. `settled` are conditions
    on other parameters under which the function returns at once: special cases go before what is promised.
    """

    raised: DocumentedException
    condition: str
    fixed: tuple[Parameter, ...] = ()
    settled: tuple[str, ...] = ()

    @property
    def when(self) -> str:
        """The condition under which nothing but the exception will do."""
        others = [_is_default(parameter) for parameter in self.fixed]
        others += [f"not ({' or '.join(f'({condition})' for condition in self.settled)})"] if self.settled else []
        return " and ".join([f"({self.condition})", *others]) if others else self.condition


def find_promises(unit: FunctionUnit, module: Module) -> tuple[Promise, ...]:
    """The exceptions that the docstring of `unit` promises, each under a condition that leaves no doubt.

    None where a function is made and returned, since it is open whether the exception is for now or for its calls.
    """
    if _returns_function(unit):
        return ()
    docstring = read_docstring(unit.spec)
    stated = frozenset(_stated_cases(unit, module, docstring))
    return tuple(
        Promise(raised, condition, fixed, settled_by(unit, module, condition, stated))
        for raised, condition in _conditions(unit, module, docstring)
        if condition is not None
        and not raised.exception.endswith("Warning")
        and (fixed := _fixed(unit, docstring, condition)) is not None
    )


def other_exceptions(unit: FunctionUnit, module: Module, promise: Promise) -> tuple[tuple[str, str | None], ...]:
    """The other exceptions that the docstring names, each with the conditions under which it says so, as Python; None
    where it may be raised at any time."""
    conditions = list(_conditions(unit, module, read_docstring(unit.spec)))
    mentioned = _EXCEPTION.findall(unit.spec.docstring or "")
    names = dict.fromkeys([*(raised.exception.rpartition(".")[2] for raised, _ in conditions), *mentioned])
    found: list[tuple[str, str | None]] = []
    for name in names:
        stated = [said for raised, said in conditions if raised.exception.rpartition(".")[2] == name]
        known = [condition for condition in stated if condition is not None]
        is_known = len(known) == len(stated) == mentioned.count(name)
        if name != promise.raised.exception.rpartition(".")[2]:
            found.append((name, " or ".join(known) if is_known else None))
    return tuple(found)


def _stated_cases(unit: FunctionUnit, module: Module, docstring: Docstring) -> Iterator[str]:
    """The conditions under which the docstring says that something else happens than an exception."""
    scope = scope_of(unit, module)
    for sentence in docstring.sentences:
        for clause in _CASE.findall(sentence.text) if not _EXCEPTION.search(sentence.text) else ():
            condition = condition_in_words(clause, scope)
            if condition is not None:
                yield condition


def _conditions(
    unit: FunctionUnit, module: Module, docstring: Docstring
) -> Iterator[tuple[DocumentedException, str | None]]:
    """All documented exceptions with their conditions in Python, None where these are not plain."""
    scope = scope_of(unit, module)
    for raised in docstring.exceptions:
        yield raised, condition_in_words(raised.condition if raised.is_plain else "", scope)


def _returns_function(unit: FunctionUnit) -> bool:
    """Whether what `unit` returns is to be called, by its annotation or where it returns a function of its own."""
    if re.match(r"['\"]?(?:typing\.|abc\.|collections\.abc\.)?Callable\b", unit.spec.returns or ""):
        return True
    nodes = list(ast.walk(parse_module(unit.source)))
    own = {node.name for node in nodes[2:] if is_function(node)}
    returned = [node.value for node in nodes if isinstance(node, ast.Return)]
    return any(isinstance(value, ast.Lambda) or (isinstance(value, ast.Name) and value.id in own) for value in returned)


def _fixed(unit: FunctionUnit, docstring: Docstring, condition: str) -> tuple[Parameter, ...] | None:
    """The optional parameters that `condition` does not speak of; None where something else may have to be set, so
    that it raises."""
    others = [p for p in supplied_parameters(unit) if p.name not in read_names(condition)]
    optional = tuple(parameter for parameter in others if parameter.default is not None)
    said = [s.text for s in docstring.sentences if s.section != "raises" and promise_in(s) is None]
    names = [parameter.name for parameter in optional]
    if any(_OTHERWISE.search(text) and not _names(text, names) for text in said):
        return None
    return None if any(_leaves_open(parameter, said) for parameter in others) else optional


def _leaves_open(parameter: Parameter, sentences: Sequence[str]) -> bool:
    """Whether a flag or a mode decides on exceptions, and its default does not tell how."""
    default = parse_expression(parameter.default) if parameter.default else None
    value = default.value if isinstance(default, ast.Constant) else None
    is_flag = isinstance(value, bool | str) or re.search(r"\b(?:bool|Literal)\b", parameter.annotation or "")
    is_named_so = _STRICT.match(parameter.name) or _LENIENT.match(parameter.name)
    is_said = any(_OF_RAISING.search(text) and _names(text, [parameter.name]) for text in sentences)
    if not is_flag or not (is_named_so or is_said):
        return False
    if isinstance(value, str):
        return _STRICT.match(value) is None
    return not isinstance(value, bool) or (_STRICT if value else _LENIENT).match(parameter.name) is None


def _names(text: str, names: Sequence[str]) -> bool:
    return any(re.search(rf"\b{re.escape(name)}\b", text) for name in names)


def _is_default(parameter: Parameter) -> str:
    default = parameter.default or "None"
    return f"{parameter.name} {'is' if default in {'None', 'True', 'False'} else '=='} {default}"
