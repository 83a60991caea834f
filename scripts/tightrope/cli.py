"""The command ``tightrope``: one function a verb, each importing what it needs when it runs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from tightrope.errors import BadParameter, TightropeError
from tightrope.language import LANGUAGES


class _Shown(click.ClickException):
    """One of our errors on its way out: its own text, its own exit code, no traceback."""

    def __init__(self, error: TightropeError) -> None:
        super().__init__(str(error))
        self.exit_code = error.exit_code  # type: ignore[misc]  # click reads it off the instance

    def show(self, file: Any = None) -> None:
        click.echo(f"error: {self.message}", file=file or sys.stderr)


class _Group(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TightropeError as error:
            raise _Shown(error) from None


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tightrope", prog_name="tightrope")
def main() -> None:
    """Turn an article about relations between states into an evidence report."""


@main.command()
@click.argument("notebook")
@click.option("-p", "--parameter", "pairs", multiple=True, metavar="NAME=VALUE", help="Set a parameter; repeatable.")
@click.option("--formats", default="html,pdf", show_default=True, help="Comma-separated: html, pdf.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of all reports.  [default: reports/build]")
@click.option("--force", is_flag=True, help="Run again even where the report is current.")
@click.option(
    "--kernel", type=click.Choice(["plain", "warm"]), default="plain", show_default=True,
    help="Start the notebook's own kernel, or fork one with its libraries loaded.",
)  # fmt: skip
@click.option("--sign-key", type=click.Path(path_type=Path), metavar="FILE",
              help="Sign what the report carries with this Ed25519 key (PEM).")  # fmt: skip
@click.option("--text", type=click.Path(path_type=Path), metavar="FILE",
              help="The article, whose sentences are shown beside its claims.")  # fmt: skip
def render(pairs: tuple[str, ...], text: Path | None, **options: Any) -> None:
    """Run NOTEBOOK and write its report.

    NOTEBOOK is a path, or a name found in notebooks/. HTML and PDF carry the notebook, the rows that it read, its
    figures and a manifest, which `tightrope verify` holds them against.
    """
    from tightrope.publish.closing import render_with_progress

    if text is not None:
        from tightrope.claims.text import hand_over

        pairs = (*pairs, f"text={hand_over(text)}")
    render_with_progress(pairs=pairs, **options)


@main.command()
@click.argument("order")
@click.option("--dry-run", is_flag=True, help="Check the order, list its reports, and render nothing.")
@click.option("--explain", is_flag=True, help="Say of each stale report why it is stale, and render nothing.")
@click.option("--only", default="", metavar="GLOB", help="Only reports with such a name, for example 'KOR-*'.")
@click.option("--formats", default="", help="Comma-separated, instead of the order's: html, pdf.")
@click.option("--workers", type=click.IntRange(min=1), help="Worker processes.  [default: one a processor]")
@click.option(
    "--kernel", type=click.Choice(["warm", "plain"]), default="warm", show_default=True,
    help="Fork kernels from one that has the libraries loaded, or start each anew.",
)  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=1), default=600, show_default=True, metavar="SECONDS",
              help="Stop a report that takes longer.")  # fmt: skip
@click.option("--memory", type=click.FloatRange(min=64), metavar="MB", help="Stop a report that takes more memory.")
@click.option("--retry-failed", is_flag=True, help="Try again what failed and whose inputs are unchanged.")
@click.option("--json", "in_json", is_flag=True, help="Print events, one JSON object a line.")
@click.option("--out", metavar="PLACE",
              help="Folder of all reports, or s3://bucket/folder and the like.  [default: reports/build]")  # fmt: skip
@click.option("--scheduler", default="", metavar="ADDRESS",
              help="Render on a Dask cluster, for example tcp://host:8786, instead of on this machine.")  # fmt: skip
@click.option("--sign-key", type=click.Path(path_type=Path), metavar="FILE",
              help="Sign every report with this Ed25519 key (PEM); what it has not signed is stale.")  # fmt: skip
def batch(**options: Any) -> None:
    """Render every report of ORDER that is not up to date, and the index of them all.

    ORDER is a path, or a name found in reports/. A run that was stopped goes on where it was when it is started again.
    """
    from tightrope.batch.command import run_order

    sys.exit(run_order(**options))


@main.command()
@click.argument("names", nargs=-1)
@click.option("--text", type=click.Path(path_type=Path), metavar="FILE", help="The article, to find each claim in.")
@click.option(
    "--stale", is_flag=True, help="List the tables that are older than their producer's next release instead."
)
@click.option("--on", metavar="DATE", help="The day to look on with --stale, year-month-day.  [default: today]")
@click.option("--json", "in_json", is_flag=True, help="With --stale, print one JSON object.")
def check(names: tuple[str, ...], text: Path | None, stale: bool, on: str | None, in_json: bool) -> None:
    """Validate data/: the tables and articles NAMES, or all of them.

    Of an article it says claim by claim what is at fault and what is yet to be filled in. With --stale nothing is
    validated: each table for which a newer release is due is listed with how to refresh it, and the exit code is 0.
    """
    from tightrope.evidence import find_root

    if stale:
        if text is not None:
            raise BadParameter("--stale looks at tables, which no text belongs to", fix="leave --text out")
        from tightrope.refresh.overdue import overdue

        click.echo(overdue(find_root(), names, on, in_json))
        return
    if on or in_json:
        raise BadParameter("--on and --json go with --stale", fix="add --stale, or leave them out")
    from tightrope.claims.checked import check as look

    said, is_sound = look(find_root(), names, text)
    click.echo(said)
    if not is_sound:
        sys.exit(2)


@main.command()
@click.argument("article")
@click.option("--as-of", metavar="DATE", help="The day to judge on, year-month-day.  [default: the article's own]")
@click.option("--claim", "claims", multiple=True, metavar="ID", help="Judge this claim only; repeatable.")
@click.option("--json", "in_json", is_flag=True, help="Print a JSON array with every reading, flip and context.")
@click.option("--history", is_flag=True, help="Judge over the years instead, and store when each claim held.")
def judge(article: str, as_of: str | None, claims: tuple[str, ...], in_json: bool, history: bool) -> None:
    """Judge the claims of ARTICLE (a folder of data/articles) and print the verdicts.

    The table shows the verdict, what it would be on the plain readings alone, in how many of the readings the claim
    holds, and the smallest change of one evidence value that would change the verdict.
    """
    import gc

    # One short run: what it makes is needed to its end.
    gc.disable()
    if history:
        from tightrope.claims import load_article
        from tightrope.claims.history import write_spans
        from tightrope.evidence import find_root

        path = write_spans(find_root(), load_article(find_root(), article))
        click.echo(str(path.relative_to(find_root())))
        return
    from tightrope.claims.export import as_json, judge_all
    from tightrope.claims.terminal import show
    from tightrope.evidence import find_root

    judged = judge_all(find_root(), article, as_of, claims, with_context=in_json)
    if in_json:
        from tightrope.narrative.context import say_part

        click.echo(as_json(judged, say_part))
    else:
        show(judged)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--rerun", is_flag=True, help="Run the attached notebook on the attached rows, and compare every number.")
@click.option("--json", "in_json", is_flag=True, help="Print one JSON object.")
@click.option("--trust", type=click.Path(path_type=Path), metavar="FOLDER",
              help="Public keys (*.pem): the report must be signed by one of them.")  # fmt: skip
@click.option("--identity", default="", metavar="WHO",
              help="Whom a Sigstore bundle beside FILE must name: an e-mail address, or a workflow's.")  # fmt: skip
@click.option("--issuer", default="", metavar="URL", help="Who must have vouched for that identity.")
@click.option("--trust-config", type=click.Path(path_type=Path), metavar="FILE",
              help="A private Sigstore: its bundle must lie beside FILE.  [default: the public one]")  # fmt: skip
@click.option("--language", type=click.Choice(LANGUAGES), help="What to speak.  [default: the report's own language]")
def verify(
    file: Path, rerun: bool, in_json: bool, trust: Path | None, identity: str, issuer: str, trust_config: Path | None,
    language: str | None,
) -> None:  # fmt: skip
    """Say whether the report FILE, a PDF or HTML page, is as it was made, and name what was changed.

    Attachments are held against the manifest, pages against their hashes, and every number and verdict word on them
    against the attached notebook; then the report's inputs against those of this checkout. Nothing from the file is run
    without --rerun, which runs its notebook in a temporary folder with your own rights: use it on what you trust.

    A Sigstore bundle beside it, FILE.sigstore.json, is checked without the network, by the keys in Sigstore's package,
    or by those of a private instance: --trust-config takes the file that the command sigstore takes by that name.

    Without a signature a file shows only that it agrees with its own manifest; who writes that anew leaves no trace.
    What is found is told in the report's own language or in --language, with --json always in English.
    Exit code: 0 intact, 1 altered or not signed as asked, 2 not readable or no report of ours.
    """
    from tightrope.verify.command import verify as check_file

    sys.exit(check_file(file, rerun, in_json, trust, identity, issuer, language or "", trust_config))


@main.command()
@click.argument("old")
@click.argument("new")
@click.option("--article", metavar="NAME", help="Judge this article on two days, OLD and NEW, instead.")
@click.option("--json", "in_json", is_flag=True, help="Print a JSON array with every change.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a short report of the changes.")
@click.option("--language", type=click.Choice(LANGUAGES),
              help="What to speak.  [default: the language of NEW]")  # fmt: skip
def diff(**options: Any) -> None:
    """Show what changed from OLD to NEW: two PDFs, two HTML files, two folders of reports, or two days.

    Verdicts that changed, with the readings and rows that turned them; numbers that moved, each by its name; claims and
    sources added and gone. Folders are compared report by report.

    Terminal and HTML speak the language of the new reports (English where those have several) or --language; claims are
    told in it where the article is in this checkout. JSON keeps its English keys and words.
    """
    from tightrope.diff.command import diff as compare

    compare(**options)


@main.command()
@click.argument("slug")
@click.option("--states", nargs=2, required=True, metavar="A B", help="The two states, the article's own first.")
@click.option("--date", "day", required=True, metavar="DATE", help="The article's date, year-month-day.")
@click.option("--powers", nargs=2, default=None, metavar="A B", help="Two powers to place the first state between.")
@click.option("--title", default="", help="The article's title.")
@click.option("--author", default="", help="Who wrote it.")
@click.option("--language", default="en", show_default=True, metavar="CODE", help="The language of its text.")
@click.option("--text", type=click.Path(path_type=Path), metavar="FILE", help="The article, to propose claims from.")
@click.option("--accept", type=click.Choice(["ask", "all", "none"]),
              help="Which proposals become candidates.  [default: ask on a terminal, else all]")  # fmt: skip
def new(**options: Any) -> None:
    """Make the folder of an article, SLUG: its record, claims to fill in, argument map and order.

    No sentence of the text is written: a candidate holds its place, its hash and what made it stand out.
    """
    from tightrope.authoring.command import new_article

    new_article(**options)


@main.command()
@click.argument("name", required=False)
@click.option("--json", "in_json", is_flag=True, help="Print a JSON array with everything of each measure.")
def measures(name: str | None, in_json: bool) -> None:
    """List the measures that can test a claim, or say of NAME which arguments it takes, its unit and an example."""
    from tightrope.authoring.command import show_measures

    show_measures(name, in_json)


@main.command()
@click.argument("sources", nargs=-1)
@click.option("--from", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Read a file that was downloaded from the producer.")  # fmt: skip
@click.option("--apply", is_flag=True, help="Swap the new release in; without SOURCES the one that was staged before.")
@click.option("--accept", multiple=True, metavar="RULE", help="Accept an answer that breaks a rule: gone, jumps.")
@click.option("--address", default="", metavar="URL", help="Fetch from this address, a mirror of the producer's.")
@click.option("--json", "in_json", is_flag=True, help="Print what would change as JSON.")
def refresh(
    sources: tuple[str, ...], file: Path | None, apply: bool, accept: tuple[str, ...], address: str, in_json: bool
) -> None:
    """Bring SOURCES up to date from their producers, and show what would change in tables and in verdicts.

    Without SOURCES the sources are listed. Nothing under data/ changes before --apply.
    """
    from tightrope.refresh.command import run_refresh

    sys.exit(run_refresh(sources, file, apply, accept, in_json, address))


if __name__ == "__main__":
    main()
