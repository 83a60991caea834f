"""What every chart is: a figure with its finding, measure, source and alternative text, or nothing at all."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from tightrope.asked import is_for_a_report
from tightrope.charts.numbers import Numbers
from tightrope.charts.palette import DARK
from tightrope.charts.style import MIN_PT, PANEL_IN, WIDTH_IN, families, style
from tightrope.errors import TightropeError

MAX_ALT_WORDS = 80
PNG_DPI = 192  # twice the 96 pixels to the inch at which JupyterLab shows it: crisp on every screen
PNG_COLOURS = 96
_LABEL_OPENERS = re.compile(
    r"^(figure|fig\.|chart|graph|plot|table|map|overview|distribution|comparison|evolution)\b", re.IGNORECASE
)
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_ID = re.compile(r'\bid="([^"]+)"')
_DECIMALS = re.compile(r"(\d\.\d\d)\d+")
_POINT = re.compile(r"<defs>.*?</defs>|<(?:use|path)\b[^>]*/>", re.DOTALL)
_REFERENCE = re.compile(r'(?:xlink:href="#|href="#|url\(#)([^")]+)')


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure that may be published.

    Title, subtitle and source line are not drawn in the figure: they travel as text beside it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        At most 6.3 in wide (3 in for a panel), no text under 7.5 pt.
    title : str
        The finding, as a sentence.
    subtitle : str
        Measure, unit and years.
    source : str
        Producer, table, version, as of.
    alt : str
        Kind of chart, axes, extremes and trend with numbers, in at most 80 words.
    unit : str
        Unit of the main values.
    name : str
        Short name for ids and files: small letters, digits and hyphens.
    data : pandas.DataFrame, optional
        What is drawn.
    numbers : Numbers, optional
        The same as a reader wants it in a table; ``data`` as it is where the chart says nothing better.
    panel : bool
        True for a small multiple that stands alone in a row.
    tips : mapping of str to str or list of str
        Hover texts by the artist's gid: one for the artist, or one for each of its points.

    Raises
    ------
    TightropeError
        A text or the numbers are missing, a text is too long, the title a label, the type too small or the figure too
        wide.
    """

    figure: Figure
    title: str
    subtitle: str
    source: str
    alt: str
    unit: str
    name: str
    data: pd.DataFrame | None = None
    numbers: Numbers | None = None
    panel: bool = False
    tips: Mapping[str, str | Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        where = f"chart {self.name!r}"
        if not _NAME.fullmatch(self.name):
            raise TightropeError(
                f"{self.name!r} is no chart name",
                where="Chart(name=…)",
                why="the name becomes ids and file names",
                fix="use small letters, digits and hyphens, such as 'trade-rank'",
            )
        for attribute, why in (
            ("title", "a reader looks for the finding first"),
            ("unit", "a number without a unit says nothing"),
            ("source", "a chart without its source cannot be checked"),
            ("alt", "a reader who cannot see the chart gets nothing"),
        ):
            if not str(getattr(self, attribute)).strip():
                raise TightropeError(f"the chart has no {attribute}", where, why, f"pass {attribute}=…")
        n_words = len(self.alt.split())
        if n_words > MAX_ALT_WORDS:
            raise TightropeError(
                f"the alt text has {n_words} words",
                where,
                "it is read aloud in one go",
                f"keep it to {MAX_ALT_WORDS}: kind of chart, axes, extremes, trend",
            )
        self._check_title(where)
        self._check_size(where)
        if self.numbers is None and self.data is not None:
            object.__setattr__(self, "numbers", Numbers(self.data))
        if self.numbers is None or self.numbers.frame.empty:
            raise TightropeError(
                "the chart has no numbers",
                where,
                "whoever cannot see it, or would check it, needs them as a table",
                "pass data=… or numbers=…",
            )

    def _check_title(self, where: str) -> None:
        words = self.title.split()
        # A code such as C07 says nothing of how the title is written.
        long = [word for word in words[1:] if len(word) > 3 and word[0].isalpha() and not re.search(r"\d", word)]
        fault = ""
        if len(words) < 3:
            fault = "has fewer than three words"
        elif self.title.rstrip().endswith(("?", ":")):
            fault = "is a question or a heading"
        elif _LABEL_OPENERS.match(self.title):
            fault = "names the chart instead of what it shows"
        elif len(long) >= 3 and all(word[0].isupper() for word in long):
            fault = "is a heading in capitals"
        if fault:
            raise TightropeError(
                f"the title {self.title!r} {fault}",
                where,
                "the title states the finding; measure and years belong in the subtitle",
                "write a sentence, such as 'Russia was the 12th partner in 6 of 48 readings'",
            )

    def _check_size(self, where: str) -> None:
        limit = PANEL_IN if self.panel else WIDTH_IN
        width = self.figure.get_figwidth()
        if width > limit + 1e-6:
            raise TightropeError(
                f"the figure is {width:g} in wide",
                where,
                "it would be scaled down in print and its type with it",
                f"draw it at most {limit:g} in wide",
            )
        for text in cast("list[Text]", self.figure.findobj(Text)):
            shown = text.get_text().strip()
            size = float(text.get_fontsize())
            if shown and text.get_visible() and size < MIN_PT:
                raise TightropeError(
                    f"the text {shown!r} is {size:g} pt",
                    where,
                    "it cannot be read in print",
                    f"set it in at least {MIN_PT:g} pt, or leave it out",
                )

    def svg(self) -> str:
        """Give the figure as SVG: text stays text, and the same figure gives the same bytes."""
        buffer = io.StringIO()
        with style(), mpl.rc_context({"svg.hashsalt": f"tightrope-{self.name}"}):
            nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
            self.figure.savefig(buffer, format="svg", metadata=nothing)
        return _tidy(buffer.getvalue(), self.name, self.tips)

    def png(self) -> bytes:
        """Give the figure as a small PNG, for readers that take no SVG."""
        raw, small = io.BytesIO(), io.BytesIO()
        with style():
            self.figure.savefig(raw, format="png", dpi=PNG_DPI, pil_kwargs={"compress_level": 0})
        picture = Image.open(raw).convert("RGBA")
        # Few colours are drawn, so a palette loses nothing that can be seen and takes a third of the room.
        picture.quantize(PNG_COLOURS, method=Image.Quantize.FASTOCTREE).save(small, format="png")
        return small.getvalue()

    def metadata(self, svg: str = "") -> dict[str, Any]:
        """Give what publish sets around the figure; ``dark`` the dark twins of its colours, as written in the SVG."""
        drawn = svg.lower()
        return {
            "alt": self.alt,
            "title": self.title,
            "subtitle": self.subtitle,
            "source": self.source,
            "unit": self.unit,
            "name": self.name,
            "width_in": round(float(self.figure.get_figwidth()), 2),
            "inks": True,
            "dark": {light.lower(): dark for light, dark in DARK.items() if light.lower() in drawn},
        }

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        svg = self.svg()
        about = self.metadata(svg)
        data = {"image/svg+xml": svg}
        if is_for_a_report():
            # A report sets the drawing alone: a copy in dots would take as long again, and nobody would see it.
            shown = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')}"
        else:
            data["image/png"] = base64.b64encode(self.png()).decode("ascii")
            shown = f"data:image/png;base64,{data['image/png']}"
        data |= {"text/html": self._html(shown), "text/plain": self.alt}
        wanted = {
            key: value for key, value in data.items() if (not include or key in include) and key not in (exclude or ())
        }
        made: dict[str, Any] = {key: dict(about) for key in ("image/svg+xml", "image/png") if key in wanted}
        # Once is enough: a table of two hundred rows twice in every output would swell the notebook.
        for first in list(made)[:1]:
            assert self.numbers is not None, "no chart is made without"
            made[first]["numbers"] = self.numbers.record()
        return wanted, made

    def _html(self, picture: str) -> str:
        # JupyterLab prefers HTML to SVG and lacks Source Sans, so there the picture is the PNG, on its own white paper.
        width = round(float(self.figure.get_figwidth()) * 96)
        style_figure = f"background:#ffffff;color:#1a1a1a;max-width:{width}px;margin:0.5em 0;padding:0.5em"
        return (
            # Two sums in one line, "$12 bn, after $1 bn", would be a formula there.
            f'<figure class="tightrope-chart mathjax_ignore tex2jax_ignore" style="{style_figure}">'
            f'<p style="margin:0;font-weight:bold">{html.escape(self.title)}</p>'
            f'<p style="margin:0 0 0.5em;color:#5f6368">{html.escape(self.subtitle)}</p>'
            f'<img alt="{html.escape(self.alt)}" width="{width}" src="{picture}">'
            f'<figcaption style="color:#5f6368;font-size:85%">{html.escape(self.source)}</figcaption></figure>'
        )


@dataclass(frozen=True)
class Texts:
    """The words around a chart, computed by the caller from the same numbers (see `Chart` for each)."""

    title: str
    subtitle: str
    source: str
    alt: str
    unit: str
    name: str

    def chart(
        self,
        figure: Figure,
        data: pd.DataFrame | None = None,
        *,
        numbers: Numbers | None = None,
        panel: bool = False,
        tips: Mapping[str, str | Sequence[str]] | None = None,
    ) -> Chart:
        """Join the words, a figure and what it draws."""
        return Chart(
            figure=figure,
            title=self.title,
            subtitle=self.subtitle,
            source=self.source,
            alt=self.alt,
            unit=self.unit,
            name=self.name,
            data=data,
            numbers=numbers,
            panel=panel,
            tips=tips or {},
        )


def _tidy(svg: str, name: str, tips: Mapping[str, str | Sequence[str]]) -> str:
    """Drop the prologue and unused ids, make the others the chart's own and put the hover texts in.

    Several charts are set into one HTML page, where an id may stand only once.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # A style sheet would reach out of the picture into the page; the root's own style is inherited instead.
    svg = re.sub(r"<defs>\s*<style type=\"text/css\">\*\{[^}]*\}</style>\s*</defs>", "", svg)
    font = "font-family: " + ", ".join(f"'{family}'" for family in families())
    svg = re.sub(r' transform="rotate\(-0 [^"]*"', "", svg.replace(f"{font}; ", ""))
    svg = svg.replace("<svg ", f'<svg style="stroke-linejoin: round; stroke-linecap: butt; {font}" ', 1)
    # A hundredth of a point is enough; six digits are half the file.
    svg = re.sub(r"<[^>]*>", lambda tag: _DECIMALS.sub(r"\1", tag[0]) if "." in tag[0] else tag[0], svg)
    for gid, tip in tips.items():
        svg = _with_tip(svg, gid, tip)
    used = set(_REFERENCE.findall(svg))
    svg = _ID.sub(lambda m: f'id="{name}-{m[1]}"' if m[1] in used else "", svg)
    svg = re.sub(
        r'(xlink:href="#|href="#|url\(#)([^")]+)',
        lambda m: f"{m[1]}{name}-{m[2]}" if m[2] in used and f'id="{name}-{m[2]}"' in svg else m[0],
        svg,
    )
    svg = re.sub(r"\s*\n\s*", " ", svg.replace("<g >", "<g>"))
    svg = re.sub(r"> <", "><", svg)
    while (bare := re.sub(r"<g ?/>|<g></g>", "", svg)) != svg:
        svg = bare
    return svg.strip() + "\n"


def _with_tip(svg: str, gid: str, tip: str | Sequence[str]) -> str:
    """Put a hover text on an artist's group, or one on each of its points."""
    start = svg.find(f'<g id="{gid}">')
    if start < 0:
        return svg
    head = start + len(f'<g id="{gid}">')
    if isinstance(tip, str):
        return f"{svg[:head]}<title>{html.escape(tip)}</title>{svg[head:]}"
    end, depth = head, 1
    for edge in re.finditer(r"<g\b|</g>", svg[head:]):
        depth += 1 if edge[0] == "<g" else -1
        if not depth:
            end = head + edge.start()
            break
    texts = list(tip)
    # Matplotlib defines a shape and uses it, or writes each out, whichever is shorter.
    points = [part for part in _POINT.findall(svg[head:end]) if not part.startswith("<defs>")]
    if len(points) != len(texts):
        raise TightropeError(f"{len(texts)} hover texts for {len(points)} points of {gid!r}", where="Chart(tips=…)",
                             why="a point would carry another's name", fix="give one text a point")  # fmt: skip
    rest = iter(texts)

    def named(part: re.Match[str]) -> str:
        if part[0].startswith("<defs>"):
            return part[0]
        return f"<g><title>{html.escape(next(rest))}</title>{part[0]}</g>"

    return svg[:head] + _POINT.sub(named, svg[head:end]) + svg[end:]
