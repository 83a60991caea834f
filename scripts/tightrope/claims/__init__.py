"""Claims: claim records, checks, readings, verdicts. Knows no matplotlib."""

from tightrope.claims.files import list_articles, load_article
from tightrope.claims.judge import judge_article, judge_claim
from tightrope.claims.records import ArticleFolder, ClaimRecord
from tightrope.claims.validate import validate_claims
from tightrope.claims.verdict import Indicator, Reading, Verdict, VerdictWord

__all__ = [
    "ArticleFolder", "ClaimRecord", "Indicator", "Reading", "Verdict", "VerdictWord", "judge_article",
    "judge_claim", "list_articles", "load_article", "validate_claims",
]  # fmt: skip
