"""The end of the page: how to read it, which faults the tables have, where each number comes from, and who made it."""

from __future__ import annotations

import re
from html import escape

from tightrope.evidence import known_states
from tightrope.language import N_, nt, t
from tightrope.narrative import references
from tightrope.narrative.display import Html, Prose, Record, Table
from tightrope.narrative.references import left_in_english, list_sources, tables_used
from tightrope.narrative.trace import current, told
from tightrope.narrative.wording import own_words, say_notes
from tightrope.narrative.words import say_date
from tightrope.profile.pair import Profile

RECORDS = ["data/datapackage.json"]
# The sections that numbers are said in.
SECTIONS = (
    N_("at a glance"), N_("trade"), N_("votes"), N_("relations"), N_("security"), N_("people"), N_("opinion"),
    N_("how to read this page"), N_("known faults"), N_("the sources"), N_("how to cite"),
)  # fmt: skip
# Words that many names of states share.
COMMON = {"Republic", "United", "States", "Saint", "South", "North", "Islands", "Central", "Arab", "Guinea"}


def method(profile: Profile) -> Prose:
    """Say how the page is made and how its numbers are to be read."""
    text = "\n\n".join(
        [
            t(
                "This page looks at the world as it was on {date}: rows that describe a later day are not seen, and a yearly figure "
                "counts once its year has ended. The states stand in the order of their ISO codes, whichever was named first, so "
                "that a pair has one page.",
                date=say_date(profile.as_of),
            ),
            t(
                "A *place* is the rank of the pair among all pairs of UN members, Taiwan and Kosovo that have the figure, the "
                "largest first; beside it stands the share of the other pairs that lie below. A pair without a figure is not "
                "counted, and is never counted as zero. Where a section has nothing it says which kind of nothing: not collected, "
                "the series has ended, suppressed, none recorded, or not yet. Nothing is interpolated: a missing year is a gap in "
                "a line."
            ),
            t(
                "The model of trade is fitted on all pairs with recorded trade, both GDPs and a distance in the last year of BACI "
                "on the day, by ordinary least squares with the library statsmodels. It describes; it says nothing of causes, and "
                "pairs without recorded trade are not in it."
            ),
            *left_in_english(),
        ]
    )
    return Prose(told("how to read this page", text, RECORDS))


def _shown(profile: Profile) -> list[str]:
    """Give the tables that a number of this page stands on, by title."""
    ledger = current()
    tables = {table for ground in ledger.grounds for table, rows in ground.rows.items() if rows} if ledger else set()
    sources = [profile.evidence.source(table) for table in tables if table != "states"]
    return [s.table for s in sorted(sources, key=lambda s: (s.title, s.table))]


def known_faults(profile: Profile) -> Html:
    """Give the known faults of the tables behind this page that name either state, as their descriptors state them."""
    names, known = {profile.a, profile.b}, known_states(profile.evidence)
    for iso3 in (profile.a, profile.b):
        # By the English names, in which the notes are stored: every edition lists the same faults.
        names |= {word for word in re.findall(r"\w{4,}", known[iso3]) if word not in COMMON}
    mentioned = re.compile("|".join(rf"\b{re.escape(name)}" for name in sorted(names)))
    items, n_notes = [], 0
    for table in _shown(profile):
        notes = profile.evidence.package.table(table).details.notes
        n_notes += len(notes)
        mine = [note for note in notes if mentioned.search(note)]
        if mine:
            title = own_words(profile.evidence.source(table).title)
            items.append(f"<li><strong>{title}</strong>: {say_notes(mine)}</li>")
    if items:
        text = nt(
            "The tables behind this page have {n} known fault or limit on record, all of them in the package's descriptor, {file}. "
            "Those that name either state:",
            "The tables behind this page have {n} known faults and limits on record, all of them in the package's descriptor, "
            "{file}. Those that name either state:",
            n_notes, file=RECORDS[0],
        )  # fmt: skip
    else:
        text = nt(
            "The tables behind this page have {n} known fault or limit on record, all of them in the package's descriptor, {file}. "
            "Not one of them names either state.",
            "The tables behind this page have {n} known faults and limits on record, all of them in the package's descriptor, "
            "{file}. Not one of them names either state.",
            n_notes, file=RECORDS[0],
        )  # fmt: skip
    head = t("Known faults of the tables")
    intro = f"<h3>{head}</h3><p>{escape(told('known faults', text, RECORDS))}</p>"
    listed = f'<ul class="reference">{"".join(items)}</ul>' if items else ""
    return Html(intro + listed, text)


def numbers(profile: Profile) -> Table:
    """Give, section by section, the numbers that the page says and the rows they come from."""
    ledger = current()
    rows = []
    for ground in ledger.grounds if ledger else []:
        texts = list(dict.fromkeys(s.text for s in ledger.said if s.ground is ground)) if ledger else []
        if texts and ledger:
            rows.append([t(ground.name), " · ".join(texts), ledger.origin(ground)])
    caption = t(
        "Numbers said in the text, section by section, with the pair's own stored rows behind them, counted from 0, and the "
        "first digits of each table's SHA-256; a place among all pairs rests on every row of its year"
    )
    return Table(caption, [t("Section"), t("Numbers"), t("Where they come from")], rows)


def sources(profile: Profile) -> Html:
    """Give every table that this page stands on: how to cite it, version, licence and address."""
    listed = tables_used(profile.evidence)
    count = nt("This page stands on {n} table.", "This page stands on {n} tables.", len(listed))
    return list_sources(listed, told("the sources", count, RECORDS), profile.evidence.package)


def cited(profile: Profile) -> Record:
    """Give the record of the works behind those tables, which become files beside the page."""
    return references.cited(tables_used(profile.evidence))


def citing(profile: Profile) -> Prose:
    """Say how to cite the page and under which terms it stands."""
    text = t(
        "Cite as: Tightrope, *{title}: a profile of the pair*, evidence package {version}, as of {date}. Code: MIT. Our "
        "arrangement of the tables: CC BY 4.0, where the sources allow; each table keeps its producer's terms.",
        title=profile.title, version=profile.evidence.package.version, date=say_date(profile.as_of),
    )  # fmt: skip
    return Prose(told("how to cite", text, RECORDS))
