"""Units of figures and readings in words: by the names that measures and records have for them, which are English."""

from __future__ import annotations

from tightrope.language import N_, nN_, nt, t

RANK = "rank"
SHARES = ("percent", "percent of respondents", "percent change")
# An answer says itself, and each figure of such a measure has a unit of its own, which its name says.
UNSAID = (
    "", "yes or no", "number", "no unit", "as in the column unit", "as in the figure", "as printed",
    "see the column unit",
)  # fmt: skip
# Beside a name, as in “trade (percent)”.
NAMES = {
    "agreement": N_("agreement"), "arrivals": N_("arrivals"),
    "billion current US dollars": N_("billions of current US dollars"), "date": N_("date"),
    "dated events": N_("dated events"), "days": N_("days"), "elasticity": N_("elasticity"), "event": N_("event"),
    "events": N_("events"), "group": N_("group"), "ideal-point units": N_("ideal-point units"), "km": N_("km"),
    "launches": N_("launches"), "measures": N_("measures"), "meeting": N_("meeting"),
    "million TIV": N_("million TIV"), "million current US dollars": N_("millions of current US dollars"),
    "other states": N_("other states"), "others": N_("others"), "pairs": N_("pairs"), "partners": N_("partners"),
    "percent": N_("percent"), "percent change": N_("percent change"),
    "percent of respondents": N_("percent of respondents"),
    "percent or score, see the column unit": N_("percent or score"),
    "percentage points": N_("percentage points"), "persons": N_("persons"),
    "persons or trips, see the column unit": N_("persons or trips"), "places": N_("places"),
    "position": N_("position"), "predicates": N_("signs"), RANK: N_("rank"), "records": N_("records"),
    "resolutions": N_("resolutions"), "standard deviations": N_("standard deviations"), "states": N_("states"),
    "status": N_("status"), "students": N_("students"), "tests": N_("tests"), "times": N_("times"),
    "times what the model predicts": N_("times what the model predicts"), "tonnes": N_("tonnes"),
    "US troops": N_("US troops"), "veto": N_("veto"), "vetoes": N_("vetoes"), "visitors": N_("visitors"),
    "vote": N_("vote"), "votes": N_("votes"),
}  # fmt: skip
# After a number, as in “12 measures”.
COUNTED = {
    "US troops": nN_("{number} US troop", "{number} US troops"),
    "arrivals": nN_("{number} arrival", "{number} arrivals"),
    "dated events": nN_("{number} dated event", "{number} dated events"),
    "days": nN_("{number} day", "{number} days"),
    "events": nN_("{number} event", "{number} events"),
    "launches": nN_("{number} launch", "{number} launches"),
    "measures": nN_("{number} measure", "{number} measures"),
    "other states": nN_("{number} other state", "{number} other states"),
    "others": nN_("{number} other", "{number} others"),
    "partners": nN_("{number} partner", "{number} partners"),
    "percentage points": nN_("{number} percentage point", "{number} percentage points"),
    "persons": nN_("{number} person", "{number} persons"),
    "places": nN_("{number} place", "{number} places"),
    "records": nN_("{number} record", "{number} records"),
    "resolutions": nN_("{number} resolution", "{number} resolutions"),
    "states": nN_("{number} state", "{number} states"),
    "students": nN_("{number} student", "{number} students"),
    "tests": nN_("{number} test", "{number} tests"),
    "times": nN_("{number} time", "{number} times"),
    "tonnes": nN_("{number} tonne", "{number} tonnes"),
    "vetoes": nN_("{number} veto", "{number} vetoes"),
    "visitors": nN_("{number} visitor", "{number} visitors"),
    "votes": nN_("{number} vote", "{number} votes"),
}


def unit_name(unit: str) -> str:
    """Give a unit's name; nothing for one that says nothing, and one that is not known here as it stands."""
    return "" if unit in UNSAID else t(NAMES[unit]) if unit in NAMES else unit


def with_unit(value: float, number: str, unit: str) -> str:
    """Give a number, written already, with its unit."""
    if unit == RANK:
        return t("rank {n}", n=number)
    if unit in SHARES:
        return t("{number}%", number=number)
    if unit in COUNTED:
        # A fraction takes the plural of two: genitive singular in Russian, the plural in English.
        return nt(*COUNTED[unit], abs(int(value)) if float(value).is_integer() else 2, number=number)
    name = unit_name(unit)
    return t("{number} ({unit})", number=number, unit=name) if name else number
