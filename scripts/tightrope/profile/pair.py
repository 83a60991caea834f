"""A pair of states on a day: who they are, whether they were there, and what every section needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from tightrope.errors import BadParameter
from tightrope.evidence import Evidence, Source, find_root
from tightrope.evidence.states import name_of, resolve
from tightrope.language import speaking, spoken, t, use_language
from tightrope.measures.diplomacy_common import last_full_year
from tightrope.measures.percentiles import BESIDES, states_of
from tightrope.narrative.names import local_name
from tightrope.narrative.report import source_line
from tightrope.narrative.trace import start
from tightrope.narrative.words import say_date

HOST = "USA"
# Names that English sets after "the".
ARTICLE = {
    "ARE", "BHS", "CAF", "COD", "COM", "DOM", "GBR", "GMB", "MDV", "MHL", "NLD", "PHL", "SLB", "SYC", "USA",
}  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """Two states on a day.

    Attributes
    ----------
    evidence : Evidence
        The tables as of the report's day; it keeps what was read.
    a, b : str
        ISO3 codes in alphabetical order, whichever was named first, so that a pair has one report and not two.
    language : str
        Language of the report: ``en``, ``ko`` or ``ru``.
    """

    evidence: Evidence
    a: str
    b: str
    language: str = "en"

    @property
    def as_of(self) -> date:
        """The report's day."""
        return self.evidence.as_of

    @property
    def last_year(self) -> int:
        """The last year that had ended on the day."""
        return last_full_year(self.as_of)

    @property
    def ways(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Both directed pairs."""
        return (self.a, self.b), (self.b, self.a)

    def name(self, iso3: str) -> str:
        """Give the name inside a sentence: ``South Korea``, ``the United States``."""
        name = local_name(self.evidence, iso3)
        return f"the {name}" if spoken() == "en" and iso3 in ARTICLE else name

    def head(self, iso3: str) -> str:
        """Give the name at the beginning of a sentence: ``The United States``."""
        name = self.name(iso3)
        return name[0].upper() + name[1:]

    @property
    def both(self) -> str:
        """``South Korea and Russia``, inside a sentence."""
        return t("{a} and {b}", a=self.name(self.a), b=self.name(self.b))

    @property
    def title(self) -> str:
        """``The Netherlands and the United States``."""
        return t("{a} and {b}", a=self.head(self.a), b=self.name(self.b))

    @property
    def slug(self) -> str:
        """Folder of the report: one for the first state, so that all pairs do not fill one folder."""
        return f"pairs-{self.a.lower()}"

    @property
    def stem(self) -> str:
        """File name of the report: ``kor-rus-as-of-2024-12-31``, with ``-ko`` or ``-ru`` where it is not in English."""
        end = "" if self.language == "en" else f"-{self.language}"
        return f"{self.a.lower()}-{self.b.lower()}-as-of-{self.as_of}{end}"

    def source_line(self, *sources: Source) -> str:
        """Give a source line: producers, then the day."""
        return source_line(sources, self.as_of)


def open_profile(state_a: str, state_b: str, as_of: str, language: str = "en", root: Path | None = None) -> Profile:
    """Resolve two states, check that they were there on the day, and begin the report's ledger of numbers.

    Parameters
    ----------
    state_a, state_b : str
        Codes or names in English, Korean or Russian, in any order.
    as_of : str
        The day, ``2024-12-31``.
    language : str
        Language of the report: ``en``, ``ko`` or ``ru``.

    Raises
    ------
    UnknownName
        An unknown state or language; the nearest are named.
    BadParameter
        An ambiguous name ("Korea"), the same state twice, a territory or former state, a day outside the evidence, or
        one on which the tables do not know either state.
    """
    use_language(language)
    # What is wrong is said in English, whatever the report's language.
    with speaking("en"):
        evidence, first, second = _opened(state_a, state_b, as_of, root)
    start(evidence)
    return Profile(evidence, first, second, language)


def _opened(state_a: str, state_b: str, as_of: str, root: Path | None) -> tuple[Evidence, str, str]:
    """Give the tables on the day and both codes in alphabetical order; refuse what is no pair of states."""
    evidence = Evidence(root or find_root(), as_of=as_of)
    one, other = resolve(evidence, state_a, "state_a"), resolve(evidence, state_b, "state_b")
    if one == other:
        name = name_of(evidence, one)
        raise BadParameter(
            f"state_a and state_b are both {name} ({one})", where=f"state_a = {state_a!r}, state_b = {state_b!r}",
            why="a profile is of two states", fix="name another state in one of them",
        )  # fmt: skip
    first, second = sorted((one, other))
    _refuse_others(evidence, (first, second))
    for iso3 in (first, second):
        _refuse_before(evidence, iso3)
    return evidence, first, second


def _refuse_others(evidence: Evidence, pair: tuple[str, str]) -> None:
    known = set(states_of(evidence))
    for iso3 in pair:
        if iso3 not in known:
            raise BadParameter(
                f"{name_of(evidence, iso3)} ({iso3}) is not a member of the United Nations, and neither Taiwan nor Kosovo",
                why="profiles are of states: the tables say little of territories, groups and former states",
                fix=f"name a member of the United Nations, {' or '.join(BESIDES)}",
            )


def _refuse_before(evidence: Evidence, iso3: str) -> None:
    """Raise where the tables know the state on no day up to the one asked."""
    runs = known_as_state(evidence, iso3)
    if not runs or any(first <= evidence.as_of <= last for first, last in runs):
        return
    spans = [f"from {say_date(first)}" + ("" if last == date.max else f" to {say_date(last)}") for first, last in runs]
    name = name_of(evidence, iso3)
    raise BadParameter(
        f"{name} ({iso3}) was no state on {say_date(evidence.as_of)}, as far as the tables know",
        where=f"as_of = {evidence.as_of}; the tables have {name} {', '.join(spans)}",
        why="figures before that are those of another state, or of none",
        fix=f"choose a day from {runs[-1][0]} on",
    )


def known_as_state(evidence: Evidence, iso3: str) -> list[tuple[date, date]]:
    """Give the spans of days on which the tables know a state, oldest first; empty where no table dates it.

    A span is a run of the Correlates of War's list of states, as the table of US missions carries it, and the last one
    is open; the year of a first vote in the General Assembly extends the last span backwards.
    """
    whole = evidence.at(evidence.package.collected)
    before = len(evidence.reads)
    rows = whole.select("us_missions", ["first_date", "last_date"], iso3=iso3).sort_values("first_date")
    votes = whole.select("states", ["first_unga_vote_year"], iso3=iso3)["first_unga_vote_year"].dropna()
    evidence.checked.extend(evidence.reads[before:])
    del evidence.reads[before:]
    spans: list[tuple[date, date]] = []
    for first, last in zip(rows["first_date"].dt.date, rows["last_date"].dt.date, strict=True):
        if spans and (first - spans[-1][1]).days <= 1:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    if not spans:
        return []
    begin, _ = spans[-1]
    # A year says no day: it counts only where it is the earlier year.
    if len(votes) and int(votes.iloc[0]) < begin.year:
        begin = date(int(votes.iloc[0]), 1, 1)
    spans = [span for span in spans[:-1] if span[1] < begin]
    return [*spans, (begin, date.max)]


def predecessors(profile: Profile) -> pd.DataFrame:
    """Give the former states that the list of states ties to either of the pair: ``iso3``, ``name``, ``note``."""
    rows = profile.evidence.select("states", ["iso3", "name", "kind", "note"], kind="former")
    mine = rows["note"].fillna("").str.contains(rf"\b(?:{profile.a}|{profile.b})\b")
    return rows[mine]
