"""Pictures in a notebook's outputs, read one way for every format.

A chart publishes a picture and, beside it, the words that belong to it: alt text, title, subtitle and source line. The
words are not drawn in the picture, so each exporter can set them as real text.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tightrope.errors import RenderFailed
from tightrope.publish.numbers import Numbers, read_numbers
from tightrope.publish.unbroken import single_spaced

# Best first: a drawing scales, prints and can be read aloud; a photograph is better as JPEG than as nothing.
IMAGE_MIMES = ("image/svg+xml", "image/png", "image/jpeg", "image/webp", "image/gif")

# How the data of each kind begin.
MAGIC = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}


@dataclass(frozen=True)
class Figure:
    """One picture with its words.

    Attributes
    ----------
    mime : str
        One of `IMAGE_MIMES`.
    data : str or bytes
        SVG source as text; every other kind as decoded bytes.
    alt : str
        Alternative text, never empty.
    title, subtitle, source : str
        Words set around the picture; empty where the notebook gave none.
    width_in : float or None
        Width in inches the picture was drawn for; None where the notebook did not say.
    inks : bool
        Whether the neutral colours are the house's four, so that a dark page may swap them.
    cell : int
        Number of the cell it came from, counted from 1.
    numbers : Numbers or None
        What it draws, as a table; None where the notebook offers none.
    """

    mime: str
    data: str | bytes
    alt: str
    title: str = ""
    subtitle: str = ""
    source: str = ""
    width_in: float | None = None
    inks: bool = False
    cell: int = 0
    numbers: Numbers | None = None

    @property
    def is_svg(self) -> bool:
        """Whether the picture is a drawing."""
        return self.mime == "image/svg+xml"


def image_mime(output: Mapping[str, Any]) -> str | None:
    """Name the best picture an output holds, or None where it holds none."""
    if output.get("output_type") not in ("display_data", "execute_result"):
        return None
    data = output.get("data") or {}
    return next((mime for mime in IMAGE_MIMES if mime in data), None)


def read_figure(output: Mapping[str, Any], cell_index: int) -> Figure | None:
    """Read the picture of one output.

    Parameters
    ----------
    output : mapping
        A notebook output (nbformat 4).
    cell_index : int
        Place of its cell in the notebook, counted from 0; `cell_number` less 1 where papermill put one in.

    Returns
    -------
    Figure or None
        None where the output holds no picture.

    Raises
    ------
    RenderFailed
        Where the picture has no alt text, its data do not decode, or it names numbers that are none.
    """
    mime = image_mime(output)
    if mime is None:
        return None
    where = f"cell {cell_index + 1}"
    words = _words(output.get("metadata") or {}, mime)
    alt = _text(words.get("alt"))
    if not alt:
        raise RenderFailed(
            "a picture has no alt text",
            where=f"{where}, output {mime}",
            why="a reader who cannot see it, and the tagged PDF, would get nothing",
            fix=f'give the output the metadata {{"{mime}": {{"alt": "…"}}}}, or tag the cell remove-output',
        )
    return Figure(
        mime=mime,
        data=_decode(output["data"][mime], mime, where),
        alt=alt,
        title=_text(words.get("title")),
        subtitle=_text(words.get("subtitle")),
        source=_text(words.get("source")),
        width_in=_width(words.get("width_in")),
        inks=bool(words.get("inks", False)),
        cell=cell_index + 1,
        numbers=read_numbers(words["numbers"], where) if "numbers" in words else None,
    )


def cell_number(nb: Mapping[str, Any], index: int) -> int:
    """Count a cell as its author does: from 1, without the cell of parameters that papermill puts in."""
    return 1 + sum("injected-parameters" not in c.get("metadata", {}).get("tags", []) for c in nb["cells"][:index])


def iter_figures(nb: Mapping[str, Any]) -> Iterator[Figure]:
    """Read every picture of a notebook in order; raises like `read_figure`.

    Cells tagged ``remove-cell``, ``hide`` or ``remove-output`` are never published, so they are passed over.
    """
    for index, cell in enumerate(nb["cells"]):
        tags = set(cell.get("metadata", {}).get("tags", []))
        if cell["cell_type"] != "code" or tags & {"remove-cell", "hide", "remove-output"}:
            continue
        for output in cell.get("outputs", []):
            figure = read_figure(output, cell_number(nb, index) - 1)
            if figure is not None:
                yield figure


def _words(metadata: Mapping[str, Any], mime: str) -> dict[str, Any]:
    """Merge the words, the picture's own last: a fallback's words serve where the picture has none."""
    found = {key: value for key, value in metadata.items() if not isinstance(value, Mapping)}
    for other in (*reversed(IMAGE_MIMES), mime):
        own = metadata.get(other)
        if isinstance(own, Mapping):
            found.update(own)
    return found


def _text(value: object) -> str:
    return single_spaced(value) if isinstance(value, str) else ""


def _width(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0 else None


def _decode(raw: object, mime: str, where: str) -> str | bytes:
    text = "".join(raw) if isinstance(raw, (list, tuple)) else raw
    if isinstance(text, bytes):
        return text.decode() if mime == "image/svg+xml" else text
    if not isinstance(text, str):
        raise RenderFailed("a picture is neither text nor bytes", where=f"{where}, output {mime}")
    if mime == "image/svg+xml":
        return text
    try:
        return base64.b64decode(text)
    except binascii.Error as error:
        raise RenderFailed(
            "a picture does not decode", where=f"{where}, output {mime}", why=str(error), fix="run the notebook again"
        ) from None
