"""What values are like, in a few words."""

import pytest

from refute.worker.traits import in_order, trait


class Cart(list[int]):
    """Has a size that nobody should ask for."""

    def __len__(self) -> int:
        raise AssertionError


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "None"),
        (True, "True"),
        (-0.5, "negative"),
        (0, "zero"),
        (10**400, "positive"),
        (float("nan"), "nan"),
        (float("-inf"), "infinite"),
        ("", "empty"),
        ([0], "1 long"),
        ({"a": 1, "b": 2}, "2 to 5 long"),
        ("x" * 21, "longer than 20"),
        (Cart(), "Cart"),
    ],
)
def test_a_value_is_told_by_its_trait(value: object, words: str) -> None:
    assert trait(value) == words


def test_traits_come_in_their_natural_order_and_names_by_how_common_they_are() -> None:
    counts = {"Decimal": 1, "positive": 5, "Cart": 3, "negative": 2}
    assert in_order(counts) == [("negative", 2), ("positive", 5), ("Cart", 3), ("Decimal", 1)]
