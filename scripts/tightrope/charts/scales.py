"""Scales of values and years, chosen before the margins are set and never by a trial drawing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from tightrope.charts.palette import MUTED
from tightrope.charts.style import TICK_PT, bare, text_inches

Format = Callable[[float], str]
Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Scale:
    """The value axis: its ends (bottom first) and its ticks, known before the margins are set."""

    bottom: float
    top: float
    ticks: tuple[float, ...]

    def room(self, fmt: Format) -> float:
        """Give the width the tick labels need, in inches."""
        return max(text_inches(fmt(tick), TICK_PT) for tick in self.ticks)


def scale_of(lines: Sequence[Array], better: str, zero: bool | None, claimed: float | None = None) -> Scale:
    """Choose ends and ticks: ranks turned over, whole, from 1; others from zero where that leaves room to see."""
    values = np.concatenate(list(lines) + ([np.array([claimed])] if claimed is not None else []))
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if better == "low":
        top, bottom = max(low - 0.08 * (high - low) - 0.5, 0.4), high + 0.08 * (high - low) + 0.5
        found = [
            t for t in MaxNLocator(nbins=5, integer=True).tick_values(top, bottom) if float(t).is_integer() and t >= 1
        ]
        return Scale(bottom, top, tuple(float(t) for t in found if top <= t <= bottom) or (low,))
    from_zero = zero if zero is not None else (low >= 0 and low < 0.5 * high)
    pad = 0.06 * (high - low) or 0.1 * abs(high) or 1.0
    bottom, top = 0.0 if from_zero and low >= 0 else low - pad, high + pad
    found = [float(t) for t in MaxNLocator(nbins=5).tick_values(bottom, top) if bottom <= t <= top]
    return Scale(bottom, top, tuple(found))


def value_axis(axes: Axes, scale: Scale, fmt: Format) -> None:
    """Put a scale on an axes, with a quiet grid."""
    axes.set_ylim(scale.bottom, scale.top)
    axes.set_yticks(scale.ticks)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: fmt(float(value))))
    if scale.bottom < 0 < scale.top:
        axes.axhline(0, color=MUTED, linewidth=0.8, zorder=1)
    bare(axes, grid="y", baseline=scale.bottom < scale.top)


def time_axis(axes: Axes, first: float, last: float, *, few: bool = False) -> None:
    """Mark whole years, at most eight, or the first and last alone."""
    years = [year for year in range(math.floor(first), math.ceil(last) + 1) if first - 1e-9 <= year <= last + 1e-9]
    if few:
        shown = [years[0], years[-1]] if years else []
    else:
        step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200) if len(years) / s <= 8)
        shown = [year for year in years if year % step == 0] or years[:1]
    axes.set_xticks([float(year) for year in dict.fromkeys(shown)], [str(year) for year in dict.fromkeys(shown)])
    axes.tick_params(axis="x", pad=5)
