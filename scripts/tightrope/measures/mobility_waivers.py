"""Visa waivers by agreement: which were in force on a day, from the dated steps of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from tightrope.evidence import Evidence, check_state, parse_date
from tightrope.measures.measure import Missing, MissingKind, Result, measure
from tightrope.measures.mobility_common import listed

TABLE = "events"
COLUMNS = ("iso3", "iso3_other", "date", "step", "since", "event_id", "is_in_force")
# The steps of South Korea's two waivers, each an event of the table; other pairs were not collected.
STEPS: dict[tuple[str, str], dict[str, str]] = {
    ("KOR", "USA"): {
        "usa-visa-waiver-kor-agreed": "agreed",
        "usa-visa-waiver-kor-in-force": "in_force",
    },
    ("KOR", "RUS"): {
        "kor-rus-visa-agreement-signed": "agreed",
        "kor-rus-visa-free-in-force": "in_force",
        "kor-rus-visa-free-suspended": "suspended",
        "kor-restores-visa-free-entry": "in_force",
    },
}


@measure(unit="yes or no", value="is_in_force", columns=COLUMNS, tables=(TABLE,))
def visa_waivers(
    evidence: Evidence, *, state: str, others: str | Sequence[str], on: date | str | None = None,
    counts_suspended: bool = False,
) -> Result:  # fmt: skip
    """Whether a state's visa waivers with others were in force on a day, one row another state.

    Parameters
    ----------
    state : str
        ISO3 code; steps were collected for KOR with USA and RUS.
    others : str or sequence of str
        ISO3 codes of the other states.
    on : date or str, optional
        The day; the as-of day when not given. The last step that is dated by then decides.
    counts_suspended : bool
        Whether an agreement that is only suspended counts as in force.

    Returns
    -------
    Measure
        ``step`` (agreed, in_force or suspended) and ``since`` when. An agreement of which no step is dated yet is
        missing, not a no: then the rows of the others are given only where one of them is known not to be in force,
        which settles "all" without it.

    Raises
    ------
    UnknownName
        An unknown state.
    """
    check_state(evidence, state, "state")
    asked = [check_state(evidence, code, "others") for code in listed(others)]
    day = parse_date(on, "on") if on is not None else evidence.as_of
    empty = pd.DataFrame(columns=list(COLUMNS))
    if day > evidence.as_of:
        return Result(empty, {}, Missing(MissingKind.NOT_YET, f"{day} is later than {evidence.as_of}, the as-of day"))
    rows, used, unknown = [], [], []
    for other in asked:
        steps = STEPS.get((state, other)) or STEPS.get((other, state)) or {}
        seen = evidence.select(TABLE, ["event_id", "date_last"], event_id=list(steps)) if steps else empty
        seen = seen[seen["date_last"] <= pd.Timestamp(day)].sort_values("date_last") if len(seen) else seen
        if seen.empty:
            unknown.append(other)
            continue
        last = seen.iloc[-1]
        step = steps[last["event_id"]]
        in_force = step == "in_force" or (counts_suspended and step == "suspended")
        since = last["date_last"].date().isoformat()
        rows.append((state, other, day.isoformat(), step, since, last["event_id"], in_force))
        used += list(seen.index)
    if unknown and all(row[-1] for row in rows):
        detail = f"no step of a visa waiver of {state} with {' and '.join(unknown)} is dated by {day}"
        return Result(empty, {TABLE: used}, Missing(MissingKind.NOT_COLLECTED, detail))
    return Result(pd.DataFrame(rows, columns=list(COLUMNS)), {TABLE: used})
