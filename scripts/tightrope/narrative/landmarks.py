"""What the notebooks themselves say: the headings of their sections and the events marked on their charts."""

from __future__ import annotations

from tightrope.language import N_, t
from tightrope.narrative.display import Prose

HEADINGS = (
    N_("Summary"), N_("The verdicts"), N_("The argument"), N_("How firm the verdicts are"), N_("Between the powers"),
    N_("Every claim, every reading"), N_("How the verdicts are made"), N_("Where the numbers come from"), N_("Sources"),
    N_("At a glance"), N_("Trade"), N_("Votes in the United Nations"), N_("Relations and treaties"),
    N_("Alliance, sanctions and arms"), N_("People and travel"), N_("Opinion, news and events"), N_("How to read this page"),
)  # fmt: skip
# Events by name: the year and the words beside the line.
EVENTS = {
    "ussr": (1991, N_("USSR ends")), "crimea": (2014, N_("Crimea")), "invasion": (2022, N_("invasion")),
    "treaty": (1953, N_("treaty")), "waiver": (2014, N_("visa waiver")), "rouble": (1998, N_("rouble crisis")),
    "crash": (2009, N_("financial crisis")),
}  # fmt: skip


def heading(text: str) -> Prose:
    """Give a section's heading in the report's language."""
    return Prose(f"## {t(text)}")


def events(*names: str) -> list[tuple[int, str]]:
    """Give events for a chart over time, by name: ``events("ussr", "crimea")``."""
    return [(EVENTS[name][0], t(EVENTS[name][1])) for name in names]
