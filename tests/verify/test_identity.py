"""A Sigstore bundle beside a file says whose it is, and is of no use beside any other."""

from __future__ import annotations

import json
import shutil
import socket
from pathlib import Path

import pytest
from cryptography.hazmat.asn1 import encode_der
from tests.verify import conftest
from tests.verify.conftest import make

from tightrope.errors import BadParameter
from tightrope.publish.record import RECORD_MIME
from tightrope.verify import identity as identities
from tightrope.verify.command import verify
from tightrope.verify.identity import Identity, look, wanted
from tightrope.verify.told import UNSIGNED

KEPT = Path(__file__).parents[1] / "fixtures" / "sigstore" / "signed-elsewhere.bin"
WHO = "https://github.com/trailofbits/rfc8785.py/.github/workflows/release.yml@refs/tags/v0.1.2"
ISSUER = "https://token.actions.githubusercontent.com"
ADA = Identity("small.pdf.sigstore.json", "ada@example.org", "https://accounts.example.org", "2026-07-28")


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing of this machine's own copies of Sigstore's keys count, and no network."""

    def refuse(*_: object) -> None:
        raise AssertionError("it asked the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))


def beside(path: Path, bundle: Path = KEPT) -> Path:
    """Lay the kept bundle beside a file."""
    target = path.with_name(path.name + identities.SUFFIX)
    shutil.copy(bundle.with_name(bundle.name + identities.SUFFIX), target)
    return target


def test_a_real_bundle_names_who_signed_and_who_vouched() -> None:
    assert look(KEPT, KEPT.read_bytes()) == Identity(f"{KEPT.name}.sigstore.json", WHO, ISSUER, "2024-03-19")


@pytest.mark.parametrize("n", [0, 1, 127, 128, 255, 256, 70_000])
def test_an_issuer_of_any_length_is_read_and_nothing_else(n: int) -> None:
    text = "é" + "x" * (n - 2) if n > 1 else "x" * n
    written = encode_der(text)
    assert identities._in_der(written) == text
    for spoilt in (b"\x13" + written[1:], written + b"x", written[:1] + b"\x85" + written[2:]):
        with pytest.raises((ValueError, IndexError)):
            identities._in_der(spoilt)


def test_a_changed_byte_or_another_signature_does_not_hold(tmp_path: Path) -> None:
    path = tmp_path / "small.bin"
    shutil.copy(KEPT, path)
    bundle = beside(path)
    found = look(path, KEPT.read_bytes() + b" ")
    assert found is not None
    assert (found.is_valid, found.who, found.fault_in) == (False, "", "file")
    kept = json.loads(bundle.read_text())
    signature, material = kept["messageSignature"], kept["verificationMaterial"]
    for body in (
        {**kept, "messageSignature": {**signature, "signature": "AAAA" + signature["signature"][4:]}},
        {**kept, "verificationMaterial": {**material, "tlogEntries": []}},
        {},
    ):
        bundle.write_text(json.dumps(body))
        found = look(path, KEPT.read_bytes())
        assert found is not None
        assert (found.is_valid, found.fault_in) == (False, "bundle")
    bundle.write_bytes(b"x" * 1_000_001)
    assert "more than 1 MB" in (look(path, KEPT.read_bytes()) or ADA).fault
    bundle.unlink()
    assert look(path, KEPT.read_bytes()) is None


def test_a_bundle_of_something_else_beside_a_report_is_found_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make(tmp_path, "pdf")
    beside(path)
    assert verify(path, identity=WHO, issuer=ISSUER) == 1
    out = capsys.readouterr().out
    assert out.startswith("small.pdf: ALTERED")
    assert "The Sigstore bundle beside it, small.pdf.sigstore.json, signs other bytes: " in out
    assert "By Sigstore the file is signed" not in out


def test_whom_it_names_is_said_and_held_to_what_was_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(tmp_path, "pdf")
    assert verify(path, identity="ada@example.org", issuer="https://accounts.example.org") == 1
    out = capsys.readouterr().out
    assert out.startswith("small.pdf: intact, but NOT SIGNED AS ASKED")
    assert "No Sigstore bundle lies beside it: small.pdf.sigstore.json is not there." in out

    monkeypatch.setattr(identities, "look", lambda path, data, keys=None: ADA)
    for who, issuer in (("", ""), (ADA.who, ADA.issuer)):
        assert verify(path, identity=who, issuer=issuer) == 0
        out = capsys.readouterr().out
        assert "signed by ada@example.org, for whom https://accounts.example.org vouched on 28 July 2026." in out
        assert UNSIGNED not in out
    for name, issuer in (("eve@example.org", ADA.issuer), (ADA.who, "https://other.example.org")):
        assert verify(path, identity=name, issuer=issuer, in_json=True) == 1
        body = json.loads(capsys.readouterr().out)
        assert (body["status"], body["findings"][0]["code"]) == ("untrusted", "trust")
        assert body["sigstore"]["who"] == "ada@example.org"


def test_without_the_package_a_bundle_is_named_and_an_identity_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identities, "find_spec", lambda name: None)
    path = make(tmp_path, "pdf")
    beside(path)
    assert verify(path) == 0
    out = capsys.readouterr().out
    assert "small.pdf.sigstore.json, that was not looked at: pip install 'tightrope[sigstore]'." in out
    assert UNSIGNED in out
    with pytest.raises(BadParameter, match="needs the package sigstore"):
        wanted("ada@example.org", "https://accounts.example.org")


def test_half_an_identity_is_refused() -> None:
    assert wanted("", "") is None
    for given in (("ada@example.org", ""), ("", "https://accounts.example.org")):
        with pytest.raises(BadParameter, match="a name and who vouches for it"):
            wanted(*given)


def test_a_title_moves_no_cursor_and_begins_no_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nb = conftest.notebook()
    nb.cells[0].outputs[0].data[RECORD_MIME]["title"] = "Fine\x1b[2J\x1b[H\u202eother.pdf: intact"
    path = tmp_path / "small.html"
    path.write_bytes(conftest.seal("html", nb, conftest.carried()))
    verify(path)
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert [line for line in out.splitlines() if "other.pdf" in line] == [
        "  Fine\ufffd[2J\ufffd[H\ufffdother.pdf: intact"
    ]
