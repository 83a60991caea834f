"""The Passport Index dataset: one snapshot of who needs which visa where, added to the stored runs."""

from __future__ import annotations

import io
from datetime import date

import pandas as pd

from tightrope.refresh.feed import Feed, Release, held_columns, refused
from tightrope.refresh.ground import Ground
from tightrope.refresh.wire import Wire, kind_of

CATEGORIES = {
    "visa free": "visa_free", "visa on arrival": "visa_on_arrival", "eta": "eta", "e-visa": "e_visa",
    "visa required": "visa_required", "no admission": "no_admission", "covid ban": "covid_ban",
}  # fmt: skip
MOST_DAYS = 730
OWN = "-1"


def fetch(feed: Feed, wire: Wire, ground: Ground) -> Release:
    """Fetch today's matrix and the day on which it was last changed, and lengthen or begin runs."""
    day, commit = _version(feed, wire)
    stored = ground.stored("visa_regimes")
    path = wire.get(feed.address)
    last = pd.to_datetime(stored["last_seen"]).max().date()
    version = f"snapshots of 23 November 2019 to {day.isoformat()}, commit {commit[:8]}"
    if day <= last:
        return Release(version, day, {})
    return Release(version, day, {"visa_regimes": lengthened(stored, snapshot(feed, path.read_bytes(), ground), day)})


def _version(feed: Feed, wire: Wire) -> tuple[date, str]:
    answer = wire.json(feed.versions, {"path": "passport-index-tidy-iso3.csv", "per_page": 1})
    try:
        return date.fromisoformat(answer[0]["commit"]["committer"]["date"][:10]), str(answer[0]["sha"])
    except (KeyError, IndexError, TypeError, ValueError):
        raise refused(feed, "the list of versions is not what it was", where=feed.versions) from None


def snapshot(feed: Feed, content: bytes, ground: Ground) -> pd.DataFrame:
    """Read a matrix: ``iso3_passport``, ``iso3_destination``, ``value`` as published, ``category``."""
    if content[:1] in (b"<", b"") or b"\x00" in content[:512]:
        raise refused(feed, f"the answer is {kind_of(content)}, not CSV", where=feed.address)
    try:
        frame = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    except (ValueError, pd.errors.ParserError) as error:
        raise refused(feed, "the answer is not CSV", where=str(error)[:120]) from None
    held_columns(feed, list(frame.columns), feed.address)
    made = frame.set_axis([name.lower() for name in frame.columns], axis=1)
    made = made.rename(columns={"passport": "iso3_passport", "destination": "iso3_destination", "requirement": "value"})
    made = made[made["value"] != OWN]
    for column in ("iso3_passport", "iso3_destination"):
        ground.known(feed, made[column])
    if made.duplicated(["iso3_passport", "iso3_destination"]).any():
        twice = made[made.duplicated(["iso3_passport", "iso3_destination"])].iloc[0]
        raise refused(feed, "a passport and destination come twice", where=str(twice.to_dict()))
    days = pd.to_numeric(made["value"], errors="coerce")
    made["category"] = made["value"].str.lower().map(CATEGORIES).mask(days.between(1, MOST_DAYS), "visa_free")
    if made["category"].isna().any():
        strange = made[made["category"].isna()].iloc[0]
        raise refused(
            feed, f"the requirement {strange['value']!r} is none that we know",
            where=f"{strange['iso3_passport']} to {strange['iso3_destination']}",
            fix="add the word to CATEGORIES in refresh/passports.py",
        )  # fmt: skip
    return made[["iso3_passport", "iso3_destination", "value", "category"]]


def lengthened(stored: pd.DataFrame, seen: pd.DataFrame, day: date) -> pd.DataFrame:
    """Lengthen the run of every pair that shows what it showed last; begin a run for every other."""
    keys = ["iso3_passport", "iso3_destination"]
    runs = stored.assign(first_seen=pd.to_datetime(stored["first_seen"]), last_seen=pd.to_datetime(stored["last_seen"]))
    newest = runs["last_seen"] == runs["last_seen"].max()
    same = runs.reset_index().merge(seen, on=[*keys, "value", "category"])["index"]
    goes_on = newest & runs.index.isin(same)
    runs.loc[goes_on, "last_seen"] = pd.Timestamp(day)
    runs.loc[goes_on, "n_snapshots"] += 1
    known = runs.loc[goes_on, keys].assign(goes_on=True)
    fresh = seen.merge(known, on=keys, how="left")
    fresh = fresh[fresh["goes_on"].isna()].drop(columns="goes_on")
    fresh = fresh.assign(first_seen=pd.Timestamp(day), last_seen=pd.Timestamp(day), n_snapshots=1)
    return pd.concat([runs, fresh[runs.columns]], ignore_index=True)
