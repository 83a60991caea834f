"""The end of the atlas: each table with its faults, how to read the atlas, where its numbers come from, how to cite."""

from __future__ import annotations

from html import escape

from tightrope.atlas.atlas import DESCRIPTOR, THEMES, Atlas, theme_of
from tightrope.evidence import Resource
from tightrope.language import t
from tightrope.narrative import references
from tightrope.narrative.display import Html, Prose, Record, Table
from tightrope.narrative.references import left_in_english
from tightrope.narrative.trace import current, recorded, told
from tightrope.narrative.wording import own_words, say_note, worded
from tightrope.narrative.words import say_date, say_number


def tables(atlas: Atlas) -> Html:
    """Give a card for each table: what it holds, its size, and the faults and limits on record."""
    blocks, texts = [], []
    for theme, title in THEMES.items():
        mine = [table for table in atlas.tables if theme_of(table) == theme]
        if mine:
            blocks.append(f"<h3>{escape(t(title))}</h3>")
            blocks += [_card(atlas, table) for table in mine]
            texts += [worded(table.title) for table in mine]
    return Html("".join(blocks), "\n".join(texts))


def _card(atlas: Atlas, table: Resource) -> str:
    with atlas.on(table.name):
        rows, described = atlas.rows(table.name).num_rows, table.details.coverage
        if rows == described.n_rows:
            size = t("{n} rows", n=say_number(rows))
        else:
            size = t(
                "{n} rows of {of}, the others later than the day", n=say_number(rows), of=say_number(described.n_rows)
            )
        n_columns = say_number(len(table.table_schema.fields))
        facts = [f"<code>{table.name}</code>", size, t("{n} columns", n=n_columns)]
        about = own_words(table.description, recorded)
    nothing = t("No fault is on record.")
    notes = "".join(f"<li>{say_note(note)}</li>" for note in table.details.notes)
    listed = f'<ul class="reference">{notes}</ul>' if notes else f"<p>{nothing}</p>"
    return f"<h4>{own_words(table.title)}</h4><p>{' · '.join(facts)}. {about}</p>{listed}"


def method(atlas: Atlas) -> Prose:
    """Say how the atlas is made and how to read it."""
    text = t(
        "This atlas reads every table of the evidence package as it was on {date}: rows that describe a later day are counted as not "
        "yet there. Whose row it is follows from the columns that name states: the reporter where there is one, else every state that "
        "the row names. States are the {n} that reports are made of: the members of the United Nations, Taiwan and Kosovo. When a "
        "state was there follows from the table of United States missions and the first vote in the General Assembly. Licences, "
        "releases, faults and citations are those of the descriptor, {file}, and nothing in it is guessed: what no source states is "
        "said to be unknown.",
        date=say_date(atlas.as_of), n=say_number(len(atlas.states)), file=DESCRIPTOR,
    )  # fmt: skip
    text = "\n\n".join([text, *left_in_english()])
    return Prose(told("how to read this atlas", text, [DESCRIPTOR]))


def numbers() -> Table:
    """Give the numbers that the atlas says, by what they stand on."""
    ledger = current()
    texts: dict[str, dict[str, None]] = {}
    for one in ledger.said if ledger else []:
        texts.setdefault(ledger.origin(one.ground) if ledger else "", {})[one.text] = None
    rows = [[" · ".join(found), origin] for origin, found in texts.items()]
    caption = t(
        "Numbers said in the text, with the stored rows behind them, counted from 0, and the first digits of each table's SHA-256"
    )
    return Table(caption, [t("Numbers"), t("Where they come from")], rows)


def sources(atlas: Atlas) -> Html:
    """Give every table and how to cite it: the atlas stands on all of them."""
    listed = [atlas.evidence.source(table.name) for table in atlas.tables]
    text = t(
        "How to cite each of the {n} tables; where the works are pages, each row names its own page.", n=len(listed)
    )
    lead = told("the sources", text, [DESCRIPTOR])
    return references.list_sources(listed, lead, atlas.evidence.package)


def citing(atlas: Atlas) -> Prose:
    """Say how to cite the atlas and under which terms it stands."""
    text = t(
        "Cite as: Tightrope, *The evidence: an atlas*, evidence package {version}, as of {date}. Code: MIT. Our arrangement of the "
        "tables: CC BY 4.0, where the sources allow; each table keeps its producer's terms.",
        version=atlas.evidence.package.version, date=say_date(atlas.as_of),
    )  # fmt: skip
    return Prose(told("how to cite", text, [DESCRIPTOR]))


def cited(atlas: Atlas) -> Record:
    """Give the record of all works, which become files beside the atlas."""
    return references.cited(atlas.evidence.source(table.name) for table in atlas.tables)
