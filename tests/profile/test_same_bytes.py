"""A page is the same to the byte whether figures were kept, made anew or not to be kept, and in either kernel."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.profile.whole import ROOT

from tightrope.evidence import store
from tightrope.publish import warm
from tightrope.publish.render import KERNELS, render

NOTEBOOK = ROOT / "notebooks" / "pair_profile.ipynb"


@pytest.mark.skipif(not warm.is_supported(), reason="warm kernels need Linux")
def test_kept_made_anew_and_not_kept_give_the_same_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = {}
    for name, kernel, kept in (
        ("not kept", "plain", "off"),
        ("made anew", "warm", str(tmp_path / "kept")),
        ("kept", "warm", str(tmp_path / "kept")),
    ):
        monkeypatch.setenv(store.FOLDER, kept)
        out = tmp_path / name
        report = render(
            NOTEBOOK, {"state_a": "KOR", "state_b": "RUS"}, formats=("html",), out=out, root=ROOT,
            kernel_name=KERNELS[kernel],
        )  # fmt: skip
        made[name] = {ending: path.read_bytes() for ending, path in report.files.items()}
    assert made["not kept"] == made["made anew"] == made["kept"]
    assert len(list((tmp_path / "kept").glob("gravity-*"))) == 1
    assert len(made["kept"]["html"]) > 100_000
