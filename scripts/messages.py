"""Collect the messages of the program and of every article, and bring the catalogues up to date (`make messages`).

The program's own go to scripts/tightrope/locale/<language>/LC_MESSAGES/tightrope.po, what tables and their descriptor
say in words to evidence.po beside it, an article's records to data/articles/<slug>/locale/<language>.po. What is new
waits with an empty translation, what is gone is dropped. Dates and line numbers are left out, so that a catalogue
changes only where a message does. Says what waits; ends with 1 if any does.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from tightrope.claims import load_article
from tightrope.language import CATALOGUES, DOMAIN, LANGUAGES
from tightrope.narrative import wording
from tightrope.narrative.article import ARTICLES, readers_words

ROOT = Path(__file__).parents[1]
ROOMS = ("charts", "diff", "narrative", "profile", "verify")
# Rooms of one notebook: their messages are collected once it offers a language beside English.
NOTEBOOKS = {"balance": "balance_map", "atlas": "data_atlas"}
KEYWORDS = {"t": None, "nt": (1, 2), "pt": ((1, "c"), 2), "N_": None, "nN_": (1, 2)}
TRANSLATED = LANGUAGES[1:]


def rooms(root: Path = ROOT) -> list[str]:
    """Give the rooms whose messages the catalogues hold."""
    found = list(ROOMS)
    for room, name in NOTEBOOKS.items():
        notebook = json.loads((root / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
        parameters = notebook["metadata"].get("tightrope", {}).get("parameters", {})
        if len(parameters.get("language", {}).get("choices", [])) > 1:
            found.append(room)
    return found


def program_messages(root: Path = ROOT) -> Catalog:
    """Give every message marked in the rooms that speak to a reader, with the files that it stands in."""
    found = Catalog()
    package = root / "scripts" / "tightrope"
    for path in sorted(p for room in rooms(root) for p in (package / room).glob("*.py")):
        with path.open("rb") as file:
            for _, message, _, context in extract("python", file, KEYWORDS):
                found.add(message, locations=[(path.relative_to(root).as_posix(), 1)], context=context)
    return found


def article_messages(slug: str, root: Path = ROOT) -> Catalog:
    """Give every text of an article's records that a reader sees."""
    found = Catalog()
    for text in readers_words(load_article(root, slug)):
        found.add(text)
    return found


def evidence_messages(root: Path = ROOT) -> Catalog:
    """Give every text of the tables and their descriptor that a reader sees."""
    found = Catalog()
    for text in wording.evidence_words(root):
        found.add(text)
    return found


def catalogues(root: Path = ROOT) -> Iterator[tuple[Path, str, Catalog]]:
    """Give each catalogue's file, its language and the messages that it must hold.

    An article without a folder ``locale`` is in English only.
    """
    for domain, messages in ((DOMAIN, program_messages(root)), (wording.DOMAIN, evidence_messages(root))):
        for language in TRANSLATED:
            yield CATALOGUES / language / "LC_MESSAGES" / f"{domain}.po", language, messages
    for folder in sorted(path.parent for path in (root / ARTICLES).glob("*/article.toml")):
        if (folder / "locale").is_dir():
            messages = article_messages(folder.name, root)
            for language in TRANSLATED:
                yield folder / "locale" / f"{language}.po", language, messages


def read(path: Path, language: str) -> Catalog:
    """Read a catalogue; an empty one where there is none yet."""
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def merged(old: Catalog, wanted: Catalog, language: str) -> Catalog:
    """Give the wanted messages with the translations there are; nothing is guessed."""
    comment = f"# Tightrope in {language}. See scripts/messages.py."
    new = Catalog(locale=language, project="tightrope", header_comment=comment)
    for message in wanted:
        if not message.id:
            continue
        known = old.get(message.id, message.context)
        string = known.string if isinstance(known, Message) else None
        if string is None and not isinstance(message.id, str):
            string = ("",) * new.num_plurals
        new.add(message.id, string or "", message.locations, context=message.context)
    return new


def waiting(catalogue: Catalog) -> list[str]:
    """Give the messages without a whole translation."""
    texts = ((m.id if isinstance(m.id, str) else m.id[0], m.string) for m in catalogue if m.id)
    return [text for text, said in texts if not (said if isinstance(said, str) else said and all(said))]


def text_of(catalogue: Catalog) -> bytes:
    """Give a catalogue's file, the same bytes whenever it is written."""
    out = BytesIO()
    write_po(out, catalogue, width=120, no_location=False, include_lineno=False, omit_header=True)
    forms = f"nplurals={catalogue.num_plurals}; plural={catalogue.plural_expr};"
    head = (
        f"{catalogue.header_comment}\n"
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalogue.locale_identifier}\\n"\n'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {forms}\\n"\n\n'
    )
    return head.encode() + out.getvalue()


def main() -> int:
    """Write every catalogue anew and say how many messages wait for a translation."""
    left = 0
    for path, language, wanted in catalogues():
        new = merged(read(path, language), wanted, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text_of(new))
        wait = waiting(new)
        left += len(wait)
        print(f"{path.relative_to(ROOT)}: {len(new)} messages, {len(wait)} waiting")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
