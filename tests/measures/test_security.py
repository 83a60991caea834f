"""Alliances, troops, arms and borders: numbers worked by hand, and the known ones."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.helpers import make_evidence

from tightrope.evidence import Evidence
from tightrope.measures import MissingKind
from tightrope.measures.security import alliance, arms_share, arms_transfers, distance, land_border, us_troops

ATOP = """iso3_a, iso3_b, year, is_defense, is_nonaggression
KOR, USA, 2018, true, false
USA, KOR, 2018, false, true
CHN, PRK, 2017, true, true
PRK, CHN, 2017, true, true
JPN, USA, 2017, true, false
"""
TROOPS = """iso3, year, n_troops, is_duplicate_resolved
KOR, 2020, 30, false
JPN, 2020, 50, false
DEU, 2020, 30, false
GUM, 2020, 90, false
RUS, 2020, 0, false
KOR, 2019, 10, false
"""
ARMS = """supplier, recipient, iso3_supplier, iso3_recipient, year, tiv_millions, n_deliveries
USA, KOR, USA, KOR, 2018, 30, 1
Russia, KOR, RUS, KOR, 2018, 10, 1
USA, KOR, USA, KOR, 2019, 60, 1
KOR, Russia, KOR, RUS, 2019, 5, 1
unknown supplier, KOR, , KOR, 2019, 20, 1
USA, Japan, USA, JPN, 2022, 1, 1
"""
CONTIGUITY = """iso3_a, iso3_b, code_cow_a, code_cow_b, contiguity_type, first_date, last_date
PRK, RUS, 731, 365, 1, 1948-09-01, 2016-12-01
KOR, RUS, 732, 365, 5, 1949-06-01, 2016-12-01
CZE, DEU, 316, 255, 1, 1993-01-01, 2000-01-01
"""
DISTANCES = """iso3_a, iso3_b, capital_distance_km, min_distance_km, has_land_border
PRK, RUS, 6400, 0, true
KOR, RUS, 6611.8, 452.7, false
CZE, DEU, 280, 0, true
CZE, RUS, 1660, 500, false
IND, LKA, 2500, 30, false
"""
BORDERS = """iso3_a, iso3_b, is_listed_both_ways
PRK, RUS, true
IND, LKA, false
"""


@pytest.fixture
def small(tmp_path: Path) -> Evidence:
    tables = {
        "alliances_atop": ATOP, "us_troops": TROOPS, "arms_transfers": ARMS, "contiguity": CONTIGUITY,
        "distances": DISTANCES, "land_borders": BORDERS,
    }  # fmt: skip
    return make_evidence(tmp_path, tables, as_of="2021-03-25")


@pytest.fixture(scope="module")
def real() -> Evidence:
    return Evidence(as_of="2021-03-25")


def test_an_obligation_of_either_side_makes_the_alliance(small: Evidence) -> None:
    found = alliance(small, state_a="USA", state_b="KOR", years=[2018])
    assert found.frame[["is_defense_ally", "is_nonaggression"]].to_numpy().tolist() == [[True, True]]
    assert found.rows == {"alliances_atop": [0, 1]}


def test_a_year_without_a_row_is_a_no_within_the_series_and_missing_after_it(small: Evidence) -> None:
    found = alliance(small, state_a="KOR", state_b="CHN", years=[2017, 2018, 2020])
    assert found.frame["year"].tolist() == [2017, 2018]
    assert found.frame["is_defense_ally"].tolist() == [False, False]
    ended = alliance(small, state_a="KOR", state_b="USA", years=2020).missing
    assert ended is not None
    assert ended.kind is MissingKind.SERIES_ENDED
    unknown = alliance(small, state_a="KOR", state_b="GUM", years=2018).missing
    assert unknown is not None
    assert unknown.kind is MissingKind.NOT_COLLECTED


def test_rank_leaves_out_american_soil_and_empty_hosts(small: Evidence) -> None:
    row = us_troops(small, host="KOR", years=2020).frame.iloc[0]
    assert (row["n_troops"], row["rank"], row["n_hosts"]) == (30, 2, 3)  # shares second place with Germany
    empty = us_troops(small, host="RUS").frame.iloc[0]
    assert empty["n_troops"] == 0
    assert pd.isna(empty["rank"])


def test_arms_shares_are_of_all_imports_and_arms_are_directed(small: Evidence) -> None:
    found = arms_transfers(small, supplier="USA", recipient="KOR")
    assert found.frame["share_pct"].tolist() == [75.0, 75.0]
    pooled = arms_share(small, supplier="RUS", recipient="KOR", first_year=2018, last_year=2019)
    assert pooled.only() == pytest.approx(100 * 10 / 120)
    assert pooled.rows == {"arms_transfers": [0, 1, 2, 4]}
    back = arms_share(small, supplier="KOR", recipient="RUS", first_year=2018, last_year=2019)
    assert back.only() == 100.0


def test_no_delivery_is_zero_for_an_importer_and_no_share_without_imports(small: Evidence) -> None:
    row = arms_transfers(small, supplier="RUS", recipient="KOR", years=[2019]).frame.iloc[0]
    assert (row["tiv_millions"], row["share_pct"]) == (0.0, 0.0)
    none = arms_transfers(small, supplier="USA", recipient="RUS", years=[2018]).frame.iloc[0]
    assert none["tiv_millions"] == 0.0
    assert pd.isna(none["share_pct"])
    future = arms_transfers(small, supplier="USA", recipient="JPN", years=[2022]).missing
    assert future is not None
    assert future.kind is MissingKind.NOT_YET


@pytest.mark.parametrize("source", ["cow", "mledoze"])
def test_borders_by_either_source(small: Evidence, source: str) -> None:
    def has(a: str, b: str) -> bool:
        return bool(land_border(small, state_a=a, state_b=b, source=source).only())

    assert has("RUS", "PRK")
    assert not has("RUS", "KOR")
    assert not has("CZE", "RUS")
    assert not has("LKA", "IND")


def test_a_border_that_ended_before_the_series_did_is_none(small: Evidence) -> None:
    assert not land_border(small, state_a="DEU", state_b="CZE").only()
    assert land_border(small.at("1995-06-01"), state_a="DEU", state_b="CZE").only()
    stranger = land_border(small, state_a="KOR", state_b="JPN").missing
    assert stranger is not None
    assert stranger.kind is MissingKind.NOT_COLLECTED


def test_known_truths(real: Evidence) -> None:
    assert alliance(real, state_a="KOR", state_b="USA", years=2018).only()
    assert alliance(real, state_a="KOR", state_b="USA", years=2012, source="cow").only()
    assert not alliance(real, state_a="KOR", state_b="RUS", years=2018).only()
    assert alliance(real, state_a="KOR", state_b="USA").frame["year"].min() == 1953
    for source in ("cow", "mledoze"):
        assert land_border(real, state_a="KOR", state_b="RUS", source=source).only() == 0
        assert land_border(real, state_a="KOR", state_b="PRK", source=source).only() == 1
    row = us_troops(real, host="KOR", years=2020).frame.iloc[0]
    assert (row["n_troops"], row["rank"]) == (26414, 3)
    assert distance(real, state_a="RUS", state_b="KOR").frame.iloc[0]["capital_distance_km"] == 6611.8
    assert arms_share(real, supplier="USA", recipient="KOR", first_year=2011, last_year=2020).only() > 60


def test_a_pair_without_an_alliance_is_not_one_that_was_never_looked_at(real: Evidence) -> None:
    none = alliance(real, state_a="KOR", state_b="RUS", source="cow").missing
    assert none is not None
    assert none.kind is MissingKind.NOT_APPLICABLE


def test_every_neighbour_swaps(real: Evidence) -> None:
    for state in ("KOR", "CHN", "PRK", "USA", "DEU", "KAZ", "UKR"):
        for source in ("cow", "mledoze"):
            one = land_border(real, state_a="RUS", state_b=state, source=source)
            other = land_border(real, state_a=state, state_b="RUS", source=source)
            assert one.only() == other.only()
            assert one.rows == other.rows
        one = alliance(real, state_a="JPN", state_b=state, years=[1990, 2018])
        other = alliance(real, state_a=state, state_b="JPN", years=[1990, 2018])
        assert one.frame["is_defense_ally"].tolist() == other.frame["is_defense_ally"].tolist()
        assert one.rows == other.rows


def test_undirected_tables_hold_each_pair_once(real: Evidence) -> None:
    for table in ("alliances_cow", "contiguity", "land_borders", "distances"):
        rows = real.select(table, ["iso3_a", "iso3_b"])
        assert (rows["iso3_a"] < rows["iso3_b"]).all(), table
    atop = real.select("alliances_atop")
    mirror = atop.merge(atop, left_on=["iso3_a", "iso3_b", "year"], right_on=["iso3_b", "iso3_a", "year"])
    assert len(mirror) == len(atop)
    flags = ["is_defense", "is_offense", "is_neutrality", "is_nonaggression", "is_consultation"]
    differ = sum(int((mirror[f"{f}_x"] != mirror[f"{f}_y"]).sum()) for f in flags)
    assert differ == 568
