"""Properties that names suggest: round trips of pairs, idempotence, commutativity."""

import ast
import re
from collections.abc import Iterator

from refute.properties.calls import supplied_parameters
from refute.properties.evidence import Evidence
from refute.properties.modules import Module, read_module
from refute.properties.names import shape_of_name
from refute.properties.property import Property
from refute.properties.shapes import Text
from refute.properties.syntax import parse_source
from refute.properties.units import FunctionUnit, Parameter, Spec
from refute.properties.worded_inverses import states_inverse

_PAIRS = (
    ("encode", "decode"),
    ("compress", "decompress"),
    ("encrypt", "decrypt"),
    ("encipher", "decipher"),
    ("serialize", "deserialize"),
    ("serialise", "deserialise"),
    ("dumps", "loads"),
    ("dump", "load"),
    ("format", "parse"),
    ("escape", "unescape"),
    ("quote", "unquote"),
    ("pack", "unpack"),
    ("marshal", "unmarshal"),
    ("flatten", "unflatten"),
    ("to", "from"),
    ("render", "parse"),
    ("stringify", "parse"),
)
_IDEMPOTENT = re.compile(
    r"(?:sort|sorted|normali[sz]e|strip|trim|dedupe|deduplicate|unique|uniq|clean|canonicali[sz]e|clamp|slugify|"
    r"sanitize|collapse|squeeze|remove_duplicates|remove_whitespace|to_(?:snake|camel|kebab|lower|upper)\w*|capitalize)"
    r"(?:_\w+)?"
)
_COMMUTATIVE = re.compile(
    r"add|add_numbers|multiply|gcd|lcm|greatest_common_divisor|least_common_multiple|\w*_?distance|hamming\w*|"
    r"levenshtein|(?:is|are)_anagrams?|dot(?:_product)?|same_\w+|(?:is|are)_equal\w*"
)


def propose(unit: FunctionUnit, module_text: str) -> tuple[Property, ...]:
    """What the name of `unit`, and the names of its neighbours in `module_text`, suggest. Functions only."""
    if unit.kind != "function" or any(p.kind == "var_positional" for p in supplied_parameters(unit)):
        return ()
    module = read_module(module_text)
    required = [p for p in supplied_parameters(unit) if p.default is None]
    found = [*_round_trips(unit, module, required), *_idempotence(unit, required), *_commutativity(unit, required)]
    return tuple(found)


def _round_trips(unit: FunctionUnit, module: Module, required: list[Parameter]) -> Iterator[Property]:
    if len(required) != 1:
        return
    name, parameter = unit.spec.name, required[0]
    for forward, backward, words in _opposites(name):
        there = module.function_named(forward)
        back = module.function_named(backward)
        if there is None or back is None or not (_takes_one(there) and _takes_one(back)):
            continue
        if back.returns and parameter.annotation and ast.unparse(back.returns) != parameter.annotation:
            continue
        if name == forward and "_to_" in name and _is_text(parameter):
            continue  # "IIII" and "IV" may be read as the same number, so the way back need not lead there
        if name == forward:
            check = f"same({backward}(result), {parameter.name})"
        elif _is_same_kind(there, back, parameter):
            check = f"same({backward}({forward}({parameter.name})), {parameter.name})"
        else:
            continue  # what goes in here is not what goes into `forward`
        is_documented = states_inverse(unit.spec, _spec_of(there), _spec_of(back), words)
        yield Property(
            kind="round_trip",
            statement=f"{backward}({forward}({parameter.name})) gives {parameter.name} back",
            check=check,
            evidence=Evidence.DOCSTRING if is_documented else Evidence.NAME,
            spec_line=unit.spec.docstring_line if is_documented else unit.name_range[0],
        )


def _spec_of(function: ast.FunctionDef) -> Spec:
    """What a neighbour says of itself."""
    docstring = ast.get_docstring(function)
    arguments = [*function.args.posonlyargs, *function.args.args]
    parameters = tuple(Parameter(argument.arg) for argument in arguments)
    return Spec(function.name, function.name, parameters, None, docstring, 0, "")


def _opposites(name: str) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """(forward, backward) pairs of names that `name` may be part of, and the words that make them one."""
    parts = name.split("_")
    for index, part in enumerate(parts):
        for forward, backward in _PAIRS:
            if part in (forward, backward):
                yield (
                    "_".join((*parts[:index], forward, *parts[index + 1 :])),
                    "_".join((*parts[:index], backward, *parts[index + 1 :])),
                    (forward, backward),
                )
    source, middle, target = name.partition("_to_")
    if middle and "_" not in source + target:
        yield name, f"{target}_to_{source}", ("convert", "convert")


def _is_text(parameter: Parameter) -> bool:
    by_name = shape_of_name(parameter.name)[0]
    return parameter.annotation == "str" or (parameter.annotation is None and isinstance(by_name, Text))


def _takes_one(function: ast.FunctionDef) -> bool:
    arguments = function.args
    required = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    return required == 1 and not any(default is None for default in arguments.kw_defaults)


def _is_same_kind(there: ast.FunctionDef, back: ast.FunctionDef, parameter: Parameter) -> bool:
    """Whether both functions take the same kind of values, by annotation or, without any, by name."""
    first = [*there.args.posonlyargs, *there.args.args][0]
    if first.annotation is None:
        return parameter.annotation is None and first.arg == parameter.name and back.returns is None
    return ast.unparse(first.annotation) == parameter.annotation


def _idempotence(unit: FunctionUnit, required: list[Parameter]) -> Iterator[Property]:
    name = unit.spec.name
    parameters = supplied_parameters(unit)
    if len(required) != 1 or parameters[0] is not required[0] or not _IDEMPOTENT.fullmatch(name):
        return
    if unit.spec.returns is not None and unit.spec.returns != required[0].annotation:
        return
    others = "".join(f", {p.name}={p.name}" for p in parameters[1:] if p.kind != "positional_only")
    again = f"{name}(result{others})"
    is_generator = any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(parse_source(unit.source)))
    yield Property(
        kind="idempotent",
        statement=f"applying {name} to its own result changes nothing",
        check=f"same({f'list({again})' if is_generator else again}, result)",  # results of generators come as lists
        evidence=Evidence.NAME,
        spec_line=unit.name_range[0],
    )


def _commutativity(unit: FunctionUnit, required: list[Parameter]) -> Iterator[Property]:
    if len(required) != 2 or not _COMMUTATIVE.fullmatch(unit.spec.name):
        return
    first, second = required
    if supplied_parameters(unit)[:2] != (first, second) or first.annotation != second.annotation:
        return
    yield Property(
        kind="commutative",
        statement=f"{first.name} and {second.name} can change places",
        check=f"same({unit.spec.name}({second.name}, {first.name}), result)",
        evidence=Evidence.NAME,
        spec_line=unit.name_range[0],
    )
