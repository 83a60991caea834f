"""The end of the page: how to read it, which faults its tables have, and how to cite it."""

from __future__ import annotations

from dataclasses import replace

from tightrope.balance.between import Balance
from tightrope.language import N_, t
from tightrope.measures.between_figures import visa_day
from tightrope.narrative.display import Html, Prose, Table
from tightrope.narrative.references import left_in_english
from tightrope.narrative.trace import told
from tightrope.narrative.words import say_date
from tightrope.profile import closing
from tightrope.profile.closing import RECORDS, cited, sources

__all__ = ["cited", "citing", "known_faults", "method", "numbers", "sources"]


# The sections of this room that numbers are said in, beside those of the pair's page.
SECTIONS = (N_("every state"), N_("groups"), N_("ties"), N_("moves"), N_("neighbours"))


def known_faults(balance: Balance) -> Html:
    """Give the known faults of the tables behind this page that name either power."""
    found = closing.known_faults(balance)
    # The pair's page says "either state"; in the other languages that fits two powers as well.
    return Html(*(text.replace("either state", "either power") for text in (found.html, found.text)))


def numbers(balance: Balance) -> Table:
    """Give, section by section, the numbers that the page says and the rows they come from."""
    caption = t(
        "Numbers said in the text, section by section, with the stored rows behind them, counted from 0, and the first digits of "
        "each table's SHA-256; the line under the table of every state names its own"
    )
    return replace(closing.numbers(balance), caption=caption)


def method(balance: Balance) -> Prose:
    """Say how the page is made and how its numbers are to be read."""
    day = visa_day(balance.as_of)
    text = [
        t(
            "This page looks at the world as it was on {date}: rows that describe a later day are not seen, and a yearly figure counts "
            "once its year has ended; where a table ends earlier its last year stands, and the page says which. The states are the "
            "members of the United Nations, Taiwan and Kosovo that were states on the day; the two powers are left out of every count "
            "of states between them. The first power is blue throughout and the second vermilion; swapping them swaps the colours and "
            "the words and no number.",
            date=say_date(balance.as_of),
        ),
        t(
            "A figure that is missing is *no data* with the kind of nothing it is: not collected, the series has ended, not yet. It is "
            "never zero, and a state whose place depends on it is not placed. Another thing is *none recorded*: BACI lists every flow "
            "of goods that either side declared and SIPRI every delivery of major arms it knows, so that a state without one had "
            "nothing of which the power could have a share. A state without votes has no seat, or cast too few."
        ),
        t(
            "Sanctions are cases of the Global Sanctions Data Base that name both, or that name the EU or the G7 where a table gives "
            "their members in the year; cases of the United Nations bind every state and are left out, as are those of other bodies. "
            "A case may be one small measure against a few persons. That is why a sanction takes away one sign and does not rule "
            "closeness out."
        ),
        t(
            "Troops abroad are tabled for the United States alone. They are shown and never counted, since a sign that only one power "
            "can have would tilt the balance."
        ),
    ]  # fmt: skip
    if day != balance.as_of:
        text.append(
            t(
                "Visas are those of {date}: the snapshots from then to the end of 2022 mix visa law with the entry bans of the "
                "pandemic, and the table's own note asks for a day before them.",
                date=say_date(day),
            )
        )
    text.append(
        t(
            "Closeness here is a count of ties that tables hold. It says nothing of motives, and it does not weigh one tie against "
            "another."
        )
    )
    return Prose(told("how to read this page", "\n\n".join([*text, *left_in_english()]), RECORDS))


def citing(balance: Balance) -> Prose:
    """Say how to cite the page and under which terms it stands."""
    text = t(
        "Cite as: Tightrope, *{title}: a balance map*, evidence package {version}, as of {date}. Code: MIT. Our arrangement of the "
        "tables and the grid of tiles: CC BY 4.0, where the sources allow; each table keeps its producer's terms.",
        title=balance.title, version=balance.evidence.package.version, date=say_date(balance.as_of),
    )  # fmt: skip
    return Prose(told("how to cite", text, RECORDS))
