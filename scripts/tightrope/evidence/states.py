"""From the name a person writes to a state's code, and back in three languages."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from tightrope.errors import BadParameter, UnknownName
from tightrope.evidence.package import Resource
from tightrope.evidence.stored import read_table
from tightrope.evidence.tables import Evidence

NAMES = "state_names"


def resolve(evidence: Evidence, name: str, argument: str = "state") -> str:
    """Give the ISO3 code of a state by code or name, in English, Korean or Russian.

    Parameters
    ----------
    evidence : Evidence
        The tables.
    name : str
        A code of the table ``states`` in any case, a two-letter ISO code in capitals, or a name; case, accents,
        points and a leading "the" do not count.
    argument : str
        What the name was given for, to say so in an error.

    Raises
    ------
    UnknownName
        No state has the name; the nearest are shown.
    BadParameter
        The name may mean several states ("Korea"); each is shown with its code.
    """
    names = evidence.package.table(NAMES)
    states = evidence.package.table("states")
    by_code, by_name, label = _index(_Tables(evidence, states, names))
    code = by_code.get(name) or by_code.get(name.strip().upper() if len(name.strip()) > 2 else name.strip())
    if code:
        return code
    found = sorted(by_name.get(_fold(name), frozenset()))
    if len(found) == 1:
        return found[0]
    if found:
        choices = " or ".join(f"{label[iso3]} ({iso3})" for iso3 in found)
        codes = " or ".join(found)
        raise BadParameter(f"{name!r} may mean {choices}", where=argument, fix=f"write {codes}")
    raise UnknownName("state", name, [*label, *_written(evidence, names)], argument)


def name_of(evidence: Evidence, iso3: str, language: str = "en") -> str:
    """Give a state's short name in ``en``, ``ko`` or ``ru``; in English where the language has none.

    Raises
    ------
    UnknownName
        An unknown code or language.
    """
    if language not in ("en", "ko", "ru"):
        raise UnknownName("language", language, ["en", "ko", "ru"])
    names = evidence.package.table(NAMES)
    _, _, label = _index(_Tables(evidence, evidence.package.table("states"), names))
    if iso3 not in label:
        raise UnknownName("state", iso3, label)
    if language == "en":
        return label[iso3]
    table = read_table(evidence.root, names)
    for row in table.to_pylist():
        if row["iso3"] == iso3 and row["language"] == language and row["kind"] == "short":
            return str(row["name"])
    return label[iso3]


def _written(evidence: Evidence, names: Resource) -> list[str]:
    column: list[str] = read_table(evidence.root, names)["name"].to_pylist()
    return column


class _Tables:
    """The two tables of names, told apart in the cache by their hashes alone."""

    def __init__(self, evidence: Evidence, states: Resource, names: Resource) -> None:
        self.evidence, self.states, self.names = evidence, states, names

    def __hash__(self) -> int:
        return hash((self.states.hash, self.names.hash))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Tables) and (self.states.hash, self.names.hash) == (
            other.states.hash,
            other.names.hash,
        )


@lru_cache(maxsize=8)
def _index(tables: _Tables) -> tuple[dict[str, str], dict[str, frozenset[str]], dict[str, str]]:
    """Give code to ISO3, folded name to every ISO3 that bears it, and ISO3 to English name."""
    by_code: dict[str, str] = {}
    label: dict[str, str] = {}
    for row in read_table(tables.evidence.root, tables.states).select(["iso3", "iso2", "name"]).to_pylist():
        label[row["iso3"]] = row["name"]
        by_code[row["iso3"]] = row["iso3"]
        if row["iso2"]:
            by_code[row["iso2"]] = row["iso3"]
    by_name: dict[str, frozenset[str]] = {}
    for row in read_table(tables.evidence.root, tables.names).to_pylist():
        key = _fold(row["name"])
        by_name[key] = by_name.get(key, frozenset()) | {row["iso3"]}
    return by_code, by_name, label


def _fold(name: str) -> str:
    """Strip what people leave out or write in several ways: case, accents, points, a leading "the"."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else ("" if c in ".'’ʼ" else " ") for c in plain).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)
