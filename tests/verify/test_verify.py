"""A report that was edited, swapped, cut or made anew: each is told apart, and named."""

from __future__ import annotations

import base64
import fcntl
import io
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import termios
import zlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from tests.verify import conftest
from tests.verify.conftest import make

from tightrope.errors import BadParameter, RenderFailed
from tightrope.publish import attach_html
from tightrope.publish.attach import MANIFEST
from tightrope.publish.sealed import signed
from tightrope.publish.sign import read_key
from tightrope.releases import files_of, release_with
from tightrope.verify.checks import Checked, _changed_pages, check_report, tables_then
from tightrope.verify.command import verify
from tightrope.verify.inputs import NO_CHECKOUT
from tightrope.verify.opened import Unreadable, open_report
from tightrope.verify.told import UNSIGNED

Small = dict[str, Path]


def checked(path: Path) -> Checked:
    return check_report(open_report(path))


def codes(found: Checked) -> list[str]:
    return sorted({one.code for one in found.findings})


def said(found: Checked) -> str:
    return "\n".join(one.text for one in found.findings)


def lines_on_a_terminal(path: Path, columns: int) -> list[str]:
    """Give what the command prints on a terminal of this width."""
    here, there = os.openpty()
    fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-m", "tightrope.cli", "verify", str(path)]
    with subprocess.Popen(
        command, stdout=there, stderr=there, env={k: v for k, v in os.environ.items() if k != "COLUMNS"}
    ) as run:
        os.close(there)
        text = b""
        while True:
            try:
                read = os.read(here, 65536)
            except OSError:  # the other end is closed
                break
            text += read
        run.wait(60)
    os.close(here)
    return text.decode().replace("\r\n", "\n").splitlines()


def rewritten(path: Path, folder: Path, change: Callable[[pikepdf.Pdf], None]) -> Path:
    """Open, change and save a PDF as a person with an editor would."""
    target = folder / "rewritten.pdf"
    with pikepdf.open(path) as opened:
        change(opened)
        opened.save(target)
    return target


# ---------------------------------------------------------------- intact


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_a_report_as_it_was_made_is_intact(small: Small, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = checked(small[kind])
    assert found.findings == []
    assert found.report.is_whole
    assert (found.n_numbers, found.n_verdicts) == (3, 1)
    assert verify(small[kind]) == 0
    out = capsys.readouterr().out
    assert "intact" in out
    assert UNSIGNED in out
    assert "3 numbers and 1 verdict word read as they were said" in out


def test_a_terminal_gets_lines_that_it_can_hold(small: Small) -> None:
    lines = lines_on_a_terminal(small["pdf"], 60)
    assert lines[0] == "small.pdf: intact"
    assert max(map(len, lines)) <= 60
    assert "  Every byte is accounted for: the pages and 6 attachments" in lines
    assert all(line.startswith("  ") for line in lines[1:])


def test_a_report_carries_what_it_stands_on(small: Small) -> None:
    names = ["notebook.ipynb", "numbers.json", "verdicts.json", "datapackage.json", "trade.csv", "requirements.lock"]
    for kind in ("pdf", "html"):
        report = open_report(small[kind])
        assert [one["name"] for one in report.manifest["attachments"]] == names
        assert report.manifest["parameters"] == {"year": 2020}
        assert report.files["trade.csv"].startswith(b"iso3,year,exports_musd")
        assert b"\npandas==" in report.files["requirements.lock"]
        assert b"--hash" not in report.files["requirements.lock"]


# ---------------------------------------------------------------- edited pages


def glyphs(page: pikepdf.Page) -> tuple[str, dict[str, str]]:
    """Give the name of the font that sets the numbers and its codes by character, as its ToUnicode table tells."""
    for name, font in page.obj.Resources.Font.items():
        table = font.ToUnicode.read_bytes().decode()
        found = {chr(int(b, 16)): a for a, b in re.findall(r"<([0-9a-fA-F]{4})> <([0-9a-fA-F]{4})>", table)}
        if {"1", "7", "6", "."} <= found.keys():
            return name, found
    raise AssertionError("no font sets the number")


def swap_digits(opened: pikepdf.Pdf) -> None:
    """Make 17.6 read 71.6 on the first page that says it, glyph by glyph, and touch nothing else."""
    for page in opened.pages:
        name, codes = glyphs(page)
        content = b"".join(part.read_bytes() for part in pikepdf.Array([page.obj.Contents]))
        old, new = (bytes.fromhex("".join(codes[c] for c in text)) for text in ("17.6", "71.6"))
        instructions = list(pikepdf.parse_content_stream(page))
        for instruction in instructions:
            for operand in instruction.operands:
                parts = operand if isinstance(operand, pikepdf.Array) else [operand]
                text = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
                if old in text:
                    whole = pikepdf.Array([pikepdf.String(text.replace(old, new))])
                    edited = [
                        pikepdf.ContentStreamInstruction([whole], pikepdf.Operator("TJ")) if one is instruction else one
                        for one in instructions
                    ]
                    page.obj.Contents = opened.make_stream(pikepdf.unparse_content_stream(edited))
                    return
        assert content, name
    raise AssertionError("no page says 17.6")


def test_an_edited_number_is_named_with_its_page(small: Small, tmp_path: Path) -> None:
    found = checked(rewritten(small["pdf"], tmp_path, swap_digits))
    assert codes(found) == ["number", "page"]
    assert "Page 1 was edited" in said(found)
    assert "The number “17.6”" in said(found)
    assert "reads “71.6” there" in said(found)
    assert "attachment" not in codes(found)


def test_an_update_appended_to_the_file_is_seen(small: Small, tmp_path: Path) -> None:
    """The bytes that the manifest hashes stay as they are, while a later object takes the place of a page's content."""
    data = small["pdf"].read_bytes()
    with pikepdf.open(io.BytesIO(data)) as opened:
        number = opened.pages[0].obj.Contents.objgen[0]
        root, size = opened.Root.objgen[0], int(opened.trailer.Size)
    before = int(data.rsplit(b"startxref", 1)[1].split()[0])
    at = len(data)
    body = b"%d 0 obj\n<</Length 0>>\nstream\n\nendstream\nendobj\n" % number
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, at)
    tail = b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (size, root, before, at + len(body))
    path = tmp_path / "updated.pdf"
    path.write_bytes(data + body + table + tail)
    found = checked(path)
    assert "Page 1 was edited" in said(found)
    assert "“17.6” is not on the pages" in said(found)


def test_a_file_saved_by_another_program_is_told_from_an_edited_one(small: Small, tmp_path: Path) -> None:
    found = checked(rewritten(small["pdf"], tmp_path, lambda opened: None))
    assert codes(found) == ["resaved"]
    assert "every page draws what it drew" in said(found)
    assert not found.is_intact


def test_a_byte_after_the_end_is_seen(small: Small, tmp_path: Path) -> None:
    path = tmp_path / "longer.pdf"
    path.write_bytes(small["pdf"].read_bytes() + b"\n")
    assert codes(checked(path)) == ["resaved"]


def test_a_removed_page_is_counted(small: Small, tmp_path: Path) -> None:
    def cut(opened: pikepdf.Pdf) -> None:
        opened.pages.append(opened.pages[0])

    found = checked(rewritten(small["pdf"], tmp_path, cut))
    assert "pages where the manifest names" in said(found)
    assert "was put in." in said(found)
    assert "edited" not in said(found)


@pytest.mark.parametrize(
    ("now", "says"),
    [
        ("abcdef", []),
        ("abXdef", ["Page 3 was edited"]),
        ("acdef", ["The file has 5 pages where the manifest names 6.", "Page 2 was taken out"]),
        ("abcXdef", ["The file has 7 pages where the manifest names 6.", "Page 4 was put in."]),
        ("XcdefY", ["The file has 6", "Page 1 was edited", "Page 2 was taken out", "Page 6 was put in"][1:]),
    ],
)
def test_pages_that_only_moved_are_not_called_edited(small: Small, now: str, says: list[str]) -> None:
    found = Checked(open_report(small["pdf"]))
    assert _changed_pages(found, list("abcdef"), list(now)) is bool(says)
    assert len(found.findings) == len(says)
    for one, text in zip(found.findings, says, strict=True):
        assert one.text.startswith(text)


# ---------------------------------------------------------------- swapped attachments


def swap_rows(opened: pikepdf.Pdf) -> None:
    opened.attachments["trade.csv"] = pikepdf.AttachedFileSpec(opened, b"iso3,year\nKOR,1\n", filename="trade.csv")


def remove_rows(opened: pikepdf.Pdf) -> None:
    del opened.attachments["trade.csv"]


def add_rows(opened: pikepdf.Pdf) -> None:
    opened.attachments["more.csv"] = pikepdf.AttachedFileSpec(opened, b"x\n", filename="more.csv")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (swap_rows, "The attachment trade.csv is not the one that the manifest names"),
        (remove_rows, "The attachment trade.csv is missing"),
        (add_rows, "The attachment more.csv is not in the manifest"),
    ],
)
def test_a_changed_attachment_is_named_and_the_pages_are_not(
    small: Small, tmp_path: Path, change: Callable[[pikepdf.Pdf], None], words: str
) -> None:
    found = checked(rewritten(small["pdf"], tmp_path, change))
    assert codes(found) == ["attachment", "resaved"]
    assert words in said(found)


def test_verdicts_that_disagree_with_the_report_are_named(tmp_path: Path) -> None:
    """Whoever writes a new manifest as well still has to make the parts agree."""
    path = tmp_path / "small.pdf"
    path.write_bytes(conftest.seal("pdf", conftest.notebook(), conftest.carried(word="contradicted")))
    found = checked(path)
    assert codes(found) == ["verdict"]
    assert said(found) == "C10 is “contradicted” in the attached verdicts and “supported” in the report."


# ---------------------------------------------------------------- HTML


def test_an_edited_page_in_html_is_named_with_the_number(small: Small, tmp_path: Path) -> None:
    text = small["html"].read_text(encoding="utf-8")
    path = tmp_path / "edited.html"
    path.write_text(text.replace(">17.6</span>", ">71.6</span>"), encoding="utf-8")
    found = checked(path)
    assert codes(found) == ["number", "page"]
    assert "The number “71.6”" in said(found)
    path.write_text(text.replace(">17.6</span>", ">22.3</span>"), encoding="utf-8")
    assert "stands twice where the report said it once" in said(checked(path))


def test_numbers_that_a_page_only_sets_otherwise_are_not_called_edited(tmp_path: Path) -> None:
    """A page has a true minus sign and a narrow space where the number was said with a hyphen and a plain one."""
    said_so, shown = "-1.4 bn", "−1.4\u202fbn"
    nb, files = conftest.notebook(shown), conftest.carried(said_so)
    path = tmp_path / "small.html"
    path.write_bytes(conftest.seal("html", nb, files).replace(b">2020</span>", b">2002</span>"))
    numbers = [one.text for one in checked(path).findings if one.code == "number"]
    assert len(numbers) == 1
    assert "“2002”" in numbers[0]


def test_a_swapped_block_in_html_is_named(small: Small, tmp_path: Path) -> None:
    text = small["html"].read_text(encoding="utf-8")
    other = base64.b64encode(zlib.compress(b"iso3,year\n")).decode()
    path = tmp_path / "swapped.html"
    path.write_text(
        re.sub(r'(id="tightrope-trade.csv" data-packed="zlib">)[^<]*', rf"\g<1>{other}", text), encoding="utf-8"
    )
    found = checked(path)
    assert codes(found) == ["attachment"]
    assert "trade.csv is not the one" in said(found)


def test_a_script_smuggled_into_html_is_seen(small: Small, tmp_path: Path) -> None:
    text = small["html"].read_text(encoding="utf-8")
    for n, changed in enumerate((text.replace("</body>", "<script>alert(1)</script></body>"), text + "<p>more</p>")):
        path = tmp_path / f"smuggled-{n}.html"
        path.write_text(changed, encoding="utf-8")
        assert not checked(path).is_intact


def test_the_manifest_in_html_is_json_as_it_stands(small: Small) -> None:
    text = small["html"].read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="tightrope-manifest">([^<]*)</script>', text)
    assert found
    assert json.loads(found[1]) == json.loads(attach_html.read(text).files[MANIFEST])


# ---------------------------------------------------------------- cut, or not ours


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_a_truncated_file_is_called_so(
    small: Small, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data = small[kind].read_bytes()
    path = tmp_path / f"cut.{kind}"
    path.write_bytes(data[: len(data) // 3])
    assert verify(path) == 2
    assert "truncated: it stops after" in capsys.readouterr().out
    path.write_bytes(data[:-3000])
    assert verify(path) == 1
    assert f"truncated: it stops after {len(data) - 3000:,} bytes" in capsys.readouterr().out


def test_what_is_no_report_is_not_readable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, page, pdf = tmp_path / "a.txt", tmp_path / "a.html", tmp_path / "a.pdf"
    text.write_text("hello")
    page.write_text("<!doctype html><title>x</title></html>")
    with pikepdf.new() as blank:
        blank.add_blank_page()
        blank.save(pdf)
    for path in (text, page, pdf, tmp_path / "none.pdf", tmp_path):
        assert verify(path) == 2, path
        assert verify(path, in_json=True) == 2
    out = capsys.readouterr().out
    assert "neither a PDF nor an HTML page" in out
    assert "carries no manifest" in out
    assert "Traceback" not in out


# ---------------------------------------------------------------- signatures


def write_key(folder: Path, name: str) -> Path:
    private = Ed25519PrivateKey.generate()
    path = folder / f"{name}.pem"
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (folder / "trusted").mkdir(exist_ok=True)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (folder / "trusted" / f"{name}.pem").write_bytes(public)
    return path


def test_a_signature_says_who_and_a_trusted_folder_decides(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = write_key(tmp_path, "desk")
    for kind in ("pdf", "html"):
        path = make(tmp_path, kind, key=read_key(key))
        assert verify(path) == 0
        assert (
            f"signed by a key that you have not named as trusted: {read_key(key).fingerprint}"
            in capsys.readouterr().out
        )
        assert verify(path, trust=tmp_path / "trusted") == 0
        assert "signed by desk, whose key you trust" in capsys.readouterr().out
        (tmp_path / "others").mkdir(exist_ok=True)
        assert verify(path, trust=tmp_path / "others") == 1
        assert "No key in the folder of trusted keys" in capsys.readouterr().out


def test_a_report_made_anew_is_seen_only_where_it_was_signed(
    small: Small, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The limit of a file without a signature: whoever makes everything anew leaves no trace."""
    assert verify(make(tmp_path, "pdf", trade="71.6")) == 0
    key = write_key(tmp_path, "desk")
    original = open_report(make(tmp_path, "pdf", key=read_key(key)))
    forged = open_report(make(tmp_path, "pdf", trade="71.6"))
    with_old = {**forged.files, "manifest.json.sig": original.files["manifest.json.sig"]}
    found = check_report(type(forged)(forged.path, "pdf", forged.data, forged.manifest, with_old, True))
    assert found.signature is not None
    assert not found.signature.is_valid
    assert "signature" in codes(found)
    assert verify(make(tmp_path, "pdf", trade="71.6"), trust=tmp_path / "trusted") == 1
    capsys.readouterr()


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_a_file_signed_afterwards_is_the_file_signed_as_it_was_made(small: Small, tmp_path: Path, kind: str) -> None:
    key = read_key(write_key(tmp_path, "desk"))
    as_made = make(tmp_path, kind, key=key).read_bytes()
    afterwards = signed(kind, small[kind].read_bytes(), key)
    assert afterwards == as_made
    for wrong in (afterwards, small[kind].read_bytes() + b" "):
        with pytest.raises(RenderFailed, match="is not as it was made, or is signed already"):
            signed(kind, wrong, key)


def test_a_key_that_does_not_sign_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.pem"
    bad.write_text("no key")
    with pytest.raises(BadParameter, match="no private key"):
        read_key(bad)
    with pytest.raises(BadParameter, match="cannot be read"):
        read_key(tmp_path / "none.pem")


# ---------------------------------------------------------------- inputs


def test_inputs_that_differ_are_named_and_are_no_alteration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                            capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    path = make(tmp_path, "pdf", inputs={"small.ipynb": "00", "data/articles/x/claims.toml": "00"})
    checkout = tmp_path / "checkout"
    (checkout / "notebooks").mkdir(parents=True)
    (checkout / "notebooks" / "small.ipynb").write_text("{}")
    (checkout / "data").mkdir()
    table = {"name": "trade", "hash": "sha256:11"}
    (checkout / "data" / "datapackage.json").write_text(json.dumps({"resources": [table]}))
    monkeypatch.setenv("TIGHTROPE_ROOT", str(checkout))
    assert verify(path) == 0
    out = capsys.readouterr().out
    for line in (
        "small.ipynb differs.", "data/articles/x/claims.toml is not in this checkout.", "table trade differs.",
        "requirements.lock differs.",
    ):  # fmt: skip
        assert line in out
    assert verify(path, in_json=True) == 0
    assert "table trade differs." in json.loads(capsys.readouterr().out)["inputs_that_differ"]


def test_away_from_a_checkout_nothing_is_said_to_differ(
    small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever was mailed a report has no checkout, and no forty tables that differ from it."""
    monkeypatch.delenv("TIGHTROPE_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    assert verify(small["pdf"]) == 0
    out = capsys.readouterr().out
    assert NO_CHECKOUT in out
    assert "differs" not in out
    assert "is not in this checkout" not in out


def test_a_table_that_a_refresh_replaced_is_found_in_its_kept_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make(tmp_path, "pdf")
    then = tables_then(open_report(path))
    kept = tmp_path / "checkout" / "data" / "releases" / "2026.11.24"
    kept.mkdir(parents=True)
    for folder, hashes in ((kept, then), (kept.parents[1], dict.fromkeys(then, "sha256:11"))):
        tables = [{"name": name, "path": f"evidence/{name}.csv", "hash": one} for name, one in hashes.items()]
        (folder / "datapackage.json").write_text(json.dumps({"resources": tables}))
        (folder / "evidence").mkdir()
        for table in tables:
            (folder / table["path"]).write_text(str(folder))
    monkeypatch.setenv("TIGHTROPE_ROOT", str(tmp_path / "checkout"))
    assert verify(path) == 0
    assert "table trade differs; as it was then it is in data/releases/2026.11.24." in capsys.readouterr().out
    assert release_with(tmp_path / "checkout", then) == kept
    found = files_of(tmp_path / "checkout", kept)
    assert found["evidence/trade.csv"].read_text() == str(kept)
    assert release_with(tmp_path / "checkout", {"trade": "sha256:22"}) is None


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_a_changed_byte_anywhere_is_seen_and_raises_nothing_else(small: Small, tmp_path: Path, kind: str) -> None:
    data = small[kind].read_bytes()
    chance = random.Random(7)
    path = tmp_path / f"flipped.{kind}"
    places = [0, 9, len(data) - 2, *(chance.randrange(len(data)) for _ in range(30))]
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(7)
        path.write_bytes(changed)
        try:
            assert not checked(path).is_intact, place
        except Unreadable:
            continue


def test_nothing_is_left_behind(small: Small, tmp_path: Path) -> None:
    path = tmp_path / "small.pdf"
    shutil.copy(small["pdf"], path)
    verify(path)
    assert [p.name for p in tmp_path.iterdir()] == ["small.pdf"]
