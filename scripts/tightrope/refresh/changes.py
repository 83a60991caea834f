"""What a refresh would change: rows of tables, and verdicts of every article."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tightrope.claims import list_articles, load_article
from tightrope.claims.judge import judge_claim, tables_of
from tightrope.claims.records import ArticleFolder, ClaimRecord
from tightrope.evidence import Evidence, load_package
from tightrope.evidence.inputs import ALWAYS
from tightrope.evidence.package import Package
from tightrope.refresh.sound import texts


@dataclass(frozen=True)
class TableChange:
    """One table: rows added, gone and changed by key, some examples, and the versions."""

    table: str
    n_added: int
    n_gone: int
    n_changed: int
    version_old: str
    version_new: str
    examples: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Give one line."""
        return f"{self.table}: {self.n_added:,} rows added, {self.n_changed:,} changed, {self.n_gone:,} gone"


@dataclass(frozen=True)
class VerdictChange:
    """One claim on one day: its verdict on the stored and on the new evidence, and the readings that turned."""

    article: str
    claim: str
    as_of: str
    word_old: str
    word_new: str
    readings: list[str]

    def text(self) -> str:
        """Give one line."""
        return f"{self.article} {self.claim} as of {self.as_of}: {self.word_old} becomes {self.word_new}"


def table_change(
    table: str, keys: list[str], stored: pd.DataFrame, fresh: pd.DataFrame, versions: tuple[str, str]
) -> TableChange:
    """Lay a stored and a new table side by side by their key."""
    columns = [name for name in stored.columns if name not in keys]
    old, new = (texts(frame, keys).join(_comparable(frame, columns)) for frame in (stored, fresh))
    both = old.merge(new, on=keys, how="outer", suffixes=("_old", "_new"), indicator=True)
    kept = both[both["_merge"] == "both"]
    differs = pd.Series(False, index=kept.index)
    for name in columns:
        differs |= kept[f"{name}_old"] != kept[f"{name}_new"]
    examples = [_example(row, keys, columns) for _, row in kept[differs].head(3).iterrows()]
    return TableChange(
        table, int((both["_merge"] == "right_only").sum()), int((both["_merge"] == "left_only").sum()),
        int(differs.sum()), *versions, examples=examples,
    )  # fmt: skip


def _comparable(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    made = {}
    for name in columns:
        values = frame[name]
        if pd.api.types.is_bool_dtype(values):
            made[name] = values.astype(str)
        elif pd.api.types.is_numeric_dtype(values):
            # Fifteen figures: what a CSV file and a computation agree on.
            numbers = values.to_numpy(dtype=float, na_value=np.nan)
            made[name] = pd.Series([f"{n:.15g}" if n == n else "" for n in numbers], index=frame.index)
        else:
            made[name] = values.astype("object").where(values.notna(), "").astype(str).str.removesuffix(" 00:00:00")
    return pd.DataFrame(made, index=frame.index)


def _example(row: pd.Series, keys: list[str], columns: list[str]) -> str:
    turned = [f"{name} {row[f'{name}_old'] or 'empty'} → {row[f'{name}_new'] or 'empty'}"
              for name in columns if row[f"{name}_old"] != row[f"{name}_new"]]  # fmt: skip
    return f"{' '.join(row[key] for key in keys)}: {', '.join(turned[:3])}"


def verdict_changes(old_root: Path, new_root: Path) -> list[VerdictChange]:
    """Judge the articles on both packages, on their own day and on the last day of the stored evidence.

    Only claims that a changed table may bear on are judged: the others stand on the same rows in both.
    """
    changes = []
    old = load_package(old_root)
    changed = _changed(old, load_package(new_root))
    sides = [Evidence(root, as_of=old.collected) for root in (old_root, new_root)]
    for slug in list_articles(old_root):
        folder = load_article(old_root, slug)
        claims = [claim for claim in folder.claims if not changed.isdisjoint({*tables_of(claim), *ALWAYS})]
        for day in sorted({folder.article.date, old.collected}):
            before, after = (_judged(side.at(day), folder, claims) for side in sides)
            for claim, was in before.items():
                now = after[claim]
                if was["word"] != now["word"] or was["readings"] != now["readings"]:
                    turned = _turned(was["readings"], now["readings"])
                    changes.append(VerdictChange(slug, claim, str(day), was["word"], now["word"], turned))
    return changes


def _changed(old: Package, new: Package) -> set[str]:
    """Give the tables whose rows or descriptions differ, and those that one of both lacks."""
    was, now = ({resource.name: resource for resource in package.resources} for package in (old, new))
    return {name for name in {*was, *now} if was.get(name) != now.get(name)}


def _judged(evidence: Evidence, folder: ArticleFolder, claims: Iterable[ClaimRecord]) -> dict[str, dict[str, Any]]:
    found = {}
    for verdict in (judge_claim(evidence, folder, claim) for claim in claims):
        readings = {reading.label: (reading.observed, reading.holds) for reading in verdict.readings}
        found[verdict.claim.id] = {"word": str(verdict.word), "readings": readings}
    return found


def _turned(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    return [f"{name}: {_said(seen)} → {_said(new.get(name))}" for name, seen in old.items() if new.get(name) != seen]


def _said(seen: tuple[Any, bool | None] | None) -> str:
    if seen is None or seen[0] is None:
        return "no data"
    value = f"{seen[0]:,.6g}" if isinstance(seen[0], float) else str(seen[0])
    return f"{value} ({'holds' if seen[1] else 'fails'})"
