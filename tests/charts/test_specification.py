"""The specification chart: strained readings apart, missing ones as crosses, no label on another."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from tightrope.charts.common import ordinal, percent
from tightrope.charts.contract import Texts
from tightrope.charts.palette import MUTED, SOFT, STATE_A
from tightrope.charts.ranks import specification
from tightrope.errors import TightropeError, UnknownName


def readings(n: int = 60) -> pd.DataFrame:
    made = []
    flows, sources, years = (
        ("total", "exports", "imports"),
        ("customs", "IMF", "BACI", "BACI with Taiwan", "mirror"),
        range(2017, 2021),
    )
    for i, (flow, source, year) in enumerate(product(flows, sources, years)):
        observed = 8 + (i * 7) % 10
        kind = "plain" if i == 3 else "defensible" if flow == "total" else "strained"
        made.append((f"{source}, {flow}, {year}", kind, observed == 12, float(observed), flow, source, year))
    columns = ["label", "class", "holds", "observed", "flow", "source", "year"]
    return pd.DataFrame(made[:n], columns=columns).astype({"holds": object})


def shown(figure: Figure) -> Any:
    return next(c for c in figure.axes[0].collections if c.get_gid() == "readings")


@pytest.mark.parametrize("n", [3, 12, 48, 60])
def test_no_label_meets_another_at_any_size(
    texts: Texts, collisions: Callable[[Figure], list[Any]], outside: Callable[[Figure], list[str]], n: int
) -> None:
    frame = readings(n)
    if n > 3:
        frame.loc[[5, 7], ["observed", "holds"]] = [np.nan, None]
    figure = specification(
        frame, texts, choices=["flow", "source", "year"], expected=12, better="low", fmt=ordinal
    ).figure
    assert collisions(figure) == []
    assert outside(figure) == []


def test_two_plain_readings_beside_each_other_keep_their_labels_apart(
    texts: Texts, collisions: Callable[[Figure], list[Any]]
) -> None:
    frame = readings(20)
    frame.loc[:1, "class"] = "plain"
    frame.loc[:3, "observed"] = 12.0
    figure = specification(frame, texts, choices=["source", "year"], expected=12, fmt=ordinal).figure
    assert collisions(figure) == []
    assert len([t for t in figure.axes[0].texts if t.get_text().startswith("plain reading")]) == 3


def test_counted_readings_come_first_and_each_block_is_sorted(texts: Texts) -> None:
    frame = readings(60)
    chart = specification(frame, texts, choices=["flow", "source", "year"], expected=12)
    assert chart.data is not None
    kinds = list(chart.data["class"])
    assert "strained" not in kinds[:20]
    assert set(kinds[20:]) == {"strained"}
    counted = chart.data[chart.data["class"] != "strained"]["observed"]
    assert list(counted) == sorted(counted)
    positions = shown(chart.figure).get_offsets()[:, 0]
    assert positions[20] - positions[19] > 2, "a gap parts the strained readings from the counted"


def test_a_missing_reading_is_a_cross_and_no_dot(texts: Texts) -> None:
    frame = readings(10)
    frame.loc[4, ["observed", "holds"]] = [np.nan, None]
    figure = specification(frame, texts, choices=["source", "year"], expected=12).figure
    crosses = [line for line in figure.axes[0].lines if line.get_marker() == "x"]
    assert len(crosses[0].get_xdata()) == 1
    edges = shown(figure).get_edgecolors()
    assert edges[-1][3] == 0, "its dot is not drawn"
    assert "no data" in [text.get_text() for text in figure.axes[0].texts]


def test_colours_and_sizes_tell_class_and_holding(texts: Texts) -> None:
    frame = pd.DataFrame(
        {
            "label": ["p", "d1", "d2", "s"],
            "class": ["plain", "defensible", "defensible", "strained"],
            "holds": pd.Series([True, True, False, False], dtype="boolean"),
            "observed": [12, 12, 13, 14],
            "source": list("abcd"),
        }
    )
    figure = specification(frame, texts, choices=["source"], expected=12).figure
    dots = shown(figure)
    assert [to_hex(c).lower() for c in dots.get_edgecolors()] == [STATE_A.lower(), MUTED, MUTED, SOFT]
    assert [c[3] > 0 for c in dots.get_facecolors()] == [True, True, False, False]
    assert dots.get_sizes()[1] > dots.get_sizes()[2]


def test_without_numbers_it_shows_holds_and_fails(texts: Texts, collisions: Callable[[Figure], list[Any]]) -> None:
    frame = readings(6).assign(observed=np.nan)
    frame["holds"] = [True, False, None, True, True, False]
    figure = specification(frame, texts, choices=["source", "year"]).figure
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["fails", "holds"]
    assert collisions(figure) == []


def test_a_claimed_range_is_a_band(texts: Texts) -> None:
    figure = specification(readings(6), texts, choices=["source"], expected=(10, 12), fmt=percent).figure
    assert "claimed: 10%–12%" in [text.get_text() for text in figure.axes[0].texts]


def test_every_reading_can_be_named(texts: Texts) -> None:
    for n in (1, 12, 60):
        svg = specification(readings(n), texts, choices=["source", "year"], expected=12, fmt=ordinal).svg()
        assert svg.count("<title>") == n
    frame = readings(12)
    frame.loc[4, ["observed", "holds"]] = [np.nan, None]
    svg = specification(frame, texts, choices=["source", "year"], expected=12, fmt=ordinal).svg()
    assert "IMF, total, 2017: no data" in svg
    assert "customs, total, 2020: 9th" in svg


def test_an_unknown_class_is_refused(texts: Texts) -> None:
    with pytest.raises(UnknownName, match="plain"):
        specification(readings(3).assign(**{"class": "plane"}), texts, choices=["source"])


def test_readings_without_any_data_are_refused(texts: Texts) -> None:
    frame = readings(3).assign(observed=np.nan)
    frame["holds"] = [None, None, None]
    with pytest.raises(TightropeError, match="nothing to draw"):
        specification(frame, texts, choices=["source"])


def test_a_wide_value_keeps_its_room_beside_narrow_choices(
    texts: Texts, outside: Callable[[Figure], list[str]], collisions: Callable[[Figure], list[Any]]
) -> None:
    frame = pd.DataFrame(
        {"label": ["2018", "2017"], "class": ["plain", "defensible"], "holds": [True, True],
         "observed": [1695.0, 2139.0], "year": ["2018", "2017"]}
    )  # fmt: skip
    figure = specification(frame, texts, choices=["year"], expected=1000, fmt="{:,.0f} persons stationed".format).figure
    assert outside(figure) == []
    assert collisions(figure) == []
