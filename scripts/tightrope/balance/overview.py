"""The first page: the finding, the tile grid of all states, the focus beside both powers, and the record."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pandas as pd

from tightrope.balance.between import Balance, of, see
from tightrope.balance.words import NAMES, capital, say_figure, say_spans, state_count
from tightrope.evidence import known_states
from tightrope.measures import Measure
from tightrope.measures.between_signs import CLASSES, SIGNS
from tightrope.measures.percentiles import states_of
from tightrope.narrative.display import Html, Record, Table
from tightrope.narrative.trace import plain, recorded, standing_on
from tightrope.narrative.words import say_date, say_number
from tightrope.profile.parts import Drawing, Page, say_nth

LONGEST_IN_KEY = 22
RANKED = {"votes": False, "ideal": True, "trade": False, "arms": False}


@dataclass(frozen=True)
class Overview:
    """The first page: the finding, the map, the table of the focus state and the record."""

    finding: Html
    map: Drawing
    table: Table
    record: Record


def counts_of(classes: Measure) -> dict[str, int]:
    """Count the states of each group, in the fixed order of the groups."""
    seen = classes.frame["group"].value_counts()
    return {group: int(seen.get(group, 0)) for group in CLASSES}


def overview(balance: Balance) -> Overview:
    """Say where everyone stands, draw it, set the focus beside both powers, and give the record that publish reads."""
    with standing_on("at a glance"):
        page = Page(balance)
        classes = see(page, "between_classes")
        asked = see(page, "between_asked")
        text = _finding(balance, classes, asked)
        drawing = _map(page, classes)
        table = _focus_table(page, asked)
        record = _record(balance, text, classes)
        return Overview(Html(f'<p class="finding">{escape(text)}</p>', text), drawing, table, record)


def _row(balance: Balance, classes: Measure) -> pd.Series:
    return classes.frame[classes.frame["iso3"] == balance.focus].iloc[0]


def _finding(balance: Balance, classes: Measure, asked: Measure) -> str:
    counts = counts_of(classes)
    row = _row(balance, classes)
    text = (
        f"Of {say_number(len(classes.frame))} states between {balance.both}, {_many(counts['both'])} are close to both, "
        f"{_many(counts['a'])} to {balance.power('a')} only, {_many(counts['b'])} to {balance.power('b')} only, "
        f"{_many(counts['neither'])} to neither"
    )
    text += f"; {say_number(counts['unknown'])} cannot be told. " if counts["unknown"] else ". "
    n_asked = asked.frame[asked.frame["figure"].isin(SIGNS)].groupby("power")["is_asked"].sum()
    held = (
        f"{say_number(row['n_a'])} of {say_number(n_asked[balance.a])} signs hold with {balance.power('a')}, "
        f"{say_number(row['n_b'])} of {say_number(n_asked[balance.b])} with {balance.power('b')}"
    )
    where = balance.group(row["group"]) if row["group"] != "unknown" else "not to be placed"
    return text + f"{balance.head(balance.focus)} is {where}: {held}."


def _many(n: int) -> str:
    return say_number(n) if n else "none"


def _map(page: Page, classes: Measure) -> Drawing:
    balance = of(page)
    groups = dict(zip(classes.frame["iso3"], classes.frame["group"], strict=True))
    names = known_states(balance.evidence)
    everyone = states_of(balance.evidence)
    frame = pd.DataFrame({"iso3": everyone, "name": [names[s] for s in everyone]})
    frame["group"] = [groups.get(s, "absent") for s in everyone]
    frame.loc[frame["iso3"].isin([balance.a, balance.b]), "group"] = "neither"
    counts = counts_of(classes)
    n_absent = int(frame["group"].eq("absent").sum())
    short = {"both": "close to both", "neither": "close to neither", "unknown": "no data"}
    short |= {letter: _short(balance, letter) for letter in ("a", "b")}
    key = [(group, f"{word}: {counts[group]}") for group, word in short.items() if counts[group]]
    key.append(("focus", balance.name(balance.focus)))
    said = {group: balance.group(group) for group in (*CLASSES, "absent")} | {
        "power_a": "first power",
        "power_b": "second power",
    }
    focus_group = groups.get(balance.focus, "unknown")
    where = balance.group(focus_group) if focus_group != "unknown" else "not to be placed"
    is_one = "is" if counts["both"] <= 1 else "are"
    title = f"{capital(state_count(counts['both']))} {is_one} close to both {balance.both}; {balance.name(balance.focus)} is {where}"
    subtitle = (
        f"{say_number(len(everyone))} states by group, one tile each; close means at least two signs of five: votes, trade, visas, "
        f"defence pact, arms"
    )
    if n_absent:
        subtitle += f"; {say_number(n_absent)} codes without a tile were no states on the day"
    alt = (
        f"Tile grid of the world, one equal tile a state: {counts['both']} close to both powers, {counts['a']} to "
        f"{balance.power('a')} only, {counts['b']} to {balance.power('b')} only, {counts['neither']} to neither, "
        f"{counts['unknown']} without data. {balance.head(balance.focus)}, framed, is {where}."
    )
    options = {"powers": (balance.a, balance.b), "key": key, "focus": balance.focus, "said": said}
    page.draw("tiles", frame, "balance-tiles", title, subtitle, alt, [classes], **options)
    drawing = page.parts.pop()
    assert isinstance(drawing, Drawing)
    return drawing


def _short(balance: Balance, letter: str) -> str:
    """Give a power's line of the key, by its code where the name is too long for it."""
    name = balance.power(letter)
    return f"{name if len(name) <= LONGEST_IN_KEY else (balance.a if letter == 'a' else balance.b)} only"


def _focus_table(page: Page, asked: Measure) -> Table:
    balance = of(page)
    found = see(page, "between_figures")
    between = found.frame[~found.frame["iso3"].isin([balance.a, balance.b])]
    rows = []
    for figure, label in NAMES.items():
        row, about_both = [label], []
        for power in (balance.a, balance.b):
            about = asked.frame[(asked.frame["power"] == power) & (asked.frame["figure"] == figure)].iloc[0]
            if figure == "troops" and not about["is_asked"]:
                row += ["not collected", "not counted"]
                continue
            every = between[(between["power"] == power) & (between["figure"] == figure)]
            mine = every[every["iso3"] == balance.focus].iloc[0]
            cell = say_figure(figure, mine["value"], mine["kind"], bool(about["is_asked"]))
            if figure in RANKED and pd.notna(mine["value"]) and float(mine["value"]) > 0:
                cell += _place(every, mine, is_low_first=RANKED[figure])
            row += [cell, _sign(figure, mine, bool(about["is_asked"]))]
            about_both.append(about)
        rows.append([*row, say_spans(about_both)])
    columns = ["Figure", f"With {balance.power('a')}", f"Sign ({balance.a})", f"With {balance.power('b')}", f"Sign ({balance.b})",
               "Describes"]  # fmt: skip
    caption = (
        f"{balance.head(balance.focus)} beside {balance.both}: each figure, its place among the states between them, the largest "
        "first (the nearest for ideal points), and whether it is a sign of closeness"
    )
    return Table(recorded(caption), columns, rows, (), recorded(page.source([found])))


def _place(every: pd.DataFrame, mine: pd.Series, *, is_low_first: bool) -> str:
    values = every["value"].dropna().astype("float64")
    own = float(mine["value"])
    rank = 1 + int((values < own).sum() if is_low_first else (values > own).sum())
    return f", {say_nth(rank)} of {say_number(len(values))}"


def _sign(figure: str, mine: pd.Series, is_asked: bool) -> str:
    if figure == "sanctions":
        return "takes one away" if "yes" in str(mine["value"]) else ("no" if is_asked else "not asked")
    if figure not in SIGNS:
        return "not counted"
    if not is_asked:
        return "not asked"
    return "unknown" if pd.isna(mine["is_met"]) else ("yes" if mine["is_met"] else "no")


def _record(balance: Balance, finding: str, classes: Measure) -> Record:
    counts = counts_of(classes)
    rows = [[capital(balance.group(group)), f"{n:,}"] for group, n in counts.items()]
    return Record(
        {
            "title": balance.title,
            "subtitle": "Every state between two powers: votes, trade, visas, pacts, arms and sanctions",
            "kicker": f"Balance map · evidence as of {plain(say_date(balance.as_of))}",
            "slug": balance.slug,
            "stem": balance.stem,
            "language": balance.language,
            "date": balance.as_of.isoformat(),
            "authors": ["Tightrope"],
            "description": plain(finding),
            "summary": {"columns": ["Group", "States"], "rows": rows},
            "counts": {plain(balance.group(group)): n for group, n in counts.items()},
        }
    )
