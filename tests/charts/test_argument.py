"""The argument map: few arrows, no label on another, no circle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from tightrope.charts import argument
from tightrope.charts.contract import Texts
from tightrope.charts.layers import crossings, layers, ordered, stacked
from tightrope.charts.palette import VERDICTS
from tightrope.errors import TightropeError, UnknownName

EDGES = [
    ("C06", "C07", "supports"), ("C04", "C06", "supports"), ("C05", "C06", "supports"),
    *[(c, "C05", "supports") for c in ("C08", "C10", "C11")],
    *[(f"C{i}", "C07", "supports") for i in (13, 14, 15, 16, 17, 18, 31, 32, 33)],
    *[(c, "C07", "concedes") for c in ("C12", "C21", "C22")],
    *[(f"C{i}", target, "answers") for i in (23, 24, 25) for target in ("C21", "C22")],
    *[(f"C{i}", "C22", "explains") for i in (28, 29, 30)],
]  # fmt: skip


def tables(edges: list[tuple[str, str, str]] = EDGES, n: int = 34) -> tuple[pd.DataFrame, pd.DataFrame]:
    words = list(VERDICTS)
    ids = [f"C{i:02d}" for i in range(1, n + 1)]
    nodes = pd.DataFrame(
        {
            "id": ids,
            "label": [f"a claim of about {i} short words" for i in range(n)],
            "verdict": [words[i % 7] for i in range(n)],
            "group": ["geography" if i in ("C13", "C14", "C15") else None for i in ids],
        }
    )
    return nodes, pd.DataFrame(edges, columns=["source", "target", "relation"])


def test_34_claims_fit_a_page_without_a_collision(
    texts: Texts, collisions: Callable[[Figure], list[Any]], outside: Callable[[Figure], list[str]]
) -> None:
    figure = argument.map(*tables(), texts).figure
    assert figure.get_figheight() < 8.5
    assert collisions(figure) == []
    assert outside(figure) == []
    said = {text.get_text() for text in figure.axes[0].texts}
    assert {f"C{i:02d}" for i in range(1, 35)} <= said
    assert "supports: geography" in said
    assert "not part of the argument" in said


def test_claims_that_lead_the_same_way_share_a_card(texts: Texts) -> None:
    figure = argument.map(*tables(), texts).figure
    cards = [patch for patch in figure.axes[0].patches if isinstance(patch, FancyBboxPatch)]
    arrows = [patch for patch in figure.axes[0].patches if isinstance(patch, FancyArrowPatch)]
    # C07, C06, C04, C05, {C08 C10 C11}, {C13-15}, {C16-18 C31-33}, C12, C21, C22, {C23-25}, {C28-30}
    assert len(cards) == 12
    assert len(arrows) == 12


def test_relations_differ_by_line_and_not_only_by_colour(texts: Texts) -> None:
    figure = argument.map(*tables(), texts).figure
    arrows = [patch for patch in figure.axes[0].patches if isinstance(patch, FancyArrowPatch)]
    assert len({str(patch.get_linestyle()) for patch in arrows}) == 4


def test_a_map_without_edges_still_shows_the_claims(texts: Texts) -> None:
    nodes, edges = tables()
    figure = argument.map(nodes, edges.iloc[:0], texts).figure
    assert "C34" in {text.get_text() for text in figure.axes[0].texts}


def test_a_circle_is_refused(texts: Texts) -> None:
    with pytest.raises(TightropeError, match="circle through C0"):
        argument.map(*tables([*EDGES, ("C07", "C08", "supports")]), texts)


def test_an_unknown_id_or_relation_is_refused(texts: Texts) -> None:
    with pytest.raises(UnknownName, match="C99"):
        argument.map(*tables([("C99", "C07", "supports")]), texts)
    with pytest.raises(UnknownName, match="'supports'"):
        argument.map(*tables([("C06", "C07", "support")]), texts)


def test_layers_take_the_longest_path() -> None:
    found = layers(["a", "b", "c", "d"], [("b", "a"), ("c", "b"), ("c", "a"), ("d", "a")])
    assert found == {"a": 0, "b": 1, "c": 2, "d": 1}


def test_ordering_removes_a_crossing() -> None:
    columns, edges = [["a", "b"], ["x", "y"]], [("x", "b"), ("y", "a")]
    assert crossings(columns, edges) == 1
    assert crossings(ordered(columns, edges), edges) == 0


def test_stacked_nodes_do_not_overlap_and_follow_their_neighbours() -> None:
    columns = [["top"], ["a", "b", "c"]]
    heights = {"top": 1.0, "a": 1.0, "b": 2.0, "c": 1.0}
    centre, height = stacked(columns, [("b", "top")], heights, gap=0.5)
    assert height == 5.0
    assert [centre[k] for k in "abc"] == [0.5, 2.5, 4.5]
    assert centre["top"] == pytest.approx(2.5)


def test_an_arrow_past_a_layer_goes_round_its_cards(texts: Texts) -> None:
    figure = argument.map(*tables([*EDGES, ("C10", "C07", "supports")]), texts).figure
    cards = [p.get_bbox().padded(-0.02) for p in figure.axes[0].patches if isinstance(p, FancyBboxPatch)]
    for arrow in (p for p in figure.axes[0].patches if isinstance(p, FancyArrowPatch)):
        along = arrow.get_path().interpolated(20).vertices
        assert not any(card.contains(x, y) for card in cards for x, y in along)


def test_a_long_first_word_begins_below_the_id_and_is_not_cut() -> None:
    """Russian labels begin with words that do not stand beside an id in the narrow card of a lone thesis."""
    assert argument._lines("C33", "Равновесие верно", 0.8) == ["", "Равновесие", "верно"]
    assert argument._lines("C33", "Мир верен", 0.8) == ["Мир", "верен"]
