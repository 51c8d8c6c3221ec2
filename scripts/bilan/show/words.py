"""Codes and parameters in words: what a table's cell, a page or a chart says in the place of an id."""

import re
from calendar import monthrange
from datetime import date

import pandas as pd
from babel.dates import format_date, format_skeleton

from bilan.analysis.claims import Claim
from bilan.data.ledgers import FULL_YEAR, parse_period
from bilan.languages import LOCALES, catalog, format_share, text
from bilan.number import exact

# Columns of codes, by the sections of the catalogs that have the words for them.
_CODES = {
    "indicator": ("indicator", "value"),
    "qualifier": ("qualifier_name",),
    **dict.fromkeys(("base", "share_base"), ("base_name",)),
    **{name: (name,) for name in ("region", "source", "unit", "kind", "moroccans", "shortened", "agrees")},
    "code": ("region", "map"),
    **dict.fromkeys(("elsewise_low_as", "elsewise_high_as"), ("chart.origins",)),
    "mauritania": ("region",),
}


def in_words(column: str, code: str, lang: str) -> str:
    """Return a code of a table's column in words; what is no code is returned as it is."""
    if column == "period":
        return part_of_year(code, lang) if code == FULL_YEAR or parse_period(code) else code
    if column == "mauritania":
        code = code.replace("western", "west")
    keys = (f"{section}.{code}" for section in _CODES.get(column, ()))
    return next((text(key, lang) for key in keys if key in catalog(lang)), code)


def claim_in_words(name: str, claim: Claim, lang: str) -> str:
    """Return a claim of `analysis.claims` as a sentence."""
    about = text(f"indicator.{claim.about}", lang) if claim.about else ""
    return text(f"claim.{claim.said or name}", lang, indicator=about)


def column_in_words(column: pd.Series, lang: str) -> str:
    """Return the codes of a table's column in words, each once, with how often it stands there where one does twice."""
    counted = column.value_counts(sort=False)
    often = " ({})" if len(counted) < len(column) else ""
    said = (in_words(str(column.name), str(code), lang) + often.format(count) for code, count in counted.items())
    return text("semicolon", lang).join(said) or text("notebook.none", lang)


def part_of_year(period: str, lang: str) -> str:
    """Return a period as `data.ledgers.period_of` writes it in words: "full year", or the months of a part.

    What its source leaves vague stays "part of the year".
    """
    if period == FULL_YEAR:
        return text("page.full_year", lang)
    days = parse_period(period)
    if not days or not days[1]:
        return text("page.part_of_year", lang)
    first, last, about = days
    low = format_date(first, "LLLL" if first.day == 1 else "d MMMM", LOCALES[lang])
    middle, whole = about and last.day == 15, last.day == monthrange(last.year, last.month)[1]
    high = format_date(last, "LLLL" if middle or whole else "d MMMM", LOCALES[lang])
    high = text("page.middle", lang, month=high) if middle else high
    return low if low == high else text("page.months", lang, low=low, high=high)


def day_in_words(day: date, lang: str) -> str:
    """Return a day in words: "1er janvier 2024"."""
    said = format_date(day, "long", LOCALES[lang])
    return re.sub("^1 ", "1er ", said) if lang == "fr" else said


def printed_date(written: str, lang: str) -> str:
    """Return a year, month or day as a table has it, "2025-01-27", in words; other texts as they are."""
    try:
        year, *others = (int(part) for part in written.split("-"))
        day = date(year, *others, *([1] * (2 - len(others))))
    except (ValueError, TypeError):
        return written
    if len(others) == 2:
        return day_in_words(day, lang)
    return format_skeleton("yMMMM", day, locale=LOCALES[lang]) if others else str(year)


def dates_in_english(written: str) -> list[str]:
    """Return how the titles of publications write a month or day: "27 Jan 2025", "3 June 2025"; nothing of others."""
    try:
        year, month, *days = (int(part) for part in written.split("-"))
    except ValueError:
        return []
    forms = ("MMM y", "MMMM y") if not days else ("d MMM y", "d MMMM y")
    return [format_date(date(year, month, *(days or [1])), form, LOCALES["en"]) for form in forms]


def choice(name: str, value: object, lang: str) -> str:
    """Return a parameter's value in words."""
    if value is None:
        return text("blank", lang)
    if name == "foreign_share":
        percent = 100 * exact(value)
        return format_share(percent, lang, decimals=int(percent.denominator != 1))
    return text("language", value) if name == "lang" else in_words(name, str(value), lang)


def chosen(name: str, value: object, lang: str) -> str:
    """Return a parameter with its value in words: "Mauritania counted in: Maghreb"."""
    return text("sweep.choice", lang, name=text(f"parameter.{name}", lang), choice=choice(name, value, lang))
