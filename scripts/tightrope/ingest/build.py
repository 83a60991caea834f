"""Write tables and data/datapackage.json, whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tightrope.errors import BadTable
from tightrope.ingest.recipe import Raw, find_recipe
from tightrope.ingest.works import works_of

ARROW = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
PACKAGE: dict[str, Any] = {
    "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
    "name": "tightrope-evidence",
    "title": "Tightrope evidence: relations between states",
    "description": "Tidy tables on trade, diplomacy, security, mobility and opinion between states, each with its "
    "producer, version, address, date and licence. A missing value is never a zero.",
    "version": "2026.11.24",
    "licenses": [{"name": "CC-BY-4.0", "title": "Our arrangement of the tables; each table keeps its own licence",
                  "path": "https://creativecommons.org/licenses/by/4.0/"}],
}  # fmt: skip


def build_table(name: str, entry: dict[str, Any], raw: Raw, data: Path) -> dict[str, Any]:
    """Make one table and give its resource descriptor.

    The frame's columns must be exactly the descriptor's fields; rows are sorted by the primary key, so that the
    same raw files give the same bytes.

    Raises
    ------
    BadTable
        Columns and fields differ, the key repeats, or a value does not fit its type.
    """
    table, content = packed(name, entry, find_recipe(name)(raw))
    path = f"evidence/{entry['theme']}/{name}.{entry['format']}"
    write_whole(data / path, content)
    return describe(name, path, entry, table, content)


def packed(name: str, entry: dict[str, Any], frame: pd.DataFrame) -> tuple[pa.Table, bytes]:
    """Sort a table by its key, give its columns their types, and pack it: the same rows give the same bytes.

    Raises
    ------
    BadTable
        Columns and fields differ, the key repeats, or a value does not fit its type.
    """
    fields = entry["fields"]
    names = [f["name"] for f in fields]
    if sorted(frame.columns) != sorted(names):
        raise BadTable(
            f"recipe and descriptor of {name} differ", where=f"recipe {sorted(frame.columns)}, fields {sorted(names)}",
            fix=f"mend descriptors/{entry['theme']}.toml or the recipe",
        )  # fmt: skip
    key = entry.get("primary_key", [])
    order = entry.get("sort", key)
    frame = frame[names].sort_values(order, kind="stable", na_position="last") if order else frame[names]
    if key and frame.duplicated(key).any():
        first = frame.loc[frame.duplicated(key, keep=False), key].iloc[0].to_dict()
        raise BadTable(f"the key of {name} repeats", where=str(first), why="a row could not be named")
    try:
        table = pa.table(
            {f["name"]: pa.array(frame[f["name"]], from_pandas=True).cast(ARROW[f["type"]]) for f in fields}
        )
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise BadTable(f"a value of {name} does not fit its type", where=str(error)) from None
    return table, _parquet(table) if entry["format"] == "parquet" else _csv(table)


def describe(name: str, path: str, entry: dict[str, Any], table: pa.Table, content: bytes) -> dict[str, Any]:
    """Give the Data Package v2 resource of a table that was just written."""
    fields = []
    for f in entry["fields"]:
        field = {k: v for k, v in f.items() if k != "states"}
        fields.append(field)
    keys = [
        {"fields": [f["name"]], "reference": {"resource": "states", "fields": ["iso3"]}}
        for f in entry["fields"] if f.get("states") and name != "states"
    ]  # fmt: skip
    seen: set[str] = set()
    for f in entry["fields"]:
        if f.get("states"):
            seen |= set(table[f["name"]].drop_null().unique().to_pylist())
    first, last = _span(table, entry.get("describes", {}))
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if entry.get("primary_key"):
        schema["primaryKey"] = entry["primary_key"]
    if keys:
        schema["foreignKeys"] = keys
    source = {"title": entry["producer"], "path": entry["address"]}
    licence = {"name": entry["licence"], "title": entry.get("licence_title", entry["licence"])}
    if entry.get("licence_address"):
        licence["path"] = entry["licence_address"]
    details: dict[str, Any] = {
        k: _plain(entry[k])
        for k in ("producer", "version", "address", "released", "retrieved", "citation", "licence", "licence_address",
                  "describes", "published", "cadence", "absent", "notes", "corrections")
        if k in entry
    }  # fmt: skip
    details["cite"] = works_of(name, entry)
    details["coverage"] = {
        "first": first, "last": last, "n_rows": table.num_rows, "n_states": len(seen) if seen else None,
    }  # fmt: skip
    media = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}[entry["format"]]
    return {
        "name": name, "path": path, "title": entry["title"], "description": entry["description"],
        "format": entry["format"], "mediatype": media,
        "encoding": "utf-8", "bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "sources": [source], "licenses": [licence], "schema": schema, "tightrope": details,
    }  # fmt: skip


def write_package(resources: list[dict[str, Any]], data: Path) -> None:
    """Write data/datapackage.json with the resources sorted by path."""
    package = {**PACKAGE, "resources": sorted(resources, key=lambda r: r["path"])}
    write_whole(data / "datapackage.json", (json.dumps(package, indent=1, ensure_ascii=False) + "\n").encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write beside and rename, so that a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    beside.replace(path)


def _parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    # Amounts hardly repeat: split by byte they pack a third smaller than in a dictionary.
    amounts = [f.name for f in table.schema if f.type == pa.int64() and pc.count_distinct(table[f.name]).as_py() > 8192]
    pq.write_table(
        table, sink, compression="zstd", compression_level=19, row_group_size=1 << 20, store_schema=False,
        use_dictionary=[name for name in table.column_names if name not in amounts],
        column_encoding=dict.fromkeys(amounts, "BYTE_STREAM_SPLIT"),
    )  # fmt: skip
    return sink.getvalue()


def _csv(table: pa.Table) -> bytes:
    frame: pd.DataFrame = table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}.get)
    for field in table.schema:
        if pa.types.is_boolean(field.type):
            frame[field.name] = frame[field.name].map({True: "true", False: "false"})
    return frame.to_csv(index=False, lineterminator="\n").encode()


def _span(table: pa.Table, describes: dict[str, str]) -> tuple[str | None, str | None]:
    field = describes.get("field")
    if not field:
        return None, None
    column = table[field].drop_null()
    last = table[describes["last"]].drop_null() if describes.get("last") else column
    if not len(column):
        return None, None
    return str(min(column.to_pylist())), str(max(last.to_pylist()))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
