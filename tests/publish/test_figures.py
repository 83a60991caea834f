"""Pictures and the words that belong to them."""

from __future__ import annotations

import base64
from typing import Any

import nbformat
import pytest

from tightrope.errors import RenderFailed
from tightrope.publish.figures import cell_number, iter_figures, read_figure

PNG = base64.b64encode(b"\x89PNG data").decode()


def output(data: Any, metadata: Any = None) -> Any:
    return nbformat.v4.new_output("display_data", data, metadata=metadata or {})


def test_drawing_is_preferred_and_carries_its_words() -> None:
    words = {"alt": " A line\nrises. ", "title": "T", "subtitle": "S", "source": "Src", "width_in": 6.3, "inks": True}
    figure = read_figure(output({"image/svg+xml": "<svg/>", "image/png": PNG}, {"image/svg+xml": words}), 4)
    assert figure is not None
    assert (figure.mime, figure.data, figure.alt, figure.width_in) == ("image/svg+xml", "<svg/>", "A line rises.", 6.3)
    assert (figure.title, figure.subtitle, figure.source, figure.inks, figure.cell) == ("T", "S", "Src", True, 5)


def test_bitmap_is_decoded() -> None:
    figure = read_figure(output({"image/png": PNG}, {"image/png": {"alt": "x"}}), 0)
    assert figure is not None
    assert figure.data == b"\x89PNG data"
    assert figure.width_in is None


@pytest.mark.parametrize("metadata", [{"alt": "shared"}, {"image/png": {"alt": "shared"}}])
def test_alt_of_the_fallback_or_of_the_whole_serves(metadata: Any) -> None:
    figure = read_figure(output({"image/svg+xml": "<svg/>", "image/png": PNG}, metadata), 0)
    assert figure is not None
    assert figure.alt == "shared"


@pytest.mark.parametrize("metadata", [{}, {"image/svg+xml": {"alt": "  "}}, {"image/svg+xml": {"title": "T"}}])
def test_no_alt_is_refused_with_its_cell(metadata: Any) -> None:
    with pytest.raises(RenderFailed, match="no alt text") as caught:
        read_figure(output({"image/svg+xml": "<svg/>"}, metadata), 6)
    assert "cell 7" in caught.value.where
    assert caught.value.exit_code == 1


def test_what_is_no_picture_is_none() -> None:
    assert read_figure(output({"text/html": "<p>"}), 0) is None
    assert read_figure(nbformat.v4.new_output("stream", text="x"), 0) is None


def test_broken_data_are_refused() -> None:
    with pytest.raises(RenderFailed, match="does not decode"):
        read_figure(output({"image/png": "a"}, {"alt": "x"}), 0)


def test_cells_are_counted_without_papermills_own() -> None:
    cells = [nbformat.v4.new_code_cell("a"), nbformat.v4.new_code_cell("b"), nbformat.v4.new_code_cell("c")]
    cells[1].metadata["tags"] = ["injected-parameters"]
    cells[2].outputs = [output({"image/png": PNG}, {"alt": "x"})]
    nb = nbformat.v4.new_notebook(cells=cells)
    assert cell_number(nb, 2) == 2
    assert [figure.cell for figure in iter_figures(nb)] == [2]
    cells[2].metadata["tags"] = ["remove-output"]
    assert list(iter_figures(nb)) == []
