"""Records in TOML that can say on which line a fault stands."""

from __future__ import annotations

import re
import tomllib
import typing
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tightrope.errors import BadRecord, nearest

R = TypeVar("R", bound=BaseModel)

# Twenty times the longest file of records we have; a larger one is no file of records.
MOST_BYTES = 2_000_000


class TomlFile:
    """A TOML file that can say on which line a record stands.

    Parameters
    ----------
    root : Path
        Folder that ``path`` is given under.
    path : Path
        As messages name the file.
    kind : str
        What the file is, in the message for one that is not there.
    why : str
        Why a fault in it matters.

    Raises
    ------
    BadRecord
        Where the file is missing, not UTF-8 or not TOML.
    """

    def __init__(self, root: Path, path: Path, *, kind: str, why: str) -> None:
        self.path, self.why = path, why
        try:
            size = (root / path).stat().st_size
            if size > MOST_BYTES:
                raise BadRecord(
                    f"the file has {size / 1e6:.1f} MB", str(path), fix=f"keep it under {MOST_BYTES / 1e6:.0f} MB"
                )
            self.text = (root / path).read_text(encoding="utf-8")
        except OSError as error:
            raise BadRecord(f"{kind} is missing", str(path), fix=str(error.strerror)) from None
        except UnicodeDecodeError:
            raise BadRecord("the file is not UTF-8 text", str(path), fix="save it as UTF-8") from None
        try:
            self.data: dict[str, Any] = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise BadRecord(f"not valid TOML: {error}", str(path), fix="mend that line") from None
        except RecursionError:
            raise BadRecord("lists or tables are nested too deep", str(path), fix="write them flat") from None

    def fault(self, what: str, loc: Sequence[str | int], fix: str) -> BadRecord:
        """Give the error to raise for a fault in the record at ``loc``."""
        return BadRecord(what, f"{self.path}, line {self.line(loc)}", self.why, fix)

    def build(self, model: type[R], entry: Any, loc: tuple[str | int, ...] = ()) -> R:
        """Give ``entry``, which stands at ``loc``, as a ``model``; the first fault is raised with its line."""
        try:
            return model.model_validate(entry)
        except ValidationError:
            raise self.faults(model, entry, loc)[0] from None

    def faults(self, model: type[R], entry: Any, loc: tuple[str | int, ...] = ()) -> list[BadRecord]:
        """Give every fault of ``entry``, which stands at ``loc``, as a ``model``, the gravest first."""
        try:
            model.model_validate(entry)
        except ValidationError as error:
            # A misspelt key also leaves its right name missing: the misspelling is the fault to show.
            found = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
            return [self._fault_of(model, entry, loc, one) for one in found]
        return []

    def _fault_of(self, model: type[R], entry: Any, loc: tuple[str | int, ...], first: Any) -> BadRecord:
        inner = tuple(part for part in first["loc"] if not (isinstance(part, str) and part.startswith("function")))
        name = ".".join(str(p) for p in inner) or "record"
        who = f"{entry['id']}: " if isinstance(entry, dict) and "id" in entry else ""
        message = str(first["msg"]).removeprefix("Value error, ")
        fix = "mend this value"
        if first["type"] == "extra_forbidden":
            known = _fields_at(model, inner[:-1])
            near = nearest(str(inner[-1]), known) or known
            message, fix = "unknown key", "known keys here: " + ", ".join(near)
        elif first["type"] == "missing":
            message, fix = "this key is missing", f"add {inner[-1]} to the record"
        return self.fault(f"{who}{name}: {message}", (*loc, *inner), fix)

    def line(self, loc: Sequence[str | int]) -> int:
        """Give the line of a record: count the n-th [[table]] header, then find the last key below it."""
        lines = self.text.splitlines()
        at, prefix = 0, ""
        parts = list(loc)
        while parts:
            part = parts.pop(0)
            prefix = f"{prefix}.{part}" if prefix else str(part)
            if parts and isinstance(parts[0], int):
                header = re.compile(rf"^\s*\[\[\s*{re.escape(prefix)}\s*\]\]")
                hits = [i for i, line in enumerate(lines) if i >= at and header.match(line)]
                n = int(parts.pop(0))
                if not hits:
                    opened = re.compile(rf"^\s*{re.escape(str(part))}\s*=\s*\[")
                    begin = next((i for i, line in enumerate(lines) if i >= at and opened.match(line)), len(lines))
                    hits = [i for i, line in enumerate(lines) if i >= begin and "{" in line]
                if n < len(hits):
                    at = hits[n]
                continue
            key = re.compile(rf"^\s*(\[\s*{re.escape(prefix)}\s*\]|{re.escape(str(part))}\s*=)")
            inline = re.compile(rf"[{{,]\s*{re.escape(str(part))}\s*=")
            hit = next((i for i in range(at, len(lines)) if key.match(lines[i]) or inline.search(lines[i])), None)
            if hit is None:
                break
            at = hit
        return at + 1


def _fields_at(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    for part in loc:
        if isinstance(part, int) or part not in model.model_fields:
            continue
        inner = _model_in(model.model_fields[part].annotation)
        if inner is None:
            break
        model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Give the first model named anywhere in a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, typing.get_args(annotation))), None)
