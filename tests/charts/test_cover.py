"""Maps of coverage and spreads of ratios: what is joined, what is drawn, and what is refused."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from tightrope.charts import cover, spread
from tightrope.charts.contract import Texts
from tightrope.errors import TightropeError

TEXTS = Texts(
    "Two tables know most of four states", "State by year", "Source: ours.", "Maps of four states.", "n", "maps"
)
RUNS = pd.DataFrame(
    [["One", 0, 2000, 2003, 4], ["One", 1, 2000, 2003, 4], ["One", 3, 2001, 2001, 4], ["Two", 2, 2002, 2002, 1]],
    columns=cover.RUN,
)
REGIONS = {"Africa": 1, "Asia": 3}


def test_neighbours_that_span_the_same_years_are_one_box() -> None:
    runs = [[0, 2000, 2003], [1, 2000, 2003], [3, 2000, 2003], [1, 2005, 2005], [2, 2005, 2005]]
    assert cover.joined(runs) == [(0, 2, 2000, 2003), (1, 3, 2005, 2005), (3, 4, 2000, 2003)]


def test_a_map_a_table_with_its_name_and_note() -> None:
    chart = cover.maps(
        RUNS,
        TEXTS,
        regions=REGIONS,
        notes={"One": "2000–2003", "Two": "2002"},
        table=pd.DataFrame({"Table": ["One", "Two"]}),
    )
    svg = chart.svg()
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert {"One", "Two", "2000–2003", "Africa", "Asia"} <= set(texts)
    assert texts.count("Asia") == 1, "regions are named once a row of maps"
    # Four rectangles would be four elements: each map has one a shade.
    assert len(re.findall(r"opacity: ?(?:1|0\.25)", svg)) <= 4
    assert chart.svg() == svg
    assert chart.metadata(svg)["dark"], "the blue has a twin on a dark page"


def test_no_run_is_no_map() -> None:
    with pytest.raises(TightropeError, match="nothing to draw"):
        cover.maps(RUNS.iloc[:0], TEXTS, regions=REGIONS, notes={}, table=pd.DataFrame())


def test_years_do_not_crowd() -> None:
    assert cover._ticks(2019, 2025, 3) == [2020, 2025]
    assert cover._ticks(2014, 2015, 3) == [2014, 2015]
    assert cover._ticks(1946, 2020, 3) == [1950, 2000]


def test_a_ratio_beyond_the_scale_is_cut_and_marked() -> None:
    row = {"one": "A", "other": "B", "p5": 0.01, "p25": 0.9, "p50": 1.0, "p75": 1.1, "p95": 1.2, "note": "80% of 10"}
    frame = pd.DataFrame([row])
    chart = spread.ratios(frame, TEXTS, table=frame)
    axes = chart.figure.axes[0]
    thin = axes.lines[1].get_xdata()
    assert [round(float(x), 3) for x in thin] == [-2.0, 0.263]
    assert "80% of 10" in chart.svg()
    with pytest.raises(TightropeError, match="nothing to draw"):
        spread.ratios(frame.assign(p5=0.0), TEXTS, table=frame)
