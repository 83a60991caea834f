"""What changed, worked out by hand: verdicts with their reasons, numbers by name, claims and sources."""

from __future__ import annotations

import copy
import dataclasses
import functools
import io
import json
from pathlib import Path
from typing import Any

import html5lib
import pytest
from bs4 import BeautifulSoup
from rich.console import Console
from tests.verify import conftest

from tightrope.claims import export
from tightrope.diff.changes import Changes, Moved, Turned, changes
from tightrope.diff.command import diff
from tightrope.diff.html import page
from tightrope.diff.show import as_json, show
from tightrope.diff.sides import Side, carried, pairs_of
from tightrope.diff.words import BARE, row_of, say, say_reason
from tightrope.errors import BadParameter, BadRecord
from tightrope.verify.figures import figures


def reading(label: str, observed: Any, holds: bool | None, rows: str = "3-5", kind: str = "plain") -> dict[str, Any]:
    missing = {"kind": "series_ended", "detail": "the table ends with 2020"} if observed is None else None
    return {
        "label": label, "class": kind, "observed": observed, "holds": holds, "unit": "rank", "missing": missing,
        "rows": {"trade": rows} if rows else {}, "sources": [],
    }  # fmt: skip


def other(label: str) -> dict[str, Any]:
    return reading(label, 9, False, kind="defensible")


def verdict(name: str, word: str, *readings: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "statement": f"What {name} says", "verdict": word, "readings": list(readings), "indicators": []}


OLD = Side(
    "old.pdf", "A report", "2021-03-25",
    {
        "C10": verdict("C10", "supported", reading("own list", 0, True, "0-6")),
        "C24": verdict("C24", "fragile", reading("customs, 2020", 12, True), other("IMF, 2020")),
        "C30": verdict("C30", "untested"),
    },
    figures(conftest.numbers()),
    {"trade": "sha256:1", "votes": "sha256:2", "gone": "sha256:3"},
    {"as_of": "2021-03-25"},
)  # fmt: skip


def later() -> Side:
    numbers = copy.deepcopy(conftest.numbers())
    numbers["figures"][0]["rows"] = [[2020, 7590.0], [2021, 9980.0]]
    return Side(
        "new.pdf", "A report", "2024-12-31",
        {
            "C10": verdict("C10", "outdated", reading("own list", 12, False, "7,9-12,14,22,28-29,31,35,37,40-60")),
            "C24": verdict("C24", "fragile", reading("customs, 2023", None, None, ""), other("IMF, 2023")),
            "C31": verdict("C31", "supported"),
        },
        figures(numbers),
        {"trade": "sha256:1", "votes": "sha256:9", "new": "sha256:4"},
        {"as_of": "2024-12-31"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def found() -> Changes:
    return changes(OLD, later())


def reasons(turned: Turned) -> list[str]:
    return list(map(say_reason, turned.reasons))


def test_a_verdict_that_changed_says_why(found: Changes) -> None:
    (turned,) = found.verdicts
    assert (turned.claim, turned.old, turned.new) == ("C10", "supported", "outdated")
    # 7, 9-12, 14, 22, 28-29, 31, 35, 37 are 12 rows, 40-60 are 21 more
    assert reasons(turned) == [
        "plain reading “own list”: holds (rank 0) → fails (rank 12) [trade rows 0-6 → 33 rows of trade]",
    ]


def test_a_reading_that_moved_with_the_day_is_the_same_reading(found: Changes) -> None:
    (turned,) = found.firmer
    assert turned.claim == "C24"
    assert reasons(turned) == [
        "plain reading “customs, 2020→2023”: holds (rank 12) → no data (the table ends with 2020) "
        "[trade rows 3-5 → no rows]",
    ]


def test_numbers_move_by_name_and_not_by_place(found: Changes) -> None:
    moved = {one.key: one for one in found.numbers}
    key = "trade_flow(flow=export, reporter=KOR)[year=2020].exports_musd"
    assert (moved[key].old, moved[key].new) == (6900.0, 7590.0)
    assert moved[key].change_pct == pytest.approx(10)
    assert moved["C10 · own list"].change_pct is None, "nothing grows by a percentage of nought"
    assert found.numbers_added == [key.replace("2020", "2021")]
    assert found.numbers_gone == [key.replace("2020", "2019")]
    assert found.n_same == 1  # the IMF's ninth place


def side(name: str, day: str, *entries: dict[str, Any]) -> Side:
    return Side(name, "Pair", day, {}, figures({"figures": list(entries)}))


def entry(measure: str, arguments: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {
        "measure": measure, "arguments": arguments, "unit": "percent", "value": next(iter(values)), "tables": [],
        "columns": list(values), "rows": [list(values.values())],
    }  # fmt: skip


def test_a_figure_that_is_asked_for_other_years_on_a_later_day_is_the_same_figure() -> None:
    then = entry("arms_share", {"first_year": 2011, "last_year": 2020}, share_pct=4.0, first_year=2011)
    now = entry("arms_share", {"first_year": 2014, "last_year": 2023}, share_pct=6.5, first_year=2014)
    found = changes(side("a", "2021-03-25", then), side("b", "2024-12-31", now))
    assert [(one.key, one.old, one.new) for one in found.numbers] == [
        ("arms_share(first_year=2011→2014, last_year=2020→2023).share_pct", 4.0, 6.5)
    ]
    assert (found.numbers_added, found.numbers_gone, found.n_same) == ([], [], 1)
    assert row_of(found.numbers[0])[1:] == ("4", "6.5", "+2.5 points")


def test_two_figures_that_only_years_tell_apart_are_not_taken_for_one() -> None:
    then = [entry("gdp", {"year": year}, gdp=1.0 * year) for year in (2019, 2020)]
    found = changes(side("a", "", *then), side("b", "", entry("gdp", {"year": 2023}, gdp=7.0)))
    assert found.numbers == []
    assert (found.numbers_gone, found.numbers_added) == (
        ["gdp(year=2019).gdp", "gdp(year=2020).gdp"],
        ["gdp(year=2023).gdp"],
    )


def test_the_day_itself_is_no_number_that_moved() -> None:
    then = entry("visa", {"passport": "KOR"}, is_free=False, date="2021-03-25")
    now = entry("visa", {"passport": "KOR"}, is_free=True, date="2024-12-31")
    found = changes(side("a", "2021-03-25", then), side("b", "2024-12-31", now))
    assert [one.key for one in found.numbers] == ["visa(passport=KOR).is_free"]


@pytest.mark.parametrize(
    ("column", "unit", "old", "new", "says"),
    [
        ("rank", "", 13313, 1, ("13,313", "1", "−13,312")),
        ("x", "rank", 7, 101, ("7", "101", "+94")),
        ("percentile", "", 40.0, 62.5, ("40", "62.5", "+22.5 points")),
        ("last_year", "", 2020, 2024, ("2020", "2024", "+4")),
        ("value", "", 200, 150, ("200", "150", "−25.0%")),
    ],
)
def test_a_change_is_said_in_its_own_measure(column: str, unit: str, old: int, new: int, says: tuple[str, ...]) -> None:
    assert row_of(Moved(f"m(a=1).{column}", old, new, unit))[1:] == says


def test_what_decides_stands_first() -> None:
    then = verdict("C1", "supported", reading("s", 1, True, kind="strained"), reading("p", 1, True))
    now = verdict("C1", "contested", reading("s", 2, False, kind="strained"), reading("p", 2, False))
    (turned,) = changes(Side("a", "A", "", {"C1": then}), Side("b", "A", "", {"C1": now})).verdicts
    assert [one.partition(" ")[0] for one in reasons(turned)] == ["plain", "strained"]


def test_claims_sources_and_parameters(found: Changes) -> None:
    assert found.claims_added == ["C31: What C31 says"]
    assert found.claims_gone == ["C30: What C30 says"]
    assert (found.sources_added, found.sources_gone, found.sources_changed) == (["new"], ["gone"], ["votes"])
    assert [(p.key, p.old, p.new) for p in found.parameters] == [("as_of", "2021-03-25", "2024-12-31")]


def test_a_report_does_not_differ_from_itself() -> None:
    same = changes(OLD, OLD)
    assert same.is_none
    assert same.n_same == 5
    out = io.StringIO()
    show([same], Console(file=out, width=100))
    assert out.getvalue().startswith("Nothing changed")


def test_the_terminal_says_the_verdict_the_number_and_the_source(found: Changes) -> None:
    out = io.StringIO()
    show([found], Console(file=out, width=160))
    text = out.getvalue()
    for part in ("C10", "supported", "outdated", "+10.0%", "6,900", "7,590", "Sources gone (1): gone", "Claims added"):
        assert part in text
    assert max(map(len, text.splitlines())) <= 160


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_long_name_is_never_cut(is_terminal: bool) -> None:
    name = "reports/a folder/" * 9 + "end.pdf"
    out = io.StringIO()
    found = changes(dataclasses.replace(OLD, name=name), later())
    show([found], Console(file=out, width=60, force_terminal=is_terminal, color_system=None))
    text = out.getvalue()
    assert name.replace(" ", "") in "".join(text.split())
    assert (f"  From {name} to new.pdf" in text.splitlines()) is not is_terminal


def test_json_holds_everything(found: Changes) -> None:
    (body,) = json.loads(as_json([found]))
    assert body["verdicts"][0]["new"] == "outdated"
    assert body["numbers_added"] == found.numbers_added
    assert body["readings_under_the_same_verdict"][0]["claim"] == "C24"
    assert {one["key"] for one in body["numbers"]} == {one.key for one in found.numbers}


def test_the_page_is_valid_and_reads_well(found: Changes) -> None:
    text = page([found])
    html5lib.HTMLParser(strict=True).parse(text)
    soup = BeautifulSoup(text, "html5lib")
    assert soup.html is not None
    assert soup.html["lang"] == "en"
    assert [h.name for h in soup.find_all(["h1", "h2", "h3"])][:3] == ["h1", "h2", "h3"]
    assert len(soup.find_all("h1")) == 1
    assert soup.find("script") is None
    for table in soup.find_all("table"):
        assert all(cell.get("scope") for cell in table.find_all("th"))
        named = soup.find(id=table["aria-labelledby"])
        assert named is not None
        assert named.get_text() == "Numbers that moved"
    assert "1 verdict changed and 3 numbers moved" in soup.get_text()


def test_a_thousand_figures_are_counted_by_measure(found: Changes) -> None:
    many = Changes(found.old, found.new, numbers_added=[f"m{n % 9}(year={n}).x" for n in range(1000)])
    text = page([many])
    assert "Figures added (1,000)" in text
    assert "m0 112" in text
    assert len(text) < 5000
    out = io.StringIO()
    show([many], Console(file=out, width=80, force_terminal=True, color_system=None))
    assert max(map(len, out.getvalue().splitlines())) <= 80


def test_a_report_without_figures_is_named_and_stops_no_folder(tmp_path: Path) -> None:
    (tmp_path / "old" / "a").mkdir(parents=True)
    (tmp_path / "new" / "a").mkdir(parents=True)
    conftest.make(tmp_path / "old" / "a", "html")
    bare = conftest.seal("html", conftest.notebook("18.0"), [])
    (tmp_path / "new" / "a" / "small.html").write_bytes(bare)
    (pair,) = pairs_of(str(tmp_path / "old"), str(tmp_path / "new"), None)
    found = changes(*pair)
    assert not found.is_none
    assert BARE in page([found])
    with pytest.raises(BadRecord, match="neither figures nor verdicts"):
        pairs_of(str(tmp_path / "old" / "a" / "small.html"), str(tmp_path / "new" / "a" / "small.html"), None)


def test_hostile_words_stay_words() -> None:
    bad = Side("<script>", "<b>A</b>", verdicts={"C1": verdict("C1", "<i>x</i>")})
    good = Side("b", "<b>A</b>", verdicts={"C1": verdict("C1", "supported")})
    text = page([changes(bad, good)])
    assert "<script>" not in text
    assert "<i>" not in text
    out = io.StringIO()
    show([changes(Side("[red]\x1b[2J", "A", verdicts=bad.verdicts), good)], Console(file=out))
    assert "[red]\ufffd[2J" in out.getvalue()
    assert "\x1b" not in out.getvalue()


# ---------------------------------------------------------------- files, folders, days


def test_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    old = conftest.make(tmp_path / "a", "pdf")
    new = conftest.make(tmp_path / "b", "html", word="contested")
    target = tmp_path / "changes.html"
    diff(str(old), str(new), html=target)
    assert "C10    supported  contested" in capsys.readouterr().out
    assert "no reading turned" in target.read_text(encoding="utf-8")
    assert carried(old).sources == {"trade": "sha256:00"}


def test_two_folders_are_compared_report_by_report(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder, names in ((old, "same gone turned"), (new, "same new turned")):
        for name in names.split():
            (folder / name).mkdir(parents=True)
            word = "contested" if folder is new and name == "turned" else "supported"
            conftest.make(folder / name, "pdf", word=word)
    (new / "index.html").write_text("<!doctype html><title>index</title></html>")
    found = [changes(then, now) for then, now in pairs_of(str(old), str(new), None)]
    states = [(one.old is None, one.new is None, len(one.verdicts)) for one in found]
    assert states == [(False, True, 0), (True, False, 0), (False, False, 1)]


@pytest.mark.parametrize(("old", "new"), [("2021-03-25", "2024-12-31"), ("none.pdf", "none.pdf")])
def test_what_is_not_there_is_refused_with_a_way_out(old: str, new: str) -> None:
    with pytest.raises(BadParameter, match="no such report") as caught:
        pairs_of(old, new, None)
    assert "--article" in str(caught.value)


def test_a_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    path = conftest.make(tmp_path, "pdf")
    with pytest.raises(BadParameter, match="against a folder"):
        pairs_of(str(path), str(tmp_path), None)


def test_two_days_of_an_article_tell_what_became_of_the_sanctions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Korea's first measures on Russia are of 28 February 2022."""
    monkeypatch.setattr(export, "judge_all", functools.partial(export.judge_all, claims=("C10", "C13")))
    (sides,) = pairs_of("2022-02-27", "2022-03-01", "korea-russia-2021")
    found = changes(*sides)
    assert found.title != "korea-russia-2021", "an article is called by its subject"
    turned = {one.claim: one for one in found.verdicts}
    assert turned.keys() == {"C10"}
    assert (turned["C10"].old, turned["C10"].new) == ("supported", "outdated")
    assert "sanctions_korea_dated" in reasons(turned["C10"])[0]


def test_values_are_said_for_people() -> None:
    said = [say(v) for v in (None, True, 12, 26414, 17.6, 0.1 + 0.2, [1, 2], "x")]
    assert said == ["no value", "yes", "12", "26,414", "17.6", "0.3", "1, 2", "x"]
