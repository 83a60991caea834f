# ruff: noqa: E501 - the texts of the fixtures are long
"""Writes the fixture notebooks of the PDF tests. Run by hand: ``python tests/publish/pdf/build_fixtures.py``.

Every number and state in them is invented.
"""

from __future__ import annotations

import base64
import io
import random
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt
import nbformat
from font_source_sans_pro import font_directory
from matplotlib import font_manager
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

FOLDER = Path(__file__).parents[2] / "fixtures" / "notebooks"
RECORD_MIME = "application/vnd.tightrope.record+json"
INK, MUTED, GRID, SOFT, BLUE, RED = "#1a1a1a", "#5f6368", "#e3e5e8", "#b8bcc2", "#0072B2", "#D55E00"
for font in sorted(Path(font_directory).glob("*.ttf")):
    font_manager.fontManager.addfont(str(font))
mpl.rcParams.update({
    "svg.fonttype": "none", "svg.hashsalt": "tightrope", "font.family": ["Source Sans Pro"], "font.size": 9,
    "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": SOFT, "xtick.color": MUTED,
    "ytick.color": MUTED, "text.color": INK, "figure.facecolor": "none", "axes.facecolor": "none",
})  # fmt: skip
VERDICTS = [
    ("supported", "●"), ("fragile", "◕"), ("contested", "◐"), ("contradicted", "○"), ("outdated", "●"),
    ("untested", "–"), ("not checkable", "◌"),
]  # fmt: skip
SOURCE = "Source: Invented Customs Office, table T1, version 2020; as of 25 March 2021."


def _svg(figure: Figure) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    return buffer.getvalue()


def chart(kind: str, width: float = 6.3) -> str:
    random.seed(kind)
    figure, axes = plt.subplots(figsize=(width, 3.0 if width > 4 else 2.0), layout="constrained")
    if kind == "lines":
        for colour, label in ((BLUE, "Arandia"), (RED, "Boria")):
            values = [10.0]
            for _ in range(20):
                values.append(values[-1] + random.uniform(-1, 2))
            axes.plot(range(2000, 2021), values, color=colour, lw=1.6)
            axes.annotate(label, (2020, values[-1]), xytext=(4, 0), textcoords="offset points", color=colour)
        axes.grid(axis="y", color=GRID)
    elif kind == "dots":
        xs = [random.gauss(0, 1) for _ in range(190)]
        axes.scatter(xs, [random.gauss(x / 2, 0.6) for x in xs], s=12, color=SOFT)
        axes.scatter([0.2], [1.4], s=40, color=BLUE)
        axes.annotate("Arandia", (0.2, 1.4), xytext=(6, 4), textcoords="offset points", color=BLUE, weight="bold")
        axes.set_xlabel("Agreement with the first power")
        axes.set_ylabel("Agreement with the second power")
    elif kind == "bars":
        names = ["Machinery", "Mineral fuels", "Vehicles", "Iron and steel", "Plastics", "Fish"]
        axes.barh(names[::-1], sorted(random.uniform(0.2, 6) for _ in names), color=BLUE, height=0.6)
    else:
        values = sorted(random.randint(6, 22) for _ in range(16))
        axes.scatter(range(16), values, color=[BLUE if v <= 12 else SOFT for v in values], s=26)
        axes.axhline(12, color=INK, lw=0.8)
        axes.invert_yaxis()
        axes.set_ylabel("Rank of the partner")
        axes.set_xticks([])
    return _svg(figure)


def figure_output(kind: str, title: str, subtitle: str, alt: str, width: float = 6.3) -> Any:
    words = {"alt": alt, "title": title, "subtitle": subtitle, "source": SOURCE, "width_in": width}
    return new_output(
        "display_data",
        {"image/svg+xml": chart(kind, width), "text/plain": "<Chart>"},
        metadata={"image/svg+xml": words},
    )


def html(text: str, plain: str = "a table") -> Any:
    return new_output("display_data", {"text/html": text, "text/plain": plain})


def markdown(text: str) -> Any:
    return new_output("display_data", {"text/markdown": text, "text/plain": text})


def table(caption: str, head: list[str], rows: list[list[str]], index: bool = False) -> str:
    heads = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    lines = []
    for row in rows:
        first = f'<th scope="row">{row[0]}</th>' if index else f"<td>{row[0]}</td>"
        lines.append("<tr>" + first + "".join(f"<td>{cell}</td>" for cell in row[1:]) + "</tr>")
    return (
        f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>" + "\n".join(lines)
        + "</tbody></table>"
    )  # fmt: skip


def mark(n: int) -> str:
    word, sign = VERDICTS[n % len(VERDICTS)]
    return f'<span class="verdict verdict-{word.replace(" ", "-")}">{sign}</span>'


THEMES = ["Diplomacy", "Alliance", "Travel", "Trade", "Society", "North"]
CLAIMS = [
    "Arandia and Boria opened embassies in the same year.",
    "No other ally of the first power trades as much with the second.",
    "Boria is the twelfth partner of Arandia by goods trade.",
    "Citizens of both states travel without a visa for up to sixty days, and have done so since the agreement came into force.",
    "Arandia has never joined sanctions against Boria.",
    "Public opinion in Arandia turned warmer after the second summit.",
]
LONG = (
    "The two states traded goods worth $17.6 bn in 2020, which made Boria the 12th of 232 partners of Arandia on the customs "
    "office's own count. On the reconciled data it stands 10th, because the neighbour's mirror reports add re-exports that the "
    "customs office does not see. Neither count is wrong: they answer different questions, and a careful reader may hold to "
    "either. What cannot be held is that the rank was stable; it moved between 10th and 15th in the six years before the article "
    "appeared, and most of that movement came from the price of crude oil rather than from any decision taken in either capital."
)


def report() -> Any:
    cells: list[Any] = []

    def code(*outputs: Any, tags: list[str] | None = None) -> None:
        cells.append(
            new_code_cell("show()", outputs=list(outputs), execution_count=1, metadata={"tags": tags} if tags else {})
        )

    def text(source: str, tags: list[str] | None = None) -> None:
        cells.append(new_markdown_cell(source, metadata={"tags": tags} if tags else {}))

    text("# Arandia walks between two powers")
    code(tags=["parameters"])
    record = {
        "title": "Arandia walks between two powers", "slug": "arandia-boria-2021", "stem": "arandia-boria-2021",
        "subtitle": "Thirty-four claims about Arandia and Boria, tested on the evidence of their day",
        "kicker": "Evidence report on an invented article, by A. Writer, 25 March 2021",
        "language": "en", "date": "2021-03-25", "authors": ["Tightrope"], "description": "A test of the PDF.",
    }  # fmt: skip
    code(new_output("display_data", {RECORD_MIME: record, "text/plain": ""}))
    text("## Summary")
    code(markdown(
        "**Nine of 34 claims are supported as written, six are fragile.** The strongest is that the two states have relations "
        "without a break since 1990; the weakest that Boria is a *major* trading partner: it stands 12th of 232 partners "
        "($17.6 bn, 2020) on one count and 10th on another."
    ))  # fmt: skip
    strip = "".join(
        f'<div class="group"><span class="group-label">{theme}</span> <span class="marks">'
        + " ".join(mark(n * 6 + k) for k in range(6))
        + "</span></div>"
        for n, theme in enumerate(THEMES)
    )
    code(html(f'<div class="verdict-strip">{strip}</div>', ""))
    code(html(table(
        "Verdicts by kind", ["Verdict", "Claims", "Share"],
        [[f"{sign} {word}", str(n), f"{n / 34:.0%}"] for (word, sign), n in zip(VERDICTS, (9, 6, 4, 3, 1, 6, 5), strict=True)],
    )))  # fmt: skip
    code(figure_output(
        "lines", "Trade between the two has doubled since 2000, with two deep falls",
        "Goods trade, both directions, billion US dollars of the year, 2000-2020",
        "Line chart of goods trade from 2000 to 2020. Both lines rise from 10 to above 15 with falls in 2009 and 2015.",
    ))  # fmt: skip
    text(
        "## Diplomacy and history\n\n" + LONG + "\n\n" + LONG + "[^count]\n\n[^count]: The customs office counts "
        "by country of origin; the mirror data by country of consignment. See [method](#method)."
    )
    code(html(
        '<div class="claim-card" id="c24"><h3>C24 · Boria is the twelfth partner of Arandia</h3><p><span class="verdict '
        'verdict-fragile">◕ fragile</span> · holds in 6 of 16 readings</p><p>It holds on the customs count for 2020 and 2017, '
        "not for 2018, 2019 or on the reconciled data for 2020.</p><p><b>For the author:</b> the rank is right on the day's best "
        "source. <b>Missing context:</b> one place is worth $0.4 bn.</p>"
        + table("", ["Source", "2017", "2018", "2019", "2020"], [["Customs", "12", "10", "11", "12"], ["Reconciled", "9", "10", "10", "10"]])
        + "</div>"
    ))  # fmt: skip
    code(figure_output(
        "spec", "Six of 16 readings put Boria at the 12th place or higher",
        "Rank of Boria among Arandia's partners, one dot a reading",
        "Dot plot of 16 readings sorted by rank from 6 to 22; six lie at or above the 12th place.",
    ))  # fmt: skip
    text(
        "## Trade and industry\n\n### What is traded\n\n"
        + LONG
        + "\n\n- Machinery goes one way, fuels the other.\n- Fish is small "
        "but political.\n- A third of vehicles are parts:\n    1. engines,\n    2. gear boxes.\n\n> A quotation of a source, set off from "
        "the text.\n\nThe share is $s_{ij} = x_{ij} / \\sum_k x_{ik}$, and the index of balance\n\n$$ b = 1 - \\frac{|s_1 - s_2|}{s_1 + s_2}. $$\n"
    )
    code(figure_output(
        "bars", "Machinery leads what Arandia sells to Boria", "Exports by chapter, billion US dollars, 2020",
        "Bar chart of six chapters from machinery, 5.8, down to fish, 0.3 billion dollars.",
    ))  # fmt: skip
    years = [str(year) for year in range(2007, 2021)]
    random.seed(3)
    wide = [
        [name, *(f"{random.uniform(10, 29999):,.1f}" for _ in years)]
        for name in ("Arandia", "Boria", "Celonia", "Republic of Dor")
    ]
    note = f'<p class="source">{SOURCE}</p>'
    code(
        html(table("Goods trade by partner and year, million US dollars", ["Partner", *years], wide, index=True) + note)
    )
    text("Two small pictures of one cell stand side by side.")
    code(
        figure_output("lines", "Trade rises", "Billion US dollars", "Line chart of trade, small.", 3.0),
        figure_output("bars", "Machinery leads", "Billion US dollars", "Bar chart of chapters, small.", 3.0),
    )
    text("### Between two powers\n\n" + LONG)
    code(figure_output(
        "dots", "Only Arandia agrees this often with both powers",
        "Agreement in votes, standardised, 190 states, 2016-2020",
        "Scatter plot of 190 states; Arandia lies at 0.2 and 1.4, above nearly all others.",
    ))  # fmt: skip
    text("## Claim by claim")
    rows = [
        [
            f"C{n:02d}",
            CLAIMS[n % 6],
            THEMES[n % 6],
            f"{mark(n)} {VERDICTS[n % 7][0]}",
            f"{(n * 7) % 16} of 16",
            f"{(n * 37) % 100}%",
        ]
        for n in range(1, 35)
    ]
    code(html(table(
        "All 34 claims and their verdicts", ["Claim", "What it says", "Theme", "Verdict", "Readings that hold", "Share"], rows,
    )))  # fmt: skip
    text(
        "## Method {#method}\n\n"
        + LONG
        + "\n\nThe code is left out of this edition; `tightrope render` makes it again. Literal text stays text: "
        "`#include`, #eval(1+1), @nobody, <label>, //comment, ~tilde, a--b, 1 * 2 * 3, \\$5.\n\n" + LONG
    )
    code(
        new_output(
            "stream",
            name="stdout",
            text="\x1b[1mread\x1b[0m 12 tables, 48,211 rows\n" + "sha256:" + "0123456789abcdef" * 12 + "\n",
        )
    )
    text(
        "## Sources\n\n1. Invented Customs Office, [trade by partner](https://example.org/trade/by-partner?year=2020&flow=export#top).\n"
        "2. Office of Reconciled Trade, version 2021-1.\n"
    )
    return notebook(cells)


def kinds() -> Any:
    """Every kind of output, with texts that would be code in Typst, HTML or TeX."""
    nasty = [
        '#include "x"',
        "#eval(1)",
        "$x$",
        "*b*",
        "_u_",
        "@nobody",
        "&lt;label&gt;",
        "//c",
        "[x]",
        '"q"',
        "back\\slash",
        "`tick`",
        "#",
    ]
    png = io.BytesIO()
    figure, axes = plt.subplots(figsize=(2, 1))
    axes.plot([1, 2, 1], color=BLUE)
    figure.savefig(png, format="png", dpi=50, metadata={"Software": None})
    jpeg = io.BytesIO()
    figure.savefig(jpeg, format="jpeg", dpi=50)
    plt.close(figure)
    frame = (
        '<div><style scoped>.dataframe tbody tr th {vertical-align: top;}</style><table border="1" class="dataframe"><thead>'
        '<tr style="text-align: right;"><th></th><th>year</th><th>change</th><th>note</th></tr></thead><tbody>'
        "<tr><th>0</th><td>2019</td><td>-1.5</td><td>#eval(1)</td></tr><tr><th>1</th><td>2020</td><td>–</td><td>*b* $x$</td></tr>"
        "</tbody></table><p>2 rows × 3 columns</p></div>"
    )
    styler = (
        '<style type="text/css">#T_a th {color: red;}</style><table id="T_a"><caption>Styled</caption><thead><tr>'
        '<th class="blank level0">&nbsp;</th><th class="col_heading" colspan="2">Trade</th></tr><tr><th class="index_name">State</th>'
        '<th class="col_heading">Export</th><th class="col_heading">Import</th></tr></thead><tbody><tr><th class="row_heading">Arandia</th>'
        '<td class="data">1,234.5</td><td class="data">(12.0)</td></tr></tbody></table>'
    )
    cells = [
        new_markdown_cell("## Kinds of output\nA heading with no blank line before its text.\n- a list at once\n- <b>bold</b> H<sub>2</sub>O\n"),
        new_code_cell("1", outputs=[new_output("execute_result", {"text/plain": "'plain text'"}, execution_count=1)]),
        new_code_cell("2", outputs=[html(frame), html(styler)]),
        new_code_cell("3", outputs=[html(table("Nasty #texts", ["Text", "Again"], [[text, text] for text in nasty]))]),
        new_code_cell("4", outputs=[new_output("display_data", {"text/latex": "$$\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}$$", "text/plain": "M"})]),
        new_code_cell("5", outputs=[
            new_output("display_data", {"image/png": base64.b64encode(png.getvalue()).decode()}, metadata={"image/png": {"alt": "A small PNG"}}),
            new_output("display_data", {"image/jpeg": base64.b64encode(jpeg.getvalue()).decode()}, metadata={"alt": "A small JPEG"}),
        ]),
        new_code_cell("6", outputs=[
            new_output("stream", name="stdout", text="\x1b[31mred\x1b[0m 10%\r100%\n#eval(1) $x$ *b*\n" + "w" * 300 + "\n"),
            new_output("stream", name="stderr", text="a warning\n"),
        ]),
        new_code_cell("7", outputs=[new_output("error", ename="ValueError", evalue="bad \x1b[1mvalue\x1b[0m #1", traceback=["\x1b[0;31mTrace\x1b[0m line #1"])], metadata={"tags": ["raises-exception"]}),
        new_markdown_cell("![a dot](attachment:dot.png) and <img src=\"attachment:dot.png\" alt=\"the same dot\">\n\n#### Deep heading\n\n"
                          "```{=typst}\n#panic(\"code\")\n```\n\n<span typst:text:size=\"panic()\" style=\"color:red\">span</span> and [gone](#nowhere)\n\n"
                          "\\begin{align} a &= b \\\\ c &= d \\end{align}\n\n<div class=\"note\">\n\nIn a *div*.\n\n</div>\n\n"
                          "Naïve “quotes”, Cyrillic: Россия и Корея; a very " + "long" * 60 + " word.\n",
                          attachments={"dot.png": {"image/png": base64.b64encode(png.getvalue()).decode()}}),
        new_code_cell("8", outputs=[new_output("stream", name="stdout", text="never seen")], metadata={"tags": ["remove-output"]}),
        new_markdown_cell("Never seen either.", metadata={"tags": ["remove-cell"]}),
    ]  # fmt: skip
    return notebook(cells)


def notebook(cells: list[Any]) -> Any:
    for number, cell in enumerate(cells, 1):
        cell["id"] = f"cell-{number}"
    return new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in (("pdf_report", report), ("pdf_kinds", kinds)):
        nbformat.write(make(), FOLDER / f"{name}.ipynb")
