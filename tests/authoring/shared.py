"""What these tests share: the project's root and readers of its documents."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

ROOT = Path(__file__).parents[2]
Run = Callable[..., Result]


def blocks(text: str, kind: str) -> list[str]:
    """Give the fenced blocks of one kind, in their order."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.M | re.S)


def files_of(folder: Path) -> dict[str, bytes]:
    """Give every file under a folder by its path."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
