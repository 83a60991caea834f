"""Changes are told in each language, on a terminal and as a page: whole, and with the same numbers."""

from __future__ import annotations

import dataclasses
import functools
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from rich.console import Console
from tests.axe import violations
from tests.diff.test_changes import OLD, entry, later, reading, side, verdict
from tests.narrative.editions import english_prose
from tests.verify import conftest
from tests.verify.test_told import LETTERS, numbers

from tightrope.claims import export
from tightrope.diff.changes import Changes, Moved, changes
from tightrope.diff.command import diff
from tightrope.diff.html import page
from tightrope.diff.retold import retold
from tightrope.diff.show import as_json, show
from tightrope.diff.sides import Side, pairs_of
from tightrope.diff.units import NAMES, UNITS, UNSAID
from tightrope.diff.words import row_of
from tightrope.language import LANGUAGES, speaking
from tightrope.measures import REGISTRY

ARTICLE = "korea-russia-2021"


def terminal(found: Changes) -> str:
    out = io.StringIO()
    show([found], Console(file=out, width=200))
    return out.getvalue()


def seen(html: str) -> str:
    """Give what a page shows."""
    soup = BeautifulSoup(html, "html5lib")
    assert soup.main is not None
    return soup.main.get_text(" ")


def numbered() -> tuple[Side, Side]:
    """Give two days between which figures moved, of every kind that is written in its own way."""
    old = entry(
        "trade", {"flow": "export"}, value_musd=1234567.5, share_pct=12.5, rank=7, on="2021-03-25", is_free=True
    )
    new = {**old, "rows": [[1300000.0, 10.0, 12, "2024-12-30", False]]}
    return side("a", "", old), side("b", "", {**new, "unit": "million current US dollars"})


def test_changes_are_told_alike_in_each_language() -> None:
    """In words of ours only: there is no article from which its own could be had in another language."""
    found = changes(OLD, later())
    found.verdicts += changes(
        Side("a", "A", verdicts={"C1": verdict("C1", "supported", *(reading(str(n), n, True) for n in range(7)))}),
        Side("b", "A", verdicts={"C1": verdict("C1", "contested", *(reading(str(n), 9, False) for n in range(7)))}),
    ).verdicts
    told = {}
    for language in LANGUAGES:
        with speaking(language):
            told[language] = terminal(found), seen(page([found]))
    for language in LETTERS:
        for english, text in zip(told["en"], told[language], strict=True):
            ours = re.sub(r"A report|What C\d+ says|the table ends with 2020", "", text)
            assert english_prose(ours) == []
            # The English reason for having no data names a year, others name its kind; Korean numbers the months.
            months = Counter({"3": 1, "12": 1}) if language == "ko" else Counter()
            assert numbers(text) == numbers(english.replace("the table ends with 2020", "")) + months


def test_numbers_and_days_are_written_as_each_language_writes_them() -> None:
    found = changes(*numbered())
    rows = {}
    for language in LANGUAGES:
        with speaking(language):
            rows[language] = {one.key.rpartition(".")[2]: row_of(one)[1:] for one in found.numbers}
    assert rows["en"]["value_musd"] == ("1,234,568", "1,300,000", "+5.3%")
    assert rows["ru"]["value_musd"] == ("1\u00a0234\u00a0568", "1\u00a0300\u00a0000", "+5,3\u00a0%")
    assert rows["ru"]["share_pct"] == ("12,5", "10", "−2,5 п. п.")
    assert rows["ko"]["on"] == ("2021년 3월 25일", "2024년 12월 30일", "–")
    assert rows["en"]["on"] == ("25 March 2021", "30 December 2024", "–")
    assert rows["ru"]["is_free"] == ("да", "нет", "–")


def test_every_unit_of_a_measure_has_a_name_in_each_language() -> None:
    units = {spec.unit for spec in REGISTRY.values()} | {"rank", "percent change", *UNITS}
    assert units - NAMES.keys() - {*UNSAID} == set()
    for language, letters in LETTERS.items():
        with speaking(language):
            names = {unit: row_of(Moved("k", 1, 2, unit))[0] for unit in NAMES}
        assert [unit for unit, name in names.items() if not re.search(letters, name) and unit != "km"] == []


@pytest.fixture(scope="module")
def days() -> tuple[Side, Side]:
    """The days before and after Korea's first measures on Russia, in English as its records are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export, "judge_all", functools.partial(export.judge_all, claims=("C10", "C13")))
        ((old, new),) = pairs_of("2022-02-27", "2022-03-01", ARTICLE)
    assert old is not None
    assert new is not None
    return old, new


def test_an_article_s_own_words_are_told_in_the_language_too(days: tuple[Side, Side]) -> None:
    told = {}
    for language in LANGUAGES:
        with speaking(language):
            found = changes(*(retold(one, language) for one in days))
            html = page([found])
        assert f'<html lang="{language}">' in html
        assert f"{found.title}</title>" in html
        assert "<span lang=" not in html
        # Outside Korea a machine may have no face for Hangul.
        assert ("@font-face" in html) is (language == "ko")
        # Behind a face of the machine's own Chromium draws boxes for what that lacks, until the text is set anew.
        assert 'font:1rem/1.5 "NanumGothic",system-ui' in html
        told[language] = seen(html)
    assert "South Korea between the United States and Russia" in told["en"]
    for language, letters in LETTERS.items():
        assert re.search(letters, told[language])
        assert english_prose(told[language]) == []
        # Korean writes a month as a number.
        months = Counter({"2": 1, "3": 1}) if language == "ko" else Counter()
        assert numbers(told[language]) == numbers(told["en"]) + months


def test_two_editions_of_one_report_do_not_differ(days: tuple[Side, Side]) -> None:
    """Readings that are called otherwise in each language are the same readings."""
    korean, russian = (retold(days[0], language) for language in ("ko", "ru"))
    assert korean is not None
    assert korean.verdicts["C10"]["statement"] != days[0].verdicts["C10"]["statement"]
    assert retold(korean, "en") == days[0]
    assert changes(korean, russian).is_none
    assert changes(korean, retold(days[1], "ru")).verdicts[0].claim == "C10"
    stranger = dataclasses.replace(days[0], article="nobody-s")
    assert retold(stranger, "ko") == stranger
    with speaking("ko"):
        text = page([changes(stranger, dataclasses.replace(days[1], article="nobody-s"))])
    assert '<span lang="en">South Korea between the United States and Russia</span>' in text


def test_a_year_with_hangul_after_it_moves_with_the_day() -> None:
    then, now = (verdict("C1", "supported", reading(f"무역, {year}년", year, True)) for year in (2020, 2023))
    found = changes(Side("a", "A", "", {"C1": then}), Side("b", "A", "", {"C1": now}))
    assert [one.key for one in found.numbers] == ["C1 · 무역, 2020→2023년"]
    assert found.firmer == []


def test_the_new_report_decides_the_language_and_programs_get_english(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, language, word in (("a", "en", "supported"), ("b", "ru", "contested")):
        (tmp_path / name).mkdir()
        conftest.make(tmp_path / name, "html", word=word, language=language)
    old, new = (str(tmp_path / name / "small.html") for name in "ab")
    target = tmp_path / "changes.html"
    diff(old, new, html=target)
    out = capsys.readouterr().out
    assert "Изменившиеся вердикты" in out
    assert "записано: " in out
    assert '<html lang="ru">' in target.read_text(encoding="utf-8")
    diff(old, new, html=target, language="ko")
    assert "바뀐 판정" in capsys.readouterr().out
    assert '<html lang="ko">' in target.read_text(encoding="utf-8")
    diff(old, new, in_json=True)
    english = capsys.readouterr().out
    diff(old, new, in_json=True, language="ko")
    assert capsys.readouterr().out == english
    assert json.loads(english)[0]["verdicts"][0]["new"] == "contested"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "width", "dark"), [("en", 1280, False), ("ko", 390, True), ("ru", 390, False), ("en", 800, True)]
)
def test_axe_finds_nothing(
    days: tuple[Side, Side], tmp_path: Path, open_page: Callable[..., Any], language: str, width: int, dark: bool
) -> None:
    """Beside an article's claims a table with the longest of names and values, which no phone may have to scroll."""
    path = tmp_path / "changes.html"
    long = entry(
        "pair_standing", {"figure": "students_enrolled", "state_a": "KOR", "state_b": "RUS"}, value_x=1, text=""
    )
    old, new = (
        side(day, "", {**long, "rows": [[9**n, "a" * 30 + f" word {n}" * 5]]}) for n, day in ((5, "a"), (9, "b"))
    )
    with speaking(language):
        found = [changes(OLD, later()), changes(*(retold(one, language) for one in days)), changes(old, new)]
        path.write_text(page(found), encoding="utf-8")
    opened = open_page(path, width, dark)
    assert violations(opened.page) == []
    assert opened.errors == []
    widest = "Math.max(...[...document.querySelectorAll('main *')].map(e => e.getBoundingClientRect().right))"
    assert opened.page.evaluate(f"document.documentElement.scrollWidth <= innerWidth && {widest} <= innerWidth")
    if width < 400:
        labels = "[...document.querySelectorAll('td')].map(e => getComputedStyle(e, '::before').content)"
        assert all(opened.page.evaluate(labels))


def test_json_is_english_in_any_language() -> None:
    found = changes(OLD, later())
    with speaking("ko"):
        korean = as_json([found])
    assert korean == as_json([found])
