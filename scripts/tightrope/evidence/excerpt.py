"""The rows that a report read, as a Data Package of their own that an `Evidence` can be opened on.

A look for some states gives few rows, and these are carried. A look at all pairs of states, or at a whole large table,
would carry most of the package: such a table is marked as not complete, with the reason, and a number that rests on it
can be computed again only beside the whole table.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from tightrope.evidence.inputs import ALWAYS
from tightrope.evidence.package import DESCRIPTOR, Resource
from tightrope.evidence.stored import LED, is_text, read_table, rows_by_value, rows_with
from tightrope.evidence.tables import Evidence, Read

# One look at more rows than this is a look at all pairs, and its rows stay behind.
MOST_ROWS = 3000
# A table with no more rows is carried whole.
WHOLE_ROWS = 500
# A column with no more values than this is a list of names.
MOST_NAMES = 60
# Of more rows than this the numbers are not written down: they would take more room than the rows.
MOST_NAMED = 300
# Licences under which rows are not handed on.
WITHHELD = ("not-stated",)
# What a spreadsheet takes for the beginning of a formula, and the sign that keeps it from that.
_FORMULA = r"^[=+\-@\t\r\n']"

Rows = npt.NDArray[np.int64]
Filter = tuple[tuple[str, tuple[Any, ...]], ...]


@dataclass(frozen=True)
class Excerpt:
    """A package of the rows that were read.

    Attributes
    ----------
    files : dict
        Content by file name; ``datapackage.json`` describes the others.
    about : dict
        Title and licence by file name.
    incomplete : dict
        Why a table lacks rows that were read, by its name.
    """

    files: dict[str, bytes]
    about: dict[str, str]
    incomplete: dict[str, str]


def excerpt(evidence: Evidence, most_rows: int = MOST_ROWS) -> Excerpt:
    """Give the rows that were read so far.

    Each resource of the descriptor is the whole table's, and ``tightrope.excerpt`` says of what it is a part: ``of``
    (the whole table's hash), ``path``, ``n_rows`` and ``of_n_rows``, ``rows`` (numbers in the whole table, from 0, as
    spans ``"7,12-40"``, where they are not many), ``is_complete`` and, where it is not, ``why``; ``led`` names the
    columns of text in which an apostrophe leads each value that a spreadsheet would take for a formula, and each
    that begins with an apostrophe itself. `read_table` takes it away again, so that nothing is lost.

    Parameters
    ----------
    evidence : Evidence
        Its ``reads`` tell the rows.
    most_rows : int
        A look that gives more rows is not carried.

    Raises
    ------
    BadTable
        Where a table under data/ is missing or not what its descriptor says.
    """
    package = evidence.package
    resources = {r.name: r for r in package.resources}
    looks: dict[str, set[Read]] = {name: set() for name in ALWAYS if name in resources}
    for read in evidence.reads:
        looks.setdefault(read.table, set()).add(read)
    # Evidence may be opened up to the day of the last collection, which one of the tables tells.
    last = max(resources.values(), key=lambda r: (str(r.details.retrieved or ""), r.name)).name
    for name in (*sorted(evidence.consulted), last):
        if name in resources:
            looks.setdefault(name, set())
    files, about, incomplete, described = {}, {}, {}, []
    for name in sorted(looks):
        part = _part(evidence, resources[name], looks[name], most_rows)
        described.append(part.resource)
        files[part.resource["path"]] = part.content
        about[part.resource["path"]] = part.about
        if part.why:
            incomplete[name] = part.why
    body = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "tightrope-excerpt",
        "title": f"{package.title}: the rows that one report read",
        "version": package.version,
        "resources": described,
    }
    descriptor = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    return Excerpt({DESCRIPTOR.name: descriptor, **files}, about, incomplete)


@dataclass(frozen=True)
class _Part:
    resource: dict[str, Any]
    content: bytes
    about: str
    why: str


def _part(evidence: Evidence, resource: Resource, looks: set[Read], most_rows: int) -> _Part:
    stored = read_table(evidence.root, resource)
    names = [str(licence.get("name")) for licence in getattr(resource, "licenses", None) or []]
    if set(names) & set(WITHHELD):
        rows, why = np.empty(0, np.int64), "no licence is stated, so its rows are not handed on" if looks else ""
    elif resource.name in ALWAYS or (looks and stored.num_rows <= WHOLE_ROWS):
        rows, why = np.arange(stored.num_rows), ""
    else:
        rows, why = _rows(evidence, resource, stored, looks, most_rows)
    content, led = _csv(stored if len(rows) == stored.num_rows else stored.take(pa.array(rows, pa.int64())))
    body = resource.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    path = f"{resource.name}.csv"
    body.update(
        path=path, format="csv", mediatype="text/csv", bytes=len(content),
        hash=f"sha256:{hashlib.sha256(content).hexdigest()}",
    )  # fmt: skip
    # Works cited and the log of corrections belong to the whole table.
    body["tightrope"] = {k: v for k, v in body["tightrope"].items() if k not in ("corrections", "works")} | {
        "excerpt": {
            "of": resource.hash, "path": resource.path, "n_rows": len(rows), "of_n_rows": stored.num_rows,
            "is_complete": not why, **({"why": why} if why else {}),
            **({"rows": _spans(rows.tolist())} if len(rows) <= MOST_NAMED else {}),
            **({LED: led} if led else {}),
        }
    }  # fmt: skip
    title = f"{resource.title}: {len(rows):,} of {stored.num_rows:,} rows; {evidence.source(resource.name).licence}"
    return _Part(body, content, title, why)


def _rows(
    evidence: Evidence, resource: Resource, stored: pa.Table, looks: set[Read], most_rows: int
) -> tuple[Rows, str]:
    found, n_wide, filters = [np.empty(0, np.int64)], 0, {look.filter for look in looks}
    if () in filters and stored.num_rows > most_rows:
        found.append(_names(evidence, resource, stored))
    text = {name for name, kind in zip(stored.schema.names, stored.schema.types, strict=True) if is_text(kind)}
    held: set[Filter] = set()
    for chosen in sorted(filters, key=lambda f: not text.issuperset(name for name, _ in f)):
        by_text = tuple(each for each in chosen if each[0] in text)
        if by_text != chosen and by_text in held:  # the same states in one year: those of all years are there
            continue
        rows = _matching(evidence, resource, stored, chosen) if chosen else np.arange(stored.num_rows)
        if len(rows) > most_rows:
            n_wide += 1
        else:
            held.add(chosen)
            found.append(rows)
    why = f"{n_wide} of {len(filters)} looks at it gave more than {most_rows:,} rows each" if n_wide else ""
    return np.unique(np.concatenate(found)), why


def _matching(
    evidence: Evidence, resource: Resource, stored: pa.Table, filters: Iterable[tuple[str, Sequence[Any]]]
) -> Rows:
    """Give the numbers of the rows that a look chooses, on every day."""
    chosen = dict(filters)
    rows = rows_with(evidence.root, resource, chosen)
    rest = [name for name in chosen if not is_text(stored.schema.field(name).type)]
    if rows is None:
        rows = np.arange(stored.num_rows)
    if rest and len(rows):
        part = stored.select(rest).take(pa.array(rows, pa.int64()))
        for name in rest:
            kind = part.schema.field(name).type
            values = pa.array([v.item() if hasattr(v, "item") else v for v in chosen[name]]).cast(kind)
            mask = pc.fill_null(pc.is_in(part[name], values), False)
            rows, part = rows[mask.to_numpy()], part.filter(mask)
    return rows.astype(np.int64)


def _names(evidence: Evidence, resource: Resource, stored: pa.Table) -> Rows:
    """Give the first row of each value of a short list of names, since an argument is checked against all of them."""
    found: set[int] = set()
    for item in stored.schema:
        if is_text(item.type):
            column = stored[item.name]
            if not pa.types.is_dictionary(item.type) or len(column.chunk(0).dictionary) <= MOST_NAMES:
                places = rows_by_value(evidence.root, resource, item.name)
                found |= {int(rows[0]) for rows in places.values() if len(rows)} if len(places) <= MOST_NAMES else set()
    return np.array(sorted(found), dtype=np.int64)


def _csv(rows: pa.Table) -> tuple[bytes, list[str]]:
    """Give rows as CSV, and the columns in which an apostrophe leads what would be a formula."""
    columns, led = {}, []
    for name in rows.column_names:
        column = rows[name]
        if is_text(column.type):
            column = column.cast(pa.string())
            begins = pc.fill_null(pc.match_substring_regex(column, _FORMULA), False)
            if pc.any(begins).as_py():
                column = pc.if_else(begins, pc.binary_join_element_wise("'", column, ""), column)
                led.append(name)
        columns[name] = column
    sink = io.BytesIO()
    pyarrow.csv.write_csv(pa.table(columns), sink, pyarrow.csv.WriteOptions(quoting_style="needed"))
    return sink.getvalue(), led


def _spans(numbers: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for n in numbers:
        if runs and n == runs[-1][1] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
