"""Properties of methods that relate them to the other methods of their class, in whatever state its instances are.

Instances are drawn in the states that random sequences of calls bring about, so a relation that holds for one more call
holds for every sequence: together they are a simple model of the class. What names alone suggest is a suggestion; what
the docstring of the method says too is a promise, if that is all that it and the class say.
"""

import re
from collections.abc import Iterator

from refute.properties.collaborators import EMPTINESS, LENGTHS, MEMBERSHIP, Collaborators, Method, collaborators
from refute.properties.evidence import Evidence
from refute.properties.looking import Seen, drain, look_after, look_at, together
from refute.properties.modules import read_module
from refute.properties.property import Property
from refute.properties.units import FunctionUnit
from refute.properties.vocabulary import words
from refute.properties.worded_methods import (
    counts,
    empties,
    finds,
    gives,
    is_plain_class,
    leaves,
    stores,
    takes_extreme,
    takes_in,
    tells_empty,
    tells_membership,
)

_ORDERED = re.compile(r"heap|priorit|sorted", re.IGNORECASE)
_QUEUE = re.compile(r"queue|fifo|first[- ]in", re.IGNORECASE)
_SET = re.compile(r"set\b|Set|unique|distinct", re.IGNORECASE)
_REMEMBERING = re.compile(r"cache|LRU|LFU|memo", re.IGNORECASE)
_LAST = "top|last|latest|newest|most recent(?:ly (?:added|pushed))?"
_FIRST = "front|first|oldest|earliest|head"
_ONTO = re.compile(r"\b(?:on|onto|to) (?:the )?(?:top|stack)\b|\bpush", re.IGNORECASE)
_BEHIND = re.compile(r"\b(?:end|back|rear|tail|queue)\b|\benqueue", re.IGNORECASE)
_LEAVES = re.compile(
    r"without (?:removing|popping|dequeuing|deleting|consuming|taking) (?:it|them|the|any)|"
    r"without (?:modifying|changing|altering|mutating|affecting) (?:it\b|them|this|self|the "
    r"(?:stack|queue|heap|deque|set|list|collection|cache|buffer|state|instance|object|container|structure|order))",
    re.IGNORECASE,
)
_ORDERED_BY = re.compile(r"key|cmp|compar|priorit(?!y[ _]?queue)|reverse", re.IGNORECASE)
_ASKING = re.compile(
    r"(?:is|has|count|to|as|peek|top|size|length|contains|includes)(?:_\w+)?|__(?:len|contains|iter|getitem)__"
)
_CONTENTS = words("peek top front first last items to_list __iter__") | {*LENGTHS, *EMPTINESS}
"""What tells of nothing but what is in it. Others may count how often it was looked at."""
_PUSHING = words("push append enqueue appendleft")
_ADDING = words("add insert register include")
_STORING = words("set put __setitem__ store register save")
_REMOVING = words("remove discard delete __delitem__")


def propose(unit: FunctionUnit, module_text: str) -> tuple[Property, ...]:
    """What other methods of its class should say after, or besides, a call of `unit`."""
    around = collaborators(unit, read_module(module_text))
    own = around.methods.get(unit.spec.name) if around else None
    if around is None or own is None or any(p.kind == "var_positional" for p in unit.spec.parameters):
        return ()
    relations = _Relations(unit, own, around)
    return tuple(relations.all())


class _Relations:
    """The relations of one method `own` of `unit` to those around it."""

    def __init__(self, unit: FunctionUnit, own: Method, around: Collaborators) -> None:
        self._unit = unit
        self._own = own
        self._around = around
        self._receiver = unit.spec.parameters[0].name
        self._call = own.shown(*own.required)
        self._is_plain = is_plain_class(around)
        self._is_ordered = _ORDERED.search(around.about) is not None
        self._is_queue = _QUEUE.search(around.about) is not None
        remover, emptiness = around.remover, around.emptiness
        self._drained = drain(remover, emptiness) if remover is not None and emptiness is not None else None

    def all(self) -> Iterator[Property]:
        """Every relation that names suggest."""
        if self._own.changes:
            for find in (self._last_in, self._first_in, self._contained, self._stored, self._counted, self._undone):
                yield from find()
        for find in (self._emptied, self._extreme, self._told_empty, self._told_length, self._unchanged):
            yield from find()

    def _last_in(self) -> Iterator[Property]:
        """What was pushed is on top."""
        if self._own.name not in {"push", "append"} or len(self._own.required) != 1:
            return
        if self._is_ordered or self._is_queue:
            return
        (item,) = self._own.required
        for other in self._around.every(("pop", "peek", "top"), 0):
            if other.tells:
                is_stated = self._takes_in(_ONTO) and gives(other.docstring, _LAST, "top|end", item)
                is_stated = is_stated and self._is_straight(other)
                statement = f"{other.shown()} after {self._call} gives {item} back"
                yield self._after(statement, f"same({{seen}}, {item})", look_at(other), is_stated)

    def _first_in(self) -> Iterator[Property]:
        """What was queued comes out behind all else, and the rest comes out as before."""
        remover, names = self._around.remover, {"enqueue", "push", "put", "add", "offer"}
        if remover is None or self._drained is None or self._own.name not in names:
            return
        is_other = self._is_ordered or re.search("deque|lifo|stack", self._around.about, re.IGNORECASE)
        if not self._is_queue or is_other or len(self._own.required) != 1:
            return
        (item,) = self._own.required
        is_stated = self._takes_in(_BEHIND) and gives(remover.docstring, _FIRST, "front|head", item)
        is_stated = is_stated and self._is_straight(remover)
        statement = f"calling {remover.shown()} again and again after {self._call} gives {item} last"
        yield self._after(statement, f"{{seen}} == {{before}} + [{item}]", self._drained, is_stated)

    def _contained(self) -> Iterator[Property]:
        """What was added is in it, and what was removed is not."""
        own, around = self._own, self._around
        if len(own.required) != 1:
            return
        (item,) = own.required
        is_key = item in {"key", "name"}
        for other in around.every(MEMBERSHIP, 1):
            look = look_at(other, item)
            if own.name in _ADDING:
                alike = (own.required, own.annotations) == (other.required, other.annotations)
                is_stated = alike and self._takes_in() and tells_membership(other.docstring, other.required[0])
                is_stated = is_stated and self._is_straight(other)
                yield self._after(f"{look.shown} is true after {self._call}", "bool({seen})", look, is_stated)
            elif own.name in _REMOVING and (is_key or _SET.search(around.about)):
                yield self._after(f"{look.shown} is false after {self._call}", "not {seen}", look, False)

    def _stored(self) -> Iterator[Property]:
        """What was stored under a key is found under it."""
        if self._own.name not in _STORING or len(self._own.required) != 2:
            return
        key, value = self._own.required
        for other in self._around.every(("get", "__getitem__"), 1):
            is_found = key == other.required[0] and finds(other.docstring, key, value)
            is_stated = is_found and stores(self._own.docstring, key, value) and self._is_straight(other)
            statement = f"{other.shown(key)} after {self._call} gives {value} back"
            yield self._after(statement, f"same({{seen}}, {value})", look_at(other, key), is_stated)

    def _counted(self) -> Iterator[Property]:
        """One more is counted after something was pushed, one less after something was popped."""
        length, own = self._around.length, self._own
        if length is None:
            return
        look = look_at(length)
        if own.name in _PUSHING and len(own.required) == 1:
            is_stated = self._takes_in() and counts(length.docstring) and not _SET.search(self._around.about)
            is_stated = is_stated and self._is_straight(length)
            yield self._after(f"{self._call} makes {look.shown} one more", "{seen} == {before} + 1", look, is_stated)
        elif own == self._around.remover and own.name != "get":
            check = "{before} == 0 or {seen} == {before} - 1"
            yield self._after(f"{self._call} makes {look.shown} one less", check, look, False)

    def _undone(self) -> Iterator[Property]:
        """What was done can be undone."""
        undo = self._around.one(("undo",), 0)
        if undo is None or self._own.name in {"undo", "redo", "clear", "reset", "save", "commit"}:
            return
        look = self._state()
        if look is not None:
            statement = f"undo() after {self._call} leaves {look.shown} as before"
            yield self._after(statement, "same({seen}, {before})", look, False, then="own.undo()")

    def _emptied(self) -> Iterator[Property]:
        """Nothing is left after everything was removed."""
        length = self._around.length
        if self._own.name == "clear" and not self._own.required and length is not None:
            is_stated = empties(self._own.docstring) and counts(length.docstring)
            look = look_at(length)
            yield self._after(f"{look.shown} is 0 after clear()", "{seen} == 0", look, is_stated)

    def _extreme(self) -> Iterator[Property]:
        """What is taken out of a heap is the smallest, or the largest, of what was in it."""
        said = takes_extreme(self._own.docstring)
        around = self._around
        given = " ".join(name for method in around.methods.values() for name in (*method.required, *method.optional))
        if said is None or self._own != around.remover or _ORDERED_BY.search(f"{around.about} {given}"):
            return
        order, word = said
        statement = f"{self._call} gives the {word} of all that {self._call} gives later"
        if self._drained is not None:
            yield self._after(statement, f"all(result {order} item for item in {{seen}})", self._drained, True)

    def _told_empty(self) -> Iterator[Property]:
        """What says whether it is empty and what says how much is in it agree."""
        length = self._around.length
        if self._own.name in EMPTINESS and not self._own.required and length is not None:
            is_stated = tells_empty(self._own.docstring) and counts(length.docstring)
            statement = f"{self._call} is true exactly when {length.shown()} is 0"
            yield self._claim(statement, f"bool(result) == ({length.on(self._receiver)} == 0)", is_stated)

    def _told_length(self) -> Iterator[Property]:
        """What says how much is in it agrees with what is in it."""
        if self._own.name not in LENGTHS or self._own.required:
            return
        if "__iter__" in self._around.methods:
            check = f"result == len(list({self._receiver}))"
            yield self._claim(f"{self._call} is how many items iterating gives", check, False)
        if self._own.name != "__len__" and "__len__" in self._around.methods:
            yield self._claim(f"{self._call} is len(self)", f"result == len({self._receiver})", False)

    def _unchanged(self) -> Iterator[Property]:
        """Who only asks changes nothing."""
        is_stated = leaves(self._own.docstring) and all(m.name in _CONTENTS for m in self._around.showing)
        is_asking = _ASKING.fullmatch(self._own.name) and not _REMEMBERING.search(self._around.about)
        look = self._state()
        if look is None or self._own == self._around.remover or not (is_stated or is_asking) or not self._own.tells:
            return
        statement = f"{self._call} leaves {look.shown} as before"
        yield self._after(statement, "same({seen}, {before})", look, is_stated, line=_LEAVES)

    def _state(self) -> Seen | None:
        """All that can be seen of an instance; None where nothing can."""
        looks = [look_at(method) for method in self._around.showing]
        if self._drained is not None and self._own != self._around.remover:
            looks.append(self._drained)
        return together(looks)

    def _after(
        self,
        statement: str,
        check: str,
        seen: Seen,
        is_stated: bool,
        *,
        line: re.Pattern[str] | None = None,
        then: str | None = None,
    ) -> Property:
        """A claim about what is seen after the call (`{seen}`) and `{before}` it; `then` is done in between."""
        written = look_after(self._own, self._receiver, seen, check, then)
        return self._claim(statement, written.check, is_stated, written.setup, written.shows, line)

    def _claim(
        self,
        statement: str,
        check: str,
        is_stated: bool,
        setup: str = "",
        shows: tuple[str, str] | None = None,
        line: re.Pattern[str] | None = None,
    ) -> Property:
        is_stated = is_stated and self._is_plain
        return Property(
            kind="state",
            statement=statement,
            check=check,
            evidence=Evidence.DOCSTRING if is_stated else Evidence.NAME,
            setup=setup,
            spec_line=self._line(line) if is_stated else self._unit.name_range[0],
            shows=shows,
        )

    def _line(self, words_of: re.Pattern[str] | None) -> int | None:
        """The line of the docstring that says so, the first where that is not known."""
        first, text = self._unit.spec.docstring_line, self._unit.spec.docstring or ""
        found = words_of.search(text) if words_of else None
        return first if first is None or found is None else first + text.count("\n", 0, found.start())

    def _is_straight(self, other: Method) -> bool:
        """Whether the method and `other` take what they are given as it is, and always do the same with it."""
        return not any(method.altered or method.departs for method in (self._own, other))

    def _takes_in(self, where: re.Pattern[str] | None = None) -> bool:
        """Whether the method's docstring says that its parameter comes in, there if it matters, and nothing else."""
        said, (item,) = self._own.docstring, self._own.required
        return takes_in(said, item) and (where is None or where.search(said) is not None)
