"""Investment, economies and printed figures."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from tests.helpers import make_evidence

from tightrope.errors import UnknownName
from tightrope.evidence import Evidence
from tightrope.measures import MissingKind
from tightrope.measures.trade_economy import economy, fdi_flow, fdi_share, reported_figure

UNCTAD = """
    year, iso3_home, iso3_host, flow_musd
    2011, KOR, RUS, 90
    2011, KOR, CHN, 900
    2011, KOR, VNM, 410
    2011, KOR, USA, -400
    2012, KOR, RUS, 50
    2012, KOR, WLD, 2000
    2012, KOR, USA, 100
    2013, KOR, RUS, 5
    2013, KOR, USA, -30
"""
FIGURES = """
    metric, iso3_reporter, iso3_partner, period, year_last, value, unit, source_title, source_url, published
    trade turnover, RUS, KOR, 2016, 2016, 15.1, billion USD, A page, https://a.example/, 2017-02-01
    trade turnover, RUS, KOR, 2015-2017, 2017, 44, billion USD, B page, https://b.example/,
    projects, RUS, KOR, 2019, 2019, , qualitative, C page, https://c.example/,
"""


def test_flow_rank_and_share_by_hand(tmp_path: Path) -> None:
    evidence = make_evidence(tmp_path, {"fdi_unctad": UNCTAD})
    flow = fdi_flow(evidence, home="KOR", host="RUS")
    assert flow.frame[["year", "flow_musd", "rank", "n_hosts"]].values.tolist() == [
        [2011, 90, 3, 4], [2012, 50, 2, 2], [2013, 5, 1, 2],
    ]  # fmt: skip
    # 2011: of 1,000 listed; 2012: of the world row; 2013: withdrawals outweigh, no share.
    share = fdi_share(evidence, home="KOR", host="RUS")
    assert share.frame.set_index("year")["share_pct"].to_dict() == {2011: 9.0, 2012: 2.5}
    assert fdi_flow(evidence, home="KOR", host="RUS", years=2012).rows == {"fdi_unctad": [4, 5, 6]}
    ended = fdi_flow(evidence, home="KOR", host="RUS", years=2014).missing
    assert ended is not None
    assert ended.kind is MissingKind.SERIES_ENDED
    assert fdi_share(evidence, home="KOR", host="RUS", years=2013).missing is not None
    with pytest.raises(UnknownName, match="source"):
        fdi_flow(evidence, home="KOR", host="RUS", source="oecd")


def test_economy_keeps_a_missing_half(tmp_path: Path) -> None:
    evidence = make_evidence(
        tmp_path,
        {"gdp": "year, iso3, gdp_usd\n2019, KOR, 1650000000000",
         "population": "year, iso3, population\n2019, KOR, 51000000\n2020, KOR, 52000000"},
    )  # fmt: skip
    found = economy(evidence, state="KOR").frame
    assert found["gdp_busd"].iloc[0] == 1650
    assert pd.isna(found["gdp_busd"].iloc[1])
    assert found["population"].tolist() == [51000000, 52000000]
    assert economy(evidence, state="RUS").missing is not None


def test_printed_figures_keep_their_page_and_day(tmp_path: Path) -> None:
    evidence = make_evidence(tmp_path, {"figures_reported": FIGURES})
    found = reported_figure(evidence, metric="trade turnover", reporter="RUS")
    assert found.frame[["year", "period", "value"]].values.tolist() == [[2016, "2016", 15.1], [2017, "2015-2017", 44]]
    assert found.unit == "billion USD"
    assert found.rows == {"figures_reported": [0, 1]}
    # The page of 1 February 2017 was not out on 31 January; the undated one is seen from the end of its year.
    assert reported_figure(evidence.at("2017-01-31"), metric="trade turnover").missing is not None
    assert len(reported_figure(evidence.at("2017-02-01"), metric="trade turnover").frame) == 1
    with pytest.raises(UnknownName, match="trade turnover"):
        reported_figure(evidence, metric="trade turnovr")


def test_real_flows_and_figures() -> None:
    real = Evidence(as_of="2021-03-25")
    flow = fdi_flow(real, home="KOR", host="RUS", years=2012)
    assert flow.only() == pytest.approx(650.1, abs=0.05)
    longer = fdi_flow(real, home="KOR", host="RUS", source="aisbett")
    assert longer.coverage == ("1991", "2012")
    # Moldova stood under Bolivia in the copy.
    assert len(fdi_flow(real, home="MDA", host="RUS").frame)
    assert economy(real, state="RUS", years=2020).only() > 1000
    assert economy(real, state="TWN").missing is not None
    ranks = reported_figure(real, metric="rank of Russia among Korea trade partners (total)").frame
    assert set(ranks["value"]) == {10, 23}
