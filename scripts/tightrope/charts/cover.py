"""Which states and years tables cover: one small map a table, a hair's breadth a state, grouped by region."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from tightrope.charts.common import nothing, require, shorten, wrap
from tightrope.charts.contract import Chart, Texts
from tightrope.charts.numbers import Numbers
from tightrope.charts.palette import GRID, INK, MUTED, SOFT, STATE_A
from tightrope.charts.style import MIN_PT, SMALL_PT, WIDTH_IN, bare, blank, place, style, text_inches

COLUMNS = 3
MAP_IN = 1.2
HEAD_IN = 0.46
FOOT_IN = 0.26
GAP_IN = 0.14
ROW_IN = MAP_IN + HEAD_IN + FOOT_IN
STEPS = (0.25, 0.5, 0.75, 1.0)
BOX = [int(code) for code in (Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY)]
RUN = ["panel", "row", "first", "last", "level"]


def maps(
    frame: pd.DataFrame,
    texts: Texts,
    *,
    regions: Mapping[str, int],
    notes: Mapping[str, str],
    table: pd.DataFrame,
    years: Collection[str] = (),
) -> Chart:
    """Draw one map of coverage a table, three in a row.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a run of years: ``panel`` (the table's title), ``row`` (0 for the first state), ``first`` and ``last``
        (years), ``level`` (1 to 4, the deeper the blue). What is in no run is no data and stays empty.
    regions : mapping of str to int
        Regions in the order of the rows, and how many rows each has.
    notes : mapping of str to str
        Panel to the line under its title (years, number of states).
    table : pandas.DataFrame
        The numbers as a reader wants them, one row a panel.
    years : collection of str
        Columns of ``table`` that name years.

    Raises
    ------
    TightropeError
        No run at all, or a column is missing.
    """
    require(frame, RUN, "cover.maps")
    panels = {str(name): part for name, part in frame.groupby("panel", sort=False)}
    if not panels:
        raise nothing("cover.maps")
    columns = min(COLUMNS, len(panels)) if len(panels) > 1 else 1
    left = 0.12 + max(text_inches(name, MIN_PT) for name in regions)
    width = (WIDTH_IN - left - 0.08 - GAP_IN * (COLUMNS - 1)) / COLUMNS
    n_rows = -(-len(panels) // columns)
    with style():
        figure = blank(ROW_IN * n_rows)
        for i, (name, part) in enumerate(panels.items()):
            down, across = divmod(i, columns)
            at = left + across * (width + GAP_IN)
            axes = place(figure, at, ROW_IN * (n_rows - down - 1) + FOOT_IN, WIDTH_IN - at - width,
                         ROW_IN * down + HEAD_IN)  # fmt: skip
            _map(axes, part, regions, named=across == 0)
            lines = wrap(name, width, SMALL_PT, "bold")
            if len(lines) > 2:
                lines = [lines[0], shorten(" ".join(lines[1:]), width, SMALL_PT, "bold")]
            _head(axes, lines, shorten(notes[name], width, MIN_PT))
    return texts.chart(figure, frame, numbers=Numbers(table, list(years)))


def world(
    frame: pd.DataFrame, texts: Texts, *, regions: Mapping[str, int], table: pd.DataFrame, years: Collection[str] = ()
) -> Chart:
    """Draw one large map: states by years, the deeper the blue the more of something (see ``maps`` for the frame)."""
    require(frame, RUN, "cover.world")
    left = 0.12 + max(text_inches(name, SMALL_PT) for name in regions)
    with style():
        figure = blank(4.4)
        axes = place(figure, left, 0.28, 0.12, 0.06)
        _map(axes, frame, regions, named=True, size=SMALL_PT, most_ticks=9)
    return texts.chart(figure, frame, numbers=Numbers(table, list(years)))


def _map(
    axes: Axes,
    runs: pd.DataFrame,
    regions: Mapping[str, int],
    *,
    named: bool,
    size: float = MIN_PT,
    most_ticks: int = 3,
) -> None:
    first, last = int(runs["first"].min()), int(runs["last"].max())
    n_states = sum(regions.values())
    axes.set_xlim(first - 0.5, last + 0.5)
    axes.set_ylim(n_states, 0)
    bare(axes)
    for level in sorted({int(level) for level in runs["level"]}):
        part = runs[runs["level"] == level]
        boxes = joined(part[["row", "first", "last"]].astype(int).to_numpy().tolist())
        axes.add_patch(PathPatch(_path(boxes), facecolor=STATE_A, edgecolor="none", linewidth=0,
                                 alpha=STEPS[level - 1]))  # fmt: skip
    edges = np.cumsum([0, *regions.values()])
    for edge in edges:
        axes.axhline(float(edge), color=SOFT if edge in (0, n_states) else GRID, linewidth=0.6, clip_on=False)
    if named:
        middles = (edges[:-1] + edges[1:]) / 2
        axes.set_yticks(middles.tolist(), list(regions), fontsize=size)
    else:
        axes.set_yticks([])
    axes.tick_params(axis="both", labelcolor=MUTED, labelsize=size)
    ticks = _ticks(first, last, most_ticks)
    axes.set_xticks(ticks)
    for tick, label in zip(ticks, axes.get_xticklabels(), strict=True):
        label.set_fontsize(size)
        # At an edge a year would run into that of the next map.
        along = (tick - first + 0.5) / (last - first + 1)
        label.set_horizontalalignment("left" if along < 0.07 else "right" if along > 0.93 else "center")


def _ticks(first: int, last: int, most: int) -> list[int]:
    if last - first < most:
        return list(range(first, last + 1))
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100) if (last - first) // s < most)
    return list(range(-(-first // step) * step, last + 1, step))


def joined(runs: Sequence[Sequence[int]]) -> list[tuple[int, int, int, int]]:
    """Join the runs of neighbouring rows that span the same years: top, bottom, first year, last year."""
    open_boxes: dict[tuple[int, int], list[int]] = {}
    made = []
    for row, first, last in sorted(tuple(run) for run in runs):
        box = open_boxes.get((first, last))
        if box is not None and box[1] == row:
            box[1] = row + 1
            continue
        if box is not None:
            made.append((box[0], box[1], first, last))
        open_boxes[first, last] = [row, row + 1]
    made += [(top, bottom, first, last) for (first, last), (top, bottom) in open_boxes.items()]
    return sorted(made)


def _path(boxes: Sequence[tuple[int, int, int, int]]) -> Path:
    """Give one path of many boxes: a map of a thousand runs is one element of the SVG."""
    points: list[tuple[float, float]] = []
    codes: list[int] = []
    for top, bottom, first, last in boxes:
        left, right = first - 0.5, last + 0.5
        points += [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        codes += BOX
    return Path(points, codes)


def _head(axes: Axes, lines: Sequence[str], note: str) -> None:
    """Set title and note above a map, the note nearest to it."""
    axes.annotate(note, (0, 1), (0, 3), xycoords="axes fraction", textcoords="offset points", fontsize=MIN_PT,
                  color=MUTED, va="bottom", ha="left", annotation_clip=False)  # fmt: skip
    axes.annotate("\n".join(lines), (0, 1), (0, 12.5), xycoords="axes fraction", textcoords="offset points",
                  fontsize=SMALL_PT, fontweight="bold", color=INK, va="bottom", ha="left", linespacing=1.0,
                  annotation_clip=False)  # fmt: skip
