"""No number is typed by hand, and every number said can be traced to rows or records."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.helpers import make_evidence

import tightrope.narrative
from tightrope.measures import Measure
from tightrope.narrative import trace
from tightrope.narrative.trace import TOKEN, current, marked, plain, recorded, said, standing_on, start, told, used
from tightrope.narrative.words import say_list, say_money, say_percent

MODULES = sorted(Path(tightrope.narrative.__file__).parent.glob("*.py"))


def spoken(tree: ast.Module) -> list[tuple[int, str]]:
    """Give the fixed parts of every f-string, and every other string long enough to be a sentence."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    # How many decimals a number gets is no number that is said.
    specs = [n.format_spec for n in ast.walk(tree) if isinstance(n, ast.FormattedValue) and n.format_spec]
    formats = {id(part) for spec in specs for part in ast.walk(spec)}
    parts = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and id(node) not in formats:
            parts += [(v.lineno, v.value) for v in node.values if isinstance(v, ast.Constant)]
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docs | formats
            and " " in node.value
        ):
            parts.append((node.lineno, node.value))
    return parts


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.stem)
def test_no_number_is_typed_into_a_sentence(path: Path) -> None:
    typed = [
        (line, text)
        for line, text in spoken(ast.parse(path.read_text(encoding="utf-8")))
        if TOKEN.search(text) and not any(allowed in text for allowed in ALLOWED)
    ]
    assert typed == []


# What the words themselves carry: counting from nought, the author line, a licence, a date pattern, and markup.
ALLOWED = (
    "under 0.1%", "counted from 0", "paragraph 1", "paragraph 2", "CC BY 4.0", "-01-01", "<td", "<p", "h3>",
    "rows counted",
)  # fmt: skip


@pytest.fixture
def found(tmp_path: Path) -> Measure:
    evidence = make_evidence(tmp_path, {"states": [{"iso3": "KOR", "name": "K"}]})
    start(evidence)
    import pandas as pd

    return Measure("m", {}, pd.DataFrame({"v": [1]}), "", "v", {"states": [0]}, (evidence.source("states"),))


def test_a_number_names_table_rows_and_hash(found: Measure) -> None:
    with standing_on("passage"):
        used(found)
        text = f"It came to {say_money(17592.0)}, {say_percent(12.4)} more."
    assert plain(text) == "It came to $17.6 bn, 12% more."
    html = marked(text)
    assert html.count('class="traced"') == 2
    assert "states row 0, sha256 " in html
    ledger = current()
    assert ledger is not None
    assert [(s.text, s.value) for s in ledger.said] == [("$17.6 bn", 17592.0), ("12%", 12.4)]


def test_outside_a_ground_nothing_is_marked(found: Measure) -> None:
    assert say_percent(12.4) == "12%"
    assert recorded("in 2020") == "in 2020"


def test_labels_dates_and_lists_are_marked_once(found: Measure) -> None:
    with standing_on("card", records=["claims.toml C24"]):
        once = recorded(f"customs, 2020: {said('12th', 12)} by resolution 68/262 (C24, SHA-256)")
        assert recorded(once) == once
        listed = say_list([say_percent(1.5), say_percent(2.5)])
    assert marked(once).count("traced") == 3
    assert "C24, SHA-256)" in marked(once)
    assert marked(listed).count("traced") == 2
    assert "claims.toml C24" in marked(once)


def test_told_rests_on_records_and_attributes_are_escaped(found: Measure) -> None:
    text = told("x", "34 claims", ['a "quoted" record'])
    assert 'data-origin="a &quot;quoted&quot; record"' in marked(text)


def test_a_new_report_begins_a_new_ledger(found: Measure, tmp_path: Path) -> None:
    with standing_on("one"):
        said("1", 1)
    assert len(trace.current().said) == 1
    start(make_evidence(tmp_path / "b", {"states": [{"iso3": "KOR", "name": "K"}]}))
    assert trace.current().said == []
