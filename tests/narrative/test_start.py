"""The start page finds articles and states as people write them."""

from __future__ import annotations

import pytest

from tightrope.errors import UnknownName
from tightrope.narrative import start


def codes(wanted: str) -> list[str]:
    return [str(row[0]) for row in start.states(wanted).rows]


def test_articles_are_listed_by_the_name_to_write() -> None:
    rows = {str(row[0]): row for row in start.articles().rows}
    assert rows["korea-russia-2021"][1] == "South Korea between the United States and Russia"
    assert "trade" in str(rows["korea-russia-2021"][3]).split(", ")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("KOR", ["PRK", "KOR"]),  # a code, and a part of North Korea's name: both are shown
        ("росс", ["RUS"]),
        ("대한민국", ["KOR"]),
        ("Côte", ["CIV"]),
        ("cote d", ["CIV"]),
        ("Tuvalu", ["TUV"]),
    ],
)
def test_a_state_is_found_by_part_of_any_of_its_names(wanted: str, found: list[str]) -> None:
    assert codes(wanted) == found


def test_the_two_koreas_are_both_shown_and_no_other() -> None:
    assert codes("Korea") == ["PRK", "KOR"]


@pytest.mark.parametrize("wanted", ["Korrea", "z", ""])
def test_what_no_name_holds_is_refused(wanted: str) -> None:
    with pytest.raises(UnknownName, match="unknown state"):
        start.states(wanted)


def test_the_nearest_names_are_shown() -> None:
    with pytest.raises(UnknownName) as caught:
        start.states("Korrea")
    assert "Korea" in caught.value.near
