"""TeX formulas to MathML by pandoc, all of a page in one call."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import escape

_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_ENVIRONMENT = re.compile(r"^\\begin\{(equation|displaymath|math)\*?\}(.*)\\end\{\1\*?\}$", re.DOTALL)

# What pandoc does not know of what MathJax sets in a notebook, in words that it knows; tried where it failed.
SIMPLER = {
    "degree": r"^{\circ}",
    "bmod": r"\;\mathrm{mod}\;",
    "mod": r"\;\mathrm{mod}\;",
    "argmin": r"\operatorname{argmin}",
    "argmax": r"\operatorname{argmax}",
    "surd": r"\text{√}",
    "S": r"\text{§}",
    "P": r"\text{¶}",
    "copyright": r"\text{©}",
    "LaTeX": r"\text{LaTeX}",
    "TeX": r"\text{TeX}",
    "textcolor": r"\color",
    "space": r"\ ",
    "cr": r"\\",
    "lt": "<",
    "gt": ">",
    **dict.fromkeys(("small", "normalsize", "large", "Large", "LARGE", "huge", "Huge"), ""),
    **dict.fromkeys(("middle", "rm", "bf", "it", "sf", "tt", "cal"), ""),
}


def simpler(tex: str) -> str:
    """Put a formula into words that pandoc knows; lines without an environment get one."""
    found = re.sub(r"\\(?:label|vspace)\s*\{[^{}]*\}", "", tex)
    found = re.sub(r"\\tag\*?\s*\{([^{}]*)\}", r"\\qquad\\text{(\1)}", found)
    found = re.sub(r"\\([A-Za-z]+)", lambda name: SIMPLER.get(name[1], name[0]), found)
    if "\\begin" not in found and re.search(r"\\\\|(?<!\\)&", found):
        found = rf"\begin{{aligned}}{found}\end{{aligned}}"
    return found


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
    found = _converted(formulas)
    failed = [i for i, markup in enumerate(found) if not markup.lstrip().startswith("<math")]
    again = _converted([(simpler(formulas[i][0]), formulas[i][1]) for i in failed]) if failed else []
    for i, markup in zip(failed, again, strict=True):
        found[i] = markup
    return [
        markup if markup.lstrip().startswith("<math") else f'<code class="tex">{escape(tex)}</code>'
        for markup, (tex, _) in zip(found, formulas, strict=True)
    ]


def _converted(formulas: Sequence[tuple[str, bool]]) -> list[str]:
    try:
        found: list[str] = _PARAGRAPH.findall(_pandoc(formulas))
    except (ImportError, OSError, RuntimeError):  # no pandoc: the reader still gets the TeX
        found = []
    return found if len(found) == len(formulas) else [""] * len(formulas)


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
