"""One row, one year, zero, a negative, a name too long: still a chart, nothing cut off, nothing on top of another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from tightrope.charts import argument, balance, bars, coverage, ranks, series, verdicts
from tightrope.charts.common import shorten
from tightrope.charts.contract import Chart, Texts
from tightrope.charts.scales import scale_of
from tightrope.charts.style import text_inches

LONG = "a very long name that nobody would want to read on a line of a chart"


def frame(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(columns)


def no_edges() -> pd.DataFrame:
    return pd.DataFrame({"source": [], "target": [], "relation": []})


EDGES: dict[str, Callable[[Texts], Chart]] = {
    "one year": lambda t: series.line(frame(year=[2020], value=[5.0]), t),
    "below zero": lambda t: series.line(frame(year=[2019, 2020], value=[-5.0, 5]), t),
    "flat zero": lambda t: series.line(frame(year=[2019, 2020], value=[0.0, 0]), t),
    "half a year": lambda t: series.line(
        frame(date=pd.to_datetime(["2020-01-01", "2020-02-01", "2020-06-01"]), value=[1.0, 2, 3]), t, x="date"
    ),
    "one panel": lambda t: series.small_multiples(frame(panel=["a"], year=[2020], value=[5.0]), t),
    "own scales": lambda t: series.small_multiples(
        frame(panel=["a", "b"], year=[2020, 2020], value=[5.0, 50000.0]), t, shared=False
    ),
    "one rank, long name": lambda t: ranks.rank_lines(frame(year=[2020], rank=[12], source=[LONG]), t, claimed=12),
    "first place": lambda t: ranks.rank_lines(frame(year=[2019, 2020], rank=[1, 2], source=["a", "a"]), t, claimed=1),
    "one partner of zero": lambda t: ranks.dot(frame(name=["x"], value=[0.0], rank=[1]), t, focus=["x"]),
    "one reading, long names": lambda t: ranks.specification(
        frame(label=[LONG * 3], **{"class": ["plain"]}, holds=[True], observed=[5.0], source=[LONG]),
        t,
        choices=["source"],
        expected=5,
    ),
    "one deficit": lambda t: bars.diverging(frame(year=[2020], value=[-3.0]), t, above="A", below="B"),
    "75 balances": lambda t: bars.diverging(
        frame(year=range(1949, 2024), value=np.linspace(-3, 900000, 75)), t, above="A sells more", below="B"
    ),
    "a share of zero": lambda t: bars.horizontal(frame(name=["x"], value=[0.0]), t),
    "one empty year": lambda t: coverage.heat(frame(row=["x"], year=[2020], value=[0.0]), t),
    "one state": lambda t: balance.scatter(
        frame(iso3=["KOR"], name=["Korea"], x=[5.0], y=[6.0]), t, x_label="a", y_label="b", focus=["KOR"]
    ),
    "one claim": lambda t: verdicts.strip(frame(id=["C01"], theme=[LONG], verdict=["untested"]), t),
    "no argument": lambda t: argument.map(frame(id=["C01"], label=[""], verdict=["untested"]), no_edges(), t),
    "one long word": lambda t: argument.map(
        frame(
            id=["C01", "C02"], label=["x", "Donaudampfschifffahrtsgesellschaftskapitän sails"], verdict=["untested"] * 2
        ),
        frame(source=["C01"], target=["C02"], relation=["answers"]),
        t,
    ),
}


@pytest.mark.parametrize("case", EDGES)
def test_the_smallest_chart_is_still_whole(
    texts: Texts,
    collisions: Callable[[Figure], list[Any]],
    outside: Callable[[Figure], list[str]],
    case: str,
) -> None:
    chart = EDGES[case](texts)
    assert collisions(chart.figure) == []
    assert outside(chart.figure) == []
    assert chart.svg().startswith("<svg")


def test_rank_ticks_are_whole_and_from_the_first_place() -> None:
    scale = scale_of([np.array([1.0, 2.0])], "low", None)
    assert scale.ticks == (1.0, 2.0)
    assert scale.bottom > scale.top > 0


def test_shorten_says_that_it_cut() -> None:
    assert shorten("Korea", 2) == "Korea"
    cut = shorten(LONG, 1.5)
    assert cut.endswith("…")
    assert text_inches(cut) <= 1.5
