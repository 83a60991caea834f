"""A new article: whole or not at all, valid as it is made, and without a sentence of the text."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from tests.authoring.shared import Run, files_of

from tightrope.claims import load_article
from tightrope.claims.text import read_text

TEXT = "data/articles/turkey-2019/text.md"
ARGUMENTS = ("--states", "Turkey", "Russia", "--date", "2019-07-20")


def test_it_loads_and_its_order_lists_one_report(root: Path, run: Run) -> None:
    done = run("new", "mine", *ARGUMENTS, "--powers", "usa", "Россия", "--title", 'A "fine" title', "--text", TEXT)
    assert done.exit_code == 0, done.output
    folder = load_article(root, "mine")
    assert (folder.article.states, folder.article.powers) == (["TUR", "RUS"], ["USA", "RUS"])
    assert folder.article.title == 'A "fine" title'
    assert folder.article.subject == "Türkiye between the United States and Russia"
    assert (len(folder.claims), len(folder.candidates), folder.has_argument) == (0, 21, False)
    order = tomllib.loads((root / "reports" / "mine.toml").read_text(encoding="utf-8"))
    assert order["grid"] == {"article": ["mine"], "as_of": ["2019-07-20"], "theme": ["all"]}


def test_no_sentence_of_the_text_is_written(root: Path, run: Run) -> None:
    run("new", "mine", *ARGUMENTS, "--text", TEXT)
    written = b"".join(files_of(root / "data" / "articles" / "mine").values()).decode()
    written += (root / "reports" / "mine.toml").read_text(encoding="utf-8")
    sentences = [s for s in read_text(root / TEXT) if len(s.text.split()) > 4]
    assert len(sentences) > 20
    assert [s.text for s in sentences if s.text in written] == []
    assert all(c.hashes for c in load_article(root, "mine").candidates)


def test_each_candidate_is_asked_for(root: Path, run: Run) -> None:
    short = root / "short.md"
    short.write_text("It has sanctions. The sun shines. It is the 3rd partner. Trade was 5 bn.", encoding="utf-8")
    done = run("new", "mine", *ARGUMENTS, "--text", str(short), "--accept", "ask", input="y\nn\ny\n")
    assert done.exit_code == 0, done.output
    assert "It is the 3rd partner." in done.output
    assert [c.locator for c in load_article(root, "mine").candidates] == ["1.1", "1.4"]


@pytest.mark.parametrize("accept", ["none", "all"])
def test_all_or_none_without_a_question(root: Path, run: Run, accept: str) -> None:
    run("new", "mine", *ARGUMENTS, "--text", TEXT, "--accept", accept)
    assert len(load_article(root, "mine").candidates) == {"none": 0, "all": 21}[accept]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("turkey-2019", *ARGUMENTS), "already there"),
        (("../mine", *ARGUMENTS), "cannot name a folder"),
        (("mine", "--states", "Turky", "RUS", "--date", "2019-07-20"), "'Turkey'"),
        (("mine", "--states", "TUR", "Turkey", "--date", "2019-07-20"), "two states"),
        (("mine", "--states", "Korea", "RUS", "--date", "2019-07-20"), "KOR or PRK"),
        (("mine", "--states", "TUR", "RUS", "--date", "20 July"), "not a date"),
        (("mine", "--states", "TUR", "RUS", "--date", "2219-07-20"), "outside the evidence"),
        (("mine", *ARGUMENTS, "--language", "../en"), "no language code"),
        (("mine", *ARGUMENTS, "--text", "no-such-file"), "cannot be read"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(
    root: Path, run: Run, words: tuple[str, ...], what: str
) -> None:
    before = files_of(root / "data" / "articles"), files_of(root / "reports")
    done = run("new", *words)
    assert done.exit_code == 2
    assert what in done.output
    assert (files_of(root / "data" / "articles"), files_of(root / "reports")) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_folder_that_cannot_be_written_is_named(root: Path, run: Run) -> None:
    (root / "reports").chmod(0o500)
    done = run("new", "mine", *ARGUMENTS)
    assert done.exit_code == 2
    assert not (root / "data" / "articles" / "mine").exists()


def test_an_order_that_cannot_land_takes_the_folder_back(root: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.suffix == ".toml":
            raise OSError(28, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    done = run("new", "mine", *ARGUMENTS)
    assert done.exit_code == 2
    assert "No space left" in done.output
    assert not (root / "data" / "articles" / "mine").exists()
    assert not list((root / "data").glob(".new-*"))
