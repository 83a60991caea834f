"""Numbers, dates and verdict words as a person reads them, by locale through Babel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from tightrope.claims import VerdictWord
from tightrope.evidence import parse_date
from tightrope.narrative.trace import recorded, said

MARKS: dict[VerdictWord, str] = {
    VerdictWord.SUPPORTED: "●",
    VerdictWord.FRAGILE: "◕",
    VerdictWord.CONTESTED: "◐",
    VerdictWord.CONTRADICTED: "○",
    VerdictWord.OUTDATED: "◷",
    VerdictWord.UNTESTED: "–",
    VerdictWord.NOT_CHECKABLE: "◌",
}
LOCALE = "en_GB"


def say_number(value: float, digits: int = 0, locale: str = LOCALE) -> str:
    """Give a number with grouped thousands and at most ``digits`` decimals."""
    return said(_number(value, digits, locale), value)


def _number(value: float, digits: int = 0, locale: str = LOCALE) -> str:
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return str(format_decimal(round(float(value), digits), format=pattern, locale=locale))


def say_ordinal(value: int) -> str:
    """Give ``12`` as ``12th`` (English)."""
    last = "th" if 10 <= value % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return said(f"{value}{last}", value)


def say_year(year: Any) -> str:
    """Give a year or a period such as ``2014`` or ``2014-Q1`` as it stands in its table."""
    return said(str(year), year)


def say_money(musd: float) -> str:
    """Give millions of current US dollars as ``$17.6 bn``, ``$420 m`` or ``$0.4 m``."""
    sign = "−" if musd < 0 else ""
    size = abs(musd)
    if size >= 1000:
        text = f"{sign}${format_decimal(round(size / 1000, 1), format='#,##0.0', locale=LOCALE)} bn"
    else:
        text = f"{sign}${_number(size, 0 if size >= 10 else 1)} m"
    return said(text, musd)


def say_percent(value: float, digits: int | None = None) -> str:
    """Give a percentage: whole from ten up, one decimal below; what would round to zero is ``under 0.1%``."""
    return said(_percent(value, digits), value)


def _percent(value: float, digits: int | None = None) -> str:
    if digits is None and 0 < abs(value) < 0.05:
        return "under 0.1%"
    places = (0 if abs(value) >= 10 else 1) if digits is None else digits
    return f"{_number(value, places)}%".replace("-", "−")


def say_date(value: date | str, locale: str = LOCALE) -> str:
    """Give ``25 March 2021``; a year or a month alone stays what it is (``September 2004``)."""
    text = str(value)[:10]
    if len(text) == 7 and text[4] == "-":
        return said(str(format_date(parse_date(f"{text}-01"), "MMMM y", locale=locale)), value)
    if len(text) < 10 or text[4] != "-":
        return said(text, value)
    return said(str(format_date(parse_date(text), "d MMMM y", locale=locale)), value)


def say_list(items: Sequence[str], locale: str = LOCALE) -> str:
    """Give ``a, b and c``."""
    return str(format_list(list(items), locale=locale))


def say_value(value: Any, unit: str) -> str:
    """Give one observed value in the words of its unit; None is ``no data``, never zero."""
    if value is None:
        return "no data"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return say_date(value) if len(value) == 10 and value[4] == "-" else recorded(value)
    if unit == "rank":
        return say_ordinal(int(value))
    if unit == "percent change":
        return said(("+" if value > 0 else "") + _percent(float(value)), value)
    if unit == "percent":
        return say_percent(float(value))
    if "million" in unit and ("USD" in unit or "US dollars" in unit):
        return say_money(float(value))
    number = _number(value, 0 if float(value).is_integer() else 1)
    if value == 1 and unit.endswith("s"):
        unit = unit.removesuffix("s")
    return said(f"{number} {unit}".strip() if unit not in ("", "number", "yes or no") else number, value)
