from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.properties.docstrings import Docstring, read_docstring
from refute.properties.units import FunctionUnit, Spec

UnitOf = Callable[..., FunctionUnit]

GOOGLE = """Do it.

    Args:
        items (list of int): A non-empty
            list.
        n: How many.

    Returns:
        list[int]: The first ones.

    Raises:
        ValueError: If n is negative.
        KeyError
    """
NUMPY = """Do it.

    Parameters
    ----------
    items : list of int
        A non-empty list.
    n, m : int, optional
        How many.

    Returns
    -------
    list[int]
        The first ones.

    Raises
    ------
    ValueError
        If n is negative.
    """
SPHINX = """Do it.

    :param items: A non-empty list.
    :type items: list of int
    :param int n: How many.
    :returns: The first ones.
    :rtype: list[int]
    :raises ValueError: If n is negative.
    """


def read(text: str | None, first_line: int = 1) -> Docstring:
    import inspect

    docstring = inspect.cleandoc(text) if text is not None else None
    return read_docstring(Spec("f", "f", (), None, docstring, first_line, "def f():"))


@pytest.mark.parametrize("text", [GOOGLE, NUMPY, SPHINX])
def test_sections_of_every_form_say_the_same(text: str) -> None:
    docstring = read(text)
    items, n = docstring.parameter("items"), docstring.parameter("n")
    assert items is not None
    assert n is not None
    assert (items.type, items.description) == ("list of int", "A non-empty list.")
    assert n.description == "How many."
    assert (docstring.returns_type, docstring.returns) == ("list[int]", "The first ones.")
    assert [(e.exception, e.condition) for e in docstring.exceptions][:1] == [("ValueError", "If n is negative.")]


@pytest.mark.parametrize(("text", "line"), [(GOOGLE, 21), (NUMPY, 27), (SPHINX, 17)])
def test_an_exception_stands_on_the_line_of_its_condition(text: str, line: int) -> None:
    (raised, *_) = read(text, first_line=10).exceptions
    assert raised.line == line


@pytest.mark.parametrize(
    "sentence",
    [
        "Raises ValueError if n is negative.",
        "Raises a ``ValueError`` when n is negative.",
        "If n is negative, raises ValueError.",
        "ValueError is raised if n is negative.",
    ],
)
def test_exceptions_in_sentences_are_found(sentence: str) -> None:
    (raised,) = read(f"Do it.\n\n    {sentence}").exceptions
    assert raised.exception == "ValueError"
    assert raised.condition.lower() in {"if n is negative", "when n is negative"}
    assert raised.line == 3


@pytest.mark.parametrize(
    ("sentence", "is_plain"),
    [
        ("Raises ValueError if n is negative.", True),
        ("A ValueError is raised if n is negative.", True),
        ("If n is negative, it raises a ValueError exception.", True),
        ("Return the root, or raise ValueError if n is negative.", True),
        ("Does not raise ValueError if n is negative.", False),
        ("Unlike `math.log` it never raises ValueError if n is negative.", False),
        ("``math.sqrt`` raises ValueError if n is negative; this returns nan.", False),
        ("Earlier versions would raise ValueError if n is negative.", False),
        ("With strict=True, raises ValueError if n is negative.", False),
        ("If n is negative, raises ValueError in strict mode, else returns None.", False),
        ("Args:\n        strict: Be exact. Raises ValueError if n is negative.", False),
    ],
)
def test_only_sentences_that_say_nothing_else_promise_exceptions(sentence: str, is_plain: bool) -> None:
    (raised,) = read(f"Do it.\n\n    {sentence}").exceptions
    assert (raised.exception, raised.is_plain) == ("ValueError", is_plain)


def test_a_warning_is_no_exception() -> None:
    assert read("Do it.\n\n    Warns\n    -----\n    RuntimeWarning\n        If n is negative.").exceptions == ()


def test_sentences_have_their_lines_and_sections() -> None:
    text = (
        "First one. Second\n    goes on.\n\n    Args:\n        n: third\n\n    >>> f(1)\n    2\n\n    Fourth e.g. this."
    )
    found = [(s.text, s.line, s.section) for s in read(text, first_line=0).sentences]
    assert found == [
        ("First one.", 0, ""),
        ("Second goes on.", 0, ""),
        ("n: third", 4, "args"),
        ("Fourth e.g. this.", 9, ""),
    ]


def test_a_function_without_a_docstring_has_an_empty_one(unit_of: UnitOf) -> None:
    assert read_docstring(unit_of("def f(): return 1").spec) == Docstring()


LINES = st.sampled_from(
    [
        "Args:",
        "    n: x",
        "    n",
        "Returns:",
        "Raises:",
        "    ValueError",
        "-----",
        "Parameters",
        ":param x: y",
        ":raises:",
        ">>> f(1)",
        "2",
        "",
        "Text. More",
        ":type",
        "n : int",
        "::",
        "Example:",
        "    >>> f(",
    ]
)


@given(st.lists(LINES, max_size=12).map("\n".join) | st.text(max_size=80))
def test_any_docstring_is_read_without_an_exception(text: str) -> None:
    read(text)
