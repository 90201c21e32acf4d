"""What methods of a class say of each other: wrong classes are caught, right ones are left alone."""

import copy
import itertools
import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from refute.properties.evidence import Evidence
from refute.properties.property import Property
from refute.worker.same import same

ClaimsOf = Callable[..., tuple[Property, ...]]

STACK = '''
class Stack:
    """A pile of things."""

    def __init__(self):
        self._items = []

    def push(self, item):
        """Push item onto the top."""
        self._items.append(item)

    def pop(self):
        """Remove and return the top item."""
        return self._items.pop()

    def peek(self):
        """Return the top item without removing it."""
        return self._items[-1]

    def __len__(self):
        """Return the number of items."""
        return len(self._items)

    def is_empty(self):
        """Return whether the stack is empty."""
        return not self._items

    def clear(self):
        """Remove all items."""
        self._items.clear()
'''
QUEUE = '''
class WaitingQueue:
    def __init__(self):
        self._items = []

    def enqueue(self, item):
        """Put item at the end."""
        self._items.append(item)

    def dequeue(self):
        """Remove and return the first item."""
        return self._items.pop(0)

    def size(self):
        """Return the number of items."""
        return len(self._items)
'''
TAGS = '''
class TagSet:
    def __init__(self):
        self._tags = []

    def add(self, tag):
        """Add a tag."""
        self._tags.append(tag)

    def discard(self, tag):
        """Take a tag away."""
        self._tags = [other for other in self._tags if other != tag]

    def __contains__(self, tag):
        """Tell whether there is such a tag."""
        return tag in self._tags

    def undo(self):
        """Take back what was added last."""
        self._tags.pop()
'''
PRICES = '''
class Prices:
    def __init__(self):
        self._prices = {}

    def set(self, name, price):
        """Set the price of a name."""
        self._prices[name] = price

    def get(self, name):
        """Return the value under a name."""
        return self._prices[name]
'''
HEAP = '''
class Heap:
    def __init__(self):
        self._items = []

    def push(self, item):
        self._items.append(item)

    def pop(self):
        """Remove and return the smallest item."""
        self._items.sort()
        return self._items.pop(0)

    def __len__(self):
        return len(self._items)
'''


def holds(claim: Property, source: str, calls: str, name: str, /, **arguments: object) -> bool:
    """Whether a claim holds of one call of the method `name`, after `calls` on a new instance."""
    module: dict[str, Any] = {"same": same}
    exec(textwrap.dedent(source) + claim.setup, module)
    owner = next(value for value in module.values() if isinstance(value, type))
    own = owner()
    exec(calls, {"own": own})
    result = getattr(copy.deepcopy(own), name)(*arguments.values())
    return bool(eval(claim.check, {**module, "self": own, "result": result, "error": None, **arguments}))


CASES: list[tuple[str, str, str, str, str, dict[str, object]]] = [
    (STACK, "push", "self._items.append(item)", "self._items.insert(0, item)", "own.push(1)", {"item": 2}),
    (STACK, "push", "self._items.append(item)", "pass", "", {"item": 2}),
    (STACK, "peek", "return self._items[-1]", "return self._items.pop()", "own.push(1)", {}),
    (STACK, "is_empty", "return not self._items", "return len(self._items) < 2", "own.push(1)", {}),
    (STACK, "clear", "self._items.clear()", "self._items[:-1] = []", "own.push(1)", {}),
    (QUEUE, "enqueue", "append(item)", "insert(0, item)", "own.enqueue(1)", {"item": 2}),
    (TAGS, "add", "self._tags.append(tag)", "self._tags or self._tags.append(tag)", "own.add(1)", {"tag": 2}),
    (TAGS, "discard", "if other != tag", "if other == tag", "own.add(1)", {"tag": 1}),
    (PRICES, "set", "= price", "= price + 1", "", {"name": "a", "price": 2}),
    (HEAP, "pop", "self._items.sort()", "pass", "own.push(2); own.push(1)", {}),
]


@pytest.mark.parametrize(("source", "method", "right", "wrong", "calls", "arguments"), CASES)
def test_what_others_show_tells_right_from_wrong(
    source: str, method: str, right: str, wrong: str, calls: str, arguments: dict[str, object], claims_of: ClaimsOf
) -> None:
    owner = source.split("class ")[1].split(":")[0]
    claims = [claim for claim in claims_of(source, f"{owner}.{method}") if claim.kind == "state"]
    assert claims
    assert all(holds(claim, source, calls, method, **arguments) for claim in claims)
    assert right in source
    assert not all(holds(claim, source.replace(right, wrong), calls, method, **arguments) for claim in claims)


@pytest.mark.parametrize("source", [STACK, QUEUE, TAGS, PRICES, HEAP])
def test_a_right_class_fulfils_what_is_claimed_after_any_calls(source: str, claims_of: ClaimsOf) -> None:
    owner = source.split("class ")[1].split(":")[0]
    given = {"item": 1, "tag": 1, "name": "a", "price": 2}
    methods = {line.split("def ")[1].split("(")[0] for line in source.splitlines() if "def " in line} - {"__init__"}
    changing = {"push": "1", "enqueue": "1", "add": "1", "discard": "1", "set": "'a', 1", "clear": "", "pop": ""}
    steps = [f"own.{name}({written})" for name, written in changing.items() if name in methods]
    for method in sorted(methods):
        for claim in claims_of(source, f"{owner}.{method}"):
            for calls in itertools.product(steps, repeat=2):
                arguments = {key: value for key, value in given.items() if f", {key}" in claim.setup}
                try:
                    assert claim.kind != "state" or holds(claim, source, "; ".join(calls), method, **arguments)
                except (IndexError, KeyError):
                    continue  # the calls, or the one after them, raise


def evidence(claims: tuple[Property, ...]) -> dict[str, Evidence]:
    return {claim.statement: claim.evidence for claim in claims if claim.kind == "state"}


def test_what_the_docstring_says_too_is_a_promise(claims_of: ClaimsOf) -> None:
    said = evidence(claims_of(STACK, "Stack.push"))
    assert said["pop() after push(item) gives item back"] is Evidence.DOCSTRING
    assert said["push(item) makes len(self) one more"] is Evidence.DOCSTRING


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Push item onto the top.", "Push item onto the top, unless it is there already."),
        ("A pile of things.", "A pile of at most ten things, the capacity."),
        ("Remove and return the top item.", "Remove an item."),
        ("Remove and return the top item.", "Pop the last item and discard it. Returns: the new current item."),
        ("def __init__(self):", "def __init__(self, capacity=10):"),
        ("def __init__(self):", "def __init__(self, n=10):"),
        ("class Stack:", "class Stack(Room):"),
        ("A pile of things.", "The newest three things."),
        ("A pile of things.", "A pile of things. Blank ones are left out."),
        ("Push item onto the top.", "Push item onto the top; blank ones are left out."),
        ("Push item onto the top.", "Push item onto the top, written as text."),
        ("Push item onto the top.", "Push item onto the top, and forget the oldest one beyond n."),
        ("Remove and return the top item.", "Remove and return the top item of the oldest batch."),
    ],
)
def test_what_may_have_a_condition_is_no_promise(old: str, new: str, claims_of: ClaimsOf) -> None:
    assert old in STACK
    said = evidence(claims_of(STACK.replace(old, new), "Stack.push"))
    assert said["pop() after push(item) gives item back"] is Evidence.NAME


@pytest.mark.parametrize(
    ("source", "method", "old", "new"),
    [
        (PRICES, "set", "= price", "= price.strip()"),
        (PRICES, "set", "= price", "= round(price)"),
        (PRICES, "set", "self._prices[name]", "name = name.lower(); self._prices[name]"),
        (PRICES, "get", "self._prices[name]", "self._prices[self._normal(name)]"),
        (STACK, "push", "self._items.append(item)", "if self._items[-1:] != [item] and item not in self._items: pass"),
        (
            STACK,
            "push",
            "self._items.append(item)",
            "self._open = False\n        if self._open: self._items.append(item)",
        ),
        (STACK, "pop", "return self._items.pop()", "self._open = True\n        return 1 if self._open else 2"),
        (TAGS, "add", "self._tags.append(tag)", "self._tags.append(tag.casefold())"),
    ],
)
def test_what_the_code_does_otherwise_on_purpose_is_no_promise(
    source: str, method: str, old: str, new: str, claims_of: ClaimsOf
) -> None:
    owner, teller = source.split("class ")[1].split(":")[0], {"get": "set", "pop": "push"}.get(method, method)
    assert old in source
    assert Evidence.DOCSTRING in evidence(claims_of(source, f"{owner}.{teller}")).values()
    tellers = {"get", "pop", "tag in self is true after add"}
    head, found, tail = source.partition(f"def {method}")
    changed = evidence(claims_of(head + found + tail.replace(old, new, 1), f"{owner}.{teller}"))
    assert [
        text for text, said in changed.items() if said is Evidence.DOCSTRING and text.split("(")[0] in tellers
    ] == []


def test_a_priority_queue_gives_its_smallest_item(claims_of: ClaimsOf) -> None:
    plain = HEAP.replace("class Heap:", 'class Heap:\n    """A priority queue."""\n')
    statement = "pop() gives the smallest of all that pop() gives later"
    assert evidence(claims_of(plain, "Heap.pop"))[statement] is Evidence.DOCSTRING
    by_heapq = plain.replace("self._items.append(item)", "heapq.heappush(self._items, item)").replace(
        "self._items.sort()\n        return self._items.pop(0)", "return heapq.heappop(self._items)"
    )
    assert evidence(claims_of(by_heapq, "Heap.pop"))[statement] is Evidence.DOCSTRING
    for other in (
        plain.replace("push(self, item)", "push(self, item, priority=0)"),
        plain.replace("queue.", "queue by key."),
    ):
        assert statement not in evidence(claims_of(other, "Heap.pop"))


STATED: list[tuple[str, str, str, str, str]] = [
    (STACK, "push", "pop() after push(item) gives item back", "Push item onto the top.", "Push an item on top."),
    (STACK, "push", "push(item) makes len(self) one more", "Push item onto the top.", "Add an item to the stack."),
    (
        STACK,
        "push",
        "pop() after push(item) gives item back",
        "Remove and return the top item.",
        "Return and remove the item on top.\n\n        Raises:\n            IndexError: If it is empty.\n        ",
    ),
    (STACK, "push", "pop() after push(item) gives item back", "the top item.", "the item that was pushed last."),
    (STACK, "push", "pop() after push(item) gives item back", "A pile of things.", "The items that were seen."),
    (STACK, "clear", "len(self) is 0 after clear()", "Remove all items.", "Empty the stack."),
    (STACK, "is_empty", "is_empty() is true exactly when len(self) is 0", "stack", "pile"),
    (
        STACK,
        "peek",
        "peek() leaves peek(), len(self), is_empty() and what pop() gives as before",
        "Return the top item without removing it.",
        "Return the top item without removing it, None if there is none.",
    ),
    (QUEUE, "enqueue", "enqueue(item) makes size() one more", "Put item at the end.", "Add an item to the queue."),
    (
        QUEUE,
        "enqueue",
        "calling dequeue() again and again after enqueue(item) gives item last",
        "Remove and return the first item.",
        "Remove the first item and return it.",
    ),
    (TAGS, "add", "tag in self is true after add(tag)", "Add a tag.", "Add an item."),
    (PRICES, "set", "get(name) after set(name, price) gives price back", "Set the price of", "Put a price under"),
    (
        PRICES,
        "set",
        "get(name) after set(name, price) gives price back",
        "the value under",
        "the value registered under",
    ),
    (
        HEAP,
        "pop",
        "pop() gives the smallest of all that pop() gives later",
        "smallest item.",
        "smallest item in the heap.",
    ),
]
"""A class, a method, what is claimed of it, and another way to say so."""


@pytest.mark.parametrize(("source", "method", "statement", "old", "new"), STATED)
def test_plain_docstrings_promise(
    source: str, method: str, statement: str, old: str, new: str, claims_of: ClaimsOf
) -> None:
    assert old in source
    owner = source.split("class ")[1].split(":")[0]
    for text in (source, source.replace(old, new)):
        assert evidence(claims_of(text, f"{owner}.{method}"))[statement] is Evidence.DOCSTRING


@pytest.mark.parametrize(
    ("source", "method", "old", "new"),
    [
        (STACK, "clear", "Remove all items.", "Remove all items but the pinned ones."),
        (STACK, "clear", "Return the number of items.", "Return the number of items ever held."),
        (STACK, "peek", "without removing it.", "without removing it, and forget all others."),
        (STACK, "peek", "is_empty", "looked"),
        (STACK.replace("Stack", "RecentStack"), "push", "", ""),
        (STACK, "is_empty", "the stack is empty.", "the stack is empty or closed."),
        (QUEUE, "enqueue", "Put item at the end.", "Put item at the end of the queue; children come first."),
        (TAGS, "add", "Add a tag.", "Add a tag; case is folded."),
        (TAGS, "add", "there is such a tag", "there is such an active tag"),
        (PRICES, "set", "Set the price of a name.", "Set the price of a name, in cents."),
        (PRICES, "set", "Set the price of a name.", "Put a price under a name; the first price of a name wins."),
        (PRICES, "set", "Return the value under a name.", "Return the value under a name as text."),
        (HEAP, "pop", "smallest item.", "smallest item of the oldest batch."),
    ],
)
def test_docstrings_that_say_more_promise_nothing(
    source: str, method: str, old: str, new: str, claims_of: ClaimsOf
) -> None:
    assert old in source
    owner = source.split("class ")[1].split(":")[0]
    assert Evidence.DOCSTRING not in evidence(claims_of(source.replace(old, new), f"{owner}.{method}")).values()


@pytest.mark.parametrize(
    ("source", "method"),
    [
        (STACK.replace("class Stack", "class PriorityQueue"), "PriorityQueue.push"),
        (STACK.replace("_items.append", "_items.add").replace("def pop", "def take"), "Stack.take"),
        ("class Box:\n    def open(self):\n        self._open = True\n", "Box.open"),
        (
            "class Cache:\n    def peek(self):\n        return 1\n    def get_all(self):\n        return 1\n",
            "Cache.peek",
        ),
    ],
)
def test_nothing_is_claimed_without_a_reason(source: str, method: str, claims_of: ClaimsOf) -> None:
    assert "pop() after push(item) gives item back" not in evidence(claims_of(source, method))
    assert not [claim for claim in claims_of(source, method) if claim.statement.startswith("peek()")]


def test_the_line_that_says_so_is_known(claims_of: ClaimsOf) -> None:
    source = 'class Pile:\n    def size(self):\n        return 1\n    def peek(self):\n        """Look.\n\n'
    source += '        Returns it without removing it.\n        """\n        return 1\n'
    (claim,) = [claim for claim in claims_of(source, "Pile.peek") if claim.kind == "state"]
    assert (claim.evidence, claim.spec_line) == (Evidence.DOCSTRING, 6)
