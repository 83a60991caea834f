"""Signing with Sigstore's own command at a private instance on loopback, and what `verify` then says of the report."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.sigstore_instance.certificates import new_key
from tests.sigstore_instance.service import Service, running
from tests.verify.conftest import make
from tests.verify.test_identity import KEPT

from tightrope.errors import BadParameter
from tightrope.verify.command import verify
from tightrope.verify.identity import keys_of, look

ADA, WORKFLOW = "ada@example.org", "https://ci.example.org/reports/publish"
# A browser in which somebody is logged in: it follows where it is sent.
BROWSER = f"{sys.executable} -c 'import sys, urllib.request as r; r.urlopen(sys.argv[1]).read()' %s"


@dataclass
class Signed:
    """Two reports that were signed, and where."""

    folder: Path
    pdf: Path
    html: Path
    trust: Path
    issuer: str
    seen: list[list[str]]
    said: str
    refused: str

    def copy(self, to: Path, which: str = "pdf") -> Path:
        """Copy a report and its bundle, to be spoilt."""
        path = getattr(self, which)
        shutil.copy(f"{path}.sigstore.json", to)
        return Path(shutil.copy(path, to))


@pytest.fixture(scope="module")
def signed(small: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signed]:
    """Sign with Sigstore's own command, and with its library as a workflow does."""
    folder = tmp_path_factory.mktemp("signed")
    pdf, html, trust = (*(Path(shutil.copy(small[kind], folder)) for kind in ("pdf", "html")), folder / "trust.json")
    own = {"HOME": str(folder), "XDG_CACHE_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    own |= {"BROWSER": BROWSER, "NO_PROXY": "*", "no_proxy": "*", "SIGSTORE_OIDC_DISABLE_AMBIENT_PROVIDERS": "1"}
    with running(ADA) as service:
        trust.write_text(json.dumps(service.trust_config()))
        command = [sys.executable, "-m", "sigstore", "--trust-config", trust.name, "sign", pdf.name]
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, **own}, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        seen = [list(service.seen)]
        service.seen.clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NO_PROXY", "*")
            refused = as_workflow(service, trust, html)
        seen.append(list(service.seen))
        yield Signed(folder, pdf, html, trust, service.issuer, seen, done.stdout + done.stderr, refused)


def as_workflow(service: Service, trust: Path, path: Path) -> str:
    """Sign with a token and the log's older version; before that try a token that somebody else made."""
    from sigstore.models import ClientTrustConfig
    from sigstore.oidc import IdentityToken
    from sigstore.sign import SigningContext

    config = ClientTrustConfig.from_json(trust.read_text())
    config.force_tlog_version = 1
    context = SigningContext.from_trust_config(config)
    try:
        with context.signer(IdentityToken(service.token(new_key(), sub=WORKFLOW))):
            refused = ""
    except Exception as error:
        refused = type(error).__name__
    with context.signer(IdentityToken(service.token(sub=WORKFLOW))) as signer:
        bundle = signer.sign_artifact(path.read_bytes())
    path.with_name(f"{path.name}.sigstore.json").write_text(bundle.to_json())
    return refused


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, signed: Signed) -> None:
    """Check without a network, and by no keys but those of the package and those that are named."""

    def refuse(*_: object) -> None:
        raise AssertionError("it asked the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def said(capsys: pytest.CaptureFixture[str], path: Path, trust: Path | None, who: str = "", issuer: str = "") -> Any:
    """Verify twice: what people read, and what programs do."""
    capsys.readouterr()
    code = verify(path, identity=who, issuer=issuer, trust_config=trust)
    text = capsys.readouterr().out
    assert verify(path, identity=who, issuer=issuer, trust_config=trust, in_json=True) == code
    return code, text, json.loads(capsys.readouterr().out)


def test_a_login_or_a_token_ends_in_a_bundle_that_names_who_it_was(
    signed: Signed, capsys: pytest.CaptureFixture[str]
) -> None:
    login = ["/login/.well-known/openid-configuration", "/login/auth", "/login/token"]
    assert signed.seen == [
        [*login, "/api/v2/signingCert", "/timestamp", "/api/v2/log/entries"],
        ["/api/v2/signingCert", "/api/v2/signingCert", "/timestamp", "/api/v1/log/entries"],
    ]
    assert "Sigstore bundle written to small.pdf.sigstore.json" in signed.said
    assert signed.refused == "FulcioClientError"
    for path, who in ((signed.pdf, ADA), (signed.html, WORKFLOW)):
        code, text, body = said(capsys, path, signed.trust, who, signed.issuer)
        assert (code, text.splitlines()[0]) == (0, f"{path.name}: intact"), text
        assert f"By Sigstore the file is signed by {who}, for whom {signed.issuer} vouched on " in text
        found = body["sigstore"]
        assert (found["who"], found["issuer"], found["is_valid"]) == (who, signed.issuer, True)
    # Both logs' proofs are in use, one with the hour of the log and one with a timestamp alone.
    entries = [json.loads(Path(f"{path}.sigstore.json").read_text()) for path in (signed.pdf, signed.html)]
    kinds = [entry["verificationMaterial"]["tlogEntries"][0]["kindVersion"]["version"] for entry in entries]
    assert kinds == ["0.0.2", "0.0.1"]


def test_a_trusted_root_alone_will_do(signed: Signed, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "trusted_root.json"
    root.write_text(json.dumps(json.loads(signed.trust.read_text())["trustedRoot"]))
    assert said(capsys, signed.pdf, root, ADA, signed.issuer)[0] == 0


def test_somebody_else_and_nobody_are_told_from_whoever_was_asked_for(
    signed: Signed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for who, issuer in (("eve@example.org", signed.issuer), (ADA, "https://accounts.google.com")):
        code, text, body = said(capsys, signed.pdf, signed.trust, who, issuer)
        assert (code, body["status"], body["findings"][0]["code"]) == (1, "untrusted", "trust")
        assert f"By Sigstore {who}, for whom {issuer} vouches, has not signed it." in text
        assert f"By Sigstore the file is signed by {ADA}, for whom {signed.issuer} vouched" in text
    alone = Path(shutil.copy(signed.pdf, tmp_path))
    code, text, body = said(capsys, alone, signed.trust)
    assert (code, body["status"]) == (1, "untrusted")
    assert "No Sigstore bundle lies beside it" in text


def test_another_file_is_told_from_a_spoilt_bundle(
    signed: Signed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = signed.copy(tmp_path)
    bundle = Path(f"{path}.sigstore.json")
    # Intact by its own manifest, but not what she signed.
    make(tmp_path, "pdf", trade="71.6")
    code, text, body = said(capsys, path, signed.trust, ADA, signed.issuer)
    assert (code, body["status"], body["sigstore"]["fault_in"], body["sigstore"]["who"]) == (1, "altered", "file", "")
    assert "signs other bytes: this file was changed after it was signed, or the bundle is another file's." in text
    assert "By Sigstore the file is signed" not in text

    shutil.copy(signed.pdf, path)
    whole = json.loads(bundle.read_text())
    for name, spoil in SPOILT.items():
        kept = json.loads(json.dumps(whole))
        spoil(kept)
        assert kept != whole
        bundle.write_text(json.dumps(kept))
        found = look(path, path.read_bytes(), keys_of(signed.trust))
        assert found is not None
        assert (found.fault_in, found.who) == ("bundle", ""), (name, found)
        assert found.fault, name
    code, text, body = said(capsys, path, signed.trust, ADA, signed.issuer)
    assert (code, body["status"]) == (1, "altered")
    assert "small.pdf.sigstore.json, does not hold for this file: " in text


def flipped(data: str, at: int) -> str:
    raw = bytearray(base64.b64decode(data))
    raw[at] ^= 1
    return base64.b64encode(raw).decode()


def _entry(bundle: Any) -> Any:
    return bundle["verificationMaterial"]["tlogEntries"][0]


def _spoil(where: Any, key: str, at: int) -> None:
    where[key] = flipped(where[key], at)


SPOILT: dict[str, Any] = {
    "signature": lambda one: _spoil(one["messageSignature"], "signature", -1),
    "digest": lambda one: _spoil(one["messageSignature"]["messageDigest"], "digest", 0),
    "certificate": lambda one: _spoil(one["verificationMaterial"]["certificate"], "rawBytes", -1),
    "timestamp": lambda one: _spoil(
        one["verificationMaterial"]["timestampVerificationData"]["rfc3161Timestamps"][0], "signedTimestamp", -1
    ),
    "no timestamp": lambda one: one["verificationMaterial"].pop("timestampVerificationData"),
    "root": lambda one: _spoil(_entry(one)["inclusionProof"], "rootHash", 0),
    "body": lambda one: _spoil(_entry(one), "canonicalizedBody", 20),
    "no entry": lambda one: one["verificationMaterial"]["tlogEntries"].clear(),
    "checkpoint": lambda one: _entry(one)["inclusionProof"]["checkpoint"].update(
        envelope=_entry(one)["inclusionProof"]["checkpoint"]["envelope"].replace("\n1\n", "\n2\n", 1)
    ),
}


def test_the_public_keys_do_not_know_a_private_instance_nor_it_another(
    signed: Signed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text, body = said(capsys, signed.pdf, None, ADA, signed.issuer)
    assert (code, body["status"], body["sigstore"]["fault_in"]) == (1, "untrusted", "instance")
    assert text.count("proves nothing here") == 1
    assert "calls itself CN=sigstore-intermediate,O=sigstore.example.org." in text
    assert "named with --trust-config" in text

    # Nobody's signature was asked for: it is as if none lay there, and that is said.
    code, text, body = said(capsys, signed.pdf, None)
    assert (code, body["status"], body["sigstore"]["is_valid"]) == (0, "intact", False)
    assert text.count("proves nothing here") == 1
    assert "It carries no signature." in text

    strangers = Service(ADA, "https://sigstore.example.net")
    other = tmp_path / "other.json"
    other.write_text(json.dumps(strangers.trust_config()))
    code, _, body = said(capsys, signed.pdf, other, ADA, signed.issuer)
    assert (code, body["sigstore"]["fault_in"]) == (1, "instance")
    public = look(KEPT, KEPT.read_bytes(), keys_of(signed.trust))
    assert public is not None
    assert (public.fault_in, public.fault) == ("instance", "CN=sigstore-intermediate,O=sigstore.dev")


def test_what_is_no_trust_configuration_is_refused(
    tmp_path: Path, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "trust.json"
    for text in ("{}", "[]", "no JSON", Path(f"{signed.pdf}.sigstore.json").read_text()):
        path.write_text(text)
        with pytest.raises(BadParameter, match=r"trust\.json is no trust configuration of Sigstore"):
            keys_of(path)
    with pytest.raises(BadParameter, match="no trust configuration"):
        keys_of(tmp_path / "absent.json")
    monkeypatch.setattr("tightrope.verify.identity.find_spec", lambda name: None)
    with pytest.raises(BadParameter, match="a trust configuration needs the package sigstore"):
        keys_of(signed.trust)
