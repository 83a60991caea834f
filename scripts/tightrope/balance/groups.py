"""Who is close to both powers, to one, to neither: the rule, the lists, and what other thresholds would give."""

from __future__ import annotations

import pandas as pd

from tightrope.balance.between import of, say_former, see
from tightrope.balance.overview import counts_of
from tightrope.balance.words import NAMES, SHORT, capital, named, say_missing_signs, say_spans, state_count, why
from tightrope.measures import Measure
from tightrope.measures.between_signs import CLASSES, SIGNS, Rule
from tightrope.narrative.words import say_list, say_number, say_percent
from tightrope.profile.parts import Page, section

SIGNED = (*SIGNS, "sanctions")
# What each other choice changes, in words.
CHOICES = {
    "rule": "The rule",
    "one_sign": "One sign is enough",
    "three_signs": "Three signs are needed",
    "trade_low": "Trade from {low}",
    "trade_high": "Trade from {high}",
    "arms_high": "Arms from {half}",
    "visas_to": "Visa-free going to the power is enough",
    "visas_either": "Visa-free in either direction is enough",
    "eta_is_visa": "An electronic authorisation counts as a visa",
    "sanctions_bar": "A sanction rules closeness out",
    "sanctions_ignored": "Sanctions are left out",
    **{f"without_{sign}": f"Without the sign of {word}" for sign, word in SHORT.items()},
}


@section
def groups(page: Page) -> None:
    """Say the rule, list every group, and show how far the counts rest on the thresholds."""
    classes = see(page, "between_classes", SIGNED)
    asked = see(page, "between_asked", SIGNED)
    _rule(page, asked)
    first = asked.frame.loc[asked.frame["figure"] == "votes", "first"].dropna()
    if len(first):
        say_former(page, int(first.min()))
    _lists(page, classes)
    _sensitivity(page)


def _rule(page: Page, asked: Measure) -> None:
    balance, rule = of(page), Rule()
    page.say(
        f"Five signs are asked of every state and each power. A sanction in force between the two, either way, takes one sign "
        f"away. A state is *close* to a power when at least {('one', 'two', 'three')[rule.least - 1]} signs are left. Where what "
        "is missing could change the answer the state is counted under *no data*, never under *neither*. These are choices, and "
        "the table at the end of this section shows what others would give."
    )
    rows = []
    for sign in SIGNS:
        mine = asked.frame[asked.frame["figure"] == sign].set_index("power")
        about = [mine.loc[[power]].iloc[0] for power in (balance.a, balance.b)]
        edges = [float(row["threshold"]) for row in about]
        cells = [_known(row) for row in about]
        rows.append([NAMES[sign], _wanted(sign, edges, rule), *cells, say_spans(about)])
    columns = ["Sign", "Holds when", capital(balance.power("a")), capital(balance.power("b")), "Describes"]
    page.table("The five signs, and for how many states each is known and holds", columns, rows, (), [asked])
    for power in (balance.a, balance.b):
        mine = asked.frame[
            (asked.frame["power"] == power) & asked.frame["figure"].isin(SIGNS) & ~asked.frame["is_asked"]
        ]
        for _, row in mine.iterrows():
            page.gaps.append(
                (f"{NAMES[row['figure']]} with {balance.name(power)}, not asked of any state", why(balance, row))
            )


def _known(row: pd.Series) -> str:
    if not row["is_asked"]:
        return "not asked"
    return f"{say_number(row['n_met'])} of {say_number(row['n_known'])}"


def _wanted(sign: str, edges: list[float], rule: Rule) -> str:
    if sign == "votes":
        medians = " and ".join(say_percent(edge, 1) for edge in edges if pd.notna(edge))
        return (
            f"alike at least as often as for the median state ({medians})"
            if medians
            else "alike at least as often as for the median state"
        )
    return {
        "trade": f"the power has at least {say_percent(rule.trade_pct)} of the state's goods trade",
        "visas": "citizens of neither need a visa for the other; an electronic authorisation counts as none",
        "alliance": "a defence pact on the ATOP list",
        "arms": f"the power delivered at least {say_percent(rule.arms_pct)} of its imports of major arms in ten years",
    }[sign]


def _lists(page: Page, classes: Measure) -> None:
    balance, counts = of(page), counts_of(classes)
    rows = []
    for group in CLASSES:
        mine = classes.frame[classes.frame["group"] == group]
        if group == "unknown" and mine.empty:
            continue
        if group == "unknown":
            who = "; ".join(f"{balance.head(r['iso3'])} ({say_missing_signs(balance, r)})" for _, r in mine.iterrows())
        else:
            who = capital(named(balance, list(mine["iso3"]))) if len(mine) else "no state"
        rows.append([capital(balance.group(group)), say_number(counts[group]), who])
    page.table("Every state between the two powers, by group", ["Group", "States", "Who"], rows, (1,), [classes])
    row = classes.frame[classes.frame["iso3"] == balance.focus].iloc[0]
    parts = []
    for letter in ("a", "b"):
        signs = [SHORT[s] for s in str(row[f"signs_{letter}"]).split(", ") if s]
        held = (
            f"the signs that hold are {say_list(signs)}"
            if len(signs) > 1
            else f"the sign that holds is {''.join(signs)}"
        )
        text = f"with {balance.power(letter)} {held}" if signs else f"with {balance.power(letter)} no sign holds"
        if pd.notna(row[f"has_sanctions_{letter}"]) and row[f"has_sanctions_{letter}"]:
            text += ", and a sanction in force takes one away"
        parts.append(text)
    page.say(f"For {balance.name(balance.focus)}, {parts[0]}; {parts[1]}.")


def _sensitivity(page: Page) -> None:
    balance = of(page)
    found = see(page, "between_sensitivity", SIGNED, focus=balance.focus)
    frame = found.frame
    own, others = frame.iloc[0], frame.iloc[1:]
    shares = {"low": say_percent(5.0), "high": say_percent(20.0), "half": say_percent(50.0)}
    rows = []
    for _, row in frame.iterrows():
        counts = [say_number(row[f"n_{group}"]) for group in CLASSES]
        changed = "" if row["rule"] == "rule" else say_number(row["n_other"])
        rows.append([CHOICES[row["rule"]].format(**shares), *counts, changed, balance.group(row["group_of_focus"])])
    same = int((others["group_of_focus"] == own["group_of_focus"]).sum())
    where = balance.group(own["group_of_focus"]) if own["group_of_focus"] != "unknown" else "not to be placed"
    low, high = (
        others.iloc[int(others["n_both"].to_numpy().argmin())],
        others.iloc[int(others["n_both"].to_numpy().argmax())],
    )
    page.say(
        f"Under {say_number(len(others))} other choices, each changing one thing, the number of states close to both runs from "
        f"{say_number(low['n_both'])} to {say_number(high['n_both'])}, against {say_number(own['n_both'])} by the rule; "
        f"{balance.name(balance.focus)} is {where} under {say_number(same)} of them, as by the rule. "
        + (f"By the rule {state_count(int(own['n_unknown']))} could not be placed." if own["n_unknown"] else "")
    )
    columns = [
        "Choice",
        "Both",
        f"{balance.a} only",
        f"{balance.b} only",
        "Neither",
        "No data",
        "Moved",
        capital(balance.name(balance.focus)),
    ]
    caption = "What other choices would give: states in each group, and how many change theirs"
    page.table(caption, columns, rows, (1, 2, 3, 4, 5, 6), [found])
