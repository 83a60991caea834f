"""Releases of the data package that a refresh has replaced, kept under data/releases/<version>/.

A kept release holds its own datapackage.json and the tables that changed after it; its other tables are those of a
later release or of today.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RELEASES = Path("data") / "releases"
NAME = "datapackage.json"


def kept_releases(root: Path) -> list[Path]:
    """Give the folders of the kept releases, the newest first."""
    return sorted((path.parent for path in (root / RELEASES).glob(f"*/{NAME}")), reverse=True)


def tables_in(folder: Path) -> dict[str, dict[str, Any]]:
    """Give the resources of the data package in a folder by name; none where there is no package."""
    try:
        body = json.loads((folder / NAME).read_text(encoding="utf-8"))
        return {str(one["name"]): one for one in body["resources"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def release_with(root: Path, hashes: Mapping[str, str]) -> Path | None:
    """Give the folder of the release whose tables have these hashes: data/ of today, a kept one, or None."""
    for folder in (root / "data", *kept_releases(root)):
        tables = tables_in(folder)
        if all(tables.get(name, {}).get("hash") == whole for name, whole in hashes.items()):
            return folder
    return None


def files_of(root: Path, folder: Path) -> dict[str, Path]:
    """Give the files of a release by their path under data/, wherever each of its tables is kept.

    A table that no longer exists with its hash is left out, so that reading it fails instead of giving other rows.
    """
    found = {NAME: folder / NAME}
    stores = [(store, tables_in(store)) for store in (root / "data", *kept_releases(root))]
    for name, table in tables_in(folder).items():
        for store, tables in stores:
            path = store / str(table["path"])
            if tables.get(name, {}).get("hash") == table.get("hash") and path.is_file():
                found[str(table["path"])] = path
                break
    return found
