"""Read tables, cut at a date, with every row's number kept so that a verdict can name its rows."""

from __future__ import annotations

import calendar
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from tightrope.errors import BadParameter, BadTable, UnknownName
from tightrope.evidence.cite import say_work
from tightrope.evidence.package import Package, Resource, find_root, load_package

_ARROW = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
_CODED = pa.dictionary(pa.int32(), pa.string())
# The General Assembly first voted in 1946; every older row is background that no as-of report stands on.
BEGINS = date(1946, 1, 1)


@dataclass(frozen=True)
class Source:
    """Who made a table: what a source line and a bibliography need."""

    table: str
    title: str
    producer: str
    version: str
    address: str
    released: date | None
    retrieved: date | None
    licence: str
    citation: str
    hash: str
    works: tuple[Mapping[str, Any], ...] = field(default=(), compare=False)

    def cite(self) -> tuple[str, ...]:
        """Give the works behind the table as their producers are cited, with version and year, one a line."""
        return tuple(map(say_work, self.works))

    def line(self) -> str:
        """Give producer, table title and version in one line."""
        version = f", {self.version}" if self.version else ""
        return f"{self.producer}: {self.title}{version}"


@dataclass(frozen=True)
class Read:
    """One look into a table: the table, its hash, the filter and the rows it gave."""

    table: str
    hash: str
    filter: tuple[tuple[str, tuple[Any, ...]], ...]
    rows: tuple[int, ...]


def _licence(resource: Resource) -> str:
    titles = [str(x.get("title") or x["name"]) for x in getattr(resource, "licenses", None) or []]
    return "; ".join(titles) or resource.details.licence


class Evidence:
    """The tables as they stood on a day.

    Parameters
    ----------
    root : Path, optional
        The checkout; found from the current folder when not given.
    as_of : date or str
        The world's clock: rows that describe a later day are not seen.
    known_on : date or str, optional
        The reader's clock: rows known to be published after this day are not seen. Defaults to ``as_of``.
        A row whose publication date nobody recorded is seen; ``Source.released`` says how old our copy is.

    Raises
    ------
    BadParameter
        ``as_of`` is malformed, before the evidence begins or after it was collected.
    """

    def __init__(self, root: Path | None = None, *, as_of: date | str, known_on: date | str | None = None) -> None:
        self.root = root or find_root()
        self.package: Package = load_package(self.root)
        self.as_of = parse_date(as_of, "as_of")
        self.known_on = parse_date(known_on, "known_on") if known_on else self.as_of
        if not BEGINS <= self.as_of <= self.package.collected:
            raise BadParameter(
                f"as_of = {self.as_of} is outside the evidence",
                where=f"the evidence runs from {BEGINS} to {self.package.collected}, when it was collected",
                why="a verdict on a day without evidence would rest on nothing",
                fix=f"choose a date from {BEGINS} to {self.package.collected}",
            )
        self.reads: list[Read] = []

    def at(self, as_of: date | str, known_on: date | str | None = None) -> Evidence:
        """Give the same tables on another day, recording into the same list of reads."""
        other = Evidence(self.root, as_of=as_of, known_on=known_on)
        other.reads = self.reads
        return other

    def source(self, table: str) -> Source:
        """Give the source of a table; raises ``UnknownName``."""
        resource = self.package.table(table)
        d = resource.details
        return Source(
            table, resource.title, d.producer, d.version, d.address, d.released, d.retrieved,
            _licence(resource), d.citation, resource.hash, tuple(d.cite),
        )  # fmt: skip

    def select(self, table: str, columns: Sequence[str] | None = None, **equals: Any) -> pd.DataFrame:
        """Give the rows of ``table`` that are visible on the day and match.

        Parameters
        ----------
        table : str
            Name in data/datapackage.json.
        columns : sequence of str, optional
            Columns wanted; all when not given.
        **equals
            A column with the value, or a list of values, that it must have.

        Returns
        -------
        DataFrame
            The index, called ``row``, is the row's number in the stored table, counted from 0. Empty cells are
            missing (``NaN`` or ``NA``), never zero; the descriptor says what missing means for each column.

        Raises
        ------
        UnknownName
            An unknown table or column.
        BadTable
            The file is missing, truncated or not the one that the descriptor names.
        """
        resource = self.package.table(table)
        stored = read_table(self.root, resource)
        for name in (*equals, *(columns or ())):
            resource.field(name)
        wanted = {name: _as_tuple(value) for name, value in equals.items()}
        rows = _rows_named(self.root, resource, stored, wanted)
        stored = stored.take(rows) if rows is not None else stored
        stored = _decoded(stored, columns, wanted)
        mask = _visible(stored, resource, self.as_of, self.known_on)
        for name, values in wanted.items():
            among = pc.is_in(stored[name], pa.array(values).cast(stored.schema.field(name).type))
            mask = among if mask is None else pc.and_(mask, among)
        rows = np.arange(stored.num_rows) if rows is None else rows
        if mask is not None:
            stored, rows = stored.filter(mask), rows[mask.to_numpy(zero_copy_only=False)]
        if columns is not None:
            stored = stored.select(list(columns))
        frame: pd.DataFrame = stored.to_pandas(types_mapper=_PANDAS.get, date_as_object=False, use_threads=False)
        frame.index = pd.Index(rows, name="row")
        last = resource.details.describes.last
        if last and last in frame:
            frame[last] = frame[last].where(frame[last] <= pd.Timestamp(self.as_of), pd.Timestamp(self.as_of))
        key = tuple(sorted(wanted.items()))
        self.reads.append(Read(table, resource.hash, key, tuple(rows.tolist())))
        return frame


_PANDAS: dict[pa.DataType, Any] = {
    pa.string(): pd.StringDtype(na_value=np.nan),
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}


def parse_date(value: date | str, name: str = "date") -> date:
    """Read an ISO date (``2021-03-25``); raises ``BadParameter`` that names ``name``."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise BadParameter(
            f"{name} = {value!r} is not a date", fix="write year-month-day, for example 2021-03-25"
        ) from None


def read_table(root: Path, resource: Resource) -> pa.Table:
    """Read a whole table, checked against the hash of its descriptor, once a process.

    Raises
    ------
    BadTable
        The file is missing, truncated, edited, or lacks a column.
    """
    path = root / "data" / resource.path
    try:
        stat = path.stat()
    except OSError:
        raise BadTable(
            f"table {resource.name} is missing", where=f"data/{resource.path}",
            why="verdicts that stand on it cannot be given", fix=f"git checkout -- data/{resource.path}",
        ) from None  # fmt: skip
    return _read(path, stat.st_mtime_ns, stat.st_size, _Key(resource))


def _rows_named(root: Path, resource: Resource, stored: pa.Table, wanted: dict[str, tuple[Any, ...]]) -> Any:
    """Give the rows that the most telling text column leaves, in order; None when no text column is asked for.

    A state's rows in a table of a million are found by an index, made once a process, not by reading them all.
    """
    path = root / "data" / resource.path
    stat = path.stat()
    found = []
    for name, values in wanted.items():
        if _is_text(stored.schema.field(name).type):
            places = _places(path, stat.st_mtime_ns, stat.st_size, _Key(resource), name)
            found.append([places[value] for value in set(values) if value in places])
    if not found:
        return None
    fewest = min(found, key=lambda parts: sum(map(len, parts)))
    return np.sort(np.concatenate(fewest)) if fewest else np.empty(0, dtype=np.int64)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_dictionary(kind))


def _decoded(stored: pa.Table, columns: Sequence[str] | None, wanted: dict[str, tuple[Any, ...]]) -> pa.Table:
    """Write coded text out, in the columns that are asked for or compared."""
    for i, item in enumerate(stored.schema):
        if pa.types.is_dictionary(item.type) and (columns is None or item.name in columns or item.name in wanted):
            stored = stored.set_column(i, item.name, stored[item.name].cast(pa.string()))
    return stored


@lru_cache(maxsize=256)
def _places(path: Path, mtime: int, size: int, key: _Key, column: str) -> dict[str, Any]:
    """Give each value of a text column and the numbers of its rows."""
    coded = _read(path, mtime, size, key)[column].combine_chunks()
    if not pa.types.is_dictionary(coded.type):
        coded = coded.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(coded.dictionary) + 1))
    return {value: order[starts[i] : starts[i + 1]] for i, value in enumerate(coded.dictionary.to_pylist())}


class _Key:
    """Lets the cache hold a resource by its hash alone."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    def __hash__(self) -> int:
        return hash((self.resource.name, self.resource.hash))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.resource == other.resource


@lru_cache(maxsize=128)
def _read(path: Path, _mtime: int, size: int, key: _Key) -> pa.Table:
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
    types = {f.name: _ARROW[f.type] for f in resource.table_schema.fields}
    try:
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
        return pa.table({name: table[name].cast(kind) for name, kind in types.items()}).combine_chunks()
    except (pa.ArrowInvalid, pa.ArrowKeyError, pa.ArrowNotImplementedError, KeyError) as error:
        raise BadTable(
            f"table {resource.name} does not fit its schema", where=f"{where}: {str(error).splitlines()[0]}",
            fix="tightrope check",
        ) from None  # fmt: skip


def _visible(stored: pa.Table, resource: Resource, as_of: date, known_on: date) -> Any:
    """Give the mask of rows that describe, and were published on, a day not after the clocks; None for all."""
    describes, published = resource.details.describes, resource.details.published
    mask = None
    if describes.field and describes.kind != "none":
        column = stored[describes.field]
        limit: Any = pa.scalar(as_of, pa.date32())
        if describes.kind == "year":
            # A year counts once it has ended.
            limit = pa.scalar(as_of.year if (as_of.month, as_of.day) == (12, 31) else as_of.year - 1, pa.int64())
        elif describes.kind == "month":
            limit = pa.scalar(_last_full_month(as_of))
        mask = pc.fill_null(pc.less_equal(column, limit), False)
    if published.field:
        known = pc.less_equal(stored[published.field], pa.scalar(known_on, pa.date32()))
        known = pc.fill_null(known, True)
        mask = known if mask is None else pc.and_(mask, known)
    return mask


def _last_full_month(day: date) -> str:
    if day.day == calendar.monthrange(day.year, day.month)[1]:
        return f"{day.year:04d}-{day.month:02d}"
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return f"{year:04d}-{month:02d}"


def _as_tuple(value: Any) -> tuple[Any, ...]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        return (value,)
    return tuple(value)


def known_states(evidence: Evidence) -> dict[str, str]:
    """Give ISO 3166-1 alpha-3 codes and English short names of the states table."""
    resource = evidence.package.table("states")
    path = evidence.root / "data" / resource.path
    stat = path.stat()
    return dict(_names(path, stat.st_mtime_ns, stat.st_size, _Key(resource)))


@lru_cache(maxsize=8)
def _names(path: Path, mtime: int, size: int, key: _Key) -> tuple[tuple[str, str], ...]:
    """Give code and name of every state: asked by every measure, and no state is dated."""
    stored = _read(path, mtime, size, key)
    return tuple(zip(stored["iso3"].to_pylist(), stored["name"].to_pylist(), strict=True))


def check_state(evidence: Evidence, iso3: str, argument: str = "state") -> str:
    """Give ``iso3`` back when it is a known code; raises ``UnknownName`` with the nearest."""
    names = known_states(evidence)
    if iso3 not in names:
        raise UnknownName("state", iso3, [*names, *names.values()], argument)
    return iso3
