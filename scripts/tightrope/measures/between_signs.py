"""Who is close to both powers, to one, to neither: signs of closeness, counted for each power by one rule.

Five signs are asked of every state and each power: votes with it at or above the median state (five years), at least
a tenth of its goods trade, no visa needed in either direction, a defence pact, and at least a quarter of its imports
of major arms (ten years). A sanction in force between the two, either way, takes one sign away. A state is close to a
power when at least two signs are left. Where what is missing could change the answer it is unknown, and the state is
counted under *no data*, never under *neither*. A sign that no table can answer on the day for a power is not asked of
anybody. Troops are shown and not counted, because they are tabled for the United States alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from tightrope.errors import BadParameter
from tightrope.evidence import Evidence, check_state, known_states
from tightrope.measures.between_figures import FIGURES, TABLES, Side, side_of
from tightrope.measures.diplomacy_common import check_two
from tightrope.measures.measure import Missing, MissingKind, Result, choose, measure
from tightrope.measures.percentiles import states_of

SIGNS = ("votes", "trade", "visas", "alliance", "arms")
WAYS = ("both", "to", "either")
WEIGHTS = ("minus_one", "bar", "ignored")
CLASSES = ("both", "a", "b", "neither", "unknown")
LONG = ("iso3", "name", "power", "figure", "value", "is_met", "first", "last", "kind")
CLASSED = ("iso3", "name", "group", "n_a", "n_b", "n_unknown_a", "n_unknown_b", "has_sanctions_a", "has_sanctions_b",
           "signs_a", "signs_b", "unknown_a", "unknown_b")  # fmt: skip
SENSITIVE = ("rule", *(f"n_{name}" for name in CLASSES), "n_other", "group_of_focus")
ASKED = ("power", "figure", "is_asked", "first", "last", "n_known", "n_met", "threshold", "kind", "detail")


@dataclass(frozen=True)
class Rule:
    """The thresholds, each a choice that the page shows.

    Attributes
    ----------
    least : int
        Signs that make a state close to a power.
    trade_pct, arms_pct : float
        Least share of trade and of arms imports, percent.
    ways : str
        ``both`` (no visa needed in either direction), ``to`` (its citizens going to the power) or ``either``.
    counts_eta_as_free : bool
        Whether an electronic travel authorisation counts as visa-free.
    sanctions : str
        What a sanction in force either way does: ``minus_one`` takes a sign away, ``bar`` rules
        closeness out, ``ignored``.
    without : tuple of str
        Signs that are not asked.
    """

    least: int = 2
    trade_pct: float = 10.0
    arms_pct: float = 25.0
    ways: str = "both"
    counts_eta_as_free: bool = True
    sanctions: str = "minus_one"
    without: tuple[str, ...] = ()


# The rule and what else one could have chosen, each changed by one thing.
RULES: dict[str, Rule] = {
    "rule": Rule(),
    "one_sign": Rule(least=1),
    "three_signs": Rule(least=3),
    "trade_low": Rule(trade_pct=5.0),
    "trade_high": Rule(trade_pct=20.0),
    "arms_high": Rule(arms_pct=50.0),
    "visas_to": Rule(ways="to"),
    "visas_either": Rule(ways="either"),
    "eta_is_visa": Rule(counts_eta_as_free=False),
    "sanctions_bar": Rule(sanctions="bar"),
    "sanctions_ignored": Rule(sanctions="ignored"),
    **{f"without_{sign}": Rule(without=(sign,)) for sign in SIGNS},
}


def signs_of(side: Side, rule: Rule) -> pd.DataFrame:
    """Give each state's signs with one power: yes, no or unknown; a sign that is not asked has no column."""
    frame, made = side.frame, {}
    free_to, free_from = frame["is_free_to"].astype("boolean"), frame["is_free_from"].astype("boolean")
    for sign in SIGNS:
        if sign in side.unasked or sign in rule.without:
            continue
        if sign == "votes":
            made[sign] = frame["agreement_pct"].ge(frame["agreement_pct"].median())
        elif sign in ("trade", "arms"):
            share = frame[f"{sign}_share_pct"]
            met = share.ge(rule.trade_pct if sign == "trade" else rule.arms_pct)
            # None recorded is a no: there was nothing of which the power could have had a share.
            made[sign] = met.mask(side.kinds[sign].eq(str(MissingKind.NOT_APPLICABLE)), False)
        elif sign == "visas":
            ways = {"both": free_to & free_from, "to": free_to, "either": free_to | free_from}
            made[sign] = ways[rule.ways]
        else:
            made[sign] = frame["is_ally"]
    return pd.DataFrame(made, index=frame.index).astype("boolean")


def _sanctioned(side: Side) -> pd.Series[bool]:
    return side.frame["has_sanctions_by"].astype("boolean") | side.frame["has_sanctions_on"].astype("boolean")


def _close(signs: pd.DataFrame, sanctioned: pd.Series[bool], rule: Rule) -> pd.Series[bool]:
    """Give whether each state is close to a power; unknown where what is missing could change the answer."""
    found = pd.Series(pd.NA, index=signs.index, dtype="boolean")
    if len(signs.columns) < rule.least:
        return found
    under = sanctioned.fillna(False).astype(bool)
    yes = signs.fillna(False).sum(axis=1).astype(int)
    if rule.sanctions == "minus_one":
        yes = yes - under.astype(int)
    found[yes >= rule.least] = True
    found[yes + signs.isna().sum(axis=1) < rule.least] = False
    if rule.sanctions == "bar":
        found[under] = False
    return found


def classify(one: Side, other: Side, rule: Rule) -> pd.DataFrame:
    """Give every state's group between two powers, with the signs that hold and those that are unknown."""
    index = one.frame.index.intersection(other.frame.index)
    made = pd.DataFrame(index=index)
    close = {}
    for letter, side in (("a", one), ("b", other)):
        signs = signs_of(side, rule).reindex(index)
        sanctioned = _sanctioned(side).reindex(index)
        close[letter] = _close(signs, sanctioned, rule)
        made[f"n_{letter}"] = signs.fillna(False).sum(axis=1).astype(int)
        made[f"n_unknown_{letter}"] = signs.isna().sum(axis=1).astype(int)
        made[f"has_sanctions_{letter}"] = sanctioned
        made[f"signs_{letter}"] = _listed(signs.fillna(False).astype(bool))
        made[f"unknown_{letter}"] = _listed(signs.isna())
    made["group"] = "unknown"
    for name, a, b in (("both", True, True), ("a", True, False), ("b", False, True), ("neither", False, False)):
        made.loc[close["a"].eq(a).fillna(False) & close["b"].eq(b).fillna(False), "group"] = name
    return made


def _listed(flags: pd.DataFrame) -> list[str]:
    names = list(flags.columns)
    return [", ".join(n for n, flag in zip(names, row, strict=True) if flag) for row in flags.to_numpy()]


def _sides(evidence: Evidence, power_a: str, power_b: str, rule: Rule) -> tuple[Side, Side]:
    check_two(evidence, power_a, power_b, ("power_a", "power_b"))
    return (
        side_of(evidence, power_a, rule.counts_eta_as_free),
        side_of(evidence, power_b, rule.counts_eta_as_free),
    )


def _used(evidence: Evidence, *sides: Side) -> dict[str, list[int]]:
    joined: dict[str, list[int]] = {"states": list(evidence.select("states", ["iso3"], iso3=states_of(evidence)).index)}
    for side in sides:
        for table, rows in side.used.items():
            joined[table] = [*joined.get(table, []), *rows]
    return joined


def _nobody(columns: tuple[str, ...], evidence: Evidence, power_a: str, power_b: str) -> Result:
    detail = f"{power_a} and {power_b}: no table had begun by {evidence.as_of}"
    return Result(pd.DataFrame(columns=list(columns)), {}, Missing(MissingKind.NOT_COLLECTED, detail))


def rule_of(
    least: int = 2, trade_pct: float = 10.0, arms_pct: float = 25.0, ways: str = "both",
    counts_eta_as_free: bool = True, sanctions: str = "minus_one",
) -> Rule:  # fmt: skip
    """Check thresholds and give them as a rule.

    Raises
    ------
    BadParameter
        A number out of range.
    UnknownName
        ``ways`` is none of both, to, either, or ``sanctions`` none of minus_one, bar, ignored.
    """
    if not 1 <= least <= len(SIGNS):
        raise BadParameter(f"least = {least}", fix=f"name a number of signs from 1 to {len(SIGNS)}")
    for name, value in (("trade_pct", trade_pct), ("arms_pct", arms_pct)):
        if not 0 < value <= 100:
            raise BadParameter(f"{name} = {value} is no share", fix="name a percentage above 0 and up to 100")
    choose("ways", ways, WAYS)
    choose("sanctions", sanctions, WEIGHTS)
    return replace(
        Rule(), least=least, trade_pct=trade_pct, arms_pct=arms_pct, ways=ways, counts_eta_as_free=counts_eta_as_free,
        sanctions=sanctions,
    )  # fmt: skip


@measure(unit="as in the figure", value="value", columns=LONG, tables=TABLES)
def between_figures(evidence: Evidence, *, power_a: str, power_b: str) -> Result:
    """Every state's votes, trade, visas, pact, arms, troops and sanctions with each of two powers, one row a figure.

    ``value`` is the figure as text of a number (percent, ideal-point units, troops) or ``yes`` and ``no`` (visas as
    ``to/from``, sanctions as ``by/on``); missing where ``kind`` says which nothing it is. ``is_met`` says whether the
    sign of closeness holds by the rule of ``between_classes``; missing for what is no sign. ``first`` and ``last``
    bound what it describes. States that were not there on the day have no row.

    Raises
    ------
    UnknownName
        An unknown state.
    """
    sides = _sides(evidence, power_a, power_b, Rule())
    parts = []
    for side in sides:
        signs = signs_of(side, Rule())
        for figure, columns in FIGURES.items():
            first, last = side.years.get(figure, (None, None))
            parts.append(
                pd.DataFrame(
                    {
                        "iso3": side.frame.index, "power": side.power, "figure": figure,
                        "value": _text(side.frame, columns), "first": first, "last": last,
                        "is_met": signs[figure].to_numpy() if figure in signs else pd.NA,
                        "kind": side.kinds[figure].where(side.frame[list(columns)].isna().any(axis=1), "").to_numpy(),
                    }
                )
            )  # fmt: skip
    frame = pd.concat(parts, ignore_index=True)
    if frame.empty:
        return _nobody(LONG, evidence, power_a, power_b)
    frame["is_met"] = frame["is_met"].astype("boolean")
    frame["name"] = frame["iso3"].map(known_states(evidence))
    return Result(frame[list(LONG)], _used(evidence, *sides))


def _text(frame: pd.DataFrame, columns: tuple[str, ...]) -> list[str | None]:
    def one(value: Any) -> str | None:
        if pd.isna(value):
            return None
        return ("yes" if value else "no") if isinstance(value, bool) else f"{float(value):.9g}"

    made = []
    for row in frame[list(columns)].astype(object).to_numpy():
        texts = [one(value) for value in row]
        known = [text or "unknown" for text in texts]
        made.append(None if all(text is None for text in texts) else "/".join(known))
    return made


@measure(unit="yes or no", value="is_asked", columns=ASKED, tables=TABLES)
def between_asked(evidence: Evidence, *, power_a: str, power_b: str) -> Result:
    """Which figures the tables can give for each power on the day, with how many states have them and meet the sign.

    ``threshold`` is the median agreement for votes, percent, and the rule's share for trade and arms. ``kind`` and
    ``detail`` say why a figure is not asked.
    """
    rule = Rule()
    sides = _sides(evidence, power_a, power_b, rule)
    rows = []
    for side in sides:
        signs = signs_of(side, rule)
        others = [s for s in side.frame.index if s not in (power_a, power_b)]
        for figure, columns in FIGURES.items():
            why = side.unasked.get(figure)
            first, last = side.years.get(figure, (None, None))
            values = side.frame.loc[others, list(columns)]
            met = signs.loc[others, figure] if figure in signs else None
            if figure == "sanctions" and not why:
                met = values.any(axis=1).astype("boolean")
            edges = {"trade": rule.trade_pct, "arms": rule.arms_pct}
            edge = float(side.frame["agreement_pct"].median()) if figure == "votes" and not why else edges.get(figure)
            rows.append(
                (
                    side.power, figure, why is None, first, last, int(values.notna().all(axis=1).sum()),
                    None if met is None else int(met.fillna(False).sum()), edge,
                    str(why.kind) if why else None, why.detail if why else None,
                )
            )  # fmt: skip
    return Result(pd.DataFrame(rows, columns=list(ASKED)), _used(evidence, *sides))


@measure(unit="group", value="group", columns=CLASSED, tables=TABLES)
def between_classes(
    evidence: Evidence, *, power_a: str, power_b: str, least: int = 2, trade_pct: float = 10.0, arms_pct: float = 25.0,
    ways: str = "both", counts_eta_as_free: bool = True, sanctions: str = "minus_one",
) -> Result:  # fmt: skip
    """Put every state into a group between two powers: close to both, to a, to b, to neither, or unknown.

    Parameters
    ----------
    evidence : Evidence
        The tables as of a day.
    power_a, power_b : str
        ISO3 codes; swapping them swaps ``a`` and ``b`` and nothing else.
    least, trade_pct, arms_pct, ways, counts_eta_as_free, sanctions
        The rule's thresholds, see ``Rule``.

    Returns
    -------
    Measure
        One row a state that was there on the day, the powers left out. ``n_a`` counts the signs with a that hold,
        ``n_unknown_a`` those that no table answers; ``signs_a`` and ``unknown_a`` name them. ``has_sanctions_a`` says
        whether a sanction is in force between the state and a, either way (missing before the sanctions tables).

    Raises
    ------
    UnknownName
        An unknown state or way.
    BadParameter
        A threshold out of range, or the same power twice.
    """
    rule = rule_of(least, trade_pct, arms_pct, ways, counts_eta_as_free, sanctions)
    sides = _sides(evidence, power_a, power_b, rule)
    made = classify(*sides, rule)
    if made.empty:
        return _nobody(CLASSED, evidence, power_a, power_b)
    made["name"] = made.index.map(known_states(evidence))
    return Result(made.reset_index()[list(CLASSED)], _used(evidence, *sides))


@measure(unit="states", value="n_both", columns=SENSITIVE, tables=TABLES)
def between_sensitivity(evidence: Evidence, *, power_a: str, power_b: str, focus: str) -> Result:
    """Count the groups under the rule and under every other choice of ``RULES``, each changed by one thing.

    ``n_other`` counts the states whose group differs from the rule's; ``group_of_focus`` is the focus state's.
    """
    check_state(evidence, focus, "focus")
    sides = _sides(evidence, power_a, power_b, Rule())
    base = classify(*sides, Rule())
    if base.empty:
        return _nobody(SENSITIVE, evidence, power_a, power_b)
    rows = []
    for name, rule in RULES.items():
        found = classify(*_sides(evidence, power_a, power_b, rule), rule)["group"]
        counts = found.value_counts()
        n_other = int(found.ne(base["group"]).sum())
        rows.append((name, *(int(counts.get(group, 0)) for group in CLASSES), n_other, found.get(focus)))
    return Result(pd.DataFrame(rows, columns=list(SENSITIVE)), _used(evidence, *sides))
