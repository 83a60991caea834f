"""The sources that a report used, at its end and as files beside it: those that a number or a word of it stands on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape

from tightrope.evidence import Evidence, Package, Source
from tightrope.evidence.age import standings
from tightrope.evidence.cite import works_behind
from tightrope.evidence.tables import Consulted
from tightrope.language import nt, spoken, t
from tightrope.narrative.display import Html, Record, said_in_english
from tightrope.narrative.report import say_version
from tightrope.narrative.trace import current, told
from tightrope.narrative.wording import own_words, worded
from tightrope.narrative.words import say_date, say_list

# Tables of names: what they give is printed everywhere and stands on no ground.
NAMES = ("states", "state_names", "hs_chapters")
_ADDRESS = re.compile(r"(https?://[^\s,]+|doi:10\.[^\s,]+)")


def left_in_english() -> list[str]:
    """Say, in another edition than the English one, what is translated and what stays as it was published."""
    if spoken() == "en":
        return []
    return [
        t(
            "Titles of works, citations and the names of producers and licences stay as they were published, and what a source is "
            "quoted with stays in its own words. Dated events, the titles of tables and what is known to be faulty in them are "
            "translated from the English of the tables; what is not translated yet stands in English. A value that is missing is "
            "named by its kind alone."
        )
    ]


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


def say_ages(sources: Iterable[Source], package: Package | Consulted) -> str:
    """Say which tables are older than their producer's next release, and of how many nobody states how often they come out.

    No clock is asked: the day is the last on which a table of the package was collected, since the package can know of
    no release after it. So the same report says the same on every day that it is made.
    """
    day = package.collected
    found = standings((package.table(source.table) for source in sources if source.table not in NAMES), day)
    late = [one for one in found if one.is_late]
    n_unknown = sum(one.due is None for one in found)
    if n_unknown == len(found):
        return t(
            "How often a new release comes out is stated for none of them, so none is called older than its next one."
        )
    if late:
        text = nt(
            "On {day}, when evidence was last collected, {n} table was older than its producer's next release, due since the day "
            "in brackets: {tables}.",
            "On {day}, when evidence was last collected, {n} tables were older than their producers' next releases, due since the "
            "days in brackets: {tables}.",
            len(late), day=say_date(day),
            tables=say_list([f"{one.table.name} ({say_date(one.due)})" for one in late if one.due]),
        )  # fmt: skip
    else:
        text = t(
            "On {day}, when evidence was last collected, no table whose producer says how often it comes out was older than the "
            "next release.",
            day=say_date(day),
        )
    if n_unknown:
        text += " " + nt(
            "For {n} other table it is not stated how often a new release comes out.",
            "For {n} other tables it is not stated how often a new release comes out.",
            n_unknown,
        )
    return text


def list_sources(sources: Iterable[Source], lead: str, package: Package | Consulted) -> Html:
    """Give the list of references: each table with its works, version, licence and address, by title.

    Under the lead one line names what is older than its producer's next release (`say_ages`).

    Parameters
    ----------
    sources : iterable of Source
        The tables.
    lead : str
        The sentence above the list.
    package : Package or Consulted
        Its descriptor says how often each table comes out.
    """
    listed = sorted(sources, key=lambda s: (s.title, s.table))
    alike: dict[tuple[str, ...], list[Source]] = {}
    for one in listed:
        alike.setdefault((_works(one), one.licence, one.version, str(one.released)), []).append(one)
    items, texts = [], []
    for same in alike.values():
        names = "; ".join(f"<strong>{own_words(s.title)}</strong> (<code>{s.table}</code>)" for s in same)
        words, first = _works(same[0]), same[0]
        # What the works have said already is not said again.
        release = say_version(replace(first, version="") if first.works else first)
        is_said = first.address in words.replace("doi:", "https://doi.org/")
        address = "" if is_said else _link(first.address)
        items.append(
            f"<li>{names}. {said_in_english(_linked(words))} {escape(release)}. {own_words(first.licence)}. {address}</li>"
        )
        texts += [f"{worded(s.title)}: {words}" for s in same]
    ages = told("the sources", say_ages(listed, package), ["data/datapackage.json"])
    # The names of tables are set as they are in the list.
    named = re.sub(r"\b([a-z_0-9]+)(?= \()", r"<code>\1</code>", escape(ages)) if listed else ""
    return Html(f'<p>{lead}</p><p>{named}</p><ul class="reference">{"".join(items)}</ul>', "\n".join([ages, *texts]))


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
