"""Every section of a pair's page without drawing or rendering it, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from tightrope.evidence import Evidence
from tightrope.measures.percentiles import BESIDES, states_of
from tightrope.profile import Drawing, Profile, closing, diplomacy, people, security, trade
from tightrope.profile.glance import Glance, glance
from tightrope.profile.parts import Part

ROOT = Path(__file__).parents[2]
AS_OF = "2024-12-31"
SECTIONS = {
    "trade": trade.trade,
    "votes": diplomacy.votes,
    "relations": diplomacy.relations,
    "security": security.security,
    "people": people.people,
    "opinion": people.opinion,
}


def pages(profile: Profile) -> tuple[Glance, dict[str, list[Part]]]:
    """Give the first page and every section, the closing ones shown as text too."""
    first = glance(profile)
    sections = {name: section(profile) for name, section in SECTIONS.items()}
    for part in (closing.method(profile), closing.known_faults(profile), closing.numbers(profile)):
        assert repr(part)
    assert repr(closing.sources(profile))
    assert repr(closing.citing(profile))
    return first, sections


def texts(first: Glance, sections: dict[str, list[Part]]) -> Iterator[str]:
    """Give everything that a page says, in order, without markup."""
    yield repr(first.finding)
    yield repr(first.table)
    for parts in sections.values():
        for part in parts:
            if isinstance(part, Drawing):
                yield from part.words.values()
            else:
                yield repr(part)


def members(root: Path = ROOT) -> list[str]:
    """Give the codes of the 193 members of the United Nations."""
    return [s for s in states_of(Evidence(root, as_of=AS_OF)) if s not in BESIDES]


def every_pair() -> list[tuple[str, str]]:
    """Give the 18,528 pairs of members."""
    return list(combinations(members(), 2))
