"""The nbconvert exporter ``tightrope-html``: an executed notebook as one offline HTML file."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from traitlets import default

from tightrope.publish.exporting import ReadingExporter, v4
from tightrope.publish.fonts import font_css
from tightrope.publish.fonts import warm as warm_fonts
from tightrope.publish.foreign import one_line
from tightrope.publish.linked import linked_data, open_graph, script_text
from tightrope.publish.markup import Notice
from tightrope.publish.page import build_page
from tightrope.publish.passages import as_html
from tightrope.publish.record import RECORD_MIME, Record, read_record
from tightrope.publish.unbroken import keep_whole
from tightrope.publish.words import words_of

TEMPLATES = Path(__file__).parent / "templates" / "html"

# Nothing is loaded and nothing runs: what a notebook smuggles in stays dead text.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
)

# Text of all kinds: what loads or compiles as it is first used does so on a page of it.
_MARKDOWN = "# A\n\n## B\n\n*b* `c` [d](#B)\n\n|e|f|\n|-|-|\n|g|1|\n"
_HTML = "<div class='claim-card'><h3 id='C'>i</h3></div>"
_RECORD = {"title": "A", "date": "2000-01-01"}


class TightropeHTMLExporter(ReadingExporter):
    """One HTML file: no script, no request, contents, code behind one toggle, light and dark.

    It holds its own template, so ``jupyter nbconvert --to tightrope-html`` works from any folder. Cells tagged
    ``hide``, ``remove-cell``, ``remove-input`` and ``remove-output`` are honoured. What would load from outside becomes
    text, named in ``resources["tightrope_warnings"]`` and in one logged warning.

    A report, which is a notebook that emits our record, is held to what it promises: a picture without alt text, or an
    error, is refused. In any other notebook the same faults become text and are named in the same warning; ``strict``
    holds it to a report's promises as well.
    """

    export_from_notebook = "Tightrope HTML"
    output_mimetype = "text/html"

    @default("file_extension")  # type: ignore[untyped-decorator]
    def _file_extension_default(self) -> str:
        return ".html"

    @staticmethod
    def warm() -> None:
        """Make a small page ahead, of which a first page has the use; rendering calls it while the kernel runs.

        It starts no thread, so that a process may fork after it.
        """
        warm_fonts()
        outputs = [v4.new_output("display_data", data) for data in ({RECORD_MIME: _RECORD}, {"text/html": _HTML})]
        cells = [v4.new_markdown_cell(_MARKDOWN, id="a"), v4.new_code_cell("h = 1", outputs=outputs, id="b")]
        metadata = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
        TightropeHTMLExporter().from_notebook_node(v4.new_notebook(cells=cells, metadata=metadata))

    def from_notebook_node(
        self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert an executed notebook.

        Raises
        ------
        RenderFailed
            In a report, where a picture has no alt text or the notebook holds an error.
        """
        nb, found = super().from_notebook_node(nb, resources, **kw)
        metadata = found.get("metadata", {})
        nb, strict, notices = self.mended(nb)
        record = read_record(nb, str(metadata.get("name") or "report"))
        words = words_of(record.language)
        page = build_page(nb, str(metadata.get("path") or "."), words, record.language, strict)
        notices += [Notice(int(re.sub(r"\D+", "", where) or 0), text) for where, text in page.notices]
        linked = linked_data(nb, record)
        context = {
            "linked": script_text(linked),
            "open_graph": open_graph(record, linked),
            "record": record,
            "page": page,
            "words": words,
            "policy": POLICY,
            "date": _long_date(record),
            "css": _css(),
        }
        draft = _environment().get_template("page.html.j2").render(context)
        fonts = font_css(_text_of(draft), italic=bool(re.search(r"<(?:em|i|cite|dfn)\b|font-style:\s*italic", draft)))
        # All words before the page's own style sheet, the first, are escaped.
        head, style, rest = keep_whole(draft).partition("<style>\n")
        html = f"{head}{style}{fonts}\n{rest}"
        warnings = found.setdefault("tightrope_warnings", [])
        if notices:
            warnings.append(f"set otherwise than meant: {one_line(notices)}")
        if page.left_out:
            listed = "; ".join(dict.fromkeys(page.left_out))
            warnings.append(
                f"{len(page.left_out)} parts would load or run something and were turned into text: {listed}"
            )
        if warnings:
            self.log.warning("; ".join(warnings))
        return html, found


@cache
def _css() -> str:
    source = (TEMPLATES / "page.css").read_text(encoding="utf-8")
    return re.sub(r"\n\s*\n", "\n", re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)).strip()


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["in_languages"] = as_html
    return environment


def _long_date(record: Record) -> str:
    if not record.date:
        return ""
    from babel import UnknownLocaleError
    from babel.dates import format_date

    date = dt.date.fromisoformat(record.date)
    try:
        # the house writes British English: 25 March 2021
        locale = "en_GB" if record.language == "en" else record.language.replace("-", "_")
        return str(format_date(date, "long", locale=locale))
    except (UnknownLocaleError, ValueError):
        return record.date


def _text_of(html: str) -> str:
    """Give the characters a reader may see; style sheets and data for machines are none."""
    import html as entities

    return entities.unescape(re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL))
