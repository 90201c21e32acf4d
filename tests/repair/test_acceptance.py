import pytest

from refute.repair.acceptance import refusal

OLD = "def f(a, b=1):\n    if a < 0:\n        raise ValueError(a)\n    assert b\n    return a + b\n"


@pytest.mark.parametrize(
    "new",
    [
        OLD.replace("a + b", "a - b"),
        OLD.replace("a < 0", "a <= 0"),
        OLD.replace("    return a", "    if a == 0:\n        return 0\n    return a"),
        OLD.replace("    return a", "    if a == 41:\n        return 0\n    return a"),
        OLD.replace("return a", "import math\n    return math.floor(a)"),
    ],
)
def test_an_honest_fix_is_accepted(new: str) -> None:
    assert refusal(OLD, new, ("0", "7")) is None


@pytest.mark.parametrize(
    ("new", "word"),
    [
        (OLD.replace("b=1", "b=2"), "signature"),
        (OLD.replace("def f", "def g"), "signature"),
        (OLD.replace("def f", "async def f"), "signature"),
        (OLD + OLD, "one function"),
        ("x = 1", "one function"),
        (OLD.replace("return", "yield"), "generator"),
        (OLD.replace("raise ValueError(a)", "return 0"), "check"),
        (OLD.replace("ValueError", "KeyError"), "check"),
        (OLD.replace("assert b", "pass"), "check"),
        (OLD.replace("return a + b", "try:\n        return a + b\n    except:\n        return 0"), "except"),
        (OLD.replace("return a + b", "try:\n        return a + b\n    except Exception:\n        return 0"), "except"),
        (OLD.replace("return a + b", "return eval('a')"), "effect"),
        (OLD.replace("return a + b", "import os\n    return 1"), "effect"),
        (OLD.replace("return a + b", "return sys.maxsize"), "effect"),
        (OLD.replace("return a + b", "print(a)\n    return a"), "effect"),
        (OLD.replace("return a", "return 9 if a == 41 else a"), "special case"),
        (OLD.replace("return a", "return 9 if 41 == a else a"), "special case"),
        (OLD.replace("return a", "return 9 if a in (1, 41) else a"), "special case"),
        (OLD.replace("return a + b", "return {41: 9}.get(a, b)"), "special case"),
        (OLD.replace("return a", "return 9 if (a, b) == (41, 2) else a"), "special case"),
        (OLD.replace("return a", "return 9 if a == 0 and b == 1 else a"), "special case"),
        (OLD.replace("return a", "return 9 if a == 'xyz' else a"), "special case"),
    ],
)
def test_a_fix_that_cheats_is_refused_with_a_reason(new: str, word: str) -> None:
    reason = refusal(OLD, new, ("41", "0", "1", "'xyz'"))
    assert reason is not None
    assert word in reason


def test_what_the_function_did_before_it_may_go_on_doing() -> None:
    old = "def f(a):\n    try:\n        print(a == 41)\n    except Exception:\n        raise\n"
    assert refusal(old, old.replace("print(a", "print(-a"), ("41",)) == "it treats the counterexample as a special case"
    assert refusal(old, old + "    return a\n", ("41",)) is None


def test_arguments_that_are_no_literals_are_no_special_cases() -> None:
    assert refusal(OLD, OLD.replace("a + b", "a - b"), ("Point(1, 2)", "inf")) is None
