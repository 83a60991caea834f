"""The seven verdict marks as vector shapes, so that no font has to hold them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, PathPatch, Rectangle, Wedge
from matplotlib.path import Path

from tightrope.charts.palette import MUTED, verdict_style


def draw_mark(axes: Axes, x: float, y: float, radius: float, verdict: str, *, zorder: float = 3) -> None:
    """Draw a verdict's mark at a point of an axes whose unit is the inch on both sides.

    Raises
    ------
    UnknownName
        The word is none of the seven verdicts.
    """
    colour = verdict_style(verdict).colour
    stroke = max(0.9, radius * 72 * 0.24)
    inner = radius - stroke / 144
    # The axes may count downwards; the marks must not stand on their heads.
    up = -1 if axes.yaxis_inverted() else 1
    full: dict[str, Any] = {"facecolor": colour, "edgecolor": "none", "linewidth": 0, "zorder": zorder}
    if verdict == "supported":
        axes.add_patch(Circle((x, y), radius, **full))
    elif verdict == "outdated":
        axes.add_patch(PathPatch(_clock(x, y, radius, up), **full))
    elif verdict == "untested":
        axes.add_line(Line2D([x - radius * 0.8, x + radius * 0.8], [y, y], color=colour, linewidth=stroke * 1.3,
                             solid_capstyle="butt", zorder=zorder))  # fmt: skip
    elif verdict == "not checkable":
        angles = np.linspace(0, 2 * math.pi, 9)[:-1] + math.pi / 8
        for angle in angles:
            dot = (x + inner * math.cos(angle), y + inner * math.sin(angle))
            axes.add_patch(Circle(dot, radius * 0.15, **full))
    else:
        axes.add_patch(Circle((x, y), inner, facecolor="none", edgecolor=colour, linewidth=stroke, zorder=zorder))
        if verdict == "fragile":
            axes.add_patch(Wedge((x, y), radius * 0.93, *((180, 450) if up > 0 else (-90, 180)), **full))
        elif verdict == "contested":
            axes.add_patch(Wedge((x, y), radius * 0.93, 90, 270, **full))
        else:
            bar = radius * 0.36
            axes.add_patch(Rectangle((x - radius * 0.58, y - bar / 2), radius * 1.16, bar, **full))


def touch(axes: Axes, left: float, bottom: float, width: float, height: float, gid: str) -> None:
    """Lay an unseen area that answers to hovering; its text is given to the chart as ``tips[gid]``."""
    axes.add_patch(Rectangle((left, bottom), width, height, facecolor=MUTED, alpha=0.0, linewidth=0, gid=gid, zorder=9))


def _clock(x: float, y: float, radius: float, up: int) -> Path:
    """Give a disc with a clock's hands cut out, so that they show the paper, light or dark."""
    disc = Path.circle((x, y), radius)
    hand, long, short = radius * 0.13, radius * 0.72, radius * 0.58
    # Wound against the disc, so that the non-zero rule leaves a hole: up from the middle, then to the right.
    across = [-hand, -hand, hand, hand, short, short]
    above = [-hand, long, long, hand, hand, -hand]
    outline = [(x + a, y + up * b) for a, b in zip(across, above, strict=True)][::up]
    codes = [Path.MOVETO, *[Path.LINETO] * 5, Path.CLOSEPOLY]
    return Path.make_compound_path(disc, Path([*outline, outline[0]], codes))
