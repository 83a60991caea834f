"""What was known then, what is known now, and the days on which verdicts turn."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from tests.claims.perturb import DAY, FOLDER, ROOT, fresh
from tests.helpers import make_evidence

from tightrope.claims import VerdictWord, judge_claim
from tightrope.claims.clocks import (
    OPEN_ON_THEIR_DAY,
    Published,
    Timeline,
    TwoClocks,
    published,
    spans,
    two_clocks,
    usual_dates,
    verdict_timeline,
)
from tightrope.claims.judge import judge_article
from tightrope.claims.verdict import Reading
from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence import load_package

DAY_THEN = date.fromisoformat(DAY)


@pytest.fixture(scope="module")
def clocks() -> dict[str, TwoClocks]:
    return {c.claim: c for c in two_clocks(ROOT, FOLDER)}


def stretches(name: str) -> list[tuple[str, str, str]]:
    found = spans(ROOT, FOLDER, claims=[name])
    return [(str(w), str(a), str(b)) for w, a, b in zip(found["word"], found["first"], found["last"], strict=True)]


def test_tables_open_on_their_day_say_so_in_their_notes() -> None:
    package = load_package(ROOT)
    for name in OPEN_ON_THEIR_DAY:
        note = package.table(name).details.published.note.casefold()
        assert any(word in note for word in ("day", "daily")), name
        assert "not recorded" not in note, name


def test_what_nobody_dated_is_unknown_and_not_assumed(clocks: dict[str, TwoClocks]) -> None:
    """No source says when arrivals were first published; votes and announcements were public on their day."""
    assert clocks["C32"].word_then is None
    assert clocks["C32"].word_if_out is VerdictWord.SUPPORTED
    assert set(clocks["C32"].published.values()) == {Published.UNKNOWN}
    assert clocks["C10"].word_then is VerdictWord.SUPPORTED
    assert clocks["C12"].word_then is VerdictWord.SUPPORTED
    assert clocks["C30"].word_then is VerdictWord.CONTRADICTED
    assert "nobody recorded" in clocks["C32"].notes[0]


def test_a_copy_released_later_may_have_been_revised(clocks: dict[str, TwoClocks]) -> None:
    assert set(clocks["C24"].published.values()) == {Published.RELEASED_LATER}
    assert clocks["C24"].word_then is None
    assert clocks["C24"].word_now is VerdictWord.FRAGILE


def test_opinions_have_one_word_on_both_clocks(clocks: dict[str, TwoClocks]) -> None:
    for claim in FOLDER.claims:
        if claim.check is None and claim.reason:
            assert clocks[claim.id].word_then is clocks[claim.id].word_now is VerdictWord.NOT_CHECKABLE


def test_both_clocks_tell_of_the_articles_day(clocks: dict[str, TwoClocks]) -> None:
    assert {c: v.word_if_out for c, v in clocks.items()} == {v.claim.id: v.word for v in judge_article(fresh(), FOLDER)}


def test_the_release_of_a_copy_and_the_dates_of_rows_decide(tmp_path: Path) -> None:
    evidence = make_evidence(
        tmp_path,
        {"figures_reported": """metric, iso3_reporter, iso3_partner, period, year_last, value, unit, published
            a, RUS, KOR, 2019, 2019, 1, projects, 2020-05-01
            b, RUS, KOR, 2019, 2019, 2, projects,
            c, RUS, KOR, 2019, 2019, 3, projects, 2022-05-01"""},
    )  # fmt: skip

    def state(rows: dict[str, list[int]]) -> Published:
        reading = Reading("", "plain", "", {}, "", "", {}, "eq", 1, 1, True, "", None, rows, ())
        return published(evidence, reading, DAY_THEN)

    assert state({"figures_reported": [0]}) is Published.KNOWN
    assert state({"figures_reported": [1]}) is Published.UNKNOWN
    assert state({"figures_reported": [0, 1]}) is Published.UNKNOWN
    assert state({"figures_reported": [2]}) is Published.RELEASED_LATER
    assert state({}) is Published.UNKNOWN


def test_sanctions_on_russia_turn_the_verdict_on_the_28th_of_february_2022() -> None:
    assert stretches("C10") == [
        ("untested", "1990-01-01", "2010-05-30"),
        ("supported", "2010-05-31", "2022-02-27"),
        ("outdated", "2022-02-28", "2025-12-31"),
    ]


def test_the_visa_regime_has_2008_and_2014_in_it() -> None:
    found = stretches("C08")
    assert [a for _, a, _ in found] == ["1990-01-01", "2008-04-18", "2008-11-17", "2013-11-13", "2014-01-01"]
    assert found[-1] == ("supported", "2014-01-01", "2025-12-31")


def test_the_suspension_of_april_2020_begins_the_claim_that_it_was_suspended() -> None:
    assert stretches("C09")[0] == ("untested", "1990-01-01", "2020-04-12")


def test_the_first_veto_for_north_korea_turns_a_verdict() -> None:
    assert ("supported", "2022-05-26", "2025-12-31") in stretches("C30")


def test_a_claim_about_the_last_full_year_moves_with_the_day() -> None:
    words = {first: word for word, first, _ in stretches("C24")}
    assert words["2021-01-01"] == "fragile"
    assert words["2020-01-01"] == "contradicted"
    assert words["2022-01-01"] == "untested"


@pytest.mark.parametrize("name", ["C02", "C04", "C10", "C16", "C19", "C24", "C29", "C31", "C32"])
def test_what_is_kept_from_day_to_day_is_what_a_fresh_look_gives(name: str) -> None:
    """Answers are reused between days; the days are asked out of order, so that a wrong reuse would show."""
    timeline, evidence = Timeline(ROOT, FOLDER), fresh()
    claim = FOLDER.claim(name)
    for day in ("2023-01-01", "1994-07-01", "2020-12-31", "2014-12-31", "2021-03-25", "2018-06-01"):
        moment = date.fromisoformat(day)
        assert timeline.word(claim, moment) is judge_claim(evidence.at(day), FOLDER, claim).word, day


def test_spans_cover_every_day_once_and_agree_with_the_timeline() -> None:
    names = ["C02", "C10", "C22", "C25"]
    timeline = Timeline(ROOT, FOLDER)
    found = timeline.spans(claims=names)
    frame = timeline.frame(claims=names)
    for name in names:
        own = found[found["id"] == name].reset_index(drop=True)
        gaps = pd.to_datetime(own["first"]).shift(-1) - pd.to_datetime(own["last"])
        assert (gaps.dropna() == pd.Timedelta(days=1)).all()
        for row in frame[frame["id"] == name].itertuples():
            inside = own[(own["first"] <= row.date) & (row.date <= own["last"])]
            assert list(inside["word"]) == [row.word]


def test_usual_dates_and_bad_ones() -> None:
    days = usual_dates(FOLDER)
    assert days[0] == date(1990, 1, 1)
    assert days[-1] == date(2025, 12, 31)
    assert DAY_THEN in days
    with pytest.raises(BadParameter):
        verdict_timeline(ROOT, FOLDER, ["2150-01-01"], ["C10"])
    with pytest.raises(UnknownName):
        verdict_timeline(ROOT, FOLDER, ["2020-01-01"], ["C99"])
