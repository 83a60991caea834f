"""Which states stand between two powers as one state does: distance over standardised figures.

Fourteen figures, seven with each power: agreement in votes, share of goods trade, visa-free to the power, visa-free
from it, a defence pact, share of arms imports, and whether a sanction is in force either way. Each is set on one scale:
less its mean over all states that have it, divided by its standard deviation (a yes is 1, a no 0). The distance of two
states is the root of the mean squared difference over the figures that both have, so that a missing figure neither adds
nor takes distance; two states that share fewer than two thirds of the figures are not compared.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from tightrope.errors import BadParameter
from tightrope.evidence import Evidence, check_state, known_states
from tightrope.measures.between_figures import TABLES, Side, side_of
from tightrope.measures.diplomacy_common import check_two
from tightrope.measures.measure import Missing, MissingKind, Result, measure

NEIGHBOURS = ("iso3", "name", "distance", "n_shared", "n_figures", "rank", "n_ranked", "furthest_on", "furthest_sd")
COLUMNS = (
    "agreement_pct",
    "trade_share_pct",
    "is_free_to",
    "is_free_from",
    "is_ally",
    "arms_share_pct",
    "has_sanctions",
)
LEAST_SHARED = 2 / 3


def figures_of(one: Side, other: Side) -> pd.DataFrame:
    """Give every state's figures with both powers as numbers, one row a state, the powers left out."""
    parts = []
    for letter, side in (("a", one), ("b", other)):
        frame = side.frame
        either = frame["has_sanctions_by"].astype("boolean") | frame["has_sanctions_on"].astype("boolean")
        part = frame.assign(has_sanctions=either)[list(COLUMNS)].astype("Float64").astype("float64")
        parts.append(part.add_suffix(f"_{letter}"))
    return pd.concat(parts, axis=1).drop(index=[one.power, other.power], errors="ignore")


def standardised(figures: pd.DataFrame) -> pd.DataFrame:
    """Take each column less its mean over its standard deviation; a column without two different values is left out."""
    spread = figures.std(ddof=0)
    kept = figures.loc[:, spread > 0]
    scaled: pd.DataFrame = (kept - kept.mean()) / kept.std(ddof=0)
    return scaled


def distances_from(scaled: pd.DataFrame, focus: str) -> pd.DataFrame:
    """Give each other state's distance from one, the figures that both have, and the one on which they differ most."""
    apart = (scaled.drop(index=focus) - scaled.loc[focus]).abs()
    shared = apart.notna().sum(axis=1)
    enough = apart[shared >= LEAST_SHARED * len(scaled.columns)]
    made = pd.DataFrame({"distance": np.sqrt((enough**2).mean(axis=1)), "n_shared": shared[enough.index]})
    made["furthest_on"] = enough.idxmax(axis=1) if len(enough) else pd.Series(dtype=object)
    made["furthest_sd"] = enough.max(axis=1)
    return made


@measure(unit="standard deviations", value="distance", columns=NEIGHBOURS, tables=TABLES)
def between_neighbours(evidence: Evidence, *, power_a: str, power_b: str, focus: str) -> Result:
    """Rank all states by how nearly they stand between two powers as the focus state does.

    Parameters
    ----------
    evidence : Evidence
        The tables as of a day.
    power_a, power_b, focus : str
        ISO3 codes of three different states.

    Returns
    -------
    Measure
        One row a compared state, the nearest first. ``distance`` is the root mean squared difference in standard
        deviations over ``n_shared`` of the ``n_figures`` figures that the day's tables give; ``furthest_on`` names the
        figure on which the two differ most, with ``_a`` or ``_b`` for the power, and ``furthest_sd`` by how much. Those
        that share fewer than two thirds of the figures have no row. Empty (not_collected) where the focus has too few
        figures for any comparison.

    Raises
    ------
    BadParameter
        The focus is a power, or the powers are one state.
    UnknownName
        An unknown state.
    """
    check_two(evidence, power_a, power_b, ("power_a", "power_b"))
    check_state(evidence, focus, "focus")
    if focus in (power_a, power_b):
        raise BadParameter(f"focus is {focus}, one of the two powers", fix="name a state between them")
    sides = side_of(evidence, power_a), side_of(evidence, power_b)
    scaled = standardised(figures_of(*sides))
    made = distances_from(scaled, focus) if focus in scaled.index else pd.DataFrame()
    if made.empty:
        n = int(scaled.loc[[focus]].notna().to_numpy().sum()) if focus in scaled.index else 0
        detail = f"neighbours of {focus}: {n} of {len(scaled.columns)} figures are known, too few to compare"
        return Result(pd.DataFrame(columns=list(NEIGHBOURS)), {}, Missing(MissingKind.NOT_COLLECTED, detail))
    made["n_figures"] = len(scaled.columns)
    made["rank"] = made["distance"].round(9).rank(method="min").astype(int)
    made["n_ranked"] = len(made)
    made["name"] = made.index.map(known_states(evidence))
    frame = made.rename_axis("iso3").reset_index().sort_values(["rank", "iso3"])
    used: dict[str, list[int]] = {}
    for side in sides:
        for table, rows in side.used.items():
            used[table] = [*used.get(table, []), *rows]
    return Result(frame[list(NEIGHBOURS)], used)
