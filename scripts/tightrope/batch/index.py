"""The index of a folder of reports: one offline page to search and sort, and the same as CSV and JSON.

What it shows of a report is what the notebook said in its record: title, kicker, date, and as figures a short summary,
or its counts. So it need not know what they mean.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jinja2

from tightrope import publish
from tightrope.batch.child import THUMBNAIL
from tightrope.batch.store import Store
from tightrope.publish.fonts import font_css
from tightrope.publish.stamp import SUFFIX

NAME = "index.html"
PAGE_ROWS = 48
_TEMPLATES = Path(__file__).parent / "templates"
_PAGE_CSS = Path(publish.__file__).parent / "templates" / "html" / "page.css"
_FIGURES = 6
_HTML, _PDF, _THUMB = 1, 2, 4


@dataclass(frozen=True)
class Row:
    """One report of the index.

    Attributes
    ----------
    name, title, subtitle, kicker, date : str
        As the report's record gave them; the title of one that never stood is its name.
    status : str
        ``done`` or ``failed``.
    error, log : str
        Why it failed, and where its log lies under the folder of all reports.
    formats : tuple of str
        ``html`` and ``pdf``, as far as they stand.
    figures : tuple of (label, value)
        Headline figures.
    parameters, counts : dict
    has_thumbnail : bool
    note : str
        What tells it from others of its title.
    """

    name: str
    title: str
    status: str
    subtitle: str = ""
    kicker: str = ""
    date: str = ""
    error: str = ""
    log: str = ""
    formats: tuple[str, ...] = ()
    figures: tuple[tuple[str, str], ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    has_thumbnail: bool = False
    note: str = ""

    def path(self, ending: str) -> str:
        """Give the path of one of the report's files from the index."""
        return f"{self.name}/{self.name}.{ending}"


def write_index(store: Store) -> str:
    """Make index.html, index.csv and index.json anew from the manifest, each whole or not at all.

    Returns
    -------
    str
        Where the page is.
    """
    entries, _ = store.entries()
    alone = (_made_alone(name, store) for name in store.reports() if name not in entries)
    rows = [row for entry in (*entries.values(), *alone) if (row := read_row(entry, store)) is not None]
    rows = tell_apart(sorted(rows, key=lambda row: (row.title.casefold(), row.name)))
    store.write("index.json", as_json(rows))
    store.write("index.csv", as_csv(rows))
    store.write(NAME, as_page(rows))
    return store.place(NAME)


def _made_alone(name: str, store: Store) -> dict[str, Any]:
    """Tell of a report that `tightrope render` made what a batch's manifest would, from what lies beside it."""
    try:
        said = json.loads(store.read(f"{name}/{name}{SUFFIX}"))
        outputs, title, parameters = dict(said["outputs"]), str(said["title"]), dict(said["parameters"])
    except (OSError, ValueError, KeyError, TypeError):  # it goes at this moment, or is none of ours
        return {"name": name, "status": "done"}
    record = {"title": title}
    return {"name": name, "status": "done", "outputs": outputs, "parameters": parameters, "record": record}


def read_row(entry: Mapping[str, Any], store: Store) -> Row | None:
    """Read a line of the manifest; None for a report that was removed."""
    name, record = entry["name"], entry.get("record", {})
    parameters = entry.get("parameters", {})
    if entry.get("status") != "done":
        return Row(
            name, name, "failed", error=str(entry.get("error", "")), log=entry.get("log", ""), parameters=parameters
        )
    formats = tuple(f for f in ("html", "pdf") if f"{name}.{f}" in entry.get("outputs", {}))
    if not formats or not store.has(f"{name}/{name}.{formats[0]}"):
        return None
    return Row(
        name,
        record.get("title") or name,
        "done",
        record.get("subtitle", ""),
        record.get("kicker", ""),
        record.get("date", ""),
        formats=formats,
        figures=_figures(record),
        parameters=parameters,
        counts=record.get("counts", {}),
        has_thumbnail=bool(record.get("has_thumbnail")),
    )


def tell_apart(rows: Iterable[Row]) -> list[Row]:
    """Where several reports have one title, let each say the parameters it differs in."""
    by_title: dict[str, list[Row]] = {}
    for row in rows:
        by_title.setdefault(row.title, []).append(row)
    found = []
    for group in by_title.values():
        names = dict.fromkeys(name for row in group for name in row.parameters)
        differ = [name for name in names if len({repr(row.parameters.get(name)) for row in group}) > 1]
        for row in group:
            values = [f"{name.replace('_', ' ')} {row.parameters[name]}" for name in differ if name in row.parameters]
            found.append(replace(row, note=", ".join(values)))
    return found


def _figures(record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Give a summary short enough for a glance, first column and second; else the counts."""
    rows = record.get("summary", {}).get("rows", ())
    if rows and all(len(row) > 1 for row in rows):
        return tuple((row[0], row[1]) for row in rows)[:_FIGURES]
    return tuple((label, f"{n:,}") for label, n in record.get("counts", {}).items() if n)[:_FIGURES]


def as_json(rows: Iterable[Row]) -> bytes:
    """Give the index as JSON, one report a line."""
    lines = [json.dumps({k: v for k, v in _plain(row).items() if v}, ensure_ascii=False) for row in rows]
    return ('{"reports": [\n' + ",\n".join(lines) + "\n]}\n").encode()


def _plain(row: Row) -> dict[str, Any]:
    return {
        "name": row.name, "title": row.title, "subtitle": row.subtitle, "kicker": row.kicker, "date": row.date,
        "status": row.status, "error": row.error, "log": row.log,
        **{name: row.path(name) if name in row.formats else "" for name in ("html", "pdf")},
        "figures": dict(row.figures), "parameters": row.parameters, "counts": row.counts,
    }  # fmt: skip


def as_csv(rows: Iterable[Row]) -> bytes:
    """Give the index as CSV: parameters and counts in columns of their own."""
    plain = [_plain(row) for row in rows]
    parameters = list(dict.fromkeys(name for row in plain for name in row["parameters"]))
    counts = list(dict.fromkeys(name for row in plain for name in row["counts"]))
    fixed = ["name", "title", "subtitle", "kicker", "date", "status", "html", "pdf", "error"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*fixed, *(f"parameter_{name}" for name in parameters), *(f"n_{name}" for name in counts)])
    for row in plain:
        cells = [row[name] for name in fixed] + [row["parameters"].get(n, "") for n in parameters]
        writer.writerow([_dead(cell) for cell in cells] + [row["counts"].get(n, "") for n in counts])
    return text.getvalue().encode()


def _dead(cell: Any) -> Any:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(tuple("=+-@\t\r\n")) else cell


def as_page(rows: list[Row]) -> bytes:
    """Give the page: the first rows as they stand, all of them as data for the script."""
    labels = {label: i for i, label in enumerate(dict.fromkeys(label for row in rows for label, _ in row.figures))}
    script = (_TEMPLATES / "index.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    data = json.dumps(
        {"labels": list(labels), "rows": [_packed(row, labels) for row in rows]},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    css = _PAGE_CSS.read_text(encoding="utf-8")
    css += (_TEMPLATES / "index.css").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    html = environment.get_template("index.html.j2").render(
        rows=rows[:PAGE_ROWS],
        n_rows=len(rows),
        n_failed=sum(row.status == "failed" for row in rows),
        n_page=PAGE_ROWS,
        labels=list(labels)[:12],
        thumbnail=THUMBNAIL,
        script=script,
        digest=digest,
        # Nothing in the data may end the element it stands in.
        data=data.replace("<", "\\u003c"),
        css=css,
        fonts=font_css("".join(set(data)) + "–·×←→↑↓"),
    )
    return html.encode()


def _packed(row: Row, labels: Mapping[str, int]) -> list[Any]:
    """Give a row as the script reads it; what can be told from the name is not written."""
    flags = _HTML * ("html" in row.formats) + _PDF * ("pdf" in row.formats) + _THUMB * row.has_thumbnail
    figures = [part for label, value in row.figures for part in (labels[label], value)]
    packed: list[Any] = [row.name, row.title, row.subtitle, row.kicker, row.date, flags, figures, row.note]
    return [*packed, row.error.partition("\n")[0], row.log] if row.status == "failed" else packed
