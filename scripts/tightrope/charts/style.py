"""The one look: font, sizes and a bare figure. Nothing here touches pyplot or the reader's own settings."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import font_source_sans_pro
import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ft2font import LoadFlags

from tightrope.charts.palette import GRID, INK, MUTED
from tightrope.language import spoken

FAMILY = "Source Sans Pro"
FALLBACK = "DejaVu Sans"
HANGUL = "NanumGothic"
_SYLLABLES = ("\uac00", "\ud7a3")
MIN_PT = 7.5
SMALL_PT = 8.0
TICK_PT = 8.5
LABEL_PT = 9.0
WIDTH_IN = 6.3
PANEL_IN = 3.0

_RC = {
    "font.family": [FAMILY, FALLBACK],
    "font.size": LABEL_PT,
    "axes.labelsize": LABEL_PT,
    "axes.titlesize": LABEL_PT,
    "xtick.labelsize": TICK_PT,
    "ytick.labelsize": TICK_PT,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "axes.linewidth": 0.8,
    "lines.linewidth": 1.6,
    "lines.solid_capstyle": "round",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "savefig.bbox": "standard",
    "svg.fonttype": "none",
    "svg.hashsalt": "tightrope",
    "path.simplify": False,
    "axes.unicode_minus": True,
    "text.usetex": False,
    "text.parse_math": False,
}


@cache
def _register() -> None:
    for key in ("SourceSansPro", "SourceSansProBold", "SourceSansProIt"):
        font_manager.fontManager.addfont(font_source_sans_pro.font_files_ttf[key])


@cache
def _register_hangul() -> None:
    # The package is looked up and never imported: it would change matplotlib's settings.
    spec = importlib.util.find_spec("koreanize_matplotlib")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("koreanize_matplotlib")
    for name in ("NanumGothic", "NanumGothicBold"):
        font_manager.fontManager.addfont(Path(spec.submodule_search_locations[0]) / "fonts" / f"{name}.ttf")
    # Its bold calls itself semi-bold; asked for bold, matplotlib would take it and complain each time.
    font_manager.fontManager.ttflist = [
        replace(entry, weight=700) if entry.name == HANGUL and entry.weight == 600 else entry
        for entry in font_manager.fontManager.ttflist
    ]


def families() -> list[str]:
    """Give the type faces of a chart in the language that is being spoken, the first that has a letter sets it."""
    return [FAMILY, HANGUL, FALLBACK] if spoken() == "ko" else [FAMILY, FALLBACK]


@contextmanager
def style() -> Iterator[None]:
    """Draw inside this: matplotlib's defaults with the house's look, put back afterwards."""
    _register()
    # The reader's own matplotlibrc must not reach a report, so the start is matplotlib's defaults.
    looks = cast("dict[str, Any]", mpl.rcParams)
    defaults: dict[str, Any] = {k: v for k, v in mpl.rcParamsDefault.items() if not k.startswith("backend")}
    with mpl.rc_context():
        dict.update(looks, defaults)
        looks.update(_RC)
        if spoken() == "ko":
            _register_hangul()
            looks["font.family"] = families()
        yield


@cache
def text_inches(text: str, size: float = LABEL_PT, weight: str = "normal") -> float:
    """Measure the widest line of a text in inches, so that margins can be set without a trial drawing."""
    _register()
    names, flags = [FAMILY, FALLBACK], LoadFlags.FORCE_AUTOHINT
    if any(_SYLLABLES[0] <= letter <= _SYLLABLES[1] for letter in text):
        _register_hangul()
        # The PDF's typesetter takes the spaces and figures between syllables from their face, which is the wider one;
        # hinting would take a thirtieth off each syllable.
        names, flags = [HANGUL, *names], LoadFlags.NO_HINTING
    faces = [font_manager.findfont(font_manager.FontProperties(family=[name], weight=weight)) for name in names]
    font = font_manager.get_font(faces)
    font.set_size(size, 72)
    widest = 0.0
    for line in text.split("\n"):
        font.set_text(line, 0.0, flags=flags)
        widest = max(widest, font.get_width_height()[0] / 64)
    return widest / 72


def blank(height: float, width: float = WIDTH_IN) -> Figure:
    """Make an empty transparent figure, sizes in inches."""
    return Figure(figsize=(width, height), facecolor="none")


def place(figure: Figure, left: float, bottom: float, right: float, top: float) -> Axes:
    """Add axes with margins in inches, so that type and margins keep their size in every figure."""
    width, height = figure.get_size_inches()
    axes = figure.add_axes(
        (left / width, bottom / height, (width - left - right) / width, (height - bottom - top) / height)
    )
    axes.set_facecolor("none")
    return axes


def bare(axes: Axes, *, grid: str = "", baseline: bool = False) -> None:
    """Strip an axes: no ticks, no frame; a quiet grid on ``"x"`` or ``"y"`` and, if asked, a baseline."""
    for name, spine in axes.spines.items():
        spine.set_visible(baseline and name == "bottom")
    axes.tick_params(length=0, pad=4)
    if grid == "x":
        axes.xaxis.grid(True)
    elif grid == "y":
        axes.yaxis.grid(True)
    axes.set_axisbelow(True)
