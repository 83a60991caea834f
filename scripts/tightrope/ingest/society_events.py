"""Events: three lists of dated facts and a few added pages, merged so that one event has one identifier."""

from __future__ import annotations

import pandas as pd

from tightrope.errors import BadTable
from tightrope.ingest.recipe import Raw, recipe
from tightrope.ingest.society_dates import dated

# Event, theme, date and how the source's words begin; a source row that no line or more than one names stops the build.
CHRONOLOGY: tuple[tuple[str, str, str, str], ...] = (
    ("kor-rus-relations-empire", "bilateral", "1884", "Russian Empire"),
    ("kor-un-membership-veto-1949", "bilateral", "1949-04-08", "USSR vetoes"),
    ("korean-war-veto-1950", "security", "1950-09-06", "USSR vetoes"),
    ("kor-un-membership-veto-1957", "bilateral", "1957-09-09", "USSR vetoes"),
    ("kor-un-membership-veto-1958", "bilateral", "1958-12-09", "USSR vetoes"),
    ("kal-007-shot-down", "security", "1983-09-01", "Korean Air Lines"),
    ("kal-007-veto", "security", "1983-09-12", "USSR vetoes"),
    ("seoul-olympics-1988", "people", "1988", "Soviet Union takes part"),
    ("sun-trade-office-seoul", "bilateral", "1989-04-03", "Soviet Chamber"),
    ("kor-trade-office-moscow", "bilateral", "1989-04-07", "Korean trade office"),
    ("kor-sun-consular-offices-agreed", "bilateral", "1989-12", "Agreement to open"),
    ("kor-sun-first-summit", "bilateral", "1990-06", "First summit"),
    ("kor-sun-relations-opened", "bilateral", "1990-09-30", "Diplomatic relations"),
    ("kor-sun-moscow-declaration", "bilateral", "1990-12-14", "Roh and Gorbachev"),
    ("kor-sun-loan-offered", "bilateral", "1991-01", "Seoul offers"),
    ("kor-sun-jeju-summit", "bilateral", "1991-04-20", "Gorbachev and Roh"),
    ("kor-rus-fisheries-agreement", "bilateral", "1991-09-16", "Fisheries"),
    ("kor-rus-science-agreement", "bilateral", "1991-12-18", "Science"),
    ("kor-rus-consular-convention", "bilateral", "1992-07-29", "Consular"),
    ("kal-007-apology", "security", "1992-11-19", "Yeltsin in Seoul"),
    ("kor-rus-military-protocol", "security", "1992-11-20", "Yeltsin in Seoul"),
    ("kor-rus-basic-treaty-in-force", "bilateral", "1993-07-07", "Treaty on the basic"),
    ("kim-young-sam-visits-russia", "bilateral", "1994-06", "Kim Young-sam"),
    ("kor-rus-tax-convention", "bilateral", "1995-08-24", "Convention for"),
    ("putin-visits-seoul-2001", "bilateral", "2001-02", "Putin visits"),
    ("roh-moo-hyun-visits-moscow", "bilateral", "2004-09", "Roh Moo-hyun"),
    ("kor-rus-strategic-partnership", "bilateral", "2008-09-29", "Lee Myung-bak"),
    ("kor-rus-yaroslavl-meeting", "bilateral", "2010-09-10", "Medvedev"),
    ("prk-rus-debt-agreement", "dprk", "2012-09-17", "Agreement signed"),
    ("kor-rus-visa-agreement-signed", "people", "2013-11-13", "Agreement on the mutual"),
    ("kor-rus-visa-free-in-force", "people", "2014-01-01", "Visa waiver"),
    ("prk-rus-debt-ratified", "dprk", "2014-05", "Putin ratifies"),
    ("kor-rus-visit-years", "people", "2014/2015", "Mutual visit"),
    ("kor-rus-first-putin-moon-meeting", "bilateral", "2017-07-07", "First Putin"),
    ("kor-rus-vladivostok-summit", "bilateral", "2017-09-06", "Moon - Putin"),
    ("kor-nine-bridges", "bilateral", "2017-09-07", "Moon presents"),
    ("moon-state-visit-russia", "bilateral", "2018-06-21", "Moon begins"),
    ("rus-aircraft-dokdo", "security", "2019-07-23", "Russian military aircraft"),
    ("kor-rus-visa-free-suspended", "people", "2020-04-13", "South Korea suspends"),
    ("rus-lifts-entry-ban-kor", "people", "2020-09-20", "Russia lifts"),
    ("lavrov-visits-seoul-2021", "bilateral", "2021-03-23", "Lavrov visits"),
    ("kor-rus-exchange-year-opens", "people", "2021-03-24", "Opening of the Year"),
    ("kor-export-ban-rus", "security", "2022-02-28", "South Korea bans"),
    ("kor-bank-sanctions-rus", "security", "2022-03-02", "South Korea suspends"),
    ("rus-unfriendly-list", "bilateral", "2022-03-07", "Russia puts"),
    ("kor-central-bank-sanctions-rus", "security", "2022-03-07", "South Korea adds"),
    ("korean-air-suspends-flights-rus", "people", "2022-03-15", "Korean Air"),
    ("kor-restores-visa-free-entry", "people", "2022-04-01", "South Korea restores"),
    ("dprk-panel-veto-2024", "dprk", "2024-03-28", "Russia vetoes"),
    ("prk-rus-treaty-2024", "dprk", "2024-06-19", "Putin and Kim"),
)  # fmt: skip

# The identifier a source gives (with its date where it gives two) to event and theme.
FACTS: dict[tuple[str, str], tuple[str, str]] = {
    ("kor_rus_visa_agreement_signed", "2013-11-13"): ("kor-rus-visa-agreement-signed", "people"),
    ("kor_rus_visa_free_in_force", "2014-01-01"): ("kor-rus-visa-free-in-force", "people"),
    ("kor_rus_visa_free_suspended", "2020-04-13"): ("kor-rus-visa-free-suspended", "people"),
    ("kor_rus_visa_suspended", "2020-04-13"): ("kor-rus-visa-free-suspended", "people"),
    ("kor_suspends_90_countries", "2020-04-13"): ("kor-suspends-visa-waivers-90", "people"),
    ("rus_unfriendly_list", "2022-03-07"): ("rus-unfriendly-list", "bilateral"),
    ("kor_sun_relations", "1990-09-30"): ("kor-sun-relations-opened", "bilateral"),
    ("rus_embassy_seoul", "1991-12-27"): ("rus-embassy-seoul", "bilateral"),
    ("kor_rus_basic_treaty", "1992-11-19"): ("kor-rus-basic-treaty-signed", "bilateral"),
    ("kor_rus_basic_treaty", "1992-11-20"): ("kor-rus-basic-treaty-printed", "bilateral"),
    ("prk_npt_accession", "1985-12-12"): ("prk-npt-accession", "dprk"),
    ("unsc_2087", "2013-01-22"): ("unsc-2087", "dprk"),
    ("unsc_2094", "2013-03-07"): ("unsc-2094", "dprk"),
    ("unsc_2270", "2016-03-02"): ("unsc-2270", "dprk"),
    ("kor_missions", "2023-11-07"): ("kor-missions-2023", "bilateral"),
    ("kor_rus_summits_total", "2021-03-24"): ("kor-rus-summits-counted-2021", "bilateral"),
    ("unga_2026_02_24", "2026-02-24"): ("unga-ukraine-2026-02-24", "un"),
    ("unga_es11_7_cosponsor", "2025-02-24"): ("unga-es11-7-sponsored", "un"),
    ("unga_es11_6_cosponsor", "2023-02-23"): ("unga-es11-6-sponsored", "un"),
    ("unhrc_2022_02_28", "2022-02-28"): ("unhrc-ukraine-debate-2022", "un"),
}

COLUMNS = ("event_id", "theme", "date", "actors", "event", "source_title", "source_url", "source_kind")
# Read on 24 November 2026 because the lists lack them: the end of the USSR, the US visa waiver, Lavrov's talks.
ADDED: tuple[tuple[str, ...], ...] = (
    ("ussr-ended", "world", "1991-12-26", "RUS;SUN",
     "The Council of Republics of the Supreme Soviet declares that the USSR has ceased to exist",
     "Archontology: Soviet Union, Polity Style, citing the records of the Supreme Soviet, 1991, No. 52",
     "https://archontology.org/nations/ussr/01_polity.php", "research"),
    ("ussr-ended", "world", "1991-12-26", "RUS;SUN", "The USSR ceases to exist",
     "Rights in Russia: 26 December 1991", "https://www.rightsinrussia.org/26-december-1991/", "page"),
    ("ussr-president-resigned", "world", "1991-12-25", "RUS;SUN",
     "The President of the USSR announces his resignation; the USSR ends in fact",
     "Archontology: Soviet Union, Polity Style, citing Rossiyskaya Gazeta, 26 December 1991",
     "https://archontology.org/nations/ussr/01_polity.php", "research"),
    ("usa-visa-waiver-kor-agreed", "people", "2008-04-18", "KOR;USA",
     "Memorandum on Korea's entry into the US Visa Waiver Program signed",
     "Mark A. Ivener: DHS signs Visa Waiver Agreement with Korea, 4 May 2008",
     "https://ivener.com/2008/05/04/dhs-signs-visa-waiver-agreement-with-korea/", "page"),
    ("usa-visa-waiver-kor-in-force", "people", "2008-11-17", "KOR;USA",
     "Koreans may travel to the United States without a visa for up to 90 days, with an electronic authorisation",
     "Chosun Ilbo, 13 November 2008 (from Monday, that is 17 November)",
     "https://english.chosun.com/site/data/html_dir/2008/11/13/2008111361012.html", "press"),
    ("usa-visa-waiver-kor-in-force", "people", "2008-11-17", "KOR;USA",
     "Korea is officially part of the Visa Waiver Program; first passengers leave Incheon",
     "B. Moon, weblog, 18 November 2008", "http://bernardmoon.blogspot.com/2008/11/korea-joins-visa-waiver-program.html",
     "page"),
    ("lavrov-chung-talks-2021", "bilateral", "2021-03-25", "KOR;RUS",
     "Lavrov and Chung Eui-yong hold talks in Seoul; Lavrov calls Korea a main partner in the Asia-Pacific",
     "Russian embassy in London: Lavrov's remarks at the news conference, Seoul, 25 March 2021",
     "https://m.rusemb.org.uk/article/sergey-lavrovs-remarks-at-a-news-conference-following-talks-with-foreign-minister-of-the-republic-of-korea-chung-eui-yong-seoul-march-25-2021",
     "government"),
    ("lavrov-chung-talks-2021", "bilateral", "2021-03-25", "KOR;RUS", "Lavrov and Chung Eui-yong hold talks in Seoul",
     "Korea Herald, 25 March 2021", "http://www.koreaherald.com/view.php?ud=20210325000210", "press"),
)  # fmt: skip

# Strongest first; where sources of one event agree on the date, the strongest speaks and the others are listed.
KINDS = ("government", "dataset", "press", "research", "encyclopedia", "page")
# A page written before the event, which so never speaks for it.
ANNOUNCEMENTS = {"https://www.hankyung.com/news/article/1992111900071"}
_MARKS = (
    ("government", ("KOTRA", "Kremlin", "Korea.net", "Ministry")),
    ("dataset", ("politics-datalab",)),
    ("encyclopedia", ("Wikipedia", "Universalis")),
    ("research", ("Taylor & Francis",)),
    ("page", ("Lecture slides", "PlaneCrashInfo")),
)


@recipe("events")
def events(raw: Raw) -> pd.DataFrame:
    """Make one row an event and date; further sources that agree are listed in ``other_urls``."""
    added = pd.DataFrame(ADDED, columns=list(COLUMNS))
    frame = pd.concat([_chronology(raw), _first_facts(raw), _second_facts(raw), added], ignore_index=True)
    frame["rank"] = frame["source_kind"].map(KINDS.index).mask(frame["source_url"].isin(ANNOUNCEMENTS), len(KINDS))
    frame = frame.sort_values(["event_id", "date", "rank"], kind="stable")
    rows = []
    for (event, day), group in frame.groupby(["event_id", "date"], sort=False):
        best = group.iloc[0]
        others = [u for u in dict.fromkeys(group["source_url"]) if u != best["source_url"]]
        actors = ";".join(sorted({code for text in group["actors"] for code in text.split(";")}))
        rows.append(
            {**best.drop("rank").to_dict(), "event_id": event, "date": day, "actors": actors,
             "n_sources": 1 + len(others), "other_urls": " ".join(others) or None}
        )  # fmt: skip
    return dated(pd.DataFrame(rows), "date")


def _chronology(raw: Raw) -> pd.DataFrame:
    frame = raw.read("society/chronology_kor_rus.csv")
    found = []
    for day, text in zip(frame["date"], frame["event"], strict=True):
        names = [(e, t) for e, t, when, start in CHRONOLOGY if when == day and text.startswith(start)]
        if len(names) != 1:
            raise BadTable("a row of the chronology has no event of its own", where=f"{day}: {text[:60]}",
                           fix="name it in CHRONOLOGY, society_events.py")  # fmt: skip
        found.append(names[0])
    if len(set(found)) != len(CHRONOLOGY):
        raise BadTable("CHRONOLOGY names rows that the source does not have", where="society_events.py")
    made = frame.rename(columns={"actors_iso3": "actors"})
    made[["event_id", "theme"]] = found
    made["source_kind"] = [_kind(title) for title in frame["source_title"]]
    return made[list(COLUMNS)]


def _first_facts(raw: Raw) -> pd.DataFrame:
    frame = raw.read("politics/dated_facts.csv")
    # "KOR-*" is Korea towards many; "RUS-*" is the list that names Korea.
    actors = {"KOR-RUS": "KOR;RUS", "KOR-*": "KOR", "RUS-*": "KOR;RUS"}
    made = pd.DataFrame(
        {
            "date": frame["date"],
            "actors": frame["dyad"].map(actors),
            "event": frame["statement"],
            "source_title": frame["source_kind"],
            "source_url": frame["source"],
            "source_kind": "press",
        }
    )
    return _named(made, frame["fact_id"])


def _second_facts(raw: Raw) -> pd.DataFrame:
    frame = raw.read("politics/dated_facts_2.csv")
    return _named(frame.rename(columns={"actors_iso3": "actors", "statement": "event"}), frame["fact_id"])


def _named(made: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    keys = list(zip(ids, made["date"], strict=True))
    unknown = sorted({key for key in keys if key not in FACTS})
    if unknown:
        raise BadTable("a dated fact has no event", where=str(unknown[0]), fix="name it in FACTS, society_events.py")
    named = made.assign(event_id=[FACTS[key][0] for key in keys], theme=[FACTS[key][1] for key in keys])
    return named[list(COLUMNS)]


def _kind(title: str) -> str:
    for kind, marks in _MARKS:
        if any(mark in title for mark in marks):
            return kind
    return "press"
