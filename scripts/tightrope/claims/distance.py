"""How far one reading is from coming out the other way, measured on the evidence value that drives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tightrope.claims.judge import OPERATORS, ask
from tightrope.claims.verdict import Reading
from tightrope.evidence import Evidence
from tightrope.measures import Measure
from tightrope.measures.trade import with_totals
from tightrope.measures.trade_books import FLOWS, open_book

MUSD = "million current US dollars"


@dataclass(frozen=True)
class Shift:
    """The change of one value that turns a reading round.

    Attributes
    ----------
    value : str
        The evidence value: a column's name; ``record`` where the presence of a row, or what one row says, decides.
    unit : str
        Its unit.
    from_value, to_value : int, float, str, bool or None
        What it is, and what it would have to be.
    change : float or None
        ``to_value`` less ``from_value``; for records how many of them would have to differ.
    is_limit : bool
        ``to_value`` itself is not enough: the value has to pass it, by however little.
    rival : str or None
        Who holds the place that would be taken or given up, in a ranking.
    n_records : int
        How many stored values would have to differ: 1 where one is enough.
    rows : dict or None
        The rows of the value, where they are fewer than the reading's own.
    is_lost : bool
        Without these records the measure says nothing, rather than no: the reading would be missing.
    """

    value: str
    unit: str
    from_value: Any
    to_value: Any
    change: float | None
    is_limit: bool = False
    rival: str | None = None
    n_records: int = 1
    rows: dict[str, list[int]] | None = None
    is_lost: bool = False

    @property
    def is_record(self) -> bool:
        """Whether whole records decide, not an amount."""
        return self.value == "record"

    @property
    def change_pct(self) -> float | None:
        """The change in percent of what the value is; None for records and places, and from zero."""
        if self.is_record or self.unit == "places" or self.change is None:
            return None
        if not isinstance(self.from_value, int | float) or not self.from_value:
            return None
        return 100 * self.change / abs(self.from_value)


def distance(evidence: Evidence, reading: Reading) -> Shift | None:
    """Give the smallest change of its driving value that turns a reading round; None where it has no evidence.

    Parameters
    ----------
    evidence : Evidence
        The tables on the day on which the reading was run.
    reading : Reading
        A reading that holds or fails.
    """
    if reading.holds is None:
        return None
    result = ask(evidence, reading.measure, reading.arguments)
    finder = FINDERS.get((reading.measure, reading.column)) or FINDERS.get((reading.measure, ""))
    found = finder(evidence, reading, result) if finder else None
    if found is not None:
        return found
    if reading.unit == "records" or reading.column in COUNTS.get(reading.measure, ()):
        return _records(reading)
    if isinstance(reading.observed, bool | str):
        return _yes_or_no(reading, result)
    # A place is counted in places: a percentage of it means nothing.
    unit = "places" if reading.unit == "rank" else reading.unit
    return _number(reading, reading.column, unit, reading.observed)


def nearest_number(operator: str, expected: Any, observed: float, holds: bool) -> tuple[float, bool] | None:
    """Give the nearest value at which a comparison turns, and whether it must be passed rather than met.

    >>> nearest_number("ge", 5, 3.9, False)
    (5, False)
    >>> nearest_number("ge", 1000, 26400, True)
    (999, False)
    >>> nearest_number("le", 5.0, 1.2, True)
    (5.0, True)
    """
    whole = isinstance(observed, int) and isinstance(expected, int)
    if operator in ("eq", "in", "ne"):
        wanted = expected if isinstance(expected, list) else [expected]
        if holds is (operator == "ne"):
            return min(((float(w) if not whole else w) for w in wanted), key=lambda w: abs(w - observed)), False
        return (observed + 1, False) if whole else (observed, True)
    if operator not in ("lt", "le", "gt", "ge"):
        return None
    # A strict comparison fails at the threshold itself, an open one holds there.
    meets = (operator in ("le", "ge")) is not holds
    if meets or not whole:
        return expected, not meets
    return (expected + 1 if operator in ("lt", "le") and holds else
            expected - 1 if holds or operator in ("lt", "le") else expected + 1), False  # fmt: skip


def _number(reading: Reading, value: str, unit: str, observed: float) -> Shift | None:
    found = nearest_number(reading.operator, reading.expected, observed, bool(reading.holds))
    if found is None:
        return None
    target, is_limit = found
    return Shift(value, unit, observed, target, target - observed, is_limit)


def _records(reading: Reading) -> Shift | None:
    """Count the records that would have to be there, or not to be there."""
    found = nearest_number(reading.operator, reading.expected, int(reading.observed), bool(reading.holds))
    if found is None:
        return None
    change = int(found[0]) - int(reading.observed)
    is_lost = reading.measure in INCOMPLETE and found[0] == 0
    return Shift(
        "record", reading.unit, reading.observed, int(found[0]), change, n_records=max(abs(change), 1), is_lost=is_lost
    )


def _yes_or_no(reading: Reading, result: Measure) -> Shift:
    """One record turns a yes or no; where several must agree, as many as stand in the way."""
    n = 1
    frame = result.frame
    sides = [c for c in ("is_a_to_b", "is_b_to_a") if c in frame]
    values = list(frame[reading.column]) if len(frame) > 1 else [frame.iloc[0][c] for c in sides]
    if values and reading.observed is False:
        n = sum(not v for v in values) if len(frame) == 1 or reading.operator == "is_true" else n
    to = (not reading.observed) if isinstance(reading.observed, bool) else reading.expected
    if isinstance(reading.observed, str) and reading.holds:
        to = None
    return Shift("record", reading.unit, reading.observed, to, float(n), n_records=n)


def _votes(evidence: Evidence, reading: Reading, result: Measure) -> Shift | None:
    """Count the votes that would have to be cast otherwise for a share to cross its threshold."""
    row = result.frame.iloc[0]
    total = int(row["n" if "n" in result.frame else "n_resolutions"])
    now = int(row["n_with_vote"])
    holds = OPERATORS[reading.operator]
    turned = [k for k in range(total + 1) if holds(100 * k / total, reading.expected) is not reading.holds]
    if not turned:
        return None
    to = min(turned, key=lambda k: abs(k - now))
    return Shift("record", "votes", now, to, to - now, n_records=abs(to - now))


def _days(column: str) -> Callable[[Evidence, Reading, Measure], Shift | None]:
    def find(evidence: Evidence, reading: Reading, result: Measure) -> Shift | None:
        days = result.frame.iloc[0][column]
        if days is None or days != days or str(days) == "<NA>":
            return None
        # Before and after turn when the two days meet: that many days, and no record more or less.
        return Shift(column, "days", int(days), 0, -int(days), is_limit=int(days) < 0)

    return find


def _after(evidence: Evidence, reading: Reading, result: Measure) -> Shift | None:
    """Give the later of two figures that would bring a change to its threshold."""
    row = result.frame.iloc[0]
    found = nearest_number(reading.operator, reading.expected, float(reading.observed), bool(reading.holds))
    if found is None:
        return None
    to = float(row["n_before"]) * (1 + found[0] / 100)
    now = float(row["n_after"])
    return Shift("n_after", "visitors", now, to, to - now, found[1])


def _share(evidence: Evidence, reading: Reading, result: Measure) -> Shift | None:
    """Give the flow that would bring a partner's share to its threshold, the state's whole trade moving with it."""
    row = result.frame.iloc[0]
    now, share = float(row["value_musd"]), float(row["share_pct"])
    found = nearest_number(reading.operator, reading.expected, float(reading.observed), bool(reading.holds))
    if found is None or not now or not 0 <= found[0] < 100:
        return None
    others = 100 * now / share - now
    to = found[0] * others / (100 - found[0])
    return Shift("value_musd", MUSD, now, to, to - now, found[1], rows=_pair_rows(evidence, reading.arguments))


def _partner_rank(evidence: Evidence, reading: Reading, result: Measure) -> Shift | None:
    a = reading.arguments
    year = a.get("years")
    if not isinstance(year, int):
        return None
    column = FLOWS[a.get("flow", "total")]
    frame = with_totals(open_book(evidence, a["focal"], a.get("source", "customs"), year))
    values = dict(zip(frame["iso3_partner"], frame[column], strict=True))
    found = _rank(reading, values, a["partner"], "value_musd", MUSD)
    return replace(found, rows=_pair_rows(evidence, a)) if found else None


def _pair_rows(evidence: Evidence, a: Mapping[str, Any]) -> dict[str, list[int]] | None:
    pair = {"reporter": a["focal"], "partner": a["partner"], "years": a.get("years"),
            "source": a.get("source", "customs")}  # fmt: skip
    return ask(evidence, "trade_balance", pair).rows or None


def _arrivals_rank(evidence: Evidence, reading: Reading, result: Measure) -> Shift | None:
    a = reading.arguments
    column = f"n_{a.get('purpose', 'total')}"
    rows = evidence.select("arrivals_korea_annual", ["iso3_origin", column], year=int(result.frame.iloc[0]["year"]))
    rows = rows[rows["iso3_origin"].notna() & rows[column].notna()]
    values = {str(k): float(v) for k, v in zip(rows["iso3_origin"], rows[column], strict=True)}
    found = _rank(reading, values, a["origin"], "n_arrivals", "arrivals")
    own = [int(row) for row in rows.index[rows["iso3_origin"] == a["origin"]]]
    return replace(found, rows={"arrivals_korea_annual": own}) if found else None


def _product_rank(evidence: Evidence, reading: Reading, result: Measure) -> Shift | None:
    a = dict(reading.arguments)
    product = a.pop("product")
    if len(product) == 1:
        a["level"] = "sitc"
    whole = ask(evidence, "product_composition", a).frame
    whole = whole[whole["rank"].notna()]
    values = {str(k): float(v) for k, v in zip(whole["product_code"], whole["value_musd"], strict=True)}
    return _rank(reading, values, product, "value_musd", MUSD)


def _rank(reading: Reading, values: Mapping[str, float], own: str, value: str, unit: str) -> Shift | None:
    others = sorted(((v, k) for k, v in values.items() if k != own and v == v), reverse=True)
    found = nearest_rank([v for v, _ in others], float(values[own]),
                         lambda rank: OPERATORS[reading.operator](rank, reading.expected))  # fmt: skip
    if found is None:
        return None
    to, place, is_limit = found
    now = float(values[own])
    return Shift(value, unit, now, to, to - now, is_limit, others[place][1])


def nearest_rank(others: Sequence[float], own: float, holds: Callable[[int], bool]) -> tuple[float, int, bool] | None:
    """Give the nearest value at which a rank comparison turns, whose value that is, and whether to pass it.

    ``others`` are the rivals' values, largest first. A tie takes the better place, so meeting a rival from below is
    enough and from above the value has to fall below the rival's.

    >>> nearest_rank([100.0, 80.0, 50.0], 60.0, lambda rank: rank == 3)
    (50.0, 2, True)
    >>> nearest_rank([100.0, 80.0, 50.0], 70.0, lambda rank: rank <= 2)
    (80.0, 1, False)
    """
    rank = 1 + sum(v > own for v in others)
    now = holds(rank)
    found = []
    for better in range(rank - 1, 0, -1):
        if holds(1 + sum(v > others[better - 1] for v in others)) is not now:
            found.append((others[better - 1], better - 1, False))
            break
    for worse in range(rank - 1, len(others)):
        # Just below a rival the rivals of the same value are passed with it.
        if holds(1 + sum(v >= others[worse] for v in others)) is not now:
            found.append((others[worse], worse, True))
            break
    return min(found, key=lambda f: abs(f[0] - own)) if found else None


# Which columns count stored records, so that a change of one means one record more or less.
COUNTS: dict[str, tuple[str, ...]] = {
    "sanctions_in_force": ("n_in_force",),
    "votes_share": ("n_with_vote",),
    "unsc_votes_share": ("n_with_vote",),
    "programme_help": ("n_events",),
    "others_meeting": ("n_others",),
}
# Their tables are not complete, so that no row is not proof of none.
INCOMPLETE = ("events",)
# The value that drives a reading, where it is not the one that is compared; "" stands for every column.
FINDERS: dict[tuple[str, str], Callable[[Evidence, Reading, Measure], Shift | None]] = {
    ("partner_rank", "rank"): _partner_rank,
    ("arrivals", "rank"): _arrivals_rank,
    ("product_share", "rank"): _product_rank,
    ("trade_share", "share_pct"): _share,
    ("arrivals_change", "change_pct"): _after,
    ("arrivals_reported_change", "change_pct"): _after,
    ("votes_share", "share_pct"): _votes,
    ("unsc_votes_share", "share_pct"): _votes,
    ("event_order", "is_before"): _days("n_days"),
    ("relations_before", "is_before"): _days("days_between"),
}
