"""``python -m tightrope.ingest --sources DIR [TABLE …]``: make data/ from the source collection."""

from __future__ import annotations

import fcntl
import importlib
import json
import pkgutil
import sys
import time
from pathlib import Path
from typing import Any

import click

import tightrope.ingest
from tightrope.errors import TightropeError, UnknownName
from tightrope.ingest.build import build_table, write_package
from tightrope.ingest.recipe import Raw, read_descriptors


@click.command()
@click.option("--sources", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--data", default="data", type=click.Path(file_okay=False, path_type=Path), help="Where to write.")
@click.argument("tables", nargs=-1)
def main(sources: Path, data: Path, tables: tuple[str, ...]) -> None:
    """Make TABLES, or every table, and write the descriptor."""
    for module in pkgutil.iter_modules(tightrope.ingest.__path__):
        if module.name != "__main__":
            importlib.import_module(f"tightrope.ingest.{module.name}")
    try:
        make(sources, data, tables)
    except TightropeError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)


def make(sources: Path, data: Path, tables: tuple[str, ...]) -> None:
    """Make the tables named, or all; keep the descriptor's other resources."""
    entries = read_descriptors()
    for name in tables:
        if name not in entries:
            raise UnknownName("table", name, entries, "descriptors")
    for name in tables or entries:
        start = time.perf_counter()
        made = build_table(name, entries[name], Raw(sources), data)
        _add(made, data, set(entries))
        rows = made["tightrope"]["coverage"]["n_rows"]
        click.echo(f"{name}: {rows} rows, {made['bytes'] / 1e6:.2f} MB, {time.perf_counter() - start:.1f} s")


def _add(made: dict[str, Any], data: Path, known: set[str]) -> None:
    # The lock and the fresh read let different tables be built at once.
    path = data / "datapackage.json"
    with (data / ".ingest.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = json.loads(path.read_text(encoding="utf-8"))["resources"] if path.exists() else []
        resources = [r for r in kept if r["name"] != made["name"] and r["name"] in known]
        write_package([*resources, made], data)


if __name__ == "__main__":
    main()
