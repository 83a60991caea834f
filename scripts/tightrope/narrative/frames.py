"""Tidy frames of verdicts and readings, in the shape that the charts ask for."""

from __future__ import annotations

import pandas as pd

from tightrope.claims import Verdict
from tightrope.narrative.report import Report


def strip_frame(report: Report) -> pd.DataFrame:
    """Give one row a claim in the order of the article: ``id``, ``theme`` (its title), ``verdict``."""
    titles = {t.id: t.title for t in report.folder.article.themes}
    return pd.DataFrame(
        [
            {
                "id": v.claim.id,
                "theme": titles[v.claim.theme],
                "verdict": str(v.word),
                "statement": v.claim.statement,
            }
            for v in report.verdicts
        ]
    )


def map_frames(report: Report) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the nodes (``id``, ``label``, ``verdict``) and edges (``source``, ``target``, ``relation``) of the map."""
    nodes = pd.DataFrame(
        [
            {"id": v.claim.id, "label": v.claim.label, "verdict": str(v.word), "statement": v.claim.statement}
            for v in report.verdicts
        ]
    )
    edges = pd.DataFrame([edge.model_dump() for edge in report.folder.argument.edges])
    return nodes, edges


def readings_frame(report: Report, verdict: Verdict, names: dict[str, str] | None = None) -> pd.DataFrame:
    """Give one row a reading for the specification chart.

    Parameters
    ----------
    names : dict, optional
        Column of the choice to its header, e.g. ``{"years": "year"}``; by default every choice that varies.

    Returns
    -------
    DataFrame
        ``label``, ``class``, ``holds``, ``observed`` and one column a choice, in the words of the article's labels;
        ``observed`` and ``holds`` are missing where there is no evidence.
    """
    labels = report.folder.labels
    rows = []
    for reading in verdict.readings:
        row = {
            "label": reading.label,
            "class": reading.kind,
            "holds": reading.holds,
            "observed": float("nan") if reading.observed is None else float(reading.observed),
        }
        for choice, value in reading.choices.items():
            row[choice] = labels.get(choice, {}).get(str(value), str(value))
        rows.append(row)
    frame = pd.DataFrame(rows)
    fixed = ["label", "class", "holds", "observed"]
    varying = [c for c in frame.columns if c not in fixed and frame[c].nunique() > 1]
    return frame[fixed + varying].rename(columns=names or {})
