"""Archives are opened member by member, by name and within limits; nothing is unpacked by its own path."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from tightrope.refresh.feed import Feed, refused

# Figures as text pack five to twenty to one; a bomb packs a thousand to one.
MOST_PACKED = 200


@contextmanager
def opened(feed: Feed, path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a zip archive whose members are harmless.

    Raises
    ------
    BadTable
        No zip, a member that points outside, a link, a member packed beyond reason, or too much in all.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise refused(feed, "the file is not a whole zip archive", where=f"{path.name}: {error}") from None
    with archive:
        total = 0
        for member in archive.infolist():
            name = PurePosixPath(member.filename.replace("\\", "/"))
            if name.is_absolute() or ".." in name.parts or re.match(r"^[A-Za-z]:", member.filename):
                raise refused(feed, "the archive holds a path that leads outside", where=member.filename,
                              why="such an archive is made to overwrite files; nothing was unpacked")  # fmt: skip
            if (member.external_attr >> 16) & 0o170000 == 0o120000:
                raise refused(feed, "the archive holds a link", where=member.filename)
            total += member.file_size
            if member.file_size > MOST_PACKED * max(member.compress_size, 1):
                raise refused(feed, "the archive is packed beyond reason", where=member.filename,
                              why="it may be made to fill the disk; nothing was unpacked")  # fmt: skip
            if total > feed.max_bytes:
                raise refused(feed, f"the archive unpacks to more than {feed.max_mb} MB", where=path.name)
        yield archive


def take(feed: Feed, archive: zipfile.ZipFile, member: str, folder: Path) -> Path:
    """Unpack one member into ``folder`` under a name of ours, within the size that its entry declares."""
    info = archive.getinfo(member)
    target = folder / f"member-{archive.namelist().index(member)}"
    try:
        with archive.open(info) as source, target.open("wb") as sink:
            shutil.copyfileobj(source, sink, 1 << 20)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise refused(feed, "a member of the archive is damaged", where=f"{member}: {error}") from None
    return target


def matching(feed: Feed, archive: zipfile.ZipFile, pattern: str) -> list[str]:
    """Give the members whose last part matches, at least one."""
    found = sorted(n for n in archive.namelist() if re.fullmatch(pattern, PurePosixPath(n).name))
    if not found:
        raise refused(
            feed, "the archive does not hold what was expected", where=f"no member matches {pattern}",
            fix="give the producer's archive as it was downloaded",
        )  # fmt: skip
    return found
