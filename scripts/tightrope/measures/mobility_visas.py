"""Visas: who may travel where without one, on a day, in each direction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from tightrope.evidence import Evidence, check_state, parse_date
from tightrope.measures.measure import Missing, MissingKind, Result, choose, measure
from tightrope.measures.mobility_common import listed, missing_day

TABLE = "visa_regimes"
SOURCES = ("passport_index",)
# A list that was last looked at longer ago than this says nothing about the day asked for; the widest gap
# between two of the source's own snapshots is 194 days.
MAX_AGE_DAYS = 366
# Runs after which a merged "e-visa or ETA" can no longer be the ETA that was there before.
_BREAKS = ("visa_required", "visa_on_arrival", "e_visa", "no_admission", "visa_free")
_COLUMNS = ("iso3_passport", "iso3_destination", "date", "category", "value", "is_visa_free", "first_seen",
            "last_seen", "basis")  # fmt: skip


@measure(unit="yes or no", value="is_visa_free", columns=_COLUMNS, tables=[TABLE])
def visa_regime(
    evidence: Evidence,
    *,
    passport: str,
    destination: str,
    on: date | str | None = None,
    source: str = "passport_index",
    counts_eta_as_free: bool = True,
    max_age_days: int = MAX_AGE_DAYS,
) -> Result:
    """Visa regime for an ordinary passport on a day, from the latest snapshot not after it.

    Parameters
    ----------
    passport, destination : str
        ISO3 codes of the traveller's passport and the state travelled to.
    on : date or str, optional
        The day; the as-of day when not given.
    source : str
        ``passport_index``, the only one.
    counts_eta_as_free : bool
        Whether an electronic travel authorisation counts as visa-free. It does by default because the law of the
        state that asks for it says so: the US scheme with ESTA is the Visa *Waiver* Program, and K-ETA is asked of
        travellers who need no visa. Without it nobody but Canadians and a few islanders travels to the US visa-free.
    max_age_days : int
        A day that lies further behind the source's last snapshot than this is ``series_ended``.

    Returns
    -------
    Measure
        One row: ``category``, the published ``value``, ``is_visa_free``, and the first and last snapshot of the run.
        From November 2020 to January 2025 the source does not tell e-visas from ETAs: ``is_visa_free`` then follows
        the pair's last regime that was told apart when that was an ETA (``basis`` names its day), and is missing
        otherwise.

    Raises
    ------
    UnknownName
        An unknown state or source.
    """
    choose("source", source, SOURCES)
    check_state(evidence, passport, "passport")
    check_state(evidence, destination, "destination")
    return regimes(evidence, [passport], [destination], on, counts_eta_as_free, max_age_days)


@measure(
    unit="yes or no",
    value="is_visa_free",
    columns=(
        "iso3_a",
        "iso3_b",
        "date",
        "is_visa_free",
        "category_a_to_b",
        "category_b_to_a",
        "is_a_to_b",
        "is_b_to_a",
    ),
    tables=[TABLE],
)
def visa_free_both_ways(
    evidence: Evidence,
    *,
    state_a: str,
    state_b: str,
    on: date | str | None = None,
    counts_eta_as_free: bool = True,
    max_age_days: int = MAX_AGE_DAYS,
) -> Result:
    """Whether citizens of both states of a pair may visit the other without a visa on a day.

    False when one direction is known to need a visa, missing when one is unknown and none is known to need one.
    Undirected: ``iso3_a`` is the code that comes first in the alphabet. Arguments as in ``visa_regime``.
    """
    a, b = sorted((check_state(evidence, state_a, "state_a"), check_state(evidence, state_b, "state_b")))
    out = regimes(evidence, [a], [b], on, counts_eta_as_free, max_age_days)
    back = regimes(evidence, [b], [a], on, counts_eta_as_free, max_age_days)
    missing = out.missing or back.missing
    columns = [
        "iso3_a",
        "iso3_b",
        "date",
        "is_visa_free",
        "category_a_to_b",
        "category_b_to_a",
        "is_a_to_b",
        "is_b_to_a",
    ]
    if missing:
        return Result(pd.DataFrame(columns=columns), {TABLE: []}, missing)
    there, home = out.frame.iloc[0], back.frame.iloc[0]
    free = pd.array([there["is_visa_free"], home["is_visa_free"]], dtype="boolean")
    row = (a, b, there["date"], free[0] & free[1], there["category"], home["category"], free[0], free[1])
    frame = pd.DataFrame([row], columns=columns)
    for column in ("is_visa_free", "is_a_to_b", "is_b_to_a"):
        frame[column] = frame[column].astype("boolean")
    return Result(frame, {TABLE: [*out.used[TABLE], *back.used[TABLE]]})


@measure(unit="yes or no", value="is_visa_free", columns=_COLUMNS, tables=[TABLE])
def visa_free_to(
    evidence: Evidence,
    *,
    passport: str,
    destinations: str | Sequence[str],
    on: date | str | None = None,
    counts_eta_as_free: bool = True,
    max_age_days: int = MAX_AGE_DAYS,
) -> Result:
    """Visa regime of one passport in each of several states on a day; one row a destination, in the order asked.

    A destination that the source does not know has a row with every finding missing, so that "all of them" is not
    said of fewer. Arguments as in ``visa_regime``.
    """
    check_state(evidence, passport, "passport")
    wanted = [check_state(evidence, code, "destinations") for code in listed(destinations)]
    found = regimes(evidence, [passport], wanted, on, counts_eta_as_free, max_age_days)
    if found.missing:
        return found
    frame = found.frame.set_index("iso3_destination").reindex(pd.Index(wanted, name="iso3_destination")).reset_index()
    frame["iso3_passport"] = passport
    frame["date"] = frame["date"].fillna(found.frame["date"].iloc[0])
    return Result(frame[list(_COLUMNS)], found.used)


@measure(
    unit="yes or no",
    value="is_visa_free",
    columns=("iso3_passport", "date", "is_visa_free", "categories"),
    tables=[TABLE],
)
def visa_free_to_all(
    evidence: Evidence,
    *,
    destinations: str | Sequence[str],
    on: date | str | None = None,
    counts_eta_as_free: bool = True,
    max_age_days: int = MAX_AGE_DAYS,
) -> Result:
    """Passports with which one may visit every one of several states without a visa on a day.

    One row a passport; the destinations' own passports are left out. The rows behind the answer are those of every
    passport, because 'no other' rests on all of them. Arguments as in ``visa_regime``.
    """
    wanted = [check_state(evidence, code, "destinations") for code in listed(destinations)]
    found = regimes(evidence, None, wanted, on, counts_eta_as_free, max_age_days)
    columns = ["iso3_passport", "date", "is_visa_free", "categories"]
    if found.missing:
        return Result(pd.DataFrame(columns=columns), found.used, found.missing)
    others = found.frame[~found.frame["iso3_passport"].isin(wanted)]
    free = others[others["is_visa_free"].fillna(False)]
    counts = free.groupby("iso3_passport")["iso3_destination"].nunique()
    holders = sorted(counts[counts == len(set(wanted))].index)
    rows = []
    for holder in holders:
        own = free[free["iso3_passport"] == holder]
        texts = [f"{d} {c}" for d, c in zip(own["iso3_destination"], own["category"], strict=True)]
        rows.append((holder, own["date"].iloc[0], True, "; ".join(texts)))
    frame = pd.DataFrame(rows, columns=columns)
    none = Missing(MissingKind.NOT_APPLICABLE, f"no passport is visa-free to all of {', '.join(wanted)} on that day")
    return Result(frame, found.used, None if rows else none)


def regimes(
    evidence: Evidence,
    passports: list[str] | None,
    destinations: list[str],
    on: date | str | None,
    counts_eta_as_free: bool,
    max_age_days: int = MAX_AGE_DAYS,
) -> Result:
    """Give the run of each pair that the latest snapshot not after the day shows; None stands for every passport.

    The frame has the columns of ``visa_regime``; ``used`` names the runs and, where a merged label follows an earlier
    ETA, that run too.
    """
    day = parse_date(on, "on") if on is not None else evidence.as_of
    what = f"visa regime of {', '.join(passports or ['every passport'])} in {', '.join(destinations)}"
    empty = pd.DataFrame(columns=list(_COLUMNS))
    missing = missing_day(evidence, TABLE, day, what)
    last = date.fromisoformat(evidence.package.table(TABLE).details.coverage.last or "0001-01-01")
    if missing is None and (day - last).days > max_age_days:
        missing = Missing(MissingKind.SERIES_ENDED, f"{what}: the last snapshot is of {last}, {day} is too long after")
    if missing is None and passports == destinations:
        missing = Missing(MissingKind.NOT_APPLICABLE, f"{what}: a state's own citizens need no visa")
    if missing is not None:
        return Result(empty, {TABLE: []}, missing)
    equals = {"iso3_destination": destinations} | ({"iso3_passport": passports} if passports else {})
    runs = evidence.select(TABLE, **equals)
    runs = runs[runs["first_seen"] <= pd.Timestamp(day)].sort_values(
        ["iso3_passport", "iso3_destination", "first_seen"]
    )
    if runs.empty:
        return Result(empty, {TABLE: []}, Missing(MissingKind.NOT_COLLECTED, f"{what}: not in the source"))
    told = _told_apart(runs)
    shown = runs.groupby(["iso3_passport", "iso3_destination"]).tail(1)
    frame = shown[["iso3_passport", "iso3_destination", "category", "value", "first_seen", "last_seen"]].copy()
    # The run may go on after the day asked for; what was seen later is not this day's business.
    frame["last_seen"] = frame["last_seen"].where(frame["last_seen"] <= pd.Timestamp(day), pd.Timestamp(day))
    frame["date"] = pd.Timestamp(day)
    earlier = told.reindex(shown.index)
    frame["is_visa_free"] = _is_free(frame["category"], earlier["row"], counts_eta_as_free)
    carried = frame["category"].eq("e_visa_or_eta") & earlier["row"].notna()
    seen = "told apart on " + earlier["seen"].dt.strftime("%Y-%m-%d")
    frame["basis"] = seen.where(carried, "as published")
    order = {code: n for n, code in enumerate(destinations)}
    place = frame["iso3_destination"].map(order)
    frame = frame.assign(place=place).sort_values(["iso3_passport", "place"])[list(_COLUMNS)]
    return Result(frame, {TABLE: [*shown.index, *earlier.loc[carried, "row"].astype(int)]})


def _told_apart(runs: pd.DataFrame) -> pd.DataFrame:
    """Give for each run the row and day of the pair's latest ETA run, unless another regime came after it."""
    is_eta, is_break = runs["category"].eq("eta"), runs["category"].isin(_BREAKS)
    pair = [runs["iso3_passport"], runs["iso3_destination"]]
    # Minus one is a mark for "another regime came since"; forward fill then carries whichever came last.
    row = pd.Series(runs.index, index=runs.index, dtype="float64").where(is_eta).mask(is_break, -1.0)
    row = row.groupby(pair).ffill()
    row = row.where(row >= 0)
    return pd.DataFrame({"row": row, "seen": runs["last_seen"].reindex(row).to_numpy()}, index=runs.index)


def _is_free(category: pd.Series, eta_row: pd.Series, counts_eta_as_free: bool) -> pd.Series:
    free = category.eq("visa_free").astype("boolean")
    if counts_eta_as_free:
        free = free | category.eq("eta")
        merged = category.eq("e_visa_or_eta")
        free = free.mask(merged & eta_row.notna(), True).mask(merged & eta_row.isna(), pd.NA)
    return free
