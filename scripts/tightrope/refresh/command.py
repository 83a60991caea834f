"""``tightrope refresh``: fetch, stage, hold against the rules, show what would change, and swap when asked."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from tightrope.errors import BadParameter, BadTable, UnknownName
from tightrope.evidence import find_root, load_package
from tightrope.refresh import assembly, comtrade, files, passports, stage, worldbank
from tightrope.refresh.changes import TableChange, VerdictChange, table_change, verdict_changes
from tightrope.refresh.feed import Feed, Release, find_feed, load_feeds
from tightrope.refresh.ground import Ground
from tightrope.refresh.sound import RULES, hold
from tightrope.refresh.wire import Terms, Wire

FETCH = {
    "worldbank": worldbank.fetch,
    "comtrade": comtrade.fetch,
    "passports": passports.fetch,
    "assembly": assembly.fetch,
}
READ = {"arms": files.arms, "idealpoints": files.ideal_points, "baci": files.baci}


def run_refresh(
    sources: tuple[str, ...], file: Path | None, apply: bool, accept: tuple[str, ...], in_json: bool,
    address: str = "", terms: Terms | None = None, today: date | None = None,
) -> int:  # fmt: skip
    """Bring sources up to date; give the exit code.

    Without ``sources`` the feeds are listed, or with ``apply`` what was staged before is swapped in.
    """
    root = find_root()
    for rule in accept:
        if rule not in RULES:
            raise UnknownName("rule", rule, RULES, "--accept")
    feeds = [find_feed(name) for name in sources]
    _check_files(feeds, file, address)
    with stage.only_one(root) as folder:
        if not feeds:
            return _apply_staged(root, folder, in_json) if apply else _list(in_json)
        ground = Ground(root, today or date.today())
        staged = stage.begin(root, folder)
        tables: list[TableChange] = []
        for feed in feeds:
            release = _release(feed, file, folder, ground, address, terms)
            tables += _put(staged, feed, release, ground, frozenset(accept))
        if tables:
            stage.validate(staged)
        verdicts = verdict_changes(root, staged) if tables else []
        kept = stage.apply(root, staged) if apply and tables else None
        _say(tables, verdicts, kept, in_json)
    return 0


def _check_files(feeds: list[Feed], file: Path | None, address: str) -> None:
    for feed in feeds:
        if feed.is_file and file is None:
            raise BadParameter(
                f"{feed.name} publishes archives", fix=f"download one from {feed.address}, give --from FILE"
            )
        if file is not None and not feed.is_file:
            raise BadParameter(f"{feed.name} is fetched, not read from a file", fix="leave --from out")
    if (file is not None or address) and len(feeds) != 1:
        raise BadParameter("--from and --address go with one source", fix="name one source")


def _release(feed: Feed, file: Path | None, folder: Path, ground: Ground, address: str, terms: Terms | None) -> Release:
    if file is not None:
        return READ[feed.name](feed, file, ground)
    if address:
        base = address.rstrip("/")
        feed = Feed(**{**asdict(feed), "address": base, "versions": f"{base}/commits" if feed.versions else ""})
    return FETCH[feed.name](feed, Wire(feed, folder / "answers" / feed.name, terms), ground)


def _put(staged: Path, feed: Feed, release: Release, ground: Ground, accept: frozenset[str]) -> list[TableChange]:
    package, changes, notes = load_package(ground.root), [], {}
    for name in sorted(release.tables):
        resource, stored = package.table(name), ground.stored(name)
        notes[name] = hold(feed, resource, stored, release.tables[name], accept)
        versions = (resource.details.version, release.version)
        change = table_change(name, resource.table_schema.primary_key, stored, release.tables[name], versions)
        if change.n_added or change.n_changed or change.n_gone:
            changes.append(change)
        else:
            release.tables.pop(name)
    if changes:
        stage.put(staged, feed, release, ground.today, notes)
    return changes


def _apply_staged(root: Path, folder: Path, in_json: bool) -> int:
    staged = folder / "staged"
    if not (staged / stage.BASE).is_file():
        raise BadTable("nothing is staged", where=stage.FOLDER, fix="run tightrope refresh SOURCE first")
    stage.validate(staged)
    kept = stage.apply(root, staged)
    click.echo(
        json.dumps({"applied": True, "kept": str(kept)}) if in_json else f"Applied. The old release is in {kept}."
    )
    return 0


def _list(in_json: bool) -> int:
    feeds = load_feeds().values()
    if in_json:
        click.echo(json.dumps([asdict(feed) for feed in feeds], indent=1))
        return 0
    for feed in feeds:
        how = "from a downloaded file (--from FILE)" if feed.is_file else "fetched"
        click.echo(f"{feed.name:12} {feed.title}, {feed.producer}: {', '.join(feed.tables)}; {how}; {feed.licence}")
    return 0


def _say(tables: list[TableChange], verdicts: list[VerdictChange], kept: Path | None, in_json: bool) -> None:
    if in_json:
        made: dict[str, Any] = {
            "tables": [asdict(t) for t in tables], "verdicts": [asdict(v) for v in verdicts],
            "applied": kept is not None, "kept": str(kept) if kept else None,
        }  # fmt: skip
        click.echo(json.dumps(made, indent=1, default=str))
        return
    if not tables:
        click.echo("Nothing new: the stored tables hold what the producers publish.")
        return
    click.echo("Tables")
    for table in tables:
        click.echo(f"  {table.text()}\n    was: {table.version_old}\n    now: {table.version_new}")
        for example in table.examples:
            click.echo(f"    {example}")
    click.echo("Verdicts" if verdicts else "Verdicts: none changes, and no reading.")
    for verdict in verdicts:
        click.echo(f"  {verdict.text()}")
        for reading in verdict.readings[:6]:
            click.echo(f"    {reading}")
    if kept:
        click.echo(f"Applied. The old release is in {kept}: old reports can still be verified.")
    else:
        click.echo("Staged, not applied: data/ is as it was. To swap it in: tightrope refresh --apply")
