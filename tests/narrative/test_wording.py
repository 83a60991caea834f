"""What the tables say in words is told in three languages: whole, with the same numbers, and English where it must."""

from __future__ import annotations

import calendar
import gettext
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from html import escape
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from tests.narrative.editions import CYRILLIC, HANGUL

from tightrope.evidence import load_package, read_table
from tightrope.language import CATALOGUES, catalogue, speaking, use_language
from tightrope.narrative import wording
from tightrope.narrative.display import Raw, Table
from tightrope.profile import open_profile, people
from tightrope.profile.parts import Page

ROOT = Path(__file__).parents[2]
LETTERS = {"ko": HANGUL, "ru": CYRILLIC}
MONTHS = calendar.month_name[1:]
WORDS = {
    "zero": 0, "zeros": 0, "one": 1, "once": 1, "first": 1, "primary": 1, "two": 2, "twice": 2, "second": 2,
    "secondary": 2, "three": 3, "third": 3, "four": 4, "five": 5, "fifth": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "fifteen": 15,
}  # fmt: skip
SCALES = {
    "en": {"thousand": 3, "million": 6, "billion": 9, "trillion": 12},
    "ko": {"천": 3, "만": 4, "억": 8, "조": 12},
    "ru": {"тыс": 3, "миллион": 6, "млн": 6, "миллиард": 9, "млрд": 9, "трлн": 12},
}


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use_language("en")


def pairs(language: str) -> list[tuple[str, str]]:
    path = CATALOGUES / language / "LC_MESSAGES" / f"{wording.DOMAIN}.po"
    with path.open("rb") as file:
        return [(str(m.id), str(m.string)) for m in read_po(file, locale=language) if m.id]


def quantities(text: str, language: str) -> Counter[Decimal]:
    """Count the numbers of a text by value: ``3 billion``, ``30억`` and ``3 млрд`` are one."""
    text = re.sub(r"(?<=\d)[–~-](?=\d)", " ; ", text)
    between = "\u00a0" if language == "ru" else ", "
    text = re.sub(rf"(?<=\d)[{between}](?=\d{{3}}(?!\d))", "", text)
    if language == "ru":
        text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    scales = SCALES[language]
    number = rf"(?<![A-Za-z\d_-])(\d+(?:\.\d+)?)(?!\d)[\s\u00a0]?({'|'.join(scales)})?"
    found: list[tuple[Decimal, str, int]] = []
    for one in re.finditer(number, text):
        value, scale = Decimal(one[1]).scaleb(scales.get(one[2], 0)), one[2] or ""
        # 82억 3,300만 is one sum.
        if found and found[-1][1] == "억" and scale == "만" and text[found[-1][2] : one.start()] == " ":
            value += found.pop()[0]
        found.append((value, scale, one.end()))
    return Counter(value.normalize() for value, _, _ in found)


def differing(english: str, text: str, language: str) -> tuple[Counter[Decimal], Counter[Decimal]]:
    """Give the numbers that a translation lacks, and those that it has for no reason."""
    own, theirs = quantities(text, language), quantities(english, "en")
    lost, new = theirs - own, own - theirs
    # "7.92 billion here, 6.90 there": the scale is said once in English and twice in Korean.
    scaled = [Decimal(10) ** power for word, power in SCALES["en"].items() if word in english]
    for value in list(lost.elements()):
        for match in [value.scaleb(0) * scale for scale in scaled if new[(value * scale).normalize()]][:1]:
            lost -= Counter([value])
            new -= Counter([match.normalize()])
    words = Counter(Decimal(WORDS[w]).normalize() for w in re.findall(r"[a-z]+", english.lower()) if w in WORDS)
    if language == "ko":
        words.update(Decimal(i).normalize() for i, month in enumerate(MONTHS, 1) for _ in re.findall(month, english))
    return lost, new - words


def test_the_same_sum_is_read_in_every_language() -> None:
    assert quantities("USD 3 billion, 6 000 people, 2020-2023", "en") == Counter(
        map(Decimal, ("3E+9", "6E+3", "2.02E+3", "2023"))
    )
    assert quantities("30억 달러, 6,000명, 2020-2023년", "ko") == quantities("3 billion, 6,000, 2020-2023", "en")
    billions = quantities("8.233 billion", "en")
    assert quantities("82억 3,300만 달러", "ko") == quantities("8\u00a0233\u00a0млн", "ru") == billions
    assert differing("7.92 billion here, 6.90 there in May", "5월 79.2억, 69.0억", "ko") == (Counter(), Counter())
    assert differing("7.92 billion here, 6.90 there", "79.2억, 96.0억", "ko")[0] == Counter([Decimal("6.9")])
    assert differing("seven banks", "7개 은행, 8개", "ko")[1] == Counter([Decimal(8)])


@pytest.mark.parametrize("language", LETTERS)
def test_a_translation_keeps_numbers_names_of_columns_and_quoted_words(language: str) -> None:
    wrong = []
    for english, text in pairs(language):
        lost, new = differing(english, text, language)
        if lost or new:
            wrong.append(("numbers", english, text, f"{dict(lost)} {dict(new)}"))
        for kind, pattern in (
            ("column", r"(?a:\b[a-z]+(?:_[a-z0-9]+)+\b)"),
            ("quoted", r'"[^"]*"'),
            ("code", r"[SE][SC]?[-/]\d+/?\d*"),
        ):
            if Counter(re.findall(pattern, english)) != Counter(re.findall(pattern, text)):
                wrong.append((kind, english, text, ""))
        if text != text.strip() or "  " in text or not re.search(LETTERS[language], text):
            wrong.append(("spacing or letters", english, text, ""))
        if english.endswith(".") != text.endswith("."):
            wrong.append(("full stop", english, text, ""))
    assert wrong == []
    known = catalogue(language, wording.DOMAIN)
    titles = [known.gettext(table.title) for table in load_package(ROOT).resources]
    assert len(set(titles)) == len(titles), "a chart tells its panels apart by title"


def test_what_is_translated_is_what_a_report_shows() -> None:
    """The list is drawn from the tables themselves: a row that is added waits for its words."""
    words = set(wording.evidence_words(ROOT))
    package = load_package(ROOT)
    for table, column in (("events", "event"), ("sanctions_korea_dated", "measure")):
        assert {row[column] for row in read_table(ROOT, package.table(table)).to_pylist()} <= words
    assert {note for table in package.resources for note in table.details.notes} <= words
    # Names of works, producers and licences stay as they were published.
    assert not words & {"CEPII", "Pew Research Center", "MIT", "Creative Commons Attribution 4.0"}


def test_a_text_without_a_translation_stands_in_english_and_says_so() -> None:
    new = "A row added since <b>"
    with speaking("ko"):
        cell = wording.worded_cell(new)
        assert (cell.html, cell.text) == (f'<span lang="en">{escape(new)}</span>', new)
        assert wording.say_note("Ends in 2014.") == "2014년에 끝납니다."
        assert wording.say_notes(["Ends in 2014.", "New"]) == '2014년에 끝납니다. <span lang="en">New.</span>'
    assert wording.worded_cell(new).html == escape(new)


def test_rows_that_no_catalogue_has_do_not_break_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    profile = open_profile("PRK", "RUS", "2024-12-31", "ko", root=ROOT)

    def events() -> list[Raw]:
        page = Page(profile)
        people._events(page)
        return [row[1] for part in page.parts if isinstance(part, Table) for row in part.rows]

    with speaking("ko"):
        told = events()
        assert len(told) >= 5
        assert [cell.text for cell in told if not re.search(HANGUL, cell.text) or "lang=" in cell.html] == []
        monkeypatch.setattr(wording, "catalogue", lambda *_: gettext.NullTranslations())
        bare = events()
    assert len(bare) == len(told)
    assert all(cell.html.startswith('<span lang="en">') for cell in bare)
