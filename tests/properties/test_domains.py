import collections
import datetime as dt
import enum
import textwrap
import typing
from collections.abc import Callable, Mapping

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from refute.properties.domain import Domain
from refute.properties.domains import infer_domain
from refute.properties.evidence import Evidence
from refute.properties.parsing import parse_units
from refute.properties.prompts import parse_calls
from refute.properties.units import Snapshot
from refute.properties.widening import with_calls

DomainOf = Callable[..., Domain]
Evaluated = Callable[..., SearchStrategy[object]]
Inputs = Callable[..., tuple[Domain, list[Mapping[str, object]]]]


@pytest.fixture
def inputs(domain_of: DomainOf, evaluated: Evaluated) -> Inputs:
    """The domain of the last unit of a module, and inputs drawn from it, the module really executed."""

    def draw(source: str) -> tuple[Domain, list[Mapping[str, object]]]:
        domain = domain_of(source)
        module: dict[str, object] = {}
        exec(textwrap.dedent(source), module)
        strategies = {p.name: evaluated(p.strategy, module) for p in domain.parameters}
        drawn: list[Mapping[str, object]] = []

        @settings(max_examples=40, database=None, derandomize=True, deadline=None, phases=[Phase.generate])
        @given(st.fixed_dictionaries(strategies))
        def collect(arguments: dict[str, object]) -> None:
            if domain.precondition is None or eval(domain.precondition, module, arguments):
                drawn.append(arguments)

        collect()
        assert drawn
        return domain, drawn

    return draw


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        ("int", int),
        ("float", float),
        ("bool", bool),
        ("str", str),
        ("bytes", bytes),
        ("complex", complex),
        ("None", type(None)),
        ("'int'", int),
        ("list[int]", list),
        ("List['int']", list),
        ("Sequence[str]", list),
        ("Iterable[int]", list),
        ("set[int]", set),
        ("FrozenSet[int]", frozenset),
        ("collections.deque", collections.deque),
        ("tuple[int, ...]", tuple),
        ("Tuple[int, str]", tuple),
        ("dict[str, int]", dict),
        ("Mapping[str, list[float]]", dict),
        ("datetime.date", dt.date),
        ("datetime.datetime", dt.datetime),
        ("datetime.timedelta", dt.timedelta),
        ("Color", enum.Enum),
        ("Point", tuple),
        ("Account", object),
        ("Movie", dict),
        ("UserId", int),
        ("Vector", list),
        ("T", int),
        ("Annotated[int, 'x']", int),
        ("range", range),
    ],
)
def test_annotations_give_values_of_their_type(annotation: str, kind: type, inputs: Inputs) -> None:
    domain, drawn = inputs(
        f"""
        from __future__ import annotations
        import collections, datetime
        from collections.abc import Iterable, Mapping, Sequence
        from dataclasses import dataclass
        from enum import Enum
        from typing import Annotated, FrozenSet, List, NamedTuple, NewType, Tuple, TypedDict, TypeVar
        T = TypeVar("T")
        UserId = NewType("UserId", int)
        Vector = list[float]
        class Color(Enum):
            RED = 1
            BLUE = 2
        class Point(NamedTuple):
            x: int
            y: int = 0
        class Movie(TypedDict, total=False):
            name: str
        @dataclass
        class Account:
            owner: str
            parent: Account | None = None
        def f(value: {annotation}): return value
        """
    )
    assert domain.parameters[0].evidence is Evidence.TYPE
    assert all(isinstance(arguments["value"], kind) for arguments in drawn)


def test_unions_optionals_and_literals_give_each_of_their_values(inputs: Inputs) -> None:
    source = "from typing import *\ndef f(a: Optional[int], b: 'int | str', c: Literal['x', 2]): return a"
    _, drawn = inputs(source)
    assert {type(arguments["a"]) for arguments in drawn} == {type(None), int}
    assert {type(arguments["b"]) for arguments in drawn} == {int, str}
    assert {arguments["c"] for arguments in drawn} == {"x", 2}


def test_callables_can_be_called(inputs: Inputs) -> None:
    _, drawn = inputs("from typing import Callable\ndef f(key: Callable[[int], bool]): return key")
    assert all(isinstance(typing.cast(Callable[[int], bool], arguments["key"])(1), bool) for arguments in drawn)


def test_floats_are_finite(inputs: Inputs) -> None:
    _, drawn = inputs("def f(x: float): return x")
    assert all(abs(typing.cast(float, arguments["x"])) <= 1000 for arguments in drawn)


def test_instances_fulfil_the_guards_of_their_constructor(inputs: Inputs) -> None:
    domain, drawn = inputs(
        """
        class Range:
            def __init__(self, low: int, high: int):
                if low > high:
                    raise ValueError("empty")
                self.low, self.high = low, high
            def size(self) -> int:
                return self.high - self.low
        """
    )
    assert domain.parameters[0].name == "self"
    assert all(vars(arguments["self"])["low"] <= vars(arguments["self"])["high"] for arguments in drawn)


def test_post_init_guards_count_for_dataclasses(inputs: Inputs) -> None:
    _, drawn = inputs(
        """
        from dataclasses import dataclass, field
        @dataclass
        class Account:
            balance: int
            tags: list[str] = field(default_factory=list)
            def __post_init__(self):
                if self.balance < 0:
                    raise ValueError
            def double(self): return self.balance * 2
        """
    )
    assert all(vars(arguments["self"])["balance"] >= 0 for arguments in drawn)


def test_guards_about_arguments_that_are_left_out_see_their_defaults(inputs: Inputs) -> None:
    _, drawn = inputs(
        """
        class Ordered:
            def __init__(self, low: int, key=None, strict=object()):
                if key is not None or strict is None or low < 0:
                    raise ValueError
                self.low = low
            def up(self): return self.low + 1
        """
    )
    assert all(vars(arguments["self"])["low"] >= 0 for arguments in drawn)


def test_what_ord_refuses_is_not_drawn(inputs: Inputs) -> None:
    _, drawn = inputs("def f(letter: str) -> int: return ord(letter)")
    assert all(len(str(arguments["letter"])) == 1 for arguments in drawn)


@pytest.mark.parametrize("base", ["Protocol", "ABC"])
def test_classes_that_cannot_be_made_have_no_strategy(base: str, domain_of: DomainOf) -> None:
    source = f"""
        from abc import ABC, abstractmethod
        from typing import Protocol
        class A({base}):
            @abstractmethod
            def g(self): ...
        def f(a: A): return a
    """
    assert domain_of(source).parameters[0].strategy == "nothing()"


@pytest.mark.parametrize(
    ("docstring", "allowed"),
    [
        ("Take a positive integer n.", "n > 0"),
        ("n is a non-negative integer.", "n >= 0"),
        ("n must be positive.", "n > 0"),
        ("Take n, 1 <= n <= 20.", "1 <= n <= 20"),
        ("Constraints: 0 <= num <= 5", "n >= 0"),
        ("n is between 3 and 7.", "3 <= n <= 7"),
        ("n should not be less than 4.", "n >= 4"),
        ("n is less than 10.", "n < 10"),
        ("n is at most 8.", "n <= 8"),
        ("Args:\n        n: a number from 2 to 6", "2 <= n <= 6"),
        ("Args:\n        n (int): positive", "isinstance(n, int)"),
        (":param n: a negative number", "n < 0"),
    ],
)
def test_numbers_are_bounded_by_what_the_docstring_says(docstring: str, allowed: str, inputs: Inputs) -> None:
    _, drawn = inputs(f'def f(n: int):\n    """{docstring}"""\n    return n')
    assert [a["n"] for a in drawn if not eval(allowed, {"n": a["n"]})] == []


@pytest.mark.parametrize(
    "docstring",
    [
        "Return 0 if n is negative.",
        "Whether n is positive.",
        "Return -1 when n < 0.",
        "The result is between 1 and 3.",
        "Raises ValueError unless n is negative.",
        "Return a positive integer.",
    ],
)
def test_cases_that_are_only_spoken_of_do_not_narrow(docstring: str, inputs: Inputs) -> None:
    _, drawn = inputs(f'def f(value: int):\n    """{docstring.replace(" n ", " value ")}"""\n    return value')
    values = [typing.cast(int, arguments["value"]) for arguments in drawn]
    assert min(values) < -3
    assert max(values) > 3


@pytest.mark.parametrize(
    ("docstring", "allowed"),
    [
        ("Take a list of integers.", "all(isinstance(e, int) for e in v)"),
        ("Given a non-empty list of strings, join.", "v and all(isinstance(e, str) for e in v)"),
        ("Sum a list of positive integers x.", "all(e > 0 for e in v)"),
        ("Given a sorted list x of numbers.", "v == sorted(v)"),
        ("Given a list of numbers (of length at least two).", "len(v) >= 2"),
        ("Given an array of non-negative integers.", "all(e >= 0 for e in v)"),
        ("x is a list of lists of integers.", "all(isinstance(e, list) for e in v)"),
        ("Takes a dictionary of str to int.", "all(isinstance(e, int) for e in v.values())"),
        ("Takes a string.", "isinstance(v, str)"),
        ("Takes a lowercase string x.", "v == v.lower()"),
        ("Given a word.", "v.isalpha()"),
        ('x is a string of "<" and ">".', 'set(v) <= {"<", ">"}'),
        ("Takes a string which contains only square brackets.", 'set(v) <= {"[", "]"}'),
        ("Parameters\n    ----------\n    x : list of float\n", "all(isinstance(e, float) for e in v)"),
        (":type x: list of str\n    :param x: them", "all(isinstance(e, str) for e in v)"),
        (":param list[int] x: them", "all(isinstance(e, int) for e in v)"),
        ("Parameters\n    ----------\n    x : {'a', 'b'}\n", 'v in {"a", "b"}'),
        ("Return the sum.\n\n    >>> f([1.5])\n    1.5\n", "all(isinstance(e, float) for e in v)"),
    ],
)
def test_docstrings_give_types_to_parameters_without_annotation(docstring: str, allowed: str, inputs: Inputs) -> None:
    domain, drawn = inputs(f'def f(x):\n    """{docstring}"""\n    return x')
    assert domain.parameters[0].evidence >= Evidence.DOCSTRING
    assert [a["x"] for a in drawn if not eval(allowed, {"v": a["x"]})] == []


@pytest.mark.parametrize(
    "header",
    [
        'f(date: str):\n    """Check a date string."""',
        'f(s: str):\n    """Takes a string that represents a fraction."""',
        'f(num):\n    """Takes a hexadecimal number as a string."""',
        "f(thing):",
        'f(s):\n    """Decode an encoded string."""',
    ],
)
def test_what_has_an_unknown_form_has_no_strategy(header: str, domain_of: DomainOf) -> None:
    (parameter,) = domain_of(f"def {header}\n    return 1\n").parameters
    assert (parameter.strategy, parameter.evidence) == ("nothing()", Evidence.GUESS)


def test_examples_give_the_form_that_the_docstring_leaves_open(inputs: Inputs) -> None:
    domain, drawn = inputs(
        'def f(date: str):\n    """Check a date string.\n\n    f("2024-01-31") == 1\n    """\n    return 1'
    )
    assert domain.parameters[0].evidence is Evidence.EXAMPLE
    assert all(dt.date.fromisoformat(str(arguments["date"])) for arguments in drawn)
    assert domain.examples == ((("date", "'2024-01-31'"),),)


def test_guards_limit_the_domain_unless_their_exception_is_documented(domain_of: DomainOf) -> None:
    guarded = "    if low > high:\n        raise ValueError('empty')\n    return low\n"
    header = "def f(low: int, high: int):\n"
    assert domain_of(header + guarded).precondition == "low <= high"
    documented = '    """Doc.\n\n    Raises:\n        ValueError: if low > high\n    """\n'
    assert domain_of(header + documented + guarded).precondition is None


def test_simple_guards_become_part_of_the_strategy(inputs: Inputs) -> None:
    domain, drawn = inputs(
        """
        def f(items: list[int], n: int, mode: str):
            if not items or n <= 0 or len(items) > 5:
                raise ValueError
            if not isinstance(n, int):
                raise TypeError
            if mode not in ("a", "b"):
                raise ValueError
            return items
        """
    )
    assert domain.precondition is None
    assert all(
        1 <= len(typing.cast(list[int], a["items"])) <= 5 and typing.cast(int, a["n"]) > 0 and a["mode"] in {"a", "b"}
        for a in drawn
    )


def test_what_raises_as_documented_is_tried_too(inputs: Inputs) -> None:
    docstring = '"""Do.\n\n    Raises ValueError if n is negative.\n    """'
    _, drawn = inputs(f"def f(n):\n    {docstring}\n    if n < 0:\n        raise ValueError\n    return n\n")
    assert any(typing.cast(int, arguments["n"]) < 0 for arguments in drawn)


@pytest.mark.parametrize(
    ("annotation", "said", "condition", "promised"),
    [
        ("int", "At least 1.", "If n is less than 1.", "n < 1"),
        ("int", "At most 5.", "If n is greater than 5.", "n > 5"),
        ("int", "At least 1.", "If n is less than 1 or greater than 90.", "n < 1"),
        ("float", "A positive number.", "If n is not positive.", "n <= 0"),
        ("list[int]", "A non-empty list.", "If n is empty.", "not n"),
    ],
)
def test_what_the_docstring_excludes_and_promises_an_exception_for_is_tried(
    annotation: str, said: str, condition: str, promised: str, inputs: Inputs
) -> None:
    docstring = f'"""Do.\n\n    Args:\n        n: {said}\n\n    Raises:\n        ValueError: {condition}\n    """'
    _, drawn = inputs(f"def f(n: {annotation}):\n    {docstring}\n    return n\n")
    assert any(eval(promised, {}, arguments) for arguments in drawn)


@pytest.mark.parametrize(("condition", "low"), [("If n is greater than 5.", 1), ("If n is less than -5.", 1)])
def test_what_no_promise_covers_stays_excluded(condition: str, low: int, inputs: Inputs) -> None:
    docstring = f'"""Do.\n\n    Args:\n        n: At least 1.\n\n    Raises:\n        ValueError: {condition}\n    """'
    _, drawn = inputs(f"def f(n: int):\n    {docstring}\n    return n\n")
    assert all(typing.cast(int, arguments["n"]) >= low for arguments in drawn)


def test_an_exception_of_another_kind_than_promised_is_no_limit(inputs: Inputs) -> None:
    docstring = '"""Do. Raises ValueError if n is negative."""'
    _, drawn = inputs(f"def f(n: int):\n    {docstring}\n    if n < 0:\n        raise TypeError\n    return n\n")
    assert any(typing.cast(int, arguments["n"]) < 0 for arguments in drawn)


def test_relations_that_an_exception_is_promised_for_are_no_precondition(domain_of: DomainOf) -> None:
    arguments = "Args:\n        a: A list.\n        k: Must not exceed len(a).\n"
    raises = "\n    Raises:\n        ValueError: If k is greater than len(a).\n"
    header = "def f(a: list, k: int):\n"
    assert domain_of(f'{header}    """Do.\n\n    {arguments}    """\n    return 1\n').precondition == "k <= len(a)"
    assert domain_of(f'{header}    """Do.\n\n    {arguments}{raises}    """\n    return 1\n').precondition is None


@pytest.mark.parametrize(("default", "value"), [("71", 71), ("N", 4), ("'?!'", "?!")])
def test_a_default_at_which_an_exception_is_promised_is_drawn_often(
    default: str, value: object, inputs: Inputs
) -> None:
    docstring = '"""Do. Raises ValueError if n is negative."""'
    _, drawn = inputs(f"N = 4\ndef f(n: int, m={default}):\n    {docstring}\n    return n\n")
    assert sum(arguments["m"] == value for arguments in drawn) * 10 > len(drawn)


def test_equal_lengths_are_a_precondition(domain_of: DomainOf) -> None:
    source = 'def f(a: list, b: list):\n    """Takes two lists of equal length."""\n    return 1\n'
    assert domain_of(source).precondition == "len(a) == len(b)"


def test_contract_decorators_narrow(domain_of: DomainOf) -> None:
    source = "import icontract\n@icontract.require(lambda x, y: x < y)\ndef f(x: int, y: int): return x\n"
    assert domain_of(source).precondition == "x < y"


def test_defaults_give_types_and_none_where_it_is_the_default(inputs: Inputs) -> None:
    _, drawn = inputs("def f(n=3, flag=False, sep=',', limit: int = None): return n")
    assert {type(a["n"]) for a in drawn} == {int}
    assert {type(a["flag"]) for a in drawn} == {bool}
    assert {type(a["sep"]) for a in drawn} == {str}
    assert {type(a["limit"]) for a in drawn} == {int, type(None)}


def test_names_are_weak_evidence_and_their_use_can_refute_them(domain_of: DomainOf) -> None:
    (count, words, n) = domain_of("def f(count, words, n): return [w for w in n]").parameters
    assert (count.evidence, words.evidence) == (Evidence.NAME, Evidence.NAME)
    assert (n.strategy, n.evidence) == ("nothing()", Evidence.GUESS)


def test_star_arguments_are_given_where_there_is_nothing_else(domain_of: DomainOf) -> None:
    domain = domain_of("def f(*rows: int, key=None): return rows")
    assert domain.parameters[0].strategy.endswith("max_size=4).map(tuple)")


def test_parameters_that_are_called_are_functions(inputs: Inputs) -> None:
    _, drawn = inputs("def f(pred, iterable): return [x for x in iterable if pred(x)]")
    assert all(callable(arguments["pred"]) for arguments in drawn)


def test_instances_of_texts_are_those_that_docstrings_show(inputs: Inputs) -> None:
    _, drawn = inputs(
        """
        class Version:
            '''A version.

            >>> Version("1.0") < Version("2.0")
            True
            '''
            def __init__(self, text):
                self.text = text
                int(text.replace(".", ""))
            def major(self) -> str:
                return self.text.split(".")[0]
        """
    )
    assert {vars(arguments["self"])["text"] for arguments in drawn} == {"1.0", "2.0"}


def test_star_arguments_are_left_out(domain_of: DomainOf) -> None:
    assert [p.name for p in domain_of("def f(a: int, *args, b: int = 1, **kwargs): return a").parameters] == ["a", "b"]


def test_class_methods_need_no_class(domain_of: DomainOf) -> None:
    source = "class A:\n    @classmethod\n    def f(cls, n: int): return n\n"
    assert [p.name for p in domain_of(source).parameters] == ["n"]


def test_what_names_stand_for_does_not_grow_without_end(inputs: Inputs) -> None:
    doubled = "".join("    x = x + x\n" for _ in range(200))
    domain, _ = inputs(f"def f(x: int, k: int):\n    if k < 0:\n        raise ValueError\n{doubled}    return x\n")
    assert (domain.parameters[1].low, domain.precondition) == (0, None)


def test_signs_that_a_body_looks_for_come_together_in_a_text(inputs: Inputs) -> None:
    _, drawn = inputs("""
        def setting(line: str) -> str:
            \"\"\"The value behind the first equals sign.\"\"\"
            if line.startswith("#"):
                raise ValueError("no = in a comment, but # at its beginning")
            return line.partition("=")[2]
    """)
    lines = [str(arguments["line"]) for arguments in drawn]
    assert any(line.count("=") >= 2 for line in lines)
    assert any("=" in line and "#" in line for line in lines)
    assert not any("comment" in line for line in lines)


def test_literals_of_the_body_are_tried(inputs: Inputs) -> None:
    _, drawn = inputs("def f(name: str, n: int): return name == 'secret' or n == 777")
    assert any(arguments["name"] == "secret" for arguments in drawn)
    assert any(arguments["n"] == 777 for arguments in drawn)


HEADERS = st.lists(
    st.sampled_from(
        ["n", "items: list", "s: 'str'", "d: date = None", "k=3", "x: X", "p: Optional[List[int]]", "a: A"]
    ),
    max_size=4,
    unique=True,
).map(", ".join)
WORDS = st.lists(
    st.sampled_from(
        ["a positive integer n", "list of", "s", "between 1 and 3", "non-empty", "items", "is", "0 <= k <="]
    )
    | st.sampled_from(
        ["len(items)", "must be", "Args:\n    n:", "string", "\n", "sorted", "sorted lists", "only", "not"]
    ),
    max_size=10,
).map(" ".join)


@settings(deadline=None)
@given(HEADERS, WORDS)
def test_any_header_and_docstring_has_a_domain(header: str, words: str) -> None:
    defaults_last = ", ".join(sorted(header.split(", "), key=lambda part: "=" in part)) if header else ""
    text = f"class A:\n    def __init__(self, q): pass\ndef f({defaults_last}):\n    {words!r}\n    return 1\n"
    (unit,) = parse_units(Snapshot("file:///m.py", None, text)).units
    domain = infer_domain(unit, text)
    names = {name: getattr(st, name) for name in st.__all__}
    for parameter in domain.parameters:
        eval(parameter.strategy, {"A": object, "X": object, "date": dt.date, **names})
    if domain.precondition:
        compile(domain.precondition, "precondition", "eval")


def test_what_a_neighbour_makes_is_drawn_from_it(inputs: Inputs) -> None:
    source = '''
    def encode_shift(s: str):
        """Return s with every letter moved by one."""
        return "".join(chr(ord(c) + 1) for c in s)


    def decode_shift(s: str):
        """Takes as input a string encoded with encode_shift. Returns the decoded string."""
        return "".join(chr(ord(c) - 1) for c in s)
    '''
    _, drawn = inputs(source)
    assert any(arguments["s"] for arguments in drawn)
    assert all(set(str(arguments["s"])) <= set("bcdefghijklmnopqrstuvwxyz{") for arguments in drawn)


def test_whole_numbers_stay_whole_beside_others_where_no_type_is_named() -> None:
    calls = ((("x", "1"), ("y", "2.5")), (("x", "1.5"), ("y", "3.0")))
    for text, is_mixed in (("def f(x, y):\n    'Add.'", True), ("def f(x: float, y: float):\n    'Add.'", False)):
        (unit,) = parse_units(Snapshot("file:///m.py", 1, text)).units
        first, second = with_calls(infer_domain(unit, text), unit.spec, calls).parameters
        assert ("integers(1, 9)," in first.strategy) == is_mixed
        assert "integers(1, 9)," not in second.strategy


def test_calls_that_contradict_the_docstring_are_dropped() -> None:
    text = '''
def f(x: int, base: int) -> str:
    """Return x as a string in another base. The base is between 2 and 9."""
'''
    (unit,) = parse_units(Snapshot("file:///m.py", 1, text)).units
    domain = infer_domain(unit, text)
    widened = with_calls(domain, unit.spec, ((("x", "255"), ("base", "16")), (("x", "9"), ("base", "2"))))
    assert widened.examples == ((("x", "9"), ("base", "2")),)
    assert widened.parameters[1] == domain.parameters[1]


def test_calls_without_lengths_are_dropped_where_lengths_are_spoken_of() -> None:
    text = '''
def f(game, guess):
    """Compare two lists of the same length, game and guess, item by item."""
'''
    (unit,) = parse_units(Snapshot("file:///m.py", 1, text)).units
    domain = infer_domain(unit, text)
    assert domain.precondition == "len(game) == len(guess)"
    assert with_calls(domain, unit.spec, ((("game", "1"), ("guess", "2")),)) == domain


@pytest.mark.parametrize(
    ("imports", "annotation", "expected"),
    [
        ("from .orders import Order", "Order", "from_type(Order)"),
        ("from shop import orders", "orders.Order", "from_type(orders.Order)"),
        ("import random", "random.Random", "from_type(random.Random)"),
        ("import socket", "socket.SocketType", "nothing()"),
        ("from .orders import MAX_SIZE", "MAX_SIZE", "nothing()"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .orders import Order", "Order", "nothing()"),
    ],
)
def test_imported_classes_are_made_by_hypothesis(
    imports: str, annotation: str, expected: str, domain_of: DomainOf
) -> None:
    domain = domain_of(f"{imports}\ndef f(value: {annotation!r}): return value")
    assert domain.parameters[0].strategy == expected


@pytest.mark.parametrize("annotation", ["np.ndarray", "npt.NDArray[np.float64]"])
def test_arrays_are_made_by_the_numpy_of_the_module(annotation: str, domain_of: DomainOf) -> None:
    domain = domain_of(f"import numpy as np\nimport numpy.typing as npt\ndef f(a: {annotation}): return a")
    assert domain.parameters[0].strategy.startswith("lists(one_of(integers(-10, 10).map(float), floats(")
    assert domain.parameters[0].strategy.endswith(".map(np.array)")


def test_frames_have_the_columns_that_the_body_reads(domain_of: DomainOf) -> None:
    domain = domain_of("import pandas as pd\ndef f(sales: pd.DataFrame): return sales['price'] * sales['count']")
    assert domain.parameters[0].strategy.endswith("pd.DataFrame(rows, columns=['price', 'count']))")


def test_instances_are_met_after_a_few_calls_too(inputs: Inputs) -> None:
    _, drawn = inputs(
        """
        class Stack:
            def __init__(self):
                self._items = []
            def push(self, item: int) -> None:
                self._items.append(item)
            def size(self) -> int:
                return len(self._items)
        """
    )
    assert {len(vars(arguments["self"])["_items"]) for arguments in drawn} >= {0, 1, 2}


def test_literals_do_not_stand_for_objects() -> None:
    (unit,) = parse_units(Snapshot("file:///m.py", None, "from .a import Box\ndef f(b: Box): return b")).units
    domain = infer_domain(unit, "from .a import Box\ndef f(b: Box): return b")
    assert with_calls(domain, unit.spec, ((("b", "'x'"),),)).parameters[0].strategy == "from_type(Box)"


def test_call_sites_say_what_callers_pass(domain_of: DomainOf) -> None:
    source = """
        def f(code): return code

        def g():
            with raises(ValueError):
                f("bad")
            return f("2024-W05")

        if __name__ == "__main__":
            print(f("2023-W52"))
        """
    domain = domain_of(source, "f")
    assert domain.examples == ((("code", "'2024-W05'"),), (("code", "'2023-W52'"),))
    assert domain.parameters[0].evidence is Evidence.EXAMPLE


def test_what_one_parameter_is_given_another_of_its_form_may_be_given() -> None:
    source = 'def newer(a: str, b: str):\n    """Compare versions."""\n'
    unit = parse_units(Snapshot("file:///m.py", None, source)).units[0]
    calls = ((("a", "'1.2'"), ("b", "'1.10.3'")), (("a", "'3.0'"), ("b", "'2'")))
    first, second = with_calls(infer_domain(unit, source), unit.spec, calls).parameters
    assert first.strategy == second.strategy
    assert "'2'" in first.strategy


def test_calls_may_make_values_of_well_known_types_that_the_module_has() -> None:
    source = 'from datetime import time\n\ndef is_open(now, opens):\n    """Whether it is open."""\n'
    unit = parse_units(Snapshot("file:///m.py", None, source)).units[0]
    calls = parse_calls("time(9, 0), time(8, 30))\nis_open(time(1, 0), time(2, 0))", unit.spec)
    domain = infer_domain(unit, source)
    assert with_calls(domain, unit.spec, calls).parameters == domain.parameters
    known = with_calls(domain, unit.spec, calls, {"time"}).parameters
    assert all("time(8, 30)" in p.strategy and "time(1, 0)" in p.strategy for p in known)


def test_how_many_records_examples_have_and_in_which_order_is_a_habit() -> None:
    source = 'def busy(bookings):\n    """The rooms that are booked twice."""\n'
    unit = parse_units(Snapshot("file:///m.py", None, source)).units[0]
    calls = tuple(((("bookings", f"[(1, {n}), (2, {n + 3}), (4, {n + 9})]"),)) for n in (2, 5, 11))
    (bookings,) = with_calls(infer_domain(unit, source), unit.spec, calls).parameters
    assert "sorted" not in bookings.strategy
    assert "min_size=1, max_size=5" in bookings.strategy


def test_a_bound_that_a_contract_states_keeps_calls_of_a_model_out(domain_of: DomainOf) -> None:
    source = 'import deal\n\n@deal.pre(lambda n: n >= 5)\ndef f(n: int):\n    """Do it."""\n'
    (parameter,) = domain_of(source).parameters
    assert (parameter.low, parameter.high) == (5, None)


def test_calls_that_give_further_arguments_are_no_inputs(domain_of: DomainOf) -> None:
    domain = domain_of("def f(x, *rest):\n    '>>> f(1, 2)\\n3\\n>>> f(4)\\n3'\n    return 3\n\nf(5, 6)\n")
    assert domain.examples == ((("x", "4"),),)
