"""Read data/articles/<slug>/ and name the file and line of every fault."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from tightrope.claims import records
from tightrope.claims.records import Argument, Article, ArticleFolder, ClaimRecord
from tightrope.errors import BadRecord, UnknownName, nearest

ARTICLES = Path("data") / "articles"


def list_articles(root: Path) -> list[str]:
    """Give the slugs of the articles under data/articles."""
    return sorted(p.parent.name for p in (root / ARTICLES).glob("*/article.toml"))


def load_article(root: Path, slug: str) -> ArticleFolder:
    """Read data/articles/<slug>/ and check that its ids, states and map hold together.

    Raises
    ------
    UnknownName
        No such article; the nearest are named.
    BadRecord
        Not TOML, an unknown key, a missing or wrong value, a repeated or dangling id, a cycle in the map: with the
        file and line.
    """
    if slug not in list_articles(root):
        raise UnknownName("article", slug, list_articles(root), str(ARTICLES))
    folder = ARTICLES / slug
    head = _Toml(root, folder / "article.toml")
    body = _Toml(root, folder / "claims.toml")
    map_ = _Toml(root, folder / "argument.toml")
    article = head.build(Article, head.data)
    labels = body.data.pop("labels", {})
    if set(body.data) - {"claims"}:
        extra = sorted(set(body.data) - {"claims"})[0]
        raise body.fault(f"unknown key {extra!r}", (extra,), "keep only [[claims]] and [labels]")
    claims = [body.build(ClaimRecord, entry, ("claims", i)) for i, entry in enumerate(body.data.get("claims", []))]
    argument = map_.build(Argument, map_.data)
    if article.slug != slug:
        raise head.fault(f"slug {article.slug!r} is not the folder's name", ("slug",), f'write slug = "{slug}"')
    _check_claims(article, claims, body)
    _check_argument(claims, argument, map_)
    return ArticleFolder(article=article, claims=claims, labels=labels, argument=argument)


def _check_claims(article: Article, claims: Sequence[ClaimRecord], file: _Toml) -> None:
    seen: set[str] = set()
    themes = [t.id for t in article.themes]
    for i, claim in enumerate(claims):
        if claim.id in seen:
            raise file.fault(f"claim {claim.id} stands twice", ("claims", i, "id"), "give each claim its own id")
        seen.add(claim.id)
        if claim.theme not in themes:
            near = nearest(claim.theme, themes) or themes
            raise file.fault(
                f"claim {claim.id} has the unknown theme {claim.theme!r}", ("claims", i, "theme"),
                f"choose one of {', '.join(near)}",
            )  # fmt: skip


def _check_argument(claims: Sequence[ClaimRecord], argument: Argument, file: _Toml) -> None:
    ids = [c.id for c in claims]
    if argument.thesis not in ids:
        raise file.fault(f"the thesis {argument.thesis!r} is no claim", ("thesis",), "name a claim of claims.toml")
    onward: dict[str, list[str]] = {}
    for i, edge in enumerate(argument.edges):
        for end in ("source", "target"):
            name = getattr(edge, end)
            if name not in ids:
                near = ", ".join(nearest(name, ids)) or "an id of claims.toml"
                raise file.fault(f"{end} {name!r} is no claim", ("edges", i, end), f"did you mean {near}?")
        if edge.source == edge.target:
            raise file.fault(f"claim {edge.source} cites itself", ("edges", i), "remove this edge")
        onward.setdefault(edge.source, []).append(edge.target)
    cycle = find_cycle(onward)
    if cycle:
        last = next(
            i for i, e in enumerate(argument.edges) if (e.source, e.target) == (cycle[-2], cycle[-1])
        )  # fmt: skip
        raise file.fault(
            "the argument runs in a circle: " + " → ".join(cycle), ("edges", last),
            "a claim cannot be among its own reasons; remove one of these edges",
        )  # fmt: skip


def find_cycle(onward: Mapping[str, Sequence[str]]) -> list[str] | None:
    """Give one cycle as a closed list of names, or None."""
    done: set[str] = set()

    def walk(node: str, path: list[str]) -> list[str] | None:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return None
        for other in onward.get(node, ()):
            found = walk(other, [*path, node])
            if found:
                return found
        done.add(node)
        return None

    for start in onward:
        found = walk(start, [])
        if found:
            return found
    return None


R = TypeVar("R", bound=BaseModel)


class _Toml:
    """A TOML file that can say on which line a record stands."""

    def __init__(self, root: Path, path: Path) -> None:
        self.path = path
        try:
            self.text = (root / path).read_text(encoding="utf-8")
        except OSError as error:
            raise BadRecord("a file of the article is missing", str(path), fix=str(error.strerror)) from None
        except UnicodeDecodeError:
            raise BadRecord("the file is not UTF-8 text", str(path), fix="save it as UTF-8") from None
        try:
            self.data: dict[str, Any] = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise BadRecord(f"not valid TOML: {error}", str(path), fix="mend that line") from None

    def fault(self, what: str, loc: Sequence[str | int], fix: str) -> BadRecord:
        return BadRecord(what, f"{self.path}, line {self.line(loc)}", "verdicts are read from this record", fix)

    def build(self, model: type[R], entry: Any, loc: tuple[str | int, ...] = ()) -> R:
        try:
            return model.model_validate(entry)
        except ValidationError as error:
            # A misspelt key also leaves its right name missing: the misspelling is the fault to show.
            faults = sorted(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
            first = faults[0]
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
            raise self.fault(f"{who}{name}: {message}", (*loc, *inner), fix) from None

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
        found = re.search(r"tightrope\.claims\.records\.(\w+)", str(model.model_fields[part].annotation))
        if not found:
            break
        model = getattr(records, found.group(1))
    return [field.alias or name for name, field in model.model_fields.items()]


def locate(root: Path, folder: ArticleFolder, claim: int, key: str, value: str = "") -> int:
    """Give the line in claims.toml of ``key`` (holding ``value``) within the claim of that number."""
    file = _Toml(root, ARTICLES / folder.article.slug / "claims.toml")
    start = file.line(("claims", claim, "id")) - 1
    lines = file.text.splitlines()
    ends = (i for i in range(start + 1, len(lines)) if re.match(r"^\s*\[\[\s*claims\s*\]\]", lines[i]))
    block = range(start, next(ends, len(lines)))
    for i in block:
        if key in lines[i] and value in lines[i]:
            return i + 1
    return next((i + 1 for i in block if value and value in lines[i]), start + 1)
