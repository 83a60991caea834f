"""Merging dated facts: one name an event, the strongest source first, and a stop where a source has changed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tightrope.errors import BadTable
from tightrope.evidence import Evidence
from tightrope.ingest import society_events
from tightrope.ingest.recipe import Raw

FACTS = "fact_id,dyad,date,precision,statement,source,source_kind\n"
FACTS_2 = "fact_id,date,date_precision,actors_iso3,statement,source_title,source_url,source_kind\n"
CHRONOLOGY = "date,date_precision,theme,actors_iso3,event,source_title,source_url\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(society_events, "CHRONOLOGY", (("opened", "bilateral", "1990-09-30", "Diplomatic"),))
    monkeypatch.setattr(society_events, "FACTS", {("rel", "1990-09-30"): ("opened", "bilateral"),
                                                  ("rel", "1990-10-01"): ("opened", "bilateral")})  # fmt: skip
    monkeypatch.setattr(society_events, "ADDED", ())
    (tmp_path / "society").mkdir()
    (tmp_path / "politics").mkdir()
    _write(tmp_path, "politics/dated_facts.csv", FACTS)
    two = "rel,1990-09-30,day,KOR;SUN,Opened,A page,https://a.example/1,page\n"
    _write(tmp_path, "politics/dated_facts_2.csv", FACTS_2 + two)
    one = "1990-09-30,day,bilateral,KOR;RUS,Diplomatic relations,KOTRA list,https://a.example/2\n"
    _write(tmp_path, "society/chronology_kor_rus.csv", CHRONOLOGY + one)
    return tmp_path


def _write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_sources_that_agree_make_one_row_and_the_strongest_speaks(folder: Path) -> None:
    made = society_events.events(Raw(folder))
    assert len(made) == 1
    row = made.iloc[0]
    assert (row["event"], row["source_kind"], row["n_sources"]) == ("Diplomatic relations", "government", 2)
    assert row["actors"] == "KOR;RUS;SUN"
    assert row["other_urls"] == "https://a.example/1"


def test_sources_that_disagree_keep_a_row_each(folder: Path) -> None:
    two = "rel,1990-10-01,day,KOR;SUN,Opened,A page,https://a.example/1,page\n"
    _write(folder, "politics/dated_facts_2.csv", FACTS_2 + two)
    made = society_events.events(Raw(folder))
    assert made[["event_id", "date"]].values.tolist() == [["opened", "1990-09-30"], ["opened", "1990-10-01"]]


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("society/chronology_kor_rus.csv", CHRONOLOGY + "1990-09-30,day,un,KOR,Another,T,https://a.example\n",
         "Another"),
        ("society/chronology_kor_rus.csv", CHRONOLOGY, "does not have"),
        ("politics/dated_facts_2.csv", FACTS_2 + "new,1990-09-30,day,KOR,X,T,https://a.example,page\n", "new"),
    ],
)  # fmt: skip
def test_a_changed_source_stops_the_build(folder: Path, name: str, text: str, word: str) -> None:
    _write(folder, name, text)
    with pytest.raises(BadTable, match=word):
        society_events.events(Raw(folder))


def test_every_actor_is_a_state_and_every_row_has_its_page() -> None:
    evidence = Evidence(as_of="2026-11-24")
    table = evidence.select("events")
    codes = {code for text in table["actors"] for code in text.split(";")}
    assert codes <= set(evidence.select("states")["iso3"])
    assert table["event_id"].is_unique
    assert (table["date_first"] <= table["date_last"]).all()
    # Every row of the two hand lists, the chronology and the added pages has its place.
    wanted = {name for name, *_ in society_events.CHRONOLOGY} | {name for name, _ in society_events.FACTS.values()}
    wanted |= {row[0] for row in society_events.ADDED}
    assert set(table["event_id"]) == wanted


def test_an_announcement_never_speaks_for_the_event() -> None:
    table = Evidence(as_of="2026-11-24").select("events", event_id="kor-rus-basic-treaty-signed")
    assert not set(table["source_url"]) & society_events.ANNOUNCEMENTS
    assert pd.notna(table["other_urls"].iloc[0])
