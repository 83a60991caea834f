"""A new article's report: one claim, no map, no powers, and its sentences only where its text is at hand."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from tests.authoring.shared import ROOT, Run, blocks
from tests.authoring.test_walkthrough import fill_in

TEXT = "data/articles/turkey-2019/text.md"
SENTENCE = "Russia is Turkey's second trading partner, behind Germany alone, and the United States is the fifth."
GIVEN = (
    "render",
    "article_report",
    "-p",
    "article=mine",
    "-p",
    "as_of=2019-07-20",
    "--formats",
    "html",
    "--out",
    "out",
)


@pytest.fixture
def mine(root: Path, run: Run) -> Path:
    (root / "notebooks").mkdir()
    shutil.copy(ROOT / "notebooks" / "article_report.ipynb", root / "notebooks")
    run("new", "mine", "--states", "TUR", "RUS", "--date", "2019-07-20", "--text", TEXT)
    return root


def test_without_a_claim_the_report_says_what_to_do(mine: Path, run: Run) -> None:
    done = run(*GIVEN)
    assert done.exit_code != 0
    assert "no claim to judge yet" in done.output
    assert not (mine / "out" / "mine").exists()


@pytest.mark.report
def test_a_sentence_is_shown_only_with_its_text_and_nowhere_else(mine: Path, run: Run) -> None:
    [record] = blocks((ROOT / "README.md").read_text(encoding="utf-8").split("## Your own article")[1], "toml")
    fill_in(mine / "data" / "articles" / "mine" / "claims.toml", record)
    done = run(*GIVEN, "--text", TEXT)
    assert done.exit_code == 0, done.output
    page = (mine / "out" / "mine" / "mine.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(page, "html.parser")
    assert [p.get_text() for p in soup.select("blockquote p")] == [SENTENCE]
    # What has no records is left out: the map, the place between two powers, four of five themes.
    headings = {h.get_text(" ", strip=True).split(" #")[0] for h in soup.select("h2")}
    assert {"Trade and investment", "Summary", "The verdicts"} <= headings
    assert not headings & {"The argument", "Between the powers", "Visas and travel", "Society and opinion"}
    # Code cells and the list of sources apart, nothing single is counted as if it were many.
    text = " ".join(part.get_text() for part in soup.select("p, caption, figcaption, h1, h2, h3, h4, td"))
    assert "The article's one claim is fragile, as of 20 July 2019." in text
    alts = " ".join(str(image["aria-label"]) for image in soup.select("svg[aria-label]"))
    assert "Strip of 1 verdict mark by theme" in alts
    assert (
        re.findall(r"\b1 (?:claims|readings|marks|verdict marks|tables|rows|years|partners|ways)\b", text + alts) == []
    )
    manifest = (mine / "out" / "mine" / "mine.manifest.json").read_text(encoding="utf-8")
    assert '"text": "sha256:' in manifest
    kept = [p for p in mine.rglob("*") if p.is_file() and "out" not in p.parts and p.name != "text.md"]
    assert [p for p in kept if SENTENCE.encode() in p.read_bytes()] == []
