"""What is missing, claim by claim: words, readings, reasons, and names that nobody knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.authoring.shared import Run

from tightrope.claims.lacking import look_through

KEPT = ("C02", "C04", "C05", "C07", "C08", "C17", "C33")


@pytest.fixture
def small(root: Path) -> Path:
    """The same root with seven of the claims, which are looked through in no time."""
    folder = root / "data" / "articles" / "turkey-2019"
    head, *records = re.split(
        r"^(?=\[\[claims\]\]\n|\[labels)", (folder / "claims.toml").read_text(encoding="utf-8"), flags=re.M
    )
    kept = [r for r in records if r.startswith("[labels") or r.split('id = "')[1][:3] in KEPT]
    (folder / "claims.toml").write_text(head + "".join(kept), encoding="utf-8")
    edges = "".join(f'    {{ source = "{name}", target = "C33", relation = "supports" }},\n' for name in ("C04", "C08"))
    (folder / "argument.toml").write_text(f'thesis = "C33"\nedges = [\n{edges}]\n', encoding="utf-8")
    return root


def spoil(root: Path, old: str, new: str, name: str = "claims.toml") -> None:
    path = root / "data" / "articles" / "turkey-2019" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_second_article_lacks_nothing(root: Path) -> None:
    found = look_through(root, "turkey-2019", root / "data" / "articles" / "turkey-2019" / "text.md")
    assert (found.n_claims, found.n_candidates, found.lacks) == (33, 0, ())


@pytest.mark.parametrize(
    ("old", "new", "claim", "said"),
    [
        ('measure = "us_troops"', 'measure = "us_troop"', "C05", "us_troops"),
        ('arguments = { host = "TUR" }', 'arguments = { hosts = "TUR" }', "C05", "host"),
        ('choices = { source = "cow", years = 2012 }', 'choices = { source = "cows", years = 2012 }', "C04", "cow"),
        ('column = "n_troops"', 'column = "n_troop"', "C05", "n_troops"),
        ('states = ["TUR", "USA"]', 'states = ["TUR", "USB"]', "C02", "state 'USB'"),
        ('= "Turkey has no defence pact with Russia."', '= ""', "C08", "statement: words to fill in"),
        ('reason = "A judgement and a forecast: no table of the past can settle either."', "", "C33", "reason"),
        ('"plain"\nreason = "Ten full years', '"defensible"\nreason = "Ten full years', "C07", "plain reading"),
        ('hashes = { "4.2" = "3', 'hashes = { "9.2" = "3', "C05", "not in the locator"),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_claim_line_and_what_is_near(
    small: Path, run: Run, old: str, new: str, claim: str, said: str
) -> None:
    spoil(small, old, new)
    done = run("check", "turkey-2019")
    assert done.exit_code == 2, done.output
    lines = [line for line in done.output.splitlines() if "fault  " in line]
    assert {line.split()[1] for line in lines} == {claim}
    assert any(said in line for line in lines)
    assert all("line " in line for line in lines)


def test_two_faults_are_both_told(small: Path) -> None:
    spoil(small, 'measure = "us_troops"', 'measure = "us_troop"')
    spoil(small, 'arguments = { reporter = "TUR", partner = "RUS" }', 'arguments = { reporter = "TUR" }')
    assert {lack.claim for lack in look_through(small, "turkey-2019").faults} == {"C05", "C17"}


def test_a_claim_half_filled_in_waits_and_stops_nothing(small: Path, run: Run) -> None:
    spoil(small, 'id = "C05"\n', 'id = "C05"\nstatus = "candidate"\n')
    spoil(small, 'measure = "us_troops"', 'measure = "us_troop"')
    done = run("check", "turkey-2019")
    assert done.exit_code == 0, done.output
    assert "6 claims, 15 readings: all valid; 1 candidate to fill in" in done.output
    assert "to do  C05" in done.output
    assert "us_troops" in done.output


def test_a_sentence_that_changed_or_moved_is_told(small: Path, run: Run) -> None:
    text = (small / "data" / "articles" / "turkey-2019" / "text.md").read_text(encoding="utf-8")
    changed = small / "changed.md"
    old = "More than a thousand American troops"
    assert old in text
    changed.write_text(text.replace(old, "Fewer than a thousand American troops"), encoding="utf-8")
    done = run("check", "turkey-2019", "--text", str(changed))
    assert "C05  4.2: the text has another sentence there; it is not quoted" in done.output
    changed.write_text(text.replace("Trade leans the other way. ", ""), encoding="utf-8")
    done = run("check", "turkey-2019", "--text", str(changed))
    assert "C17  5.3: its sentence is at 5.2 in this text" in done.output


def test_a_text_belongs_to_one_article(root: Path, run: Run) -> None:
    run("new", "mine", "--states", "TUR", "RUS", "--date", "2019-07-20")
    done = run("check", "turkey-2019", "mine", "--text", "data/articles/turkey-2019/text.md")
    assert done.exit_code == 2
    assert "one article" in done.output


def test_an_article_whose_map_is_not_drawn_is_told_so(small: Path) -> None:
    (small / "data" / "articles" / "turkey-2019" / "argument.toml").write_text("# not yet\n", encoding="utf-8")
    found = look_through(small, "turkey-2019")
    assert not found.faults
    assert [lack.claim for lack in found.lacks] == ["argument.toml"]
