"""A number as a page shows it: in a language, marked as published, recomputed or derived, with how it was made."""

import re
from calendar import monthrange
from collections.abc import Container, Iterable, Mapping
from string import Formatter

import pandas as pd
from markupsafe import Markup, escape

from bilan.data.ledgers import parse_period
from bilan.data.prints import prints_of, published_on
from bilan.data.tables import NOT_RECORDED
from bilan.languages import catalog, format_number, format_share, isolated, rounded, text
from bilan.number import PURE, Number, as_sure, exact, two_figures
from bilan.show.tables import Table
from bilan.show.words import dates_in_english, day_in_words, part_of_year, printed_date
from bilan.untrusted import plain_line, web_address

SAID_BESIDE = {"share_base": "base", "definition": "definition"}  # of a print → what the catalog calls its codes


class Shown:
    """A number in a language; `str()` gives it, the properties give it with more. One that is not known is false.

    With `link` it is a link to its line on the page of numbers, which is at `place`, its status as the link's class.
    """

    def __init__(self, number: Number, lang: str, link: bool = False, place: str = ""):
        self.number, self.lang, self.link, self.place = number, lang, link, place

    def __bool__(self) -> bool:
        return bool(self.number)

    def _plain(self, number: float, signed: bool = False, down: bool = False) -> str:
        if self.number.unit == "percent":
            return format_share(number, self.lang, int(exact(number).denominator != 1), signed)
        ratio = self.number.unit == PURE or " per " in self.number.unit
        return format_number(number, self.lang, int(ratio and abs(number) < 10), signed, down)

    def _marked(self, number: float, **how: bool) -> str:
        shown, status = self._plain(number, **how), self.number.status
        if not self.link:
            return shown
        link = Markup('<a class="value {}" href="{}#value-{}" title="{}">{}</a>')
        # what it is and where it is from, for those who point at it
        answer = " · ".join(
            [text(f"status.{status}", self.lang), *(source_name(one, self.lang) for one in self.number.sources[:1])]
        )
        return link.format(status, self.place, self.number.id, answer, shown)

    def __str__(self) -> str:
        return self._marked(as_sure(self.number), down=self.number.qualifier == "at_least")

    __html__ = __str__  # templates escape what does not say that it is HTML

    @property
    def label(self) -> str:
        """What it is called."""
        return name_of(self.number.name, self.lang)

    @property
    def signed(self) -> str:
        """With its sign: +4.7 %."""
        return self._marked(as_sure(self.number), signed=True)

    @property
    def change(self) -> str:
        """As words of growth: "up 4.7 %", "down about 20 %", "unchanged"."""
        number = as_sure(self.number)
        key = "up" if number > 0 else "down" if number < 0 else "same"
        about = "_about" if number and self.number.qualifier == "about" else ""
        return Markup(text(f"change.{key}{about}", self.lang, rate=self._marked(abs(number))))

    @property
    def qualified(self) -> str:
        """With the words its qualifier asks for: "more than 4,290", "about 87,000"."""
        return self._in_words(self.number.qualifier)

    @property
    def rough(self) -> str:
        """In two figures: "about 13,000", of a number that is worked out on a guess."""
        value = two_figures(self.number.known)
        return Markup(text("qualifier.about", self.lang, number=self._marked(value)))

    @property
    def bound(self) -> str:
        """As a lower bound, "at least 306", where it is one; else as `qualified`."""
        return self._in_words("bound" if self.number.qualifier == "at_least" else self.number.qualifier)

    @property
    def millions(self) -> str:
        """As `qualified`, in millions: "about 500", which the text calls millions."""
        return self._in_words(self.number.qualifier, self._marked(as_sure(self.number) / 10**6))

    def _in_words(self, qualifier: str, said: str = "") -> str:
        said = said or str(self)
        return said if qualifier == "exact" else Markup(text(f"qualifier.{qualifier}", self.lang, number=said))

    @property
    def range(self) -> str:
        """Its bounds: "45,244 to 46,031"."""
        low, high = self.number.low, self.number.high
        if low is None:
            return text("page.no_bounds", self.lang)
        if high is None:
            return text("page.at_least_bound", self.lang, low=self._plain(low, down=True))
        return text("page.interval", self.lang, low=self._plain(low), high=self._plain(high))

    @property
    def interval(self) -> str:
        """Its bounds where both are known and differ, else ""."""
        low, high = self.number.low, self.number.high
        return "" if low is None or high is None or low == high else self.range

    @property
    def period(self) -> str:
        """The year it is of, with the part of it in words, or the first and last day of its period."""
        days = parse_period(self.number.period)
        if not days:
            return self.number.period
        first, last, about = days
        if last and not about and last.day < monthrange(last.year, last.month)[1]:
            low, high = (day_in_words(day, self.lang) for day in (first, last))
            return text("page.period", self.lang, low=low, high=high)
        return text("page.part", self.lang, part=part_of_year(self.number.period, self.lang), year=first.year)

    @property
    def dated(self) -> bool:
        """Whether the last day of its period is stated."""
        days = parse_period(self.number.period)
        return self.of_the_year or bool(days and days[1])

    @property
    def of_the_year(self) -> bool:
        """Whether it is of a whole year."""
        return self.number.period.isdecimal()

    @property
    def preliminary(self) -> bool:
        """Whether a source says that it is still to change."""
        return any(source["place"].get("basis") == "preliminary" for source in self.number.sources)

    @property
    def counted(self) -> float:
        """The number as shown, which is what a plural goes with."""
        return float(rounded(as_sure(self.number)))


def name_of(name: str, lang: str) -> str:
    """Return what a language's catalog calls a number; raises KeyError where it lacks it."""
    return text(f"indicator.{name}" if f"indicator.{name}" in catalog(lang) else f"value.{name}", lang)


def label_of(number: Number, lang: str) -> str:
    """Return a number's name, with the year where it is not of the edition's."""
    name = name_of(number.name, lang)
    own = number.id in (number.name, f"{number.name}_part")
    return name if own else f"{name} ({Shown(number, lang).period})"


def place_of(source: dict, lang: str) -> str:
    """Return where in its source a figure stands, in a language."""
    place = source["place"]
    key = place.get("basis") or ("paragraph" if place.get("paragraph") else "page")
    return text(f"place.{key}", lang, **place) if place else ""


def source_name(source: dict, lang: str) -> str:
    """Return what a source is called."""
    if (known := f"publication.{source.get('key')}") in catalog(lang):
        return text(known, lang)
    published, title = published_on(source.get("key", "")), plain_line(source["title"])
    if seasonal := re.fullmatch(r"(.+), (spring|summer|autumn|winter) (\d{4})", title):
        outlet, season, year = seasonal.groups()
        return isolated(outlet, lang) + text("list_separator", lang) + text(f"season.{season}", lang, year=year)
    for dated in dates_in_english(published):
        outlet, comma, after = title.partition(f", {dated}")
        if comma:  # an outlet's name stays as it is, the date beside it does not
            day = text("list_separator", lang) + printed_date(published, lang)
            return isolated(outlet, lang) + day + (isolated(after, lang) if after else "")
    return isolated(title, lang)


def source_link(source: dict, lang: str) -> Markup:
    """Return what a source is called, linked where its address is known."""
    title, address = source_name(source, lang), web_address(source["url"])
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(address, title) if address else escape(title)


def source_line(source: dict, lang: str) -> Markup:
    """Return a source with its place, linked where its address is known."""
    place = place_of(source, lang)
    return source_link(source, lang) + (escape(text("list_separator", lang) + place) if place else "")


def print_line(one: dict, own: bool, lang: str) -> Markup:
    """Return who printed a figure, when, how, and whether it is as in the ledger, whose source is its `own`."""
    said = [source_line({"title": one["title"], "url": one["url"], "key": one["source_key"], "place": {}}, lang)]
    value = (format_share if one["share_base"] else format_number)(one["value"], lang, int(one["value"] % 1 > 0))
    for name in ("published", "read", "as_printed"):
        lacking = text("print.taken" if name == "as_printed" else "print.not_recorded", lang, value=value)
        shown = one[name] if name == "as_printed" else printed_date(one[name], lang)
        shown = lacking if one[name] == NOT_RECORDED else isolated(shown, lang)
        said.append(escape(text(f"print.{name}", lang, said=shown)))
    said += [escape(text(f"{kind}.{one[name]}", lang)) for name, kind in SAID_BESIDE.items() if one[name]]
    agreement = "own" if own else "differs" if one["differs"] else "confirms"
    for key, names in ((agreement, one["differs"]), *([("left_open", one["left_open"])] if one["left_open"] else [])):
        how = text("list_separator", lang).join(text(f"print.{name}", lang) for name in names)
        said.append(escape(text(f"print.{key}", lang, how=how)))
    return escape(text("list_separator", lang)).join(said)


def numbers_table(
    numbers: Iterable[Number], lang: str, caption: str, others: Mapping[str, Number] | None = None
) -> Table:
    """Return a table with one line a number: name, number and bounds, status, and what it rests on.

    What a number rests on is its formula, ids turned into names, its assumptions and its sources. `others` are those
    that formulas may name besides, by id, where the numbers do not know themselves what they were made from.
    """
    kept = {number.id: number for number in numbers}
    known = {part.id: part for number in kept.values() for part in _figures(number)} | dict(others or {}) | kept
    rows = []
    for line in (_line(number, known, lang, kept) for number in kept.values()):
        rests_on = Markup("<br>").join(filter(None, [line["formula"], *line["assumptions"], *line["sources"]]))
        shown = f"{line['number']} ({line['interval']})" if line["interval"] else line["number"]
        rows.append([line["name"], line["period"], shown, line["status_name"], rests_on])
    frame = pd.DataFrame(rows, columns=["id", "period", "value", "status", "rests_on"])
    return Table(frame, caption, lang, anchors=tuple(f"value-{id}" for id in kept))


def overview(groups: list[dict], lang: str) -> Table:
    """Return all lines of `number_lines` as one table: name (which leads there), number, bounds, status, source."""
    link, rows = Markup('<a href="#value-{id}">{name}</a>'), []
    for line in (line for group in groups for line in group["lines"]):
        source = Markup("<br>").join(line["named"][:2]) + ("…" if len(line["named"]) > 2 else "")
        interval = line["interval"] or text("blank", lang)
        rows.append([link.format_map(line), line["number"], interval, line["status_name"], source])
    frame = pd.DataFrame(rows, columns=["id", "value", "interval", "status", "source"])
    return Table(frame, text("page.overview", lang), lang)


def _figures(number: Number) -> list[Number]:
    """Return the numbers with an id that a number was made from, while it still knows them."""
    parts = [part for part in number.made[1:] if isinstance(part, Number)]
    return [found for part in parts for found in ([part] if part.id else _figures(part))]


def number_lines(numbers: Mapping[str, Number], cells: dict[tuple[str, int], str], lang: str) -> list[dict]:
    """Return all numbers that are known, by the notebook that made them: [{"notebook", "title", "lines"}].

    `cells` gives a cell's id by its notebook and number. A line, as a page shows it, has id, name, number, status,
    status_name, period, interval ("" where there is none), formula, assumptions, sources (with their places), named
    (without) and printed_by (HTML), cell
    (its number) and cell_id.
    """
    groups: dict[str, list[dict]] = {}
    for number in filter(None, numbers.values()):
        made_by = {"cell": number.cell, "cell_id": cells.get((number.notebook, number.cell), "")}
        groups.setdefault(number.notebook, []).append(_line(number, numbers, lang, numbers) | made_by)
    parts = sorted(groups.items())
    return [{"notebook": name, "title": text(f"topic.{name}", lang), "lines": lines} for name, lines in parts]


def _line(number: Number, numbers: Mapping[str, Number], lang: str, here: Container[str]) -> dict:
    """Return one number as a page shows it; names in its formula lead to the numbers they stand for."""
    shown, published = Shown(number, lang), number.status == "published"
    made = shown.bound if number.qualifier == "at_least" else str(shown)
    return {
        "id": number.id,
        "name": label_of(number, lang),
        "number": shown.qualified if published else made,
        "status": number.status,
        "status_name": text(f"status.{number.status}", lang),
        "period": shown.period,
        "interval": shown.interval,
        "formula": _formula(number, numbers, lang, here),
        "assumptions": [text(f"assumption.{key}", lang) for key in number.assumptions],
        "sources": [source_line(source, lang) for source in number.sources],
        "named": list(dict.fromkeys(source_link(source, lang) for source in number.sources)),
        "printed_by": [print_line(one, not at, lang) for at, one in enumerate(prints_of(number))],
    }


def _formula(number: Number, numbers: Mapping[str, Number], lang: str, here: Container[str]) -> Markup:
    """Return how a number was made, in a language; names of those whose lines are `here` lead to them."""
    said = Markup()
    for written, id, _, _ in Formatter().parse(number.formula):
        said += escape(text("colon", lang) if written == ": " else written)
        if id and id.startswith("formula."):
            said += text(id, lang)
        elif id:
            link = Markup('<a href="#value-{0}">{1}</a>' if id in here else "{1}")
            said += link.format(id, label_of(numbers[id], lang))
    return said
