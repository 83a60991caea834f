"""From an executed notebook to the parts of a page: body, contents, warnings."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from nbconvert.filters.ansi import strip_ansi
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath, import_plugin
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.util import ClassNotFound  # type: ignore[import-untyped]

from tightrope.errors import RenderFailed
from tightrope.publish import svg
from tightrope.publish.figures import Figure, cell_number, read_figure
from tightrope.publish.linked import LINKED_MIME
from tightrope.publish.maths import to_mathml
from tightrope.publish.numbers import Numbers
from tightrope.publish.record import RECORD_MIME
from tightrope.publish.tidy import Heading, Tidier

# A formula's place until pandoc has done all of them at once; private characters pass every parser untouched.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACE = re.compile(f"{_OPEN}(\\d+){_CLOSE}")

# The anchors of footnotes, as mistune writes them.
_NOTE = re.compile(r"""((?:id="|href="#))(fn(?:ref)?-)""")
# Narrower than this, pictures stand two in a row.
_SMALL_IN = 3.3
# A wide chart may grow to the column, never so far that its type outgrows the text's.
_GROWTH = 1.15


@dataclass
class Page:
    """The parts of a page.

    Attributes
    ----------
    body : str
        HTML of the main part.
    headings : list of Heading
        Contents, levels 2 and 3.
    has_code : bool
        Whether any cell shows its code.
    left_out : list of str
        What was turned into text because it would load or run.
    notices : list of (str, str)
        Cell and words of what is set otherwise than meant.
    """

    body: str
    headings: list[Heading]
    has_code: bool
    left_out: list[str]
    notices: list[tuple[str, str]] = field(default_factory=list)


class _Renderer(IPythonRenderer):  # type: ignore[misc]  # nbconvert is untyped
    """nbconvert's Markdown, with formulas set aside."""

    def __init__(self, formulas: list[tuple[str, bool]], **options: Any) -> None:
        super().__init__(escape=False, exclude_anchor_links=True, **options)
        self._formulas = formulas

    def _embed_image_or_attachment(self, src: str) -> str:
        try:
            return str(super()._embed_image_or_attachment(unquote(src) if src.startswith("attachment:") else src))
        except InvalidNotebook:
            return src  # it is missed with the other files that are not there

    def block_math(self, body: str) -> str:
        return _set_aside(self._formulas, body, True)

    def inline_math(self, body: str) -> str:
        return _set_aside(self._formulas, body, False)

    def latex_environment(self, name: str, body: str) -> str:
        return _set_aside(self._formulas, f"\\begin{{{name}}}{body}\\end{{{name}}}", True)


@dataclass
class _Builder:
    nb: Mapping[str, Any]
    folder: str
    words: Mapping[str, str]
    language: str = "en"
    strict: bool = True
    formulas: list[tuple[str, bool]] = field(default_factory=list)
    n_figures: int = 0
    n_noted: int = 0
    has_code: bool = False

    def __post_init__(self) -> None:
        self.tidier = Tidier(self.words, Path(self.folder), strict=self.strict)
        self.lexer = _lexer(self.nb.get("metadata", {}))
        self.renderer = _Renderer(self.formulas)
        plugins = [import_plugin(name) for name in (*MarkdownWithMath.DEFAULT_PLUGINS, "footnotes")]
        self.parser = MarkdownWithMath(renderer=self.renderer, plugins=plugins)

    def build(self) -> Page:
        parts = [part for index, cell in enumerate(self.nb["cells"]) for part in self.cell(cell, index)]
        maths = to_mathml(self.formulas)
        body = _PLACE.sub(lambda m: maths[int(m[1])], "\n".join(parts))
        headings = [
            Heading(h.level, _PLACE.sub("", h.anchor), _PLACE.sub(lambda m: maths[int(m[1])], h.text))
            for h in self.tidier.headings
        ]
        notices = list(self.tidier.notices)
        for (tex, _), made in zip(self.formulas, maths, strict=True):
            if not made.lstrip().startswith("<math"):
                notices.append(("", f"the equation {tex[:60]} (shown as TeX)"))
        return Page(body, headings, self.has_code, self.tidier.left_out, notices)

    def cell(self, cell: Mapping[str, Any], index: int) -> list[str]:
        tags = set(cell.get("metadata", {}).get("tags", []))
        if tags & {"hide", "remove-cell"}:
            return []
        where = self.place(index)
        if cell["cell_type"] == "markdown":
            return [self.markdown(cell["source"], where, cell.get("attachments"))]
        if cell["cell_type"] != "code":
            return []
        parts = []
        if cell["source"].strip() and "remove-input" not in tags:
            self.has_code = True
            code = _highlighted(cell["source"], self.lexer)
            parts.append(f'<div class="code highlight"><pre><code>{code}</code></pre></div>')
        if "remove-output" not in tags:
            parts += self.outputs(cell, index, "raises-exception" in tags)
        return parts

    def place(self, index: int) -> str:
        return f"cell {cell_number(self.nb, index)}"

    def outputs(self, cell: Mapping[str, Any], index: int, may_raise: bool) -> list[str]:
        parts: list[str] = []
        small: list[str] = []
        for output in cell.get("outputs", []):
            figure = read_figure(output, cell_number(self.nb, index) - 1)
            if figure is not None and figure.width_in is not None and figure.width_in <= _SMALL_IN:
                small.append(self.figure(figure))
                continue
            parts += _in_row(small)
            small = []
            if figure is not None:
                parts.append(self.figure(figure))
            else:
                parts.append(self.output(output, index, may_raise))
        return [part for part in (*parts, *_in_row(small)) if part]

    def output(self, output: Mapping[str, Any], index: int, may_raise: bool) -> str:
        where = self.place(index)
        kind = output["output_type"]
        if kind == "stream":
            # the error stream is for whoever runs the notebook: render says it on the terminal
            return _pre(output["text"]) if output["name"] == "stdout" else ""
        if kind == "error":
            if not may_raise:
                raise RenderFailed(
                    f"the notebook holds an error: {output['ename']}: {output['evalue']}",
                    where=where,
                    fix="run it again without the error, or tag the cell raises-exception",
                )
            return _pre(f"{output['ename']}: {output['evalue']}")
        data = output.get("data") or {}
        if RECORD_MIME in data or LINKED_MIME in data:
            return ""  # said in the page's head
        if "text/html" in data:
            html = self.tidier.fragment(data["text/html"], where)
            return f'<div class="output">{html}</div>' if html.strip() else ""
        if "text/markdown" in data:
            return self.markdown(data["text/markdown"], where)
        if "text/latex" in data:
            return f"<p>{self.latex(data['text/latex'])}</p>"
        text = data.get("text/plain", "")
        if not text.strip() and data.keys() - {"text/plain"}:
            self.tidier.left_out.append("output of kind " + ", ".join(sorted(data)))
        return _pre(text)

    def markdown(self, source: str, where: str, attachments: Mapping[str, Any] | None = None) -> str:
        self.renderer.attachments = dict(attachments or {})
        html = self.parser.render(source)
        if 'class="footnote' in html:
            # Each text counts its notes from 1, so their anchors get its number.
            self.n_noted += 1
            html = _NOTE.sub(lambda found: f"{found[1]}t{self.n_noted}-{found[2]}", html)
            html = html.replace('class="footnote">', f'class="footnote" aria-label="{escape(self.words["back"])}">')
        return self.tidier.fragment(html, where)

    def latex(self, source: str) -> str:
        text = source.strip()
        for mark in ("$$", "$"):
            if text.startswith(mark) and text.endswith(mark) and len(text) > 2 * len(mark):
                return _set_aside(self.formulas, text[len(mark) : -len(mark)], True)
        return _set_aside(self.formulas, text, True)

    def figure(self, figure: Figure) -> str:
        self.n_figures += 1
        prefix = f"f{self.n_figures}"
        if isinstance(figure.data, str):
            picture = self.drawing(figure, prefix)
        else:
            size = f' style="width:{figure.width_in * 96:.0f}px"' if figure.width_in else ""
            data = base64.b64encode(figure.data).decode("ascii")
            picture = f'<img alt="{escape(figure.alt)}" src="data:{figure.mime};base64,{data}"{size}>'
        words = ""
        if figure.title or figure.subtitle:
            title = f'<strong class="title">{escape(figure.title)}</strong>' if figure.title else ""
            subtitle = f'<span class="subtitle">{escape(figure.subtitle)}</span>' if figure.subtitle else ""
            words = f"<figcaption>{title}{subtitle}</figcaption>"
        source = f'<p class="source">{self.source(figure.source)}</p>' if figure.source else ""
        label = escape(figure.title or f"{self.words['figure']} {self.n_figures}")
        paper = "" if figure.inks else " on-paper"
        numbers = ""
        if figure.numbers is not None:
            numbers = self.numbers(figure, figure.numbers, f"{prefix}-numbers")
            picture = re.sub(r"^<(svg|img) ", rf'<\1 aria-details="{prefix}-numbers" ', picture, count=1)
        box = f'<div class="picture{paper}" tabindex="0" role="group" aria-label="{label}">{picture}</div>'
        return f'<figure id="fig-{self.n_figures}">{words}{box}{source}{numbers}</figure>'

    def numbers(self, figure: Figure, numbers: Numbers, anchor: str) -> str:
        """Set what a picture draws as a table to open, with what the picture shows in words before it."""
        label = self.words["numbers_of"].format(title=figure.title or f"{self.words['figure']} {self.n_figures}")
        right = [' class="num"' if kind == "number" and i else "" for i, kind in enumerate(numbers.kinds)]
        head = "".join(
            f'<th scope="col"{side}>{escape(name)}</th>' for name, side in zip(numbers.columns, right, strict=True)
        )
        body = []
        for first, *others in numbers.cells(self.language, self.words):
            cells = "".join(f"<td{side}>{escape(text)}</td>" for text, side in zip(others, right[1:], strict=True))
            body.append(f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>')
        caption = escape(figure.subtitle or figure.title or label)
        more = ""
        if numbers.n_rows > len(numbers.shown):
            said = self.words["numbers_cut"].format(shown=len(numbers.shown), all=numbers.n_rows)
            more = f"<p>{escape(said)}</p>"
        return (
            f'<details class="numbers" id="{anchor}"><summary aria-label="{escape(label)}">'
            f"{escape(self.words['numbers'])}</summary><p>{escape(figure.alt)}</p>{more}"
            f'<div class="table-scroll" role="region" tabindex="0" aria-label="{escape(label)}"><table>'
            f"<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div></details>"
        )

    def drawing(self, figure: Figure, prefix: str) -> str:
        if not isinstance(figure.data, str):
            return ""
        if svg.has_outside(figure.data):
            raise RenderFailed("a drawing loads something from outside", where=f"cell {figure.cell}")
        size = svg.size_px(figure.data)
        natural = figure.width_in * 96 if figure.width_in else (size[0] if size else 0)
        markup = svg.inline(figure, prefix)
        style = f"max-width:{natural * _GROWTH:.0f}px;--drawn:{natural:.0f}px" if natural else ""
        return (
            markup.replace("<svg ", f'<svg style="{style}" ', 1) if style and ' style="' not in markup[:200] else markup
        )

    def source(self, text: str) -> str:
        word = self.words["source"]
        said = text if re.match(rf"{word}\w?\s*[:：]", text, re.IGNORECASE) else f"{word}: {text}"
        return escape(said)


def build_page(
    nb: Mapping[str, Any], folder: str, words: Mapping[str, str], language: str = "en", strict: bool = True
) -> Page:
    """Turn the cells of an executed notebook into the parts of a page.

    Parameters
    ----------
    nb : mapping
        The notebook (nbformat 4).
    folder : str
        Where images named by the notebook lie.
    words : mapping
        The page's own words in its language.
    language : str
        BCP 47 tag, for the numbers and dates of tables.
    strict : bool
        Whether an image of a text without alt text or file is refused; else words stand in.

    Raises
    ------
    RenderFailed
        Where a picture has no alt text, or the notebook holds an error.
    """
    return _Builder(nb, folder, words, language, strict).build()


def _lexer(metadata: Mapping[str, Any]) -> Any:
    """Find the lexer of a notebook's language: by what the kernel said, else by the name of the kernel."""
    language, kernel = metadata.get("language_info") or {}, metadata.get("kernelspec") or {}
    for name in (language.get("pygments_lexer"), language.get("name"), kernel.get("language")):
        if name:
            with suppress(ClassNotFound):
                return _lexer_named(str(name).lower())
    return _lexer_named("text" if language or kernel.get("language") else "python")


_lexer_named = lru_cache(get_lexer_by_name)


@lru_cache(maxsize=256)
def _highlighted(source: str, lexer: Any) -> str:
    """Colour code; the reports of one worker share nearly all of it."""
    return str(highlight(source, lexer, HtmlFormatter(nowrap=True))).rstrip("\n")


def _set_aside(formulas: list[tuple[str, bool]], tex: str, is_display: bool) -> str:
    formulas.append((tex, is_display))
    return f"{_OPEN}{len(formulas) - 1}{_CLOSE}"


def _in_row(figures: list[str]) -> list[str]:
    return [f'<div class="multiples">{"".join(figures)}</div>'] if len(figures) > 1 else figures


def _pre(text: str) -> str:
    shown = strip_ansi(text).rstrip()
    return f'<pre class="printed" tabindex="0">{escape(shown)}</pre>' if shown.strip() else ""
