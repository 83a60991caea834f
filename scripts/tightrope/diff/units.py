"""Units of figures and readings in words: by the names that measures and records have for them, which are English."""

from __future__ import annotations

from tightrope.language import N_, nt, t
from tightrope.narrative.counted import UNITS

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


def unit_name(unit: str) -> str:
    """Give a unit's name; nothing for one that says nothing, and one that is not known here as it stands."""
    return "" if unit in UNSAID else t(NAMES[unit]) if unit in NAMES else unit


def with_unit(value: float, number: str, unit: str) -> str:
    """Give a number, written already, with its unit."""
    if unit == RANK:
        return t("rank {n}", n=number)
    if unit in SHARES:
        return t("{number}%", number=number)
    if unit in UNITS:
        # A fraction takes the plural of two: genitive singular in Russian, the plural in English.
        return nt(*UNITS[unit], abs(int(value)) if float(value).is_integer() else 2, number=number)
    name = unit_name(unit)
    return t("{number} ({unit})", number=number, unit=name) if name else number
