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
from tightrope.language import N_, nt, t
from tightrope.narrative.display import Prose, Table
from tightrope.narrative.names import local_names
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
    names = local_names(report.evidence)
    rows: list[list[Any]] = []
    for one in found:
        verdict = tested[one.claim]
        stand(one.rows or {})
        after = mark_word(one.word_after) if one.word_after else "–"
        rows.append([one.claim, verdict.claim.label, mark_word(verdict.word), say_flip(one, names), after])
    caption = nt(
        "What would change the verdict: {n} tested claim, from the most fragile to the most solid",
        "What would change the verdict: {n} tested claims, from the most fragile to the most solid",
        len(rows),
    )
    columns = [t("Claim"), t("About"), t("Verdict"), t("Smallest change of the evidence"), t("Would become")]
    return Table(caption, columns, rows)


@captioned
def clocks_table(report: Report) -> Table:
    """Give both clocks on the article's own day: what could be known then, and what is known today about that day."""
    rest_on(f"data/articles/{report.folder.article.slug}/article.toml, claims.toml")
    rows: list[list[Any]] = []
    clocks = two_clocks(report.evidence.root, report.folder, report.evidence)
    for one in clocks:
        if one.word_now in SILENT:
            continue
        then = mark_word(one.word_then) if one.word_then else t("not known")
        out = list(one.published.values())
        known, later = out.count(Published.KNOWN), out.count(Published.RELEASED_LATER)
        told = t(
            "{known} of {of} known to be out; {later} on a copy released later", known=known, of=len(out), later=later
        )
        rows.append([one.claim, then, mark_word(one.word_if_out), mark_word(one.word_now), told])
    day = say_date(report.folder.article.date)
    caption = t(
        "Two clocks on {date}: what had been published by then, and what is known today about that day", date=day
    )
    columns = [
        t("Claim"), t("On what is known to have been out"), t("If all had been out"), t("On what is known today"), t("Readings"),
    ]  # fmt: skip
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
    bits = [
        t("{claim} on {date}", claim=claim, date=say_date(first))
        for claim, _, first, _ in fallen.itertuples(index=False, name=None)
    ]
    ended = t("No claim that held has ceased to hold.")
    if bits:
        ended = t("Since the article, {claims} ceased to hold.", claims=say_list(bits))
    said = [
        t(
            "Each claim can be judged on any day, about the world of that day, on what is known today. {ended} A gap means that no "
            "evidence bears on those years; a claim about the last full year moves with the day.",
            ended=ended,
        )
    ]
    if steady:
        said.append(t("{claims} had one verdict for as long as evidence bears on them.", claims=say_list(steady)))
    for claim in restless:
        words_seen = tested[tested["id"] == claim]["word"]
        standing_times = int(words_seen.isin([VerdictWord.SUPPORTED, VerdictWord.FRAGILE]).sum())
        said.append(
            t(
                "{claim} moved with the years: {n} stretches, in {standing} of which it stood.",
                claim=claim, n=len(words_seen), standing=standing_times,
            )
        )  # fmt: skip
    prose = " ".join(said)
    span = {"first": say_date(FIRST), "last": say_date(LAST)}
    title = t("No claim that held has ceased to hold")
    if len(bits) == 1:
        fell = fallen.iloc[0]
        title = t("{label}: the claim ceased to hold on {date}", label=labels[fell["id"]], date=say_date(fell["first"]))
    elif bits:
        title = t("{claims} ceased to hold", claims=say_list(bits))
    words = {
        "title": title,
        "subtitle": t("Verdict by day on the claims that turned, {first} to {last}", **span),
        "alt": nt(
            "Timeline of the verdicts on {n} claim that turned, from {first} to {last}, one row a claim, with a bar for each "
            "verdict and a gap where no evidence bears. {ended}",
            "Timeline of the verdicts on {n} claims that turned, from {first} to {last}, one row a claim, with a bar for each "
            "verdict and a gap where no evidence bears. {ended}",
            len(drawn), n=len(drawn), ended=ended, **span,
        ),
        "unit": t("verdict"),
        "name": "verdict-history",
        "source": t(
            "Source: the readings of each claim, judged day by day. As of {date}.", date=span["last"]
        ),
    }  # fmt: skip
    return Passage(Prose(prose), frame, words if rows else None)


def history_look(report: Report) -> dict[str, Any]:
    """Give how the timeline of verdicts is drawn."""
    return {"as_of": report.as_of, "start": FIRST, "end": LAST}


def thesis(report: Report) -> Prose:
    """Say which pillars carry the thesis, which have fallen and which are unknown."""
    found = standing(report.folder, report.verdicts)
    groups = [
        t(text, claims=say_list(list(ids)))
        for ids, text in (
            (found.carrying, N_("{claims} carry it")),
            (found.fallen, N_("{claims} have fallen")),
            (found.unknown, N_("{claims} are open")),
        )
        if ids
    ]
    says = {
        State.STANDS: N_(
            "Followed through the map, with what is unknown kept unknown, the thesis stands as an argument: {claims}."
        ),
        State.FALLEN: N_(
            "Followed through the map, with what is unknown kept unknown, the thesis does not stand as an argument: {claims}."
        ),
        State.UNKNOWN: N_(
            "Followed through the map, with what is unknown kept unknown, the thesis is open as an argument: {claims}."
        ),
    }
    rules = t(
        "A pillar falls with its own test, or, where it is a judgement, with any of the claims that it is made of; a concession "
        "weakens and never fells. That an argument does not stand does not make its conclusion false."
    )
    return Prose(f"{t(says[found.status], claims=say_list(groups))} {rules}")
