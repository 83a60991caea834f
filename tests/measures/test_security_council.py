"""The Security Council on North Korea, vetoes, tests and the programme."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.helpers import make_evidence

from tightrope.errors import UnknownName
from tightrope.evidence import Evidence
from tightrope.measures import MissingKind
from tightrope.measures.security_council import (
    dependence_figures,
    dprk_tests,
    programme_events,
    programme_events_count,
    unsc_votes,
    unsc_votes_share,
    vetoes,
    vetoes_count,
)

COUNCIL = """document, iso3, date, date_last, outcome, vote, is_veto
825, RUS, 1993-05-11, 1993-05-11, adopted, yes, false
825, CHN, 1993-05-11, 1993-05-11, adopted, abstain, false
1718, RUS, 2006-10-14, 2006-10-14, adopted, yes, false
1718, CHN, 2006-10-14, 2006-10-14, adopted, yes, false
S/2022/431, RUS, 2022-05-26, 2022-05-26, vetoed, no, true
S/2022/431, CHN, 2022-05-26, 2022-05-26, vetoed, no, true
"""
VETOES = """number, iso3, date, draft, topic
1, SUN, 1946-02-16, S/1, Lebanon
2, RUS, 2017-04-12, S/2, Syria
3, RUS, 2022-05-26, S/3, North Korea
3, CHN, 2022-05-26, S/3, North Korea
"""
LAUNCHES = """launch, date, date_last
1, 2016-01-01, 2016-01-01
2, 2016-02, 2016-02-29
3, 2018-05-01, 2018-05-01
4, 2021-03-25, 2021-03-25
5, 2021-06-01, 2021-06-01
"""
BLASTS = """number, date, magnitude, address
1, 2016-01-06, 5.1, a
1, 2016-01-06, 4.9, b
2, 2017-09-03, 6.3, a
"""


@pytest.fixture
def small(tmp_path: Path) -> Evidence:
    tables = {
        "unsc_dprk_votes": COUNCIL, "unsc_vetoes": VETOES, "dprk_missile_tests": LAUNCHES,
        "dprk_nuclear_tests": BLASTS,
    }  # fmt: skip
    return make_evidence(tmp_path, tables)


@pytest.fixture(scope="module")
def real() -> Evidence:
    return Evidence(as_of="2026-11-24")


def test_counts_stand_on_each_row(small: Evidence) -> None:
    frame = unsc_votes(small, state="CHN").frame
    assert frame["vote"].tolist() == ["abstain", "yes", "no"]
    assert set(zip(frame["n_resolutions"], frame["n_yes"], strict=True)) == {(3, 1)}
    assert unsc_votes_share(small, state="RUS", first=1993, last="2006-12-31").only() == 100.0
    assert unsc_votes_share(small, state="RUS", outcome="vetoed", vote="no").only() == 100.0


def test_votes_of_other_states_were_not_collected(small: Evidence) -> None:
    missing = unsc_votes(small, state="USA").missing
    assert missing is not None
    assert missing.kind is MissingKind.NOT_COLLECTED


def test_russia_carries_the_soviet_seat(small: Evidence) -> None:
    assert vetoes(small, state="RUS").frame["iso3"].tolist() == ["SUN", "RUS", "RUS"]
    assert vetoes_count(small, state="RUS", years=[2017, 2018]).only() == 1


def test_no_veto_is_a_true_zero_while_the_list_lasts(small: Evidence) -> None:
    then = small.at("2021-03-25")
    found = vetoes_count(then, state="RUS", topic="North Korea")
    assert found.only() == 0
    assert found.rows == {"unsc_vetoes": [0, 1]}
    assert found.frame.iloc[0]["up_to"] == "2021-03-25"
    after = vetoes_count(small, state="RUS", years=[2024]).missing
    assert after is not None
    assert after.kind is MissingKind.SERIES_ENDED
    with pytest.raises(UnknownName, match="North Korea"):
        vetoes(small, state="RUS", topic="N Korea")


def test_years_between_launches_are_zero_and_the_last_year_is_cut_at_the_day(small: Evidence) -> None:
    frame = dprk_tests(small.at("2021-03-25"), kind="missile").frame
    assert frame["year"].tolist() == [2016, 2017, 2018, 2019, 2020, 2021]
    assert frame["n_tests"].tolist() == [2, 0, 1, 0, 0, 1]


def test_two_estimates_are_one_blast_and_the_series_ends(small: Evidence) -> None:
    assert dprk_tests(small, kind="nuclear").frame["n_tests"].tolist() == [1, 1]
    ended = dprk_tests(small, kind="nuclear", years=2020).missing
    assert ended is not None
    assert ended.kind is MissingKind.SERIES_ENDED


def test_russia_and_china_voted_for_every_resolution_from_2006_to_2017(real: Evidence) -> None:
    for state in ("RUS", "CHN"):
        found = unsc_votes(real, state=state, first=2006, last=2017)
        assert found.frame["vote"].eq("yes").all()
        assert len(found.frame) == 11
    assert vetoes(real, state="CHN", topic="North Korea").frame["date"].dt.year.tolist() == [2022]
    assert vetoes_count(real.at("2021-03-25"), state="RUS", topic="North Korea").only() == 0


def test_resolutions_stand_on_their_day(real: Evidence) -> None:
    dates = unsc_votes(real, state="RUS", first=2013, last=2016).frame["date"].tolist()
    assert dates == ["2013-01-22", "2013-03-07", "2016-03-02", "2016-11-30"]


def test_six_nuclear_tests_and_no_launch_in_2018(real: Evidence) -> None:
    assert dprk_tests(real, kind="nuclear").frame["n_tests"].sum() == 6
    launches = dprk_tests(real, kind="missile").frame.set_index("year")["n_tests"]
    assert launches[[2017, 2018, 2019]].tolist() == [21, 0, 27]


def test_the_programme_had_soviet_and_chinese_parts(real: Evidence) -> None:
    soviet = programme_events(real, actor="RUS", last=1991)
    assert soviet.frame["address"].notna().all()
    assert programme_events_count(real, actor="RUS", last=1991).only() == len(soviet.frame)
    assert programme_events_count(real, actor="CHN").only() == 4
    assert programme_events(real, actor="JPN").missing is not None


def test_figures_keep_their_unit(real: Evidence) -> None:
    share = dependence_figures(real, partner="CHN", measure_contains="share of DPRK trade")
    assert share.unit == "percent"
    assert share.frame["value"].max() == 96.7
    assert dependence_figures(real, partner="RUS").unit == "as in the column unit"
    with pytest.raises(UnknownName, match="unit"):
        dependence_figures(real, partner="RUS", unit="tons")
