"""Rules of entry in words, by the categories of the visa table."""

from __future__ import annotations

from tightrope.language import N_, t

CATEGORIES = {
    "visa_free": N_("visa-free"), "eta": N_("electronic authorisation"),
    "e_visa_or_eta": N_("electronic authorisation or visa"), "e_visa": N_("electronic visa"),
    "visa_on_arrival": N_("visa on arrival"), "visa_required": N_("visa required"),
    "covid_ban": N_("closed in the pandemic"), "no_admission": N_("no admission"), "other_permit": N_("other permit"),
}  # fmt: skip


def say_rule(category: object) -> str:
    """Give the rule of entry that a category of the visa table stands for."""
    return t(CATEGORIES.get(str(category), "other"))
