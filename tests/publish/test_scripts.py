"""Latin, Cyrillic and Hangul together: carried by PDF and HTML, from packages alone, the same bytes each time."""

from __future__ import annotations

import base64
import io
import re
from typing import Any

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader

from tightrope.publish import fonts
from tightrope.publish.closing import plain_table
from tightrope.publish.faces import font_files, hangul_folder
from tightrope.publish.html import TightropeHTMLExporter
from tightrope.publish.pdf import TightropePDFExporter
from tightrope.publish.record import Summary
from tightrope.publish.words import all_words, words_of

RECORD = "application/vnd.tightrope.record+json"
KOREAN = "대한민국과 러시아의 무역"
RUSSIAN = "Торговля Республики Корея"


def notebook(language: str) -> Any:
    record = {RECORD: {"title": KOREAN, "language": language, "date": "2021-03-25"}, "text/plain": ""}
    return new_notebook(
        cells=[
            new_code_cell("", outputs=[new_output("display_data", record)]),
            new_markdown_cell(f"## {RUSSIAN}\n\n**{KOREAN}** and plain {KOREAN}, {RUSSIAN}"),
        ]
    )


def pdf(language: str) -> bytes:
    return bytes(TightropePDFExporter().from_notebook_node(notebook(language))[0])


def html(language: str) -> str:
    return str(TightropeHTMLExporter().from_notebook_node(notebook(language))[0])


@pytest.mark.parametrize("language", ["ko", "ru"])
def test_the_pdf_holds_all_three_scripts_with_their_faces(language: str) -> None:
    made = pdf(language)
    text = " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).split())
    assert RUSSIAN in text
    assert KOREAN in text
    with pikepdf.open(io.BytesIO(made)) as document:
        assert str(document.Root.Lang).startswith(language)
        held = [
            (str(o.FontName), "/FontFile3" in o or "/FontFile2" in o)
            for o in document.objects
            if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"
        ]
    assert {name.partition("+")[2] for name, _ in held} >= {"NanumGothic", "NanumGothicBold"}
    assert all(is_embedded for _, is_embedded in held)
    assert pdf(language) == made


def test_the_page_carries_the_syllables_it_uses_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    made = html("ko")
    cut = re.findall(r"font-weight:(\d+);[^}]*?url\(data:font/woff;base64,([^)]*)\)", made)
    assert [weight for weight, _ in cut] == ["400", "700"]
    for _, data in cut:
        held = set(map(chr, TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap()))
        assert set(KOREAN) - {" "} <= held
        assert len(held) < 60
    assert '<html lang="ko">' in made
    fonts._cut.cache_clear()
    monkeypatch.setenv("TIGHTROPE_CACHE", "off")
    assert html("ko") == made
    english = new_notebook(cells=[new_markdown_cell("# plain")])
    assert "font/woff;" not in TightropeHTMLExporter().from_notebook_node(english)[0]


def test_hangul_comes_from_a_package_in_two_weights() -> None:
    names = [path.name for path in font_files() if path.parent == hangul_folder()]
    assert names == ["NanumGothic.ttf", "NanumGothicBold.ttf"]


def test_every_language_has_every_word_of_the_page() -> None:
    words = all_words()
    assert {language: sorted(held) for language, held in words.items()} == dict.fromkeys(words, sorted(words["en"]))
    for language, held in words.items():
        for key, text in held.items():
            fields = re.findall(r"\{\w+\}", str(words["en"][key]))
            assert sorted(re.findall(r"\{\w+\}", str(text))) == sorted(fields), (language, key)
    assert words_of("ko-KR")["source"] == "출처"
    assert words_of("fr")["source"] == "Source"


@pytest.mark.parametrize(
    ("language", "line"), [("en", "Sources: A; B."), ("ru", "Источники: A; B."), ("ko", "출처: A; B.")]
)
def test_a_source_line_that_names_itself_is_not_named_twice(language: str, line: str) -> None:
    from tightrope.publish.page import _Builder

    builder = _Builder(new_notebook(), ".", words_of(language))
    assert builder.source(line) == line
    assert builder.source("A") == f"{words_of(language)['source']}: A"


def test_columns_of_the_terminal_stand_below_each_other_in_korean() -> None:
    summary = Summary(columns=("값", "b"), rows=(("대한민국", "x"), ("ab", "y")))
    assert plain_table(summary) == ["값        b", "--------  -", "대한민국  x", "ab        y"]
