"""What ``tightrope new`` and ``tightrope measures`` say on the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from tightrope.authoring.new import Ask, check_wanted, make_article
from tightrope.authoring.offer import list_text, offer, offer_text
from tightrope.authoring.propose import Candidate
from tightrope.evidence import Evidence, find_root
from tightrope.evidence.package import load_package
from tightrope.measures import REGISTRY

ACCEPT = ("ask", "all", "none")


def new_article(
    slug: str, states: Sequence[str], day: str, powers: Sequence[str] | None, title: str, author: str, language: str,
    text: Path | None, accept: str | None,
) -> None:  # fmt: skip
    """Make an article's folder and say what is in it; on a terminal each candidate is shown and asked for."""
    root = find_root()
    wanted = check_wanted(root, slug, states, day, powers or (), title, author, language)
    chosen = accept or ("ask" if sys.stdin.isatty() and sys.stdout.isatty() else "all")
    ask: dict[str, Ask] = {"ask": _ask, "all": lambda _: True, "none": lambda _: False}
    made = make_article(root, wanted, text, ask[chosen])
    for path in made.files:
        counted = f"  {made.n_candidates} candidates in {made.n_sentences} sentences"
        click.echo(f"{path}{counted if made.n_sentences and path.name == 'claims.toml' else ''}")
    click.echo(f"next: fill in the claims; what is missing: tightrope check {slug}")


def _ask(candidate: Candidate) -> bool:
    click.echo(f"\n{candidate.sentence.place}  {candidate.sentence.text}")
    click.echo(
        f"     looks {candidate.kind} ({candidate.hint}); measures: {', '.join(candidate.suggest) or 'none known'}"
    )
    return click.confirm("     a claim?", default=True)


def show_measures(name: str | None, in_json: bool) -> None:
    """Print all measures, one a line, or one of them whole."""
    evidence = newest()
    if in_json:
        names = [name] if name else sorted(REGISTRY)
        click.echo(json.dumps([offer(evidence, n).as_object() for n in names], ensure_ascii=False, indent=2))
    else:
        click.echo(offer_text(offer(evidence, name)) if name else list_text(evidence))


def newest(root: Path | None = None) -> Evidence:
    """Open the tables on the last day on which one was collected."""
    home = root or find_root()
    return Evidence(home, as_of=load_package(home).collected)
