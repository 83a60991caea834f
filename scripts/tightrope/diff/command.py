"""``tightrope diff``: compare two reports, two folders of them or two days, and show what changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from tightrope.diff.changes import Changes, changes
from tightrope.diff.html import page
from tightrope.diff.retold import retold
from tightrope.diff.show import as_json, show
from tightrope.diff.sides import Side, pairs_of
from tightrope.language import speaking, t
from tightrope.publish.output import write_bytes, writing

Pairs = Sequence[tuple[Side | None, Side | None]]


def diff(
    old: str,
    new: str,
    article: str | None = None,
    in_json: bool = False,
    html: Path | None = None,
    language: str | None = None,
) -> None:
    """Compare and print.

    Parameters
    ----------
    old, new : str
        Two PDFs, two HTML files or two folders; two days where an article is named.
    article : str, optional
        Folder of an article under data/articles: its claims are judged on both days.
    in_json : bool
        Whether to print a JSON array.
    html : Path, optional
        File to write a short report to.
    language : str, optional
        Language to speak; that of the new reports where none is given. JSON keeps its English keys and words, and what
        the reports say in the new ones' language.

    Raises
    ------
    TightropeError
        Where a side cannot be read or judged, or the file cannot be written.
    """
    pairs = pairs_of(old, new, article)
    own = language_of(pairs)
    asked = language or own
    with speaking(asked):
        found = _compared(pairs, asked)
        if html is not None:
            with writing(html):
                write_bytes(html, page(found).encode())
        if in_json:
            click.echo(as_json(found if asked == own else _compared(pairs, own)))
            return
        show(found)
        if html is not None:
            click.echo(t("written: {file}", file=html))


def language_of(pairs: Pairs) -> str:
    """Give the language that all new reports have, or all old ones where none is new; else English."""
    new, old = ({side.language for side in sides if side} for sides in ([b for _, b in pairs], [a for a, _ in pairs]))
    languages = new or old
    return languages.pop() if len(languages) == 1 else "en"


def _compared(pairs: Pairs, language: str) -> list[Changes]:
    return [changes(retold(then, language), retold(now, language)) for then, now in pairs]
