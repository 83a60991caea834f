"""Many reports in one process: exporters, templates and fonts are loaded once, kernels are forked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tightrope.errors import UnknownName
from tightrope.publish.progress import Progress
from tightrope.publish.render import KERNELS, Rendered, check_formats, load_exporters, render
from tightrope.publish.sign import Key


def warm_up(preload: Iterable[str] = (), folder: Path | None = None) -> None:
    """Start one server of warm kernels for this process and for the workers it is about to start.

    It returns at once. Call it in the process that outlives the workers, before they start; without it each worker
    starts a server of its own.

    Parameters
    ----------
    preload : iterable of str
        Modules to load besides the usual ones, and hooks to call (``module:function``). What a notebook names in its
        metadata as ``tightrope.preload`` is loaded when its first report is asked for, if it is not named here.
    folder : Path, optional
        Where hooks are called, for those that look for their files from there: the notebook's.
    """
    from tightrope.publish import warm
    from tightrope.publish.notebooks import steady_environment

    if warm.is_supported():
        with steady_environment():
            warm.start(preload, folder=folder)


class Worker:
    """Renders one report after another.

    A worker is one process's and one thread's: papermill's working directory is the process's own, and Typst's threads
    do not live on in a fork. So make it in the process that is to use it.

    Parameters
    ----------
    out : Path
        Folder of all reports.
    formats : sequence of str
        ``html``, ``pdf`` or both.
    kernel : {"warm", "plain"}
        Fork kernels, or start the notebook's own.
    root : Path, optional
        The project's root; found from the notebook's folder where not given.
    cell_timeout : int, optional
        Seconds that one cell may take; no limit where not given.
    key : Key, optional
        Signs every report.

    Raises
    ------
    BadParameter, UnknownName
        Where a format or the kernel is none of ours.
    """

    def __init__(
        self,
        out: Path,
        formats: Sequence[str] = ("html", "pdf"),
        *,
        kernel: str = "warm",
        root: Path | None = None,
        cell_timeout: int | None = None,
        key: Key | None = None,
    ) -> None:
        if kernel not in KERNELS:
            raise UnknownName("kernel", kernel, KERNELS, where="--kernel")
        self.out, self.formats, self.kernel = out, check_formats(formats), kernel
        self.root, self.cell_timeout, self.key = root, cell_timeout, key
        load_exporters(self.formats)

    def render(
        self,
        notebook: Path,
        parameters: Mapping[str, Any],
        *,
        name: str | None = None,
        force: bool = False,
        texts: bool = False,
        progress: Progress | None = None,
    ) -> Rendered:
        """Render one report; see `tightrope.publish.render.render`."""
        return render(
            notebook,
            parameters,
            formats=self.formats,
            out=self.out,
            root=self.root,
            force=force,
            texts=texts,
            progress=progress,
            name=name,
            kernel_name=KERNELS[self.kernel],
            cell_timeout=self.cell_timeout,
            key=self.key,
        )
