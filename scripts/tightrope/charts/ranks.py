"""Ranks: the leading partners as dots, a rank over the years, and the specification chart."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from tightrope.charts.common import SPOKEN, Words, nothing, number, ordinal, require
from tightrope.charts.contract import Chart, Texts
from tightrope.charts.numbers import columns_of
from tightrope.charts.palette import GRID, INK, MUTED, STATE_A, text_colour
from tightrope.charts.series import line
from tightrope.charts.specification import specification
from tightrope.charts.style import (
    LABEL_PT,
    PANEL_IN,
    TICK_PT,
    WIDTH_IN,
    bare,
    blank,
    place,
    style,
    text_inches,
)
from tightrope.errors import UnknownName

__all__ = ["dot", "rank_lines", "specification"]

ROW_IN = 0.2
GAP_ROWS = 0.9


def dot(
    frame: pd.DataFrame,
    texts: Texts,
    *,
    name: str = "name",
    value: str = "value",
    rank: str = "rank",
    focus: Collection[str] = (),
    top: int = 12,
    colours: Mapping[str, str] | None = None,
    fmt: Callable[[float], str] = number,
    rank_fmt: Callable[[float], str] = ordinal,
    panel: bool = False,
    words: Words = SPOKEN,
) -> Chart:
    """Draw the first ``top`` by rank as dots, and the focus below a gap where it is not among them.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a state: ``name``, ``value`` (rows without a value are not drawn), ``rank`` (1 is the largest;
        computed by the caller over all partners, so that a cut table cannot change it).
    focus : collection of str
        Names to highlight, at most three.
    colours : mapping, optional
        Colour by name, fixed for the report; blue otherwise.
    fmt, rank_fmt : callable
        Write a value and a rank for people.

    Raises
    ------
    TightropeError
        No row holds a value, or a column is missing.
    UnknownName
        A focus that is not in the table.
    """
    require(frame, [name, value, rank], "ranks.dot")
    data = frame.dropna(subset=[value, rank]).sort_values([rank, name], kind="stable")
    if data.empty:
        raise nothing("ranks.dot")
    for wanted in focus:
        if wanted not in set(frame[name]):
            raise UnknownName("state", wanted, frame[name].astype(str), where="charts.ranks.dot")
    head = data.head(top)
    tail = data[data[name].isin(list(focus)) & ~data.index.isin(head.index)]
    shown = pd.concat([head, tail])
    at: list[float] = [float(i) for i in range(len(head))]
    last_rank = float(head[rank].iloc[-1])
    for wanted_rank in tail[rank].astype(float):
        at.append(at[-1] + (1 if wanted_rank <= last_rank + 1 else 1 + GAP_ROWS))
        last_rank = wanted_rank
    names = [str(n) for n in shown[name]]
    places = [rank_fmt(float(r)) for r in shown[rank]]
    values = shown[value].to_numpy(dtype=float)
    written = [fmt(float(v)) for v in values]
    width = PANEL_IN if panel else WIDTH_IN
    place_in = max(text_inches(p, TICK_PT) for p in places) + 0.08
    left = 0.08 + place_in + max(text_inches(n, LABEL_PT, "bold") for n in names) + 0.08
    right = 0.16 + max(text_inches(w, TICK_PT, "bold") for w in written)
    height = 0.1 + ROW_IN * (at[-1] + 1)
    with style():
        figure = blank(height, width)
        axes = place(figure, left, 0.05, right, 0.05)
        low = min(0.0, float(values.min()))
        axes.set_xlim(low, float(values.max()) or 1.0)
        axes.set_ylim(at[-1] + 0.5, -0.5)
        bare(axes)
        axes.set_xticks([])
        axes.set_yticks([])
        span_in = width - left - right
        for y, n, p, v, w in zip(at, names, places, values, written, strict=True):
            chosen = n in focus
            colour = (colours or {}).get(n, STATE_A) if chosen else MUTED
            ink = text_colour(colour) if chosen else INK
            weight = "bold" if chosen else "normal"
            axes.plot([low, v], [y, y], color=GRID, linewidth=1, zorder=1, clip_on=False)
            axes.plot([v], [y], "o", color=colour, markersize=7 if chosen else 5.5, zorder=3, clip_on=False)
            kwargs: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center_baseline"}
            axes.text(-0.08 / span_in, y, n, color=ink, weight=weight, ha="right", **kwargs)
            axes.text((0.08 + place_in - left) / span_in - 0.08 / span_in, y, p, color=MUTED, fontsize=TICK_PT,
                      ha="right", **kwargs)  # fmt: skip
            axes.annotate(w, (v, y), (7, 0), textcoords="offset points", color=ink, fontsize=TICK_PT, weight=weight,
                          va="center_baseline", annotation_clip=False)  # fmt: skip
        for y, following in pairwise(at):
            if following - y > 1:
                axes.text(-0.08 / span_in, (y + following) / 2, "⋮", color=MUTED, ha="right",
                          transform=axes.get_yaxis_transform(), va="center_baseline")  # fmt: skip
    headers = {rank: words.header("rank"), name: words.header("name"), value: words.header("value")}
    return texts.chart(figure, shown, numbers=columns_of(shown, headers), panel=panel)


def rank_lines(
    frame: pd.DataFrame,
    texts: Texts,
    *,
    year: str = "year",
    rank: str = "rank",
    source: str = "source",
    claimed: float | None = None,
    colours: Mapping[str, str] | None = None,
    fmt: Callable[[float], str] = ordinal,
    height: float = 2.6,
    words: Words = SPOKEN,
) -> Chart:
    """Draw a rank over the years as each source gives it, first place at the top.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``year``, ``rank`` (missing is a gap) and ``source``, at most four sources.
    claimed : float, optional
        The rank the article names.

    Raises
    ------
    TightropeError
        No rank at all, more than four sources, two ranks of a source in one year, or a column is missing.
    """
    kept = frame.assign(**{rank: frame[rank].to_numpy(dtype=float, na_value=np.nan)}) if rank in frame else frame
    return line(
        kept,
        texts,
        x=year,
        y=rank,
        by=source,
        claimed=claimed,
        colours=colours,
        better="low",
        markers=True,
        fmt=fmt,
        height=height,
        words=words,
    )
