"""What a refresh would change: rows of tables, and verdicts of every article."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tightrope.claims import list_articles, load_article
from tightrope.claims.judge import judge_article
from tightrope.evidence import Evidence, load_package
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
    """Judge every article on both packages, on its own day and on the last day of the stored evidence."""
    changes = []
    latest = load_package(old_root).collected
    for slug in list_articles(old_root):
        for day in sorted({load_article(old_root, slug).article.date, latest}):
            before, after = (_judged(root, slug, day) for root in (old_root, new_root))
            for claim, old in before.items():
                new = after[claim]
                if old["word"] != new["word"] or old["readings"] != new["readings"]:
                    turned = _turned(old["readings"], new["readings"])
                    changes.append(VerdictChange(slug, claim, str(day), old["word"], new["word"], turned))
    return changes


def _judged(root: Path, slug: str, day: Any) -> dict[str, dict[str, Any]]:
    found = {}
    for verdict in judge_article(Evidence(root, as_of=day), load_article(root, slug)):
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
