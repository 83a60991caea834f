"""Read data/articles/<slug>/ and name the file and line of every fault."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tightrope.claims.records import Argument, Article, ArticleFolder, CandidateRecord, ClaimRecord
from tightrope.errors import UnknownName, nearest
from tightrope.records import TomlFile

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
    entries = body.data.get("claims", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise body.fault("`claims` is no list of records", ("claims",), "write each claim under [[claims]]")
    claims, candidates = [], []
    for i, entry in enumerate(entries):
        if "status" in entry:
            candidates.append(body.build(CandidateRecord, entry, ("claims", i)))
        else:
            claims.append(body.build(ClaimRecord, entry, ("claims", i)))
    argument = map_.build(Argument, map_.data)
    if article.slug != slug:
        raise head.fault(f"slug {article.slug!r} is not the folder's name", ("slug",), f'write slug = "{slug}"')
    _check_ids(entries, body)
    _check_themes(article, claims, entries, body)
    _check_argument(claims, argument, map_)
    return ArticleFolder(article=article, claims=claims, candidates=candidates, labels=labels, argument=argument)


def _check_ids(entries: Sequence[Mapping[str, Any]], file: _Toml) -> None:
    seen: set[str] = set()
    for i, entry in enumerate(entries):
        if entry["id"] in seen:
            raise file.fault(f"claim {entry['id']} stands twice", ("claims", i, "id"), "give each claim its own id")
        seen.add(entry["id"])


def _check_themes(
    article: Article, claims: Sequence[ClaimRecord], entries: Sequence[Mapping[str, Any]], file: _Toml
) -> None:
    themes = [t.id for t in article.themes]
    places = [i for i, entry in enumerate(entries) if "status" not in entry]
    for i, claim in zip(places, claims, strict=True):
        if claim.theme not in themes:
            near = nearest(claim.theme, themes) or themes
            raise file.fault(
                f"claim {claim.id} has the unknown theme {claim.theme!r}", ("claims", i, "theme"),
                f"choose one of {', '.join(near)}",
            )  # fmt: skip


def _check_argument(claims: Sequence[ClaimRecord], argument: Argument, file: _Toml) -> None:
    ids = [c.id for c in claims]
    if argument.thesis is None:
        return
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


class _Toml(TomlFile):
    """A file of an article."""

    def __init__(self, root: Path, path: Path) -> None:
        super().__init__(root, path, kind="a file of the article", why="verdicts are read from this record")


def article_file(root: Path, slug: str, name: str) -> TomlFile:
    """Read one file of an article, with no look yet at what it says; raises ``BadRecord``."""
    return _Toml(root, ARTICLES / slug / name)


def locate(root: Path, slug: str, claim: str, key: str, value: str = "") -> int:
    """Give the line in claims.toml of ``key`` (holding ``value``) within the claim called ``claim``."""
    file = _Toml(root, ARTICLES / slug / "claims.toml")
    ids = [entry.get("id") for entry in file.data.get("claims", [])]
    start = file.line(("claims", ids.index(claim) if claim in ids else 0, "id")) - 1
    lines = file.text.splitlines()
    ends = (i for i in range(start + 1, len(lines)) if re.match(r"^\s*\[\[\s*claims\s*\]\]", lines[i]))
    block = range(start, next(ends, len(lines)))
    for i in block:
        if key in lines[i] and value in lines[i]:
            return i + 1
    return next((i + 1 for i in block if value and value in lines[i]), start + 1)
