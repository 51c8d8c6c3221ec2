"""Words and numbers by language: one TOML catalog a language in text/, numbers and plurals by Babel (CLDR)."""

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

from babel import Locale
from babel.numbers import format_decimal, format_percent

from bilan.errors import InputError
from bilan.files import decoded, read_limited
from bilan.number import Exact, exact

TEXT = Path(__file__).parent / "text"
# Morocco's own Arabic: CLDR gives it Latin digits, as its press prints them.
LOCALES = {"fr": "fr", "en": "en_GB", "es": "es", "ar": "ar_MA"}
# Languages the collection is published in: those that have a catalog.
LANGUAGES = tuple(lang for lang in LOCALES if (TEXT / f"{lang}.toml").exists())
MINUS = "\N{MINUS SIGN}"
ISOLATES = "\N{LEFT-TO-RIGHT ISOLATE}\N{POP DIRECTIONAL ISOLATE}"


@cache
def locale_of(lang: str) -> Locale:
    """Return Babel's locale for a language code."""
    return Locale.parse(LOCALES[lang])


def rounded(number: Exact, decimals: int = 0, down: bool = False) -> Decimal:
    """Return the number rounded half up, or down where it is a lower bound, to so many decimals."""
    # A quotient of two decimals would be rounded twice; the scaled fraction is rounded once.
    units = exact(number) * 10**decimals
    return Decimal(math.floor(units if down else units + Fraction(1, 2))).scaleb(-decimals)


def format_number(number: Exact, lang: str, decimals: int = 0, signed: bool = False, down: bool = False) -> str:
    """Return the number in the language's digits and separators, rounded half up (`down`: a lower bound).

    >>> format_number(4290, "es"), format_number(78685, "ar")
    ('4290', '78.685')
    """
    value = rounded(number, decimals, down)
    # the Spanish academies, and CLDR: 4290, but 78 685, with a thin space that breaks no line
    grouped = lang != "es" or abs(value) >= 10_000
    said = format_decimal(abs(value), f"#,##0.{'0' * decimals}", LOCALES[lang], group_separator=grouped)
    said = said.replace(".", "\N{NARROW NO-BREAK SPACE}") if lang == "es" else said
    sign = _sign(value, signed)
    return _in_order(sign + said, lang) if sign else said


def format_share(number: Exact, lang: str, decimals: int = 0, signed: bool = False) -> str:
    """Return a number of percent (58, not 0.58) with the language's percent sign and spacing."""
    value = rounded(number, decimals)
    locale = locale_of(lang)
    pattern = locale.percent_formats[None].pattern.split(";")[0].replace("##0", f"##0.{'0' * decimals}")
    said = format_percent(abs(value) / 100, format=pattern, locale=locale)
    return _in_order(_sign(value, signed) + said, lang)


def _sign(value: Decimal, signed: bool) -> str:
    return MINUS if value < 0 else "+" if signed and value > 0 else ""


def _in_order(number: str, lang: str) -> str:
    """Keep a number's sign and percent sign where they are: Arabic letters around would send them to its other side."""
    return f"{ISOLATES[0]}{number}{ISOLATES[1]}" if is_rtl(lang) else number


@cache
def is_rtl(lang: str) -> bool:
    """Return whether the language is written from right to left."""
    return locale_of(lang).text_direction == "rtl"


def isolated(said: str, lang: str) -> str:
    """Return a text of another script so that it does not disturb the order of a right-to-left text around it."""
    return f"\N{FIRST STRONG ISOLATE}{said}\N{POP DIRECTIONAL ISOLATE}" if is_rtl(lang) else said


def typeset(said: str, lang: str) -> str:
    """Return a text with its language's spaces: French sets narrow no-break ones inside guillemets and before ; ? !

    It also elides before "environ", which a number may bring with it.
    """
    if lang != "fr":
        return said
    said = re.sub(r"\bde (?=environ\b)", "d’", said)
    said = re.sub(r" (?=:(\s|$))", "\u00a0", said)
    return re.sub(r"(?<=«) | (?=[»;?!](\W|$))", "\u202f", said)


@cache
def catalog(lang: str) -> dict[str, str | dict]:
    """Return a language's texts: key → text, or key → {plural form: text}; keys are dotted section names.

    Raises InputError where its file is missing or no TOML of texts.
    """
    shown = f"scripts/bilan/text/{lang}.toml"
    try:
        return dict(_flat(tomllib.loads(decoded(read_limited(TEXT / f"{lang}.toml", shown, 1_000_000), shown)), lang))
    except (ValueError, TypeError) as error:
        raise InputError(f"{shown}: expected TOML of texts, found {error}") from None


def _flat(node: Mapping, lang: str, above: str = "") -> Iterator[tuple[str, str | dict]]:
    for key, item in node.items():
        if isinstance(item, str):
            yield above + key, typeset(item, lang)
        elif "other" in item:
            yield above + key, {form: typeset(said, lang) for form, said in item.items()}
        else:
            yield from _flat(item, lang, f"{above}{key}.")


def text(key: str, lang: str, n: Exact | None = None, **values: object) -> str:
    """Return a catalog's text, its {placeholders} filled in; with `n` the plural form that goes with n as shown.

    Raises KeyError for a key the catalog does not have.
    """
    entry = catalog(lang)[key]
    if isinstance(entry, dict):
        form = locale_of(lang).plural_form(rounded(n if n is not None else 0))
        entry = entry.get(form, entry["other"])
    return entry.format(**values)
