"""A claim's two sentences of context, in words."""

from __future__ import annotations

import re
from typing import Any

from tightrope.claims.context import Context, ContextValue, Sentence
from tightrope.language import N_, pt, spoken, t
from tightrope.narrative.names import local_list
from tightrope.narrative.rules import CATEGORIES
from tightrope.narrative.trace import current, standing_on
from tightrope.narrative.words import say_date, say_list, say_value

_MONTH = re.compile(r"^\d{4}-\d{2}$")
VOTES = ("yes", "no")
NO_VOTES = {"abstain": N_("abstained"), "no_vote_recorded": N_("did not vote")}
NOTHING = N_("We found no data for this sentence on this day")
MARK = N_("literally true, context missing")


def say_part(observed: Any, unit: str) -> str:
    """Give one value of a sentence in words; a month is written out."""
    if isinstance(observed, str) and _MONTH.match(observed):
        return say_date(observed)
    return say_shown(observed, unit)


def say_shown(observed: Any, unit: str) -> str:
    """Give what a reading shows or a claim needs: a word of the tables in the language being spoken, or a number."""
    if isinstance(observed, str) and spoken() != "en":
        return say_word(observed, unit)
    return say_value(observed, unit)


def say_word(observed: str, unit: str) -> str:
    """Give a value that is a word: a rule of entry, a vote, or names of states; another stays as it is."""
    if observed.replace(" ", "_") in CATEGORIES:
        return t(CATEGORIES[observed.replace(" ", "_")])
    if observed in VOTES:
        return pt("vote", observed)
    if observed in NO_VOTES:
        return t(NO_VOTES[observed])
    ledger = current()
    if ledger is not None and not any(letter.isdigit() for letter in observed):
        return say_list(local_list(ledger.evidence, observed))
    return say_value(observed, unit)


def say_sentence(sentence: Sentence) -> str:
    """Give the sentence, or which kind of nothing it is that a value of it has no evidence."""
    missing = sentence.missing
    if missing:
        # A measure says in English what it lacks.
        return f"{NOTHING} ({missing.detail})." if spoken() == "en" else t("{sentence}.", sentence=t(NOTHING))
    return "".join(part if isinstance(part, str) else _traced(part) for part in sentence.parts())


def _traced(value: ContextValue) -> str:
    with standing_on(value.id, value.rows):
        return say_part(value.observed, value.unit)


def say_context(context: Context | None) -> tuple[str, str]:
    """Give the case for the author and the missing context; both empty where the record has none."""
    if context is None:
        return "", ""
    return say_sentence(context.for_author), say_sentence(context.missing_context)
