"""A batch that signs: every report carries the signature, and the key itself is left nowhere."""

from __future__ import annotations

import base64
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.batch.test_cluster import Cluster, cluster  # noqa: F401  # a fixture

from tightrope.batch import manifest
from tightrope.batch.child import Setup
from tightrope.publish.sign import Key, read_key
from tightrope.verify.checks import Checked, check_report
from tightrope.verify.opened import open_report

pytestmark = pytest.mark.report

Make = Callable[[str], Path]
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def keys(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Give two key files."""
    folder = tmp_path_factory.mktemp("keys")
    paths = [folder / "desk.pem", folder / "other.pem"]
    for path in paths:
        private = Ed25519PrivateKey.generate()
        path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return paths


def entries(project: Path) -> dict[str, dict[str, Any]]:
    return manifest.read(project / "reports" / "build")[0]


def checked(project: Path, name: str, kind: str) -> Checked:
    return check_report(open_report(project / "reports" / "build" / name / f"{name}.{kind}"))


def traces_of(key: Key) -> list[bytes]:
    """Give the ways in which a secret could be written down."""
    secret = key.to_bytes()
    return [secret, secret.hex().encode(), base64.b64encode(secret).rstrip(b"="), repr(secret).encode()]


def processes_of(pid: int) -> list[bytes]:
    """Give what anyone may list of a run's processes: words of command and environment."""
    found = []
    for process in psutil.Process(pid).children(recursive=True):
        for name in ("cmdline", "environ"):
            try:
                found.append(Path(f"/proc/{process.pid}/{name}").read_bytes())
            except OSError:  # it ended in between
                continue
    return found


def test_every_report_is_signed_and_another_key_or_none_makes_it_stale(
    order: Make, batch: Command, project: Path, keys: list[Path]
) -> None:
    order("[grid]\nyear = [2001, 2002]\n")
    plain = batch("order", "--only", "*-2002")
    assert plain.returncode == 0, plain.stderr
    assert "signed_by" not in entries(project)["behaves-2002"]

    told = batch("order", "--explain", "--sign-key", str(keys[0]))
    assert told.stdout.splitlines() == ["behaves-2001: it was never rendered", "behaves-2002: it is not signed"]
    done = batch("order", "--formats", "html,pdf", "--sign-key", str(keys[0]))
    assert (done.returncode, "2 rendered, 0 up to date" in done.stdout) == (0, True), done.stderr
    mine = read_key(keys[0]).fingerprint
    assert {entry["signed_by"] for entry in entries(project).values()} == {mine}
    for name in ("behaves-2001", "behaves-2002"):
        for kind in ("html", "pdf"):
            found = checked(project, name, kind)
            assert found.is_intact, found.findings
            assert found.signature is not None
            assert (found.signature.is_valid, found.signature.fingerprint) == (True, mine)

    for words in (["--sign-key", str(keys[0])], []):
        again = batch("order", *words)
        assert "0 rendered, 2 up to date" in again.stdout, "the same key, or no wish for one, leaves it current"
    told = batch("order", "--explain", "--sign-key", str(keys[1]))
    assert told.stdout.splitlines()[0] == f"behaves-2001: it is signed with another key, {mine}"

    (project / "requirements.lock").write_text("one==2\n")
    losing = batch("order", "--only", "*-2001")
    assert "1 of these reports were signed; without --sign-key they will not be" in losing.stderr
    assert "signed_by" not in entries(project)["behaves-2001"]
    assert checked(project, "behaves-2001", "html").signature is None


def test_the_key_is_left_nowhere(
    order: Make, command: Callable[..., list[str]], project: Path, keys: list[Path]
) -> None:
    key = read_key(keys[0])
    assert repr(key.to_bytes()) not in repr(Setup(project, project, project, ("html",), "warm", "", key.to_bytes()))
    assert repr(key) == f"Key(fingerprint='{key.fingerprint}')"
    order('[[parameters]]\nwhat = "slow"\n[[parameters]]\nwhat = "raises"\n[[parameters]]\nwhat = "kills"\n')
    pipe = subprocess.PIPE
    running = subprocess.Popen(
        command("order", "--json", "--workers", "2", "--sign-key", str(keys[0])), cwd=project, stdout=pipe, stderr=pipe
    )
    seen = b""
    while running.poll() is None:
        seen += b"\n".join(processes_of(running.pid))
        time.sleep(0.1)
    stdout, stderr = running.communicate(timeout=60)
    assert running.returncode == 1, stderr
    assert b"tightrope" in seen, "its workers were looked at"
    statuses = sorted(entry["status"] for entry in entries(project).values())
    assert statuses == ["done", "failed", "failed"], (stdout + stderr).decode()
    files = [path for path in project.rglob("*") if path.is_file()]
    assert {"manifest.jsonl", "behaves-raises.log", "behaves-kills.log"} <= {path.name for path in files}
    places = {"output": stdout + stderr, "processes": seen, **{str(path): path.read_bytes() for path in files}}
    pem = keys[0].read_bytes().splitlines()[1]
    assert [name for name, text in places.items() for trace in [*traces_of(key), pem] if trace in text] == []


def test_a_key_that_is_none_is_refused_before_anything_runs(order: Make, batch: Command, project: Path) -> None:
    order("[grid]\nyear = [2001]\n")
    (project / "no.pem").write_text("no key")
    for words in ([], ["--dry-run"]):
        done = batch("order", "--sign-key", "no.pem", *words)
        assert done.returncode == 2
        assert done.stderr.startswith("error: the key to sign with is no private key in PEM form")
    assert not (project / "reports" / "build").exists()


def test_what_a_cluster_renders_is_signed_at_home(
    order: Make,
    batch: Command,
    project: Path,
    keys: list[Path],
    cluster: Cluster,  # noqa: F811
) -> None:
    order("[grid]\nyear = [2001, 2002]\n")
    cluster.worker()
    done = batch("order", "--formats", "html,pdf", "--sign-key", str(keys[0]), "--scheduler", cluster.address, "--json")
    assert done.returncode == 0, done.stderr + done.stdout
    key = read_key(keys[0])
    for name, entry in entries(project).items():
        assert entry["signed_by"] == key.fingerprint
        said = json.loads((project / "reports/build" / name / f"{name}.manifest.json").read_bytes())["outputs"]
        for kind in ("html", "pdf"):
            found = checked(project, name, kind)
            assert found.is_intact, found.findings
            assert found.signature is not None
            assert (found.signature.is_valid, found.signature.fingerprint) == (True, key.fingerprint)
            file = f"{name}.{kind}"
            assert {key: entry["outputs"][file][key] for key in ("bytes", "sha256")} == said[file]
    again = batch("order", "--formats", "html,pdf", "--sign-key", str(keys[0]))
    assert "0 rendered, 2 up to date" in again.stdout
    written = b"".join(path.read_bytes() for path in cluster.folder.rglob("*") if path.is_file())
    assert not [trace for trace in traces_of(key) if trace in written], "the key stayed with the client"
