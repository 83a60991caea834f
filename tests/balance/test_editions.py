"""The balance map in three languages: equal numbers, no English left, and nobody's place changed by a translation."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.narrative.editions import left_in_english

from tightrope.balance import annex, between, closing, figures, groups, moves, neighbours, open_balance, overview
from tightrope.errors import BadParameter, UnknownName
from tightrope.language import LANGUAGES, spoken, use_language
from tightrope.narrative.trace import current, plain
from tightrope.narrative.wording import evidence_words
from tightrope.profile import Drawing

ROOT = Path(__file__).parents[2]
SECTIONS = (groups.groups, figures.votes, figures.trade, figures.ties, moves.moves, neighbours.neighbours)
LETTERS = {"ko": r"[\uac00-\ud7a3]", "ru": r"[\u0400-\u04ff]"}
# Producers and projects that no language translates.
NAMES = r"Correlates of War|Global Sanctions Data Base|Code: MIT|CC BY|Tightrope|SHA"
CASES = [
    ("USA", "RUS", "KOR", "2024-12-31"),
    ("FRA", "NPL", "TON", "2003-05-01"),
]


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    use_language("en")


def prose(html: str) -> str:
    html = re.sub(r'<span lang="en">.*?</span>|<p class="source">.*?</p>', "", html, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", " ", html)


def shown(part: Any) -> list[str]:
    if isinstance(part, Drawing):
        said = [part.words[key] for key in ("title", "subtitle", "alt")]
        return said + [str(part.options[key]) for key in ("x_label", "y_label") if key in part.options]
    return [prose(part._repr_markdown_() if hasattr(part, "_repr_markdown_") else part._repr_html_())]


def edition(language: str, case: tuple[str, str, str, str]) -> tuple[Counter[Any], list[str], dict[str, Counter[str]]]:
    """Give the values said, the texts, and the numbers in the cells of each table by its place."""
    balance = open_balance(*case, language, root=ROOT)
    first = overview.overview(balance)
    parts: list[Any] = [first.finding, first.map, first.table]
    for section in SECTIONS:
        parts += section(balance)
    parts += [*annex.annex(balance), closing.method(balance), closing.citing(balance)]
    faults = closing.known_faults(balance)._repr_html_()
    ledger = current()
    assert ledger is not None
    values = Counter((s.ground.name, repr(s.value)) for s in ledger.said if not isinstance(s.value, str))
    values["faults that name either power"] = str(faults).count("<li>")
    if language != "en":
        assert left_in_english(faults, evidence_words(ROOT)) == []
    tables = [part for part in parts if type(part).__name__ == "Table"]
    # Days are words in English; whole numbers read alike once the marks of thousands and decimals are gone.
    cells = {
        str(n): Counter(
            re.sub(r"\D", "", number)
            for row in table.rows
            for cell in row
            for number in re.findall(r"\d[\d.,\u00a0]*", re.sub(r".*(20|19)\d\d.*", "", plain(str(cell))))
        )
        for n, table in enumerate(tables)
    }
    return values, [text for part in parts for text in shown(part)], cells


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_the_three_editions_of_a_balance_state_equal_numbers(case: tuple[str, str, str, str]) -> None:
    values, _, cells = edition("en", case)
    assert sum(values.values()) > 100
    for language, letters in LETTERS.items():
        own_values, texts, own_cells = edition(language, case)
        assert own_values == values
        assert own_cells == cells
        assert [text for text in texts if not re.search(letters, text)] == []
        runs = [re.findall(r"[A-Za-z]{2,}(?:[ ,]+[A-Za-z]{2,}){2,}", re.sub(NAMES, "#", text)) for text in texts]
        # A table's own codes are no English.
        assert [run for found in runs for run in found if re.search(r"[a-z]", run)] == []


def test_an_edition_has_its_own_file_and_errors_stay_english() -> None:
    stems = [open_balance("USA", "RUS", "KOR", "2024-12-31", language, root=ROOT).stem for language in LANGUAGES]
    assert [stem.removeprefix("kor-between-usa-rus-as-of-2024-12-31") for stem in stems] == ["", "-ko", "-ru"]
    with pytest.raises(BadParameter, match="a balance is of two powers and a third state"):
        open_balance("USA", "USA", "KOR", "2024-12-31", "ko", root=ROOT)
    assert spoken() == "ko"
    with pytest.raises(UnknownName, match="kr"):
        open_balance("USA", "RUS", "KOR", "2024-12-31", "kr", root=ROOT)


def test_every_message_and_heading_is_collected() -> None:
    """A call nested in another can hide it from the collector: it would stay English."""
    spec = importlib.util.spec_from_file_location("messages", ROOT / "scripts" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    held = {(m.id if isinstance(m.id, str) else m.id[0], m.context) for m in tool.program_messages(ROOT)}
    lost = []
    for path in (ROOT / "scripts" / "tightrope" / "balance").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            words = [a.value for a in node.args if isinstance(a, ast.Constant)]
            if node.func.id in ("t", "nt", "N_") and words and (words[0], None) not in held:
                lost.append((path.name, words[0]))
            if node.func.id == "pt" and len(words) == 2 and (words[1], words[0]) not in held:
                lost.append((path.name, words[1]))
    assert lost == []
    notebook = (ROOT / "notebooks" / "balance_map.ipynb").read_text(encoding="utf-8")
    headings = re.findall(r'heading\(\\"(.*?)\\"\)', notebook)
    assert len(headings) == 11
    assert {(heading, None) for heading in headings} <= held
    assert {section.__name__ for section in SECTIONS} <= {word for word, _ in held}
    assert set(between.HEADINGS) <= set(headings)
