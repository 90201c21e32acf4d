import ast
import textwrap
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from refute.properties.units import FunctionUnit
from refute.repair.carrying import carry_over, closest

UnitOf = Callable[[str, str], FunctionUnit]
USER = textwrap.dedent(
    '''\
    def mean(numbers: list[float]) -> float:
        """The mean of numbers."""
        # Summed by hand.
        total = 0
        for number in numbers:
            total -= number  # one by one
        return total / len(numbers)
    '''
)


def carried(unit_of: UnitOf, user: str, implementation: str, available: frozenset[str] = frozenset()) -> str:
    candidate = carry_over(unit_of(user, _function(user).name), implementation, available=available)
    assert candidate is not None
    return candidate.source


def test_lines_that_stay_keep_the_users_text_and_comments(unit_of: UnitOf) -> None:
    implementation = (
        "def mean(numbers):\n    '''Mean.'''\n    total=0\n    # loop\n    for number in numbers:\n"
        "        total += number  # add\n    return total/len(numbers)\n"
    )
    assert carried(unit_of, USER, implementation) == USER.replace("total -= number  # one by one", "total += number")


def test_parameters_and_local_names_become_the_users(unit_of: UnitOf) -> None:
    implementation = "def mean(xs):\n    s = 0\n    for x in xs:\n        s += x\n    return s / len(xs)\n"
    assert carried(unit_of, USER, implementation) == USER.replace("total -= number  # one by one", "total += number")


def test_attributes_and_keyword_arguments_keep_their_names(unit_of: UnitOf) -> None:
    implementation = "def mean(key):\n    return key.key(key=key)\n"
    assert carried(unit_of, "def mean(x):\n    return 1\n", implementation) == "def mean(x):\n    return x.key(key=x)\n"


def test_what_stood_before_an_implementation_goes_into_the_body(unit_of: UnitOf) -> None:
    implementation = (
        "from typing import List\nimport math\nimport re\ndef half(x):\n    return math.floor(x / 2)\n"
        "def f(x: List) -> int:\n    return half(re.sub('', '', x))\n"
    )
    made = carried(unit_of, "def f(x):\n    return x\n", implementation, frozenset({"re"}))
    assert made == (
        "def f(x):\n    import math\n    def half(x):\n        return math.floor(x / 2)\n"
        "    return half(re.sub('', '', x))\n"
    )


def test_the_users_indentation_is_used_for_new_lines(unit_of: UnitOf) -> None:
    user = "def f(x):\n\tif x:\n\t\treturn 1\n\treturn 2\n"
    implementation = "def f(x):\n  while x:\n    x = [\n      x,\n    ]\n  return 2\n"
    made = carried(unit_of, user, implementation)
    assert made == "def f(x):\n\twhile x:\n\t\tx = [\n\t\t  x,\n\t\t]\n\treturn 2\n"


def test_one_line_definitions_can_be_carried_both_ways(unit_of: UnitOf) -> None:
    short, long = "def f(x): return x + 1\n", "def f(x):\n    x += 1\n    return x\n"
    assert carried(unit_of, short, long) == long
    assert carried(unit_of, long, short) == "def f(x):\n    return x + 1\n"


def test_an_implementation_with_other_parameters_is_refused(unit_of: UnitOf) -> None:
    assert carry_over(unit_of(USER, "mean"), "def mean(a, b):\n    return a\n") is None
    assert carry_over(unit_of(USER, "mean"), "x = 1\n") is None


def test_the_nearest_implementation_comes_first_and_each_once(unit_of: UnitOf) -> None:
    near = "def mean(xs):\n    s = 0\n    for x in xs:\n        s += x\n    return s / len(xs)\n"
    far = "def mean(xs):\n    return sum(xs) / len(xs)\n"
    found = closest(unit_of(USER, "mean"), (far, near, near, USER))
    assert ["sum(" in candidate.source for candidate in found] == [False, True]
    assert found[0].title == "use `total += number` instead of `total -= number`"
    assert found[0].line == 5


@given(data=st.data())
def test_a_carried_implementation_means_the_same_and_keeps_the_signature(
    definitions: st.SearchStrategy[str], unit_of: UnitOf, data: st.DataObject
) -> None:
    user, implementation = data.draw(definitions), data.draw(definitions)
    candidate = carry_over(unit_of(user, "f"), implementation)
    theirs, ours = _function(implementation), _function(user)
    if candidate is None:
        assert len(ast.unparse(theirs.args).split(",")) != len(ast.unparse(ours.args).split(","))
        return
    made = _function(candidate.source)
    assert ast.dump(made.args) == ast.dump(ours.args)
    assert ast.get_docstring(made) == ast.get_docstring(ours)
    if [a.arg for a in ast.walk(theirs.args) if isinstance(a, ast.arg)] == [
        a.arg for a in ast.walk(ours.args) if isinstance(a, ast.arg)
    ]:
        assert _body(made) == _body(theirs)


def _function(source: str) -> ast.FunctionDef:
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    return function


def _body(node: ast.FunctionDef) -> list[str]:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return [ast.dump(statement) for statement in body]
