"""What is kept between processes is bounded, stands where caches stand, and gives faces their very bytes."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tightrope import disk_cache, language
from tightrope.publish import fonts


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(disk_cache.FOLDER, str(tmp_path / "kept"))
    return tmp_path / "kept"


def test_without_a_setting_it_is_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(disk_cache.FOLDER)
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    assert disk_cache.folder() == Path("/xdg/tightrope")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/elsewhere/someone")
    assert disk_cache.folder() == Path("/elsewhere/someone/.cache/tightrope")


def test_what_is_old_or_too_much_goes(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day = 86400
    for name, days in (("new", 1), ("old", 31), (".half", 2), (".writing", 0)):
        kept.mkdir(exist_ok=True)
        (kept / name).write_bytes(b"x" * 100)
        os.utime(kept / name, (time.time() - days * day,) * 2)
    disk_cache.save("one", b"1")
    assert {path.name for path in kept.iterdir()} == {"new", ".writing", "one"}
    monkeypatch.setattr(disk_cache, "KEEP_BYTES", 150)
    disk_cache.save("two", b"2")
    assert {path.name for path in kept.iterdir()} == {".writing", "one", "two"}


def test_a_face_from_the_cache_is_the_face_cut_anew(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    font, letters = str(fonts._sans("Regular")), frozenset("aąя")
    fonts._cut.cache_clear()
    first = fonts._cut(font, letters)
    (path,) = kept.glob("face-*")
    monkeypatch.setattr(fonts, "_subset", lambda *_: pytest.fail("it was cut again"))
    fonts._cut.cache_clear()
    assert fonts._cut(font, letters) == first
    monkeypatch.undo()
    path.write_bytes(path.read_bytes()[:-7])
    monkeypatch.setenv(disk_cache.FOLDER, str(kept))
    fonts._cut.cache_clear()
    assert fonts._cut(font, letters) == first
    assert first.startswith("d09GMg"), "WOFF2 in base64"
    plain, fewer = fonts._cut(font, letters, "woff"), fonts._cut(font, letters - {"a"})
    assert len({first, plain, fewer}) == 3


def test_the_letters_of_a_face_are_the_same_kept_and_looked_up(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    font = str(fonts._symbols())
    fonts._covers.cache_clear()
    first = fonts._covers(font)
    assert {"○", "→"} <= first
    monkeypatch.setattr(fonts, "_letters", lambda _: pytest.fail("they were looked up again"))
    fonts._covers.cache_clear()
    assert fonts._covers(font) == first
    assert list(kept.glob("letters-*"))


def test_a_catalogue_is_compiled_once_and_anew_when_it_was_edited(kept: Path, tmp_path: Path) -> None:
    path = tmp_path / "tightrope.po"
    path.write_bytes((language.CATALOGUES / "ru" / "LC_MESSAGES" / "tightrope.po").read_bytes())
    said = [language.read_catalogue(path, "ru").ngettext("{n} state", "{n} states", n) for n in (1, 3, 5)]
    assert len(set(said)) == 3
    assert len(list(kept.glob("catalogue-*"))) == 1
    assert [language.read_catalogue(path, "ru").ngettext("{n} state", "{n} states", n) for n in (1, 3, 5)] == said
    path.write_text(path.read_text().replace(said[0], "{n} ???"))
    assert language.read_catalogue(path, "ru").ngettext("{n} state", "{n} states", 1) == "{n} ???"
    assert len(list(kept.glob("catalogue-*"))) == 2
