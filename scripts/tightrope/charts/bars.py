"""Bars, from zero only: shares of a whole, and a balance that goes both ways."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tightrope.charts.common import SPOKEN, Words, inside, nothing, number, percent, require, wrap
from tightrope.charts.contract import Chart, Texts
from tightrope.charts.numbers import columns_of, over_time
from tightrope.charts.palette import INK, MUTED, SOFT, STATE_A, STATE_B, text_colour
from tightrope.charts.style import LABEL_PT, SMALL_PT, TICK_PT, WIDTH_IN, bare, blank, place, style, text_inches

ROW_IN = 0.23
LABEL_IN = 2.3


def horizontal(
    frame: pd.DataFrame,
    texts: Texts,
    *,
    name: str = "name",
    value: str = "value",
    focus: Collection[str] = (),
    colour: str = STATE_A,
    fmt: Callable[[float], str] = percent,
    words: Words = SPOKEN,
) -> Chart:
    """Draw one bar a row, from zero, in the table's order, with its value at its end.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``name`` and ``value`` (not below zero; a missing one is written as no data, never as a zero bar).
    focus : collection of str
        Names to colour; the others are grey. All take the colour where it is empty.

    Raises
    ------
    TightropeError
        No row holds a value, or a column is missing.
    """
    require(frame, [name, value], "bars.horizontal")
    values = frame[value].to_numpy(dtype=float, na_value=np.nan)
    if np.isnan(values).all():
        raise nothing("bars.horizontal")
    labels = [wrap(str(n), LABEL_IN) for n in frame[name]]
    heights = [ROW_IN + 0.13 * (len(lines) - 1) for lines in labels]
    middles = np.cumsum(heights) - np.array(heights) / 2
    written = [words.no_data if np.isnan(v) else fmt(float(v)) for v in values]
    left = 0.2 + max(text_inches(part, LABEL_PT, "bold") for lines in labels for part in lines)
    right = 0.16 + max(text_inches(w, TICK_PT, "bold") for w in written)
    with style():
        figure = blank(float(sum(heights)) + 0.1)
        axes = place(figure, left, 0.05, right, 0.05)
        axes.set_xlim(min(0.0, float(np.nanmin(values))), float(np.nanmax(values)) or 1.0)
        axes.set_ylim(sum(heights), 0)
        bare(axes)
        axes.set_xticks([])
        axes.set_yticks([])
        for n, lines, y, v, w in zip(frame[name], labels, middles, values, written, strict=True):
            chosen = not focus or n in focus
            ink = text_colour(colour) if chosen and focus else INK
            weight = "bold" if chosen and focus else "normal"
            if not np.isnan(v):
                axes.barh(y, v, height=ROW_IN * 0.62, color=colour if chosen else SOFT, linewidth=0)
            axes.annotate("\n".join(lines), (0, y), (-6, 0), xycoords=("axes fraction", "data"),
                          textcoords="offset points", ha="right", va="center", color=ink, weight=weight,
                          linespacing=1.0, annotation_clip=False)  # fmt: skip
            axes.annotate(w, (0 if np.isnan(v) else max(v, 0), y), (4, 0), textcoords="offset points",
                          va="center_baseline", fontsize=TICK_PT, color=MUTED if np.isnan(v) else ink,
                          weight=weight, annotation_clip=False)  # fmt: skip
        axes.axvline(0, color=MUTED, linewidth=0.8)
    headers = {name: words.header("name"), value: words.header("value")}
    return texts.chart(figure, frame, numbers=columns_of(frame, headers))


def diverging(
    frame: pd.DataFrame,
    texts: Texts,
    *,
    x: str = "year",
    y: str = "value",
    above: str = "",
    below: str = "",
    colours: tuple[str, str] = (STATE_A, STATE_B),
    fmt: Callable[[float], str] = number,
    height: float = 2.2,
    words: Words = SPOKEN,
) -> Chart:
    """Draw a balance by year: above zero in one colour, below it in the other; a year without data is a cross.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``x`` (whole years, once each) and ``y`` (number; a missing or absent year is marked, not drawn as zero).
    above, below : str
        What the two directions mean, such as 'South Korea sells more'; set as words in the chart.

    Raises
    ------
    TightropeError
        No row holds a value, or a column is missing.
    """
    require(frame, [x, y], "bars.diverging")
    known = pd.Series(frame[y].to_numpy(dtype=float, na_value=np.nan), index=frame[x].astype(int)).sort_index()
    if known.isna().all():
        raise nothing("bars.diverging")
    years = np.arange(int(known.index[0]), int(known.index[-1]) + 1)
    values = known.reindex(years).to_numpy()
    low, high = min(0.0, float(np.nanmin(values))), max(0.0, float(np.nanmax(values)))
    pad = 0.14 * (high - low)
    with style():
        figure = blank(height)
        foot = 0.17 if below else 0.0
        axes = place(figure, 0.12, 0.3 + foot, 0.12, 0.22)
        axes.set_xlim(years[0] - 0.7, years[-1] + 0.7)
        axes.set_ylim(low - pad, high + pad)
        bare(axes)
        axes.set_yticks([])
        found = [colours[0] if v >= 0 else colours[1] for v in values]
        shown = ~np.isnan(values)
        axes.bar(years[shown], values[shown], width=0.72, color=[c for c, s in zip(found, shown, strict=True) if s])
        axes.axhline(0, color=MUTED, linewidth=0.8)
        gaps = years[~shown]
        axes.plot(gaps, np.zeros(len(gaps)), "x", color=MUTED, markersize=4, gid="gaps")
        per_year = (WIDTH_IN - 0.24) / (len(years) + 0.4)
        if len(gaps):
            _write_gap(axes, gaps, known, per_year, words.no_data)
        taken: list[tuple[float, float]] = []
        for at in (int(np.nanargmax(values)), int(np.nanargmin(values)), int(np.flatnonzero(shown)[-1])):
            v, half = float(values[at]), text_inches(fmt(float(values[at])), SMALL_PT, "bold") / per_year / 2 + 0.2
            if any(at - half < right and left < at + half for left, right in taken):
                continue
            taken.append((at - half, at + half))
            centre = inside(at + 0.7, 2 * half, -0.1 / per_year, len(years) + 0.4 + 0.1 / per_year) - 0.7
            axes.annotate(fmt(v), (float(years[0] + centre), v), (0, 3 if v >= 0 else -3), textcoords="offset points",
                          ha="center", va="bottom" if v >= 0 else "top", fontsize=SMALL_PT, weight="bold",
                          color=text_colour(found[at]))  # fmt: skip
        # The words stand outside the bars' field, so that no bar and no value can meet them.
        for words_here, colour, up, side in ((above, colours[0], 1.0, "bottom"), (below, colours[1], 0.0, "top")):
            axes.text(0, up, words_here, transform=axes.transAxes, color=text_colour(colour), weight="bold", va=side,
                      fontsize=LABEL_PT)  # fmt: skip
        axes.tick_params(axis="x", pad=4 + 72 * foot)
        step = next(s for s in (1, 2, 5, 10, 20, 50) if (years[-1] - years[0]) / s <= WIDTH_IN * 1.6)
        axes.set_xticks([year for year in years if year % step == 0] or [int(years[0])])
    return texts.chart(figure, frame, numbers=over_time(frame, x, y, [], words))


def _write_gap(axes: Axes, gaps: np.ndarray[Any, Any], known: pd.Series[Any], per_year: float, text: str) -> None:
    """Name the longest run of years without data, above any bar the word would reach."""
    runs = np.split(gaps, np.flatnonzero(np.diff(gaps) > 1) + 1)
    longest = max(runs, key=len)
    middle, half = float(longest.mean()), text_inches(text, SMALL_PT) / per_year / 2 + 0.5
    near = [float(v) for year, v in known.items() if abs(int(str(year)) - middle) < half and not np.isnan(v)]
    axes.annotate(text, (middle, max([0.0, *near])), (0, 5), textcoords="offset points", ha="center",
                  fontsize=SMALL_PT, color=MUTED)  # fmt: skip
