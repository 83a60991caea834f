"""Evidence: reads data/ (tables, schemas, as-of cut, provenance). Knows no claim, no chart."""

from tightrope.evidence.package import Package, Resource, find_root, load_package
from tightrope.evidence.stored import read_table
from tightrope.evidence.tables import (
    Evidence,
    Read,
    Source,
    check_state,
    known_states,
    parse_date,
)

__all__ = [
    "Evidence", "Package", "Read", "Resource", "Source", "check_state", "find_root", "known_states",
    "load_package", "parse_date", "read_table",
]  # fmt: skip
