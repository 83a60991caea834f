"""The sources that a report used, at its end and as files beside it: those that a number or a word of it stands on."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from tightrope.evidence import Evidence, Source
from tightrope.evidence.cite import works_behind
from tightrope.narrative.display import Html, Record
from tightrope.narrative.report import say_version
from tightrope.narrative.trace import current

# Tables of names: what they give is printed everywhere and stands on no ground.
NAMES = ("states", "state_names", "hs_chapters")


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
    items = [
        f"<li><strong>{escape(s.title)}</strong> (<code>{s.table}</code>). {escape(' '.join(s.cite()) or s.citation)} "
        f"{escape(say_version(s))}. {escape(s.licence)}. "
        f'<a href="{escape(s.address)}">{escape(s.address)}</a></li>'
        for s in listed
    ]
    text = "\n".join(f"{s.title}: {' '.join(s.cite()) or s.citation}" for s in listed)
    return Html(f'<p>{lead}</p><ul class="reference">{"".join(items)}</ul>', text)


def cited(sources: Iterable[Source]) -> Record:
    """Give the record from which publish writes the references beside the report: CSL-JSON items, in order of use."""
    return Record({"citations": works_behind(sources)})
