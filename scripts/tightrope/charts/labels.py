"""Room for labels among many points: a fixed search, the same in every run.

adjustText moves labels by trial within a time limit by default, so that a slower machine could give
another picture. This tries the same places in the same order and takes the best.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tightrope.charts.common import Box, overlap

Array = np.ndarray[Any, np.dtype[np.float64]]
_NEAR = (0.05, 0.09, 0.14, 0.2, 0.3, 0.42, 0.58, 0.78, 1.0, 1.3)
_ANGLES = tuple(math.radians(angle) for angle in (0, 180, 30, -30, 150, -150, 60, -60, 120, -120, 90, -90))
LEADER_FROM = 0.16


@dataclass(frozen=True)
class Wish:
    """A label that wants a place: its size in inches and the points it may stand for."""

    text: str
    width: float
    height: float
    points: tuple[int, ...]


@dataclass(frozen=True)
class Spot:
    """Where a label went: its box, the point it names, and its leader (None where it stands beside the point)."""

    box: Box
    point: int
    leader: tuple[float, float, float, float] | None


def find_spots(wishes: Sequence[Wish], points: Array, radii: Array, bounds: Box) -> list[Spot]:
    """Give each label in turn the place that hides least: no dot, no other label, no leader, near its point.

    Parameters
    ----------
    wishes : sequence of Wish
        The most important first.
    points : array of shape (n, 2)
        All dots, in inches.
    radii : array of shape (n,)
        Their radii in inches.
    bounds : (left, bottom, right, top)
        Labels stay inside.
    """
    taken: list[Spot] = []
    for wish in wishes:
        best: tuple[float, Spot | None] = (math.inf, None)
        for point in wish.points:
            x, y = points[point]
            for n, near in enumerate(_NEAR):
                for k, angle in enumerate(_ANGLES):
                    box = _box(x, y, radii[point] + near, angle, wish.width, wish.height)
                    far = near > LEADER_FROM
                    leader = _leader(x, y, radii[point], box) if far else None
                    cost = 0.25 * near + 0.02 * n + 0.004 * k
                    if cost >= best[0]:
                        continue
                    cost += _cost(box, leader, point, points, radii, bounds, taken)
                    if cost < best[0]:
                        best = (cost, Spot(box, point, leader))
        assert best[1] is not None
        taken.append(best[1])
    return taken


def _box(x: float, y: float, away: float, angle: float, width: float, height: float) -> Box:
    """Put the side of the box that faces the point at this distance."""
    across, up = math.cos(angle), math.sin(angle)
    centre_x = x + away * across + (width / 2) * (across if abs(across) < 0.7 else math.copysign(1, across))
    centre_y = y + (away + height / 2) * up
    return centre_x - width / 2, centre_y - height / 2, centre_x + width / 2, centre_y + height / 2


def _leader(x: float, y: float, radius: float, box: Box) -> tuple[float, float, float, float]:
    end_x, end_y = min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3])
    length = math.hypot(end_x - x, end_y - y) or 1.0
    start = (radius + 0.015) / length
    stop = 1 - 0.02 / length
    return x + (end_x - x) * start, y + (end_y - y) * start, x + (end_x - x) * stop, y + (end_y - y) * stop


def _cost(
    box: Box,
    leader: tuple[float, float, float, float] | None,
    point: int,
    points: Array,
    radii: Array,
    bounds: Box,
    taken: Sequence[Spot],
) -> float:
    out = (
        max(bounds[0] - box[0], 0)
        + max(bounds[1] - box[1], 0)
        + max(box[2] - bounds[2], 0)
        + max(box[3] - bounds[3], 0)
    )
    cost = 100 * out
    gap_x = np.maximum(np.maximum(box[0] - points[:, 0], points[:, 0] - box[2]), 0)
    gap_y = np.maximum(np.maximum(box[1] - points[:, 1], points[:, 1] - box[3]), 0)
    gap = np.hypot(gap_x, gap_y) - radii
    cost += 2.0 * float(np.count_nonzero(gap < 0.012))
    # A label that ends beside another dot would seem to name it.
    cost += 0.12 * float(np.count_nonzero((gap < 0.07) & (np.arange(len(gap)) != point)))
    wide = (box[0] - 0.03, box[1], box[2] + 0.03, box[3])
    for other in taken:
        cost += 50.0 * (overlap(wide, other.box) > 0)
        if other.leader is not None:
            cost += 20.0 * _cut(other.leader, box)
        if leader is not None:
            cost += 20.0 * _cut(leader, other.box)
    if leader is not None:
        steps = np.linspace(0, 1, 12)[:, None]
        path = np.array(leader[:2]) + steps * (np.array(leader[2:]) - np.array(leader[:2]))
        distance = np.hypot(path[:, None, 0] - points[None, :, 0], path[:, None, 1] - points[None, :, 1]).min(axis=0)
        distance[point] = math.inf
        cost += 0.3 * float(np.count_nonzero(distance < radii))
    return cost


def _cut(leader: tuple[float, float, float, float], box: Box) -> bool:
    return any(
        box[0] <= leader[0] + t * (leader[2] - leader[0]) <= box[2]
        and box[1] <= leader[1] + t * (leader[3] - leader[1]) <= box[3]
        for t in np.linspace(0, 1, 12)
    )
