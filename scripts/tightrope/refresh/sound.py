"""Is an answer believable? Held against what is stored before it may become evidence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tightrope.evidence.package import Resource
from tightrope.refresh.feed import Feed, refused

# A revision changes a figure by a few per cent; a change of unit changes it a thousandfold.
JUMP = 1000
TOTAL_JUMP = 10
# Producers withdraw a row now and then; a page or a code list that is missing takes many.
MOST_GONE = 0.02
RULES = ("gone", "jumps")


def hold(
    feed: Feed, resource: Resource, stored: pd.DataFrame, fresh: pd.DataFrame, accept: frozenset[str]
) -> list[str]:
    """Refuse what cannot be right; give a note for each rule that was waived.

    Raises
    ------
    BadTable
        Columns that the table does not have, a key that is empty or comes twice, many stored rows gone, or a value
        that jumps.
    """
    names = [field.name for field in resource.table_schema.fields]
    if sorted(fresh.columns) != sorted(names):
        raise refused(
            feed, f"the columns of {resource.name} differ", where=f"{sorted(fresh.columns)} for {sorted(names)}"
        )
    keys = resource.table_schema.primary_key
    if fresh.empty:
        raise refused(feed, f"no row is left for {resource.name}")
    if keys and (fresh[keys].isna().any(axis=None) or fresh.duplicated(keys).any()):
        bad = fresh[fresh[keys].isna().any(axis=1) | fresh.duplicated(keys)].iloc[0]
        raise refused(feed, f"a key of {resource.name} is empty or comes twice", where=str(bad[keys].to_dict()))
    problems = {"gone": _gone(stored, fresh, keys), "jumps": _jump(resource, stored, fresh, keys)}
    waived = []
    for rule, problem in problems.items():
        if problem and rule not in accept:
            raise refused(
                feed, f"{resource.name}: {problem[0]}", where=problem[1],
                why="a cut-off answer, a changed code list or a changed unit looks like this; data/ stays as it is",
                fix=f"if the producer confirms it, run again with --accept {rule}",
            )  # fmt: skip
        if problem:
            waived.append(f"Accepted by hand: {problem[0]} ({problem[1]}).")
    return waived


def _gone(stored: pd.DataFrame, fresh: pd.DataFrame, keys: list[str]) -> tuple[str, str] | None:
    if not keys or stored.empty:
        return None
    both = texts(stored, keys).merge(texts(fresh, keys), how="left", indicator=True)
    gone = both[both["_merge"] == "left_only"]
    if len(gone) <= MOST_GONE * len(stored):
        return None
    first = gone.iloc[0][keys].to_dict()
    return f"{len(gone):,} of {len(stored):,} stored rows are gone", f"first {first}"


def _jump(resource: Resource, stored: pd.DataFrame, fresh: pd.DataFrame, keys: list[str]) -> tuple[str, str] | None:
    for column in amounts(resource):
        found = _same_key(stored, fresh, keys, column) or _totals(resource, stored, fresh, column)
        if not found and [k for k in keys if k != "year"] == ["iso3"]:
            found = _next_year(stored, fresh, column)
        if found:
            return found
    return None


def amounts(resource: Resource) -> list[str]:
    """Give the columns that hold amounts: numbers that are no key, count, flag or estimate on a scale."""
    keys = set(resource.table_schema.primary_key)
    return [
        f.name for f in resource.table_schema.fields
        if f.type in ("number", "integer") and f.name not in keys and not f.name.startswith(("n_", "ideal_", "year"))
    ]  # fmt: skip


def _same_key(stored: pd.DataFrame, fresh: pd.DataFrame, keys: list[str], column: str) -> tuple[str, str] | None:
    old, new = (texts(frame, keys).assign(value=pd.to_numeric(frame[column]).to_numpy(float, na_value=np.nan))
                for frame in (stored, fresh))  # fmt: skip
    both = old.merge(new, on=keys, suffixes=("_old", "_new"))
    large = both[["value_old", "value_new"]].max(axis=1) >= old["value"].quantile(0.99)
    return _far(both[large & (both["value_old"] > 0) & (both["value_new"] > 0)], keys, column)


def _next_year(stored: pd.DataFrame, fresh: pd.DataFrame, column: str) -> tuple[str, str] | None:
    rows = fresh.sort_values(["iso3", "year"])
    both = pd.DataFrame(
        {"iso3": rows["iso3"], "year": rows["year"].astype(str),
         "value_old": rows.groupby("iso3")[column].shift().astype(float), "value_new": rows[column].astype(float)}
    )  # fmt: skip
    # A jump that is already stored is the producer's, not this answer's.
    held = set(zip(stored["iso3"], stored["year"].astype(str), stored[column].astype(float), strict=True))
    is_held = [row in held for row in zip(both["iso3"], both["year"], both["value_new"], strict=True)]
    both = both[~pd.Series(is_held, index=both.index)]
    return _far(both[(both["value_old"] > 0) & (both["value_new"] > 0)], ["iso3", "year"], column)


def _far(both: pd.DataFrame, keys: list[str], column: str) -> tuple[str, str] | None:
    ratio = both["value_new"] / both["value_old"]
    far = both[(ratio >= JUMP) | (ratio <= 1 / JUMP)]
    if far.empty:
        return None
    row = far.iloc[0]
    where = f"{row[keys].to_dict()}: {row['value_old']:,.0f} and {row['value_new']:,.0f}"
    return f"{column} jumps a thousandfold in {len(far):,} rows", where


def _totals(resource: Resource, stored: pd.DataFrame, fresh: pd.DataFrame, column: str) -> tuple[str, str] | None:
    if "year" not in fresh.columns or not column.endswith(("_usd", "_musd")) or resource.name == "gdp":
        return None
    old, new = (frame.groupby("year")[column].sum(min_count=1).dropna() for frame in (stored, fresh))
    for year, value in new.items():
        nearest = old.iloc[(np.abs(old.index.to_numpy() - year)).argmin()] if len(old) else value
        if min(value, nearest) > 0 and max(value, nearest) / min(value, nearest) >= TOTAL_JUMP:
            return f"the sum of {column} changes tenfold", f"{year}: {value:,.0f}, stored {nearest:,.0f}"
    return None


def texts(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Give the key columns as text, dates as year-month-day, so that two frames can be laid side by side."""
    return pd.DataFrame({key: frame[key].astype(str).str.slice(0, 40).str.removesuffix(" 00:00:00") for key in keys})
