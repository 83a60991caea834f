"""The two sides of a comparison: a report's file, a folder of reports, or an article judged on a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tightrope.errors import BadParameter, BadRecord
from tightrope.verify.checks import tables_then
from tightrope.verify.figures import Figure, figures
from tightrope.verify.opened import Report, Unreadable, language_of, open_report


@dataclass(frozen=True)
class Side:
    """What one report says.

    Attributes
    ----------
    name : str
        How the comparison calls it: a file's name, or a day.
    title : str
    as_of : str
        Day of the report.
    verdicts : dict
        Each claim's object by id, see `tightrope.claims.export.as_object`.
    figures : dict
        Each figure by its key.
    sources : dict
        Hash of each table behind it, by name.
    parameters : dict
        Values that were given to the notebook.
    language : str
        Language of its title, statements and labels.
    article : str
        Folder of the article under data/articles that it may be about: a report's name of itself.
    """

    name: str
    title: str
    as_of: str = ""
    verdicts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    language: str = "en"
    article: str = ""


def pairs_of(old: str, new: str, article: str | None) -> list[tuple[Side | None, Side | None]]:
    """Give the reports to compare, two by two; None on the side on which there is none.

    Raises
    ------
    BadParameter
        A file and a folder, or two days without an article.
    BadRecord
        A file that carries no manifest.
    """
    if article:
        return [(judged(article, old), judged(article, new))]
    one, other = Path(old), Path(new)
    for path, text in ((one, old), (other, new)):
        if not path.exists():
            fix = "name a PDF, an HTML file or a folder; for two days say which article: --article NAME"
            raise BadParameter("no such report", text, fix=fix)
    if one.is_dir() != other.is_dir():
        raise BadParameter("a file cannot be held against a folder", f"{old} and {new}", fix="name two of a kind")
    if not one.is_dir():
        called = (old, new) if one.name == other.name else (one.name, other.name)
        return [(_compared(one, called[0]), _compared(other, called[1]))]
    before, after = _reports(one), _reports(other)
    if not before and not after:
        raise BadParameter("neither folder holds a report", f"{old} and {new}")
    found = []
    for name in sorted(before.keys() | after.keys()):
        then, now = before.get(name), after.get(name)
        # The same bytes say the same: most reports of two batches are.
        if then and now and then.read_bytes() == now.read_bytes():
            continue
        # One report without figures among many is no reason to compare none.
        found.append((carried(then, str(then)) if then else None, carried(now, str(now)) if now else None))
    return found


def _reports(folder: Path) -> dict[str, Path]:
    """Give each report of a folder by its place, its PDF or else its page; index pages carry no manifest."""
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.html")) + sorted(folder.rglob("*.pdf")):
        if _is_report(path):
            found[str(path.relative_to(folder).with_suffix(""))] = path
    return found


def _is_report(path: Path) -> bool:
    if path.with_suffix(".manifest.json").is_file():
        return True
    try:
        open_report(path)
    except Unreadable:
        return False
    return True


def _compared(path: Path, name: str) -> Side:
    """Read what a report carries; raises BadRecord where that is nothing to compare."""
    side = carried(path, name)
    if not side.figures and not side.verdicts:
        fix = "render it with tightrope, or run its notebook with TIGHTROPE_CARRY=1 in the environment"
        raise BadRecord("the report carries neither figures nor verdicts", str(path), fix=fix)
    return side


def carried(path: Path, name: str = "") -> Side:
    """Read what a report carries, under its file's name or another.

    Raises
    ------
    BadRecord
        The file carries no manifest.
    """
    report = open_report(path)
    numbers, verdicts = report.body("numbers.json"), report.body("verdicts.json")
    return Side(
        name or path.name,
        report.title,
        str(report.manifest.get("date", "")),
        {str(one["id"]): one for one in verdicts or ()},
        figures(numbers or {}),
        _sources(report),
        dict(report.manifest.get("parameters") or {}),
        language_of(report),
        str(report.manifest.get("slug", "")),
    )


def _sources(report: Report) -> dict[str, str]:
    body = report.body("datapackage.json") or {}
    read = {
        str(one.get("name")) for one in body.get("resources", ())
        if ((one.get("tightrope") or {}).get("excerpt") or {}).get("n_rows")
    }  # fmt: skip
    return {name: whole for name, whole in tables_then(report).items() if name in read}


def judged(article: str, day: str) -> Side:
    """Judge an article's claims on a day, on the tables of this checkout; raises what `judge_all` raises."""
    from tightrope.claims.export import as_object, judge_all
    from tightrope.claims.files import load_article
    from tightrope.evidence import find_root

    found = judge_all(find_root(), article, day)
    title = load_article(find_root(), article).article.subject
    verdicts = {one.verdict.claim.id: as_object(one) for one in found}
    return Side(day, title, day, verdicts, {}, dict(_tables(verdicts)), article=article)


def _tables(verdicts: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for verdict in verdicts.values():
        for reading in (*verdict["readings"], *verdict["indicators"]):
            yield from ((source["table"], source["hash"]) for source in reading["sources"])
