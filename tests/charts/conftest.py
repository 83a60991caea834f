"""What the chart tests share: words for a chart, and a ruler for its drawn text."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import pytest
from matplotlib.axis import Tick
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from tightrope.charts.contract import Texts
from tightrope.charts.style import style


@pytest.fixture
def texts() -> Texts:
    return Texts(
        title="Russia was the 12th partner",
        subtitle="Rank, 2020",
        source="Korean customs. As of 25 March 2021.",
        alt="Dots: rank 12 in 2020.",
        unit="rank",
        name="chart",
    )


def drawn(figure: Figure) -> list[tuple[str, tuple[float, float, float, float]]]:
    """Give every piece of visible text with its box in points, as the renderer sets it."""
    with style():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        hidden = {
            id(label)
            for tick in figure.findobj(Tick)
            if not tick.get_visible() or not _on_axis(tick)
            for label in (tick.label1, tick.label2)
        }
        found = []
        for text in figure.findobj(Text):
            if text.get_visible() and text.get_text().strip() and id(text) not in hidden:
                box = text.get_window_extent(renderer)
                scale = 72 / figure.dpi
                found.append((text.get_text(), (box.x0 * scale, box.y0 * scale, box.x1 * scale, box.y1 * scale)))
    return found


def _on_axis(tick: Tick) -> bool:
    low, high = sorted(tick.axes.get_xlim() if tick.__class__.__name__ == "XTick" else tick.axes.get_ylim())
    return bool(low - 1e-9 <= tick.get_loc() <= high + 1e-9)


@pytest.fixture
def ruler() -> Callable[[Figure], list[tuple[str, tuple[float, float, float, float]]]]:
    return drawn


@pytest.fixture
def collisions() -> Callable[[Figure], list[tuple[str, str]]]:
    """Give the pairs of texts whose boxes overlap by more than a hair (a point across, two up: line spacing)."""

    def find(figure: Figure) -> list[tuple[str, str]]:
        return [
            (one, other)
            for (one, a), (other, b) in combinations(drawn(figure), 2)
            if min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 2.5
        ]

    return find


@pytest.fixture
def outside() -> Callable[[Figure], list[str]]:
    """Give the texts that leave the figure."""

    def find(figure: Figure) -> list[str]:
        width, height = (side * 72 for side in figure.get_size_inches())
        return [
            text
            for text, (left, bottom, right, top) in drawn(figure)
            if left < -0.5 or bottom < -1.5 or right > width + 0.5 or top > height + 1.5
        ]

    return find
