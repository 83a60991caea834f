"""The record a notebook emits, and what stands in for it."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest

from tightrope.errors import RenderFailed
from tightrope.publish.record import RECORD_MIME, Summary, first_heading, last_heading, read_record


def notebook(*records: Any, markdown: str = "# A *plain* [title](x)\n\n## Part") -> Any:
    cells = [nbformat.v4.new_markdown_cell(markdown)]
    for record in records:
        output = nbformat.v4.new_output("display_data", {RECORD_MIME: record, "text/plain": ""})
        cells.append(nbformat.v4.new_code_cell("x", outputs=[output]))
    return nbformat.v4.new_notebook(cells=cells)


def test_all_of_a_record_is_read() -> None:
    record = read_record(
        notebook(
            {
                "title": "T", "subtitle": "S", "kicker": "K", "slug": "a-b", "stem": "c", "language": "ko",
                "date": "2021-03-25", "authors": ["A", "B"], "description": "D", "counts": {"x": 2},
                "passages": {" A\nname ": "en-GB"},
                "summary": {"columns": ["n", "v"], "rows": [["C1", None], ["C2", 3]]},
            }
        )
    )  # fmt: skip
    assert (record.title, record.slug, record.stem, record.language) == ("T", "a-b", "c", "ko")
    assert record.authors == ("A", "B")
    assert record.summary == Summary(("n", "v"), (("C1", ""), ("C2", "3")))
    assert record.counts == {"x": 2}
    assert record.passages == {"A name": "en-GB"}


def test_without_a_record_heading_and_name_stand_in() -> None:
    record = read_record(notebook(), "my notebook")
    assert (record.title, record.slug, record.stem, record.date) == ("A plain title", "my-notebook", "my-notebook", "")
    assert not record.summary


def test_later_keys_replace_earlier_ones() -> None:
    record = read_record(notebook({"title": "A", "slug": "x"}, {"title": "B"}))
    assert (record.title, record.slug) == ("B", "x")


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ({"titel": "x"}, "unknown key 'titel'"),
        ({"title": 3}, "title is int"),
        ({"slug": "../up"}, "no name for a folder"),
        ({"slug": ".hidden"}, "no name for a folder"),
        ({"stem": "a/b"}, "no name for a folder"),
        ({"date": "25.3.2021"}, "not YYYY-MM-DD"),
        ({"authors": [1]}, "authors"),
        ({"summary": {"columns": ["a"], "rows": [["x", "y"]]}}, "one value a column"),
        ({"counts": {"a": "many"}}, "counts"),
        ({"passages": {"A name": "in English"}}, "passages"),
        ({"passages": ["A name"]}, "passages"),
        ([1], "not an object"),
    ],
)
def test_a_faulty_record_names_its_cell(record: Any, says: str) -> None:
    with pytest.raises(RenderFailed, match=says) as caught:
        read_record(notebook(record))
    assert "cell 2" in caught.value.where


def test_headings_in_code_are_none() -> None:
    source = "```\n# no heading\n```\n\n## Real ##\n\n#nor this\n\n### Later **one**"
    assert last_heading(source) == "Later one"
    assert first_heading({"cells": [{"cell_type": "markdown", "source": source}]}) == "Real"


def test_what_a_notebook_read_is_carried_as_it_is() -> None:
    assert read_record(notebook({"title": "T"}, {"inputs": {"table@day": "ab12"}})).inputs == {"table@day": "ab12"}
    with pytest.raises(RenderFailed, match="inputs are not hashes by name"):
        read_record(notebook({"inputs": {"table": 3}}))
