"""One recipe a table: raw files of the source collection in, a tidy table and its descriptor out."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tightrope.errors import BadTable, UnknownName
from tightrope.evidence import find_root
from tightrope.evidence.corrections import correction

RECIPES: dict[str, Callable[[Raw], pd.DataFrame]] = {}
DESCRIPTORS = Path(__file__).parent / "descriptors"


@dataclass(frozen=True)
class Raw:
    """The folder of the source collection, with sub-folders trade, politics and society.

    A sample is not held to the counts that the corrections expect of the whole.
    """

    folder: Path
    is_sample: bool = False

    def read(self, path: str, **options: Any) -> pd.DataFrame:
        """Read ``trade/x.csv``, ``.csv.gz`` or ``.parquet``: only an empty cell is missing ("NA" is Namibia)."""
        full = self.folder / path
        if not full.is_file():
            raise BadTable("a raw file is missing", where=str(path), fix="give --sources the folder that holds it")
        if path.endswith(".parquet"):
            return pd.read_parquet(full)
        frame: pd.DataFrame = pd.read_csv(full, keep_default_na=False, na_values=[""], low_memory=False, **options)
        return frame

    def corrected(self, path: str, name: str, **options: Any) -> pd.DataFrame:
        """Read a raw file and put it right by the record ``name`` of data/corrections, whose error it must show."""
        return correction(find_root(), name).apply(self.read(path, **options), is_sample=self.is_sample)


def recipe(name: str) -> Callable[[Callable[[Raw], pd.DataFrame]], Callable[[Raw], pd.DataFrame]]:
    """Register the function that makes the table called ``name``."""

    def wrap(function: Callable[[Raw], pd.DataFrame]) -> Callable[[Raw], pd.DataFrame]:
        RECIPES[name] = function
        return function

    return wrap


def read_descriptors() -> dict[str, dict[str, Any]]:
    """Read every descriptors/<theme>.toml: table name to its descriptor, with ``theme`` added."""
    tables: dict[str, dict[str, Any]] = {}
    for path in sorted(DESCRIPTORS.glob("*.toml")):
        for name, entry in tomllib.loads(path.read_text(encoding="utf-8"))["tables"].items():
            tables[name] = {"theme": path.stem.split("_")[0], **entry}
    return tables


def find_recipe(name: str) -> Callable[[Raw], pd.DataFrame]:
    """Give the recipe of a table; raises ``UnknownName``."""
    if name not in RECIPES:
        raise UnknownName("table", name, RECIPES, "recipes")
    return RECIPES[name]
