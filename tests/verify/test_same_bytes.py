"""Same inputs, same bytes: over runs, folders, time zones, locales and both kinds of kernel."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.verify.conftest import Render


@pytest.mark.parametrize(
    ("kernel", "environment"),
    [
        ("plain", {"TZ": "Asia/Seoul", "LC_ALL": "ko_KR.UTF-8", "LANG": "ko_KR.UTF-8", "COLUMNS": "40"}),
        ("warm", {"TZ": "America/New_York", "LC_ALL": "POSIX", "LANG": "C", "PYTHONHASHSEED": "7"}),
    ],
)
def test_a_report_is_the_same_to_the_byte(
    pair: Path, render_pair: Render, kernel: str, environment: dict[str, str]
) -> None:
    again = render_pair(kernel, **environment)
    assert again.parent != pair.parent
    names = sorted(path.name for path in pair.parent.iterdir())
    assert sorted(path.name for path in again.parent.iterdir()) == names
    assert {path.suffix for path in pair.parent.iterdir()} >= {".html", ".pdf", ".ipynb", ".json"}
    differing = [name for name in names if (pair.parent / name).read_bytes() != (again.parent / name).read_bytes()]
    assert differing == []
