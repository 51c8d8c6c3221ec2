"""Periods a text speaks of: full years, parts of years, and those that only serve to compare."""

import re
from dataclasses import dataclass
from functools import cache

from bilan.data.folding import plain
from bilan.press.text import vocabulary

# Kinds that give a period of their own; the others are several years, a date, or need the period they compare with.
OWN = ("range", "until", "first_months", "last_months", "half", "quarter", "to_date", "month", "year", "last_year")
PARTS = ("range", "until", "first_months", "last_months", "half", "quarter")
_LAST_DAY = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Mention:
    """A period where a text speaks of it.

    `period` is as ISO 8601 writes it ("2024", "2025-01/2025-08"), None for a kind that has none of its own;
    `compared` says that a growth rate or the like is measured against it.
    """

    start: int
    end: int
    kind: str
    period: str | None
    compared: bool


@cache
def _patterns(lang: str) -> list[tuple[str, re.Pattern]]:
    words = vocabulary(lang).periods
    months = "|".join(f"(?:{plain(month)})" for month in words["months"])
    longest_first = [sorted(words[name], key=len, reverse=True) for name in ("numbers", "ordinals")]
    counts, ordinals = ("|".join(map(plain, names)) for names in longest_first)
    year = r"(?<![\d.,])(?:19|20)\d\d(?!\d)(?![.,]\d)"
    fill = {
        "m": rf"(?:{months})\b",
        "y": year,
        "n": rf"(?:{counts}|\d{{1,2}})",
        "d": r"(?:1er|0?[1-9]|[12]\d|3[01])\b",
        "o": rf"(?:{ordinals})",
    }

    def filled(pattern: str) -> re.Pattern:
        named: set[str] = set()

        def place(at: re.Match) -> str:
            again = at[1] in named
            named.add(at[1])
            return f"(?:{fill[at[2]]})" if again else f"(?P<{at[1]}>{fill[at[2]]})"

        pattern = re.sub(r"<(([mynod])\d?)>", place, plain(pattern))
        return re.compile(rf"(?<!\w){vocabulary(lang).prefix}(?:{pattern})")

    kinds = (name for name, patterns in words.items() if isinstance(patterns, list) and name != "months")
    return [(kind, filled(pattern)) for kind in kinds for pattern in words[kind]]


def _month(said: str, lang: str) -> int:
    months = vocabulary(lang).periods["months"]
    return next(at for at, month in enumerate(months, 1) if re.fullmatch(plain(month), said))


def _count(said: str, table: dict[str, int]) -> int:
    return int(said) if said.isdigit() else {plain(word): value for word, value in table.items()}[said]


def months_of(year: int, first: int, last: int) -> str:
    """Return the period from a month to a month of one year: "2025-01/2025-08", or "2025" for all twelve."""
    return str(year) if (first, last) == (1, 12) else f"{year}-{first:02}/{year}-{last:02}"


def shifted(period: str | None, year: int | None = None) -> str | None:
    """Return the same part of another year, of the year before where none is given."""
    if period is None:
        return str(year) if year else None
    own = int(period[:4])
    return period.replace(str(own), str(year or own - 1))


def mentions(text: str, lang: str) -> list[Mention]:
    """Return the periods that a folded text mentions, in order; where two overlap, the longer.

    A part of a year that names no year is of the latest year told with the same months before; else, as any period
    that names none, of the year that the text names first for what it reports, or of its date line.
    """
    found = []
    for kind, pattern in _patterns(lang):
        found += [(match.start(), match.end(), kind, match) for match in pattern.finditer(text)]
    kept, last = [], 0
    for start, end, kind, match in sorted(found, key=lambda one: (one[0], -one[1])):
        if start >= last:
            kept.append((kind, match))
            last = end
    against = [_compared(text, match, lang) for _, match in kept]
    kept = _joined(text, kept)
    when = _when(kept, against, lang)
    told, years = [], {}
    for (kind, m), beside in zip(kept, against, strict=True):
        period = _period(kind, m, lang, when)
        if kind in PARTS and period:
            months = re.sub(r"\d{4}-", "", period)
            years[months] = max(years.get(months, 0), int(period[:4]))
            if not _named_year(m):  # "between January and March", after "the first quarter of 2022"
                period = shifted(period, years[months])
        told.append(Mention(m.start(), m.end(), _kind(kind, m, lang), period, beside))
    return told


def _joined(text: str, kept: list[tuple[str, re.Match]]) -> list[tuple[str, re.Match]]:
    """Return the mentions, a part of a year that is told to be of the year before made the same part of it."""
    joined = []
    for at, (kind, match) in enumerate(kept):
        after = kept[at + 1] if at + 1 < len(kept) else ("", match)
        close = 0 <= after[1].start() - match.end() <= 4
        of_before = after[0] == "year_before" and close and _named_year(match) is None
        joined.append(("same_period" if of_before and kind in OWN else kind, match))
    return joined


def _kind(kind: str, match: re.Match, lang: str) -> str:
    """Return a mention's kind; the same period of no other year is the one told before."""
    previous = plain(vocabulary(lang).periods["previous"])
    if kind == "same_period" and match.re.groups and _named_year(match) is None and not re.search(previous, match[0]):
        return "same_as_before" if "m2" not in match.groupdict() else kind
    return kind


def _compared(text: str, match: re.Match, lang: str) -> bool:
    """Say whether words of comparison lead to a mention, or into it."""
    start = max(0, match.start() - 40)
    words = vocabulary(lang).scope["compared"].finditer(text[start : match.end()])
    return any(one.start() + start < match.start() <= one.end() + start + 1 for one in words)


def _named_year(match: re.Match) -> int | None:
    years = [match[name] for name in ("y", "y2", "y1") if match.groupdict().get(name)]
    return int(years[0]) if years else None


@dataclass(frozen=True)
class _When:
    """What a text says of its own time: the year it reports on, the latest it names, its date line's year and month.

    `ends` are the months it names as the end of what it reports.
    """

    year: int | None
    latest: int | None
    dated: int | None
    month: int
    ends: list[int]


def _when(kept: list, against: list[bool], lang: str) -> _When:
    """Return the time of a text: a period that names no year is of its date line's year, else of the first named.

    Of the year before the date line's where the text speaks of last year and of no part of a year.
    """
    named = [(kind, _named_year(m), m) for (kind, m), beside in zip(kept, against, strict=True) if not beside]
    own = [year for kind, year, _ in named if year and kind in OWN]
    years = [year for kind, m in kept if kind in OWN and (year := _named_year(m))]
    dated = [(year, m.groupdict().get("m1")) for kind, year, m in named if year and kind == "date"]
    ends = [_month(m["m2"], lang) for kind, m in kept if kind == "until"]
    if not dated:
        return _When(own[0] if own else None, max(years, default=None), None, 12, ends)
    year, month = dated[0][0], _month(dated[0][1], lang) if dated[0][1] else 12
    partial = any(kind in PARTS and not said for kind, said, _ in named)
    if any(kind == "last_year" for kind, _, _ in named) and (month <= 6 or not partial):
        return _When(year - 1, max([*years, year - 1]), year, 12, ends)
    return _When(year, max([*years, year]) if month == 12 else year, year, month, ends)


def _period(kind: str, match: re.Match, lang: str, when: _When) -> str | None:
    """Return a mention's period, None where it has none or its year is not known."""
    words, given, named = vocabulary(lang).periods, match.groupdict(), _named_year(match)
    year = named or (when.latest if re.search(plain(words["this_year"]), match[0]) else when.year)
    if not named and kind in PARTS and when.year and re.search(plain(words["of_last_year"]), match[0]):
        year = (when.dated or when.latest or when.year) - 1
    elif kind == "last_year" and when.dated:
        year = when.dated - 1
    if year is None or kind not in OWN:
        return str(year) if kind == "same_period" and named else None
    if kind in ("year", "last_year"):
        return str(year)
    if kind == "to_date":
        return f"{year}-01/.."
    if kind == "month":
        return f"{year}-{_month(given['m1'], lang):02}" if given.get("m1") else None
    if kind in ("quarter", "half"):
        length = 3 if kind == "quarter" else 6
        last = length * (_count(given["o"], words["ordinals"]) if given.get("o") else 1)
        year -= not named and last - length >= when.month  # "the fourth quarter", written in January
        return months_of(year, last - length + 1, last)
    if kind in ("first_months", "last_months"):
        count = min(_count(given["n"], words["numbers"]), 12)
        # "The last five months" of a year told of until its fifth month are the latest: its first five.
        first = kind == "first_months" or count in when.ends
        return months_of(year, 1, count) if first else months_of(year, 13 - count, 12)
    alone = given["m2"] if given.get("d1") and given.get("d2") else None  # "from 13 to 21 December"
    first = _month(given.get("m1") or alone, lang) if given.get("m1") or alone else 1
    last = _month(given["m2"], lang)
    year -= not named and last > when.month  # "until November", written in January
    began = int(given["y1"]) if given.get("y1") else year
    days = [int(re.sub(r"\D", "", given.get(name) or "") or 0) for name in ("d1", "d2")]
    if days[0] > 1 or (days[1] and days[1] < _LAST_DAY[last - 1]):
        return f"{began}-{first:02}-{days[0] or 1:02}/{year}-{last:02}-{days[1] or _LAST_DAY[last - 1]:02}"
    return months_of(year, first, last) if began == year else f"{began}-{first:02}/{year}-{last:02}"
