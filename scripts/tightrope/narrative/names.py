"""Names of states as a sentence wants them."""

from __future__ import annotations

from tightrope.evidence import known_states
from tightrope.narrative.report import Report

_SHORT = {"USA": "the United States", "GBR": "the United Kingdom", "NLD": "the Netherlands", "PHL": "the Philippines"}


def say_state(report: Report, iso3: str) -> str:
    """Give the name inside a sentence: ``South Korea``, ``the United States``."""
    return _SHORT.get(iso3) or known_states(report.evidence)[iso3]


def pair(report: Report) -> tuple[str, str]:
    """Give the codes of the article's first two states, the focus first."""
    first, second = report.folder.article.states[:2]
    return first, second


def other_powers(report: Report) -> list[str]:
    """Give the powers that are not one of the article's two states."""
    return [p for p in report.folder.article.powers if p not in pair(report)]
