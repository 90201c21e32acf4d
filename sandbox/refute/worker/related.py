"""Arguments that have to do with each other.

Values drawn apart from each other are hardly ever equal, parts or orders of one another, so half of what a function is
about ("occurs in", "has the same", "the first that repeats") would never happen. Here one argument is made anew from
another, or from itself, in a way that its own strategy could have come up with too: elements of the same strategy, and
a length that it allows. What no strategy says is not assumed.
"""

import ast
import copy
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies
from hypothesis.strategies import DrawFn

Values = dict[str, Any]
Derive = Callable[[DrawFn, Any], Any]

_TWO = 2
_UNRELATED = 6
"""Of ten inputs, those that stay as they were drawn."""
_PLAIN: dict[str, type] = {"lists": list, "text": str}
"""The strategies of sequences of anything, and what they make."""


@dataclass(frozen=True)
class Plain:
    """A strategy of sequences in which any elements may stand in any order: `element` is the text of theirs, `letters`
    those of a text where not all may be in it."""

    kind: str
    element: str
    least: int
    most: int | None
    letters: frozenset[str] | None = None

    @property
    def type(self) -> type:
        """What it makes, though one of several ways to make an argument may make something else."""
        return _PLAIN[self.kind]

    def fit(self, value: Any) -> Any | None:
        """`value` cut to the greatest length, None where it is shorter than the least, has other letters, or is of
        another type."""
        sequence: Any = value if isinstance(value, self.type) else None
        if sequence is None:
            return None
        value = sequence if self.most is None else sequence[: self.most]
        is_of_it = self.letters is None or self.letters.issuperset(value)
        return value if is_of_it and len(value) >= self.least else None


@dataclass(frozen=True)
class _Relation:
    """`derive` makes a value for `target` from that of `source`, if this is of the type that it `takes`, or, where
    there are `others`, from all of theirs in order."""

    target: str
    source: str
    derive: Derive
    plain: Plain | None = None
    takes: type = object
    others: tuple[str, ...] = ()


class Relations:
    """The ways in which arguments drawn from `texts`, strategies by parameter, can be related."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        found = [relation for target in texts for relation in _relations_of(target, texts)]
        between = [relation for relation in found if relation.target != relation.source]
        alone = [relation for relation in found if relation.target == relation.source]
        self._kinds = [kind for kind in (between, alone, _sums(texts)) if kind]

    def relate(self, draw: DrawFn, values: Values) -> None:
        """Make one of `values` anew in some of all cases."""
        if not self._kinds or draw(strategies.integers(0, 9)) < _UNRELATED:
            return
        relations = self._kinds[draw(strategies.integers(0, len(self._kinds) - 1))]
        relation = relations[draw(strategies.integers(0, len(relations) - 1))]
        source = values[relation.source]
        if not isinstance(source, relation.takes):
            return
        others = [values[name] for name in relation.others]
        value = relation.derive(draw, (source, *others) if others else source)
        if relation.plain is not None and value is not None:
            value = relation.plain.fit(value)
        if value is not None:
            values[relation.target] = copy.deepcopy(value)


def expression(text: str) -> ast.expr | None:
    """An expression as a tree, None for what is none."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def plain(text: str) -> Plain | None:
    """What a strategy of lists or texts says, None where it says more than elements and lengths.

    Of several ways to make a text, it is the one that makes any.
    """
    node = expression(text)
    if node is None:
        return None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "one_of":
        ways = (way for way in map(_plain, node.args) if way is not None and way.kind == "text")
        return next((way for way in ways if way.letters is not None or not way.element), None)
    return _plain(node)


def _plain(node: ast.expr) -> Plain | None:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in _PLAIN:
        return None
    sizes: dict[str, int] = {}
    for keyword in node.keywords:
        if keyword.arg not in ("min_size", "max_size") or not isinstance(keyword.value, ast.Constant):
            return None
        if not isinstance(keyword.value.value, int):
            return None
        sizes[keyword.arg] = keyword.value.value
    if len(node.args) > 1:
        return None
    element = ast.unparse(node.args[0]) if node.args else ""
    return Plain(node.func.id, element, sizes.get("min_size", 0), sizes.get("max_size"), _letters(node))


def _letters(call: ast.Call) -> frozenset[str] | None:
    """The letters that a strategy of texts names, None where it does not name them one by one."""
    alphabet = call.args[0] if call.args else None
    if isinstance(alphabet, ast.Constant) and isinstance(alphabet.value, str):
        return frozenset(alphabet.value)
    return None


def _relations_of(target: str, texts: Mapping[str, str]) -> list[_Relation]:
    found: list[_Relation] = []
    wanted = plain(texts[target])
    for source, text in texts.items():
        if source == target:
            continue
        given = plain(text)
        if texts[target].strip() == text.strip():
            found.append(_Relation(target, source, _same))
        if wanted and given and (wanted.kind, wanted.element) == (given.kind, given.element):
            ways = (_part, _turned, _reordered, _joined)
            found += [_Relation(target, source, derive, wanted, takes=given.type) for derive in ways]
        if given and given.kind == "lists" and _normal(texts[target]) == given.element:
            found.append(_Relation(target, source, _member))
        keys, own_keys = _keys(text), _keys(texts[target])
        if keys is not None and keys == own_keys:
            found.append(_Relation(target, source, _with_keys, others=(target,)))
        are_texts = wanted is not None and wanted.kind == "text" and keys is not None and _is_text(keys)
        if are_texts or (keys is not None and keys == _normal(texts[target])):
            found.append(_Relation(target, source, _key, wanted))
    if wanted is not None:
        own = (_mirrored, _doubled, _repeating, _in_order)
        found += [_Relation(target, target, derive, wanted, takes=wanted.type) for derive in own]
    return found


def _sums(texts: Mapping[str, str]) -> list[_Relation]:
    """That one of three whole numbers is what two others make together, as far as its strategy could make it."""
    ranges = {name: found for name, text in texts.items() if (found := _ranges(text))}
    others = {target: [name for name in ranges if name != target] for target in ranges if len(ranges) > _TWO}
    return [_Relation(target, one, _sum(ranges[target]), others=tuple(rest)) for target, (one, *rest) in others.items()]


def _sum(ranges: Sequence[tuple[int, int]]) -> Derive:
    """Two of some numbers together, or their difference, where it is in one of `ranges`."""

    def together(draw: DrawFn, numbers: Sequence[Any]) -> Any:
        one, other = draw(strategies.permutations(numbers))[:_TWO]
        if not type(one) is type(other) is int:
            return None
        value = one + other if draw(strategies.booleans()) else one - other
        return value if any(low <= value <= high for low, high in ranges) else None

    return together


def _ranges(text: str) -> list[tuple[int, int]]:
    """The ranges of whole numbers among the ways to make an argument."""
    match expression(text):
        case ast.Call(func=ast.Name(id="one_of"), args=ways):
            return [one for way in ways for one in _ranges(ast.unparse(way))]
        case ast.Call(func=ast.Name(id="integers"), args=[low, high], keywords=[]):
            with suppress(ValueError):
                return [(int(ast.literal_eval(low)), int(ast.literal_eval(high)))]
        case _:
            pass
    return []


def _keys(text: str) -> str | None:
    """The strategy of the keys of dictionaries, None where `text` is of something else."""
    match expression(text):
        case ast.Call(func=ast.Name(id="dictionaries"), args=[keys, *_]):
            return ast.unparse(keys)
        case _:
            return None


def _is_text(text: str) -> bool:
    """Whether a strategy makes texts of any letters."""
    found = plain(text)
    return found is not None and found.kind == "text"


def _normal(text: str) -> str:
    node = expression(text)
    return text if node is None else ast.unparse(node)


def _same(_draw: DrawFn, value: Any) -> Any:
    return value


def _part(draw: DrawFn, value: Sequence[Any]) -> Any:
    """A slice."""
    start = draw(strategies.integers(0, len(value)))
    return value[start : draw(strategies.integers(start, len(value)))]


def _turned(draw: DrawFn, value: Any) -> Any:
    """A rotation, perhaps of a slice."""
    part: Any = value[: draw(strategies.integers(0, len(value)))] if draw(strategies.booleans()) else value
    turn = draw(strategies.integers(0, len(part)))
    return part[turn:] + part[:turn]


def _reordered(draw: DrawFn, value: Any) -> Any:
    """The same elements in another order."""
    return _like(value, draw(strategies.permutations(list(value))))


def _joined(draw: DrawFn, value: Any) -> Any:
    """The value with something more, of its own elements, around it."""
    more = _part(draw, value)
    return value + more if draw(strategies.booleans()) else more + value


def _member(draw: DrawFn, value: Sequence[Any]) -> Any:
    return value[draw(strategies.integers(0, len(value) - 1))] if value else None


def _key(draw: DrawFn, value: Mapping[Any, Any]) -> Any:
    return _member(draw, list(value))


def _with_keys(draw: DrawFn, both: tuple[Mapping[Any, Any], Mapping[Any, Any]]) -> Any:
    """The values of the second dictionary under keys of the first, as far as these go."""
    first, second = both
    keys = list(draw(strategies.permutations(list(first))))
    return dict(zip([*keys, *(key for key in second if key not in first)], second.values(), strict=False))


def _mirrored(draw: DrawFn, value: Any) -> Any:
    """A palindrome of even or odd length."""
    half: Any = value[: (len(value) + 1) // 2]
    return half + half[::-1][draw(strategies.integers(0, 1)) :]


def _doubled(_draw: DrawFn, value: Any) -> Any:
    half: Any = value[: (len(value) + 1) // 2]
    return half + half


def _repeating(draw: DrawFn, value: Any) -> Any:
    """A few of the elements, often."""
    few = list(value[: draw(strategies.integers(1, 3))])
    if not few:
        return None
    return _like(value, [few[draw(strategies.integers(0, len(few) - 1))] for _ in value])


def _in_order(draw: DrawFn, value: Any) -> Any:
    """The elements, or a few of them often, from the least to the greatest or the other way."""
    items = _repeating(draw, value) if draw(strategies.booleans()) else value
    try:
        return _like(value, sorted(items or (), reverse=draw(strategies.integers(0, 2)) == 0))
    except TypeError:
        return None


def _like(value: Any, items: Sequence[Any]) -> Any:
    return "".join(items) if isinstance(value, str) else list(items)
