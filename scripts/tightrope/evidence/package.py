"""The Data Package under data/: which tables there are and what each field means."""

from __future__ import annotations

import json
import os
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tightrope.errors import BadTable, UnknownName

Kind = Literal["year", "month", "date", "run", "none"]
DESCRIPTOR = Path("data") / "datapackage.json"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="allow")


class TableField(_Model):
    """One column: its name, type, unit and what an empty cell means."""

    name: str
    type: Literal["string", "integer", "number", "boolean", "date"]
    description: str
    unit: str = ""
    missing: str = ""
    constraints: dict[str, Any] = Field(default_factory=dict)


class Describes(_Model):
    """Which column dates a row, so that a later row can be cut away.

    ``year`` and ``month`` rows count from the end of their period, ``date`` rows from that day. A ``run`` has
    ``field`` (first day) and ``last`` (last day seen): it counts from its first day.
    """

    field: str | None = None
    kind: Kind = "none"
    last: str | None = None


class Published(_Model):
    """Which column says when a row was first published; ``None`` where nobody recorded it."""

    field: str | None = None
    note: str = ""


class Coverage(_Model):
    """First and last period, number of rows and of states."""

    first: str | None = None
    last: str | None = None
    n_rows: int = 0
    n_states: int | None = None


class Cadence(_Model):
    """How often the producer brings the table out, in months, and who says so."""

    months: int
    stated: str


class Details(_Model):
    """Our own block of a resource: who made the figures and which faults are known.

    ``absent`` says what a row that is not there means: nothing known, or none of what the table lists.
    """

    producer: str
    version: str = ""
    address: str = ""
    released: date | None = None
    retrieved: date | None = None
    citation: str = ""
    cite: list[dict[str, Any]] = Field(default_factory=list)
    cadence: Cadence | None = None
    absent: Literal["unknown", "none"] = "unknown"
    licence: str = ""
    licence_address: str = ""
    coverage: Coverage = Coverage()
    describes: Describes = Describes()
    published: Published = Published()
    notes: list[str] = Field(default_factory=list)


class TableSchema(_Model):
    """Fields and keys of a table."""

    fields: list[TableField]
    primary_key: list[str] = Field(default_factory=list, alias="primaryKey")
    foreign_keys: list[dict[str, Any]] = Field(default_factory=list, alias="foreignKeys")


class Resource(_Model):
    """One table of the package."""

    name: str
    path: str
    title: str
    description: str
    format: Literal["csv", "parquet"]
    bytes: int
    hash: str
    table_schema: TableSchema = Field(alias="schema")
    details: Details = Field(alias="tightrope")

    def field(self, name: str) -> TableField:
        """Give the field called ``name``; raises ``UnknownName``."""
        for item in self.table_schema.fields:
            if item.name == name:
                return item
        raise UnknownName("column", name, [f.name for f in self.table_schema.fields], f"table {self.name}")


class Package(_Model):
    """The whole descriptor."""

    name: str
    title: str
    version: str
    resources: list[Resource]

    def table(self, name: str) -> Resource:
        """Give the table called ``name``; raises ``UnknownName``."""
        found = self._by_name.get(name)
        if found is not None:
            return found
        raise UnknownName("table", name, [r.name for r in self.resources], str(DESCRIPTOR))

    @cached_property
    def _by_name(self) -> dict[str, Resource]:
        return {resource.name: resource for resource in reversed(self.resources)}

    @property
    def collected(self) -> date:
        """The last day on which a table was collected: evidence says nothing beyond it."""
        return max(r.details.retrieved for r in self.resources if r.details.retrieved)


def find_root(start: Path | None = None) -> Path:
    """Find the checkout: ``TIGHTROPE_ROOT``, else the first parent that holds data/datapackage.json.

    Raises
    ------
    BadTable
        When no such folder is found.
    """
    given = os.environ.get("TIGHTROPE_ROOT")
    if given:
        return Path(given)
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, *Path(__file__).resolve().parents):
        if (folder / DESCRIPTOR).is_file():
            return folder
    raise BadTable(
        "no data package found",
        where=f"looked for {DESCRIPTOR} from the current folder upwards",
        why="every number of a report comes from it",
        fix="run inside a checkout, or set TIGHTROPE_ROOT to one",
    )


def load_package(root: Path) -> Package:
    """Read data/datapackage.json under ``root``.

    Raises
    ------
    BadTable
        When the descriptor is missing, is not JSON, or lacks what a table needs.
    """
    path = root / DESCRIPTOR
    try:
        stat = path.stat()
    except OSError:
        raise BadTable(
            "the data package has no descriptor", where=str(DESCRIPTOR), fix="git checkout -- data"
        ) from None
    return _load(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _load(path: Path, _mtime: int, _size: int) -> Package:
    try:
        return Package.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except json.JSONDecodeError as error:
        raise BadTable(
            "the descriptor is not valid JSON",
            where=f"{DESCRIPTOR}, line {error.lineno}: {error.msg}",
            fix="git checkout -- data/datapackage.json",
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadTable(
            f"the descriptor does not describe its tables ({error.error_count()} faults)",
            where=f"{DESCRIPTOR}: {place}: {first['msg']}",
            fix="git checkout -- data/datapackage.json, or build it again with python -m tightrope.ingest",
        ) from None
