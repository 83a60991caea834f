"""What verify finds is told in each language: whole, with the same numbers, and nothing left in English."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import pikepdf
import pytest
from tests.narrative.editions import CYRILLIC, HANGUL, english_prose
from tests.verify import conftest
from tests.verify.test_verify import checked, codes, rewritten, said, swap_digits, swap_rows

from tightrope.language import LANGUAGES, speaking
from tightrope.verify.checks import Checked
from tightrope.verify.command import verify
from tightrope.verify.inputs import compare_inputs
from tightrope.verify.opened import open_report
from tightrope.verify.rerun import ROWS, TABLES, Rerun
from tightrope.verify.terminal import filled
from tightrope.verify.told import lines_of

LETTERS = {"ko": HANGUL, "ru": CYRILLIC}


def numbers(text: str) -> Counter[str]:
    """Count the numbers of a text, written as English writes them."""
    joined = re.sub(r"(?<=\d)[,\u00a0](?=\d{3})", "", text)
    return Counter(found.replace(",", ".") for found in re.findall(r"\d+(?:[.,]\d+)*", joined))


def ours(text: str) -> str:
    """Give our own words: no quotations, and not the report's title."""
    return re.sub(r"“[^”]*”|«[^»]*»", "#", text.replace("A small report", "#"))


def spoil(opened: pikepdf.Pdf) -> None:
    swap_digits(opened)
    swap_rows(opened)
    opened.pages.append(opened.pages[0])


@pytest.mark.parametrize("fault", ["", "edited", "cut", "gone"])
def test_an_intact_and_an_altered_file_are_told_alike_in_each_language(
    small: dict[str, Path], tmp_path: Path, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "small.pdf"
    shutil.copy(small["pdf"], path)
    if fault == "edited":
        path = rewritten(path, tmp_path, spoil)
    elif fault:
        data = path.read_bytes()
        path.write_bytes(data[: -3000 if fault == "cut" else 3000])
    told = {}
    for language in LANGUAGES:
        assert verify(path, language=language) == {"": 0, "edited": 1, "cut": 1, "gone": 2}[fault]
        told[language] = capsys.readouterr().out.replace(str(tmp_path), "")
    english = numbers(told["en"])
    assert english
    for language, letters in LETTERS.items():
        assert numbers(told[language]) == english
        words = ours(told[language])
        assert english_prose(words) == []
        assert [line for line in words.splitlines() if "#" not in line and not re.search(letters, line)] == []


def test_a_new_run_is_told_alike_in_each_language(small: dict[str, Path]) -> None:
    """Counts that take each of the three plurals of Russian."""
    counts = {"figure": 1201, "number said": 2, "verdict": 5, "reading": 21}
    told = {}
    for language in LANGUAGES:
        with speaking(language):
            result = Rerun({ROWS: counts, TABLES: {"figure": 3}}, {"figure a": "b"}, [], ["c"])
            told[language] = "\n".join(lines_of(Checked(open_report(small["pdf"])), result))
    assert "1,201 figures, 2 numbers said, 21 readings, 5 verdicts" in told["en"]
    assert "1\u00a0201 показатель, 2 названных числа, 21 прочтение, 5 вердиктов" in told["ru"]
    assert "수치 1,201개, 말한 숫자 2개, 해석 21개, 판정 5개" in told["ko"]
    assert numbers(told["ko"]) == numbers(told["ru"]) == numbers(told["en"])


def test_a_report_is_told_of_in_its_own_language_and_programs_get_english(
    small: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = conftest.make(tmp_path, "html", language="ko")
    assert verify(path) == 0
    assert capsys.readouterr().out.startswith("small.html: 온전함\n")
    assert verify(path, language="ru") == 0
    assert capsys.readouterr().out.startswith("small.html: цел\n")
    assert verify(small["html"]) == 0
    assert capsys.readouterr().out.startswith("small.html: intact\n")
    path.write_text(path.read_text(encoding="utf-8").replace(">17.6</span>", ">71.6</span>"), encoding="utf-8")
    assert verify(path, in_json=True) == 1
    english = capsys.readouterr().out
    assert verify(path, in_json=True, language="ko") == 1
    assert capsys.readouterr().out == english
    found = json.loads(english)
    assert {one["code"] for one in found["findings"]} == {"number", "page"}
    assert not re.search(HANGUL, "".join(one["text"] for one in found["findings"]))


@pytest.mark.parametrize("language", ["ko", "ru"])
def test_a_verdict_that_was_swapped_in_an_edition_is_named(tmp_path: Path, language: str) -> None:
    """The closing table of an edition has its own words for verdicts; what is attached has the English ones."""
    path = tmp_path / "small.pdf"
    whole = conftest.seal("pdf", conftest.notebook(language=language), conftest.carried())
    path.write_bytes(whole)
    assert checked(path).findings == []
    path.write_bytes(conftest.seal("pdf", conftest.notebook(language=language), conftest.carried(word="contradicted")))
    found = checked(path)
    assert codes(found) == ["verdict"]
    assert said(found) == "C10 is “contradicted” in the attached verdicts and “supported” in the report."


def test_tables_that_differ_are_listed_in_each_language(small: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text('{"resources": [{"name": "trade", "hash": "sha256:11"}]}')
    texts = {}
    for language in LANGUAGES:
        with speaking(language):
            found = Checked(open_report(small["pdf"]))
            compare_inputs(found, tmp_path)
        texts[language] = [one.text for one in found.findings]
    assert "table trade differs." in texts["en"]
    assert "표 trade: 다릅니다." in texts["ko"]
    assert "таблица trade отличается." in texts["ru"]
    assert len({len(one) for one in texts.values()}) == 1


def test_lines_are_broken_by_the_places_that_they_take() -> None:
    line = "  " + " ".join(["모든 바이트를 확인했습니다."] * 4)
    parts = filled(line, 40).splitlines()
    assert len(parts) == 4
    assert all(part.startswith("  ") for part in parts)
    assert " ".join(part.strip() for part in parts) == line.strip()
    assert filled("word " * 3 + "w" * 50, 40).splitlines()[-1].strip() == "w" * 50
