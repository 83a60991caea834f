"""What a report read, in names that can be looked up again: a hash for each, so that only a change in them is stale.

A name is one of these:

======================================= ===============================================================================
``gdp``                                 a whole table
``trade_baci?iso3_exporter=KOR``        the rows of a table that hold a value, whole and on every day; where more was
                                        asked, ``trade_imf?iso3_partner=RUS&iso3_reporter=JPN,KOR``
``gdp#about``                           what the descriptor says of a table, from which source lines and coverage come;
                                        not its hash and number of rows, which change with any state's row
``#package``                            title and version of the package
``pair_standing({…}) as of 2024-12-31`` what a measure gave where it looked at whole tables (see `measures.inputs`)
======================================= ===============================================================================

The hash of rows comes after the table's own, ``table-rows``: where the table is as it was, so are its rows. The last
kind is for numbers that stand beside all other pairs, such as a place: they rest on every row, but a report shows the
place and not the rows, so it is stale when its own place has moved. A name may cover more than was read and never less:
a report is rendered once too often rather than left stale. The row numbers and the first digits of a table's hash that
a report prints are those of the table that it was made from.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import quote, unquote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from tightrope.evidence import store
from tightrope.evidence.package import DESCRIPTOR, Resource, load_package
from tightrope.evidence.stored import Keyed, read_table, rows_by_value, rows_with
from tightrope.evidence.tables import Evidence, Read

# Every report names states.
ALWAYS = ("states", "state_names")
__all__ = ["ALWAYS", "DESCRIPTOR", "current_inputs", "hash_about", "inputs_of", "names_of"]

PACKAGE = "#package"
# A read that names more values than this is a read of the whole table.
MOST_VALUES = 40
# Hashes of a column with more values than this are not kept: what is asked for are states.
MOST_KEPT = 1000


def inputs_of(evidence: Evidence, also: Iterable[str] = ()) -> dict[str, str]:
    """Give what was read so far: a hash by name.

    Parameters
    ----------
    evidence : Evidence
        Its ``reads`` tell the tables, and the values that rows were chosen by.
    also : iterable of str
        Tables that were read whole past ``select``, or before this process began.
    """
    known = {resource.name: resource for resource in evidence.package.resources}
    names = {name for name in (*ALWAYS, *also) if name in known}
    for read in (*evidence.reads, *evidence.checked):
        if not read.through:
            names |= set(names_of(read, known[read.table]))
    names |= {f"{table}#about" for table in (*map(_table, names), *evidence.consulted)}
    # Rows of a table that is read whole anyway need no name of their own.
    names = {name for name in names if "?" not in name or _table(name) not in names}
    return dict(sorted({**current_inputs(evidence.root, {*names, PACKAGE}), **evidence.derived}.items()))


def current_inputs(root: Path, names: Iterable[str] | Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Give the hash that each name has now; one that is no longer there is left out.

    Parameters
    ----------
    root : Path
    names : iterable of str, or mapping
        With hashes from before, where given: one of rows whose table is as it was is given back.

    Raises
    ------
    BadTable
        Where a table under data/ is missing or not what its descriptor says.
    """
    package = load_package(root)
    resources = {resource.name: resource for resource in package.resources}
    found = {}
    for name in names:
        if name == PACKAGE:
            found[name] = _hash_json([package.name, package.title, package.version])
        resource = resources.get(_table(name))
        if resource is None:
            continue
        own = resource.hash.removeprefix("sha256:")
        if name == resource.name:
            found[name] = own[:16]
        elif name.endswith("#about"):
            found[name] = hash_about(resource)
        else:
            was = names[name] if isinstance(names, Mapping) else ()
            same = [each for each in was if each.startswith(f"{own[:8]}-")]
            rows = same[0].partition("-")[2] if same else _hash_rows(root, resource, name)
            if rows:
                found[name] = f"{own[:8]}-{rows}"
    return found


def still_hold(found: Mapping[str, str], names: Mapping[str, Sequence[str]]) -> dict[str, str | list[str]]:
    """Give for each name those of the hashes from before that still hold, or the one that does now."""
    holding: dict[str, str | list[str]] = {}
    for name, now in found.items():
        rows = now.rpartition("-")[2]
        same = [each for each in names.get(name, ()) if each.rpartition("-")[2] == rows]
        holding[name] = same or now
    return holding


def _table(name: str) -> str:
    return name.partition("?")[0].partition("#")[0]


def names_of(read: Read, resource: Resource) -> list[str]:
    """Name a read by the text columns that it chose rows by, two at most, those with the fewest values."""
    text = {f.name for f in resource.table_schema.fields if f.type == "string"}
    chosen = [(len(set(v)), column, v) for column, v in read.filter if column in text and len(set(v)) <= MOST_VALUES]
    if not chosen:
        return [read.table]
    asked = sorted((column, sorted({str(value) for value in values})) for _, column, values in sorted(chosen)[:2])
    said = [f"{column}={','.join(quote(value, safe='') for value in values)}" for column, values in asked]
    return [f"{read.table}?{'&'.join(said)}"]


def hash_about(resource: Resource) -> str:
    """Hash what the descriptor says of a table, besides what any changed row changes."""
    return _hash_about(Keyed(resource))


@lru_cache(maxsize=256)
def _hash_about(key: Keyed) -> str:
    body = key.resource.model_dump(mode="json", by_alias=True, exclude={"hash", "bytes"})
    for each in ("n_rows", "n_states"):
        body["tightrope"]["coverage"].pop(each, None)
    return _hash_json(body)


def _hash_json(body: object) -> str:
    return _short(json.dumps(body, sort_keys=True, ensure_ascii=False).encode())


def _short(content: bytes) -> str:
    # The first 64 bits: a manifest holds a hundred of them for each of thousands of reports.
    return hashlib.sha256(content).hexdigest()[:16]


def _hash_rows(root: Path, resource: Resource, name: str) -> str:
    """Hash the rows that a name means; empty where it has a column that is gone."""
    asked = {}
    for part in name.partition("?")[2].split("&"):
        column, _, values = part.partition("=")
        asked[column] = [unquote(value) for value in values.split(",")]
    if not set(asked) <= {field.name for field in resource.table_schema.fields}:
        return ""
    if len(asked) == 1:
        ((column, wanted),) = asked.items()
        places = rows_by_value(root, resource, column)
        if len(wanted) == 1 and len(places) <= MOST_KEPT and wanted[0] in places:
            return _hashes(root, Keyed(resource), column)[wanted[0]]
    rows = rows_with(root, resource, asked)
    if rows is None:  # the column is there, and no longer of text
        return ""
    return _hash_table(read_table(root, resource).take(pa.array(rows, pa.int64())))


@lru_cache(maxsize=128)
def _hashes(root: Path, key: Keyed, column: str) -> dict[str, str]:
    """Hash the rows of every value of a column; kept, since every report asks for two of two hundred."""
    name = store.name_for("rows", key.resource.hash, column, pa.__version__, _hasher())
    kept = store.load_arrays(name)
    if kept is not None:
        hashes: dict[str, str] = kept[0]["hashes"]
        return hashes
    stored = read_table(root, key.resource)
    places = rows_by_value(root, key.resource, column)
    hashes = {value: _hash_table(stored.take(pa.array(rows, pa.int64()))) for value, rows in places.items()}
    store.save_arrays(name, {"hashes": hashes}, {})
    return hashes


@cache
def _hasher() -> str:
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def _hash_table(rows: pa.Table) -> str:
    """Hash rows as the text of a CSV: what they hold, however they are stored."""
    columns = {
        name: pc.cast(rows[name], pa.string()) if pa.types.is_dictionary(rows[name].type) else rows[name]
        for name in rows.column_names
    }
    sink = io.BytesIO()
    pyarrow.csv.write_csv(pa.table(columns), sink)
    return _short(sink.getvalue())
