"""Citations: the works behind tables, as CSL-JSON items that any reference manager reads, and in words.

A table names one work or several in its descriptor (``tightrope.cite``); many tables may rest on the same work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
Work = Mapping[str, Any]


class Cited(Protocol):
    """Whatever rests on works, such as a source."""

    @property
    def works(self) -> tuple[Work, ...]:
        """CSL-JSON items."""


def works_behind(sources: Iterable[Cited]) -> list[dict[str, Any]]:
    """Give the works of some sources as CSL-JSON items, in order, each once."""
    found: dict[str, dict[str, Any]] = {}
    for source in sources:
        for work in source.works:
            found.setdefault(str(work["id"]), dict(work))
    return list(found.values())


def say_work(work: Work) -> str:
    """Give a work in words: authors, year, title, where it appeared, version, copy, address, day of access.

    >>> say_work({"id": "x", "title": "A table", "author": [{"literal": "A body"}], "issued": {"date-parts": [[2020]]}})
    'A body (2020). A table.'
    """
    date = work.get("issued", {}).get("date-parts", [[None]])[0][0]
    parts = [
        f"{_authors(work)} ({date or 'no date'})",
        str(work["title"]),
        _container(work),
        _copy(work),
        _address(work),
    ]
    return " ".join(f"{part.rstrip('.')}." for part in parts if part)


def _copy(work: Work) -> str:
    version, note = str(work.get("version", "")), str(work.get("note", ""))
    if not version:
        return note[:1].upper() + note[1:]
    return f"Version: {version}" + (f"; {note}" if note else "")


def _authors(work: Work) -> str:
    names = [
        str(a["literal"]) if "literal" in a else f"{a['family']}, {initials(a['given'])}"
        for a in work.get("author", [])
    ]
    if len(names) > 1:
        return (
            f"{', '.join(names[:-1])} and {names[-1]}" if names[-1] != "others" else f"{', '.join(names[:-1])} et al."
        )
    return names[0]


def initials(given: str) -> str:
    """Give ``Erik`` as ``E.``, and leave initials as they are."""
    return " ".join(name if name.endswith(".") else f"{name[0]}." for name in given.split())


def _container(work: Work) -> str:
    text = str(work.get("container-title", ""))
    if work.get("number"):
        text += f" {work['number']}"
    if work.get("volume"):
        text += f" {work['volume']}" + (f"({work['issue']})" if work.get("issue") else "")
    if work.get("page"):
        text += f": {work['page']}"
    return text


def _address(work: Work) -> str:
    if work.get("DOI"):
        text = f"doi:{work['DOI']}"
    elif work.get("URL"):
        text = str(work["URL"])
    else:
        return ""
    accessed = work.get("accessed", {}).get("date-parts", [[]])[0]
    return f"{text}, accessed {accessed[2]} {MONTHS[accessed[1] - 1]} {accessed[0]}" if len(accessed) == 3 else text
