"""Votes, trade, visas, pacts, sanctions, arms and troops: who stands where with each power."""

from __future__ import annotations

import pandas as pd

from tightrope.balance.between import Balance, of, see
from tightrope.balance.words import NAMES, capital, named, say_between, say_spans, state_count, why
from tightrope.language import N_, nt, pt, t
from tightrope.measures import Measure
from tightrope.measures.between_signs import SIGNS
from tightrope.narrative.names import local_names
from tightrope.narrative.words import say_list, say_number, say_percent
from tightrope.profile.parts import Page, section

NAMED = 12
EXTREMES = 3
TOP = 6
LEAST_SHARE = 10.0
FOCUS = "#1a1a1a"
TIES = {
    **NAMES, "visas": N_("No visa needed either way"), "arms": N_("A quarter or more of its arms imports"),
}  # fmt: skip


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
        page.gaps.append(
            (t("Votes with both powers"), t("not collected (no state has enough votes together with each)"))
        )
        return
    about = _asked(page, "votes")
    years = say_between(about["a"]["first"], about["a"]["last"])
    differ = about["a"]["first"] != about["b"]["first"]
    n, n_more = len(frame), int((frame["b"] > frame["a"]).sum())
    n_more_a = int((frame["a"] > frame["b"]).sum())
    letter, n_with = ("b", n_more) if n_more >= n_more_a else ("a", n_more_a)
    less = balance.power("a" if letter == "b" else "b")
    said = [
        t(
            "From {years}, {n_with} of {n} states cast their votes in the UN General Assembly more often like {more} than like {less}, "
            "an abstention against a yes or a no counting half.",
            years=years, n_with=say_number(n_with), n=say_number(n), more=balance.power(letter), less=less,
        ),
        _extremes(balance, frame, "a"),
        _extremes(balance, frame, "b"),
    ]  # fmt: skip
    if differ:
        span = say_spans([about["b"]])
        said.append(t("The votes with {power} are those of {years}.", power=balance.power("b"), years=span))
    page.say(" ".join(said))
    _ideal(page)
    classes = see(page, "between_classes", (*SIGNS, "sanctions")).frame.set_index("iso3")["group"]
    names = local_names(balance.evidence)
    _, pacts = _wide(page, "alliance")
    pacts = pacts.set_index("iso3")
    allied = pacts["a"].eq("yes") | pacts["b"].eq("yes")
    frame["name"] = frame["iso3"].map(names)
    frame["is_close_to_both"] = frame["iso3"].map(classes).eq("both")
    frame["is_allied"] = frame["iso3"].map(allied).fillna(False).astype(bool)
    row = frame[frame["iso3"] == balance.focus]
    title = t(
        "{n_with} of {n} states voted more often with {more} than with {less}",
        n_with=say_number(n_with), n=say_number(n), more=balance.power(letter), less=less,
    )  # fmt: skip
    subtitle = t(
        "Share of UN General Assembly votes cast alike, percent, an abstention counting half, {years}; {n} states",
        years=years, n=n,
    )  # fmt: skip
    low, high = frame.iloc[int(frame["a"].to_numpy().argmin())], frame.iloc[int(frame["a"].to_numpy().argmax())]
    alt = t(
        "Scatter chart of {n} states: agreement with {a} across, with {b} upwards. {high} agrees most with {a} ({high_a}; {high_b} "
        "with the other), {low} least ({low_a}; {low_b}).",
        n=n, a=balance.power("a"), b=balance.power("b"), high=balance.head(high["iso3"]), high_a=say_percent(high["a"]),
        high_b=say_percent(high["b"]), low=balance.name(low["iso3"]), low_a=say_percent(low["a"]), low_b=say_percent(low["b"]),
    )  # fmt: skip
    if len(row):
        own = [say_percent(row.iloc[0][side]) for side in ("a", "b")]
        alt += " " + t("{state}: {one} and {other}.", state=balance.head(balance.focus), one=own[0], other=own[1])
    x_label, y_label = (t("agrees with {power}", power=balance.power(side)) for side in ("a", "b"))
    options = {
        "x": "a", "y": "b", "x_label": x_label, "y_label": y_label,
        "focus": [balance.focus] if len(row) else [], "label": _labels(frame, balance.focus), "colours": {balance.focus: FOCUS}, "height": 3.7,
    }  # fmt: skip
    if frame["is_close_to_both"].any():
        options["filled"] = ("is_close_to_both", t("close to both"))
    if frame["is_allied"].any():
        options["ringed"] = ("is_allied", t("defence pact with {name}", name=_either(balance, pacts)))
    page.draw("scatter", frame, "balance-votes", title, subtitle, alt, [found], **options)


def _either(balance: Balance, pacts: pd.DataFrame) -> str:
    held = [balance.power(letter) for letter in ("a", "b") if pacts[letter].eq("yes").any()]
    return t("{one} or {other}", one=held[0], other=held[1]) if len(held) == 2 else "".join(held)


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
    who = say_list([_with(balance, r["iso3"], say_percent(r[letter])) for _, r in most.iterrows()])
    return t(
        "Most like {power} voted {who}, least {least}.",
        power=balance.power(letter), who=who, least=_with(balance, least["iso3"], say_percent(least[letter])),
    )  # fmt: skip


def _with(balance: Balance, iso3: str, number: str) -> str:
    return t("{state} ({value})", state=balance.name(iso3), value=number)


def _ideal(page: Page) -> None:
    balance = of(page)
    _, wide = _wide(page, "ideal")
    frame = _numbers(wide).dropna(subset=["a", "b"])
    about = _asked(page, "ideal")
    if frame.empty:
        return
    n_near = int((frame["a"] < frame["b"]).sum())
    fields = {
        "n": say_number(n_near), "of": say_number(len(frame)), "a": balance.power("a"), "b": balance.power("b"),
        "years": say_between(about["a"]["first"], about["a"]["last"]),
    }  # fmt: skip
    row = frame[frame["iso3"] == balance.focus]
    if len(row):
        text = t(
            "By ideal points, places on the one line that best explains all votes, {n} of {of} states stood nearer to {a} than to {b} "
            "in {years}; {state} {to_a} from the one and {to_b} from the other.",
            state=balance.name(balance.focus), to_a=say_number(float(row.iloc[0]["a"]), 2),
            to_b=say_number(float(row.iloc[0]["b"]), 2), **fields,
        )  # fmt: skip
    else:
        text = t(
            "By ideal points, places on the one line that best explains all votes, {n} of {of} states stood nearer to {a} than to {b} "
            "in {years}.",
            **fields,
        )
    page.say(text)


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
            page.gaps.append((t("Trade with {power}", power=balance.power(letter)), why(balance, about[letter])))
            continue
        known = frame.dropna(subset=[letter])
        n_large = int((known[letter] >= LEAST_SHARE).sum())
        n_none = int(frame[f"kind_{letter}"].eq("not_applicable").sum())
        n_unknown = len(frame) - len(known) - n_none
        clauses = [
            t(
                "In {years} {power} had at least {share} of the goods trade of {states} of {n} with a figure",
                years=say_between(about[letter]["first"], about[letter]["last"]), power=balance.power(letter),
                share=say_percent(LEAST_SHARE), states=state_count(n_large), n=say_number(len(known)),
            )
        ]  # fmt: skip
        if n_none:
            clauses.append(t("{states} declared no trade with it", states=state_count(n_none)))
        if n_unknown:
            clauses.append(t("for {states} there is no figure", states=state_count(n_unknown)))
        page.say(t("{sentence}.", sentence="; ".join(clauses)))
        tops[letter] = known.sort_values([letter, "iso3"], ascending=[False, True]).head(TOP)
    for letter, top in tops.items():
        rows += [
            [capital(balance.power(letter)), balance.head(r["iso3"]), *_shares(r)]
            for _, r in top.iterrows()
            if r[letter] > 0
        ]
    if rows:
        year = say_spans(about.values())
        columns = [t("Largest for"), t("State"), *(t("With {power}", power=balance.power(side)) for side in ("a", "b"))]
        caption = t(
            "States whose goods trade leans most on each power, share of the state's own trade, {years}", years=year
        )
        page.table(caption, columns, rows, (2, 3), [found])


def _shares(row: pd.Series) -> list[str]:
    return [
        say_percent(row[letter])
        if pd.notna(row[letter])
        else (t("none recorded") if row[f"kind_{letter}"] == "not_applicable" else t("no data"))
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
                what = t("{figure}, {power}", figure=t(NAMES[figure]), power=balance.power(letter))
                page.gaps.append((what, why(balance, about[letter])))
                continue
            flags[letter] = wide[f"met_{letter}"] if figure == "arms" else _tied(figure, wide[letter])
        if not flags:
            continue
        cells = [_many(flags.get(letter)) for letter in ("a", "b")]
        both = flags["a"] & flags["b"] if len(flags) == 2 else None
        rows.append([t(TIES[figure]), *cells, _many(both), say_spans(about.values())])
        if both is not None:
            codes = list(wide.loc[both.fillna(False).astype(bool), "iso3"])
            if 0 < len(codes) <= NAMED:
                page.say(_both_text(balance, figure, codes))
    if rows:
        columns = [
            t("Tie"), capital(balance.power("a")), capital(balance.power("b")), pt("ties with", "Both"), t("Describes"),
        ]  # fmt: skip
        caption = t("How many states have each tie with each power; in brackets those of which it is not known")
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
        return t("no data")
    n, unknown = int(flags.fillna(False).sum()), int(flags.isna().sum())
    return say_number(n) + (f" ({say_number(unknown)})" if unknown else "")


def _both_text(balance: Balance, figure: str, codes: list[str]) -> str:
    who, n = capital(named(balance, codes)), len(codes)
    if figure == "visas":
        return t("Visa-free in both directions with both powers: {who}.", who=who)
    if figure == "alliance":
        return nt("{who} has a defence pact with both.", "{who} have a defence pact with both.", n, who=who)
    if figure == "arms":
        return nt(
            "{who} got a quarter or more of its major arms from each.",
            "{who} got a quarter or more of their major arms from each.",
            n, who=who,
        )  # fmt: skip
    return nt("{who} has sanctions in force with both.", "{who} have sanctions in force with both.", n, who=who)


def _troops(page: Page) -> None:
    balance = of(page)
    for letter in ("a", "b"):
        about = _asked(page, "troops")[letter]
        if not about["is_asked"]:
            continue
        _, wide = _wide(page, "troops")
        frame = _numbers(wide).dropna(subset=[letter]).sort_values([letter, "iso3"], ascending=[False, True])
        top = say_list([_with(balance, r["iso3"], say_number(r[letter])) for _, r in frame.head(5).iterrows()])
        text = t(
            "{n} states had a hundred US troops or more in {years}, most of them {top}.",
            n=say_number(frame[letter].ge(100).sum()), years=say_between(about["first"], about["last"]), top=top,
        )  # fmt: skip
        own = frame[frame["iso3"] == balance.focus]
        if len(own) and balance.focus not in set(frame.head(5)["iso3"]):
            text += " " + t("{state} had {n}.", state=balance.head(balance.focus), n=say_number(own.iloc[0][letter]))
        page.say(text)
    if "USA" not in (balance.a, balance.b):
        page.gaps.append((t("Troops of either power abroad"), t("not collected (tabled for the United States only)")))
