"""A place among all pairs is an input by what it is, and not by every row that it rests on."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.helpers import make_package

from tightrope.evidence import Evidence
from tightrope.evidence.inputs import inputs_of
from tightrope.measures.inputs import current_inputs, hash_result
from tightrope.measures.measure import Measure, Missing, MissingKind
from tightrope.measures.standing import pair_standing

CODES = ("AAA", "BBB", "CCC", "DDD")
NAME = 'pair_standing({"figure": "distance", "state_a": "AAA", "state_b": "BBB"}) as of 2021-03-25'


def package(root: Path, **km: float) -> Path:
    """Four states; AAA-BBB are 1000.25 km apart, the other pairs 100, 200 … but for those given."""
    pairs = ("AAA_BBB", "AAA_CCC", "AAA_DDD", "BBB_CCC", "BBB_DDD", "CCC_DDD")
    far = {pair: 1000.25 if k == 0 else 100.0 * k for k, pair in enumerate(pairs)} | km
    rows = [{"iso3_a": pair[:3], "iso3_b": pair[4:], "capital_distance_km": value} for pair, value in far.items()]
    states = [{"iso3": code, "name": code, "is_un_member": True} for code in CODES]
    return make_package(root, {"states": states, "distances": rows})


def look(root: Path) -> dict[str, str]:
    evidence = Evidence(root, as_of="2021-03-25")
    pair_standing(evidence, state_a="AAA", state_b="BBB", figure="distance")
    return inputs_of(evidence)


def stale(root: Path, was: dict[str, str]) -> list[str]:
    now = current_inputs(root, {name: [each] for name, each in was.items()})
    assert set(now) <= set(was)
    return [name for name, each in was.items() if each not in ([h] if isinstance(h := now.get(name), str) else h or [])]


def test_the_place_stands_for_the_whole_table(tmp_path: Path) -> None:
    was = look(package(tmp_path))
    assert NAME in was
    assert "distances" not in was
    assert "distances?iso3_a=AAA,BBB&iso3_b=AAA,BBB" in was
    assert stale(tmp_path, was) == []


def test_another_pairs_row_counts_only_where_it_moves_the_place(tmp_path: Path) -> None:
    was = look(package(tmp_path))
    assert stale(package(tmp_path, CCC_DDD=900.0), was) == []
    assert stale(package(tmp_path, CCC_DDD=1100.0), was) == [NAME]


def test_the_pairs_own_row_counts_though_the_place_stays(tmp_path: Path) -> None:
    was = look(package(tmp_path))
    moved = stale(package(tmp_path, AAA_BBB=1000.251), was)
    assert moved == ["distances?iso3_a=AAA,BBB&iso3_b=AAA,BBB"]


def test_several_reports_hashes_are_told_apart(tmp_path: Path) -> None:
    first = look(package(tmp_path))[NAME]
    second = look(package(tmp_path, CCC_DDD=1100.0))[NAME]
    assert current_inputs(tmp_path, {NAME: sorted([first, second])}) == {NAME: [second]}
    # The table is another, the place is the first report's again.
    package(tmp_path, CCC_DDD=901.0)
    assert current_inputs(tmp_path, {NAME: sorted([first, second])}) == {NAME: [first]}


@pytest.mark.parametrize("name", ["gone({}) as of 2021-03-25", "no name", NAME.replace("AAA", "XXX")])
def test_what_cannot_be_asked_any_more_has_changed(tmp_path: Path, name: str) -> None:
    package(tmp_path)
    assert current_inputs(tmp_path, {name: ["0-1"]}).get(name) != ["0-1"]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (1.23449, 1.234491, True),
        (1.2344, 1.2346, False),
        # 0.05 is shown as 0.1 with one digit and 0.0499 as 0.0: near a rounding edge every number of digits counts.
        (1.04999999, 1.05000001, False),
        (1234567.0, 1234568.0, False),
        (None, 0.0, False),
    ],
)
def test_figures_count_as_far_as_reports_write_them(one: float, other: float, is_same: bool) -> None:
    made = [Measure("m", {}, pd.DataFrame({"value": [each]}), "km", "value") for each in (one, other)]
    assert (hash_result(made[0]) == hash_result(made[1])) is is_same


def test_which_kind_of_nothing_it_is_counts() -> None:
    empty = pd.DataFrame({"value": []})
    kinds = (MissingKind.NOT_YET, MissingKind.NOT_COLLECTED)
    made = [Measure("m", {}, empty, "km", "value", missing=Missing(kind, "nothing")) for kind in kinds]
    assert hash_result(made[0]) != hash_result(made[1])
