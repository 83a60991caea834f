"""What the tables and their descriptor say in words of their own, in the report's language.

Events, faults of tables, titles and the like are translated by a catalogue of their own, ``evidence.po`` beside the
program's, keyed by the stored English. Only what is shown is looked up: measures and verdicts read the tables as they
are, so that no verdict can depend on the language. What no catalogue has, such as a row that was added since, is shown
in English and marked as English. Titles of works, citations and names of producers and licences stay as published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path

from tightrope.evidence import Evidence, load_package, read_table
from tightrope.evidence.corrections import load_corrections
from tightrope.language import catalogue, spoken
from tightrope.narrative.display import Raw, in_english

DOMAIN = "evidence"
# The columns of tables that a reader is shown in words; what a former state became stands in the list of states.
COLUMNS = {"events": "event", "sanctions_korea_dated": "measure", "opinion_polls": "question", "states": "note"}
# A licence that is described in words of ours; the name of one has capitals and figures only.
_WORDS = re.compile(r"(?<![\w/])[a-z]{2,}")
# A producer that is a description of ours, or a name with one; every other is a name.
_DESCRIBED = re.compile(
    r"\bpages\b|^Tightrope, |\b(?:arranged|harmonised|aggregated|collected|quoted|score) (?:by|in)\b|\bof our own\b|, through "
)


def worded(text: str) -> str:
    """Give a text of the evidence in the report's language, in English where it has none."""
    return catalogue(spoken(), DOMAIN).gettext(text) if text else text


def worded_cell(text: str, told: Callable[[str], str] = str) -> Raw:
    """Give a table's cell of a text of the evidence, in the report's language, or in English and marked so.

    Parameters
    ----------
    text : str
        As it is stored.
    told : callable
        What marks the numbers of the text on its ground, where they are traced (`recorded`).
    """
    said = worded(text)
    shown = told(said)
    return Raw(in_english(shown) if said == text else escape(shown), shown)


def own_words(text: str, told: Callable[[str], str] = str) -> str:
    """Give a text of the evidence as HTML, in the report's language, or in English and marked so."""
    return worded_cell(text, told).html


def say_note(note: str) -> str:
    """Give a known fault of a table as HTML, with its full stop."""
    return own_words(note, lambda said: said.rstrip(".") + ".")


def say_notes(notes: Iterable[str]) -> str:
    """Give the known faults of a table as HTML, one after another."""
    return " ".join(map(say_note, notes))


def evidence_words(root: Path) -> Iterator[str]:
    """Give every text of the evidence that a report may show and that is to be translated, once, in a fixed order.

    Parameters
    ----------
    root : Path
        The checkout.
    """
    return iter(dict.fromkeys(text for text in _shown(root) if text))


def _shown(root: Path) -> Iterator[str]:
    package = load_package(root)
    evidence = Evidence(root, as_of=package.collected)
    for table, column in COLUMNS.items():
        for row in read_table(root, package.table(table)).select(_needed(table, column)).to_pylist():
            if row.get("kind", "former") == "former":
                yield row[column] or ""
    for resource in package.resources:
        yield from (resource.title, resource.description, *resource.details.notes)
    for record in load_corrections(root):
        yield from (record.title, record.reason, record.reference)
    for resource in package.resources:
        source = evidence.source(resource.name)
        if _WORDS.search(source.licence):
            yield source.licence
        if _DESCRIBED.search(source.producer):
            yield source.producer


def _needed(table: str, column: str) -> list[str]:
    return [column, "kind"] if table == "states" else [column]
