"""What a pair's page read is all in its inputs, and one state's rows are the inputs of its own pairs alone."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from tests.profile.whole import AS_OF, ROOT, pages

from tightrope.evidence import stored
from tightrope.evidence.inputs import inputs_of
from tightrope.measures import REGISTRY
from tightrope.measures.inputs import current_inputs
from tightrope.profile import open_profile


def look(root: Path, one: str, other: str) -> dict[str, str]:
    profile = open_profile(one, other, AS_OF, root=root)
    pages(profile)
    return inputs_of(profile.evidence)


def stale(root: Path, was: dict[str, str]) -> list[str]:
    now = current_inputs(root, {name: [each] for name, each in was.items()})
    return [name for name, each in was.items() if each not in ([h] if isinstance(h := now.get(name), str) else h or [])]


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


def changed(root: Path, table: str, state: tuple[str, str], column: str) -> None:
    """Copy data/ and add one to a column of a state's rows."""
    shutil.copytree(ROOT / "data", root / "data")
    path = root / "data" / "datapackage.json"
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    resource = next(r for r in body["resources"] if r["name"] == table)
    file = root / "data" / resource["path"]
    rows = pq.read_table(file)
    mine = pc.fill_null(pc.equal(rows[state[0]].cast(pa.string()), state[1]), False)
    assert pc.sum(mine).as_py() > 100
    values = pc.if_else(mine, pc.add(rows[column], 1), rows[column])
    pq.write_table(rows.set_column(rows.schema.get_field_index(column), column, values), file)
    resource["hash"], resource["bytes"] = f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}", file.stat().st_size
    path.write_text(json.dumps(body), encoding="utf-8")


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
