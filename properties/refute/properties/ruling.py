"""Rulings: how sure we are that a violated property is a real defect, and whether that is enough for a warning."""

import ast
import math
import re
from dataclasses import dataclass
from typing import cast

from refute.properties.evidence import Evidence

SHOWN = 0.8
"""Violations at or above this confidence are warnings; below it they are suggestions. The bar follows from what a
false alarm costs against a missed bug: about four to one."""

RULE_CONFIDENCE = {
    Evidence.CONTRACT: 0.99,
    Evidence.EXAMPLE: 0.98,
    Evidence.DOCSTRING: 0.95,
    Evidence.AGREEMENT: 0.7,
    Evidence.TYPE: 0.6,
    Evidence.NAME: 0.4,
    Evidence.GUESS: 0.1,
}
"""Confidence that a violation is a defect, where only the kind of evidence is known."""

WEIGHTS = (-5.5, 1.3, 3.0, 1.6, 0.3, -4.0, -2.4, 0.8)
"""Of a constant and of `features`, in log-odds: set by hand on testimonies of 63 wrong and 65 right functions
(HumanEvalFix, and some everyday ones), of which 40 wrong ones and no right one are called wrong. Ten of ten voices,
three of three with a small edit, or a tenth of the voices with an edit that the model finds much likelier than the
code, are just enough. `benchmarks/calibration.py` collects such rows and fits weights to them. The weight of reviewers
was set by hand too: of 31 wrong and 31 right functions, most of four reviewers mended 13 and broke one."""

SUPPORT = 3.0
"""What a voice for the function counts against those that contradict it. Implementations go wrong alike, but one that
does just what the function does where others do not hardly ever shares a slip with it: of 18 functions with such a
voice, 11 were right and no wrong one was sure."""

DOUBT, DOUBT_WITH_EDIT = 0.3, 0.1
"""What a voice that is neither for nor against the function counts for it, where no small edit says what is wrong, and
where one does."""

TELLING = 12
"""Inputs from which on it makes no difference on how many more a function differs. All inputs are different, and there
are few of the empty, the zero and the like, on which everybody has a right to differ: one alone counts nothing."""

MOST_LEFT_OUT = 6
"""Characters from which on it makes no difference how many more an edit leaves out."""

MOST_IF_UNFINISHED = 0.5
"""Confidence that nothing can exceed where the docstring breaks off."""

OTHERWISE = 0.25
"""What a reviewer counts against the function who changes it to something else: of 124 reviews of wrong functions and
as many of right ones, 25 and 13 did so, and 38 and 111 left it as it is, or as good."""

LEAST_GAIN, MOST_GAIN = -8.0, 12.0
"""Nats beyond which it makes no difference how much likelier an edit is."""

LOSS = 2.0
"""How much more a nat counts where the model finds the function likelier than its edit: then the voices, which are the
same model's, contradict it."""


@dataclass(frozen=True)
class Testimony:
    """What speaks for and against a function that differs from what implementations of its spec do.

    `members` of `voters` implementations do the same; `supporters` voters side with the function where it differs, on
    `differing` of `trusted` inputs. `repairable` says that one small edit of the function makes it do what the members
    do, and `gain` by how many nats the model finds that edit likelier than the function, after its spec (None where it
    was not asked); `left_out` are the characters by which the edit is shorter, for what somebody wrote on purpose is
    what others tend to overlook. `reordered` says that wherever the function differs it returns the same items in
    another order, and that the docstring names no order: then either is right. `unfinished` says that the docstring
    breaks off, so that all had to guess. Of `reviewers` who saw the function, `approvals` left it as it is, and
    `corrections` made it do what the edit does.
    """

    members: int
    voters: int
    supporters: int
    differing: int
    trusted: int
    repairable: bool
    reordered: bool = False
    gain: float | None = None
    unfinished: bool = False
    left_out: int = 0
    reviewers: int = 0
    approvals: int = 0
    corrections: int = 0


_ORDER = re.compile(r"order|ascend|descend|increas|decreas|revers|rank|first|last|smallest|largest", re.IGNORECASE)


def names_an_order(docstring: str) -> bool:
    """Whether a docstring says in which order items come, as far as words can tell; in doubt it does."""
    return _ORDER.search(docstring) is not None


def breaks_off(docstring: str) -> bool:
    """Whether a docstring announces something that does not come."""
    return docstring.rstrip().endswith(":")


def same_items(left: str, right: str) -> bool:
    """Whether two results, as Python literals, are sequences of the same items in another order."""
    try:
        values: list[object] = [ast.literal_eval(left), ast.literal_eval(right)]
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    if not all(isinstance(value, list) for value in values):
        return False
    first, second = ([repr(item) for item in cast("list[object]", value)] for value in values)
    return first != second and sorted(first) == sorted(second)


def features(testimony: Testimony) -> tuple[float, ...]:
    """The numbers that the confidence hangs on: the voices against the function for one that is for it (a logarithm),
    how many inputs tell it apart (another), whether a small edit mends it, how much likelier the model finds that edit,
    whether only an open order differs, how much the edit leaves out, and the reviewers against the function for one
    that is for it (a logarithm again)."""
    gain = testimony.gain if testimony.repairable and testimony.gain is not None else 0.0
    gain = min(MOST_GAIN, max(LEAST_GAIN, gain))
    silent = max(0, testimony.voters - testimony.members - testimony.supporters)
    doubts = SUPPORT * testimony.supporters + (DOUBT_WITH_EDIT if testimony.repairable else DOUBT) * silent
    return (
        math.log((testimony.members + 0.5) / (doubts + 0.5)),
        min(1.0, math.log(max(1, testimony.differing)) / math.log(TELLING)),
        float(testimony.repairable),
        gain if gain > 0 else LOSS * gain,
        float(testimony.reordered),
        min(1.0, testimony.left_out / MOST_LEFT_OUT) if testimony.repairable else 0.0,
        _reviewed(testimony),
    )


def _reviewed(testimony: Testimony) -> float:
    """The reviewers who correct the function alike, and a little those who correct it otherwise, for one that
    approves."""
    others = testimony.reviewers - testimony.approvals - testimony.corrections
    against = testimony.corrections + OTHERWISE * others
    return math.log((against + 0.5) / (testimony.approvals + 0.5)) if testimony.reviewers else 0.0


def confidence_in(testimony: Testimony) -> float:
    """The probability that the function, rather than the implementations, is wrong where they differ: 0 to 1.

    One implementation, or none, counts only where the model prefers a small edit of the function that does the same, or
    where reviewers make it.
    """
    needed = 0 if testimony.repairable and (testimony.gain or 0.0) > 0 else 2
    if testimony.members + testimony.corrections < needed or not testimony.differing:
        return 0.0
    score = WEIGHTS[0] + sum(w * f for w, f in zip(WEIGHTS[1:], features(testimony), strict=True))
    probability = 1 / (1 + math.exp(-score))
    return min(probability, MOST_IF_UNFINISHED) if testimony.unfinished else probability
