"""Bad input gives one clear error, exit 2, no traceback, and leaves an earlier report as it was."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.reports.conftest import ROOT, SLUG, tightrope

pytestmark = pytest.mark.report
CLAIMS = f"data/articles/{SLUG}/claims.toml"
CUSTOMS = "data/evidence/trade/trade_russia_imf.csv"


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """An output folder with a report in it that must not change."""
    folder = tmp_path / "out" / SLUG
    folder.mkdir(parents=True)
    for kind in ("html", "pdf"):
        (folder / f"{SLUG}.{kind}").write_text("earlier report")
    return tmp_path / "out"


def refused(run, earlier: Path, *words: str) -> None:
    assert run.code == 2, run.text
    assert "Traceback" not in run.text
    assert run.err.startswith("error:") or "error:" in run.text
    for word in words:
        assert word in run.text, (word, run.text)
    left = sorted(str(p.relative_to(earlier)) for p in earlier.rglob("*") if p.is_file())
    assert left == [f"{SLUG}/{SLUG}.html", f"{SLUG}/{SLUG}.pdf"]
    assert (earlier / SLUG / f"{SLUG}.html").read_text() == "earlier report"


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("article=korea-russia-2012", ["article", "korea-russia-2021"]),
        ("artcle=korea-russia-2021", ["artcle", "article"]),
        ("language=eo", ["language", "en"]),
        ("theme=trades", ["theme", "trade"]),
        ("as_of=2021-02-30", ["as_of", "2021-02-30"]),
        ("as_of=yesterday", ["as_of"]),
        ("as_of=1939-09-01", ["as_of", "1946-01-01"]),
        ("as_of=2031-01-01", ["as_of", "2026-11-24"]),
    ],
)
def test_a_bad_parameter(earlier: Path, pair: str, words: list[str]) -> None:
    refused(tightrope("render", "article_report", "-p", pair, out=earlier), earlier, *words)


def test_an_unknown_notebook(earlier: Path) -> None:
    refused(tightrope("render", "article_reprot", out=earlier), earlier, "article_reprot", "article_report")


@pytest.mark.parametrize("how", ["missing", "truncated", "edited"])
def test_a_spoilt_table(earlier: Path, other_root: Callable[[str], Path], how: str) -> None:
    root = other_root(CUSTOMS)
    path = root / CUSTOMS
    content = path.read_bytes()
    if how == "missing":
        path.unlink()
    elif how == "truncated":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(content.replace(b"2020", b"2019", 1))
    refused(tightrope("render", "article_report", out=earlier, root=root), earlier, "trade_russia_imf", how, CUSTOMS)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            'measure = "land_border"',
            'measure = "land_bordr"',
            ["C13", "land_bordr", "land_border", "claims.toml, line"],
        ),
        ('column = "has_land_border"', 'column = "has_border"', ["C13", "has_border", "has_land_border"]),
        ('states = ["PRK", "RUS", "CHN"]', 'states = ["PRK", "RUZ", "CHN"]', ["C22", "RUZ", "RUS"]),
    ],
)
def test_a_claim_that_names_nothing_real(
    earlier: Path, other_root: Callable[[str], Path], old: str, new: str, words: list[str]
) -> None:
    root = other_root(CLAIMS)
    text = (root / CLAIMS).read_text(encoding="utf-8")
    assert old in text
    (root / CLAIMS).write_text(text.replace(old, new, 1), encoding="utf-8")
    refused(tightrope("render", "article_report", out=earlier, root=root), earlier, *words)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.write_text("not a folder")
    run = tightrope("render", "article_report", out=target)
    assert run.code == 2, run.text
    assert "Traceback" not in run.text
    assert target.read_text() == "not a folder"


@pytest.mark.skipif(not Path("/dev/full").exists() or os.name != "posix", reason="needs Linux")
def test_a_folder_that_cannot_be_written(earlier: Path) -> None:
    run = tightrope("render", "article_report", out=Path("/proc/tightrope-reports"))
    assert run.code == 2, run.text
    assert "Traceback" not in run.text


def test_the_tables_are_untouched() -> None:
    assert (ROOT / CUSTOMS).is_file()
