"""Make the HTML a notebook wrote fit to stand in one offline page: nothing outside, nothing that runs, real tables."""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag

from tightrope.errors import RenderFailed
from tightrope.publish.asides import put_back, set_aside, without_signs
from tightrope.publish.unbroken import single_spaced

# What a page may not hold: each loads, runs or redirects.
_LOADERS = ["script", "link", "iframe", "frame", "object", "embed", "applet", "video", "audio", "source", "track"]
_LOADERS += ["base", "meta", "portal", "form"]
# Names of the tags that a text may open, in lower case; more than it does open, where one stands in a comment.
_OPENED = re.compile(r"<([a-z][^\s/>\x00]*)")
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_CLAIMS = sorted(_HEADINGS - {"h1"})
_HAS_ID = re.compile(r"\bid\b", re.IGNORECASE)
_DROPPED = ("srcset", "background", "poster", "ping", "action", "formaction", "dynsrc", "lowsrc")
_REMOTE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_RUNS = re.compile(r"^\s*(?:javascript|vbscript|data)\s*:", re.IGNORECASE)
_CSS_URL = re.compile(r"""url\(\s*(?!["']?(?:data:image/|#))[^)]*\)|@import[^;}]*;?""", re.IGNORECASE)
_DATA = re.compile(r"\s*data\s*:\s*image/[\w.+-]+\s*(?:;[^,]*)?,", re.IGNORECASE)
_LEFT = re.compile(r"^\s*text-align:\s*left;?(?:\s*font-weight:\s*bold;?)?(?:\s*(?:min-width|word-break):[^;]*;?)*\s*$")
# Signs from which on a cell holds sentences, and its column is no narrower than a few words.
_LONG = 90
_NUMBER = re.compile(r"[−–+-]?\s*(?:US)?[$€£₩]?\s*[−–-]?\d[\d,.   ]*\s*(?:%|bn|m|k|km|th|st|nd|rd)?")


@dataclass
class Heading:
    """An entry of the contents: level 2 or 3, its anchor, its text as HTML."""

    level: int
    anchor: str
    text: str


@dataclass
class Tidier:
    """Tidies fragments of one page; ids stay unique over all of them.

    Attributes
    ----------
    words : mapping
        The page's own words in its language.
    folder : Path
        Where image files the notebook names lie; none is read from outside it.
    headings : list of Heading
        Gathered as fragments pass.
    left_out : list of str
        Addresses and elements that were turned into text.
    strict : bool
        Whether an image without alt text or without its file is refused; else words stand in.
    notices : list of (str, str)
        Cell and words of what stands in where it is not strict.
    """

    words: Mapping[str, str]
    folder: Path
    headings: list[Heading] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    strict: bool = True
    notices: list[tuple[str, str]] = field(default_factory=list)
    _ids: set[str] = field(default_factory=set)
    _seen_title: bool = False
    _n_tables: int = 0

    def fragment(self, html: str, where: str) -> str:
        """Tidy one fragment; ``where`` names its cell in messages.

        Raises
        ------
        RenderFailed
            Where an image has no alt text or is a file that is not carried in the page.
        """
        html, spans = set_aside(html)
        soup = BeautifulSoup(html, "html.parser")
        # Every walk over a fragment costs, and most fragments hold nothing that most walks look for.
        held = set(_OPENED.findall(html.lower()))
        for tag in soup.find_all(["html", "body", "head"]) if held & {"html", "body", "head"} else ():
            tag.unwrap()
        self._stop_loading(soup, held)
        # No CSS selectors: the patterns that read them take a fifth of a second to compile, in every process.
        for box in soup.find_all("input", class_="task-list-item-checkbox") if "input" in held else ():
            box.replace_with("☒ " if box.has_attr("checked") else "☐ ")  # nobody can tick it here
        for image in soup.find_all("img") if "img" in held else ():
            self._image(soup, image, where)
        has_headings = bool(held & _HEADINGS)
        has_cards = has_headings and "claim-card" in html
        named = [one for one in soup.find_all(_CLAIMS, id=True) if _is_card(one.parent)] if has_cards else []
        for heading in soup.find_all(list(_HEADINGS)) if has_headings else ():
            if not heading.decomposed:  # as one within the title is
                self._heading(heading)
        for heading in named:
            if heading.decomposed:
                continue
            # Beside the heading, not in it: the heading's own words are read aloud in lists of headings.
            link = soup.new_tag("a", attrs={"class": "here", "href": f"#{heading['id']}"})
            link.string = self.words["link_to"].format(name=heading["id"])
            heading.insert_after(link)
        for tag in soup.find_all(id=True) if _HAS_ID.search(html) else ():
            if not re.fullmatch(r"h[1-6]", tag.name):
                tag["id"] = self._unique(str(tag["id"]))
        for table in soup.find_all("table") if "table" in held else ():
            self._table(soup, table)
        return put_back(str(soup), spans)

    def _stop_loading(self, soup: BeautifulSoup, held: Set[str]) -> None:
        for tag in soup.find_all(_LOADERS) if not held.isdisjoint(_LOADERS) else ():
            if tag.decomposed:
                continue
            address = str(tag.get("src") or tag.get("href") or tag.get("data") or tag.get("action") or "")
            if tag.name == "form":
                self.left_out.append("form")
                tag.unwrap()
                continue
            self._as_text(soup, tag, address or f"<{tag.name}>")
        for node in list(soup.descendants):  # all of them first: a style that is rewritten would end the walk
            if isinstance(node, Tag):
                self._attributes(node)

    def _attributes(self, tag: Tag) -> None:
        for name in list(tag.attrs):
            value = tag[name]
            text = value if isinstance(value, str) else " ".join(value or [])
            low = name.lower()
            if low.startswith("on") or low in _DROPPED:
                del tag[name]
            elif low in ("href", "xlink:href") and (
                _RUNS.match(text) or (tag.name not in ("a", "area") and not text.startswith("#"))
            ):
                self.left_out.append(text[:80])
                del tag[name]
            elif low == "style" and _CSS_URL.search(text):
                self.left_out.append(text[:80])
                tag[name] = _CSS_URL.sub("none", text)
        if tag.name == "style" and tag.string and _CSS_URL.search(tag.string):
            self.left_out.append("<style> with url()")
            tag.string = _CSS_URL.sub("none", tag.string)

    def _as_text(self, soup: BeautifulSoup, tag: Tag, address: str) -> None:
        self.left_out.append(address[:200])
        note = soup.new_tag("span", attrs={"class": "left-out"})
        label = str(tag.get("alt") or tag.get("title") or "").strip()
        note.string = (f"{label} " if label else "") + f"[{self.words['left_out']}: {address[:200]}]"
        tag.replace_with(note)

    def _image(self, soup: BeautifulSoup, image: Tag, where: str) -> None:
        source = str(image.get("src") or "")
        if _REMOTE.match(source):
            self._as_text(soup, image, source)
            return
        named = source
        if head := _DATA.match(source):  # great_tables writes spaces in it
            source = image["src"] = re.sub(r"\s", "", head[0]) + source[head.end() :].strip()
        if not source.startswith("data:image/"):
            source = image["src"] = self._carried(source)
        if not source and not self.strict:
            self._as_text(soup, image, named)
            return
        if not source:
            raise RenderFailed(
                "an image file is not found",
                where=where,
                why="a report is one file, so it carries its images",
                fix="put the file under the notebook's folder",
            )
        if str(image.get("alt") or "").strip() or image.get("role") == "presentation":
            return
        if not self.strict:
            image["alt"] = self.words["undescribed"].format(cell=where.removeprefix("cell "))
            self.notices.append((where, "an image has no alt text"))
        else:
            raise RenderFailed(
                "an image has no alt text",
                where=where,
                why="a reader who cannot see it would get nothing",
                fix='write ![what it shows](file), or alt="…" in HTML',
            )

    def _carried(self, name: str) -> str:
        """Give an image file as data for the page, or an empty text where there is none in the folder."""
        path = (self.folder / unquote(name)).resolve()
        kind = mimetypes.guess_type(path.name)[0] or ""
        try:
            if not path.is_relative_to(self.folder.resolve()) or not path.is_file() or not kind.startswith("image/"):
                return ""
        except (OSError, ValueError):  # no name a file can have
            return ""
        return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"

    def _heading(self, heading: Tag) -> None:
        level = int(heading.name[1])
        if level == 1 and not self._seen_title:
            self._seen_title = True
            heading.decompose()  # the title block says it
            return
        level = max(2, level)
        heading.name = f"h{level}"
        for link in heading.find_all("a", class_="anchor-link"):
            link.decompose()
        text = single_spaced(_text(heading))
        anchor = self._unique(str(heading.get("id") or re.sub(r"\s+", "-", text) or "section"))
        heading["id"] = anchor
        inside = heading.find_parent(class_="claim-card") or "no-toc" in (heading.get_attribute_list("class"))
        if level <= 3 and not inside:
            self.headings.append(Heading(level, anchor, escape(text)))

    def _table(self, soup: BeautifulSoup, table: Tag) -> None:
        self._n_tables += 1
        for name in ("border", "cellpadding", "cellspacing", "width"):
            table.attrs.pop(name, None)
        parts = table.find_all(["caption", "td", "th"])
        texts = {id(part): _text(part) for part in parts}
        for cell in parts:
            if cell.name != "th":
                continue
            if not texts[id(cell)].strip():
                cell.name = "td"  # an empty header names nothing; read aloud it is a riddle
                cell.attrs.pop("scope", None)
            elif not cell.get("scope"):
                cell["scope"] = "col" if cell.find_parent("thead") else "row"
        if set(table.get_attribute_list("class")) == {"mathjax_ignore", "tex2jax_ignore"}:
            del table["class"]  # said to JupyterLab; no formula is looked for here
        for part in parts:
            if _LEFT.match(str(part.get("style") or "-")):
                del part["style"]  # the page sets words left as it is
            if part.name != "caption" and len(texts[id(part)]) > _LONG and not part.find("table"):
                part["class"] = [name for name in (*part.get_attribute_list("class"), "long") if name]  # type: ignore[assignment]
        _align_numbers(table, texts)
        if table.find_parent("table") or table.find_parent(class_="table-scroll"):
            return
        caption = table.find("caption")
        label = single_spaced(_text(caption)) if caption else f"{self.words['table']} {self._n_tables}"
        attributes = {"class": "table-scroll", "role": "region", "tabindex": "0", "aria-label": label}
        table.wrap(soup.new_tag("div", attrs=attributes))

    def _unique(self, name: str) -> str:
        candidate, number = name, 2
        while candidate in self._ids:
            candidate, number = f"{name}-{number}", number + 1
        self._ids.add(candidate)
        return candidate


def _is_card(tag: Tag | None) -> bool:
    return tag is not None and "claim-card" in tag.get_attribute_list("class")


def _text(tag: Tag) -> str:
    return without_signs(tag.get_text())


def _align_numbers(table: Tag, texts: Mapping[int, str]) -> None:
    """Right-align columns of numbers with their headers; ``texts`` has the text of each cell by its identity.

    The first column names its row, even by a year, and tables with joined cells keep what they have.
    """
    found = (
        [cell for cell in row.children if isinstance(cell, Tag) and cell.name in ("td", "th")] for row in table("tr")
    )
    rows = [row for row in found if row]
    if any(cell.get("colspan") or cell.get("rowspan") for row in rows for cell in row):
        return
    heads = [row[0].find_parent("thead") is not None for row in rows]
    for column in range(1, max((len(row) for row in rows), default=0)):
        there = [(row[column], is_head) for row, is_head in zip(rows, heads, strict=True) if len(row) > column]
        said = [" ".join(texts[id(cell)].split()) for cell, is_head in there if not is_head]
        said = [text for text in said if text not in ("", "–", "—", "-", "…", "NaN", "nan", "None", "<NA>")]
        if said and all(_NUMBER.fullmatch(text) for text in said):
            for cell, _ in there:
                cell["class"] = [c for c in (*cell.get_attribute_list("class"), "num") if c]  # type: ignore[assignment]
