"""General Assembly votes: agreement worked by hand, and the known votes of South Korea."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers import make_evidence

from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence import Evidence
from tightrope.measures import MissingKind
from tightrope.measures.diplomacy import (
    ideal_point_distance,
    unga_agreement,
    unga_agreement_period,
    unga_agreement_rank,
    votes_on,
    votes_share,
)

AGREEMENT = """year, iso3_a, iso3_b, n_both_voted, n_same, n_half, n_opposite
2018, KOR, RUS, 10, 4, 4, 2
2019, KOR, RUS, 30, 15, 6, 9
2019, JPN, RUS, 20, 10, 10, 0
2019, RUS, USA, 40, 4, 8, 28
2019, CHN, RUS, 20, 18, 2, 0
2021, KOR, RUS, 50, 50, 0, 0
"""
IDEAL = """year, iso3, ideal_point_all, ideal_point_fp
2019, KOR, 0.75, 1.0
2019, RUS, -0.5, -0.25
2020, KOR, 1.0, 1.0
2020, USA, 2.0, 2.0
2021, KOR, , 1.5
2021, RUS, , -0.5
"""
NAMED = """resolution, date, topic, iso3, vote
68/262, 2014-03-27, territory, KOR, yes
72/190, 2017-12-19, crimea, KOR, abstain
73/194, 2018-12-17, crimea, KOR, no_vote_recorded
74/17, 2019-12-09, crimea, KOR, abstain
77/229, 2022-12-15, crimea, KOR, yes
68/262, 2014-03-27, territory, RUS, no
"""
CALLS = """rollcall, date, year, resolution
V1, 2019-12-12, 2019, 74/38
V2, 2019-12-12, 2019, 74/38
V3, 2019-12-13, 2019, 74/39
"""
CAST = """rollcall, iso3, vote, date
V1, KOR, yes, 2019-12-12
V3, KOR, no, 2019-12-13
V3, RUS, yes, 2019-12-13
"""


@pytest.fixture
def small(tmp_path: Path) -> Evidence:
    tables = {
        "unga_agreement": AGREEMENT, "unga_ideal_points": IDEAL, "unga_named_votes": NAMED,
        "unga_rollcalls": CALLS, "unga_votes": CAST,
    }  # fmt: skip
    return make_evidence(tmp_path, tables, as_of="2021-03-25")


@pytest.fixture(scope="module")
def real() -> Evidence:
    return Evidence(as_of="2026-11-24")


@pytest.fixture(scope="module")
def in_2021() -> Evidence:
    return Evidence(as_of="2021-03-25")


def test_abstention_counts_half_and_states_stay_in_the_order_asked(small: Evidence) -> None:
    found = unga_agreement(small, state_a="RUS", state_b="KOR", years=2018)
    row = found.frame.iloc[0]
    assert (row["iso3_a"], row["iso3_b"]) == ("RUS", "KOR")
    assert row["agreement_pct"] == 60.0  # (4 + 4 / 2) / 10
    assert row["same_pct"] == 40.0
    assert found.rows == {"unga_agreement": [0]}


def test_a_period_pools_roll_calls_not_yearly_percentages(small: Evidence) -> None:
    row = unga_agreement_period(small, state_a="KOR", state_b="RUS", first_year=2018, last_year=2025).frame.iloc[0]
    assert row["agreement_pct"] == 60.0  # (19 + 10 / 2) / 40; 2021 had not ended
    assert (row["n_both_voted"], row["first_year"], row["last_year"], row["n_years"]) == (40, 2018, 2019, 2)


def test_rank_takes_the_reference_from_either_side_of_the_table(small: Evidence) -> None:
    found = unga_agreement_rank(small, state="KOR", reference="RUS", years=[2019])
    row = found.frame.iloc[0]
    # CHN 95, JPN 75, KOR 60, USA 20.
    assert (row["rank"], row["n_states"], row["agreement_pct"], row["median_pct"]) == (3, 4, 60.0, 67.5)
    assert found.rows == {"unga_agreement": [1, 2, 3, 4]}


@pytest.mark.parametrize(
    ("years", "kind"),
    [(2021, MissingKind.NOT_YET), (1950, MissingKind.NOT_COLLECTED), (2020, MissingKind.NOT_COLLECTED)],
)
def test_agreement_says_which_kind_of_nothing(small: Evidence, years: int, kind: MissingKind) -> None:
    found = unga_agreement(small, state_a="KOR", state_b="RUS", years=years)
    assert found.frame.empty
    assert found.missing is not None
    assert found.missing.kind is kind


def test_distance_needs_both_states_in_the_year(small: Evidence) -> None:
    found = ideal_point_distance(small, state_a="KOR", state_b="RUS")
    assert found.frame["year"].tolist() == [2019]
    assert found.frame["distance"].tolist() == [1.25]
    assert found.rows == {"unga_ideal_points": [0, 1]}


def test_final_passage_series_goes_on_where_the_other_has_ended(tmp_path: Path) -> None:
    later = make_evidence(tmp_path, {"unga_ideal_points": IDEAL})
    ended = ideal_point_distance(later, state_a="KOR", state_b="RUS", years=[2021])
    assert ended.missing is not None
    assert ended.missing.kind is MissingKind.SERIES_ENDED
    assert ideal_point_distance(later, state_a="KOR", state_b="RUS", years=[2021], series="fp").only() == 2.0


def test_votes_on_named_and_other_resolutions(small: Evidence) -> None:
    found = votes_on(small, state="KOR", resolutions=["74/38", "68/262"])
    assert found.frame["resolution"].tolist() == ["68/262", "74/38", "74/38"]
    assert sorted(found.frame["vote"]) == ["no_vote_recorded", "yes", "yes"]
    assert found.rows == {"unga_named_votes": [0], "unga_rollcalls": [0, 1], "unga_votes": [0]}


def test_a_vote_after_the_day_is_not_yet_and_an_invented_resolution_is_refused(small: Evidence) -> None:
    late = votes_on(small, state="KOR", resolutions="77/229")
    assert late.missing is not None
    assert late.missing.kind is MissingKind.NOT_YET
    with pytest.raises(UnknownName, match="68/262"):
        votes_on(small, state="KOR", resolutions="68/263")


def test_a_resolution_without_a_vote_stays_in_the_denominator(small: Evidence) -> None:
    row = votes_share(small, state="KOR", topic="crimea", vote="abstain").frame.iloc[0]
    assert (row["n"], row["n_with_vote"]) == (3, 2)
    assert row["share_pct"] == pytest.approx(200 / 3)
    within = votes_share(small, state="KOR", topic="crimea", vote="abstain", first="2018-12-18", last=2019)
    assert within.frame.iloc[0]["n"] == 1


def test_same_state_twice_and_unknown_names(small: Evidence) -> None:
    with pytest.raises(BadParameter, match="both KOR"):
        unga_agreement(small, state_a="KOR", state_b="KOR")
    with pytest.raises(UnknownName, match="KOR"):
        unga_agreement(small, state_a="KORR", state_b="RUS")
    with pytest.raises(UnknownName, match="topic"):
        votes_share(small, state="KOR", topic="krimea", vote="yes")


def test_korea_on_crimea(real: Evidence) -> None:
    assert votes_on(real, state="KOR", resolutions="68/262").only() == "yes"
    nine = votes_share(real, state="KOR", topic="crimea", vote="abstain", first="2017-12-01", last="2021-12-31")
    assert nine.frame.iloc[0][["n", "n_with_vote"]].tolist() == [9, 9]
    since = votes_share(real, state="KOR", topic="crimea", vote="yes", first="2022-12-01")
    assert since.only() == 100.0
    assert len(since.rows["unga_named_votes"]) == 4


def test_korea_agrees_more_with_russia_than_with_the_united_states_in_2019(in_2021: Evidence) -> None:
    russia = unga_agreement(in_2021, state_a="KOR", state_b="RUS", years=2019).only()
    america = unga_agreement(in_2021, state_a="KOR", state_b="USA", years=2019).only()
    assert russia == pytest.approx(71.51, abs=0.01)
    assert america == pytest.approx(53.33, abs=0.01)


def test_agreement_is_close_to_the_published_score(real: Evidence) -> None:
    published = real.select("unga_agreement_published")
    ours = real.select("unga_agreement", year=list(range(1946, 2024)), iso3_a=sorted(set(published["iso3_a"])))
    both = published.merge(ours, on=["year", "iso3_a", "iso3_b"])
    gap = ((both["n_same"] + both["n_half"] / 2) / both["n_both_voted"] - both["agreement_share"]).abs()
    assert len(both) > 2000
    assert gap.median() < 0.01


def test_votes_add_up_to_the_counts_of_every_roll_call(real: Evidence) -> None:
    votes = real.select("unga_votes", ["rollcall", "vote"])
    calls = real.select("unga_rollcalls").set_index("rollcall")
    counted = votes.groupby(["rollcall", "vote"]).size().unstack(fill_value=0)
    calls = calls.loc[counted.index]
    for vote in ("yes", "no", "abstain"):
        np.testing.assert_array_equal(counted[vote].to_numpy(), calls[f"n_{vote}"].astype(int).to_numpy())


def test_agreement_is_the_votes_counted_again(real: Evidence) -> None:
    """Both eras: the pair table must be what the votes give."""
    for year in (1995, 2022):
        votes = real.select("unga_votes", iso3=["KOR", "RUS"])
        votes = votes[votes["date"].dt.year == year].pivot_table(
            index="rollcall", columns="iso3", values="vote", aggfunc="first"
        ).dropna()  # fmt: skip
        same = int((votes["KOR"] == votes["RUS"]).sum())
        half = int((votes.eq("abstain").sum(axis=1) == 1).sum())
        row = real.select("unga_agreement", iso3_a="KOR", iso3_b="RUS", year=year).iloc[0]
        assert row[["n_both_voted", "n_same", "n_half"]].tolist() == [len(votes), same, half]


def test_every_pair_is_stored_once_and_its_parts_add_up(real: Evidence) -> None:
    rows = real.select("unga_agreement")
    assert (rows["iso3_a"] < rows["iso3_b"]).all()
    assert (rows["n_same"] + rows["n_half"] + rows["n_opposite"]).eq(rows["n_both_voted"]).all()


PAIRS = st.lists(st.sampled_from(["KOR", "RUS", "USA", "CHN", "JPN", "DEU", "KAZ", "IRN"]), min_size=2, max_size=2,
                 unique=True)  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(pair=PAIRS, year=st.integers(1992, 2023))
def test_swapping_a_pair_changes_nothing_in_undirected_measures(real: Evidence, pair: list[str], year: int) -> None:
    a, b = pair
    for measure, value in ((unga_agreement, "agreement_pct"), (ideal_point_distance, "distance")):
        one, other = measure(real, state_a=a, state_b=b, years=year), measure(real, state_a=b, state_b=a, years=year)
        assert one.frame[value].tolist() == other.frame[value].tolist()
        assert one.rows == other.rows
