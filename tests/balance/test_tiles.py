"""The tile grid: every state once, no two on a tile, neighbours near; and what is drawn of it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from tightrope.charts import tilemap
from tightrope.charts.contract import Texts
from tightrope.charts.style import style
from tightrope.errors import TightropeError, UnknownName
from tightrope.evidence import Evidence
from tightrope.measures.percentiles import states_of
from tightrope.measures.regions import region_of

ROOT = Path(__file__).parents[2]
KEY = [("both", "close to both: 1"), ("unknown", "no data: 1"), ("focus", "South Korea")]
WORDS = Texts(
    title="One state is close to both powers", subtitle="States by group", source="Source: a. As of 1 May 2020.",
    alt="Tile grid of the world: one state is close to both.", unit="states", name="grid",
)  # fmt: skip


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return Evidence(ROOT, as_of="2024-12-31")


def world(evidence: Evidence) -> pd.DataFrame:
    frame = pd.DataFrame({"iso3": states_of(evidence), "name": states_of(evidence), "group": "neither"})
    frame.loc[frame["iso3"] == "KOR", "group"] = "both"
    frame.loc[frame["iso3"] == "TWN", "group"] = "unknown"
    frame.loc[frame["iso3"] == "SSD", "group"] = "absent"
    return frame


def test_every_state_has_one_tile_and_no_two_share_one(evidence: Evidence) -> None:
    places = tilemap.layout()
    assert sorted(places.index) == states_of(evidence)
    assert len(places) == 195
    assert not places.duplicated(["row", "column"]).any()
    assert places.min().min() == 0


def test_neighbours_on_land_are_neighbours_on_the_grid(evidence: Evidence) -> None:
    places = tilemap.layout()
    borders = evidence.select("land_borders", is_listed_both_ways=True)
    borders = borders[borders["iso3_a"].isin(places.index) & borders["iso3_b"].isin(places.index)]
    one, two = (places.loc[borders[side]].reset_index(drop=True) for side in ("iso3_a", "iso3_b"))
    steps = (one - two).abs().max(axis=1)
    assert len(steps) > 280
    assert steps.le(1).mean() > 0.75
    # Russia reaches from Norway to Korea: one tile cannot touch both.
    others = steps[~borders[["iso3_a", "iso3_b"]].eq("RUS").any(axis=1).to_numpy()]
    assert others.max() <= 3


def test_regions_lie_together_and_in_their_order(evidence: Evidence) -> None:
    places = tilemap.layout()
    regions = pd.Series(region_of(evidence)).reindex(places.index)
    columns = places.groupby(regions)["column"]
    assert columns.max()["latin_america"] < columns.min()["western_europe"] + 1
    assert columns.max()["africa"] < columns.min()["oceania"]
    rows = places.groupby(regions)["row"]
    assert rows.max()["western_europe"] < rows.min()["africa"]
    # Each state stands within two steps of another of its region.
    for iso3, region in regions.items():
        mates = places[(regions == region) & (places.index != iso3)]
        assert (mates - places.loc[iso3]).abs().max(axis=1).min() <= 3, iso3


def test_north_lies_above_south_and_west_left_of_east() -> None:
    places = tilemap.layout()
    for north, south in (
        ("NOR", "ITA"),
        ("CAN", "MEX"),
        ("MAR", "ZAF"),
        ("CHN", "IDN"),
        ("PRK", "KOR"),
        ("AUS", "NZL"),
    ):
        assert places.at[north, "row"] < places.at[south, "row"], (north, south)
    for west, east in (("USA", "GBR"), ("PRT", "TUR"), ("IND", "JPN"), ("SEN", "SOM"), ("CHL", "ARG")):
        assert places.at[west, "column"] < places.at[east, "column"], (west, east)


def test_every_code_is_written_once_within_its_tile(evidence: Evidence) -> None:
    chart = tilemap.tiles(world(evidence), WORDS, powers=("USA", "RUS"), key=KEY, focus="KOR")
    codes = set(states_of(evidence))
    with style():
        canvas = FigureCanvasAgg(chart.figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        texts = [t for t in chart.figure.findobj(Text) if t.get_text() in codes]
        assert sorted(t.get_text() for t in texts) == sorted(codes)
        size = chart.figure.get_figwidth() / 23 * chart.figure.dpi
        boxes = [t.get_window_extent(renderer) for t in texts]
    assert all(box.width < size for box in boxes)
    assert all(not a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    assert {t.get_fontweight() for t in texts if t.get_text() in ("KOR", "USA", "RUS")} == {"bold"}


def test_a_group_is_told_without_its_colour(evidence: Evidence) -> None:
    frame = world(evidence).set_index("iso3")
    groups = {"FJI": "both", "CHL": "a", "NZL": "b", "LSO": "neither", "ISL": "unknown", "SYC": "absent"}
    frame.loc[list(groups), "group"] = list(groups.values())
    chart = tilemap.tiles(frame.reset_index(), WORDS, powers=("USA", "RUS"), key=KEY)
    size = (chart.figure.get_figwidth() - 2 * tilemap.EDGE_IN) / 23
    shapes = {}
    for iso3, group in groups.items():
        left, top = (tilemap.EDGE_IN + size * tilemap.layout().loc[iso3, side] for side in ("column", "row"))
        shapes[group] = tuple(
            (round(float(p.get_y()) - top, 3), round(float(p.get_height()), 3), p.get_linestyle() != "solid")
            for p in chart.figure.axes[0].patches
            if not p.get_gid() and left <= p.get_x() < left + size and top <= p.get_y() < top + size
        )
    assert len(set(shapes.values())) == 6, shapes


def test_what_hovers_and_what_is_read_name_every_state(evidence: Evidence) -> None:
    chart = tilemap.tiles(world(evidence), WORDS, powers=("USA", "RUS"), key=KEY, said={"neither": "close to neither"})
    assert len(chart.tips) == 195
    assert chart.tips["tile-KOR"] == "KOR: close to both: 1"
    assert chart.tips["tile-FRA"] == "FRA: close to neither"
    assert len(chart.numbers.frame) == 195
    assert chart.svg() == chart.svg()


def test_bad_tables_are_refused(evidence: Evidence) -> None:
    frame = world(evidence)
    with pytest.raises(TightropeError, match="nothing to draw"):
        tilemap.tiles(frame.iloc[:0], WORDS, powers=("USA", "RUS"), key=KEY)
    with pytest.raises(UnknownName, match="unknown group"):
        tilemap.tiles(frame.assign(group="near"), WORDS, powers=("USA", "RUS"), key=KEY)
    with pytest.raises(UnknownName, match="unknown state"):
        tilemap.tiles(frame.assign(iso3="GRL"), WORDS, powers=("USA", "RUS"), key=KEY)
