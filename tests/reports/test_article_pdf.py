"""The article's PDF, the longest that there is: what checkers say of it, and its size in each language."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest
from tests.checkers import outloud_faults, paint_order, pdfua_faults, standard_faults
from tests.layout import table_pages, white_ends
from tests.reports.conftest import SLUG, Run, tightrope

pytestmark = pytest.mark.report
MOST_BYTES = 1_900_000  # two million are promised
MOST_WHITE = 2  # pages before the last that end with two fifths white: a card or a chart that cannot be drawn smaller


@pytest.fixture(scope="module")
def editions(report: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The article's PDF in each language; what is not there yet is rendered side by side."""

    def made(language: str) -> Path:
        out = tmp_path_factory.mktemp(language)
        run = tightrope("render", "article_report", "-p", f"language={language}", "--formats", "pdf", out=out)
        assert run.code == 0, run.text
        return out / SLUG / f"{SLUG}-{language}.pdf"

    with ThreadPoolExecutor() as pool:
        others = dict(zip(("ko", "ru"), pool.map(made, ("ko", "ru")), strict=True))
    return {"en": report.folder / SLUG / f"{SLUG}.pdf", **others}


def test_two_checkers_of_appearances_find_nothing(report: Run) -> None:
    path = report.folder / SLUG / f"{SLUG}.pdf"
    assert pdfua_faults(path) == []
    assert outloud_faults(path) == []


def test_each_edition_is_small_and_to_the_standards_and_read_in_order(
    editions: dict[str, Path],
) -> None:
    assert {name: path.stat().st_size for name, path in editions.items() if path.stat().st_size > MOST_BYTES} == {}
    for language, path in editions.items():
        assert standard_faults(path) == [], language
        with pikepdf.open(path) as pdf:
            assert str(pdf.Root.Lang) == language
            assert pdf.check_pdf_syntax() == []
            n_pages = len(pdf.pages)
        order = paint_order(path)
        assert [n for n, (painted, tagged) in enumerate(order, start=1) if painted != tagged] == []
        assert len(order) == n_pages > 60
        assert sum(len(painted) for painted, _ in order) > 5000


def test_no_table_leaves_a_row_or_two_on_its_last_page_and_few_pages_end_white(editions: dict[str, Path]) -> None:
    for language, path in editions.items():
        split = [list(rows.values()) for rows in table_pages(path) if len(rows) > 1]
        assert len(split) > 5, "else nothing is tried"
        assert [rows for rows in split if rows[-1] < 2] == [], language
        white = [number for number, share in enumerate(white_ends(path)[:-1], start=1) if share > 0.4]
        assert len(white) <= MOST_WHITE, (language, white)
