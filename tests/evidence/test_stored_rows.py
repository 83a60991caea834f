"""Rows that have certain texts are found by an index, and are those that reading the whole table finds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tightrope.evidence import stored
from tightrope.evidence.package import find_root, load_package
from tightrope.evidence.stored import read_table, rows_with

ROOT = find_root()
MANY = tuple(f"{a}{b}{c}" for a in "ABCDEKRU" for b in "AEHORUS" for c in "ABDENRSU")
BOTH = {"iso3_exporter": ("KOR",), "iso3_importer": ("RUS",)}
ONE_OF_MANY = {"iso3_exporter": ("NRU", "KOR"), "iso3_importer": MANY}
NOBODY = {"iso3_exporter": ("KOR",), "iso3_importer": ("XXX",)}


@pytest.mark.parametrize("many", [0, 8, 1_000_000])
@pytest.mark.parametrize(
    "wanted", [BOTH, ONE_OF_MANY, NOBODY, {"iso3_exporter": ("KOR", "KOR")}, {"iso3_importer": ()}]
)
def test_rows_with_certain_texts_are_those_that_reading_all_finds(
    wanted: Mapping[str, tuple[str, ...]], many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "_MANY", many)
    stored._rows_with.cache_clear()
    resource = load_package(ROOT).table("trade_baci")
    whole = read_table(ROOT, resource).select(list(wanted)).to_pandas()
    expected = np.flatnonzero(np.logical_and.reduce([whole[name].isin(values) for name, values in wanted.items()]))
    found = rows_with(ROOT, resource, wanted)
    assert found is not None
    assert found.tolist() == expected.tolist()
    assert wanted is not BOTH or len(found) > 20


def test_only_columns_of_text_are_looked_at_and_the_answer_cannot_be_spoilt() -> None:
    resource = load_package(ROOT).table("trade_baci")
    assert rows_with(ROOT, resource, {"year": (2020,)}) is None
    found = rows_with(ROOT, resource, {"year": (2020,), **BOTH})
    assert found is not None
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 1
    assert rows_with(ROOT, resource, BOTH) is found
