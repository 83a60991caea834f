"""General Assembly votes: the UN Digital Library's CSV, one line a state and resolution."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tightrope.refresh.feed import Feed, Release, held_columns, refused
from tightrope.refresh.ground import Ground
from tightrope.refresh.wire import Wire, kind_of

VOTES = {"Y": "yes", "N": "no", "A": "abstain", "X": None}
# The library's own codes.
CODES = {"GER": "DEU"}
NAME = "ga_voting.csv"


def fetch(feed: Feed, wire: Wire, ground: Ground) -> Release:
    """Fetch all votes, keep the resolutions that are not stored, and count agreement anew for their years."""
    path = wire.get(f"{feed.address}/{NAME}")
    with path.open("rb") as handle:
        start = handle.read(512)
    if start[:1] in (b"<", b""):
        raise refused(feed, f"the answer is {kind_of(start)}, not CSV", where=feed.address)
    try:
        head = pd.read_csv(path, nrows=0)
        held_columns(feed, list(head.columns), feed.address)
        frame = pd.read_csv(path, usecols=feed.columns, dtype=str, keep_default_na=False)
    except (ValueError, pd.errors.ParserError) as error:
        raise refused(feed, "the answer is not whole CSV", where=str(error)[:120]) from None
    return added(feed, frame, ground)


def added(feed: Feed, frame: pd.DataFrame, ground: Ground) -> Release:
    """Add the resolutions later than the stored ones to the three tables of votes."""
    calls, votes = ground.stored("unga_rollcalls"), ground.stored("unga_votes")
    last = max(str(day)[:10] for day in calls["date"])
    new = frame[(frame["date"] > last) & ~frame["resolution"].isin(set(calls["rollcall"]))]
    version = f"UN Digital Library, votes to {frame['date'].max()}"
    if new.empty:
        return Release(version, None, {})
    new = new.assign(iso3=new["ms_code"].replace(CODES), vote=new["ms_vote"].map(VOTES))
    strange = new[~new["ms_vote"].isin(VOTES)]
    if len(strange):
        raise refused(feed, f"a vote is {strange.iloc[0]['ms_vote']!r}", where=strange.iloc[0]["resolution"])
    ground.known(feed, new["iso3"])
    if new.duplicated(["resolution", "iso3"]).any():
        twice = new[new.duplicated(["resolution", "iso3"])].iloc[0]
        raise refused(feed, "a state votes twice on one resolution", where=f"{twice['resolution']}, {twice['iso3']}")
    rows = [_call(feed, name, part) for name, part in new.groupby("resolution", sort=True)]
    fresh = pd.DataFrame(rows)
    fresh["date"] = pd.to_datetime(fresh["date"]).dt.date
    cast = new[new["vote"].notna()]
    cast = pd.DataFrame({"rollcall": cast["resolution"], "iso3": cast["iso3"], "vote": cast["vote"],
                         "date": pd.to_datetime(cast["date"]).dt.date})  # fmt: skip
    all_votes = pd.concat([votes, cast], ignore_index=True)
    years = sorted(fresh["year"].unique())
    agreement = ground.stored("unga_agreement")
    agreement = pd.concat([agreement[~agreement["year"].isin(years)], *(agreed(all_votes, y) for y in years)])
    return Release(
        version, None,
        {"unga_rollcalls": pd.concat([calls, fresh], ignore_index=True), "unga_votes": all_votes,
         "unga_agreement": agreement},
    )  # fmt: skip


def _call(feed: Feed, name: object, part: pd.DataFrame) -> dict[str, object]:
    first = part.iloc[0]
    counts = {f"n_{vote}": int((part["vote"] == vote).sum()) for vote in ("yes", "no", "abstain")}
    for column, announced in (("n_yes", "total_yes"), ("n_no", "total_no"), ("n_abstain", "total_abstentions")):
        said = float(first[announced] or "nan")
        if not np.isnan(said) and said != counts[column]:
            raise refused(
                feed, f"{counts[column]} votes are listed and {said:.0f} announced", where=f"{name}, {announced}",
                why="lines are missing or came twice; data/ stays as it is",
            )  # fmt: skip
    return {
        "rollcall": name, "date": first["date"], "year": int(first["date"][:4]), "session": first["session"],
        "resolution": str(name).removeprefix("A/RES/"), "title": first["title"].split(" : resolution")[0].strip(),
        "issues": None, **counts, "source": "digital_library",
    }  # fmt: skip


def agreed(votes: pd.DataFrame, year: int) -> pd.DataFrame:
    """Count for every pair of a year how often both voted, the same, half apart (one abstained) and opposite."""
    part = votes[pd.to_datetime(votes["date"]).dt.year == year]
    placed = part.assign(place=part["vote"].map({"yes": 1, "abstain": 0, "no": -1}))
    wide = placed.pivot(index="rollcall", columns="iso3", values="place")
    states = list(wide.columns)
    cast = [(wide == place).to_numpy(int) for place in (1, 0, -1)]
    voted = cast[0] + cast[1] + cast[2]
    both = voted.T @ voted
    same = cast[0].T @ cast[0] + cast[1].T @ cast[1] + cast[2].T @ cast[2]
    opposite = cast[0].T @ cast[2] + cast[2].T @ cast[0]
    first, second = np.triu_indices(len(states), 1)
    counts = {"n_both_voted": both, "n_same": same, "n_half": both - same - opposite, "n_opposite": opposite}
    made = pd.DataFrame(
        {"iso3_a": np.array(states)[first], "iso3_b": np.array(states)[second], "year": year,
         **{name: table[first, second] for name, table in counts.items()}}
    )  # fmt: skip
    return made[made["n_both_voted"] > 0]
