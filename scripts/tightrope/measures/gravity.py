"""Trade against what size and distance predict: a gravity model fitted on all pairs of one year.

ln(trade) = constant + size * ln(GDP of one times GDP of the other) + distance * ln(km between the capitals)
            + border * (1 where the two share a land border)

Trade is both ways, million current US dollars from BACI, so the model is the pair's and not one state's: the two GDPs
have one coefficient. Fitted by ordinary least squares with statsmodels, standard errors robust to unequal variance
(HC1), on the UN members' pairs that have trade above zero, both GDPs and a distance. A pair without recorded trade is
left out, not set to zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tightrope.evidence import Evidence
from tightrope.evidence.tables import Read
from tightrope.measures.diplomacy_common import check_pair
from tightrope.measures.kept import Arrays, Packed, kept
from tightrope.measures.measure import Missing, MissingKind, Result, measure
from tightrope.measures.percentiles import AllPairs, all_pairs, pack_pairs, unpack_pairs

TABLES = ("trade_baci", "gdp", "distances")
TERMS = ("constant", "size", "distance", "border")
MODEL = ("term", "coefficient", "standard_error", "low_95", "high_95", "year", "n_pairs", "r_squared")
RESIDUAL = (
    "iso3_a",
    "iso3_b",
    "year",
    "trade_musd",
    "predicted_musd",
    "ratio",
    "residual",
    "rank",
    "n_pairs",
    "percentile",
)
LEAST_PAIRS = 30
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Fit:
    """Ordinary least squares: coefficients, robust standard errors, 95% intervals, fit and residuals."""

    coefficients: Floats
    errors: Floats
    low: Floats
    high: Floats
    r_squared: float
    fitted: Floats
    residuals: Floats


def least_squares(y: Floats, x: Floats) -> Fit:
    """Fit ``y`` on the columns of ``x`` (the constant is one of them) with errors of kind HC1."""
    # Loading the library takes longer than the fit, so only who asks for a fit waits for it.
    from statsmodels.regression.linear_model import OLS

    found = OLS(y, x).fit(cov_type="HC1")
    bounds = np.asarray(found.conf_int(alpha=0.05))
    return Fit(
        np.asarray(found.params), np.asarray(found.bse), bounds[:, 0], bounds[:, 1], float(found.rsquared),
        np.asarray(found.fittedvalues), np.asarray(found.resid),
    )  # fmt: skip


@dataclass(frozen=True)
class _Model:
    fit: Fit
    pairs: AllPairs
    year: int
    n_pairs: int


@measure(unit="elasticity", value="coefficient", columns=MODEL, tables=("states", *TABLES))
def gravity_model(evidence: Evidence) -> Result:
    """Give the gravity model of the last year that BACI shows on the day: a row a term.

    Returns
    -------
    Measure
        ``term`` (constant, size, distance, border), ``coefficient`` with ``standard_error`` (HC1) and its 95% interval,
        ``year``, ``n_pairs`` and ``r_squared``, the share of the variance of ln trade that the model explains. No rows
        are named: the fit rests on every row of the year. Missing before the first year of BACI has ended.
    """
    model = _fitted(evidence)
    if model is None:
        return Result(pd.DataFrame(columns=list(MODEL)), {}, _no_model(evidence))
    fit = model.fit
    rows = zip(TERMS, fit.coefficients, fit.errors, fit.low, fit.high, strict=True)
    frame = pd.DataFrame([(*row, model.year, model.n_pairs, fit.r_squared) for row in rows], columns=list(MODEL))
    return Result(frame, {table: [] for table in TABLES})


@measure(unit="times what the model predicts", value="ratio", columns=RESIDUAL, tables=("states", *TABLES))
def gravity_residual(evidence: Evidence, *, state_a: str, state_b: str) -> Result:
    """Give a pair's trade, what size and distance predict, and the place of the gap among all pairs. Undirected.

    Returns
    -------
    Measure
        One row: ``trade_musd`` and ``predicted_musd`` (million current US dollars; the prediction is that of the
        typical pair, the exponential of predicted ln trade), ``ratio`` of the two, ``residual`` in natural
        logarithms, ``rank`` (1 trades most above what is predicted), ``n_pairs``, ``percentile`` (percent of the
        other pairs below).
        Missing where trade, a GDP or the distance is.

    Raises
    ------
    UnknownName
        An unknown state.
    BadParameter
        The two states are the same.
    """
    first, second = check_pair(evidence, state_a, state_b)
    model = _fitted(evidence)
    empty = pd.DataFrame(columns=list(RESIDUAL))
    if model is None:
        return Result(empty, {}, _no_model(evidence))
    residual = model.pairs.of(first, second)
    if np.isnan(residual):
        return Result(empty, {}, _absent(evidence, model, first, second))
    trade = all_pairs(evidence, "trade")
    musd = trade.of(first, second) if trade else float("nan")
    rank, n_pairs, _, percentile = model.pairs.place(residual)
    ratio = float(np.exp(residual))
    row = (first, second, model.year, musd, musd / ratio, ratio, residual, rank, n_pairs, percentile)
    pair = [first, second]
    used = {
        "trade_baci": evidence.select("trade_baci", ["year"], iso3_exporter=pair, iso3_importer=pair, year=model.year),
        "gdp": evidence.select("gdp", ["year"], iso3=pair, year=model.year),
        "distances": evidence.select("distances", ["iso3_a"], iso3_a=pair, iso3_b=pair),
    }
    return Result(pd.DataFrame([row], columns=list(RESIDUAL)), {table: rows.index for table, rows in used.items()})


def _fitted(evidence: Evidence) -> _Model | None:
    model, reads = _model(_Key(evidence))
    evidence.reads.extend(reads)
    return model


class _Key:
    """Lets the cache tell models apart by day and by the tables' hashes."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        hashes = tuple(evidence.source(table).hash for table in ("states", *TABLES))
        self.key = (evidence.as_of, evidence.known_on, hashes)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.key == other.key


@lru_cache(maxsize=32)
def _model(key: _Key) -> tuple[_Model | None, tuple[Read, ...]]:
    return kept(key.evidence, "gravity", [], ("states", *TABLES), _build, _pack, _unpack)


def _pack(model: _Model) -> Packed:
    words, arrays = pack_pairs(model.pairs)
    fit = {field.name: getattr(model.fit, field.name) for field in fields(Fit)}
    numbers = {"year": model.year, "n_pairs": model.n_pairs, "r_squared": fit.pop("r_squared")}
    return {**words, **numbers}, {**arrays, **fit}


def _unpack(words: Mapping[str, Any], arrays: Arrays) -> _Model:
    fit: dict[str, Any] = {f.name: words[f.name] if f.name in words else arrays[f.name] for f in fields(Fit)}
    return _Model(Fit(**fit), unpack_pairs(words, arrays), words["year"], words["n_pairs"])


def _build(evidence: Evidence) -> _Model | None:
    trade, distance = all_pairs(evidence, "trade"), all_pairs(evidence, "distance")
    if trade is None or distance is None or trade.last_year is None:
        return None
    states = list(trade.places)
    rows = evidence.select("gdp", ["iso3", "gdp_usd"], year=trade.last_year)
    gdp = rows.set_index("iso3")["gdp_usd"].reindex(states).to_numpy(dtype=np.float64, na_value=np.nan)
    i, j = np.triu_indices(len(states), 1)
    with np.errstate(divide="ignore"):
        ln_trade, size = np.log(trade.values[i, j]), np.log(gdp[i]) + np.log(gdp[j])
        ln_distance = np.log(distance.values[i, j])
    columns = [np.ones(len(i)), size, ln_distance, _borders(evidence, states)[i, j]]
    x, kept = np.column_stack(columns), np.isfinite(ln_trade) & np.isfinite(size) & np.isfinite(ln_distance)
    if kept.sum() < LEAST_PAIRS:
        return None
    fit = least_squares(ln_trade[kept], x[kept])
    residuals = np.full((len(states), len(states)), np.nan)
    residuals[i[kept], j[kept]] = residuals[j[kept], i[kept]] = fit.residuals
    year, n_pairs = trade.last_year, int(kept.sum())
    return _Model(fit, AllPairs(trade.places, residuals, year, year, "ln", TABLES), year, n_pairs)


def _borders(evidence: Evidence, states: list[str]) -> Floats:
    """Give 1 for the pairs with a land border, 0 for the others of the table."""
    rows: Any = evidence.select("distances", ["iso3_a", "iso3_b"], has_land_border=True)
    index = pd.Index(states)
    i, j = index.get_indexer(pd.Index(rows["iso3_a"])), index.get_indexer(pd.Index(rows["iso3_b"]))
    found, kept = np.zeros((len(states), len(states))), (i >= 0) & (j >= 0)
    found[i[kept], j[kept]] = found[j[kept], i[kept]] = 1.0
    return found


def _no_model(evidence: Evidence) -> Missing:
    return Missing(MissingKind.NOT_YET, f"trade_baci and gdp share no ended year with enough pairs on {evidence.as_of}")


def _absent(evidence: Evidence, model: _Model, first: str, second: str) -> Missing:
    """Say which of the model's ingredients the pair lacks."""
    gdp = set(evidence.select("gdp", ["iso3"], iso3=[first, second], year=model.year)["iso3"])
    lacking = [s for s in (first, second) if s not in gdp]
    if lacking:
        return Missing(MissingKind.NOT_COLLECTED, f"gdp has no figure for {' and '.join(lacking)} in {model.year}")
    what = f"trade of {first} and {second}"
    return Missing(MissingKind.NOT_COLLECTED, f"{what}: no row in trade_baci in {model.year}")
