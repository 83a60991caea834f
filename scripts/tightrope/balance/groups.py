"""Who is close to both powers, to one, to neither: the rule, the lists, and what other thresholds would give."""

from __future__ import annotations

import pandas as pd

from tightrope.balance.between import of, say_former, see
from tightrope.balance.overview import counts_of
from tightrope.balance.words import NAMES, SHORT, capital, named, say_missing_signs, say_spans, state_count, why
from tightrope.language import N_, pt, t
from tightrope.measures import Measure
from tightrope.measures.between_signs import CLASSES, SIGNS, Rule
from tightrope.narrative.words import say_list, say_number, say_percent
from tightrope.profile.parts import Page, section

SIGNED = (*SIGNS, "sanctions")
# What each other choice changes, in words.
CHOICES = {
    "rule": N_("The rule"),
    "one_sign": N_("One sign is enough"),
    "three_signs": N_("Three signs are needed"),
    "trade_low": N_("Trade from {low}"),
    "trade_high": N_("Trade from {high}"),
    "arms_high": N_("Arms from {half}"),
    "visas_to": N_("Visa-free going to the power is enough"),
    "visas_either": N_("Visa-free in either direction is enough"),
    "eta_is_visa": N_("An electronic authorisation counts as a visa"),
    "sanctions_bar": N_("A sanction rules closeness out"),
    "sanctions_ignored": N_("Sanctions are left out"),
    "without_votes": N_("Without the sign of votes"),
    "without_trade": N_("Without the sign of trade"),
    "without_visas": N_("Without the sign of visas"),
    "without_alliance": N_("Without the sign of defence pact"),
    "without_arms": N_("Without the sign of arms"),
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
    least = (pt("at least", "one"), pt("at least", "two"), pt("at least", "three"))[rule.least - 1]
    page.say(
        t(
            "Five signs are asked of every state and each power. A sanction in force between the two, either way, takes one sign away. "
            "A state is *close* to a power when at least {least} signs are left. Where what is missing could change the answer the "
            "state is counted under *no data*, never under *neither*. These are choices, and the table at the end of this section "
            "shows what others would give.",
            least=least,
        )
    )
    rows = []
    for sign in SIGNS:
        mine = asked.frame[asked.frame["figure"] == sign].set_index("power")
        about = [mine.loc[[power]].iloc[0] for power in (balance.a, balance.b)]
        edges = [float(row["threshold"]) for row in about]
        cells = [_known(row) for row in about]
        rows.append([t(NAMES[sign]), _wanted(sign, edges, rule), *cells, say_spans(about)])
    columns = [
        t("Sign"), t("Holds when"), capital(balance.power("a")), capital(balance.power("b")), t("Describes"),
    ]  # fmt: skip
    page.table(t("The five signs, and for how many states each is known and holds"), columns, rows, (), [asked])
    for power in (balance.a, balance.b):
        mine = asked.frame[
            (asked.frame["power"] == power) & asked.frame["figure"].isin(SIGNS) & ~asked.frame["is_asked"]
        ]
        for _, row in mine.iterrows():
            name = NAMES[row["figure"]]
            what = t(
                "{figure} with {power}, not asked of any state",
                figure=t(name),
                power=balance.name(power),
            )
            page.gaps.append((what, why(balance, row)))


def _known(row: pd.Series) -> str:
    if not row["is_asked"]:
        return t("not asked")
    return pt("count", "{n} of {of}", n=say_number(row["n_met"]), of=say_number(row["n_known"]))


def _wanted(sign: str, edges: list[float], rule: Rule) -> str:
    if sign == "votes":
        medians = [say_percent(edge, 1) for edge in edges if pd.notna(edge)]
        if not medians:
            return t("alike at least as often as for the median state")
        return t("alike at least as often as for the median state ({medians})", medians=say_list(medians))
    return {
        "trade": t("the power has at least {share} of the state's goods trade", share=say_percent(rule.trade_pct)),
        "visas": t("citizens of neither need a visa for the other; an electronic authorisation counts as none"),
        "alliance": t("a defence pact on the ATOP list"),
        "arms": t(
            "the power delivered at least {share} of its imports of major arms in ten years",
            share=say_percent(rule.arms_pct),
        ),
    }[sign]


def _lists(page: Page, classes: Measure) -> None:
    balance, counts = of(page), counts_of(classes)
    rows = []
    for group in CLASSES:
        mine = classes.frame[classes.frame["group"] == group]
        if group == "unknown" and mine.empty:
            continue
        if group == "unknown":
            who = "; ".join(
                t("{state} ({signs})", state=balance.head(r["iso3"]), signs=say_missing_signs(balance, r))
                for _, r in mine.iterrows()
            )
        else:
            who = capital(named(balance, list(mine["iso3"]))) if len(mine) else t("no state")
        rows.append([capital(balance.group(group)), say_number(counts[group]), who])
    columns = [t("Group"), t("States"), t("Who")]
    page.table(t("Every state between the two powers, by group"), columns, rows, (1,), [classes])
    row = classes.frame[classes.frame["iso3"] == balance.focus].iloc[0]
    parts = []
    for letter in ("a", "b"):
        signs = [t(SHORT[s]) for s in str(row[f"signs_{letter}"]).split(", ") if s]
        fields = {"power": balance.power(letter), "signs": say_list(signs)}
        if len(signs) > 1:
            text = t("with {power} the signs that hold are {signs}", **fields)
        elif signs:
            text = t("with {power} the sign that holds is {signs}", **fields)
        else:
            text = t("with {power} no sign holds", power=balance.power(letter))
        if pd.notna(row[f"has_sanctions_{letter}"]) and row[f"has_sanctions_{letter}"]:
            text = t("{signs}, and a sanction in force takes one away", signs=text)
        parts.append(text)
    page.say(t("For {state}, {with_a}; {with_b}.", state=balance.name(balance.focus), with_a=parts[0], with_b=parts[1]))


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
        choice = CHOICES[row["rule"]]
        rows.append([t(choice, **shares), *counts, changed, balance.group(row["group_of_focus"])])
    same = int((others["group_of_focus"] == own["group_of_focus"]).sum())
    low, high = (
        others.iloc[int(others["n_both"].to_numpy().argmin())],
        others.iloc[int(others["n_both"].to_numpy().argmax())],
    )
    text = t(
        "Under {n} other choices, each changing one thing, the number of states close to both runs from {low} to {high}, against "
        "{own} by the rule; {state} is {where} under {n_same} of them, as by the rule.",
        n=say_number(len(others)), low=say_number(low["n_both"]), high=say_number(high["n_both"]), own=say_number(own["n_both"]),
        state=balance.name(balance.focus), where=balance.where(own["group_of_focus"]), n_same=say_number(same),
    )  # fmt: skip
    if own["n_unknown"]:
        text += " " + t("By the rule {states} could not be placed.", states=state_count(int(own["n_unknown"])))
    page.say(text)
    columns = [
        t("Choice"), pt("states close to", "Both"), t("{power} only", power=balance.a), t("{power} only", power=balance.b),
        pt("states close to", "Neither"), t("No data"), t("Moved"), capital(balance.name(balance.focus)),
    ]  # fmt: skip
    caption = t("What other choices would give: states in each group, and how many change theirs")
    page.table(caption, columns, rows, (1, 2, 3, 4, 5, 6), [found])
