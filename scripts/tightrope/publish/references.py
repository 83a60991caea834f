"""The works that a report cites, as files for a reference manager: CSL-JSON as the notebook gave it, and BibTeX."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from tightrope.errors import RenderFailed

Item = Mapping[str, Any]
# What BibTeX has no kind for is a misc.
KINDS = {"article-journal": "article", "book": "book", "report": "techreport"}
WHOLE = ("url", "doi")


def check_items(value: object, where: str) -> tuple[dict[str, Any], ...]:
    """Check that a notebook's citations are CSL-JSON items with an id, a type and a title, no id twice.

    Raises
    ------
    RenderFailed
        Where one is not; it names the item.
    """
    if not isinstance(value, list | tuple):
        raise RenderFailed("the report's citations are not a list of CSL-JSON items", where=where)
    seen: set[str] = set()
    for place, item in enumerate(value, 1):
        name = f"citation {place}"
        if not isinstance(item, Mapping):
            raise RenderFailed(f"{name} of the report is not an object", where=where)
        for key in ("id", "type", "title"):
            if not isinstance(item.get(key), str) or not item[key].strip():
                raise RenderFailed(f"{name} of the report has no {key}", where=where)
        key = item["id"].lower()  # BibTeX makes no difference
        if key in seen:
            raise RenderFailed(f"the citation {item['id']!r} stands twice in the report", where=where)
        seen.add(key)
    return tuple(dict(item) for item in value)


def write_references(items: Sequence[Item]) -> dict[str, bytes]:
    """Give the files by ending: ``csl.json`` and ``bib``; none where nothing is cited."""
    if not items:
        return {}
    body = json.dumps([dict(item) for item in items], indent=1, ensure_ascii=False)
    return {"csl.json": f"{body}\n".encode(), "bib": write_bibtex(items).encode()}


def write_bibtex(items: Sequence[Item]) -> str:
    """Give CSL-JSON items as BibTeX; persons, dates and titles go over, what BibTeX lacks goes into ``note``."""
    return "\n".join(_entry_text(json.dumps(dict(item))) for item in items)


@lru_cache(maxsize=4096)
def _entry_text(item: str) -> str:
    """Write one item, given as JSON: reports of one worker cite the same works, and escaping them takes long."""
    # Imported late: only a report that cites needs it.
    from pybtex.database import BibliographyData
    from pybtex.database.output.bibtex import Writer

    class Plain(Writer):  # type: ignore[misc]
        """Leaves addresses as they are: an escaped underscore would be part of the address."""

        def _write_field(self, stream: io.StringIO, type: str, value: str) -> None:
            text = value if type in WHOLE else self._encode(value)
            stream.write(f",\n    {type} = {{{text}}}")

    sink = io.StringIO()
    read = json.loads(item)
    Plain(encoding="utf-8").write_stream(BibliographyData({str(read["id"]): _entry(read)}), sink)
    return sink.getvalue()


def _entry(item: Item) -> Any:
    from pybtex.database import Entry, Person

    persons = [
        Person(first=author["given"], last=author["family"]) if "family" in author
        else Person(author["literal"] if author["literal"] == "others" else f"{{{author['literal']}}}")
        for author in item.get("author", [])
    ]  # fmt: skip
    kind = KINDS.get(item["type"], "misc")
    issued, accessed = _date(item, "issued"), _date(item, "accessed")
    container = "journal" if kind == "article" else "type" if kind == "techreport" else "howpublished"
    version = f"Version: {item['version']}" if item.get("version") else ""
    fields = {
        # Braces keep the capitals of a title.
        "title": f"{{{item['title']}}}",
        container: item.get("container-title"),
        "number": item.get("issue") or item.get("number"),
        "volume": item.get("volume"),
        "pages": str(item.get("page", "")).replace("-", "--"),
        "year": issued[:4],
        "date": issued,
        "doi": item.get("DOI"),
        "url": item.get("URL"),
        "urldate": accessed,
        "note": "; ".join(part for part in (version, item.get("note")) if part),
    }
    return Entry(kind, fields={k: str(v) for k, v in fields.items() if v}, persons={"author": persons})


def _date(item: Item, key: str) -> str:
    parts = item.get(key, {}).get("date-parts", [[]])[0]
    return "-".join(f"{part:02d}" for part in parts)
