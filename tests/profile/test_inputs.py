"""What a pair's page read is all in its inputs, and one state's rows are the inputs of its own pairs alone."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from tests.profile.whole import AS_OF, ROOT, pages
from tests.stale import changed, stale

from tightrope.evidence import stored
from tightrope.evidence.inputs import inputs_of
from tightrope.measures import REGISTRY
from tightrope.profile import open_profile


def look(root: Path, one: str, other: str) -> dict[str, str]:
    profile = open_profile(one, other, AS_OF, root=root)
    pages(profile)
    return inputs_of(profile.evidence)


@pytest.mark.parametrize("pair", [("KOR", "RUS"), ("FRA", "NRU")])
def test_no_table_is_read_past_the_inputs(pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    read, touched = stored._read, set()

    def noting(path: Path, mtime: int, size: int, key: stored.Keyed) -> pa.Table:
        touched.add(key.resource.name)
        return read(path, mtime, size, key)

    monkeypatch.setattr(stored, "_read", noting)
    profile = open_profile(*pair, AS_OF)
    pages(profile)
    monkeypatch.undo()
    found = inputs_of(profile.evidence)
    named = {name.partition("?")[0] for name in found if "(" not in name.partition("?")[0]}
    for name in found:
        if "({" in name:
            named |= set(REGISTRY[name.partition("(")[0]].tables)
    assert len(touched) > 20
    assert touched - named == set()
    # Every table stands by some states' rows or by what a measure gave; only the names of states count whole.
    whole = {name for name in found if not set("?#(") & set(name)}
    assert whole == {"states", "state_names"}


def test_one_states_rows_make_its_own_pairs_stale_and_no_other(tmp_path: Path) -> None:
    was = {pair: look(ROOT, *pair) for pair in (("KOR", "RUS"), ("JPN", "KOR"), ("BRA", "FRA"), ("NOR", "SWE"))}
    changed(tmp_path, "trade_imf", ("iso3_reporter", "KOR"), "exports_fob_usd")
    found = {pair: stale(tmp_path, each) for pair, each in was.items()}
    assert found == {
        ("KOR", "RUS"): ["trade_imf?iso3_partner=RUS&iso3_reporter=KOR"],
        ("JPN", "KOR"): ["trade_imf?iso3_partner=JPN&iso3_reporter=KOR"],
        ("BRA", "FRA"): [],
        ("NOR", "SWE"): [],
    }
