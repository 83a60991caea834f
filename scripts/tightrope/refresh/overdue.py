"""``tightrope check --stale``: tables older than their producer's next release, and how to refresh each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tightrope.errors import UnknownName
from tightrope.evidence import load_package, parse_date
from tightrope.evidence.age import Standing, standings
from tightrope.refresh.feed import Feed, load_feeds


def overdue(
    root: Path, names: Sequence[str] = (), on: str | None = None, in_json: bool = False, today: date | None = None
) -> str:
    """List the tables for which a newer release is due.

    Being late is no fault of a table: the command that prints this ends with 0 whatever it finds.

    Parameters
    ----------
    root : Path
        The checkout.
    names : sequence of str
        Tables; all of the package where none is named.
    on : str, optional
        The day to look on, year-month-day; today where none is given.
    in_json : bool
        Give a JSON object: ``on``, ``stale`` (table, title, describes_to, released, due, days_late, months, stated,
        refresh), ``unknown`` (tables of which nobody states how often they come out) and ``n_current``.
    today : date, optional
        The day that it is.

    Raises
    ------
    UnknownName
        A name that is no table.
    BadParameter
        A day that is none.
    """
    package = load_package(root)
    known = [resource.name for resource in package.resources]
    for name in names:
        if name not in known:
            raise UnknownName("table", name, known, "tightrope check --stale")
    day = parse_date(on, "on") if on else today or date.today()
    # A list of names describes no day, so it cannot fall behind one.
    tables = [r for r in package.resources if (not names or r.name in names) and r.details.describes.kind != "none"]
    found = standings(tables, day)
    late = [one for one in found if one.is_late]
    unknown = [one.table.name for one in found if one.due is None]
    feeds = {table: feed for feed in load_feeds().values() for table in feed.tables}
    if in_json:
        made = {
            "on": day.isoformat(), "stale": [_entry(one, feeds.get(one.table.name)) for one in late],
            "unknown": unknown, "n_current": len(found) - len(late) - len(unknown),
        }  # fmt: skip
        return json.dumps(made, indent=1, ensure_ascii=False)
    return "\n".join(_lines(late, unknown, len(found), day, feeds))


def _lines(late: list[Standing], unknown: list[str], n: int, day: date, feeds: dict[str, Feed]) -> list[str]:
    n_stated = n - len(unknown)
    said = [f"On {day}: {len(late)} of {_tables(n_stated)} older than the producer's next release"]
    for one in late:
        cadence, details = one.table.details.cadence, one.table.details
        assert cadence is not None, "what is late has a cadence"
        base = f"released {details.released}" if details.released else f"describes to {one.last}"
        every = "every month" if cadence.months == 1 else f"every {cadence.months} months"
        said += [
            f"  {one.table.name}: {base}, next due {one.due}, {one.days_late:,} days late",
            f"    {every} ({cadence.stated}); {refresh_by(feeds.get(one.table.name))}",
        ]
    if unknown:
        said.append(f"No cadence is stated for {_tables(len(unknown))}: {', '.join(unknown)}")
    return said


def _tables(n: int) -> str:
    return "1 table" if n == 1 else f"{n} tables"


def refresh_by(feed: Feed | None) -> str:
    """Give the command that refreshes a table, or say that no feed brings it."""
    if feed is None:
        return "no feed"
    return f"tightrope refresh {feed.name}" + (" --from FILE" if feed.is_file else "")


def _entry(one: Standing, feed: Feed | None) -> dict[str, Any]:
    cadence, details = one.table.details.cadence, one.table.details
    return {
        "table": one.table.name, "title": one.table.title,
        "describes_to": str(one.last) if one.last else None,
        "released": str(details.released) if details.released else None,
        "due": str(one.due), "days_late": one.days_late,
        "months": cadence.months if cadence else None, "stated": cadence.stated if cadence else None,
        "refresh": refresh_by(feed),
    }  # fmt: skip
