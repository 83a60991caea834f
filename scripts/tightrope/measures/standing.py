"""Where a pair stands among all pairs: its rank and percentile, so that 'large' or 'close' means something."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tightrope.evidence import Evidence
from tightrope.measures.diplomacy_common import check_pair
from tightrope.measures.measure import Missing, MissingKind, Result, measure
from tightrope.measures.percentiles import FIGURES, AllPairs, all_pairs

COLUMNS = ("iso3_a", "iso3_b", "figure", "first_year", "last_year", "value", "unit", "rank", "n_pairs",
           "n_equal", "percentile")  # fmt: skip


@measure(
    unit="as in the column unit", value="percentile", columns=COLUMNS,
    tables=("states", "trade_baci", "unga_agreement", "unga_ideal_points", "migrants", "students_uis_pairs",
            "visa_regimes", "distances", "arms_transfers",
            "sanctions_gsdb_counts", "events_gdelt", "unga_named_votes"),
)  # fmt: skip
def pair_standing(evidence: Evidence, *, state_a: str, state_b: str, figure: str) -> Result:
    """Give a pair's value on one figure, its rank and its percentile among all pairs that have the figure.

    Parameters
    ----------
    evidence : Evidence
        The tables as of a day.
    state_a, state_b : str
        ISO3 codes, in any order: the figure is the pair's.
    figure : str
        trade, agreement, ideal_distance, migrants, students, visa_ease, distance, arms, sanctions, news or named_votes;
        see ``tightrope.measures.percentiles``.

    Returns
    -------
    Measure
        One row. ``rank`` 1 is the largest value, ``n_equal`` counts the pairs that have it; ``percentile`` is the
        percent of the other pairs whose value is lower. ``first_year`` and ``last_year`` bound what the value
        describes. The rows named are the pair's own: the place is computed from every row of those years.

    Raises
    ------
    UnknownName
        An unknown state or figure.
    BadParameter
        The two states are the same.
    """
    first, second = check_pair(evidence, state_a, state_b)
    pairs = all_pairs(evidence, figure)
    value = pairs.of(first, second) if pairs else float("nan")
    if pairs is None or np.isnan(value):
        return Result(pd.DataFrame(columns=list(COLUMNS)), {}, _absent(evidence, first, second, figure, pairs))
    years = (pairs.first_year, pairs.last_year)
    row = (first, second, figure, *years, value, pairs.unit, *pairs.place(value))
    return Result(pd.DataFrame([row], columns=list(COLUMNS)), _own_rows(evidence, pairs, first, second))


def _own_rows(evidence: Evidence, pairs: AllPairs, first: str, second: str) -> dict[str, list[int]]:
    """Give the stored rows of the pair itself in the years of the figure."""
    used: dict[str, list[int]] = {}
    for table in pairs.tables:
        fields = [f.name for f in evidence.package.table(table).table_schema.fields]
        states = [name for name in fields if name.startswith("iso3")]
        asked: dict[str, Any] = {name: [first, second] for name in states}
        if "year" in fields and pairs.first_year is not None and pairs.last_year is not None:
            asked["year"] = list(range(pairs.first_year, pairs.last_year + 1))
        rows = evidence.select(table, states, **asked)
        if len(states) == 2:
            rows = rows[rows[states[0]] != rows[states[1]]]
        used[table] = [int(row) for row in rows.index]
    return used


def _absent(evidence: Evidence, first: str, second: str, figure: str, pairs: AllPairs | None) -> Missing:
    tables = FIGURES[figure][0]
    what = f"{figure.replace('_', ' ')} of {first} and {second}"
    if pairs is None:
        begun = str(evidence.package.table(tables[0]).details.coverage.first or "")
        # Only the snapshots of visas grow stale; a year that has ended stays the last one.
        is_stale = figure == "visa_ease" and begun <= evidence.as_of.isoformat()
        kind = MissingKind.SERIES_ENDED if is_stale else MissingKind.NOT_YET
        return Missing(kind, f"{what}: nothing in {' or '.join(tables)} describes {evidence.as_of}")
    if figure == "arms":
        span = f"{pairs.first_year} to {pairs.last_year}"
        return Missing(MissingKind.NOT_APPLICABLE, f"{what}: {tables[0]} records no delivery either way from {span}")
    if figure == "sanctions":
        detail = f"{what}: {tables[0]} names the pair in no case of {pairs.last_year}"
        return Missing(MissingKind.NOT_APPLICABLE, detail)
    lacking = [s for s in (first, second) if s not in pairs.places or np.isnan(pairs.values[pairs.places[s]]).all()]
    why = f"{tables[0]} does not have {' or '.join(lacking)}" if lacking else f"no row in {tables[0]}"
    return Missing(MissingKind.NOT_COLLECTED, f"{what}: {why}{f' in {pairs.last_year}' if pairs.last_year else ''}")
