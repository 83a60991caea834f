"""Attachments of a PDF, appended to finished pages so that the pages stay byte for byte what was hashed.

The file is two parts. The first is the whole PDF of the pages, and its hash stands in the manifest. The second is an
incremental update of the standard's own kind: embedded files, and a catalogue that names them. It is written so plainly
that a reader can write it again from what it holds, and so tell whether a single byte was changed.
"""

from __future__ import annotations

import hashlib
import io
import struct
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf

from tightrope.publish.attach import MANIFEST, MOST_UNPACKED, SIGNATURE, Attachment, TooLarge, sha256

PLAIN = (MANIFEST, SIGNATURE)
# A stream that unpacks to more is given up half way; the limits hold for the whole process, so they are set once.
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MOST_UNPACKED, run_length_max_memory=MOST_UNPACKED, dct_max_memory=MOST_UNPACKED,
    png_max_memory=MOST_UNPACKED, tiff_max_memory=MOST_UNPACKED, max_stream_filters=2,
)  # fmt: skip


@dataclass(frozen=True)
class Embedded:
    """A file as it stands in a PDF: its content, and the bytes it is packed in."""

    name: str
    mime: str
    description: str
    relationship: str
    content: bytes
    packed: bytes


@dataclass(frozen=True)
class Opened:
    """What a PDF holds besides its pages.

    Attributes
    ----------
    files : dict
        Embedded files by name.
    pages : list of str
        Digest of each page, see `page_digests`.
    text_of : bytes
        The file.
    """

    files: dict[str, Embedded]
    pages: list[str]


def compact(pdf: bytes) -> bytes:
    """Pack the many small objects of a tagged PDF together: a third of the size, and nothing else is changed."""
    sink = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        # From a file, since bytes in memory would be asked for piece by piece, which takes nearly twice as long.
        path = Path(folder) / "pages.pdf"
        path.write_bytes(pdf)
        with pikepdf.open(path) as opened:
            opened.save(sink, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return sink.getvalue()


def page_of(pdf: bytes) -> dict[str, object]:
    """Give what a manifest says of finished pages: their hash, and a digest of each that survives repacking."""
    return {"kind": "pdf", "bytes": len(pdf), "sha256": sha256(pdf), "pages": page_digests(pdf)}


def append(pdf: bytes, attachments: Iterable[Attachment]) -> bytes:
    """Append files to finished pages, with their relationship as PDF/A-3 asks."""
    return pdf + update(pdf, [embedded(one) for one in attachments])


def embedded(one: Attachment) -> Embedded:
    """Pack a file for embedding."""
    # The manifest and its signature stand as they are: what names the packing of all others is packed in one way only.
    packed = one.content if one.name in PLAIN else one.packed
    return Embedded(one.name, one.mime, one.description, one.relationship, one.content, packed)


def update(pdf: bytes, files: Sequence[Embedded]) -> bytes:
    """Write the incremental update that adds files to ``pdf``: the same bytes for the same packed files."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        root, size = opened.Root, int(opened.trailer.Size)
        stamp = opened.docinfo.get("/ModDate", pikepdf.String("D:20000101000000Z")).unparse()
        names = _inside(root.get("/Names", pikepdf.Dictionary()), without=["/EmbeddedFiles"])
        catalogue = _inside(root, without=["/Names", "/AF"])
        at = int(root.objgen[0])
        info = opened.trailer.Info.unparse()
        ids = opened.trailer.ID.unparse()
    before = int(pdf.rstrip().rsplit(b"startxref", 1)[1].split()[0])
    out, places = io.BytesIO(), {}

    def write(number: int, body: bytes) -> None:
        places[number] = len(pdf) + out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    number, listed = size, []
    for one in files:
        head = (
            b"<</Type/EmbeddedFile/Subtype/%s%s/Length %d/Params<</Size %d/CheckSum<%s>/ModDate %s>>>>"
            % (
                one.mime.replace("/", "#2F").encode(), b"" if one.name in PLAIN else b"/Filter/FlateDecode",
                len(one.packed), len(one.content),
                hashlib.md5(one.content, usedforsecurity=False).hexdigest().encode(), stamp,
            )
        )  # fmt: skip
        write(number, head + b"\nstream\n" + one.packed + b"\nendstream")
        name, said = _string(one.name), _string(one.description)
        write(
            number + 1,
            b"<</Type/Filespec/F%s/UF%s/Desc%s/AFRelationship/%s/EF<</F %d 0 R/UF %d 0 R>>>>"
            % (name, name, said, one.relationship.encode(), number, number),
        )
        listed.append((one.name, number + 1))
        number += 2
    tree = b"".join(b"%s %d 0 R " % (_string(name), place) for name, place in sorted(listed))
    associated = b" ".join(b"%d 0 R" % place for _, place in listed)
    write(at, b"<<%s/Names<<%s/EmbeddedFiles<</Names[%s]>>>>/AF[%s]>>" % (catalogue, names, tree, associated))
    places[number] = len(pdf) + out.tell()
    rows = sorted(places.items())
    table = b"".join(struct.pack(">BIH", 1, place, 0) for _, place in rows)
    spans = b" ".join(b"%d %d" % span for span in _spans([n for n, _ in rows]))
    head = b"<</Type/XRef/W[1 4 2]/Index[%s]/Size %d/Prev %d/Root %d 0 R/Info %s/ID%s/Length %d>>"
    head %= (spans, number + 1, before, at, info, ids, len(table))
    write(number, head + b"\nstream\n" + table + b"\nendstream")
    out.write(b"startxref\n%d\n%%%%EOF\n" % places[number])
    return out.getvalue()


def _spans(numbers: Sequence[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for n in numbers:
        if spans and n == sum(spans[-1]):
            spans[-1] = (spans[-1][0], spans[-1][1] + 1)
        else:
            spans.append((n, 1))
    return spans


def _inside(given: pikepdf.Object, without: Sequence[str]) -> bytes:
    """Write the entries of a dictionary, references as they are."""
    kept = [(key, given[key]) for key in sorted(given.keys()) if key not in without]
    return b"".join(pikepdf.Name(key).unparse() + b" " + value.unparse() for key, value in kept)


def _string(text: str) -> bytes:
    return b"<" + (b"\xfe\xff" + text.encode("utf-16-be")).hex().encode() + b">"


def read(pdf: bytes) -> Opened:
    """Read what a PDF carries.

    Raises
    ------
    pikepdf.PdfError
        Where the file cannot be read.
    TooLarge
        Where what it carries unpacks to more than `MOST_UNPACKED` bytes.
    """
    left = MOST_UNPACKED
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        names = opened.Root.get("/Names", pikepdf.Dictionary()).get("/EmbeddedFiles")
        files = {}
        for place in pikepdf.NameTree(names).values() if names is not None else ():
            stream = place.EF.F
            one = Embedded(
                str(place.get("/UF", place.get("/F", ""))),
                str(stream.get("/Subtype", "/")).removeprefix("/"),
                str(place.get("/Desc", "")),
                str(place.get("/AFRelationship", "/Unspecified")).removeprefix("/"),
                _unpacked(stream),
                stream.read_raw_bytes(),
            )
            files[one.name] = one
            left -= len(one.content)
            if left < 0:
                raise TooLarge
        # The order in which they were written is that of the list of associated files.
        order = [str(place.get("/UF", "")) for place in opened.Root.get("/AF", [])]
        files = {
            name: files[name] for name in sorted(files, key=lambda n: order.index(n) if n in order else len(order))
        }
        return Opened(files, _digests(opened))


def _unpacked(stream: pikepdf.Object) -> bytes:
    try:
        return bytes(stream.read_bytes())
    except pikepdf.PdfError as error:
        # The library counts only some of the limits that it holds to, and names all.
        if "limit exceeded" in str(error):
            raise TooLarge from None
        raise


def is_whole(pdf: bytes, n_bytes: int, opened: Opened) -> bool:
    """Say whether the file is, to the byte, its first ``n_bytes`` and the update that adds the files it carries."""
    if MANIFEST not in opened.files or not 0 < n_bytes < len(pdf):
        return False
    try:
        return pdf[n_bytes:] == update(pdf[:n_bytes], list(opened.files.values()))
    except Exception:  # a broken file may raise anything in there, and then it is not whole
        return False


def page_digests(pdf: bytes) -> list[str]:
    """Give a digest of what each page draws and links to, whichever program packed the file and however."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return _digests(opened)


def _digests(opened: pikepdf.Pdf) -> list[str]:
    seen: dict[tuple[int, int], bytes] = {}
    found = []
    for page in opened.pages:
        total = hashlib.sha256()
        content = page.obj.get("/Contents")
        for part in content if isinstance(content, pikepdf.Array) else [content]:
            if isinstance(part, pikepdf.Stream):
                total.update(part.read_bytes())
        total.update(_digest(page.obj.get("/Resources"), seen))
        total.update(repr(page.obj.get("/MediaBox", [])).encode())
        for note in page.obj.get("/Annots", []):
            action = note.get("/A")
            total.update(repr(note.get("/Rect")).encode() + (str(action.get("/URI", "")).encode() if action else b""))
        found.append(total.hexdigest()[:16])
    return found


def _digest(value: pikepdf.Object | None, seen: dict[tuple[int, int], bytes]) -> bytes:
    """Hash an object and all below it, by what it holds and not by its number."""
    if not isinstance(value, (pikepdf.Dictionary, pikepdf.Array, pikepdf.Stream)):
        return repr(value).encode()
    number = value.objgen
    if number != (0, 0) and number in seen:
        return seen[number]
    if number != (0, 0):
        seen[number] = b"loop"
    total = hashlib.sha256()
    if isinstance(value, pikepdf.Array):
        for entry in value:
            total.update(_digest(entry, seen))
    else:
        packing = ("/Length", "/Filter", "/DecodeParms", "/Parent", "/StructParent", "/StructParents")
        for key in sorted(value.keys()):
            if key not in packing:
                total.update(key.encode() + _digest(value[key], seen))
        if isinstance(value, pikepdf.Stream):
            total.update(value.read_bytes())
    if number != (0, 0):
        seen[number] = total.digest()
    return total.digest()
