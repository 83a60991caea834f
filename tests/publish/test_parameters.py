"""What a notebook declares, and what of the given values fits."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tightrope.errors import BadParameter, BadRecord, UnknownName
from tightrope.publish.parameters import declared, read_assignments, validate

CELL = """
from typing import Literal, Optional
article: str = "one"
as_of: str = "2021-03-25"
year: int = 2020  # a comment
share = 0.5
is_long = False
states: list[str] = ["KOR", "RUS"]
years: list[int] = [2019]
theme: str | None = None
other: Optional[int] = None
flow: Literal["export", "import"] = "export"
free = None
options = {"a": 1}
"""
RULES = {
    "article": {"choices_from": "articles/*/article.toml"},
    "as_of": {"type": "date", "minimum": "1990-01-01", "maximum": "2030-01-01"},
    "states": {"pattern": "[A-Z]{3}"},
}


def notebook(cell: str = CELL, rules: Any = None) -> Any:
    source = nbformat.v4.new_code_cell(cell, metadata={"tags": ["parameters"]})
    return nbformat.v4.new_notebook(cells=[source], metadata={"tightrope": {"parameters": rules or {}}})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("one", "two-2021"):
        (tmp_path / "articles" / name).mkdir(parents=True)
        (tmp_path / "articles" / name / "article.toml").touch()
    return tmp_path


@pytest.fixture
def parameters(home: Path) -> Any:
    return declared(notebook(rules=RULES), home, "x.ipynb")


def test_types_come_from_annotation_then_default(parameters: Any) -> None:
    types = {name: p.type for name, p in parameters.items()}
    assert types == {
        "article": "str", "as_of": "date", "year": "int", "share": "float", "is_long": "bool", "states": "list",
        "years": "list", "theme": "str", "other": "int", "flow": "str", "free": "any", "options": "dict",
    }  # fmt: skip
    assert [name for name, p in parameters.items() if p.optional] == ["theme", "other", "free"]
    assert parameters["article"].choices == ("one", "two-2021")
    assert parameters["flow"].choices == ("export", "import")
    assert parameters["years"].item == "int"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("article", "two-2021", "two-2021"),
        ("as_of", "2024-02-29", "2024-02-29"),
        ("year", "1999", 1999),
        ("share", "1", 1.0),
        ("is_long", "yes", True),
        ("is_long", "False", False),
        ("states", "USA,CHN", ["USA", "CHN"]),
        ("states", '["USA"]', ["USA"]),
        ("states", "", []),
        ("years", "2019, 2020", [2019, 2020]),
        ("theme", "none", None),
        ("theme", "2020", "2020"),
        ("other", "7", 7),
        ("flow", "import", "import"),
        ("free", "3", 3),
        ("free", "some text", "some text"),
        ("options", '{"b": 2}', {"b": 2}),
    ],
)
def test_texts_become_values(parameters: Any, name: str, text: str, value: Any) -> None:
    found = validate({name: text}, parameters, "x.ipynb", texts=True)
    assert found == {name: value}
    assert type(found[name]) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("yaer", "2020", "did you mean 'year'"),
        ("year", "oops", "'oops' is not a whole number"),
        ("year", "2020.5", "not a whole number"),
        ("year", "none", "not a whole number"),
        ("share", "half", "not a number"),
        ("is_long", "maybe", "not true or false"),
        ("as_of", "2021-3-25", "not a date, YYYY-MM-DD"),
        ("as_of", "2021-02-29", "no date of the calendar"),
        ("as_of", "1989-12-31", "before 1990-01-01"),
        ("as_of", "2030-01-02", "after 2030-01-01"),
        ("article", "two-2020", "did you mean 'two-2021'"),
        ("states", "KOR,kor", "does not have the form"),
        ("years", "2019,x", "not a whole number"),
        ("flow", "exprot", "did you mean 'export'"),
        ("options", "{", "not an object in JSON"),
    ],
)
def test_bad_texts_are_refused(parameters: Any, name: str, text: str, says: str) -> None:
    with pytest.raises((BadParameter, UnknownName), match=says) as caught:
        validate({name: text}, parameters, "x.ipynb", texts=True)
    assert caught.value.exit_code == 2
    assert "x.ipynb" in caught.value.where


@pytest.mark.parametrize(
    ("name", "value", "typed"),
    [
        ("as_of", dt.date(2021, 3, 25), "2021-03-25"),
        ("share", 1, 1.0),
        ("states", ("KOR",), ["KOR"]),
        ("other", None, None),
    ],
)
def test_typed_values_pass(parameters: Any, name: str, value: Any, typed: Any) -> None:
    assert validate({name: value}, parameters, "x.ipynb") == {name: typed}


@pytest.mark.parametrize(
    ("name", "value"),
    [("year", "2020"), ("year", True), ("year", 2020.0), ("article", 1), ("is_long", 1), ("states", "KOR")],
)
def test_typed_values_of_another_type_are_refused(parameters: Any, name: str, value: Any) -> None:
    with pytest.raises(BadParameter):
        validate({name: value}, parameters, "x.ipynb")


def test_pairs_of_the_command_line() -> None:
    assert read_assignments(["a=1", "b=x=y", "a=2", "c="]) == {"a": "2", "b": "x=y", "c": ""}
    for wrong in ("a", "=1", "a b=1", "1a=2"):
        with pytest.raises(BadParameter, match="not NAME=VALUE"):
            read_assignments([wrong])


@pytest.mark.parametrize(
    ("cell", "rules", "says"),
    [
        ("a = ", {}, "not Python"),
        ("a = 1", {"b": {"choices": [1]}}, "does not set"),
        ("a = 1", {"a": {"choice": [1]}}, "unknown key"),
        ("a = 1", {"a": {"type": "number"}}, "unknown type"),
        ("a = ''", {"a": {"pattern": "["}}, "does not compile"),
        ("a = ''", {"a": {"choices_from": "../*/x"}}, "leaves the project"),
        ("a = ''", {"a": {"choices_from": "/etc/*"}}, "leaves the project"),
    ],
)
def test_faulty_declarations_name_their_place(home: Path, cell: str, rules: Any, says: str) -> None:
    with pytest.raises(BadRecord, match=says) as caught:
        declared(notebook(cell, rules), home, "x.ipynb")
    assert "x.ipynb" in caught.value.where


def test_magics_in_the_cell_are_passed_over(home: Path) -> None:
    assert list(declared(notebook("%matplotlib inline\n!ls\na: int = 1"), home, "x.ipynb")) == ["a"]


def test_notebook_without_parameters_takes_none(home: Path) -> None:
    bare = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("a = 1")])
    assert declared(bare, home, "x.ipynb") == {}
    with pytest.raises(UnknownName):
        validate({"a": 1}, {}, "x.ipynb")


def test_a_date_may_be_empty_only_where_that_is_the_default(home: Path) -> None:
    rules = {"as_of": {"type": "date", "minimum": "1990-01-01"}}
    finds_it = declared(notebook('as_of: str = ""', rules), home, "x.ipynb")
    assert validate({"as_of": ""}, finds_it, "x.ipynb", texts=True) == {"as_of": ""}
    assert validate({"as_of": "2019-07-20"}, finds_it, "x.ipynb") == {"as_of": "2019-07-20"}
    with pytest.raises(BadParameter, match="not a date"):
        validate({"as_of": "soon"}, finds_it, "x.ipynb")
    is_given = declared(notebook('as_of: str = "2021-03-25"', rules), home, "x.ipynb")
    with pytest.raises(BadParameter, match="not a date"):
        validate({"as_of": ""}, is_given, "x.ipynb")
