"""What the start page shows: the articles there are, and what states a written name may mean."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from tightrope.claims import load_article
from tightrope.errors import UnknownName
from tightrope.evidence import Evidence, find_root, known_states, load_package
from tightrope.evidence.states import NAMES
from tightrope.narrative.display import Table
from tightrope.narrative.words import say_date

ARTICLES = Path("data") / "articles"
FEWEST_LETTERS = 2


def articles(root: Path | None = None) -> Table:
    """List the articles under data/articles: the name to write, what each is about, who wrote it and its themes."""
    root = root or find_root()
    rows = []
    for folder in sorted(path.parent for path in (root / ARTICLES).glob("*/article.toml")):
        article = load_article(root, folder.name).article
        themes = ", ".join(theme.id for theme in article.themes)
        rows.append([article.slug, article.subject, f"{article.author}, {say_date(article.date)}", themes])
    return Table("Articles that article_report can read", ["article", "About", "By", "theme"], rows)


def states(wanted: str, root: Path | None = None) -> Table:
    """List the states whose code or name, in English, Korean or Russian, is or holds what was written.

    Parameters
    ----------
    wanted : str
        A code, a name or part of one; case and accents do not count.

    Returns
    -------
    Table
        Code, English name and the names that matched; all of its names where a code was written.

    Raises
    ------
    UnknownName
        No name holds it; the nearest are shown.
    """
    root = root or find_root()
    evidence = Evidence(root, as_of=load_package(root).collected)
    english = known_states(evidence)
    names = [*english.items(), *((row["iso3"], row["name"]) for row in evidence.whole(NAMES).to_pylist())]
    looked = _plain(wanted)
    found: dict[str, list[str]] = {}
    for iso3, name in names:
        if iso3 in english and (
            wanted.strip().upper() == iso3 or (len(looked) >= FEWEST_LETTERS and looked in _plain(name))
        ):
            found.setdefault(iso3, []).append(name)
    if not found:
        raise UnknownName("state", wanted, [name for _, name in names], "state")
    rows = [
        [iso3, english[iso3], " · ".join(dict.fromkeys(found[iso3]))]
        for iso3 in sorted(found, key=lambda c: english[c])
    ]
    return Table(
        f"States that “{wanted}” may mean: write the code, or any of the names", ["Code", "State", "Names"], rows
    )


def _plain(text: str) -> str:
    """Take case and accents out."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).split())
