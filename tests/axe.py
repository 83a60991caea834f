"""What axe-core finds wrong with a page, all its rules, one line for each thing found."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path

from playwright.sync_api import Page

# Four fifths of a run went to the contrast of texts that look alike.
LOOKS = Path(__file__).with_name("looks.js")


def violations(page: Page, within: str | None = None) -> list[str]:
    """Run axe-core on a page as it stands, or on what lies ``within`` a CSS selector; an empty list is a pass.

    A line names the rule, how grave it is, the element, and what is the matter with it. Only what axe-core is sure of
    is here; what it could not decide is not. The script is put in through the browser, so a page's own content policy
    does not keep it out, and it asks nothing of the network.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(script())
        page.evaluate(LOOKS.read_text(encoding="utf-8"))
    # The rule on the size of targets is new in WCAG 2.2, and axe-core leaves it off unless asked.
    options = {"resultTypes": ["violations"], "preload": False, "rules": {"target-size": {"enabled": True}}}
    found = page.evaluate(
        "([within, options]) => axe.run(within || document, options).then(r => JSON.stringify(r.violations))",
        [within, options],
    )
    return [
        f"{rule['id']} ({node['impact']}): {' '.join(map(str, node['target']))}: {_first(node['failureSummary'])}"
        for rule in json.loads(found)
        for node in rule["nodes"]
    ]


def _first(summary: str) -> str:
    """Give the first fault of a summary, whose first line only announces it."""
    lines = [line.strip() for line in summary.splitlines() if line.strip()]
    return lines[1] if len(lines) > 1 else summary.strip()


@cache
def script() -> str:
    """Give axe-core itself."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
