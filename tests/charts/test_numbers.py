"""Every chart gives the numbers it draws, as a reader would lay them out; nothing missing becomes a zero."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from tightrope.charts import argument, balance, bars, coverage, ranks, series, specification, verdicts, votes
from tightrope.charts.contract import Chart, Texts
from tightrope.charts.numbers import MAX_ROWS, Numbers


def table(chart: Chart) -> dict[str, Any]:
    assert chart.numbers is not None
    return chart.numbers.record()


def test_lines_lie_side_by_side_and_a_gap_is_a_row_without_a_value(texts: Texts) -> None:
    frame = pd.DataFrame(
        [(2000, "exports", 1.5), (2003, "exports", 2.0), (2000, "imports", 7.0), (2001, "imports", float("nan"))],
        columns=["year", "flow", "value"],
    )
    found = table(series.line(frame, texts, by="flow"))
    assert found["columns"] == ["Year", "exports", "imports"]
    assert found["kinds"] == ["year", "number", "number"]
    assert found["rows"] == [[2000, 1.5, 7], [2001, None, None], [2002, None, None], [2003, 2, None]]


def test_whole_numbers_stay_whole_and_fractions_keep_six_digits(texts: Texts) -> None:
    found = table(series.line(pd.DataFrame({"year": [2000, 2001], "value": [1234567.0, 1.23456789]}), texts))
    assert found["columns"] == ["Year", "Value"]
    assert found["rows"] == [[2000, 1234567], [2001, 1.23457]]


def test_dates_stay_dates(texts: Texts) -> None:
    frame = pd.DataFrame({"date": pd.to_datetime(["2020-01-31", "2020-03-31"]), "value": [1.0, 2.0]})
    found = table(series.line(frame, texts, x="date"))
    assert found["kinds"] == ["date", "number"]
    assert found["rows"] == [["2020-01-31", 1], ["2020-03-31", 2]]


def test_panels_are_named_with_their_lines(texts: Texts) -> None:
    frame = pd.DataFrame(
        [(2000, "Japan", "a", 1.0), (2001, "Japan", "a", 2.0), (2000, "China", "b", 3.0)],
        columns=["year", "panel", "who", "value"],
    )
    found = table(series.small_multiples(frame, texts, by="who"))
    assert found["columns"] == ["Year", "Japan, a", "China, b"]
    assert found["rows"] == [[2000, 1, 3], [2001, 2, None]]


def test_bars(texts: Texts) -> None:
    found = table(bars.horizontal(pd.DataFrame({"name": ["Cars", "Fish"], "value": [40.5, None]}), texts))
    assert found["rows"] == [["Cars", 40.5], ["Fish", None]]
    found = table(bars.diverging(pd.DataFrame({"year": [2001, 2003], "value": [-1.0, 2.0]}), texts))
    assert found["rows"] == [[2001, -1], [2002, None], [2003, 2]]


def test_every_state_of_the_scatter_with_its_flags(texts: Texts) -> None:
    frame = pd.DataFrame(
        {"iso3": ["AAA", "BBB", "CCC"], "name": ["Zed", "Bee", "Cee"], "x": [1.0, 2.0, None], "y": [3.0, 4.0, 5.0],
         "both": [True, None, True]}
    )  # fmt: skip
    found = table(
        balance.scatter(
            frame, texts, x_label="with A", y_label="with B", focus=["AAA"], filled=("both", "free to both")
        )
    )
    assert found["columns"] == ["State", "with A", "with B", "free to both"]
    assert found["kinds"] == ["text", "number", "number", "flag"]
    assert found["rows"] == [["Bee", 2, 4, None], ["Zed", 1, 3, True]]


def test_coverage_joins_years_of_one_value(texts: Texts) -> None:
    frame = pd.DataFrame(
        [("a", 2000, 1.0), ("a", 2001, 1.0), ("a", 2003, 1.0), ("a", 2004, 0.5), ("b", 2000, None)],
        columns=["row", "year", "value"],
    )
    found = table(coverage.heat(frame, texts))
    assert found["rows"] == [["a", 2000, 2001, 1], ["a", 2003, 2003, 1], ["a", 2004, 2004, 0.5]]


def test_ranks_give_what_is_drawn(texts: Texts) -> None:
    frame = pd.DataFrame({"name": ["A", "B", "C"], "value": [9.0, 5.0, 1.0], "rank": [1, 2, 3]})
    assert table(ranks.dot(frame, texts, top=2, focus=["C"]))["rows"] == [[1, "A", 9], [2, "B", 5], [3, "C", 1]]


def test_readings_say_what_holds_and_where_there_is_no_data(texts: Texts) -> None:
    frame = pd.DataFrame(
        {"label": ["customs", "BACI"], "class": ["plain", "defensible"], "holds": [True, None],
         "observed": [12.0, None], "source": ["customs", "BACI"]}
    )  # fmt: skip
    found = table(specification.specification(frame, texts, choices=["source"]))
    assert found["columns"] == ["Reading", "Class of reading", "Evidence shows", "Holds"]
    assert found["rows"] == [["customs", "plain", 12, True], ["BACI", "defensible", None, None]]


def test_votes_are_words(texts: Texts) -> None:
    frame = pd.DataFrame(
        {"state": ["Korea", "Russia", "Korea"], "resolution": ["A", "A", "B"], "vote": ["yes", "no", "abstain"]}
    )
    found = table(votes.matrix(frame, texts))
    assert found["columns"] == ["Resolution", "Korea", "Russia"]
    assert found["rows"] == [["A", "yes", "no"], ["B", "abstained", None]]


def test_verdicts_and_what_was_in_force_when(texts: Texts) -> None:
    frame = pd.DataFrame({"id": ["C1"], "theme": ["trade"], "verdict": ["fragile"], "statement": ["It traded"]})
    assert table(verdicts.strip(frame, texts))["rows"] == [["C1", "It traded", "trade", "fragile"]]
    assert ["fragile", 1] in table(verdicts.counts(frame, texts))["rows"]
    held = pd.DataFrame(
        {"id": ["C1"], "statement": ["It traded"], "start": [pd.NaT], "end": [pd.Timestamp("2014-03-18")],
         "state": ["waiver"]}
    )  # fmt: skip
    day = dt.date(2021, 3, 25)
    found = table(verdicts.timeline(held, texts, as_of=day, start=dt.date(1990, 1, 1), end=day))
    assert found["columns"] == ["Claim", "In our words", "In force", "From", "To"]
    assert found["rows"] == [["C1", "It traded", "waiver", "open", "18 Mar 2014"]]


def test_the_map_says_where_each_claim_leads(texts: Texts) -> None:
    nodes = pd.DataFrame({"id": ["C1", "C2"], "label": ["One", "Two"], "verdict": ["supported", "untested"]})
    edges = pd.DataFrame({"source": ["C1"], "target": ["C2"], "relation": ["supports"]})
    found = table(argument.map(nodes, edges, texts))
    assert found["rows"] == [["C1", "One", "supported", "C2 (supports)"], ["C2", "Two", "untested", "–"]]


def test_a_very_long_table_is_cut_and_says_how_long_it_is() -> None:
    found = Numbers(pd.DataFrame({"n": range(MAX_ROWS + 5)})).record()
    assert len(found["rows"]) == MAX_ROWS
    assert found["n_rows"] == MAX_ROWS + 5
