"""The gravity model: against certified values, against coefficients that made the data, and where it has nothing."""

from __future__ import annotations

import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from tests.helpers import make_evidence

from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence import Evidence
from tightrope.measures.gravity import gravity_model, gravity_residual, least_squares

STATES = ["AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG", "HHH", "III", "JJJ"]
CONSTANT, SIZE, DISTANCE, BORDER = -10.0, 0.8, -1.1, 0.5


def world(tmp_path: Path, *, double: str = "", without_gdp: str = "", without_trade: str = "") -> Evidence:
    """Ten states whose trade is made by known coefficients, one pair trading twice that on demand."""
    gdp = {s: 1e9 * (1 + k) ** 2 for k, s in enumerate(STATES)}
    trade, distances = [], []
    for n, (a, b) in enumerate(combinations(STATES, 2)):
        km, border = 300.0 + 211 * ((n * 7) % 45), n % 5 == 0
        distances.append({"iso3_a": a, "iso3_b": b, "capital_distance_km": km, "has_land_border": border})
        ln_trade = CONSTANT + SIZE * math.log(gdp[a] * gdp[b]) + DISTANCE * math.log(km) + BORDER * border
        usd = math.exp(ln_trade) * (2 if a + b == double else 1)
        if a + b != without_trade:
            # Both ways add up to the pair's trade.
            trade.append({"iso3_exporter": a, "iso3_importer": b, "year": 2019, "exports_usd": round(0.3 * usd)})
            trade.append({"iso3_exporter": b, "iso3_importer": a, "year": 2019, "exports_usd": round(0.7 * usd)})
    return make_evidence(
        tmp_path,
        {
            "states": [{"iso3": s, "name": s, "is_un_member": True} for s in STATES],
            "gdp": [{"iso3": s, "year": 2019, "gdp_usd": g} for s, g in gdp.items() if s != without_gdp],
            "trade_baci": trade,
            "distances": distances,
        },
        as_of="2020-06-01",
    )


def test_the_coefficients_that_made_the_data_are_found_again(tmp_path: Path) -> None:
    found = gravity_model(world(tmp_path)).frame.set_index("term")
    # The measure counts in millions.
    for term, wanted in (
        ("constant", CONSTANT - math.log(1e6)),
        ("size", SIZE),
        ("distance", DISTANCE),
        ("border", BORDER),
    ):
        assert found.loc[term, "coefficient"] == pytest.approx(wanted, abs=1e-4)
    assert found["r_squared"].iloc[0] == pytest.approx(1, abs=1e-8)
    assert found["n_pairs"].iloc[0] == 45
    assert found["year"].iloc[0] == 2019


def test_the_pair_that_trades_twice_as_much_stands_out(tmp_path: Path) -> None:
    evidence = world(tmp_path, double="CCCGGG")
    row = gravity_residual(evidence, state_a="GGG", state_b="CCC").frame.iloc[0]
    assert (row["iso3_a"], row["iso3_b"]) == ("CCC", "GGG")
    assert row["rank"] == 1
    assert row["percentile"] == 100
    # One of 45 pairs pulls the line towards itself, so the ratio stays below two.
    assert 1.5 < row["ratio"] < 2
    assert row["trade_musd"] / row["predicted_musd"] == pytest.approx(row["ratio"])
    assert math.log(row["ratio"]) == pytest.approx(row["residual"])


def test_swapping_the_states_changes_nothing(tmp_path: Path) -> None:
    evidence = world(tmp_path, double="CCCGGG")
    one = gravity_residual(evidence, state_a="AAA", state_b="EEE")
    other = gravity_residual(evidence, state_a="EEE", state_b="AAA")
    assert one.frame.equals(other.frame)
    assert one.rows == other.rows


def test_the_rows_named_are_the_pairs_own(tmp_path: Path) -> None:
    evidence = world(tmp_path)
    rows = gravity_residual(evidence, state_a="AAA", state_b="BBB").rows
    assert rows == {"trade_baci": [0, 1], "gdp": [0, 1], "distances": [0]}


def test_a_missing_gdp_or_trade_is_said_and_never_a_zero(tmp_path: Path) -> None:
    without_gdp = world(tmp_path / "one", without_gdp="III")
    found = gravity_residual(without_gdp, state_a="AAA", state_b="III")
    assert found.frame.empty
    assert found.missing is not None
    assert found.missing.kind == "not_collected"
    assert found.missing.detail == "gdp has no figure for III in 2019"
    assert gravity_model(world(tmp_path / "two", without_trade="AAABBB")).frame["n_pairs"].iloc[0] == 44
    found = gravity_residual(world(tmp_path / "three", without_trade="AAABBB"), state_a="AAA", state_b="BBB")
    assert found.missing is not None
    assert "no row in trade_baci in 2019" in found.missing.detail


def test_before_the_first_year_has_ended_there_is_no_model(tmp_path: Path) -> None:
    world(tmp_path)
    early = Evidence(tmp_path, as_of="2019-06-01")
    for found in (gravity_model(early), gravity_residual(early, state_a="AAA", state_b="BBB")):
        assert found.missing is not None
        assert found.missing.kind == "not_yet"


def test_an_unknown_state_and_a_state_with_itself_are_refused(tmp_path: Path) -> None:
    evidence = world(tmp_path)
    with pytest.raises(UnknownName):
        gravity_residual(evidence, state_a="AAA", state_b="ZZZ")
    with pytest.raises(BadParameter):
        gravity_residual(evidence, state_a="AAA", state_b="AAA")


def test_least_squares_gives_the_certified_values_of_longley() -> None:
    """Longley's ill-conditioned data with the coefficients that NIST certifies, as statsmodels carries both."""
    from statsmodels.datasets import longley
    from statsmodels.regression.tests.results.results_regression import Longley

    data = longley.load_pandas()
    x = np.column_stack([data.exog.to_numpy(dtype=float), np.ones(len(data.exog))])
    found = least_squares(data.endog.to_numpy(dtype=float), x)
    reference = Longley()
    assert found.coefficients == pytest.approx(reference.params, rel=1e-7)
    assert found.r_squared == pytest.approx(reference.rsquared, rel=1e-9)
    assert found.errors == pytest.approx(reference.HC1_se, rel=2e-4)


def test_least_squares_on_four_points_worked_by_hand() -> None:
    # y on 1 and x for (0, 1), (1, 3), (2, 4), (3, 8): slope 11/5, intercept 7/10, residuals .3 .1 -1.1 .7.
    x = np.column_stack([np.ones(4), np.arange(4.0)])
    found = least_squares(np.array([1.0, 3.0, 4.0, 8.0]), x)
    assert found.coefficients == pytest.approx([0.7, 2.2])
    assert found.residuals == pytest.approx([0.3, 0.1, -1.1, 0.7])
    # HC1 of the slope: 4/2 * sum((x - 1.5)^2 e^2) / 5^2 = 2 * (2.25*.09 + .25*.01 + .25*1.21 + 2.25*.49) / 25.
    assert found.errors[1] ** 2 == pytest.approx(2 * (2.25 * 0.09 + 0.25 * 0.01 + 0.25 * 1.21 + 2.25 * 0.49) / 25)
