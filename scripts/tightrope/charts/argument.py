"""The argument as a map: which claims carry the thesis, which weaken it, and how each fared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle
from matplotlib.path import Path

from tightrope.charts.common import SPOKEN, Words, require, shorten, wrap
from tightrope.charts.contract import Chart, Texts
from tightrope.charts.layers import layers, ordered, stacked
from tightrope.charts.marks import draw_mark, touch
from tightrope.charts.numbers import Numbers
from tightrope.charts.palette import INK, MUTED, SOFT, verdict_style
from tightrope.charts.style import MIN_PT, SMALL_PT, WIDTH_IN, blank, style, text_inches
from tightrope.charts.verdicts import inch_axes
from tightrope.errors import TightropeError, UnknownName

# Line and colour both tell the relation, and its word stands at the line's start.
RELATIONS: Mapping[str, tuple[str, object, float]] = {
    "supports": (INK, "solid", 1.1),
    "concedes": (INK, (0, (4, 2)), 1.1),
    "answers": (MUTED, (0, (5, 1.5, 1, 1.5)), 1.1),
    "explains": (MUTED, (0, (1, 1.4)), 1.3),
}
GUTTER_IN = 0.34
GAP_IN = 0.09
LINE_IN = 0.122
HEAD_IN = 0.135
PAD_IN = 0.045
BETWEEN_IN = 0.035
TEXT_LEFT_IN = 0.19
DUMMY_IN = 0.05


@dataclass(frozen=True)
class _Card:
    """Claims that play one part together: they lead to the same claims by the same relations."""

    key: str
    claims: tuple[str, ...]
    head: str
    lines: tuple[tuple[str, ...], ...]
    height: float


def map(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    texts: Texts,
    *,
    links: bool = False,
    words: Words = SPOKEN,
) -> Chart:
    """Draw the argument from the thesis (left) back to what it rests on (right), each claim with its verdict.

    Claims that lead to the same claims by the same relations, and to which nothing leads, share a card, so that 34
    claims need about a dozen arrows; ``group`` keeps the article's factors apart. Claims without an edge stand below.

    Parameters
    ----------
    nodes : pandas.DataFrame
        In the article's order: ``id``, ``label`` (short, about six words), ``verdict``; optional ``group`` (name of a
        factor, missing for none) and ``statement`` (the hover text).
    edges : pandas.DataFrame
        ``source``, ``target`` (ids), ``relation`` (supports, concedes, answers, explains).
    texts : Texts
        The words around the chart.
    links : bool
        Make each claim a link to ``#<id>`` in the page.

    Raises
    ------
    TightropeError
        No claim, an id twice, a circle, or a column is missing.
    UnknownName
        An edge names an id that is not there, a relation or verdict that is none of the known ones.
    """
    require(nodes, ["id", "label", "verdict"], "argument.map")
    if not edges.empty:
        require(edges, ["source", "target", "relation"], "argument.map")
    ids = [str(value) for value in nodes["id"]]
    _check(ids, nodes, edges)
    links_out: dict[str, list[tuple[str, str]]] = {claim: [] for claim in ids}
    reached: set[str] = set()
    if not edges.empty:
        for source, target, relation in zip(edges["source"], edges["target"], edges["relation"], strict=True):
            links_out[str(source)].append((str(target), str(relation)))
            reached.add(str(target))
    layers(ids, [(a, b) for a, out in links_out.items() for b, _ in out])
    linked = [claim for claim in ids if links_out[claim] or claim in reached]
    alone = [claim for claim in ids if claim not in linked]
    parts = _parts(linked, nodes, links_out, reached)
    home = {claim: key for key, claims in parts.items() for claim in claims}
    arrows = list(dict.fromkeys((home[a], home[b], relation) for a in linked for b, relation in links_out[a]))
    depth = layers(list(parts), [(a, b) for a, b, _ in arrows])
    n_layers = max(depth.values(), default=0) + 1
    lefts, widths = _across(depth, n_layers)
    labels = dict(zip(ids, (str(label) for label in nodes["label"]), strict=True))
    groups = _groups(nodes)
    cards = {
        key: _card(key, claims, labels, links_out, groups, widths[depth[key]], words) for key, claims in parts.items()
    }
    columns, steps = _columns(cards, depth, arrows, n_layers)
    columns = ordered(columns, steps)
    heights = {node: cards[node].height if node in cards else DUMMY_IN for column in columns for node in column}
    centre, height = stacked(columns, steps, heights, GAP_IN) if linked else ({}, 0.0)
    rows, below = _alone(alone, labels, widths[-1])
    verdict = dict(zip(ids, (str(v) for v in nodes["verdict"]), strict=True))
    with style():
        figure = blank(0.06 + height + below)
        axes = inch_axes(figure)
        for source, target, relation in arrows:
            _arrow(axes, (cards[source], cards[target]), relation, centre, depth, (lefts, widths))
        for key, card in cards.items():
            at = lefts[depth[key]], 0.03 + centre[key] - card.height / 2
            _draw_card(axes, card, at, widths[depth[key]], verdict, links)
        top = 0.03 + height + 0.14
        if rows:
            axes.text(
                0.02, top + 0.06, words.alone, fontsize=SMALL_PT, color=MUTED, style="italic", va="center_baseline"
            )
            for claim, x, y, lines in rows:
                _claim(axes, claim, x, top + y, widths[-1], lines, verdict[claim], links)
    said = dict(zip(ids, nodes["statement"] if "statement" in nodes else nodes["label"], strict=True))
    tips = {f"claim-{c}": f"{c}, {words.verdict(verdict[c])}: {said[c]}" for c in ids}
    table = pd.DataFrame(
        {
            words.header("id"): ids,
            words.header("claim"): [said[c] for c in ids],
            words.header("verdict"): [words.verdict(verdict[c]) for c in ids],
            words.header("leads_to"): [
                ", ".join(f"{target} ({words.relation(relation)})" for target, relation in links_out[c]) or "–"
                for c in ids
            ],
        }
    )
    return texts.chart(figure, nodes, numbers=Numbers(table), tips=tips)


def _check(ids: list[str], nodes: pd.DataFrame, edges: pd.DataFrame) -> None:
    for claim in ids:
        if ids.count(claim) > 1:
            raise TightropeError(f"the claim {claim} stands twice", where="charts.argument.map")
    for word in nodes["verdict"]:
        verdict_style(str(word))
    if edges.empty:
        return
    for column in ("source", "target"):
        for claim in edges[column]:
            if str(claim) not in ids:
                raise UnknownName("claim", str(claim), ids, where=f"charts.argument.map, edges[{column!r}]")
    for relation in edges["relation"]:
        if relation not in RELATIONS:
            raise UnknownName("relation", str(relation), RELATIONS, where="charts.argument.map")


def _groups(nodes: pd.DataFrame) -> dict[str, str]:
    if "group" not in nodes:
        return {}
    return {str(c): str(g) for c, g in zip(nodes["id"], nodes["group"], strict=True) if not pd.isna(g) and str(g)}


def _parts(
    linked: list[str], nodes: pd.DataFrame, out: Mapping[str, list[tuple[str, str]]], reached: set[str]
) -> dict[str, list[str]]:
    """Join the claims that nothing leads to and that lead the same way, in the article's order."""
    groups = _groups(nodes)
    made: dict[object, list[str]] = {}
    for claim in linked:
        same = claim if claim in reached else (groups.get(claim, ""), tuple(sorted(out[claim])))
        made.setdefault(same, []).append(claim)
    return {"+".join(claims): claims for claims in made.values()}


def _card(
    key: str,
    claims: list[str],
    labels: Mapping[str, str],
    out: Mapping[str, list[tuple[str, str]]],
    groups: Mapping[str, str],
    width: float,
    words: Words,
) -> _Card:
    relations = list(dict.fromkeys(words.relation(relation) for _, relation in out[claims[0]]))
    head = ", ".join(relations)
    if group := groups.get(claims[0], ""):
        head = f"{head}: {group}" if head else group
    lines = tuple(tuple(_lines(claim, labels[claim], width)) for claim in claims)
    body = sum(len(part) * LINE_IN for part in lines) + BETWEEN_IN * (len(lines) - 1)
    return _Card(key, tuple(claims), head, lines, (HEAD_IN if head else 0) + body + 2 * PAD_IN)


def _lines(claim: str, label: str, width: float) -> list[str]:
    """Wrap a label after its id: the first line leaves room for the id in bold."""
    room = width - TEXT_LEFT_IN - 0.05
    indent = text_inches(f"{claim} ", MIN_PT, "bold")
    first = wrap(label, room - indent, MIN_PT)[0] if label.split() else ""
    if text_inches(first, MIN_PT) > room - indent:
        first = ""  # a word too long to stand beside the id begins on the line below, whole
    rest = " ".join(label.split()[len(first.split()) :])
    return [shorten(first, room - indent, MIN_PT), *(shorten(line, room, MIN_PT) for line in wrap(rest, room, MIN_PT))]


def _columns(
    cards: Mapping[str, _Card], depth: Mapping[str, int], arrows: list[tuple[str, str, str]], n_layers: int
) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """Lay the cards in layers, with an empty place wherever an arrow passes a layer by."""
    columns: list[list[str]] = [[] for _ in range(n_layers)]
    for key in cards:
        columns[depth[key]].append(key)
    steps: list[tuple[str, str]] = []
    for source, target, _ in arrows:
        before = source
        for layer in range(depth[source] - 1, depth[target], -1):
            passing = _passing(source, target, layer)
            columns[layer].append(passing)
            steps.append((before, passing))
            before = passing
        steps.append((before, target))
    return columns, list(dict.fromkeys(steps))


def _passing(source: str, target: str, layer: int) -> str:
    return f"{source}>{target}@{layer}"


def _across(depth: Mapping[str, int], n_layers: int) -> tuple[list[float], list[float]]:
    """Give each layer its left edge and width; a lone thesis takes less, so that what it rests on wraps less."""
    lone = n_layers > 2 and sum(layer == 0 for layer in depth.values()) == 1
    shares = [0.74 if lone else 1.0, *[1.0] * (n_layers - 1)]
    room = WIDTH_IN - 0.04 - GUTTER_IN * (n_layers - 1)
    widths = [min(2.2, room * share / sum(shares)) for share in shares]
    lefts = [0.02 + sum(widths[:layer]) + GUTTER_IN * layer for layer in range(n_layers)]
    return lefts, widths


def _arrow(
    axes: Axes,
    ends: tuple[_Card, _Card],
    relation: str,
    centre: Mapping[str, float],
    depth: Mapping[str, int],
    grid: tuple[list[float], list[float]],
) -> None:
    source, target = ends
    lefts, widths = grid
    colour, dashes, weight = RELATIONS[relation]
    # It starts beside the relation's word, which is the card's first line.
    start_y = 0.03 + centre[source.key] - source.height / 2 + PAD_IN + HEAD_IN / 2
    points = [(lefts[depth[source.key]] - 0.01, start_y)]
    for layer in range(depth[source.key] - 1, depth[target.key], -1):
        y = 0.03 + centre[_passing(source.key, target.key, layer)]
        points += [(lefts[layer] + widths[layer], y), (lefts[layer], y)]
    half = target.height / 2 - 0.06
    middle_y = 0.03 + centre[target.key]
    end_y = middle_y + max(-half, min(half, (points[-1][1] - middle_y) * 0.25))
    points.append((lefts[depth[target.key]] + widths[depth[target.key]] + 0.012, end_y))
    vertices, codes = [points[0]], [Path.MOVETO]
    for n, ((x0, y0), (x1, y1)) in enumerate(pairwise(points)):
        if n % 2:  # straight past a layer
            vertices.append((x1, y1))
            codes.append(Path.LINETO)
        else:
            middle = (x0 + x1) / 2
            vertices += [(middle, y0), (middle, y1), (x1, y1)]
            codes += [Path.CURVE4] * 3
    axes.add_patch(FancyArrowPatch(path=Path(vertices, codes), arrowstyle="-", color=colour, linewidth=weight,
                                   linestyle=dashes, fill=False, zorder=1, shrinkA=0, shrinkB=0))  # fmt: skip
    axes.plot([points[-1][0] + 0.02], [end_y], marker="<", color=colour, markersize=4, zorder=2)


def _draw_card(
    axes: Axes, card: _Card, at: tuple[float, float], width: float, verdict: Mapping[str, str], links: bool
) -> None:
    x, y = at
    axes.add_patch(FancyBboxPatch((x, y), width, card.height, boxstyle="round,pad=0,rounding_size=0.04",
                                  facecolor="none", edgecolor=SOFT, linewidth=0.8, zorder=2))  # fmt: skip
    top = y + PAD_IN
    if card.head:
        axes.text(x + 0.06, top + HEAD_IN / 2 - 0.01, card.head, fontsize=MIN_PT, color=MUTED, style="italic",
                  va="center_baseline")  # fmt: skip
        top += HEAD_IN
    for claim, lines in zip(card.claims, card.lines, strict=True):
        _claim(axes, claim, x, top, width, lines, verdict[claim], links)
        top += len(lines) * LINE_IN + BETWEEN_IN


def _claim(
    axes: Axes, claim: str, x: float, y: float, width: float, lines: tuple[str, ...], verdict: str, links: bool
) -> None:
    colour = verdict_style(verdict).colour
    height = len(lines) * LINE_IN
    axes.add_patch(Rectangle((x + 0.012, y), 0.026, height, facecolor=colour, linewidth=0, zorder=3))
    draw_mark(axes, x + 0.115, y + LINE_IN / 2, 0.052, verdict)
    indent = text_inches(f"{claim} ", MIN_PT, "bold")
    middle = y + LINE_IN / 2
    name = axes.text(
        x + TEXT_LEFT_IN, middle, claim, fontsize=MIN_PT, weight="bold", color=colour, va="center_baseline"
    )
    axes.text(x + TEXT_LEFT_IN + indent, middle, lines[0], fontsize=MIN_PT, va="center_baseline")
    for n, line in enumerate(lines[1:], start=1):
        axes.text(x + TEXT_LEFT_IN, middle + n * LINE_IN, line, fontsize=MIN_PT, va="center_baseline")
    if links:
        name.set_url(f"#{claim}")
    touch(axes, x, y, width, height, f"claim-{claim}")


def _alone(
    claims: list[str], labels: Mapping[str, str], width: float
) -> tuple[list[tuple[str, float, float, tuple[str, ...]]], float]:
    """Lay the claims that take no part in rows under the map."""
    across = max(1, int((WIDTH_IN + GUTTER_IN) / (width + GUTTER_IN)))
    made: list[tuple[str, float, float, tuple[str, ...]]] = []
    y = 0.18
    for start in range(0, len(claims), across):
        row = [tuple(_lines(claim, labels[claim], width)) for claim in claims[start : start + across]]
        for n, lines in enumerate(row):
            made.append((claims[start + n], 0.02 + n * (width + GUTTER_IN), y, lines))
        y += max(len(lines) for lines in row) * LINE_IN + 0.07
    return made, (y + 0.14 if claims else 0.0)
