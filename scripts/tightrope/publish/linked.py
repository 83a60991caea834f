"""What a page says of itself to machines: JSON-LD in the words of schema.org, and Open Graph.

A notebook may publish nodes as outputs of the kind ``application/ld+json``; a node with ``"@id": "#report"`` adds to,
or replaces, what the record says. They are data: the page's content policy lets nothing run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tightrope.errors import RenderFailed
from tightrope.publish.figures import cell_number
from tightrope.publish.record import Record

LINKED_MIME = "application/ld+json"
CONTEXT = "https://schema.org"
REPORT = "#report"


def linked_data(nb: Mapping[str, Any], record: Record) -> dict[str, Any]:
    """Give the page's JSON-LD: the report, then what its notebook says of claims, sources or anything else.

    Raises
    ------
    RenderFailed
        Where an output of the kind is no object with a type, names another vocabulary, or says two types of one thing.
    """
    graph: dict[str, dict[str, Any]] = {REPORT: _report(record)}
    for number, node in _nodes(nb):
        where = f"cell {number}, output {LINKED_MIME}"
        if not isinstance(node, Mapping) or not (node.get("@type") or node.get("@id") == REPORT):
            raise RenderFailed("a node of linked data has no @type", where=where, fix='give "@type": "Dataset", say')
        if str(node.get("@context", CONTEXT)).rstrip("/") not in (CONTEXT, "http://schema.org"):
            raise RenderFailed(
                f"linked data in the vocabulary {node['@context']!r}",
                where=where,
                why="a page has one vocabulary, and a parser would fetch another from outside",
                fix=f"leave @context out and use the words of {CONTEXT}",
            )
        name = str(node.get("@id") or f"_:n{len(graph)}")
        known = graph.setdefault(name, {"@type": node.get("@type"), "@id": name})
        if node.get("@type", known["@type"]) != known["@type"] and name != REPORT:
            raise RenderFailed(f"two types of {name!r} in the linked data", where=where)
        known.update({key: value for key, value in node.items() if key not in ("@context", "@id")})
    return {"@context": CONTEXT, "@graph": list(graph.values())}


def script_text(data: Mapping[str, Any]) -> str:
    """Write JSON so that nothing in it can end the element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def open_graph(record: Record, data: Mapping[str, Any]) -> dict[str, str]:
    """Give the Open Graph properties of a page; an address only where the notebook gave one."""
    found = {
        "og:type": "article",
        "og:title": record.title,
        "og:description": _described(record),
        "og:locale": _locale(record.language),
    }
    address = next((node.get("url") for node in data["@graph"] if node["@id"] == REPORT), None)
    if isinstance(address, str) and address.startswith("https://"):
        found["og:url"] = address
    return {key: value for key, value in found.items() if value}


def _report(record: Record) -> dict[str, Any]:
    node: dict[str, Any] = {
        "@type": "Report",
        "@id": REPORT,
        "name": record.title,
        "headline": record.title,
        "alternativeHeadline": record.subtitle,
        "description": _described(record),
        "inLanguage": record.language,
        "author": [{"@type": "Person", "name": name} for name in record.authors],
        # The record's date is the day the report looks at, not a day of publication.
        "contentReferenceTime": record.date,
    }
    return {key: value for key, value in node.items() if value}


def _described(record: Record) -> str:
    return record.description or record.subtitle or record.title


def _nodes(nb: Mapping[str, Any]) -> list[tuple[int, Any]]:
    found: list[tuple[int, Any]] = []
    for index, cell in enumerate(nb["cells"]):
        tags = set(cell.get("metadata", {}).get("tags", []))
        if cell["cell_type"] != "code" or tags & {"hide", "remove-cell", "remove-output"}:
            continue
        for output in cell.get("outputs", []):
            data = (output.get("data") or {}).get(LINKED_MIME)
            if data is None:
                continue
            if isinstance(data, Mapping) and "@graph" in data:
                data = [{"@context": data.get("@context", CONTEXT), **node} for node in data["@graph"]]
            number = cell_number(nb, index)
            found += [(number, node) for node in (data if isinstance(data, list) else [data])]
    return found


def _locale(language: str) -> str:
    from babel import Locale, UnknownLocaleError
    from babel.core import get_global

    if language == "en":
        return "en_GB"
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return ""
    likely = str(get_global("likely_subtags").get(locale.language, ""))
    territory = locale.territory or likely.rpartition("_")[2]
    return f"{locale.language}_{territory}" if territory else ""
