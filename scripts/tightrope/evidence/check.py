"""``tightrope check``: everything under data/ against its descriptor, in seconds.

The descriptor is validated as a Data Package by frictionless; the tables column by column with pyarrow, which
takes a fraction of the time of a row-wise reader and still names row, line, column and value.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tightrope.errors import UnknownName
from tightrope.evidence.check_fault import Fault, listing
from tightrope.evidence.check_rules import unsound
from tightrope.evidence.check_table import check_table, read_stored
from tightrope.evidence.corrections import check_corrections
from tightrope.evidence.package import DESCRIPTOR, Package, Resource, load_package

NAME = "datapackage.json"
WHY_DESCRIPTOR = "a reader could not tell what a number means or where it comes from"
FIX_DESCRIPTOR = "mend ingest/descriptors and build the table again with python -m tightrope.ingest"


@dataclass(frozen=True)
class Checked:
    """What a check looked at and found."""

    faults: tuple[Fault, ...]
    n_tables: int
    n_rows: int
    n_bytes: int
    seconds: float

    def text(self) -> str:
        """Give the list of faults, or the one line that says all is well."""
        if self.faults:
            tables = len({fault.table for fault in self.faults})
            n = sum(1 + fault.more for fault in self.faults)
            end = f"{n:,} fault{'s' if n > 1 else ''} in {tables} of {self.n_tables} tables"
            return f"{listing(self.faults)}\n{end} ({self.seconds:.1f} s)"
        size = f"{self.n_bytes / 1e6:.1f} MB"
        return f"{self.n_tables} tables, {self.n_rows:,} rows, {size}: all valid ({self.seconds:.1f} s)"


def check_package(root: Path, tables: Sequence[str] = ()) -> list[Fault]:
    """Give every fault of the descriptor and of ``tables`` (all when none is named), in the descriptor's order.

    Raises
    ------
    BadTable
        The descriptor is missing, is not JSON or does not describe tables.
    UnknownName
        A table that the descriptor does not know.
    """
    return list(run_check(root, tables).faults)


def run_check(root: Path, tables: Sequence[str] = ()) -> Checked:
    """Check as ``check_package`` does, and say how much was looked at and how long it took."""
    start = time.perf_counter()
    package = load_package(root)
    known = [resource.name for resource in package.resources]
    for name in tables:
        if name not in known:
            raise UnknownName("table", name, known, str(DESCRIPTOR))
    chosen = [resource for resource in package.resources if not tables or resource.name in tables]
    faults = [*_descriptor_faults(root, package, chosen), *(() if tables else _stray(root, package))]
    states = _states(root, package)
    for resource in chosen:
        faults += check_table(root, resource, states)
    faults += check_corrections(root, tables) if not faults else []
    order = {name: place for place, name in enumerate([NAME, *known])}
    faults.sort(key=lambda fault: order[fault.table])
    n_rows = sum(resource.details.coverage.n_rows for resource in chosen)
    n_bytes = sum(resource.bytes for resource in chosen)
    return Checked(tuple(faults), len(chosen), n_rows, n_bytes, time.perf_counter() - start)


def _states(root: Path, package: Package) -> frozenset[str]:
    """Give the codes in the table states, empty when it cannot be read (its own check says why)."""
    resource = next((r for r in package.resources if r.name == "states"), None)
    if resource is None:
        return frozenset()
    try:
        table = read_stored((root / "data" / resource.path).read_bytes(), resource).table
        return frozenset(table["iso3"].to_pylist())
    except (OSError, KeyError, ValueError):
        return frozenset()


def _descriptor_faults(root: Path, package: Package, chosen: list[Resource]) -> Iterator[Fault]:
    raw = json.loads((root / DESCRIPTOR).read_text(encoding="utf-8"))
    names = [resource.name for resource in package.resources]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield _descriptor_fault(name, "the descriptor lists the table twice")
    yield from _frictionless({**raw, "resources": []}, NAME, "Package")
    wanted = {resource.name for resource in chosen}
    for entry in raw["resources"]:
        if entry["name"] in wanted:
            yield from _frictionless(entry, entry["name"], "Resource")
    for resource in chosen:
        yield from _own_rules(resource, set(names))


def _frictionless(entry: dict[str, Any], name: str, kind: str) -> Iterator[Fault]:
    # Imported late: it costs half a second, and only this command needs it.
    import frictionless

    try:
        notes = [error.note for error in getattr(frictionless, kind).metadata_validate(entry)]
    except frictionless.FrictionlessException as raised:
        notes = [raised.error.note]
    for note in notes:
        # An empty package is how the package is looked at apart from its tables.
        if not (kind == "Package" and "resources" in note):
            yield _descriptor_fault(name, note)


def _own_rules(resource: Resource, names: set[str]) -> Iterator[Fault]:
    schema, details = resource.table_schema, resource.details
    fields = {f.name for f in schema.fields}
    dated = [details.describes.field, details.describes.last, details.published.field]
    if details.describes.kind != "none" and not details.describes.field:
        yield _descriptor_fault(resource.name, f"describes a {details.describes.kind} and names no field")
    for place, columns in (
        ("describes or published", [name for name in dated if name]),
        ("primaryKey", schema.primary_key),
        ("foreignKeys", [name for key in schema.foreign_keys for name in key["fields"]]),
    ):
        for name in columns:
            if name not in fields:
                yield _descriptor_fault(resource.name, f"{place} names a column that the table does not have", name)
    for key in schema.foreign_keys:
        if key["reference"]["resource"] not in names:
            yield _descriptor_fault(resource.name, f"foreignKeys points to no table: {key['reference']['resource']}")
    for field in schema.fields:
        for problem in unsound(field):
            yield _descriptor_fault(resource.name, problem, field.name)
        if not field.description:
            yield _descriptor_fault(resource.name, "the column has no description", field.name)
        if not field.constraints.get("required") and not field.missing:
            yield _descriptor_fault(resource.name, "nothing says what an empty cell means", field.name)


def _descriptor_fault(name: str, problem: str, column: str = "") -> Fault:
    return Fault(name, problem, column=column, why=WHY_DESCRIPTOR, fix=FIX_DESCRIPTOR)


def _stray(root: Path, package: Package) -> Iterator[Fault]:
    known = {resource.path for resource in package.resources}
    folder = root / "data" / "evidence"
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(root / "data").as_posix()
        if name not in known:
            why = "nobody can say what it holds or where it comes from"
            yield Fault(NAME, f"data/{name} is in no table of the descriptor", why=why, fix="remove it, or describe it")
