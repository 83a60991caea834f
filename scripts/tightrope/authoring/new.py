"""``tightrope new``: an article's folder and the order for its report, whole or not at all.

No sentence of the text is written: a candidate holds its place, its hash and what made it stand out.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tightrope.authoring.offer import example_of, inline, toml
from tightrope.authoring.propose import Candidate, propose
from tightrope.claims.files import ARTICLES
from tightrope.claims.lacking import TO_FILL
from tightrope.claims.records import Argument, Article, CandidateRecord
from tightrope.claims.text import read_text
from tightrope.errors import BadParameter, OutputError
from tightrope.evidence import Evidence, known_states
from tightrope.evidence.states import resolve
from tightrope.measures import REGISTRY

ORDERS = Path("reports")
# The sections that the notebook article_report draws beside the claims; an author takes out what is not wanted.
THEMES = (
    ("diplomacy", "Diplomacy and history"), ("security", "Alliance, arms and sanctions"), ("visas", "Visas and travel"),
    ("trade", "Trade and investment"), ("society", "Society and opinion"),
)  # fmt: skip
_THEME_OF = {
    "trade": ("partner_rank", "trade_", "product_", "fdi_", "investment_", "economy", "region_"),
    "visas": ("visa_", "arrivals"),
    "security": ("sanctions_", "alliance", "arms_", "us_troops", "others_meeting"),
    "society": ("favourability", "students", "migrants", "polls"),
}
Ask = Callable[[Candidate], bool]


@dataclass(frozen=True)
class Wanted:
    """What the article is: its slug, two states and day, and what else is known of it."""

    slug: str
    states: tuple[str, str]
    day: date
    powers: tuple[str, ...] = ()
    title: str = TO_FILL
    author: str = TO_FILL
    language: str = "en"


@dataclass(frozen=True)
class Made:
    """The files that were made, relative to the root, and how many candidates of how many sentences went in."""

    files: tuple[Path, ...]
    n_candidates: int
    n_sentences: int


def check_wanted(
    root: Path, slug: str, states: Sequence[str], day: str, powers: Sequence[str] = (), title: str = "",
    author: str = "", language: str = "en",
) -> Wanted:  # fmt: skip
    """Check what a person asked for.

    Raises
    ------
    BadParameter
        A slug that is taken or of the wrong form, the same state twice, no date, or one outside the evidence.
    UnknownName
        An unknown state; the nearest are named.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        raise BadParameter(f"{slug!r} cannot name a folder", "SLUG", fix="use small letters, digits and single hyphens")
    for taken in (ARTICLES / slug, ORDERS / f"{slug}.toml"):
        if (root / taken).exists():
            raise BadParameter(f"{taken} is already there", "SLUG", "nothing is overwritten", "choose another name")
    if not re.fullmatch(r"[a-z]{2,3}", language):
        raise BadParameter(f"{language!r} is no language code", "--language", fix="write for example en, ko or ru")
    evidence = Evidence(root, as_of=day)
    codes = [resolve(evidence, name, "--states") for name in states]
    if len(set(codes)) < 2:
        raise BadParameter("an article is about two states", "--states", fix="name two that differ")
    between = tuple(resolve(evidence, name, "--powers") for name in powers)
    return Wanted(slug, (codes[0], codes[1]), evidence.as_of, between, title or TO_FILL, author or TO_FILL, language)


def make_article(root: Path, wanted: Wanted, text: Path | None = None, accept: Ask = lambda _: True) -> Made:
    """Write data/articles/<slug>/ and reports/<slug>.toml.

    Parameters
    ----------
    root : Path
        The checkout.
    wanted : Wanted
        From ``check_wanted``.
    text : Path, optional
        The article's text, which proposes candidates and is not kept.
    accept : callable
        Says of each candidate whether it goes in.

    Raises
    ------
    BadParameter
        The text cannot be read.
    OutputError
        A folder that cannot be written; nothing is left behind.
    """
    sentences = read_text(text, wanted.language) if text else []
    chosen = [c for c in propose(sentences, wanted.language) if accept(c)]
    names = known_states(Evidence(root, as_of=wanted.day))
    folder = ARTICLES / wanted.slug
    bodies = {
        folder / "article.toml": _article(wanted, names),
        folder / "claims.toml": _claims(wanted, chosen),
        folder / "argument.toml": _ARGUMENT,
        ORDERS / f"{wanted.slug}.toml": _order(wanted),
    }
    _check(bodies, folder)
    _write(root, bodies, folder)
    return Made(tuple(bodies), len(chosen), len(sentences))


def _check(bodies: dict[Path, str], folder: Path) -> None:
    """Read what is about to be written as the records that it must be."""
    Article.model_validate(tomllib.loads(bodies[folder / "article.toml"]))
    Argument.model_validate(tomllib.loads(bodies[folder / "argument.toml"]))
    for entry in tomllib.loads(bodies[folder / "claims.toml"]).get("claims", []):
        CandidateRecord.model_validate(entry)


def _write(root: Path, bodies: dict[Path, str], folder: Path) -> None:
    staging = None
    order = next(path for path in bodies if path.parent == ORDERS)
    try:
        (root / ARTICLES).mkdir(parents=True, exist_ok=True)
        (root / ORDERS).mkdir(exist_ok=True)
        # Beside the data, not within articles/, where a half-made folder would be taken for one.
        staging = Path(tempfile.mkdtemp(prefix=".new-", dir=root / "data"))
        (staging / "article").mkdir()
        for path, body in bodies.items():
            target = staging / ("article" if path.parent == folder else "") / path.name
            target.write_text(body, encoding="utf-8", newline="\n")
        (staging / "article").rename(root / folder)
        try:
            (staging / order.name).rename(root / order)
        except OSError:
            shutil.rmtree(root / folder)
            raise
    except OSError as error:
        raise OutputError(
            f"the article cannot be written: {error.strerror}", str(folder), "nothing was left behind",
            "make data/articles and reports writable, or free some space",
        ) from None  # fmt: skip
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)


def _article(wanted: Wanted, names: Mapping[str, str]) -> str:
    a, b = wanted.states
    subject = f"{names[a]} and {names[b]}"
    if len(wanted.powers) == 2:
        subject = f"{names[a]} between {_called(wanted.powers[0], names)} and {_called(wanted.powers[1], names)}"
    actors = [
        f'[[actors]]\nid = "{code.lower()}"\nname = {toml(names[code])}\nkind = "state"\niso3 = "{code}"\n'
        for code in dict.fromkeys([*wanted.states, *wanted.powers])
    ]
    themes = [f'[[themes]]\nid = "{name}"\ntitle = "{title}"\n' for name, title in THEMES]
    head = f"""\
# Who wrote the article, where, when, and on which day it is judged. No sentence of it is held here.
slug = "{wanted.slug}"
title = {toml(wanted.title)}
author = {toml(wanted.author)}
language = "{wanted.language}"
date = {wanted.day}
date_basis = "stated"  # or "inferred", with how in date_reason
date_reason = "The article bears this date."
subject = {toml(subject)}
states = {toml(list(wanted.states))}
powers = {toml(list(wanted.powers))}  # two states between which the first is placed; none: that section is left out
"""
    return "\n".join(
        [head, *actors, "# The report's sections, in this order; one without claims is left out.", *themes]
    )


def _called(code: str, names: Mapping[str, str]) -> str:
    return f"the {names[code]}" if code in ("USA", "GBR", "NLD", "PHL", "ARE") else names[code]


def _claims(wanted: Wanted, chosen: Sequence[Candidate]) -> str:
    head = f"""\
# The article's claims in our own words. Locators are paragraph.sentence. In arguments, "Y-1" is the last full
# year before the day of judgement and "as_of" that day. What a measure takes: tightrope measures NAME.
# A record with a status is a candidate and is not judged: fill it in, take out status, hint and suggest, or delete it.
# What is still missing: tightrope check {wanted.slug}
"""
    if not chosen:
        return (
            head + "\n".join("# " + line if line else "#" for line in _blank(wanted).split("\n")).rstrip("# \n") + "\n"
        )
    return "\n".join([head, *(_candidate(wanted, i, c) for i, c in enumerate(chosen, start=1))])


def _candidate(wanted: Wanted, number: int, one: Candidate) -> str:
    suggest = one.suggest[:3]
    place = one.sentence.place
    return f"""\
[[claims]]
id = "C{number:02d}"
status = "candidate"
hint = {toml(one.hint)}
suggest = {toml(list(suggest))}
locator = "{place}"
hashes = {{ "{place}" = "{one.sentence.sha256}" }}
kind = "{one.kind}"
theme = "{_theme(suggest)}"
states = {toml(list(wanted.states))}
label = ""
statement = ""
{_below(wanted, one.kind, suggest)}"""


def _theme(suggest: Sequence[str]) -> str:
    for theme, prefixes in _THEME_OF.items():
        if suggest and suggest[0].startswith(prefixes):
            return theme
    return "diplomacy"


def _below(wanted: Wanted, kind: str, suggest: Sequence[str]) -> str:
    """Give the lines that a claim of this kind goes on with, as comments."""
    if kind in ("causal", "evaluative"):
        return '# reason = "Why no table can say whether this is true."\n# indicators = []\n'
    name = suggest[0] if suggest else "events"
    spec = REGISTRY[name]
    lines = [
        "[claims.check]", f'measure = "{name}"', f'column = "{spec.value}"',
        'operator = "is_true"  # or is_false' if spec.unit == "yes or no" else _COMPARED,
        "", "[[claims.check.readings]]", 'class = "plain"', 'reason = ""',
        f"arguments = {inline(_fitted(wanted, example_of(spec) or {}))}",
    ]  # fmt: skip
    return "".join(f"# {line}".rstrip() + "\n" for part in lines for line in part.split("\n"))


_COMPARED = """\
operator = "eq"  # or ne, lt, le, gt, ge, in, between, before, after
expected = 0  # what the sentence claims"""


def _fitted(wanted: Wanted, example: Mapping[str, Any]) -> dict[str, Any]:
    """Put the article's states and the last full year into a measure's example."""
    codes = [v for value in example.values() for v in (value if isinstance(value, list) else [value]) if _is_code(v)]
    own = dict(zip(dict.fromkeys(codes), dict.fromkeys([*wanted.states, *wanted.powers]), strict=False))

    def fit(value: Any) -> Any:
        if isinstance(value, list):
            return [fit(item) for item in value]
        return own.get(value, value) if isinstance(value, str) else value

    years = {"years": "Y-1", "first_year": "Y-10", "last_year": "Y-1"}
    return {key: years.get(key) or fit(value) for key, value in example.items()}


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch("[A-Z]{3}", value) is not None


def _blank(wanted: Wanted) -> str:
    return f"""
[[claims]]
id = "C01"
locator = "1.1"
kind = "quantitative"
theme = "trade"
states = {toml(list(wanted.states))}
label = ""
statement = ""

[claims.check]
measure = "partner_rank"
column = "rank"
operator = "eq"
expected = 1
arguments = {{ focal = "{wanted.states[0]}", partner = "{wanted.states[1]}", flow = "total" }}

[[claims.check.readings]]
class = "plain"
reason = ""
choices = {{ source = "baci", years = "Y-1" }}
"""


_ARGUMENT = """\
# How the claims carry the thesis. relation: supports, concedes (weakens, and the author grants it),
# answers (meets a concession), explains (why a concession does no harm). Left out of the report until it is drawn.
# thesis = "C01"
# edges = [
#     { source = "C02", target = "C01", relation = "supports" },
# ]
"""


def _order(wanted: Wanted) -> str:
    title = wanted.slug if wanted.title == TO_FILL else wanted.title
    return f"""\
# The article's report on its own day. More days, and themes beside "all", go into the lists.
title = {toml(title)}
notebook = "article_report"
formats = ["html", "pdf"]
name = "{{article}}-{{theme}}-{{as_of}}"

[grid]
article = ["{wanted.slug}"]
as_of = ["{wanted.day}"]
theme = ["all"]
"""
