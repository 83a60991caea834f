"""World Bank indicators: https://api.worldbank.org/v2, JSON in pages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from tightrope.refresh.feed import Feed, Release, held_columns, refused
from tightrope.refresh.ground import Ground
from tightrope.refresh.wire import Wire

# Table: indicator, column, and whether it counts whole things.
INDICATORS = {"gdp": ("NY.GDP.MKTP.CD", "gdp_usd", False), "population": ("SP.POP.TOTL", "population", True)}
PAGE = 10_000
MOST_PAGES = 50
# The World Bank's own codes of two economies.
CODES = {"XKX": "XKX", "CHI": "CHI"}


def fetch(feed: Feed, wire: Wire, ground: Ground) -> Release:
    """Fetch GDP and population of every economy and year; groups of economies are left out."""
    groups = _groups(feed, wire)
    tables, days = {}, []
    for table, (indicator, column, is_whole) in INDICATORS.items():
        rows, day = _pages(feed, wire, f"{feed.address}/country/all/indicator/{indicator}")
        days.append(day)
        tables[table] = _table(feed, pd.DataFrame(rows), column, is_whole, groups, ground)
    released = min(days)
    return Release(f"World Development Indicators, updated {released.isoformat()}", released, tables)


def _groups(feed: Feed, wire: Wire) -> set[str]:
    rows, _ = _pages(feed, wire, f"{feed.address}/country", has_day=False)
    try:
        return {row["id"] for row in rows if row["region"]["value"] == "Aggregates"} | {"CHI"}
    except (KeyError, TypeError):
        raise refused(feed, "the list of economies is not what it was", where=f"{feed.address}/country") from None


def _pages(feed: Feed, wire: Wire, url: str, has_day: bool = True) -> tuple[list[dict[str, Any]], date]:
    rows: list[dict[str, Any]] = []
    page = pages = 1
    day, total = date.min, 0
    while page <= pages:
        answer = wire.json(url, {"format": "json", "per_page": PAGE, "page": page})
        head, body = _parts(feed, answer, url)
        if head.get("page") != page:
            raise refused(feed, f"page {head.get('page')} came where page {page} was asked for", where=url,
                          why="a repeated or missing page would count states twice or lose them")  # fmt: skip
        pages, total = int(head["pages"]), int(head["total"])
        if pages > MOST_PAGES:
            raise refused(feed, f"the answer has {pages} pages; {MOST_PAGES} is the most we read", where=url)
        if has_day:
            day = _day(feed, str(head.get("lastupdated")), url)
        rows += body
        page += 1
    if len(rows) != total:
        raise refused(feed, f"{len(rows)} rows came and {total} were announced", where=url,
                      why="a page is missing or came twice; data/ stays as it is")  # fmt: skip
    return rows, day


def _parts(feed: Feed, answer: Any, url: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    match answer:
        case [{"pages": _, "total": _} as head, [*body]]:
            return head, body
        case [{"message": [{"value": str(said), **_rest}, *_]}, *_]:
            raise refused(feed, f"the World Bank answers: {said[:120]}", where=url)
    raise refused(feed, "the answer is not a page of an indicator", where=url)


def _day(feed: Feed, text: str, url: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refused(feed, f"the answer does not say when it was updated ({text})", where=url) from None


def _table(
    feed: Feed, frame: pd.DataFrame, column: str, is_whole: bool, groups: set[str], ground: Ground
) -> pd.DataFrame:
    held_columns(feed, list(frame.columns), f"indicator of {column}")
    made = pd.DataFrame(
        {
            "iso3": frame["countryiso3code"].replace("", None),
            "year": pd.to_numeric(frame["date"], errors="coerce"),
            column: pd.to_numeric(frame["value"], errors="coerce"),
        }
    )
    unread = frame["value"].notna() & made[column].isna()
    if unread.any() or made["year"].isna().any():
        bad = frame[unread | made["year"].isna()].iloc[0]
        raise refused(
            feed, "a value or year is not a number", where=f"{bad['countryiso3code']} {bad['date']}: {bad['value']}"
        )
    made = made.dropna(subset=[column, "iso3"])
    made = made[ground.known(feed, made["iso3"], groups) & ~made["iso3"].isin(groups)]
    return made.astype({"year": "int64", **({column: "int64"} if is_whole else {})})
