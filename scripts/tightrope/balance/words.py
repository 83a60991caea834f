"""The figures and signs of a balance in words, and cells that say a figure or which nothing it is."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from tightrope.balance.between import Balance
from tightrope.language import N_, nt, pt, t
from tightrope.measures import Missing, MissingKind
from tightrope.narrative.words import say_date, say_list, say_number, say_percent, say_year
from tightrope.profile.parts import say_missing

NAMES = {
    "votes": N_("UN votes cast alike"),
    "ideal": N_("Distance of ideal points"),
    "trade": N_("Share of its goods trade"),
    "visas": N_("No visa needed"),
    "alliance": N_("Defence pact"),
    "arms": N_("Share of its arms imports"),
    "troops": N_("US troops"),
    "sanctions": N_("Sanctions in force"),
}
SHORT = {
    "votes": N_("votes"), "trade": N_("trade"), "visas": N_("visas"), "alliance": N_("defence pact"), "arms": N_("arms"),
}  # fmt: skip


def say_between(first: object, last: object) -> str:
    """Give ``2020``, ``2020 to 2024`` or ``31 December 2024``; nothing for what describes no day."""
    if first is None or pd.isna(first):  # type: ignore[call-overload]  # the stubs know no plain object
        return ""
    one, other = ((say_date if len(str(x)) == 10 else say_year)(str(x)) for x in (first, last))
    return one if str(first) == str(last) else t("{first} to {last}", first=one, last=other)


def say_spans(rows: Iterable[pd.Series]) -> str:
    """Give what several rows of ``between_asked`` describe, each span once."""
    spans = dict.fromkeys((str(row["first"]), str(row["last"])) for row in rows if row["is_asked"])
    return "; ".join(say_between(first, last) for first, last in spans)


def say_figure(figure: str, value: object, kind: object, is_asked: bool = True) -> str:
    """Give one figure of one state with one power as a cell; missing says which nothing it is.

    ``value`` is as ``between_figures`` gives it: a number as text, or ``yes`` and ``no`` joined by a stroke.
    """
    if value is None or pd.isna(value):  # type: ignore[call-overload]  # the stubs know no plain object
        return t("none recorded") if is_asked and kind == "not_applicable" else t("no data")
    text = str(value)
    if figure in ("votes", "trade", "arms"):
        return say_percent(float(text))
    if figure == "ideal":
        return say_number(float(text), 2)
    if figure == "troops":
        return say_number(float(text))
    if figure == "visas":
        return _say_visas(*text.split("/"))
    if figure == "sanctions":
        by, on = text.split("/")
        known = {
            "nono": pt("sanctions", "none"), "yesno": pt("sanctions", "its own"), "noyes": pt("sanctions", "on it"),
            "yesyes": t("both ways"),
        }  # fmt: skip
        return known.get(by + on, t("no data"))
    return {"yes": pt("answer", "yes"), "no": pt("answer", "no")}.get(text, text)


def _say_visas(to: str, back: str) -> str:
    known = {
        "yesyes": N_("both ways"),
        "nono": N_("neither way"),
        "yesno": N_("going only"),
        "noyes": N_("coming only"),
        "unknownyes": N_("coming; going not known"),
        "yesunknown": N_("going; coming not known"),
        "nounknown": N_("not going; coming not known"),
        "unknownno": N_("not coming; going not known"),
    }
    return t(known[to + back])


def say_signs(signs: str) -> str:
    """Give ``votes, visas and arms`` for names of signs joined by commas; ``none`` for none."""
    return say_list([t(SHORT[sign]) for sign in signs.split(", ")]) if signs else pt("signs", "none")


def say_missing_signs(balance: Balance, row: pd.Series) -> str:
    """Give ``visas with Russia`` for the signs of a state that no table answers."""
    parts = [
        t("{signs} with {power}", signs=say_signs(row[f"unknown_{letter}"]), power=balance.power(letter))
        for letter in ("a", "b")
        if row[f"unknown_{letter}"]
    ]
    return "; ".join(parts)


def state_count(n: int) -> str:
    """Give ``no state``, ``one state`` or ``12 states``."""
    if n == 0:
        return t("no state")
    return t("one state") if n == 1 else nt("{number} state", "{number} states", n, number=say_number(n))


def whole_percent(value: float) -> str:
    """Give a percentage without decimals and without a mark, for the text that stands in place of a chart."""
    return t("{number}%", number=f"{value:.0f}")


def named(balance: Balance, codes: list[str]) -> str:
    """Give the names of states in alphabetical order, as inside a sentence."""
    return say_list(sorted((balance.name(code) for code in codes), key=lambda n: n.removeprefix("the ")))


def capital(text: str) -> str:
    """Set the first letter large."""
    return text[:1].upper() + text[1:]


def why(balance: Balance, about: pd.Series) -> str:
    """Say why a figure is not asked: which kind of nothing, with the names of states and tables in words."""
    return say_missing(balance, Missing(MissingKind(about["kind"]), about["detail"]))
