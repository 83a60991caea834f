"""Relations, treaties and missions: dates that fit, dates that do not, and the known ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.helpers import make_evidence

from tightrope.errors import BadParameter
from tightrope.evidence import Evidence
from tightrope.measures import MissingKind
from tightrope.measures.diplomacy_ties import (
    agreements_in_force,
    crimea_statements,
    diplomatic_relations,
    embassies,
    investment_treaty,
    relations_before,
    summits,
    ties_with_korea,
    trade_agreement,
    us_mission,
)

RELATIONS = """iso3_a, iso3_b, iso3_page, date, date_precision, date_first, date_last
KOR, RUS, KOR, 1990, year, 1990-01-01, 1990-12-31
KOR, RUS, RUS, 1990-09-30, day, 1990-09-30, 1990-09-30
CHN, KOR, CHN, 1992-08-24, day, 1992-08-24, 1992-08-24
CHN, KOR, KOR, 1949-10-02, day, 1949-10-02, 1949-10-02
JPN, KOR, JPN, 1965, year, 1965-01-01, 1965-12-31
KOR, USA, USA, 2025-01-01, day, 2025-01-01, 2025-01-01
"""
TRADE = """iso3_a, iso3_b, agreement, year_signed, year_in_force
KOR, USA, 551, 2007, 2012
CHN, RUS, 7, 2000,
JPN, USA, 9, 2019, 2020
"""
TRADE_LIST = """number, agreement, name, kind, year_signed
551, 551, Korea US, base_treaty, 2007
551+1, 551, Korea US protocol, protocol_or_amendment, 2011
7, 7, China Russia, base_treaty, 2000
"""


@pytest.fixture
def small(tmp_path: Path) -> Evidence:
    tables = {"diplomatic_relations": RELATIONS, "trade_agreements": TRADE, "trade_agreements_list": TRADE_LIST}
    return make_evidence(tmp_path, tables, as_of="2021-03-25")


@pytest.fixture(scope="module")
def real() -> Evidence:
    return Evidence(as_of="2026-11-24")


def test_the_more_exact_of_two_dates_that_fit(small: Evidence) -> None:
    row = diplomatic_relations(small, state_a="RUS", state_b="KOR").frame.iloc[0]
    assert (row["established_on"], row["precision"], row["n_pages"]) == ("1990-09-30", "day", 2)
    assert row["other_established_on"] is None


def test_the_earlier_of_two_dates_that_do_not_fit_and_the_other_is_told(small: Evidence) -> None:
    row = diplomatic_relations(small, state_a="KOR", state_b="CHN").frame.iloc[0]
    assert (row["established_on"], row["other_established_on"]) == ("1949-10-02", "1992-08-24")


def test_relations_of_a_later_day_are_not_seen_and_are_no_proof_of_none(small: Evidence) -> None:
    found = diplomatic_relations(small, state_a="KOR", state_b="USA")
    assert found.missing is not None
    assert found.missing.kind is MissingKind.NOT_COLLECTED


def test_days_between_and_a_date_too_coarse_to_tell(small: Evidence) -> None:
    row = relations_before(small, state_a="KOR", state_b="RUS", event_date="1990-10-03").frame.iloc[0]
    assert (row["is_before"], row["days_between"]) == (True, 3)
    same_day = relations_before(small, state_a="KOR", state_b="RUS", event_date="1990-09-30").frame.iloc[0]
    assert (same_day["is_before"], same_day["days_between"]) == (False, 0)
    coarse = relations_before(small, state_a="KOR", state_b="JPN", event_date="1965-06-22")
    assert coarse.missing is not None
    later = relations_before(small, state_a="KOR", state_b="JPN", event_date="1966-01-01")
    assert later.frame["is_before"].tolist() == [True]
    with pytest.raises(BadParameter, match="event_date"):
        relations_before(small, state_a="KOR", state_b="JPN", event_date="soon")


def test_a_treaty_signed_is_not_yet_in_force(small: Evidence) -> None:
    row = trade_agreement(small, state_a="RUS", state_b="CHN").frame.iloc[0]
    assert (row["has_agreement"], row["n_signed"]) == (False, 1)
    before = trade_agreement(small.at("2012-06-30"), state_a="KOR", state_b="USA").frame.iloc[0]
    assert (before["has_agreement"], before["n_signed"]) == (False, 1)
    now = trade_agreement(small, state_a="KOR", state_b="USA")
    assert now.frame.iloc[0][["has_agreement", "up_to_year", "names"]].tolist() == [True, 2019, "Korea US"]


def test_no_agreement_is_a_no_only_where_both_states_have_others(small: Evidence) -> None:
    found = trade_agreement(small, state_a="KOR", state_b="RUS")
    assert found.frame["has_agreement"].tolist() == [False]
    assert found.rows == {"trade_agreements": [0, 1]}
    missing = trade_agreement(small, state_a="KOR", state_b="PRK").missing
    assert missing is not None
    assert missing.kind is MissingKind.NOT_COLLECTED


def test_korea_and_the_soviet_union_before_it_ended(real: Evidence) -> None:
    assert diplomatic_relations(real, state_a="KOR", state_b="RUS").only() == "1990-09-30"
    row = relations_before(real, state_a="RUS", state_b="KOR", event_date="1991-12-26").frame.iloc[0]
    assert (row["is_before"], row["days_between"]) == (True, 452)


@pytest.mark.parametrize(
    ("a", "b", "day"), [("KOR", "USA", "1949-03-25"), ("KOR", "CHN", "1992-08-24"), ("PRK", "RUS", "1948-10-12")]
)
def test_known_dates(real: Evidence, a: str, b: str, day: str) -> None:
    assert diplomatic_relations(real, state_a=a, state_b=b).only() == day


def test_known_treaties(real: Evidence) -> None:
    assert trade_agreement(real, state_a="KOR", state_b="RUS").frame["has_agreement"].tolist() == [False]
    assert trade_agreement(real, state_a="KOR", state_b="USA").frame.iloc[0]["first_year_in_force"] == 2012
    assert investment_treaty(real, state_a="RUS", state_b="KOR").frame.iloc[0]["first_year_signed"] == 1990
    on = agreements_in_force(real, state_a="KOR", state_b="RUS", on="2013-12-31").frame["agreement"]
    after = agreements_in_force(real, state_a="KOR", state_b="RUS", on="2014-01-01").frame["agreement"]
    assert len(after) == len(on) + 1
    assert "visa exemption" in after.iloc[-1]


def test_lists_collected_for_one_pair_say_so_for_another(real: Evidence) -> None:
    assert len(summits(real, state_a="RUS", state_b="KOR").frame) == 20
    for measure in (summits, agreements_in_force):
        missing = measure(real, state_a="KOR", state_b="CHN").missing
        assert missing is not None
        assert missing.kind is MissingKind.NOT_COLLECTED


def test_an_embassy_that_no_page_states_is_missing_never_a_no(real: Evidence) -> None:
    assert embassies(real, sender="KOR", host="RUS").frame["is_stated"].tolist() == [True]
    absent = embassies(real, sender="GBR", host="NPL").missing
    assert absent is not None
    assert absent.kind is MissingKind.NOT_COLLECTED
    early = embassies(real.at("2021-03-25"), sender="KOR", host="RUS").missing
    assert early is not None
    assert early.kind is MissingKind.NOT_YET


def test_cuba_cut_and_came_back(real: Evidence) -> None:
    assert ties_with_korea(real, state="CUB").frame["year"].tolist() == [1949, 1958, 2024]
    assert ties_with_korea(real.at("2021-03-25"), state="CUB").frame["year"].tolist() == [1949, 1958]
    assert ties_with_korea(real, state="RUS").frame["year"].tolist() == [1990]


def test_the_united_states_mission_in_moscow_and_the_end_of_the_series(real: Evidence) -> None:
    assert us_mission(real, state="RUS", on="1950-01-01").only() == "embassy"
    ended = us_mission(real, state="RUS", on="2025-06-01").missing
    assert ended is not None
    assert ended.kind is MissingKind.SERIES_ENDED


def test_korea_does_not_recognise_the_annexation(real: Evidence) -> None:
    assert set(crimea_statements(real.at("2021-03-25"), state="KOR").frame["position"]) == {"does_not_recognise"}
    assert crimea_statements(real, state="JPN").missing is not None
