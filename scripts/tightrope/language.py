"""The language of the report that is being told: messages, plurals, and how numbers and dates are written.

A message is a whole English sentence with named fields; it is its own key in the catalogues under ``locale/``::

    t("The plain reading ({label}) gives {seen}, {end}.", label=…, seen=…, end=…)
    nt("{n} state", "{n} states", 3)            # the number itself stands in the field {n}
    pt("vote", "yes")                           # the same English word in two senses
    NAMES = {"eta": N_("electronic authorisation")}   # marked here, said later: t(NAMES[key])

Fields are names, numbers (out of the ``say_…`` functions) and other whole phrases, never endings or particles: a
sentence in Korean or Russian is worded so that what stands in a field keeps its plain form. `make messages` collects
the messages and says which wait for a translation; a test holds the catalogues complete.
"""

from __future__ import annotations

import gettext
import hashlib
import importlib.metadata
import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from tightrope import disk_cache
from tightrope.errors import UnknownName

LANGUAGES = ("en", "ko", "ru")
LOCALES = {"en": "en_GB", "ko": "ko_KR", "ru": "ru_RU"}
CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "tightrope"

_spoken = ["en"]
# What is written between digits: decimal point, and between thousands. Babel's own signs, read once.
_SIGNS = {"en": (".", ","), "ko": (".", ","), "ru": (",", "\u00a0")}


def use_language(language: str) -> None:
    """Set the language of what is said from here on; every report sets its own, so that none inherits another's.

    Raises
    ------
    UnknownName
        The language is none of ``LANGUAGES``.
    """
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    _spoken[0] = language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language inside, and the one before afterwards."""
    before = spoken()
    use_language(language)
    try:
        yield
    finally:
        use_language(before)


def spoken() -> str:
    """Give the language that is being spoken: ``en``, ``ko`` or ``ru``."""
    return _spoken[0]


def locale() -> str:
    """Give Babel's locale of the language that is being spoken."""
    return LOCALES[_spoken[0]]


def t(message: str, /, **fields: Any) -> str:
    """Give a message in the language that is being spoken, its fields filled."""
    text = catalogue(_spoken[0]).gettext(message)
    return text.format(**fields) if fields else text


def nt(one: str, many: str, n: int, /, **fields: Any) -> str:
    """Give a message in the plural form of ``n``; the field ``n`` says the number where none is given for it."""
    text = catalogue(_spoken[0]).ngettext(one, many, int(n))
    return text.format(**{"n": n, **fields})


def pt(context: str, message: str, /, **fields: Any) -> str:
    """Give a message that has several senses in English; ``context`` tells them apart."""
    text = catalogue(_spoken[0]).pgettext(context, message)
    return text.format(**fields) if fields else text


def N_(message: str) -> str:  # noqa: N802  # gettext's own name for it
    """Mark a message that is said later with ``t``."""
    return message


def nN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802  # as gettext names it
    """Mark a message with a plural that is said later: ``nt(*UNITS[key], n)``."""
    return one, many


def written(number: str) -> str:
    """Give a number that is written the English way (``1,234.5``) with the signs of the language being spoken."""
    point, group = _SIGNS[_spoken[0]]
    return number if (point, group) == (".", ",") else number.translate({0x2E: point, 0x2C: group})


@cache
def catalogue(language: str, domain: str = DOMAIN) -> gettext.NullTranslations:
    """Give the messages of a domain, the program's own where none is named, in a language; English needs none."""
    return read_catalogue(CATALOGUES / language / "LC_MESSAGES" / f"{domain}.po", language)


def read_catalogue(path: Path, language: str) -> gettext.NullTranslations:
    """Read a catalogue in gettext's form; a missing file, as for English, gives every message as it stands.

    Parameters
    ----------
    path : Path
        A ``.po`` file. What it compiles to is kept under its hash (`tightrope.disk_cache`), so it cannot go stale.
    language : str
        Its language, for the plural forms.
    """
    if not path.is_file():
        return gettext.NullTranslations()
    content = path.read_bytes()
    made_by = importlib.metadata.version("babel")
    name = disk_cache.name_for("catalogue", hashlib.sha256(content).hexdigest(), language, made_by)
    kept = disk_cache.load(name)
    if kept is not None:
        return gettext.GNUTranslations(io.BytesIO(kept))
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(content), locale=language))
    disk_cache.save(name, compiled.getvalue())
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
