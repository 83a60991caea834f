"""The fonts a page carries, cut down to the characters it uses."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import importlib.util
import io
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tightrope import disk_cache

FAMILY = "Source Sans Pro"
SYMBOLS = "Tightrope Symbols"
# The face's own name, by which charts ask for it.
HANGUL = "NanumGothic"

_FACES = (("Regular", 400, "normal"), ("Semibold", 600, "normal"), ("Bold", 700, "normal"), ("It", 400, "italic"))

# Always carried, as a cut of its own, so that it is made once for all pages.
_BASICS = frozenset(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)])) | frozenset("–—‘’“”„•…‰′″€−×→←↑↓≤≥≈ ")
# Marks come from one face, so that a full and an empty circle have one size.
_MARKS = frozenset(map(chr, range(0x25A0, 0x2600)))
_CYRILLIC = frozenset(map(chr, range(0x400, 0x460)))
# Syllables, letters and the punctuation of Korean; the sans has none of them, Nanum Gothic (OFL) has.
_HANGUL = frozenset(
    map(chr, [*range(0x1100, 0x1200), *range(0x3000, 0x3040), *range(0x3130, 0x3190), *range(0xAC00, 0xD7A4)])
)
# How a WOFF file begins, in base64.
_WOFF = "d09GRg"
_HANGUL_FACES = (("NanumGothic", 400), ("NanumGothicBold", 700))


def font_css(text: str, *, italic: bool = False) -> str:
    """Give ``@font-face`` rules for the characters of ``text``: the sans, and a symbol face for what it lacks.

    Parameters
    ----------
    text : str
        All text of the page.
    italic : bool
        Whether the page sets anything in italics.
    """
    used = frozenset(c for c in set(text) if not unicodedata.category(c).startswith("C"))
    more = used - _BASICS - _MARKS
    more |= _CYRILLIC if more & _CYRILLIC else frozenset()
    rules = []
    for style, weight, slant in _FACES if italic else _FACES[:-1]:
        font = str(_sans(style))
        rules.append(_rule(FAMILY, weight, slant, _cut(font, _BASICS & _covers(font))))
        extra = more & _covers(font)
        if extra:
            rules.append(_rule(FAMILY, weight, slant, _cut(font, extra), extra))
    hangul = more & _HANGUL
    if hangul:
        # Under a name of its own: in the sans' family, a semibold word would find the sans alone and be drawn as boxes.
        for name, weight in _HANGUL_FACES:
            font = str(_package("koreanize_matplotlib") / "fonts" / f"{name}.ttf")
            cut = hangul & _covers(font)
            rules.append(_rule(HANGUL, weight, "normal", _cut(font, cut, "woff"), cut))
    symbols = str(_symbols())
    lacking = (used - (_covers(str(_sans("Regular"))) - _MARKS)) & _covers(symbols)
    if lacking:
        rules.append(_rule(SYMBOLS, 400, "normal", _cut(symbols, lacking)))
    return "\n".join(rules)


def warm() -> None:
    """Cut the characters every page carries, so that a render can do it while its kernel runs."""
    font_css("", italic=True)


def _rule(family: str, weight: int, slant: str, data: str, only: frozenset[str] = frozenset()) -> str:
    kind = "woff" if data.startswith(_WOFF) else "woff2"
    span = f"unicode-range:{','.join(f'U+{ord(c):X}' for c in sorted(only))};" if only else ""
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{slant};font-display:block;{span}'
        f'src:url(data:font/{kind};base64,{data}) format("{kind}")}}'
    )


def _sans(style: str) -> Path:
    return _package("font_source_sans_pro") / "files" / f"SourceSansPro-{style}.ttf"


def _symbols() -> Path:
    """DejaVu Sans, which matplotlib carries, has every mark and arrow; finding it need not import matplotlib."""
    return _package("matplotlib") / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(name)
    return Path(spec.submodule_search_locations[0])


@cache
def _covers(font: str) -> frozenset[str]:
    return frozenset(_kept("letters", font, (), lambda: _letters(font)))


def _letters(font: str) -> str:
    from fontTools.ttLib import TTFont

    with TTFont(font, lazy=True) as face:
        return "".join(map(chr, sorted(face.getBestCmap())))


@cache
def _cut(font: str, characters: frozenset[str], flavour: str = "woff2") -> str:
    """Give the font with these characters only, in base64, the same bytes every time."""
    letters = "".join(sorted(characters))
    return _kept("face", font, (letters, flavour), lambda: _subset(font, letters, flavour))


def _kept(kind: str, font: str, how: tuple[str, ...], make: Callable[[], str]) -> str:
    """Give what is made of a font, kept between processes: cutting takes half a second, listing its letters a tenth."""
    name = disk_cache.name_for(kind, _makings(font), how)
    kept = disk_cache.load(name)
    if kept is not None:
        return bytes(kept).decode()
    made = make()
    disk_cache.save(name, made.encode())
    return made


@cache
def _makings(font: str) -> tuple[str, ...]:
    """Give the hashes of the face and of this file, and the versions of what cuts."""
    hashes = (hashlib.sha256(Path(each).read_bytes()).hexdigest() for each in (font, __file__))
    return (*hashes, *(importlib.metadata.version(name) for name in ("fonttools", "brotli")))


def _subset(font: str, letters: str, flavour: str) -> str:
    """Cut a font down.

    Korean syllables differ from page to page, so that they are cut for each: as plain WOFF, in half the time.
    """
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options()
    options.layout_features = ["kern", "liga", "tnum", "lnum", "mark", "mkmk", "ccmp", "locl"]
    options.name_IDs = [0, 1, 2, 13]
    options.hinting = False
    options.notdef_outline = True
    options.drop_tables += ["FFTM", "TSI0", "TSI1", "TSI2", "TSI3", "TSI5"]
    subsetter = Subsetter(options)
    subsetter.populate(text=letters)
    out = io.BytesIO()
    with TTFont(font, lazy=True, recalcTimestamp=False) as face:
        subsetter.subset(face)
        face.flavor = flavour
        face.save(out)
    return base64.b64encode(out.getvalue()).decode("ascii")
