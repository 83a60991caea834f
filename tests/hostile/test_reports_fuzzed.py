"""A report that someone sends is untrusted: `verify` answers whatever is in it, writes nothing and runs nothing."""

from __future__ import annotations

import base64
import io
import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.verify.conftest import make

from tightrope.cli import main
from tightrope.verify.opened import MOST_BYTES, Unreadable, open_report

QUICK = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PIECES = [
    b"%PDF-1.7\n", b"%%EOF", b"xref\n0 1\n", b"/Type/EmbeddedFile", b"<</", b">>", b"stream\n", b"\x00" * 20,
    b"<!doctype html>", b"<script>alert(1)</script>", b'{"tightrope":', b"9" * 40, b"\xff\xfe", b"[" * 3000,
]  # fmt: skip
WRITING = ("w", "a", "x", "+")


class Watch:
    """What was written or started while it looks; an audit hook cannot be taken away, so it is told when to look."""

    def __init__(self) -> None:
        self.is_on = False
        self.seen: list[str] = []
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_on:
            return
        is_written = event == "open" and any(sign in str(arguments[1] or "") for sign in WRITING)
        if is_written or event in ("subprocess.Popen", "os.system", "os.exec", "os.rename", "os.remove", "os.mkdir"):
            self.seen.append(f"{event} {arguments[:2]}")


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


@pytest.fixture
def watched(watch: Watch) -> Iterator[Watch]:
    watch.seen.clear()
    yield watch
    watch.is_on = False


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("reports")
    return {kind: make(folder, kind).read_bytes() for kind in ("pdf", "html")}


@st.composite
def spoilt(draw: st.DrawFn, content: bytes) -> bytes:
    """Cut, double and overwrite pieces, the most of them near the end, where a report carries what it stands on."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(content)))
        end = min(len(content), at + draw(st.sampled_from([0, 1, 8, 400, len(content)])))
        piece = draw(st.one_of(st.sampled_from(PIECES), st.binary(max_size=12), st.just(content[at:end] * 2)))
        content = content[:at] + piece + content[end:]
    return content


def answer(path: Path, content: bytes, watch: Watch) -> int:
    """Hold the command to an answer without a traceback, a file written or a process started; give its exit code."""
    path.write_bytes(content)
    watch.is_on = True
    run = CliRunner().invoke(main, ["verify", str(path)])
    watch.is_on = False
    assert run.exception is None or isinstance(run.exception, SystemExit), run.exception
    assert run.exit_code in (0, 1, 2)
    assert path.name in run.output
    assert "Traceback" not in run.output
    assert watch.seen == []
    return run.exit_code


@QUICK
@given(content=st.one_of(st.binary(max_size=300), st.sampled_from(PIECES), st.just(b"")))
def test_random_bytes_are_no_report(content: bytes, tmp_path: Path, watched: Watch) -> None:
    assert answer(tmp_path / "file", content, watched) == 2


@QUICK
@given(data=st.data(), kind=st.sampled_from(["pdf", "html"]))
def test_a_spoilt_report_is_never_called_intact(
    data: st.DataObject, kind: str, tmp_path: Path, watched: Watch, whole: dict[str, bytes]
) -> None:
    content = data.draw(spoilt(whole[kind]))
    code = answer(tmp_path / f"report.{kind}", content, watched)
    assert (code == 0) == (content == whole[kind])


def bomb(content: bytes, kind: str) -> bytes:
    """Put a hundred and fifty million zeros, packed, where the rows were."""
    packed = zlib.compress(bytes(150_000_000), 9)
    if kind == "html":
        block = re.compile(rb'(id="tightrope-trade.csv" data-packed="zlib">)[^<]*')
        return block.sub(lambda found: found[1] + base64.b64encode(packed), content)
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as opened:
        for place in pikepdf.NameTree(opened.Root.Names.EmbeddedFiles).values():
            if str(place.UF) == "trade.csv":
                place.EF.F.write(packed, filter=pikepdf.Name("/FlateDecode"))
        opened.save(out)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_a_report_packed_to_fill_the_memory_is_refused(
    kind: str, tmp_path: Path, watched: Watch, whole: dict[str, bytes]
) -> None:
    content = bomb(whole[kind], kind)
    assert len(content) < 1_000_000
    path = tmp_path / f"report.{kind}"
    assert answer(path, content, watched) == 2
    with pytest.raises(Unreadable, match="unpacks to more than 128 MB"):
        open_report(path)


def test_a_file_too_large_for_a_report_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(Unreadable, match="more than 100 MB"):
        open_report(path)


def test_the_watch_sees_a_file_written_and_the_reports_are_intact(
    tmp_path: Path, watched: Watch, whole: dict[str, bytes]
) -> None:
    for kind, content in whole.items():
        assert answer(tmp_path / f"whole.{kind}", content, watched) == 0
    watched.is_on = True
    (tmp_path / "x").write_text("x")
    watched.is_on = False
    assert len(watched.seen) == 1
