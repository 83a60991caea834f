"""Write a report whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from tightrope.errors import OutputError

_PROBE_BYTES = 64 * 1024
_REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space and run again"),
    errno.EDQUOT: ("the disk quota is used up", "free some space and run again"),
    errno.EROFS: ("the file system is read-only", "choose another folder with --out"),
    errno.EACCES: ("the folder may not be written", "choose another folder with --out, or change its permissions"),
    errno.EPERM: ("the folder may not be written", "choose another folder with --out, or change its permissions"),
    errno.ENOTDIR: ("a file stands where a folder should be", "move the file or choose another folder with --out"),
    errno.EEXIST: ("a file stands where a folder should be", "move the file or choose another folder with --out"),
    errno.EISDIR: ("a folder stands where a file should be", "move the folder or choose another with --out"),
}


@contextmanager
def writing(where: Path | str) -> Iterator[None]:
    """Turn the system's errors about a file or folder into one clear `OutputError`."""
    try:
        yield
    except OSError as error:
        what, fix = _REASONS.get(error.errno or 0, (error.strerror or str(error), "choose another folder with --out"))
        raise OutputError(
            f"the report cannot be written: {what}", where=str(where), why="earlier reports are untouched", fix=fix
        ) from error


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file and see it on the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


class Staging:
    """A folder beside the reports in which one report is written before it takes its place.

    As a context manager it makes the output folder where needed, tries it by writing a file, and removes every trace of
    itself at the end. `land` moves the files; if anything stops it half way, what stood there before is put back.

    Parameters
    ----------
    out : Path
        Folder of all reports; the staging folder is made inside it, so that a rename never crosses file systems.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self._made: list[Path] = []
        self._root: Path | None = None

    def __enter__(self) -> Staging:
        with writing(self.out):
            try:
                self._make_out()
                self._root = Path(tempfile.mkdtemp(prefix=f".tightrope-{os.getpid()}-", dir=self.out))
                self.folder.mkdir()
                probe = self._root / "probe"
                write_bytes(probe, bytes(_PROBE_BYTES))
                probe.unlink()
            except BaseException:
                self._clear()
                raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._clear()

    @property
    def folder(self) -> Path:
        """Where to write the report's files."""
        assert self._root is not None, "use Staging in a with statement"
        return self._root / "report"

    def write(self, name: str, data: bytes | str) -> Path:
        """Write one file of the report."""
        path = self.folder / name
        with writing(self.out / name):
            write_bytes(path, data.encode() if isinstance(data, str) else data)
        return path

    def land(self, slug: str, last: str, stale: tuple[str, ...] = ()) -> Path:
        """Move the written files into ``out/slug`` and give that folder.

        Parameters
        ----------
        slug : str
            Folder of the report.
        last : str
            File that moves last: the one that vouches for the rest.
        stale : tuple of str
            Files of the report that stood there before and are not part of it any more; they are removed.
        """
        target = self.out / slug
        with writing(target):
            if target.exists() and not target.is_dir():
                raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            if not target.exists():
                _sync(self.folder)
                self.folder.rename(target)
            else:
                self._replace(target, last, stale)
            _sync(target)
            _sync(self.out)
        return target

    def _replace(self, target: Path, last: str, stale: tuple[str, ...]) -> None:
        names = sorted((p.name for p in self.folder.iterdir()), key=lambda name: (name == last, name))
        kept = self.folder.parent / "kept"
        kept.mkdir()
        moved: list[str] = []
        try:
            for name in (*names, *stale):
                if (target / name).is_dir():
                    raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
                if (target / name).exists():
                    _keep(target / name, kept / name)
            for name in names:
                moved.append(name)
                (self.folder / name).replace(target / name)
            for name in stale:
                moved.append(name)
                (target / name).unlink(missing_ok=True)
        except BaseException:
            for name in reversed(moved):
                if (kept / name).exists():
                    (kept / name).replace(target / name)
                else:
                    (target / name).unlink(missing_ok=True)
            raise

    def _make_out(self) -> None:
        missing = [path for path in (self.out, *self.out.parents) if not path.exists()]
        for path in reversed(missing):
            path.mkdir()
            self._made.append(path)
        if not self.out.is_dir():
            raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))

    def _clear(self) -> None:
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)
        for path in reversed(self._made):
            with suppress(OSError):  # it holds a report by now
                path.rmdir()


def _keep(path: Path, copy: Path) -> None:
    try:
        copy.hardlink_to(path)
    except OSError:  # a file system without hard links
        shutil.copy2(path, copy)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:  # some network file systems cannot sync a folder
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)
