"""One table against its descriptor: the file, its hash, its columns, its rows, and what was edited."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from tightrope.evidence.check_fault import Fault, some
from tightrope.evidence.check_rules import (
    ARROW,
    WHY_KEY,
    WHY_TYPE,
    Column,
    column_faults,
    encode,
    repeated,
    type_faults,
    typed,
)
from tightrope.evidence.package import Resource

WHY_HASH = "a number quoted from it could not be traced to its producer"


@dataclass(frozen=True)
class Stored:
    """A table as it stands in its file: every CSV cell as text, the line of each row, the lines that do not parse."""

    table: pa.Table
    lines: Sequence[int] | None
    unread: tuple[tuple[int, str], ...] = ()


def check_table(root: Path, resource: Resource, states: frozenset[str]) -> Iterator[Fault]:
    """Give the faults of one table: file, hash, columns, types, constraints, keys.

    A file that is not the one its descriptor names is compared with the one git keeps, so that the edited cell is
    named and not only the file.
    """
    name, where = resource.name, f"data/{resource.path}"
    restore = f"git checkout -- {where}"
    path = root / "data" / resource.path
    try:
        content = path.read_bytes()
    except OSError:
        yield Fault(name, f"{where} is missing", why="verdicts that stand on it cannot be given", fix=restore)
        return
    changed = _digest(content) != resource.hash
    fix = f"{restore}; a change on purpose is made by its recipe: python -m tightrope.ingest {name}"
    if changed:
        word = "truncated" if len(content) < resource.bytes else "edited"
        size = f"{len(content):,} bytes, {resource.bytes:,} expected"
        yield Fault(name, f"{where} was {word}: its SHA-256 is not the descriptor's ({size})", why=WHY_HASH, fix=fix)
    try:
        stored = read_stored(content, resource)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        yield Fault(name, f"{where} cannot be read: {str(error).splitlines()[0]}", why=WHY_TYPE, fix=fix)
        return
    found = list(_content_faults(resource, stored, states, fix))
    yield from found
    if changed:
        named = {(fault.row, fault.column) for fault in found}
        yield from (f for f in _edits(root, resource, stored, fix) if (f.row, f.column) not in named)


def read_stored(content: bytes, resource: Resource) -> Stored:
    """Read a file without trusting it: a CSV cell stays the text it is; raises what pyarrow raises."""
    buffer = pa.BufferReader(content)
    texts = [f.name for f in resource.table_schema.fields if f.type == "string"]
    if resource.format == "parquet":
        table = pq.read_table(buffer)
        in_file = set(table.column_names)
        encoded = {n: pc.dictionary_encode(table[n]) for n in texts if n in in_file and _is_text(table[n].type)}
        for column, values in encoded.items():
            table = table.set_column(table.column_names.index(column), column, values)
        return Stored(table.unify_dictionaries(), None)
    unread: list[tuple[int, str]] = []

    def skip(row: pa.csv.InvalidRow) -> str:
        unread.append((row.number, f"{row.actual_columns} cells where the table has {row.expected_columns}"))
        return "skip"

    header = pa.csv.open_csv(pa.BufferReader(content.split(b"\n", 1)[0] + b"\n")).schema.names if content else []
    table = pa.csv.read_csv(
        buffer,
        read_options=pa.csv.ReadOptions(use_threads=False),
        parse_options=pa.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip),
        convert_options=pa.csv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.string()), null_values=[""], strings_can_be_null=True
        ),
    )
    return Stored(table, _lines(table, [number for number, _ in unread]), tuple(unread))


def _lines(table: pa.Table, skipped: list[int]) -> list[int]:
    """Give the file's line on which each row begins; the header is line 1, a cell may hold line breaks."""
    breaks = np.zeros(table.num_rows, dtype=np.int64)
    for column in table.columns:
        breaks += pc.fill_null(pc.count_substring(column, "\n"), 0).to_numpy()
    own = np.arange(table.num_rows) + 2
    for number in sorted(skipped):
        own[own >= number] += 1
    lines: list[int] = (own + np.concatenate(([0], np.cumsum(breaks)[:-1])) if table.num_rows else own).tolist()
    return lines


def _content_faults(resource: Resource, stored: Stored, states: frozenset[str], fix: str) -> Iterator[Fault]:
    name, schema, table = resource.name, resource.table_schema, stored.table
    for number, problem in stored.unread:
        yield Fault(name, problem, line=number, why=WHY_TYPE, fix=fix)
    known = {f.name for f in schema.fields}
    for column in table.column_names:
        if column not in known:
            yield Fault(name, "the descriptor does not know this column", column=column, why=WHY_HASH, fix=fix)
    wanted = resource.details.coverage.n_rows
    n_rows = table.num_rows + len(stored.unread)
    if n_rows != wanted:
        yield Fault(name, f"{n_rows:,} rows, the descriptor says {wanted:,}", why=WHY_HASH, fix=fix)
    foreign = {f for key in schema.foreign_keys for f in key["fields"]}
    columns: dict[str, Column] = {}
    for field in schema.fields:
        if field.name not in table.column_names:
            yield Fault(name, "the column is missing", column=field.name, why=WHY_TYPE, fix=fix)
            continue
        values = table[field.name]
        column = encode(field, values)
        if resource.format == "csv":
            as_text = column
            column, bad = typed(as_text)
            yield from type_faults(name, as_text, bad, stored.lines, fix)
        elif not _fits(values.type, field.type):
            found = f"stored as {values.type}, the descriptor says {field.type}"
            yield Fault(name, found, column=field.name, why=WHY_TYPE, fix=fix)
            continue
        columns[field.name] = column
        yield from column_faults(name, column, states if field.name in foreign else None, stored.lines, fix)
    keys = [columns[key] for key in schema.primary_key if key in columns]
    if keys and len(keys) == len(schema.primary_key):
        yield from _key_faults(name, keys, stored, fix)


def _key_faults(name: str, keys: list[Column], stored: Stored, fix: str) -> Iterator[Fault]:
    rows = repeated(keys)
    shown = [", ".join(str(v) for v in values) for values in zip(*(key.at(rows) for key in keys), strict=True)]
    label = "+".join(key.field.name for key in keys)
    fault = Fault(name, "the key stood in an earlier row", column=label, why=WHY_KEY, fix=fix)
    yield from some(rows, fault, shown, stored.lines)


def _edits(root: Path, resource: Resource, stored: Stored, fix: str) -> Iterator[Fault]:
    """Name the cells that differ from the file that the descriptor's hash is of, where git still has it."""
    content = _kept(root, resource)
    if content is None:
        return
    before, now = read_stored(content, resource).table, stored.table
    if before.column_names != now.column_names:
        return
    n = min(before.num_rows, now.num_rows)
    differ = {name: _differ(before[name].slice(0, n), now[name].slice(0, n)) for name in before.column_names}
    if before.num_rows != now.num_rows:
        # After a row too many or too few all rows differ; only the first place says something.
        rows = [int(marks.argmax()) for marks in differ.values() if marks.any()]
        row = min(rows) if rows else n
        word = "fewer" if now.num_rows < before.num_rows else "more"
        count = abs(before.num_rows - now.num_rows)
        problem = f"{count:,} row{'s' if count > 1 else ''} {word} than before, the first difference here"
        line = stored.lines[row] if stored.lines is not None and row < len(stored.lines) else None
        yield Fault(resource.name, problem, row=row + 1, line=line, why=WHY_HASH, fix=fix)
        return
    for name, marks in differ.items():
        numbers = np.flatnonzero(marks)
        texts = [now[name][int(row)].as_py() for row in numbers[:20]]
        edited = Fault(resource.name, "", column=name, why=WHY_HASH, fix=fix)
        for row, fault in zip(numbers, some(numbers, edited, texts, stored.lines), strict=False):
            old = before[name][int(row)].as_py()
            yield replace(fault, problem=f"was {'empty' if old is None else repr(old)} before")


def _differ(before: pa.ChunkedArray, now: pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    # Texts are compared as texts: a number column that became text differs in type alone otherwise.
    a, b = (column.cast(pa.string()).combine_chunks() for column in (before, now))
    same = pc.fill_null(pc.equal(a, b), False)
    both_empty = pc.and_(pc.is_null(a), pc.is_null(b))
    marks: np.ndarray[tuple[int], np.dtype[np.bool_]] = ~pc.or_(same, both_empty).to_numpy(zero_copy_only=False)
    return marks


def _kept(root: Path, resource: Resource) -> bytes | None:
    for revision in ("HEAD", ""):
        try:
            run = subprocess.run(
                ["git", "-C", str(root), "cat-file", "blob", f"{revision}:./data/{resource.path}"],
                capture_output=True, check=False, timeout=20,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return None
        if run.returncode == 0 and _digest(run.stdout) == resource.hash:
            return run.stdout
    return None


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _fits(stored: pa.DataType, wanted: str) -> bool:
    if pa.types.is_dictionary(stored):
        stored = stored.value_type
    if wanted == "integer":
        return bool(pa.types.is_integer(stored))
    if wanted == "number":
        return bool(pa.types.is_floating(stored) or pa.types.is_integer(stored))
    return bool(stored == ARROW[wanted] or (wanted == "string" and _is_text(stored)))
