"""What every whole report is held to, whichever notebook it comes from: what these give, a test compares."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from copy import copy
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import pikepdf
from bs4 import BeautifulSoup, Tag
from tests.reports.conftest import ROOT, Run

from tightrope.narrative.trace import TOKEN

ORIGIN = r"rows? \d+.*, sha256 [0-9a-f]{8}|\.json"
# Sources and known faults quote their producers; tables, charts and code carry their own source line.
BESIDE = ".reference, .numbers, table, pre, svg, style"


def read_page(path: Path) -> BeautifulSoup:
    """Read a page as a browser does."""
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html5lib")


def text_of(page: BeautifulSoup) -> str:
    """Give the text of a page on one line, without the spaces that marks leave before a stop."""
    return re.sub(r"\s+([,.)])", r"\1", re.sub(r"\s+", " ", page.main.get_text(" ")))


def sections(page: BeautifulSoup, titles: Collection[str]) -> dict[str, int]:
    """Give the number of words under each heading of those titles, in the order of the page; the last has none."""
    headings = [h for h in page.main.find_all("h2") if h.text.strip() in titles]
    found = {}
    for heading, following in pairwise([*headings, None]):
        between = []
        for element in heading.next_elements if following else ():
            if element is following:
                break
            between.append(str(element) if isinstance(element, str) else "")
        found[heading.text.strip()] = len("".join(between).split())
    return found


def leaps(page: BeautifulSoup) -> list[tuple[int, int]]:
    """Give each place where a heading lies more than one level below the one before it."""
    levels = [int(h.name[1]) for h in page.find_all(re.compile(r"^h[1-6]$"))]
    return [(earlier, later) for earlier, later in pairwise(levels) if later - earlier > 1 and later > 2]


def label_of(figure: Tag) -> str:
    """Give a figure's alternative text."""
    image = figure.find(attrs={"role": "img"}) or figure.find("img")
    return str(image.get("aria-label") or image.get("alt") or (image.find("desc") and image.find("desc").text) or "")


def wordless(figures: Sequence[Tag], day: str) -> list[str]:
    """Give each figure whose alternative text has under 8 or over 80 words, or whose source line lacks the day."""
    source = re.compile(rf"Sources?: .+\. As of {day}\.")
    return [
        label_of(figure) or str(figure)[:200] for figure in figures
        if not 8 <= len(label_of(figure).split()) <= 80
        or not source.search(re.sub(r"\s+", " ", figure.get_text(" ")))
    ]  # fmt: skip


def faults(page: BeautifulSoup) -> list[str]:
    """Give every trace of an error, and every missing value that was printed as one, outside code."""
    shown = copy(page.main)
    for code in shown.find_all(["pre", "style"]):
        code.decompose()
    text = shown.get_text(" ").replace("None listed", "")
    return re.findall(r"\b(?:nan|NaN|<NA>|None|NaT|inf|Traceback)\b|<NA>", text)


def untraced(
    page: BeautifulSoup, least: int, *, origin: str = ORIGIN, beside: str = BESIDE,
    said_in: Sequence[str] = ("p", "li"), has_annex: bool = True, with_names: bool = True,
) -> list[tuple[str, str]]:  # fmt: skip
    """Give every number of the text that says not where it comes from, with the words around it.

    Parameters
    ----------
    page : BeautifulSoup
    least : int
        More numbers than these have to be traced.
    origin : str
        Pattern of where a number may come from.
    beside : str
        Selector of what is no text.
    said_in : sequence of str
        Elements of the text.
    has_annex : bool
        Whether captions and source lines may say what the annex of numbers has, and have to.
    with_names : bool
        False where the names of tables, which hold years, stand in the text between quotation marks.
    """
    main = copy(page.main)
    captions = [t for t in main.find_all("table") if t.caption and "Numbers said in the text" in t.caption.text]
    known = set(TOKEN.findall(captions[0].get_text(" "))) if has_annex else set()
    spans = main.select(".traced")
    assert len(spans) > least, len(spans)
    found = [(str(s["data-origin"]), s.text) for s in spans if not re.search(origin, s["data-origin"])]
    for element in [*spans, *main.select(beside)]:
        element.decompose()
    for element in main.find_all(list(said_in)):
        if "source" not in element.get("class", []):
            said = element.get_text(" ") if with_names else re.sub(r"“[^”]*”", "", element.get_text(" "))
            found += [(n, said[:80]) for n in TOKEN.findall(said)]
    for caption in main.select("figcaption, p.source") if has_annex else ():
        found += [(n, caption.get_text(" ")[:80]) for n in TOKEN.findall(caption.get_text(" ")) if n not in known]
    return found


def pdf_title(path: Path) -> tuple[bool, str, set[str]]:
    """Tell whether a PDF is tagged, and give its title and bookmarks."""
    with pikepdf.open(path) as document, document.open_outline() as outline:
        titles = {str(item.title) for item in outline.root}
        return bool(document.Root.MarkInfo.Marked), str(document.docinfo["/Title"]), titles


def keeps_no_path(manifest: Path) -> bool:
    """Tell whether a manifest has no path of this machine."""
    return str(ROOT) not in json.dumps(json.loads(manifest.read_text(encoding="utf-8")))


class Shown(list[Any]):
    """What a notebook displays, drawn as JupyterLab and publish would ask for it."""

    def __call__(self, *things: Any) -> None:
        for thing in things:
            for form in ("_repr_mimebundle_", "_repr_html_", "_repr_markdown_"):
                if hasattr(thing, form):
                    assert getattr(thing, form)()
            self.append(thing)

    @property
    def charts(self) -> list[Any]:
        return [thing for thing in self if hasattr(thing, "figure")]


def run_cells(notebook: Path, **given: str) -> Shown:
    """Run a stored notebook's code with other parameters, without kernel or rendering."""
    shown = Shown()
    names: dict[str, Any] = {"display": shown}
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "cell", "exec"), names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= given
    plt.close("all")
    return shown


def refused(run: Run, words: Sequence[str]) -> list[str]:
    """Give what is wrong with a refusal: another code than 2, a traceback, words that it lacks, files left behind."""
    wrong = [f"code {run.code}"] if run.code != 2 else []
    wrong += [f"it does not say {word!r}" for word in words if word not in run.text]
    wrong += ["a traceback"] if "Traceback" in run.text else []
    return wrong + [str(path) for path in run.folder.rglob("*.*")]
