"""The index: right in what it says, quick with all pairs of the world, and usable by everyone."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect
from tests.axe import violations

from tightrope.batch import manifest
from tightrope.batch.index import Row, as_csv, as_page, read_row, tell_apart, write_index
from tightrope.batch.store import FolderStore

N_ALL_PAIRS = 18_528


def entry(name: str, **record: Any) -> dict[str, Any]:
    return {
        "name": name, "status": "done", "parameters": {"state_a": name[:3], "year": 2024},
        "record": {"title": f"Title {name}", "date": "2024-12-31", **record},
        "outputs": {f"{name}.html": {}, f"{name}.pdf": {}},
    }  # fmt: skip


def stand(out: Path, *entries: dict[str, Any]) -> None:
    with manifest.Manifest(out) as book:
        for one in entries:
            book.append(one)
            if one["status"] == "done":
                (out / one["name"]).mkdir(exist_ok=True)
                (out / one["name"] / f"{one['name']}.html").touch()


FAILED = {
    "name": "BAD", "status": "failed", "parameters": {"state_a": "BAD"}, "error": "the kernel died\n  why: x",
    "log": "logs/BAD.log",
}  # fmt: skip


def test_page_csv_and_json_say_the_same(tmp_path: Path) -> None:
    stand(tmp_path, entry("KOR-RUS", counts={"held": 3, "fell": 0}), FAILED, entry("GONE"))
    (tmp_path / "GONE" / "GONE.html").unlink()
    page = Path(write_index(FolderStore(tmp_path)))
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == [
        "index.csv", "index.html", "index.json", "manifest.jsonl",
    ]  # fmt: skip
    found = json.loads((tmp_path / "index.json").read_text())["reports"]
    assert [(one["name"], one["status"]) for one in found] == [("BAD", "failed"), ("KOR-RUS", "done")]
    assert found[1]["html"] == "KOR-RUS/KOR-RUS.html"
    assert found[1]["figures"] == {"held": "3"}
    rows = list(csv.DictReader(io.StringIO((tmp_path / "index.csv").read_text())))
    assert [row["pdf"] for row in rows] == ["", "KOR-RUS/KOR-RUS.pdf"]
    assert (rows[1]["parameter_year"], rows[1]["n_held"], rows[0]["n_held"]) == ("2024", "3", "")
    soup = BeautifulSoup(page.read_text(), "html5lib")
    links = [a["href"] for a in soup.select(".reports a")]
    assert links == ["logs/BAD.log", "KOR-RUS/KOR-RUS.html", "KOR-RUS/KOR-RUS.html", "KOR-RUS/KOR-RUS.pdf"]
    assert "Failed: the kernel died" in soup.select_one(".reports").text
    data = json.loads(soup.select_one("#data").string)
    assert data["labels"] == ["held"]
    assert data["rows"][1][:2] == ["KOR-RUS", "Title KOR-RUS"]


def test_reports_that_were_made_alone_are_listed_too(tmp_path: Path) -> None:
    stand(tmp_path, entry("KOR-RUS"))
    texts = {
        "alone": '{"title": "One alone", "outputs": {"alone.pdf": {}}, "parameters": {"year": 2020}}',
        "KOR-RUS": '{"title": "Not this", "outputs": {}, "parameters": {}}',
        "torn": '{"tit',
    }
    for name, text in texts.items():
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / f"{name}.manifest.json").write_text(text)
    (tmp_path / "alone" / "alone.pdf").touch()
    write_index(FolderStore(tmp_path))
    found = json.loads((tmp_path / "index.json").read_text())["reports"]
    assert [(one["title"], one.get("pdf"), one["parameters"]["year"]) for one in found] == [
        ("One alone", "alone/alone.pdf", 2020),
        ("Title KOR-RUS", "KOR-RUS/KOR-RUS.pdf", 2024),
    ]


def test_a_short_summary_is_shown_before_counts() -> None:
    table = {"columns": ["figure", "value", "year"], "rows": [["Trade", "$1 bn", "2020"], ["Votes", "61%", "2024"]]}
    row = read_row({**entry("x", counts={"n": 1}, summary=table), "outputs": {}}, FolderStore(Path("none")))
    assert row is None, "a report that does not stand is not listed"
    from tightrope.batch.index import _figures

    assert _figures({"counts": {"n": 1}, "summary": table}) == (("Trade", "$1 bn"), ("Votes", "61%"))
    assert _figures({"counts": {"n": 1200, "zero": 0}}) == (("n", "1,200"),)


def test_reports_of_one_title_say_what_they_differ_in() -> None:
    rows = [Row(n, "One", "done", parameters={"theme": n, "as_of": "2021"}) for n in ("a", "b")]
    rows.append(Row("c", "Other", "done", parameters={"theme": "a"}))
    assert [row.note for row in tell_apart(rows)] == ["theme a", "theme b", ""]


def test_what_a_notebook_says_stays_text() -> None:
    evil = '</script><script>alert(1)</script><img src=x onerror="alert(2)">'
    html = as_page([Row("a", evil, "done", formats=("html",), figures=((evil, evil),))]).decode()
    soup = BeautifulSoup(html, "html5lib")
    assert len(soup.find_all("script")) == 2
    assert soup.select_one("h2").text == evil
    assert json.loads(soup.select_one("#data").string)["rows"][0][1] == evil
    assert not soup.find_all(onerror=True)


def test_a_spreadsheet_takes_no_text_for_a_formula() -> None:
    text = as_csv([Row("a", '=HYPERLINK("x")', "done", parameters={"p": "-1+1", "n": -1})]).decode()
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["title"], row["parameter_p"], row["parameter_n"]) == ('\'=HYPERLINK("x")', "'-1+1", "-1")


def many(n: int) -> list[Row]:
    codes = [f"{a}{b}{c}" for a in "ABCDEF" for b in "ABCDEF" for c in "ABCDEF"]
    figures = ("Distance between the capitals", "Goods trade, both ways", "UN votes cast alike")
    rows = []
    for i in range(n):
        a, b = codes[i % 193], codes[(i * 7 + i // 193) % 193]
        values = (f"{i:,} km", f"${i / 10:.1f} bn" if i % 5 else "no data", f"{i % 100}%")
        title = f"State of {a} and {b}"
        rows.append(
            Row(
                f"{a}-{b}-{i}", title, "done", "A profile of the pair", "Pair profile", "2024-12-31",
                formats=("html", "pdf"), figures=tuple(zip(figures, values, strict=True)), has_thumbnail=True,
            )
        )  # fmt: skip
    return rows


def test_all_pairs_of_the_world_make_one_page_in_linear_time() -> None:
    def seconds(n: int) -> float:
        rows, taken = many(n), []
        for _ in range(3):
            start = time.process_time()
            as_page(rows)
            taken.append(time.process_time() - start)
        return min(taken)

    seconds(100)  # fonts are cut once
    small, large = seconds(N_ALL_PAIRS // 4), seconds(N_ALL_PAIRS)
    assert large < 5
    assert large < 10 * max(small, 0.05)
    assert len(as_page(many(N_ALL_PAIRS))) < 6_000_000


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("world") / "index.html"
    failed = Row("BAD", "BAD", "failed", error="the kernel died", log="logs/BAD.log")
    path.write_bytes(as_page([failed, *many(N_ALL_PAIRS)]))
    return path


@pytest.mark.browser
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_eighteen_thousand_rows_are_searched_sorted_and_paged(
    world: Path, open_page: Any, width: int, dark: bool
) -> None:
    opened = open_page(world, width, dark)
    page = opened.page
    wide, inner = page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
    assert wide <= inner
    assert page.inner_text("#found") == "1–48 of 18,529 reports"
    assert page.locator(".reports > li").count() == 48
    found = page.locator("#found")
    name = many(N_ALL_PAIRS)[-1].name
    page.fill("#find", f"state {name.lower()}")
    expect(found).to_have_text("1 report")
    assert page.locator(".reports h2 a").get_attribute("href") == f"{name}/{name}.html"
    page.fill("#find", "no such report")
    expect(found).to_have_text("No report is like that")
    page.fill("#find", "")
    expect(found).to_have_text("1–48 of 18,529 reports")
    page.select_option("#sort", label="Goods trade, both ways")
    assert "$1852.7 bn" in page.inner_text(".reports > li:first-child")
    page.click("#turn")
    assert "$0.1 bn" in page.inner_text(".reports > li:first-child"), "rows without a value stay last"
    page.click("#next")
    assert page.inner_text("#found").startswith("49–96 of")
    page.check("#failed")
    assert page.inner_text("#found") == "1 report"
    assert "Failed: the kernel died" in page.inner_text(".reports")
    slow = page.evaluate("""() => { const t = performance.now(), f = document.querySelector('#sort');
        f.value = '2'; f.dispatchEvent(new Event('change')); return performance.now() - t; }""")
    assert slow < 1500
    blocked = [text for text in opened.errors if "thumb" not in text and "ERR_FILE_NOT_FOUND" not in text]
    assert blocked == []


@pytest.mark.browser
def test_every_control_has_a_name_and_the_list_an_order(world: Path, open_page: Any) -> None:
    page = open_page(world, 1280, False).page
    unnamed = page.evaluate("""() => [...document.querySelectorAll('button, input, select, a')].filter(
        e => !(e.getAttribute('aria-label') || e.textContent.trim() || (e.labels && e.labels.length))).length""")
    assert unnamed == 0
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(e => e.tagName)")
    assert levels[:2] == ["H1", "H2"]
    assert set(levels[1:]) == {"H2"}
    assert page.locator("[role=status]").count() == 1
    small = page.evaluate("""() => [...document.querySelectorAll('.tools input:not([type=checkbox]), button, .links a')]
        .filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 24).length""")
    assert small == 0


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing(world: Path, open_page: Any, width: int, dark: bool) -> None:
    page = open_page(world, width, dark).page
    assert violations(page) == []
    page.fill("#find", "no such report")
    expect(page.locator("#found")).to_have_text("No report is like that")
    assert violations(page) == []


@pytest.mark.browser
def test_axe_sees_a_fault_where_there_is_one(tmp_path: Path, open_page: Any) -> None:
    path = tmp_path / "bad.html"
    path.write_text(
        '<!DOCTYPE html><html lang="en"><title>x</title><main><h1>x</h1><p style="color:#bbb">pale</p></main>'
    )
    (found,) = violations(open_page(path).page)
    assert found.startswith("color-contrast (serious): p: ")
