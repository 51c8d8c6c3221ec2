"""A new communiqué: from the figures a text gives to the rows that are proposed for the ledger of their year."""

import re
from calendar import monthrange
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from bilan.data.ledgers import FULL_YEAR, INDICATORS, SHARES, load_communique, period_of, with_periods
from bilan.data.package import years
from bilan.data.printed import parse_number
from bilan.errors import InputError
from bilan.languages import LOCALES
from bilan.press.extract import extract
from bilan.press.found import Found

EARLIER = 5  # years whose range a figure is held against
PERIOD = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?/(\d{4})-(\d\d)(?:-(\d\d))?)?")
UNNAMED = "Text given to the collection (publication not named)"


@dataclass(frozen=True)
class Proposal:
    """What a text gives for a year: the ledger's rows, and what a reviewer must know.

    found: the figures behind the rows, in their order; flags: row's place → what to look at; elsewhere: figures of
    other periods, which are not proposed; text: "" where the figures come from a draft; published: its date, if given.
    """

    year: int
    found: tuple[Found, ...]
    rows: pd.DataFrame
    flags: dict[int, list[str]]
    elsewhere: tuple[Found, ...]
    text: str = ""
    published: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the indicators for which nothing is proposed."""
        return tuple(name for name in INDICATORS if name not in set(self.rows["indicator"]))

    @property
    def likely(self) -> tuple[int, ...]:
        """Return the places of the rows whose figures are likelier right than wrong."""
        return tuple(at for at, one in enumerate(self.found) if one.probability >= 0.5)

    def taking(self, places: list[int]) -> "Proposal":
        """Return the proposal with the rows at these places alone."""
        flags = {new: self.flags[old] for new, old in enumerate(places) if old in self.flags}
        found = tuple(self.found[at] for at in places)
        rows = self.rows.iloc[places].reset_index(drop=True)
        return replace(self, found=found, rows=rows, flags=flags)


def dates_of(period: str) -> tuple[str, str]:
    """Return the first and the last day of a period, as the ledger has them: "2026-01-01", "2026-08-31".

    `period` is a year, or months or days of one year: "2026", "2026-01/2026-08". Raises InputError for anything else.
    """
    match = PERIOD.fullmatch(period)
    try:
        begun = date.fromisoformat(f"{match[1]}-{match[2] or '01'}-{match[3] or '01'}")
        year, month = int(match[4] or match[1]), int(match[5] or 12)
        ended = date(year, month, int(match[6] or monthrange(year, month)[1]))
        if begun > ended or begun.year != ended.year:
            raise ValueError
    except (TypeError, ValueError):  # it is no such text; there is no such day
        expected = "expected a year or months of one, such as 2026-01/2026-08"
        raise InputError(f"period: {expected}, found {period!r}") from None
    return begun.isoformat(), ended.isoformat()


def propose(text: str, year: int, published: str = "", **given: str) -> Proposal:
    """Return what a text gives for a year's ledger, for a person to review; `given` as for `proposal_of`.

    `published` is its date where it does not tell it. Raises InputError as that does, and where nothing is found.
    """
    found = extract(text, published)
    if not found:
        raise InputError("text: expected figures of the ministry's indicators, found none")
    return proposal_of(found, year, text=text, published=published, **given)


def proposal_of(
    found: list[Found], year: int | None, period: str = "", source: str = "", url: str = "", **read: str
) -> Proposal:
    """Return what figures give for a year's ledger, the year of most of them where none is given.

    `period` is taken where the text leaves it open ("since January", or nothing said), and no other is taken then.
    Raises InputError for a year out of range, a period of another year or an address that is none.
    """
    stated = [one.period[:4] for one in found if one.period]
    year = year or int(period[:4] or 0) or (int(max(stated, key=stated.count)) if stated else 0)
    if not 2000 <= year <= 2100:
        raise InputError(f"year: expected one from 2000 to 2100, found {year or 'none'}")
    if period and dates_of(period)[0][:4] != str(year):
        raise InputError(f"period: expected one of {year}, found {period!r}")
    if url and not re.fullmatch(r"https?://\S+", url):
        raise InputError(f"url: expected an address that begins with http:// or https://, found {url!r}")
    open_ended = (None, f"{year}-01/..")
    dated = [(one, period if period and one.period in open_ended else one.period) for one in found]
    taken = [(one, when) for one, when in dated if (when == period if period else _of_year(when, year))]
    if not taken:
        stated = ", ".join(sorted({one.period or "no period" for one in found}))
        raise InputError(f"text: expected figures of {period or year}, found figures of {stated}")
    kept, rows, flags, seen = [], [], {}, {}
    # of two numbers for one figure the likelier is proposed
    for one, when in sorted(taken, key=lambda pair: (INDICATORS.index(pair[0].indicator), -pair[0].probability)):
        row = _row(one, when, year, source or UNNAMED, url)
        at = seen.setdefault((one.indicator, row["period_start"], row["period_end"]), len(rows))
        if at < len(rows):
            flags[at].append(f"the text also gives {one.as_printed}")
            continue
        flags[at] = [*_doubts(one), *_far_off(one, row, year)]
        rows.append(row)
        kept.append(one)
    flags = {at: notes for at, notes in flags.items() if notes}
    elsewhere = tuple(one for one in found if one not in kept)
    return Proposal(year, tuple(kept), with_periods(pd.DataFrame(rows)), flags, elsewhere, **read)


def _of_year(period: str | None, year: int) -> bool:
    try:
        return dates_of(period or "")[0][:4] == str(year)
    except InputError:  # an end that is not stated, months of two years
        return False


def _doubts(one: Found) -> list[str]:
    doubts = [f"doubtful, {one.probability:.0%} likely"] * (not one.sure)
    if one.indicator in SHARES and one.share_base != "intercepted":
        doubts.append(f"a share of {one.share_base or 'what is not said'}, not of all those intercepted")
    return doubts


def _row(one: Found, period: str, year: int, source: str, url: str) -> dict:
    first, last = dates_of(period)
    return {
        "year": year,
        "period_start": first,
        "period_end": last,
        "period_qualifier": "exact",
        "indicator": one.indicator,
        "value": one.value,
        "unit": one.unit,
        "qualifier": one.qualifier,
        "as_printed": one.as_printed,
        "number_format": _format_of(one),
        "counted": one.counted,
        "share_base": one.share_base if one.indicator in SHARES else "",
        "definition": "",
        "producer": "interior_ministry",
        "source_key": "",  # of a publication that is listed when the rows are written
        "source": source,
        "source_url": url,
        "paragraph": one.paragraph or "",
        "sentence": "",
        "note": one.note,
    }


def _format_of(one: Found) -> str:
    """Return the language whose separators a number uses: the first one that reads it as it was read."""
    for lang in LOCALES:
        with suppress(ValueError):
            if parse_number(one.as_printed, lang) == (one.value, one.qualifier):
                return lang
    expected = f"{one.value:g}, {one.qualifier}, as printed in a format of {', '.join(LOCALES)}"
    raise InputError(f"{one.indicator}, as_printed: expected {expected}, found {one.as_printed!r}")


def _far_off(one: Found, row: dict, year: int) -> list[str]:
    """Return a warning where a figure is far from the range of the years before; a part of a year only where above."""
    ledgers = [load_communique(known) for known in [known for known in years() if known < year][-EARLIER:]]
    earlier = [float(known.loc[one.indicator, "value"]) for known in ledgers if one.indicator in known.index]
    if not earlier:
        return []
    low, high = min(earlier), max(earlier)
    below, above = (low - 15, high + 15) if one.unit == "percent" else (low / 2, high * 2)
    whole = period_of(row["period_start"], row["period_end"]) == FULL_YEAR
    if one.value > above or (one.value < below and whole):
        return [f"far from {low:g} to {high:g} of the years before"]
    return []
