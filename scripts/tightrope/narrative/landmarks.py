"""What the notebooks themselves say: the headings of their sections and the events marked on their charts."""

from __future__ import annotations

from tightrope.language import N_, t
from tightrope.measures import find_measure
from tightrope.narrative.display import Prose
from tightrope.narrative.report import Report

HEADINGS = (
    N_("Summary"), N_("The verdicts"), N_("The argument"), N_("How firm the verdicts are"), N_("Between the powers"),
    N_("Every claim, every reading"), N_("How the verdicts are made"), N_("Where the numbers come from"), N_("Sources"),
    N_("At a glance"), N_("Trade"), N_("Votes in the United Nations"), N_("Relations and treaties"),
    N_("Alliance, sanctions and arms"), N_("People and travel"), N_("Opinion, news and events"), N_("How to read this page"),
)  # fmt: skip
# Events by name: the year, None where it is each pair's own, and the words beside the line.
EVENTS: dict[str, tuple[int | None, str]] = {
    "ussr": (1991, N_("USSR ends")), "crimea": (2014, N_("Crimea")), "invasion": (2022, N_("invasion")),
    "treaty": (None, N_("treaty")), "waiver": (None, N_("visa waiver")), "rouble": (1998, N_("rouble crisis")),
    "crash": (2009, N_("financial crisis")),
}  # fmt: skip
RUSSIAN = ("crimea", "invasion", "rouble")


def heading(text: str) -> Prose:
    """Give a section's heading in the report's language."""
    return Prose(f"## {t(text)}")


def events(report: Report, *names: str) -> list[tuple[int, str]]:
    """Give those of some events that bear on the article's states, for a chart over time: ``events(report, "ussr")``.

    The year of the treaty and of the visa waiver is the pair's own, from the tables; without one the mark is left out.
    """
    article = report.folder.article
    russian = {"RUS", "UKR"} & {*article.states, *article.powers}
    years = {name: EVENTS[name][0] for name in names if russian or name not in RUSSIAN}
    if "treaty" in years:
        others = [power for power in article.powers if power not in article.states]
        years["treaty"] = _pact(report, article.states[0], others[0]) if others else None
    if "waiver" in years:
        years["waiver"] = _waiver(report)
    return [(year, t(EVENTS[name][1])) for name, year in years.items() if year is not None]


def _pact(report: Report, state: str, power: str) -> int | None:
    found = find_measure("alliance").function(report.evidence, state_a=state, state_b=power)
    years = [] if found.missing else found.frame.loc[found.frame["is_defense_ally"], "year"].tolist()
    return min(years, default=None)


def _waiver(report: Report) -> int | None:
    states = list(report.folder.article.states[:2])
    found = find_measure("events").function(report.evidence, actors=states, text="Visa waiver in force")
    return None if found.missing else int(str(found.frame.iloc[0]["date"])[:4])
