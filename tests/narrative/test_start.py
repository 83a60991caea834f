"""The start page finds articles and states as people write them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from tests.narrative.editions import CYRILLIC, HANGUL, english_prose, prose

from tightrope.errors import UnknownName
from tightrope.language import LANGUAGES, speaking, use_language
from tightrope.narrative import start
from tightrope.narrative.display import Table, said_in_english
from tightrope.publish.tidy import Tidier
from tightrope.publish.words import words_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use_language("en")


def codes(wanted: str) -> list[str]:
    return [str(row[0]) for row in start.states(wanted).rows]


def test_articles_are_listed_by_the_name_to_write() -> None:
    rows = {str(row[0]): row for row in start.articles().rows}
    assert rows["korea-russia-2021"][1] == "South Korea between the United States and Russia"
    assert "trade (Trade and industry)" in str(rows["korea-russia-2021"][3]).split(" · ")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("KOR", ["PRK", "KOR"]),  # a code, and a part of North Korea's name: both are shown
        ("росс", ["RUS"]),
        ("대한민국", ["KOR"]),
        ("Côte", ["CIV"]),
        ("cote d", ["CIV"]),
        ("Tuvalu", ["TUV"]),
    ],
)
def test_a_state_is_found_by_part_of_any_of_its_names(wanted: str, found: list[str]) -> None:
    assert codes(wanted) == found


def test_the_two_koreas_are_both_shown_and_no_other() -> None:
    assert codes("Korea") == ["PRK", "KOR"]


@pytest.mark.parametrize("wanted", ["Korrea", "z", ""])
def test_what_no_name_holds_is_refused(wanted: str) -> None:
    with pytest.raises(UnknownName, match="unknown state"):
        start.states(wanted)


def test_the_nearest_names_are_shown() -> None:
    with pytest.raises(UnknownName) as caught:
        start.states("Korrea")
    assert "Korea" in caught.value.near


def page(language: str, state: str) -> list[Any]:
    return [start.open_start(language), *start.notebooks(), *start.names(state), start.files()]


@pytest.mark.parametrize(("language", "letters"), [("ko", HANGUL), ("ru", CYRILLIC)], ids=["ko", "ru"])
def test_the_page_in_another_language_says_the_same(language: str, letters: str) -> None:
    english, own = page("en", "Korea"), page(language, "Korea")
    texts = [own[0].data[key] for key in ("title", "subtitle", "description")]
    texts += [p._repr_markdown_() if hasattr(p, "_repr_markdown_") else p._repr_html_() for p in own[1:]]
    assert [text for text in texts if not re.search(letters, text)] == []
    # Names are what is written into a cell; the author's and the menu's are their own.
    kept = "Kenan Ağazade|Run, Run All Cells|South Korea|North Korea|Democratic People.*?Korea|Republic of Korea"
    command = r"tightrope render [^`]*|[a-z]+_[a-z]+"
    assert [run for text in texts for run in english_prose(re.sub(f"{kept}|{command}", "#", prose(text)))] == []
    heads = [head for p in own if isinstance(p, Table) for head in (p.caption, *p.columns)]
    assert [head for head in heads if not re.search(letters, head)] == []
    for before, after in zip(english, own, strict=True):
        if isinstance(before, Table):
            assert {str(row[0]) for row in after.rows} == {str(row[0]) for row in before.rows}
    assert own[0].data["language"] == language
    assert own[0].data["stem"] == f"start-here-{language}"
    assert f"-p language={language}" in own[-1].text
    assert "language" not in english[-1].text


def test_states_are_called_in_the_language_of_the_page() -> None:
    with speaking("ko"):
        assert [row[:2] for row in start.states("росс").rows] == [["RUS", "러시아"]]
    with speaking("ru"):
        assert [row[1] for row in start.states("Korea").rows] == ["КНДР", "Республика Корея"]


def test_a_name_in_another_language_than_the_pages_says_so() -> None:
    with speaking("ko"):
        (row,) = [row for row in start.states("RUS").rows if row[0] == "RUS"]
        assert '<span lang="ru">Россия</span>' in row[2].html
        assert "러시아" in row[2].html
        assert '<span lang="ko">' not in row[2].html
    with speaking("en"):
        (row,) = [row for row in start.states("RUS").rows if row[0] == "RUS"]
        assert '<span lang="ko">러시아</span>' in row[2].html
        assert '<span lang="en">' not in row[2].html


def test_words_of_another_script_within_english_ones_have_their_own_language() -> None:
    title = 'Arrivals (외래객 입국-목적별/국적별), <a href="#a">Росс</a>, Статистика'
    with speaking("en"):
        korean, russian = '<span lang="ko">외래객 입국-목적별/국적별</span>', '<span lang="ru">Статистика</span>'
        assert said_in_english(title) == f'Arrivals ({korean}), <a href="#a">Росс</a>, {russian}'
    with speaking("ko"):
        rest = '<span lang="en">), <a href="#a">Росс</a>, </span><span lang="ru">Статистика</span>'
        assert said_in_english(title) == f'<span lang="en">Arrivals (</span>외래객 입국-목적별/국적별{rest}'


def test_an_article_that_is_not_translated_is_listed_in_english(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    for name in ("evidence", "datapackage.json"):
        (tmp_path / "data" / name).symlink_to(ROOT / "data" / name)
    named = Path("data") / "articles" / "turkey-2019"
    shutil.copytree(ROOT / named, tmp_path / named, ignore=shutil.ignore_patterns("ru.po"))
    with speaking("ru"):
        assert start.articles(tmp_path).rows[0][1] == "Turkey between the United States and Russia"
    with speaking("ko"):
        assert start.articles(tmp_path).rows[0][1] == "미국과 러시아 사이의 튀르키예"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UnknownName, match="kr"):
        start.open_start("kr")


def test_the_table_of_notebooks_is_that_of_the_folder() -> None:
    paths = {path.stem: path for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert set(start.NOTEBOOKS) == set(paths) - {"start_here"}
    for name, (_, changed) in start.NOTEBOOKS.items():
        cells = nbformat.read(paths[name], as_version=4).cells
        source = next(cell.source for cell in cells if "parameters" in cell.metadata.get("tags", []))
        assert [one for one in changed if not re.search(rf"(?m)^{one}: ", source)] == []
    links = re.findall(r"\((\w+)\.ipynb\)", nbformat.read(paths["start_here"], as_version=4).cells[0].source)
    assert links == list(start.NOTEBOOKS)


def test_every_notebook_offers_every_language() -> None:
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        offered = nbformat.read(path, as_version=4).metadata["tightrope"]["parameters"]["language"]["choices"]
        assert offered == list(LANGUAGES), path.name


def test_what_a_table_needs_in_jupyterlab_alone_is_not_in_the_report() -> None:
    table = Table("A caption", ["a", "b"], [["x", "1"]], [1])
    html = str(table._repr_html_())
    assert "min-width" in html, "a caption is no narrower there than a short line"
    made = Tidier(words_of("en"), ROOT).fragment(html, "cell 1")
    assert "<caption>A caption</caption>" in made
    assert "style" not in re.sub(r' style="text-align: right"', "", made)
