"""Names of states: English, Korean and Russian, official and everyday, so that a person can write any of them."""

from __future__ import annotations

import pandas as pd
from babel import Locale

from tightrope.ingest.recipe import Raw, recipe
from tightrope.ingest.states import states

LANGUAGES = ("en", "ko", "ru")
# Groups that CLDR names under codes of its own.
CLDR = {"EUU": "EU", "UNO": "UN", "WLD": "001"}

# Names in everyday use that neither list has. A name that stands at two states is ambiguous on purpose.
ALIASES: dict[str, tuple[str, ...]] = {
    "KOR": ("Korea", "ROK", "Republic of Korea", "Korea, South", "S. Korea", "한국", "남한", "Южная Корея", "Корея"),
    "PRK": ("Korea", "DPRK", "Korea, North", "N. Korea", "조선", "Северная Корея", "Корея"),
    "USA": ("US", "U.S.", "America", "United States of America", "США"),
    "RUS": ("Russian Federation", "РФ", "Российская Федерация"),
    "CHN": ("PRC", "People's Republic of China", "Mainland China", "КНР"),
    "TWN": ("Chinese Taipei", "Republic of China"),
    "GBR": ("UK", "U.K.", "Britain", "Great Britain", "England", "Великобритания"),
    "ARE": ("UAE", "Emirates", "ОАЭ"),
    "CZE": ("Czech Republic",),
    "CIV": ("Ivory Coast", "Cote d'Ivoire"),
    "COD": ("Congo", "DRC", "Democratic Republic of the Congo", "Congo-Kinshasa"),
    "COG": ("Congo", "Republic of the Congo", "Congo-Brazzaville"),
    "CPV": ("Cape Verde", "Cabo Verde"),
    "TLS": ("East Timor",),
    "SWZ": ("Swaziland",),
    "MKD": ("Macedonia",),
    "MMR": ("Burma",),
    "TUR": ("Turkey",),
    "NLD": ("Holland",),
    "VAT": ("Holy See", "Vatican"),
    "PSE": ("State of Palestine",),
    "LAO": ("Lao PDR",),
    "BRN": ("Brunei Darussalam",),
    "FSM": ("Federated States of Micronesia",),
    "HKG": ("Hong Kong", "홍콩", "Гонконг"),
    "MAC": ("Macau", "Macao", "마카오", "Макао"),
    "VGB": ("Virgin Islands",),
    "VIR": ("Virgin Islands", "US Virgin Islands"),
    "VNM": ("Viet Nam",),
    "SUN": ("USSR", "U.S.S.R.", "Union of Soviet Socialist Republics", "소련", "СССР", "Советский Союз"),
    "DDR": ("East Germany", "GDR", "ГДР"),
    "YMD": ("People's Democratic Republic of Yemen",),
    "EUU": ("EU", "ЕС"),
    "UNO": ("UN", "ООН"),
}


@recipe("state_names")
def state_names(raw: Raw) -> pd.DataFrame:
    """Make one row a name and state: the states table, CLDR in three languages, and the aliases."""
    table = states(raw)
    rows: list[tuple[str, str, str, str]] = []
    for iso3, iso2, name, official in zip(
        table["iso3"], table["iso2"], table["name"], table["official_name"], strict=True
    ):
        rows.append((name, iso3, "en", "short"))
        if isinstance(official, str):
            rows.append((official, iso3, "en", "official"))
        code = CLDR.get(iso3, iso2)
        for language in LANGUAGES:
            found = Locale(language).territories.get(code) if isinstance(code, str) else None
            if found:
                rows.append((found, iso3, language, "short"))
    for iso3, names in ALIASES.items():
        rows += [(name, iso3, _language(name), "alias") for name in names]
    made = pd.DataFrame(rows, columns=["name", "iso3", "language", "kind"])
    return made.drop_duplicates(["name", "iso3"], keep="first")


def _language(name: str) -> str:
    """Tell the three languages by their letters."""
    if any("\uac00" <= letter <= "\ud7a3" for letter in name):
        return "ko"
    return "ru" if any("\u0400" <= letter <= "\u04ff" for letter in name) else "en"
