"""The process that workers are forked from has loaded all it should, and started no thread."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import os, sys
import tightrope.batch.nursery
print(len(os.listdir("/proc/self/task")), "pybtex.database" in sys.modules)
"""


def test_it_loads_to_the_last_and_starts_no_thread() -> None:
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["1", "True"], run.stderr
