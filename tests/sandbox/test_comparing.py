"""What a comparison says of variants."""

from collections.abc import Awaitable, Callable

import pytest

from refute.worker.protocol import Comparison, Inputs

Compare = Callable[..., Awaitable[Comparison]]

pytestmark = pytest.mark.asyncio(loop_scope="session")

ADD = "def f(x):\n    return x + 1\n"


async def test_variants_with_the_same_answers_are_grouped(compare: Compare) -> None:
    found = await compare(ADD, None, "def f(x): return 1 + x", "def f(x): return x - 1", x="integers()")
    assert found.status == "held"
    assert len(found.inputs) == 20
    assert {item.choice for item in found.inputs} == {(0, 0, 1)}
    assert all([a.kind for a in item.answers] == ["value", "value"] for item in found.inputs)


async def test_inputs_are_distinct_and_small_and_large(compare: Compare) -> None:
    found = await compare("def f(items): return items", None, items="lists(integers())", examples=40)
    texts = [item.arguments for item in found.inputs]
    assert len(set(texts)) == len(texts) == 40
    sizes = sorted(len(text) for ((_, text),) in texts)
    assert sizes[0] < 6
    assert sizes[-1] > 30


async def test_examples_come_first(compare: Compare) -> None:
    inputs = Inputs((("x", "integers()"),), examples=((("x", "40 + 2"),),), max_examples=5)
    found = await compare(ADD, None, request={"inputs": inputs})
    assert found.inputs[0].arguments == (("x", "42"),)
    assert len(found.inputs) == 5


async def test_errors_are_the_same_by_type(compare: Compare) -> None:
    found = await compare(
        "def f(x): raise ValueError('a')",
        None,
        "def f(x): raise ValueError('b')",
        "def f(x): raise KeyError('a')",
        x="integers()",
    )
    assert {item.choice for item in found.inputs} == {(0, 0, 1)}
    assert found.inputs[0].answers[0].text == "ValueError: a"


async def test_variants_see_the_module_and_recursion_finds_the_variant(compare: Compare) -> None:
    source = "STEP = 2\ndef g(x): return f(x)\ndef f(x): return 0 if x <= 0 else f(x - 1) + STEP\n"
    direct = "def f(x): return 0 if x <= 0 else f(x - 1) + 3"
    mutual = "def f(x): return 0 if x <= 0 else g(x - 1) + 3"
    found = await compare(source, None, direct, mutual, x="integers(0, 20)")
    assert all(item.choice in ((0, 1, 1), (0, 0, 0)) for item in found.inputs)
    last = found.inputs[-1]
    x = int(last.arguments[0][1])
    assert [answer.text for answer in last.answers] == [str(2 * x), str(3 * x)]


async def test_what_one_variant_keeps_in_the_module_is_not_seen_by_another(compare: Compare) -> None:
    source = "cache = {}\ndef f(x):\n    if x not in cache: cache[x] = x\n    return cache[x]\n"
    other = "def f(x):\n    if x not in cache: cache[x] = -x\n    return cache[x]\n"
    found = await compare(source, None, other, x="integers(1, 50)")
    assert {item.choice for item in found.inputs} == {(0, 1)}


async def test_methods_are_compared_by_what_they_leave_in_the_instance(compare: Compare) -> None:
    source = """
class Account:
    def __init__(self, balance):
        self.__balance = balance
    def f(self, n):
        self.__balance += n
"""
    same = "def f(self, n):\n    self.__balance = n + self.__balance"
    other = "def f(self, n):\n    self.__balance -= n"
    found = await compare(
        source, None, same, other, qualname="Account.f", self="builds(Account, integers())", n="integers(1, 9)"
    )
    assert {item.choice for item in found.inputs} == {(0, 0, 1)}


async def test_super_works_in_a_variant_of_a_method(compare: Compare) -> None:
    source = """
class Base:
    def f(self): return 1
class Child(Base):
    def f(self): return super().f() + 1
"""
    found = await compare(
        source, None, "def f(self):\n    return 1 + super().f()", qualname="Child.f", self="builds(Child)"
    )
    assert found.load_errors == ("", "")
    assert {item.choice for item in found.inputs} == {(0, 0)}


async def test_recursion_of_a_method_finds_the_variant(compare: Compare) -> None:
    source = """
class Tree:
    def __init__(self, left): self.left = left
    def f(self): return 1 + (self.left.f() if self.left else 0)
"""
    found = await compare(
        source,
        None,
        "def f(self): return 2 + (self.left.f() if self.left else 0)",
        qualname="Tree.f",
        self="builds(Tree, builds(Tree, none()))",
    )
    assert [answer.text.split(";")[0] for answer in found.inputs[0].answers] == ["2", "4"]


async def test_a_variant_that_cannot_be_defined_says_why_and_has_no_answers(compare: Compare) -> None:
    found = await compare(ADD, None, "def f(x) return", "def g(x): return 1", "raise OSError('no')", x="integers()")
    assert found.load_errors[0] == ""
    assert found.load_errors[1].startswith("SyntaxError")
    assert "does not define 'f'" in found.load_errors[2]
    assert found.load_errors[3] == "OSError: no"
    assert {item.choice for item in found.inputs} == {(0, -1, -1, -1)}


async def test_a_variant_that_does_not_end_is_given_up_after_two_inputs(compare: Compare) -> None:
    found = await compare(ADD, None, "def f(x):\n    while True: pass", x="integers()")
    timeouts = [item for item in found.inputs if any(answer.kind == "timeout" for answer in item.answers)]
    assert len(timeouts) == 2
    assert sum(item.choice == (0, -1) for item in found.inputs) == 18


@pytest.mark.parametrize(
    "killer",
    ["import os\ndef f(x): os._exit(0)", "import ctypes\ndef f(x): ctypes.string_at(0)", "import os\nos._exit(1)"],
)
async def test_a_variant_that_kills_the_process_is_left_out(compare: Compare, killer: str) -> None:
    found = await compare(ADD, None, killer, "def f(x): return x + 1", x="integers()")
    assert found.status == "held"
    assert found.load_errors[0] == found.load_errors[2] == ""
    assert found.load_errors[1].startswith("crashed")
    assert {item.choice for item in found.inputs} == {(0, -1, 0)}


async def test_checks_say_which_variants_they_reject(compare: Compare) -> None:
    found = await compare(
        ADD,
        None,
        "def f(x): return x",
        "def f(x): return None",
        "def f(x): raise ValueError",
        checks=("result > x", "nonsense > 1"),
        x="integers()",
    )
    assert {item.rejected for item in found.inputs} == {((), (0,), (0,), ())}
    assert [name for name, _ in found.invalid_checks] == ["c1"]


async def test_a_check_that_calls_the_function_calls_the_variant(compare: Compare) -> None:
    found = await compare(
        "def f(x): return abs(x)", None, "def f(x): return -x", checks=("f(result) == result",), x="integers(1, 9)"
    )
    assert {item.rejected for item in found.inputs} == {((), (0,))}


async def test_many_variants_are_answered(compare: Compare) -> None:
    variants = [f"def f(x): return x + {n % 10}" for n in range(300)]
    found = await compare(ADD, None, *variants, x="integers()", examples=60)
    assert len(found.inputs) == 60
    assert {len(item.answers) for item in found.inputs} == {10}


async def test_a_module_that_cannot_be_imported_makes_no_comparison(compare: Compare) -> None:
    found = await compare("import absent_module", None, x="integers()")
    assert (found.status, found.inputs) == ("import_error", ())
    assert found.load_errors == ("",)


async def test_an_input_that_nobody_answers_is_held_against_nobody(compare: Compare) -> None:
    endless = "def f(x):\n    while x < 0: pass\n    return x"
    found = await compare(endless, None, endless, endless, x="integers(-3, 30)")
    answered = [item for item in found.inputs if item.answers[0].kind == "value"]
    assert len(answered) >= 10
    assert {item.choice for item in answered} == {(0, 0, 0)}
