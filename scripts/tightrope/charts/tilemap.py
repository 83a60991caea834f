"""A tile grid of the world: every state one tile of the same size, so that none is lost because it is small."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from tightrope.charts.common import SPOKEN, Words, require
from tightrope.charts.contract import Chart, Texts
from tightrope.charts.marks import touch
from tightrope.charts.numbers import columns_of
from tightrope.charts.palette import GRID, INK, MUTED, STATE_A, STATE_B
from tightrope.charts.style import SMALL_PT, WIDTH_IN, blank, style, text_inches
from tightrope.errors import BadTable, UnknownName

LAYOUT = "tiles.csv"
GROUPS = ("both", "a", "b", "neither", "unknown", "absent")
GAP_IN, STRIPE_IN, EDGE_IN = 0.018, 0.042, 0.03
# Light enough under dark words, and under light ones once a dark page has changed ink and colour.
TINT = 0.3
CODE_PT, KEY_PT, KEY_IN = 8.0, SMALL_PT, 0.185
# The empty Indian Ocean of the layout, where the key stands: column and row of its upper left corner.
KEY_AT = (15.1, 12.75)


@cache
def layout() -> pd.DataFrame:
    """Give the place of every state on the grid: columns ``row`` and ``column``, counted from 0, indexed by ISO3.

    The table is our own: regions lie as on a map, land neighbours touch where there is room, and each of the 193 UN
    members, Taiwan and Kosovo has one tile.

    Raises
    ------
    BadTable
        Two states share a tile, or one stands twice.
    """
    text = resources.files("tightrope.charts").joinpath(LAYOUT).open(encoding="utf-8")
    with text:
        table = pd.read_csv(text, keep_default_na=False).set_index("iso3")
    if table.index.has_duplicates or table.duplicated(["row", "column"]).any():
        raise BadTable(f"the tile grid {LAYOUT} holds a state or a place twice", where=f"charts/{LAYOUT}",
                       why="one state would hide another", fix="give each state its own row and column")  # fmt: skip
    return table


def tiles(
    frame: pd.DataFrame,
    texts: Texts,
    *,
    powers: tuple[str, str],
    key: Sequence[tuple[str, str]],
    focus: str = "",
    code: str = "iso3",
    name: str = "name",
    group: str = "group",
    said: Mapping[str, str] | None = None,
    words: Words = SPOKEN,
) -> Chart:
    """Draw every state as a tile, marked for the power it is close to.

    A stripe at the top and a blue tint stand for the first power, a stripe at the foot and a vermilion tint for the
    second, so that a state close to both has both stripes; plain grey is close to neither, a dashed frame is no data,
    and a code without a frame was no state on the day. The two powers have frames of their colour, the focus a black
    one.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a state: ``code``, ``name`` and ``group``, one of both, a, b, neither, unknown, absent.
    texts : Texts
        The words around the chart.
    powers : (str, str)
        ISO3 codes of the two powers, whose group is not looked at.
    key : sequence of (group, words)
        The key in its order; a group without words is not explained.
    focus : str
        ISO3 code of the state the report is about.
    said : mapping, optional
        What a group is called in the table of numbers and the hover texts; ``key`` otherwise.

    Raises
    ------
    TightropeError
        No row, or a column is missing.
    UnknownName
        A state without a tile, or an unknown group.
    """
    require(frame, [code, name, group], "tilemap.tiles")
    places = layout()
    for iso3, kind in zip(frame[code], frame[group], strict=True):
        if iso3 not in places.index:
            raise UnknownName("state", str(iso3), places.index, where="charts.tilemap.tiles")
        if kind not in GROUPS:
            raise UnknownName("group", str(kind), GROUPS, where="charts.tilemap.tiles")
    called = {**dict(key), **(said or {})}
    data = frame.assign(**{group: frame[group].astype(str)}).sort_values(code, kind="stable").reset_index(drop=True)
    n_columns, n_rows = int(places["column"].max()) + 1, int(places["row"].max()) + 1
    size = (WIDTH_IN - 2 * EDGE_IN) / n_columns
    height = size * n_rows + 2 * EDGE_IN
    spots = {str(s): (int(r), int(c)) for s, r, c in zip(places.index, places["row"], places["column"], strict=True)}
    with style():
        figure = blank(height)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, WIDTH_IN)
        axes.set_ylim(height, 0)
        tips = {}
        for iso3, label, kind in zip(data[code], data[name], data[group], strict=True):
            row, column = spots[str(iso3)]
            left, top = EDGE_IN + size * column, EDGE_IN + size * row
            which = {powers[0]: "power_a", powers[1]: "power_b"}.get(iso3, kind)
            _tile(axes, left, top, size, which, str(iso3), is_focus=iso3 == focus)
            touch(axes, left, top, size, size, f"tile-{iso3}")
            tips[f"tile-{iso3}"] = f"{label}: {called.get(which, called.get(kind, kind))}"
        for n, (kind, text) in enumerate(key):
            left, top = EDGE_IN + size * KEY_AT[0], EDGE_IN + size * KEY_AT[1] + n * KEY_IN
            _tile(axes, left, top, KEY_IN, kind, "", is_focus=kind == "focus")
            axes.text(left + KEY_IN + 0.06, top + KEY_IN / 2, text, fontsize=KEY_PT, color=INK, va="center_baseline")
    shown = data.assign(said=[called.get({powers[0]: "power_a", powers[1]: "power_b"}.get(c, g), g)
                              for c, g in zip(data[code], data[group], strict=True)])  # fmt: skip
    headers = {name: words.header("state"), code: "ISO", "said": words.header("value")}
    return texts.chart(figure, data, numbers=columns_of(shown.sort_values(name, kind="stable"), headers), tips=tips)


def key_room() -> float:
    """Give the width, in inches, that the key's words have."""
    size = (WIDTH_IN - 2 * EDGE_IN) / (int(layout()["column"].max()) + 1)
    return WIDTH_IN - EDGE_IN - size * KEY_AT[0] - KEY_IN - 0.06


def fits_key(text: str) -> bool:
    """Give whether a line of the key has room."""
    return text_inches(text, KEY_PT) <= key_room()


def _tile(axes: Axes, left: float, top: float, size: float, kind: str, text: str, *, is_focus: bool) -> None:
    x, y, side = left + GAP_IN, top + GAP_IN, size - 2 * GAP_IN
    tints = {"a": (STATE_A, STATE_A), "b": (STATE_B, STATE_B), "both": (STATE_A, STATE_B),
             "power_a": (STATE_A, STATE_A), "power_b": (STATE_B, STATE_B)}  # fmt: skip
    if kind in tints:
        one, other = tints[kind]
        if one == other:
            _box(axes, x, y, side, side, facecolor=one, alpha=TINT)
        else:
            _box(axes, x, y, side, side / 2, facecolor=one, alpha=TINT)
            _box(axes, x, y + side / 2, side, side / 2, facecolor=other, alpha=TINT)
        if kind in ("a", "both"):
            _box(axes, x, y, side, STRIPE_IN, facecolor=STATE_A)
        if kind in ("b", "both"):
            _box(axes, x, y + side - STRIPE_IN, side, STRIPE_IN, facecolor=STATE_B)
    elif kind == "neither":
        _box(axes, x, y, side, side, facecolor=GRID)
    elif kind == "unknown":
        axes.add_patch(
            Rectangle((x, y), side, side, facecolor="none", edgecolor=MUTED, linewidth=0.7, linestyle=(0, (2, 1.6)))
        )
    if kind in ("power_a", "power_b"):
        colour = STATE_A if kind == "power_a" else STATE_B
        axes.add_patch(
            Rectangle((x, y), side, side, facecolor="none", edgecolor=colour, linewidth=1.8, joinstyle="miter")
        )
    if is_focus:
        axes.add_patch(
            Rectangle((x, y), side, side, facecolor="none", edgecolor=INK, linewidth=1.6, joinstyle="miter", zorder=4)
        )
    if text:
        quiet = kind in ("unknown", "absent")
        weight = "bold" if is_focus or kind in ("power_a", "power_b") else "normal"
        axes.text(left + size / 2, top + size / 2, text, fontsize=CODE_PT, weight=weight, color=MUTED if quiet else INK,
                  ha="center", va="center_baseline", zorder=5)  # fmt: skip


def _box(
    axes: Axes, left: float, top: float, width: float, height: float, *, facecolor: str, alpha: float = 1.0
) -> None:
    axes.add_patch(
        Rectangle((left, top), width, height, facecolor=facecolor, alpha=alpha if alpha < 1 else None, linewidth=0)
    )
