"""The works that a table comes from, out of works.toml, as CSL-JSON items for its descriptor."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tightrope.errors import BadRecord, UnknownName

PAGES = "pages"
FILE = Path(__file__).parent / "works.toml"


class _Work(BaseModel):
    """A work in works.toml; None where the table's own version, day of release or address stands in."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: str
    title: str = Field(min_length=3)
    author: list[str] = []
    organisation: list[str] = []
    others: bool = False
    container: str = ""
    number: str = ""
    volume: str = ""
    issue: str = ""
    page: str = ""
    version: str | None = None
    issued: str | None = Field(default=None, pattern=r"^\d{4}(-\d\d){0,2}$")
    url: str | None = None
    doi: str = Field(default="", pattern=r"^(10\.\d{4,}/\S+)?$")
    copied: str = Field(default="", alias="copy")

    @model_validator(mode="after")
    def _has_author(self) -> _Work:
        if not self.author and not self.organisation:
            raise ValueError("a work needs an author or an organisation")
        if any(", " not in name for name in self.author):
            raise ValueError("write an author as family name, comma, given name")
        return self


@cache
def read_works() -> dict[str, _Work]:
    """Read works.toml; raises ``BadRecord`` where it is not what it should be."""
    try:
        entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["works"]
        return {name: _Work.model_validate(entry) for name, entry in entries.items()}
    except ValueError as error:
        raise BadRecord(f"a work cannot be read: {error}", FILE.name, fix="mend that entry") from None


def works_of(name: str, entry: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the works of a table as CSL-JSON items.

    Parameters
    ----------
    name : str
        The table.
    entry : dict
        Its descriptor; ``cites`` lists works, or is ``"pages"`` where each row names its own page and the list is ours.

    Raises
    ------
    UnknownName
        A work that works.toml does not have.
    """
    cites = entry["cites"]
    if cites == PAGES:
        own = _Work(type="dataset", title=entry["title"], organisation=["Tightrope"], container="Tightrope evidence",
                    copy="a list of our own; each row names its page", version="", url="")  # fmt: skip
        return [_item(f"tightrope-{name.replace('_', '-')}", own, entry)]
    known = read_works()
    for cited in cites:
        if cited not in known:
            raise UnknownName("work", cited, known, f"{FILE.name}, table {name}")
    return [_item(cited, known[cited], entry) for cited in cites]


def _item(key: str, work: _Work, entry: dict[str, Any]) -> dict[str, Any]:
    authors = [dict(zip(("family", "given"), name.split(", ", 1), strict=True)) for name in work.author]
    authors += [{"literal": name} for name in (*work.organisation, *(["others"] if work.others else []))]
    version = entry.get("version", "") if work.version is None else work.version
    issued = str(entry.get("released") or entry["retrieved"] if entry["cites"] == PAGES else entry.get("released", ""))
    item = {
        "id": key, "type": work.type, "title": work.title, "author": authors, "container-title": work.container,
        "number": work.number, "volume": work.volume, "issue": work.issue, "page": work.page, "version": version,
        "issued": _date(issued if work.issued is None else work.issued), "note": work.copied, "DOI": work.doi,
        "URL": entry["address"] if work.url is None else work.url, "accessed": _date(str(entry["retrieved"])),
    }  # fmt: skip
    if not item["URL"]:
        del item["accessed"]
    return {key: value for key, value in item.items() if value}


def _date(text: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in text.split("-")]]} if text else {}
