"""A small sound package to spoil: four tables in both formats, and the ways to edit them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from tests.helpers import make_package

from tightrope.ingest.build import describe, write_package, write_whole
from tightrope.ingest.recipe import read_descriptors

STATES = """iso3, iso2, name, kind, is_un_member, is_unsc_permanent, cow_code
CHN, CN, China, state, true, true, 710
JPN, JP, Japan, state, true, false, 740
KOR, KR, South Korea, state, true, false, 732
NAM, NA, Namibia, state, true, false, 565
RUS, RU, Russia, state, true, true, 365
"""
EVENTS = """event_id, theme, date, date_precision, date_first, date_last, actors, event, source_title, source_url, source_kind, n_sources
opened, bilateral, 1990-09-30, day, 1990-09-30, 1990-09-30, KOR;RUS, Relations opened, A, https://a.example, press, 1
ended, world, 1991-12-26, day, 1991-12-26, 1991-12-26, RUS, The Union ends, B, https://b.example, press, 1
"""  # noqa: E501
ARRIVALS = """year, origin, iso3_origin, n_months, n_total, basis
2013, Russia, RUS, 12, 200, months
2013, Japan, JPN, 12, 500, months
2014, Russia, RUS, 12, 250, months
"""
CSV = "evidence/mobility/arrivals_korea_annual.csv"
RUNS = "evidence/mobility/visa_regimes.parquet"


def make_root(root: Path) -> Path:
    """Write the package under ``root`` and give it back."""
    make_package(root, {"states": STATES, "events": EVENTS, "arrivals_korea_annual": ARRIVALS})
    for path in (CSV, "evidence/society/events.csv", "evidence/states/states.csv"):
        full = root / "data" / path
        # As the real tables are written: no quotes where none are needed.
        full.write_text(full.read_text(encoding="utf-8").replace('"', ""), encoding="utf-8")
        rehash(root, path)
    add_runs(root, [("KOR", "RUS", "visa_free", "60"), ("RUS", "KOR", "covid_ban", "covid ban")])
    return root


def add_runs(root: Path, rows: list[tuple[str, str, str, str]]) -> None:
    """Add a Parquet table, so that both formats are tried."""
    entry = read_descriptors()["visa_regimes"]
    days = [pd.Timestamp("2020-03-09").date()] * len(rows)
    table = pa.table(
        {
            "iso3_passport": [r[0] for r in rows],
            "iso3_destination": [r[1] for r in rows],
            "category": [r[2] for r in rows],
            "value": [r[3] for r in rows],
            "first_seen": pa.array(days, pa.date32()),
            "last_seen": pa.array(days, pa.date32()),
            "n_snapshots": pa.array([1] * len(rows), pa.int64()),
        }
    )
    write_runs(root, table, entry)


def write_runs(root: Path, table: pa.Table, entry: dict[str, Any]) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    content = sink.getvalue().to_pybytes()
    write_whole(root / "data" / RUNS, content)
    described = {**entry, "fields": [f for f in entry["fields"] if f["name"] in table.column_names]}
    made = describe("visa_regimes", RUNS, described, table, content)
    made["schema"]["fields"] = entry["fields"]
    package = json.loads((root / "data" / "datapackage.json").read_text(encoding="utf-8"))
    kept = [r for r in package["resources"] if r["name"] != "visa_regimes"]
    write_package([*kept, made], root / "data")


def edit(root: Path, old: str, new: str, path: str = CSV) -> None:
    full = root / "data" / path
    text = full.read_text(encoding="utf-8")
    assert text.count(old) == 1
    full.write_text(text.replace(old, new), encoding="utf-8")


def rehash(root: Path, path: str = CSV) -> None:
    """Make the descriptor name the edited file, as a wrong recipe would: only the schema can find the fault then."""
    content = (root / "data" / path).read_bytes()
    package = json.loads((root / "data" / "datapackage.json").read_text(encoding="utf-8"))
    (entry,) = [r for r in package["resources"] if r["path"] == path]
    entry["hash"], entry["bytes"] = f"sha256:{hashlib.sha256(content).hexdigest()}", len(content)
    write_package(package["resources"], root / "data")
