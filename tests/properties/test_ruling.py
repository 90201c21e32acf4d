from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.properties import ruling
from refute.properties.evidence import Evidence
from refute.properties.ruling import RULE_CONFIDENCE, SHOWN, confidence_in

testimonies = st.integers(1, 12).flatmap(
    lambda voters: st.builds(
        ruling.Testimony,
        members=st.integers(0, voters),
        voters=st.just(voters),
        supporters=st.integers(0, voters),
        differing=st.integers(0, 40),
        trusted=st.integers(40, 80),
        repairable=st.booleans(),
        gain=st.none() | st.floats(-30, 30),
    )
)
CLEAR = ruling.Testimony(members=6, voters=6, supporters=0, differing=40, trusted=80, repairable=True)


@given(testimonies)
def test_a_confidence_is_a_probability(testimony: ruling.Testimony) -> None:
    assert 0 <= confidence_in(testimony) <= 1


@given(testimonies)
def test_a_small_repair_never_lowers_the_confidence(testimony: ruling.Testimony) -> None:
    mended, unmended = (replace(testimony, repairable=repairable, gain=None) for repairable in (True, False))
    assert confidence_in(mended) >= confidence_in(unmended)


@given(testimonies, st.floats(-30, 30), st.floats(-30, 30))
def test_a_likelier_edit_never_lowers_the_confidence(testimony: ruling.Testimony, one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert confidence_in(replace(testimony, gain=more)) >= confidence_in(replace(testimony, gain=less))


def test_an_edit_that_the_model_finds_unlikely_is_not_shown() -> None:
    assert confidence_in(replace(CLEAR, gain=-10.0)) < SHOWN


def test_a_lone_voice_is_shown_only_with_a_likely_edit() -> None:
    lone = replace(CLEAR, members=1, voters=8)
    assert confidence_in(replace(lone, gain=10.0)) >= SHOWN
    assert confidence_in(replace(lone, gain=-1.0)) == 0


@given(testimonies, st.integers(0, 12))
def test_voices_for_the_function_never_raise_the_confidence(testimony: ruling.Testimony, supporters: int) -> None:
    fewer, more = sorted((testimony.supporters, min(supporters, testimony.voters)))
    assert confidence_in(replace(testimony, supporters=more)) <= confidence_in(replace(testimony, supporters=fewer))


@given(testimonies, st.integers(0, 3), st.integers(0, 3))
def test_a_reviewer_who_changes_the_function_never_speaks_for_it(
    testimony: ruling.Testimony, approvals: int, corrections: int
) -> None:
    reviewed = replace(testimony, reviewers=1 + approvals + corrections, approvals=approvals, corrections=corrections)
    otherwise = confidence_in(reviewed)
    assert confidence_in(replace(reviewed, approvals=approvals + 1)) <= otherwise
    assert confidence_in(replace(reviewed, corrections=corrections + 1)) >= otherwise


def test_what_all_reviewers_change_otherwise_is_no_approval() -> None:
    unmended = replace(CLEAR, members=11, voters=11, repairable=False)
    assert confidence_in(replace(unmended, reviewers=4)) >= confidence_in(unmended) >= SHOWN


def test_one_voice_is_no_agreement() -> None:
    assert confidence_in(replace(CLEAR, members=1, voters=1)) == 0


def test_all_voices_with_a_small_repair_are_shown() -> None:
    assert confidence_in(CLEAR) >= SHOWN


def test_a_bare_majority_without_a_repair_is_not_shown() -> None:
    assert confidence_in(replace(CLEAR, members=4, repairable=False)) < SHOWN


def test_stronger_evidence_is_believed_more() -> None:
    assert [RULE_CONFIDENCE[e] for e in sorted(Evidence)] == sorted(RULE_CONFIDENCE.values())


def test_what_a_person_wrote_is_shown_and_a_guess_is_not() -> None:
    assert all(RULE_CONFIDENCE[e] >= SHOWN for e in (Evidence.CONTRACT, Evidence.EXAMPLE, Evidence.DOCSTRING))
    assert all(RULE_CONFIDENCE[e] < SHOWN for e in (Evidence.GUESS, Evidence.NAME, Evidence.TYPE))


def test_an_order_that_the_docstring_leaves_open_is_not_shown() -> None:
    assert confidence_in(replace(CLEAR, reordered=True)) < SHOWN


@given(st.lists(st.integers(), max_size=5), st.randoms())
def test_items_in_another_order_are_the_same_items(items: list[int], random: Random) -> None:
    shuffled = random.sample(items, len(items))
    assert ruling.same_items(repr(items), repr(shuffled)) == (items != shuffled)


@pytest.mark.parametrize(("left", "right"), [("[1, 2]", "[1, 1]"), ("1", "[1]"), ("'ab'", "'ba'"), ("<x>", "[1]")])
def test_other_items_or_other_kinds_are_not_the_same(left: str, right: str) -> None:
    assert not ruling.same_items(left, right)


@pytest.mark.parametrize("docstring", ["Sort in descending order.", "The largest first.", "Reverse the items."])
def test_words_that_name_an_order_are_known(docstring: str) -> None:
    assert ruling.names_an_order(docstring)


def test_a_sorted_list_names_no_order() -> None:
    assert not ruling.names_an_order("Return a sorted list with the maximum k numbers.")


def test_what_everybody_had_to_guess_is_not_shown() -> None:
    assert confidence_in(replace(CLEAR, unfinished=True)) < SHOWN


@pytest.mark.parametrize(
    ("docstring", "breaks_off"),
    [("The sequence is defined by:\n", True), ("Defined by:\n    f(0) = 1", False), ("Add one.", False), ("", False)],
)
def test_a_docstring_that_announces_something_that_does_not_come_breaks_off(docstring: str, breaks_off: bool) -> None:
    assert ruling.breaks_off(docstring) == breaks_off
