"""The errors a person can meet: what, where, why it matters, what to do next.

::

    TightropeError            exit code 2: the input is at fault
    ├── BadParameter          a parameter of a notebook or command
    ├── UnknownName           a name that is not in a list; carries the nearest ones
    ├── BadTable              a table under data/ that is missing, edited or out of its schema
    ├── BadRecord             an article, claim or order file; carries file and line
    ├── OutputError           a folder that cannot be written
    └── RenderFailed          exit code 1: the notebook itself raised
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(name: str, choices: Iterable[str], n: int = 3) -> list[str]:
    """Give up to ``n`` of ``choices`` that look like ``name``, best first (case is ignored)."""
    folded: dict[str, str] = {}
    for choice in choices:
        folded.setdefault(choice.casefold(), choice)
    found = difflib.get_close_matches(name.casefold(), list(folded), n=n, cutoff=0.5)
    return [folded[key] for key in found]


class TightropeError(Exception):
    """A fault a person can mend.

    Parameters
    ----------
    what : str
        What went wrong, one sentence.
    where : str
        File and line, table, row and column, or notebook and cell.
    why : str
        Why it matters to the reader of a report.
    fix : str
        What to do next.
    """

    exit_code = 2

    def __init__(self, what: str, where: str = "", why: str = "", fix: str = "") -> None:
        super().__init__(what, where, why, fix)
        self.what, self.where, self.why, self.fix = what, where, why, fix

    def __str__(self) -> str:
        lines = [self.what]
        lines += [f"  {label}: {text}" for label, text in self._parts() if text]
        return "\n".join(lines)

    def _parts(self) -> list[tuple[str, str]]:
        return [("where", self.where), ("why", self.why), ("do", self.fix)]

    def _render_traceback_(self) -> list[str]:
        """In a notebook show two lines, what and then what to do, and no page of calls: IPython asks for this name."""
        where = f" ({self.where})" if self.where else ""
        rest = "; ".join(text for text in (self.why, self.fix) if text)
        return [f"{type(self).__name__}: {self.what}{where}", *([f"  {rest}"] if rest else [])]


class BadParameter(TightropeError):
    """A parameter with an unknown name, a wrong type or a value out of range."""


class UnknownName(TightropeError):
    """A name that is not in a closed list.

    Parameters
    ----------
    kind : str
        What the name should be: ``"state"``, ``"table"``, ``"article"``, …
    name : str
        The name that was given.
    choices : iterable of str
        The valid names; the nearest are shown, or all of them when there are at most eight.
    where : str
        Where the name stood.
    """

    def __init__(self, kind: str, name: str, choices: Iterable[str], where: str = "") -> None:
        names = sorted({str(choice) for choice in choices})
        near = nearest(str(name), names)
        if near:
            fix = "did you mean " + " or ".join(repr(n) for n in near) + "?"
        elif 0 < len(names) <= 8:
            fix = "choose one of " + ", ".join(names)
        else:
            fix = f"choose one of the {len(names)} known names"
        super().__init__(f"unknown {kind} {str(name)!r}", where=where, fix=fix)
        self.kind, self.name, self.near, self.choices = kind, name, near, tuple(names)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.args, self.__dict__.copy()))


def _rebuild(cls: type[TightropeError], args: tuple[str, ...], state: dict[str, object]) -> TightropeError:
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error


class BadTable(TightropeError):
    """A table that is missing, truncated, edited or out of its schema."""


class BadRecord(TightropeError):
    """An article, claim, argument or order file that does not read."""


class OutputError(TightropeError):
    """A folder or file that cannot be written."""


class RenderFailed(TightropeError):
    """A notebook that raised while it ran, or a report that may not be published."""

    exit_code = 1
