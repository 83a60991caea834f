"""Every state between two powers: how it votes with each, and where its citizens may go."""

from __future__ import annotations

import pandas as pd

from tightrope.evidence import Evidence, check_state
from tightrope.measures.diplomacy_common import check_two
from tightrope.measures.measure import Missing, MissingKind, Result, measure
from tightrope.measures.mobility_visas import visa_free_to_all

COLUMNS = (
    "iso3",
    "name",
    "agreement_a_pct",
    "agreement_b_pct",
    "n_votes_a",
    "n_votes_b",
    "is_ally_a",
    "is_visa_free_to_both",
)


@measure(
    unit="percent",
    value="agreement_b_pct",
    columns=COLUMNS,
    tables=("states", "unga_agreement", "alliances_atop", "visa_regimes"),
)
def between_powers(
    evidence: Evidence, *, power_a: str, power_b: str, first_year: int, last_year: int, visas_on: str | None = None
) -> Result:
    """Place every UN member between two powers by its votes, pooled over some years.

    One row a member other than the powers: the share of General Assembly votes cast like each power (an abstention
    against a yes or a no counts half), the numbers of votes behind it, whether ATOP codes a defence pact with
    ``power_a`` in its last year up to ``last_year``, and whether its citizens travelled visa-free to both powers on
    ``visas_on`` (missing where no record covers the day). A member that never voted with a power has a missing share.

    Raises
    ------
    UnknownName
        An unknown state.
    """
    check_two(evidence, power_a, power_b, ("power_a", "power_b"))
    for state in (power_a, power_b):
        check_state(evidence, state)
    members = evidence.select("states", ["iso3", "name"], is_un_member=True)
    members = members[~members["iso3"].isin([power_a, power_b])]
    years = list(range(first_year, last_year + 1))
    used: dict[str, list[int]] = {"states": list(members.index)}
    frame = members.set_index("iso3")
    for side, power in (("a", power_a), ("b", power_b)):
        pooled, rows = _agreement(evidence, power, years)
        frame[f"agreement_{side}_pct"] = pooled["pct"].reindex(frame.index)
        frame[f"n_votes_{side}"] = pooled["n"].reindex(frame.index)
        used["unga_agreement"] = used.get("unga_agreement", []) + rows
    allies, used["alliances_atop"] = _allies(evidence, power_a, last_year)
    frame["is_ally_a"] = frame.index.isin(allies)
    free = visa_free_to_all(evidence, destinations=[power_a, power_b], on=visas_on)
    frame["is_visa_free_to_both"] = (
        pd.Series(frame.index.isin(set(free.frame["iso3_passport"])), index=frame.index, dtype="boolean")
        if free.missing is None or free.missing.kind is MissingKind.NOT_APPLICABLE
        else pd.Series(pd.NA, index=frame.index, dtype="boolean")
    )
    used["visa_regimes"] = free.rows.get("visa_regimes", [])
    missing = None
    if frame[["agreement_a_pct", "agreement_b_pct"]].isna().all().any():
        missing = Missing(
            MissingKind.NOT_COLLECTED, f"no votes with {power_a} and {power_b} in {first_year}–{last_year}"
        )
        frame = frame.iloc[:0]
    return Result(frame.reset_index()[list(COLUMNS)], used, missing)


def _agreement(evidence: Evidence, power: str, years: list[int]) -> tuple[pd.DataFrame, list[int]]:
    as_first = evidence.select("unga_agreement", iso3_a=power, year=years).rename(columns={"iso3_b": "iso3"})
    as_second = evidence.select("unga_agreement", iso3_b=power, year=years).rename(columns={"iso3_a": "iso3"})
    rows = pd.concat([as_first, as_second])
    sums = rows.groupby("iso3")[["n_both_voted", "n_same", "n_half"]].sum()
    pct = (100 * (sums["n_same"] + sums["n_half"] / 2) / sums["n_both_voted"].where(sums["n_both_voted"] > 0)).astype(
        float
    )
    return pd.DataFrame({"pct": pct, "n": sums["n_both_voted"]}), [int(i) for i in rows.index]


def _allies(evidence: Evidence, power: str, last_year: int) -> tuple[set[str], list[int]]:
    as_first = evidence.select("alliances_atop", iso3_a=power).rename(columns={"iso3_b": "other"})
    as_second = evidence.select("alliances_atop", iso3_b=power).rename(columns={"iso3_a": "other"})
    rows = pd.concat([as_first, as_second])
    rows = rows[rows["year"] <= last_year]
    rows = rows[(rows["year"] == rows["year"].max()) & rows["is_defense"].astype("boolean").fillna(False)]
    return set(rows["other"]), [int(i) for i in rows.index]
