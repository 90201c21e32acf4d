"""Domains from everything that is written about a function: annotations, defaults, docstring, guards and literals."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from refute.properties.annotations import TypeReader, is_foreign, shape_of_default
from refute.properties.call_sites import find_call_sites
from refute.properties.calls import Arguments, WrittenExample, is_evaluable, supplied_parameters
from refute.properties.constraints import applicable, negated, require
from refute.properties.contracts import find_contracts
from refute.properties.docstring_examples import find_examples
from refute.properties.docstrings import Docstring, read_docstring
from refute.properties.domain import Domain, ParameterDomain
from refute.properties.evidence import Evidence
from refute.properties.foreign import with_columns
from refute.properties.generalising import shape_of_expressions
from refute.properties.guards import Guard, find_guards
from refute.properties.literals import names_of
from refute.properties.modules import FunctionNode, Module, function_in, read_module
from refute.properties.names import shape_of_name
from refute.properties.phrases import documented_type
from refute.properties.produced import produced_by_neighbour
from refute.properties.promises import Promise, find_promises
from refute.properties.reopening import outside_of, reopened, with_default
from refute.properties.sentences import Described, describe
from refute.properties.shapes import (
    NONE,
    PLAIN_TEXT,
    Collected,
    Dictionaries,
    Floats,
    Integers,
    OneOf,
    Shape,
    Strategy,
    Text,
    Tuples,
    Unknown,
    has_form,
    is_known,
    merge,
    one_of,
    with_notable,
)
from refute.properties.strategies import strategy
from refute.properties.syntax import parse_expression
from refute.properties.turning_points import literals_of, with_patterns
from refute.properties.units import FunctionUnit, Parameter
from refute.properties.usage import contradicts, narrowed_by_use
from refute.properties.worded_elements import shapes_in

_DOCUMENTED = re.compile(r"\b(\w+(?:Error|Exception))\b")
_MOST_VARIED = 4
"""Arguments given for `*args`."""


@dataclass(frozen=True)
class _Sources:
    """All that is read once for a function and asked for each of its parameters."""

    unit: FunctionUnit
    module: Module
    function: FunctionNode
    types: TypeReader
    docstring: Docstring
    described: Described
    examples: tuple[WrittenExample, ...]
    call_sites: tuple[Arguments, ...]
    promises: tuple[Promise, ...]
    numbers: tuple[float, ...]
    texts: tuple[str, ...]


def infer_domain(unit: FunctionUnit, module_text: str, elsewhere: tuple[Arguments, ...] = ()) -> Domain:
    """The inputs that `unit` promises something about, as far as `module_text` (its document) tells, and the arguments
    that calls of it give `elsewhere`.

    A parameter of which nothing is known has the strategy `nothing()` and the evidence `GUESS`; so has one whose
    strings have a form of their own that nothing here can make. Raises `UnreadableError` where the text is not a
    module.
    """
    module = read_module(module_text)
    function = function_in(unit.source)
    names = [p.name for p in supplied_parameters(unit) if not _is_receiver(p, unit)]
    docstring = read_docstring(unit.spec)
    examples = find_examples(unit, names_of(module), module)
    described = describe(docstring, names)
    sites = tuple(dict.fromkeys([*find_call_sites(unit, module), *elsewhere]))
    promises, types = find_promises(unit, module), TypeReader(module)
    literals = literals_of(unit, function)
    sources = _Sources(unit, module, function, types, docstring, described, examples, sites, promises, *literals)
    shapes: dict[str, Shape] = {}
    evidence: dict[str, Evidence] = {}
    for parameter in supplied_parameters(unit):
        shapes[parameter.name], evidence[parameter.name] = _parameter(parameter, sources)
    guards = find_guards(function)
    stated, _ = _narrowed({name: _unbounded(shape) for name, shape in shapes.items()}, sources, guards)
    shapes, left = _narrowed(shapes, sources, guards)
    for parameter in supplied_parameters(unit):
        if _is_open(shapes[parameter.name]):
            shapes[parameter.name], evidence[parameter.name] = _just_default(parameter, module)
    domain = Domain(
        parameters=tuple(
            ParameterDomain(name, _tried(name, shape, sources), evidence[name], *_bounds(stated[name], shape))
            for name, shape in shapes.items()
        ),
        precondition=_conjunction(left),
    )
    known = dict.fromkeys([*(e.arguments for e in examples if not e.raises), *sites])
    return replace(domain, examples=tuple(filter(domain.speaks_of, known)))


def _bounds(stated: Shape, shape: Shape) -> tuple[float | None, float | None]:
    """The bounds of a number that a refinement or a condition set: those of `stated`, which began without any. Those
    that are only customary are none."""
    if not isinstance(stated, Integers | Floats) or not isinstance(shape, Integers | Floats):
        return None, None
    return stated.low, stated.high


def _tried(name: str, shape: Shape, sources: _Sources) -> str:
    """The strategy of a parameter. A default at which an exception is promised is drawn often."""
    fixed = (parameter for promise in sources.promises for parameter in promise.fixed)
    default = next((parameter.default for parameter in fixed if parameter.name == name), None)
    return strategy(with_default(shape, default, sources.module) if default else shape)


def _is_receiver(parameter: Parameter, unit: FunctionUnit) -> bool:
    return unit.kind == "method" and bool(unit.spec.parameters) and parameter is unit.spec.parameters[0]


def _parameter(parameter: Parameter, sources: _Sources) -> tuple[Shape, Evidence]:
    """The shape of one parameter, and what the last missing piece of it rests on."""
    if _is_receiver(parameter, sources.unit):
        instances = sources.types.instances(sources.unit.qualname.rpartition(".")[0])
        return instances, Evidence.TYPE if is_known(instances) else Evidence.GUESS
    shape: Shape = Unknown()
    evidence = Evidence.GUESS
    for more, source in _readings(parameter, sources):
        was_known = is_known(shape)
        if source is not Evidence.EXAMPLE or not was_known:
            shape = merge(shape, more)
        elif isinstance(shape, Text) and shape.alphabet == PLAIN_TEXT and has_form(more):
            shape = more
        if not was_known and is_known(shape):
            evidence = source
    shape = with_columns(narrowed_by_use(sources.function, parameter.name, shape), sources.function, parameter.name)
    produced = produced_by_neighbour(sources.unit, sources.module) if _is_open(shape) else None
    if produced is not None:
        return produced, Evidence.DOCSTRING
    if parameter.default == "None" and is_known(shape) and "none()" not in strategy(shape):
        shape = one_of([NONE, shape])
    shape = with_notable(shape, sources.numbers, sources.texts)
    return with_patterns(shape, sources.function, parameter.name, sources.module), evidence


def _is_open(shape: Shape) -> bool:
    """Whether nothing is known, or drawing from what is known would miss a form that strings must have.

    Containers of unknown elements are closed enough: they are drawn with integers, as a guess.
    """
    match shape:
        case Unknown():
            return True
        case Text():
            return shape.fixed_form
        case Collected():
            return not isinstance(shape.element, Unknown) and _is_open(shape.element)
        case Dictionaries():
            parts = (part for part in (shape.keys, shape.values) if not isinstance(part, Unknown))
            return any(map(_is_open, parts))
        case Tuples():
            return any(map(_is_open, shape.elements))
        case OneOf():
            return any(map(_is_open, shape.options))
        case _:
            return False


def _readings(parameter: Parameter, sources: _Sources) -> Iterator[tuple[Shape, Evidence]]:
    """What each source says of a parameter, in the order in which they are believed."""
    name = parameter.name
    calls = map(dict, [*(example.arguments for example in sources.examples), *sources.call_sites])
    values = [call[name] for call in calls if name in call]
    from_examples = shape_of_expressions([value for value in values if value != parameter.default]), Evidence.EXAMPLE
    annotated = sources.types.annotated(parameter.annotation)
    is_varied = parameter.kind == "var_positional"
    if is_varied and is_known(annotated):
        annotated = Collected(annotated, "tuple", max_size=_MOST_VARIED)
    yield annotated, Evidence.TYPE
    if is_foreign(parameter.annotation, annotated):
        yield from_examples
        return
    documented = sources.docstring.parameter(name)
    if documented is not None and documented.type:
        yield from ((shape, Evidence.DOCSTRING) for _, shape in shapes_in(documented.type, (name,), name))
        yield _documented_type(documented.type, sources.types), Evidence.DOCSTRING
    yield sources.described.shapes[name], Evidence.DOCSTRING
    yield from_examples
    must_raise = any(re.search(rf"\b{re.escape(name)}\b", e.condition) for e in sources.docstring.exceptions)
    by_default = shape_of_default(parameter.default)
    by_name, strength = shape_of_name(name)
    yield _unbounded(by_default) if must_raise else by_default, Evidence.TYPE
    is_usual = not contradicts(sources.function, name, by_name) and not _excludes(by_name, parameter.default)
    if is_usual and (not is_varied or isinstance(by_name, Collected)):
        yield _unbounded(by_name) if must_raise else by_name, strength


def _excludes(shape: Shape, default: str | None) -> bool:
    """Whether a default is a number outside a shape."""
    if not isinstance(shape, Integers | Floats) or default is None or not re.fullmatch(r"-?\d+(?:\.\d+)?", default):
        return False
    low, high = shape.low, shape.high
    return (low is not None and float(default) < low) or (high is not None and float(default) > high)


def _unbounded(shape: Shape) -> Shape:
    """A shape without bounds that are only customary, because what raises must be tried too."""
    return type(shape)() if isinstance(shape, Integers | Floats) else shape


def _just_default(parameter: Parameter, module: Module) -> tuple[Shape, Evidence]:
    """The default alone, for a parameter of which nothing else is known; callers may leave it out."""
    if parameter.default is None or not is_evaluable(parameter.default, module.definitions):
        return Unknown(), Evidence.GUESS
    return Strategy(f"just({parameter.default})"), Evidence.TYPE


def _documented_type(text: str, types: TypeReader) -> Shape:
    """A type as a section gives it: an annotation ("List[int]"), or words ("list of int, optional")."""
    cleaned = re.sub(r",?\s*\(?(?:optional|default\b.*|defaults? to .*)\)?$", "", text.strip().strip("`"))
    if cleaned.startswith("{") and cleaned.endswith("}"):
        choices = parse_expression(f"[{cleaned[1:-1]}]")
        is_closed = isinstance(choices, ast.List) and all(isinstance(e, ast.Constant) for e in choices.elts)
        return Strategy(f"sampled_from({ast.unparse(choices)})") if choices and is_closed else Unknown()
    annotated = types.annotated(cleaned)
    if not isinstance(annotated, Unknown):
        return annotated
    parts = [documented_type(part) for part in re.split(r"\s+or\s+|\s*\|\s*", cleaned) if part not in {"None", "null"}]
    known = [part for part in parts if not isinstance(part, Unknown)]
    has_none = re.search(r"\bNone\b", cleaned) is not None
    return one_of([*([NONE] if has_none else []), *known]) if known and len(known) == len(parts) else Unknown()


def _narrowed(
    shapes: dict[str, Shape], sources: _Sources, guards: tuple[Guard, ...]
) -> tuple[dict[str, Shape], list[ast.expr]]:
    """Shapes after all refinements and conditions, and the conditions that are left for the precondition.

    A guard whose exception is documented is a promise, not a limit of the domain: such inputs stay in it. So do those
    that are excluded although the docstring promises an exception for them.
    """
    promises = [node for p in sources.promises if (node := parse_expression(p.condition)) is not None]
    for name, refine in sources.described.refinements:
        shapes[name] = refine(shapes[name])
    left: list[ast.expr] = []
    for stated in sources.described.conditions:
        condition = applicable(stated, shapes)
        if condition is not None:
            shapes, more = require(condition, shapes)
            left += more
    promised = {raised.exception.rpartition(".")[2] for raised in sources.docstring.exceptions}
    promised |= set(_DOCUMENTED.findall(sources.unit.spec.docstring or ""))
    for guard in guards:
        test = parse_expression(guard.condition)
        if test is not None and guard.exception not in promised:
            shapes, more = require(negated(test), shapes)
            left += more
    shapes, left = reopened(shapes, promises), outside_of(promises, left)
    for contract in find_contracts(
        sources.module.functions.get(sources.unit.first_line, sources.function), sources.module
    ):
        if not contract.is_postcondition:
            shapes, more = require(contract.condition, shapes)
            left += more
    return shapes, left


def _conjunction(conditions: list[ast.expr]) -> str | None:
    texts = dict.fromkeys(ast.unparse(ast.fix_missing_locations(condition)) for condition in conditions)
    return " and ".join(f"({text})" if len(texts) > 1 else text for text in texts) or None
