"""Two powers, a state between them and a day: who they are, whether they were there, and what every section needs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from tightrope.errors import BadParameter
from tightrope.evidence import Evidence, find_root
from tightrope.evidence.states import name_of, resolve
from tightrope.language import N_, speaking, t, use_language
from tightrope.measures import Measure, find_measure
from tightrope.measures.percentiles import BESIDES, states_of
from tightrope.measures.statehood import spans_of_states, was_state
from tightrope.narrative.names import local_name
from tightrope.narrative.trace import start, used
from tightrope.narrative.words import say_date, say_year
from tightrope.profile.pair import Profile
from tightrope.profile.parts import Page

# The headings of the page that the pair's page has not.
HEADINGS = (
    N_("Close to both, to one, to neither"), N_("Visas, pacts, arms and sanctions"), N_("How it moved"),
    N_("Nearest neighbours"), N_("Every state"),
)  # fmt: skip
# The first full year of a Russia that is not the Soviet Union.
USSR_TO = 1992
FIRST_YEAR = 1990
# As many years as show a movement where the page's day lies too near to 1990.
LEAST_SPAN = 25


GROUPS = {
    "both": N_("close to both"), "neither": N_("close to neither"), "unknown": N_("no data"),
    "absent": N_("no state on the day"),
}  # fmt: skip


@dataclass(frozen=True)
class Balance(Profile):
    """Two powers on a day, in the order in which they were named, and the state that the page looks at.

    Attributes
    ----------
    a, b : str
        ISO3 codes of the powers; a is blue throughout, b vermilion.
    focus : str
        ISO3 code of the state between them.
    """

    focus: str = ""

    @property
    def title(self) -> str:
        """``South Korea between the United States and Russia``."""
        return t("{state} between {both}", state=self.head(self.focus), both=self.both)

    @property
    def slug(self) -> str:
        """Folder of the report: one for the two powers."""
        return f"balance-{self.a.lower()}-{self.b.lower()}"

    @property
    def stem(self) -> str:
        """File name of the report: ``kor-between-usa-rus-as-of-2024-12-31``, with ``-ko`` or ``-ru`` where not in English."""
        end = "" if self.language == "en" else f"-{self.language}"
        return f"{self.focus.lower()}-between-{self.a.lower()}-{self.b.lower()}-as-of-{self.as_of}{end}"

    @property
    def powers(self) -> dict[str, str]:
        """The powers as the measures want them."""
        return {"power_a": self.a, "power_b": self.b}

    @property
    def span(self) -> dict[str, int]:
        """First and last year of the movement: from 1990, or earlier where that leaves too few years."""
        last = self.last_year
        first = FIRST_YEAR if last - FIRST_YEAR >= LEAST_SPAN // 2 else last - LEAST_SPAN + 1
        return {"first_year": first, "last_year": last}

    def group(self, group: str) -> str:
        """Give a group in words: ``close to the United States only``."""
        if group in ("a", "b"):
            return t("close to {power} only", power=self.power(group))
        return t(GROUPS[group])

    def where(self, group: str) -> str:
        """Give a group as what is said of one state: as ``group``, or ``not to be placed``."""
        return self.group(group) if group != "unknown" else t("not to be placed")

    def power(self, letter: str) -> str:
        """Give the name of power ``a`` or ``b`` inside a sentence."""
        return self.name(self.a if letter == "a" else self.b)


def of(page: Page) -> Balance:
    """Give what a page of this room is about."""
    assert isinstance(page.profile, Balance), "the sections of this room are written for a balance"
    return page.profile


# Which tables a figure stands on: a section that says one figure does not stand on the tables of the others.
FIGURE_TABLES = {
    "votes": ("unga_agreement",),
    "ideal": ("unga_ideal_points",),
    "trade": ("trade_baci", "trade_cow"),
    "visas": ("visa_regimes",),
    "alliance": ("alliances_atop", "distances"),
    "arms": ("arms_transfers",),
    "troops": ("us_troops",),
    "sanctions": ("sanctions_gsdb_counts", "sanctions_on_russia_senders"),
}
_kept: WeakKeyDictionary[Evidence, dict[tuple[Any, ...], Measure]] = WeakKeyDictionary()


def see(page: Page, measure: str, figures: tuple[str, ...] = tuple(FIGURE_TABLES), **more: Any) -> Measure:
    """Run a measure of all states once for a report, and stand on the rows of the figures that are being said."""
    balance = of(page)
    kept = _kept.setdefault(balance.evidence, {})
    key = (measure, balance.a, balance.b, *sorted(more.items()))
    if key not in kept:
        kept[key] = find_measure(measure).function(balance.evidence, **balance.powers, **more)
    found = kept[key]
    wanted = {table for figure in figures for table in FIGURE_TABLES[figure]}
    rows = {table: numbers for table, numbers in found.rows.items() if table in wanted}
    return used(replace(found, rows=rows, sources=tuple(s for s in found.sources if s.table in wanted)))


def say_former(page: Page, first_year: int) -> None:
    """Say that what stands under Russia's code before it was a state of its own is the Soviet Union's."""
    balance = of(page)
    if "RUS" not in (balance.a, balance.b, balance.focus) or first_year >= USSR_TO:
        return
    page.say(
        t(
            "The tables of votes, of trade before {year} and of alliances carry the {name} under Russia's code: what is said of "
            "Russia before {year_again} counts the {name}.",
            year=say_year(USSR_TO), year_again=say_year(USSR_TO), name=local_name(balance.evidence, "SUN"),
        )
    )  # fmt: skip


def open_balance(
    power_a: str, power_b: str, focus: str, as_of: str, language: str = "en", root: Path | None = None
) -> Balance:
    """Resolve two powers and a state, check that they were there on the day, and begin the ledger of numbers.

    Parameters
    ----------
    power_a, power_b, focus : str
        Codes or names in English, Korean or Russian of three different states.
    as_of : str
        The day, ``2024-12-31``.
    language : str
        Language of the report: ``en``, ``ko`` or ``ru``.

    Raises
    ------
    UnknownName
        An unknown state or language; the nearest are named.
    BadParameter
        An ambiguous name ("Korea"), a state named twice, a territory or former state, a day outside the evidence, or
        one on which the tables do not know one of the three as a state.
    """
    use_language(language)
    # What is wrong is said in English, whatever the report's language.
    with speaking("en"):
        evidence, found = _opened({"power_a": power_a, "power_b": power_b, "focus": focus}, as_of, root)
    start(evidence)
    return Balance(evidence, found["power_a"], found["power_b"], language, found["focus"])


def _opened(asked: dict[str, str], as_of: str, root: Path | None) -> tuple[Evidence, dict[str, str]]:
    """Give the tables on the day and the three codes; refuse what is no state between two others."""
    evidence = Evidence(root or find_root(), as_of=as_of)
    found = {argument: resolve(evidence, name, argument) for argument, name in asked.items()}
    if found["power_a"] == found["power_b"]:
        _refuse_twice(evidence, found["power_a"], "power_a", "power_b", asked)
    for argument in ("power_a", "power_b"):
        if found["focus"] == found[argument]:
            _refuse_twice(evidence, found["focus"], "focus", argument, asked)
    known, spans = set(states_of(evidence)), spans_of_states(evidence)
    for argument, iso3 in found.items():
        name = name_of(evidence, iso3)
        if iso3 not in known:
            raise BadParameter(
                f"{name} ({iso3}) is not a member of the United Nations, and neither Taiwan nor Kosovo", where=argument,
                why="the balance is of states: the tables say little of territories, groups and former states",
                fix=f"name a member of the United Nations, {' or '.join(BESIDES)}",
            )  # fmt: skip
        if not was_state(spans, iso3, evidence.as_of):
            first = spans[iso3][-1][0]
            raise BadParameter(
                f"{name} ({iso3}) was no state on {say_date(evidence.as_of)}, as far as the tables know",
                where=f"{argument}; as_of = {evidence.as_of}; the tables have {name} from {say_date(first)}",
                why="figures before that are those of another state, or of none", fix=f"choose a day from {first} on",
            )  # fmt: skip
    return evidence, found


def _refuse_twice(evidence: Evidence, iso3: str, one: str, other: str, asked: dict[str, str]) -> None:
    raise BadParameter(
        f"{one} and {other} are both {name_of(evidence, iso3)} ({iso3})",
        where=f"{one} = {asked[one]!r}, {other} = {asked[other]!r}",
        why="a balance is of two powers and a third state", fix="name another state in one of them",
    )  # fmt: skip
