"""Regions: no state in two, shares that add up, ranks worked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.helpers import make_evidence

from tightrope.errors import UnknownName
from tightrope.evidence import Evidence
from tightrope.measures.regions import REGIONS, SUCCESSORS, members, region_of
from tightrope.measures.trade_regions import region_rank, region_share

STATES = """
    iso3, name, region, subregion
    RUS, Russia, Europe, Eastern Europe
    KAZ, Kazakhstan, Asia, Central Asia
    EST, Estonia, Europe, Northern Europe
    POL, Poland, Europe, Central Europe
    AUT, Austria, Europe, Central Europe
    CHN, China, Asia, Eastern Asia
    KOR, South Korea, Asia, Eastern Asia
    SUN, Soviet Union, ,
"""
BACI = """
    year, iso3_exporter, iso3_importer, exports_usd
    2019, RUS, CHN, 40000000
    2019, KAZ, RUS, 10000000
    2019, RUS, KAZ, 14000000
    2019, EST, RUS, 1000000
    2019, RUS, POL, 20000000
    2019, RUS, AUT, 10000000
    2019, KOR, RUS, 5000000
"""


@pytest.fixture
def small(tmp_path: Path) -> Evidence:
    return make_evidence(tmp_path, {"states": STATES, "trade_baci": BACI})


def test_share_and_rank_by_hand(small: Evidence) -> None:
    # 45 East Asia, 25 post-Soviet, 20 Eastern Europe, 10 Western Europe: 100 in all.
    found = region_share(small, reporter="RUS", region="post_soviet", years=2019)
    assert (found.only(), found.only("value_musd"), found.only("n_states"), found.only("rank")) == (25, 25, 2, 2)
    order = region_rank(small, reporter="RUS").frame
    assert order["region"].tolist() == ["east_asia", "post_soviet", "eastern_europe", "western_europe"]
    assert order["share_pct"].tolist() == [45, 25, 20, 10]
    sold = region_share(small, reporter="RUS", region="east_asia", flow="export")
    assert sold.only() == pytest.approx(100 * 40 / 84)


def test_absence_and_unknown_names(small: Evidence) -> None:
    none = region_share(small, reporter="RUS", region="africa")
    assert none.missing is not None
    assert none.rows == {}
    with pytest.raises(UnknownName, match="east_asia"):
        region_share(small, reporter="RUS", region="east_asi")
    with pytest.raises(UnknownName, match="source"):
        region_share(small, reporter="RUS", region="africa", source="books")


def test_every_state_of_today_has_one_region() -> None:
    real = Evidence(as_of="2021-03-25")
    placed = region_of(real)
    states = real.select("states", ["iso3"], is_un_member=True)["iso3"]
    assert sorted(set(states) - set(placed)) == []
    assert set(members(real, "post_soviet")) == SUCCESSORS
    assert "AUT" in members(real, "western_europe")
    assert members(real, "east_asia") == ["CHN", "HKG", "JPN", "KOR", "MAC", "MNG", "PRK", "TWN"]
    assert sum(len(members(real, name)) for name in REGIONS) == len(placed)


def test_shares_of_all_regions_make_the_whole() -> None:
    real = Evidence(as_of="2021-03-25")
    order = region_rank(real, reporter="RUS", years=2020).frame
    assert order["share_pct"].sum() == pytest.approx(100, abs=0.1)
    assert order["region"].iloc[0] == "western_europe"
