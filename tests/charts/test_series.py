"""Lines over time: a gap stays open, a lone value is a dot, an end is marked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tightrope.charts import ranks, series
from tightrope.charts.contract import Texts
from tightrope.errors import TightropeError


def trade() -> pd.DataFrame:
    """Exports 1998-2008 with 2001-2003 absent; imports end in 2005, with a lone value in 1998."""
    exports = [(year, "exports", 100.0 + year - 1998) for year in range(1998, 2009) if year not in (2001, 2002, 2003)]
    imports = [(1998, "imports", 90.0), (1999, "imports", np.nan), *((y, "imports", 80.0) for y in range(2000, 2006))]
    return pd.DataFrame([*exports, *imports], columns=["year", "flow", "value"])


def lines(axes: Axes, gid: str) -> Any:
    return next(line for line in axes.lines if line.get_gid() == gid)


def test_an_absent_year_breaks_the_line(texts: Texts) -> None:
    axes = series.line(trade(), texts, by="flow").figure.axes[0]
    line = lines(axes, "line-exports")
    by_year = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))
    assert by_year[2000] == 102
    assert all(np.isnan(by_year[year]) for year in (2001, 2002, 2003))
    assert by_year[2004] == 106


def test_the_drawn_path_has_one_stroke_a_run(texts: Texts) -> None:
    axes = series.line(trade(), texts, by="flow").figure.axes[0]
    path = lines(axes, "line-exports").get_path()
    moves = [code for _, code in path.iter_segments(remove_nans=True) if code == path.MOVETO]
    assert len(moves) == 2


def test_a_lone_value_is_a_dot(texts: Texts) -> None:
    axes = series.line(trade(), texts, by="flow").figure.axes[0]
    dots = [(line.get_xdata()[0], line.get_ydata()[0]) for line in axes.lines if len(line.get_xdata()) == 1]
    assert (1998.0, 90.0) in dots


def test_the_end_of_a_series_is_marked_and_said(texts: Texts) -> None:
    figure = series.line(trade(), texts, by="flow").figure
    rings = [
        line.get_xdata()[0]
        for line in figure.axes[0].lines
        if line.get_marker() == "o" and line.get_markerfacecolor() == "none"
    ]
    assert rings == [2005.0]
    said = [text.get_text() for text in figure.axes[0].texts]
    assert "imports, to 2005: 80" in said
    assert "exports: 110" in said


def test_months_without_a_row_are_gaps(texts: Texts) -> None:
    dates = pd.to_datetime(["2014-01-01", "2014-02-01", "2014-04-01", "2014-05-01"])
    frame = pd.DataFrame({"date": dates, "value": [1.0, 2.0, 3.0, 4.0]})
    line = next(s for s in series.line(frame, texts, x="date").figure.axes[0].lines if len(s.get_xdata()) == 5)
    assert list(np.isnan(line.get_ydata())) == [False, False, True, False, False]


def test_labels_do_not_meet(
    texts: Texts, collisions: Callable[[Figure], list[Any]], outside: Callable[[Figure], list[str]]
) -> None:
    frame = pd.DataFrame(
        [
            (year, name, value)
            for name, value in zip("abcd", (10, 10.1, 10.2, 9.9), strict=True)
            for year in (2000, 2001)
        ],
        columns=["year", "by", "value"],
    )
    events = [(2000, "a rather long event"), (2000, "another one"), (2001, "the third of them")]
    figure = series.line(frame, texts, by="by", events=events).figure
    assert collisions(figure) == []
    assert outside(figure) == []


def test_six_events_are_refused(texts: Texts) -> None:
    with pytest.raises(TightropeError, match="6 events"):
        series.line(trade(), texts, by="flow", events=[(2000, "x")] * 6)


def test_five_series_are_refused(texts: Texts) -> None:
    frame = pd.DataFrame({"year": [2000] * 5, "by": list("abcde"), "value": [1.0] * 5})
    with pytest.raises(TightropeError, match="5 series"):
        series.line(frame, texts, by="by")


def test_two_values_of_one_year_are_refused(texts: Texts) -> None:
    frame = pd.DataFrame({"year": [2000, 2000], "value": [1.0, 2.0]})
    with pytest.raises(TightropeError, match="same time"):
        series.line(frame, texts)


@pytest.mark.parametrize("values", [[], [np.nan, np.nan]])
def test_nothing_to_draw_is_an_error(texts: Texts, values: list[float]) -> None:
    frame = pd.DataFrame({"year": range(len(values)), "value": pd.Series(values, dtype=float)})
    with pytest.raises(TightropeError, match="nothing to draw"):
        series.line(frame, texts)


def test_small_values_start_at_zero_and_narrow_ones_do_not(texts: Texts) -> None:
    wide = pd.DataFrame({"year": [2000, 2001], "value": [1.0, 10.0]})
    narrow = pd.DataFrame({"year": [2000, 2001], "value": [95.0, 100.0]})
    assert series.line(wide, texts).figure.axes[0].get_ylim()[0] == 0
    assert series.line(narrow, texts).figure.axes[0].get_ylim()[0] > 90


def test_small_multiples_say_where_there_is_no_data(texts: Texts, collisions: Callable[[Figure], list[Any]]) -> None:
    frame = pd.DataFrame(
        [
            (p, y, np.nan if p == "Palau" else 10.0 + y % 7)
            for p in ("China", "Palau", "Japan")
            for y in range(2000, 2010)
        ],
        columns=["panel", "year", "value"],
    )
    figure = series.small_multiples(frame, texts).figure
    palau = figure.axes[1]
    assert "no data" in [text.get_text() for text in palau.texts]
    assert not [line for line in palau.lines if len(line.get_xdata()) > 2]
    assert figure.axes[0].get_ylim() == figure.axes[2].get_ylim()
    assert collisions(figure) == []


def test_a_panel_is_three_inches_wide(texts: Texts) -> None:
    assert series.line(trade(), texts, by="flow", panel=True).figure.get_figwidth() == 3


def test_rank_lines_put_the_first_place_on_top(texts: Texts, collisions: Callable[[Figure], list[Any]]) -> None:
    frame = pd.DataFrame(
        {"year": [2018, 2019, 2020, 2018, 2020], "source": ["customs"] * 3 + ["BACI"] * 2, "rank": [10, 9, 12, 11, 10]}
    )
    figure = ranks.rank_lines(frame, texts, claimed=12).figure
    low, high = figure.axes[0].get_ylim()
    assert low > 12 > 9 > high > 0
    line = lines(figure.axes[0], "line-BACI")
    assert np.isnan(line.get_ydata()[1])
    assert "claimed: 12th" in [text.get_text() for text in figure.axes[0].texts]
    assert collisions(figure) == []


def test_dot_keeps_the_focus_below_a_gap_with_its_true_rank(
    texts: Texts, collisions: Callable[[Figure], list[Any]], outside: Callable[[Figure], list[str]]
) -> None:
    frame = pd.DataFrame(
        {"name": [f"State {i}" for i in range(1, 31)], "value": [100.0 - i for i in range(30)], "rank": range(1, 31)}
    )
    figure = ranks.dot(frame, texts, focus=["State 21"], top=5).figure
    said = [text.get_text() for text in figure.axes[0].texts]
    assert "21st" in said
    assert "⋮" in said
    assert "State 6" not in said
    assert collisions(figure) == []
    assert outside(figure) == []


def test_dot_refuses_a_focus_it_does_not_hold(texts: Texts) -> None:
    frame = pd.DataFrame({"name": ["Russia"], "value": [1.0], "rank": [1]})
    with pytest.raises(TightropeError, match="did you mean 'Russia'"):
        ranks.dot(frame, texts, focus=["Rusia"])
