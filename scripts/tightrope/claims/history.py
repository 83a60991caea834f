"""When each claim held: judged once over 1990 to 2025, kept beside the claims, and used only while it is current.

Judging every claim on some forty days takes many seconds, so the stretches are stored. The stored file names the
records and tables that it was made from: when any of them has changed, it is made again.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pandas as pd

from tightrope.claims.clocks import Timeline
from tightrope.claims.files import ARTICLES
from tightrope.claims.records import ArticleFolder
from tightrope.claims.verdict import VerdictWord
from tightrope.errors import BadRecord
from tightrope.evidence.package import DESCRIPTOR

NAME = "history.json"


def stored_spans(root: Path, folder: ArticleFolder) -> pd.DataFrame:
    """Give the stretches of ``clocks.spans`` from data/articles/<slug>/history.json, or anew where it is out of date.

    Returns
    -------
    DataFrame
        ``id``, ``word``, ``first`` and ``last`` day, in the order of the claims and of time.

    Raises
    ------
    BadRecord
        The stored file is not what ``write_spans`` writes.
    """
    path = root / ARTICLES / folder.article.slug / NAME
    if path.is_file():
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            if stored["made_from"] == made_from(root, folder):
                return _frame(stored["spans"])
        except (ValueError, KeyError, TypeError) as error:
            raise BadRecord(
                f"the stored history cannot be read: {error!r}", str(ARTICLES / folder.article.slug / NAME),
                "it says when each claim held", f"tightrope judge {folder.article.slug} --history",
            ) from None  # fmt: skip
    return Timeline(root, folder).spans()


def write_spans(root: Path, folder: ArticleFolder) -> Path:
    """Judge the claims over the years and store the stretches; give the file."""
    rows = [
        [claim, str(word), first.isoformat(), last.isoformat()]
        for claim, word, first, last in Timeline(root, folder).spans().itertuples(index=False, name=None)
    ]
    path = root / ARTICLES / folder.article.slug / NAME
    lines = ",\n".join("  " + json.dumps(row) for row in rows)
    text = f'{{\n "made_from": {json.dumps(made_from(root, folder))},\n "spans": [\n{lines}\n ]\n}}\n'
    beside = path.with_name(path.name + ".part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
    return path


def made_from(root: Path, folder: ArticleFolder) -> str:
    """Give one hash of the article's records and of the data package's descriptor, which holds every table's hash."""
    digest = hashlib.sha256()
    where = root / ARTICLES / folder.article.slug
    for path in (where / "article.toml", where / "claims.toml", root / DESCRIPTOR):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _frame(rows: list[list[str]]) -> pd.DataFrame:
    return pd.DataFrame(
        [(i, VerdictWord(w), date.fromisoformat(a), date.fromisoformat(b)) for i, w, a, b in rows],
        columns=["id", "word", "first", "last"],
    )
