"""The signs of good terms in words: what each is called, and what exactly was asked of every state."""

from __future__ import annotations

import re
from functools import cache

from tightrope.language import N_, t, written
from tightrope.measures.uniqueness_predicates import MIN_TROOPS, TOP

# By the predicate's name in the measure; {a} and {b} are the two powers.
TITLES = {
    "ally_a": N_("defence treaty with {a}"),
    "troops_a": N_("{n} or more troops of {a}"),
    "visa_free_to_a": N_("visa-free to {a}"),
    "visa_free_to_b": N_("visa-free to {b}"),
    "visa_free_with_a": N_("visa-free both ways with {a}"),
    "visa_free_with_b": N_("visa-free both ways with {b}"),
    "no_sanctions_b": N_("no sanctions on {b} in {year}"),
    "votes_with_a": N_("votes with {a} at or above the median"),
    "votes_with_b": N_("votes with {b} at or above the median"),
    "near_a": N_("nearer to {a} than the median in ideal points"),
    "near_b": N_("nearer to {b} than the median in ideal points"),
    "top20_a": N_("among the {n} largest trade partners of {a}"),
    "top20_b": N_("among the {n} largest trade partners of {b}"),
    "no_border_b": N_("no land border with {b}"),
}
# What was asked, as the measure says it, with the parts that change from day to day.
ASKED = (
    N_("defence pact with {code} on the ATOP list, {year}"),
    N_("{n} or more US troops, {year}"),
    N_("own citizens visa-free to {code} on {date}, an electronic authorisation counted as visa-free"),
    N_("own citizens visa-free to {code} on {date}, an electronic authorisation counted as a visa"),
    N_("visa-free both ways with {code} on {date}, an electronic authorisation counted as visa-free"),
    N_("visa-free both ways with {code} on {date}, an electronic authorisation counted as a visa"),
    N_("no sanctions on {code} in {year}, by name or through a body (GSDB)"),
    N_(
        "UN votes like {code}'s, {first}–{last}, an abstention counted half, at or above the median of all UN members, "
        "{median} per cent"
    ),
    N_("mean ideal-point distance to {code}, {first}–{last}, at or below the median of all UN members, {median} units"),
    N_("among {code}'s {n} largest trade partners, BACI with Taiwan, {year}"),
    N_("no land border with {code} (Correlates of War, {date})"),
)


def say_title(name: str, **fields: str) -> str:
    """Give a predicate's words: ``visa-free to Russia``."""
    n = written(f"{MIN_TROOPS:,}") if name == "troops_a" else str(TOP)
    return t(TITLES[name], n=n, **fields)


def say_asked(asked: str) -> str:
    """Give what a measure says it asked in the report's language; a wording that is not known stays as it is."""
    for message, pattern in _patterns():
        found = pattern.fullmatch(asked)
        if found:
            parts = found.groupdict()
            signed = {key: written(text) for key, text in parts.items() if key in ("median", "n")}
            return t(message, **{**parts, **signed})
    return asked


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    parts = [(message, re.split(r"\{(\w+)\}", message)) for message in ASKED]
    return [
        (message, re.compile("".join(re.escape(p) if i % 2 == 0 else f"(?P<{p}>.+?)" for i, p in enumerate(split))))
        for message, split in parts
    ]
