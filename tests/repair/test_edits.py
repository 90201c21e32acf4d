import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refute.properties.units import FunctionUnit
from refute.repair.edits import apply_edits, edits_between, unified_diff
from refute.repair.fix import Edit

UnitOf = Callable[[str, str], FunctionUnit]
METHOD = "class A:\n    @property\n    def f(self):\n        return self.x  # note\n\n    y = 1\n"


@given(data=st.data(), ending=st.sampled_from(("\n", "\r\n")), last=st.booleans())
def test_after_its_edits_a_document_holds_the_new_definition(
    definitions: st.SearchStrategy[str], unit_of: UnitOf, data: st.DataObject, ending: str, last: bool
) -> None:
    old, new = data.draw(definitions), data.draw(definitions)
    before, after = "import os\n\n\nclass A:\n    x = 1\n\n    @staticmethod\n", "" if last else "\n\nz = 2\n"
    text = (before + textwrap.indent(old, "    ") + after).replace("\n", ending)
    text = text.rstrip("\r\n") if last else text
    unit = unit_of(text, "A.f")
    changed = apply_edits(text, edits_between(unit, text, new))
    assert unit_of(changed, "A.f").source == new
    assert changed.startswith(before.replace("\n", ending))
    assert changed.endswith(after.replace("\n", ending))


@given(data=st.data())
def test_a_definition_that_stays_needs_no_edits(
    definitions: st.SearchStrategy[str], unit_of: UnitOf, data: st.DataObject
) -> None:
    text = data.draw(definitions)
    unit = unit_of(text, "f")
    assert edits_between(unit, text, unit.source) == ()


def test_a_changed_operator_is_an_edit_of_one_character(unit_of: UnitOf) -> None:
    text = "def f(a, b):\n    return a - b  # difference\n"
    edits = edits_between(unit_of(text, "f"), text, text.replace("-", "+"))
    assert edits == (Edit(1, 13, 1, 14, "+"),)


def test_new_lines_take_over_line_endings_and_indentation(unit_of: UnitOf) -> None:
    text = METHOD.replace("\n", "\r\n").replace("    ", "\t")
    unit = unit_of(text, "A.f")
    new = unit.source.replace("\treturn", "\tif self:\n\t\tpass\n\treturn")
    changed = apply_edits(text, edits_between(unit, text, new))
    assert "\tdef f(self):\r\n\t\tif self:\r\n\t\t\tpass\r\n\t\treturn self.x  # note\r\n" in changed


def test_a_byte_order_mark_stays_alone_at_the_start(unit_of: UnitOf) -> None:
    text = "\ufeffdef f(a):\n    return a\n"
    new = "def f(a):\n    a += 1\n    return a\n"
    assert apply_edits(text, edits_between(unit_of(text, "f"), text, new)) == "\ufeff" + new


def test_the_last_line_of_a_document_without_a_line_ending_can_change(unit_of: UnitOf) -> None:
    text = "def f(a):\n    return a"
    new = "def f(a):\n    return a\n    return 1\n"
    assert apply_edits(text, edits_between(unit_of(text, "f"), text, new)) == new.rstrip("\n")


@pytest.mark.parametrize("order", [1, -1])
def test_edits_are_applied_to_the_text_as_it_was_in_any_order(order: int) -> None:
    edits = [Edit(0, 0, 0, 1, "xyz"), Edit(0, 2, 1, 1, ""), Edit(2, 0, 2, 0, "new ")]
    assert apply_edits("abc\nde\nf", edits[::order]) == "xyzbe\nnew f"


def test_a_diff_shows_the_changed_lines_whatever_their_endings() -> None:
    diff = unified_diff("a\r\nb\r\n", "a\r\nc\r\n", "m.py")
    assert diff.splitlines() == ["--- a/m.py", "+++ b/m.py", "@@ -1,2 +1,2 @@", " a", "-b", "+c"]
