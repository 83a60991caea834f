"""Change a table and see which inputs of a report that makes others."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tightrope.evidence import find_root
from tightrope.measures.inputs import current_inputs


def stale(root: Path, was: dict[str, str]) -> list[str]:
    now = current_inputs(root, {name: [each] for name, each in was.items()})
    return [name for name, each in was.items() if each not in ([h] if isinstance(h := now.get(name), str) else h or [])]


def changed(root: Path, table: str, state: tuple[str, str], column: str) -> None:
    """Copy data/ and add one to a column of a state's rows."""
    shutil.copytree(find_root() / "data", root / "data", dirs_exist_ok=True)
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
