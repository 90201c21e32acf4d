"""What the Tester asks the model about a spec, and how it reads the answers.

No question ever holds the body of the function under test: a model that sees a bug copies it into the property. All
questions begin with the same text, so that a model evaluates it once.
"""

import ast
import builtins
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import cast

from refute.properties.evidence import Evidence
from refute.properties.literals import WELL_KNOWN, is_value, literal
from refute.properties.property import Property
from refute.properties.syntax import parse_source
from refute.properties.units import Parameter, Spec

SYSTEM = (
    "You are an expert Python programmer. You write correct, simple code that does exactly what the docstring says."
)
CODE_STOPS = ("```", "\ndef ", "\nclass ", "\nif __name__", "\nprint(", "\nassert ", "\n# ")
NO_COMMENTS = "root ::= [^#]*"
"""A grammar: comments are a third of what a model writes, and nobody reads them here."""
_CALLS = r"""
root ::= args ")" next{0,%d}
next ::= "\n%s(" args ")"
args ::= item{0,50}
item ::= [^()\[\]{}"'#\n“”‘’] | "(" args ")" | "[" args "]" | "{" args "}" | string
string ::= "\"" ([^"\\\n] | "\\" [^\n]){0,50} "\"" | "'" ([^'\\\n] | "\\" [^\n]){0,50} "'"
"""
"""A grammar: calls alone, each on a line. Without it a model goes on with what it thinks that they return. Lengths are
bounded, since in literals a model likes to go on and on."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
LINES_AFTER_EDIT = 8
"""Lines behind an edit that are read with it: a change shows in what follows, but not far."""
CALLS_ASKED = 8
PROPERTIES_ASKED = 3
_LONGEST_CALL = 2000


@dataclass(frozen=True)
class Question:
    """A prompt in parts: the answer continues `opening` and ends before any of `stop`."""

    system: str
    user: str
    opening: str
    stop: tuple[str, ...] = ("```",)
    max_tokens: int = 400
    grammar: str | None = None


def header(spec: Spec) -> str:
    """The function's signature with its docstring, as source without a body."""
    if spec.docstring is None:
        return spec.signature
    text = _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", spec.docstring.replace("\\", "\\\\"))
    text = text.replace('"""', '\\"\\"\\"')
    lines = text.split("\n")
    body = "\n".join(f"    {line}" if line.strip() else "" for line in lines[1:])
    closing = '\n    """' if len(lines) > 1 or text.endswith('"') else '"""'
    return f'{spec.signature}\n    """{lines[0]}' + (f"\n{body}" if len(lines) > 1 else "") + closing


def body_text(source: str) -> str:
    """The text of a definition's body after its docstring, as it would continue `header`."""
    return split_definition(source)[1]


def split_definition(source: str) -> tuple[str, str]:
    """A definition's text up to its docstring, and its body after that without a line ending."""
    definition = next(n for n in parse_source(source).body if isinstance(n, ast.FunctionDef))
    body = definition.body
    first = body[1] if ast.get_docstring(definition) is not None and len(body) > 1 else body[0]
    lines = source.split("\n")
    return "".join(f"{line}\n" for line in lines[: first.lineno - 1]), "\n".join(lines[first.lineno - 1 :]).rstrip()


def without_common_text(bodies: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The lines that all `bodies` begin with, and the rest of each, up to a few lines behind their last difference.

    A model needs to read only the rests to say which of the bodies it finds likelier.
    """
    rows = [body.split("\n") for body in bodies]
    begin = _alike(rows)
    left_out = max(0, _alike([lines[begin:][::-1] for lines in rows]) - LINES_AFTER_EDIT)
    shared = "".join(f"{line}\n" for line in rows[0][:begin])
    return shared, tuple("\n".join(lines[begin : len(lines) - left_out]) for lines in rows)


def ask_implementation(spec: Spec) -> Question:
    """Ask for the body of the function."""
    shown = _shown(spec)
    return Question(
        SYSTEM,
        f"```python\n{shown}\n```\n\nWrite the body of `{spec.name}`.",
        f"```python\n{shown}\n",
        CODE_STOPS,
        400,
        _grammar(shown),
    )


def ask_calls(spec: Spec) -> Question:
    """Ask for calls of the function inside its domain."""
    shown = _shown(spec)
    return Question(
        SYSTEM,
        f"```python\n{shown}\n```\n\nWrite {CALLS_ASKED} example calls of `{spec.name}` with realistic, varied "
        "arguments that the docstring allows (small and typical values, then edge cases). One call a line, literal "
        "arguments only, no results.",
        f"```python\n{spec.name}(",
        max_tokens=120,
        grammar=_CALLS % (CALLS_ASKED - 1, spec.name),
    )


def ask_properties(spec: Spec) -> Question:
    """Ask for postconditions, as JSON with a sentence and a Python expression each."""
    names = ", ".join(f"`{p.name}`" for p in asked_parameters(spec)) or "no arguments"
    return Question(
        SYSTEM,
        f"```python\n{_shown(spec)}\n```\n\n"
        f"Write {PROPERTIES_ASKED} different properties that the result of `{spec.name}` has for every valid input. "
        "Answer with a JSON list; `says` is a short sentence that follows from the docstring, `check` one Python "
        f"expression over {names} and `result` that is True when it holds. "
        'The form is: [{"says": "no item is lost", "check": "sorted(result) == sorted(items)"}]',
        '```json\n[{"says": "',
        max_tokens=130,
    )


def parse_calls(answer: str, spec: Spec) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The argument lists in the answer to `ask_calls`, without repetitions and without those of another shape
    than most (a model mixes `f(1.0)` into calls with lists)."""
    lines = f"{spec.name}({answer}".split("\n")
    found = dict.fromkeys(arguments for line in lines if (arguments := _arguments(line, spec)) is not None)
    seen = Counter((name, _shape(text)) for arguments in found for name, text in arguments)
    given = Counter(name for arguments in found for name, _ in arguments)
    return tuple(
        arguments for arguments in found if all(seen[name, _shape(text)] * 4 >= given[name] for name, text in arguments)
    )


def parse_properties(answer: str, spec: Spec) -> tuple[Property, ...]:
    """The postconditions in the answer to `ask_properties` that are expressions about `result`."""
    names = {p.name for p in spec.parameters} | {"result"}
    found: dict[str, Property] = {}
    for says, check in _pairs('[{"says": "' + answer):
        expression = _expression(check)
        if expression is None:
            continue
        used = {n.id for n in ast.walk(expression) if isinstance(n, ast.Name)}
        if "result" not in used or not (used - names) <= _BUILTINS | _bound(expression):
            continue
        text = ast.unparse(expression)
        found.setdefault(text, Property("postcondition", says.strip().rstrip("."), text, Evidence.GUESS))
    return tuple(found.values())


def asked_parameters(spec: Spec) -> tuple[Parameter, ...]:
    """The parameters that a caller gives: neither the instance nor `*args` and `**kwargs`."""
    receiver = {"self", "cls"} if "." in spec.qualname else set[str]()
    return tuple(p for p in spec.parameters if not p.kind.startswith("var_") and p.name not in receiver)


_BUILTINS = frozenset(dir(builtins)) - {
    "breakpoint", "compile", "delattr", "eval", "exec", "exit", "globals", "help", "input", "locals", "open", "print",
    "quit", "setattr", "vars", "__import__",
}  # fmt: skip
"""What the check of a postcondition may call: nothing with effects."""


def _alike(rows: Sequence[Sequence[str]]) -> int:
    """How many lines all `rows` have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda lines: len(set(lines)) == 1, zip(*rows, strict=False)))


def _shown(spec: Spec) -> str:
    return f"{spec.context}\n\n\n{header(spec)}" if spec.context else header(spec)


def _grammar(shown: str) -> str | None:
    """The grammar of an answer in code: without comments, unless the function itself is about `#`."""
    return None if "#" in shown else NO_COMMENTS


def _speaks_of_text(spec: Spec) -> bool:
    return re.search(r"\bstrings?\b", spec.docstring or "", re.IGNORECASE) is not None


def _quoted(value: ast.expr) -> ast.expr:
    """A calculation with numbers as text, for a model writes `1/2` where it means "1/2"; all else as it is."""
    parts = list(ast.walk(value))
    if not isinstance(value, ast.BinOp) or not all(
        isinstance(p, ast.BinOp | ast.Constant | ast.operator) for p in parts
    ):
        return value
    return ast.Constant(ast.unparse(value).replace(" ", ""))


def _arguments(line: str, spec: Spec) -> tuple[tuple[str, str], ...] | None:
    """The arguments of a call like `f(1, k=2)` by parameter, or None where the line begins with no such call; what
    comes after it, such as `-> 3` or a comment, is not read."""
    node = _call_at_beginning(line.strip())
    if node is None or not isinstance(node.func, ast.Name | ast.Attribute):
        return None
    called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
    parameters = asked_parameters(spec)
    positional = [p.name for p in parameters if p.kind != "keyword_only"]
    rest = next((p.name for p in spec.parameters if p.kind == "var_positional" and not positional), None)
    too_many = len(node.args) > len(positional) and rest is None
    if called != spec.name or too_many or any(k.arg is None for k in node.keywords):
        return None
    given = dict(zip(positional, node.args, strict=False)) | {k.arg: k.value for k in node.keywords if k.arg}
    if rest:
        given[rest] = ast.Tuple(node.args, ast.Load())
    texts = {p.name for p in parameters if p.annotation == "str" or (p.annotation is None and _speaks_of_text(spec))}
    given = {name: _quoted(value) if name in texts else value for name, value in given.items()}
    required = {p.name for p in parameters if p.default is None}
    are_values = all(is_value(value, WELL_KNOWN) for value in given.values())
    if not required <= given.keys() <= {rest, *(p.name for p in parameters)} or not are_values:
        return None
    return tuple((p.name, ast.unparse(given[p.name])) for p in spec.parameters if p.name in given)


def _call_at_beginning(line: str) -> ast.Call | None:
    for found in re.finditer(r"\)", line[:_LONGEST_CALL]):
        try:
            node = parse_source(line[: found.end()], mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            continue
        return node if isinstance(node, ast.Call) else None
    return None


def _shape(text: str) -> str:
    """The outer type of a value, numbers alike; of what is no literal, what makes it."""
    found = literal(text)
    if found is None:
        return text.partition("(")[0]
    (value,) = found
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """The (says, check) pairs of a JSON list that may be cut off at its end."""
    decoder = json.JSONDecoder(strict=False)
    start = text.find("{")
    while start >= 0:
        try:
            item, end = decoder.raw_decode(text, start)
        except ValueError:
            return
        if isinstance(item, dict):
            fields = cast("dict[str, object]", item)
            says = fields.get("says")
            check = next((v for k, v in fields.items() if k != "says"), None)
            if isinstance(says, str) and isinstance(check, str):
                yield says, check
        start = text.find("{", end)


def _expression(text: str) -> ast.expr | None:
    """`text` as one expression that computes something (a bare name or constant claims nothing)."""
    text = text.strip().removeprefix("assert ")
    try:
        node = parse_source(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    banned = (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)
    if isinstance(node, ast.Name | ast.Constant) or any(isinstance(n, banned) for n in ast.walk(node)):
        return None
    return node


def _bound(expression: ast.expr) -> set[str]:
    """Names that the expression itself binds: variables of comprehensions and parameters of lambdas."""
    stored = {n.id for n in ast.walk(expression) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return stored | {n.arg for n in ast.walk(expression) if isinstance(n, ast.arg)}
