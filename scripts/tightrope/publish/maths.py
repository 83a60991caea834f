"""TeX formulas to MathML by pandoc, all of a page in one call."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import escape

_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_ENVIRONMENT = re.compile(r"^\\begin\{(equation|displaymath|math)\*?\}(.*)\\end\{\1\*?\}$", re.DOTALL)


def to_mathml(formulas: Sequence[tuple[str, bool]]) -> list[str]:
    """Turn TeX into MathML.

    Parameters
    ----------
    formulas : sequence of (str, bool)
        TeX without its dollars, and whether it stands on a line of its own.

    Returns
    -------
    list of str
        Markup in the same order; TeX in a ``<code>`` where pandoc is not installed or does not know the formula.
    """
    if not formulas:
        return []
    found: list[str] = []
    try:
        found = _PARAGRAPH.findall(_pandoc(formulas))
    except (ImportError, OSError, RuntimeError):  # no pandoc: the reader still gets the TeX
        found = []
    if len(found) != len(formulas):
        found = [""] * len(formulas)
    return [
        markup if markup.lstrip().startswith("<math") else f'<code class="tex">{escape(tex)}</code>'
        for markup, (tex, _) in zip(found, formulas, strict=True)
    ]


def _pandoc(formulas: Sequence[tuple[str, bool]]) -> str:
    import pypandoc

    blocks = []
    for tex, is_display in formulas:
        body = _ENVIRONMENT.match(tex.strip())
        kind = "DisplayMath" if is_display else "InlineMath"
        math = {"t": "Math", "c": [{"t": kind}, body[2].strip() if body else tex.strip()]}
        blocks.append({"t": "Para", "c": [math]})
    document = {"pandoc-api-version": [1, 23], "meta": {}, "blocks": blocks}
    return str(pypandoc.convert_text(json.dumps(document), "html5", format="json", extra_args=["--mathml", "--quiet"]))
