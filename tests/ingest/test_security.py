"""How the security recipes treat the faults of their sources."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest

from tightrope.errors import BadTable
from tightrope.ingest.recipe import Raw
from tightrope.ingest.security import alliances_atop, land_borders, us_troops
from tightrope.ingest.security_sanctions import (
    dprk_nuclear_programme,
    sanctions_gsdb_counts,
    sanctions_korea_dated,
    unsc_dprk_votes,
)


def write(root: Path, name: str, text: str) -> Raw:
    content = "\n".join(line.strip().replace(", ", ",") for line in text.strip().splitlines()).encode()
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return Raw(root)


def test_two_codes_of_one_state_are_one_and_never_its_own_ally(tmp_path: Path) -> None:
    raw = write(
        tmp_path, "politics/alliances_atop5_dyad_year.csv.gz",
        """iso3_a, iso3_b, ccode1, ccode2, year, atop_defense, atop_offense, atop_neutral, atop_nonagg, atop_consul
        USA, DEU, 2, 255, 1990, 0, 0, 0, 1, 0
        USA, DEU, 2, 260, 1990, 1, 0, 0, 0, 1
        DEU, DEU, 255, 260, 1990, 1, 0, 0, 0, 0""",
    )  # fmt: skip
    made = alliances_atop(raw)
    assert made.to_numpy().tolist() == [["USA", "DEU", 1990, True, False, False, True, True]]


TROOPS = """iso3, name, year, troops
TWN, Taiwan, 2021, 0
TWN, Taiwan, 2021, 39
IND, Bassas da India, 2016, 7
IND, India, 2016, 18
USA, United States, 2016, 1000
, Ethiopia, 2022, 21
, Afloat, 2022, 5
"""


def test_of_two_series_the_one_that_is_not_zero_stands(tmp_path: Path) -> None:
    name = "politics/us_troops_abroad_1950_2023.csv.gz"
    raw = write(tmp_path, name, TROOPS)
    made = us_troops(raw)
    assert made.to_numpy().tolist() == [["ETH", 2022, 21, False], ["IND", 2016, 18, False], ["TWN", 2021, 39, True]]
    clash = TROOPS.replace("TWN, Taiwan, 2021, 0", "TWN, Taiwan, 2021, 3")
    write(tmp_path, name, clash)
    with pytest.raises(BadTable, match="disagree"):
        us_troops(raw)


def test_a_border_listed_one_way_is_kept_and_flagged(tmp_path: Path) -> None:
    raw = write(tmp_path, "politics/land_borders_mledoze.csv", "iso3_a, iso3_b\nRUS, PRK\nPRK, RUS\nLKA, IND")
    assert land_borders(raw).to_numpy().tolist() == [["IND", "LKA", False], ["PRK", "RUS", True]]


def test_cases_become_yearly_counts_and_vietnam_one_state(tmp_path: Path) -> None:
    kinds = "trade, arms, military, financial, travel, other"
    raw = write(
        tmp_path, "politics/sanctions_gsdb_v3_dyads.csv.gz",
        f"""case_id, target, target_iso3, sender, sender_iso3, begin, end, {kinds}
        1, South Vietnam, VNM_S, United States, USA, 1975, 1977, 1, 0, 0, 0, 0, 0
        1, South Vietnam, VNM_S, United States, USA, 1975, 1977, 1, 0, 0, 0, 0, 0
        2, South Vietnam, VNM_S, USA, USA, 1976, 1976, 0, 1, 0, 0, 0, 0
        3, Russia, RUS, EU, , 2014, 2014, 1, 1, 0, 0, 0, 0""",
    )  # fmt: skip
    made = sanctions_gsdb_counts(raw)
    seen = made[["sender", "target", "year", "n_cases_active", "n_trade", "n_arms"]].to_numpy().tolist()
    assert sorted(seen) == [
        ["EU", "RUS", 2014, 1, 1, 1], ["USA", "VNM", 1976, 2, 1, 1], ["USA", "VNM", 1977, 1, 1, 0],
        ["USA", "VNM_S", 1975, 1, 1, 0],
    ]  # fmt: skip


def test_one_report_on_two_targets_is_two_rows_and_effect_falls_back_to_the_announcement(tmp_path: Path) -> None:
    raw = write(
        tmp_path, "politics/korea_sanctions_dated.csv",
        """date,effective,sender_iso3,target_iso3,measure,count_text,source_title,source_url,source_kind
        2022-03-25,2022-03-26,KOR,RUS;BLR,items,57,t,u,press
        2010-05,,KOR,PRK,trade,,t,u,press
        2023-02-24,,KOR,RUS,Proposed,741,t,u,law firm
        ,,KOR,PRK,undated,,t,u,press""",
    )  # fmt: skip
    made = sanctions_korea_dated(raw)
    assert made["iso3_target"].tolist() == ["RUS", "BLR", "PRK", "RUS"]
    assert made["in_force_from"].tolist() == [date(2022, 3, 26)] * 2 + [date(2010, 5, 31), date(2023, 2, 24)]
    assert made["stage"].tolist() == ["measure", "measure", "measure", "plan"]


def test_each_voter_has_a_row_and_a_veto_is_a_no(tmp_path: Path) -> None:
    raw = write(
        tmp_path, "society/unsc_dprk_votes.csv",
        """date,document,outcome,votes_for,votes_against,abstentions,vote_rus,vote_chn,subject,source_title,source_url
        2013,S/RES/2087,adopted,15,0,0,yes,yes,s,t,u
        2024-03-28,draft,vetoed,13,1,1,no (veto),abstain,s,t,u""",
    )  # fmt: skip
    made = unsc_dprk_votes(raw)
    assert made[["document", "iso3", "date", "vote", "is_veto"]].to_numpy().tolist() == [
        ["2087", "RUS", "2013-01-22", "yes", False], ["draft", "RUS", "2024-03-28", "no", True],
        ["2087", "CHN", "2013-01-22", "yes", False], ["draft", "CHN", "2024-03-28", "abstain", False],
    ]  # fmt: skip


def test_an_event_before_a_decade_has_no_first_day(tmp_path: Path) -> None:
    raw = write(
        tmp_path, "society/dprk_nuclear_programme_events.csv",
        """date,date_precision,outside_actor_iso3,event,source_title,source_url
        before 1990s,period,RUS,educated,t,u
        1958,year after which,RUS;CHN,asks,t,u""",
    )  # fmt: skip
    made = dprk_nuclear_programme(raw)
    assert made["date_precision"].tolist() == ["before", "after_year", "after_year"]
    assert made["date_first"].tolist() == [None, date(1958, 1, 1), date(1958, 1, 1)]
    assert made["date_last"].tolist() == [date(1989, 12, 31), date(1958, 12, 31), date(1958, 12, 31)]
    assert made["iso3_actor"].tolist() == ["RUS", "RUS", "CHN"]
