"""Marks as shapes, the strip, the counts and the dated states."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from tightrope.charts import verdicts
from tightrope.charts.contract import Texts
from tightrope.charts.marks import draw_mark
from tightrope.charts.palette import VERDICTS
from tightrope.errors import TightropeError, UnknownName


def inked(verdict: str, *, downwards: bool) -> Any:
    """Draw one mark of radius 1 in the middle of 200 dots; give the alpha at (x, y), y upwards."""
    figure = Figure(figsize=(2, 2), dpi=100, facecolor="none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(-1, 1)
    axes.set_ylim(*((1, -1) if downwards else (-1, 1)))
    draw_mark(axes, 0, 0, 0.8, verdict)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    alpha = np.asarray(canvas.buffer_rgba())[:, :, 3]
    return lambda x, y: bool(alpha[int(100 - 100 * y), int(100 + 100 * x)] > 128)


@pytest.mark.parametrize("downwards", [True, False])
def test_the_marks_are_the_characters_of_the_style_page(downwards: bool) -> None:
    at = inked("fragile", downwards=downwards)  # all but the upper left quarter
    assert not at(-0.25, 0.25)
    assert at(0.25, 0.25)
    assert at(0.25, -0.25)
    assert at(-0.25, -0.25)
    at = inked("contested", downwards=downwards)  # the left half
    assert at(-0.25, 0)
    assert not at(0.25, 0)
    at = inked("contradicted", downwards=downwards)  # a ring with a bar across
    assert at(0.2, 0)
    assert not at(0, 0.3)
    assert not at(0, -0.3)
    at = inked("outdated", downwards=downwards)  # a disc; the hands point up and right
    assert not at(0, 0.4)
    assert not at(0.35, 0)
    assert at(0, -0.4)
    assert at(-0.4, 0)
    at = inked("supported", downwards=downwards)
    assert at(0, 0)
    at = inked("untested", downwards=downwards)
    assert at(0.3, 0)
    assert not at(0, 0.4)
    at = inked("not checkable", downwards=downwards)
    assert not at(0, 0)


def test_no_two_marks_look_the_same() -> None:
    grid = [(x / 20, y / 20) for x in range(-16, 17) for y in range(-16, 17)]
    marks = [inked(verdict, downwards=True) for verdict in VERDICTS]
    seen = {tuple(at(x, y) for x, y in grid) for at in marks}
    # Supported and outdated, say, differ by the hands alone: the shapes, without their colours, are seven.
    assert len(seen) == 7


def claims(n: int = 34) -> pd.DataFrame:
    words = list(VERDICTS)
    themes = [
        "Diplomacy and history",
        "Alliance and sanctions",
        "Visas",
        "Trade and industry",
        "Society",
        "North Korea",
    ]
    return pd.DataFrame(
        {
            "id": [f"C{i:02d}" for i in range(1, n + 1)],
            "theme": [themes[i * 6 // n] for i in range(n)],
            "verdict": [words[i % 7] for i in range(n)],
            "statement": ["a claim & more"] * n,
        }
    )


def test_strip_shows_each_claim_once_and_counts_them(
    texts: Texts, collisions: Callable[[Figure], list[Any]], outside: Callable[[Figure], list[str]]
) -> None:
    chart = verdicts.strip(claims(), texts, links=True)
    said = [text.get_text() for text in chart.figure.axes[0].texts]
    assert [text for text in said if text.startswith("C")] == [f"C{i:02d}" for i in range(1, 35)]
    assert "5 supported" in said
    assert "4 not checkable" in said
    assert collisions(chart.figure) == []
    assert outside(chart.figure) == []


def test_strip_names_a_claim_on_hover_and_links_to_it(texts: Texts) -> None:
    root = ElementTree.fromstring(verdicts.strip(claims(), texts, links=True).svg())
    titles = [node.text for node in root.iter("{http://www.w3.org/2000/svg}title")]
    assert len(titles) == 34
    assert titles[1] == "C02, fragile: a claim & more"
    links = {node.get("{http://www.w3.org/1999/xlink}href") for node in root.iter("{http://www.w3.org/2000/svg}a")}
    assert "#C34" in links


def test_a_theme_of_forty_claims_goes_on_in_further_rows(texts: Texts, outside: Callable[[Figure], list[str]]) -> None:
    figure = verdicts.strip(claims(40).assign(theme="one"), texts).figure
    assert outside(figure) == []


def test_an_unknown_verdict_is_refused(texts: Texts) -> None:
    with pytest.raises(UnknownName, match="'supported'"):
        verdicts.strip(claims(3).assign(verdict="suported"), texts)


def test_counts_add_up_and_show_zero(texts: Texts) -> None:
    chart = verdicts.counts(claims(5), texts)
    assert chart.data is not None
    assert dict(zip(chart.data["verdict"], chart.data["n_claims"], strict=True))["untested"] == 0
    assert chart.data["n_claims"].sum() == 5


def states() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("C08", "visa-free to Russia", "2014-01-01", "2020-04-01", "visa-free"),
            ("C08", "visa-free to Russia", "2020-04-01", "2021-12-01", "suspended"),
            ("C08", "visa-free to Russia", "2021-12-01", None, "visa-free"),
            ("C10", "no sanctions on Russia", None, "2022-02-28", "supported"),
            ("C12", "nothing known", None, None, None),
        ],
        columns=["id", "statement", "start", "end", "state"],
    )


def timeline(frame: pd.DataFrame, texts: Texts, **more: Any) -> Figure:
    span = {"as_of": "2021-03-25", "start": "2010-01-01", "end": "2025-12-31", **more}
    return verdicts.timeline(frame, texts, **span).figure


def test_timeline_marks_the_date_and_open_ends(
    texts: Texts, collisions: Callable[[Figure], list[Any]], outside: Callable[[Figure], list[str]]
) -> None:
    figure = timeline(states(), texts, events=[("2022-02-24", "invasion"), ("2020-03-11", "pandemic")])
    axes = figure.axes[0]
    assert "as of 25 Mar 2021" in [text.get_text() for text in figure.texts]
    assert [line.get_marker() for line in axes.lines].count(">") == 1, "one state still in force"
    assert [line.get_marker() for line in axes.lines].count("<") == 1, "one state of unknown beginning"
    assert "no data" in [text.get_text().strip() for text in axes.texts]
    assert collisions(figure) == []
    assert outside(figure) == []


@pytest.mark.parametrize("as_of", ["2020-06-01", "2021-03-25", "2025-06-01"])
def test_a_word_under_a_late_period_stays_on_the_page(
    texts: Texts, outside: Callable[[Figure], list[str]], as_of: str
) -> None:
    periods = [
        ("2012-01-01", "2023-06-01", "supported"),
        ("2023-06-01", None, "a long word of law for so short a time"),
    ]
    frame = pd.DataFrame(
        [("C08", "visa-free", *period) for period in periods], columns=["id", "statement", "start", "end", "state"]
    )
    assert outside(timeline(frame, texts, as_of=as_of)) == []


def test_timeline_bars_have_their_days(texts: Texts) -> None:
    bars = timeline(states(), texts).axes[0].patches
    suspended = pd.Timestamp("2021-12-01").toordinal() - pd.Timestamp("2020-04-01").toordinal()
    assert suspended == 609
    assert suspended in [round(bar.get_width()) for bar in bars]


def test_a_period_that_ends_before_it_starts_is_refused(texts: Texts) -> None:
    frame = states().head(1).assign(end="2013-01-01")
    with pytest.raises(TightropeError, match="before it starts"):
        timeline(frame, texts)
