"""The parts of a section: text, tables and drawings, each traced to rows, and the lines for what was not found."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import pandas as pd

from tightrope.language import N_, spoken, t, written
from tightrope.measures import Measure, Missing, MissingKind, find_measure
from tightrope.narrative.display import Html, Prose, Table
from tightrope.narrative.trace import plain, recorded, said, standing_on, used
from tightrope.narrative.words import lower, money_text, ordinal_text, say_date, say_number, say_percent, under_text
from tightrope.profile.pair import Profile

KINDS = {
    MissingKind.NOT_COLLECTED: N_("not collected"),
    MissingKind.SERIES_ENDED: N_("the series has ended"),
    MissingKind.SUPPRESSED: N_("suppressed"),
    MissingKind.NOT_APPLICABLE: N_("none recorded"),
    MissingKind.NOT_YET: N_("not yet"),
}
FEWEST_POINTS = 3
# The colours of the two states and of what is beside them: the contract of the charts.
STATE_A, STATE_B, BESIDE = "#0072B2", "#D55E00", "#5f6368"


@dataclass(frozen=True)
class Drawing:
    """A chart that the notebook draws.

    Attributes
    ----------
    kind : str
        ``line``, ``balance``, ``bars`` or ``votes``.
    frame : DataFrame
        Tidy rows.
    words : dict
        Title, subtitle, source, alt, unit and name.
    options : dict
        Further arguments of the chart, without functions: ``fmt`` is a name (``percent``, ``billions``, ``thousands``).
    """

    kind: str
    frame: pd.DataFrame
    words: dict[str, str]
    options: dict[str, Any] = field(default_factory=dict)


Part = Prose | Table | Html | Drawing
Section = Callable[[Profile], list[Part]]


@dataclass
class Page:
    """A section that is being written: its parts, and what was looked for and not found."""

    profile: Profile
    parts: list[Part] = field(default_factory=list)
    gaps: list[tuple[str, str]] = field(default_factory=list)

    def say(self, text: str) -> None:
        """Add a paragraph."""
        self.parts.append(Prose(recorded(text)))

    def table(
        self, caption: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], numeric: Sequence[int],
        measures: Sequence[Measure],
    ) -> None:  # fmt: skip
        """Add a table with the source line of the measures behind it."""
        source = self.source(measures)
        self.parts.append(Table(recorded(caption), columns, rows, numeric, recorded(source)))

    def draw(
        self, kind: str, frame: pd.DataFrame, name: str, title: str, subtitle: str, alt: str, measures: Sequence[Measure],
        unit: str = "", /, **options: Any,
    ) -> None:  # fmt: skip
        """Add a chart with the words around it; ``unit`` where what is drawn is not in the first measure's own."""
        words = {"title": title, "subtitle": subtitle, "alt": alt, "source": self.source(measures)}
        words = {key: plain(recorded(text)) for key, text in words.items()}
        self.parts.append(Drawing(kind, frame, {**words, "unit": unit or measures[0].unit, "name": name}, options))

    def source(self, measures: Sequence[Measure]) -> str:
        """Name every producer behind the measures once."""
        sources = {s.table: s for m in measures for s in m.sources}
        return self.profile.source_line(*(sources[table] for table in sorted(sources)))

    def look(self, measure: str, **arguments: Any) -> Measure:
        """Run a measure on the report's day and stand on its rows."""
        return used(find_measure(measure).function(self.profile.evidence, **arguments))

    def find(self, what: str, measure: str, **arguments: Any) -> Measure | None:
        """Run a measure; where it has nothing, note which kind of nothing it is and give None."""
        found = self.look(measure, **arguments)
        if found.missing is None:
            return found
        self.lacks(what, found.missing)
        return None

    def lacks(self, what: str, missing: Missing) -> None:
        """Note that something was looked for and not found, once."""
        line = (what, plain(say_missing(self.profile, missing)))
        if line not in self.gaps:
            self.gaps.append(line)

    def close(self) -> list[Part]:
        """Give the parts, and after them one line for each kind of nothing that was found."""
        if not self.gaps:
            return self.parts
        reasons: dict[str, list[str]] = {}
        for what, why in self.gaps:
            reasons.setdefault(why, []).append(what if not reasons.get(why) else lower(what))
        lines = [(recorded("; ".join(whats)), recorded(why)) for why, whats in reasons.items()]
        items = "".join(f"<li><strong>{escape(what)}</strong>: {escape(why)}</li>" for what, why in lines)
        lead = t("What the tables do not have:") if self.parts else t("We found no data for this section:")
        text = "\n".join([lead, *(f"{what}: {why}" for what, why in lines)])
        self.parts.append(Html(f'<p>{lead}</p><ul class="gaps">{items}</ul>', text))
        return self.parts


def section(write: Callable[[Page], None]) -> Section:
    """Make a section out of a function that writes it, with every number traced to the rows that it looks at."""

    @functools.wraps(write)
    def run(profile: Profile) -> list[Part]:
        with standing_on(write.__name__.replace("_", " ")):
            page = Page(profile)
            write(page)
            return page.close()

    return run


def say_missing(profile: Profile, missing: Missing) -> str:
    """Give ``not collected (no row in BACI …)``, with the names of states and tables, and dates, in words.

    A measure says its reason in English; another edition says which kind of nothing it is, and no more.
    """
    if spoken() != "en":
        return t(KINDS[missing.kind])
    # A measure's own words begin with what was asked, which the line has said already.
    _, colon, rest = missing.detail.partition(": ")
    detail = re.sub(r"\b[A-Z]{3}\b", lambda m: _named(profile, m.group()), rest if colon else missing.detail)
    detail = re.sub(r"\b\d{4}-\d{2}-\d{2}\b", lambda m: say_date(m.group()), detail)
    known = {resource.name: resource.title for resource in profile.evidence.package.resources}
    tables = set(re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b|\b(?:migrants|gdp)\b", detail)) & set(known)
    for table in sorted(tables, key=len, reverse=True):
        detail = re.sub(rf"\b{table}\b", f"“{known[table]}”", detail)
    return f"{KINDS[missing.kind]} ({detail})"


def _named(profile: Profile, code: str) -> str:
    return profile.name(code) if code in (profile.a, profile.b) else code


def say_nth(rank: int) -> str:
    """Give ``10,601st``: an ordinal with its thousands apart."""
    return said(ordinal_text(rank), rank)


def say_place(rank: int, n_pairs: int, n_equal: int) -> str:
    """Give ``129th of 13,694`` or ``1st of 18,915, shared by 8,250``."""
    nth, of = say_nth(rank), say_number(n_pairs)
    if n_equal > 1:
        return t("{nth} of {of}, shared by {equal}", nth=nth, of=of, equal=say_number(n_equal))
    return t("{nth} of {of}", nth=nth, of=of)


# By what the pairs are ranked: the first place, any other, and whether the others lie below it or have less.
STANDINGS = {
    "trade": (N_("the largest trade of {n_pairs} pairs"), N_("the {nth} largest trade of {n_pairs} pairs"), "more"),
    "traders": (N_("the largest of {n_pairs} pairs with trade"), N_("the {nth} largest of {n_pairs} pairs with trade"), "more"),
    "ratio": (N_("the highest ratio of {n_pairs} pairs"), N_("the {nth} highest ratio of {n_pairs} pairs"), "above"),
    "score": (N_("the highest of {n_pairs} pairs"), N_("the {nth} highest of {n_pairs} pairs"), "above"),
    "distance": (N_("the largest distance of {n_pairs} pairs"), N_("the {nth} largest distance of {n_pairs} pairs"), "more"),
    "people": (N_("the most of {n_pairs} pairs with a figure"), N_("the {nth} most of {n_pairs} pairs with a figure"), "more"),
    "students": (
        N_("the most of {n_pairs} pairs in the UNESCO table of the largest flows"),
        N_("the {nth} most of {n_pairs} pairs in the UNESCO table of the largest flows"),
        "more",
    ),
    "arms": (N_("the largest of {n_pairs} pairs with a delivery"), N_("the {nth} largest of {n_pairs} pairs with a delivery"), "more"),
}  # fmt: skip


def say_standing(row: pd.Series, by: str) -> str:
    """Give ``the 129th largest of 13,694 pairs, more than 99% of the others``, out of ``rank``, ``n_pairs``, ``percentile``.

    ``by`` is a key of ``STANDINGS``.
    """
    rank, lower_pct = int(row["rank"]), float(row["percentile"])
    first, other, over = STANDINGS[by]
    if rank == 1:
        return t(first, n_pairs=say_number(row["n_pairs"]))
    text = t(other, nth=say_nth(rank), n_pairs=say_number(row["n_pairs"]))
    if lower_pct < 0.1:
        return text
    if over == "above":
        return t("{standing}, above {below} of the others", standing=text, below=say_below(lower_pct))
    return t("{standing}, more than {below} of the others", standing=text, below=say_below(lower_pct))


def say_musd(musd: float) -> str:
    """Give millions of current US dollars as ``$1.2 tn``, ``$17.6 bn``, ``$0.4 m`` or ``$3,400``; missing is ``no data``."""
    if pd.isna(musd):
        return t("no data")
    sign = "−" if musd < 0 else ""
    if abs(musd) < 0.05:
        return said(t("{sign}${amount}", sign=sign, amount=written(f"{round(abs(musd) * 1e6):,}")), musd)
    if abs(musd) >= 1e6:
        return said(t("{sign}${amount} tn", sign=sign, amount=written(f"{abs(musd) / 1e6:.1f}")), musd)
    return said(money_text(musd), musd)


def say_below(percentile: float) -> str:
    """Give the percent of pairs that lie below, rounded down: 99.97 is not 100, and what is above nought is not nought."""
    digits = 0 if 1 <= percentile < 99 else 1
    floor = math.floor(percentile * 10.0**digits) / 10.0**digits
    if floor == 0 < percentile:
        return said(under_text(), percentile)
    return say_percent(floor, digits)
