"""Docstrings of classes and methods that plainly say what happens to what a collection holds: "Push an item on top".

Only sentences of a few known forms are understood, and only docstrings that hold nothing else, for there is no end of
words that take something back ("the first event of a time wins", "a window over the last three values").
"""

import re

from refute.properties.collaborators import Collaborators

_HOLDER = (
    r"(?:stack|pile|queue|heap|deque|set|bag|list|collection|container|line|registry|mapping|dictionary|table|store)"
)
_THE_HOLDER = rf"(?:it|self|(?:the |this )?{_HOLDER})"
_NOUN = r"(?:item|element|value|object|entry|thing|one)"
_NOUNS = r"(?:items|elements|entries|values|keys|members|objects|things)"
_ORDER = r"LIFO|FIFO|last[- ]in,? first[- ]out|first[- ]in,? first[- ]out"
_ABOUT = (
    rf"(?:an? |the )?(?:(?:simple|plain|generic|basic|waiting|priority|{_ORDER}),? )*{_HOLDER}(?: \((?:{_ORDER})\))?"
    r"(?: of \w+s)?|\w+s (?:by|of) (?:an? |the )?\w+|(?:the |all )?\w+s that were (?:added|pushed|put in|stored|seen)"
)
_CONTENT = r"_*(?:items|elements|values|entries|data|iterable|initial|contents|sequence|seq)"
_LIMITING = re.compile(
    r"capacity|limit|max|bound|ring|circular|evict|expir|ttl|timeout|unique|LRU|LFU|cache|window|recent", re.IGNORECASE
)
"""Names of classes and their parts that hold less than what was put in."""

_IS_NONE = rf"(?:it|{_THE_HOLDER}|there) is (?:empty|none|nothing|no {_NOUN})|there are (?:none|no {_NOUNS})"
_IS_MISSING = (
    r"(?:it|there|(?:the |a )?`*(?:key|name)`*) is (?:missing|unknown|unset|none|not (?:set|there|found|known|present))"
)
_ASKED = r"(?:(?:return|tell|check|say)s? )?(?:whether|true if|if)"
_OTHERWISE = r"(?:,? (?:else|and) False|,? False otherwise|,? otherwise False)?"
_LEAVING = (
    r"without (?:removing|popping|dequeuing|deleting|consuming|taking|modifying|changing|altering|mutating) "
    rf"(?:it|them|this|the {_NOUN}|{_THE_HOLDER})"
)


def is_plain_class(around: Collaborators) -> bool:
    """Whether all that is said of a class is that it is a collection, so that it holds whatever is put in."""
    if _LIMITING.search(around.name) or not all(re.fullmatch(_CONTENT, name) for name in around.given):
        return False
    return all(_is(_ABOUT, docstring) for docstring in around.docstrings)


def takes_in(docstring: str, item: str) -> bool:
    """Whether a method puts its parameter `item` in, and says no more than where."""
    place = rf"(?:(?:the )?(?:top|end|back|rear|tail)(?: of {_THE_HOLDER})?|{_THE_HOLDER})"
    verb = r"(?:push|append|add|put|place|insert|enqueue|register)(?:es|s)?"
    return _is(rf"{verb} {_one(item)}(?: (?:on|onto|to|at|in|into) {place})?", docstring)


def gives(docstring: str, which: str, place: str, item: str) -> bool:
    """Whether a method returns the one that is `which` ("top|last"), or that is at a `place`, perhaps taking it out."""
    noun = rf"(?:{_NOUN}|`*{re.escape(item)}`*)"
    standing = rf"(?:on|at) (?:the )?(?:{place})|that was (?:added|pushed|put in) (?:{which})"
    one = rf"(?:the )?(?:(?:{which})(?: {noun})?|{noun} (?:{standing}))"
    one = rf"{one}(?: (?:of|from|on|in) {_THE_HOLDER})?"
    taking = r"(?:remove|pop|take|dequeue)s?(?: (?:out|off))?"
    way = (
        rf"{taking} and returns? {one}|{taking} {one} and returns? it|returns?(?: and removes?)? {one}(?: {_LEAVING})?"
    )
    return _is(rf"(?:{way}){_unless(_IS_NONE)}", docstring)


def counts(docstring: str) -> bool:
    """Whether a method returns how many items there are."""
    place = rf"(?:on|in) {_THE_HOLDER}"
    number = rf"(?:the )?(?:number|count) of (?:all )?{_NOUNS}(?: (?:held|stored))?(?: {place})?"
    many = rf"how many {_NOUNS} (?:there are|are {place})"
    return _is(rf"(?:(?:return|get|give|tell|count)s? )?(?:{number}|{many})", docstring)


def empties(docstring: str) -> bool:
    """Whether a method removes everything."""
    every = rf"(?:remove|delete|drop|discard|clear)s? (?:(?:all|every)(?: the)? (?:{_NOUNS}|{_NOUN})|everything)"
    return _is(rf"(?:{every}|(?:empty|empties|clears?) {_THE_HOLDER})(?: (?:from|in|of|on) {_THE_HOLDER})?", docstring)


def tells_empty(docstring: str) -> bool:
    """Whether a method returns whether there is nothing in it."""
    return _is(rf"{_ASKED} (?:{_THE_HOLDER} is empty|there (?:are|is) (?:no {_NOUNS}|nothing)){_OTHERWISE}", docstring)


def tells_membership(docstring: str, item: str) -> bool:
    """Whether a method returns whether `item` is in it; without a docstring, its name says so."""
    there = rf"{_one(item)} (?:(?:is|was) (?:in|on) {_THE_HOLDER}|was (?:added|put in)|is there)"
    asked = rf"there is (?:such )?{_one(item)}|{there}|{_THE_HOLDER} (?:contains|has) {_one(item)}"
    return not docstring or _is(rf"{_ASKED} (?:{asked}){_OTHERWISE}", docstring)


def stores(docstring: str, key: str, value: str) -> bool:
    """Whether a method stores `value` under `key`."""
    at, it = _one(key), _one(value)
    what = rf"(?:{at} to {it}|{it} (?:under|at|for|by|with|of) {at})"
    return _is(rf"(?:set|put|store|save|register|add)s? {what}", docstring)


def finds(docstring: str, key: str, value: str) -> bool:
    """Whether a method returns what is stored under `key`."""
    under = r"(?:of|for|at|under|(?:that (?:is|was) )?(?:stored|registered|saved|kept|set) (?:under|for|at|as))"
    return _is(rf"(?:return|get)s? {_one(value)} {under} {_one(key)}{_unless(_IS_MISSING)}", docstring)


def takes_extreme(docstring: str) -> tuple[str, str] | None:
    """How what a method takes out compares to all else in it, as an operator and in words; None where it does not."""
    for operator, names in (("<=", "smallest|minimum|lowest"), (">=", "largest|maximum|highest")):
        for name in names.split("|"):
            if gives(docstring, name, "(?!)", "item"):
                return operator, name
    return None


def leaves(docstring: str) -> bool:
    """Whether a method returns something and leaves all as it is."""
    what = r"(?:(?!\b(?:and|or|if|when|but)\b)[^.,;:()])+?"
    looking = rf"(?:return|get|show|give|peek at|look at)s? {what} {_LEAVING}(?: (?:from|of) {_THE_HOLDER})?"
    return _is(rf"(?:(?:look|peek)(?: at {what})?\. )?{looking}{_unless(_IS_NONE)}", docstring)


def _is(form: str, docstring: str) -> bool:
    return re.fullmatch(form, " ".join(docstring.split()).rstrip("."), re.IGNORECASE) is not None


def _one(name: str) -> str:
    """One item, in the words of the docstring or as the parameter `name`."""
    noun = rf"(?:new )?(?:`*{re.escape(name)}`*|{_NOUN}(?: `+{re.escape(name)}`+)?)"
    return rf"(?:(?:an?|the|one|another|this|given|such an?|such) )?{noun}"


def _unless(condition: str) -> str:
    """What may follow where there is nothing to return, which makes no difference to what is there."""
    when = rf"(?:if|when) (?:{condition})"
    return rf"(?:,? or (?:the )?`*(?:None|default)`*(?: {when})?|, None {when})?(?:\.? Raises:? `*\w+Error`*:? {when})?"
