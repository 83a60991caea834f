"""How firm a verdict is: what would change it, when it held, what could be known, and what that does to the thesis."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from tightrope.claims import VerdictWord
from tightrope.claims.clocks import Published, two_clocks
from tightrope.claims.composite import State, standing
from tightrope.claims.flip import flip, from_fragile_to_solid
from tightrope.claims.history import stored_spans
from tightrope.evidence import known_states
from tightrope.narrative.display import Prose, Table
from tightrope.narrative.passage import Passage, captioned, grounded
from tightrope.narrative.report import Report, mark_word
from tightrope.narrative.sentences import say_flip
from tightrope.narrative.trace import rest_on, stand
from tightrope.narrative.words import say_date, say_list

FIRST, LAST = date(1990, 1, 1), date(2025, 12, 31)
MOST_TURNS = 3
SILENT = (VerdictWord.UNTESTED, VerdictWord.NOT_CHECKABLE)


@captioned
def flip_table(report: Report) -> Table:
    """Give every tested claim from the most fragile verdict to the most solid, with the change that would turn it."""
    tested = {v.claim.id: v for v in report.verdicts if v.word not in SILENT}
    found = from_fragile_to_solid([flip(report.evidence, v) for v in tested.values()])
    names = known_states(report.evidence)
    rows: list[list[Any]] = []
    for one in found:
        verdict = tested[one.claim]
        stand(one.rows or {})
        after = mark_word(one.word_after) if one.word_after else "–"
        rows.append([one.claim, verdict.claim.label, mark_word(verdict.word), say_flip(one, names), after])
    caption = f"What would change the verdict: {len(rows)} tested claims, from the most fragile to the most solid"
    return Table(caption, ["Claim", "About", "Verdict", "Smallest change of the evidence", "Would become"], rows)


@captioned
def clocks_table(report: Report) -> Table:
    """Give both clocks on the article's own day: what could be known then, and what is known today about that day."""
    rest_on(f"data/articles/{report.folder.article.slug}/article.toml and claims.toml")
    rows: list[list[Any]] = []
    clocks = two_clocks(report.evidence.root, report.folder)
    for one in clocks:
        if one.word_now in SILENT:
            continue
        then = mark_word(one.word_then) if one.word_then else "not known"
        out = list(one.published.values())
        known, later = out.count(Published.KNOWN), out.count(Published.RELEASED_LATER)
        told = f"{known} of {len(out)} known to be out; {later} on a copy released later"
        rows.append([one.claim, then, mark_word(one.word_if_out), mark_word(one.word_now), told])
    day = say_date(report.folder.article.date)
    caption = f"Two clocks on {day}: what had been published by then, and what is known today about that day"
    columns = [
        "Claim",
        "On what is known to have been out",
        "If all had been out",
        "On what is known today",
        "Readings",
    ]
    return Table(caption, columns, rows)


@grounded
def history(report: Report) -> Passage:
    """Say which claims turned between 1990 and 2025; the frame has ``id, statement, start, end, state`` for the chart."""
    rest_on(f"data/articles/{report.folder.article.slug}/history.json")
    spans = stored_spans(report.evidence.root, report.folder)
    labels = {c.id: c.label for c in report.folder.claims}
    tested = spans[~spans["word"].isin(SILENT)]
    wanted = [v.claim.id for v in report.verdicts if v.claim.id in set(tested["id"]) and report.shows(v.claim.theme)]
    counts = tested["id"].value_counts()
    steady = [c for c in wanted if counts[c] == 1]
    restless = [c for c in wanted if counts[c] > MOST_TURNS]
    drawn = [c for c in wanted if c not in steady and c not in restless]
    rows = []
    for claim in drawn:
        for _, word, first, last_day in tested[tested["id"] == claim].itertuples(index=False, name=None):
            rows.append(
                {
                    "id": claim,
                    "statement": labels[claim],
                    "start": pd.Timestamp(first) if first > FIRST else pd.NaT,
                    "end": pd.Timestamp(last_day) if last_day < LAST else pd.NaT,
                    "state": str(word),
                }
            )
    frame = pd.DataFrame(rows)
    fallen = tested[(tested["word"] == VerdictWord.OUTDATED) & tested["id"].isin(wanted)]
    bits = [f"{claim} on {say_date(first)}" for claim, _, first, _ in fallen.itertuples(index=False, name=None)]
    ended = f"Since the article, {say_list(bits)} ceased to hold." if bits else "No claim that held has ceased to hold."
    prose = (
        f"Each claim can be judged on any day, about the world of that day, on what is known today. {ended} A gap means "
        "that no evidence bears on those years; a claim about the last full year moves with the day."
    )
    if steady:
        prose += f" {say_list(steady)} had one verdict for as long as evidence bears on them."
    for claim in restless:
        words_seen = tested[tested["id"] == claim]["word"]
        standing_times = int(words_seen.isin([VerdictWord.SUPPORTED, VerdictWord.FRAGILE]).sum())
        prose += f" {claim} moved with the years: {len(words_seen)} stretches, in {standing_times} of which it stood."
    last = say_date(LAST)
    title = f"{say_list(bits)} ceased to hold" if bits else "No claim that held has ceased to hold"
    if len(bits) == 1:
        title = f"{labels[fallen.iloc[0]['id']]}: the claim ceased to hold {bits[0].split(' ', 1)[1]}"
    words = {
        "title": title,
        "subtitle": f"Verdict by day on the claims that turned, {say_date(FIRST)} to {last}",
        "alt": (
            f"Timeline of the verdicts on {len(drawn)} claims that turned, from {say_date(FIRST)} to {last}, one row a claim, with a bar "
            f"for each verdict and a gap where no evidence bears. {ended}"
        ),
        "unit": "verdict",
        "name": "verdict-history",
        "source": f"Source: the readings of each claim, judged day by day. As of {last}.",
    }
    return Passage(Prose(prose), frame, words)


def history_look(report: Report) -> dict[str, Any]:
    """Give how the timeline of verdicts is drawn."""
    return {"as_of": report.as_of, "start": FIRST, "end": LAST}


def thesis(report: Report) -> Prose:
    """Say which pillars carry the thesis, which have fallen and which are unknown."""
    found = standing(report.folder, report.verdicts)
    word = {State.STANDS: "stands", State.FALLEN: "does not stand", State.UNKNOWN: "is open"}[found.status]
    groups = [(found.carrying, "carry it"), (found.fallen, "have fallen"), (found.unknown, "are open")]
    told = say_list([f"{say_list(list(ids))} {text}" for ids, text in groups if ids])
    text = (
        f"Followed through the map, with what is unknown kept unknown, the thesis {word} as an argument: {told}. A pillar "
        "falls with its own test, or, where it is a judgement, with any of the claims that it is made of; a concession "
        "weakens and never fells. That an argument does not stand does not make its conclusion false."
    )
    return Prose(text)
