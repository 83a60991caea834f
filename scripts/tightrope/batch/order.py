"""Read an order: one notebook and the parameter sets to run it with.

::

    notebook = "pair_profile"
    formats = ["html", "pdf"]
    name = "{state_a}-{state_b}-{as_of}"      # of folder and files; every parameter's value where not given

    [[parameters]]                            # explicit rows …
    state_a = "ISR"
    state_b = "RUS"

    [rows]                                    # … or the rows of a CSV, its columns named as the parameters …
    of = "data/groups/neighbours.csv"

    [pairs]                                   # … or every unordered pair of a list …
    names = ["state_a", "state_b"]
    of = "data/groups/g20.csv"                # a CSV's first column, or the column named in ``column``
    where = { is_member = "true" }            # rows of the CSV that count
    without = ["ZAF"]

    [grid]                                    # … times every combination of these
    as_of = ["2014-01-01", "2021-03-25"]
    state_b = { of = "data/groups/g20.csv" }

An order knows names and values, nothing of what they mean.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from tightrope.errors import BadRecord, UnknownName
from tightrope.publish.render import EXPORTERS
from tightrope.records import MOST_BYTES, TomlFile

Scalar = bool | int | float | dt.date | str


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Listed(_Model):
    """A list of values: written out, or a column of a CSV."""

    of: str | list[Scalar]
    column: str = ""
    where: dict[str, str | list[str]] = Field(default_factory=dict)
    without: list[Scalar] = Field(default_factory=list)


class Pairs(Listed):
    """Every unordered pair of a list, in the list's order."""

    names: Annotated[list[str], Field(min_length=2, max_length=2)]


class Rows(_Model):
    """The rows of a CSV, one parameter set each."""

    of: str
    where: dict[str, str | list[str]] = Field(default_factory=dict)


class Order(_Model):
    """What to render.

    Attributes
    ----------
    notebook : str
        Path, or name in notebooks/.
    title : str
        What the order is for, in a few words.
    name : str
        Pattern of a report's folder and file name, with ``{parameter}`` in it.
    formats : list of str
        ``html``, ``pdf`` or both.
    parameters, rows, pairs, grid
        See the module.
    """

    notebook: str
    title: str = ""
    name: str = ""
    formats: list[str] = Field(default_factory=lambda: list(EXPORTERS))
    parameters: list[dict[str, Any]] = Field(default_factory=list)
    rows: Rows | None = None
    pairs: Pairs | None = None
    grid: dict[str, list[Any] | Listed] = Field(default_factory=dict)


class OrderFile(TomlFile):
    """An order with the lines it stands on.

    Raises
    ------
    BadRecord
        Where it cannot be read, has an unknown key or a wrong value: with file and line.
    """

    def __init__(self, path: Path, root: Path) -> None:
        absolute = path.absolute()
        inside = absolute.is_relative_to(root)
        super().__init__(
            root if inside else Path.cwd(),
            absolute.relative_to(root) if inside else path,
            kind="the order",
            why="every report of an order is checked before the first starts",
        )
        self.root = root
        self.order = self.build(Order, self.data)
        for name in self.order.formats:
            if name not in EXPORTERS:
                raise UnknownName("format", name, EXPORTERS, f"{self.path}, line {self.line(('formats',))}")
        if not self.order.formats:
            raise self.fault("no format is named", ("formats",), "write html, pdf or both")

    def values(self, listed: Listed, loc: tuple[str, ...]) -> list[tuple[Any, str]]:
        """Give each value of a list with the place it stands at."""
        if isinstance(listed.of, str):
            table = self.table(listed.of, listed.where, loc)
            if not table:
                return []
            column = listed.column or next(iter(table[0][0]))
            if column not in table[0][0]:
                raise UnknownName("column", column, table[0][0], f"{self.place(loc)}: {listed.of}")
            found: list[tuple[Any, str]] = [(row[column], place) for row, place in table]
        elif listed.column or listed.where:
            raise self.fault("column and where are for a CSV only", loc, "name a CSV in of, or leave them out")
        else:
            found = [(value, self.place(loc)) for value in listed.of]
        absent = [value for value in listed.without if value not in [v for v, _ in found]]
        if absent:
            raise self.fault(f"without names {absent[0]!r}, which the list does not hold", loc, "leave it out")
        return [(value, place) for value, place in found if value not in listed.without]

    def table(
        self, name: str, where: Mapping[str, str | list[str]], loc: tuple[str, ...]
    ) -> list[tuple[dict[str, str], str]]:
        """Give the rows of a CSV that match, each with the place it stands at. A path is under the project's root."""
        path = self.root / name
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise self.fault(f"{name} lies outside the project", (*loc, "of"), "copy the list to data/groups")
        try:
            if path.stat().st_size > MOST_BYTES:
                raise self.fault(f"{name} is larger than {MOST_BYTES / 1e6:.0f} MB", (*loc, "of"), "shorten it")
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise self.fault(f"{name} cannot be read: {error.strerror}", (*loc, "of"), "name a CSV file") from None
        except UnicodeDecodeError:
            raise BadRecord("the file is not UTF-8 text", name, fix="save it as UTF-8") from None
        # Notes on where a list comes from stand above it.
        lines = list(io.StringIO(text, newline=""))
        skipped = next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))
        reader = csv.DictReader(lines[skipped:], strict=True)
        names = list(reader.fieldnames or [])
        if not names or len(set(names)) != len(names) or not all(names):
            raise BadRecord("the first row must name each column once", f"{name}, line {skipped + 1}")
        for column in where:
            if column not in names:
                raise UnknownName("column", column, names, f"{self.place((*loc, 'where'))}: {name}")
        found = []
        try:
            for row in reader:
                place = f"{name}, line {reader.line_num + skipped}"
                if None in row or None in row.values():
                    raise BadRecord(f"the row has not {len(names)} values, as the first row has", place)
                if all(row[key] in ([want] if isinstance(want, str) else want) for key, want in where.items()):
                    found.append((row, place))
        except csv.Error as error:
            raise BadRecord(f"not valid CSV: {error}", f"{name}, line {reader.line_num + skipped + 1}") from None
        return found

    def place(self, loc: tuple[str | int, ...]) -> str:
        """Name file and line of a record."""
        return f"{self.path}, line {self.line(loc)}"


def find_order(name: str, root: Path) -> Path:
    """Find an order by path, or by name in ``root/reports``.

    Raises
    ------
    UnknownName
        Where there is none; the nearest are named.
    """
    path = Path(name)
    if path.is_file():
        return path
    folder = root / "reports"
    if len(path.parts) == 1:
        for candidate in (folder / name, folder / f"{name}.toml"):
            if candidate.is_file():
                return candidate
    raise UnknownName("order", path.stem, sorted(p.stem for p in folder.glob("*.toml")), str(folder.relative_to(root)))
