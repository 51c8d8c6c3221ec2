"""Periods a text speaks of: full years, parts of years, and those that only serve to compare."""

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import count as count_from

from bilan.data.folding import plain
from bilan.press.text import vocabulary

# Kinds that may be a figure's period, and those that make a number one of no year: several years, a month, a day.
PARTS = ("range", "until", "first_months", "last_months", "half", "quarter", "to_date")
OWN = (*PARTS, "year", "last_year", "whole")
LEANING = ("year_before", "year_after", "same_period", "same_as_before")
APART = ("several", "month", "date", "spell")
_LAST_DAY = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Mention:
    """A period where a text speaks of it.

    part: the period as ISO 8601 writes it with Y for its year ("Y", "Y-01/Y-08"), None for a kind that has none of its
    own; year: as stated; relative: "this" or "last" where stated so; compared: a growth rate or the like is measured
    against it; month: of a date.
    """

    start: int
    end: int
    kind: str
    part: str | None
    year: int | None
    relative: str
    compared: bool
    month: int = 12

    @property
    def period(self) -> str | None:
        """Return the period, None where its year is not stated."""
        return of_year(self.part, self.year)


def of_year(part: str | None, year: int | None) -> str | None:
    """Return a part of a year, as `Mention` has it, of the year given."""
    return part.replace("Y", str(year)) if part and year else None


def shifted(period: str | None, year: int | None = None) -> str | None:
    """Return the same part of another year, of the year before where none is given."""
    if period is None:
        return str(year) if year else None
    own = int(period[:4])
    return period.replace(str(own), str(year or own - 1))


@cache
def _patterns(lang: str) -> tuple[re.Pattern, list[tuple[str, re.Pattern]]]:
    """Return the pattern of where any mention begins, and those of each kind: to try them all everywhere takes long."""
    words = vocabulary(lang).periods
    months = "|".join(f"(?:{plain(month)})" for month in words["months"])
    longest_first = [sorted(words[name], key=len, reverse=True) for name in ("numbers", "ordinals")]
    counts, ordinals = ("|".join(map(plain, names)) for names in longest_first)
    fill = {
        "m": rf"(?:{months})\b",
        "y": r"(?<![\d.,])(?:19|20)\d\d(?!\d)(?![.,]\d)",
        "z": r"(?:19|20)\d\d(?!\d)",  # after a full stop
        "n": rf"(?:{counts}|\d{{1,2}})",
        "d": r"(?:1er|(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?)\b",
        "o": rf"(?:{ordinals})",
    }
    starts = rf"(?<!\w){vocabulary(lang).prefix}"

    def filled(pattern: str, named: bool = True) -> str:
        places = count_from(1)  # a pattern may have a place in each of its alternatives

        def place(at: re.Match) -> str:
            return f"(?P<{at[1]}_{next(places)}>{fill[at[2]]})" if named else fill[at[2]]

        return re.sub(r"<(([mynodz])\d?)>", place, plain(pattern))

    kinds = [name for name, patterns in words.items() if isinstance(patterns, list) and name != "months"]
    every = [(kind, pattern) for kind in kinds for pattern in words[kind]]
    anywhere = re.compile(rf"{starts}(?:{'|'.join(filled(pattern, named=False) for _, pattern in every)})")
    return anywhere, [(kind, re.compile(f"{starts}(?:{filled(pattern)})")) for kind, pattern in every]


def _given(match: re.Match) -> dict[str, str]:
    """Return what stands in the places of a pattern, by their names."""
    return {name.partition("_")[0]: said for name, said in match.groupdict().items() if said}


def _month(said: str, lang: str) -> int:
    months = vocabulary(lang).periods["months"]
    return next(at for at, month in enumerate(months, 1) if re.match(plain(month), f"{said}."))


def _count(said: str, table: dict[str, int]) -> int:
    return int(said) if said.isdigit() else {plain(word): value for word, value in table.items()}[said]


def _months(first: int, last: int) -> str:
    return "Y" if (first, last) == (1, 12) else f"Y-{first:02}/Y-{last:02}"


def mentions(text: str, lang: str) -> list[Mention]:
    """Return the periods that a folded text mentions, in order; where several begin, the longest."""
    anywhere, patterns = _patterns(lang)
    kept, end = [], 0
    while begins := anywhere.search(text, end):
        here = ((kind, match) for kind, pattern in patterns if (match := pattern.match(text, begins.start())))
        kept.append(max(here, key=lambda one: one[1].end()))
        end = kept[-1][1].end()
    return _with_years(text, [_mention(text, kind, match, lang) for kind, match in _joined(kept)])


def _with_years(text: str, stated: list[Mention]) -> list[Mention]:
    """Return the mentions, a part of a year and the year that stands right behind it made one."""
    found: list[Mention] = []
    for one in stated:
        last = found[-1] if found else one
        if one.kind == "year" and last.kind in PARTS and last.year is None and text[last.end : one.start] == " ":
            found[-1] = replace(last, end=one.end, year=one.year, relative="")
        else:
            found.append(one)
    return found


def _joined(kept: list[tuple[str, re.Match]]) -> list[tuple[str, re.Match]]:
    """Return the mentions, a part of a year that is stated to be of the year before made the same part of it."""
    joined = []
    for at, (kind, match) in enumerate(kept):
        after = kept[at + 1] if at + 1 < len(kept) else ("", match)
        close = 0 <= after[1].start() - match.end() <= 4
        of_before = after[0] == "year_before" and close and _named_year(match) is None
        joined.append(("same_period" if of_before and kind in OWN else kind, match))
    return joined


def _mention(text: str, kind: str, match: re.Match, lang: str) -> Mention:
    words = vocabulary(lang).periods
    year, given = _named_year(match), _given(match)
    relative = next((said for said in ("this", "last") if re.search(plain(words[said]), match[0])), "")
    relative = "last" if kind == "last_year" else relative
    if kind == "same_period" and year is None and not re.search(plain(words["previous"]), match[0]):
        kind = "same_as_before" if "m2" not in given else kind  # the same period of no other year is the one before
    month = _month(given["m1"], lang) if given.get("m1") else 12
    if kind == "date" and (numeric := re.search(r"\d[/.-](\d\d?)[/.-]\d", match[0])):
        month = min(12, max(1, int(numeric[1])))
    part = _part(kind, match, lang)
    return Mention(match.start(), match.end(), kind, part, year, relative, _compared(text, match, lang), month)


def _compared(text: str, match: re.Match, lang: str) -> bool:
    """Say whether words of comparison lead to a mention, or into it."""
    start = max(0, match.start() - 40)
    words = vocabulary(lang).scope["compared"].finditer(text[start : match.end()])
    return any(one.start() + start < match.start() <= one.end() + start + 1 for one in words)


def _named_year(match: re.Match) -> int | None:
    given = _given(match)
    years = [given[name] for name in ("y", "y2", "y1", "z") if name in given]
    return int(years[0]) if years else None


def _part(kind: str, match: re.Match, lang: str) -> str | None:
    """Return the part of a year that a mention states, with Y for the year; None for a kind that has none."""
    words, given = vocabulary(lang).periods, _given(match)
    if kind in ("year", "last_year", "whole"):
        return "Y"
    if kind == "to_date":
        return "Y-01/.."
    if kind in ("quarter", "half"):
        length = 3 if kind == "quarter" else 6
        last = length * (_count(given["o"], words["ordinals"]) if given.get("o") else 1)
        return _months(last - length + 1, last) if last <= 12 else None
    if kind in ("first_months", "last_months"):
        count = min(_count(given["n"], words["numbers"]), 12) if "n" in given else 0
        if count == 0:
            return None
        return _months(1, count) if kind == "first_months" else _months(13 - count, 12)
    if kind not in ("range", "until"):
        return None
    alone = given["m2"] if given.get("d1") and given.get("d2") else None  # "from 13 to 21 December"
    first = _month(given.get("m1") or alone, lang) if given.get("m1") or alone else 1
    last = _month(given["m2"], lang) if "m2" in given else first
    began = given["y1"] if given.get("y1") and given.get("y2") and given["y1"] != given["y2"] else "Y"
    days = [int(re.sub(r"\D", "", given.get(name) or "") or 0) for name in ("d1", "d2")]
    if days[0] > 1 or (days[1] and days[1] < _LAST_DAY[last - 1]):
        return f"{began}-{first:02}-{days[0] or 1:02}/Y-{last:02}-{days[1] or _LAST_DAY[last - 1]:02}"
    return _months(first, last) if began == "Y" else f"{began}-{first:02}/Y-{last:02}"
