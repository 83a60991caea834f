"""What a report read, in names that can be looked up again: a hash for each, so that only a change in them is stale.

A name is a table (``gdp``), the rows of a table that hold a value (``trade_baci?iso3_exporter=KOR``), or what the
descriptor says of a table (``gdp#about``), which source lines and coverage come from. Rows are taken whole and on every
day, so a name may cover more than was read and never less: a report is rendered once too often rather than left stale.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, unquote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from tightrope.evidence.package import Resource, load_package
from tightrope.evidence.stored import read_table
from tightrope.evidence.tables import Evidence, Read

# Every report names states.
ALWAYS = ("states", "state_names")
# A read that names more values than this is a read of the whole table.
MOST_VALUES = 40


def inputs_of(evidence: Evidence, also: Iterable[str] = ()) -> dict[str, str]:
    """Give what was read so far: a hash by name.

    Parameters
    ----------
    evidence : Evidence
        Its ``reads`` tell the tables, and the values that rows were chosen by.
    also : iterable of str
        Tables that were read whole past ``select``, or before this process began.
    """
    known = {resource.name for resource in evidence.package.resources}
    names = {name for name in (*ALWAYS, *also) if name in known}
    names |= {name for read in evidence.reads for name in _names(read, evidence.package.table(read.table))}
    names |= {f"{_table(name)}#about" for name in names}
    # Rows of a table that is read whole anyway need no name of their own.
    names = {name for name in names if "?" not in name or _table(name) not in names}
    return dict(sorted(current_inputs(evidence.root, names).items()))


def current_inputs(root: Path, names: Iterable[str]) -> dict[str, str]:
    """Give the hash that each name has now; one that is no longer there is left out.

    Raises
    ------
    BadTable
        Where a table under data/ is missing or not what its descriptor says.
    """
    resources = {resource.name: resource for resource in load_package(root).resources}
    asked: dict[str, list[str]] = {}
    for name in names:
        asked.setdefault(_table(name), []).append(name)
    found = {}
    for table, of_table in asked.items():
        resource = resources.get(table)
        if resource is None:
            continue
        for name in of_table:
            if name == table:
                found[name] = resource.hash.removeprefix("sha256:")
            elif name.endswith("#about"):
                found[name] = _hash_about(resource)
        found |= _hash_rows(root, resource, [name for name in of_table if "?" in name])
    return found


def _table(name: str) -> str:
    return name.partition("?")[0].partition("#")[0]


def _names(read: Read, resource: Resource) -> list[str]:
    """Name a read by one text column that it chose rows by, the one with the fewest values."""
    text = {f.name for f in resource.table_schema.fields if f.type == "string"}
    chosen = [(column, values) for column, values in read.filter if column in text]
    if not chosen:
        return [read.table]
    column, values = min(chosen, key=lambda entry: (len(entry[1]), entry[0]))
    if len(values) > MOST_VALUES:
        return [read.table]
    return [f"{read.table}?{column}={quote(str(value), safe='')}" for value in values]


def _hash_about(resource: Resource) -> str:
    body = resource.model_dump(mode="json", by_alias=True, exclude={"hash", "bytes"})
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _hash_rows(root: Path, resource: Resource, names: list[str]) -> dict[str, str]:
    if not names:
        return {}
    stored = read_table(root, resource)
    # Numbers of the rows by value, made once a column, since thousands of names may ask for the same table.
    places: dict[str, dict[str, list[int]]] = {}
    found = {}
    for name in names:
        column, _, value = name.partition("?")[2].partition("=")
        if column not in stored.column_names:
            continue
        if column not in places:
            places[column] = _places(stored[column])
        rows = stored.take(pa.array(places[column].get(unquote(value), []), pa.int64()))
        found[name] = _hash_table(rows)
    return found


def _places(column: pa.ChunkedArray) -> dict[str, list[int]]:
    text = column.cast(pa.string())
    table = pa.table({"value": text, "row": pa.array(range(len(text)), pa.int64())})
    grouped = table.group_by("value").aggregate([("row", "list")])
    return dict(zip(grouped["value"].to_pylist(), map(sorted, grouped["row_list"].to_pylist()), strict=True))


def _hash_table(rows: pa.Table) -> str:
    """Hash rows as the text of a CSV: what they hold, however they are stored."""
    columns = {
        name: pc.cast(rows[name], pa.string()) if pa.types.is_dictionary(rows[name].type) else rows[name]
        for name in rows.column_names
    }
    sink = io.BytesIO()
    pyarrow.csv.write_csv(pa.table(columns), sink)
    return hashlib.sha256(sink.getvalue()).hexdigest()
