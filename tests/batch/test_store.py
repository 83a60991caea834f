"""Reports on an object store: nothing is lost or doubled wherever a run is cut off, and any machine can go on."""

from __future__ import annotations

import json
import secrets
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from bs4 import BeautifulSoup

from tightrope.batch import objects
from tightrope.batch.objects import LOCK, ObjectStore
from tightrope.batch.store import FolderStore, open_store
from tightrope.errors import BadParameter, OutputError

Make = Callable[[str], Path]
Command = Callable[..., "subprocess.CompletedProcess[str]"]


def quiet(_: str) -> None:
    pass


class Killed(BaseException):
    """As kill -9: nothing catches it."""


class Mortal(ObjectStore):
    """A store whose process is killed before its n-th change of the store."""

    n_left = 10**9

    def _tick(self) -> None:
        self.n_left -= 1
        if self.n_left < 0:
            raise Killed

    def write(self, path: str, data: bytes) -> None:
        self._tick()
        super().write(path, data)

    def remove_all(self, paths: Sequence[str]) -> None:
        for path in paths:
            self._tick()
            super().remove_all([path])


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give an address in memory, and let runs there show life quickly."""
    monkeypatch.setattr(objects, "BEAT_S", 0.02)
    address = f"memory://{secrets.token_hex(4)}/reports"
    yield address
    store = ObjectStore(address)
    with suppress(FileNotFoundError):
        store.fs.rm(store._root.partition("/reports")[0], recursive=True)


def run_until(store: Mortal, names: Sequence[str]) -> list[str]:
    """Write lines until the process is killed; give those whose line was said to be written."""
    written: list[str] = []
    book = None
    try:
        book = objects.ObjectBook(store, quiet)
        for name in names:
            book.append({"name": name, "status": "done"})
            written.append(name)
        book.__exit__(None)
    except Killed:
        if book is not None:
            book._ends.set()
            book._thread.join()
    return written


def test_lines_survive_a_kill_at_every_single_step_and_the_next_run_goes_on(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "_GROUP", 3)
    monkeypatch.setattr(objects, "BEAT_S", 1000.0)  # else signs of life would be steps at no set moment
    monkeypatch.setattr(objects, "_SILENCE", 0.0)
    names = [f"r{i}" for i in range(8)]
    for step in range(60):
        root = f"{place}-{step}"
        first = Mortal(root)
        first.n_left = step
        written = run_until(first, names)
        found, n_bad = ObjectStore(root).entries()
        assert n_bad == 0
        assert set(written) <= set(found), f"a line was lost at step {step}"
        assert len(found) <= len(written) + 1
        left = [name for name in names if name not in found]
        assert run_until(Mortal(root), left) == left
        last = ObjectStore(root)
        lines = [json.loads(line)["name"] for line in last.read("manifest.jsonl").splitlines()]
        assert Counter(lines) == Counter(names), f"a line is missing or doubled after step {step}"
        assert last.parts() == []
        if step > 0 and len(written) == len(names) and first.n_left > 0:
            break
    else:
        pytest.fail("the run never came to its end")
    assert step > 20


def test_only_one_run_at_a_time_and_another_machine_takes_over_from_a_dead_one(place: str) -> None:
    store = ObjectStore(place)
    said: list[str] = []
    with store.book(quiet) as book:
        book.append({"name": "a"})
        with pytest.raises(OutputError, match="another run writes its reports here"):
            ObjectStore(place).book(said.append)
        book.append({"name": "b"})
    assert len(said) == 1
    assert not store.fs.exists(store._at(LOCK))
    # A machine that went away in mid-run: its lock stays, and nothing changes it.
    store.write(LOCK, json.dumps({"host": "elsewhere", "pid": 1, "token": "t", "beat": 3, "since": 0}).encode())
    store.write("manifest/t-000001.jsonl", b'{"name":"c"}\n')
    with ObjectStore(place).book(said.append) as book:
        book.append({"name": "d"})
    assert "waiting" in said[1]
    assert list(ObjectStore(place).entries()[0]) == ["a", "b", "c", "d"]


def test_a_run_that_was_taken_over_writes_no_more(place: str) -> None:
    store = ObjectStore(place)
    with store.book(quiet) as book:
        store.write(LOCK, json.dumps({"host": "elsewhere", "token": "other"}).encode())
        assert isinstance(book, objects.ObjectBook)
        book._thread.join(10)
        with pytest.raises(OutputError, match="another run has taken this place over"):
            book.append({"name": "a"})
    assert json.loads(store.read(LOCK))["token"] == "other", "the other's lock stays"


@pytest.mark.parametrize("kind", ["folder", "memory"])
def test_a_report_lands_whole_and_takes_away_what_is_not_of_it(kind: str, place: str, tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "out") if kind == "folder" else ObjectStore(place)
    first = {"x.html": b"page", "x.pdf": b"pdf", "x.manifest.json": b"{}"}
    store.land("x", first, "x.manifest.json")
    how = store.land("x", {"x.html": b"other", "x.manifest.json": b"{ }"}, "x.manifest.json")
    assert sorted(how) == ["x.html", "x.manifest.json"]
    assert store.read("x/x.html") == b"other"
    assert not store.has("x/x.pdf")
    said = {"bytes": 5, "sha256": "d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa", **how["x.html"]}
    assert store.is_intact("x/x.html", said)
    assert not store.is_intact("x/x.html", {**said, "bytes": 4})
    assert not store.is_intact("x/x.pdf", said)
    with pytest.raises(FileNotFoundError):
        store.read("x/x.pdf")
    store.remove("x/x.html")
    store.remove("x/x.html")
    assert not store.has("x/x.html")


def test_on_s3_the_same_size_with_other_bytes_is_seen(bucket: str) -> None:
    store = open_store(f"{bucket}/a b/ü")
    how = store.land("x", {"x.html": b"page"}, "x.html")
    said = {"bytes": 4, **how["x.html"]}
    assert open_store(f"{bucket}/a b/ü").is_intact("x/x.html", said)
    open_store(f"{bucket}/a b/ü").write("x/x.html", b"egap")
    assert not open_store(f"{bucket}/a b/ü").is_intact("x/x.html", said)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("gs://bucket/x", "pip install 'tightrope[gs]'"),
        ("nonsense://x", "Protocol not known"),
        ("file://relative/x", "names no folder of this machine"),
    ],
)
def test_an_address_that_leads_nowhere_says_so(address: str, says: str) -> None:
    with pytest.raises((BadParameter, OutputError)) as caught:
        open_store(address)
    assert says in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 4


def test_no_bucket_and_no_keys_end_a_run_with_one_clear_error(
    order: Make, batch: Command, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    order("[grid]\nyear = [2001]\n")
    done = batch("order", "--out", "s3://no-such-bucket/reports")
    assert done.returncode == 2
    assert done.stderr.startswith("error: the reports cannot be kept there: there is no such bucket")
    assert len(done.stderr.splitlines()) == 4
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", "/nonexistent")
    done = batch("order", "--out", f"{bucket}/reports")
    assert done.returncode == 2
    assert done.stderr.startswith("error: the reports cannot be kept there: no credentials were found")
    assert len(done.stderr.splitlines()) == 4


@pytest.mark.report
def test_a_run_to_s3_killed_in_mid_run_goes_on_where_it_was(
    order: Make, batch: Command, command: Callable[..., list[str]], project: Path, bucket: str
) -> None:
    out, names = f"{bucket}/reports", [f"behaves-{year}" for year in range(2001, 2006)]
    order('[[parameters]]\nwhat = "slow"\n[grid]\nyear = [2001, 2002, 2003, 2004, 2005]\n')
    running = subprocess.Popen(
        command("order", "--workers", "2", "--out", out), cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    end, seen = time.monotonic() + 120, open_store(out)
    while len(seen.entries()[0]) < 2:
        assert time.monotonic() < end
        time.sleep(0.3)
    family = psutil.Process(running.pid).children(recursive=True)
    running.kill()
    running.communicate()
    psutil.wait_procs(family, 15)
    before = seen.entries()[0]
    assert 2 <= len(before) < 5

    done = batch("order", "--out", out)
    assert done.returncode == 0, done.stderr
    assert f"{5 - len(before)} rendered, {len(before)} up to date" in done.stdout
    assert f"{out}/index.html" in done.stdout
    store = open_store(out)
    lines = [json.loads(line) for line in store.read("manifest.jsonl").splitlines()]
    assert Counter(line["name"] for line in lines) == Counter(names)
    assert all(store.is_intact(f"{one['name']}/{n}", said) for one in lines for n, said in one["outputs"].items())
    assert isinstance(store, ObjectStore)
    kept = sorted(path.partition("/reports/")[2] for path in store.fs.find(store._root))
    assert [path for path in kept if "/" not in path] == ["index.csv", "index.html", "index.json", "manifest.jsonl"]
    assert {path.partition("/")[0] for path in kept if "/" in path} == set(names)
    soup = BeautifulSoup(store.read("index.html"), "html5lib")
    links = {a["href"] for a in soup.select(".reports a")}
    assert links == {f"{name}/{name}.html" for name in names}, "relative, and each of them there"
    assert links <= set(kept)
    assert "5 up to date" in batch("order", "--dry-run", "--out", out).stderr


def test_a_store_that_stops_answering_ends_the_run_and_keeps_what_is_done(place: str) -> None:
    from tightrope.batch.child import _kind

    store = ObjectStore(place)

    def refuse(*_: Any, **__: Any) -> None:
        raise ConnectionAbortedError("the line is cut")

    store.fs = type("Cut", (), {"pipe_file": refuse, "protocol": ("memory",)})()
    with pytest.raises(OutputError, match="did not answer") as caught:
        store.write("x/x.html", b"page")
    assert _kind(caught.value) == "disk", "no other report could be kept either"


def google(*, pipe: Callable[..., None]) -> Any:
    """Give what answers as gcsfs does, as far as a store asks."""
    return type("Google", (), {"pipe_file": staticmethod(pipe), "protocol": ("gs", "gcs")})()


def test_on_google_a_file_says_of_what_kind_it_is(place: str) -> None:
    put: dict[str, str] = {}
    store = ObjectStore(place)
    store.fs = google(pipe=lambda path, data, content_type="application/octet-stream": put.update({path: content_type}))
    store.write("x/x.html", b"page")
    store.write("manifest.jsonl", b"{}")
    assert sorted(put.values()) == ["application/octet-stream", "text/html; charset=utf-8"]
    settings = {"etag": "CJ8=", "md5Hash": "q=="}
    assert objects._tag(settings) == objects._tag({**settings, "etag": "CJ9="}), "only its settings are others"


class HttpError(Exception):
    code = 401


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (FileNotFoundError("https://storage.googleapis.com/upload/storage/v1/b/x/o"), "there is no such bucket"),
        (OSError("Forbidden: https://storage.googleapis.com/x"), "access is denied"),
        (HttpError("Invalid Credentials, 401"), "access is denied"),
        (ConnectionAbortedError("the line is cut"), "did not answer"),
    ],
)
def test_what_google_refuses_is_told_in_one_error(place: str, error: Exception, says: str) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise error

    store = ObjectStore(place)
    store.fs = google(pipe=refuse)
    with pytest.raises(OutputError, match=says):
        store.write("x/x.html", b"page")
