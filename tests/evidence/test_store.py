"""What is kept between processes: the same as what is made anew, and never a torn or edited thing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.helpers import make_package

from tightrope.errors import BadTable
from tightrope.evidence import Evidence, store, stored
from tightrope.evidence.package import load_package

GDP = "iso3, year, gdp_usd\nKOR, 2018, 7\nRUS, 2018,\nKOR, 2019, 9"


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(store.FOLDER, str(tmp_path / "kept"))
    return tmp_path / "kept"


def read(root: Path) -> dict[str, list[object]]:
    stored._read.cache_clear()
    found: dict[str, list[object]] = stored.read_table(root, load_package(root).table("gdp")).to_pydict()
    return found


def entry(root: Path, kept: Path) -> Path:
    return kept / stored._name(load_package(root).table("gdp"))


def test_a_kept_table_is_the_table(kept: Path, tmp_path: Path) -> None:
    root = make_package(tmp_path / "root", {"gdp": GDP})
    first = read(root)
    assert entry(root, kept).is_file()
    assert read(root) == first
    assert first["iso3"] == ["KOR", "RUS", "KOR"]
    assert first["gdp_usd"] == [7, None, 9]


def test_the_kept_copy_is_what_is_read(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_package(tmp_path / "root", {"gdp": GDP})
    first = read(root)
    monkeypatch.setattr(stored, "_decode", lambda *_: pytest.fail("it was decoded again"))
    assert read(root) == first


@pytest.mark.parametrize("spoil", ["cut", "flipped", "empty"])
def test_a_spoilt_copy_counts_as_none_and_is_made_anew(kept: Path, tmp_path: Path, spoil: str) -> None:
    root = make_package(tmp_path / "root", {"gdp": GDP})
    first = read(root)
    path = entry(root, kept)
    whole = path.read_bytes()
    at = len(whole) // 2
    flipped = whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]
    path.write_bytes({"cut": whole[:-40], "flipped": flipped, "empty": b""}[spoil])
    assert read(root) == first
    assert path.read_bytes() == whole


def test_a_table_that_changes_has_another_copy(kept: Path, tmp_path: Path) -> None:
    root = make_package(tmp_path / "root", {"gdp": GDP})
    read(root)
    before = entry(root, kept)
    make_package(root, {"gdp": GDP.replace("9", "10")})
    assert read(root)["gdp_usd"] == [7, None, 10]
    assert entry(root, kept) != before


def test_an_edited_table_is_refused_though_a_copy_is_kept(kept: Path, tmp_path: Path) -> None:
    root = make_package(tmp_path / "root", {"gdp": GDP})
    read(root)
    path = root / "data" / load_package(root).table("gdp").path
    path.write_bytes(path.read_bytes().replace(b"9", b"8"))
    with pytest.raises(BadTable, match="was edited"):
        read(root)


def test_nothing_is_kept_where_it_is_switched_off_or_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_package(tmp_path / "root", {"gdp": GDP})
    first = read(root)
    (tmp_path / "file").write_text("no folder")
    for given in ("off", str(tmp_path / "file" / "under")):
        monkeypatch.setenv(store.FOLDER, given)
        assert read(root) == first
    assert (tmp_path / "file").read_text() == "no folder"


def test_arrays_come_back_as_they_went(kept: Path) -> None:
    arrays = {"a": np.array([[1.5, np.nan], [-0.0, 1e-300]]), "b": np.array([3, 4], dtype=np.int32)}
    store.save_arrays("x", {"unit": "km", "names": ["KOR"]}, arrays)
    found = store.load_arrays("x")
    assert found is not None
    words, back = found
    assert words == {"unit": "km", "names": ["KOR"]}
    assert {k: (v.dtype, v.tobytes()) for k, v in back.items()} == {
        k: (v.dtype, v.tobytes()) for k, v in arrays.items()
    }
    assert store.load_arrays("y") is None


def test_reading_ahead_starts_no_thread_and_leaves_nothing_to_decode(kept: Path, tmp_path: Path) -> None:
    root = make_package(tmp_path / "root", {"gdp": GDP, "trade_baci": "year, iso3_exporter\n2018, KOR"})
    script = """
import os
from tightrope.evidence import Evidence, stored
stored.preload()
print(len(os.listdir("/proc/self/task")))
stored._decode = None
print(Evidence(as_of="2020-01-01").select("gdp", iso3="KOR")["gdp_usd"].tolist(), stored._places.cache_info().misses)
"""
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
    environment = {**os.environ, **single, "TIGHTROPE_ROOT": str(root)}
    for _ in range(2):  # what is not kept yet is decoded in a fork
        command = [sys.executable, "-c", script]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert run.stdout.splitlines() == ["1", "[7.0, 9.0] 4"]


def test_evidence_sees_the_same_with_and_without(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_package(tmp_path / "root", {"gdp": GDP})
    frames = []
    for given in (str(kept), str(kept), "off"):
        monkeypatch.setenv(store.FOLDER, given)
        stored._read.cache_clear()
        frames.append(Evidence(root, as_of="2019-06-01").select("gdp", iso3=["KOR", "RUS"]))
    assert frames[0].equals(frames[1])
    assert frames[0].equals(frames[2])
    assert list(frames[0].index) == [0, 1]
