"""Every state between two powers: is anyone like this one?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from tightrope.charts.common import SPOKEN, Words, nothing, percent, require
from tightrope.charts.contract import Chart, Texts
from tightrope.charts.labels import Array, Spot, Wish, find_spots
from tightrope.charts.numbers import columns_of
from tightrope.charts.palette import INK, MUTED, SOFT, STATE_A, THIRD, text_colour
from tightrope.charts.style import SMALL_PT, WIDTH_IN, bare, blank, place, style, text_inches
from tightrope.errors import UnknownName

DOT_IN = 0.027
LARGE_IN = 0.052
LABEL_HEIGHT_IN = 0.135


def scatter(
    frame: pd.DataFrame,
    texts: Texts,
    *,
    x_label: str,
    y_label: str,
    x: str = "x",
    y: str = "y",
    code: str = "iso3",
    name: str = "name",
    focus: Collection[str] = (),
    filled: tuple[str, str] | None = None,
    ringed: tuple[str, str] | None = None,
    label: Collection[str] = (),
    colours: Mapping[str, str] | None = None,
    fmt: Callable[[float], str] = percent,
    height: float = 4.3,
    words: Words = SPOKEN,
) -> Chart:
    """Draw every state as a dot between two powers, the focus as the only one in its own colour.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a state: ``code`` (ISO 3166-1 alpha-3), ``name`` (written), ``x`` and ``y`` (numbers; a state without
        either is not drawn, and the caller's subtitle counts those drawn), and the flag columns (True or False;
        a missing flag counts as not known and draws no mark).
    x_label, y_label : str
        What the axes say, written at their ends.
    focus : collection of str
        Codes of the states the report is about.
    filled, ringed : (column, words), optional
        A flag drawn as a full green dot, and one drawn as a ring; a state with both has both. The words are written
        beside one of the dots, in place of a legend. Up to eight filled states are named.
    label : collection of str
        Codes of further states to name.
    colours : mapping, optional
        Colour by code; blue for the focus otherwise.

    Raises
    ------
    TightropeError
        No state has both values, or a column is missing.
    UnknownName
        A code in ``focus`` or ``label`` that is not in the table.
    """
    flags = [flag[0] for flag in (filled, ringed) if flag]
    require(frame, [x, y, code, name, *flags], "balance.scatter")
    for wanted in [*focus, *label]:
        if wanted not in set(frame[code]):
            raise UnknownName("state", wanted, frame[code].astype(str), where="charts.balance.scatter")
    data = frame.dropna(subset=[x, y]).sort_values(code, kind="stable").reset_index(drop=True)
    if data.empty:
        raise nothing("balance.scatter")
    codes = [str(c) for c in data[code]]
    names = [str(n) for n in data[name]]
    full = _flag(data, filled)
    ring = _flag(data, ringed)
    chosen = np.array([c in focus for c in codes])
    ink = {c: (colours or {}).get(c, STATE_A) for c in codes if c in focus}
    left, bottom, right, top = 0.5, 0.52, 0.12, 0.32
    with style():
        figure = blank(height)
        axes = place(figure, left, bottom, right, top)
        values = data[[x, y]].to_numpy(dtype=float)
        axes.set_xlim(*_room(values[:, 0]))
        axes.set_ylim(*_room(values[:, 1]))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 5, 10]))
            axis.set_major_formatter(FuncFormatter(lambda value, _: fmt(float(value))))
        bare(axes, grid="y", baseline=True)
        axes.xaxis.grid(True)
        edge = height - top
        figure.text(1 - right / WIDTH_IN, 0.08 / height, f"{x_label} →", color=MUTED, ha="right", va="bottom")
        figure.text(0.06 / WIDTH_IN, (edge + 0.1) / height, f"↑ {y_label}", color=MUTED, va="bottom")
        groups = {
            "others": (~full & ~ring & ~chosen, SOFT, True, DOT_IN),
            "ringed": (ring & ~full & ~chosen, MUTED, False, DOT_IN * 1.15),
            "filled": (full & ~chosen, THIRD, True, LARGE_IN * 0.85),
            "both": (full & ring, MUTED, False, LARGE_IN * 1.6),
        }
        tips: dict[str, list[str]] = {}
        for gid, (who, colour, solid, radius) in groups.items():
            if who.any():
                _draw(axes, values[who], colour, solid, radius, gid)
                tips[gid] = [_tip(data, i, x, y, name, fmt) for i in _where(who)]
        for i in _where(chosen):
            _draw(axes, values[[i]], ink[codes[i]], True, LARGE_IN, f"focus-{codes[i]}")
            tips[f"focus-{codes[i]}"] = [_tip(data, i, x, y, name, fmt)]
        points = axes.transData.transform(values) / figure.dpi
        radii = np.where(chosen | full, LARGE_IN * np.where(full & ring, 1.75, 1.0), DOT_IN * 1.4)
        wishes, looks = _wishes(codes, names, points, full, ring, chosen, filled, ringed, label, ink)
        bounds = (left + 0.02, bottom + 0.04, WIDTH_IN - 0.04, edge + 0.02)
        for wish, look, spot in zip(wishes, looks, find_spots(wishes, points, radii, bounds), strict=True):
            _write(axes, wish.text, look, spot, height)
    headers = {
        name: words.header("state"),
        x: x_label,
        y: y_label,
        **dict(flag for flag in (filled, ringed) if flag),
    }
    return texts.chart(figure, data, numbers=columns_of(data.sort_values(name, kind="stable"), headers), tips=tips)


def _room(values: Array) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    pad = 0.05 * (high - low) or 1.0
    return low - pad, high + pad


def _where(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[int]:
    return [int(i) for i in np.flatnonzero(flags)]


def _flag(data: pd.DataFrame, flag: tuple[str, str] | None) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if flag is None:
        return np.zeros(len(data), dtype=bool)
    return np.array([not pd.isna(value) and bool(value) for value in data[flag[0]]], dtype=bool)


def _tip(data: pd.DataFrame, row: int, x: str, y: str, name: str, fmt: Callable[[float], str]) -> str:
    return f"{data[name].iloc[row]}: {fmt(float(data[x].iloc[row]))}, {fmt(float(data[y].iloc[row]))}"


def _draw(axes: Axes, at: Array, colour: str, solid: bool, radius: float, gid: str) -> None:
    axes.scatter(at[:, 0], at[:, 1], s=(radius * 144) ** 2, c=colour if solid else "none",
                 edgecolors="none" if solid else colour, linewidths=0 if solid else 1.0,
                 zorder=3 if solid and colour != SOFT else 2, gid=gid, clip_on=False)  # fmt: skip


def _wishes(
    codes: list[str],
    names: list[str],
    points: Array,
    full: np.ndarray[tuple[int], np.dtype[np.bool_]],
    ring: np.ndarray[tuple[int], np.dtype[np.bool_]],
    chosen: np.ndarray[tuple[int], np.dtype[np.bool_]],
    filled: tuple[str, str] | None,
    ringed: tuple[str, str] | None,
    label: Collection[str],
    ink: Mapping[str, str],
) -> tuple[list[Wish], list[tuple[str, str, str]]]:
    """List the labels, the most important first: focus, filled states, the marks' meanings, then the others."""
    wishes: list[Wish] = []
    looks: list[tuple[str, str, str]] = []

    def wish(text: str, where: tuple[int, ...], colour: str, weight: str = "normal", slant: str = "normal") -> None:
        wishes.append(Wish(text, text_inches(text, SMALL_PT, weight) + 0.02, LABEL_HEIGHT_IN, where))
        looks.append((colour, weight, slant))

    for i in _where(chosen):
        wish(names[i], (i,), text_colour(ink[codes[i]]), "bold")
    others = _where(full & ~chosen)
    if len(others) <= 8:
        for i in others:
            wish(names[i], (i,), text_colour(THIRD))
    for flag, who, colour in ((filled, full & ~chosen, text_colour(THIRD)), (ringed, ring & ~full & ~chosen, MUTED)):
        if flag and who.any():
            wish(flag[1], _loneliest(points, who), colour, slant="italic")
    named = {*_where(chosen), *(others if len(others) <= 8 else [])}
    for i in (codes.index(c) for c in label if c in codes):
        if i not in named:
            wish(names[i], (i,), INK)
    return wishes, looks


def _loneliest(points: Array, who: np.ndarray[tuple[int], np.dtype[np.bool_]], n: int = 10) -> tuple[int, ...]:
    """Give the members of a group with most room around them: one of them carries the group's words."""
    members = np.flatnonzero(who)
    distances = np.hypot(*(points[members, None, :] - points[None, :, :]).transpose(2, 0, 1))
    distances[distances == 0] = np.inf
    order = np.argsort(-distances.min(axis=1), kind="stable")
    return tuple(int(i) for i in members[order[:n]])


def _write(axes: Axes, text: str, look: tuple[str, str, str], spot: Spot, height: float) -> None:
    figure = axes.get_figure(root=True)
    assert figure is not None
    colour, weight, slant = look
    middle = (spot.box[0] + spot.box[2]) / 2 / WIDTH_IN, (spot.box[1] + spot.box[3]) / 2 / height
    figure.text(
        *middle, text, color=colour, weight=weight, style=slant, fontsize=SMALL_PT, ha="center", va="center_baseline"
    )
    if spot.leader is not None:
        x0, y0, x1, y1 = spot.leader
        axes.plot([x0 / WIDTH_IN, x1 / WIDTH_IN], [y0 / height, y1 / height], transform=figure.transFigure, color=MUTED,
                  linewidth=0.6, clip_on=False, zorder=1.5)  # fmt: skip
