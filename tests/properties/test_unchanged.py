"""Docstrings that say that arguments stay as they are."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from refute.properties.evidence import Evidence
from refute.properties.parsing import parse_units
from refute.properties.property import Property
from refute.properties.proposers.unchanged import propose
from refute.properties.units import Snapshot
from refute.worker.same import same


def claims(signature: str, docstring: str) -> tuple[Property, ...]:
    source = f'def f({signature}):\n    """{docstring}"""\n'
    return propose(parse_units(Snapshot("file:///m.py", None, source)).units[0], source)


@pytest.mark.parametrize(
    ("signature", "docstring", "kept"),
    [
        ("items", "Sort the items. `items` is not modified.", "items as it is"),
        ("items", "Return a sorted copy without changing the list.", "items as it is"),
        ("a, b", "Merge both. Neither `a` nor `b`, nor any dictionary inside them, is changed.", "a and b as they are"),
        (
            "a, b",
            "Merge. Done. Only if both are, they are merged. Neither `a` nor `b` is changed.",
            "a and b as they are",
        ),
        ("xs", "Does not modify the input.", "xs as it is"),
        ("xs", "The input list is never modified.", "xs as it is"),
        ("stock, order", "What is left. The two dictionaries passed in stay unchanged.", "stock and order as they are"),
        ("a, *, key", "Both arguments remain unchanged.", "a and key as they are"),
        ("a, /, b", "`a` is left untouched.", "a as it is"),
        ("items", "Sort. The list passed in is not changed.", "items as it is"),
        ("a, b", "Does not modify its arguments.", "a and b as they are"),
        ("items", "Sort the items. `items` is left as it is.", "items as it is"),
        ("items", "Return a sorted copy; the list is not modified.", "items as it is"),
        ("xs", "Counts xs and does not modify it.", "xs as it is"),
        ("xs", "Return a sorted copy without changing it.", "xs as it is"),
        ("items", "The list is not modified; a new list is returned.", "items as it is"),
        ("items, n", "Return the first n items. The list is not modified.", "items as it is"),
        ("a, key: str", "Set a. Done. The dictionary is not modified.", "a as it is"),
        ("a, b", "Merge two dictionaries. Neither argument is modified.", "a and b as they are"),
        ("row, n", "Return the first n. Leaves row unchanged.", "row as it is"),
        ("row", "Returns a sorted list without duplicates and leaves row unchanged.", "row as it is"),
        ("row", "Returns a sorted list, leaving `row` as it is.", "row as it is"),
        ("rows", "Does it. It leaves `rows` untouched.", "rows as it is"),
    ],
)
def test_what_a_docstring_says_is_kept(signature: str, docstring: str, kept: str) -> None:
    (claim,) = claims(signature, docstring)
    assert claim.statement == f"a call leaves {kept}"
    assert claim.evidence is Evidence.DOCSTRING
    assert claim.spec_line == 1


def test_the_description_of_a_parameter_may_say_it() -> None:
    docstring = (
        "Assign tables.\n\n    Args:\n        parties: Names.\n        tables: Seats by name. It is not modified.\n"
    )
    (claim,) = claims("parties, tables", docstring)
    assert claim.statement == "a call leaves tables as it is"


def test_what_is_returned_may_say_it() -> None:
    docstring = "Sort.\n\n    Returns:\n        A new list, and `items` is not modified.\n    "
    (claim,) = claims("items", docstring)
    assert (claim.statement, claim.spec_line) == ("a call leaves items as it is", 4)


@pytest.mark.parametrize(
    ("signature", "docstring"),
    [
        ("words", "Capitalize in place. The list is not changed otherwise."),
        ("words", "Title case; short words are left unchanged."),
        ("text", "Return the text unchanged if it is short."),
        ("items", "The list is not changed when it is empty."),
        ("items", "Return a new list."),
        ("*items", "The arguments are not changed."),
        ("data, key", "Set a known key. For unknown keys the dictionary is left unchanged."),
        ("data", "Count. On error the dictionary is not modified."),
        ("state, dry_run=True", "In a dry run the state is not changed."),
        ("data", "Count. Other entries of the dictionary are not modified."),
        ("data", "Count. Other entries, and the dictionary, are not modified."),
        ("options", "Add defaults to options without changing the options that are set."),
        ("xs, inplace=False", "Sort. By default the list is not modified; pass ``inplace=True`` to sort it."),
        ("xs, inplace=False", "Sort. The list is not modified."),
        ("xs", "Sort. The list is not modified. Pass ``inplace=True`` for that."),
        ("data, key", "Set it. Unknown keys are skipped, and the dictionary is not changed."),
        ("data, key", "Set it. Skip unknown keys without changing the dictionary."),
        ("data, key", "Set it. Done. If the key is unknown, nothing happens. The dictionary is not changed."),
        ("a, b", "Merge. Done. If both are empty, nothing is done. Neither dictionary is changed."),
        ("a, b=None", "Merge. Done. If b is None, nothing is done. Neither `a` nor `b` is changed."),
        ("words", "Shorten them. Words are left unchanged."),
        ("xs, ys", "Add one to the other. The list is not modified."),
        ("xs", "The list is not modified, only sorted."),
        ("words", "Join them in place of the old ones. Leaves words unchanged."),
        ("words", "Capitalize, and leave short words unchanged."),
        ("row", "Sort it, or leave row unchanged."),
        ("a, b", "Merge. Neither entry of an argument is modified."),
        (
            "state, flag=True",
            "Apply.\n\n    Args:\n        flag: Say what there is to do. The state is not modified.\n    ",
        ),
    ],
)
def test_what_is_said_of_something_else_claims_nothing(signature: str, docstring: str) -> None:
    assert claims(signature, docstring) == ()


class Node:
    """Compared by identity."""

    def __init__(self, value: object) -> None:
        self.value = value


class Unlike(Node):
    """Not even equal to its copy."""

    def __eq__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return 0


def kept(function: Callable[[Node], object], source: str, node: object) -> bool:
    """Whether a function of one argument fulfils what is claimed of it, by its docstring, for `node`."""
    (claim,) = propose(parse_units(Snapshot("file:///m.py", None, source)).units[0], source)
    scope: dict[str, Any] = {"same": same, "f": function}
    exec(claim.setup, scope)
    return bool(eval(claim.check, {**scope, "node": node}))


def look(node: Node) -> object:
    """As promised."""
    return node.value


def change(node: Node) -> None:
    """Against the promise."""
    node.value = 2


def test_objects_are_compared_by_what_they_hold() -> None:
    source = 'def f(node):\n    """`node` is not modified."""\n'
    assert kept(look, source, Node([1]))
    assert not kept(change, source, Node([1]))
    assert kept(change, source, Unlike(1))


class Document:
    """Splits its text when that is needed first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._words: list[str] | None = None
        self._cache: dict[str, int] = {"": 0}

    def words(self) -> list[str]:
        self._words = self._words or self.text.split()
        self._cache[self.text] = len(self._words)
        return self._words


def test_what_an_object_keeps_for_later_is_no_change() -> None:
    source = 'def f(node):\n    """`node` is not modified."""\n'
    assert kept(lambda node: cast(Document, node).words(), source, Document("a b"))
    assert kept(lambda node: cast("list[Document]", node)[0].words(), source, [Document("a b")])
    assert not kept(lambda node: setattr(node, "text", ""), source, Document("a b"))
    assert not kept(lambda node: cast("list[Document]", node).pop(), source, [Document("a b")])
    used = Document("a b")
    used.words()
    assert not kept(lambda node: cast(Document, node).words().reverse(), source, used)


def test_rows_that_are_left_are_those_that_were_passed() -> None:
    source = 'def f(rows):\n    """Leaves rows unchanged."""\n    return sorted(rows)\n'
    (claim,) = propose(parse_units(Snapshot("file:///m.py", None, source)).units[0], source)
    assert claim.statement == "a call leaves rows as it is"


def test_flags_stay_as_they_are_by_default() -> None:
    (claim,) = claims("xs, copy=True, /, *, strict=False, key=None", "Sort. The list is not modified.")
    assert claim.check == "keeps(lambda xs: f(xs, True, strict=False, key=key), xs)"
