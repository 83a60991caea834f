"""What the start page shows: the notebooks, the articles there are, and what states a written name may mean."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from tightrope.claims import load_article
from tightrope.claims.records import Article
from tightrope.errors import UnknownName
from tightrope.evidence import Evidence, find_root, known_states, load_package
from tightrope.evidence.states import NAMES
from tightrope.language import LANGUAGES, N_, spoken, t, use_language
from tightrope.narrative.article import article_catalogue, in_language
from tightrope.narrative.display import Prose, Raw, Record, Table, in_english
from tightrope.narrative.names import local_names
from tightrope.narrative.words import say_date

ARTICLES = Path("data") / "articles"
FEWEST_LETTERS = 2
# By notebook: what it answers, and the parameters that change the answer.
NOTEBOOKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "article_report": (
        N_("Which claims of an article stand up to the evidence, and how firmly?"),
        ("article", "as_of", "theme"),
    ),
    "pair_profile": (
        N_("What is there between two states: trade, votes, treaties, people?"),
        ("state_a", "state_b", "as_of"),
    ),
    "balance_map": (
        N_("Where does every state stand between two powers, and is any like this one?"),
        ("power_a", "power_b", "focus", "as_of"),
    ),
    "data_atlas": (
        N_("What does the evidence cover, where are its gaps, and how is each table cited?"),
        ("as_of", "theme"),
    ),
}


def open_start(language: str = "en") -> Record:
    """Set the page's language and give the record that publish reads.

    Raises
    ------
    UnknownName
        The language is none of ``en``, ``ko`` and ``ru``.
    """
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    use_language(language)
    return Record(
        {
            "title": t("Start here"),
            "subtitle": t("The notebooks, and the names to write into them"),
            "slug": "start-here",
            "stem": "start-here" + ("" if language == "en" else f"-{language}"),
            "language": language,
            "authors": ["Tightrope"],
            "description": _opening(),
        }
    )


def notebooks() -> tuple[Prose, Table, Prose]:
    """Say what a notebook is for, which one answers which question, and what ``as_of`` and ``language`` mean."""
    rows = [[name, t(question), ", ".join(changed)] for name, (question, changed) in NOTEBOOKS.items()]
    columns = [t("Notebook"), t("What it answers"), t("What to change")]
    clocks = t(
        "`as_of` is the day a report stands on: what describes a later day is not read. `language` is the report's language: "
        "`en`, `ko` or `ru`. A name that does not fit is refused in two lines, with the names nearest to it."
    )
    opening = _section(t("The notebooks"), _opening())
    return opening, Table(t("Which notebook answers which question"), columns, rows), Prose(clocks)


def names(wanted: str, root: Path | None = None) -> tuple[Prose, Table, Table]:
    """Show which articles there are and which states a written name may mean; see `articles` and `states`."""
    how = t(
        "Write a state's code or name, or a part of one, in English, Korean or Russian, as `state` in the first cell, and run all cells."
    )
    return _section(t("Which articles, which states"), how), articles(root), states(wanted, root)


def files() -> Prose:
    """Say how any notebook becomes files, with a command to copy."""
    command = "tightrope render pair_profile -p state_a=Japan -p state_b=KOR"
    command += "" if spoken() == "en" else f" -p language={spoken()}"
    text = t("In a terminal, any of them becomes one HTML file and one PDF:")
    return _section(t("The same as files"), f"{text}\n\n```sh\n{command}\n```")


def articles(root: Path | None = None) -> Table:
    """List the articles under data/articles: the name to write, what each is about, who wrote it and its themes.

    An article whose records are not translated is told in English.
    """
    root = root or find_root()
    rows = []
    for folder in sorted(path.parent for path in (root / ARTICLES).glob("*/article.toml")):
        article = _told(root, folder.name)
        themes = " · ".join(f"{theme.id} ({theme.title})" for theme in article.themes)
        rows.append([article.slug, article.subject, f"{article.author}, {say_date(article.date)}", themes])
    caption = t("Articles that article_report reads, by their names; a theme goes by its word outside the brackets")
    return Table(caption, [t("Article"), t("About"), t("Written by"), t("Themes")], rows)


def states(wanted: str, root: Path | None = None) -> Table:
    """List the states whose code or name, in English, Korean or Russian, is or holds what was written.

    Parameters
    ----------
    wanted : str
        A code, a name or part of one; case and accents do not count.

    Returns
    -------
    Table
        Code, name in the page's language and the names that matched; all of its names where a code was written.

    Raises
    ------
    UnknownName
        No name holds it; the nearest are shown.
    """
    root = root or find_root()
    evidence = Evidence(root, as_of=load_package(root).collected)
    english = known_states(evidence)
    every = [*english.items(), *((row["iso3"], row["name"]) for row in evidence.whole(NAMES).to_pylist())]
    looked = _plain(wanted)
    found: dict[str, list[str]] = {}
    for iso3, name in every:
        if iso3 in english and (
            wanted.strip().upper() == iso3 or (len(looked) >= FEWEST_LETTERS and looked in _plain(name))
        ):
            found.setdefault(iso3, []).append(name)
    if not found:
        raise UnknownName("state", wanted, [name for _, name in every], "state")
    own = local_names(evidence)
    rows = [
        [iso3, own[iso3], _named([*dict.fromkeys(found[iso3])])] for iso3 in sorted(found, key=lambda code: own[code])
    ]
    caption = t("States that “{wanted}” may mean: write the code, or any of the names", wanted=wanted)
    return Table(caption, [t("Code"), t("State"), t("Names")], rows)


def _named(names: Sequence[str]) -> Raw:
    """Give names side by side, each with its language where the page has another."""
    return Raw(" · ".join(map(in_english, names)), " · ".join(names))


def _section(title: str, text: str) -> Prose:
    return Prose(f"## {title}\n\n{text}")


def _opening() -> str:
    return t(
        "Each notebook makes one kind of report. Open one, change its first cell, then choose Run, Run All Cells. What you see "
        "is what the HTML and PDF reports show; nothing is written to disk."
    )


def _told(root: Path, slug: str) -> Article:
    """Give an article's own record in the page's language."""
    folder = load_article(root, slug)
    if (root / ARTICLES / slug / "locale" / f"{spoken()}.po").is_file():
        folder = in_language(folder, article_catalogue(root, slug, spoken()))
    return folder.article


def _plain(text: str) -> str:
    """Take case and accents out."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in parts if not unicodedata.combining(c)).split())
