"""Unbroken relations, help to a programme, change between like figures; and every state between two powers."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.helpers import make_evidence

from tightrope.errors import UnknownName
from tightrope.evidence import Evidence
from tightrope.measures.between import between_powers
from tightrope.measures.history import arrivals_reported_change, programme_help, relations_unbroken
from tightrope.measures.measure import MissingKind

TIES = """iso3, iso3_korea, event, year
RUS, KOR, established, 1990
CUB, KOR, established, 1949
CUB, KOR, cut, 1959"""
VISITS = """
period, date_first, date_last, iso3_origin, iso3_destination, is_both_ways, measure, n_visits, unit, is_exact
2014, 2014-01-01, 2014-12-31, KOR, RUS, false, tourists in Primorye, 200, persons, true
2018, 2018-01-01, 2018-12-31, KOR, RUS, false, tourists in Primorye, 500, persons, true
2018, 2018-01-01, 2018-12-31, KOR, RUS, false, trips, 900, trips, true
2019, 2019-01-01, 2019-12-31, KOR, RUS, false, tourists in Primorye, 600, persons, false"""


def test_a_rupture_is_seen_and_a_gap_is_not_one(tmp_path: Path) -> None:
    evidence = make_evidence(tmp_path, {"diplomatic_ties_korea": TIES})
    assert bool(relations_unbroken(evidence, state_a="KOR", state_b="RUS").only()) is True
    assert bool(relations_unbroken(evidence, state_a="CUB", state_b="KOR").only()) is False
    nobody = relations_unbroken(evidence, state_a="KOR", state_b="JPN")
    assert nobody.missing is not None
    elsewhere = relations_unbroken(evidence, state_a="USA", state_b="RUS")
    assert elsewhere.missing is not None
    assert elsewhere.missing.kind is MissingKind.NOT_COLLECTED


def test_only_like_and_exact_figures_are_compared(tmp_path: Path) -> None:
    evidence = make_evidence(tmp_path, {"arrivals_reported": VISITS}, "2021-03-25")
    asked = {"origin": "KOR", "destination": "RUS", "measure": "tourists in Primorye", "before": "2014"}
    assert arrivals_reported_change(evidence, **asked, after="2018").only() == pytest.approx(150.0)
    rounded = arrivals_reported_change(evidence, **asked, after="2019")
    assert rounded.missing is not None
    assert rounded.missing.kind is MissingKind.NOT_COLLECTED
    early = arrivals_reported_change(evidence.at("2018-06-01"), **asked, after="2018")
    assert early.missing is not None
    assert early.missing.kind is MissingKind.NOT_YET
    with pytest.raises(UnknownName, match="tourists in Primorye"):
        arrivals_reported_change(evidence, **{**asked, "measure": "tourist in Primorye"}, after="2018")


def test_help_is_not_refusal() -> None:
    evidence = Evidence(as_of="2021-03-25")
    assert programme_help(evidence, actor="RUS").only() >= 5
    assert programme_help(evidence, actor="CHN").only() == 1
    assert programme_help(evidence, actor="CHN", form="refusal").only() == 2
    assert programme_help(evidence, actor="JPN").missing is not None
    with pytest.raises(UnknownName):
        programme_help(evidence, actor="RUS", form="halp")


def test_every_member_stands_between_the_powers() -> None:
    found = between_powers(
        Evidence(as_of="2021-03-25"),
        power_a="USA",
        power_b="RUS",
        first_year=2014,
        last_year=2019,
        visas_on="2020-03-09",
    )
    frame = found.frame.set_index("iso3")
    assert len(frame) == 191
    free = frame.index[frame["is_visa_free_to_both"].fillna(False).astype(bool)]
    assert set(free) == {"BRN", "CHL", "KOR", "PLW"}
    assert frame.loc["KOR", "agreement_a_pct"] == pytest.approx(61.3, abs=0.5)
    assert bool(frame.loc["KOR", "is_ally_a"])
    assert not bool(frame.loc["BRN", "is_ally_a"])


def test_swapping_the_powers_swaps_the_shares() -> None:
    evidence = Evidence(as_of="2021-03-25")
    one = between_powers(evidence, power_a="USA", power_b="CHN", first_year=2015, last_year=2019).frame.set_index(
        "iso3"
    )
    two = between_powers(evidence, power_a="CHN", power_b="USA", first_year=2015, last_year=2019).frame.set_index(
        "iso3"
    )
    assert (one["agreement_a_pct"] == two["agreement_b_pct"]).all()
    assert (one["agreement_b_pct"] == two["agreement_a_pct"]).all()


def test_powers_without_votes_are_missing() -> None:
    found = between_powers(Evidence(as_of="1950-01-01"), power_a="USA", power_b="RUS", first_year=1900, last_year=1910)
    assert found.missing is not None
    assert found.frame.empty
