"""Whether a notebook runs for a report: who runs it says so in its environment, for it works with fewer copies then."""

from __future__ import annotations

import os

# Named after what it asked for first: that the notebook hands on what its report carries.
FOR_A_REPORT = "TIGHTROPE_CARRY"


def is_for_a_report() -> bool:
    """Tell whether this process runs a notebook for a report, and not for somebody who works in it."""
    return os.environ.get(FOR_A_REPORT) == "1"
