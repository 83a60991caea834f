"""Closeness worked by hand on a world of six states, and what must hold in the real one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tests.helpers import make_evidence

from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence import Evidence
from tightrope.measures import REGISTRY, Measure
from tightrope.measures.between_figures import visa_day
from tightrope.measures.between_neighbours import between_neighbours, distances_from, standardised
from tightrope.measures.between_paths import between_movers, between_near_counts, between_paths, between_trade_path
from tightrope.measures.between_signs import (
    CLASSES,
    RULES,
    between_asked,
    between_classes,
    between_figures,
    between_sensitivity,
)
from tightrope.measures.percentiles import states_of
from tightrope.measures.statehood import spans_of_states, was_state
from tightrope.profile.pair import known_as_state

ROOT = Path(__file__).parents[2]
POWERS = {"power_a": "USA", "power_b": "RUS"}
SWAPPED = {"power_a": "RUS", "power_b": "USA"}

# Agreement with the United States: CUB 10, RUS 20, FJI 50, FRA 70, KOR 80, median 50; with Russia: USA 20, FRA 40,
# KOR 50, FJI 60, CUB 90, median 50. Trade with the United States: KOR and FRA a fifth; with Russia: KOR and FRA a
# twentieth, FJI exactly a tenth, CUB over half; FJI and CUB declare none with the United States.
WORLD = {
    "states": """iso3, name, kind, is_un_member
        CUB, Cuba, state, true
        FJI, Fiji, state, true
        FRA, France, state, true
        KOR, South Korea, state, true
        RUS, Russia, state, true
        USA, United States, state, true
        SSD, South Sudan, state, true""",
    "us_missions": """iso3, state_name, first_date, last_date, status
        KOR, Korea, 1949-01-01, 2024-12-31, embassy
        SSD, South Sudan, 2021-07-09, 2024-12-31, embassy""",
    "unga_agreement": """iso3_a, iso3_b, year, n_both_voted, n_same, n_half, n_opposite
        CUB, USA, 2019, 100, 10, 0, 90
        FJI, USA, 2019, 100, 40, 20, 40
        FRA, USA, 2019, 100, 60, 20, 20
        KOR, USA, 2019, 100, 80, 0, 20
        RUS, USA, 2019, 100, 20, 0, 80
        CUB, RUS, 2019, 100, 90, 0, 10
        FJI, RUS, 2019, 100, 50, 20, 30
        FRA, RUS, 2019, 100, 40, 0, 60
        KOR, RUS, 2019, 100, 50, 0, 50""",
    "unga_ideal_points": """year, iso3, ideal_point_all
        2019, USA, 2.0
        2019, RUS, -1.0
        2019, KOR, 0.5""",
    "trade_baci": """iso3_exporter, iso3_importer, year, exports_usd
        KOR, USA, 2019, 15
        USA, KOR, 2019, 5
        KOR, RUS, 2019, 5
        KOR, FRA, 2019, 75
        FRA, USA, 2019, 20
        RUS, FRA, 2019, 5
        FJI, CUB, 2019, 90
        FJI, RUS, 2019, 10
        CUB, RUS, 2019, 110""",
    "trade_cow": """iso3_importer, iso3_exporter, year, imports_musd
        KOR, USA, 1999, 30
        KOR, FRA, 1999, 70""",
    "visa_regimes": """iso3_passport, iso3_destination, category, value, first_seen, last_seen
        KOR, USA, eta, eta, 2019-11-23, 2019-12-31
        USA, KOR, visa_free, 90, 2019-11-23, 2019-12-31
        KOR, RUS, visa_free, 60, 2019-11-23, 2019-12-31
        RUS, KOR, visa_free, 60, 2019-11-23, 2019-12-31
        FRA, USA, eta, eta, 2019-11-23, 2019-12-31
        USA, FRA, visa_free, 90, 2019-11-23, 2019-12-31
        FRA, RUS, visa_required, VR, 2019-11-23, 2019-12-31
        RUS, FRA, visa_required, VR, 2019-11-23, 2019-12-31
        FJI, USA, visa_required, VR, 2019-11-23, 2019-12-31
        USA, FJI, visa_free, 120, 2019-11-23, 2019-12-31
        FJI, RUS, visa_free, 90, 2019-11-23, 2019-12-31
        CUB, USA, visa_required, VR, 2019-11-23, 2019-12-31
        USA, CUB, visa_required, VR, 2019-11-23, 2019-12-31
        CUB, RUS, visa_free, 90, 2019-11-23, 2019-12-31
        RUS, CUB, visa_free, 90, 2019-11-23, 2019-12-31""",
    "alliances_atop": """iso3_a, iso3_b, year, is_defense, is_offense, is_neutrality, is_nonaggression, is_consultation
        KOR, USA, 2018, true, false, false, false, false
        FRA, USA, 2018, true, false, false, false, false
        CUB, RUS, 2018, false, false, false, true, false""",
    "distances": """iso3_a, iso3_b, capital_distance_km
        CUB, USA, 1800
        FJI, USA, 12000
        FRA, USA, 6000
        KOR, USA, 11000
        CUB, RUS, 9600
        FRA, RUS, 2500
        KOR, RUS, 6600
        RUS, USA, 7800""",
    "arms_transfers": """supplier, recipient, iso3_supplier, iso3_recipient, year, tiv_millions, n_deliveries
        United States, South Korea, USA, KOR, 2015, 30, 1
        Russia, South Korea, RUS, KOR, 2016, 10, 1
        Russia, Cuba, RUS, CUB, 2019, 5, 1""",
    "us_troops": """iso3, year, n_troops
        KOR, 2019, 26000
        FRA, 2019, 0""",
    "sanctions_gsdb_counts": """sender, iso3_sender, target, iso3_target, year, n_cases_active
        USA, USA, CUB, CUB, 2019, 1
        EU, , RUS, RUS, 2019, 1""",
    "sanctions_on_russia_senders": """iso3_sender, year, basis, n_cases_active
        FRA, 2019, eu_member, 1""",
}  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return make_evidence(tmp_path_factory.mktemp("world"), WORLD, "2019-12-31")


@pytest.fixture(scope="module")
def real() -> Evidence:
    return Evidence(ROOT, as_of="2021-03-25")


def groups(found: Measure) -> dict[str, str]:
    return dict(zip(found.frame["iso3"], found.frame["group"], strict=True))


def test_every_sign_is_what_was_worked_by_hand(small: Evidence) -> None:
    frame = between_classes(small, **POWERS).frame.set_index("iso3")
    assert frame["signs_a"].to_dict() == {
        "CUB": "", "FJI": "votes", "FRA": "votes, trade, visas, alliance", "KOR": "votes, trade, visas, alliance, arms",
    }  # fmt: skip
    assert frame["signs_b"].to_dict() == {
        "CUB": "votes, trade, visas, arms", "FJI": "votes, trade", "FRA": "", "KOR": "votes, visas, arms",
    }  # fmt: skip
    assert frame["unknown_b"].to_dict() == {"CUB": "", "FJI": "visas, alliance", "FRA": "", "KOR": ""}
    assert frame["has_sanctions_a"].to_dict() == {"CUB": True, "FJI": False, "FRA": False, "KOR": False}
    assert frame["has_sanctions_b"].to_dict() == {"CUB": False, "FJI": False, "FRA": True, "KOR": False}


def test_a_state_that_was_not_there_has_no_row(small: Evidence) -> None:
    assert "SSD" not in set(between_classes(small, **POWERS).frame["iso3"])


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, {"CUB": "b", "FJI": "b", "FRA": "a", "KOR": "both"}),
        ({"least": 1}, {"CUB": "b", "FJI": "both", "FRA": "a", "KOR": "both"}),
        # Fiji's two unknown signs could make three: it cannot be placed, and it is not "neither".
        ({"least": 3}, {"CUB": "b", "FJI": "unknown", "FRA": "a", "KOR": "both"}),
        ({"least": 4}, {"CUB": "b", "FJI": "unknown", "FRA": "a", "KOR": "a"}),
        ({"least": 5}, {"CUB": "neither", "FJI": "neither", "FRA": "neither", "KOR": "a"}),
        ({"least": 3, "arms_pct": 25.1}, {"CUB": "b", "FJI": "unknown", "FRA": "a", "KOR": "a"}),
        # A tenth exactly meets the threshold; a hair more does not, and then only what is unknown could make two.
        ({"trade_pct": 10.1}, {"CUB": "b", "FJI": "unknown", "FRA": "a", "KOR": "both"}),
        # France keeps its own three signs of four without the electronic authorisation; Korea loses one of five.
        ({"least": 4, "counts_eta_as_free": False}, {"CUB": "b", "FJI": "unknown", "FRA": "neither", "KOR": "a"}),
        ({"ways": "to"}, {"CUB": "b", "FJI": "b", "FRA": "a", "KOR": "both"}),
        ({"ways": "either", "least": 2}, {"CUB": "b", "FJI": "both", "FRA": "a", "KOR": "both"}),
    ],
)
def test_each_threshold_moves_what_it_must(small: Evidence, choice: dict, expected: dict[str, str]) -> None:
    assert groups(between_classes(small, **POWERS, **choice)) == expected


def test_a_sanction_takes_one_sign_bars_or_is_ignored(tmp_path: Path) -> None:
    world = {**WORLD, "sanctions_gsdb_counts": WORLD["sanctions_gsdb_counts"] + "\nRUS, RUS, FJI, FJI, 2019, 1"}
    evidence = make_evidence(tmp_path, world, "2019-12-31")
    by_rule = {weight: groups(between_classes(evidence, **POWERS, sanctions=weight))["FJI"]
               for weight in ("minus_one", "bar", "ignored")}  # fmt: skip
    # Two signs less one leaves one, and two more are unknown.
    assert by_rule == {"minus_one": "unknown", "bar": "neither", "ignored": "b"}


@pytest.mark.parametrize("choice", [{}, {"least": 3}, {"ways": "either"}, {"sanctions": "bar"}])
def test_swapping_the_powers_swaps_the_letters_alone(small: Evidence, real: Evidence, choice: dict) -> None:
    swap = {"a": "b", "b": "a"}
    for evidence in (small, real):
        there, back = (between_classes(evidence, **powers, **choice) for powers in (POWERS, SWAPPED))
        assert groups(there) == {s: swap.get(g, g) for s, g in groups(back).items()}
        assert there.frame["signs_a"].tolist() == back.frame["signs_b"].tolist()


def test_what_is_missing_says_which_nothing_and_is_no_zero(small: Evidence) -> None:
    frame = between_figures(small, **POWERS).frame.set_index(["iso3", "power", "figure"])
    none = frame.loc[("FJI", "USA", "trade")]
    assert pd.isna(none["value"])
    assert none["kind"] == "not_applicable"
    assert not none["is_met"]
    unknown = frame.loc[("FJI", "RUS", "alliance")]
    assert pd.isna(unknown["value"])
    assert unknown["kind"] == "not_collected"
    assert pd.isna(unknown["is_met"])
    assert frame.loc[("FJI", "RUS", "visas"), "value"] == "yes/unknown"
    assert frame.loc[("FRA", "RUS", "arms"), "kind"] == "not_applicable"
    assert float(frame.loc[("KOR", "RUS", "arms"), "value"]) == 25
    assert float(frame.loc[("KOR", "USA", "ideal"), "value"]) == 1.5
    assert float(frame.loc[("FRA", "USA", "troops"), "value"]) == 0


def test_a_sign_that_no_table_can_answer_is_asked_of_nobody(small: Evidence) -> None:
    before = small.at("1998-12-31")
    asked = between_asked(before, **POWERS).frame
    assert set(asked.loc[asked["is_asked"], "figure"]) == set()
    # Nothing is asked, so nobody can be placed: not one state is "neither".
    assert set(groups(between_classes(before, **POWERS)).values()) == {"unknown"}


def test_the_sensitivity_covers_every_rule_and_starts_with_the_rule_itself(small: Evidence) -> None:
    frame = between_sensitivity(small, **POWERS, focus="KOR").frame
    assert frame["rule"].tolist() == list(RULES)
    assert frame.iloc[0][["n_both", "n_a", "n_b", "n_neither", "n_unknown", "n_other"]].tolist() == [1, 1, 2, 0, 0, 0]
    assert frame[[f"n_{group}" for group in CLASSES]].sum(axis=1).eq(4).all()


def test_distance_worked_by_hand() -> None:
    figures = pd.DataFrame(
        {"x": [0.0, 2.0, 4.0, 6.0], "y": [0.0, 0.0, 1.0, None], "same": [1.0, 1.0, 1.0, 1.0]}, index=list("ABCD")
    )
    scaled = standardised(figures)
    assert list(scaled.columns) == ["x", "y"]
    found = distances_from(scaled, "A")
    # x has a standard deviation of √5, y one of √2/3; D shares one figure of two and is not compared.
    assert found.index.tolist() == ["B", "C"]
    assert found.loc["B", "distance"] == pytest.approx((4 / 5 / 2) ** 0.5)
    assert found.loc["C", "distance"] == pytest.approx(((16 / 5 + 9 / 2) / 2) ** 0.5)
    assert found.loc["C", "furthest_on"] == "y"


def test_neighbours_leave_the_powers_out_and_begin_with_the_nearest(real: Evidence) -> None:
    frame = between_neighbours(real, **POWERS, focus="KOR").frame
    assert frame["distance"].is_monotonic_increasing
    assert not {"KOR", "USA", "RUS"} & set(frame["iso3"])
    assert frame["iso3"].iloc[0] == "CHL"
    back = between_neighbours(real, **SWAPPED, focus="KOR").frame
    assert back["iso3"].tolist() == frame["iso3"].tolist()


def test_votes_by_year_worked_by_hand(small: Evidence) -> None:
    counts = between_near_counts(small, **POWERS, first_year=2018, last_year=2019).frame
    # Medians 60 and 55 of CUB, FJI, FRA and KOR: FRA and KOR are near to a, CUB and FJI to b.
    row = counts.iloc[0]
    assert len(counts) == 1
    assert row[["n_both", "n_a", "n_b", "n_neither", "n_states"]].tolist() == [0, 2, 2, 0, 4]
    assert row["median_a_pct"] == 60
    assert row["median_b_pct"] == 55


def test_years_without_votes_are_gaps_and_the_four_counts_are_all_states(real: Evidence) -> None:
    paths = between_paths(real, **POWERS, first_year=1990, last_year=2020).frame
    liberia = paths.loc[paths["iso3"] == "LBR", "year"]
    assert not {1994, 1995, 2000} & set(liberia)
    counts = between_near_counts(real, **POWERS, first_year=1990, last_year=2020).frame.set_index("year")
    assert counts[["n_both", "n_a", "n_b", "n_neither"]].sum(axis=1).equals(counts["n_states"])
    assert counts.loc[1993, ["n_both", "n_states"]].tolist() == [82, 172]
    assert counts.loc[2006, "n_both"] == 8
    movers = between_movers(real, **POWERS, first_year=1990, last_year=2020).frame
    back = between_movers(real, **SWAPPED, first_year=1990, last_year=2020).frame
    assert movers["iso3"].iloc[-1] == back["iso3"].iloc[0] == "UZB"
    assert movers.set_index("iso3")["change_pp"].sort_index().tolist() == pytest.approx(
        (-back.set_index("iso3")["change_pp"].sort_index()).tolist()
    )
    assert "SSD" not in set(movers["iso3"])


def test_two_sources_of_trade_stay_apart(small: Evidence) -> None:
    path = between_trade_path(small, state="KOR", **POWERS, first_year=1990, last_year=2019).frame
    rows = path.set_index(["power", "year"])
    assert rows.loc[("USA", 1999), ["share_pct", "source"]].tolist() == [30, "trade_cow"]
    assert rows.loc[("USA", 2019), ["share_pct", "source"]].tolist() == [20, "trade_baci"]
    assert ("RUS", 1999) not in rows.index


def test_statehood_is_that_of_the_pair_profile(real: Evidence) -> None:
    spans = spans_of_states(real)
    for iso3 in ("KOR", "RUS", "SSD", "EST", "TWN", "XKX", "DEU", "MNE", "USA"):
        assert spans.get(iso3, []) == known_as_state(real, iso3)
    assert not was_state(spans, "SSD", real.as_of.replace(year=2010))
    assert was_state(spans, "USA", real.as_of)


def test_before_the_pandemic_its_bans_are_not_visa_law() -> None:
    days = {
        "2020-03-01": "2020-03-01",
        "2021-03-25": "2020-03-09",
        "2022-12-31": "2020-03-09",
        "2023-01-01": "2023-01-01",
    }
    for day, expected in days.items():
        assert visa_day(pd.Timestamp(day).date()).isoformat() == expected


def test_known_truths_of_the_real_world(real: Evidence) -> None:
    found = groups(between_classes(real, **POWERS))
    assert len(found) == len(states_of(real)) - 2 == 193
    for iso3, group in {"KOR": "both", "GBR": "a", "BLR": "b", "TCD": "neither", "TWN": "unknown"}.items():
        assert found[iso3] == group, iso3


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda e: between_classes(e, power_a="USA", power_b="USA"), BadParameter),
        (lambda e: between_classes(e, power_a="USA", power_b="RUX"), UnknownName),
        (lambda e: between_classes(e, **POWERS, least=0), BadParameter),
        (lambda e: between_classes(e, **POWERS, trade_pct=0.0), BadParameter),
        (lambda e: between_classes(e, **POWERS, ways="back"), UnknownName),
        (lambda e: between_classes(e, **POWERS, sanctions="some"), UnknownName),
        (lambda e: between_neighbours(e, **POWERS, focus="USA"), BadParameter),
        (lambda e: between_paths(e, **POWERS, first_year=2019, last_year=1990), BadParameter),
    ],
)
def test_bad_arguments_are_refused(real: Evidence, call: Callable[[Evidence], Measure], error: type[Exception]) -> None:
    with pytest.raises(error):
        call(real)


def test_all_are_registered_with_a_summary() -> None:
    names = [name for name in REGISTRY if name.startswith("between_") and name != "between_powers"]
    assert sorted(names) == [
        "between_asked", "between_classes", "between_figures", "between_movers", "between_near_counts",
        "between_neighbours", "between_paths", "between_sensitivity", "between_trade_path",
    ]  # fmt: skip
    assert all(REGISTRY[name].summary.endswith(".") for name in names)
