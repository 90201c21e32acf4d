from collections.abc import Callable

from refute.properties.units import FunctionUnit
from refute.repair.prompts import parse_definition, repair_prompt

SOURCE = 'def head(items: list[int]) -> int:\n    """The first item."""\n    return items[1]\n'
UnitOf = Callable[[str, str], FunctionUnit]


def test_a_prompt_holds_one_property_with_its_smallest_counterexample(unit_of: UnitOf) -> None:
    prompt = repair_prompt(
        unit_of(SOURCE, "head"), "the result is the first item", (("items", "[0]"),), "IndexError", "0"
    )
    assert SOURCE in prompt.user
    assert "Violated property: the result is the first item\n" in prompt.user
    assert "head(items=[0])" in prompt.user
    assert "Actual result: IndexError\n\nExpected result: 0" in prompt.user


def test_what_is_not_known_is_not_mentioned(unit_of: UnitOf) -> None:
    prompt = repair_prompt(unit_of(SOURCE, "head"), "it returns", (), "")
    assert "result:" not in prompt.user
    assert "input" not in prompt.user


def test_the_answer_is_begun_with_the_signature(unit_of: UnitOf) -> None:
    prompt = repair_prompt(unit_of(SOURCE, "head"), "it returns", (), "")
    assert prompt.opening == "```python\ndef head(items: list[int]) -> int:\n"
    answer = prompt.opening + "    return items[0]\n```"
    assert parse_definition(answer, "head") == "def head(items: list[int]) -> int:\n    return items[0]\n"


def test_only_the_newest_earlier_attempts_are_shown(unit_of: UnitOf) -> None:
    attempts = tuple(f"def head(items):\n    return {n}\n" for n in range(4))
    prompt = repair_prompt(unit_of(SOURCE, "head"), "it returns", (), "", None, attempts)
    assert [f"return {n}" in prompt.user for n in range(4)] == [False, False, True, True]
