"""What a feed's answer is held against: the stored tables and the codes of states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from tightrope.evidence import load_package
from tightrope.refresh.feed import Feed, refused


@dataclass(frozen=True)
class Ground:
    """The checkout that is to be brought up to date, and the day on which that happens."""

    root: Path
    today: date

    def stored(self, table: str) -> pd.DataFrame:
        """Give a table as it is stored; only an empty cell is missing ("NA" is Namibia)."""
        resource = load_package(self.root).table(table)
        path = self.root / "data" / resource.path
        if resource.format == "parquet":
            return pd.read_parquet(path)
        frame: pd.DataFrame = pd.read_csv(path, keep_default_na=False, na_values=[""], low_memory=False)
        return frame

    def codes(self) -> set[str]:
        """Give every code in the table states."""
        return set(self.stored("states")["iso3"])

    def known(self, feed: Feed, codes: pd.Series, others: set[str] | frozenset[str] = frozenset()) -> pd.Series:
        """Say of each code whether it is a state's; a code that nobody knows is refused.

        ``others`` are the producer's own codes that stand for no state: groups, areas not specified.
        """
        states = self.codes()
        strange = sorted(set(codes.dropna()) - states - set(others))
        if strange:
            raise refused(
                feed, f"unknown codes: {', '.join(strange[:8])}{' …' if len(strange) > 8 else ''}",
                why="the producer's list of codes has changed; figures would be lost or put under another state",
                fix="add the code to the table states or to the feed's list of others",
            )  # fmt: skip
        is_state: pd.Series = codes.isin(states)
        return is_state
