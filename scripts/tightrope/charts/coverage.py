"""What the evidence covers: rows by years, the gaps left empty."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from tightrope.charts.common import SPOKEN, Words, nothing, require
from tightrope.charts.contract import Chart, Texts
from tightrope.charts.numbers import Numbers
from tightrope.charts.palette import GRID, MUTED, STATE_A
from tightrope.charts.style import SMALL_PT, TICK_PT, bare, blank, place, style, text_inches

ROW_IN = 0.2
STEPS = (0.25, 0.5, 0.75, 1.0)


def heat(
    frame: pd.DataFrame,
    texts: Texts,
    *,
    row: str = "row",
    year: str = "year",
    value: str = "value",
    words: Words = SPOKEN,
) -> Chart:
    """Draw for each row (a table, a state) which years it covers; the deeper the blue, the more of them.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a cell: ``row``, ``year`` (whole), ``value`` (share covered, 0 to 1, or a count; a missing or absent
        cell is no data and stays empty; a true zero is a thin outline). Shades are quarters of the largest value.

    Raises
    ------
    TightropeError
        No value at all, or a column is missing.
    """
    require(frame, [row, year, value], "coverage.heat")
    cells = frame.dropna(subset=[value])
    if cells.empty:
        raise nothing("coverage.heat")
    names = [str(n) for n in dict.fromkeys(frame[row])]
    most = float(cells[value].max()) or 1.0
    first, last = int(cells[year].min()), int(cells[year].max())
    parts = {str(n): part for n, part in cells.groupby(row, sort=False)}
    spans = {
        n: f"{parts[n][year].min():.0f}–{parts[n][year].max():.0f}" if n in parts else words.no_data for n in names
    }
    left = 0.16 + max(text_inches(n, TICK_PT) for n in names)
    right = 0.16 + max(text_inches(s, SMALL_PT) for s in spans.values())
    with style():
        figure = blank(0.36 + ROW_IN * len(names))
        axes = place(figure, left, 0.3, right, 0.06)
        axes.set_xlim(first - 0.5, last + 0.5)
        axes.set_ylim(len(names) - 0.5, -0.5)
        bare(axes)
        for i, n in enumerate(names):
            axes.axhline(i, color=GRID, linewidth=0.6, zorder=0)
            axes.annotate(spans[n], (1, i), (5, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                          fontsize=SMALL_PT, color=MUTED, va="center_baseline", annotation_clip=False)  # fmt: skip
            if n in parts:
                levels = {
                    int(y): math.ceil(4 * float(v) / most - 1e-9)
                    for y, v in zip(parts[n][year], parts[n][value], strict=True)
                }
                for start, length, level in _runs(levels):
                    solid = level > 0
                    axes.barh(i, length, left=start - 0.5, height=0.68, color=STATE_A if solid else "none",
                              edgecolor="none" if solid else MUTED, linewidth=0 if solid else 0.6,
                              alpha=STEPS[level - 1] if solid else None)  # fmt: skip
        axes.set_yticks(range(len(names)), names, fontsize=TICK_PT)
        axes.tick_params(axis="y", labelcolor=MUTED)
        step = next(s for s in (1, 2, 5, 10, 20, 50, 100) if (last - first) / s <= 8)
        axes.set_xticks(np.arange(-(-first // step) * step, last + 1, step))
    return texts.chart(figure, frame, numbers=_spells(cells, row, year, value, words))


def _spells(cells: pd.DataFrame, row: str, year: str, value: str, words: Words) -> Numbers:
    """Join years of one value, so that a century of cells is read in a few lines."""
    made: list[list[Any]] = []
    for name, part in cells.groupby(row, sort=False):
        for at, v in sorted(zip(part[year].astype(int), part[value].astype(float), strict=True)):
            if made and made[-1][0] == str(name) and made[-1][2] == at - 1 and made[-1][3] == v:
                made[-1][2] = at
            else:
                made.append([str(name), at, at, v])
    first, last = words.header("from"), words.header("to")
    head = words.header("value")
    return Numbers(pd.DataFrame(made, columns=[words.header("name"), first, last, head]), [first, last])


def _runs(levels: dict[int, int]) -> list[tuple[int, int, int]]:
    """Join neighbouring years of one shade: (first year, number of years, shade)."""
    made: list[tuple[int, int, int]] = []
    for at in sorted(levels):
        if made and made[-1][0] + made[-1][1] == at and made[-1][2] == levels[at]:
            made[-1] = (made[-1][0], made[-1][1] + 1, levels[at])
        else:
            made.append((at, 1, levels[at]))
    return made
