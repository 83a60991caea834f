"""Known errors of a source as data: what is wrong, how it is put right, and what must show that it still is wrong.

A correction of a fault that its source has mended would itself be a fault. So each record says what it expects to
find, in the raw file and in the built table, and both are held to it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from tightrope.errors import BadRecord, BadTable, UnknownName
from tightrope.evidence.check_fault import Fault
from tightrope.evidence.package import load_package
from tightrope.evidence.stored import read_table

FOLDER = Path("data") / "corrections"
WHY = "a correction of an error that is no longer there is an error"


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Blank(_Record):
    """Empty ``column`` where ``flag`` holds ``value``."""

    kind: Literal["blank"]
    column: str
    flag: str
    value: str


class Relabel(_Record):
    """Set ``into`` to the right word where ``column`` holds a wrong label, in snapshots from ``first`` to ``last``."""

    kind: Literal["relabel"]
    column: str
    into: str
    labels: dict[str, str] = Field(min_length=1)
    first: date
    last: date


class Divide(_Record):
    """Set ``into`` to ``column`` divided by ``by``; a remainder is refused."""

    kind: Literal["divide"]
    column: str
    into: str
    by: int = Field(gt=1)


Rule = Annotated[Blank | Relabel | Divide, Field(discriminator="kind")]


class Against(_Record):
    """Another table's column, summed over the rows that match."""

    table: str
    column: str
    where: dict[str, Any] = {}


class Expect(_Record):
    """What the raw file or the built table must still show.

    ``where`` picks rows by equal values; ``n`` is their number, ``every`` must be true of each and ``none`` of none of
    them (a pandas expression), and the sum of ``column`` over the sum of ``against`` must lie within ``ratio``.
    """

    stage: Literal["raw", "built"]
    says: str = Field(min_length=10)
    where: dict[str, Any] = {}
    n: int | None = Field(default=None, ge=0)
    every: str | None = None
    none: str | None = None
    column: str | None = None
    against: Against | None = None
    ratio: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _asks(self) -> Expect:
        compared = [self.column, self.against, self.ratio]
        if any(compared) and not all(compared):
            raise ValueError("column, against and ratio go together")
        if self.n is None and self.every is None and self.none is None and self.ratio is None:
            raise ValueError("an expectation needs n, every, none or ratio")
        if self.ratio and self.ratio[0] > self.ratio[1]:
            raise ValueError("ratio is out of order: the smaller number first")
        return self


class Correction(_Record):
    """A known error of a source.

    ``applied`` says where it is put right: ``recipe``, by ``rule``, when the table is built; ``note``, nowhere, since
    nothing in the package can: it is named so that reports can tell it.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    table: str
    title: str
    reason: str = Field(min_length=20)
    reference: str = Field(min_length=10)
    address: str
    applied: Literal["recipe", "note"]
    rule: Rule | None = None
    expect: list[Expect] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_rule(self) -> Correction:
        if (self.applied == "recipe") != (self.rule is not None):
            raise ValueError("a correction applied in the recipe has a rule, a note has none")
        return self

    def apply(self, frame: pd.DataFrame, *, is_sample: bool = False) -> pd.DataFrame:
        """Put a raw frame right, after holding it (unless it is a sample) to what the record expects of it.

        Raises
        ------
        BadTable
            The raw file no longer shows the error.
        """
        problems = [] if is_sample else list(self.problems(frame, "raw"))
        if problems:
            raise BadTable(
                f"the source of {self.table} no longer shows the error of {self.id}",
                where="; ".join(problems), why=WHY,
                fix=f"look at the new copy, then mend or remove the record {self.id} in {FOLDER}",
            )  # fmt: skip
        rule = self.rule
        if isinstance(rule, Blank):
            return frame.assign(**{rule.column: frame[rule.column].mask(frame[rule.flag] == rule.value)})
        if isinstance(rule, Relabel):
            label = frame[rule.column].astype("str")
            seen = label.isin(list(rule.labels)) & _within(frame, rule)
            right = frame[rule.into].astype("str").mask(seen, label.map(rule.labels))
            return frame.assign(**{rule.into: right})
        if isinstance(rule, Divide):
            if (frame[rule.column] % rule.by != 0).any():
                raise BadTable(f"{self.id}: {rule.column} does not divide by {rule.by}", why=WHY)
            return frame.assign(**{rule.into: frame[rule.column] // rule.by})
        return frame

    def problems(self, frame: pd.DataFrame, stage: str, root: Path | None = None) -> Iterator[str]:
        """Give a phrase for each expectation of a stage that ``frame`` does not meet."""
        for expect in self.expect:
            if expect.stage != stage:
                continue
            lacking = [name for name in expect.where if name not in frame]
            if lacking:
                yield f"{expect.says}: there is no column {lacking[0]}"
                continue
            rows = _rows(frame, expect.where)
            if expect.n is not None and len(rows) != expect.n:
                yield f"{expect.says}: {len(rows):,} rows, {expect.n:,} expected"
            if expect.every is not None and not _true(rows, expect.every).all():
                yield f"{expect.says}: not every row has {expect.every}"
            if expect.none is not None and _true(rows, expect.none).any():
                yield f"{expect.says}: a row has {expect.none}"
            if expect.against and expect.ratio and root is not None:
                other = _rows(_stored(root, expect.against.table), expect.against.where)[expect.against.column].sum()
                seen = float(rows[str(expect.column)].sum() / other) if other else 0.0
                if not expect.ratio[0] <= seen <= expect.ratio[1]:
                    yield f"{expect.says}: the ratio is {seen:.2f}, {expect.ratio[0]} to {expect.ratio[1]} expected"


def load_corrections(root: Path) -> list[Correction]:
    """Read data/corrections/*.toml under ``root``, in order of their names.

    Raises
    ------
    BadRecord
        A file is not TOML, has an unknown or missing key, or an id stands twice.
    """
    found: list[Correction] = []
    for path in sorted((root / FOLDER).glob("*.toml")):
        where = f"{FOLDER}/{path.name}"
        try:
            found.append(Correction.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadRecord(f"not valid TOML: {error}", where, fix="mend that line") from None
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"]) or "record"
            message = str(first["msg"]).removeprefix("Value error, ")
            raise BadRecord(f"{name}: {message}", where, WHY, "mend this value") from None
    ids = [c.id for c in found]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise BadRecord(f"the correction {twice[0]} stands twice", str(FOLDER), fix="give each its own id")
    return found


def correction(root: Path, name: str) -> Correction:
    """Give the correction called ``name``; raises ``UnknownName``."""
    found = {c.id: c for c in load_corrections(root)}
    if name not in found:
        raise UnknownName("correction", name, found, str(FOLDER))
    return found[name]


def check_corrections(root: Path, tables: Sequence[str] = ()) -> list[Fault]:
    """Hold the built tables (all, when none is named) to what the corrections expect of them.

    Returns
    -------
    list of Fault
        One for each expectation that a table does not meet, and for each correction of an unknown table.

    Raises
    ------
    BadRecord
        A record that cannot be read.
    BadTable
        A table that cannot be read.
    """
    faults = []
    known = {resource.name for resource in load_package(root).resources}
    for record in load_corrections(root):
        if tables and record.table not in tables:
            continue
        fix = f"look at the source, then mend or remove the record {record.id} in {FOLDER}"
        if record.table not in known:
            faults.append(
                Fault(record.table, f"correction {record.id} names a table that is not there", why=WHY, fix=fix)
            )
            continue
        for problem in record.problems(_stored(root, record.table), "built", root):
            faults.append(Fault(record.table, f"correction {record.id} is not due: {problem}", why=WHY, fix=fix))
    return faults


def _stored(root: Path, table: str) -> pd.DataFrame:
    frame: pd.DataFrame = read_table(root, load_package(root).table(table)).to_pandas()
    return frame


def _rows(frame: pd.DataFrame, where: dict[str, Any]) -> pd.DataFrame:
    for column, value in where.items():
        frame = frame[frame[column].isin(value if isinstance(value, list) else [value])]
    return frame


def _true(rows: pd.DataFrame, expression: str) -> pd.Series[bool]:
    # numexpr, where it is installed, knows no isna: the python engine does.
    return pd.Series(rows.eval(expression, engine="python"), index=rows.index).fillna(False).astype(bool)


def _within(frame: pd.DataFrame, rule: Relabel) -> pd.Series[bool]:
    first = pd.to_datetime(frame["first_snapshot"].astype("str"))
    last = pd.to_datetime(frame["last_snapshot"].astype("str"))
    return (first >= pd.Timestamp(rule.first)) & (last <= pd.Timestamp(rule.last))
