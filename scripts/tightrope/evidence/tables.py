"""Read tables, cut at a date, with every row's number kept so that a verdict can name its rows."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence.cite import say_work
from tightrope.evidence.package import Package, Resource, find_root, load_package
from tightrope.evidence.stored import is_text, read_table, rows_with

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
    """One look into a table.

    Attributes
    ----------
    table, hash : str
    filter : tuple
        Columns that rows were chosen by, each with its values; empty where the whole table was looked at.
    through : str
        Name, among `Evidence.derived`, of what was computed from it where that alone went on; empty for a plain look.
    """

    table: str
    hash: str
    filter: tuple[tuple[str, tuple[Any, ...]], ...]
    through: str = ""


def _licence(resource: Resource) -> str:
    titles = [str(x.get("title") or x["name"]) for x in getattr(resource, "licenses", None) or []]
    return "; ".join(titles) or resource.details.licence


class Consulted:
    """The package, noting of which tables the description was asked for."""

    def __init__(self, package: Package, consulted: set[str]) -> None:
        self.package, self._consulted = package, consulted

    def table(self, name: str) -> Resource:
        """Give the table called ``name``; raises ``UnknownName``."""
        resource = self.package.table(name)
        self._consulted.add(name)
        return resource

    @property
    def resources(self) -> list[Resource]:
        """Every table; whoever goes through them all stands on none in particular."""
        return self.package.resources

    @property
    def version(self) -> str:
        """The package's version."""
        return self.package.version

    @property
    def title(self) -> str:
        """The package's title."""
        return self.package.title

    @property
    def collected(self) -> date:
        """The last day on which a table was collected: evidence says nothing beyond it."""
        return self.package.collected


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
        # Tables that were read, or whose description was asked for.
        self.consulted: set[str] = set()
        self.package = Consulted(load_package(self.root), self.consulted)
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
        # Looks that no number stands on, but that decided whether a report may be made.
        self.checked: list[Read] = []
        # What was computed from whole tables, of which a report shows a part: a hash by name.
        self.derived: dict[str, str] = {}
        # What measures gave, with what they read: the parts of a report ask for half of it again.
        self.answers: dict[tuple[Any, ...], tuple[Any, list[Read]]] = {}

    def at(self, as_of: date | str, known_on: date | str | None = None) -> Evidence:
        """Give the same tables on another day, recording into the same list of reads."""
        other = Evidence(self.root, as_of=as_of, known_on=known_on)
        self.record_into(other)
        return other

    def record_into(self, other: Evidence) -> None:
        """Let ``other`` record what it reads here."""
        other.reads, other.checked, other.derived = self.reads, self.checked, self.derived
        other.consulted, other.answers = self.consulted, self.answers
        other.package = Consulted(other.package.package, self.consulted)

    def whole(self, table: str) -> pa.Table:
        """Give a table as it is stored, whatever the clocks, and record that it was read."""
        resource = self.package.table(table)
        self.reads.append(Read(table, resource.hash, ()))
        return read_table(self.root, resource)

    def visible(self, table: str) -> pa.Table:
        """Give the rows of a table that are visible on the day, as they are stored: text may be coded.

        The last column, ``row``, is the row's number in the stored table. The end of a run is not cut.
        """
        stored = self.whole(table)
        mask = _visible(stored, self.package.table(table), self.as_of, self.known_on)
        stored = stored.append_column("row", pa.array(np.arange(stored.num_rows)))
        return stored if mask is None else stored.filter(mask)

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
        rows = rows_with(self.root, resource, wanted)
        rest = {n: v for n, v in wanted.items() if rows is None or not is_text(stored.schema.field(n).type)}
        if columns is not None:
            clocks = (resource.details.describes.field, resource.details.published.field)
            stored = stored.select([n for n in stored.column_names if n in columns or n in rest or n in clocks])
        stored = stored.take(pa.array(rows)) if rows is not None else stored
        stored = _decoded(stored, columns, rest)
        mask = _visible(stored, resource, self.as_of, self.known_on)
        for name, values in rest.items():
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
        self.reads.append(Read(table, resource.hash, key))
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


def _decoded(stored: pa.Table, columns: Sequence[str] | None, wanted: dict[str, tuple[Any, ...]]) -> pa.Table:
    """Write coded text out, in the columns that are asked for or compared."""
    for i, item in enumerate(stored.schema):
        if pa.types.is_dictionary(item.type) and (columns is None or item.name in columns or item.name in wanted):
            stored = stored.set_column(i, item.name, stored[item.name].cast(pa.string()))
    return stored


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


def known_states(evidence: Evidence) -> Mapping[str, str]:
    """Give ISO 3166-1 alpha-3 codes and English short names of the states table."""
    return _names(_Stored(read_table(evidence.root, evidence.package.table("states"))))


class _Stored:
    """A table as it is in memory: it is the same as long as it is read but once."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __hash__(self) -> int:
        return id(self.table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Stored) and self.table is other.table


@lru_cache(maxsize=8)
def _names(stored: _Stored) -> Mapping[str, str]:
    """Give code and name of every state: asked by every measure, and no state is dated."""
    names = dict(zip(stored.table["iso3"].to_pylist(), stored.table["name"].to_pylist(), strict=True))
    return MappingProxyType(names)


def check_state(evidence: Evidence, iso3: str, argument: str = "state") -> str:
    """Give ``iso3`` back when it is a known code; raises ``UnknownName`` with the nearest."""
    names = known_states(evidence)
    if iso3 not in names:
        raise UnknownName("state", iso3, [*names, *names.values()], argument)
    return iso3
