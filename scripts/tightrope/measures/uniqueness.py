"""Is a state alone between two powers? Every UN member held against every combination of signs of good terms.

The signs (predicates) are those of ``uniqueness_predicates.PREDICATES``: a defence treaty with power a, its troops,
visas, sanctions on power b, votes, trade rank, border. Each is yes, no or unknown for each state. A combination is met
by a state that meets every predicate of it, not met when one is known to fail, and otherwise unknown: such a state is
counted as unknown and never as failing. Combinations that speak of one power only, or that name a predicate together
with a stronger one that implies it, are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from tightrope.errors import BadParameter
from tightrope.evidence import Evidence, check_state, known_states
from tightrope.measures.diplomacy_common import Day, at_day, check_two, not_yet, nothing
from tightrope.measures.measure import Missing, MissingKind, Result, choose, measure
from tightrope.measures.uniqueness_predicates import PREDICATES, Answer, Question, answer, to_bits

TABLES = (
    "states", "alliances_atop", "distances", "us_troops", "visa_regimes", "sanctions_on_russia_senders",
    "sanctions_gsdb_counts", "unga_agreement", "unga_ideal_points", "trade_baci", "trade_korea_customs", "trade_imf",
    "contiguity",
)  # fmt: skip
SANCTIONS_YEAR = 2014
COMBINATIONS = (
    "iso3", "predicates", "n_predicates", "n_others", "n_unknown", "names", "iso3_others", "unknown", "is_only",
    "is_minimal", "is_smallest",
)  # fmt: skip
OTHERS = ("iso3", "predicates", "n_predicates", "is_met", "n_others", "n_unknown", "names", "unknown", "is_only")
ASKED = ("predicate", "side", "title", "asked", "is_met", "n_others", "n_unknown", "missing")
MET = ("iso3", "name", "predicate", "is_met")
ALONE = ("iso3", "n_alone", "n_asked", "names")
NEIGHBOURS = ("iso3", "name", "n_shared", "n_lacking", "n_unknown", "n_alike", "lacking", "unknown", "rank")


@dataclass(frozen=True)
class Matrix:
    """Predicates of one state and of all others: yes, no or unknown, with the rows behind each."""

    values: pd.DataFrame
    answers: dict[str, Answer]
    state: str
    names: Mapping[str, str]
    members: list[int]

    def used(self, predicates: Sequence[str]) -> dict[str, list[int]]:
        """Give the stored rows behind some predicates."""
        rows: dict[str, list[int]] = {"states": self.members}
        for name in predicates:
            for table, index in self.answers[name].used.items():
                rows[table] = [*rows.get(table, []), *index]
        return rows

    def named(self, codes: Sequence[str]) -> str:
        """Give the names of states, in their order, as one text."""
        return ", ".join(sorted(self.names[c] for c in codes))


def _matrix(
    evidence: Evidence, state: str, power_a: str, power_b: str, predicates: Sequence[str] | None, on: Day,
    sanctions_year: int, counts_eta_as_free: bool,
) -> Matrix | Missing:  # fmt: skip
    check_two(evidence, power_a, power_b, ("power_a", "power_b"))
    check_state(evidence, state)
    if state in (power_a, power_b):
        raise BadParameter(f"state is {state}, one of the two powers", fix="name a state between them")
    wanted = list(PREDICATES) if predicates is None else list(predicates)
    for name in wanted:
        choose("predicate", name, PREDICATES)
    if not wanted or len(set(wanted)) < len(wanted):
        raise BadParameter(f"predicates = {wanted}", fix="name at least one predicate, each once")
    day, then = at_day(evidence, on)
    if then is None:
        return not_yet(evidence, day)
    members = evidence.select("states", ["iso3"], is_un_member=True)["iso3"]
    codes = [c for c in dict.fromkeys([*members, state]) if c not in (power_a, power_b)]
    index = pd.Index(codes, name="iso3")
    question = Question(then, day, index, power_a, power_b, sanctions_year, counts_eta_as_free)
    answers = {name: answer(evidence, question, name) for name in wanted}
    values = pd.DataFrame({name: found.values for name, found in answers.items()}, index=index)
    return Matrix(values, answers, state, known_states(evidence), [int(i) for i in members.index])


@measure(unit="states", value="n_others", columns=COMBINATIONS, tables=TABLES)
def uniqueness(
    evidence: Evidence,
    *,
    state: str,
    power_a: str,
    power_b: str,
    predicates: Sequence[str] | None = None,
    on: Day = None,
    sanctions_year: int = SANCTIONS_YEAR,
    counts_eta_as_free: bool = True,
) -> Result:
    """Count, for every sensible combination that a state meets, the other UN members that meet it too.

    Parameters
    ----------
    evidence : Evidence
        The tables as of a day.
    state, power_a, power_b : str
        ISO 3166-1 alpha-3 codes.
    predicates : sequence of str, optional
        Names of ``PREDICATES``; all that can be asked of these powers when not given.
    on : str, int or date, optional
        The day on which the world is looked at; the as-of day when not given.
    sanctions_year : int
        Year of ``no_sanctions_b``.
    counts_eta_as_free : bool
        Whether an electronic travel authorisation counts as visa-free, as in ``visa_regime``.

    Returns
    -------
    Measure
        A row a combination, the smallest first: ``n_others`` states known to meet it, ``n_unknown`` that may meet it,
        their names, ``is_only`` (missing where ``n_others`` is 0 and somebody is unknown), ``is_minimal`` (only the
        state meets it, and no smaller part of it would do) and ``is_smallest`` (minimal with the fewest predicates).

    Raises
    ------
    UnknownName
        An unknown state or predicate.
    BadParameter
        The state is a power, the powers are the same, a predicate stands twice or none is named.
    """
    found = _matrix(evidence, state, power_a, power_b, predicates, on, sanctions_year, counts_eta_as_free)
    if isinstance(found, Missing):
        return nothing(COMBINATIONS, found)
    own = found.values.loc[state]
    met = [name for name in found.values.columns if own[name] is not pd.NA and bool(own[name])]
    sets = [c for n in range(1, len(met) + 1) for c in combinations(met, n) if _is_sensible(c)]
    if not sets:
        detail = f"{state} meets no combination that speaks of both {power_a} and {power_b}"
        return nothing(COMBINATIONS, Missing(MissingKind.NOT_APPLICABLE, detail))
    others = found.values.loc[found.values.index != state, met]
    yes, no = to_bits(others)
    place = {name: 1 << i for i, name in enumerate(met)}
    masks = np.array([sum(place[name] for name in c) for c in sets])
    meets = (yes[None, :] & masks[:, None]) == masks[:, None]
    unknown = ~meets & ((no[None, :] & masks[:, None]) == 0)
    codes = others.index.to_numpy()
    n_others, n_unknown = meets.sum(axis=1), unknown.sum(axis=1)
    is_only = pd.array(n_others == 0, dtype="boolean")
    is_only[(n_others == 0) & (n_unknown > 0)] = pd.NA
    minimal = _minimal(masks, (n_others == 0) & (n_unknown == 0))
    least = min((len(c) for c, is_m in zip(sets, minimal, strict=True) if is_m), default=0)
    frame = pd.DataFrame(
        {
            "iso3": state,
            "predicates": [" + ".join(c) for c in sets],
            "n_predicates": [len(c) for c in sets],
            "n_others": n_others,
            "n_unknown": n_unknown,
            "names": [found.named(codes[row]) for row in meets],
            "iso3_others": [" ".join(sorted(codes[row])) for row in meets],
            "unknown": [found.named(codes[row]) for row in unknown],
            "is_only": is_only,
            "is_minimal": minimal,
            "is_smallest": [bool(m) and len(c) == least for m, c in zip(minimal, sets, strict=True)],
        }
    )
    return Result(frame, found.used(met))


def _is_sensible(names: Sequence[str]) -> bool:
    sides = {PREDICATES[name].side for name in names}
    return {"a", "b"} <= sides and not any(PREDICATES[name].implies in names for name in names)


def _minimal(masks: np.ndarray, is_only: np.ndarray) -> list[bool]:
    """Say which unique combinations hold no smaller unique one; ``masks`` come smallest first."""
    found: list[int] = []
    flags = []
    for mask, only in zip(masks.tolist(), is_only.tolist(), strict=True):
        is_new = bool(only) and not any(m & mask == m for m in found)
        flags.append(is_new)
        if is_new:
            found.append(mask)
    return flags


@measure(unit="states", value="n_others", columns=OTHERS, tables=TABLES)
def others_meeting(
    evidence: Evidence,
    *,
    state: str,
    power_a: str,
    power_b: str,
    predicates: Sequence[str],
    on: Day = None,
    sanctions_year: int = SANCTIONS_YEAR,
    counts_eta_as_free: bool = True,
) -> Result:
    """Count the other UN members that meet one combination of predicates.

    One row; arguments and errors as in ``uniqueness``, but any combination may be asked. ``n_others`` is missing where
    no other state is known to meet it but ``n_unknown`` may. Where ``state`` itself does not meet it and no other does,
    nothing follows about its being alone: not_applicable.
    """
    found = _matrix(evidence, state, power_a, power_b, predicates, on, sanctions_year, counts_eta_as_free)
    if isinstance(found, Missing):
        return nothing(OTHERS, found)
    for name in predicates:
        missing = found.answers[name].missing
        if missing:
            return nothing(OTHERS, missing)
    alike = _all(found.values[list(predicates)])
    others = alike[alike.index != state]
    met, unknown = others.index[others.fillna(False).astype(bool)], others.index[others.isna()]
    is_met = alike[[state]]
    if len(met) == 0 and not is_met.fillna(False).iloc[0]:
        own = found.values.loc[state].fillna(False)
        lacks = _titles([name for name in predicates if not own[name]], power_a, power_b, sanctions_year)
        if is_met.isna().iloc[0]:
            missing = Missing(MissingKind.NOT_COLLECTED, f"{state} itself is not known to meet: {lacks}")
        else:
            missing = Missing(
                MissingKind.NOT_APPLICABLE, f"{state} itself does not meet: {lacks}; nor does another state"
            )
        return nothing(OTHERS, missing)
    n_others = None if len(met) == 0 and len(unknown) else len(met)
    is_only = None if n_others is None else n_others == 0
    row = (state, " + ".join(predicates), len(predicates), is_met.iloc[0], n_others, len(unknown),
           found.named(list(met)), found.named(list(unknown)), is_only)  # fmt: skip
    frame = pd.DataFrame([row], columns=list(OTHERS)).astype(
        {"n_others": "Int64", "is_met": "boolean", "is_only": "boolean"}
    )
    return Result(frame, found.used(predicates))


def _all(values: pd.DataFrame) -> pd.Series[bool]:
    """Give yes where every column is yes, no where one is no, else unknown."""
    yes = values.fillna(False).astype(bool).all(axis=1)
    no = (~values.fillna(True).astype(bool)).any(axis=1)
    return yes.astype("boolean").mask(~yes & ~no, pd.NA)


def _titles(names: Sequence[str], power_a: str, power_b: str, year: int) -> str:
    return "; ".join(PREDICATES[name].title.format(a=power_a, b=power_b, year=year) for name in names)


@measure(unit="states", value="n_others", columns=ASKED, tables=TABLES)
def uniqueness_predicates(
    evidence: Evidence,
    *,
    state: str,
    power_a: str,
    power_b: str,
    predicates: Sequence[str] | None = None,
    on: Day = None,
    sanctions_year: int = SANCTIONS_YEAR,
    counts_eta_as_free: bool = True,
) -> Result:
    """Say what each predicate asks, whether a state meets it, and how many other UN members do.

    A row a predicate: ``asked`` with its source, year and threshold; ``missing`` says why nobody can be asked.
    Arguments and errors as in ``uniqueness``.
    """
    found = _matrix(evidence, state, power_a, power_b, predicates, on, sanctions_year, counts_eta_as_free)
    if isinstance(found, Missing):
        return nothing(ASKED, found)
    rows = []
    for name, given in found.answers.items():
        others = given.values[given.values.index != state]
        why = given.missing.detail if given.missing else None
        title = PREDICATES[name].title.format(a=power_a, b=power_b, year=sanctions_year)
        rows.append((name, PREDICATES[name].side, title, given.asked, given.values[state],
                     int(others.fillna(False).sum()), int(others.isna().sum()), why))  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(ASKED)).astype({"is_met": "boolean"})
    return Result(frame, found.used(list(found.answers)))


@measure(unit="yes or no", value="is_met", columns=MET, tables=TABLES)
def predicates_met(
    evidence: Evidence,
    *,
    state: str,
    power_a: str,
    power_b: str,
    predicates: Sequence[str] | None = None,
    on: Day = None,
    sanctions_year: int = SANCTIONS_YEAR,
    counts_eta_as_free: bool = True,
) -> Result:
    """Say of every UN member which predicates it meets; one row a state and predicate, unknown is missing.

    Arguments and errors as in ``uniqueness``.
    """
    found = _matrix(evidence, state, power_a, power_b, predicates, on, sanctions_year, counts_eta_as_free)
    if isinstance(found, Missing):
        return nothing(MET, found)
    long = found.values.reset_index().melt(id_vars="iso3", var_name="predicate", value_name="is_met")
    long = long.assign(name=long["iso3"].map(found.names), is_met=long["is_met"].astype("boolean"))
    return Result(long[list(MET)], found.used(list(found.answers)))


@measure(unit="predicates", value="n_shared", columns=NEIGHBOURS, tables=TABLES)
def nearest_neighbours(
    evidence: Evidence,
    *,
    state: str,
    power_a: str,
    power_b: str,
    predicates: Sequence[str] | None = None,
    on: Day = None,
    sanctions_year: int = SANCTIONS_YEAR,
    counts_eta_as_free: bool = True,
) -> Result:
    """Order the other UN members by how many of the predicates that a state meets they meet as well.

    ``n_shared`` counts those met by both, ``n_lacking`` those the state meets and the other does not, ``n_unknown``
    those of which the other's answer is unknown; ``n_alike`` counts equal answers, yes or no (what is left of all
    known answers is the Hamming distance). Equal ``n_shared`` shares the better rank; ties are in order of
    ``n_alike``, then of the name. Arguments and errors as in ``uniqueness``.
    """
    found = _matrix(evidence, state, power_a, power_b, predicates, on, sanctions_year, counts_eta_as_free)
    if isinstance(found, Missing):
        return nothing(NEIGHBOURS, found)
    own = found.values.loc[state]
    met = [name for name in found.values.columns if own[name] is not pd.NA and bool(own[name])]
    if not met:
        detail = f"{state} meets none of the predicates, so that no state is like it in what it meets"
        return nothing(NEIGHBOURS, Missing(MissingKind.NOT_APPLICABLE, detail))
    others = found.values[found.values.index != state]
    asked = [name for name in found.values.columns if own[name] is not pd.NA]
    alike = pd.DataFrame({name: others[name] == bool(own[name]) for name in asked})
    lacking = ~others[met].fillna(True).astype(bool)
    rows = pd.DataFrame(
        {
            "iso3": others.index,
            "name": [found.names[code] for code in others.index],
            "n_shared": others[met].fillna(False).astype(bool).sum(axis=1).to_numpy(),
            "n_lacking": lacking.sum(axis=1).to_numpy(),
            "n_unknown": others[met].isna().sum(axis=1).to_numpy(),
            "n_alike": alike.fillna(False).astype(bool).sum(axis=1).to_numpy(),
            "lacking": [", ".join(lacking.columns[row]) for row in lacking.to_numpy()],
            "unknown": [", ".join(lacking.columns[row]) for row in others[met].isna().to_numpy()],
        }
    )
    rows = rows.sort_values(["n_shared", "n_alike", "name"], ascending=[False, False, True])
    rows["rank"] = rows["n_shared"].rank(method="min", ascending=False).astype("int64")
    return Result(rows[list(NEIGHBOURS)], found.used(asked))


@measure(unit="states", value="n_alone", columns=ALONE, tables=TABLES)
def alone_in_some_combination(
    evidence: Evidence,
    *,
    state: str,
    power_a: str,
    power_b: str,
    predicates: Sequence[str] | None = None,
    on: Day = None,
    sanctions_year: int = SANCTIONS_YEAR,
    counts_eta_as_free: bool = True,
) -> Result:
    """Count the other UN members that are alone in some combination too: what being alone in one is worth.

    A state is alone in some combination when no other may meet all the predicates that it is known to meet, and these
    speak of both powers. Arguments and errors as in ``uniqueness``.
    """
    found = _matrix(evidence, state, power_a, power_b, predicates, on, sanctions_year, counts_eta_as_free)
    if isinstance(found, Missing):
        return nothing(ALONE, found)
    yes, no = to_bits(found.values)
    sides = {
        side: sum(1 << i for i, name in enumerate(found.values.columns) if PREDICATES[name].side == side)
        for side in "ab"
    }
    speaks = ((yes & sides["a"]) > 0) & ((yes & sides["b"]) > 0)
    # Row i may be met by column j unless j is known to fail one of i's predicates.
    rivals = ((no[None, :] & yes[:, None]) == 0).sum(axis=1) - 1
    is_alone = speaks & (rivals == 0) & (found.values.index != state)
    codes = list(found.values.index[is_alone])
    row = (state, len(codes), len(found.values) - 1, found.named(codes))
    return Result(pd.DataFrame([row], columns=list(ALONE)), found.used(list(found.answers)))
