"""Since when a newer release is due, by days worked out on a calendar, and what the command and a report say of it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.helpers import make_package

from tightrope.cli import main
from tightrope.evidence import find_root, load_package
from tightrope.evidence.age import add_months, end_of, standings
from tightrope.narrative.references import say_ages
from tightrope.narrative.trace import plain
from tightrope.refresh.feed import load_feeds
from tightrope.refresh.overdue import overdue

# gdp came out on 20 March 2026 and comes out every 3 months; arrivals have no release on record, are monthly and end in
# May 2020; of ATOP nobody states a cadence; the votes came out on 10 July 2026 and come out once a year.
TABLES = {
    "gdp": "iso3, year, gdp_usd\nKOR, 2023, 1",
    "arrivals_korea": "iso3_origin, month\nRUS, 2020-04\nRUS, 2020-05",
    "alliances_atop": "iso3_a, iso3_b, year\nKOR, USA, 2018",
    "unga_rollcalls": "rollcall, date, year\nR1, 2026-06-04, 2026",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_package(tmp_path, TABLES)


def test_months_are_added_as_a_person_would() -> None:
    assert add_months(date(2020, 5, 31), 1) == date(2020, 6, 30)
    assert add_months(date(2019, 12, 15), 14) == date(2021, 2, 15)
    assert add_months(date(2021, 2, 28), 1) == date(2021, 3, 31)


def test_a_period_ends_on_its_last_day() -> None:
    assert end_of(2020, "year") == date(2020, 12, 31)
    assert end_of("2020-02", "month") == date(2020, 2, 29)
    assert end_of("2026-06-04", "date") == end_of("2026-06-04", "run") == date(2026, 6, 4)
    assert end_of("x", "none") is None


def test_a_table_is_late_from_its_day_on_and_not_the_day_before(root: Path) -> None:
    package = load_package(root)
    tables = {r.name: r for r in package.resources}
    on = {day: standings([tables["gdp"]], date(2026, 6, day))[0] for day in (19, 20, 30)}
    assert on[20].due == date(2026, 6, 20)
    assert [on[day].is_late for day in (19, 20, 30)] == [False, True, True]
    assert [on[day].days_late for day in (19, 20, 30)] == [0, 0, 10]


def test_what_nobody_states_is_never_due(root: Path) -> None:
    found = {one.table.name: one for one in standings(load_package(root).resources, date(2100, 1, 1))}
    assert (found["alliances_atop"].due, found["alliances_atop"].days_late) == (None, 0)
    assert found["states"].last is None
    assert found["arrivals_korea"].due == date(2020, 6, 30)
    assert found["unga_rollcalls"].due == date(2027, 7, 10)


def test_the_list_names_what_is_late_and_how_to_refresh_it(root: Path) -> None:
    # 30 June 2020 to 30 June 2026 are six years with two leap days: 2,192 - 1 = 2,191 days.
    lines = overdue(root, on="2026-06-30").splitlines()
    assert lines == [
        "On 2026-06-30: 2 of 3 tables older than the producer's next release",
        "  arrivals_korea: describes to 2020-05-31, next due 2020-06-30, 2,191 days late",
        "    every month (the producer's tables are monthly); no feed",
        "  gdp: released 2026-03-20, next due 2026-06-20, 10 days late",
        "    every 3 months (the World Bank updates the indicators four times a year); tightrope refresh worldbank",
        "No cadence is stated for 1 table: alliances_atop",
    ]
    assert overdue(root, ["gdp"], today=date(2026, 6, 1)).splitlines() == [
        "On 2026-06-01: 0 of 1 table older than the producer's next release"
    ]


def test_the_command_ends_with_0_and_prints_json(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIGHTROPE_ROOT", str(root))
    run = CliRunner().invoke(main, ["check", "--stale", "--on", "2026-06-30", "--json"])
    assert run.exit_code == 0, run.output
    said = json.loads(run.stdout)
    assert [(one["table"], one["days_late"], one["refresh"]) for one in said["stale"]] == [
        ("arrivals_korea", 2191, "no feed"), ("gdp", 10, "tightrope refresh worldbank"),
    ]  # fmt: skip
    assert (said["unknown"], said["n_current"]) == (["alliances_atop"], 1)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--stale", "--on", "June"], "is not a date"), (["--on", "2026-06-30"], "go with --stale"),
        (["--json"], "go with --stale"), (["--stale", "gpd"], "gdp"), (["--stale", "--text", "x"], "--text"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(
    arguments: list[str], says: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIGHTROPE_ROOT", str(root))
    run = CliRunner().invoke(main, ["check", *arguments])
    assert run.exit_code == 2
    assert says in run.stderr


def test_a_report_says_it_as_of_the_last_collection_and_asks_no_clock(tmp_path: Path) -> None:
    """All tables were collected on 24 November 2026: that is the day, whenever the report is made."""
    from tests.helpers import make_evidence

    evidence = make_evidence(tmp_path, TABLES, as_of="2021-03-25")
    names = ("gdp", "alliances_atop", "unga_rollcalls", "states")
    text = plain(say_ages([evidence.source(name) for name in names], evidence.package))
    assert text == (
        "On 24 November 2026, when evidence was last collected, 1 table was older than its producer's next release, "
        "due since the day in brackets: gdp (20 June 2026). For 1 other table it is not stated how often a new release "
        "comes out."
    )
    none_late = plain(say_ages([evidence.source("unga_rollcalls")], evidence.package))
    assert "no table whose producer says" in none_late
    assert "for none of them" in plain(say_ages([evidence.source("alliances_atop")], evidence.package))


def test_descriptors_and_feeds_state_the_same_cadence() -> None:
    package = load_package(find_root())
    stated = {(name, feed.months, feed.stated) for feed in load_feeds().values() if feed.months for name in feed.tables}
    kept = {
        (r.name, r.details.cadence.months, r.details.cadence.stated) for r in package.resources if r.details.cadence
    }
    assert stated <= kept
    assert len(stated) == 7


@pytest.mark.parametrize("name", ["trade_imf_monthly", "students_korea_monthly", "arrivals_korea"])
def test_a_table_called_monthly_holds_every_month(name: str) -> None:
    from tightrope.evidence import read_table

    root = find_root()
    months = sorted(set(read_table(root, load_package(root).table(name))["month"].to_pylist()))
    count = [int(month[:4]) * 12 + int(month[5:]) for month in months]
    assert count == list(range(count[0], count[-1] + 1))


def test_the_assembly_has_met_in_every_year_of_the_table() -> None:
    from tightrope.evidence import read_table

    root = find_root()
    sessions = set(read_table(root, load_package(root).table("unga_rollcalls"))["session"].to_pylist())
    numbered = {int(session) for session in sessions if session.isdigit()}
    assert numbered == set(range(1, max(numbered) + 1))
