"""Set a notebook that promised nothing: what pandoc or Typst refuses is replaced by its text, and set again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tightrope.errors import RenderFailed
from tightrope.publish.foreign import without_glyph
from tightrope.publish.markup import Converted, Notice, Piece, quoted, to_typst
from tightrope.publish.typesetter import NotSet, typeset

if TYPE_CHECKING:
    from tightrope.publish.pdf import Document

# Typst names one fault of a formula at a time; a page with more of them is set without formulas.
MOST_TRIES = 40
_SKIPPED = re.compile(r"skipped from heading level (\d+) to (\d+)")
_EQUATION = re.compile(r'#math\.equation\(block: (?:true|false), alt: ("(?:[^"\\]|\\.)*"), \$.*?\$\);')


def to_typst_forgivingly(
    pieces: Sequence[Piece], title: str = "", language: str = "en", contents: bool = True
) -> Converted:
    """Turn texts into Typst markup as `to_typst` does; what pandoc refuses becomes a block of plain text."""
    try:
        return to_typst(pieces, title, language, contents)
    except RenderFailed:
        pass
    sound: list[Piece] = []
    notices: list[Notice] = []
    for piece in pieces:
        try:
            to_typst([piece], title, language, contents)
            sound.append(piece)
        except RenderFailed:
            sound.append(replace(piece, kind="html", text=f"<pre>{_escaped(piece.text)}</pre>"))
            notices.append(Notice(piece.cell, "a text could not be converted (shown as it was written)"))
    made = to_typst(sound, title, language, contents)
    return replace(made, notices=(*made.notices, *notices))


def set_forgivingly(document: Document, notices: list[Notice]) -> bytes:
    """Set a document; what had to become text is added to ``notices``."""
    draft = _Draft(document, notices)
    for _ in range(MOST_TRIES):
        try:
            return draft.pdf()
        except NotSet as fault:
            if not draft.mend(fault):
                break
    draft.without_equations()
    try:
        return draft.pdf()
    except NotSet as fault:
        if fault.glyphs:
            draft.without(fault.glyphs)
    draft.all_plain()
    for _ in range(MOST_TRIES):
        try:
            return draft.pdf()
        except NotSet as fault:
            if not fault.glyphs:
                raise
            draft.without(fault.glyphs)
    return draft.pdf()


class _Draft:
    """A document whose faults are being replaced; its lines keep their numbers."""

    def __init__(self, document: Document, notices: list[Notice]) -> None:
        self.document = document
        self.lines = document.main.split("\n")
        self.files = dict(document.files)
        self.starts = sorted(document.cell_of_line)
        self.plain: set[int] = set()
        self.notices = notices

    def pdf(self) -> bytes:
        document = self.document
        return typeset("\n".join(self.lines), self.files, document.date, document.cell_of_line, document.language)

    def mend(self, fault: NotSet) -> bool:
        """Replace what is at fault; False where nothing is known to be."""
        if fault.glyphs:
            return self.without(fault.glyphs)
        done = [self.without_drawing(name) for name in fault.drawings]
        if any(done):
            return True
        if any(self.mend_place(line, column, fault.what) for line, column in fault.places):
            return True  # one at a time, as each moves what follows it on its line
        # Typst does not say which photograph it could not decode: each is tried alone.
        broken = [name for name in self.files if not self.is_drawn(name)]
        for name in broken:
            self.without_drawing(name)
        return bool(broken)

    def is_drawn(self, name: str) -> bool:
        """Tell whether Typst can draw a picture; a glyph that is missing in it is another fault."""
        main = f'#set document(title: "a")\n#image({quoted(name)}, alt: "a")\n'
        try:
            typeset(main, {name: self.files[name]}, self.document.date, {1: 0})
        except NotSet as fault:
            return bool(fault.glyphs)
        return True

    def without(self, glyphs: Sequence[str]) -> bool:
        changed = False
        for glyph in sorted(glyphs, key=len, reverse=True):
            stand_in = without_glyph(glyph)
            for number, line in enumerate(self.lines):
                if glyph in line:
                    self.lines[number] = line.replace(glyph, stand_in)
                    changed = True
                    self.say(number + 1, f"the PDF's faces have no glyph for some characters ({_named(glyphs)})")
            for name, data in self.files.items():
                if name.endswith(".svg") and glyph.encode() in data:
                    self.files[name] = data.replace(glyph.encode(), stand_in.encode())
                    changed = True
        return changed

    def without_drawing(self, name: str) -> bool:
        if self.files.pop(name, None) is None:
            return False
        for number, line in enumerate(self.lines):
            if name.startswith("picture-") and f'("{name}", ' in line:  # one that a text names
                self.lines[number] = line.replace(f'("{name}", ', '("", ')
                self.say(0, "a picture could not be drawn (its alt text stands in)")
            elif f'"{name}"' in line:
                self.as_text(number + 1, "a picture could not be drawn (its alt text stands in)")
        return True

    def mend_place(self, line: int, column: int, what: str) -> bool:
        if line > len(self.lines):
            return False
        text = self.lines[line - 1]
        if skipped := _SKIPPED.search(what):  # a heading before it became text
            level = int(skipped[1]) + 1
            self.lines[line - 1] = text.replace(f"#heading(level: {skipped[2]})", f"#heading(level: {level})")
            return self.lines[line - 1] != text
        for found in _EQUATION.finditer(text):
            if found.start() < column <= found.end():
                self.lines[line - 1] = text[: found.start()] + f"#raw({found[1]});" + text[found.end() :]
                self.say(line, "an equation could not be set (shown as TeX)")
                return True
        if drawn := re.match(r'#(?:chart|multiples)\(.*?"((?:figure|picture)-[\w.-]+)"', text):
            return self.without_drawing(drawn[1])
        return self.as_text(line, f"a text could not be set: {what.rpartition(': ')[2]} (shown as it was written)")

    def as_text(self, line: int, why: str) -> bool:
        """Set the part that a line is in as its plain text."""
        start = max(one for one in self.starts if one <= line)
        if start in self.plain or self.document.cell_of_line[start] == 0:
            return False
        self.plain.add(start)
        end = next((one for one in self.starts if one > start), len(self.lines) + 1)
        text = self.document.plain_of_line.get(start, "")
        self.lines[start - 1 : end - 1] = [f"#console({quoted(text)})", *[""] * (end - start - 1)]
        self.say(start, why)
        return True

    def without_equations(self) -> None:
        for number, line in enumerate(self.lines):
            self.lines[number] = _EQUATION.sub(lambda found: f"#raw({found[1]});", line)
        self.say(0, "the equations could not be set (shown as TeX)")

    def all_plain(self) -> None:
        for start in self.starts:
            self.as_text(start, "a text could not be set (shown as it was written)")

    def say(self, line: int, text: str) -> None:
        cell = self.document.cell_of_line[max(one for one in self.starts if one <= line)] if line else 0
        notice = Notice(cell, text)
        if notice not in self.notices:
            self.notices.append(notice)


def _named(glyphs: Sequence[str]) -> str:
    shown = ", ".join("+".join(f"U+{ord(char):04X}" for char in glyph) for glyph in glyphs[:4])
    return shown + (f" and {len(glyphs) - 4} more" if len(glyphs) > 4 else "")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
