"""The first page: the finding, the tile grid of all states, the focus beside both powers, and the record."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pandas as pd

from tightrope.balance.between import Balance, of, see
from tightrope.balance.words import NAMES, capital, say_figure, say_spans, state_count
from tightrope.language import pt, t, written
from tightrope.measures import Measure
from tightrope.measures.between_signs import CLASSES, SIGNS
from tightrope.measures.percentiles import states_of
from tightrope.narrative.display import Html, Record, Table
from tightrope.narrative.names import local_names
from tightrope.narrative.trace import plain, recorded, standing_on
from tightrope.narrative.words import say_date, say_number, say_yes
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
    fields = {
        "n": say_number(len(classes.frame)), "n_both": _many(counts["both"]), "n_a": _many(counts["a"]),
        "n_b": _many(counts["b"]), "n_neither": _many(counts["neither"]),
        "both": balance.both, "a": balance.power("a"), "b": balance.power("b"),
    }  # fmt: skip
    if counts["unknown"]:
        text = t(
            "Of {n} states between {both}, {n_both} are close to both, {n_a} to {a} only, {n_b} to {b} only, {n_neither} to neither; "
            "{n_unknown} cannot be told.",
            n_unknown=say_number(counts["unknown"]), **fields,
        )  # fmt: skip
    else:
        text = t(
            "Of {n} states between {both}, {n_both} are close to both, {n_a} to {a} only, {n_b} to {b} only, {n_neither} to neither.",
            **fields,
        )
    n_asked = asked.frame[asked.frame["figure"].isin(SIGNS)].groupby("power")["is_asked"].sum()
    stands = t(
        "{state} is {where}: {n_a} of {of_a} signs hold with {a}, {n_b} of {of_b} with {b}.",
        state=balance.head(balance.focus), where=balance.where(row["group"]), a=balance.power("a"), b=balance.power("b"),
        n_a=say_number(row["n_a"]), of_a=say_number(n_asked[balance.a]), n_b=say_number(row["n_b"]),
        of_b=say_number(n_asked[balance.b]),
    )  # fmt: skip
    return f"{text} {stands}"


def _many(n: int) -> str:
    return say_number(n) if n else pt("states", "none")


def _map(page: Page, classes: Measure) -> Drawing:
    balance = of(page)
    groups = dict(zip(classes.frame["iso3"], classes.frame["group"], strict=True))
    names = local_names(balance.evidence)
    everyone = states_of(balance.evidence)
    frame = pd.DataFrame({"iso3": everyone, "name": [names[s] for s in everyone]})
    frame["group"] = [groups.get(s, "absent") for s in everyone]
    frame.loc[frame["iso3"].isin([balance.a, balance.b]), "group"] = "neither"
    counts = counts_of(classes)
    n_absent = int(frame["group"].eq("absent").sum())
    # In a key there is little room, and other languages need their own short forms.
    short = {"both": pt("key", "close to both"), "neither": pt("key", "close to neither"), "unknown": t("no data")}
    short |= {letter: _short(balance, letter) for letter in ("a", "b")}
    key = [(group, f"{word}: {counts[group]}") for group, word in short.items() if counts[group]]
    key.append(("focus", balance.name(balance.focus)))
    said = {group: balance.group(group) for group in (*CLASSES, "absent")} | {
        "power_a": t("first power"),
        "power_b": t("second power"),
    }
    focus_group = groups.get(balance.focus, "unknown")
    where = balance.where(focus_group)
    fields = {"both": balance.both, "focus": balance.name(balance.focus), "where": where}
    if counts["both"] == 0:
        title = t("No state is close to both {both}; {focus} is {where}", **fields)
    elif counts["both"] == 1:
        title = t("One state is close to both {both}; {focus} is {where}", **fields)
    else:
        title = t("{states} are close to both {both}; {focus} is {where}", states=state_count(counts["both"]), **fields)
    if n_absent:
        subtitle = t(
            "{n} states by group, one tile each; close means at least two signs of five: votes, trade, visas, defence pact, arms; "
            "{n_absent} codes without a tile were no states on the day",
            n=say_number(len(everyone)), n_absent=say_number(n_absent),
        )  # fmt: skip
    else:
        subtitle = t(
            "{n} states by group, one tile each; close means at least two signs of five: votes, trade, visas, defence pact, arms",
            n=say_number(len(everyone)),
        )
    alt = t(
        "Tile grid of the world, one equal tile a state: {n_both} close to both powers, {n_a} to {a} only, {n_b} to {b} only, "
        "{n_neither} to neither, {n_unknown} without data. {focus}, framed, is {where}.",
        n_both=counts["both"], n_a=counts["a"], n_b=counts["b"], n_neither=counts["neither"], n_unknown=counts["unknown"],
        a=balance.power("a"), b=balance.power("b"), focus=balance.head(balance.focus), where=where,
    )  # fmt: skip
    options = {"powers": (balance.a, balance.b), "key": key, "focus": balance.focus, "said": said}
    page.draw("tiles", frame, "balance-tiles", title, subtitle, alt, [classes], **options)
    drawing = page.parts.pop()
    assert isinstance(drawing, Drawing)
    return drawing


def _short(balance: Balance, letter: str) -> str:
    """Give a power's line of the key, by its code where the name is too long for it."""
    name = balance.power(letter)
    code = balance.a if letter == "a" else balance.b
    return t("{power} only", power=name if len(name) <= LONGEST_IN_KEY else code)


def _focus_table(page: Page, asked: Measure) -> Table:
    balance = of(page)
    found = see(page, "between_figures")
    between = found.frame[~found.frame["iso3"].isin([balance.a, balance.b])]
    rows = []
    for figure, label in NAMES.items():
        row, about_both = [t(label)], []
        for power in (balance.a, balance.b):
            about = asked.frame[(asked.frame["power"] == power) & (asked.frame["figure"] == figure)].iloc[0]
            if figure == "troops" and not about["is_asked"]:
                row += [t("not collected"), t("not counted")]
                continue
            every = between[(between["power"] == power) & (between["figure"] == figure)]
            mine = every[every["iso3"] == balance.focus].iloc[0]
            cell = say_figure(figure, mine["value"], mine["kind"], bool(about["is_asked"]))
            if figure in RANKED and pd.notna(mine["value"]) and float(mine["value"]) > 0:
                cell = t("{figure}, {place}", figure=cell, place=_place(every, mine, is_low_first=RANKED[figure]))
            row += [cell, _sign(figure, mine, bool(about["is_asked"]))]
            about_both.append(about)
        rows.append([*row, say_spans(about_both)])
    columns = [
        t("Figure"), t("With {power}", power=balance.power("a")), t("Sign ({power})", power=balance.a),
        t("With {power}", power=balance.power("b")), t("Sign ({power})", power=balance.b), t("Describes"),
    ]  # fmt: skip
    caption = t(
        "{focus} beside {both}: each figure, its place among the states between them, the largest first (the nearest for ideal "
        "points), and whether it is a sign of closeness",
        focus=balance.head(balance.focus), both=balance.both,
    )  # fmt: skip
    return Table(recorded(caption), columns, rows, (), recorded(page.source([found])))


def _place(every: pd.DataFrame, mine: pd.Series, *, is_low_first: bool) -> str:
    values = every["value"].dropna().astype("float64")
    own = float(mine["value"])
    rank = 1 + int((values < own).sum() if is_low_first else (values > own).sum())
    return t("{nth} of {of}", nth=say_nth(rank), of=say_number(len(values)))


def _sign(figure: str, mine: pd.Series, is_asked: bool) -> str:
    if figure == "sanctions":
        if "yes" in str(mine["value"]):
            return t("takes one away")
        return pt("answer", "no") if is_asked else t("not asked")
    if figure not in SIGNS:
        return t("not counted")
    if not is_asked:
        return t("not asked")
    return t("unknown") if pd.isna(mine["is_met"]) else say_yes(bool(mine["is_met"]))


def _record(balance: Balance, finding: str, classes: Measure) -> Record:
    counts = counts_of(classes)
    rows = [[capital(balance.group(group)), written(f"{n:,}")] for group, n in counts.items()]
    return Record(
        {
            "title": balance.title,
            "subtitle": t("Every state between two powers: votes, trade, visas, pacts, arms and sanctions"),
            "kicker": t("Balance map · evidence as of {date}", date=plain(say_date(balance.as_of))),
            "slug": balance.slug,
            "stem": balance.stem,
            "language": balance.language,
            "date": balance.as_of.isoformat(),
            "authors": ["Tightrope"],
            "description": plain(finding),
            "summary": {"columns": [t("Group"), t("States")], "rows": rows},
            "counts": {plain(balance.group(group)): n for group, n in counts.items()},
        }
    )
