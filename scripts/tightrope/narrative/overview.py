"""The first pages: the strip of verdicts, the claims that matter most, every state between the powers, the argument."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from tightrope.claims import Verdict, VerdictWord
from tightrope.claims.judge import STANDING
from tightrope.narrative.display import Html, Prose
from tightrope.narrative.names import pair, say_state
from tightrope.narrative.passage import Passage, chart_words, grounded, look
from tightrope.narrative.report import Report, card_ground, mark_word
from tightrope.narrative.sentences import say_counts, say_share, say_verdict
from tightrope.narrative.trace import plain, recorded, told
from tightrope.narrative.words import say_date, say_list, say_percent

POOLED_YEARS = 6
LANDMARKS = ("CHN", "JPN", "IND", "TUR", "ISR", "CAN", "FRA", "GBR", "UKR", "BLR", "PRK", "SRB")
BEFORE_PANDEMIC = "2020-03-09"


def strip_words(report: Report) -> dict[str, str]:
    """Give the words around the verdict strip."""
    standing = [v for v in report.verdicts if v.word in STANDING]
    themes = [t.title.lower() for t in report.folder.article.themes]
    words = {
        "title": f"{len(standing)} of {len(report.verdicts)} claims stand up to the evidence of {say_date(report.as_of)}",
        "subtitle": "One mark a claim, in the order of the article within each theme",
        "source": f"Source: the readings of each claim, listed at the end. As of {say_date(report.as_of)}.",
        "alt": f"Strip of {len(report.verdicts)} verdict marks by theme ({say_list(themes)}): {say_counts(report.verdicts)}.",
        "unit": "verdicts",
        "name": "verdict-strip",
    }
    return _told("the strip of verdicts", words, report)


def key_claims(report: Report) -> Html:
    """Give, for the claims that the article's record marks as key, the verdict and the sentence that states it."""
    parts = []
    for verdict in (v for v in report.verdicts if v.claim.key):
        claim = verdict.claim
        with card_ground(report, verdict):
            parts.append(
                f'<div class="claim-card"><h3>{claim.id} · {escape(recorded(claim.statement))}</h3>'
                f"<p>{mark_word(verdict.word).html} · {escape(recorded(say_share(verdict)))}</p>"
                f"<p>{escape(recorded(say_verdict(verdict)))}</p></div>"
            )
    return Html("\n".join(parts))


@grounded
def balance(report: Report) -> Passage:
    """Place every UN member between the two powers by its votes of the last years.

    The frame has ``iso3``, ``name``, ``x``, ``y`` (percent of votes cast like each power), ``is_free`` (visa-free to both)
    and ``is_ally``.
    """
    power_a, power_b = report.folder.article.powers[:2]
    focus = pair(report)[0]
    last = report.as_of.year - 2
    first = last - POOLED_YEARS + 1
    day = min(BEFORE_PANDEMIC, report.as_of.isoformat())
    found = look(
        report, "between_powers", power_a=power_a, power_b=power_b, first_year=first, last_year=last, visas_on=day
    )
    if found.missing:
        return Passage(Prose(f"We found no votes to place states by ({found.missing.detail})."), pd.DataFrame())
    frame = found.frame.rename(
        columns={
            "agreement_a_pct": "x",
            "agreement_b_pct": "y",
            "is_visa_free_to_both": "is_free",
            "is_ally_a": "is_ally",
        }
    )
    own = frame[frame["iso3"] == focus].iloc[0]
    known = frame.dropna(subset=["x", "y"])
    free = known[known["is_free"].fillna(False).astype(bool)]
    both = free[free["is_ally"].astype(bool)]
    beats = known[(known["x"] >= own["x"]) & (known["y"] >= own["y"]) & (known["iso3"] != focus)]
    name, a, b = (say_state(report, s) for s in (focus, power_a, power_b))
    prose = (
        f"From {first} to {last} {name} voted like {a} {say_percent(own['x'])} of the time and like {b} "
        f"{say_percent(own['y'])}. Of the {len(known)} other UN members, {_others(report, beats)} matched or beat it on "
        f"both counts. "
    )
    if len(free):
        prose += (
            f"On {say_date(day)} the citizens of {say_list(sorted(free['name']))} travelled visa-free to both powers; of these, "
            f"{say_list(sorted(both['name'])) if len(both) else 'none'} had a defence pact with {a} on the ATOP list."
        )
    number = {1: "One state", 2: "Two states", 3: "Three states", 4: "Four states"}.get(
        len(free), f"{len(free)} states"
    )
    is_one = f"; {name} is one" if focus in set(free["iso3"]) and len(free) > 1 else ""
    title = (
        f"{number} travelled visa-free to both powers{is_one}"
        if len(free)
        else f"{name} voted like {a} {say_percent(own['x'])} of the time and like {b} {say_percent(own['y'])}"
    )
    low_x, high_x = known.sort_values("x").iloc[[0, -1]].itertuples(index=False)
    alt = (
        f"Scatter chart of {len(known)} states by the share of UN votes cast like {a} (across, from {low_x.name} to "
        f"{high_x.name}) and like {b} (up), {first} to {last}. {name} stands at {say_percent(own['x'])} and "
        f"{say_percent(own['y'])}. Visa-free to both: {say_list(sorted(free['name'])) or 'no state'}."
    )
    subtitle = (
        f"Share of UN General Assembly votes cast the same way, an abstention counting half, {first}–{last}, "
        f"{len(known)} states; visas on {say_date(day)}"
    )
    return Passage(Prose(prose), frame, chart_words(report, "between-powers", title, subtitle, alt, [found]))


def balance_look(report: Report) -> dict[str, Any]:
    """Give how the scatter is marked: the powers on the axes, the focus, and states that a reader looks for."""
    power_a, power_b = report.folder.article.powers[:2]
    focus = pair(report)[0]
    return {
        "x_label": f"votes like {say_state(report, power_a)}",
        "y_label": f"votes like {say_state(report, power_b)}",
        "focus": [focus],
        "label": [s for s in LANDMARKS if s not in (focus, power_a, power_b)],
        "filled": ("is_free", "visa-free to both powers"),
        "ringed": ("is_ally", f"defence pact with {say_state(report, power_a)}"),
    }


def _others(report: Report, rows: pd.DataFrame) -> str:
    if rows.empty:
        return "none"
    names = sorted(rows["name"])
    return say_list(names) if len(names) <= 6 else f"{len(names)}"


def argument_prose(report: Report) -> Prose:
    """Say what the thesis rests on and how its direct supports fared."""
    argument = report.folder.argument
    thesis = report.folder.claim(argument.thesis)
    direct = [e.source for e in argument.edges if e.target == argument.thesis and e.relation == "supports"]
    conceded = [e.source for e in argument.edges if e.target == argument.thesis and e.relation == "concedes"]
    text = (
        f"The article's thesis is {thesis.id}: {thesis.statement[0].lower()}{thesis.statement[1:].rstrip('.')}. "
        f"{_fared(report, direct)} A thesis of this kind cannot be refuted by a table; it holds as far as its supports do."
    )
    if conceded:
        text += f" The author grants {say_list(conceded)} against it."
    return Prose(told("the argument", text, [_map_record(report)]))


def _map_record(report: Report) -> str:
    return f"data/articles/{report.folder.article.slug}/argument.toml and the verdicts of this report"


def _fared(report: Report, claims: list[str]) -> str:
    verdicts = [report.verdict(c) for c in claims]
    words: dict[VerdictWord, list[str]] = {}
    for verdict in verdicts:
        words.setdefault(verdict.word, []).append(verdict.claim.id)
    parts = [f"{say_list(ids)} {'is' if len(ids) == 1 else 'are'} {word}" for word, ids in words.items()]
    return f"It rests directly on {say_list(claims)}: {say_list(parts)}."


def map_words(report: Report) -> dict[str, str]:
    """Give the words around the argument map."""
    relations = pd.Series([e.relation for e in report.folder.argument.edges]).value_counts()
    counted = say_list([f"{n} {word}" for word, n in relations.items()])
    fallen = [v for v in report.verdicts if _fell(v)]
    end = f"{say_list([v.claim.id for v in fallen])} did not stand" if fallen else "no tested claim fell"
    words = {
        "title": f"The argument rests on {len(report.verdicts)} claims; {end}",
        "subtitle": "Arrows lead from a claim to what it supports, concedes, answers or explains",
        "source": f"Source: the article's argument in our reading. As of {say_date(report.as_of)}.",
        "alt": (
            f"Map of the article's argument: {len(report.verdicts)} claims with their verdicts, leading to the thesis "
            f"{report.folder.argument.thesis} by {len(report.folder.argument.edges)} links ({counted})."
        ),
        "unit": "claims",
        "name": "argument-map",
    }
    return _told("the argument map", words, report)


def _told(name: str, words: dict[str, str], report: Report) -> dict[str, str]:
    return {key: plain(told(name, text, [_map_record(report)])) for key, text in words.items()}


def _fell(verdict: Verdict) -> bool:
    return verdict.word in (VerdictWord.CONTRADICTED, VerdictWord.OUTDATED)
