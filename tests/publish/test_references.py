"""The works a report cites, as files beside it: written with the report or not at all, read back by other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from pybtex.database import parse_string

from tightrope.errors import RenderFailed
from tightrope.publish.record import RECORD_MIME, read_record
from tightrope.publish.references import write_bibtex, write_references
from tightrope.publish.render import render

ITEMS: list[dict[str, Any]] = [
    {
        "id": "trade-2009", "type": "article-journal", "title": "Trading Data: 50% & more_or_less",
        "container-title": "A Journal", "volume": "26", "issue": "5", "page": "471-491", "DOI": "10.1000/a_b",
        "author": [{"family": "Dür", "given": "Erik Jan"}, {"literal": "Ministry of Trade and Energy"}],
        "issued": {"date-parts": [[2009, 3]]}, "URL": "https://example.org/a_b?c=1&d=2%20", "version": "4.0",
        "accessed": {"date-parts": [[2026, 11, 24]]}, "note": "copy of commit abc",
    },
    {"id": "paper", "type": "report", "title": "외래객 입국", "container-title": "Working Paper", "number": "2010-23",
     "author": [{"family": "Schvitz", "given": "G."}, {"literal": "others"}]},
]  # fmt: skip


def test_bibtex_says_what_the_items_say() -> None:
    entries = parse_string(write_bibtex(ITEMS), "bibtex").entries
    assert list(entries) == ["trade-2009", "paper"]
    one, other = entries.values()
    assert (one.type, other.type) == ("article", "techreport")
    first, second = one.persons["author"]
    assert (first.last_names, first.first_names, first.middle_names) == (["Dür"], ["Erik"], ["Jan"])
    assert str(second) == "{Ministry of Trade and Energy}", "a body is no person with a family name"
    assert str(other.persons["author"][1]) == "others"
    assert one.fields["title"] == r"{Trading Data: 50\% \& more\_or\_less}"
    assert one.fields["url"] == "https://example.org/a_b?c=1&d=2%20", "an address is not escaped"
    assert one.fields["doi"] == "10.1000/a_b"
    assert (one.fields["year"], one.fields["date"], one.fields["urldate"]) == ("2009", "2009-03", "2026-11-24")
    assert (one.fields["number"], one.fields["volume"], one.fields["pages"]) == ("5", "26", "471--491")
    assert one.fields["note"] == "Version: 4.0; copy of commit abc"
    assert other.fields["title"] == "{외래객 입국}"
    assert (other.fields["type"], other.fields["number"]) == ("Working Paper", "2010-23")
    assert "year" not in other.fields


def test_csl_is_the_items_as_they_came() -> None:
    files = write_references(ITEMS)
    assert sorted(files) == ["bib", "csl.json"]
    assert json.loads(files["csl.json"]) == ITEMS
    assert write_references([]) == {}


def notebook(folder: Path, *records: dict[str, Any], then: str = "") -> Path:
    nb = nbformat.v4.new_notebook()
    nb.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nb.cells = [
        nbformat.v4.new_code_cell(
            f"from IPython.display import display\ndisplay({{{RECORD_MIME!r}: {record!r}, 'text/plain': ''}}, raw=True)"
        )
        for record in records
    ]
    nb.cells.append(nbformat.v4.new_code_cell(then or "print(1)"))
    path = folder / "citing.ipynb"
    nbformat.write(nb, path)
    return path


@pytest.mark.report
def test_references_land_with_the_report_and_go_with_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = render(notebook(tmp_path, {"title": "T"}, {"citations": ITEMS}), {}, formats=["html"], out=out)
    names = ["bib", "csl.json", "html", "ipynb", "manifest.json"]
    assert sorted(first.files) == names
    outputs = json.loads(first.files["manifest.json"].read_text())["outputs"]
    assert sorted(outputs) == [f"citing.{name}" for name in names if name != "manifest.json"]
    before = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    twice = [*ITEMS, {**ITEMS[0], "id": ITEMS[0]["id"].upper()}]  # one key to BibTeX
    with pytest.raises(RenderFailed, match="stands twice"):
        render(notebook(tmp_path, {"citations": twice}), {}, formats=["html"], out=out)
    assert {path.name: path.read_bytes() for path in first.folder.iterdir()} == before
    second = render(notebook(tmp_path, {"title": "T"}), {}, formats=["html"], out=out)
    assert sorted(path.name for path in second.folder.iterdir()) == [
        "citing.html",
        "citing.ipynb",
        "citing.manifest.json",
    ]


@pytest.mark.parametrize(
    ("citations", "said"),
    [("x", "not a list"), ([3], "citation 1 of the report is not an object"),
     ([{"id": "a", "type": "book"}], "citation 1 of the report has no title")],
)  # fmt: skip
def test_what_is_no_citation_is_refused_with_its_cell(citations: object, said: str) -> None:
    output = nbformat.v4.new_output("display_data", {RECORD_MIME: {"citations": citations}})
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])])
    with pytest.raises(RenderFailed, match=said) as raised:
        read_record(nb)
    assert "cell 1" in str(raised.value)
