import ast
import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.properties.parsing import parse_units
from refute.properties.positions import split_lines
from refute.properties.units import FunctionUnit, Snapshot

UnitOf = Callable[..., FunctionUnit]


def units(text: str) -> dict[str, str | None]:
    """Qualified names with their obstacles."""
    parsed = parse_units(Snapshot("file:///m.py", None, textwrap.dedent(text)))
    return {unit.qualname: unit.obstacle for unit in parsed.units}


PIECES = st.sampled_from(
    [
        "def f(x):",
        "\n",
        "    ",
        "\t",
        "return x",
        '"""doc',
        '"""',
        "class A:",
        "@d",
        "async ",
        "\r\n",
        "(",
        ")",
        "\ufeff",
        "é😀",
        "\f",
        "\\",
        "lambda",
        "#",
        "x",
        "=",
        "1",
        ":",
        "'",
        ",",
        "*",
        "\x00",
        "\ud800",
        "if x:",
        "raise E",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text())
def test_any_text_is_parsed_without_an_exception(text: str) -> None:
    parsed = parse_units(Snapshot("file:///m.py", None, text))
    assert parsed.problem is None or not parsed.units


def test_a_syntax_error_is_the_problem() -> None:
    parsed = parse_units(Snapshot("file:///m.py", None, "x = 1\n\ndef f(:\n    pass\n"))
    assert parsed.units == ()
    assert parsed.problem == "line 3: invalid syntax"


@pytest.mark.parametrize("text", ["(" * 5000, "x = " + "-" * 100_000 + "1", "x = \0"])
def test_what_cannot_be_parsed_is_said(text: str) -> None:
    assert parse_units(Snapshot("file:///m.py", None, text)).problem


def test_functions_and_methods_are_units_and_closures_and_constructors_are_not() -> None:
    text = """
        def outer():
            def inner(): return 1
            return inner
        class A:
            def __init__(self): self.x = 1
            def m(self): return 1
            class B:
                def n(self): return 2
        if True:
            def g(): return 3
    """
    assert units(text) == {"outer": None, "A.m": None, "A.B.n": None, "g": None}


def test_functions_of_a_script_are_no_units() -> None:
    assert units("if __name__ == '__main__':\n    def main(): return 1\n") == {}


@pytest.mark.parametrize(
    ("source", "obstacle"),
    [
        ("async def f(): return 1", "it is a coroutine"),
        ("async def f(): yield 1", "it is an asynchronous generator"),
        ("def f(): ...", "it has no body yet"),
        ("def f():\n    '''Doc.'''\n    raise NotImplementedError", "it has no body yet"),
        ("def test_it(): assert True", "it is a test"),
        ("import pytest\n@pytest.fixture\ndef f(): return 1", "it is a test fixture"),
        ("@app.route('/')\ndef f(): return 1", "the decorator app.route may change what a call does"),
        ("from contextlib import contextmanager\n@contextmanager\ndef f(): yield 1", "it is a context manager"),
        ("from typing import overload\n@overload\ndef f(x: int) -> int: ...", "it is an overload: only"),
        ("class A:\n    @abstractmethod\n    def f(self): return 1", "it is abstract"),
        ("class A:\n    def __enter__(self): return 1", "it is a special method that Python calls itself"),
        ("class A:\n    def __f(self): return 1", "its name is private to its class"),
        ("class A:\n    def f(): return 1", "it is a method without a parameter for its instance"),
        ("def f(*args, **kw): return args", "what it is called with is not known: it takes *args and **kw only"),
        ("import socket\ndef f(s: socket.socket): return s", "it takes a socket (s)"),
    ],
)
def test_what_is_in_the_way_is_said(source: str, obstacle: str) -> None:
    (found,) = units(source).values()
    assert found is not None
    assert found.startswith(obstacle)


@pytest.mark.parametrize(
    "decorator",
    ["staticmethod", "classmethod", "property", "functools.lru_cache(maxsize=None)", "cache", "typing.final", "timed"],
)
def test_decorators_that_keep_the_meaning_are_no_obstacle(decorator: str) -> None:
    text = f"""
        import functools, typing
        from functools import cache
        def timed(function):
            @functools.wraps(function)
            def wrapper(*args): return function(*args)
            return wrapper
        class A:
            @{decorator}
            def f(self): return 1
    """
    assert units(text)["A.f"] is None


def test_a_setter_does_not_hide_its_getter() -> None:
    text = """
        class A:
            @property
            def x(self): return 1
            @x.setter
            def x(self, value): self.y = value
    """
    parsed = parse_units(Snapshot("file:///m.py", None, textwrap.dedent(text)))
    assert [unit.obstacle for unit in parsed.units] == [None, "it is the setter of a property"]
    assert [unit.is_property for unit in parsed.units] == [True, False]


def test_a_function_that_is_defined_again_says_so() -> None:
    parsed = parse_units(Snapshot("file:///m.py", None, "def f(): return 1\ndef f(): return 2\n"))
    assert [unit.obstacle for unit in parsed.units] == ["it is defined again on line 2", None]


def test_a_function_with_two_conditional_definitions_is_not_checked() -> None:
    assert "several definitions" in str(units("if x:\n    def f(): return 1\nelse:\n    def f(): return 2\n")["f"])


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("opening", ["", "\ufeff", "\f", "# é😀\n\n"])
def test_lines_and_columns_are_right(ending: str, opening: str) -> None:
    text = f"{opening}@cache\ndef grüße_😀(x):\n\tif x:\n\t\treturn 'é'\n\treturn 2\ny = 1\n".replace("😀", "é")
    text = text.replace("\n", ending)
    (unit,) = parse_units(Snapshot("file:///m.py", None, text)).units
    line, start, end = unit.name_range
    lines = split_lines(text)
    assert lines[line][start:end] == unit.spec.name
    assert lines[unit.first_line].startswith("def")
    assert lines[unit.last_line].strip() == "return 2"


def test_a_name_on_a_continued_line_is_found() -> None:
    (unit,) = parse_units(Snapshot("file:///m.py", None, "def \\\n  f(x): return x\n")).units
    assert unit.name_range == (1, 2, 3)


def test_the_source_is_dedented_and_stands_alone(unit_of: UnitOf) -> None:
    unit = unit_of("class A:\n    @staticmethod\n    def f(x):\n\n        return [\n    x]\n")
    assert unit.kind == "staticmethod"
    assert unit.source == "def f(x):\n\n    return [\nx]\n"
    ast.parse(unit.source)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ('def f():\n    """Doc."""\n    return 1', 1),
        ('def f():\n    """\n\n    Doc.\n    """\n    return 1', 3),
        ('def f():\n    """\\\n    Doc.\n    """\n    return 1', 2),
        ('def f():\n    r"""\r\n    Doc."""\n    return 1', 2),
    ],
)
def test_the_docstring_begins_where_its_words_begin(source: str, line: int) -> None:
    (unit,) = parse_units(Snapshot("file:///m.py", None, source)).units
    assert unit.spec.docstring == "Doc."
    assert unit.spec.docstring_line == line


def test_the_context_holds_what_the_signature_names_transitively(unit_of: UnitOf) -> None:
    context = unit_of(
        """
        import os
        from typing import List, Optional
        from enum import Enum
        LIMIT = 10
        class Color(Enum):
            RED = 1
        Palette = List[Color]
        def helper(): return os
        def f(p: "Palette", n: int = LIMIT) -> Optional[int]:
            return None
        """
    ).spec.context
    assert "from typing import List, Optional" in context
    assert "class Color(Enum):\n    RED = 1" in context
    assert "LIMIT = 10" in context
    assert "os" not in context
    assert "helper" not in context


def test_a_method_sees_its_class_without_bodies_except_the_constructor(unit_of: UnitOf) -> None:
    context = unit_of(
        '''
        class Stack:
            """A stack."""
            def __init__(self):
                self.items = []
            def push(self, item):
                """Put on top."""
                self.items.append(item)
            def pop(self):
                return self.items.pop()
        ''',
        "Stack.pop",
    ).spec.context
    assert "self.items = []" in context
    assert '"""Put on top."""' in context
    assert "append" not in context
    assert "def pop" not in context


def test_functions_that_the_docstring_mentions_are_in_the_context(unit_of: UnitOf) -> None:
    context = unit_of(
        '''
        def encode_cyclic(s):
            """Cycle groups of three."""
            return s[::-1]
        def decode_cyclic(s):
            """Undo encode_cyclic."""
            return s
        '''
    ).spec.context
    assert '"""Cycle groups of three."""' in context
    assert "[::-1]" not in context


@pytest.mark.parametrize(
    ("body", "guards"),
    [
        ("if n < 0:\n        raise ValueError('no')", ("n < 0",)),
        ("if not items: raise ValueError\n    elif n > 3: raise KeyError", ("not items", "items and n > 3")),
        ("size = len(items)\n    if size == 0: raise ValueError", ("len(items) == 0",)),
        ("assert n > 0, 'positive'", ("not n > 0",)),
        ("if n == 0: return 1\n    if n < 0: raise ValueError", ("not n == 0 and n < 0",)),
        ("for item in items:\n        if item < 0: raise ValueError", ("any((item < 0 for item in items))",)),
        ("total = sum(items)\n    assert total > 0", ()),
        ("total = next(items)\n    assert allowed(n)", ("not allowed(n)",)),
        ("n = next(items)\n    if n < 0: raise ValueError", ()),
        ("print(n)\n    if n < 0: raise ValueError", ()),
    ],
)
def test_guards_are_conditions_over_the_parameters(body: str, guards: tuple[str, ...], unit_of: UnitOf) -> None:
    assert unit_of(f"def f(items, n):\n    {body}\n    return 1\n").guards == guards


def test_a_long_context_keeps_what_is_near(unit_of: UnitOf) -> None:
    methods = "".join(f"    def m{i}(self):\n        '''{'word ' * 40}'''\n        return 1\n" for i in range(60))
    source = (
        f"class Near:\n    def size(self): return 1\n\nclass A:\n    def __init__(self, n: Near): self.n = n\n{methods}"
    )
    unit = unit_of(f"{source}    def last(self): return 1\n", "A.last")
    assert "self.n = n" in unit.spec.context
    assert "def m1(self): ..." in unit.spec.context
    assert len(unit.spec.context) < 6500
