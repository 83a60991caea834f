"""Stored tables: read once a process, checked against their descriptor, and kept decoded between processes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet as pq

from tightrope.errors import BadTable
from tightrope.evidence import store
from tightrope.evidence.package import Resource, find_root, load_package

_ARROW = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
_CODED = pa.dictionary(pa.int32(), pa.string())
Rows = npt.NDArray[np.int64]
# So many times the rows at hand are too many to sort for comparing with them.
_MANY = 8
# An excerpt's word for columns of text in which an apostrophe leads what a spreadsheet would take for a formula.
LED = "led"


def read_table(root: Path, resource: Resource) -> pa.Table:
    """Read a whole table, checked against the hash of its descriptor, once a process.

    Raises
    ------
    BadTable
        The file is missing, truncated, edited, or lacks a column.
    """
    path = _place(root, resource.path)
    try:
        stat = path.stat()
    except OSError:
        raise BadTable(
            f"table {resource.name} is missing", where=f"data/{resource.path}",
            why="verdicts that stand on it cannot be given", fix=f"git checkout -- data/{resource.path}",
        ) from None  # fmt: skip
    return _read(path, stat.st_mtime_ns, stat.st_size, Keyed(resource))


@lru_cache(maxsize=512)  # asked several hundred times a report
def _place(root: Path, path: str) -> Path:
    return root / "data" / path


def rows_by_value(root: Path, resource: Resource, column: str) -> dict[str, Any]:
    """Give each value of a text column and the numbers of its rows, in order; made once a process."""
    path = _place(root, resource.path)
    stat = path.stat()
    return _places(path, stat.st_mtime_ns, stat.st_size, Keyed(resource), column)


def rows_with(root: Path, resource: Resource, wanted: Mapping[str, Iterable[Any]]) -> Rows | None:
    """Give the numbers of the rows that have one of the values wanted in each text column, in order.

    A state's rows in a table of a million are found by an index, and not by reading them all. Columns of anything but
    text are passed over; the answer is None where no other is wanted. It is shared, and so not to be written to.
    """
    schema = read_table(root, resource).schema
    text = tuple((name, tuple(wanted[name])) for name in sorted(wanted) if is_text(schema.field(name).type))
    if not text:
        return None
    path = _place(root, resource.path)
    stat = path.stat()
    return _rows_with(path, stat.st_mtime_ns, stat.st_size, Keyed(resource), text)


@lru_cache(maxsize=1024)  # measures ask again for what others have asked, and an excerpt for all of it once more
def _rows_with(path: Path, mtime: int, size: int, key: Keyed, text: tuple[tuple[str, tuple[Any, ...]], ...]) -> Rows:
    found = []
    for name, values in text:
        places = _places(path, mtime, size, key, name)
        parts = [places[value] for value in dict.fromkeys(values) if value in places]
        found.append((sum(map(len, parts)), name, values, parts))
    found.sort(key=lambda each: each[0])
    rows = _in_order(found[0][3])
    for n, name, values, parts in found[1:]:
        if n > _MANY * len(rows):
            column = _read(path, mtime, size, key)[name].take(pa.array(rows)).cast(pa.string())
            is_wanted = pc.is_in(column, pa.array(values, pa.string())).to_numpy(zero_copy_only=False)
        else:
            other = _in_order(parts)
            is_wanted = other[np.minimum(np.searchsorted(other, rows), len(other) - 1)] == rows
        rows = rows[is_wanted]
    rows = rows.astype(np.int64)
    rows.flags.writeable = False
    return rows


def _in_order(parts: list[Rows]) -> Rows:
    if len(parts) == 1:
        return parts[0]
    return np.sort(np.concatenate(parts)) if parts else np.empty(0, np.int64)


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a column holds text, coded or not."""
    return bool(pa.types.is_string(kind) or pa.types.is_dictionary(kind))


@lru_cache(maxsize=256)
def _places(path: Path, mtime: int, size: int, key: Keyed, column: str) -> dict[str, Any]:
    """Give each value of a text column and the numbers of its rows."""
    coded = _read(path, mtime, size, key)[column].combine_chunks()
    if not pa.types.is_dictionary(coded.type):
        coded = coded.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    # Numbers of 16 bits are sorted by counting, several times faster.
    codes = codes.astype(np.int16) if len(coded.dictionary) < 1 << 15 else codes
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(coded.dictionary) + 1))
    return {value: order[starts[i] : starts[i + 1]] for i, value in enumerate(coded.dictionary.to_pylist())}


class Keyed:
    """Lets the cache hold a resource by its hash alone."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    def __hash__(self) -> int:
        return hash((self.resource.name, self.resource.hash))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Keyed):
            return False
        return self.resource is other.resource or self.resource == other.resource


@lru_cache(maxsize=128)
def _read(path: Path, _mtime: int, size: int, key: Keyed) -> pa.Table:
    resource = key.resource
    where = f"data/{resource.path}"
    content = path.read_bytes()
    if f"sha256:{hashlib.sha256(content).hexdigest()}" != resource.hash:
        kind = "truncated" if size < resource.bytes else "edited"
        raise BadTable(
            f"table {resource.name} was {kind}: its SHA-256 is not the descriptor's",
            where=f"{where} ({size} bytes, {resource.bytes} expected)",
            why="a number quoted from it could not be traced to its producer",
            fix=f"git checkout -- {where}; to change a table on purpose, build it with python -m tightrope.ingest",
        )
    name = _name(resource)
    kept = store.load(name)
    if kept is not None:
        return pa.ipc.open_stream(pa.py_buffer(kept)).read_all()
    try:
        table = _decode(content, resource)
    except (pa.ArrowInvalid, pa.ArrowKeyError, pa.ArrowNotImplementedError, KeyError) as error:
        raise BadTable(
            f"table {resource.name} does not fit its schema", where=f"{where}: {str(error).splitlines()[0]}",
            fix="tightrope check",
        ) from None  # fmt: skip
    if store.folder() is not None:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        store.save(name, memoryview(sink.getvalue()))
    return table


def _name(resource: Resource) -> str:
    """Name a decoded table by its stored form's hash, its columns and what decodes it."""
    columns = [(field.name, field.type) for field in resource.table_schema.fields]
    return store.name_for("table", resource.hash, resource.format, columns, _led(resource), pa.__version__, _decoder())


def _decode(content: bytes, resource: Resource) -> pa.Table:
    types = {f.name: _ARROW[f.type] for f in resource.table_schema.fields}
    buffer = pa.BufferReader(content)
    if resource.format == "parquet":
        # Text stays coded until rows are chosen: five times faster to read where codes repeat a million times.
        text = [name for name, kind in types.items() if pa.types.is_string(kind)]
        table = pq.read_table(buffer, columns=list(types), read_dictionary=text).unify_dictionaries()
        types = {n: _CODED if pa.types.is_dictionary(table[n].type) else kind for n, kind in types.items()}
    else:
        options = pa.csv.ConvertOptions(
            column_types=types, include_columns=list(types), null_values=[""], strings_can_be_null=True,
            true_values=["true"], false_values=["false"],
        )  # fmt: skip
        parse = pa.csv.ParseOptions(newlines_in_values=True)
        table = pa.csv.read_csv(buffer, convert_options=options, parse_options=parse)
        for name in _led(resource):
            bare = pc.replace_substring_regex(table[name], "^'", "")
            table = table.set_column(table.column_names.index(name), name, bare)
    return pa.table({name: table[name].cast(kind) for name, kind in types.items()}).combine_chunks()


def _led(resource: Resource) -> list[str]:
    part = (resource.details.model_extra or {}).get("excerpt")
    names = part.get(LED) if isinstance(part, dict) else None
    text = {f.name for f in resource.table_schema.fields if f.type == "string"}
    return [name for name in names if name in text] if isinstance(names, list) else []


@cache
def _decoder() -> str:
    """Hash this file: what decodes tables."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def are_kept(root: Path) -> bool:
    """Tell whether every table is kept decoded, so that to read them starts no thread."""
    return all(store.has(_name(resource)) for resource in load_package(root).resources)


def preload() -> None:
    """Read every table, and find each state's rows, in a process that will be forked.

    It starts no thread, which a fork would lack: only tables kept decoded are read here, and a fork of its own decodes
    those that are not kept yet. Where nothing can be kept, nothing is read ahead.
    """
    if store.folder() is None:
        return
    root = find_root()
    resources = load_package(root).resources
    if not are_kept(root):
        child = os.fork()
        if child == 0:
            try:
                for resource in resources:
                    read_table(root, resource)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
    for resource in resources:
        if not store.has(_name(resource)):
            continue
        stored = read_table(root, resource)
        for field in stored.schema:
            if field.name.startswith("iso3") and is_text(field.type):
                rows_by_value(root, resource, field.name)
