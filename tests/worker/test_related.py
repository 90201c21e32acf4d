from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample
from hypothesis.strategies import SearchStrategy

from refute.worker.related import Plain, Relations, plain

WORDS = "text('abcdeABCDExyz', min_size=1, max_size=12)"
NUMBERS = "lists(integers(0, 1000), min_size=2, max_size=10)"
NUMBER = "integers(0, 1000)"


def inputs(**texts: str) -> SearchStrategy[dict[str, Any]]:
    """Arguments as a worker draws them."""
    scope = {name: getattr(st, name) for name in st.__all__}
    relations = Relations(texts)

    @st.composite
    def arguments(draw: st.DrawFn) -> dict[str, Any]:
        values = {name: draw(eval(text, scope)) for name, text in texts.items()}
        relations.relate(draw, values)
        return values

    return arguments()


@given(inputs(a=WORDS, b=WORDS, c="text('abc', max_size=3)"))
def test_texts_keep_to_their_alphabet_and_length(values: dict[str, str]) -> None:
    assert 1 <= len(values["a"]) <= 12
    assert 1 <= len(values["b"]) <= 12
    assert set(values["a"] + values["b"]) <= set("abcdeABCDExyz")
    assert set(values["c"]) <= set("abc")
    assert len(values["c"]) <= 3


@given(inputs(items=NUMBERS, others=NUMBERS, one=NUMBER))
def test_lists_keep_to_their_elements_and_length(values: dict[str, Any]) -> None:
    for items in (values["items"], values["others"]):
        assert 2 <= len(items) <= 10
        assert all(0 <= item <= 1000 for item in items)
    assert 0 <= values["one"] <= 1000


@given(
    inputs(
        items="lists(lists(integers(0, 9), max_size=3), max_size=4)",
        same="lists(lists(integers(0, 9), max_size=3), max_size=4)",
    )
)
def test_related_arguments_share_no_object(values: dict[str, list[list[int]]]) -> None:
    assert not {id(inner) for inner in values["items"]} & {id(inner) for inner in values["same"]}


OPTIONAL = "one_of(none(), text(max_size=5))"
MIXED = "one_of(integers(0, 9), text(), booleans())"
NAMED = "one_of(text('ab', max_size=3), sampled_from(['none', 7]))"


@given(
    inputs(
        a=OPTIONAL, b="text()", c=MIXED, d=NAMED, keys=f"dictionaries({OPTIONAL}, integers())", all=f"lists({MIXED})"
    )
)
def test_what_may_be_no_text_at_all_is_related_where_it_is_one(values: dict[str, Any]) -> None:
    assert values["a"] is None or isinstance(values["a"], str)
    assert isinstance(values["b"], str)
    assert isinstance(values["c"], (str, int))
    assert values["d"] == 7 or isinstance(values["d"], str)


RELATED: dict[str, tuple[dict[str, str], Callable[[dict[str, Any]], bool]]] = {
    "equal": ({"a": WORDS, "b": WORDS}, lambda v: len(v["a"]) > 3 and v["a"] == v["b"]),
    "a part": ({"a": WORDS, "b": WORDS}, lambda v: 2 < len(v["b"]) < len(v["a"]) and v["b"] in v["a"]),
    "a rotation": (
        {"a": WORDS, "b": WORDS},
        lambda v: len(set(v["a"])) > 3 and v["a"] != v["b"] and len(v["a"]) == len(v["b"]) and v["b"] in 2 * v["a"],
    ),
    "another order": (
        {"items": NUMBERS, "others": NUMBERS},
        lambda v: len(v["items"]) > 3 and v["items"] != v["others"] and sorted(v["items"]) == sorted(v["others"]),
    ),
    "an element": ({"items": NUMBERS, "one": NUMBER}, lambda v: v["one"] > 50 and v["one"] in v["items"]),
    "a palindrome": ({"a": WORDS}, lambda v: len(set(v["a"])) > 2 and v["a"] == v["a"][::-1]),
    "in order, with repetitions": (
        {"items": NUMBERS},
        lambda v: len(v["items"]) > 4 and 1 < len(set(v["items"])) < 4 and v["items"] == sorted(v["items"]),
    ),
    "the other way": (
        {"items": NUMBERS},
        lambda v: len(set(v["items"])) > 4 and v["items"] == sorted(v["items"])[::-1],
    ),
    "a palindrome or a word": (
        {"a": f"one_of({WORDS}, sampled_from(['oh', 'word']))"},
        lambda v: len(set(v["a"])) > 2 and v["a"] == v["a"][::-1],
    ),
    "repetitions": ({"items": NUMBERS}, lambda v: len(v["items"]) > 4 and 1 < len(set(v["items"])) < 3),
}


@pytest.mark.parametrize("relation", RELATED)
def test_arguments_that_have_to_do_with_each_other_come_up(relation: str) -> None:
    texts, holds = RELATED[relation]
    found = find(inputs(**texts), holds, settings=settings(max_examples=2000, database=None, derandomize=True))
    assert holds(found)


def test_without_a_relation_such_arguments_do_not_come_up() -> None:
    texts, holds = RELATED["a rotation"]
    apart = st.fixed_dictionaries({name: st.text("abcdeABCDExyz", min_size=1, max_size=12) for name in texts})
    with pytest.raises(NoSuchExample):
        find(apart, holds, settings=settings(max_examples=2000, database=None, derandomize=True))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("lists(integers(0, 9), max_size=5)", Plain("lists", "integers(0, 9)", 0, 5)),
        ("text()", Plain("text", "", 0, None)),
        ("one_of(text('ab'), sampled_from(['c']))", Plain("text", "'ab'", 0, None, frozenset("ab"))),
        ("one_of(sampled_from(['c']), text())", Plain("text", "", 0, None)),
        ("one_of(text(characters(max_codepoint=99)), sampled_from(['ø']))", None),
        ("one_of(lists(integers()), sampled_from([[]]))", None),
        ("lists(integers(), unique=True)", None),
        ("lists(integers()).map(sorted)", None),
        ("from_regex('a+')", None),
        ("lists(integers(), min_size=n)", None),
        ("lists(", None),
    ],
)
def test_only_strategies_that_allow_any_elements_are_plain(text: str, meant: Plain | None) -> None:
    assert plain(text) == meant


NAMES = "dictionaries(one_of(text('abAB', max_size=2), text('abcde', max_size=20)), integers(0, 9), max_size=4)"


@pytest.mark.parametrize(
    ("texts", "met"),
    [
        (
            {"stock": NAMES, "name": "text('abcdeAB', max_size=20)"},
            "len(name) > 1 and name in stock",
        ),
        ({"stock": NAMES, "order": NAMES.replace("0, 9", "1, 9")}, "len(stock.keys() & order.keys()) > 2"),
    ],
)
def test_keys_of_dictionaries_are_met_again(texts: dict[str, str], met: str) -> None:
    def is_met(values: dict[str, Any]) -> bool:
        return bool(eval(met, dict(values)))

    find(inputs(**texts), is_met, settings=settings(max_examples=300, database=None))


@given(inputs(stock=NAMES, order=NAMES.replace("0, 9", "1, 9")))
def test_a_dictionary_keeps_its_own_values_and_size(values: dict[str, Any]) -> None:
    assert all(1 <= value <= 9 for value in values["order"].values())
    assert len(values["order"]) <= 4
