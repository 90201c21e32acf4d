"""What a server makes of what a worker claims and of how it ended, whatever that is."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from refute.sandbox.interface import Ending, Report
from refute.sandbox.outcomes import comparison_of, outcomes_of
from refute.worker.protocol import Check, CompareRequest, Inputs, ModuleSource, RunRequest, Variant

MODULE = ModuleSource("/m.py", "m", "def f(x): return x\n")
INPUTS = Inputs((("x", "integers()"),))
RUN = RunRequest(MODULE, "f", INPUTS, (Check("a", "True"), Check("b", "True")))
COMPARE = CompareRequest(MODULE, "f", INPUTS, (Variant("v"),))
HELD: dict[str, Any] = {"id": "a", "status": "held", "counterexample": None, "examples_run": 100, "detail": ""}
VIOLATED: dict[str, Any] = {
    **HELD,
    "status": "violated",
    "counterexample": {"arguments": [["x", "1"]], "result": "1", "exception": None, "line": None, "exact": True},
}
REASONS = st.sampled_from(["completed", "ended", "timeout", "protocol", "folder", "cancelled", "shutdown", "lost"])
JSON: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 7, "x", [], {}, [[]], [{"id": 3}], {"inputs": None}, {"type": "result"}]
)
CLAIMS: st.SearchStrategy[list[Any]] = st.lists(
    st.sampled_from([HELD, VIOLATED, {**HELD, "id": "c"}, {**HELD, "status": "fine"}, 7]), max_size=3
)
FRAMES: st.SearchStrategy[list[dict[str, Any]]] = st.lists(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["stage", "outcomes", "result", "broken", "warm"])},
        optional={"outcomes": CLAIMS | JSON, "stage": JSON, "detail": JSON, "comparison": JSON},
    ),
    max_size=4,
)
ENDINGS: st.SearchStrategy[Ending] = st.builds(Ending, REASONS, st.none() | st.integers(-64, 255), st.integers(-2, 3))


@given(FRAMES, ENDINGS)
def test_every_check_gets_one_outcome_whatever_a_worker_sends(frames: list[dict[str, Any]], ending: Ending) -> None:
    outcomes = outcomes_of(RUN, Report(frames, ending))
    assert [outcome.id for outcome in outcomes] == ["a", "b"]


@given(FRAMES, ENDINGS)
def test_a_comparison_is_whole_or_none(frames: list[dict[str, Any]], ending: Ending) -> None:
    comparison = comparison_of(COMPARE, Report(frames, ending))
    assert comparison is None or len(comparison.load_errors) == 1


@given(ENDINGS)
def test_nothing_is_held_where_nothing_was_said(ending: Ending) -> None:
    assert all(outcome.status != "held" for outcome in outcomes_of(RUN, Report([], ending)))


def test_how_a_worker_ended_overrides_that_it_found_nothing() -> None:
    frames = [{"type": "result", "outcomes": [HELD]}]
    assert outcomes_of(RUN, Report(frames, Ending("completed")))[0].status == "held"
    assert outcomes_of(RUN, Report(frames, Ending("protocol")))[0].status == "crashed"
    assert outcomes_of(RUN, Report(frames, Ending("lost")))[0].status == "crashed"


def test_what_was_found_before_a_worker_was_killed_stands() -> None:
    frames = [{"type": "outcomes", "outcomes": [VIOLATED]}]
    outcome = outcomes_of(RUN, Report(frames, Ending("timeout")))[0]
    assert (outcome.status, outcome.detail) == ("violated", "not shrunk: did not end within 10 s")
