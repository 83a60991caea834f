"""What an order may say, and every way in which it may be wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tightrope.batch.jobs import Job, expand
from tightrope.batch.order import OrderFile, find_order
from tightrope.errors import BadParameter, BadRecord, TightropeError, UnknownName
from tightrope.publish.notebooks import read_notebook

Make = Callable[[str], Path]


def jobs(path: Path) -> list[Job]:
    root = path.parent.parent
    file = OrderFile(path, root)
    return expand(file, read_notebook(root / "notebooks" / "behaves.ipynb"), "behaves.ipynb")


def test_explicit_rows_are_named_by_what_differs(order: Make) -> None:
    found = jobs(order('[[parameters]]\nyear = 1\nstate_a = "X"\n[[parameters]]\nyear = 2\nstate_a = "X"\n'))
    assert found == [
        Job("behaves-1", {"year": 1, "state_a": "X"}, "reports/order.toml, line 3"),
        Job("behaves-2", {"year": 2, "state_a": "X"}, "reports/order.toml, line 6"),
    ]


def test_every_unordered_pair_times_the_grid(order: Make) -> None:
    text = 'name = "{state_a}-{state_b}-{year}"\n[pairs]\nnames = ["state_a", "state_b"]\n'
    found = jobs(order(text + 'of = ["KOR", "RUS", "USA"]\n[grid]\nyear = [1, 2]\n'))
    assert [job.name for job in found] == [
        "KOR-RUS-1", "KOR-RUS-2", "KOR-USA-1", "KOR-USA-2", "RUS-USA-1", "RUS-USA-2",
    ]  # fmt: skip
    assert found[3].parameters == {"state_a": "KOR", "state_b": "USA", "year": 2}


def test_a_csv_gives_rows_lists_and_pairs_in_the_notebooks_types(order: Make, project: Path) -> None:
    (project / "lists" / "l.csv").write_text(
        "# Where the list comes from.\ncode,year,is_in\nKOR,1,true\nRUS,2,false\nUSA,3,true\nCHN,4,true\n"
    )
    (project / "lists" / "rows.csv").write_text("what,year\nfine,7\nslow,8\n")
    listed = 'of = "lists/l.csv"\ncolumn = "code"\nwhere = { is_in = "true" }\nwithout = ["CHN"]\n'
    found = jobs(order(f'name = "{{state_a}}-{{state_b}}"\n[pairs]\nnames = ["state_a", "state_b"]\n{listed}'))
    assert [job.name for job in found] == ["KOR-USA"]
    found = jobs(order('[rows]\nof = "lists/rows.csv"\n[grid.state_b]\n' + listed))
    assert [job.parameters for job in found] == [
        {"what": what, "year": year, "state_b": b} for what, year in (("fine", 7), ("slow", 8)) for b in ("KOR", "USA")
    ]
    assert found[2].place == "lists/rows.csv, line 3"
    found = jobs(order('[grid]\nyear = { of = "lists/l.csv", column = "year" }\n'))
    assert [job.parameters["year"] for job in found] == [1, 2, 3, 4]


def test_a_name_may_hold_a_default_and_never_leaves_its_folder(order: Make) -> None:
    found = jobs(order('name = "{what}-{state_a}"\n[[parameters]]\nstate_a = "../a b"\n'))
    assert [job.name for job in found] == ["fine-a-b"]


BAD = [
    ('nmae = "x"\n', BadRecord, ["unknown key", "known keys here: name", "line 3"]),
    ("[[parameters]\n", BadRecord, ["not valid TOML", "reports/order.toml"]),
    ('[[parameters]]\nyaer = 1\n', UnknownName, ["unknown parameter 'yaer'", "did you mean 'year'", "line 3"]),
    ('[[parameters]]\nyear = 1\n[[parameters]]\nyear = "x"\n', BadParameter, ["'x' is not a whole number", "line 5"]),
    ('[[parameters]]\nwhat = "A1"\n', BadParameter, ["does not have the form", "line 3"]),
    ('[grid]\nstate_b = ["KOR", "KRO"]\n', UnknownName, ["unknown state_b 'KRO'", "did you mean 'KOR'", "line 3"]),
    ('[[parameters]]\nyear = 1\n[[parameters]]\nyear = 1\n', BadRecord, ["stands twice", "line 5", "first at"]),
    ('[[parameters]]\nyear = 1\n[[parameters]]\nyear = 1\nwhat = "fine"\n', BadRecord, ["stands twice", "line 5"]),
    ('name = "a"\n[grid]\nyear = [1, 2]\n', BadRecord, ["two reports would have the name 'a'", "{parameter}"]),
    ('name = "{state_a}"\n[grid]\nstate_a = ["ab", "AB"]\n', BadRecord, ["two reports would have the name 'AB'"]),
    ('name = "{yaer}"\n[grid]\nyear = [1]\n', UnknownName, ["unknown parameter 'yaer'", "line 3"]),
    ('name = "{year!r}"\n[grid]\nyear = [1]\n', BadRecord, ["is more than a parameter's name"]),
    ('name = "{year"\n[grid]\nyear = [1]\n', BadRecord, ["the name pattern does not read"]),
    ('name = "{what"\n', BadRecord, ["no parameter set"]),
    ('name = "logs"\n[grid]\nyear = [1]\n', BadRecord, ["cannot be a report's name"]),
    ('name = "{log_to}"\n[grid]\nyear = [1]\n', BadRecord, ["log_to leaves nothing"]),
    ('[grid]\nyear = []\n', BadRecord, ["the grid has no value for year", "line 4"]),
    ('[[parameters]]\nyear = 1\n[grid]\nyear = [2]\n', BadRecord, ["set in the grid and outside it", "line 6"]),
    ('[pairs]\nnames = ["state_a"]\nof = ["A", "B"]\n', BadRecord, ["pairs.names", "at least 2"]),
    ('[pairs]\nnames = ["state_a", "state_b"]\nof = ["KOR", "KOR"]\n', BadRecord, ["'KOR' stands twice in the list"]),
    ('[pairs]\nnames = ["state_a", "state_b"]\nof = ["KOR"]\n', BadRecord, ["fewer than two has no pair"]),
    ('[pairs]\nnames = ["state_a", "state_b"]\nof = "none.csv"\n', BadRecord, ["none.csv cannot be read", "line 5"]),
    ('[pairs]\nnames = ["a", "b"]\nof = ["x", "y"]\nwithout = ["z"]\n', BadRecord, ["which the list does not hold"]),
    ('[pairs]\nnames = ["a", "b"]\nof = ["x", "y"]\ncolumn = "z"\n', BadRecord, ["are for a CSV only"]),
    ('[grid]\nyear = { of = "lists/bad.csv", column = "nmae" }\n', UnknownName, ["unknown column 'nmae'", "'name'"]),
    ('[rows]\nof = "lists/bad.csv"\nwhere = { nmae = "1" }\n', UnknownName, ["unknown column 'nmae'", "line 5"]),
    ('[rows]\nof = "lists/short.csv"\n', BadRecord, ["has not 2 values", "lists/short.csv, line 3"]),
    ('[rows]\nof = "lists/twice.csv"\n', BadRecord, ["must name each column once", "lists/twice.csv, line 1"]),
    ('[rows]\nof = "lists/type.csv"\n', BadParameter, ["'x' is not a whole number", "lists/type.csv, line 2"]),
    ('[rows]\nof = "lists/quote.csv"\n', BadRecord, ["not valid CSV", "lists/quote.csv, line 2"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "says"), BAD)
def test_bad_orders_are_one_clear_error(
    order: Make, project: Path, text: str, kind: type[TightropeError], says: list[str]
) -> None:
    (project / "lists" / "bad.csv").write_text("name,year\nx,1\n")
    (project / "lists" / "short.csv").write_text("what,year\nfine,1\nfine\n")
    (project / "lists" / "twice.csv").write_text("what,what\nfine,1\n")
    (project / "lists" / "type.csv").write_text("what,year\nfine,x\n")
    (project / "lists" / "quote.csv").write_text('what,year\n"fi"ne,1\n')
    with pytest.raises(kind) as caught:
        jobs(order(text))
    for word in says:
        assert word in str(caught.value)


def test_formats_are_checked_with_their_line(order: Make) -> None:
    path = order("")
    path.write_text('notebook = "behaves"\nformats = ["htlm"]\n')
    with pytest.raises(UnknownName, match="did you mean 'html'") as caught:
        OrderFile(path, path.parent.parent)
    assert caught.value.where == "reports/order.toml, line 2"


def test_an_order_is_found_by_path_or_name(order: Make, project: Path) -> None:
    path = order("")
    assert find_order("order", project) == find_order("order.toml", project) == path
    assert find_order("reports/order.toml", project).resolve() == path
    with pytest.raises(UnknownName, match="did you mean 'order'"):
        find_order("odrer", project)
