"""Make a drawing fit to stand inside a page with others: own ids, own styles, colours a dark page can swap."""

from __future__ import annotations

import colorsys
import re
from html import escape, unescape

from tightrope.publish.figures import Figure

# The house's neutral inks, and white as the paper under them, by the page's own variables.
INKS = {
    "#1a1a1a": "--ink",
    "#5f6368": "--muted",
    "#e3e5e8": "--grid",
    "#b8bcc2": "--soft",
    "#ffffff": "--paper",
    "#fff": "--paper",
    "white": "--paper",
    # on a dark page the three state colours need more light to keep their contrast
    "#0072b2": "--state-a",
    "#d55e00": "--state-b",
    "#009e73": "--state-c",
}

# The paper of the dark page, as page.css has it.
DARK_PAPER = "#15181c"

_TEXT = re.compile(r"<(?:text|tspan)\b[^>]*>")
_PROLOG = re.compile(r"^.*?(?=<svg\b)", re.DOTALL | re.IGNORECASE)
_METADATA = re.compile(r"<metadata\b.*?</metadata>|<!--.*?-->", re.DOTALL)
_SCRIPT = re.compile(r"<script\b.*?(?:</script>|/>)|<foreignObject\b.*?</foreignObject>", re.DOTALL | re.IGNORECASE)
_HANDLER = re.compile(r"""[\s/]on\w+\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+)""", re.IGNORECASE)
_ADDRESS = re.compile(r"""[\s/](?:xlink:)?href\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+)""", re.IGNORECASE)
_ANIMATED = re.compile(r"<(?:set|animate)\b[^>]*attributeName\s*=\s*[\"']?(?:xlink:)?href[^>]*>", re.IGNORECASE)
# What an address in a drawing may begin with: an id of its own, a page to click to, a picture it carries.
_HARMLESS = re.compile(r"#|https?://|data:image/(?:png|jpeg|gif|webp);", re.IGNORECASE)
_OUTSIDE = re.compile(
    r"""\s(?:xlink:)?href\s*=\s*("\s*(?:https?:)?//[^"]*"|'\s*(?:https?:)?//[^']*')(?=[^<]*/?>)""", re.IGNORECASE
)
_ID = re.compile(r"""(?<=\sid=)(["'])(.*?)\1""")
_REFERENCE = re.compile(r"""url\(\s*(["']?)#([^)"']+)\1\s*\)|((?:xlink:)?href=["'])#([^"']+)""")
_STYLE = re.compile(r"(<style\b[^>]*>)(.*?)(</style>)", re.DOTALL)
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_ROOT = re.compile(r"<svg\b[^>]*>", re.DOTALL)
_COLOUR = re.compile(
    r"""((?:fill|stroke|stop-color|color)\s*(?::\s*|=\s*["']))(#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b|white\b)"""
)
_LENGTH = re.compile(r"""\b(width|height)=["']\s*([\d.]+)\s*(pt|px|in|cm|mm)?\s*["']""")
_PX = {"pt": 96 / 72, "px": 1.0, "": 1.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}


def inline(figure: Figure, prefix: str) -> str:
    """Give the drawing as markup for an HTML page.

    Parameters
    ----------
    figure : Figure
        An SVG picture.
    prefix : str
        Letters and digits no other drawing of the page has; every id begins with it.
    """
    source = figure.data if isinstance(figure.data, str) else figure.data.decode()
    source = _PROLOG.sub("", source, count=1)
    for unwanted in (_METADATA, _SCRIPT, _HANDLER, _ANIMATED):
        source = unwanted.sub("", source)
    source = _ADDRESS.sub(lambda m: m[0] if _is_harmless(m[1]) else "", source)
    source = _ID.sub(lambda m: f"{m[1]}{prefix}-{m[2]}{m[1]}", source)
    source = _REFERENCE.sub(lambda m: f"url(#{prefix}-{m[2]})" if m[2] else f"{m[3]}#{prefix}-{m[4]}", source)
    source = _STYLE.sub(lambda m: m[1] + _scoped(m[2], prefix) + m[3], source)
    lighter: dict[str, str] = {}
    if figure.inks:
        source = _COLOUR.sub(lambda m: m[1] + _ink(m[2]), source)
        source = _TEXT.sub(lambda m: _COLOUR.sub(lambda c: c[1] + _label(c[2], lighter), m[0]), source)
    dark = "".join(f"--t-{name[1:]}:{colour};" for name, colour in sorted(lighter.items()))
    rule = f"<style>@media screen and (prefers-color-scheme:dark){{#{prefix}{{{dark}}}}}</style>" if dark else ""
    return _ROOT.sub(lambda m: _root(m[0], figure, prefix) + rule, source, count=1).strip()


def _is_harmless(address: str) -> bool:
    # Browsers skip spaces and control characters in a scheme and decode entities before they look at it.
    said = re.sub(r"[\x00-\x20]", "", unescape(address.strip("\"'")))
    return bool(_HARMLESS.match(said))


def has_outside(source: str) -> bool:
    """Tell whether a drawing would load something from outside (a link to click loads nothing)."""
    without_links = re.sub(r"<a\b[^>]*>", "", source)
    return bool(_OUTSIDE.search(without_links) or re.search(r"url\(\s*[\"']?(?:https?:)?//|@import", without_links))


def without_outside(source: str) -> str:
    """Take out of a drawing what it would load from outside; links to click stay."""
    parts = re.split(r"(<a\b[^>]*>)", source)
    bare = [part if part.startswith("<a") and part.endswith(">") else _OUTSIDE.sub("", part) for part in parts]
    css = re.compile(r"""url\(\s*["']?(?:https?:)?//[^)]*\)|@import[^;<]*;?""", re.IGNORECASE)
    return css.sub("none", "".join(bare))


def size_px(source: str) -> tuple[float, float] | None:
    """Give a drawing's width and height in CSS pixels, or None where it does not say."""
    root = _ROOT.search(source)
    found = {m[1]: float(m[2]) * _PX[m[3] or ""] for m in _LENGTH.finditer(root[0])} if root else {}
    return (found["width"], found["height"]) if len(found) == 2 else None


def _scoped(css: str, prefix: str) -> str:
    """Keep a drawing's own rules (matplotlib writes one for ``*``) from reaching the rest of the page."""
    css = re.sub(r"<!\[CDATA\[|\]\]>|/\*.*?\*/", "", css, flags=re.DOTALL)
    if "@" in css:  # nothing a chart needs; a font or import here would be a request
        return ""

    def rule(match: re.Match[str]) -> str:
        names = (f"#{prefix} {name.strip()}" for name in match[1].split(",") if name.strip())
        return ",".join(names) + "{" + match[2].strip() + "}"

    return _RULE.sub(rule, css)


def _ink(colour: str) -> str:
    name = INKS.get(colour.lower())
    return f"var({name},{colour})" if name else colour


def _label(colour: str, lighter: dict[str, str]) -> str:
    """Give a coloured label a lighter shade for the dark page where it needs one; ``lighter`` gathers them."""
    if len(colour) != 7:
        return colour
    name = colour.lower()
    shade = readable_on_dark(name)
    if shade == name:
        return colour
    lighter[name] = shade
    return f"var(--t-{name[1:]},{colour})"


def readable_on_dark(colour: str) -> str:
    """Raise a colour's lightness, keeping its hue, until text in it has 4.5:1 on the dark page."""
    red, green, blue = _parts(colour)
    hue, light, depth = colorsys.rgb_to_hls(red, green, blue)
    paper = _luminance(*_parts(DARK_PAPER))
    while (_luminance(red, green, blue) + 0.05) / (paper + 0.05) < 4.5 and light < 1:
        light = min(1.0, light + 0.02)
        red, green, blue = colorsys.hls_to_rgb(hue, light, depth)
        # judge the colour as it will be written, in whole steps
        colour = "#" + "".join(f"{round(part * 255):02x}" for part in (red, green, blue))
        red, green, blue = _parts(colour)
    return colour


def _parts(colour: str) -> tuple[float, float, float]:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _luminance(*parts: float) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _root(tag: str, figure: Figure, prefix: str) -> str:
    size = size_px(tag)
    kept = re.sub(
        r"""\s(?:width|height|id|role|aria-label|class|version|xmlns:\w+|xmlns)=(?:"[^"]*"|'[^']*')""", "", tag
    )
    if size and "viewBox" not in kept:
        kept = kept[:-1] + f' viewBox="0 0 {size[0]:g} {size[1]:g}">'
    label = escape(figure.alt)
    return f'{kept[:4]} id="{prefix}" class="drawing" role="img" aria-label="{label}"{kept[4:]}'
