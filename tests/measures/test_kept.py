"""What is kept over all pairs is what would be computed, to the last bit, and goes with the tables it came from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.helpers import make_package

from tightrope.errors import BadTable
from tightrope.evidence import Evidence, find_root, store
from tightrope.evidence.tables import Read
from tightrope.measures import gravity, percentiles, percentiles_others
from tightrope.measures.gravity import gravity_model, gravity_residual
from tightrope.measures.percentiles import FIGURES
from tightrope.measures.percentiles_others import trade_weight, unga_agreement_spread
from tightrope.measures.standing import pair_standing

ROOT = find_root()
PAIR = {"state_a": "KOR", "state_b": "RUS"}


def look(day: str = "2021-03-25") -> tuple[list[pd.DataFrame], list[Read]]:
    """Ask everything that rests on all pairs, as a new process would."""
    for cached in (percentiles._all_pairs, percentiles_others._spread, percentiles_others._shares, gravity._model):
        cached.cache_clear()
    evidence = Evidence(ROOT, as_of=day)
    found = [pair_standing(evidence, figure=figure, **PAIR) for figure in FIGURES]
    found += [gravity_model(evidence), gravity_residual(evidence, **PAIR), unga_agreement_spread(evidence)]
    found += [trade_weight(evidence, reporter="KOR", partner="RUS", flow=flow) for flow in ("export", "import")]
    return [each.frame for each in found], evidence.reads


def identical(one: list[pd.DataFrame], other: list[pd.DataFrame]) -> None:
    for a, b in zip(one, other, strict=True):
        pd.testing.assert_frame_equal(a, b, check_exact=True)


@pytest.mark.parametrize("day", ["2021-03-25", "1990-01-01"])
def test_numbers_and_reads_are_the_same_made_kept_and_without_a_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, day: str
) -> None:
    monkeypatch.setenv(store.FOLDER, "off")
    without, read = look(day)
    monkeypatch.setenv(store.FOLDER, str(tmp_path))
    made, read_made = look(day)
    monkeypatch.setattr(percentiles, "_matrix", lambda *_: pytest.fail("it was computed again"))
    monkeypatch.setattr(gravity, "least_squares", lambda *_: pytest.fail("it was fitted again"))
    again, read_again = look(day)
    identical(without, made)
    identical(without, again)
    assert read == read_made == read_again
    assert (day == "1990-01-01") == without[0].empty


def test_another_day_is_another_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.FOLDER, str(tmp_path))
    days = [Evidence(ROOT, as_of=day) for day in ("2015-06-01", "2021-03-25")]
    early, late = (pair_standing(evidence, figure="trade", **PAIR).frame for evidence in days)
    assert list(early["last_year"]) == [2014]
    assert list(late["last_year"]) == [2020]
    assert early["value"].iloc[0] != late["value"].iloc[0]


def test_what_other_code_made_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.FOLDER, str(tmp_path))
    look("1990-01-01")
    monkeypatch.setattr(percentiles, "_matrix", lambda states, *_: np.full((len(states),) * 2, 1.0))
    percentiles._all_pairs.cache_clear()
    evidence = Evidence(ROOT, as_of="1990-01-01")
    assert pair_standing(evidence, figure="distance", **PAIR).frame["value"].iloc[0] > 1000
    monkeypatch.setattr(store, "code", lambda: ["other code"])
    percentiles._all_pairs.cache_clear()
    evidence = Evidence(ROOT, as_of="1990-01-01")
    assert pair_standing(evidence, figure="distance", **PAIR).frame["value"].tolist() == [1.0]
    percentiles._all_pairs.cache_clear()


def test_a_table_that_was_edited_is_refused_though_its_figure_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(store.FOLDER, str(tmp_path / "kept"))
    rows = "iso3_a, iso3_b, capital_distance_km\nKOR, RUS, 6000"
    states = "iso3, name, is_un_member\nKOR, South Korea, true\nRUS, Russia, true"
    root = make_package(tmp_path / "root", {"states": states, "distances": rows})
    day = {"as_of": "2021-03-25"}
    percentiles.all_pairs(Evidence(root, **day), "distance")
    path = root / "data" / Evidence(root, **day).package.table("distances").path
    path.write_bytes(path.read_bytes().replace(b"6000", b"7000"))
    percentiles._all_pairs.cache_clear()
    with pytest.raises(BadTable, match="distances was edited"):
        percentiles.all_pairs(Evidence(root, **day), "distance")
