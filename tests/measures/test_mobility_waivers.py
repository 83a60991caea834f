"""Visa waivers follow the dated steps of each agreement, and silence is no step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tightrope.errors import UnknownName
from tightrope.evidence import Evidence
from tightrope.measures import MissingKind
from tightrope.measures.mobility_waivers import STEPS, visa_waivers

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("day", "suspended_counts", "steps", "in_force"),
    [
        ("2008-10-01", False, ["agreed"], [False]),
        ("2013-12-01", False, ["in_force", "agreed"], [True, False]),
        ("2014-01-01", False, ["in_force", "in_force"], [True, True]),
        ("2020-04-12", False, ["in_force", "in_force"], [True, True]),
        ("2020-04-13", False, ["in_force", "suspended"], [True, False]),
        ("2020-04-13", True, ["in_force", "suspended"], [True, True]),
        ("2022-04-01", False, ["in_force", "in_force"], [True, True]),
    ],
)
def test_steps_by_day(day: str, suspended_counts: bool, steps: list[str], in_force: list[bool]) -> None:
    found = visa_waivers(
        Evidence(ROOT, as_of=day), state="KOR", others=["USA", "RUS"], counts_suspended=suspended_counts
    )
    assert list(found.frame["step"]) == steps
    assert list(found.frame["is_in_force"]) == in_force
    assert found.rows["events"]


def test_an_agreement_without_a_step_is_missing_not_a_no() -> None:
    found = visa_waivers(Evidence(ROOT, as_of="2010-06-01"), state="KOR", others=["USA", "RUS"])
    assert found.missing is not None
    assert found.missing.kind is MissingKind.NOT_COLLECTED
    assert "RUS" in found.missing.detail
    assert list(visa_waivers(Evidence(ROOT, as_of="2010-06-01"), state="KOR", others="USA").frame["is_in_force"]) == [
        True
    ]


def test_a_day_beyond_the_as_of_day_is_not_yet() -> None:
    found = visa_waivers(Evidence(ROOT, as_of="2013-12-01"), state="KOR", others="RUS", on="2014-02-01")
    assert found.missing is not None
    assert found.missing.kind is MissingKind.NOT_YET


def test_every_step_is_an_event_of_the_table() -> None:
    known = set(Evidence(ROOT, as_of="2026-01-01").select("events", ["event_id"])["event_id"])
    assert {event for steps in STEPS.values() for event in steps} <= known


def test_unknown_states_are_named() -> None:
    with pytest.raises(UnknownName):
        visa_waivers(Evidence(ROOT, as_of="2021-03-25"), state="KOR", others=["USX"])
