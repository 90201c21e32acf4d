import doctest
import math
import operator
import textwrap
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from refute.properties.abbreviations import matching
from refute.properties.calls import WrittenExample
from refute.properties.docstring_examples import find_examples
from refute.properties.modules import read_module
from refute.properties.property import Property
from refute.properties.units import FunctionUnit

UnitOf = Callable[..., FunctionUnit]
HEADER = "def f(x, y=0)"


@pytest.fixture
def examples(unit_of: UnitOf) -> Callable[..., list[WrittenExample]]:
    """The examples in a docstring of `f(x, y=0)`, or of another header."""

    def find(docstring: str, header: str = HEADER, names: tuple[str, ...] = ()) -> list[WrittenExample]:
        body = textwrap.indent(f'r"""{textwrap.dedent(docstring)}"""\nreturn x', "    ")
        return list(find_examples(unit_of(f"{header}:\n{body}\n"), names))

    return find


Examples = Callable[..., list[WrittenExample]]


@pytest.mark.parametrize(
    ("docstring", "arguments", "check"),
    [
        (">>> f(1)\n2", "1", "same(result, 2)"),
        (">>>f([1, 2])\n[3]", "[1, 2]", "same(result, [3])"),
        (
            ">>> import datetime as dt\n>>> f(dt.date(2024, 1, 2))\n2\n>>> f(dt.date(2024, 1, 2))\n2",
            "datetime.date(2024, 1, 2)",
            "same(result, 2)",
        ),
        (">>> f(1)\nset([1])", "1", "same(result, set([1])) or repr(result) == repr(set([1]))"),
        (">>> xs = [1]\n>>> f(xs)\n2", "[1]", "same(result, 2)"),
        (">>> r = f(1)\n>>> r\n2", "1", "same(result, 2)"),
        (">>> a = 1; f(a)\n2", "1", "same(result, 2)"),
        (">>> a = [1]; r = f(a); r\n2", "[1]", "same(result, 2)"),
        (">>> import datetime; f(datetime.date(2024, 1, 2))\n2", "datetime.date(2024, 1, 2)", "same(result, 2)"),
        (">>> f(1) == 2\nTrue", "1", "same(result, 2)"),
        (">>> f(1) == 2", "1", "same(result, 2)"),
        (">>> round(f(1), 2)\n0.33", "1", "same(round(result, 2), 0.33)"),
        (">>> sorted(f({1: 'a'}))\n['a']", "{1: 'a'}", "same(sorted(result), ['a'])"),
        (">>> print(f(1))\nhello", "1", "str(result).rstrip() == 'hello'"),
        ("Doc.\n\n>>> print(f(1))\n  a\n b", "1", "str(result).rstrip() == '  a\\n b'"),
        (
            ">>> print(f(1))  # doctest: +NORMALIZE_WHITESPACE\na 1\nbb   22",
            "1",
            "str(result).split() == ['a', '1', 'bb', '22']",
        ),
        (
            ">>> f(1)  # doctest: +NORMALIZE_WHITESPACE\n['a b',\n 'c']",
            "1",
            """same(result, ['a b', 'c']) or repr(result).split() == ["['a", "b',", "'c']"]""",
        ),
        (
            ">>> f(1)\n[datetime.date(2024, 2, 29),  None]",
            "1",
            "repr(result) in ('[datetime.date(2024, 2, 29),  None]', '[datetime.date(2024, 2, 29), None]')",
        ),
        (
            ">>> print(f(1))\na\n<BLANKLINE>\nb",
            "1",
            "[line.rstrip() for line in str(result).rstrip().split('\\n')] == ['a', '', 'b']",
        ),
        (
            ">>> print(f(1))\n<BLANKLINE>\nb",
            "1",
            "[line.rstrip() for line in str(result).rstrip().split('\\n')] == ['', 'b']",
        ),
        (">>> f(1)  # doctest: +ELLIPSIS\n0.33...", "1", "repr(result).startswith('0.33')"),
        (
            ">>> print(f(1))  # doctest: +ELLIPSIS\n<p>...</p>",
            "1",
            "str(result).startswith('<p>') and str(result).endswith('</p>') and len(str(result)) >= 7",
        ),
        (">>> f(1)  # doctest: +ELLIPSIS\n2", "1", "same(result, 2)"),
        (">>> assert f(1) == 2", "1", "same(result, 2)"),
        ("None if nothing.\n\n>>> f([])\n>>> f([1])\n1", "[]", "result is None"),
        (
            ">>> f(-1)\nTraceback (most recent call last):\n    ...\nValueError: no",
            "-1",
            "isinstance(error, ValueError)",
        ),
    ],
)
def test_doctests_are_read(docstring: str, arguments: str, check: str, examples: Examples) -> None:
    found = examples(docstring)[0]
    assert (found.arguments, found.check) == ((("x", arguments), ("y", "0")), check)


@pytest.mark.parametrize(
    "docstring",
    [
        ">>> f(1)\n<object at 0x1>",
        ">>> f(1)\n[1, ...]",
        ">>> f(1)  # doctest: +ELLIPSIS\n<Box object at ...>",
        ">>> f(1)  # doctest: +ELLIPSIS\n[{1, ...}, 2]",
        ">>> f(1)  # doctest: +ELLIPSIS\n[...]",
        ">>> print(f(1))  # doctest: +ELLIPSIS\na at 0x...",
        ">>> f(1)\na<BLANKLINE>",
        ">>> print(f(1))  # doctest: +ELLIPSIS\na\n<BLANKLINE>\nb...",
        ">>> f(1)  # doctest: +DONT_ACCEPT_BLANKLINE\n<BLANKLINE>",
        ">>> f(1)  # doctest: +SKIP\n2",
        ">>> f(unknown)\n2",
        ">>> f(g(1))\n2",
        ">>> xs = [1]\n>>> g(xs)\n>>> f(xs)\n2",
        ">>> xs = [1]; g(xs); f(xs)\n2",
        ">>> prepare('x'); a = 1\n>>> f(1)\n2",
        ">>> a = g(); f(1)\nTraceback (most recent call last):\n    ...\nValueError: no",
        ">>> f(1) + f(2)\n3",
        ">>> f(1)",
        ">>> f(1)\nSome text",
        "Here y may be None.\n\n>>> f(1)",
        ">>> prepare('x')\n>>> f(1)\n2",
        ">>> box = Box()\n>>> f(1) is box\nFalse",
        ">>> g(1)\n2",
        ">>> f(\n2",
    ],
)
def test_doctests_that_say_nothing_certain_are_left_out(docstring: str, examples: Examples) -> None:
    assert examples(docstring) == []


@pytest.mark.parametrize(
    ("docstring", "arguments", "check"),
    [
        ("f(1) == 2", "1", "same(result, 2)"),
        ("E.g. f(1) -> 2.", "1", "same(result, 2)"),
        ("f(1) => true", "1", "same(result, True)"),
        ("f('a b') ➞ 'b'", "'a b'", "same(result, 'b')"),
        ("f(1)  # 2", "1", "same(result, 2)"),
        ("f(1) returns -2 (one less).", "1", "same(result, -2)"),
        ("* f(1) = 2, because it is so", "1", "same(result, 2)"),
        ("f(1) should return None", "1", "same(result, None)"),
        ("``f(1)`` is 2", "1", "same(result, 2)"),
        ("f(3) -> 0.33", "3", "same(result, 0.33) or (isinstance(result, float) and same(round(result, 2), 0.33))"),
        ("f(1) -> [2]", "1", "isinstance(result, (list, tuple)) and same(list(result), [2])"),
        ("For x = 3 the output should be 4", "3", "same(result, 4)"),
        ('If x = "ab", the result is "ba".', "'ab'", "same(result, 'ba')"),
        ("Input: [4, 2]\nOutput: 2", "[4, 2]", "same(result, 2)"),
        ("Add one; f(1) is 2.", "1", "same(result, 2)"),
        ("Add one: f(1) gives 2", "1", "same(result, 2)"),
        ("Return True if x is prime, e.g. `f(3) == True`.", "3", "same(result, True)"),
        ("Add one, so f(1) returns 2.", "1", "same(result, 2)"),
        ("Add to what is in it\nf(1) ==> 2 # because 1 + 1 is 2", "1", "same(result, 2)"),
        ("for f(1) == 2", "1", "same(result, 2)"),
        ("r = f(1)  # 2", "1", "same(result, 2)"),
        ("f(1) -> [0.5, 2]", "1", "isinstance(result, (list, tuple)) and same(list(result), [0.5, 2])"),
        ("Input: x = 5\nOutput: 7", "5", "same(result, 7)"),
    ],
)
def test_examples_in_prose_are_read(docstring: str, arguments: str, check: str, examples: Examples) -> None:
    (found,) = examples(docstring)
    plain = found.check.removeprefix("isinstance(result, str) or (").removesuffix(")" * (found.check != check))
    assert (found.arguments[0], plain) == (("x", arguments), check)


@pytest.mark.parametrize(
    "docstring",
    [
        "f(1) = 2 + 3",
        "f(1) = 2 or 3",
        "f(1) -> 2, 3",
        "f(n) -> f(n - 1) + 1",
        "f(1) is not 2",
        "This does not mean that f(1) == 2.",
        "Unlike before, f(1) returns 2.",
        "f(1) -> ('a')",
        "f(1) -> 2 elements",
        "f(1) -> 50%",
        "f(1) -> 1.2.3",
        "f(1) -> {1, 2}",
        "f(a) -> 1",
        "g.f(1) == 2",
        "f(1) == 2\nf(1) == 3",
        "f(1) = 3\nf(2) = [1, 2]",
        "For z = 3 the output should be 4",
        "f(1) >= 2",
        'f(1) == ""a".',
        "Return the fee; f(2) is 6 for a rate of 3.",
        "Return the fee; f(2) is 6\nfor a rate of 3.",
        "The area, so f(2) is 12 where pi is taken as 3.",
        "With pi taken as 3, f(2) is 12.",
        "With pi taken as 3\nf(2) == 12",
        "With pi taken as 3:\n\n    f(2) == 12\n    f(3) == 27",
        "Callers wait while f(3) is False.",
        "Callers wait while\nf(3) is False.",
        "In strict mode f(1) is 2.",
        "f(1) would give 2 in strict mode.",
        "Earlier versions: f(1) gives 2.",
        "f([1, 2]) returns [[], [2], [1]] (in any order)",
        "The order is unspecified. f(2) == [1, 2]",
        "f(30)  # 30; the last chunk is smaller",
        "f(10)  # 10 (the size), and the default total",
        "f(1)  # 1. attempt",
        "f(2) is 13 (rounded)",
        "f(2) is 13 # roughly",
        "A random number; for example f(2) returns 7",
        "f(3) -> [[0, 1.41]]",
        "f(1) is 2 and f(2) is 3 if y is left out",
        "Example::\n\n    set_rate(3)\n    f(2)  # 6",
    ],
)
def test_prose_that_can_be_read_in_two_ways_is_left_out(docstring: str, examples: Examples) -> None:
    assert examples(docstring) == []


@pytest.mark.parametrize(
    ("returns", "check"),
    [
        (" -> str", None),
        (" -> str | None", None),
        (" -> Optional[str]", None),
        (" -> int", "same(result, 101)"),
        (" -> dict[str, int]", "same(result, 101)"),
        ("", "isinstance(result, str) or (same(result, 101))"),
    ],
)
def test_a_result_without_quotes_may_be_a_text(returns: str, check: str | None, unit_of: UnitOf) -> None:
    found = find_examples(unit_of(f"def f(n){returns}:\n    'Write it, e.g. f(5) -> 101.'\n    return 1\n"))
    assert [example.check for example in found] == ([check] if check else [])


def test_a_lazy_result_is_compared_as_a_list(unit_of: UnitOf) -> None:
    (found,) = find_examples(unit_of("def f(n) -> range:\n    'So f(2) -> [0, 1].'\n    return range(n)\n"))
    assert eval(found.check, {"same": operator.eq}, {"result": range(2)})


def test_numbers_of_a_list_may_be_rounded(examples: Examples) -> None:
    (found,) = examples("So f(3) is [0, 1, 1.41].")
    names = {"same": math.isclose}
    assert eval(found.check, names, {"result": [0.0, 1.0, 1.41421]})
    assert not eval(found.check, names, {"result": [0.0, 1.0, 1.43]})
    assert not eval(found.check, names, {"result": [0.0, 1.0]})


def test_examples_of_what_chance_decides_are_left_out(unit_of: UnitOf) -> None:
    assert find_examples(unit_of("def f(x):\n    'f(2) gives 3.'\n    return secrets.token_hex(x)\n")) == ()


def test_a_table_of_examples_is_read_line_by_line(examples: Examples) -> None:
    found = examples(
        "Add one.\nf(1) returns 2\nf(2) returns 3\n* f(3) returns 4\nf(4) returns 5 (odd), and f(5) returns 6"
    )
    assert [example.expected for example in found] == ["2", "3", "4", "5", "6"]


@pytest.mark.parametrize(
    "session",
    [
        ">>> first = f(1)\n>>> f(2)\n1",
        ">>> old = set_rate(3)\n>>> f(2)\n6",
        ">>> first = f(1)\n>>> second = f(2)\n>>> second\n1",
    ],
)
@pytest.mark.parametrize(("body", "found"), [("return seen.setdefault(x, len(seen))", 0), ("return math.ceil(x)", 1)])
def test_what_variables_of_the_module_remember_is_no_example(
    unit_of: UnitOf, session: str, body: str, found: int
) -> None:
    docstring = textwrap.indent(f'"""Do it.\n\n{session}\n"""', "    ")
    assert len(find_examples(unit_of(f"def f(x):\n{docstring}\n    {body}\n"))) == found


def test_a_tuple_that_an_annotation_promises_is_compared_exactly(examples: Examples) -> None:
    (found,) = examples("f(1) -> (1, 2)", "def f(x) -> tuple[int, int]")
    assert found.check == "same(result, (1, 2))"


@pytest.mark.parametrize("options", ["+ELLIPSIS", "+ELLIPSIS, +NORMALIZE_WHITESPACE"])
@given(
    st.lists(st.sampled_from(["a", "b", "...", " ", "\n"]), min_size=1).map("".join).filter(str.split),
    st.text("ab. \n"),
)
def test_abbreviated_results_match_as_in_doctest(options: str, want: str, got: str) -> None:
    assume("..." in want)
    assume(not any(line and not line.strip() for line in got.split("\n")))  # doctest takes these for empty ones
    is_loose = "NORMALIZE" in options
    check = matching("result", want, is_loose)
    assume(check is not None)
    flags = doctest.ELLIPSIS | (doctest.NORMALIZE_WHITESPACE if is_loose else 0)
    assert eval(check or "", {"result": got}) == doctest.OutputChecker().check_output(f"{want}\n", f"{got}\n", flags)


def test_keywords_and_defaults_are_bound(examples: Examples) -> None:
    (found,) = examples(">>> f(y=2, x=1)\n3")
    assert found.arguments == (("x", "1"), ("y", "2"))


def test_calls_that_do_not_fit_the_signature_are_left_out(examples: Examples) -> None:
    assert examples(">>> f(1, 2, 3)\n3\n>>> f(z=1)\n4\n>>> f()\n5") == []


@pytest.mark.parametrize(
    ("header", "call", "arguments"),
    [
        ("def f(x, *rest)", "f({'a': 1}, 'a', 2)", (("x", "{'a': 1}"), ("rest", "('a', 2)"))),
        ("def f(x, *rest)", "f(1)", (("x", "1"),)),
        ("def f(x, y=0, *rest, z=3)", "f(1, 2, 5, z=4)", (("x", "1"), ("y", "2"), ("rest", "(5,)"), ("z", "4"))),
        ("def f(*rest)", "f(1, 2)", (("rest", "(1, 2)"),)),
    ],
)
def test_further_positional_arguments_are_bound(
    examples: Examples, header: str, call: str, arguments: tuple[tuple[str, str], ...]
) -> None:
    (found,) = examples(f">>> {call}\n3", header)
    assert found.arguments == arguments


def test_further_arguments_that_are_not_values_are_left_out(examples: Examples) -> None:
    assert examples(">>> f(1, *[2])\n3\n>>> f(1, unknown)\n4", "def f(x, *rest)") == []


def test_a_method_is_given_further_arguments(unit_of: UnitOf) -> None:
    docstring = '"Do it.\\n\\n>>> Box().f(1, 2)\\n3"'
    unit = unit_of(f"class Box:\n    def f(self, *rest):\n        {docstring}\n")
    assert [example.arguments for example in find_examples(unit, ("Box",))] == [(("self", "Box()"), ("rest", "(1, 2)"))]


def test_classes_of_the_module_are_values(examples: Examples) -> None:
    assert examples(">>> f(Point(1, 2))\nPoint(2, 1)") == []
    assert len(examples(">>> f(Point(1, 2))\nPoint(2, 1)", names=("Point",))) == 1


STACK = '''
class Stack:
    """A stack.

    >>> s = Stack()
    >>> s.push(3)
    >>> s.push(4)
    >>> s.top()
    4
    >>> s.items
    [3, 4]
    """

    def push(self, item):
        """Push.

        {session}
        """
        self.items.append(item)

    def top(self):
        return self.items[-1]
'''
SESSIONS: list[tuple[str, list[tuple[str, str]]]] = [
    (
        ">>> s = Stack([1])\n>>> s.push(2)\n>>> s.items\n[1, 2]",
        [("Stack([1])", "same([(s := Stack([1])), s.push(2)][0].items, [1, 2])")],
    ),
    (
        ">>> s = Stack()\n>>> s.push(2)\n>>> s.push(3)\n>>> len(s)\n2",
        [("[(s := Stack()), s.push(2)][0]", "same(len([(s := Stack()), s.push(2), s.push(3)][0]), 2)")],
    ),
    (">>> s = Stack()\n>>> s.top()\n>>> s.push(2)\n3", [("[(s := Stack()), s.top()][0]", "same(result, 3)")]),
    (
        ">>> s = Stack()\n>>> for i in (1, 2):\n...     s.push(i)\n>>> s.top()\n2",
        [("[(s := Stack()), s.push(1)][0]", "same([(s := Stack()), s.push(1), s.push(2)][0].top(), 2)")],
    ),
    (
        ">>> s = Stack()\n>>> s[0] = 1\n>>> s.push(2)\n3",
        [("[(s := Stack()), s.__setitem__(0, 1)][0]", "same(result, 3)")],
    ),
    (
        ">>> s = Stack()\n>>> s.push(2)\nTraceback (most recent call last):\nValueError\n>>> s.items\n[]",
        [("Stack()", "isinstance(error, ValueError)")],
    ),
    (">>> s = Stack()\n>>> s.items = [1]\n>>> s.push(2)\n3", []),
    (">>> s = Stack()\n>>> t = s\n>>> t.push(2)\n>>> s.items\n[2]", []),
    (">>> items = [1]\n>>> s = Stack(items)\n>>> items.append(2)\n>>> s.push(2)\n3", []),
    (">>> items = [1]\n>>> s = Stack()\n>>> s.push(items)\n>>> items.append(2)\n>>> s.items\n[1, 2]", []),
    (">>> s = Stack()\n>>> s.push(unknown)\n>>> s.items\n[2]", []),
    (">>> s = Stack()\n>>> s.top()\n>>> print(s.items)\n[]", []),
    (">>> s = Stack()\n>>> setup()\n>>> s.push(2)\n3", []),
    (">>> s, t = Stack(), Stack()\n>>> s.merge(t)\n>>> s.push(2)\n3", []),
]
"""A session in the docstring of `push`, and the instance and the check of each of its examples."""


@pytest.mark.parametrize(("session", "expected"), SESSIONS)
def test_what_was_done_to_an_instance_is_replayed(
    unit_of: UnitOf, session: str, expected: list[tuple[str, str]]
) -> None:
    unit = unit_of(STACK.format(session=session.replace("\n", "\n        ")), "Stack.push")
    found = find_examples(unit, ("Stack",))
    assert [(dict(each.arguments)["self"], each.check) for each in found] == expected


def test_the_session_of_a_class_is_about_the_method_that_was_called_last(unit_of: UnitOf) -> None:
    source = STACK.format(session="")
    module = read_module(source)
    (pushed,) = find_examples(unit_of(source, "Stack.push"), ("Stack",), module)
    (shown,) = find_examples(unit_of(source, "Stack.top"), ("Stack",), module)
    assert (shown.call, shown.expected, shown.line) == ("s = Stack(); s.push(3); s.push(4); s.top()", "4", 7)
    assert pushed.shows == ("s.items", "[(s := Stack()), s.push(3), s.push(4), s.top()][0].items")
    assert (pushed.arguments[0][1], pushed.arguments[1][1]) == ("[(s := Stack()), s.push(3)][0]", "4")


def test_the_session_of_a_class_may_call_another_class(unit_of: UnitOf) -> None:
    session = ">>> Stack().top()\n    1\n    >>> Pile().top()\n    2"
    source = STACK.format(session="").replace(">>> s = Stack()", f"{session}\n    >>> s = Pile()")
    found = find_examples(unit_of(source, "Stack.top"), ("Stack", "Pile"), read_module(source))
    assert [each.call for each in found] == ["Stack().top()"]


@pytest.mark.parametrize("shared", ["count = [0]", "def make(cls):\n        cls.last = 1"])
def test_instances_that_share_something_are_not_replayed_alone(unit_of: UnitOf, shared: str) -> None:
    session = (
        ">>> s, t = Stack(), Stack()\n        >>> t.push(1)\n        >>> s.top()\n        >>> s.push(2)\n        3"
    )
    source = STACK.format(session=session).replace(">>> s.items", "")
    assert len(find_examples(unit_of(source, "Stack.push"), ("Stack",), read_module(source))) == 1
    source = source.replace("    def push", f"    {shared}\n\n    def push")
    assert find_examples(unit_of(source, "Stack.push"), ("Stack",), read_module(source)) == ()


@pytest.mark.parametrize(
    ("session", "checks"),
    [
        (">>> a, b = f(1)\n>>> a\n1\n>>> b\n2", ["same(result[0], 1)", "same(result[1], 2)"]),
        (
            ">>> for x in [1, 2]:\n...     print(f(x))\n1\n2",
            ["str(result).rstrip() == '1'", "str(result).rstrip() == '2'"],
        ),
        (">>> for x in [1, 2]:\n...     print(f(x))\n1\n2\n3", []),
        (">>> for x in values:\n...     print(f(x))\n1\n2", []),
        (">>> [f(x) for x in (1, 2)]\n[3, 4]", ["same(result, 3)", "same(result, 4)"]),
        (">>> [f(x) for x in range(3)]\n[3, 4]", []),
        (">>> [f(x) for x in range(3) if x]\n[3, 4]", []),
    ],
)
def test_loops_and_comprehensions_are_single_calls(examples: Examples, session: str, checks: list[str]) -> None:
    assert sorted(each.check for each in examples(session)) == checks


@pytest.mark.parametrize(
    ("session", "instance", "check"),
    [
        (">>> Box(4).half\n2", "Box(4)", "same(result, 2)"),
        (">>> box = Box(4)\n>>> box.half\n2", "Box(4)", "same(result, 2)"),
        (">>> half = Box(4).half\n>>> half == 2\nTrue", "Box(4)", "same(result, 2)"),
        (">>> round(Box(4).half, 1)\n2.0", "Box(4)", "same(round(result, 1), 2.0)"),
        (">>> Box(4).half is None\nFalse", "Box(4)", "same(result is None, False)"),
        (">>> print(Box(4).half.label)\ntwo", "Box(4)", "str(result.label).rstrip() == 'two'"),
        (
            ">>> Box('a').half\nTraceback (most recent call last):\n    ...\nTypeError: no",
            "Box('a')",
            "isinstance(error, TypeError)",
        ),
    ],
)
@pytest.mark.parametrize("decorator", ["property", "functools.cached_property"])
def test_a_property_is_read_from_an_instance(
    unit_of: UnitOf, decorator: str, session: str, instance: str, check: str
) -> None:
    (found,) = find_examples(_member(unit_of, f"@{decorator}", session), ("Box",))
    assert (found.arguments, found.check) == ((("self", instance),), check)


@pytest.mark.parametrize(
    "session",
    [
        ">>> Box.half\n2",
        ">>> Other(4).half\n2",
        ">>> Box(4).half + Other(4).half\n4",
        ">>> Box(unknown).half\n2",
        ">>> box = Box(4)\n>>> box.size = 6\n>>> box.half\n3",
        ">>> box = Box(4)\n>>> box.grow(unknown)\n>>> box.half\n3",
        ">>> box.half\n2",
    ],
)
def test_properties_of_what_is_not_known_are_left_out(unit_of: UnitOf, session: str) -> None:
    assert find_examples(_member(unit_of, "@property", session), ("Box", "Other")) == ()


def _member(unit_of: UnitOf, decorator: str, session: str) -> FunctionUnit:
    """The member `half` of a class `Box`, with a session in its docstring."""
    docstring = textwrap.indent(f'"""Give half.\n\n{session}\n"""', "        ")
    header = f"import functools\n\nclass Box:\n    {decorator}\n    def half(self):\n"
    return unit_of(f"{header}{docstring}\n        return self.size / 2\n")


COLOR = """
import enum
from enum import Enum, auto

class Base(Enum):
    def twice(self): return self

class Color(Base):
    RED = 1
    BLUE = auto()
    helper = lambda self: 1
    _hidden = 3
    made = make()

    def flip(self):
        'Flip it.\\n\\n{session}'
        return self

    @property
    def label(self):
        'Name it.\\n\\n{session}'
        return self.name

class Plain:
    RED = 1

    def flip(self):
        return self

def f(x):
    'Do it.\\n\\n{session}'
    return x
"""


@pytest.mark.parametrize(
    ("qualname", "session", "argument", "check"),
    [
        ("Color.flip", ">>> Color.RED.flip()\n<Color.BLUE: 2>", "Color.RED", "same(result, Color.BLUE)"),
        ("Color.flip", ">>> Color.RED.flip() is Color.BLUE\nTrue", "Color.RED", "result is Color.BLUE"),
        ("Color.flip", ">>> assert Color.RED.flip() is Color.BLUE", "Color.RED", "result is Color.BLUE"),
        ("Color.flip", ">>> c = Color.RED\n>>> c.flip().name\n2", "Color.RED", "same(result.name, 2)"),
        ("Color.label", ">>> Color.RED.label\n3", "Color.RED", "same(result, 3)"),
        ("f", ">>> f(1)\n[<Color.RED: 1>, None]", "1", "same(result, [Color.RED, None])"),
        ("f", ">>> f(Color.RED)\n{1: <Color.BLUE: 2>}", "Color.RED", "same(result, {1: Color.BLUE})"),
    ],
)
def test_members_of_enums_are_values(
    claims_of: Callable[..., tuple[Property, ...]], qualname: str, session: str, argument: str, check: str
) -> None:
    claims = claims_of(COLOR.replace("{session}", session.replace("\n", "\\n")), qualname)
    (found,) = [claim for claim in claims if claim.kind == "example"]
    assert found.example is not None
    assert (found.example[0][1], found.check) == (argument, check)


@pytest.mark.parametrize(
    ("qualname", "session"),
    [
        ("Color.flip", ">>> Color.helper.flip()\n1"),
        ("Color.flip", ">>> Color._hidden.flip()\n1"),
        ("Color.flip", ">>> Color.made.flip()\n1"),
        ("Color.flip", ">>> Color.GREEN.flip()\n1"),
        ("Color.flip", ">>> Plain.RED.flip()\n1"),
        ("Base.twice", ">>> Color.RED.twice()\n1"),
        ("f", ">>> f(1)\n<Plain.RED: 1>"),
        ("f", ">>> f(1)\n<Color.GREEN: 1>"),
        ("f", ">>> f(1) is Plain.RED\nTrue"),
        ("f", '>>> f(1)\n["<Color.RED: 1>", <Color.RED: 1>]'),
    ],
)
def test_what_may_be_no_member_is_left_out(
    claims_of: Callable[..., tuple[Property, ...]], qualname: str, session: str
) -> None:
    claims = claims_of(COLOR.replace("{session}", session.replace("\n", "\\n")), qualname)
    assert [claim for claim in claims if claim.kind == "example"] == []


def test_examples_stand_on_their_lines(examples: Examples) -> None:
    found = examples("Doc.\n\n>>> f(1)\n2\n\nf(3) == 4")
    assert [(e.line, e.exact) for e in found] == [(3, True), (6, False)]


@given(
    st.lists(st.sampled_from(["f(", "1", ")", " == ", "->", "\n", ">>> ", "[", "'", ",", "x = ", "Input: ", "\\", "."]))
)
def test_any_docstring_is_searched_without_an_exception(pieces: list[str]) -> None:
    from refute.properties.parsing import parse_units
    from refute.properties.units import Snapshot

    text = f"def f(x, y=0):\n    {''.join(pieces)!r}\n    return 1\n"
    for unit in parse_units(Snapshot("file:///m.py", None, text)).units:
        find_examples(unit)
