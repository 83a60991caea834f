"""The list at a report's end holds what the report stands on, and says each work once."""

from __future__ import annotations

from pathlib import Path

from bs4 import BeautifulSoup
from tests.helpers import make_evidence

from tightrope.evidence import Evidence
from tightrope.narrative.display import RECORD_MIME
from tightrope.narrative.references import cited, list_sources, tables_used
from tightrope.narrative.trace import standing_on, start


def evidence_of(tmp_path: Path) -> Evidence:
    return make_evidence(
        tmp_path,
        {
            "gdp": "iso3, year, gdp_usd\nKOR, 2019, 1",
            "population": "iso3, year, population\nKOR, 2019, 1",
            "land_borders": "iso3_a, iso3_b\nKOR, PRK",
            "unga_votes": "rollcall, iso3, vote, date\nR1, KOR, Y, 2019-11-07",
            "unga_rollcalls": "rollcall, date, year\nR1, 2019-11-07, 2019",
        },
    )


def test_what_was_read_and_not_said_is_no_source(tmp_path: Path) -> None:
    evidence = evidence_of(tmp_path)
    start(evidence)
    evidence.select("population")  # for a section that is not shown
    with standing_on("votes", {"unga_votes": [0]}):
        pass
    # A table that was looked into and holds nothing counts: the report says so.
    with standing_on("trade", {"gdp": [0], "land_borders": []}):
        pass
    with standing_on("again", {"unga_votes": [0], "unga_rollcalls": [0]}):
        pass
    used = [source.table for source in tables_used(evidence)]
    assert used == ["unga_votes", "gdp", "land_borders", "unga_rollcalls", "states"]


def test_tables_of_one_work_share_an_entry_and_a_citation(tmp_path: Path) -> None:
    evidence = evidence_of(tmp_path)
    sources = [evidence.source(table) for table in ("unga_votes", "gdp", "unga_rollcalls")]
    page = BeautifulSoup(list_sources(sources, "Three tables.", evidence.package)._repr_html_(), "html5lib")
    entries = [item.get_text() for item in page.find_all("li")]
    assert len(entries) == 2
    votes = next(entry for entry in entries if "unga_votes" in entry)
    assert "unga_rollcalls" in votes
    assert votes.count("Voeten, E., Strezhnev, A. and Bailey, M. (2021)") == 1
    assert [a["href"] for a in page.find_all("a")].count("https://github.com/UNxml/GAresolutions") == 1
    items = cited(sources)._repr_mimebundle_()[RECORD_MIME]["citations"]
    assert [item["id"] for item in items] == ["unga-voeten", "unga-unxml", "wdi-gdp"]


def test_a_doi_is_a_link(tmp_path: Path) -> None:
    evidence = make_evidence(tmp_path, {"unga_ideal_points": "year, iso3\n2019, KOR"})
    page = BeautifulSoup(
        list_sources([evidence.source("unga_ideal_points")], "One.", evidence.package)._repr_html_(), "html5lib"
    )
    links = {a["href"]: a.text for a in page.find_all("a")}
    assert links["https://doi.org/10.7910/DVN/LEJUQZ"] == "doi:10.7910/DVN/LEJUQZ"
