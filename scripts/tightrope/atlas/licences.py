"""Who may pass a table on: read from the licence that its descriptor names, never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tightrope.atlas.atlas import Atlas
from tightrope.evidence import Resource
from tightrope.language import N_


class Reuse(StrEnum):
    """What the recorded licence says of passing a table on."""

    OPEN = N_("may be republished")
    TERMS = N_("on the producer's terms")
    UNVERIFIED = N_("not verified")


# Licences that let anyone pass the data on, whatever they ask in return, by the name that descriptors give them.
OPEN = {
    "Apache-2.0": N_("keep the notice"),
    "CC-BY-3.0-IGO": N_("name the producer"),
    "CC-BY-4.0": N_("name the producer"),
    "CC-BY-SA-4.0": N_("name the producer, same licence"),
    "GPL-3.0": N_("same licence"),
    "MIT": N_("keep the notice"),
    "ODbL-1.0": N_("name the producer, same licence"),
    "Unicode-3.0": N_("keep the notice"),
    "etalab-2.0": N_("name the producer"),
}


@dataclass(frozen=True)
class Licence:
    """One licence as descriptors word it, and the tables under it."""

    name: str
    title: str
    reuse: Reuse
    asks: str
    tables: tuple[Resource, ...]


def reuse_of(name: str, title: str) -> Reuse:
    """Classify a licence: a word of doubt in its title, or of other terms, counts more than its name."""
    doubt = ("unverified", "not stated", "no licence")
    if any(word in title.lower() for word in doubt):
        return Reuse.UNVERIFIED
    return Reuse.OPEN if name in OPEN and "terms" not in title.lower() else Reuse.TERMS


def licences(atlas: Atlas) -> list[Licence]:
    """Give every licence of the atlas's tables: open ones first, then by number of tables."""
    grouped: dict[tuple[str, str], list[Resource]] = {}
    for table in atlas.tables:
        title = atlas.evidence.source(table.name).licence
        grouped.setdefault((table.details.licence, title), []).append(table)
    made = [
        Licence(name, title, reuse_of(name, title), OPEN.get(name, ""), tuple(tables))
        for (name, title), tables in grouped.items()
    ]
    kinds = list(Reuse)
    return sorted(made, key=lambda one: (kinds.index(one.reuse), -len(one.tables), one.title))
