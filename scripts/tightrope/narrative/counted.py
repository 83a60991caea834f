"""Units that are counted, in words: light to import, for what compares reports reads no table."""

from __future__ import annotations

from tightrope.language import nN_

# Units that are counted, by the word that records and measures have for them. Another unit stands as it is.
UNITS = {
    "US troops": nN_("{number} US troop", "{number} US troops"),
    "arrivals": nN_("{number} arrival", "{number} arrivals"),
    "dated events": nN_("{number} dated event", "{number} dated events"),
    "days": nN_("{number} day", "{number} days"),
    "events": nN_("{number} event", "{number} events"),
    "ideal-point units": nN_("{number} ideal-point unit", "{number} ideal-point units"),
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
    "standard deviations": nN_("{number} standard deviation", "{number} standard deviations"),
    "states": nN_("{number} state", "{number} states"),
    "students": nN_("{number} student", "{number} students"),
    "tests": nN_("{number} test", "{number} tests"),
    "times": nN_("{number} time", "{number} times"),
    "tonnes": nN_("{number} tonne", "{number} tonnes"),
    "vetoes": nN_("{number} veto", "{number} vetoes"),
    "visitors": nN_("{number} visitor", "{number} visitors"),
    "votes": nN_("{number} vote", "{number} votes"),
}
