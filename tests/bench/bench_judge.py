"""Times ``tightrope judge`` as a whole process: what a person waits who asks for an article's verdicts.

Each run is a new process; the least and the median of the runs are told, by the clock and in processor seconds, beside
those of a process that only imports pandas and pyarrow, for the machine's own pace.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def timed(command: list[str], runs: int) -> list[tuple[float, float]]:
    """Give seconds by the clock and of processors, run by run."""
    found = []
    for _ in range(runs):
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append((wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=3, help="processes of each kind (default 3)")
    parser.add_argument("--slug", default="korea-russia-2021", help="the article (default korea-russia-2021)")
    options = parser.parse_args()
    # Where Python may not keep what it compiled, every process compiles its libraries anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    ways = {
        "tightrope judge": [str(BIN / "tightrope"), "judge", options.slug],
        "import pandas, pyarrow": [sys.executable, "-c", "import pandas, pyarrow"],
    }
    print(f"{'process':<26}{'wall s':>16}{'CPU s':>16}")
    for name, command in ways.items():
        walls, cpus = zip(*timed(command, options.runs + 1)[1:], strict=True)  # the first fills what is kept
        spans = [f"{min(values):.2f} ({statistics.median(values):.2f})" for values in (walls, cpus)]
        print(f"{name:<26}{spans[0]:>16}{spans[1]:>16}")


if __name__ == "__main__":
    main()
