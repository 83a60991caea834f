"""Article files that do not hold together are refused with the file and the line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tightrope.claims import judge_claim, list_articles, load_article, validate_claims
from tightrope.errors import BadRecord, UnknownName
from tightrope.evidence import Evidence

ROOT = Path(__file__).parents[2]
SLUG = "korea-russia-2021"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the article that a test may spoil; data/evidence is the real one."""
    shutil.copytree(ROOT / "data" / "articles" / SLUG, tmp_path / "data" / "articles" / SLUG)
    return tmp_path


def spoil(root: Path, name: str, old: str, new: str) -> int:
    """Replace ``old`` once and give the line it stood on."""
    path = root / "data" / "articles" / SLUG / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_article_reads() -> None:
    article = load_article(ROOT, SLUG)
    assert [c.id for c in article.claims] == [f"C{n:02d}" for n in range(1, 35)]
    assert article.article.date.isoformat() == "2021-03-25"
    assert article.article.date_basis == "inferred"
    assert article.argument.thesis == "C07"
    assert {e.source for e in article.argument.edges} | {e.target for e in article.argument.edges} == {
        c.id for c in article.claims
    }


def test_every_check_names_a_measure_and_columns_that_exist() -> None:
    validate_claims(ROOT, load_article(ROOT, SLUG), Evidence(ROOT, as_of="2021-03-25"))


def test_an_opinion_can_never_be_refuted() -> None:
    for claim in load_article(ROOT, SLUG).claims:
        if claim.kind in ("causal", "evaluative"):
            assert claim.check is None, claim.id
            assert claim.indicators, claim.id


def test_unknown_article_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="korea-russia-2021"):
        load_article(ROOT, "korea-russia-2012")
    assert list_articles(ROOT) == sorted(list_articles(ROOT))


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("article.toml", 'date_basis = "inferred"', 'date_basis = "guessed"', "date_basis"),
        ("article.toml", "date = 2021-03-25", 'date = "2021-13-45"', "date"),
        ("article.toml", 'subject = "South', 'subjekt = "South', "known keys here: subject"),
        ("article.toml", 'slug = "korea-russia-2021"', 'slug = "korea"', "is not the folder's name"),
        ("claims.toml", 'locator = "8.1"', 'locator = "page 3"', "C22: locator"),
        ("claims.toml", 'label = "Helped the bomb programme"', 'lable = "Helped"', "known keys here: label"),
        ("claims.toml", 'id = "C22"', 'id = "C21"', "C21 stands twice"),
        ("claims.toml", 'kind = "causal"', 'kind = "casual"', "C18: kind"),
        ("claims.toml", 'reason = "Success is a judgement', 'note = "Success is a judgement', "cannot be checked"),
        ("argument.toml", 'thesis = "C07"', 'thesis = "C99"', "is no claim"),
        ("argument.toml", 'source = "C06", target = "C07"', 'source = "C66", target = "C07"', "C06"),
        ("argument.toml", 'source = "C06", target = "C07"', 'source = "C07", target = "C07"', "cites itself"),
    ],
)
def test_a_fault_is_named_with_file_and_line(folder: Path, name: str, old: str, new: str, message: str) -> None:
    line = spoil(folder, name, old, new)
    with pytest.raises(BadRecord) as caught:
        load_article(folder, SLUG)
    assert message in str(caught.value)
    assert name in caught.value.where
    if "slug" not in old and "reason" not in old:
        assert f"line {line}" in caught.value.where, caught.value.where


def test_a_check_without_a_plain_reading_is_refused(folder: Path) -> None:
    spoil(
        folder,
        "claims.toml",
        'class = "plain"\nreason = "The standard list',
        'class = "strained"\nreason = "The standard list',
    )
    with pytest.raises(BadRecord, match=r"C13: check: a check needs a plain reading"):
        load_article(folder, SLUG)


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ('operator = "between"\nexpected = [5, 1]', "lowest, highest"),
        ('operator = "between"\nexpected = 5', "wants a list"),
        ('operator = "ge"', "`expected`, which is missing"),
    ],
)
def test_a_threshold_out_of_order_is_refused(folder: Path, new: str, message: str) -> None:
    line = spoil(folder, "claims.toml", 'operator = "is_false"\narguments = { state_a = "KOR", state_b = "RUS" }', new)
    with pytest.raises(BadRecord, match=message) as caught:
        load_article(folder, SLUG)
    assert "C13" in str(caught.value)
    assert abs(int(caught.value.where.rsplit(" ", 1)[1]) - line) <= 6


def test_an_unknown_predicate_is_named_with_its_line(folder: Path) -> None:
    spoil(folder, "claims.toml", '"visa_free_to_a"', '"visa_free_too_a"')
    article = load_article(folder, SLUG)
    evidence = Evidence(ROOT, as_of="2021-03-25")
    evidence.root = folder
    (folder / "data" / "evidence").symlink_to(ROOT / "data" / "evidence")
    with pytest.raises(UnknownName, match="visa_free_to_a") as caught:
        judge_claim(evidence, article, article.claim("C06"))
    assert "claims.toml, line" in caught.value.where


def test_a_circle_in_the_argument_is_named(folder: Path) -> None:
    path = folder / "data" / "articles" / SLUG / "argument.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("edges = [", 'edges = [\n { source = "C07", target = "C10", relation = "supports" },'))
    with pytest.raises(BadRecord, match=r"C10 → C05 → C06 → C07 → C10|C07 → C10 → C05 → C06 → C07"):
        load_article(folder, SLUG)


def test_broken_toml_and_missing_file(folder: Path) -> None:
    path = folder / "data" / "articles" / SLUG / "claims.toml"
    path.write_text("[[claims]\n", encoding="utf-8")
    with pytest.raises(BadRecord, match=r"not valid TOML.*line 1"):
        load_article(folder, SLUG)
    path.unlink()
    with pytest.raises(BadRecord, match="missing"):
        load_article(folder, SLUG)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('measure = "land_border"', 'measure = "land_boarder"', "did you mean 'land_border'|did you mean land_border"),
        ('column = "has_land_border"', 'column = "has_border"', "has_land_border"),
        ('choices = { source = "mledoze" }', 'choices = { sauce = "mledoze" }', "source"),
        ('states = ["PRK", "RUS", "CHN"]', 'states = ["PRK", "RUS", "CHM"]', "unknown state 'CHM'"),
        ('{ respondent = "RUS", target = "KOR", question', '{ respondent = "RUS", target = "KOR", query', "question"),
    ],
)  # fmt: skip
def test_a_claim_that_names_nothing_real_is_refused(folder: Path, old: str, new: str, message: str) -> None:
    spoil(folder, "claims.toml", old, new)
    article = load_article(folder, SLUG)
    with pytest.raises(BadRecord, match=message) as caught:
        validate_claims(folder, article, Evidence(ROOT, as_of="2021-03-25"))
    assert "claims.toml, line" in caught.value.where
