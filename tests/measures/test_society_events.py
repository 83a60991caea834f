"""Events: found by actor, theme, time and word; ordered only as far as their dates allow."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers import make_evidence

from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence import Evidence
from tightrope.measures import MissingKind
from tightrope.measures.society_events import event_date, event_order, events

TABLE = """event_id, theme, date, date_precision, date_first, date_last, actors, event
treaty, bilateral, 1990-09-30, day, 1990-09-30, 1990-09-30, KOR;RUS;SUN, Relations opened
visit, bilateral, 1990-09, month, 1990-09-01, 1990-09-30, KOR;RUS, A minister visits
games, people, 1988, year, 1988-01-01, 1988-12-31, KOR;RUS, Games
split, security, 1991-12-26, day, 1991-12-26, 1991-12-26, RUS;SUN, The Union ends
signing, bilateral, 1992-11-19, day, 1992-11-19, 1992-11-19, KOR;RUS, A treaty
signing, bilateral, 1992-11-21, day, 1992-11-21, 1992-11-21, KOR;RUS, A treaty by another source
"""


@pytest.fixture
def small(tmp_path: Path) -> Evidence:
    states = "iso3, name\nKOR, South Korea\nRUS, Russia\nSUN, Soviet Union"
    return make_evidence(tmp_path, {"events": TABLE, "states": states}, as_of="2000-01-01")


@pytest.fixture(scope="module")
def real() -> Evidence:
    return Evidence(as_of="2026-11-24")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"actors": ["KOR", "RUS"], "theme": "bilateral"}, ["visit", "treaty", "signing", "signing"]),
        ({"actors": "SUN"}, ["treaty", "split"]),
        ({"text": "UNION"}, ["split"]),
        # The visit can lie before the 15th, the games cannot: only what lies wholly inside counts.
        ({"first": "1990-09-15", "last": "1991-12-31"}, ["treaty", "split"]),
        ({"last": "1990-09-15"}, ["games"]),
    ],
)
def test_each_filter(small: Evidence, arguments: dict[str, object], expected: list[str]) -> None:
    assert list(events(small, **arguments).frame["event_id"]) == expected  # type: ignore[arg-type]


def test_no_event_is_not_proof_of_none(small: Evidence) -> None:
    found = events(small, actors="KOR", text="war")
    assert found.missing is not None
    assert found.missing.kind == MissingKind.NOT_COLLECTED
    assert "not complete" in found.missing.detail


def test_a_month_is_not_seen_before_it_ends(tmp_path: Path) -> None:
    during = make_evidence(tmp_path, {"events": TABLE}, as_of="1990-09-29")
    assert list(events(during).frame["event_id"]) == ["games"]
    found = event_date(during, event_id="visit")
    assert found.missing is not None
    assert found.missing.kind == MissingKind.NOT_YET


@pytest.mark.parametrize(
    ("event_id", "other", "expected", "days"),
    [
        ("treaty", {"other_id": "split"}, True, 452),
        ("split", {"other_id": "treaty"}, False, -452),
        ("treaty", {"date": "1990-09-30"}, False, 0),
        ("visit", {"date": "1990-09-15"}, None, None),
        ("visit", {"date": "1990-10-01"}, True, None),
        ("visit", {"date": "1990-09-01"}, False, None),
        ("games", {"other_id": "treaty"}, True, None),
        # Two sources of the signing disagree: nothing can be said about the day between.
        ("signing", {"date": "1992-11-20"}, None, None),
        ("signing", {"date": "1992-11-19"}, False, None),
    ],
)
def test_order_is_said_only_where_the_dates_allow(
    small: Evidence, event_id: str, other: dict[str, str], expected: bool | None, days: int | None
) -> None:
    found = event_order(small, event_id=event_id, **other)  # type: ignore[arg-type]
    answer = found.only()
    assert (None if answer is None else bool(answer)) == expected
    assert found.only("n_days") == days


def test_order_needs_one_other(small: Evidence) -> None:
    for arguments in ({}, {"other_id": "split", "date": "1990-01-01"}):
        with pytest.raises(BadParameter):
            event_order(small, event_id="treaty", **arguments)


def test_an_unknown_event_names_the_nearest(real: Evidence) -> None:
    with pytest.raises(UnknownName, match="kor-sun-relations-opened"):
        event_date(real, event_id="kor-sun-relations-open")


@pytest.mark.parametrize(
    ("event_id", "date"),
    [
        ("kor-sun-relations-opened", "1990-09-30"),
        ("ussr-ended", "1991-12-26"),
        ("rus-embassy-seoul", "1991-12-27"),
        ("usa-visa-waiver-kor-in-force", "2008-11-17"),
        ("kor-rus-visa-free-in-force", "2014-01-01"),
        ("kor-rus-visa-free-suspended", "2020-04-13"),
        ("lavrov-visits-seoul-2021", "2021-03-23"),
        ("kor-export-ban-rus", "2022-02-28"),
    ],
)
def test_known_dates(real: Evidence, event_id: str, date: str) -> None:
    assert event_date(real, event_id=event_id).only() == date


def test_relations_were_opened_before_the_ussr_ended() -> None:
    article = Evidence(as_of="2021-03-25")
    found = event_order(article, event_id="kor-sun-relations-opened", other_id="ussr-ended")
    assert bool(found.only()) is True
    assert event_date(article, event_id="kor-sun-relations-opened").only("source_kind") == "government"
    assert event_date(article, event_id="kor-export-ban-rus").missing is not None


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_swapping_two_events_turns_their_order_round(real: Evidence, data: st.DataObject) -> None:
    table = real.select("events")
    a, b = data.draw(st.sampled_from(sorted(table["event_id"]))), data.draw(st.sampled_from(sorted(table["event_id"])))
    there, back = event_order(real, event_id=a, other_id=b), event_order(real, event_id=b, other_id=a)
    assert not (there.only() is not None and bool(there.only()) and back.only() is not None and bool(back.only()))
    if there.only() is not None and bool(there.only()):
        assert bool(back.only()) is False
    assert there.rows == back.rows
