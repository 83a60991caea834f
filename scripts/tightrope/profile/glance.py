"""At a glance: six numbers, each with its place among all pairs, the finding, and the record of the report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import pandas as pd

from tightrope.language import t
from tightrope.measures import Missing
from tightrope.narrative.display import Html, Record, Table
from tightrope.narrative.trace import plain, recorded, standing_on
from tightrope.narrative.words import say_date, say_number, say_percent, say_year
from tightrope.profile.pair import Profile
from tightrope.profile.parts import Page, say_below, say_missing, say_musd, say_place, say_standing


@dataclass(frozen=True)
class Figure:
    """One of the six numbers.

    ``row`` is the row of ``pair_standing`` or ``gravity_residual``; None, with ``missing``, where there is none.
    """

    key: str
    label: str
    row: pd.Series | None
    missing: Missing | None
    say: Callable[[pd.Series], str]

    def value(self) -> str:
        """Give the number in words, ``no data`` where there is none."""
        return t("no data") if self.row is None else self.say(self.row)

    def years(self) -> str:
        """Give the year or years that it describes."""
        if self.row is None:
            return ""
        one = self.row.get("year")
        first, last = self.row.get("first_year", one), self.row.get("last_year", one)
        if first is None or last is None or pd.isna(first):
            return t("undated")
        if first == last:
            return say_year(int(last))
        return t("{first} to {last}", first=say_year(int(first)), last=say_year(int(last)))

    def place(self, profile: Profile) -> str:
        """Give rank and number of pairs, or which kind of nothing it is."""
        if self.row is None:
            return recorded(say_missing(profile, self.missing)) if self.missing else ""
        return say_place(int(self.row["rank"]), int(self.row["n_pairs"]), int(self.row.get("n_equal", 1)))

    def above(self) -> str:
        """Give the share of the other pairs with a lower value."""
        return "" if self.row is None else say_below(float(self.row["percentile"]))


def figures(page: Page) -> list[Figure]:
    """Look up the six numbers."""
    pair = {"state_a": page.profile.a, "state_b": page.profile.b}
    made = []
    for key, label, say in (
        ("distance", t("Distance between the capitals"), lambda r: t("{number} km", number=say_number(r["value"]))),
        ("trade", t("Goods trade, both ways"), lambda r: say_musd(r["value"])),
        ("gravity", t("Trade against what size and distance predict"), lambda r: say_times(r["ratio"])),
        ("agreement", t("UN votes cast alike"), lambda r: say_percent(r["value"])),
        ("visa_ease", t("Ways without a visa from a consulate"), lambda r: t("{n} of {of}", n=say_number(r["value"]), of=say_number(2))),
        ("migrants", t("People from one who live in the other"), lambda r: say_number(r["value"])),
    ):  # fmt: skip
        if key == "gravity":
            found = page.look("gravity_residual", **pair)
        else:
            found = page.look("pair_standing", figure=key, **pair)
        row = None if found.missing else found.frame.iloc[0]
        made.append(Figure(key, label, row, found.missing, say))
    return made


def say_ratio(ratio: float) -> str:
    """Give 2.3, 0.45 or 0.002: two significant figures below one."""
    digits = 1 if ratio >= 1 else 2
    while round(ratio, digits) == 0 and digits < 6:
        digits += 1
    return say_number(ratio, digits)


def say_times(ratio: float) -> str:
    """Give ``2.3 times``."""
    return t("{ratio} times", ratio=say_ratio(ratio))


@dataclass(frozen=True)
class Glance:
    """The first page: the finding, the table of six numbers and the record."""

    finding: Html
    table: Table
    record: Record


def glance(profile: Profile) -> Glance:
    """Say the six numbers, the finding in at most sixty words, and the record that publish reads."""
    with standing_on("at a glance"):
        page = Page(profile)
        found = figures(page)
        rows = [[f.label, f.value().replace(" ", "\u00a0"), f.years(), f.place(profile), f.above()] for f in found]
        caption = t("Six numbers of {both}, each with its place among all pairs, the largest first", both=profile.both)
        columns = [t("Figure"), t("Value"), t("Year"), t("Place among all pairs"), t("Other pairs that lie below")]
        note = t(
            "Pairs of UN members, Taiwan and Kosovo that have the figure; a pair without one is not counted as zero."
        )
        table = Table(recorded(caption), columns, rows, (1, 4), note)
        text = _finding(profile, {f.key: f for f in found})
        finding = Html(f'<p class="finding">{escape(text)}</p>', text)
        record = _record(
            profile, text, [*columns[:4]], [row[:4] for row in rows], len([f for f in found if f.row is not None])
        )
    return Glance(finding, table, record)


def _finding(profile: Profile, found: dict[str, Figure]) -> str:
    trade, gravity, votes, distance = (found[k] for k in ("trade", "gravity", "agreement", "distance"))
    said: list[str] = []

    def who() -> str:
        return t("They") if said else profile.title

    if trade.row is not None:
        fields = {"who": who(), "value": trade.value(), "years": trade.years()}
        fields["standing"] = say_standing(trade.row, "trade")
        if gravity.row is not None:
            fields["times"] = gravity.value()
            said.append(
                t("{who} traded {value} of goods in {years}, {standing} and {times} what size and distance predict.", **fields)
            )  # fmt: skip
        else:
            said.append(t("{who} traded {value} of goods in {years}, {standing}.", **fields))
    if votes.row is not None:
        fields = {"who": who(), "share": votes.value(), "years": votes.years()}
        # The side on which the pair stands out is the one to say.
        if float(votes.row["percentile"]) >= 50:
            text = t(
                "{who} cast {share} of their UN votes alike from {years}, more than {below} of the other pairs.",
                below=votes.above(), **fields,
            )  # fmt: skip
        else:
            higher = 100 * (int(votes.row["rank"]) - 1) / max(int(votes.row["n_pairs"]) - 1, 1)
            text = t(
                "{who} cast {share} of their UN votes alike from {years}; {higher} of the other pairs agreed more often.",
                higher=say_below(higher), **fields,
            )  # fmt: skip
        said.append(text)
    if distance.row is not None and len(said) < 2:
        said.append(t("{who} lie {distance} apart, capital to capital.", who=who(), distance=distance.value()))
    if not said:
        return t("The tables say little of {both}.", both=profile.both)
    if trade.row is None:
        said.append(t("No trade of the last year is on BACI's books."))
    return " ".join(said)


def _record(profile: Profile, finding: str, columns: list[str], rows: list[list[str]], n_known: int) -> Record:
    return Record(
        {
            "title": profile.title,
            "subtitle": t("A profile of the pair: trade, diplomacy, security, people"),
            "kicker": t("Pair profile · evidence as of {date}", date=plain(say_date(profile.as_of))),
            "slug": profile.slug,
            "stem": profile.stem,
            "language": profile.language,
            "date": profile.as_of.isoformat(),
            "authors": ["Tightrope"],
            "description": plain(finding),
            "summary": {
                "columns": columns,
                "rows": [[plain(cell).replace("\u00a0", " ") for cell in row] for row in rows],
            },
            "counts": {t("figures known"): n_known},
        }
    )
