"""Every state in one table, the focus first."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tightrope.balance.between import Balance, see
from tightrope.language import N_, pt, t, written
from tightrope.measures.between_signs import SIGNS
from tightrope.narrative.display import Html, Prose, Table
from tightrope.narrative.names import local_names
from tightrope.narrative.trace import current, recorded, standing_on
from tightrope.narrative.words import say_number
from tightrope.profile.parts import Page

HEADS = {
    "votes": N_("Votes"), "trade": N_("Trade"), "visas": N_("Visas"), "alliance": N_("Pact"), "arms": N_("Arms"),
    "sanctions": N_("Sanctions"),
}  # fmt: skip
SHOWN = tuple(HEADS)
NUMERIC = ("votes", "trade", "arms")
# The signs, as the line says them that are not asked.
ABSENT = {
    "votes": N_("votes"), "trade": N_("trade"), "visas": N_("visas"), "alliance": N_("alliance"), "arms": N_("arms"),
}  # fmt: skip
# Figures whose one column names the power.
JOINED = ("alliance", "sanctions")


def annex(balance: Balance) -> list[Prose | Html | Table]:
    """Give the table of all states, and how its cells are to be read.

    Its numbers are the measures' own and are not listed one by one: the line under the table names their rows.
    """
    with standing_on("every state") as ground:
        page = Page(balance)
        figures = see(page, "between_figures", SHOWN)
        classes = see(page, "between_classes", SHOWN).frame
        asked = see(page, "between_asked", SHOWN).frame
        known = {(r["power"], r["figure"]): bool(r["is_asked"]) for _, r in asked.iterrows()}
        shown = [f for f in SHOWN if any(known[(p, f)] for p in (balance.a, balance.b))]
        held = {(r["iso3"], r["power"], r["figure"]): r for r in figures.frame.to_dict("records")}
        names = local_names(balance.evidence)
        ordered = classes.assign(
            is_focus=classes["iso3"].eq(balance.focus), name=classes["iso3"].map(names)
        ).sort_values(["is_focus", "name"], ascending=[False, True])
        short = {
            "both": pt("powers", "both"), "a": balance.a, "b": balance.b, "neither": pt("powers", "neither"),
            "unknown": t("no data"),
        }  # fmt: skip
        rows = []
        for r in ordered.to_dict("records"):
            row = [r["iso3"], r["name"], short[r["group"]]]
            for figure in shown:
                pair = {power: held.get((r["iso3"], power, figure)) for power in (balance.a, balance.b)}
                if figure in JOINED:
                    row.append(_joined(figure, {p: _value(one) for p, one in pair.items()}))
                else:
                    row += [_cell(figure, one, known[(power, figure)]) for power, one in pair.items()]
            rows.append(row)
        columns, right = [t("ISO"), t("State"), t("Close to")], []
        for figure in shown:
            heads = [t(HEADS[figure])]
            if figure not in JOINED:
                heads = [t("{figure} {power}", figure=t(HEADS[figure]), power=p) for p in (balance.a, balance.b)]
            if figure in NUMERIC:
                right += [len(columns), len(columns) + 1]
            columns += heads
        text = t(
            "All {n} states between {both}, {focus} first. Votes are the share cast alike, trade the power's share of the state's "
            "goods trade, arms its share of the state's arms imports, all in percent. Visas say in which direction none is needed: "
            "*both*, *to* the power, *from* it, *no* in neither; a question mark stands for a direction that is not known. Pact and "
            "sanctions name the power. “none” is none recorded, “no data” not collected.",
            n=say_number(len(rows)), both=balance.both, focus=balance.name(balance.focus),
        )  # fmt: skip
        absent = [t(ABSENT[s]) for s in SIGNS if s not in shown]
        if absent:
            text += " " + t("Not asked on this day: {signs}.", signs=", ".join(absent))
        ledger = current()
        source = t(
            "{source} Stored rows: {origin}.",
            source=page.source([figures]),
            origin=ledger.origin(ground) if ledger else "",
        )
        caption = t("Every state between {both}", both=balance.both)
        prose = Prose(recorded(text))
    return [prose, Table(caption, columns, rows, right, source)]


def _value(row: dict[Any, Any] | None) -> str | None:
    return None if row is None or pd.isna(row["value"]) else str(row["value"])


def _cell(figure: str, row: dict[Any, Any] | None, is_asked: bool) -> str:
    text = _value(row)
    if text is None:
        is_none = row is not None and is_asked and row["kind"] == "not_applicable"
        return pt("none recorded", "none") if is_none else t("no data")
    if figure == "visas":
        return _visas(*text.split("/"))
    number = float(text)
    if number == 0:
        return "0"
    if 0 < number < 0.05:
        return f"<{written('0.1')}"
    return written(f"{number:.0f}" if number >= 10 else f"{number:.1f}")


def _visas(to: str, back: str) -> str:
    known = {
        "yesyes": pt("visa", "both"),
        "nono": pt("visa", "no"),
        "yesno": pt("visa", "to"),
        "noyes": pt("visa", "from"),
    }
    one = {"yes": pt("visa", "to"), "no": pt("visa", "no"), "unknown": "?"}[to]
    other = {"yes": pt("visa", "from"), "no": pt("visa", "no"), "unknown": "?"}[back]
    return known.get(to + back, f"{one}/{other}")


def _joined(figure: str, values: dict[str, str | None]) -> str:
    """Name the power that a tie stands with; an unknown one is no data unless the other's stands."""
    is_held = {
        power: None if value is None else ("yes" in value if figure == "sanctions" else value == "yes")
        for power, value in values.items()
    }
    held = [power for power, one in is_held.items() if one]
    if not held:
        return t("no data") if None in is_held.values() else pt("answer", "no")
    return pt("powers", "both") if len(held) == 2 else held[0]
