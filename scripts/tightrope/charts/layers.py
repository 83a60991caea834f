"""A small layered layout for the argument map: longest-path layers, ordered to cross little, stacked by height."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from tightrope.charts.common import spread
from tightrope.errors import TightropeError

Key = TypeVar("Key", bound=Hashable)


def layers(nodes: Sequence[Key], edges: Sequence[tuple[Key, Key]]) -> dict[Key, int]:
    """Give each node its layer: 0 for what nothing follows from, else one more than the deepest target.

    Raises
    ------
    TightropeError
        The edges run in a circle.
    """
    targets: dict[Key, list[Key]] = {node: [] for node in nodes}
    for source, target in edges:
        targets[source].append(target)
    found: dict[Key, int] = {}
    open_: set[Key] = set()

    def depth(node: Key) -> int:
        if node in found:
            return found[node]
        if node in open_:
            raise TightropeError(f"the argument runs in a circle through {node}", where="charts.argument.map",
                                 why="a claim cannot support itself", fix="take one of the edges out")  # fmt: skip
        open_.add(node)
        found[node] = max((depth(target) + 1 for target in targets[node]), default=0)
        open_.discard(node)
        return found[node]

    for node in nodes:
        depth(node)
    return found


def ordered(columns: list[list[Key]], edges: Sequence[tuple[Key, Key]], sweeps: int = 6) -> list[list[Key]]:
    """Order each layer by the mean place of its neighbours, to and fro, and keep the order that crosses least."""
    best, fewest = [list(column) for column in columns], crossings(columns, edges)
    current = [list(column) for column in columns]
    for sweep in range(sweeps):
        forward = sweep % 2 == 0
        span = range(1, len(current)) if forward else range(len(current) - 2, -1, -1)
        for i in span:
            beside = {node: place for place, node in enumerate(current[i - 1 if forward else i + 1])}
            means: dict[Key, float] = {}
            for place, node in enumerate(current[i]):
                near = [beside[b if a == node else a] for a, b in edges
                        if (a == node and b in beside) or (b == node and a in beside)]  # fmt: skip
                means[node] = sum(near) / len(near) if near else float(place)
            current[i] = sorted(current[i], key=lambda node: means[node])
        count = crossings(current, edges)
        if count < fewest:
            best, fewest = [list(column) for column in current], count
    return best


def crossings(columns: Sequence[Sequence[Key]], edges: Sequence[tuple[Key, Key]]) -> int:
    """Count the pairs of edges between neighbouring layers that cross."""
    place = {node: (i, j) for i, column in enumerate(columns) for j, node in enumerate(column)}
    total = 0
    for n, (a, b) in enumerate(edges):
        for c, d in edges[n + 1 :]:
            if place[a][0] == place[c][0] and place[b][0] == place[d][0]:
                total += (place[a][1] - place[c][1]) * (place[b][1] - place[d][1]) < 0
    return total


def stacked(
    columns: Sequence[Sequence[Key]],
    edges: Sequence[tuple[Key, Key]],
    heights: Mapping[Key, float],
    gap: float,
) -> tuple[dict[Key, float], float]:
    """Give every node its centre from the top, and the whole height: the fullest layer is packed, others follow it."""
    totals = [sum(heights[node] + gap for node in column) - gap for column in columns]
    height = max(totals)
    fullest = totals.index(height)
    centre: dict[Key, float] = {}
    y = 0.0
    for node in columns[fullest]:
        centre[node] = y + heights[node] / 2
        y += heights[node] + gap
    # Outwards from the fullest layer, so that each layer can follow one that is already placed.
    for i in sorted((i for i in range(len(columns)) if i != fullest), key=lambda i: abs(i - fullest)):
        wanted: list[float] = []
        for node in columns[i]:
            near = [
                centre[b if a == node else a] for a, b in edges if node in (a, b) and (b if a == node else a) in centre
            ]
            wanted.append(sum(near) / len(near) if near else (wanted[-1] + gap if wanted else height / 2))
        running = list(wanted)
        for n in range(1, len(running)):  # keep the chosen order where two want the same place
            running[n] = max(running[n], running[n - 1])
        sizes = [heights[node] + gap for node in columns[i]]
        for node, y in zip(columns[i], spread(running, sizes, -gap / 2, height + gap / 2), strict=True):
            centre[node] = y
    return centre, height
