"""What a notebook says about the report it makes: one small record among its outputs."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from tightrope.errors import RenderFailed
from tightrope.publish.attach import Attachment, read_attachments
from tightrope.publish.references import check_items
from tightrope.publish.unbroken import single_spaced

RECORD_MIME = "application/vnd.tightrope.record+json"

_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+(.+?)\s*#*\s*$", re.MULTILINE)
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_NAME = re.compile(r"\w[\w.-]*")


@dataclass(frozen=True)
class Summary:
    """A small table that closes a render: column names and rows of text."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows)


@dataclass(frozen=True)
class Record:
    """Title block, names and closing table of a report.

    Attributes
    ----------
    title, subtitle, kicker, description : str
        Words of the title block; ``description`` also goes into the document's metadata.
    byline : str
        Shown under the title in place of authors and date, which may mislead where the date is no day of publication.
    slug, stem : str
        Folder and file name of the report, safe as path parts.
    language : str
        BCP 47 tag, ``"en"`` where the notebook said nothing.
    date : str
        ISO date of the report; empty where the notebook gave none (never today's date).
    authors : tuple of str
        Empty where the notebook gave none.
    summary : Summary
        Closing table of the terminal; false where there is none.
    counts : dict
        Counts the notebook reports, by name.
    inputs : dict
        Hash by name of what the notebook read, in names that whoever wrote them can look up again; publish only
        carries them.
    citations : tuple of dict
        The works it cites as CSL-JSON items; they are written beside the report.
    passages : dict
        BCP 47 tag by text: what of title, subtitle and kicker is in another language than the report's.
    """

    title: str
    slug: str
    stem: str
    subtitle: str = ""
    kicker: str = ""
    language: str = "en"
    date: str = ""
    authors: tuple[str, ...] = ()
    description: str = ""
    byline: str = ""
    summary: Summary = Summary()
    counts: dict[str, int] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    citations: tuple[dict[str, Any], ...] = ()
    passages: dict[str, str] = field(default_factory=dict)


def read_record(nb: Mapping[str, Any], name: str = "report") -> Record:
    """Read the record of an executed notebook.

    Parameters
    ----------
    nb : mapping
        The notebook (nbformat 4). Where several outputs carry a record, later keys replace earlier ones.
    name : str
        Name of the notebook file without its ending; slug, stem and (lacking any heading) title without a record.

    Raises
    ------
    RenderFailed
        Where a key is unknown, has the wrong type, or a name is no path part.
    """
    given: dict[str, Any] = {}
    where = ""
    for index, cell in enumerate(nb["cells"]):
        for output in cell.get("outputs", []) if cell["cell_type"] == "code" else []:
            data = (output.get("data") or {}).get(RECORD_MIME)
            if data is None:
                continue
            where = f"cell {index + 1}, output {RECORD_MIME}"
            if not isinstance(data, Mapping):
                raise RenderFailed("the report's record is not an object", where=where)
            given.update(data)
    known = {f.name for f in fields(Record)} | {"attachments"}
    unknown = sorted(set(given) - known)
    if unknown:
        raise RenderFailed(
            f"the report's record has an unknown key {unknown[0]!r}", where=where, fix="use " + ", ".join(sorted(known))
        )
    slug = _path_part(given.get("slug") or _slugify(name), where)
    return Record(
        title=_text(given, "title", where) or first_heading(nb) or name.replace("_", " "),
        slug=slug,
        stem=_path_part(given.get("stem") or slug, where),
        subtitle=_text(given, "subtitle", where),
        kicker=_text(given, "kicker", where),
        language=_text(given, "language", where) or "en",
        date=_date(given, where),
        authors=_texts(given.get("authors") or (), "authors", where),
        description=_text(given, "description", where),
        byline=_text(given, "byline", where),
        summary=_summary(given.get("summary"), where),
        counts=_counts(given.get("counts") or {}, where),
        inputs=_inputs(given.get("inputs") or {}, where),
        citations=check_items(given.get("citations") or (), where),
        passages=_passages(given.get("passages") or {}, where),
    )


def is_report(nb: Mapping[str, Any]) -> bool:
    """Tell whether a notebook says that it makes a report, and so is held to what a report promises."""
    cells = [cell for cell in nb.get("cells") or [] if cell.get("cell_type") == "code"]
    return any(RECORD_MIME in (output.get("data") or {}) for cell in cells for output in cell.get("outputs") or [])


def take_attachments(nb: Mapping[str, Any]) -> tuple[Attachment, ...]:
    """Take what an executed notebook wants attached out of it, in place: its record keeps the names and hashes.

    Raises
    ------
    RenderFailed
        Where an attachment does not read.
    """
    found: list[Attachment] = []
    for index, cell in enumerate(nb["cells"]):
        for output in cell.get("outputs", []) if cell["cell_type"] == "code" else []:
            data = (output.get("data") or {}).get(RECORD_MIME)
            if isinstance(data, Mapping) and data.get("attachments"):
                taken = read_attachments(data["attachments"], f"cell {index + 1}, output {RECORD_MIME}")
                found += taken
                output["data"][RECORD_MIME] = {
                    **data, "attachments": [{"name": one.name, "sha256": one.sha256} for one in taken]
                }  # fmt: skip
    return tuple(found)


def first_heading(nb: Mapping[str, Any]) -> str:
    """Give the text of the first heading among the Markdown cells, or an empty string."""
    for cell in nb["cells"]:
        if cell["cell_type"] == "markdown":
            found = _HEADING.search(_FENCE.sub("", cell["source"]))
            if found:
                return plain_text(found.group(2))
    return ""


def last_heading(source: str) -> str:
    """Give the text of the last heading of a Markdown source, or an empty string."""
    found = _HEADING.findall(_FENCE.sub("", source))
    return plain_text(found[-1][1]) if found else ""


def plain_text(markdown: str) -> str:
    """Take emphasis, code marks and link targets out of one line of Markdown."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"(\*\*|__|`)", "", text)
    return re.sub(r"(?<!\w)[*_](\S(?:.*?\S)?)[*_](?!\w)", r"\1", text).strip()


def _slugify(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-._") or "report"


def _text(given: Mapping[str, Any], key: str, where: str) -> str:
    value = given.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RenderFailed(f"the report's {key} is {type(value).__name__}, not text", where=where)
    return single_spaced(value)


def _texts(value: object, key: str, where: str) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, (list, tuple)) or not all(isinstance(item, str) for item in items):
        raise RenderFailed(f"the report's {key} is not a list of texts", where=where)
    return tuple(items)


def _path_part(value: object, where: str) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value) or len(value) > 120:
        raise RenderFailed(
            f"{value!r} is no name for a folder or file", where=where, fix="use letters, digits, '-', '_' and '.'"
        )
    return value


def _date(given: Mapping[str, Any], where: str) -> str:
    text = _text(given, "date", where)
    if text:
        try:
            dt.date.fromisoformat(text)
        except ValueError:
            raise RenderFailed(f"the report's date {text!r} is not YYYY-MM-DD", where=where) from None
    return text


def _summary(value: object, where: str) -> Summary:
    if value is None:
        return Summary()
    if not isinstance(value, Mapping):
        raise RenderFailed("the report's summary is not an object with columns and rows", where=where)
    columns = tuple(str(column) for column in value.get("columns", ()))
    rows = tuple(tuple("" if item is None else str(item) for item in row) for row in value.get("rows", ()))
    if any(len(row) != len(columns) for row in rows):
        raise RenderFailed("a row of the report's summary has not one value a column", where=where)
    return Summary(columns, rows)


def _counts(value: object, where: str) -> dict[str, int]:
    if not isinstance(value, Mapping) or not all(isinstance(n, int) for n in value.values()):
        raise RenderFailed("the report's counts are not whole numbers by name", where=where)
    return {str(key): int(n) for key, n in value.items()}


def _passages(value: object, where: str) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(
        isinstance(tag, str) and _TAG.fullmatch(tag) for tag in value.values()
    ):
        raise RenderFailed("the report's passages are not language tags by text", where=where)
    return {single_spaced(str(text)): tag for text, tag in value.items()}


def _inputs(value: object, where: str) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise RenderFailed("the report's inputs are not hashes by name", where=where)
    return {str(key): text for key, text in value.items()}
