"""One notebook and its parameters in, one report out: check, run, convert, land."""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tightrope.errors import BadParameter, UnknownName
from tightrope.publish import parameters as params
from tightrope.publish import stamp as stamps
from tightrope.publish.output import Staging
from tightrope.publish.progress import Progress, Silent
from tightrope.publish.record import Record, Summary, read_record, take_attachments
from tightrope.publish.references import write_references
from tightrope.publish.sealed import Bundle, write_notebook
from tightrope.publish.sign import Key

EXPORTERS = {
    "html": "tightrope.publish.html:TightropeHTMLExporter",
    "pdf": "tightrope.publish.pdf:TightropePDFExporter",
}

# A warm kernel is forked from a process that has the libraries loaded; a plain one is the notebook's own.
KERNELS: dict[str, str | None] = {"plain": None, "warm": "tightrope-warm"}


@dataclass(frozen=True)
class Rendered:
    """A report that stands in its folder.

    Attributes
    ----------
    folder : Path
    files : dict
        Path by ending: ``html``, ``pdf``, ``ipynb``, ``manifest.json``.
    title : str
    summary : Summary
        Closing table the notebook gave; false where there is none.
    is_new : bool
        False where the files were current and nothing ran.
    record : Record, optional
        All that the notebook said of its report; None where nothing ran.
    """

    folder: Path
    files: dict[str, Path]
    title: str
    summary: Summary
    is_new: bool
    record: Record | None = None


def find_root(start: Path | None = None) -> Path:
    """Find the project's root: TIGHTROPE_ROOT, else the nearest folder upwards with notebooks/ and pyproject.toml.

    Without either it is the folder itself, so that any notebook anywhere renders.
    """
    given = os.environ.get("TIGHTROPE_ROOT")
    if given:
        if not Path(given).is_dir():
            raise BadParameter("TIGHTROPE_ROOT is no folder", where=given, fix="unset it or name the checkout")
        return Path(given).resolve()
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "pyproject.toml").is_file() and (folder / "notebooks").is_dir():
            return folder
    return here


def find_notebook(name: str, root: Path) -> Path:
    """Find a notebook by path, or by name in ``root/notebooks``."""
    path = Path(name)
    for candidate in (path, root / "notebooks" / path.name, root / "notebooks" / f"{path.name}.ipynb"):
        if candidate.is_file() and (candidate is path or len(path.parts) == 1):
            return candidate.resolve()
    folder = root / "notebooks" if len(path.parts) == 1 else path.parent
    known = sorted(p.stem for p in folder.glob("*.ipynb"))
    if not known:
        raise BadParameter(f"no notebook {name!r}", where=f"{folder} holds none", fix="give a path, or change folder")
    raise UnknownName("notebook", path.stem if path.suffix == ".ipynb" else path.name, known, where=str(folder))


def check_formats(formats: Sequence[str]) -> tuple[str, ...]:
    """Check format names and give them once each, in order."""
    for name in formats:
        if name not in EXPORTERS:
            raise UnknownName("format", name, EXPORTERS, where="--formats")
    if not formats:
        raise BadParameter("no format is named", where="--formats", fix="write html, pdf or html,pdf")
    return tuple(dict.fromkeys(formats))


def render(
    notebook: Path,
    given: Mapping[str, Any],
    *,
    formats: Sequence[str] = ("html", "pdf"),
    out: Path,
    root: Path | None = None,
    force: bool = False,
    texts: bool = False,
    progress: Progress | None = None,
    kernel_name: str | None = None,
    name: str | None = None,
    cell_timeout: int | None = None,
    key: Key | None = None,
) -> Rendered:
    """Render one report.

    Parameters
    ----------
    notebook : Path
        The notebook; its folder is the kernel's working directory.
    given : mapping
        Values for its parameters.
    formats : sequence of str
        ``html``, ``pdf`` or both.
    out : Path
        Folder of all reports; the report goes into ``out/<slug>/<stem>.*``.
    root : Path, optional
        The project's root; found from the notebook's folder where not given.
    force : bool
        Run even where the files are current.
    texts : bool
        Whether the values are texts of a command line.
    progress : Progress, optional
        Hears of each step.
    kernel_name : str, optional
        Kernel to use instead of the notebook's own.
    name : str, optional
        Folder and file name to use instead of those the notebook gives.
    cell_timeout : int, optional
        Seconds that one cell may take; no limit where not given.
    key : Key, optional
        Signs the manifests in the files; the report is then rendered anew.

    Raises
    ------
    TightropeError
        On anything a person can mend; nothing is left behind and an earlier report stays as it was.
    """
    from tightrope.publish.execute import execute
    from tightrope.publish.notebooks import read_notebook

    say = progress or Silent()
    wanted = check_formats(formats)
    home = root or find_root(notebook.parent)
    nb = read_notebook(notebook)
    values = params.validate(given, params.declared(nb, home, notebook.name), notebook.name, texts=texts)
    stamp = stamps.make_stamp(notebook, nb, values, home)
    current = None if force or key else stamps.find_current(out, stamp, [f".{name}" for name in wanted])
    if current is not None:
        return _as_found(current)
    with Staging(out) as staging:
        warming = threading.Thread(target=load_exporters, args=(wanted,), daemon=True)
        warming.start()
        done = execute(
            nb, values, folder=notebook.parent, progress=say, kernel_name=kernel_name, cell_timeout=cell_timeout
        )
        warming.join()
        carried = take_attachments(done)
        record = read_record(done, notebook.stem)
        if name is not None:
            record = replace(record, slug=name, stem=name)
        bundle = Bundle(done, record, stamp, carried, home, key)
        outputs = _write(staging, bundle, wanted, notebook.parent, say)
        manifest_name = f"{record.stem}{stamps.SUFFIX}"
        staging.write(manifest_name, stamps.manifest(stamp, record.title, outputs))
        before = stamps.read_manifest(out / record.slug / manifest_name).get("outputs", {})
        # A format left from other inputs would contradict its neighbours, so it goes.
        stale = tuple(name for name in before if name not in outputs and _is_ours(name, record.stem))
        folder = staging.land(record.slug, last=manifest_name, stale=stale)
    names = [*outputs, manifest_name]
    return Rendered(folder, _by_ending(folder, record.stem, names), record.title, record.summary, True, record)


def _exporter(name: str) -> Any:
    module, _, attribute = EXPORTERS[name].partition(":")
    return getattr(importlib.import_module(module), attribute)


def load_exporters(formats: Sequence[str]) -> None:
    """Load exporters while the kernel runs, which leaves this process idle; a fault will show when they are used."""
    with suppress(Exception):
        for name in formats:
            if (os.getpid(), name) not in _warmed:
                _warmed.add((os.getpid(), name))
                _exporter(name).warm()


_warmed: set[tuple[int, str]] = set()


def _write(staging: Staging, bundle: Bundle, formats: Sequence[str], folder: Path, say: Progress) -> dict[str, bytes]:
    nb, record = bundle.nb, bundle.record
    outputs: dict[str, bytes] = {}
    for name in formats:
        say.step(f"writing {name.upper()}")
        exporter = _exporter(name)()
        if folder.resolve() == (bundle.root / "notebooks").resolve():
            exporter.strict = True  # what lies among the project's own notebooks is a report, even without a record
        body, resources = exporter.from_notebook_node(
            nb, resources={"metadata": {"name": record.stem, "path": str(folder)}}
        )
        for warning in resources.get("tightrope_warnings", ()):
            say.note(warning)
        outputs[f"{record.stem}.{name}"] = bundle.seal(name, body.encode() if isinstance(body, str) else body)
    outputs[f"{record.stem}.ipynb"] = write_notebook(nb)
    for ending, data in write_references(record.citations).items():
        outputs[f"{record.stem}.{ending}"] = data
    for name, data in outputs.items():
        staging.write(name, data)
    return outputs


def _as_found(manifest: Path) -> Rendered:
    import nbformat

    body = stamps.read_manifest(manifest)
    stem = manifest.name.removesuffix(stamps.SUFFIX)
    executed = manifest.with_name(f"{stem}.ipynb")
    summary = read_record(nbformat.read(executed, as_version=4), stem).summary if executed.is_file() else Summary()
    files = _by_ending(manifest.parent, stem, [*body["outputs"], manifest.name])
    return Rendered(manifest.parent, files, str(body.get("title", stem)), summary, is_new=False)


def _is_ours(name: str, stem: str) -> bool:
    return Path(name).name == name and name.startswith(f"{stem}.")


def _by_ending(folder: Path, stem: str, names: Sequence[str]) -> dict[str, Path]:
    return {name.removeprefix(f"{stem}."): folder / name for name in names}
