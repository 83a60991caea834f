"""Sanctions: what was in force on a day, what was not yet, and what nobody collected."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.helpers import make_evidence

from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence import Evidence
from tightrope.measures import MissingKind
from tightrope.measures.security_sanctions import (
    sanctioned_states,
    sanctions_begin,
    sanctions_in_force,
    sanctions_on_russia,
    unfriendly,
)

DATED = """record, iso3_sender, iso3_target, date, date_first, date_last, in_force_from, stage, is_repeat, measure
1, KOR, IRN, 2010-09-08, 2010-09-08, 2010-09-08, 2010-09-08, measure, false, first
2, KOR, IRN, 2010-09-08, 2010-09-08, 2010-09-08, 2010-09-08, measure, true, again
3, KOR, PRK, 2010-05, 2010-05-01, 2010-05-31, 2010-05-31, measure, false, trade
4, KOR, RUS, 2022-03-25, 2022-03-25, 2022-03-25, 2022-03-26, measure, false, items
5, KOR, RUS, 2023-02-24, 2023-02-24, 2023-02-24, 2023-02-24, plan, false, more items
"""
GSDB = """sender, iso3_sender, target, iso3_target, year, n_cases_active, n_trade, n_financial, n_arms
USA, USA, RUS, RUS, 2014, 1, 1, 0, 0
USA, USA, RUS, RUS, 2019, 2, 1, 2, 0
USA, USA, RUS, RUS, 2020, 3, 1, 2, 0
EU, , RUS, RUS, 2020, 2, 1, 1, 0
USA, USA, PRK, PRK, 2020, 1, 1, 0, 0
"""


@pytest.fixture
def small(tmp_path: Path) -> Evidence:
    return make_evidence(tmp_path, {"sanctions_korea_dated": DATED, "sanctions_gsdb_counts": GSDB})


@pytest.fixture(scope="module")
def real() -> Evidence:
    return Evidence(as_of="2026-11-24")


def test_second_reports_and_plans_are_no_measures(small: Evidence) -> None:
    assert sanctions_in_force(small, sender="KOR", target="IRN").only() == 1
    found = sanctions_in_force(small, sender="KOR", target="RUS")
    assert (found.only(), found.rows) == (1, {"sanctions_korea_dated": [3]})


def test_a_measure_counts_from_its_day_of_effect(small: Evidence) -> None:
    assert sanctions_in_force(small, sender="KOR", target="RUS", on="2022-03-25").only() == 0
    assert sanctions_in_force(small, sender="KOR", target="RUS", on="2022-03-26").only() == 1


def test_a_month_counts_from_its_end(small: Evidence) -> None:
    assert sanctions_in_force(small, sender="KOR", target="PRK", on="2010-05-30").only() == 0
    assert sanctions_in_force(small, sender="KOR", target="PRK", on="2010-05-31").only() == 1


def test_zero_rests_on_rows_and_stands_only_where_the_table_looked(small: Evidence) -> None:
    found = sanctions_in_force(small, sender="KOR", target="RUS", on="2021-03-25")
    assert (found.only(), found.rows) == (0, {"sanctions_korea_dated": [0, 1, 2]})
    for sender, target in (("KOR", "CHN"), ("USA", "RUS")):
        missing = sanctions_in_force(small, sender=sender, target=target).missing
        assert missing is not None
        assert missing.kind is MissingKind.NOT_COLLECTED


def test_gsdb_takes_the_last_full_year_and_shows_the_bodies(small: Evidence) -> None:
    row = sanctions_in_force(small, sender="USA", target="RUS", on="2021-03-25", source="gsdb").frame.iloc[0]
    assert row[["n_in_force", "first_date", "measures", "n_by_bodies", "bodies"]].tolist() == [
        3, "2019", "trade, financial", 2, "EU",
    ]  # fmt: skip
    member = sanctions_in_force(small, sender="JPN", target="RUS", on="2021-03-25", source="gsdb").frame.iloc[0]
    assert (member["n_in_force"], member["n_by_bodies"]) == (0, 2)
    ended = sanctions_in_force(small, sender="USA", target="RUS", on="2023-06-01", source="gsdb").missing
    assert ended is not None
    assert ended.kind is MissingKind.SERIES_ENDED


def test_a_day_beyond_as_of_is_not_yet(small: Evidence) -> None:
    early = small.at("2021-03-25")
    for measure in (sanctions_in_force, sanctioned_states):
        extra = {"target": "RUS"} if measure is sanctions_in_force else {}
        missing = measure(early, sender="KOR", on="2022-03-01", **extra).missing  # type: ignore[operator]
        assert missing is not None
        assert missing.kind is MissingKind.NOT_YET


def test_unknown_names(small: Evidence) -> None:
    with pytest.raises(UnknownName, match="source"):
        sanctions_in_force(small, sender="KOR", target="RUS", source="dates")
    with pytest.raises(UnknownName, match="sender"):
        sanctions_in_force(small, sender="EUU_", target="RUS", source="gsdb")
    with pytest.raises(BadParameter, match="on"):
        sanctions_in_force(small, sender="KOR", target="RUS", on="last spring")


def test_korea_in_march_2021(real: Evidence) -> None:
    then = real.at("2021-03-25")
    assert sanctioned_states(then, sender="KOR").frame["iso3_target"].tolist() == ["IRN", "PRK"]
    assert sanctioned_states(then, sender="KOR", source="gsdb").frame["iso3_target"].tolist() == ["IRN", "PRK"]
    assert sanctions_in_force(then, sender="KOR", target="RUS").only() == 0
    assert sanctions_begin(then, sender="KOR", target="RUS").missing is not None


def test_korea_on_russia_since_the_invasion(real: Evidence) -> None:
    assert sanctions_begin(real, sender="KOR", target="RUS").only() == "2022-02-28"
    assert sanctions_begin(real, sender="KOR", target="RUS", source="gsdb").only() == "2022"
    assert sanctions_in_force(real, sender="KOR", target="RUS", on="2022-02-27").only() == 0
    assert sanctions_in_force(real, sender="KOR", target="RUS", on="2022-02-28").only() == 1
    assert sanctioned_states(real, sender="KOR").frame["iso3_target"].tolist() == ["BLR", "IRN", "PRK", "RUS"]


def test_members_of_the_european_union_are_senders_on_russia(real: Evidence) -> None:
    assert sanctions_in_force(real, sender="DEU", target="RUS", on="2021-01-01", source="gsdb").only() == 0
    row = sanctions_on_russia(real, sender="DEU", years=2020).frame.iloc[0]
    assert (bool(row["is_sender"]), row["basis"]) == (True, "eu_member")
    assert sanctions_on_russia(real, sender="KOR", years=[2021, 2022]).frame["is_sender"].tolist() == [False, True]


def test_gsdb_is_published_as_counts_only(real: Evidence) -> None:
    fields = {f.name for f in real.package.table("sanctions_gsdb_counts").table_schema.fields}
    assert not fields & {"case_id", "objective", "success", "descr_trade", "begin", "end"}
    rows = real.select("sanctions_gsdb_counts", iso3_target="VNM_S")
    assert rows["year"].max() == 1975


def test_the_unfriendly_list(real: Evidence) -> None:
    assert unfriendly(real, state="KOR").only()
    assert not unfriendly(real, state="CHN").only()
    assert unfriendly(real.at("2021-03-25"), state="KOR").missing is not None
