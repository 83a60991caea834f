"""Small data packages written by hand, so that a measure can be checked against numbers worked on paper."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from tightrope.evidence import Evidence
from tightrope.ingest.build import ARROW, describe, write_package, write_whole
from tightrope.ingest.recipe import read_descriptors

Rows = str | pd.DataFrame | list[dict[str, Any]]


def make_package(root: Path, tables: Mapping[str, Rows]) -> Path:
    """Write data/ under ``root`` with ``tables`` and give ``root`` back, for ``Evidence(root, as_of=…)``.

    Each table has the fields of its real descriptor (``ingest/descriptors``); columns left out are empty, and a
    column the descriptor does not know raises. Rows stay in the order given, so row numbers count from 0.
    Rows are CSV text (spaces after a comma do not count), a list of dicts or a frame.
    A ``states`` table with every code used is added unless given.

    >>> make_package(tmp_path, {"trade_baci": '''year, iso3_exporter, iso3_importer, exports_kusd
    ... 2019, KOR, RUS, 7.5'''})  # doctest: +SKIP
    """
    entries = read_descriptors()
    frames = {name: _frame(rows) for name, rows in tables.items()}
    if "states" not in frames:
        frames["states"] = _states(frames, entries)
    resources = []
    for name, frame in frames.items():
        entry = {**entries[name], "format": "csv"}
        table = _table(name, frame, entry["fields"])
        sink = io.BytesIO()
        pa.csv.write_csv(table, sink)
        path = f"evidence/{entry['theme']}/{name}.csv"
        write_whole(root / "data" / path, sink.getvalue())
        resources.append(describe(name, path, entry, table, sink.getvalue()))
    write_package(resources, root / "data")
    return root


def make_evidence(root: Path, tables: Mapping[str, Rows], as_of: str = "2026-11-24") -> Evidence:
    """Write the tables (see ``make_package``) and open them as of a day."""
    return Evidence(make_package(root, tables), as_of=as_of)


def _frame(rows: Rows) -> pd.DataFrame:
    if isinstance(rows, str):
        text = "\n".join(line.strip() for line in rows.strip().splitlines())
        return pd.read_csv(io.StringIO(text), dtype=str, skipinitialspace=True, keep_default_na=False, na_values=[""])
    return pd.DataFrame(rows)


def _table(name: str, frame: pd.DataFrame, fields: list[dict[str, Any]]) -> pa.Table:
    unknown = sorted(set(frame.columns) - {f["name"] for f in fields})
    if unknown:
        raise ValueError(f"{name} has no column {unknown}; its columns are {[f['name'] for f in fields]}")
    columns = {}
    for f in fields:
        kind = ARROW[f["type"]]
        if f["name"] not in frame:
            columns[f["name"]] = pa.nulls(len(frame), kind)
            continue
        array = pa.array(frame[f["name"]], from_pandas=True)
        columns[f["name"]] = array.cast(kind)
    return pa.table(columns)


def _states(frames: Mapping[str, pd.DataFrame], entries: Mapping[str, Any]) -> pd.DataFrame:
    codes: set[str] = {"KOR", "RUS", "USA", "CHN", "JPN", "PRK"}
    for name, frame in frames.items():
        for f in entries[name]["fields"]:
            if f.get("states") and f["name"] in frame:
                codes |= set(frame[f["name"]].dropna())
    return pd.DataFrame({"iso3": sorted(codes), "name": [f"State {code}" for code in sorted(codes)]})
