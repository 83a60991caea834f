"""Bars, the balance of two powers, votes and coverage."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from tightrope.charts import balance, bars, coverage, votes
from tightrope.charts.contract import Chart, Texts
from tightrope.errors import TightropeError, UnknownName

Found = Callable[[Figure], list[Any]]


def world() -> pd.DataFrame:
    """191 states in three clumps, as crowded as the real ones."""
    rng = np.random.default_rng(11)
    x = np.concatenate([rng.normal(31, 4, 130), rng.normal(61, 2, 45), rng.uniform(20, 90, 16)])
    y = np.concatenate(
        [71 - 0.6 * (x[:130] - 31) + rng.normal(0, 1.5, 130), rng.normal(66, 1, 45), rng.uniform(40, 85, 16)]
    )
    codes = [f"{chr(65 + i // 26)}{chr(65 + i % 26)}X" for i in range(191)]
    return pd.DataFrame(
        {
            "iso3": codes,
            "name": [f"State of {code}" for code in codes],
            "x": x,
            "y": y,
            "both": [i in (5, 40, 140, 185) for i in range(191)],
            "ally": [i % 4 == 0 for i in range(191)],
        }
    )


def map_of_states() -> Chart:
    frame = world()
    words = Texts(
        "Four states travelled visa-free to both powers", "Share", "UN votes.", "Scatter plot.", "%", "balance"
    )
    return balance.scatter(
        frame,
        words,
        x_label="agrees with the United States",
        y_label="agrees with Russia",
        focus=[frame["iso3"][140]],
        filled=("both", "visa-free to both powers"),
        ringed=("ally", "US defence treaty"),
        label=list(frame["iso3"][[1, 12, 33, 60, 100, 131, 150, 170, 176, 180, 183, 188]]),
    )


def test_no_label_meets_another_among_191_states(collisions: Found, outside: Found) -> None:
    figure = map_of_states().figure
    assert collisions(figure) == []
    assert outside(figure) == []


def test_every_state_is_drawn_and_named_on_hover() -> None:
    chart = map_of_states()
    assert sum(len(tips) for gid, tips in chart.tips.items() if gid != "both") == 191
    svg = chart.svg()
    assert svg.count("<title>") == 191 + len(chart.tips["both"])
    assert "State of AAX: " in svg


def test_the_map_is_the_same_in_another_process() -> None:
    code = (
        "import sys, runpy, hashlib; sys.stdout.write(hashlib.sha256("
        f"runpy.run_path({__file__!r})['map_of_states']().svg().encode()).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert there == hashlib.sha256(map_of_states().svg().encode()).hexdigest()


def test_a_state_without_a_value_is_not_drawn_at_zero(texts: Texts) -> None:
    frame = world().head(10)
    frame.loc[3, "x"] = np.nan
    chart = balance.scatter(frame, texts, x_label="a", y_label="b")
    assert chart.data is not None
    assert len(chart.data) == 9
    assert min(chart.figure.axes[0].get_xlim()) > 10


def test_an_unknown_focus_is_refused(texts: Texts) -> None:
    with pytest.raises(UnknownName, match="KOR"):
        balance.scatter(world(), texts, x_label="a", y_label="b", focus=["KOR"])


def test_a_missing_share_is_said_and_has_no_bar(texts: Texts, collisions: Found, outside: Found) -> None:
    frame = pd.DataFrame({"name": ["Fuels and oils of every kind, distilled or not", "Fish"], "value": [54.1, np.nan]})
    figure = bars.horizontal(frame, texts).figure
    assert [p.get_width() for p in figure.axes[0].patches if isinstance(p, Rectangle)] == [54.1]
    assert {"54.1%", "no data"} <= {text.get_text() for text in figure.axes[0].texts}
    assert figure.axes[0].get_xlim()[0] == 0
    assert collisions(figure) == []
    assert outside(figure) == []


def test_a_year_without_a_balance_is_a_cross(texts: Texts, collisions: Found) -> None:
    frame = pd.DataFrame({"year": [2010, 2011, 2013, 2014], "value": [-3.0, np.nan, 5.0, 2.0]})
    axes = bars.diverging(frame, texts, above="Korea sells more", below="Russia sells more").figure.axes[0]
    gaps = next(line for line in axes.lines if line.get_gid() == "gaps")
    assert list(gaps.get_xdata()) == [2011, 2012]
    assert sorted(p.get_height() for p in axes.patches) == [-3, 2, 5]
    assert collisions(axes.figure) == []


def ballot() -> pd.DataFrame:
    return pd.DataFrame(
        [("Korea", "68/262", "yes"), ("Korea", "71/205", "abstain"), ("Russia", "68/262", "no"),
         ("Palau", "71/205", "none"), ("Palau", "68/262", None)],
        columns=["state", "resolution", "vote"],
    )  # fmt: skip


def test_votes_stand_as_letters_and_a_gap_stays_empty(texts: Texts, collisions: Found, outside: Found) -> None:
    figure = votes.matrix(ballot(), texts).figure
    said = [text.get_text() for text in figure.axes[0].texts]
    # Each letter stands once in a cell and once in the key; Russia on 71/205 and Palau on 68/262 have no cell.
    assert [said.count(letter) for letter in "YNA–"] == [2, 2, 2, 2]
    assert collisions(figure) == []
    assert outside(figure) == []


def test_thirty_resolutions_are_refused_and_twelve_stand_upright(texts: Texts, collisions: Found) -> None:
    wide = pd.DataFrame([("Korea", f"ES-11/{i}", "yes") for i in range(12)], columns=["state", "resolution", "vote"])
    assert collisions(votes.matrix(wide, texts).figure) == []
    many = pd.DataFrame([("Korea", f"ES-11/{i}", "yes") for i in range(30)], columns=["state", "resolution", "vote"])
    with pytest.raises(TightropeError, match="30 resolutions"):
        votes.matrix(many, texts)


def test_a_double_or_unknown_vote_is_refused(texts: Texts) -> None:
    with pytest.raises(TightropeError, match="votes twice"):
        votes.matrix(pd.concat([ballot(), ballot().head(1)]), texts)
    with pytest.raises(UnknownName, match="abstain"):
        votes.matrix(ballot().assign(vote="abstained"), texts)


def test_coverage_leaves_gaps_and_tells_zero_from_missing(texts: Texts, collisions: Found, outside: Found) -> None:
    frame = pd.DataFrame(
        [
            ("trade", 2000, 1.0),
            ("trade", 2001, 1.0),
            ("trade", 2003, 1.0),
            ("visas", 2003, 0.0),
            ("polls", 2001, np.nan),
        ],
        columns=["row", "year", "value"],
    )
    axes = coverage.heat(frame, texts).figure.axes[0]
    boxes = [(p.get_x(), p.get_width(), p.get_facecolor()[3] > 0) for p in axes.patches]
    assert boxes == [(1999.5, 2, True), (2002.5, 1, True), (2002.5, 1, False)]
    assert {"2000–2003", "2003–2003", "no data"} == {text.get_text() for text in axes.texts}
    assert collisions(axes.figure) == []
    assert outside(axes.figure) == []


@pytest.mark.parametrize(
    ("draw", "columns"),
    [
        (lambda f, t: bars.horizontal(f, t), ["name", "value"]),
        (lambda f, t: bars.diverging(f, t), ["year", "value"]),
        (lambda f, t: votes.matrix(f, t), ["state", "resolution", "vote"]),
        (lambda f, t: coverage.heat(f, t), ["row", "year", "value"]),
        (lambda f, t: balance.scatter(f, t, x_label="", y_label=""), ["iso3", "name", "x", "y"]),
    ],
)
def test_an_empty_table_is_an_error_and_never_an_empty_chart(texts: Texts, draw: Any, columns: list[str]) -> None:
    with pytest.raises(TightropeError, match="nothing to draw"):
        draw(pd.DataFrame({column: [] for column in columns}), texts)
    with pytest.raises(TightropeError, match="no column"):
        draw(pd.DataFrame({"other": [1]}), texts)


def test_no_chart_leaves_a_pyplot_figure() -> None:
    map_of_states()._repr_mimebundle_()
    assert plt.get_fignums() == []
