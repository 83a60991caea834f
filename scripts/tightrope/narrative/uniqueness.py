"""Is the focus alone between the two powers? Who else meets each combination of good terms, in prose and tables."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tightrope.language import nt, pt, spoken, t
from tightrope.measures import Measure
from tightrope.narrative.display import Prose, Table
from tightrope.narrative.names import local_list, local_name, pair, say_state
from tightrope.narrative.passage import Passage, captioned, grounded, look
from tightrope.narrative.predicates import say_asked, say_title
from tightrope.narrative.report import Report, source_line
from tightrope.narrative.trace import recorded
from tightrope.narrative.words import say_date, say_list, say_number, say_yes

# The last snapshot of the visa lists before the entry bans of the pandemic.
BEFORE_PANDEMIC = "2020-03-09"
NAMED = 6
# From few signs to many: the visas of the article's example, then the treaty, sanctions and troops.
LADDER = (
    ("visa_free_to_a", "visa_free_to_b"),
    ("visa_free_with_a", "visa_free_with_b"),
    ("ally_a", "visa_free_to_a", "visa_free_to_b"),
    ("ally_a", "visa_free_to_a", "visa_free_to_b", "no_sanctions_b"),
    ("ally_a", "troops_a", "visa_free_to_a", "visa_free_to_b", "no_sanctions_b"),
)


def asked(report: Report) -> dict[str, Any]:
    """Give what the measures of uniqueness are asked: the article's first state, its powers, the day."""
    power_a, power_b = report.folder.article.powers[:2]
    day = min(BEFORE_PANDEMIC, report.as_of.isoformat())
    return {"state": pair(report)[0], "power_a": power_a, "power_b": power_b, "on": day}


def say_predicate(report: Report, name: str) -> str:
    """Give a predicate's words with the powers' names, as a reader knows them."""
    words = asked(report)
    found = look(report, "uniqueness_predicates", predicates=[name], **words).frame.iloc[0]
    year = str(found["title"]).split()[-1] if name == "no_sanctions_b" else ""
    powers = {"a": say_state(report, words["power_a"]), "b": say_state(report, words["power_b"])}
    return recorded(say_title(name, year=year, **powers))


def say_combination(report: Report, predicates: str) -> str:
    """Give ``defence treaty with the United States + visa-free to Russia`` for a combination of predicates."""
    return " + ".join(say_predicate(report, name) for name in predicates.split(" + "))


@grounded
def uniqueness_passage(report: Report) -> Passage:
    """Say who else goes visa-free to both, how many combinations leave the focus alone, the smallest, and who is next.

    The frame has every combination that the focus meets (see ``measures.uniqueness``), for a download.
    """
    words = asked(report)
    every = look(report, "uniqueness", **words)
    name = say_state(report, words["state"])
    if every.missing:
        return Passage(Prose(t("We could not hold {name} against other states.", name=name)), pd.DataFrame())
    frame = every.frame
    alone = frame[frame["is_only"].fillna(False).astype(bool)]
    predicates = look(report, "uniqueness_predicates", **words).frame
    n_met = int(predicates["is_met"].fillna(False).sum())
    n_able = int(predicates["missing"].isna().sum())
    said = [
        t(
            "On {date} {name} meets {met} of the {of} signs of good terms that can be asked of every UN member.",
            date=say_date(words["on"]), name=name, met=say_number(n_met), of=say_number(n_able),
        ),
        _rungs(report),
        t(
            "Of the {n} combinations that speak of both powers and that {name} meets, {alone} are met by no other member, and "
            "{unsure} by none that is known, though a member's answer is unknown.",
            n=say_number(len(frame)), name=name, alone=say_number(len(alone)), unsure=say_number(_unsure(frame)),
        ),
    ]  # fmt: skip
    many = look(report, "alone_in_some_combination", **words).frame.iloc[0]
    n_alone = int(many["n_alone"])
    fields = {"n": say_number(many["n_asked"]), "alone": say_number(n_alone)}
    if 0 < n_alone <= NAMED:
        names = _names(report, many["names"], n_alone)
        said.append(
            t(
                "Of the {n} other members {alone} are alone in some combination of their own ({names}).",
                names=names,
                **fields,
            )
        )
    else:
        said.append(t("Of the {n} other members {alone} are alone in some combination of their own.", **fields))
    said.append(t("Which combination is the right one, no table says."))
    smallest = frame[frame["is_smallest"]]
    if len(smallest):
        first = smallest.iloc[0]
        n = int(first["n_predicates"])
        fields = {"name": name, "n": say_number(n), "signs": say_combination(report, first["predicates"])}
        if len(smallest) == 2:
            said.append(
                t(
                    "The smallest that only {name} meets has {n} signs: {signs}; {more} more is as small.",
                    more=say_number(len(smallest) - 1), **fields,
                )
            )  # fmt: skip
        else:
            said.append(t("The smallest that only {name} meets has {n} signs: {signs}.", **fields))
    else:
        said.append(t("No combination is met by {name} alone.", name=name))
    return Passage(Prose(" ".join(part for part in (*said, _next(report)) if part)), frame)


def _unsure(frame: pd.DataFrame) -> int:
    return int(frame["is_only"].isna().sum())


def _rungs(report: Report) -> str:
    words = asked(report)
    parts = []
    for rung in (LADDER[0], LADDER[3], LADDER[4]):
        found = look(report, "others_meeting", predicates=list(rung), **words)
        if found.missing or found.only() is None:
            continue
        row = found.frame.iloc[0]
        n = int(row["n_others"])
        who = _names(report, str(row["names"]), n) if n else t("no other state")
        parts.append((rung, who))
    if not parts:
        return t("For the article's own signs we found no data on that day.")
    says = {
        LADDER[0]: t("Other states visa-free to both powers: {names}."),
        LADDER[3]: t("With a defence treaty and no sanctions besides: {names}."),
        LADDER[4]: t("And with the troops of the first power: {names}."),
    }
    return " ".join(says[rung].format(names=who) for rung, who in parts)


def _names(report: Report, names: str, n: int) -> str:
    if n > NAMED:
        return nt("{n} state", "{n} states", n, n=say_number(n))
    return recorded(say_list(local_list(report.evidence, names)))


def _next(report: Report) -> str:
    found = look(report, "nearest_neighbours", **asked(report))
    if found.missing:
        return ""
    first = found.frame[found.frame["rank"] == 1]
    row = first.iloc[0]
    n_met = int(row["n_shared"] + row["n_lacking"] + row["n_unknown"])
    return t(
        "Nearest by the number of its signs that they share, {n} of {of}: {names}.",
        n=say_number(int(row["n_shared"])), of=say_number(n_met), names=_names(report, ", ".join(first["name"]), len(first)),
    )  # fmt: skip


@captioned
def predicate_table(report: Report) -> Table:
    """Give each predicate: what it asks, whether the focus meets it, how many other UN members do, how many unknown."""
    words = asked(report)
    found = look(report, "uniqueness_predicates", **words)
    rows = [
        [
            say_predicate(report, row["predicate"]),
            recorded(_what(row)),
            _yes(row["is_met"]),
            say_number(row["n_others"]),
            say_number(row["n_unknown"]),
        ]
        for _, row in found.frame.iterrows()
    ]
    name = say_state(report, words["state"])
    caption = t("Signs of good terms asked of every UN member, {date}", date=say_date(words["on"]))
    columns = [t("Sign"), t("What is asked"), name, t("Others that meet it"), t("Unknown")]
    return Table(caption, columns, rows, (3, 4), _source(report, found))


@captioned
def combination_table(report: Report) -> Table:
    """Give who else meets each combination: a ladder from visas to troops, then every combination claimed or smallest.

    The combinations after the ladder are those of the readings of the article's claims, in their order, then those that
    only the focus meets with the fewest predicates.
    """
    words = asked(report)
    every = look(report, "uniqueness", **words)
    named = [list(rung) for rung in LADDER]
    for verdict in report.verdicts:
        named += [r.arguments["predicates"] for r in verdict.readings if r.measure == "others_meeting"]
    if not every.missing:
        named += [text.split(" + ") for text in every.frame.loc[every.frame["is_smallest"], "predicates"]]
    rows, seen = [], set()
    for predicates in named:
        if frozenset(predicates) in seen:
            continue
        seen.add(frozenset(predicates))
        found = look(report, "others_meeting", predicates=list(predicates), **words)
        # A rung that nobody can be asked says nothing; a combination that the article claims is shown all the same.
        if not found.missing or tuple(predicates) not in LADDER:
            rows.append(_row(report, found, predicates))
    caption = t("Who else meets each combination of signs, {date}", date=say_date(words["on"]))
    return Table(caption, [t("Combination"), t("Others"), t("Who"), t("Unknown")], rows, (1, 3), _source(report, every))


def _row(report: Report, found: Measure, predicates: list[str]) -> list[str]:
    combination = say_combination(report, " + ".join(predicates))
    if found.missing:
        return [combination, t("no data"), recorded(found.missing.detail) if spoken() == "en" else "", ""]
    row = found.frame.iloc[0]
    n, unknown = found.only(), int(row["n_unknown"])
    if n == 0:
        who = t("nobody else")
    elif n is None:
        who = t("nobody known")
    else:
        who = _names(report, str(row["names"]), int(n))
    return [combination, t("no data") if n is None else say_number(n), who, say_number(unknown)]


@captioned
def size_table(report: Report) -> Table:
    """Give, by number of predicates, how many combinations the focus meets and how many of them it alone meets."""
    words = asked(report)
    found = look(report, "uniqueness", **words)
    name = say_state(report, words["state"])
    rows = []
    for size, group in found.frame.groupby("n_predicates"):
        alone = int(group["is_only"].fillna(False).sum())
        rows.append([say_number(int(str(size))), say_number(len(group)), say_number(alone), say_number(_unsure(group))])
    caption = t(
        "Combinations that {name} meets, by how many signs they join, {date}", name=name, date=say_date(words["on"])
    )
    columns = [t("Signs joined"), t("Combinations"), t("Only {name}", name=name), t("Unknown")]
    return Table(caption, columns, rows, (0, 1, 2, 3), _source(report, found))


@captioned
def neighbour_table(report: Report, most: int = 10) -> Table:
    """Give the states that share most of the focus's predicates, and which of them each lacks."""
    words = asked(report)
    found = look(report, "nearest_neighbours", **words)
    rows = []
    for _, row in found.frame.head(most).iterrows():
        lacking = [say_predicate(report, name) for name in str(row["lacking"]).split(", ") if name]
        name = local_name(report.evidence, row["iso3"])
        rows.append([name, say_number(row["n_shared"]), say_number(row["n_unknown"]), "; ".join(lacking)])
    caption = t(
        "Nearest neighbours by signs shared with {name}, {date}",
        name=say_state(report, words["state"]), date=say_date(words["on"]),
    )  # fmt: skip
    return Table(caption, [t("State"), t("Shared"), t("Unknown"), t("Lacks")], rows, (1, 2), _source(report, found))


def _yes(value: Any) -> str:
    if pd.isna(value):
        return pt("answer", "unknown")
    return say_yes(bool(value))


def _what(row: pd.Series) -> str:
    """Give what is asked, or why nobody can be asked; a measure says the latter in English."""
    if isinstance(row["missing"], str):
        return row["missing"] if spoken() == "en" else t("no data")
    return say_asked(str(row["asked"]))


def _source(report: Report, found: Measure) -> str:
    return source_line(found.sources, report.as_of) if found.sources else ""
