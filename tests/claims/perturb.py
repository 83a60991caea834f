"""Change what a table holds, in memory, for one test: the file and its hash stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tightrope.claims import load_article
from tightrope.claims.records import ArticleFolder
from tightrope.evidence import Evidence, load_package, store, stored, tables
from tightrope.evidence.package import Resource

ROOT = Path(__file__).parents[2]
SLUG = "korea-russia-2021"
DAY = "2021-03-25"
FOLDER: ArticleFolder = load_article(ROOT, SLUG)
Change = Callable[[pa.Table], pa.Table]


@contextmanager
def perturbed(changes: Mapping[str, Change]) -> Iterator[None]:
    """Let every ``Evidence`` opened inside see the tables as changed; rows may go, come or be written over."""
    read, places = stored._read, stored._places
    made: dict[str, pa.Table] = {}

    def changed(path: Path, mtime: int, size: int, key: Any) -> pa.Table:
        resource: Resource = key.resource
        whole = read(path, mtime, size, key)
        if resource.name not in changes:
            return whole
        if resource.name not in made:
            made[resource.name] = changes[resource.name](tables._decoded(whole, None, {}))
        return made[resource.name]

    kept: dict[tuple[str, str], Any] = {}

    def placed(path: Path, mtime: int, size: int, key: Any, column: str) -> Any:
        if key.resource.name not in changes:
            return places(path, mtime, size, key, column)
        at = (key.resource.name, column)
        if at not in kept:
            kept[at] = places.__wrapped__(path, mtime, size, key, column)
        return kept[at]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(store.FOLDER, "off")  # what is kept goes by the hash, which does not change
        patch.setattr(stored, "_read", changed)
        patch.setattr(stored, "_places", placed)
        patch.setattr(stored, "_rows_with", stored._rows_with.__wrapped__)  # it would find the rows of before
        yield


def edit(where: Callable[[pd.DataFrame], pd.Series], may_match_none: bool = False, **values: Any) -> Change:
    """Write values over the rows that match."""

    def change(stored: pa.Table) -> pa.Table:
        frame = stored.to_pandas(types_mapper=tables._PANDAS.get, date_as_object=False)
        rows = where(frame).fillna(False).astype(bool)
        assert rows.any() or may_match_none, "the perturbation matches no row"
        for name, value in values.items():
            new = frame.loc[rows, name].map(value) if callable(value) else value
            frame.loc[rows, name] = new
        return _back(frame, stored)

    return change


def drop(where: Callable[[pd.DataFrame], pd.Series], may_match_none: bool = False) -> Change:
    """Take the rows out that match."""

    def change(stored: pa.Table) -> pa.Table:
        frame = stored.to_pandas(types_mapper=tables._PANDAS.get, date_as_object=False)
        rows = where(frame).fillna(False).astype(bool)
        assert rows.any() or may_match_none, "the perturbation matches no row"
        return _back(frame[~rows], stored)

    return change


def add(like: Callable[[pd.DataFrame], pd.Series], **values: Any) -> Change:
    """Add a copy of the first row that matches, with values of its own."""

    def change(stored: pa.Table) -> pa.Table:
        frame = stored.to_pandas(types_mapper=tables._PANDAS.get, date_as_object=False)
        row = frame[like(frame).fillna(False).astype(bool)].head(1).copy()
        assert len(row), "no row to copy"
        for name, value in values.items():
            row[name] = value
        return _back(pd.concat([frame, row]), stored)

    return change


def shuffled(seed: int) -> Change:
    """Put the rows in another order."""

    def change(stored: pa.Table) -> pa.Table:
        order = pd.Series(range(stored.num_rows)).sample(frac=1, random_state=seed)
        return stored.take(pa.array(order.to_numpy()))

    return change


def hide_rows(name: str, numbers: list[int]) -> Change:
    """Take rows out of sight: to the end of 2025 where rows are dated, out of the table where they are not.

    Names of events, topics and measures stay, since the closed lists they are checked against do not move with the day.
    """
    describes = load_package(ROOT).table(name).details.describes

    def change(stored: pa.Table) -> pa.Table:
        if describes.kind == "none" or not describes.field:
            gone = set(numbers)
            return stored.take(pa.array([i for i in range(stored.num_rows) if i not in gone], type=pa.int64()))
        hidden = np.zeros(stored.num_rows, dtype=bool)
        hidden[numbers] = True
        far = {"year": 2025, "month": "2025-12"}.get(describes.kind, date(2025, 12, 31))
        at = stored.schema.get_field_index(describes.field)
        kind = stored.schema.field(at).type
        column = pc.if_else(pa.array(hidden), pa.scalar(far, kind), stored[describes.field])
        return stored.set_column(at, describes.field, column).combine_chunks()

    return change


def fresh(day: str = DAY) -> Evidence:
    """Give evidence that has answered nothing yet."""
    return Evidence(ROOT, as_of=day)


def _back(frame: pd.DataFrame, stored: pa.Table) -> pa.Table:
    return pa.Table.from_pandas(frame, schema=stored.schema, preserve_index=False).combine_chunks()
