"""A measure cites the works it stands on: in order, once each, with version and year."""

from __future__ import annotations

from pathlib import Path

from tests.helpers import make_evidence

from tightrope.evidence import Evidence, find_root
from tightrope.measures import find_measure


def test_a_measure_on_two_tables_of_one_work_cites_it_once(tmp_path: Path) -> None:
    evidence = make_evidence(
        tmp_path,
        {
            "unga_agreement": "iso3_a, iso3_b, year, n_both_voted, n_same, n_half, n_opposite\n"
            "KOR, RUS, 2019, 10, 6, 2, 2",
            "unga_votes": "rollcall, iso3, vote, date\nR1, KOR, Y, 2019-11-07\nR1, RUS, N, 2019-11-07",
        },
    )
    agreement, votes = evidence.source("unga_agreement"), evidence.source("unga_votes")
    found = find_measure("unga_agreement").function(evidence, state_a="KOR", state_b="RUS")
    assert found.cite() == agreement.cite() == votes.cite()
    first, second = found.cite()
    assert first.startswith("Voeten, E., Strezhnev, A. and Bailey, M. (2021). United Nations General Assembly")
    assert "Version: unvotes of 8 March 2021" in first
    assert second.startswith("United Nations, Department for General Assembly and Conference Management (2026).")


def test_the_works_follow_the_tables_that_were_used() -> None:
    evidence = Evidence(find_root(), as_of="2021-03-25")
    found = find_measure("partner_rank").function(evidence, focal="KOR", partner="RUS", source="customs", years=[2020])
    assert [s.table for s in found.sources] == ["trade_korea_customs", "trade_imf", "trade_korea_total"]
    assert [work["id"] for work in found.works()] == ["kosis-trade", "imf-dots"]
    assert [c.split(" (")[0] for c in found.cite()] == ["Korea Customs Service", "International Monetary Fund"]
