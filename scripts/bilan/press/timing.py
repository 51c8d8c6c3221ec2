"""Which period a number may be of: every one that its text offers, with what speaks for it and against it."""

import re
from dataclasses import dataclass, field

from bilan.press.periods import APART, LEANING, OWN, PARTS, Mention, of_year, shifted
from bilan.press.sentences import Spot

TAKEN = "stated beside a number before"  # where a period stands that is that number's


@dataclass
class Times:
    """What a text says of its own time, and what its figures so far were of.

    dated: year and month of its date line; named: the years it names for what it reports, in order; carried: the period
    of the figure before; first: the first period stated.
    """

    dated: tuple[int, int] | None = None
    named: list[int] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    stated: set[str] = field(default_factory=set)
    first: str | None = None
    carried: str | None = None
    announced: str | None = None
    month_year: int | None = None
    recent: list[str] = field(default_factory=list)
    latest: str | None = None  # of the recent ones
    latest_named: int = 0
    last_year: int = 0  # stated

    @classmethod
    def of(cls, mentions: list[Mention], published: tuple[int, int] | None = None) -> "Times":
        """Return the times of a text by its mentions; `published` is its date where it is known from elsewhere."""
        own = [m for m in mentions if not m.compared and m.kind in OWN]
        dated = [(m.year, m.month) for m in mentions if m.kind == "date" and m.year and not m.compared]
        times = cls(published or (dated[0] if dated else None))
        times.named = [m.year for m in own if m.year] or [m.year for m in mentions if m.year and m.kind in OWN]
        times.month_year = next((m.year for m in mentions if m.kind in APART and m.year), None)
        times.stated = {m.period for m in own if m.period}
        begun = [m.part for m in own if m.kind in ("range", "until", "first_months") and m.part]
        times.ends = [part for part in begun if part.startswith("Y-01/")]
        times.named = times.named or [m.year for m in mentions if m.year]
        times.latest_named = max(times.named, default=0)
        times.first = next((m.period for m in own if m.period), None)
        relative = [times.years_for(m)[0][0] for m in own if m.relative and not m.year and times.dated]
        stated = [int(period[:4]) for period in times.stated]
        times.last_year = max([*stated, *relative] or times.named or [0])
        return times

    def found(self, period: str) -> None:
        """Keep the period of a figure."""
        if period not in self.recent:
            self.recent.append(period)
            self.latest = max(self.latest or period, period, key=lambda one: (one[:4], one))

    def over(self, period: str | None) -> bool:
        """Say whether a period was over when the text was dated; so it is where there is no date or no period."""
        if not (self.dated and period):
            return True
        end = re.findall(r"-(\d\d)(?:-\d\d)?$", period)
        return (int(period[:4]), int(end[-1]) if end else 12) <= self.dated

    def years_for(self, mention: Mention) -> list[tuple[int, str]]:
        """Return the years that a mention without one may be of, and the clue of how each is known, if any."""
        years, end = [], int((re.findall(r"Y-(\d\d)", mention.part or "") or ["0"])[-1])
        if self.dated:
            year, month = self.dated
            late = end > month  # "until November", written in January
            if mention.relative == "last":
                return [(year - 1, "last year of date line")]
            if mention.relative == "this" or mention.kind == "to_date":
                return [(year, "this year of date line")]
            years.append((year - late, "year before date line" if late else "date line"))
            years.append((year - 1 + late, "not date line"))
        others = [str(self.month_year) if self.month_year and not self.dated else None]
        years += [(int(one[:4]), "") for one in [*others, self.carried, self.announced, self.first] if one]
        if self.named:
            dated = ", though a date line" if self.dated else ""
            years += [
                (self.latest_named, f"latest named{dated}"),
                (self.latest_named - 1, f"before latest named{dated}"),
            ]
        return [(year, f"{mention.relative or 'no'} year, {how}" if how else "") for year, how in years]


class _Options(dict):
    """The periods that a number may be of, each with its clues, no clue twice."""

    def offer(self, period: str | None, *clues: str) -> None:
        """Add a period, or clues to one."""
        if period:
            said = self.setdefault(period, [])
            said += [clue for clue in clues if clue and clue not in said]


def choices(spot: Spot, times: Times, before: list[Spot]) -> dict[str | None, list[str]]:
    """Return the periods that a number may be of, each with its clues; None stands for one that is not stated.

    `before` are the figures that the sentence gave before it.
    """
    found = _Options({None: ["no period"]})
    compared = ", compared number" if spot.contrast else ""
    main = (one.period for one in reversed(before) if one.period and not (one.contrast or one.part))
    base = next(main, None) or times.carried
    placed = _placed(spot)
    _stated(found, placed, times, before, base, compared)
    kinds = {(m.part, m.year) for m, _ in placed if m.kind in OWN + LEANING}
    for period, clues in found.items():
        if period:
            clues.append(f"in its sentence: {'the only one' if len(kinds) == 1 else 'one of several'}")
    nothing = "" if kinds else ", no period in sentence"
    start = "" if before else ", first in sentence"
    _carried(found, times, before, base, (compared, start, nothing))
    found[None] += [f"no period, {'date line' if times.dated else 'no date line'}", f"no period{nothing}{start}"]
    found[None] += [f"no period, {m.relative} year said" for m, _ in placed if m.relative and not m.year]
    _weighed(found, times, nothing + compared, _in_order(spot))
    return found


def _stated(found: _Options, placed: list, times: Times, before: list[Spot], base: str | None, compared: str) -> None:
    """Offer the periods that the number's own sentence states."""
    for mention, place in placed:
        relation = f"{_sort(mention)}{', compared' if mention.compared else ''}"
        clues = [f"{place}: {relation}{compared}", f"{place}{compared}"]
        if mention.kind in LEANING:
            last = before[-1].period if before else None
            for known, how in {base: "main figure", last: "figure before", times.carried: "carried"}.items():
                if known:
                    year = mention.year or int(known[:4]) + {"year_after": 1, "same_as_before": 0}.get(mention.kind, -1)
                    found.offer(
                        shifted(known, year),
                        *clues,
                        f"{mention.kind} of {how}{compared}" * (not place.startswith(TAKEN)),
                    )
            if mention.year:
                found.offer(str(mention.year), *clues, "full year though same period")
        elif mention.kind in OWN and mention.part:
            for year, how in [(mention.year, "")] if mention.year else times.years_for(mention):
                found.offer(of_year(mention.part, year), *clues, how)
            if mention.kind == "to_date":
                year = mention.year or (times.dated[0] if times.dated else int((base or "0000")[:4]))
                for part in times.ends:
                    found.offer(of_year(part, year), *clues)


def _carried(found: _Options, times: Times, before: list[Spot], base: str | None, said: tuple[str, str, str]) -> None:
    """Offer the periods of figures before, of headings and of the date line."""
    compared, start, nothing = said
    if before:
        one = before[-1]
        found.offer(one.period, f"as figure before, {'same' if one.same else 'other'} thing")
        found.offer(base, f"as main figure before{compared}{nothing}")
        found.offer(shifted(base))
    found.offer(times.carried)
    found.offer(shifted(times.carried), f"year before carried{compared}{nothing}")
    found.offer(times.announced, f"announced{compared}{start}{nothing}")
    found.offer(shifted(times.announced))
    for period in [one for one in times.recent if one != times.carried][-5:]:
        found.offer(period, f"of an earlier figure{compared}{nothing}")
    for period in sorted(times.stated) if len(times.stated) <= 8 else []:
        found.offer(period)
    found.offer(times.first, f"first stated{compared}{start}{nothing}")
    if times.dated:
        year = times.dated[0]
        found.offer(str(year - 1), f"year before date line{start}{nothing}")
        found.offer(str(year), f"year of date line{start}{nothing}")
        found.offer(f"{year}-01/..", f"year of date line so far{start}{nothing}")


def _weighed(found: _Options, times: Times, state: str, order: str | None) -> None:
    """Add the clues that follow from all that is offered: order, date line, what is latest."""
    found.offer(order)
    for period in found.keys() - {None}:
        which = {0: "latest year", -1: "year before"}.get(int(period[:4]) - times.last_year, "other year")
        clues = [f"{which} stated{state}", "a full year" if len(period) == 4 else "a part of a year"]
        if period == times.latest:
            clues.append(f"latest of the figures{state}")
        if order and len(period) == 4:
            clues.append("in order" if period == order else "out of order")
        if times.dated:
            clues.append("ends before date line" if times.over(period) else "ends after date line")
        found.offer(period, *clues)


def _in_order(spot: Spot) -> str | None:
    """Return the period that is a number's by their order: "251, 279 and 294 in 2035, 2036 and 2037"."""
    group, start = [one for one in spot.sentence.numbers if one.unit == spot.unit], spot.sentence.start
    if not 2 <= len(group) <= 6:
        return None
    years = list(re.finditer(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]\d|\d)", spot.sentence.said))
    years = [one for one in years if all(one.start() + start != number.start for number in group)]
    if len(group) != len(years):
        return None
    apart = years[0].start() + start > group[-1].start or years[-1].end() + start <= group[0].begins
    return years[group.index(spot.number)][0] if apart else None


def _sort(mention: Mention) -> str:
    """Return the sort of period that a mention is, for its clues."""
    if mention.kind in LEANING:
        return mention.kind
    return ("part" if mention.kind in PARTS else "year") + ("" if mention.year else f" without year{mention.relative}")


def _placed(spot: Spot) -> list[tuple[Mention, str]]:
    """Return the periods of a sentence, or of a table's row and headings, with where each stands for a number."""
    if spot.sentence.cells:
        return _in_table(spot)
    number, spoken = spot.number, spot.sentence.spoken
    after = [one for one in spoken if one.start >= number.ends]
    before = [one for one in spoken if one.start < number.ends]
    placed = []
    for mention in before:
        where = "before in stretch" if mention.start >= spot.left[0] else "before other number"
        if mention is before[-1]:
            owner = (at for at in range(spot.at) if _close(spot.text, spot.sentence.numbers[at].ends, mention.start))
            if (at := next(owner, None)) is None:
                where = f"nearest {where}"
            else:  # "of which 11,300 in the first quarter" tells nothing of what follows
                where = TAKEN + " that is a part" * Spot(spot.sentence, at).part
        placed.append((mention, where))
    stop = spot.has("scope", "contrast", spot.right)
    for mention in after:
        where = "after in clause" if mention.start <= spot.near_right[1] else "after"
        where = where if mention.end <= spot.right[1] + 1 or where != "after" else "beyond"
        where += " a contrast" * bool(stop and stop.start() < mention.start)
        placed.append((mention, "first " * (mention is after[0]) + where))
    return placed[-40:]


def _close(text: str, start: int, end: int) -> bool:
    gap = text[start:end]
    aside = re.fullmatch(r"\W{0,2}, \w+, (?:\w{1,3} )?", gap)  # "65,000, roughly, in 2017"
    return 0 <= end - start <= 60 and bool(gap.strip() == "(" or aside or not re.search(r"[,;:.()]", gap))


def _in_table(spot: Spot) -> list[tuple[Mention, str]]:
    sentence, column = spot.sentence, spot.column
    places = {"its cell": sentence.cells[column], "row label": sentence.cells[0]}
    placed = [(m, name) for name, (start, end) in places.items() for m in sentence.spoken if start <= m.start < end]
    if column < len(sentence.headings):
        start, end = sentence.headings[column]
        placed += [(m, "column heading") for m in sentence.heading_mentions if start <= m.start < end]
    return placed
