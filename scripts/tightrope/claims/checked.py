"""``tightrope check``: tables and articles by name, or all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tightrope.claims.files import list_articles
from tightrope.claims.lacking import look_through
from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence.check import run_check
from tightrope.evidence.package import load_package


def check(root: Path, names: Sequence[str] = (), text: Path | None = None) -> tuple[str, bool]:
    """Look through tables and articles and say what was found.

    Parameters
    ----------
    root : Path
        The checkout.
    names : sequence of str
        Tables and articles; everything under data/ where none is named.
    text : Path, optional
        An article's text, to look whether each claim's sentence is where its record says.

    Returns
    -------
    text : str
    is_sound : bool
        False where there is a fault; what waits for its author is none.

    Raises
    ------
    UnknownName
        A name that is neither a table nor an article.
    BadParameter
        A text without the one article that it belongs to.
    """
    articles = list_articles(root)
    tables = [resource.name for resource in load_package(root).resources]
    for name in names:
        if name not in articles and name not in tables:
            raise UnknownName("table or article", name, [*articles, *tables])
    wanted = [name for name in names if name in articles] if names else articles
    if text is not None and len(wanted) != 1:
        raise BadParameter("a text belongs to one article", "--text", fix="name the article: tightrope check ARTICLE")
    said, is_sound = [], True
    chosen = [name for name in names if name in tables]
    if chosen or not names:
        found = run_check(root, chosen)
        said.append(found.text())
        is_sound = not found.faults
    # On tables that do not hold, every claim would be at fault.
    if is_sound:
        looked = [look_through(root, name, text) for name in wanted]
        said += [one.text() for one in looked]
        if not articles:
            said.append("no article under data/articles")
        is_sound = not any(one.faults for one in looked)
    return "\n".join(said), is_sound
