"""What the report says of uniqueness: computed, named, and silent where there is no data."""

from __future__ import annotations

import re

import pytest

from tightrope.measures import find_measure
from tightrope.narrative import uniqueness as room
from tightrope.narrative.report import Report, open_report
from tightrope.narrative.trace import plain


@pytest.fixture(scope="module")
def report() -> Report:
    return open_report("korea-russia-2021", "2021-03-25", theme="north_korea")


def test_the_passage_names_who_is_left_at_each_step(report: Report) -> None:
    text = repr(room.uniqueness_passage(report).prose)
    assert "Other states visa-free to both powers: Brunei, Chile and Palau." in text
    assert "With a defence treaty and no sanctions besides: Chile." in text
    assert "no other state" in text
    assert "1,000 or more troops of the United States + visa-free to Russia" in text


def test_the_counts_are_those_of_the_measure(report: Report) -> None:
    found = find_measure("uniqueness").function(report.evidence, **room.asked(report)).frame
    alone = int(found["is_only"].fillna(False).sum())
    passage = room.uniqueness_passage(report)
    assert f"{len(found):,} combinations" in repr(passage.prose)
    assert f"{alone:,} are met by no other member" in repr(passage.prose)
    assert len(passage.frame) == len(found)


def test_the_table_of_combinations_holds_every_reading_once(report: Report) -> None:
    table = room.combination_table(report)
    text = repr(table)
    assert len({row[0] for row in table.rows}) == len(table.rows)
    claimed = [r for r in report.verdict("C06").readings if r.measure == "others_meeting"]
    for reading in claimed:
        assert repr_of(room.say_combination(report, " + ".join(reading.arguments["predicates"]))) in text


def test_neighbours_say_what_they_lack(report: Report) -> None:
    rows = {str(row[0]): row for row in room.neighbour_table(report).rows}
    assert "visa-free to Russia" in repr_of(rows["Japan"][3])
    assert "visa-free" not in repr_of(rows["Chile"][3])


def test_sizes_add_up_to_all_combinations(report: Report) -> None:
    table = room.size_table(report)
    counts = [int(re.sub(r"\D", "", repr_of(row[1]))) for row in table.rows]
    assert sum(counts) == len(room.uniqueness_passage(report).frame)


def test_who_else_is_alone_is_counted(report: Report) -> None:
    words = room.asked(report)
    found = find_measure("alone_in_some_combination").function(report.evidence, **words).frame.iloc[0]
    assert found["n_asked"] == 190
    assert "South Korea" not in found["names"]
    # Turned round, Korea is alone for another state that asks, and that state is alone only if it is on the list.
    turned = find_measure("alone_in_some_combination").function(report.evidence, **{**words, "state": "CHL"})
    assert "South Korea" in turned.frame.iloc[0]["names"]
    chile = find_measure("uniqueness").function(report.evidence, **{**words, "state": "CHL"}).frame
    assert bool(chile["is_only"].fillna(False).any()) == ("Chile" in found["names"])


def test_before_the_visa_lists_begin_the_passage_still_stands() -> None:
    early = open_report("korea-russia-2021", "2016-06-30", theme="north_korea")
    text = repr(room.uniqueness_passage(early).prose)
    assert "For the article's own signs we found no data on that day." in text
    asked = room.predicate_table(early)
    assert any("begins on 2019-11-23" in repr_of(row[1]) for row in asked.rows)


def repr_of(text: str) -> str:
    """Drop the marks by which numbers are traced."""
    return plain(str(text))
