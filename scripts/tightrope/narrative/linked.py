"""What a report says to machines: its sources as Dataset, its claims as Claim and ClaimReview, in schema.org's words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tightrope.claims import Verdict, VerdictWord
from tightrope.evidence import Evidence
from tightrope.language import t
from tightrope.narrative.report import Report
from tightrope.narrative.sentences import say_share, say_verdict
from tightrope.narrative.trace import current, plain

LINKED_MIME = "application/ld+json"
REPORT = "#report"
ARTICLE = "#article"
US = {"@type": "Organization", "name": "Tightrope"}
# How firmly a claim stands, 4 for best. A word that is no point on that line (outdated, untested, not checkable) has none.
RATING = {
    VerdictWord.SUPPORTED: 4,
    VerdictWord.FRAGILE: 3,
    VerdictWord.CONTESTED: 2,
    VerdictWord.CONTRADICTED: 1,
}


@dataclass(frozen=True)
class Linked:
    """Nodes of linked data; nothing of them is seen on the page."""

    nodes: tuple[dict[str, Any], ...]

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {LINKED_MIME: json.loads(plain(json.dumps(self.nodes, ensure_ascii=False))), "text/plain": ""}


def datasets(evidence: Evidence, tables: Iterable[str]) -> list[dict[str, Any]]:
    """Give one ``Dataset`` a table: who made it, how to cite it, licence, what it covers and its hash."""
    made = []
    for table in sorted(set(tables) - {"states"}):
        source, about = evidence.source(table), evidence.package.table(table)
        first, last = about.details.coverage.first, about.details.coverage.last
        node = {
            "@type": "Dataset",
            "@id": _dataset(table),
            "name": source.title,
            "description": about.description,
            "creator": {"@type": "Organization", "name": source.producer},
            "citation": list(source.cite()) or source.citation,
            "license": about.details.licence_address or source.licence,
            "version": source.version,
            "url": source.address,
            "datePublished": source.released.isoformat() if source.released else "",
            "temporalCoverage": f"{first}/{last}" if first and last else "",
            "identifier": source.hash,
        }
        made.append({key: value for key, value in node.items() if value})
    return made


def of_page(evidence: Evidence, tables: Iterable[str] | None = None) -> Linked:
    """Give the report's author and the tables that it stands on: by default those behind its numbers."""
    ledger = current()
    if tables is None and ledger is not None:
        tables = {table for ground in ledger.grounds for table, rows in ground.rows.items() if rows}
    found = datasets(evidence, tables or ())
    about = {"@id": REPORT, "author": US, "isBasedOn": [{"@id": node["@id"]} for node in found]}
    return Linked((about, *found))


def of_article(report: Report) -> Linked:
    """Give the article, each of its claims in our own words with the review of it, and the tables that were read."""
    article = report.folder.article
    subject = {
        "@type": "Article",
        "@id": ARTICLE,
        "headline": article.title,
        "author": {"@type": "Person", "name": article.author},
        "inLanguage": article.language,
        # A date that we inferred is not one that the article states.
        "datePublished": article.date.isoformat() if article.date_basis == "stated" else "",
    }
    shown = [v for v in report.verdicts if report.shows(v.claim.theme)]
    based = of_page(report.evidence, {read.table for read in report.evidence.reads}).nodes
    about = {**based[0], "about": {"@id": ARTICLE}, "hasPart": [{"@id": _review(v)["@id"]} for v in shown]}
    claims = [node for verdict in shown for node in (_claim(verdict), _review(verdict))]
    return Linked((about, {key: value for key, value in subject.items() if value}, *claims, *based[1:]))


def _dataset(table: str) -> str:
    return f"#data-{table}"


def _claim(verdict: Verdict) -> dict[str, Any]:
    claim = verdict.claim
    return {"@type": "Claim", "@id": f"#{claim.id}", "text": claim.statement, "appearance": {"@id": ARTICLE}}


def _review(verdict: Verdict) -> dict[str, Any]:
    claim = verdict.claim
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": t(str(verdict.word))}
    if verdict.word in RATING:
        rating |= {"ratingValue": RATING[verdict.word], "bestRating": 4, "worstRating": 1}
    rating["ratingExplanation"] = plain(say_share(verdict))
    return {
        "@type": "ClaimReview",
        "@id": f"#{claim.id}-review",
        "url": f"#{claim.id}",
        "claimReviewed": claim.statement,
        "itemReviewed": {"@id": f"#{claim.id}"},
        "author": US,
        "reviewRating": rating,
        "reviewBody": plain(say_verdict(verdict)),
        "isBasedOn": [{"@id": _dataset(table)} for table in sorted(set(verdict.rows) - {"states"})],
    }
