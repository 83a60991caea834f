"""A real report's PDF as accessibility checkers and an archive see it, attachments and all."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from tests.checkers import outloud_faults, pdfua_faults, standard_faults


@pytest.fixture(scope="module")
def pdf(pair: Path) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pair.read_bytes()))


def test_three_checkers_find_nothing(pair: Path) -> None:
    assert standard_faults(pair) == []
    assert pdfua_faults(pair) == []
    assert outloud_faults(pair) == []


def test_the_checkers_name_what_no_reader_hears_and_what_is_read_out_of_turn(pair: Path, tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.pdf"
    with pikepdf.open(pair) as opened:
        page = opened.pages[1]
        content = page.Contents.read_bytes()
        assert content.count(b"/Span<</MCID 1>>BDC") == 1
        page.Contents.write(content.replace(b"/Span<</MCID 1>>BDC", b"/Artifact<</Type/Layout>>BDC"))
        document = opened.Root.StructTreeRoot.K
        document = document[0] if isinstance(document, pikepdf.Array) else document
        document.K = pikepdf.Array(list(document.K)[::-1])
        del opened.Root.MarkInfo
        opened.save(spoilt)
    assert any("MARKED" in one or "TAGGED" in one for one in standard_faults(spoilt)), standard_faults(spoilt)
    found = outloud_faults(spoilt)
    assert any(one.startswith("p.2: no reader hears: ") for one in found)
    assert any(one.startswith("ORD-001") for one in found)


def test_structure_language_and_title(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root
    assert str(root.Lang) == "en"
    assert bool(root.MarkInfo.Marked)
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    assert str(pdf.docinfo.Title) == "South Korea and Russia"
    assert "/Outlines" in root
    tags: dict[str, int] = {}
    stack = [root.StructTreeRoot.K]
    while stack:
        node = stack.pop()
        if isinstance(node, pikepdf.Array):
            stack += list(node)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            tags[str(node.S)] = tags.get(str(node.S), 0) + 1
            if str(node.S) == "/Figure":
                assert len(str(node.Alt)) > 40
            stack += [node.K] if "/K" in node else []
    assert tags["/H1"] + tags["/H2"] > 8
    assert tags["/Table"] >= 5
    assert tags["/TH"] > 20
    assert tags["/Figure"] >= 3
    assert "/Document" in tags


def test_it_says_that_it_is_pdf_a_3a_and_pdf_ua_1(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"
    intents = list(pdf.Root.OutputIntents)
    assert [str(one.S) for one in intents] == ["/GTS_PDFA1"]


def test_every_attachment_is_associated_and_named(pdf: pikepdf.Pdf) -> None:
    associated = {str(one.UF): one for one in pdf.Root.AF}
    assert associated.keys() == set(pdf.attachments)
    manifest = json.loads(pdf.attachments["manifest.json"].get_file().read_bytes())
    assert {one["name"] for one in manifest["attachments"]} | {"manifest.json"} == associated.keys()
    relations = {one["name"]: "/" + one["relationship"] for one in manifest["attachments"]}
    for name, spec in associated.items():
        stream = spec.EF.F
        assert str(spec.F) == name
        assert str(spec.Desc)
        assert str(spec.AFRelationship) == relations.get(name, "/Data")
        assert "/" in str(stream.Subtype)[1:]
        content = stream.read_bytes()
        assert int(stream.Params.Size) == len(content)
        assert bytes(stream.Params.CheckSum) == hashlib.md5(content, usedforsecurity=False).digest()
        # The report's own day: no clock.
        assert str(stream.Params.ModDate) == "D:20241231000000Z"
    assert relations["notebook.ipynb"] == "/Source"
    assert relations["trade_baci.csv"] == "/Data"


def test_the_file_is_sound_and_small(pair: Path, pdf: pikepdf.Pdf) -> None:
    assert pdf.check_pdf_syntax() == []
    assert pair.stat().st_size < 1_000_000
    assert pair.with_suffix(".html").stat().st_size < 1_500_000


def test_other_readers_find_the_attachments(pair: Path, tmp_path: Path) -> None:
    from pypdf import PdfReader

    names = set(PdfReader(pair, strict=True).attachments)
    assert {"manifest.json", "notebook.ipynb", "numbers.json", "datapackage.json", "states.csv"} <= names


def test_no_machine_and_no_clock_is_in_what_is_carried(pdf: pikepdf.Pdf) -> None:
    home = str(Path(__file__).parents[2])
    for name, spec in pdf.attachments.items():
        content = spec.get_file().read_bytes()
        assert home.encode() not in content, name
        assert b"start_time" not in content, name


def test_the_attached_tables_are_a_valid_data_package(pdf: pikepdf.Pdf, tmp_path: Path) -> None:
    import frictionless

    for name, spec in pdf.attachments.items():
        if name == "datapackage.json" or name.endswith(".csv"):
            (tmp_path / name).write_bytes(spec.get_file().read_bytes())
    package = frictionless.Package(str(tmp_path / "datapackage.json"))
    checklist = frictionless.Checklist(skip_errors=["foreign-key"])
    report = package.validate(checklist=checklist)
    assert report.flatten(["rowNumber", "fieldName", "type", "note"]) == []


def test_poppler_lists_them_where_it_is_installed(pair: Path) -> None:
    import shutil

    if not shutil.which("pdfdetach"):
        return
    done = subprocess.run(["pdfdetach", "-list", str(pair)], capture_output=True, text=True, check=True)
    assert "manifest.json" in done.stdout
    assert "Syntax" not in done.stderr


@pytest.mark.browser
def test_the_page_keeps_to_itself_with_all_that_it_carries(pair: Path, open_page: Any) -> None:
    opened = open_page(pair.with_suffix(".html"))
    assert opened.errors == []
    assert opened.requests == []
    manifest = opened.page.evaluate("JSON.parse(document.getElementById('tightrope-manifest').textContent)")
    assert manifest["title"] == "South Korea and Russia"
    assert opened.page.evaluate("[...document.scripts].every(s => !['', 'text/javascript', 'module'].includes(s.type))")
