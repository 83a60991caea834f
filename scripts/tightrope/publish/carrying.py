"""The exporters as ``jupyter nbconvert`` finds them: a report that they set carries what its notebook still has.

`tightrope render` sees a notebook run and can say what from. Here it was run before, by papermill or by hand: the
manifest says of that run only what the notebook itself tells, and names the rest as unknown.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from traitlets import Bool

from tightrope.asked import FOR_A_REPORT
from tightrope.publish.attach import Attachment
from tightrope.publish.execute import steady
from tightrope.publish.html import TightropeHTMLExporter
from tightrope.publish.lean import lean_imports
from tightrope.publish.pdf import TightropePDFExporter
from tightrope.publish.record import RECORD_MIME, is_report, read_record, take_attachments
from tightrope.publish.sealed import UNKNOWN, Bundle
from tightrope.publish.stamp import Stamp

with lean_imports():
    from nbconvert.exporters.exporter import Exporter


@dataclass(frozen=True)
class _Kept:
    """A notebook as its page shows it, and what it carries."""

    nb: Any
    carried: tuple[Attachment, ...]
    lacking: tuple[str, ...]
    parameters: Mapping[str, Any]


class Carrying(Exporter):  # type: ignore[misc]  # nbconvert is untyped
    """Puts the executed notebook, what it wants attached and a manifest into a finished report.

    Only a notebook that emits our record is a report; in any other nothing is attached, for its author may have hidden
    cells from its readers. A notebook that nbconvert itself runs (``--execute``) is asked for its rows and figures;
    elsewhere ``TIGHTROPE_CARRY=1`` in the environment asks for them.
    """

    carry = Bool(True, help="Put the notebook, and what it carries, into a report's file.").tag(config=True)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._kept: _Kept | None = None
        self.register_preprocessor(self._keep)  # the last: it sees what is left to show

    def from_notebook_node(self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any) -> tuple[Any, Any]:
        """Convert an executed notebook; raises what the exporter without attachments raises."""
        self._kept = None
        with _asked():
            page, found = super().from_notebook_node(nb, resources, **kw)
        if self._kept is None:
            return page, found
        kept, name = self._kept, str(found.get("metadata", {}).get("name") or "report")
        if kept.lacking:
            more = f" and {len(kept.lacking) - 3} more" if len(kept.lacking) > 3 else ""
            self.log.warning(
                f"the notebook names attachments that it does not hold: {', '.join(kept.lacking[:3])}{more}"
            )
        record = read_record(kept.nb, name)
        stamp = Stamp(f"{name}.ipynb", dict(kept.parameters), {}, "", {})
        bundle = Bundle(kept.nb, record, stamp, kept.carried, Path(), unknown=UNKNOWN)
        is_pdf = isinstance(page, bytes)
        sealed = bundle.seal("pdf" if is_pdf else "html", page if is_pdf else page.encode())
        return sealed if is_pdf else sealed.decode(), found

    def _keep(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        if self.carry and is_report(nb):
            parameters = (nb.metadata.get("papermill") or {}).get("parameters") or {}
            steady(nb)
            lacking = tuple(_drop_empty(nb))
            carried = take_attachments(nb)
            self._kept = _Kept(copy.deepcopy(nb), carried, lacking, parameters)
        return nb, resources


class CarryingHTMLExporter(Carrying, TightropeHTMLExporter):
    """As `TightropeHTMLExporter`; a report carries what its notebook has."""

    __doc__ = f"{TightropeHTMLExporter.__doc__}\n\n{Carrying.__doc__}"


class CarryingPDFExporter(Carrying, TightropePDFExporter):
    """As `TightropePDFExporter`; a report carries what its notebook has."""

    __doc__ = f"{TightropePDFExporter.__doc__}\n\n{Carrying.__doc__}"


def _drop_empty(nb: Any) -> Iterator[str]:
    """Take out of the record what is only named there, as in the notebook beside a report, and give the names."""
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            data = (output.get("data") or {}).get(RECORD_MIME)
            if not isinstance(data, Mapping) or not isinstance(data.get("attachments"), list):
                continue
            named = data["attachments"]
            empty = [one for one in named if isinstance(one, Mapping) and set(one) == {"name", "sha256"}]
            yield from (str(one["name"]) for one in empty)
            output["data"][RECORD_MIME] = {**data, "attachments": [one for one in named if one not in empty]}


@contextmanager
def _asked() -> Iterator[None]:
    """Ask a notebook that is run meanwhile for what it can hand on."""
    before = os.environ.get(FOR_A_REPORT)
    os.environ[FOR_A_REPORT] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[FOR_A_REPORT]
        else:
            os.environ[FOR_A_REPORT] = before
