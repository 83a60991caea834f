"""A report lands whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tightrope.errors import OutputError
from tightrope.publish import output
from tightrope.publish.output import Staging


def tree(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file()}


def stage(out: Path, files: dict[str, str], slug: str = "a", stale: tuple[str, ...] = ()) -> None:
    with Staging(out) as staging:
        for name, text in files.items():
            staging.write(name, text)
        staging.land(slug, last="z.json", stale=stale)


def test_new_report_stands_alone_in_its_folder(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    stage(out, {"x.html": "1", "z.json": "m"})
    assert tree(out) == {"a/x.html": "1", "a/z.json": "m"}
    assert [p.name for p in out.iterdir()] == ["a"]


def test_old_files_are_replaced_others_stay_stale_ones_go(tmp_path: Path) -> None:
    stage(tmp_path, {"x.html": "1", "x.pdf": "1", "z.json": "1"})
    (tmp_path / "a" / "other.html").write_text("kept")
    stage(tmp_path, {"x.html": "2", "z.json": "2"}, stale=("x.pdf",))
    assert tree(tmp_path) == {"a/other.html": "kept", "a/x.html": "2", "a/z.json": "2"}


@pytest.mark.parametrize("failing", ["x.html", "z.json"])
def test_a_move_that_fails_half_way_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    stage(tmp_path, {"x.html": "1", "z.json": "1"})
    real = Path.replace

    def replace(self: Path, target: Any) -> Any:
        if self.name == failing and self.parent.name == "report":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(OutputError, match="disk is full"):
        stage(tmp_path, {"x.html": "2", "new.txt": "2", "z.json": "2"})
    assert tree(tmp_path) == {"a/x.html": "1", "a/z.json": "1"}


def test_an_interrupt_half_way_is_undone_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage(tmp_path, {"x.html": "1", "z.json": "1"})
    real = Path.replace

    def replace(self: Path, target: Any) -> Any:
        if self.name == "z.json" and self.parent.name == "report":
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        stage(tmp_path, {"x.html": "2", "z.json": "2"})
    assert tree(tmp_path) == {"a/x.html": "1", "a/z.json": "1"}


@pytest.mark.parametrize(
    ("code", "says"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EACCES, "may not be written")],
)
def test_a_folder_that_takes_nothing_is_found_out_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, says: str
) -> None:
    def refuse(path: Path, data: bytes) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(output, "write_bytes", refuse)
    with pytest.raises(OutputError, match=says) as caught, Staging(tmp_path / "new" / "out"):
        pytest.fail("nothing may run")
    assert caught.value.exit_code == 2
    assert caught.value.where.endswith("out")
    assert list(tmp_path.iterdir()) == []


def test_a_really_full_device_is_found_out(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    with pytest.raises(OutputError, match="disk is full"), output.writing("x"):
        output.write_bytes(Path("/dev/full"), b"x")


def test_a_really_read_only_folder_is_found_out() -> None:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o555)
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)  # root may write anywhere, so be nobody for a moment
    try:
        with pytest.raises(OutputError, match="may not be written"), Staging(folder):
            pytest.fail("nothing may run")
    finally:
        os.seteuid(was)
        folder.rmdir()


@pytest.mark.parametrize("name", ["out", "out/deeper"])
def test_a_file_in_place_of_the_folder_is_found_out(tmp_path: Path, name: str) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match="a file stands where"), Staging(tmp_path / name):
        pytest.fail("nothing may run")
    assert tree(tmp_path) == {"out": "a file"}


def test_a_file_in_place_of_the_reports_folder_is_left(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file")
    with pytest.raises(OutputError, match="a file stands where"):
        stage(tmp_path, {"x.html": "1", "z.json": "1"})
    assert tree(tmp_path) == {"a": "a file"}


def test_a_failure_inside_leaves_no_trace(tmp_path: Path) -> None:
    def fail() -> None:
        with Staging(tmp_path / "out") as staging:
            staging.write("x.html", "1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []
