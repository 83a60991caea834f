"""The specification chart: every reading of one claim, sorted, with the choices that make it below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations, product
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from tightrope.charts.common import SPOKEN, Words, nothing, number, require, rows, shorten
from tightrope.charts.contract import Chart, Texts
from tightrope.charts.numbers import columns_of
from tightrope.charts.palette import INK, MUTED, SOFT, STATE_A
from tightrope.charts.scales import Format
from tightrope.charts.series import LINE_IN
from tightrope.charts.style import SMALL_PT, TICK_PT, WIDTH_IN, bare, blank, place, style, text_inches
from tightrope.errors import UnknownName

CLASSES = ("plain", "defensible", "strained")
CHOICE_IN = 0.155
GROUP_GAP = 0.55
BLOCK_GAP = 1.4
MAX_PITCH_IN = 0.34
MAX_LABELLED = 3
NAME_IN = 1.8


def specification(
    frame: pd.DataFrame,
    texts: Texts,
    *,
    choices: Sequence[str],
    expected: float | tuple[float, float] | None = None,
    better: str = "high",
    fmt: Format = number,
    height: float = 1.9,
    words: Words = SPOKEN,
) -> Chart:
    """Draw all readings of one claim: what each found on top, the choices behind it below.

    Counted readings stand first, sorted by what they found; strained ones stand apart in light grey; readings
    without data stand at the right as crosses. A reading for which the claim holds is large and full. The plain
    reading is blue and carries its label. With no number in ``observed`` at all the chart shows holds and fails.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a reading: ``label``; ``class`` (plain, defensible, strained); ``holds`` (True, False, or missing
        where there is no data); ``observed`` (number; missing where there is no data); one column for each choice.
    texts : Texts
        The words around the chart.
    choices : sequence of str
        Columns for the choice matrix, top to bottom; values in order of appearance, or of the categories.
    expected : float or (low, high), optional
        What the claim says.
    better : {"high", "low"}
        "low" turns the axis over, for ranks.
    fmt : callable
        Writes a value for people.
    height : float
        Height of the upper part in inches.

    Raises
    ------
    TightropeError
        No reading has data, or a column is missing.
    UnknownName
        A class that is none of the three.
    """
    require(frame, ["label", "class", "holds", "observed", *choices], "specification")
    data, levels = _ordered(frame, choices)
    names = [shorten(str(level), NAME_IN, SMALL_PT) for choice in choices for level in levels[choice]]
    bounds = list(expected) if isinstance(expected, tuple) else [] if expected is None else [expected]
    values = [fmt(float(value)) for value in [*data["observed"].dropna(), *bounds]]
    widths = [text_inches(name, SMALL_PT) for name in names] + [text_inches(value, TICK_PT) for value in values]
    left = 0.16 + max([*widths, 0.4])
    claim = _claim(expected, fmt, words)
    right = 0.16 + max([text_inches(claim, SMALL_PT, "bold")] + [text_inches(choice, SMALL_PT) for choice in choices])
    room = WIDTH_IN - left - right
    span = float(data["at"].max()) + 1
    pitch = min(room / span, MAX_PITCH_IN)
    width = pitch * span
    heads = _headers(data, pitch, 0.1 - left, WIDTH_IN - left - 0.05, words)
    top = 0.12 + LINE_IN * (1 + max((head.row for head in heads), default=-1))
    n_units = sum(len(levels[choice]) for choice in choices) + GROUP_GAP * (len(choices) - 1)
    matrix = n_units * CHOICE_IN
    total = top + height + 0.16 + matrix + 0.06
    with style():
        figure = blank(total)
        axes = place(figure, left, total - top - height, WIDTH_IN - left - width, top)
        below = place(figure, left, 0.06, WIDTH_IN - left - width, top + height + 0.16)
        for part in (axes, below):
            part.set_xlim(-0.5, span - 0.5)
        _value_axis(axes, data, expected, better, fmt, words)
        if claim:
            _mark_claim(axes, claim, expected, width)
        size = min(7.5, max(3.4, 72 * pitch * 0.78))
        _dots(axes, data, size)
        for head in heads:
            _write_head(axes, head, width, height, span)
        _matrix(below, data, choices, levels, size * 0.82, n_units, width)
    found = [words.no_data if np.isnan(value) else fmt(value) for value in data["observed"].astype(float)]
    tips = {"readings": [f"{label}: {value}" for label, value in zip(data["label"], found, strict=True)]}
    drawn = data.drop(columns=["at", "block", "y"])
    headers = {"label": words.header("reading"), "class": words.header("class")}
    if not drawn["observed"].isna().all():
        headers["observed"] = words.header("observed")
    headers["holds"] = words.header("holds")
    named = drawn.assign(**{"class": drawn["class"].map(words.reading_class)})
    return texts.chart(figure, drawn, numbers=columns_of(named, headers), tips=tips)


def _ordered(frame: pd.DataFrame, choices: Sequence[str]) -> tuple[pd.DataFrame, dict[str, list[Any]]]:
    data = frame.copy()
    for value in data["class"]:
        if value not in CLASSES:
            raise UnknownName("class of reading", str(value), CLASSES, where="charts.specification")
    data["observed"] = data["observed"].to_numpy(dtype=float, na_value=np.nan)
    holds = [None if pd.isna(value) else bool(value) for value in data["holds"]]
    data["holds"] = pd.Series(holds, index=data.index, dtype="boolean")
    if data["observed"].isna().all():
        data["y"] = data["holds"].to_numpy(dtype=float, na_value=np.nan)
    else:
        data["y"] = data["observed"]
    if data["y"].isna().all():
        raise nothing("specification")
    missing = data["y"].isna()
    data["block"] = np.where(missing, 2, np.where(data["class"] == "strained", 1, 0))
    levels = {choice: _levels(data[choice]) for choice in choices}
    keys = pd.DataFrame(
        {choice: [levels[choice].index(v) if not pd.isna(v) else -1 for v in data[choice]] for choice in choices},
        index=data.index,
    )
    order = pd.concat([data[["block", "y"]], keys], axis=1).sort_values(["block", "y", *choices], kind="stable").index
    data = data.loc[order]
    at: list[float] = []
    for block, before in zip(data["block"], [data["block"].iloc[0], *data["block"].iloc[:-1]], strict=True):
        at.append((at[-1] + 1 + (BLOCK_GAP if block != before else 0)) if at else 0.0)
    data["at"] = at
    return data, levels


def _levels(column: pd.Series[Any]) -> list[Any]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        present = set(column.dropna())
        return [level for level in column.cat.categories if level in present]
    if pd.api.types.is_numeric_dtype(column):
        return sorted(set(column.dropna()))
    return list(dict.fromkeys(column.dropna()))


def _claim(expected: float | tuple[float, float] | None, fmt: Format, words: Words) -> str:
    if expected is None:
        return ""
    value = f"{fmt(expected[0])}–{fmt(expected[1])}" if isinstance(expected, tuple) else fmt(expected)
    return words.claimed.format(value=value)


@dataclass(frozen=True)
class _Head:
    """A word over the dots: ``left`` and ``width`` in inches, its row, and the dot it leads to."""

    text: str
    left: float
    width: float
    row: int
    at: float | None = None
    value: float = np.nan

    @property
    def span(self) -> tuple[float, float]:
        return self.left - 0.06, self.left + self.width + 0.06


def _headers(data: pd.DataFrame, pitch: float, low: float, high: float, words: Words) -> list[_Head]:
    """Place the words over the dots: the plain readings above theirs, the names of the two grey blocks."""
    blocks: list[_Head] = []
    for block, text in ((1, words.strained), (2, words.no_data)):
        part = data.loc[data["block"] == block, "at"]
        if len(part):
            width = text_inches(text, SMALL_PT)
            start = (float(part.min()) + 0.5) * pitch - 0.05
            left = min(max(start, (float(part.mean()) + 0.5) * pitch - width / 2), high - width)
            row = rows([head.span for head in blocks] + [(left, left + width)])[-1]
            blocks.append(_Head(text, left, width, row))
    plain = data[(data["class"] == "plain") & data["y"].notna()].head(MAX_LABELLED)
    dots = list(zip(plain["label"], plain["at"].astype(float), plain["y"].astype(float), strict=True))
    best: tuple[float, list[_Head]] = (np.inf, [])
    for order in permutations(range(len(dots))):
        for sides in product((0.5, 0.0, 1.0), repeat=len(dots)):
            heads = []
            for (label, at, value), row, side in zip(dots, order, sides, strict=True):
                text = shorten(f"{words.plain}: {label}", high - low, SMALL_PT)
                width = text_inches(text, SMALL_PT)
                left = min(max((at + 0.5) * pitch - side * width, low), high - width)
                heads.append(_Head(text, left, width, row, at, value))
            cost = _crossings(heads, pitch) + 0.1 * sum(side != 0.5 for side in sides)
            if cost < best[0]:
                best = (cost, heads)
    # The blocks' names go to the lowest row in which no label and no leader of a plain reading passes.
    for head in blocks:
        row = head.row
        while any(_meets(head, other, row, pitch) for other in best[1]):
            row += 1
        best[1].append(replace(head, row=row))
    return best[1]


def _meets(head: _Head, other: _Head, row: int, pitch: float) -> bool:
    same = other.row == row and head.span[0] < other.span[1] and other.span[0] < head.span[1]
    led = other.at is not None and other.row >= row and head.span[0] < (other.at + 0.5) * pitch < head.span[1]
    return same or led


def _crossings(heads: list[_Head], pitch: float) -> float:
    return sum(
        one is not other and one.at is not None and one.row > other.row
        and other.span[0] < (one.at + 0.5) * pitch < other.span[1]
        for one in heads for other in heads
    )  # fmt: skip


def _value_axis(
    axes: Axes, data: pd.DataFrame, expected: float | tuple[float, float] | None, better: str, fmt: Format, words: Words
) -> None:
    if data["observed"].isna().all():
        axes.set_ylim(-0.5, 1.5)
        axes.yaxis.set_major_locator(FixedLocator([0, 1]))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.holds if value > 0.5 else words.fails))
    else:
        bounds = [] if expected is None else list(expected) if isinstance(expected, tuple) else [expected]
        values = [*data["y"].dropna(), *bounds]
        low, high = min(values), max(values)
        pad = 0.09 * (high - low) or max(0.1 * abs(high), 1.0)
        axes.set_ylim((high + pad, low - pad) if better == "low" else (low - pad, high + pad))
        whole = all(float(value).is_integer() for value in values)
        locator = MaxNLocator(nbins=6, integer=whole)
        ticks = [t for t in locator.tick_values(low - pad, high + pad) if low - pad <= t <= high + pad]
        axes.yaxis.set_major_locator(
            FixedLocator([t for t in ticks if (better != "low" or t >= 1) and (not whole or float(t).is_integer())])
        )
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: fmt(float(value))))
    axes.set_xticks([])
    axes.tick_params(axis="y", labelsize=TICK_PT)
    bare(axes, grid="y")


def _mark_claim(axes: Axes, claim: str, expected: float | tuple[float, float] | None, width: float) -> None:
    if isinstance(expected, tuple):
        axes.axhspan(expected[0], expected[1], facecolor=SOFT, alpha=0.35, linewidth=0, zorder=1)
        middle = (expected[0] + expected[1]) / 2
    else:
        assert expected is not None
        axes.axhline(expected, color=INK, linewidth=1.1, zorder=1.5)
        middle = expected
    axes.annotate(
        claim,
        (1 + 0.07 / width, middle),
        xycoords=("axes fraction", "data"),
        fontsize=SMALL_PT,
        weight="bold",
        va="center_baseline",
        annotation_clip=False,
    )


def _look(row: Any) -> tuple[str, bool]:
    colour = STATE_A if row[0] == "plain" else SOFT if row[0] == "strained" else MUTED
    return colour, row[1] is True


def _dots(axes: Axes, data: pd.DataFrame, size: float) -> None:
    faces, edges, areas, shown = [], [], [], []
    # Right under the words 'no data': a column without data holds nothing else.
    under = axes.get_ylim()[1] - 0.05 * (axes.get_ylim()[1] - axes.get_ylim()[0])
    for kind, holds, y in zip(data["class"], data["holds"], data["y"], strict=True):
        colour, full = _look((kind, None if pd.isna(holds) else bool(holds)))
        missing = np.isnan(y)
        faces.append(colour if full and not missing else "none")
        edges.append("none" if missing else colour)
        side = size if full or kind == "plain" else size * 0.72
        areas.append(side**2)
        shown.append(under if missing else y)
    axes.scatter(data["at"], shown, s=areas, c=faces, edgecolors=edges, linewidths=1.1, zorder=3, gid="readings")
    gaps = data[data["y"].isna()]
    axes.plot(gaps["at"], [under] * len(gaps), "x", color=MUTED, markersize=size * 0.7, markeredgewidth=1, zorder=3)


def _write_head(axes: Axes, head: _Head, width: float, height: float, span: float) -> None:
    up = 0.05 + head.row * LINE_IN
    axes.text(
        (head.left + (head.width / 2)) / width,
        1 + up / height,
        head.text,
        transform=axes.transAxes,
        fontsize=SMALL_PT,
        color=MUTED if head.at is None else STATE_A,
        ha="center",
        va="bottom",
    )
    if head.at is not None:
        top = axes.get_ylim()[1]
        axes.plot([head.at, head.at], [head.value, top], color=STATE_A, linewidth=0.8, zorder=2)
        across = (head.at + 0.5) / span
        axes.plot(
            [across, across], [1, 1 + (up - 0.01) / height], transform=axes.transAxes, color=STATE_A, linewidth=0.8,
            clip_on=False, zorder=2,
        )  # fmt: skip


def _matrix(
    axes: Axes,
    data: pd.DataFrame,
    choices: Sequence[str],
    levels: dict[str, list[Any]],
    size: float,
    n_units: float,
    width: float,
) -> None:
    axes.set_ylim(n_units - 0.5, -0.5)
    bare(axes)
    axes.set_xticks([])
    ticks: list[float] = []
    names: list[str] = []
    y = 0.0
    groups: dict[tuple[str, bool], tuple[list[float], list[float]]] = {}
    for choice in choices:
        middle = y + (len(levels[choice]) - 1) / 2
        axes.text(
            1 + 0.07 / width, middle, choice, transform=axes.get_yaxis_transform(), fontsize=SMALL_PT, color=MUTED,
            va="center_baseline",
        )  # fmt: skip
        for level in levels[choice]:
            ticks.append(y)
            names.append(shorten(str(level), NAME_IN, SMALL_PT))
            for kind, holds, at, value in zip(data["class"], data["holds"], data["at"], data[choice], strict=True):
                if not pd.isna(value) and value == level:
                    look = _look((kind, None if pd.isna(holds) else bool(holds)))
                    xs, ys = groups.setdefault(look, ([], []))
                    xs.append(at)
                    ys.append(y)
            y += 1
        y += GROUP_GAP
    for at in data.loc[(data["class"] == "plain") & data["y"].notna(), "at"]:
        axes.axvspan(at - 0.5, at + 0.5, facecolor=STATE_A, alpha=0.1, linewidth=0, zorder=0)
    for (colour, full), (xs, ys) in groups.items():
        ink = SOFT if colour == MUTED and not full else colour
        axes.plot(xs, ys, "s", color=ink, markerfacecolor="none" if colour == SOFT else ink, markersize=size, zorder=2)
    axes.set_yticks(ticks, names, fontsize=SMALL_PT)
    axes.tick_params(axis="y", labelcolor=INK)
