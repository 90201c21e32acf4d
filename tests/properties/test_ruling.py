from dataclasses import replace

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
    )
)
CLEAR = ruling.Testimony(members=6, voters=6, supporters=0, differing=40, trusted=80, repairable=True)


@given(testimonies)
def test_a_confidence_is_a_probability(testimony: ruling.Testimony) -> None:
    assert 0 <= confidence_in(testimony) <= 1


@given(testimonies)
def test_a_small_repair_never_lowers_the_confidence(testimony: ruling.Testimony) -> None:
    assert confidence_in(replace(testimony, repairable=True)) >= confidence_in(replace(testimony, repairable=False))


@given(testimonies, st.integers(0, 12))
def test_voices_for_the_function_never_raise_the_confidence(testimony: ruling.Testimony, supporters: int) -> None:
    fewer, more = sorted((testimony.supporters, min(supporters, testimony.voters)))
    assert confidence_in(replace(testimony, supporters=more)) <= confidence_in(replace(testimony, supporters=fewer))


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
