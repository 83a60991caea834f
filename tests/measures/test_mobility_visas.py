"""Visa regimes: which run speaks for a day, in which direction, and what a merged label can still tell."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers import make_evidence

from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence import Evidence
from tightrope.measures import MissingKind
from tightrope.measures.mobility_visas import visa_free_both_ways, visa_free_to, visa_free_to_all, visa_regime

RUNS = """iso3_passport, iso3_destination, category, value, first_seen, last_seen, n_snapshots
KOR, USA, eta, 1, 2019-11-23, 2019-12-17, 2
KOR, USA, eta, VOA, 2020-02-07, 2020-05-09, 4
KOR, USA, e_visa_or_eta, e-visa, 2020-11-19, 2024-12-04, 40
USA, KOR, visa_free, 90, 2019-11-23, 2021-08-09, 11
USA, KOR, e_visa_or_eta, e-visa, 2021-09-24, 2023-07-03, 23
KOR, RUS, visa_free, 60, 2019-11-23, 2025-01-12, 53
RUS, KOR, visa_free, 60, 2019-11-23, 2020-05-09, 6
RUS, KOR, covid_ban, covid ban, 2020-11-19, 2022-03-06, 12
CHN, USA, eta, ETA, 2019-11-23, 2019-12-17, 2
CHN, USA, visa_required, VR, 2020-02-07, 2020-05-09, 4
CHN, USA, e_visa_or_eta, e-visa, 2020-11-19, 2025-01-12, 47
JPN, USA, eta, ETA, 2019-11-23, 2019-12-17, 2
JPN, USA, visa_free, VF, 2020-02-07, 2020-05-09, 4
JPN, USA, e_visa_or_eta, e-visa, 2020-11-19, 2025-01-12, 47
"""


@pytest.fixture
def small(tmp_path: Path) -> Evidence:
    return make_evidence(tmp_path, {"visa_regimes": RUNS}, as_of="2024-12-31")


@pytest.fixture(scope="module")
def real() -> Evidence:
    return Evidence(as_of="2021-03-25")


@pytest.mark.parametrize(
    ("passport", "destination", "on", "category", "free", "last_seen"),
    [
        ("KOR", "USA", "2019-12-01", "eta", True, "2019-12-01"),
        ("KOR", "USA", "2020-03-09", "eta", True, "2020-03-09"),
        # Between two snapshots the earlier one speaks, and says when it was last seen.
        ("KOR", "USA", "2020-08-01", "eta", True, "2020-05-09"),
        ("RUS", "KOR", "2020-08-01", "visa_free", True, "2020-05-09"),
        ("RUS", "KOR", "2020-11-19", "covid_ban", False, "2020-11-19"),
        ("KOR", "RUS", None, "visa_free", True, "2024-12-31"),
    ],
)
def test_the_latest_snapshot_not_after_the_day_speaks(
    small: Evidence, passport: str, destination: str, on: str | None, category: str, free: bool, last_seen: str
) -> None:
    found = visa_regime(small, passport=passport, destination=destination, on=on)
    assert found.only("category") == category
    assert found.only() is free or bool(found.only()) is free
    assert f"{found.only('last_seen'):%Y-%m-%d}" == last_seen


def test_a_merged_label_follows_the_eta_that_was_told_apart(small: Evidence) -> None:
    found = visa_regime(small, passport="KOR", destination="USA", on="2021-03-25")
    assert bool(found.only()) is True
    assert found.only("basis") == "told apart on 2020-05-09"
    assert found.rows == {"visa_regimes": [1, 2]}


def test_a_merged_label_is_unknown_after_another_regime(small: Evidence) -> None:
    for passport in ("CHN", "JPN"):
        assert visa_regime(small, passport=passport, destination="USA", on="2021-03-25").only() is None
    assert visa_regime(small, passport="USA", destination="KOR", on="2021-10-01").only() is None


def test_an_eta_is_free_only_where_it_is_counted_so(small: Evidence) -> None:
    for on in ("2019-12-01", "2021-03-25"):
        found = visa_regime(small, passport="KOR", destination="USA", on=on, counts_eta_as_free=False)
        assert bool(found.only()) is False


@pytest.mark.parametrize(
    ("passport", "destination", "on", "kind"),
    [
        ("KOR", "USA", "2019-11-22", MissingKind.NOT_COLLECTED),
        ("KOR", "USA", "2025-01-01", MissingKind.NOT_YET),
        ("JPN", "KOR", "2020-03-09", MissingKind.NOT_COLLECTED),
        ("KOR", "KOR", "2020-03-09", MissingKind.NOT_APPLICABLE),
    ],
)
def test_each_kind_of_nothing(small: Evidence, passport: str, destination: str, on: str, kind: MissingKind) -> None:
    found = visa_regime(small, passport=passport, destination=destination, on=on)
    assert found.frame.empty
    assert found.missing is not None
    assert found.missing.kind == kind


def test_a_list_too_old_has_ended() -> None:
    late = Evidence(as_of="2026-11-24")
    found = visa_regime(late, passport="KOR", destination="USA")
    assert found.missing is not None
    assert found.missing.kind == MissingKind.SERIES_ENDED
    assert "2025-01-12" in found.missing.detail
    assert visa_regime(late, passport="KOR", destination="USA", on="2025-02-01").only("category") == "eta"


def test_nothing_seen_later_leaks_into_an_earlier_day(tmp_path: Path) -> None:
    early = make_evidence(tmp_path, {"visa_regimes": RUNS}, as_of="2020-03-09")
    found = visa_regime(early, passport="KOR", destination="USA")
    assert f"{found.only('last_seen'):%Y-%m-%d}" == "2020-03-09"
    assert found.rows == {"visa_regimes": [1]}


def test_both_ways_needs_both(small: Evidence) -> None:
    assert bool(visa_free_both_ways(small, state_a="KOR", state_b="RUS", on="2020-03-09").only()) is True
    later = visa_free_both_ways(small, state_a="KOR", state_b="RUS", on="2021-03-25")
    assert bool(later.only()) is False
    assert (later.only("category_a_to_b"), later.only("category_b_to_a")) == ("visa_free", "covid_ban")
    # One way is known to be free and the other cannot be told: neither yes nor no.
    assert visa_free_both_ways(small, state_a="USA", state_b="KOR", on="2021-10-01").only() is None


def test_all_destinations_at_once(small: Evidence) -> None:
    found = visa_free_to(small, passport="KOR", destinations=["USA", "RUS"], on="2020-03-09")
    assert list(found.frame["iso3_destination"]) == ["USA", "RUS"]
    # A destination that the source does not know is not left out, or "all" would be said of fewer.
    fewer = visa_free_to(small, passport="KOR", destinations=["CHN", "RUS"], on="2020-03-09").frame
    assert list(fewer["iso3_destination"]) == ["CHN", "RUS"]
    assert fewer["is_visa_free"].isna().tolist() == [True, False]
    assert fewer["date"].notna().all()
    every = visa_free_to_all(small, destinations=["USA", "RUS"], on="2020-03-09")
    assert list(every.frame["iso3_passport"]) == ["KOR"]
    # 'No other' rests on the rows of the passports that are not free, too.
    assert every.rows["visa_regimes"] == [1, 5, 9, 12]
    none = visa_free_to_all(small, destinations=["KOR", "USA", "RUS"], on="2020-03-09")
    assert none.missing is not None
    assert none.missing.kind == MissingKind.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("arguments", "error", "word"),
    [
        ({"passport": "KOP", "destination": "USA"}, UnknownName, "KOR"),
        ({"passport": "KOR", "destination": "Rusia"}, UnknownName, "destination"),
        ({"passport": "KOR", "destination": "USA", "source": "henley"}, UnknownName, "passport_index"),
        ({"passport": "KOR", "destination": "USA", "on": "March 2020"}, BadParameter, "2021-03-25"),
    ],
)
def test_a_wrong_word_names_the_right_ones(
    real: Evidence, arguments: dict[str, str], error: type[Exception], word: str
) -> None:
    with pytest.raises(error) as caught:
        visa_regime(real, **arguments)
    assert word in str(caught.value)


def test_four_passports_open_both_the_us_and_russia_before_the_pandemic(real: Evidence) -> None:
    found = visa_free_to_all(real, destinations=["USA", "RUS"], on="2020-03-09")
    assert list(found.frame["iso3_passport"]) == ["BRN", "CHL", "KOR", "PLW"]
    strict = visa_free_to_all(real, destinations=["USA", "RUS"], on="2020-03-09", counts_eta_as_free=False)
    assert list(strict.frame["iso3_passport"]) == ["PLW"]


def test_korea_was_free_both_ways_with_both_powers_before_the_pandemic(real: Evidence) -> None:
    for power in ("USA", "RUS"):
        assert bool(visa_free_both_ways(real, state_a="KOR", state_b=power, on="2020-03-09").only()) is True
    # On the article's day Russians could not enter Korea.
    assert bool(visa_free_both_ways(real, state_a="KOR", state_b="RUS").only()) is False


@pytest.fixture(scope="module")
def matrix(real: Evidence) -> dict[tuple[str, str], str]:
    """Give passport and destination to category on 9 March 2020, read from the table and not through the measure."""
    runs = real.select("visa_regimes")
    on = runs[(runs["first_seen"] <= "2020-03-09") & (runs["last_seen"] >= "2020-03-09")]
    return dict(zip(zip(on["iso3_passport"], on["iso3_destination"], strict=True), on["category"], strict=True))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_swapping_a_pair_flips_the_regime_and_keeps_both_ways(
    real: Evidence, matrix: dict[tuple[str, str], str], data: st.DataObject
) -> None:
    codes = sorted({passport for passport, _ in matrix})
    a, b = data.draw(st.sampled_from(list(combinations(codes, 2))))
    there = visa_regime(real, passport=a, destination=b, on="2020-03-09")
    back = visa_regime(real, passport=b, destination=a, on="2020-03-09")
    assert (there.only("category"), back.only("category")) == (matrix[a, b], matrix[b, a])
    one = visa_free_both_ways(real, state_a=a, state_b=b, on="2020-03-09")
    other = visa_free_both_ways(real, state_a=b, state_b=a, on="2020-03-09")
    assert one.frame.equals(other.frame)
    assert one.rows == other.rows
