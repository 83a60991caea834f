"""An article's text in sentences with their places and hashes; the text itself stays with whoever brought it.

A place is ``paragraph.sentence``, both counted from 1. Where the text has empty lines they part its paragraphs, else
each line is one. Sentences are split by sentencex, which knows the abbreviations of some two hundred languages.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tightrope.claims.records import ArticleFolder, CandidateRecord, ClaimRecord
from tightrope.errors import BadParameter

MOST_BYTES = 2_000_000
# The command line hands the file over beside its hash, so that no path of one machine stands in a report.
TEXT_FILE = "TIGHTROPE_TEXT"
HASHED = "sha256:"
_PLAIN = str.maketrans("‘’“”«»–—‐‑", '\'\'""""----')


@dataclass(frozen=True)
class Sentence:
    """One sentence of a text and its place."""

    place: str
    text: str

    @property
    def sha256(self) -> str:
        """The hash by which the sentence is known again; kinds of quotation mark, dash and space do not count."""
        plain = unicodedata.normalize("NFKC", self.text).translate(_PLAIN)
        return hashlib.sha256(" ".join(plain.split()).encode()).hexdigest()


class State(StrEnum):
    """What a text has at the place that a claim names."""

    SAME = "same"
    MOVED = "moved"
    DIFFERS = "differs"
    ABSENT = "absent"
    NO_HASH = "no hash"


@dataclass(frozen=True)
class Quote:
    """What a text has at one place of a claim; ``text`` is None unless it has the hash that the claim records."""

    place: str
    state: State
    text: str | None = None
    now_at: str = ""


def split_text(text: str, language: str = "en") -> list[Sentence]:
    """Split a text into sentences, each with its place.

    >>> [(s.place, s.text) for s in split_text("A title\\n\\nOne thing. And, i.e. for Mr. Smith, another.")]
    [('1.1', 'A title'), ('2.1', 'One thing.'), ('2.2', 'And, i.e. for Mr. Smith, another.')]
    """
    from sentencex import segment

    clean = text.removeprefix("\ufeff").replace("\r\n", "\n")
    parts = re.split(r"\n\s*\n", clean) if re.search(r"\S\s*\n\s*\n\s*\S", clean) else clean.split("\n")
    paragraphs = [" ".join(part.split()).lstrip("# ") for part in parts]
    found = []
    for i, paragraph in enumerate((p for p in paragraphs if p), start=1):
        sentences = [s.strip() for s in segment(language, paragraph)]
        found += [Sentence(f"{i}.{n}", s) for n, s in enumerate((s for s in sentences if s), start=1)]
    return found


def read_text(path: Path, language: str = "en") -> list[Sentence]:
    """Read and split a file.

    Raises
    ------
    BadParameter
        The file is missing, empty, too large, or not UTF-8 text.
    """
    where = path.name
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadParameter("the text is too long for an article", where, fix=f"at most {MOST_BYTES:,} bytes")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadParameter(
            f"the text cannot be read: {error.strerror}", where, fix="name a file of plain text"
        ) from None
    except UnicodeDecodeError:
        raise BadParameter("the text is not UTF-8", where, fix="save it as plain text in UTF-8") from None
    sentences = split_text(text, language)
    if not sentences:
        raise BadParameter("the text is empty", where, fix="name a file with the article in it")
    return sentences


def hand_over(path: Path) -> str:
    """Make a file known to notebooks started from here, and give the value of their parameter ``text`` for it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadParameter(f"the text cannot be read: {error.strerror}", path.name, fix="name a text file") from None
    os.environ[TEXT_FILE] = str(path.resolve())
    return HASHED + hashlib.sha256(data).hexdigest()


def open_text(value: str, language: str = "en") -> list[Sentence]:
    """Read the text that a notebook's parameter names: a file, or the hash of one handed over; nothing for ``""``.

    Raises
    ------
    BadParameter
        The file handed over is not at hand, or has changed since.
    """
    if not value.startswith(HASHED):
        return read_text(Path(value), language) if value else []
    path = Path(os.environ.get(TEXT_FILE, ""))
    if not path.is_file() or HASHED + hashlib.sha256(path.read_bytes()).hexdigest() != value:
        raise BadParameter("the text with this hash is not at hand", value, fix="render with --text FILE")
    return read_text(path, language)


def quotes(claim: ClaimRecord | CandidateRecord, sentences: Sequence[Sentence]) -> list[Quote]:
    """Give what a text has at each place of a claim; a sentence is quoted only where its hash is the recorded one."""
    by_place = {s.place: s for s in sentences}
    by_hash = {s.sha256: s for s in sentences}
    found = []
    for place in claim.locator.split(", "):
        wanted, here = claim.hashes.get(place), by_place.get(place)
        moved = by_hash.get(wanted or "")
        if wanted is None:
            found.append(Quote(place, State.NO_HASH))
        elif here is not None and here.sha256 == wanted:
            found.append(Quote(place, State.SAME, here.text))
        elif moved is not None:
            found.append(Quote(place, State.MOVED, moved.text, moved.place))
        else:
            found.append(Quote(place, State.ABSENT if here is None else State.DIFFERS))
    return found


def quotes_of(folder: ArticleFolder, sentences: Sequence[Sentence]) -> dict[str, list[Quote]]:
    """Give the quotes of every claim by its id; nothing where no text was brought."""
    return {claim.id: quotes(claim, sentences) for claim in folder.claims} if sentences else {}
