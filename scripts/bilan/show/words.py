"""Codes and parameters in words: what a table's cell, a page or a chart says in the place of an id."""

import re
from datetime import date

from babel.dates import format_date

from bilan.languages import LOCALES, catalog, format_share, text
from bilan.number import exact

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_PART = re.compile(r"(\w{3})-(mid )?(\w{3})(?: (\d+))?")

# Columns of codes, by the sections of the catalogs that have the words for them.
_CODES = {
    "indicator": ("indicator", "value"),
    "region": ("region",),
    "qualifier": ("qualifier_name",),
    "base": ("base_name",),
    "share_base": ("base_name",),
    "source": ("source",),
    "unit": ("unit",),
    "kind": ("kind",),
    "code": ("region", "map"),
    "moroccans": ("moroccans",),
    "mauritania": ("region",),
}


def in_words(column: str, code: str, lang: str) -> str:
    """Return a code of a table's column in words; what is no code is returned as it is."""
    if column == "period":
        in_ledger = code == "full year" or code.startswith("partial (") or _PART.match(code)
        return part_of_year(code, lang) if in_ledger else code
    if column == "mauritania":
        code = code.replace("western", "west")
    keys = (f"{section}.{code}" for section in _CODES.get(column, ()))
    return next((text(key, lang) for key in keys if key in catalog(lang)), code)


def part_of_year(period: str, lang: str) -> str:
    """Return a ledger's period in words: "full year", or a part as "Jan-Aug", "Jan-Nov 27", "partial (…)" name it.

    Which part is said where the ledger names months; what its source leaves vague stays "part of the year".
    """
    if period == "full year":
        return text("page.full_year", lang)
    found = _PART.match(period)
    if not found or not {found[1], found[3]} <= set(_MONTHS):
        return text("page.part_of_year", lang)
    first, last = (date(2000, _MONTHS.index(found[place]) + 1, int(found[4] or 1)) for place in (1, 3))
    ends = format_date(last, "d MMMM" if found[4] else "LLLL", LOCALES[lang])
    ends = text("page.middle", lang, month=ends) if found[2] else ends
    return text("page.months", lang, low=format_date(first, "LLLL", LOCALES[lang]), high=ends)


def parameter_name(name: str, lang: str) -> str:
    """Return a parameter's name in words."""
    return text(f"parameter.{name}", lang)


def choice(name: str, value: object, lang: str) -> str:
    """Return a parameter's value in words."""
    if value is None:
        return text("blank", lang)
    if name == "foreign_share":
        percent = 100 * exact(value)
        return format_share(percent, lang, decimals=0 if percent.denominator == 1 else 1)
    return text("language", value) if name == "lang" else in_words(name, str(value), lang)


def chosen(name: str, value: object, lang: str) -> str:
    """Return a parameter with its value in words: "Mauritania counted in: Maghreb"."""
    return text("sweep.choice", lang, name=parameter_name(name, lang), choice=choice(name, value, lang))
