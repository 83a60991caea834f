"""Votes by state and resolution: a letter and a shape in each cell, the colour only says whose row it is."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle

from tightrope.charts.common import SPOKEN, Words, nothing, require
from tightrope.charts.contract import Chart, Texts
from tightrope.charts.numbers import Numbers
from tightrope.charts.palette import INK, MUTED, text_colour
from tightrope.charts.style import SMALL_PT, TICK_PT, WIDTH_IN, blank, style, text_inches
from tightrope.charts.verdicts import inch_axes
from tightrope.errors import TightropeError, UnknownName

VOTES = ("yes", "no", "abstain", "none")
ROW_IN = 0.25
CELL_IN = 0.62
MIN_CELL_IN = 0.2


def matrix(
    frame: pd.DataFrame,
    texts: Texts,
    *,
    state: str = "state",
    resolution: str = "resolution",
    vote: str = "vote",
    colours: Mapping[str, str] | None = None,
    words: Words = SPOKEN,
) -> Chart:
    """Draw how each state voted on each resolution, both in the table's order.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a state and resolution: ``state``, ``resolution``, ``vote`` (yes, no, abstain; none where the state
        was recorded as not voting; missing or absent where there is no data, which leaves the cell empty).
    colours : mapping, optional
        Colour by state, fixed for the report; grey otherwise.

    Raises
    ------
    TightropeError
        No vote at all, a state twice on one resolution, more than 28 resolutions, or a column is missing.
    UnknownName
        A vote that is none of the four.
    """
    require(frame, [state, resolution, vote], "votes.matrix")
    known = frame.dropna(subset=[vote])
    if known.empty:
        raise nothing("votes.matrix")
    for value in known[vote]:
        if value not in VOTES:
            raise UnknownName("vote", str(value), VOTES, where="charts.votes.matrix")
    twice = known.duplicated([state, resolution])
    if twice.any():
        row = known[twice].iloc[0]
        raise TightropeError(f"{row[state]} votes twice on {row[resolution]}", where="charts.votes.matrix")
    states = [str(value) for value in dict.fromkeys(frame[state])]
    columns = [str(value) for value in dict.fromkeys(frame[resolution])]
    left = 0.2 + max(text_inches(name, SMALL_PT, "bold") for name in states)
    cell = min(CELL_IN, (WIDTH_IN - left - 0.05) / len(columns))
    if cell < MIN_CELL_IN:
        raise TightropeError(f"{len(columns)} resolutions are too many for one chart", where="charts.votes.matrix",
                             fix="choose the ones the sentence needs")  # fmt: skip
    widest = max(text_inches(name, SMALL_PT) for name in columns)
    upright = widest + 0.06 > cell
    head = 0.1 + (widest if upright else 0.15)
    height = head + ROW_IN * len(states) + 0.34
    votes = {(str(s), str(r)): str(v) for s, r, v in zip(known[state], known[resolution], known[vote], strict=True)}
    with style():
        figure = blank(height)
        axes = inch_axes(figure)
        for j, name in enumerate(columns):
            axes.text(left + (j + 0.5) * cell, head - 0.03, name, fontsize=SMALL_PT, color=MUTED, ha="center",
                      va="bottom", rotation=90 if upright else 0)  # fmt: skip
        for i, who in enumerate(states):
            y = head + (i + 0.5) * ROW_IN
            colour = (colours or {}).get(who, MUTED)
            axes.text(left - 0.1, y, who, ha="right", va="center_baseline", fontsize=TICK_PT,
                      color=text_colour(colour) if colours and who in colours else INK,
                      weight="bold" if colours and who in colours else "normal")  # fmt: skip
            for j, what in enumerate(columns):
                if (who, what) in votes:
                    _cell(axes, left + (j + 0.5) * cell, y, votes[who, what], colour, words)
        x, y = left, height - 0.14
        for value in (v for v in VOTES if v in set(votes.values())):
            _cell(axes, x + 0.1, y, value, MUTED, words)
            axes.text(x + 0.25, y, words.vote_words[value], fontsize=SMALL_PT, color=MUTED, va="center_baseline")
            x += 0.25 + text_inches(words.vote_words[value], SMALL_PT) + 0.2
    table = {words.header("resolution"): columns}
    for who in states:
        cast = [votes.get((who, what)) for what in columns]
        table[who] = [words.vote_words[vote] if vote else None for vote in cast]  # type: ignore[misc]  # keyed by any text
    return texts.chart(figure, frame, numbers=Numbers(pd.DataFrame(table)))


def _cell(axes: Axes, x: float, y: float, vote: str, colour: str, words: Words) -> None:
    # Not `add_patch`: it works out anew what the axes must span, which is set already, and takes most of the drawing.
    radius, add = 0.088, axes.add_artist
    if vote == "yes":
        add(Circle((x, y), radius, facecolor=colour, alpha=0.3, linewidth=0))
        add(Circle((x, y), radius, facecolor="none", edgecolor=colour, linewidth=1.1))
    elif vote == "no":
        add(Rectangle((x - radius, y - radius), 2 * radius, 2 * radius, facecolor="none", edgecolor=colour,
                                 linewidth=1.6))  # fmt: skip
    elif vote == "abstain":
        add(Circle((x, y), radius, facecolor="none", edgecolor=colour, linewidth=0.9, linestyle=(0, (2, 1.6))))
    axes.text(x, y, words.votes[vote], fontsize=SMALL_PT, weight="normal" if vote == "none" else "bold", ha="center",
              va="center_baseline", color=MUTED if vote == "none" else INK)  # fmt: skip
