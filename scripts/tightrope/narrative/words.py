"""Numbers, dates and verdict words as a person reads them, in the language of the report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.lists import format_list

from tightrope.claims import VerdictWord
from tightrope.evidence import parse_date
from tightrope.language import N_, locale, nt, pt, spoken, t, written
from tightrope.narrative.counted import UNITS
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
# The seven verdicts and the kinds of claims and readings, so that the catalogues hold them; an opinion is never refuted.
VERDICTS = (
    N_("supported"), N_("fragile"), N_("contested"), N_("contradicted"), N_("outdated"), N_("untested"),
    N_("not checkable"),
)  # fmt: skip
CLAIM_KINDS = (
    N_("quantitative"), N_("legal"), N_("historical"), N_("comparative"), N_("perception"), N_("causal"),
    N_("evaluative"),
)  # fmt: skip
READING_CLASSES = (N_("plain"), N_("defensible"), N_("strained"))
# Day, and month alone: Russian takes the genitive in a day and the nominative in a month.
_DAYS = {"en": "d MMMM y", "ko": "y년 M월 d일", "ru": "d MMMM y 'года'"}
_MONTHS = {"en": "MMMM y", "ko": "y년 M월", "ru": "LLLL y 'года'"}
# Korean counts money in ten thousands, hundred millions and trillions of dollars: 만, 억, 조.
_MAN, _EOK, _JO = 0.01, 100.0, 1_000_000.0


def say_verdict_word(word: str) -> str:
    """Give a verdict in the report's language."""
    return t(str(word))


def say_number(value: float, digits: int = 0) -> str:
    """Give a number with grouped thousands and at most ``digits`` decimals."""
    return said(_number(value, digits), value)


def _number(value: float, digits: int = 0) -> str:
    text = f"{round(float(value), digits):,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return written("0" if text == "-0" else text)


def say_ordinal(value: int) -> str:
    """Give a place: ``12th`` in English, ``12위`` in Korean, ``12-е`` (место) in Russian."""
    return said(ordinal_text(value), value)


def ordinal_text(value: int) -> str:
    """Give a place without a mark."""
    number = _number(value)
    if spoken() == "ko":
        return f"{number}위"
    if spoken() == "ru":
        return f"{number}-е"
    last = "th" if 10 <= value % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{number}{last}"


def say_year(year: Any) -> str:
    """Give a year or a period such as ``2014`` or ``2014-Q1`` as it stands in its table."""
    return said(str(year), year)


def say_span(first: Any, last: Any) -> str:
    """Give ``1991–2024``, as a subtitle wants it; one year where both are the same."""
    return say_year(first) if first == last else f"{say_year(first)}–{say_year(last)}"


def say_money(musd: float) -> str:
    """Give millions of current US dollars as ``$17.6 bn``, ``$420 m`` or ``$0.4 m``; ``176억 달러``; ``17,6 млрд долларов``."""
    return said(money_text(musd), musd)


def money_text(musd: float) -> str:
    """Give an amount of money without a mark, rounded alike in every language."""
    sign = "−" if musd < 0 else ""
    size = abs(musd)
    if size >= 1000:
        amount = round(size / 1000, 1)
        if spoken() == "ko":
            return f"{sign}{_korean_money(amount * 1000)}"
        return t("{sign}${amount} bn", sign=sign, amount=written(f"{amount:,.1f}"))
    amount = round(size) if size >= 10 else round(size, 1)
    if spoken() == "ko":
        return f"{sign}{_korean_money(amount)}"
    return t("{sign}${amount} m", sign=sign, amount=_number(amount, 1))


def _korean_money(musd: float) -> str:
    """Give an amount, rounded already, in the units that Korean counts by."""
    if musd >= _JO:
        whole, rest = divmod(round(musd / _EOK), 10_000)
        return f"{whole:,}조 {rest:,}억 달러" if rest else f"{whole:,}조 달러"
    if musd >= _EOK:
        return f"{_number(musd / _EOK, 2)}억 달러"
    return f"{_number(musd / _MAN)}만 달러" if musd else "0달러"


def say_percent(value: float, digits: int | None = None) -> str:
    """Give a percentage: whole from ten up, one decimal below; what would round to zero is ``under 0.1%``."""
    return said(percent_text(value, digits), value)


def percent_text(value: float, digits: int | None = None) -> str:
    """Give a percentage without a mark."""
    if digits is None and 0 < abs(value) < 0.05:
        return under_text()
    places = (0 if abs(value) >= 10 else 1) if digits is None else digits
    return t("{number}%", number=_number(value, places)).replace("-", "−")


def under_text() -> str:
    """Give what stands for a share too small to round to anything but nought."""
    return t("under {number}", number=t("{number}%", number=_number(0.1, 1)))


def say_date(value: date | str) -> str:
    """Give ``25 March 2021``; a year or a month alone stays what it is (``September 2004``)."""
    text = str(value)[:10]
    if len(text) == 7 and text[4] == "-":
        return said(str(format_date(parse_date(f"{text}-01"), _MONTHS[spoken()], locale=locale())), value)
    if len(text) < 10 or text[4] != "-":
        return said(text, value)
    return said(str(format_date(parse_date(text), _DAYS[spoken()], locale=locale())), value)


def say_list(items: Sequence[str]) -> str:
    """Give ``a, b and c``."""
    return str(format_list(list(items), locale=locale()))


def cap(text: str) -> str:
    """Begin a sentence: the first letter large, be it within the mark of a number or not."""
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """Give a phrase inside a sentence: its first letter small."""
    return text[:1].lower() + text[1:]


def say_yes(value: bool) -> str:
    """Give ``yes`` or ``no``."""
    return pt("answer", "yes") if value else pt("answer", "no")


def say_value(value: Any, unit: str) -> str:
    """Give one observed value in the words of its unit; None is ``no data``, never zero."""
    if value is None:
        return t("no data")
    if isinstance(value, bool):
        return say_yes(value)
    if isinstance(value, str):
        return say_date(value) if len(value) == 10 and value[4] == "-" else recorded(value)
    if unit == "rank":
        return say_ordinal(int(value))
    if unit == "percent change":
        return said(("+" if value > 0 else "") + percent_text(float(value)), value)
    if unit == "percent":
        return say_percent(float(value))
    if "million" in unit and ("USD" in unit or "US dollars" in unit):
        return say_money(float(value))
    number = _number(value, 0 if float(value).is_integer() else 1)
    if unit in ("", "number", "yes or no"):
        return said(number, value)
    return said(_counted(unit, value, number), value)


def _counted(unit: str, value: float, number: str) -> str:
    if unit in UNITS:
        # A fraction takes the plural of two: genitive singular in Russian, the plural in English.
        n = abs(int(value)) if float(value).is_integer() else 2
        return nt(*UNITS[unit], n, number=number)
    if unit == "km":
        return t("{number} km", number=number)
    return f"{number} {unit.removesuffix('s') if value == 1 else unit}".strip()
