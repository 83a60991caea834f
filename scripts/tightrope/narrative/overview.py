"""The first pages: the strip of verdicts, the claims that matter most, every state between the powers, the argument."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd

from tightrope.claims import Verdict, VerdictWord
from tightrope.claims.judge import STANDING
from tightrope.language import N_, nt, t
from tightrope.narrative.display import Html, Prose
from tightrope.narrative.names import local_name, pair, say_state
from tightrope.narrative.passage import Passage, chart_words, grounded, look
from tightrope.narrative.report import Report, card_ground, mark_word
from tightrope.narrative.sentences import say_counts, say_share, say_verdict
from tightrope.narrative.trace import plain, recorded, told
from tightrope.narrative.words import say_date, say_list, say_percent, say_verdict_word

POOLED_YEARS = 6
LANDMARKS = ("CHN", "JPN", "IND", "TUR", "ISR", "CAN", "FRA", "GBR", "UKR", "BLR", "PRK", "SRB")
BEFORE_PANDEMIC = "2020-03-09"


def strip_words(report: Report) -> dict[str, str]:
    """Give the words around the verdict strip."""
    themes = [theme.title.lower() for theme in report.folder.article.themes]
    day = say_date(report.as_of)
    words = {
        "title": _stand_up(report, day),
        "subtitle": t("One mark a claim, in the order of the article within each theme"),
        "source": t("Source: the readings of each claim, listed at the end. As of {date}.", date=day),
        "alt": nt(
            "Strip of {n} verdict mark by theme ({themes}): {counts}.",
            "Strip of {n} verdict marks by theme ({themes}): {counts}.",
            len(report.verdicts), n=len(report.verdicts), themes=say_list(themes), counts=say_counts(report.verdicts),
        ),
        "unit": t("verdicts"),
        "name": "verdict-strip",
    }  # fmt: skip
    return _told("the strip of verdicts", words, report)


def _stand_up(report: Report, day: str) -> str:
    verdicts = report.verdicts
    if len(verdicts) == 1:
        word = say_verdict_word(verdicts[0].word)
        return t("The one claim is {verdict}, by the evidence of {date}", verdict=word, date=day)
    n = sum(verdict.word in STANDING for verdict in verdicts)
    return nt(
        "{n} of {of} claims stands up to the evidence of {date}", "{n} of {of} claims stand up to the evidence of {date}",
        n, n=n, of=len(verdicts), date=day,
    )  # fmt: skip


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
        return Passage(Prose(t("We found no votes to place states by.")), pd.DataFrame())
    frame = found.frame.assign(name=[local_name(report.evidence, iso3) for iso3 in found.frame["iso3"]]).rename(
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
    words = {"first": first, "last": last, "name": name, "a": a, "b": b, "n": len(known)}

    def at() -> dict[str, str]:
        return {"x": say_percent(own["x"]), "y": say_percent(own["y"])}

    prose = t(
        "From {first} to {last} {name} voted like {a} {x} of the time and like {b} {y}. Of the {n} other UN members, {others} "
        "matched or beat it on both counts.",
        **words, **at(), others=_others(report, beats),
    )  # fmt: skip
    free_names = say_list(sorted(free["name"])) if len(free) else ""
    if len(free):
        fields = {"date": say_date(day), "names": free_names, "a": a}
        if len(both):
            prose += " " + t(
                "On {date} the citizens of {names} travelled visa-free to both powers; of these, {allies} had a defence pact with {a} "
                "on the ATOP list.",
                allies=say_list(sorted(both["name"])), **fields,
            )  # fmt: skip
        else:
            prose += " " + t(
                "On {date} the citizens of {names} travelled visa-free to both powers; of these, none had a defence pact with {a} on "
                "the ATOP list.",
                **fields,
            )
        title = _free_title(len(free), name if focus in set(free["iso3"]) and len(free) > 1 else "")
    else:
        title = t("{name} voted like {a} {x} of the time and like {b} {y}", name=name, a=a, b=b, **at())
    low_x, high_x = known.sort_values("x").iloc[[0, -1]].itertuples(index=False)
    alt = t(
        "Scatter chart of {n} states by the share of UN votes cast like {a} (across, from {lowest} to {highest}) and like {b} (up), "
        "{first} to {last}. {name} stands at {x} and {y}. Visa-free to both: {names}.",
        **words, **at(), lowest=low_x.name, highest=high_x.name, names=free_names or t("no state"),
    )  # fmt: skip
    subtitle = t(
        "Share of UN General Assembly votes cast the same way, an abstention counting half, {first}–{last}, {n} states; visas on "
        "{date}",
        first=first, last=last, n=len(known), date=say_date(day),
    )  # fmt: skip
    return Passage(Prose(prose), frame, chart_words(report, "between-powers", title, subtitle, alt, [found]))


# Small numbers at the head of a title are words, where the language writes them so.
FREE = {
    1: N_("One state travelled visa-free to both powers"), 2: N_("Two states travelled visa-free to both powers"),
    3: N_("Three states travelled visa-free to both powers"), 4: N_("Four states travelled visa-free to both powers"),
}  # fmt: skip


def _free_title(n: int, focus: str) -> str:
    title = t(FREE[n]) if n in FREE else t("{n} states travelled visa-free to both powers", n=n)
    return t("{title}; {name} is one", title=title, name=focus) if focus else title


def balance_look(report: Report) -> dict[str, Any]:
    """Give how the scatter is marked: the powers on the axes, the focus, and states that a reader looks for."""
    power_a, power_b = report.folder.article.powers[:2]
    focus = pair(report)[0]
    return {
        "x_label": t("votes like {name}", name=say_state(report, power_a)),
        "y_label": t("votes like {name}", name=say_state(report, power_b)),
        "focus": [focus],
        "label": [s for s in LANDMARKS if s not in (focus, power_a, power_b)],
        "filled": ("is_free", t("visa-free to both powers")),
        "ringed": ("is_ally", t("defence pact with {name}", name=say_state(report, power_a))),
    }


def _others(report: Report, rows: pd.DataFrame) -> str:
    if rows.empty:
        return t("none")
    names = sorted(rows["name"])
    return say_list(names) if len(names) <= 6 else f"{len(names)}"


def argument_prose(report: Report) -> Prose:
    """Say what the thesis rests on and how its direct supports fared."""
    argument = report.folder.argument
    thesis = report.folder.thesis
    direct = [e.source for e in argument.edges if e.target == argument.thesis and e.relation == "supports"]
    conceded = [e.source for e in argument.edges if e.target == argument.thesis and e.relation == "concedes"]
    text = t(
        "The article's thesis is {claim}: {statement}. {supports} A thesis of this kind cannot be refuted by a table; it holds as "
        "far as its supports do.",
        claim=thesis.id, statement=thesis.statement.rstrip("."), supports=_fared(report, direct),
    )  # fmt: skip
    if conceded:
        text += " " + t("The author grants {claims} against it.", claims=say_list(conceded))
    return Prose(told("the argument", text, [_map_record(report)]))


def _map_record(report: Report) -> str:
    file = f"data/articles/{report.folder.article.slug}/argument.toml"
    return t("{file} and the verdicts of this report", file=file)


def _fared(report: Report, claims: list[str]) -> str:
    verdicts = [report.verdict(c) for c in claims]
    words: dict[VerdictWord, list[str]] = {}
    for verdict in verdicts:
        words.setdefault(verdict.word, []).append(verdict.claim.id)
    parts = [
        nt("{claims} is {verdict}", "{claims} are {verdict}", len(ids), claims=say_list(ids), verdict=t(str(word)))
        for word, ids in words.items()
    ]
    return t("It rests directly on {claims}: {verdicts}.", claims=say_list(claims), verdicts=say_list(parts))


def map_words(report: Report) -> dict[str, str]:
    """Give the words around the argument map."""
    relations = pd.Series([e.relation for e in report.folder.argument.edges]).value_counts()
    counted = say_list([t("{n} {relation}", n=n, relation=t(str(word))) for word, n in relations.items()])
    fallen = [v for v in report.verdicts if _fell(v)]
    if fallen:
        title = t(
            "The argument rests on {n} claims; {claims} did not stand",
            n=len(report.verdicts), claims=say_list([v.claim.id for v in fallen]),
        )  # fmt: skip
    else:
        title = t("The argument rests on {n} claims; no tested claim fell", n=len(report.verdicts))
    n_links = len(report.folder.argument.edges)
    words = {
        "title": title,
        "subtitle": t("Arrows lead from a claim to what it supports, concedes, answers or explains"),
        "source": t("Source: the article's argument in our reading. As of {date}.", date=say_date(report.as_of)),
        "alt": nt(
            "Map of the article's argument: {n} claims with their verdicts, leading to the thesis {thesis} by {links} link "
            "({counts}).",
            "Map of the article's argument: {n} claims with their verdicts, leading to the thesis {thesis} by {links} links "
            "({counts}).",
            n_links, n=len(report.verdicts), thesis=report.folder.argument.thesis, links=n_links, counts=counted,
        ),
        "unit": t("claims"),
        "name": "argument-map",
    }  # fmt: skip
    return _told("the argument map", words, report)


RELATIONS = (N_("supports"), N_("concedes"), N_("answers"), N_("explains"))


def _told(name: str, words: dict[str, str], report: Report) -> dict[str, str]:
    return {key: plain(told(name, text, [_map_record(report)])) for key, text in words.items()}


def _fell(verdict: Verdict) -> bool:
    return verdict.word in (VerdictWord.CONTRADICTED, VerdictWord.OUTDATED)
