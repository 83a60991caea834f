"""Each article in three languages: the same verdicts and numbers, no English left, charts that may be drawn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from matplotlib.figure import Figure
from tests.narrative.editions import CYRILLIC, HANGUL, english_prose, left_in_english, prose

from tightrope.charts.contract import Texts
from tightrope.evidence import Evidence
from tightrope.language import LANGUAGES, use_language
from tightrope.narrative import method, overview, people, ties, trade, turns, uniqueness
from tightrope.narrative import readings as spell
from tightrope.narrative.report import Report, open_report
from tightrope.narrative.trace import current
from tightrope.narrative.wording import evidence_words

ROOT = Path(__file__).parents[2]
# On these days some verdicts are outdated and some readings have no evidence, so that every kind of sentence is told.
DAYS = {"korea-russia-2021": "2022-06-01", "turkey-2019": "2021-06-01"}
LETTERS = {"ko": HANGUL, "ru": CYRILLIC}


@dataclass(frozen=True)
class Edition:
    """What one edition of a report says."""

    verdicts: list[Any]
    values: Counter[Any]
    shares: Counter[str]
    years: set[str]
    texts: list[str]
    charts: dict[str, Texts]
    title: str


def told(report: Report) -> Iterator[Any]:
    """Make the parts of the report as the notebook does, in its order; nothing is drawn."""
    yield report.finding()
    yield overview.key_claims(report)
    if report.is_between:
        yield from (overview.balance(report), uniqueness.uniqueness_passage(report))
        yield from (uniqueness.combination_table(report), uniqueness.neighbour_table(report))
        yield uniqueness.predicate_table(report)
    yield report.verdict_table()
    if report.has_argument:
        yield from (overview.argument_prose(report), turns.thesis(report), Texts(**overview.map_words(report)))
    yield from (Texts(**overview.strip_words(report)), turns.flip_table(report), turns.history(report))
    yield turns.clocks_table(report)
    yield from (
        ties.relations(report),
        ties.votes_over_time(report),
        ties.alliance(report),
        ties.events_table(report, "bilateral"),
        ties.sanctions_table(report),
    )
    yield from (ties.named_votes(report), people.visas_table(report), people.arrivals_over_time(report))
    yield from (trade.trade_over_time(report), trade.books_table(report))
    yield from (trade.products(report, "export"), trade.products(report, "import"))
    yield from (people.opinion_over_time(report), people.students_table(report))
    for theme in report.folder.article.themes:
        yield from (report.heading(theme.id), report.cards(theme.id))
    for verdict in report.verdicts:
        yield from report.annex(verdict)
    for verdict in spell.with_chart(report):
        yield spell.specification(report, verdict.claim.id)
    yield from (method.prose(report), method.verdict_words(report), method.known_faults(report))
    yield method.numbers(report)


def edition(article: str, language: str) -> Edition:
    report = open_report(article, DAYS[article], language, root=ROOT)
    texts: list[str] = []
    charts: dict[str, Texts] = {}
    for part in told(report):
        words = Texts(**part.words) if getattr(part, "words", None) else part if isinstance(part, Texts) else None
        if words is not None:
            charts[words.name] = words
            texts += [words.title, words.subtitle, words.alt]
        shown = getattr(part, "prose", part)
        if not isinstance(shown, Texts):
            text = shown._repr_markdown_() if hasattr(shown, "_repr_markdown_") else shown._repr_html_()
            texts.append(text or "")
    ledger = current()
    assert ledger is not None
    if language != "en":
        words = set(evidence_words(ROOT))
        assert [found for text in texts for found in left_in_english(text, words)] == []
    said = [prose(text) for text in texts]
    return Edition(
        [
            (v.claim.id, v.word, v.n_holding, v.n_counted, [(r.observed, r.holds, r.kind) for r in v.readings])
            for v in report.verdicts
        ],
        Counter((s.ground.name, repr(s.value)) for s in ledger.said if not isinstance(s.value, str)),
        Counter(number.replace(",", ".") for text in said for number in re.findall(r"(\d+(?:[.,]\d+)?)\s*%", text)),
        {year for text in said for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)},
        said,
        charts,
        report.folder.article.title,
    )


@pytest.fixture(scope="module", params=DAYS)
def editions(request: pytest.FixtureRequest) -> Iterator[dict[str, Edition]]:
    answers: dict[Any, Any] = {}

    def opened(*words: Any, **days: Any) -> Evidence:
        evidence = Evidence(*words, **days)
        evidence.answers = answers
        return evidence

    with pytest.MonkeyPatch.context() as patch:
        # Measures know no language: what they gave for one edition, they would give for the others.
        patch.setattr("tightrope.narrative.report.Evidence", opened)
        yield {language: edition(request.param, language) for language in LANGUAGES}
    use_language("en")


@pytest.mark.parametrize("room", ["evidence", "measures", "claims"])
def test_what_is_measured_knows_no_language(room: str) -> None:
    modules = list((ROOT / "scripts" / "tightrope" / room).rglob("*.py"))
    assert len(modules) > 9
    assert [path.name for path in modules if "tightrope.language" in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("language", LETTERS)
def test_the_editions_of_an_article_give_the_same_verdicts_and_numbers(
    language: str, editions: dict[str, Edition]
) -> None:
    own, english = editions[language], editions["en"]
    assert own.verdicts == english.verdicts
    assert own.values == english.values
    assert sum(own.values.values()) > 80
    assert own.shares == english.shares
    # What a measure lacks is told in English only, with its years.
    assert own.years <= english.years
    assert sum(own.shares.values()) > 50


@pytest.mark.parametrize("language", LETTERS)
def test_no_english_is_left_in_an_edition(language: str, editions: dict[str, Edition]) -> None:
    own = editions[language]
    # The article's own title stays as it was published.
    assert [run for text in own.texts for run in english_prose(text.replace(own.title, "#"))] == []
    assert [text for text in own.texts if text.strip() and not re.search(LETTERS[language], text)] == []
    # Words that were once left as the tables write them; C05.yes is the name of a value in the records.
    assert [text for text in own.texts if re.search(r"(?<!\.)\b(yes|no|abstain|ideal-point)\b", text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_every_chart_may_be_drawn(language: str, editions: dict[str, Edition]) -> None:
    """A title or an alternative text that the charts refuse would end the render in one language only."""
    charts = editions[language].charts
    assert set(charts) == set(editions["en"].charts)
    assert len(charts) > 15
    for words in charts.values():
        words.chart(Figure(figsize=(3, 2)), pd.DataFrame({"n": [1]}))
