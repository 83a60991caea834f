"""Lines over time: labels at their ends, gaps left open, the end of a series marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from tightrope.charts.common import (
    MAX_EVENTS,
    SPOKEN,
    Words,
    inside,
    nothing,
    number,
    require,
    rows,
    shorten,
    spread,
)
from tightrope.charts.contract import Chart, Texts
from tightrope.charts.numbers import over_time
from tightrope.charts.palette import INK, MUTED, SOFT, state_colours, text_colour
from tightrope.charts.scales import Format, scale_of, time_axis, value_axis
from tightrope.charts.style import (
    LABEL_PT,
    PANEL_IN,
    SMALL_PT,
    WIDTH_IN,
    bare,
    blank,
    place,
    style,
    text_inches,
)
from tightrope.errors import TightropeError

MAX_LINES = 4
NAME_IN = 1.7
LINE_IN = 0.155


@dataclass(frozen=True)
class Series:
    """One line on a full grid of years or months; a missing step is NaN and breaks the line."""

    name: str
    x: np.ndarray[Any, np.dtype[np.float64]]
    y: np.ndarray[Any, np.dtype[np.float64]]
    last_x: float
    last_y: float


def line(
    frame: pd.DataFrame,
    texts: Texts,
    *,
    x: str = "year",
    y: str = "value",
    by: str | None = None,
    events: Sequence[tuple[Any, str]] = (),
    colours: Mapping[str, str] | None = None,
    better: str = "high",
    claimed: float | None = None,
    markers: bool = False,
    zero: bool | None = None,
    fmt: Format = number,
    height: float = 2.6,
    panel: bool = False,
    words: Words = SPOKEN,
) -> Chart:
    """Draw one to four series over time.

    Parameters
    ----------
    frame : pandas.DataFrame
        Tidy: ``x`` (whole years, or dates taken by month), ``y`` (number; NaN or an absent step is a gap) and,
        with ``by``, the name of the series.
    texts : Texts
        The words around the chart.
    events : sequence of (year or date, label)
        At most five thin labelled verticals; those outside the data are left out.
    colours : mapping, optional
        Colour by series name, fixed for the report.
    better : {"high", "low"}
        "low" turns the axis over, for ranks.
    claimed : float, optional
        A value to mark with a line across.
    markers : bool
        A dot on every value, for sources that give few.
    zero : bool, optional
        Whether the axis starts at zero; by default when the smallest value is under half the largest.
    fmt : callable
        Writes a value for people.
    panel : bool
        Draw it 3 in wide.

    Raises
    ------
    TightropeError
        No value at all, more than four series or more than five events, or a column is missing.
    """
    require(frame, [x, y, *([by] if by else [])], "series.line")
    lines = series_of(frame, x, y, by, "series.line")
    found = state_colours([s.name for s in lines], colours)
    width = PANEL_IN if panel else WIDTH_IN
    last = max(s.last_x for s in lines)
    months = pd.api.types.is_datetime64_any_dtype(frame[x])
    labels = [end_label(s, last, fmt, words, months) for s in lines]
    mark = words.claimed.format(value=fmt(claimed)) if claimed is not None else ""
    right = 0.15 + max([text_inches(label, LABEL_PT, "bold") for label in labels] + [text_inches(mark)])
    with style():
        first = min(float(s.x[0]) for s in lines)
        placed = [(at, label) for value, label in events if first <= (at := _position(value)) <= last]
        if len(events) > MAX_EVENTS:
            raise TightropeError(
                f"{len(events)} events are too many for one chart",
                where="charts.series.line",
                why="their labels would hide the lines",
                fix=f"choose the {MAX_EVENTS} that the sentence needs",
            )
        value_scale = scale_of([s.y for s in lines], better, zero, claimed)
        left = 0.12 + value_scale.room(fmt)
        span_in = width - left - right
        pad = 0.02 * max(last - first, 1)
        scale = span_in / (last - first + 2 * pad)
        at_in = [left + (at - first + pad) * scale for at, _ in placed]
        sizes = [text_inches(label, SMALL_PT) for _, label in placed]
        centres = [inside(a, w, left - 0.1, width - 0.02) for a, w in zip(at_in, sizes, strict=True)]
        row = rows([(c - w / 2, c + w / 2) for c, w in zip(centres, sizes, strict=True)])
        top = 0.14 + LINE_IN * (max(row) + 1 if row else 0)
        figure = blank(height, width)
        axes = place(figure, left, 0.3, right, top)
        axes.set_xlim(first - pad, last + pad)
        value_axis(axes, value_scale, fmt)
        for (at, label), centre, r in zip(placed, centres, row, strict=True):
            axes.axvline(at, color=SOFT, linewidth=0.7, zorder=1)
            up = axes.get_position().y1 + (0.05 + r * LINE_IN) / height
            figure.text(centre / width, up, label, fontsize=SMALL_PT, color=MUTED, ha="center", va="bottom")
        if claimed is not None:
            axes.axhline(claimed, color=INK, linewidth=1, linestyle=(0, (4, 2)), zorder=2)
        for s in lines:
            draw(axes, s, found[s.name], ended=s.last_x < last, marker=markers)
        _end_labels(axes, lines, labels, found, claimed, mark)
        time_axis(axes, first, last)
    shown = over_time(frame, x, y, [by] if by else [], words)
    return texts.chart(figure, frame, numbers=shown, panel=panel)


def small_multiples(
    frame: pd.DataFrame,
    texts: Texts,
    *,
    x: str = "year",
    y: str = "value",
    panel: str = "panel",
    by: str | None = None,
    columns: int = 3,
    shared: bool = True,
    colours: Mapping[str, str] | None = None,
    better: str = "high",
    zero: bool | None = None,
    fmt: Format = number,
    panel_height: float = 1.25,
    words: Words = SPOKEN,
) -> Chart:
    """Draw the same lines in a grid of panels, one for each value of ``panel``, in the table's order.

    Parameters are those of `line`; ``shared`` gives all panels one value axis. A panel without a value says so.

    Raises
    ------
    TightropeError
        No value in any panel, more than four series, or a column is missing.
    """
    require(frame, [x, y, panel, *([by] if by else [])], "series.small_multiples")
    every = series_of(frame, x, y, by, "series.small_multiples", pooled=True)
    names = list(dict.fromkeys(frame[by].astype(str))) if by else [""]
    found = state_colours(names, colours)
    first, last = min(float(s.x[0]) for s in every), max(s.last_x for s in every)
    groups = [(str(name), part) for name, part in frame.groupby(panel, sort=False)]
    n_rows = -(-len(groups) // columns)
    key = 0.24 if by and len(names) > 1 else 0.0
    cell = WIDTH_IN / columns
    height = key + n_rows * (panel_height + 0.5)
    apart = [series_of(part, x, y, by, "", allow_empty=True) for _, part in groups]
    ends = [_value_at_end(s, last, fmt) for lines in apart for s in lines]
    room = 0.12 + max((text_inches(end, SMALL_PT) for end in ends), default=0.2)
    pooled = scale_of([s.y for s in every], better, zero)
    own = [scale_of([s.y for s in lines], better, zero) if lines and not shared else pooled for lines in apart]
    left = 0.08 + max(scale.room(fmt) for scale in own)
    with style():
        figure = blank(height)
        if key:
            across = left
            for name in names:
                figure.text(
                    across / WIDTH_IN, 1 - 0.02 / height, name, color=text_colour(found[name]), weight="bold", va="top"
                )
                across += text_inches(name, LABEL_PT, "bold") + 0.25
        for i, ((title, _), lines, scale) in enumerate(zip(groups, apart, own, strict=True)):
            row, column = divmod(i, columns)
            top = key + row * (panel_height + 0.5) + 0.24
            axes = place(
                figure,
                column * cell + left,
                height - top - panel_height,
                WIDTH_IN - (column + 1) * cell + room,
                top,
            )
            pad = 0.03 * max(last - first, 1)
            axes.set_xlim(first - pad, last + pad)
            value_axis(axes, scale, fmt)
            bare(axes, grid="y")
            axes.text(
                0,
                1 + 0.07 / panel_height,
                shorten(title, cell - 0.06 - (left if column == columns - 1 else 0), weight="bold"),
                transform=axes.transAxes,
                fontsize=LABEL_PT,
                weight="bold",
                va="bottom",
            )
            if not lines:
                axes.text(0.5, 0.5, words.no_data, transform=axes.transAxes, color=MUTED, ha="center", va="center")
            for s in lines:
                draw(axes, s, found[s.name], ended=s.last_x < last)
            _end_labels(axes, lines, [_value_at_end(s, last, fmt) for s in lines], found, None, "", size=SMALL_PT)
            time_axis(axes, first, last, few=True)
    shown = over_time(frame, x, y, [panel, *([by] if by else [])], words)
    return texts.chart(figure, frame, numbers=shown)


def series_of(
    frame: pd.DataFrame,
    x: str,
    y: str,
    by: str | None,
    chart: str,
    *,
    allow_empty: bool = False,
    pooled: bool = False,
) -> list[Series]:
    """Lay each series on a full grid of years or months, so that a step without a row is a gap, not a bridge."""
    parts = frame.groupby(by, sort=False) if by else [("", frame)]
    made: list[Series] = []
    for name, part in parts:
        values = pd.Series(part[y].to_numpy(dtype=float, na_value=np.nan), index=_grid(part[x])).dropna().sort_index()
        if values.index.has_duplicates and not pooled:
            raise TightropeError(
                f"two values of {str(name) or y!r} stand at the same time",
                where=f"charts.{chart or 'series'}",
                why="a line can pass through one value only",
                fix="pass by=… or choose one source",
            )
        if values.empty:
            continue
        steps = np.arange(int(values.index[0]), int(values.index[-1]) + 1)
        full = values[~values.index.duplicated()].reindex(steps) if not pooled else values
        months = pd.api.types.is_datetime64_any_dtype(part[x])
        at = full.index.to_numpy(dtype=float) / 12 if months else full.index.to_numpy(dtype=float)
        made.append(Series(str(name), at, full.to_numpy(dtype=float), float(at[-1]), float(values.iloc[-1])))
    if not made and not allow_empty:
        raise nothing(chart)
    if len(made) > MAX_LINES and not pooled:
        raise TightropeError(
            f"{len(made)} series are too many for one chart",
            where=f"charts.{chart}",
            why="more than four lines cannot be told apart",
            fix="choose four, or draw small multiples",
        )
    return made


def draw(axes: Axes, s: Series, colour: str, *, ended: bool, marker: bool = False) -> None:
    """Draw one series: open at its gaps, single points as dots, a ring where it ends before the others."""
    axes.plot(s.x, s.y, color=colour, linewidth=1.7, zorder=3, gid=f"line-{s.name}" if s.name else None)
    known = ~np.isnan(s.y)
    lonely = known & ~np.r_[False, known[:-1]] & ~np.r_[known[1:], False]
    dots = known if marker else lonely
    dots[-1] = False  # the end has its own mark
    if dots.any():
        axes.plot(s.x[dots], s.y[dots], "o", color=colour, markersize=3.6, zorder=4)
    face = "none" if ended else colour
    axes.plot([s.last_x], [s.last_y], "o", color=colour, markerfacecolor=face, markersize=4.6, zorder=5, clip_on=False)


def end_label(s: Series, last: float, fmt: Format, words: Words, months: bool = False) -> str:
    """Name a series and its last value, and say when it ends before the others."""
    name = shorten(s.name, NAME_IN, LABEL_PT, "bold")
    if s.last_x < last:
        name = words.to.format(name=name, last=int(s.last_x) if months else f"{s.last_x:.0f}").lstrip(", ")
    return f"{name}: {fmt(s.last_y)}" if name else fmt(s.last_y)


def _value_at_end(s: Series, last: float, fmt: Format) -> str:
    return f"{fmt(s.last_y)} ({int(s.last_x)})" if s.last_x < last else fmt(s.last_y)


def _grid(values: pd.Series[Any]) -> pd.Index[int]:
    if pd.api.types.is_datetime64_any_dtype(values):
        dates = pd.DatetimeIndex(values)
        return pd.Index([year * 12 + month - 1 for year, month in zip(dates.year, dates.month, strict=True)])
    return pd.Index([int(value) for value in values])


def _position(value: Any) -> float:
    if isinstance(value, (int, float)):
        return float(value)
    date = pd.Timestamp(value)
    return float(date.year + (date.dayofyear - 1) / 365.25)


def _end_labels(
    axes: Axes,
    lines: Sequence[Series],
    labels: Sequence[str],
    colours: Mapping[str, str],
    claimed: float | None,
    mark: str,
    size: float = LABEL_PT,
) -> None:
    """Set the names at the right edge, moved apart where they would meet, with a hairline to the line's end."""
    if not lines:
        return
    figure = axes.get_figure(root=True)
    assert figure is not None
    box = axes.get_position()
    height_in = box.height * figure.get_figheight()
    width_in = box.width * figure.get_figwidth()
    wanted = [axes.transAxes.inverted().transform(axes.transData.transform((s.last_x, s.last_y))) for s in lines]
    ends = [(float(a), float(b)) for a, b in wanted]
    heights = [b * height_in for _, b in ends]
    if claimed is not None:
        across = axes.transAxes.inverted().transform(axes.transData.transform((lines[0].last_x, claimed)))
        heights.append(float(across[1]) * height_in)
    centres = spread(heights, [LINE_IN * size / LABEL_PT] * len(heights), -0.1, height_in + 0.1)
    for s, label, (end_x, end_y), centre in zip(lines, labels, ends, centres, strict=False):
        colour = colours[s.name]
        start = end_x + 0.05 / width_in
        target = 1 + 0.04 / width_in
        if target - start > 0.03 or abs(centre / height_in - end_y) > 0.04:
            axes.plot(
                [start, target],
                [end_y, centre / height_in],
                transform=axes.transAxes,
                color=SOFT,
                linewidth=0.6,
                clip_on=False,
                zorder=1,
            )
        axes.text(
            1 + 0.08 / width_in,
            centre / height_in,
            label,
            transform=axes.transAxes,
            color=text_colour(colour),
            fontsize=size,
            weight="bold" if s.name else "normal",
            va="center_baseline",
        )
    if claimed is not None:
        axes.text(
            1 + 0.08 / width_in,
            centres[-1] / height_in,
            mark,
            transform=axes.transAxes,
            color=INK,
            fontsize=size,
            va="center_baseline",
        )
