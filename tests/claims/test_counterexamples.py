"""Every check can fail: one change of the evidence each, worked by hand, that must turn its plain reading round."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest
from tests.claims.perturb import DAY, FOLDER, Change, add, drop, edit, fresh, perturbed

from tightrope.claims import VerdictWord, judge_claim
from tightrope.claims.verdict import Verdict

W = VerdictWord


@dataclass(frozen=True)
class Case:
    """What is changed, in which plain reading it shows, and the verdict the table of house.md gives then."""

    changes: dict[str, Change]
    word: VerdictWord
    plain: int = 0
    day: str = DAY


def pair(frame: pd.DataFrame, one: str, other: str, names: tuple[str, str] = ("iso3_a", "iso3_b")) -> pd.Series:
    first, second = names
    return (frame[first].eq(one) & frame[second].eq(other)) | (frame[first].eq(other) & frame[second].eq(one))


def sanction_on_russia() -> dict[str, Change]:
    return {
        "sanctions_korea_dated": add(
            lambda f: f["iso3_target"].eq("IRN") & f["stage"].eq("measure") & ~f["is_repeat"],
            iso3_target="RUS",
            record=999,
        )
    }


def visas(passport: str, destination: str) -> Change:
    return edit(
        lambda f: f["iso3_passport"].eq(passport) & f["iso3_destination"].eq(destination),
        category="visa_required", value="visa required",
    )  # fmt: skip


CASES: dict[str, Case] = {
    # Without the record nothing is known: the events are not complete, so none is not a no.
    "C01": Case({"events": drop(lambda f: f["event"].str.contains("Lavrov calls Korea a main partner"))}, W.UNTESTED),
    # The plain reading holds then, and one of the two others.
    "C02": Case(
        {"events": edit(lambda f: f["event_id"].eq("kor-sun-relations-opened"), date="1992-03-01",
                        date_first=pd.Timestamp("1992-03-01"), date_last=pd.Timestamp("1992-03-01"))},
        W.SUPPORTED,
    ),
    "C03": Case(
        {"diplomatic_ties_korea": add(lambda f: f["iso3"].eq("RUS") & f["iso3_korea"].eq("KOR"),
                                      event="cut", year=2000)},
        W.CONTESTED,
    ),
    "C04": Case(
        {"alliances_atop": edit(lambda f: pair(f, "KOR", "USA") & f["year"].eq(2018), is_defense=False)}, W.CONTESTED
    ),
    "C05": Case(sanction_on_russia(), W.CONTESTED),
    # Chile is the other one; without it three of the eight other combinations leave Korea alone.
    "C06": Case({"visa_regimes": visas("CHL", "USA")}, W.FRAGILE),
    "C08": Case({"visa_regimes": visas("KOR", "RUS")}, W.CONTESTED),
    # Suspended on the very day is not suspended before it; one of the four others holds.
    "C09": Case(
        {"events": edit(lambda f: f["event_id"].eq("kor-rus-visa-free-suspended"), date=DAY,
                        date_first=pd.Timestamp(DAY), date_last=pd.Timestamp(DAY))},
        W.CONTESTED,
    ),
    "C10": Case(sanction_on_russia(), W.CONTESTED),
    "C11": Case({"sanctions_korea_dated": drop(lambda f: f["iso3_target"].eq("PRK"))}, W.CONTESTED),
    "C12": Case(
        {"unga_named_votes": edit(lambda f: f["iso3"].eq("KOR") & f["resolution"].eq("68/262"), vote="abstain")},
        W.CONTESTED,
    ),
    "C13": Case(
        {"contiguity": add(lambda f: pair(f, "RUS", "PRK") & f["contiguity_type"].eq(1)
                           & f["last_date"].gt("2016-01-01"), iso3_a="KOR", iso3_b="RUS")},
        W.CONTESTED,
    ),
    "C14": Case(
        {"trade_baci": edit(lambda f: pair(f, "RUS", "KAZ", ("iso3_exporter", "iso3_importer")) & f["year"].eq(2020),
                            exports_usd=lambda v: v * 50)},
        W.FRAGILE,
    ),
    # The other plain reading fails already; two of four others hold.
    "C15": Case(
        {"trade_baci": edit(lambda f: pair(f, "KOR", "USA", ("iso3_exporter", "iso3_importer")) & f["year"].eq(2020),
                            exports_usd=lambda v: v * 50)},
        W.CONTESTED,
    ),
    "C16": Case(
        {"trade_hs_russia": edit(lambda f: f["iso3_partner"].eq("KOR") & f["hs2"].eq("87") & f["year"].eq(2020),
                                 exports_usd=lambda v: v * 100_000)},
        W.CONTESTED,
    ),
    "C17": Case(
        {"fdi_unctad": edit(lambda f: f["iso3_home"].eq("KOR") & f["iso3_host"].eq("RUS") & f["year"].eq(2012),
                            flow_musd=lambda v: v * 3)},
        W.FRAGILE, plain=1,
    ),
    "C19": Case(
        {"opinion_pew": edit(lambda f: f["iso3_respondent"].eq("KOR") & f["iso3_target"].eq("RUS") & f["year"].eq(2020),
                             favourable_pct=60.0)},
        W.FRAGILE,
    ),
    "C22": Case(
        {"dprk_nuclear_programme": edit(lambda f: f["iso3_actor"].eq("CHN"), form="refusal")}, W.CONTESTED, plain=1
    ),
    "C23": Case(
        {"opinion_polls": edit(lambda f: f["question"].str.contains("Russia is a threat"), value=70.0)},
        W.CONTESTED, day="2024-01-01",
    ),
    "C24": Case(
        {"trade_korea_customs": edit(lambda f: f["iso3_partner"].eq("RUS") & f["year"].eq(2020),
                                     exports_usd=lambda v: v * 2)},
        W.CONTESTED,
    ),
    # One plain reading holds now and the other does not: contested, as before, and a reading more holds.
    "C25": Case(
        {"trade_russia_imf": edit(lambda f: f["iso3_partner"].eq("KOR") & f["year"].eq(2020),
                                  imports_cif_musd=lambda v: v * 1.3)},
        W.CONTESTED,
    ),
    "C26": Case(
        {"trade_russia_imf": edit(lambda f: f["iso3_partner"].eq("KOR") & f["year"].eq(2020),
                                  imports_cif_musd=lambda v: v * 0.99)},
        W.FRAGILE, plain=1,
    ),
    "C29": Case(
        {"trade_baci": edit(lambda f: pair(f, "RUS", "PRK", ("iso3_exporter", "iso3_importer")) & f["year"].eq(2019),
                            exports_usd=lambda v: v * 10)},
        W.CONTESTED,
    ),
    # One Russian no is a veto, and also less than every vote: both readings turn.
    "C30": Case(
        {"unsc_dprk_votes": edit(lambda f: f["iso3"].eq("RUS") & f["date"].eq("2006-10-14"), vote="no")}, W.SUPPORTED
    ),
    "C31": Case(
        {"arrivals_korea_annual": edit(lambda f: f["iso3_origin"].eq("RUS") & f["year"].eq(2019), n_total=10)},
        W.CONTESTED, plain=1,
    ),
    "C32": Case(
        {"arrivals_korea_annual": edit(lambda f: f["iso3_origin"].eq("RUS") & f["year"].eq(2014), n_total=100)},
        W.CONTESTED,
    ),
    "C33": Case(
        {"arrivals_reported": edit(lambda f: f["measure"].eq("tourists in Primorye") & f["period"].eq("2018"),
                                   n_visits=100)},
        W.CONTESTED,
    ),
}  # fmt: skip
CHECKED = [claim.id for claim in FOLDER.claims if claim.check]


def judged(name: str, day: str) -> Verdict:
    return judge_claim(fresh(day), FOLDER, FOLDER.claim(name))


def test_every_check_has_a_counter_example() -> None:
    assert sorted(CASES) == CHECKED


@pytest.mark.parametrize("name", CHECKED)
def test_the_check_comes_out_the_other_way(name: str) -> None:
    case = CASES[name]
    before = judged(name, case.day)
    with perturbed(case.changes):
        after = judged(name, case.day)
    was, now = before.plain[case.plain].holds, after.plain[case.plain].holds
    assert was is not None
    assert now is (None if name == "C01" else not was)
    assert after.word is case.word
    assert (after.word, after.n_holding, after.n_counted) != (before.word, before.n_holding, before.n_counted)
