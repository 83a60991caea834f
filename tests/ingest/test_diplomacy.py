"""Dates as exactly as a source gives them, and how the recipes treat the faults of their sources."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from tightrope.ingest.diplomacy import unga_rollcalls, unga_votes
from tightrope.ingest.diplomacy_dates import first_and_last, precision, with_days
from tightrope.ingest.diplomacy_ties import diplomatic_ties_korea, investment_treaties
from tightrope.ingest.recipe import Raw


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(line.strip().replace(", ", ",") for line in text.strip().splitlines()), encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "first", "last", "exact"),
    [
        ("1990-09-30", date(1990, 9, 30), date(1990, 9, 30), "day"),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29), "month"),
        ("1991", date(1991, 1, 1), date(1991, 12, 31), "year"),
        ("1947/1950", date(1947, 1, 1), date(1950, 12, 31), "span"),
        ("2011-10-31/2011-11-06", date(2011, 10, 31), date(2011, 11, 6), "span"),
    ],
)
def test_first_and_last_day(text: str, first: date, last: date, exact: str) -> None:
    assert first_and_last(text) == (first, last)
    assert precision(text) == exact


@pytest.mark.parametrize("text", ["before 1990s", "1990-9-3", "1990-02-30", ""])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"1990|day|''"):
        first_and_last(text)


def test_with_days_adds_three_columns() -> None:
    made = with_days(pd.DataFrame({"date": ["1990-09"]}))
    assert made.iloc[0].tolist() == ["1990-09", "month", date(1990, 9, 1), date(1990, 9, 30)]


@pytest.fixture
def votes(tmp_path: Path) -> Raw:
    head = "rcid, session, date, year, unres, short, descr, issues, n_yes, n_abstain, n_no"
    (tmp_path / "politics").mkdir()
    old = pd.DataFrame(
        [(1, 74, "2019-12-09", 2019, "A/RES/74/17", None, "d" * 200, "hr", 2, 0, 0),
         (2, 74, "2020-01-14", 2020, "A/RES/74/267", "x", "y", None, 1, 0, 0)],
        columns=head.split(", "),
    )  # fmt: skip
    new_columns = (
        "resolution, date, year, session, title, yes, no, abstain, yes_published, no_published, abstain_published"
    )
    new = pd.DataFrame(
        [("A/RES/74/17", "2019-12-09", 2019, "74", "Same vote", 2, 0, 0, 2, 0, 0),
         ("A/RES/75/1", "2020-10-01", 2020, "75", "New", 1, 1, 0, 1, 1, 0),
         ("A/RES/75/254 A-C", "2020-12-31", 2020, "75", "No list", 0, 0, 0, 168, 2, 0)],
        columns=new_columns.split(", "),
    )  # fmt: skip
    old.to_csv(tmp_path / "politics/unga_rollcalls_1946_2020.csv.gz", index=False)
    new.to_csv(tmp_path / "politics/unga_rollcalls_2019_2026_unxml.csv.gz", index=False)
    pd.DataFrame({"rcid": [1, 1, 2], "iso3": ["KOR", "USA", "KOR"], "vote": ["A", "Y", "N"]}).to_parquet(
        tmp_path / "politics/unga_votes_1946_2020.parquet"
    )
    pd.DataFrame({"resolution": ["A/RES/74/17", "A/RES/75/1"], "iso3": ["KOR", "KOR"], "vote": ["A", "N"]}).to_parquet(
        tmp_path / "politics/unga_votes_2019_2026_unxml.parquet"
    )
    return Raw(tmp_path)


def test_the_two_sources_meet_at_2020_without_a_vote_twice(votes: Raw) -> None:
    calls = unga_rollcalls(votes)
    assert calls["rollcall"].tolist() == ["V1", "A/RES/75/1", "A/RES/75/254 A-C"]
    assert calls["resolution"].tolist() == ["74/17", "75/1", "75/254 A-C"]
    assert len(calls["title"][0]) == 120
    cast = unga_votes(votes)
    assert list(cast[["rollcall", "iso3", "vote"]].itertuples(index=False, name=None)) == [
        ("V1", "KOR", "abstain"), ("V1", "USA", "yes"), ("A/RES/75/1", "KOR", "no"),
    ]  # fmt: skip


def test_a_vote_without_lists_keeps_its_published_counts(votes: Raw) -> None:
    last = unga_rollcalls(votes).iloc[-1]
    assert (last["n_yes"], last["n_no"], last["n_abstain"]) == (168, 2, 0)


def test_ties_become_events_that_can_be_cut_at_a_year(tmp_path: Path) -> None:
    write(
        tmp_path, "politics/diplomatic_ties_korea_kdiplo.csv",
        """iso3, korea, last_year, established, cut, reestablished
        CUB, KOR, 2025, 1949, 1958, 2024
        USA, PRK, 2025,,,
        KOR, PRK, 2023,,,""",
    )  # fmt: skip
    made = diplomatic_ties_korea(Raw(tmp_path)).sort_values("year")
    assert list(made[["iso3", "event", "year"]].itertuples(index=False, name=None)) == [
        ("CUB", "established", 1949), ("CUB", "cut", 1958), ("CUB", "reestablished", 2024), ("USA", "no_ties", 2025),
    ]  # fmt: skip


def test_belgium_and_luxembourg_are_one_party_and_pairs_are_ordered(tmp_path: Path) -> None:
    write(
        tmp_path, "politics/bilateral_investment_treaties_unctad.csv",
        """unctad_id, party_a_slug, party_b_slug, iso3_a, iso3_b, year_signed
        1, russian-federation, belgium-luxembourg, RUS, , 1989
        2, korea, japan, KOR, JPN, 2002""",
    )  # fmt: skip
    made = investment_treaties(Raw(tmp_path))
    assert made[["iso3_a", "iso3_b"]].to_numpy().tolist() == [["BLX", "RUS"], ["JPN", "KOR"]]
