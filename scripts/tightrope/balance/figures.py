"""Votes, trade, visas, pacts, sanctions, arms and troops: who stands where with each power."""

from __future__ import annotations

import pandas as pd

from tightrope.balance.between import Balance, of, see
from tightrope.balance.words import NAMES, capital, named, say_between, say_spans, state_count, why
from tightrope.evidence import known_states
from tightrope.measures import Measure
from tightrope.measures.between_signs import SIGNS
from tightrope.narrative.words import say_list, say_number, say_percent
from tightrope.profile.parts import Page, section

NAMED = 12
EXTREMES = 3
TOP = 6
LEAST_SHARE = 10.0
FOCUS = "#1a1a1a"


def _wide(page: Page, figure: str) -> tuple[Measure, pd.DataFrame]:
    """Give one figure of every state with both powers: ``iso3``, ``a``, ``b`` and the kinds of nothing."""
    balance = of(page)
    found = see(page, "between_figures", (figure,))
    mine = found.frame[(found.frame["figure"] == figure) & ~found.frame["iso3"].isin([balance.a, balance.b])]
    parts = {}
    for letter, power in (("a", balance.a), ("b", balance.b)):
        own = mine[mine["power"] == power].set_index("iso3")
        parts[letter], parts[f"kind_{letter}"] = own["value"], own["kind"]
        parts[f"met_{letter}"] = own["is_met"].astype("boolean")
    return found, pd.DataFrame(parts).rename_axis("iso3").reset_index()


def _numbers(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(a=frame["a"].astype("float64"), b=frame["b"].astype("float64"))


def _asked(page: Page, figure: str) -> dict[str, pd.Series]:
    balance = of(page)
    found = see(page, "between_asked", (figure,)).frame
    mine = found[found["figure"] == figure].set_index("power")
    return {letter: mine.loc[[power]].iloc[0] for letter, power in (("a", balance.a), ("b", balance.b))}


@section
def votes(page: Page) -> None:
    """Say who votes with whom in the General Assembly, and draw every state between the two."""
    balance = of(page)
    found, wide = _wide(page, "votes")
    frame = _numbers(wide).dropna(subset=["a", "b"]).reset_index(drop=True)
    if frame.empty:
        page.gaps.append(("Votes with both powers", "not collected (no state has enough votes together with each)"))
        return
    about = _asked(page, "votes")
    years = say_between(about["a"]["first"], about["a"]["last"])
    differ = about["a"]["first"] != about["b"]["first"]
    n, n_more = len(frame), int((frame["b"] > frame["a"]).sum())
    n_more_a = int((frame["a"] > frame["b"]).sum())
    letter, n_with = ("b", n_more) if n_more >= n_more_a else ("a", n_more_a)
    less = balance.power("a" if letter == "b" else "b")
    page.say(
        f"From {years}, {say_number(n_with)} of {say_number(n)} states cast their votes in the UN General Assembly more often like "
        f"{balance.power(letter)} than like {less}, an abstention against a yes or a no counting half. "
        f"{_extremes(balance, frame, 'a')} {_extremes(balance, frame, 'b')}"
        + (f" The votes with {balance.power('b')} are those of {say_spans([about['b']])}." if differ else "")
    )
    _ideal(page)
    classes = see(page, "between_classes", (*SIGNS, "sanctions")).frame.set_index("iso3")["group"]
    names = known_states(balance.evidence)
    _, pacts = _wide(page, "alliance")
    pacts = pacts.set_index("iso3")
    allied = pacts["a"].eq("yes") | pacts["b"].eq("yes")
    frame["name"] = frame["iso3"].map(names)
    frame["is_close_to_both"] = frame["iso3"].map(classes).eq("both")
    frame["is_allied"] = frame["iso3"].map(allied).fillna(False).astype(bool)
    row = frame[frame["iso3"] == balance.focus]
    title = (
        f"{say_number(n_with)} of {say_number(n)} states voted more often with {balance.power(letter)} than with {less}"
    )
    subtitle = (
        f"Share of UN General Assembly votes cast alike, percent, an abstention counting half, {years}; {n} states"
    )
    low, high = frame.iloc[int(frame["a"].to_numpy().argmin())], frame.iloc[int(frame["a"].to_numpy().argmax())]
    alt = (
        f"Scatter chart of {n} states: agreement with {balance.power('a')} across, with {balance.power('b')} upwards. "
        f"{balance.head(high['iso3'])} agrees most with {balance.power('a')} ({say_percent(high['a'])}; {say_percent(high['b'])} with the other), "
        f"{balance.name(low['iso3'])} least ({say_percent(low['a'])}; {say_percent(low['b'])})."
    )
    if len(row):
        alt += f" {balance.head(balance.focus)}: {say_percent(row.iloc[0]['a'])} and {say_percent(row.iloc[0]['b'])}."
    options = {
        "x": "a", "y": "b", "x_label": f"agrees with {balance.power('a')}", "y_label": f"agrees with {balance.power('b')}",
        "focus": [balance.focus] if len(row) else [], "label": _labels(frame, balance.focus), "colours": {balance.focus: FOCUS}, "height": 3.7,
    }  # fmt: skip
    if frame["is_close_to_both"].any():
        options["filled"] = ("is_close_to_both", "close to both")
    if frame["is_allied"].any():
        options["ringed"] = ("is_allied", f"defence pact with {_either(balance, pacts)}")
    page.draw("scatter", frame, "balance-votes", title, subtitle, alt, [found], **options)


def _either(balance: Balance, pacts: pd.DataFrame) -> str:
    held = [balance.power(letter) for letter in ("a", "b") if pacts[letter].eq("yes").any()]
    return " or ".join(held)


def _labels(frame: pd.DataFrame, focus: str) -> list[str]:
    """Name the ends of both axes, and the two that stand farthest out on both at once."""
    total = frame["a"] + frame["b"]
    order = [
        *frame["a"].nlargest(2).index, *frame["b"].nlargest(2).index, *frame["a"].nsmallest(1).index,
        *frame["b"].nsmallest(2).index, *total.nlargest(2).index, *total.nsmallest(2).index,
    ]  # fmt: skip
    return [code for code in dict.fromkeys(frame.loc[order, "iso3"]) if code != focus]


def _extremes(balance: Balance, frame: pd.DataFrame, letter: str) -> str:
    most = frame.sort_values([letter, "iso3"], ascending=[False, True]).head(EXTREMES)
    least = frame.sort_values([letter, "iso3"]).iloc[0]
    who = say_list([f"{balance.name(r['iso3'])} ({say_percent(r[letter])})" for _, r in most.iterrows()])
    return f"Most like {balance.power(letter)} voted {who}, least {balance.name(least['iso3'])} ({say_percent(least[letter])})."


def _ideal(page: Page) -> None:
    balance = of(page)
    _, wide = _wide(page, "ideal")
    frame = _numbers(wide).dropna(subset=["a", "b"])
    about = _asked(page, "ideal")
    if frame.empty:
        return
    n_near = int((frame["a"] < frame["b"]).sum())
    text = (
        f"By ideal points, places on the one line that best explains all votes, {say_number(n_near)} of {say_number(len(frame))} "
        f"states stood nearer to {balance.power('a')} than to {balance.power('b')} in {say_between(about['a']['first'], about['a']['last'])}"
    )
    row = frame[frame["iso3"] == balance.focus]
    if len(row):
        a, b = float(row.iloc[0]["a"]), float(row.iloc[0]["b"])
        text += f"; {balance.name(balance.focus)} {say_number(a, 2)} from the one and {say_number(b, 2)} from the other"
    page.say(text + ".")


@section
def trade(page: Page) -> None:
    """Say whose trade leans on which power."""
    balance = of(page)
    found, wide = _wide(page, "trade")
    about = _asked(page, "trade")
    frame = _numbers(wide)
    rows: list[list[str]] = []
    tops = {}
    for letter in ("a", "b"):
        if not about[letter]["is_asked"]:
            page.gaps.append((f"Trade with {balance.power(letter)}", why(balance, about[letter])))
            continue
        known = frame.dropna(subset=[letter])
        n_large = int((known[letter] >= LEAST_SHARE).sum())
        n_none = int(frame[f"kind_{letter}"].eq("not_applicable").sum())
        n_unknown = len(frame) - len(known) - n_none
        text = (
            f"In {say_between(about[letter]['first'], about[letter]['last'])} {balance.power(letter)} had at least "
            f"{say_percent(LEAST_SHARE)} of the goods trade of {state_count(n_large)} of {say_number(len(known))} with a figure"
        )
        if n_none:
            text += f"; {state_count(n_none)} declared no trade with it"
        if n_unknown:
            text += f"; for {state_count(n_unknown)} there is no figure"
        page.say(text + ".")
        tops[letter] = known.sort_values([letter, "iso3"], ascending=[False, True]).head(TOP)
    for letter, top in tops.items():
        rows += [
            [capital(balance.power(letter)), balance.head(r["iso3"]), *_shares(r)]
            for _, r in top.iterrows()
            if r[letter] > 0
        ]
    if rows:
        year = say_spans(about.values())
        columns = ["Largest for", "State", f"With {balance.power('a')}", f"With {balance.power('b')}"]
        page.table(
            f"States whose goods trade leans most on each power, share of the state's own trade, {year}",
            columns,
            rows,
            (2, 3),
            [found],
        )


def _shares(row: pd.Series) -> list[str]:
    return [
        say_percent(row[letter])
        if pd.notna(row[letter])
        else ("none recorded" if row[f"kind_{letter}"] == "not_applicable" else "no data")
        for letter in ("a", "b")
    ]


@section
def ties(page: Page) -> None:
    """Say who needs no visa, who has a pact, who is under sanctions, and who buys arms from whom."""
    balance = of(page)
    rows, measures = [], []
    for figure in ("visas", "alliance", "arms", "sanctions"):
        found, wide = _wide(page, figure)
        about = _asked(page, figure)
        measures.append(found)
        flags = {}
        for letter in ("a", "b"):
            if not about[letter]["is_asked"]:
                page.gaps.append((f"{NAMES[figure]}, {balance.power(letter)}", why(balance, about[letter])))
                continue
            flags[letter] = wide[f"met_{letter}"] if figure == "arms" else _tied(figure, wide[letter])
        if not flags:
            continue
        cells = [_many(flags.get(letter)) for letter in ("a", "b")]
        both = flags["a"] & flags["b"] if len(flags) == 2 else None
        label = {"visas": "No visa needed either way", "arms": "A quarter or more of its arms imports"}.get(
            figure, NAMES[figure]
        )
        rows.append([label, *cells, _many(both), say_spans(about.values())])
        if both is not None:
            codes = list(wide.loc[both.fillna(False).astype(bool), "iso3"])
            if 0 < len(codes) <= NAMED:
                page.say(_both_text(balance, figure, codes))
    if rows:
        columns = ["Tie", capital(balance.power("a")), capital(balance.power("b")), "Both", "Describes"]
        caption = "How many states have each tie with each power; in brackets those of which it is not known"
        page.table(caption, columns, rows, (), measures)
    _troops(page)


def _tied(figure: str, values: pd.Series) -> pd.Series:
    """Give whether a tie stands: yes, no, or unknown; one direction known to need a visa settles that not both are free."""
    parts = values.fillna("unknown/unknown").astype(str).str.split("/")
    wanted = {"visas": all, "alliance": any, "sanctions": any}[figure]
    made: list[bool | None] = []
    for part in parts:
        if wanted is all:
            made.append(False if "no" in part else None if "unknown" in part else True)
        else:
            made.append(True if "yes" in part else None if "unknown" in part else False)
    return pd.Series(made, index=values.index, dtype="boolean")


def _many(flags: pd.Series | None) -> str:
    if flags is None:
        return "no data"
    n, unknown = int(flags.fillna(False).sum()), int(flags.isna().sum())
    return say_number(n) + (f" ({say_number(unknown)})" if unknown else "")


def _both_text(balance: Balance, figure: str, codes: list[str]) -> str:
    who = capital(named(balance, codes))
    verb = "has" if len(codes) == 1 else "have"
    return {
        "visas": f"Visa-free in both directions with both powers: {who}.",
        "alliance": f"{who} {verb} a defence pact with both.",
        "arms": f"{who} got a quarter or more of {'its' if len(codes) == 1 else 'their'} major arms from each.",
        "sanctions": f"{who} {verb} sanctions in force with both.",
    }[figure]


def _troops(page: Page) -> None:
    balance = of(page)
    for letter in ("a", "b"):
        about = _asked(page, "troops")[letter]
        if not about["is_asked"]:
            continue
        _, wide = _wide(page, "troops")
        frame = _numbers(wide).dropna(subset=[letter]).sort_values([letter, "iso3"], ascending=[False, True])
        top = say_list([f"{balance.name(r['iso3'])} ({say_number(r[letter])})" for _, r in frame.head(5).iterrows()])
        text = (
            f"{say_number(frame[letter].ge(100).sum())} states had a hundred US troops or more in "
            f"{say_between(about['first'], about['last'])}, most of them {top}."
        )
        own = frame[frame["iso3"] == balance.focus]
        if len(own) and balance.focus not in set(frame.head(5)["iso3"]):
            text += f" {balance.head(balance.focus)} had {say_number(own.iloc[0][letter])}."
        page.say(text)
    if "USA" not in (balance.a, balance.b):
        page.gaps.append(("Troops of either power abroad", "not collected (tabled for the United States only)"))
