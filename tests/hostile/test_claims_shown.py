"""An article's records and text are untrusted: what looks like a program in them is shown on its card as text."""

from __future__ import annotations

import io
import re
import shutil
import tomllib
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from pypdf import PdfReader
from tests.authoring.shared import ROOT, files_of
from tests.hostile.test_texts_shown import SECRET, harmless

from tightrope.authoring.new import _ARGUMENT
from tightrope.authoring.offer import toml
from tightrope.claims import load_article
from tightrope.cli import main

EVIL = '<script>alert(1)</script> #read("/etc/passwd") =1+1 $x$ [a](javascript:alert(1))'
# A label has 32 characters at most.
LABEL = "<script>alert(1)</script>#x $a$"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with the real tables and notebook, and room for an article."""
    (tmp_path / "data" / "articles").mkdir(parents=True)
    (tmp_path / "reports").mkdir()
    (tmp_path / "notebooks").mkdir()
    for name in ("evidence", "datapackage.json"):
        (tmp_path / "data" / name).symlink_to(ROOT / "data" / name)
    shutil.copy(ROOT / "notebooks" / "article_report.ipynb", tmp_path / "notebooks")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIGHTROPE_ROOT", str(tmp_path))
    return tmp_path


def spoil(root: Path) -> None:
    """Lay out the second article's claims on visas, with such a text wherever a record speaks to the reader."""
    folder = root / "data" / "articles" / "turkey-2019"
    shutil.copytree(ROOT / "data" / "articles" / "turkey-2019", folder)
    evil = toml(EVIL)
    # Other themes, the map and the place between two powers are shown by the same means, and take a minute.
    blocks = (folder / "claims.toml").read_text(encoding="utf-8").split("[[claims]]\n")
    claims = "".join("[[claims]]\n" + block for block in blocks if 'theme = "visas"' in block)
    claims = re.sub(r'^(statement|reason|settled_by|note) = ".*"$', rf"\1 = {escaped(evil)}", claims, flags=re.M)
    claims = re.sub(r'^label = ".*"$', f"label = {escaped(toml(LABEL))}", claims, flags=re.M)
    claims = re.sub(r'\{ label = "(?:[^"\\]|\\.)*"', f"{{ label = {escaped(evil)}", claims)
    (folder / "claims.toml").write_text(claims, encoding="utf-8")
    (folder / "argument.toml").write_text(_ARGUMENT, encoding="utf-8")
    (folder / "history.json").unlink()
    article = re.sub(r"^powers = .*\n", "", (folder / "article.toml").read_text(encoding="utf-8"), flags=re.M)
    article = re.sub(r'^(title|author|subject|date_reason|name) = ".*"$', rf"\1 = {escaped(evil)}", article, flags=re.M)
    (folder / "article.toml").write_text(article, encoding="utf-8")


def escaped(text: str) -> str:
    return text.replace("\\", r"\\")


@pytest.mark.report
def test_an_article_full_of_programs_is_shown_as_text(root: Path) -> None:
    spoil(root)
    folder = load_article(root, "turkey-2019")
    assert {claim.statement for claim in folder.claims} == {EVIL}
    arguments = ("article=turkey-2019", "as_of=2019-07-20", "theme=visas")
    done = CliRunner().invoke(
        main, ["render", "article_report", *(w for a in arguments for w in ("-p", a)), "--out", "out"]
    )
    assert done.exit_code == 0, done.output
    [html] = (root / "out").glob("*/*.html")
    page = html.read_text(encoding="utf-8")
    harmless(page)
    text = BeautifulSoup(page, "html5lib").get_text(" ")
    assert text.count("<script>alert(1)</script>") >= 3
    assert text.count("[a](javascript:alert(1))") >= 3
    [pdf] = (root / "out").glob("*/*.pdf")
    printed = " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf.read_bytes())).pages).split())
    assert SECRET not in printed + page
    assert printed.count("<script>alert(1)</script>") >= 3, printed[:2000]
    assert re.search(r'#read\(["“]/etc/passwd["”]\)', printed)


def test_a_new_article_of_a_hostile_text_copies_nothing_and_runs_nothing(root: Path) -> None:
    sentences = [
        f"It is the 3rd partner of {EVIL} by 12 percent.", 'It was the first """ ever in 1991.\\',
        "Only 5 ''' [[claims]] remain \x1b[31m of 7.", "=HYPERLINK(1) is 4 bn.", "x" * 50_000 + " is 5 percent.",
        "{0} %s {x} ${y} is 9 percent.", "\u202eIt is 3rd.",
    ]  # fmt: skip
    text = root / "evil.md"
    text.write_text("\n\n".join(sentences), encoding="utf-8")
    before = set(files_of(root))
    done = CliRunner().invoke(
        main,
        ["new", "mine", "--states", "TUR", "RUS", "--date", "2019-07-20", "--title", EVIL, "--text", str(text)],
    )
    assert done.exit_code == 0, done.output
    made = {path: content.decode() for path, content in files_of(root).items() if path not in before}
    assert set(made) == {f"data/articles/mine/{name}.toml" for name in ("article", "claims", "argument")} | {
        "reports/mine.toml"
    }
    assert tomllib.loads(made["data/articles/mine/article.toml"])["title"] == EVIL
    claims = made["data/articles/mine/claims.toml"]
    assert len(tomllib.loads(claims)["claims"]) >= 4
    assert "alert" not in claims
    assert "HYPERLINK" not in claims
    checked = CliRunner().invoke(main, ["check", "mine"])
    assert checked.exit_code == 0, checked.output


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a\x00b", b"x" * 2_000_001, b""])
def test_a_text_that_is_none_is_refused_and_leaves_nothing(content: bytes, root: Path) -> None:
    (root / "evil.md").write_bytes(content)
    before = files_of(root)
    done = CliRunner().invoke(
        main, ["new", "mine", "--states", "TUR", "RUS", "--date", "2019-07-20", "--text", "evil.md"]
    )
    assert "Traceback" not in done.output
    if done.exit_code:
        assert done.exit_code == 2
        assert files_of(root) == before
    else:
        assert content in (b"", b"a\x00b")
