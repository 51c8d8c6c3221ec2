"""In brief: a card for each count of a year: its change, its place among the years and a small line of them all."""

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import pandas as pd
from markupsafe import Markup, escape

from bilan.analysis.claims import claims, holds
from bilan.analysis.years import all_figures
from bilan.data.description import DESCRIPTION
from bilan.data.ledgers import FULL_YEAR, INDICATORS, PUBLISHED_RATES, SHARES
from bilan.data.package import DATA
from bilan.languages import is_rtl, text
from bilan.number import Number, Numbers
from bilan.show.numbers import Shown

COUNTS = tuple(name for name in INDICATORS if name not in SHARES)
_RATES = {indicator: rate for rate, indicator in PUBLISHED_RATES.items()}
WIDTH, HEIGHT, MARGIN = 240, 44, 8  # of the line, in pixels


@dataclass(frozen=True)
class Card:
    """One count: its indicator and label, the number as a link, its change on the year before, its place, its line.

    `change` and `context` are "" where nothing is to be said; `line` is an SVG drawing, "" for a single year; `ids` are
    those of the numbers that it links to.
    """

    name: str
    label: str
    number: Markup
    change: Markup
    context: Markup
    line: Markup
    ids: tuple[str, ...] = ()


def cards(numbers: Numbers, year: int, lang: str, place: str = "") -> list[Card]:
    """Return the cards of a year's counts, in the order of the communiqué; a count that is not known has none.

    A year without a full-year figure shows that of its longest part, and says which. Numbers are links to their lines
    on the page of numbers, which is at `place`.
    """
    table, made = counts_of_all_years(), []
    for name in COUNTS:
        part = not numbers.get(name)
        number = numbers.get(f"{name}_part" if part else name)
        if number:
            series = table[table["indicator"] == name]
            label = text(f"indicator.{name}", lang)
            if part:
                label = text("brief.part", lang, label=label, period=Shown(number, lang).period)
            saying = _Saying(numbers, name, year, lang, place)
            shown = Markup(saying.link(number).qualified)
            change, context = (saying.change_of_part(), "") if part else (saying.change(), saying.context())
            line, ids = draw_line(series, year, lang), tuple(saying.ids)
            made.append(Card(name, label, shown, change, Markup(context), line, ids))
    return made


def counts_of_all_years() -> pd.DataFrame:
    """Return `years.all_figures` of the counts, read once for all pages, and again where the data have changed."""
    return _counts((DATA / DESCRIPTION).stat().st_mtime_ns)


@lru_cache(1)
def _counts(changed: int) -> pd.DataFrame:
    return all_figures(COUNTS)


@dataclass(frozen=True)
class _Saying:
    """What is said of one count of a year."""

    numbers: Numbers
    name: str
    year: int
    lang: str
    place: str
    ids: list[str] = field(default_factory=list)  # of the numbers it links to

    def _say(self, key: str, **shown: object) -> Markup:
        return Markup(text(f"brief.{key}", self.lang, **{name: escape(one) for name, one in shown.items()}))

    def link(self, number: Number) -> Shown:
        """Return a number as a link to its line."""
        self.ids.append(number.id)
        return Shown(number, self.lang, link=True, place=self.place)

    def change(self) -> Markup:
        """Say how the count changed on the year before: the rate, the rate in print, or why there is none."""
        before, year = self.numbers.get(f"{self.name}_{self.year - 1}"), self.year - 1
        change, rate = self.numbers.get(f"{self.name}_change_pct"), self.numbers.get(_RATES.get(self.name, ""))
        if change:
            said = {"rate": self.link(change).signed, "year": year}
            if not rate:
                return self._say("growth", **said)
            cut_off = f"{_RATES[self.name]}_cut_off"
            key = "cut_off" if cut_off in claims() and holds(cut_off, self.numbers) else "printed"
            return self._say(key, printed=self.link(rate).signed, **said)
        if before:
            bounds = "at_least" in (before.qualifier, self.numbers[self.name].qualifier)
            return self._say("bounds" if bounds else "small", number=self.link(before).qualified, year=year)
        if rate:
            return self._say("print_alone", printed=self.link(rate).signed, year=year)
        return self._say("nothing_before", year=year)

    def change_of_part(self) -> Markup:
        """Say how the count of a part of a year changed on the same months of the year before."""
        change = self.numbers.get(f"{self.name}_part_change_pct")
        return self._say("same_months", rate=self.link(change).signed, year=self.year - 1) if change else Markup()

    def context(self) -> Markup:
        """Say which full years had more, or that none had."""
        known = [one for one in self.numbers.values() if one and one.name == self.name and one.period.isdecimal()]
        years = {one.period: one for one in known}
        own = years.pop(str(self.year))
        above = sorted((one for one in years.values() if one.known > own.known), key=lambda one: one.period)
        if not years:
            return self._say("alone")
        if len(years) == 1:
            return self._say("two")
        if not above:
            return self._say("highest")
        if len(above) > 2:
            return self._say("many_above", listed=self._listed([max(above, key=lambda one: one.known)]))
        return self._say("above", listed=self._listed(above))

    def _listed(self, numbers: list[Number]) -> Markup:
        listed = [self._say("one_above", year=one.period, number=self.link(one).qualified) for one in numbers]
        return Markup(text("brief.and", self.lang)).join(listed)


def draw_line(series: pd.DataFrame, year: int, lang: str) -> Markup:
    """Return a count's years as a small line: gaps open, parts of years hollow, lower bounds triangles, this year dark.

    `series`: the rows of one indicator of `years.all_figures`. Nothing is drawn of a single year. The drawing says
    nothing that the page does not say in words beside it, so that it is hidden from those who listen.
    """
    rows = list(series.itertuples())
    if len(rows) < 2:
        return Markup()
    first, last, top = series["year"].min(), series["year"].max(), series["value"].max()
    across = (WIDTH - 2 * MARGIN) / (last - first)

    def point(row) -> tuple[float, float]:
        x = MARGIN + (row.year - first) * across
        y = HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * row.value / top
        return round(WIDTH - x if is_rtl(lang) else x, 1), round(y, 1)

    marks = []
    for one, other in pairwise(rows):
        joined = all(row.period == FULL_YEAR and row.qualifier != "at_least" for row in (one, other))
        if joined and other.year == one.year + 1:
            (x1, y1), (x2, y2) = point(one), point(other)
            marks.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>')
    for row in rows:
        x, y = point(row)
        kind = "this" if row.year == year else "part" if row.period != FULL_YEAR else "other"
        if row.year == year and row.period != FULL_YEAR:
            kind = "this part"
        if row.qualifier == "at_least":
            marks.append(f'<path class="{kind}" d="M{x - 4} {y + 3}h8l-4 -7z"/>')
        else:
            marks.append(f'<circle class="{kind}" cx="{x}" cy="{y}" r="{4 if row.year == year else 2.5}"/>')
    labelled = dict.fromkeys((int(first), year, int(last)))
    ends = {int(first): "start", int(last): "end"}
    for at in labelled:
        x = MARGIN + (at - first) * across
        x = round(WIDTH - x if is_rtl(lang) else x, 1)
        if at == year or abs(at - year) * across > 40:
            kind = ' class="this"' if at == year else ""
            marks.append(f'<text{kind} x="{x}" y="{HEIGHT + 11}" text-anchor="{ends.get(at, "middle")}">{at}</text>')
    drawn = f'<svg class="line-of-years" viewBox="0 0 {WIDTH} {HEIGHT + 14}" aria-hidden="true">'
    return Markup(drawn + "".join(marks) + "</svg>")
