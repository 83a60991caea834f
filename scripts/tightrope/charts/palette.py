"""The colours, as data: neutrals, states and the seven verdicts, each with its twin for a dark page.

Neutrals are exact: the HTML report finds them by value and gives them their dark twins. A colour carries
meaning only beside a shape, a word or a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tightrope.errors import UnknownName

INK = "#1a1a1a"
MUTED = "#5f6368"
GRID = "#e3e5e8"
SOFT = "#b8bcc2"

STATE_A = "#0072B2"
STATE_B = "#D55E00"
THIRD = "#009E73"
SERIES = (STATE_A, STATE_B, THIRD, MUTED)

# Vermilion and green are too light for words on white (3.9 and 3.4 to 1): labels take these darker twins.
TEXT_TWIN: Mapping[str, str] = MappingProxyType({STATE_B: "#B34E00", THIRD: "#007A59"})


@dataclass(frozen=True)
class VerdictStyle:
    """How one verdict looks.

    Attributes
    ----------
    word : str
        The verdict as house.md spells it.
    mark : str
        The character that stands for it in running text.
    colour : str
        On a light page; at least 4.5 to 1 on white.
    dark : str
        On a dark page; at least 4.5 to 1 on ``#16181c``.
    """

    word: str
    mark: str
    colour: str
    dark: str


VERDICTS: Mapping[str, VerdictStyle] = MappingProxyType(
    {
        style.word: style
        for style in (
            VerdictStyle("supported", "●", "#0067A3", "#5AB4E5"),
            VerdictStyle("fragile", "◕", "#3C78A0", "#86BCDC"),
            VerdictStyle("contested", "◐", "#66707F", "#A9B4C2"),
            VerdictStyle("contradicted", "○", "#B84300", "#FF9A5C"),
            VerdictStyle("outdated", "●", "#94582F", "#DDA67C"),
            VerdictStyle("untested", "–", "#6A6E75", "#A6ABB3"),
            VerdictStyle("not checkable", "◌", "#70747B", "#9BA0A8"),
        )
    }
)

DARK: Mapping[str, str] = MappingProxyType(
    {
        INK: "#f1f3f4",
        MUTED: "#a9aeb5",
        GRID: "#33373d",
        SOFT: "#6c727a",
        STATE_A: "#4AA8DE",
        STATE_B: "#F0833A",
        THIRD: "#35C29A",
        TEXT_TWIN[STATE_B]: "#FF9A5C",
        TEXT_TWIN[THIRD]: "#4FD6AE",
        **{style.colour: style.dark for style in VERDICTS.values()},
    }
)
DARK_PAPER = "#16181c"


def verdict_style(word: str) -> VerdictStyle:
    """Give the style of one verdict.

    Raises
    ------
    UnknownName
        The word is none of the seven verdicts.
    """
    try:
        return VERDICTS[word]
    except KeyError:
        raise UnknownName("verdict", word, VERDICTS) from None


def text_colour(colour: str) -> str:
    """Give the twin of a mark's colour that is dark enough for words on white."""
    return TEXT_TWIN.get(colour, colour)


def state_colours(states: Iterable[str], colours: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give each state its colour: blue, vermilion, green, then grey, in the order given.

    Parameters
    ----------
    states : iterable of str
        ISO 3166-1 alpha-3 codes or series names; the first is state_a.
    colours : mapping, optional
        Colours fixed for the whole report; they win, so that a state never changes colour between charts.
    """
    fixed = dict(colours or {})
    free = [colour for colour in SERIES[:3] if colour not in fixed.values()]
    return {
        state: fixed[state] if state in fixed else (free.pop(0) if free else MUTED) for state in dict.fromkeys(states)
    }


def contrast(colour: str, paper: str = "#ffffff") -> float:
    """Give the WCAG contrast ratio of two ``#rrggbb`` colours."""

    def luminance(value: str) -> float:
        channels = [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(colour), luminance(paper)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
