"""How far two sources lie apart: the spread of their ratio, one line a pair of sources, on a doubling scale."""

from __future__ import annotations

import math
from collections.abc import Collection

import pandas as pd

from tightrope.charts.common import nothing, require
from tightrope.charts.contract import Chart, Texts
from tightrope.charts.numbers import Numbers
from tightrope.charts.palette import INK, MUTED, STATE_A
from tightrope.charts.style import LABEL_PT, MIN_PT, SMALL_PT, WIDTH_IN, bare, blank, place, style, text_inches
from tightrope.language import t

ROW_IN = 0.36
TICKS = (0.25, 0.5, 1.0, 2.0, 4.0)
COLUMNS = ["one", "other", "p5", "p25", "p50", "p75", "p95", "note"]


def ratios(frame: pd.DataFrame, texts: Texts, *, table: pd.DataFrame, years: Collection[str] = ()) -> Chart:
    """Draw the middle nine tenths (thin), the middle half (thick) and the median (dot) of ratios.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a pair of sources: ``one`` and ``other`` (names), quantiles ``p5`` to ``p95`` of other over one (above
        zero), ``note`` (set right). The scale is cut at a quarter and four times; an arrow says that a line goes on.
    table : pandas.DataFrame
        The numbers as a reader wants them.
    years : collection of str
        Columns of ``table`` that name years.

    Raises
    ------
    TightropeError
        The table is empty or lacks a column.
    """
    require(frame, COLUMNS, "spread.ratios")
    if (frame[COLUMNS[2:7]] <= 0).any(axis=None):
        raise nothing("spread.ratios")
    names = [f"{one}\n{other}" for one, other in zip(frame["one"], frame["other"], strict=True)]
    left = 0.16 + max(text_inches(name, SMALL_PT) for name in names)
    right = 0.2 + max(text_inches(note, SMALL_PT) for note in frame["note"])
    low, high = math.log2(TICKS[0]), math.log2(TICKS[-1])
    with style():
        figure = blank(ROW_IN * len(frame) + 0.6, WIDTH_IN)
        axes = place(figure, left, 0.4, right, 0.2)
        axes.set_xlim(low - 0.1, high + 0.1)
        axes.set_ylim(len(frame) - 0.5, -0.5)
        bare(axes, grid="x")
        axes.axvline(0, color=MUTED, linewidth=0.9, zorder=1)
        for i, (_, row) in enumerate(frame.iterrows()):
            at = {key: min(max(math.log2(row[key]), low), high) for key in COLUMNS[2:7]}
            axes.plot([at["p5"], at["p95"]], [i, i], color=STATE_A, linewidth=1.1, solid_capstyle="butt")
            axes.plot([at["p25"], at["p75"]], [i, i], color=STATE_A, linewidth=5, solid_capstyle="butt", alpha=0.5)
            for key, edge, mark in (("p5", low, "<"), ("p95", high, ">")):
                if at[key] == edge:
                    axes.plot([edge], [i], marker=mark, color=STATE_A, markersize=4)
            axes.plot([at["p50"]], [i], marker="o", color=INK, markersize=4, zorder=4)
            axes.annotate(row["note"], (1, i), (7, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                          fontsize=SMALL_PT, color=MUTED, va="center_baseline", annotation_clip=False)  # fmt: skip
        axes.set_yticks(range(len(names)), names, fontsize=SMALL_PT, linespacing=1.05)
        axes.tick_params(axis="y", labelcolor=INK)
        axes.set_xticks([math.log2(tick) for tick in TICKS], ["¼", "½", t("equal"), t("2 times"), t("4 times")])
        axes.set_xlabel(t("second source over first"), fontsize=MIN_PT, color=MUTED, loc="left")
        axes.annotate(t("within 10%"), (1, 1), (7, 3), xycoords="axes fraction", textcoords="offset points",
                      fontsize=SMALL_PT, color=MUTED, va="bottom", annotation_clip=False)  # fmt: skip
        for label in axes.get_xticklabels():
            label.set_fontsize(min(LABEL_PT, SMALL_PT))
    return texts.chart(figure, frame, numbers=Numbers(table, list(years)))
