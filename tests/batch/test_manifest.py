"""The manifest survives whatever ends a run."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from tightrope.batch import manifest
from tightrope.errors import OutputError


def write(out: Path, *entries: dict[str, object]) -> None:
    with manifest.Manifest(out) as book:
        for entry in entries:
            book.append(entry)


def test_the_last_line_of_a_name_counts_and_earlier_ones_stay(tmp_path: Path) -> None:
    write(tmp_path, {"name": "a", "n": 1}, {"name": "b", "n": 1})
    write(tmp_path, {"name": "a", "n": 2})
    entries, n_bad = manifest.read(tmp_path)
    assert entries == {"b": {"name": "b", "n": 1}, "a": {"name": "a", "n": 2}}
    assert list(entries) == ["b", "a"]
    assert n_bad == 0
    assert len((tmp_path / manifest.NAME).read_text().splitlines()) == 3


def test_no_manifest_is_an_empty_one(tmp_path: Path) -> None:
    assert manifest.read(tmp_path) == ({}, 0)


LINES = [b'{"name":"a","n":1}\n', b'{"name":"b","n":"\xed\x95\x9c"}\n']


@pytest.mark.parametrize("cut", range(1, len(LINES[1])))
def test_a_line_torn_anywhere_is_cut_off_and_the_rest_stays(tmp_path: Path, cut: int) -> None:
    path = tmp_path / manifest.NAME
    path.write_bytes(LINES[0] + LINES[1][:cut])
    is_whole = cut == len(LINES[1]) - 1  # only its line end is missing
    assert list(manifest.read(tmp_path)[0]) == (["a", "b"] if is_whole else ["a"])
    write(tmp_path, {"name": "c"})
    assert list(manifest.read(tmp_path)[0]) == (["a", "b", "c"] if is_whole else ["a", "c"])
    assert manifest.read(tmp_path)[1] == 0


def test_a_torn_line_longer_than_a_block_is_cut_off_whole(tmp_path: Path) -> None:
    path = tmp_path / manifest.NAME
    path.write_bytes(LINES[0] + b'{"name":"' + b"x" * 200_000)
    with manifest.Manifest(tmp_path) as book:
        assert book.n_repaired == 200_009
    assert path.read_bytes() == LINES[0]


def test_a_bad_line_in_the_middle_is_counted_and_passed_over(tmp_path: Path) -> None:
    (tmp_path / manifest.NAME).write_bytes(LINES[0] + b"\0\0\0\n[1]\n" + LINES[1])
    entries, n_bad = manifest.read(tmp_path)
    assert (list(entries), n_bad) == (["a", "b"], 2)


def test_only_one_run_writes(tmp_path: Path) -> None:
    with manifest.Manifest(tmp_path), pytest.raises(OutputError, match="another run writes"):
        manifest.Manifest(tmp_path)
    write(tmp_path, {"name": "a"})


def test_a_disk_that_fills_half_way_through_a_line_leaves_no_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write

    def full(handle: int, data: bytes) -> int:
        if len(data) > 6:
            return real(handle, data[:6])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with manifest.Manifest(tmp_path) as book:
        book.append({"name": "a"})
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(OutputError, match="disk is full"):
            book.append({"name": "b"})
        monkeypatch.setattr(os, "write", real)
        book.append({"name": "c"})
    assert [json.loads(line)["name"] for line in (tmp_path / manifest.NAME).read_text().splitlines()] == ["a", "c"]
