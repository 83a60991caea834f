"""Run a notebook with papermill, in a kernel whose surroundings are the same everywhere."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from tightrope import errors
from tightrope.errors import RenderFailed, TightropeError
from tightrope.publish import warm
from tightrope.publish.figures import cell_number
from tightrope.publish.lean import lean_imports
from tightrope.publish.notebooks import preload_of, steady_environment
from tightrope.publish.progress import Progress
from tightrope.publish.record import last_heading, plain_text

with lean_imports():
    import nbformat
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.clientwrap import PapermillNotebookClient
    from papermill.engines import NBClientEngine, papermill_engines
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import prepare_notebook_metadata, raise_for_execution_errors, remove_error_markers
    from papermill.iorw import load_notebook_node
    from papermill.log import logger
    from papermill.parameterize import parameterize_notebook
    from papermill.utils import chdir

    from tightrope.publish.provisioner import QuickManager


class CellRaised(RenderFailed):
    """A cell raised. One of the project's own errors prints as its own text and keeps its exit code."""

    def __init__(self, cell: int, first_line: str, ename: str, evalue: str) -> None:
        own = getattr(errors, ename, None)
        is_own = isinstance(own, type) and issubclass(own, TightropeError)
        what = evalue if is_own else f"{ename}: {evalue}".rstrip(": ")
        super().__init__(what, where=f"cell {cell}: {first_line}")
        self.cell, self.first_line, self.ename, self.evalue = cell, first_line, ename, evalue
        # Only text crosses from the kernel, so the class name decides.
        self.exit_code = own.exit_code if is_own and own is not None else RenderFailed.exit_code

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.cell, self.first_line, self.ename, self.evalue))

    def __str__(self) -> str:
        return f"{self.what}\n  in: {self.where}"


class ProgressEngine(NBClientEngine):  # type: ignore[misc]  # papermill is untyped
    """papermill's own engine, saying which cell starts, with the kernel's own log kept off the terminal."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        progress: Progress | None = None,
        kernel_log: IO[bytes] | None = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        **_: Any,
    ) -> Any:
        """Run the cells; ``progress`` hears of each code cell with the latest heading."""
        start, total = nb_man.cell_start, cell_number(nb_man.nb, len(nb_man.nb.cells)) - 1
        heading = ""

        def cell_start(cell: Any, cell_index: int, **more: Any) -> None:
            nonlocal heading
            if cell.cell_type == "markdown":
                heading = last_heading(cell.source) or heading
            elif progress is not None and "injected-parameters" not in cell.metadata.get("tags", []):
                progress.cell(cell_number(nb_man.nb, cell_index), total, heading)
            start(cell, cell_index, **more)

        nb_man.cell_start = cell_start
        client = PapermillNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            kernel_manager_class=QuickManager,
            timeout=execution_timeout,
            startup_timeout=start_timeout,
            log=logger,
        )
        return client.execute(**({"stderr": kernel_log} if kernel_log else {}))


_ENGINE = "tightrope"
papermill_engines.register(_ENGINE, ProgressEngine)


def execute(
    nb: Any,
    parameters: Mapping[str, Any],
    *,
    folder: Path,
    progress: Progress | None = None,
    kernel_name: str | None = None,
    cell_timeout: int | None = None,
) -> Any:
    """Run a notebook and give it back with its outputs, free of clocks and random ids.

    Parameters
    ----------
    nb : NotebookNode
        The notebook; it is not changed.
    parameters : mapping
        Values for its parameters cell, already validated.
    folder : Path
        Working directory of the kernel.
    progress : Progress, optional
        Hears which cell runs.
    kernel_name : str, optional
        Kernel to use instead of the notebook's own.
    cell_timeout : int, optional
        Seconds that one cell may take; no limit where not given.

    Raises
    ------
    CellRaised
        Where a cell raised.
    RenderFailed
        Where the kernel died, did not start or a cell ran out of time.
    """
    with steady_environment(_preloading(nb, kernel_name)), tempfile.TemporaryFile() as kernel_log:
        try:
            done = _run(
                nb, parameters, folder, kernel_name,
                kernel_log=kernel_log, execution_timeout=cell_timeout, progress=progress,
            )  # fmt: skip
        except PapermillExecutionError as error:
            first = next((line for line in error.source.splitlines() if line.strip()), "")
            raise CellRaised(
                _author_number(nb, parameters, error.cell_index), first.strip()[:100], error.ename, error.evalue
            ) from None
        except DeadKernelError:
            raise RenderFailed(
                "the kernel died", why=_last_line(kernel_log) or "out of memory, or native code crashed"
            ) from None
        except KeyboardInterrupt:
            # The kernel is ended under nbclient's feet; what it would have said of that, asyncio would tell as a fault.
            logging.getLogger("asyncio").setLevel(logging.CRITICAL)
            raise
        except CellTimeoutError as error:
            raise RenderFailed("a cell ran out of time", why=str(error).splitlines()[0]) from None
        except Exception as error:
            if type(error).__name__ == "NoSuchKernel":
                raise RenderFailed(
                    f"no kernel named {getattr(error, 'name', '')!r}", fix="see jupyter kernelspec list"
                ) from None
            raise
    _refuse_unfinished(done)
    if progress is not None:
        for line in stderr_lines(done):
            progress.note(line)
    return steady(done)


def _run(nb: Any, parameters: Mapping[str, Any], folder: Path, kernel_name: str | None, **options: Any) -> Any:
    """Take the steps of papermill's ``execute_notebook`` but the last, which writes the notebook, though to nowhere."""
    nb = load_notebook_node(nbformat.from_dict(nb))
    if parameters:
        nb = parameterize_notebook(nb, dict(parameters), kernel_name=kernel_name, engine_name=_ENGINE)
    nb = remove_error_markers(prepare_notebook_metadata(nb, None, None))
    name = papermill_engines.nb_kernel_name(engine_name=_ENGINE, nb=nb, name=kernel_name)
    with chdir(str(folder)):
        done = papermill_engines.execute_notebook_with_engine(
            _ENGINE, nb, name, input_path=None, output_path=None, progress_bar=False, log_output=False,
            autosave_cell_every=0, **options,
        )  # fmt: skip
    raise_for_execution_errors(done, None)
    return done


def _preloading(nb: Any, kernel_name: str | None) -> dict[str, str]:
    named = preload_of(nb)
    if kernel_name != warm.KERNEL_NAME or not named:
        return {}
    return {warm.PRELOAD: ",".join([*warm.wanted_preload(os.environ), *named])}


def _last_line(log: IO[bytes]) -> str:
    log.seek(0)
    lines = [line.strip() for line in log.read().decode(errors="replace").splitlines() if line.strip()]
    return lines[-1][:200] if lines else ""


def _refuse_unfinished(nb: Any) -> None:
    """``sys.exit()`` in a cell ends papermill's run without an error; half a report is none."""
    for index, cell in enumerate(nb.cells):
        if cell.cell_type == "code" and any(o.output_type == "error" for o in cell.outputs):
            first = next((line for line in cell.source.splitlines() if line.strip()), "").strip()[:100]
            raise RenderFailed("the notebook stopped before its end", where=f"cell {cell_number(nb, index)}: {first}")


def _author_number(nb: Any, parameters: Mapping[str, Any], index: int) -> int:
    """Count a cell of the executed notebook as its author does: from 1, without the cell papermill adds."""
    tags = [set(cell.metadata.get("tags", [])) for cell in nb.cells]
    if not parameters or any("injected-parameters" in t for t in tags):
        return index + 1
    place = next((i + 1 for i, t in enumerate(tags) if "parameters" in t), 0)
    return index + 1 - (index > place)


def steady(nb: Any) -> Any:
    """Take clocks, random ids and machine paths out of an executed notebook, in place."""
    nb.metadata.pop("papermill", None)
    nb.metadata.get("language_info", {}).pop("version", None)
    nb.nbformat, nb.nbformat_minor = 4, max(5, nb.nbformat_minor)
    for number, cell in enumerate(nb.cells, start=1):
        cell["id"] = f"cell-{number:03d}"
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        for key in [k for k in cell.metadata if k.startswith(("iopub.", "shell."))]:
            del cell.metadata[key]
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if not (o.output_type == "stream" and o.name == "stderr")]
    return nb


def stderr_lines(nb: Any) -> list[str]:
    """Give what cells wrote to the error stream, one line a message, each with its cell."""
    lines = []
    for index, cell in enumerate(nb.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr" and output.text.strip():
                lines.append(f"cell {cell_number(nb, index)}: {plain_text(output.text.strip().splitlines()[0])[:160]}")
    return lines
