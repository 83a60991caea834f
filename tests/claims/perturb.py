"""Change what a table holds, in memory, for one test: the file and its hash stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from tightrope.claims import load_article
from tightrope.claims.records import ArticleFolder
from tightrope.evidence import Evidence, tables
from tightrope.evidence.package import Resource

ROOT = Path(__file__).parents[2]
SLUG = "korea-russia-2021"
DAY = "2021-03-25"
FOLDER: ArticleFolder = load_article(ROOT, SLUG)
Change = Callable[[pa.Table], pa.Table]


@contextmanager
def perturbed(changes: Mapping[str, Change]) -> Iterator[None]:
    """Let every ``Evidence`` opened inside see the tables as changed; rows may go, come or be written over."""
    read, places, names = tables._read, tables._places, tables._names
    made: dict[str, pa.Table] = {}

    def changed(path: Path, mtime: int, size: int, key: Any) -> pa.Table:
        resource: Resource = key.resource
        stored = read(path, mtime, size, key)
        if resource.name not in changes:
            return stored
        if resource.name not in made:
            made[resource.name] = changes[resource.name](tables._decoded(stored, None, {}))
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
        patch.setattr(tables, "_read", changed)
        patch.setattr(tables, "_places", placed)
        patch.setattr(tables, "_names", names.__wrapped__)
        yield


def edit(where: Callable[[pd.DataFrame], pd.Series], **values: Any) -> Change:
    """Write values over the rows that match; at least one must."""

    def change(stored: pa.Table) -> pa.Table:
        frame = stored.to_pandas(types_mapper=tables._PANDAS.get, date_as_object=False)
        rows = where(frame).fillna(False).astype(bool)
        assert rows.any(), "the perturbation matches no row"
        for name, value in values.items():
            new = frame.loc[rows, name].map(value) if callable(value) else value
            frame.loc[rows, name] = new
        return _back(frame, stored)

    return change


def drop(where: Callable[[pd.DataFrame], pd.Series]) -> Change:
    """Take the rows out that match; at least one must."""

    def change(stored: pa.Table) -> pa.Table:
        frame = stored.to_pandas(types_mapper=tables._PANDAS.get, date_as_object=False)
        rows = where(frame).fillna(False).astype(bool)
        assert rows.any(), "the perturbation matches no row"
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


def take_rows(numbers: list[int]) -> Change:
    """Take the rows of these numbers out."""

    def change(stored: pa.Table) -> pa.Table:
        gone = set(numbers)
        return stored.take(pa.array([i for i in range(stored.num_rows) if i not in gone], type=pa.int64()))

    return change


def fresh(day: str = DAY) -> Evidence:
    """Give evidence that has answered nothing yet."""
    return Evidence(ROOT, as_of=day)


def _back(frame: pd.DataFrame, stored: pa.Table) -> pa.Table:
    return pa.Table.from_pandas(frame, schema=stored.schema, preserve_index=False).combine_chunks()
