"""The feeds: where each can be read, under which licence, how often it comes out and what its answer must hold."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from tightrope.errors import BadTable, UnknownName

FEEDS = Path(__file__).with_name("feeds.toml")


@dataclass(frozen=True)
class Feed:
    """One producer's interface.

    ``months`` is how often it comes out as the producer says (``stated``), None where nobody says it; ``is_file``
    marks a producer that publishes archives, which a person downloads; ``key`` names the variable of the environment
    that holds an access key.
    """

    name: str
    title: str
    producer: str
    address: str
    licence: str
    tables: list[str]
    columns: list[str]
    max_mb: int
    months: int | None = None
    stated: str = ""
    is_file: bool = False
    key: str = ""
    versions: str = ""

    @property
    def max_bytes(self) -> int:
        """The most bytes that one answer, or a whole archive unpacked, may have."""
        return self.max_mb * 1_000_000


@dataclass(frozen=True)
class Release:
    """What a feed gave: whole tables in the columns of their descriptors, and where they come from.

    ``released`` is the producer's own date of the figures, None where the answer does not say it.
    """

    version: str
    released: date | None
    tables: dict[str, pd.DataFrame]
    notes: list[str] = field(default_factory=list)


def load_feeds() -> dict[str, Feed]:
    """Read every feed of feeds.toml by its name."""
    raw: dict[str, dict[str, Any]] = tomllib.loads(FEEDS.read_text(encoding="utf-8"))["feeds"]
    return {name: Feed(name=name, **entry) for name, entry in raw.items()}


def find_feed(name: str) -> Feed:
    """Give the feed called ``name``; raises ``UnknownName``."""
    feeds = load_feeds()
    if name not in feeds:
        raise UnknownName("source", name, feeds, "tightrope refresh")
    return feeds[name]


def refused(feed: Feed, what: str, where: str = "", why: str = "", fix: str = "") -> BadTable:
    """Give the error of an answer that may not become evidence."""
    return BadTable(
        f"{feed.name}: {what}", where=where, why=why or "data/ stays as it is",
        fix=fix or "look at the answer at its address, and try again later",
    )  # fmt: skip


def held_columns(feed: Feed, columns: list[str], where: str) -> None:
    """Refuse an answer without the columns that the feed's descriptor expects."""
    lacking = [name for name in feed.columns if name not in columns]
    if lacking:
        raise refused(
            feed, f"the answer lacks {', '.join(lacking)}", where=f"{where}, which has {', '.join(columns[:12])}",
            why="the producer changed its layout, or this is another file; data/ stays as it is",
            fix="compare with columns in refresh/feeds.toml",
        )  # fmt: skip
