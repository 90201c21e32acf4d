import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.repair.prompts import parse_definition

PLAIN = "def f(a):\n    return a + 1\n"


def test_chatter_and_fences_go() -> None:
    answer = f"Sure! The import is from the start wrong:\n\n```python\n{PLAIN}```\nThis works because 1 is added."
    assert parse_definition(answer, "f") == PLAIN


def test_an_answer_without_fences_is_read_up_to_the_chatter() -> None:
    assert parse_definition(f"Here it is:\n{PLAIN}\nThis function adds one.\nEnjoy!", "f") == PLAIN


def test_an_answer_that_ends_with_a_fence_it_did_not_open_is_read() -> None:
    assert parse_definition(f"{PLAIN}```\n\nExplanation: `def f` adds one.", "f") == PLAIN


def test_examples_tests_and_decorators_go() -> None:
    answer = f"@cache\n{PLAIN}\nprint(f(1))\nassert f(1) == 2\nif __name__ == '__main__':\n    f(2)\n"
    assert parse_definition(answer, "f") == PLAIN


def test_what_the_definition_needs_comes_before_it() -> None:
    answer = (
        "import math\nimport os\n\ndef f(a):\n    return g(a) * LIMIT\n\nLIMIT = 3\n\n"
        "def g(a):\n    return math.sqrt(a)\n\ndef unused(): pass\n"
    )
    assert parse_definition(answer, "f") == (
        "import math\nLIMIT = 3\ndef g(a):\n    return math.sqrt(a)\ndef f(a):\n    return g(a) * LIMIT\n"
    )


def test_forgotten_imports_of_the_standard_library_are_added() -> None:
    answer = "def f(a):\n    return math.floor(Counter(a)['x']) + undefined\n"
    assert parse_definition(answer, "f") == f"from collections import Counter\nimport math\n{answer}"


@pytest.mark.parametrize("name", ["factorial", "product", "mean", "defaultdict", "Fraction"])
def test_any_usual_name_of_the_standard_library_may_be_forgotten(name: str) -> None:
    source = parse_definition(f"def f(a):\n    return {name}(a)\n", "f")
    assert source is not None
    scope: dict[str, object] = {}
    exec(source, scope)
    assert callable(scope[name])


def test_what_the_context_of_the_prompt_defines_is_not_imported() -> None:
    answer = "def f(a):\n    return mean(a)\n"
    assert parse_definition(answer, "f", "def mean(values): ...\n") == answer


def test_names_that_the_definition_binds_are_not_imported() -> None:
    answer = "def f(string, re):\n    math = 1\n    return string + re + math\n"
    assert parse_definition(answer, "f") == answer


def test_a_cut_off_answer_loses_its_last_lines() -> None:
    answer = "```python\ndef f(a):\n    total = 0\n    for x in a:\n        total += x\n    return (total +"
    assert parse_definition(answer, "f") == "def f(a):\n    total = 0\n    for x in a:\n        total += x\n"


def test_a_definition_that_was_cut_off_before_its_body_is_none() -> None:
    assert parse_definition('```python\ndef f(a):\n    """Adds."""\n    return (a', "f") is None
    assert parse_definition("def f(a", "f") is None


def test_an_answer_without_the_definition_is_none() -> None:
    assert parse_definition(PLAIN, "g") is None
    assert parse_definition("I cannot help.", "f") is None
    assert parse_definition("", "f") is None


def test_an_indented_answer_is_dedented() -> None:
    assert parse_definition("    def f(a):\n        return a\n", "f") == "def f(a):\n    return a\n"


def test_a_method_is_found_in_its_class() -> None:
    answer = "class A:\n    x = 1\n    @staticmethod\n    def f(a):\n        return a\n"
    assert parse_definition(answer, "f") == "def f(a):\n    return a\n"


def test_a_one_line_definition_is_read() -> None:
    assert parse_definition("def f(a): return a", "f") == "def f(a): return a\n"


@given(data=st.data(), before=st.text(), after=st.text())
def test_whatever_comes_out_parses_and_defines_the_function(
    definitions: st.SearchStrategy[str], data: st.DataObject, before: str, after: str
) -> None:
    source = data.draw(definitions)
    end = data.draw(st.integers(0, len(source)))
    found = parse_definition(f"{before}\n```\n{source[:end]}{after}", "f")
    if found is not None:
        last = ast.parse(found).body[-1]
        assert isinstance(last, ast.FunctionDef)
        assert last.name == "f"


@given(data=st.data())
def test_a_whole_definition_in_a_fence_comes_out_as_it_is(
    definitions: st.SearchStrategy[str], data: st.DataObject
) -> None:
    source = data.draw(definitions)
    assert parse_definition(f"Look:\n```python\n{source}\n```", "f") == source
