"""Every state in one table, the focus first."""

from __future__ import annotations

import pandas as pd

from tightrope.balance.between import Balance, see
from tightrope.balance.words import NO_DATA, NONE
from tightrope.measures.between_signs import SIGNS
from tightrope.narrative.display import Html, Prose, Table
from tightrope.narrative.trace import current, recorded, standing_on
from tightrope.narrative.words import say_number
from tightrope.profile.parts import Page

SHOWN = ("votes", "trade", "visas", "alliance", "arms", "sanctions")


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
        cells = {
            (r["iso3"], r["power"], r["figure"]): _cell(
                r["figure"], r["value"], r["kind"], known[(r["power"], r["figure"])]
            )
            for r in figures.frame.to_dict("records")
        }
        ordered = classes.assign(is_focus=classes["iso3"].eq(balance.focus)).sort_values(
            ["is_focus", "name"], ascending=[False, True]
        )
        short = {"both": "both", "a": balance.a, "b": balance.b, "neither": "neither", "unknown": NO_DATA}
        rows = []
        for r in ordered.to_dict("records"):
            row = [r["iso3"], r["name"], short[r["group"]]]
            for figure in shown:
                pair = [cells.get((r["iso3"], power, figure), NO_DATA) for power in (balance.a, balance.b)]
                row += [_joined(balance, figure, pair)] if figure in ("alliance", "sanctions") else pair
            rows.append(row)
        columns = ["ISO", "State", "Close to"]
        for figure in shown:
            word = {
                "votes": "Votes",
                "trade": "Trade",
                "visas": "Visas",
                "arms": "Arms",
                "alliance": "Pact",
                "sanctions": "Sanctions",
            }[figure]
            columns += [word] if figure in ("alliance", "sanctions") else [f"{word} {balance.a}", f"{word} {balance.b}"]
        text = (
            f"All {say_number(len(rows))} states between {balance.both}, {balance.name(balance.focus)} first. Votes are the share cast alike, trade "
            f"the power's share of the state's goods trade, arms its share of the state's arms imports, all in percent. Visas say "
            "in which direction none is needed: *both*, *to* the power, *from* it, *no* in neither; a question mark stands for a "
            "direction that is not known. Pact and sanctions name the power. “none” is none recorded, “no data” not collected."
        )
        ledger = current()
        origin = ledger.origin(ground) if ledger else ""
        caption = f"Every state between {balance.both}"
        source = f"{page.source([figures])} Stored rows: {origin}."
        absent = [s for s in SIGNS if s not in shown]
        prose = Prose(recorded(text + (f" Not asked on this day: {', '.join(absent)}." if absent else "")))
    return [prose, Table(caption, columns, rows, _right(columns), source)]


def _right(columns: list[str]) -> list[int]:
    return [k for k, name in enumerate(columns) if name.split(" ")[0] in ("Votes", "Trade", "Arms")]


def _cell(figure: str, value: object, kind: object, is_asked: bool) -> str:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return NONE.split(" ")[0] if is_asked and kind == "not_applicable" else NO_DATA
    text = str(value)
    if figure in ("votes", "trade", "arms"):
        number = float(text)
        return (
            "0"
            if number == 0
            else "<0.1"
            if 0 < number < 0.05
            else f"{number:.0f}"
            if number >= 10
            else f"{number:.1f}"
        )
    if figure == "visas":
        to, back = text.split("/")
        marks = {"yes": "yes", "no": "no", "unknown": "?"}
        known = {"yesyes": "both", "nono": "no", "yesno": "to", "noyes": "from"}
        return known.get(to + back, f"{'to' if to == 'yes' else marks[to]}/{'from' if back == 'yes' else marks[back]}")
    return text


def _joined(balance: Balance, figure: str, pair: list[str]) -> str:
    if figure == "sanctions":
        pair = [NO_DATA if p == NO_DATA else "yes" if "yes" in p else "no" for p in pair]
    held = [power for power, cell in zip((balance.a, balance.b), pair, strict=True) if cell == "yes"]
    if not held:
        return NO_DATA if NO_DATA in pair else "no"
    return "both" if len(held) == 2 else held[0]
