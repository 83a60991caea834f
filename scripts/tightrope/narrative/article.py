"""An article's records in another language: the claims in our own words, their readings, notes and themes."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from tightrope.claims import ArticleFolder
from tightrope.errors import BadParameter
from tightrope.language import read_catalogue

ARTICLES = Path("data") / "articles"
# The fields that a reader sees, by record; every other field is data. Reasons of readings are kept for who edits them.
FIELDS: dict[str, tuple[str, ...]] = {
    "Article": ("subject", "date_reason"),
    "Theme": ("title",),
    "ClaimRecord": ("label", "statement", "note", "reason", "settled_by"),
    "ReadingRecord": ("label",),
    "IndicatorRecord": ("label",),
    "ContextRecord": ("for_author", "missing_context"),
}


def article_catalogue(root: Path, article: str, language: str) -> gettext.NullTranslations:
    """Read an article's own catalogue, ``data/articles/<slug>/locale/<language>.po``; English needs none.

    Raises
    ------
    BadParameter
        The article's records are not there in the language: a report would say half of it in English.
    """
    path = ARTICLES / article / "locale" / f"{language}.po"
    if language != "en" and not (root / path).is_file():
        raise BadParameter(
            f"the article {article!r} is not translated into {language!r}", where=f"language = {language!r}",
            why=f"there is no {path.as_posix()}", fix="leave the language at 'en', or make its folder and run make messages",
        )  # fmt: skip
    return read_catalogue(root / path, language)


def readers_words(folder: ArticleFolder) -> Iterator[str]:
    """Give every text of an article's records that a reader sees, in the order of the records."""
    found: dict[str, None] = {}

    def keep(text: str) -> str:
        found[text] = None
        return text

    _mapped(folder, keep)
    return iter(found)


def in_language(folder: ArticleFolder, catalogue: gettext.NullTranslations) -> ArticleFolder:
    """Give an article's records with every text that a reader sees in the catalogue's language.

    Checks, arguments and choices are untouched, so that no verdict can depend on the language.
    """
    if not isinstance(catalogue, gettext.GNUTranslations):
        return folder
    return _mapped(folder, catalogue.gettext)


def _mapped(folder: ArticleFolder, say: Callable[[str], str]) -> ArticleFolder:
    labels = {kind: {key: say(text) for key, text in names.items()} for kind, names in folder.labels.items()}
    return _record(folder, say).model_copy(update={"labels": labels})


R = TypeVar("R", bound=BaseModel)


def _record(record: R, say: Callable[[str], str]) -> R:
    changed: dict[str, object] = {}
    for name in type(record).model_fields:
        value = getattr(record, name)
        if name in FIELDS.get(type(record).__name__, ()) and value:
            changed[name] = say(value)
        elif isinstance(value, BaseModel):
            changed[name] = _record(value, say)
        elif isinstance(value, list) and value and isinstance(value[0], BaseModel):
            changed[name] = [_record(one, say) for one in value]
    return record.model_copy(update=changed)
