"""Regions ranked by a state's ties, on hand-worked counts and known truths."""

from __future__ import annotations

import pytest

from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence import Evidence
from tightrope.measures import MissingKind
from tightrope.measures.region_ties import region_ties
from tightrope.measures.trade_regions import region_rank


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return Evidence(as_of="2021-03-25")


def test_regions_taken_together_add_up(evidence: Evidence) -> None:
    apart = region_rank(evidence, reporter="RUS", years=2019).frame.set_index("region")["share_pct"]
    both = region_ties(evidence, state="RUS", regions=["post_soviet", "eastern_europe"], tie="trade", year=2019)
    row = both.frame.iloc[0]
    assert row["share_pct"] == pytest.approx(apart["post_soviet"] + apart["eastern_europe"])
    assert row["n_regions"] == len(apart) - 1


def test_east_asia_is_first_in_koreas_trade(evidence: Evidence) -> None:
    assert region_ties(evidence, state="KOR", regions=["east_asia"], tie="trade", year=2019).only("rank") == 1


@pytest.mark.parametrize(("year", "n"), [(2011, 1), (2012, 2), (2020, 3)])
def test_an_agreement_counts_from_the_year_it_is_in_force(evidence: Evidence, year: int, n: int) -> None:
    # Mexico is tied by the protocol of 1973 among developing countries, the United States from 2012, Canada later.
    found = region_ties(evidence, state="KOR", regions=["north_america"], tie="trade_agreements", year=year)
    row = found.frame.iloc[0]
    assert (row["n_states"], row["n_known"]) == (n, 3)
    assert row["share_pct"] == pytest.approx(100 * n / 3)


def test_votes_are_pooled_over_five_years(evidence: Evidence) -> None:
    row = region_ties(evidence, state="RUS", regions=["western_europe"], tie="votes", year=2019).frame.iloc[0]
    assert (row["first_year"], row["last_year"]) == (2015, 2019)
    assert row["rank"] > 5


def test_what_is_not_there_is_typed(evidence: Evidence) -> None:
    late = region_ties(evidence, state="KOR", regions=["east_asia"], tie="trade", year=2021)
    assert late.missing
    assert late.missing.kind is MissingKind.NOT_YET
    ended = region_ties(Evidence(as_of="2024-12-31"), state="KOR", regions=["east_asia"], tie="trade")
    assert ended.missing
    assert ended.missing.kind is MissingKind.SERIES_ENDED


def test_bad_arguments_are_refused(evidence: Evidence) -> None:
    with pytest.raises(UnknownName, match="east_asia"):
        region_ties(evidence, state="KOR", regions=["east_asian"], tie="trade")
    with pytest.raises(UnknownName, match="votes"):
        region_ties(evidence, state="KOR", regions=["east_asia"], tie="vote")
    with pytest.raises(BadParameter):
        region_ties(evidence, state="KOR", regions=[], tie="trade")
