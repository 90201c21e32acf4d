"""What can be called: functions, methods and properties, in modules of all kinds."""

from pathlib import Path

import pytest
from tests.sandbox.conftest import Judge, shown

from refute.worker.protocol import ModuleSource

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_generators_are_materialised(judge: Judge) -> None:
    (outcome,) = await judge(
        "def f(n):\n    for i in range(n):\n        yield i", "result == list(range(n))", n="integers(0, 9)"
    )
    assert outcome.status == "held"


async def test_an_endless_generator_is_cut(judge: Judge) -> None:
    source = "import itertools\ndef f(n): return itertools.count(n)"
    (outcome,) = await judge(source, "len(result) == 1000", n="integers()")
    assert outcome.status == "held"


COUNTER = """
class Counter:
    def __init__(self, start=0):
        self.value = start
    def add(self, n):
        self.value += n
        return self.value if n != 3 else None
    @staticmethod
    def twice(x):
        return 2 * x
    @classmethod
    def make(cls, start):
        return cls(start).value
"""


async def test_a_method_is_called_on_instances_that_a_strategy_builds(judge: Judge) -> None:
    (outcome,) = await judge(
        COUNTER, "result is not None", qualname="Counter.add", self="builds(Counter, integers(0, 5))", n="integers()"
    )
    assert shown(outcome).arguments == (("self", "Counter(start=0)"), ("n", "3"))
    assert shown(outcome).exact


async def test_a_check_sees_the_instance_as_it_was(judge: Judge) -> None:
    (outcome,) = await judge(
        COUNTER, "self.value <= 5", qualname="Counter.add", self="builds(Counter, integers(0, 5))", n="integers(1, 2)"
    )
    assert outcome.status == "held"


@pytest.mark.parametrize("decorator", ["property", "functools.cached_property"])
async def test_properties_are_called_with_their_instance(judge: Judge, decorator: str) -> None:
    text = f"import functools\nclass Box:\n    @{decorator}\n    def f(self): return 2"
    (outcome,) = await judge(text, "result == 2", qualname="Box.f", self="builds(Box)")
    assert outcome.status == "held"


async def test_static_and_class_methods_need_no_instance(judge: Judge) -> None:
    (twice,) = await judge(COUNTER, "result == x + x", qualname="Counter.twice", x="integers()")
    (make,) = await judge(COUNTER, "result == start", qualname="Counter.make", start="integers()")
    assert (twice.status, make.status) == ("held", "held")


async def test_every_kind_of_parameter_can_be_filled(judge: Judge) -> None:
    source = "def f(a, /, b, *rest, c, **more): return (a, b, rest, c, more)"
    (outcome,) = await judge(
        source,
        "result == (a, b, tuple(rest), c, more)",
        a="integers()",
        b="integers()",
        rest="lists(integers())",
        c="integers()",
        more="dictionaries(sampled_from(['x', 'y']), integers())",
    )
    assert outcome.status == "held"


async def test_a_module_that_fails_to_import_says_where(judge: Judge) -> None:
    (outcome,) = await judge("x = 1\nimport absent_module\ndef f(x): return x", "True", x="integers()")
    assert outcome.status == "import_error"
    assert outcome.detail.startswith("line 2: ModuleNotFoundError")


async def test_the_text_of_the_request_runs_not_the_file(judge: Judge, workspace: Path) -> None:
    (workspace / "subject.py").write_text("def f(x): return 'old'\n")
    (outcome,) = await judge("def f(x): return 'new'", "result == 'new'", x="integers()")
    assert outcome.status == "held"


async def test_a_module_may_be_called_like_a_module_of_the_standard_library(judge: Judge, workspace: Path) -> None:
    source = ModuleSource(str(workspace / "json.py"), "json", "def f(x): return x\n", (str(workspace),))
    (outcome,) = await judge("", "result == x", x="integers()", request={"module": source})
    assert outcome.status == "held"


async def test_relative_imports_of_a_package_work(judge: Judge, workspace: Path) -> None:
    (workspace / "pack").mkdir(exist_ok=True)
    (workspace / "pack" / "__init__.py").write_text("from .one import f\n")
    (workspace / "pack" / "two.py").write_text("STEP = 2\n")
    text = "from .two import STEP\ndef f(x): return x + STEP\n"
    source = ModuleSource(str(workspace / "pack" / "one.py"), "pack.one", text, (str(workspace),))
    (outcome,) = await judge("", "result == x + 2", x="integers()", request={"module": source})
    assert outcome.status == "held"


async def test_a_project_may_be_called_refute_itself(judge: Judge, workspace: Path) -> None:
    """What runs the code under test is not in the way of a package of that name."""
    (workspace / "refute").mkdir(exist_ok=True)
    (workspace / "refute" / "__init__.py").write_text("")
    (workspace / "refute" / "worker.py").write_text("MINE = 3\n")
    (outcome,) = await judge("from refute.worker import MINE\ndef f(x): return MINE", "result == 3", x="integers()")
    assert outcome.status == "held"
