"""``tightrope diff``: compare two reports, two folders of them or two days, and show what changed."""

from __future__ import annotations

from pathlib import Path

import click

from tightrope.diff.changes import changes
from tightrope.diff.html import page
from tightrope.diff.show import as_json, show
from tightrope.diff.sides import pairs_of
from tightrope.publish.output import write_bytes, writing


def diff(old: str, new: str, article: str | None = None, in_json: bool = False, html: Path | None = None) -> None:
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

    Raises
    ------
    TightropeError
        Where a side cannot be read or judged, or the file cannot be written.
    """
    found = [changes(then, now) for then, now in pairs_of(old, new, article)]
    if html is not None:
        with writing(html):
            write_bytes(html, page(found).encode())
    if in_json:
        click.echo(as_json(found))
    else:
        show(found)
        if html is not None:
            click.echo(f"written: {html}")
