"""Properties as tests that run with pytest and Hypothesis alone, without Refute."""

import ast
import keyword
import re
import textwrap
from collections.abc import Iterable, Mapping

from refute.properties.calls import Arguments, filled_parameters
from refute.properties.domain import Domain
from refute.properties.hypothesis_names import STRATEGY_NAMES
from refute.properties.property import Property
from refute.properties.rewriting import with_names
from refute.properties.scopes import BUILTIN_NAMES, bound_names, free_names, read_names
from refute.properties.sequences import freshly_made, written_history
from refute.properties.syntax import parse_expression, parse_source
from refute.properties.units import FunctionUnit

_WIDTH = 100
_OF_THE_TEST = frozenset(["result", "error", "same", "st", "given", "example", "assume", "copy", "math", "pytest"])
_CHANGEABLE = re.compile(r"\b(?:lists|sets|dictionaries|fixed_dictionaries|builds|from_type|recursive)\(")
_SAME = '''\
def same(left, right):
    """Equality that tolerates rounding of floats and takes NaN for equal to NaN."""
    if isinstance(left, float) or isinstance(right, float):
        if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
            return False
        return math.isclose(left, right, rel_tol=1e-6, abs_tol=1e-9) or (left != left and right != right)
    if isinstance(left, (list, tuple)) and type(left) is type(right):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return left == right'''


def render_test(
    unit: FunctionUnit, module_name: str, claim: Property, domain: Domain, counterexample: Arguments | None = None
) -> str:
    """A whole test file for one property of `unit`, which is importable from `module_name`.

    `counterexample` is tried before generated inputs; it is left out where it is not made of expressions that
    rebuild its values. A property about one example becomes a test of that example alone. Raises `ValueError`, with
    a message for users, where no test can be written.
    """
    if not all(part.isidentifier() and not keyword.iskeyword(part) for part in module_name.split(".")):
        raise ValueError(f"{module_name} cannot be imported by name, so no test can be written for it")
    return _Writer(unit, module_name, claim, domain).file(counterexample)


class _Writer:
    """Writes one test. Parameters that would hide other names of the test get an underscore."""

    def __init__(self, unit: FunctionUnit, module_name: str, claim: Property, domain: Domain) -> None:
        self._unit = unit
        self._module = module_name
        self._claim = claim
        self._domain = domain
        # A strategy whose calls raise would fail the test, where a run leaves the input out.
        self._strategies = {parameter.name: freshly_made(parameter.strategy) for parameter in domain.parameters}
        self._imported = {unit.qualname.partition(".")[0], *self._module_names()}
        self._renamed = {name: self._test_name(name) for name in self._strategies}

    def file(self, counterexample: Arguments | None) -> str:
        arguments = self._claim.example or counterexample
        usable = arguments is not None and all(self._can_be_written(value) for _, value in arguments)
        known = dict(arguments) if arguments is not None and usable else None
        generates = self._claim.example is None and "nothing()" not in self._strategies.values()
        if known is None and not generates:
            raise ValueError(f"no inputs of {self._unit.qualname} can be written down, so no test can be made")
        test = self._generated(known) if generates and self._strategies else self._single(known or {})
        uses_same = re.search(r"\bsame\(", test) is not None
        opening = f'"""Properties of {self._module}, kept by Refute; they need pytest and Hypothesis alone."""'
        head = f"{opening}\n\n{self._imports(test, uses_same)}\n"
        return "\n\n".join([head, *([f"{_SAME}\n"] if uses_same else []), f"{test}\n"])

    def _imports(self, test: str, uses_same: bool) -> str:
        standard = [
            f"import {name}" for name in ("copy", "math") if f"{name}." in test or (name == "math" and uses_same)
        ]
        foreign = ["import pytest"] if "pytest." in test else []
        used = [name for name in ("assume", "example", "given") if re.search(rf"^\s*@?{name}\(", test, re.MULTILINE)]
        foreign += [f"from hypothesis import {', '.join(used)}"] if used else []
        foreign += ["from hypothesis import strategies as st"] if "st." in test else []
        own = [f"from {self._module} import {', '.join(sorted(self._imported))}"]
        return "\n\n".join("\n".join(group) for group in (standard, foreign, own) if group)

    def _generated(self, known: Mapping[str, str] | None) -> str:
        """A test over generated inputs."""
        given = {self._renamed[name]: _qualified(strategy) for name, strategy in self._strategies.items()}
        decorators = [_decorator("given", given)]
        if known is not None and set(known) == set(self._renamed):
            decorators.append(_decorator("example", {self._renamed[name]: value for name, value in known.items()}))
        conditions = [condition for condition in (self._domain.precondition, self._claim.when) if condition]
        assumptions = [f"assume({self._over_test(condition)})" for condition in conditions]
        body = [*self._setup(), *assumptions, *self._judged({}, is_single=False)]
        return "\n".join([*decorators, self._head(", ".join(given)), *_indented(body)])

    def _single(self, known: Mapping[str, str]) -> str:
        """A test of one call."""
        named = read_names(self._claim.check) | {"self"}
        assigned = [line for name, value in known.items() if name in named for line in self._assigned(name, value)]
        inline = {name: value for name, value in known.items() if name not in named}
        return "\n".join(
            [self._head(""), *_indented([*self._setup(), *assigned, *self._judged(inline, is_single=True)])]
        )

    def _assigned(self, name: str, value: str) -> list[str]:
        """Statements that give a parameter its value, one for each call that an instance went through."""
        own, history = self._renamed.get(name, name), written_history(value)
        if history is None or history.name in {*self._renamed.values(), *self._imported}:
            return [f"{own} = {value}"]
        return [*history.statements, f"{own} = {history.name}"]

    def _head(self, parameters: str) -> str:
        slug = re.sub(r"\W+", "_", self._unit.qualname).strip("_").lower()
        statement = self._claim.statement[:1].upper() + self._claim.statement[1:].rstrip(".")
        text = statement.replace("\\", "\\\\").replace('"', '\\"')
        return f'def test_{slug}_{self._claim.kind}_{self._claim.id}({parameters}):\n    """{text}."""'

    def _setup(self) -> list[str]:
        return [self._claim.setup.strip("\n")] if self._claim.setup else []

    def _judged(self, inline: Mapping[str, str], is_single: bool) -> list[str]:
        """The call and the assertion. Where a call raises, a property of the result claims nothing."""
        call = self._call(inline)
        names = read_names(self._claim.check)
        assertion = f"assert {_plain(self._over_test(self._claim.check))}"
        raised = re.fullmatch(r"isinstance\(error, (\w+)\)", self._claim.check)
        if raised:
            return [f"with pytest.raises({raised.group(1)}):", f"    {call}"]
        if "error" in names:
            caught = ["except Exception as caught:", "    error = caught"]
            return ["result = error = None", "try:", f"    result = {call}", *caught, assertion]
        if "result" not in names:
            return [assertion]
        if is_single or self._claim.must_return:
            return [f"result = {call}", assertion]
        silent = ["except Exception:", "    return  # nothing is claimed about calls that raise"]
        return ["try:", f"    result = {call}", *silent, assertion]

    def _call(self, inline: Mapping[str, str]) -> str:
        read = read_names(self._claim.check)
        values: list[str] = []
        for parameter in filled_parameters(self._unit, {*inline, *(name for name, _ in self._claim.example or ())}):
            name = parameter.name
            value = inline.get(name, self._renamed.get(name, name))
            if name not in inline and name in read and _CHANGEABLE.search(self._strategies.get(name, "")):
                value = f"copy.deepcopy({value})"  # the check speaks of it as it was before the call
            prefixes = {"keyword_only": f"{name}=", "var_positional": "*"}
            values.append(prefixes.get(parameter.kind, "") + value)
        if self._unit.is_property:
            return f"{values[0]}.{self._unit.spec.name}"
        if self._unit.kind == "method":
            return f"{values[0]}.{self._unit.spec.name}({', '.join(values[1:])})"
        return f"{self._unit.callee}({', '.join(values)})"

    def _over_test(self, source: str) -> str:
        """An expression over parameters as one over the names in the test."""
        renamed: dict[str, ast.expr] = {old: ast.Name(new, ast.Load()) for old, new in self._renamed.items()}
        return ast.unparse(with_names(_expression(source), renamed))

    def _test_name(self, name: str) -> str:
        if name == "self":
            return "instance"
        return f"{name}_" if name in self._imported | _OF_THE_TEST else name

    def _module_names(self) -> set[str]:
        """The names that the expressions of the test need from the module."""
        claim = self._claim
        conditions = [claim.check, *filter(None, (claim.when, self._domain.precondition))]
        over_parameters = {name for source in conditions for name in free_names(source)}
        values = [value for _, value in claim.example or ()]
        needed = over_parameters - set(self._strategies) - bound_names(claim.setup)
        needed |= {name for source in (claim.setup, *values) for name in free_names(source)}
        needed |= {name for source in self._strategies.values() for name in free_names(source)} - STRATEGY_NAMES
        return needed - BUILTIN_NAMES - {"result", "error", "same"}

    def _can_be_written(self, value: str) -> bool:
        return parse_expression(value) is not None and free_names(value) <= BUILTIN_NAMES | self._imported


def _expression(source: str) -> ast.expr:
    return parse_source(source, mode="eval").body


def _qualified(strategy: str) -> str:
    """A strategy with `st.` before the names of Hypothesis."""
    names: dict[str, ast.expr] = {
        name: ast.Attribute(ast.Name("st", ast.Load()), name, ast.Load())
        for name in STRATEGY_NAMES - bound_names(strategy)
    }
    return ast.unparse(with_names(_expression(strategy), names))


def _plain(check: str) -> str:
    """`same(result, [1])` as `result == [1]`, where no float can make a difference."""
    match _expression(check):
        case ast.Call(func=ast.Name(id="same"), args=[left, right]) if _is_exact(left) or _is_exact(right):
            operator = "is" if isinstance(right, ast.Constant) and right.value is None else "=="
            return f"{ast.unparse(left)} {operator} {ast.unparse(right)}"
        case _:
            return check


def _is_exact(node: ast.expr) -> bool:
    """Whether `node` is a literal without floats."""
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError):
        return False
    return not any(isinstance(n, ast.Constant) and isinstance(n.value, float | complex) for n in ast.walk(node))


def _decorator(name: str, arguments: Mapping[str, str]) -> str:
    joined = ", ".join(f"{key}={value}" for key, value in arguments.items())
    if len(name) + len(joined) + 3 <= _WIDTH:
        return f"@{name}({joined})"
    return "\n".join([f"@{name}(", *(f"    {key}={value}," for key, value in arguments.items()), ")"])


def _indented(parts: Iterable[str]) -> list[str]:
    return [textwrap.indent(part, "    ") for part in parts]
