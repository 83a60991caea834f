"""How the verdicts are made, which faults of the sources are known, and how to cite."""

from __future__ import annotations

from html import escape

from tightrope.claims import VerdictWord
from tightrope.claims.verdict import CONTESTED_SHARE, SUPPORTED_SHARE
from tightrope.language import N_, nt, t
from tightrope.narrative.display import Html, Prose, Raw, Table, said_in_english
from tightrope.narrative.references import left_in_english
from tightrope.narrative.report import Report, mark_word
from tightrope.narrative.trace import current, told
from tightrope.narrative.wording import own_words, say_notes
from tightrope.narrative.words import say_date, say_percent

MEANINGS = {
    VerdictWord.SUPPORTED: N_("The plain reading holds, and so do at least {half} of the defensible ones."),
    VerdictWord.FRAGILE: N_("The plain reading holds, fewer than {half} of the defensible ones do."),
    VerdictWord.CONTESTED: N_(
        "The plain reading fails, or two plain readings disagree; at least {quarter} of the others hold."
    ),
    VerdictWord.CONTRADICTED: N_("The plain reading fails, and fewer than {quarter} of the others hold."),
    VerdictWord.OUTDATED: N_("Supported or fragile on the article's date, neither on the report's."),
    VerdictWord.UNTESTED: N_("No table in the package settles it; the card says what would."),
    VerdictWord.NOT_CHECKABLE: N_("A cause or a judgement of value: indicators are shown, nothing is judged."),
}


# The passages that numbers are said in: a function's name, or the name that a text was given.
PASSAGES = (
    N_("alliance"), N_("arrivals over time"), N_("balance"), N_("books table"), N_("clocks table"),
    N_("combination table"), N_("council votes"), N_("events table"), N_("flip table"), N_("history"), N_("known faults"),
    N_("named votes"), N_("neighbour table"), N_("opinion over time"), N_("predicate table"), N_("products"),
    N_("rank readings"), N_("relations"), N_("sanctions table"), N_("specification"), N_("students table"),
    N_("the argument map"), N_("the argument"), N_("the finding"), N_("the method"), N_("the sources"),
    N_("the strip of verdicts"), N_("third state trade"), N_("trade over time"), N_("uniqueness passage"),
    N_("visas table"), N_("votes over time"), N_("size table"),
)  # fmt: skip


def prose(report: Report) -> Prose:
    """Say in plain words how a verdict comes about."""
    article = report.folder.article
    fields = {"date": say_date(article.date), "reason": article.date_reason}
    if article.date_basis == "inferred":
        dated = t("The article is dated {date}. That date is inferred: {reason}", **fields)
    else:
        dated = t("The article is dated {date}.", date=fields["date"])
    said = [
        t(
            "{dated} This report looks at the world as it was on {date}: rows that describe a later day are not seen. A yearly "
            "figure counts once its year has ended. Where a table does not say when a figure was first published, it is used all "
            "the same, since our copies are later than the day; the list of sources gives the release of each copy where it is "
            "known, and a later copy may hold revisions that the author could not have seen.",
            dated=dated, date=say_date(report.as_of),
        ),
        t(
            "Each claim is held in our own words, with its place in the article as paragraph and sentence, title and author line "
            "counted among the paragraphs. A claim that can be tested has **readings**: ways to test it, each a choice of "
            "source, year and definition. The *plain* reading is what an ordinary reader takes the sentence to mean, on the best "
            "source for the last full period before the article. *Defensible* readings are others that a careful person could "
            "hold to. *Strained* ones are shown and never counted. Each reading, its class and the reason for it were written down "
            "before the evidence was read by the program; they are part of the data and can be argued with."
        ),
        t(
            "A figure that is missing is called missing, never zero, and a reading without evidence is not counted for or against. "
            "The rows that each reading stands on are named by table and row number, counted from 0, in the list of readings. "
            "Tables and rows are in the repository under `data/`, each with its producer, address, licence and SHA-256; the code "
            "of this notebook can be shown with the switch at the top of the HTML edition, and is left out of the printed one."
        ),
        *left_in_english(),
    ]  # fmt: skip
    return told_prose(report, "\n\n".join(said))


def told_prose(report: Report, text: str) -> Prose:
    """Give a paragraph whose numbers come from the article's record and the package's descriptor."""
    records = [f"data/articles/{report.folder.article.slug}/article.toml", "data/datapackage.json"]
    return Prose(told("the method", text, records))


def verdict_words(report: Report) -> Table:
    """Give the seven verdicts with their marks, meanings and counts."""
    half, quarter = t("half"), t("one in four")
    if (SUPPORTED_SHARE, CONTESTED_SHARE) != (0.5, 0.25):
        half, quarter = (say_percent(100 * share) for share in (SUPPORTED_SHARE, CONTESTED_SHARE))
    rows: list[list[str | Raw]] = [
        [
            mark_word(word),
            t(meaning).format(half=half, quarter=quarter),
            str(sum(v.word is word for v in report.verdicts)),
        ]
        for word, meaning in MEANINGS.items()
    ]
    return Table(t("The seven verdicts"), [t("Verdict"), t("When"), t("Claims here")], rows, [2])


def known_faults(report: Report) -> Html:
    """Give the known faults of the tables that this report read, as their descriptors state them."""
    used = sorted({read.table for read in report.evidence.reads} - {"states"})
    items = []
    for table in used:
        notes = report.evidence.package.table(table).details.notes
        if notes:
            title = own_words(report.evidence.source(table).title)
            items.append(f"<li><strong>{title}</strong>: {say_notes(notes)}</li>")
    text = nt(
        "Of the tables read, {n} has known faults or limits, in its producers' or our own words.",
        "Of the tables read, {n} have known faults or limits, in their producers' or our own words.",
        len(items),
    )
    head = escape(t("Known faults of the tables"))
    intro = f"<h3>{head}</h3><p>{escape(told('known faults', text, ['data/datapackage.json']))}</p>"
    return Html(f'{intro}<ul class="reference">{"".join(items)}</ul>', text)


def numbers(report: Report) -> Table:
    """Give, for every passage, caption and card, the numbers that it says and the rows they come from."""
    ledger = current()
    names: dict[str, dict[str, None]] = {}
    texts: dict[str, dict[str, None]] = {}
    for one in ledger.said if ledger else []:
        origin = ledger.origin(one.ground) if ledger else ""
        names.setdefault(origin, {})[one.ground.name] = None
        texts.setdefault(origin, {})[one.text] = None
    # What stands on the same rows shares a line, or the list would repeat itself.
    rows = [
        [", ".join(say_place(name) for name in names[origin]), " · ".join(texts[origin]), origin] for origin in names
    ]
    caption = t(
        "Numbers said in the text, passage by passage, with the stored rows behind them, counted from 0, and the first digits of "
        "each table's SHA-256"
    )
    return Table(caption, [t("Passage"), t("Numbers"), t("Where they come from")], rows)


def say_place(name: str) -> str:
    """Give the name of a place in the report, ``claim C24`` or that of a passage, in the report's language."""
    if name.startswith("claim "):
        return t("claim {claim}", claim=name.removeprefix("claim "))
    return t(name)


def closing(report: Report) -> Prose:
    """Say how to cite the report and under which terms it stands."""
    article = report.folder.article
    return told_prose(
        report,
        t(
            "Cite as: Tightrope, *Evidence report on “{title}”*, evidence package {version}, as of {date}. Code: MIT. Our arrangement "
            "of the tables: CC BY 4.0, where the sources allow; each table keeps its producer's terms. The article itself is not "
            "reproduced here.",
            title=said_in_english(article.title) if article.language == "en" else article.title,
            version=report.evidence.package.version,
            date=say_date(report.as_of),
        ),
    )
