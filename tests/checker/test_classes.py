"""Bugs that only a sequence of calls shows, and who is blamed for them."""

import pytest
from tests.checker.conftest import MakeBench, Script

from refute.checker.analysis import Ruling
from refute.model.absent import NoModel
from refute.properties.rendering import render_test

BUFFER = '''\
class History:
    """The pages that were seen."""

    def __init__(self):
        self._pages = []
        self._spare = None

    def push(self, page: int) -> None:
        """Push page onto the top."""
        if len(self._pages) == 2:
            self._spare = page
        else:
            self._pages.append(page)

    def pop(self) -> int:
        """Remove and return the page that was pushed last."""
        if not self._pages:
            raise IndexError("no page")
        return self._pages.pop()

    def peek(self) -> int:
        """Return the last page without removing it."""
        return self._pages[-1]
'''


async def test_the_shortest_sequence_of_calls_is_the_counterexample(bench: MakeBench) -> None:
    report = await (await bench(NoModel())).check(BUFFER, "History.push")
    violated = report.violations[0]
    found = violated.counterexample
    assert found is not None
    assert found.exact
    assert violated.explanation.startswith("history = History(); history.push(")
    assert violated.explanation.count("history.push(") == 3
    assert violated.explanation.endswith("; pop() after push(page) should give page back")
    assert f", then pop() gives {found.shown};" in violated.explanation


async def test_a_kept_sequence_fails_without_refute(bench: MakeBench) -> None:
    report = await (await bench(NoModel())).check(BUFFER, "History.push")
    violated = report.violations[0]
    assert report.domain is not None
    assert violated.counterexample is not None
    text = render_test(report.unit, "module", violated.property, report.domain, violated.counterexample.arguments)
    module: dict[str, object] = {}
    exec(BUFFER, module)
    arguments = dict(violated.counterexample.arguments)
    own, page = eval(arguments["self"], dict(module)), eval(arguments["page"])
    own.push(page)
    assert own.pop() != page
    compile(text, "test_kept.py", "exec")


async def test_names_alone_suggest(bench: MakeBench) -> None:
    source = BUFFER.replace("Push page onto the top.", "Remember a page.")
    report = await (await bench(NoModel())).check(source, "History.push")
    assert report.violations == ()
    assert [v.ruling for v in report.verdicts if v.property.statement.startswith("pop()")] == [Ruling.SUGGESTED]


async def test_who_is_right_is_not_blamed_for_another_method(bench: MakeBench) -> None:
    right = BUFFER.replace("if len(self._pages) == 2:", "if False:")
    source = right.replace("return self._pages.pop()", "return self._pages.pop(0)")
    model = Script(["1)", "2)"], ["    self._pages.append(page)\n", "    self._pages += [page]\n"]).model()
    report = await (await bench(model)).check(source, "History.push")
    assert report.violations == ()
    assert [v.ruling for v in report.verdicts if v.property.statement.startswith("pop()")] == [Ruling.REJECTED]


async def test_calls_without_an_instance_do_not_hide_a_defect(bench: MakeBench) -> None:
    source = BUFFER.replace("Push page onto the top.", "Remember a page.")
    model = Script(["1)"], ["    self._pages.append(page)\n", "    self._pages += [page]\n"]).model()
    report = await (await bench(model)).check(source, "History.push")
    assert any(v.property.statement.startswith("pop()") for v in report.violations), report.verdicts


async def test_a_right_class_is_left_alone(bench: MakeBench) -> None:
    right = BUFFER.replace("if len(self._pages) == 2:", "if False:")
    at_work = await bench(NoModel())
    for name in ("push", "pop", "peek"):
        report = await at_work.check(right, f"History.{name}")
        assert not [v for v in report.verdicts if v.ruling in (Ruling.VIOLATED, Ruling.SUGGESTED)]


TALLY = '''\
class Tally:
    """Counts words.

    >>> tally = Tally()
    >>> tally.add("a")
    >>> tally.add("b")
    >>> tally.add("b")
    >>> tally.counts
    {'a': 1, 'b': 2}
    >>> tally.most_common()
    'b'
    """

    def __init__(self):
        self.counts = {}

    def add(self, word):
        """Count a word."""
        self.counts[word] = self.counts.get(word, 0) + 1

    def most_common(self):
        """Return the word that was counted most often."""
        return max(self.counts, key=self.counts.get)
'''


async def test_a_session_is_replayed(bench: MakeBench) -> None:
    at_work = await bench(NoModel())
    report = await at_work.check(TALLY.replace("max(", "min("), "Tally.most_common")
    (violated,) = report.violations
    assert violated.explanation == (
        "tally = Tally(); tally.add('a'); tally.add('b'); tally.add('b'); tally.most_common() gives 'a'; "
        "the docstring's example says 'b'"
    )
    for name in ("add", "most_common"):
        assert (await at_work.check(TALLY, f"Tally.{name}")).violations == ()


async def test_what_a_session_shows_of_an_instance_counts(bench: MakeBench) -> None:
    report = await (await bench(NoModel())).check(TALLY.replace("(word, 0) + 1", "(word, 1)"), "Tally.add")
    (violated,) = report.violations
    assert "then tally.counts gives {'a': 1, 'b': 1}" in violated.explanation
    assert violated.property.spec_line == 7


FRACTION = '''\
class Ratio:
    """A fraction in lowest terms.

    >>> Ratio(2, 4).top
    1
    """

    def __init__(self, top: int, bottom: int):
        """Make it.

        Raises ZeroDivisionError if bottom is zero.
        """
        if bottom == 0:
            raise ZeroDivisionError("bottom")
        self.top = top // 2 if top % 2 == bottom % 2 == 0 else top
        self.bottom = bottom // 2 if top % 2 == bottom % 2 == 0 else bottom
'''


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("if bottom == 0:", "if bottom == 0 == top:", "ZeroDivisionError"),
        ("self.top = top // 2 if", "self.top = top if", "Ratio(2, 4).top gives 1"),
    ],
)
async def test_constructors_are_checked_too(right: str, wrong: str, told: str, bench: MakeBench) -> None:
    at_work = await bench(NoModel())
    assert (await at_work.check(FRACTION, "Ratio.__init__")).verdict == "holds"
    report = await at_work.check(FRACTION.replace(right, wrong), "Ratio.__init__", fix=False)
    (violated,) = report.violations
    assert told in violated.property.statement
