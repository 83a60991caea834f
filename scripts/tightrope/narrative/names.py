"""Names of states as a sentence wants them, in the language of the report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from tightrope.evidence import Evidence, known_states
from tightrope.evidence.package import Resource
from tightrope.evidence.states import NAMES
from tightrope.evidence.stored import read_table
from tightrope.language import N_, spoken, t

if TYPE_CHECKING:
    from tightrope.narrative.report import Report

_SHORT = {"USA": "the United States", "GBR": "the United Kingdom", "NLD": "the Netherlands", "PHL": "the Philippines"}
# The table of names has this one as an alias; it takes no ending, and it is what a Russian text writes.
_ABBREVIATED = {"ru": {"USA": "США"}}
# States that are no more have no name in CLDR, from which the table of names has the others.
FORMER = (
    N_("Soviet Union"), N_("Yugoslavia"), N_("Serbia and Montenegro"), N_("Czechoslovakia"), N_("Netherlands Antilles"),
    N_("German Democratic Republic"), N_("Yemen Arab Republic"), N_("South Yemen"), N_("South Vietnam"), N_("Zanzibar"),
    N_("New Hebrides"), N_("Panama Canal Zone"), N_("Pacific Islands (Trust Territory)"),
)  # fmt: skip


def local_names(evidence: Evidence) -> Mapping[str, str]:
    """Give every state's short name by code in the report's language, in English where it has none."""
    english = known_states(evidence)
    if spoken() == "en":
        return english
    own = _own(evidence.root, _Key(evidence.package.table(NAMES)), spoken())
    return {iso3: own.get(iso3) or t(name) for iso3, name in english.items()}


def local_name(evidence: Evidence, iso3: str) -> str:
    """Give a state's short name in the report's language, in English where it has none; a name takes no ending."""
    if spoken() == "en":
        return known_states(evidence)[iso3]
    own = _own(evidence.root, _Key(evidence.package.table(NAMES)), spoken())
    return own.get(iso3) or t(known_states(evidence)[iso3])


def local_list(evidence: Evidence, names: str) -> list[str]:
    """Give the names of a measure's list, ``Chile, Türkiye``, in the report's language."""
    if spoken() == "en":
        return names.split(", ")
    # A list may come in words already: "A, B and C".
    codes = {name: iso3 for iso3, name in known_states(evidence).items()}
    return [local_name(evidence, codes[name]) if name in codes else name for name in re.split(r", | and ", names)]


class _Key:
    """A table told apart in the cache by its hash alone."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    def __hash__(self) -> int:
        return hash(self.resource.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.resource.hash == other.resource.hash


@lru_cache(maxsize=4)
def _own(root: Path, key: _Key, language: str) -> dict[str, str]:
    rows = read_table(root, key.resource).to_pylist()
    names = {row["iso3"]: row["name"] for row in rows if row["language"] == language and row["kind"] == "short"}
    return names | _ABBREVIATED.get(language, {})


def say_state(report: Report, iso3: str) -> str:
    """Give the name inside a sentence: ``South Korea``, ``the United States``."""
    if spoken() == "en" and iso3 in _SHORT:
        return _SHORT[iso3]
    return local_name(report.evidence, iso3)


def whose(name: str) -> str:
    """Give ``Russia's`` or ``the United States'``; the name alone in a language that does not mark an owner so."""
    if spoken() != "en":
        return name
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def pair(report: Report) -> tuple[str, str]:
    """Give the codes of the article's first two states, the focus first."""
    first, second = report.folder.article.states[:2]
    return first, second


def other_powers(report: Report) -> list[str]:
    """Give the powers that are not one of the article's two states."""
    return [p for p in report.folder.article.powers if p not in pair(report)]
