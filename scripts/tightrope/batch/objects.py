"""Reports on an object store: any address fsspec knows, such as ``s3://bucket/folder`` or ``gs://bucket/folder``.

An object is put whole or not at all, but cannot be appended to. So while a run goes on, each report's line of the
manifest is an object of its own under ``manifest/``, put after the report's files; every so often they are put together
into one, and at the end, and at the start of the next run, they are folded into ``manifest.jsonl``. Lines are only ever
added, the new object is there before the old ones go, and a line met twice is read once: a run may be killed between
any two steps, and any machine can go on from what the store holds.
"""

from __future__ import annotations

import importlib
import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tightrope.batch import manifest
from tightrope.batch.store import Book, Note, Unreachable
from tightrope.errors import BadParameter, OutputError
from tightrope.publish.stamp import SUFFIX

PARTS = "manifest"
LOCK = f"{PARTS}/lock.json"
PROBE_ENDING = ".probe"
_GROUP = 256
# A run says this often that it lives; another machine takes over one that has said nothing for a while longer.
BEAT_S = 10.0
_SILENCE = 2.5
_KINDS = {
    ".html": "text/html; charset=utf-8", ".pdf": "application/pdf", ".json": "application/json", ".csv": "text/csv",
    ".png": "image/png", ".log": "text/plain; charset=utf-8", ".ipynb": "application/x-ipynb+json",
}  # fmt: skip
_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs"}
# How each store's library calls the kind of a file; the others have no word for it.
_SAID = {"s3": "ContentType", "gs": "content_type"}


class ObjectStore:
    """A place on an object store.

    Keys, region and endpoint are those of the store's own settings (for S3 the usual ``AWS_…`` variables and files).

    Raises
    ------
    BadParameter
        Where the address is of no known kind.
    OutputError
        Where the package for its kind is not installed.
    """

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self.folder: Path | None = None
        scheme = address.partition("://")[0]
        extra = _EXTRAS.get(scheme, "s3")
        try:
            with self._talking():
                self.fs, root = _file_system(address, extra)
        except ImportError as error:
            raise OutputError(
                f"{scheme}:// needs a package that is not installed", "--out", _first(error),
                f"pip install 'tightrope[{extra}]'" if scheme in _EXTRAS else "install fsspec and what it names above",
            ) from None  # fmt: skip
        except ValueError as error:
            raise BadParameter(
                f"{address} is no address that can be written to", "--out", _first(error), "write a folder or s3://…"
            ) from None
        self._root = root.rstrip("/")
        self._known: dict[str, tuple[int, str]] | None = None
        self._lock = threading.Lock()

    def make(self) -> None:
        """See that the place can be written, by writing to it."""
        probe = f"{PARTS}/{secrets.token_hex(4)}{PROBE_ENDING}"
        self.write(probe, b"probe")
        self.remove(probe)

    def read(self, path: str) -> bytes:
        """Give an object's bytes."""
        with self._talking(path):
            try:
                return bytes(self.fs.cat_file(self._at(path)))
            except FileNotFoundError:
                pass
        raise FileNotFoundError(path)

    def write(self, path: str, data: bytes) -> None:
        """Put one object."""
        kind = _KINDS.get(Path(path).suffix)
        said = next((name for protocol, name in _SAID.items() if protocol in self.fs.protocol), "")
        more = {said: kind} if kind and said else {}
        with self._talking(path):
            try:
                self.fs.pipe_file(self._at(path), data, **more)
            except FileNotFoundError as error:  # nothing but the bucket itself can be missing
                raise self._fault(path, "there is no such bucket", error) from error
        self._learn(path, len(data), "")

    def remove(self, path: str) -> None:
        """Remove one object, if it is there."""
        self.remove_all([path])

    def remove_all(self, paths: Sequence[str]) -> None:
        """Remove objects, in this order as far as the store keeps one."""
        for start in range(0, len(paths), 500):
            some = paths[start : start + 500]
            with self._talking(some[0]), suppress(FileNotFoundError):
                self.fs.rm([self._at(path) for path in some])
            if self._known is not None:
                for path in some:
                    self._known.pop(path, None)

    def land(self, name: str, files: Mapping[str, bytes], last: str) -> dict[str, dict[str, Any]]:
        """Put a report's objects, ``last`` at the end, and take away those it had besides.

        A reader may meet new objects beside old ones for the moment between two puts. If a run is killed there, the
        manifest's line has the old ones' tags, so the next run renders the report again.
        """
        with self._talking(name):
            try:
                before = [path.rpartition("/")[2] for path in self.fs.ls(self._at(name), detail=False)]
            except FileNotFoundError:
                before = []
        for file in sorted(files, key=lambda file: (file == last, file)):
            self.write(f"{name}/{file}", files[file])
        self.remove_all([f"{name}/{file}" for file in before if file.startswith(f"{name}.") and file not in files])
        tags = {}
        with self._talking(name):
            for info in self.fs.ls(self._at(name), detail=True):
                file, tag = info["name"].rpartition("/")[2], _tag(info)
                if file in files:
                    self._learn(f"{name}/{file}", int(info["size"]), tag)
                    tags[file] = {"tag": tag} if tag else {}
        return tags

    def has(self, path: str) -> bool:
        """Say whether an object is there."""
        return path in self._listing()

    def is_intact(self, path: str, said: Mapping[str, Any]) -> bool:
        """Compare the size, and the tag where the store gives one."""
        known = self._listing().get(path)
        if known is None or known[0] != said.get("bytes"):
            return False
        return not (known[1] and said.get("tag")) or known[1] == said["tag"]

    def know(self, name: str, outputs: Mapping[str, Mapping[str, Any]]) -> None:
        """Learn what a worker has put, so that the store need not be listed again."""
        for file, said in outputs.items():
            self._learn(f"{name}/{file}", int(said["bytes"]), str(said.get("tag", "")))

    def reports(self) -> list[str]:
        """Give the names of all reports that stand there."""
        names = (path.partition("/")[0] for path in self._listing() if path.endswith(SUFFIX))
        return sorted(name for name in set(names) if self.has(f"{name}/{name}{SUFFIX}"))

    def place(self, path: str) -> str:
        """Give an object's address."""
        return f"{self.address}/{path}"

    def entries(self) -> tuple[dict[str, dict[str, Any]], int]:
        """Read the manifest and the lines that are not yet folded into it."""
        return manifest.read_lines(b"\n".join(self._lines(self.parts())))

    def book(self, note: Note) -> Book:
        """Open the manifest, locked for this run."""
        return ObjectBook(self, note)

    def parts(self, ending: str = ".jsonl") -> list[str]:
        """Give the lines' own objects, oldest first, or others that lie beside them."""
        with self._talking(PARTS):
            try:
                found = self.fs.ls(self._at(PARTS), detail=False)
            except FileNotFoundError:
                found = []
        return sorted(f"{PARTS}/{path.rpartition('/')[2]}" for path in found if path.endswith(ending))

    def fold(self) -> None:
        """Add the lines' own objects to ``manifest.jsonl``, and take them away once it is there."""
        parts = self.parts()
        if parts:
            self.write(manifest.NAME, b"\n".join(self._lines(parts)) + b"\n")
            self.remove_all(parts)

    def _lines(self, parts: Sequence[str]) -> list[bytes]:
        """Give each line once, in the order it was written."""
        try:
            blocks = [self.read(manifest.NAME)]
        except FileNotFoundError:
            blocks = []
        if parts:
            with self._talking(PARTS):
                # One that has just been folded in is gone; its lines are in the manifest.
                found = self.fs.cat([self._at(part) for part in parts], on_error="omit")
            blocks += [bytes(data) for _, data in sorted(found.items())]
        return list(dict.fromkeys(line for block in blocks for line in block.split(b"\n") if line.strip()))

    def _listing(self) -> dict[str, tuple[int, str]]:
        if self._known is None:
            with self._talking():
                found = self.fs.find(self._root, detail=True)
            skip = len(self._root) + 1
            self._known = {path[skip:]: (int(info["size"]), _tag(info)) for path, info in found.items()}
        return self._known

    def _learn(self, path: str, size: int, tag: str) -> None:
        if self._known is not None:
            self._known[path] = (size, tag)

    def _at(self, path: str) -> str:
        return f"{self._root}/{path}"

    @contextmanager
    def _talking(self, path: str = "") -> Iterator[None]:
        """Turn what a store's library raises into one clear error; a missing object stays what it is."""
        try:
            yield
        except (OutputError, FileNotFoundError, ImportError, ValueError) as error:
            if isinstance(error, FileNotFoundError) and "bucket" in str(error).lower():
                raise self._fault(path, "there is no such bucket", error) from error
            if type(error) is ValueError and path:
                raise self._fault(path, _first(error), error) from error
            raise
        except PermissionError as error:
            raise self._fault(path, "access is denied", error) from error
        except Exception as error:
            name, said = type(error).__name__, str(error)
            what = f"the store did not answer ({name})"
            if "Credential" in name:
                what = "no credentials were found"
            elif said.startswith("Forbidden") or getattr(error, "code", None) in (401, 403):  # as gcsfs says it
                what = "access is denied"
            raise self._fault(path, what, error) from error

    def _fault(self, path: str, what: str, error: Exception) -> Unreachable:
        return Unreachable(
            f"the reports cannot be kept there: {what}", self.place(path) if path else self.address,
            _first(error), "see to the address, the keys and the store's settings, and run again",
        )  # fmt: skip


class ObjectBook:
    """The manifest of an object store, open for writing; one run at a time.

    Raises
    ------
    OutputError
        Where another run writes there, or the store cannot be written.
    """

    n_repaired = 0

    def __init__(self, store: ObjectStore, note: Note) -> None:
        self._store, self._token, self._n = store, secrets.token_hex(4), 0
        self._single: list[tuple[str, bytes]] = []
        self._is_lost = False
        self._ends = threading.Event()
        self._take(note)
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self._thread.start()
        try:
            store.fold()
            store.remove_all(store.parts(PROBE_ENDING))
        except BaseException:
            self.close()
            raise

    def append(self, entry: Mapping[str, Any]) -> None:
        """Put one line, and now and then all that were put alone as one object."""
        if self._is_lost:
            raise OutputError(
                "another run has taken this place over", self._store.address,
                "this one was silent for too long", "let that one end",
            )  # fmt: skip
        self._n += 1
        part = f"{PARTS}/{self._token}-{self._n:06d}.jsonl"
        self._store.write(part, manifest.as_line(entry))
        self._single.append((part, manifest.as_line(entry)))
        if len(self._single) >= _GROUP:
            # The last one's object takes the others' lines in, and only then do theirs go.
            self._store.write(part, b"".join(line for _, line in self._single))
            self._store.remove_all([name for name, _ in self._single[:-1]])
            self._single = []

    def close(self) -> None:
        """Let the next run in."""
        self._ends.set()
        self._thread.join(BEAT_S)  # else its last sign could come after the lock is gone
        if not self._is_lost:
            self._store.remove(LOCK)

    def __enter__(self) -> ObjectBook:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: Any) -> None:
        try:
            if not self._is_lost:
                self._store.fold()
            self.close()
        except OutputError:
            if kind is None:  # else what went wrong first is told
                raise

    def _take(self, note: Note) -> None:
        held = self._held()
        if held and not _is_dead(held):
            seconds = _SILENCE * BEAT_S
            note(f"another run may be writing to {self._store.address}: waiting {seconds:.0f} s for a sign of it")
            time.sleep(seconds)
            if self._held() not in ({}, held):
                raise OutputError(
                    "another run writes its reports here", self._store.address, "two runs would overwrite each other",
                    "wait for it, or choose another place with --out",
                )  # fmt: skip
        self._say(0)
        if self._held().get("token") != self._token:
            raise OutputError("another run began here at the same moment", self._store.address, fix="run again later")

    def _say(self, beat: int) -> None:
        import psutil

        said = {
            "token": self._token, "beat": beat, "host": socket.gethostname(), "pid": os.getpid(),
            "since": psutil.Process().create_time(),
        }  # fmt: skip
        self._store.write(LOCK, json.dumps(said).encode())

    def _held(self) -> dict[str, Any]:
        try:
            held = json.loads(self._store.read(LOCK))
        except (FileNotFoundError, ValueError):
            return {}
        return held if isinstance(held, dict) else {}

    def _beat(self) -> None:
        beat = 0
        while not self._ends.wait(BEAT_S):
            beat += 1
            with suppress(OutputError):  # the store may answer again before the next line is put
                if self._held().get("token") not in (None, self._token):
                    self._is_lost = True
                    return
                if not self._ends.is_set():
                    self._say(beat)


def _is_dead(held: Mapping[str, Any]) -> bool:
    """Say whether a lock is of a process of this machine that ended."""
    import psutil

    if held.get("host") != socket.gethostname():
        return False
    try:
        process = psutil.Process(int(held.get("pid", 0)))
        return bool(process.status() == psutil.STATUS_ZOMBIE or process.create_time() != held.get("since"))
    except (psutil.NoSuchProcess, ValueError):
        return True


def _file_system(address: str, extra: str) -> tuple[Any, str]:
    """Open an address by fsspec, with nothing remembered of what it listed; give the path there too."""
    from fsspec.core import url_to_fs

    how = {"use_listings_cache": False, "skip_instance_cache": True}
    if extra == "gs" and "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT" not in os.environ:
        # What gcsfs gives by itself asks over gRPC, before each request, what kind of bucket it is, and warns each time
        # it may not know. Its own switch is read on import, and papermill imports it before anybody can say a word.
        fs = importlib.import_module("gcsfs.core").GCSFileSystem(**how)
        return fs, fs._strip_protocol(address)
    fs, root = url_to_fs(address, **how)
    return fs, root


def _tag(info: Mapping[str, Any]) -> str:
    # Google's own etag changes with an object's settings too, the hash with its bytes alone.
    return str(info.get("ETag") or info.get("md5Hash") or info.get("etag") or "").strip('"')


def _first(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
