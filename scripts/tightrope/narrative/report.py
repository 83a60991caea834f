"""An article's report: what the notebook shows, built from verdicts and the rows they stand on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from html import escape
from pathlib import Path

from tightrope.claims import (
    ArticleFolder,
    Verdict,
    VerdictWord,
    judge_article,
    load_article,
    validate_claims,
)
from tightrope.claims.context import resolve_context
from tightrope.claims.export import plain_only
from tightrope.claims.flip import flip
from tightrope.claims.text import Quote, open_text, quotes_of
from tightrope.claims.verdict import merge_rows
from tightrope.errors import BadRecord, UnknownName
from tightrope.evidence import Evidence, Source, find_root
from tightrope.language import nt, pt, speaking, spoken, t, use_language
from tightrope.measures import Missing
from tightrope.narrative.article import article_catalogue, in_language
from tightrope.narrative.context import MARK as CONTEXT_MARK
from tightrope.narrative.context import say_context, say_shown
from tightrope.narrative.display import Html, Prose, Raw, Record, Table
from tightrope.narrative.names import local_names
from tightrope.narrative.quote import say_quotes
from tightrope.narrative.sentences import (
    count_words,
    say_counts,
    say_expected,
    say_finding,
    say_flip,
    say_indicator,
    say_outcome,
    say_share,
    say_verdict,
)
from tightrope.narrative.trace import Ground, recorded, stand, standing_on, start, told
from tightrope.narrative.wording import worded
from tightrope.narrative.words import MARKS, cap, lower, say_date, say_list

ALL = "all"


@dataclass(frozen=True)
class Report:
    """An article judged on a day.

    Attributes
    ----------
    evidence : Evidence
        The tables as of the report's day; it keeps what was read.
    folder : ArticleFolder
        The article's records.
    verdicts : tuple of Verdict
        One a claim, in the order of the article.
    theme : str
        ``"all"``, or the one section that is wanted.
    quotes : mapping
        What the article's text has at each claim's places, by its id; empty where no text was brought.
    """

    evidence: Evidence
    folder: ArticleFolder
    verdicts: tuple[Verdict, ...]
    theme: str = ALL
    language: str = "en"
    quotes: Mapping[str, Sequence[Quote]] = field(default_factory=dict)

    @property
    def as_of(self) -> date:
        """The report's day."""
        return self.evidence.as_of

    def verdict(self, claim: str) -> Verdict:
        """Give the verdict on a claim; raises ``UnknownName``."""
        self.folder.claim(claim)
        return next(v for v in self.verdicts if v.claim.id == claim)

    def of_theme(self, theme: str) -> list[Verdict]:
        """Give the verdicts of a theme, in the order of the article."""
        return [v for v in self.verdicts if v.claim.theme == theme]

    def shows(self, theme: str) -> bool:
        """Say whether a section is wanted and the article has claims for it."""
        return self.theme in (ALL, theme) and bool(self.of_theme(theme))

    @property
    def has_argument(self) -> bool:
        """Whether the article's argument has been drawn as a map."""
        return self.folder.has_argument

    @property
    def is_between(self) -> bool:
        """Whether the article names two powers to place its first state between."""
        return len(self.folder.article.powers) >= 2 and self.folder.article.states[0] not in self.folder.article.powers

    def record(self) -> Record:
        """Give the record that publish reads for the title block, the file names and the closing table."""
        article = self.folder.article
        stem = article.slug
        if self.as_of != article.date:
            stem += f"-as-of-{self.as_of}"
        if self.theme != ALL:
            stem += f"-{self.theme.replace('_', '-')}"
        if self.language != "en":
            stem += f"-{self.language}"
        titles = {t.id: t.title for t in article.themes}
        counts = {t(str(word)): n for word, n in count_words(self.verdicts).items()}
        rows = [[v.claim.id, v.claim.label, f"{MARKS[v.word]} {t(str(v.word))}", say_share(v)] for v in self.verdicts]
        names = {"slug": article.slug, "stem": stem, "language": self.language, "date": self.as_of.isoformat()}
        return Record(
            {
                **names,
                "title": article.subject
                if self.theme == ALL
                else t("{subject}: {theme}", subject=article.subject, theme=titles[self.theme]),
                "subtitle": t("An evidence report on “{title}”", title=article.title),
                "kicker": t("{author}, {date} (date inferred)", author=article.author, date=say_date(article.date))
                if article.date_basis == "inferred"
                else t("{author}, {date}", author=article.author, date=say_date(article.date)),
                "passages": {article.title: article.language} if article.language != self.language else {},
                "authors": ["Tightrope"],
                "byline": t(
                    "Tightrope · evidence package {version} · the world as of {date}",
                    version=self.evidence.package.version,
                    date=say_date(self.as_of),
                ),
                "description": say_finding(article.subject, self.verdicts),
                "summary": {"columns": [t("claim"), t("about"), t("verdict"), t("readings")], "rows": rows},
                "counts": counts,
            }
        )

    def finding(self) -> Html:
        """Give the finding in at most sixty words."""
        with standing_on("the finding", records=[t("the verdicts of this report, claim by claim")]):
            text = recorded(say_finding(self.folder.article.subject, self.verdicts))
        return Html(f'<p class="finding">{escape(text)}</p>', text)

    def verdict_table(self) -> Table:
        """Give every claim with its verdict and how many readings hold."""
        rows = [
            [
                Raw(f'<a href="#{v.claim.id}">{v.claim.id}</a>', v.claim.id),
                v.claim.statement,
                mark_word(v.word),
                say_share(v),
            ]
            for v in self.verdicts
        ]
        caption = nt(
            "The {n} claim and its verdict, as of {date}: {counts}",
            "The {n} claims and their verdicts, as of {date}: {counts}",
            len(rows), date=say_date(self.as_of), counts=say_counts(self.verdicts),
        )  # fmt: skip
        return Table(caption, [t("Claim"), t("In our words"), t("Verdict"), t("Readings")], rows)

    def heading(self, theme: str) -> Prose:
        """Give a theme's heading, or nothing where the article has no such theme or the section is not wanted."""
        titles = {t.id: t.title for t in self.folder.article.themes}
        return Prose(f"## {titles[theme]}" if theme in titles and self.shows(theme) else "")

    def cards(self, theme: str) -> Html:
        """Give the cards of a theme's claims, or nothing where the section is not wanted."""
        verdicts = self.of_theme(theme) if self.shows(theme) else []
        if not verdicts:
            return Html("")
        text = "\n".join(say_verdict(v) for v in verdicts)
        title = next(t.title for t in self.folder.article.themes if t.id == theme)
        head = t("Claims on {topic}", topic=say_topic(title))
        return Html(f"<h3>{escape(head)}</h3>\n" + "\n".join(card(self, v) for v in verdicts), text)

    def other_sections(self, known: Sequence[str]) -> list[Prose | Html]:
        """Give heading and cards of the themes that have no section of their own in the notebook."""
        themes = [t.id for t in self.folder.article.themes if t.id not in known]
        return [part for theme in themes for part in (self.heading(theme), self.cards(theme))]

    def annex(self, verdict: Verdict) -> list[Table]:
        """Give the readings of a claim, where it has any and its theme is wanted."""
        return [self.readings(verdict)] if verdict.readings and self.shows(verdict.claim.theme) else []

    def of_measure(self, measure: str) -> list[Verdict]:
        """Give the verdicts whose check uses a measure and claims one exact value."""
        checked = [v for v in self.verdicts if v.claim.check and v.claim.check.measure == measure]
        return [v for v in checked if v.claim.check and v.claim.check.operator == "eq"]

    def readings(self, verdict: Verdict) -> Table:
        """Give every reading of a claim: class, what it shows, what the claim needs, and the rows it stands on."""
        rows = [
            [
                r.label,
                t(r.kind),
                say_shown(r.observed, r.unit) if r.missing is None else say_nothing(r.missing),
                say_expected(r),
                say_outcome(r),
                say_rows(r.rows),
            ]
            for r in verdict.readings
        ]
        columns = [t("Reading"), t("Class"), t("Evidence shows"), t("Claim needs"), t("Outcome"), t("Rows")]
        caption = t("Readings of {claim}: {statement}", claim=verdict.claim.id, statement=verdict.claim.statement)
        return Table(caption, columns, rows)

    def sources(self) -> Html:
        """Give every table that what was told so far stands on: how to cite it, version, licence and address."""
        # The list needs this module's own words for a version.
        from tightrope.narrative.references import list_sources, tables_used

        listed = tables_used(self.evidence)
        count = nt("This report stands on {n} table.", "This report stands on {n} tables.", len(listed))
        lead = told("the sources", count, ["data/datapackage.json"])
        return list_sources(listed, lead, self.evidence.package)

    def cited(self) -> Record:
        """Give the record of the works behind those tables, which become files beside the report."""
        from tightrope.narrative.references import cited, tables_used

        return cited(tables_used(self.evidence))

    def source_line(self, *sources: Source) -> str:
        """Give a source line: producers, then the day."""
        return source_line(sources, self.as_of)


def open_report(
    article: str, as_of: str = "", language: str = "en", theme: str = ALL, root: Path | None = None, *, text: str = ""
) -> Report:
    """Read an article, hold its records against the measures, and judge it.

    Parameters
    ----------
    article : str
        Name of a folder under data/articles.
    as_of : str
        The day, ``2021-03-25``; the article's own where it is empty.
    language : str
        Language of the report: ``en``, ``ko`` or ``ru``.
    theme : str
        ``"all"``, or one theme of the article.
    text : str
        A file with the article, or the hash of one handed over by the command line; its sentences are then shown.

    Raises
    ------
    UnknownName
        Unknown article, language or theme; the nearest are named.
    BadParameter
        ``as_of`` is no date, or outside the evidence.
    BadRecord
        The article's files do not hold together, or no claim has been filled in.
    """
    use_language(language)
    root = root or find_root()
    # What is wrong is said in English, whatever the report's language.
    with speaking("en"):
        folder = load_article(root, article)
        themes = [ALL, *(one.id for one in folder.article.themes)]
        if theme not in themes:
            raise UnknownName("theme", theme, themes)
        evidence = Evidence(root, as_of=as_of or folder.article.date)
        validate_claims(root, folder, evidence)
        if not folder.claims:
            raise BadRecord(
                "the article has no claim to judge yet", f"data/articles/{article}/claims.toml",
                "its report would be empty", f"fill one in; what is missing: tightrope check {article}",
            )  # fmt: skip
        found = quotes_of(folder, open_text(text, folder.article.language))
    folder = in_language(folder, article_catalogue(root, article, language))
    start(evidence)
    verdicts = tuple(judge_article(evidence, folder))
    return Report(evidence, folder, verdicts, theme, language, found)


def say_topic(title: str) -> str:
    """Give a theme's title inside a sentence: lower case, but for names."""
    is_name = any(word[0].isupper() for word in title.split()[1:])
    return title if is_name else lower(title)


def say_nothing(missing: Missing) -> str:
    """Give ``no data`` and why; a measure says why in English, so that another edition names the kind of nothing alone."""
    if spoken() == "en":
        return f"{t('no data')}: {missing.detail}"
    return t("no data")


def mark_word(word: VerdictWord) -> Raw:
    """Give a verdict's mark and word; colour comes from the class and only helps."""
    text = f"{MARKS[word]} {t(str(word))}"
    return Raw(f'<span class="verdict verdict-{str(word).replace(" ", "-")}">{text}</span>', text)


def card_ground(report: Report, verdict: Verdict) -> AbstractContextManager[Ground]:
    """Stand on a verdict's rows and on the claim's record."""
    record = f"data/articles/{report.folder.article.slug}/claims.toml {verdict.claim.id}"
    return standing_on(f"claim {verdict.claim.id}", verdict.rows, [record])


def card(report: Report, verdict: Verdict) -> str:
    """Give a claim's card: mark and word, claim, locator, readings, sentence, indicators, note, sources."""
    claim = verdict.claim
    with card_ground(report, verdict):
        where = t("{share} · {kind} · at {place}", share=say_share(verdict), kind=t(claim.kind), place=claim.locator)
        lines = [
            '<div class="claim-card">',
            f'<h4 id="{claim.id}">{claim.id} · {_text(claim.statement)}</h4>',
            f"<p>{mark_word(verdict.word).html} · {_text(where)}</p>",
            *say_quotes(report.quotes.get(claim.id, ())),
            f"<p>{_text(say_verdict(verdict))}</p>",
        ]
        context = resolve_context(report.evidence, claim)
        if context:
            stand(merge_rows([value.rows for value in context.values.values()]))
            case, lacking = say_context(context)
            author, how = t("For the author."), t("What is missing")
            lines.append(f"<p><strong>{author}</strong> {_text(case)}</p>")
            head = cap(t(CONTEXT_MARK)) if context.is_missing else how
            lines.append(f"<p><strong>{head}.</strong> {_text(lacking)}</p>")
        if verdict.n_counted:
            turn = flip(report.evidence, verdict)
            stand(turn.rows or {})
            alone = plain_only(verdict)
            firm = say_flip(turn, local_names(report.evidence))
            if alone is not verdict.word:
                firm = t("On the plain readings alone it would be {verdict}.", verdict=t(str(alone))) + " " + firm
            how_firm = t("How firm.")
            lines.append(f"<p><strong>{how_firm}</strong> {_text(firm)}</p>")
        if verdict.indicators:
            items = "".join(f"<li>{_text(say_indicator(i))}</li>" for i in verdict.indicators)
            lines.append(f"<ul>{items}</ul>")
        if claim.note:
            lines.append(f'<p class="note">{_text(claim.note)}</p>')
        if verdict.sources:
            lines.append(f'<p class="source">{_text(source_line(verdict.sources, verdict.as_of))}</p>')
        return "\n".join([*lines, "</div>"])


def _text(text: str) -> str:
    return escape(recorded(text))


def source_line(sources: Sequence[Source], as_of: date) -> str:
    """Give ``Sources: A; B. As of 25 March 2021.``, each producer once."""
    # Tables gathered page by page have no one producer: the table's name leads to the pages.
    names = (
        t("pages listed in the table {table}", table=s.table)
        if s.producer.startswith("Pages named") else worded(s.producer)
        for s in sources if s.table != "states"
    )  # fmt: skip
    producers = list(dict.fromkeys(names))
    fields = {"names": "; ".join(producers), "date": say_date(as_of)}
    if len(producers) == 1:
        return t("Source: {names}. As of {date}.", **fields)
    return t("Sources: {names}. As of {date}.", **fields)


def say_version(source: Source) -> str:
    """Give version and release date of our copy, or say that the release date is not known."""
    released = t("released {date}", date=say_date(source.released)) if source.released else t("release date not known")
    return f"{source.version}; {released}" if source.version else released


def say_rows(rows: dict[str, list[int]], most: int = 3) -> str:
    """Give ``trade_imf 600244 … 600918 (214 rows)``: the stored rows, counted from 0; few are named one by one."""
    parts = []
    for table, numbers in rows.items():
        if len(numbers) > most:
            parts.append(
                t(
                    "{table} {first} … {last} ({n} rows)",
                    table=table,
                    first=numbers[0],
                    last=numbers[-1],
                    n=len(numbers),
                )
            )
        elif numbers:
            parts.append(f"{table} {say_list([str(n) for n in numbers])}")
    return "; ".join(parts) or pt("rows", "none")


def summary_prose(report: Report) -> Prose:
    """Give the counts of verdicts and how to read them, in one paragraph."""
    untested = [v.claim.id for v in report.verdicts if v.word is VerdictWord.UNTESTED]
    text = t("The verdicts: {counts}.", counts=say_counts(report.verdicts))
    if untested:
        text += " " + t(
            "For {claims} we found no table that settles them; their cards say what would.", claims=say_list(untested)
        )
    return Prose(text)
