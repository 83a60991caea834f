"""An order as the command line runs it."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from tightrope.batch.child import Kernel
from tightrope.batch.order import find_order
from tightrope.batch.run import Plan, Settings, Tally, make_plan, run
from tightrope.batch.say import Say, closing_text, for_stream
from tightrope.publish.render import find_root
from tightrope.publish.sign import read_key


def run_order(
    order: str,
    *,
    dry_run: bool = False,
    explain: bool = False,
    only: str = "",
    formats: str = "",
    workers: int | None = None,
    kernel: Kernel = "warm",
    timeout: float = 600.0,
    memory: float | None = None,
    retry_failed: bool = False,
    in_json: bool = False,
    out: str | None = None,
    scheduler: str = "",
    sign_key: Path | None = None,
) -> int:
    """Run an order from the texts of a command line, and give the exit code.

    Progress goes to stderr and the closing lines to stdout; with ``in_json``, events go to stdout, and nothing else.
    """
    root = find_root()
    settings = Settings(
        out or root / "reports" / "build",
        only,
        tuple(name.strip() for name in formats.split(",") if name.strip()),
        workers or 0,
        kernel,
        timeout,
        memory or 0.0,
        retry_failed,
        scheduler,
        read_key(sign_key) if sign_key else None,
    )
    plan = make_plan(find_order(order, root), root, settings)
    say = for_stream(in_json=in_json)
    if dry_run or explain:
        _list(plan, say, in_json=in_json, explain=explain)
        return 0
    try:
        tally = run(plan, settings, say)
    finally:
        say.close()
    if not in_json:
        print(_closing(tally, plan, again=shlex.join(["tightrope", *sys.argv[1:]])))
    return tally.exit_code


def _list(plan: Plan, say: Say, *, in_json: bool, explain: bool) -> None:
    """Print the reports of an order, or why the stale ones are stale."""
    for job in plan.jobs:
        reasons = plan.stale.get(job.name, [])
        if in_json:
            if reasons or not explain:
                say("stale" if reasons else "current", name=job.name, reasons=reasons)
        elif explain:
            if reasons:
                print(f"{job.name}: {'; '.join(reasons)}")
        else:
            print(job.name)
    if not in_json:
        n_current = len(plan.jobs) - len(plan.stale) - len(plan.failed_before)
        text = f"{len(plan.jobs):,} reports: {len(plan.stale):,} to render, {n_current:,} up to date"
        if plan.failed_before:
            text += f", {len(plan.failed_before):,} failed before (--retry-failed)"
        print(text, file=sys.stderr)


def _closing(tally: Tally, plan: Plan, again: str) -> str:
    index = plan.store.place("index.html")
    if plan.store.folder is not None and plan.store.folder.is_relative_to(Path.cwd()):
        index = os.path.relpath(index)
    return closing_text(
        {
            "n_done": tally.n_done, "n_failed": tally.n_failed, "n_current": tally.n_current, "n_left": tally.n_left,
            "seconds": tally.seconds, "per_minute": 60 * tally.n_done / max(tally.seconds, 0.001),
            "index": index,
        },
        again,
    )  # fmt: skip
