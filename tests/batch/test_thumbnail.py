"""The small picture of a report in the index is its first one, whether the notebook holds dots or a drawing."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tightrope.batch import child
from tightrope.errors import RenderFailed

FIELD = '<rect width="432" height="{h}" fill="#d00"/>'
RED = f'<svg xmlns="http://www.w3.org/2000/svg" width="432" height="{{h}}">{FIELD}</svg>'


def dots(colour: str) -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (900, 300), colour).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def output(alt: str = "A red field.", **data: str) -> dict[str, Any]:
    named = {name.replace("_", "/"): text for name, text in data.items()}
    named = {{"image/svg": "image/svg+xml"}.get(name, name): text for name, text in named.items()}
    return {"data": named, "metadata": {"image/svg+xml": {"alt": alt}} if alt else {}}


def small(tmp_path: Path, *outputs: dict[str, Any]) -> Image.Image | None:
    executed, target = tmp_path / "a.ipynb", tmp_path / "a.thumb.png"
    executed.write_text(json.dumps({"cells": [{}, {"outputs": list(outputs)}]}))
    if not child._write_thumbnail(executed, target):
        assert not target.exists()
        return None
    return Image.open(target).convert("RGB")


def test_a_drawing_is_set_small(tmp_path: Path) -> None:
    picture = small(
        tmp_path, output(text_plain="none"), output(image_svg=RED.format(h=216)), output(image_png=dots("blue"))
    )
    assert picture is not None
    assert picture.size == (360, 180)
    assert picture.getpixel((180, 90)) == (0xDD, 0, 0)


def test_a_tall_drawing_keeps_its_shape(tmp_path: Path) -> None:
    picture = small(tmp_path, output(image_svg=RED.format(h=864)))
    assert picture is not None
    assert picture.size == (120, 240)


def test_dots_serve_as_well(tmp_path: Path) -> None:
    picture = small(tmp_path, output(alt="", image_png=dots("blue")), output(image_svg=RED.format(h=216)))
    assert picture is not None
    assert picture.size == (360, 120)
    assert picture.getpixel((10, 10)) == (0, 0, 255)


@pytest.mark.parametrize(
    "given", [output(text_plain="none"), output(alt="", image_svg=RED.format(h=9)), output(image_svg="<svg")],
    ids=["no picture", "an icon without alt text", "a drawing that is none"],
)  # fmt: skip
def test_a_report_without_a_picture_has_none(tmp_path: Path, given: dict[str, Any]) -> None:
    (tmp_path / "a.thumb.png").write_bytes(b"of an earlier report")
    assert small(tmp_path, given) is None


def test_a_fork_of_a_process_that_has_set_something_does_not_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tightrope.publish.typesetter._first_process", 1)
    with pytest.raises(RenderFailed, match="fork"):
        child.draw(RED.format(h=9).encode(), 100)
