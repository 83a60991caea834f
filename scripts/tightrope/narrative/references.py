"""The sources that a report used, at its end and as files beside it: those that a number or a word of it stands on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape

from tightrope.evidence import Evidence, Source
from tightrope.evidence.cite import works_behind
from tightrope.narrative.display import Html, Record, in_english, said_in_english
from tightrope.narrative.report import say_version
from tightrope.narrative.trace import current

# Tables of names: what they give is printed everywhere and stands on no ground.
NAMES = ("states", "state_names", "hs_chapters")
_ADDRESS = re.compile(r"(https?://[^\s,]+|doi:10\.[^\s,]+)")


def tables_used(evidence: Evidence) -> list[Source]:
    """Give the sources of the tables that the report told so far stands on, in the order of their first use.

    A table that was read and found to hold nothing counts, since the report says so; one that was read for a section
    that is not shown does not. The tables of names come last.
    """
    ledger = current()
    tables = [table for ground in ledger.grounds for table in ground.rows] if ledger else []
    read = {one.table for one in evidence.reads} | {"states"}
    names = [table for table in NAMES if table in read and any(r.name == table for r in evidence.package.resources)]
    return [evidence.source(table) for table in dict.fromkeys([t for t in tables if t not in NAMES] + names)]


def list_sources(sources: Iterable[Source], lead: str) -> Html:
    """Give the list of references: each table with its works, version, licence and address, by title.

    Parameters
    ----------
    sources : iterable of Source
        The tables.
    lead : str
        The sentence above the list.
    """
    listed = sorted(sources, key=lambda s: (s.title, s.table))
    alike: dict[tuple[str, ...], list[Source]] = {}
    for one in listed:
        alike.setdefault((_works(one), one.licence, one.version, str(one.released)), []).append(one)
    items, texts = [], []
    for same in alike.values():
        names = "; ".join(f"<strong>{in_english(s.title)}</strong> (<code>{s.table}</code>)" for s in same)
        words, first = _works(same[0]), same[0]
        # What the works have said already is not said again.
        release = say_version(replace(first, version="") if first.works else first)
        is_said = first.address in words.replace("doi:", "https://doi.org/")
        address = "" if is_said else _link(first.address)
        items.append(f"<li>{names}. {said_in_english(_linked(words))} {escape(release)}. {in_english(first.licence)}. {address}</li>")
        texts += [f"{s.title}: {words}" for s in same]
    return Html(f'<p>{lead}</p><ul class="reference">{"".join(items)}</ul>', "\n".join(texts))


def _works(source: Source) -> str:
    return " ".join(source.cite()) or source.citation


def _link(address: str) -> str:
    return f'<a href="{escape(address)}">{escape(address)}</a>'


def _linked(text: str) -> str:
    """Give a citation as HTML, its addresses and DOIs as links."""
    parts = _ADDRESS.split(text)
    for i in range(1, len(parts), 2):
        target = parts[i].replace("doi:", "https://doi.org/", 1) if parts[i].startswith("doi:") else parts[i]
        parts[i] = f'<a href="{escape(target)}">{escape(parts[i])}</a>'
    return "".join(part if i % 2 else escape(part) for i, part in enumerate(parts))


def cited(sources: Iterable[Source]) -> Record:
    """Give the record from which publish writes the references beside the report: CSL-JSON items, in order of use."""
    return Record({"citations": works_behind(sources)})
