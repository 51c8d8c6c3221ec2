"""A number as a page shows it: in a language, marked as published, recomputed or derived, with how it was made."""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from string import Formatter

import pandas as pd
from babel.dates import format_date
from markupsafe import Markup, escape

from bilan.data.ledgers import parse_period
from bilan.languages import LOCALES, catalog, format_number, format_share, isolated, rounded, text
from bilan.number import PURE, Number, exact
from bilan.show.tables import Table
from bilan.show.words import part_of_year
from bilan.untrusted import plain_line, web_address


class Shown:
    """A number in a language; `str()` gives it, the properties give it with more. One that is not known is false.

    With `link` it is a link to its line on the page of numbers, which is at `place`, its status as the link's class.
    """

    def __init__(self, number: Number, lang: str, link: bool = False, place: str = ""):
        self.number, self.lang, self.link, self.place = number, lang, link, place

    def __bool__(self) -> bool:
        return bool(self.number)

    def _number(self, number: float, signed: bool = False, down: bool = False) -> str:
        if self.number.unit == "percent":
            return format_share(number, self.lang, 0 if exact(number).denominator == 1 else 1, signed)
        ratio = self.number.unit == PURE or " per " in self.number.unit
        return format_number(number, self.lang, int(ratio and abs(number) < 10), signed=signed, down=down)

    def _marked(self, shown: str) -> str:
        if not self.link:
            return shown
        title, status = text(f"status.{self.number.status}", self.lang), self.number.status
        link = Markup('<a class="value {}" href="{}#value-{}" title="{}">{}</a>')
        return link.format(status, self.place, self.number.id, title, shown)

    def __str__(self) -> str:
        return self._marked(self._number(self.number.value, down=self.number.qualifier == "at_least"))

    __html__ = __str__  # templates escape what does not say that it is HTML

    @property
    def signed(self) -> str:
        """With its sign: +4.7 %."""
        return self._marked(self._number(self.number.value, signed=True))

    @property
    def size(self) -> str:
        """Without its sign, for sentences whose words give the direction."""
        return self._marked(self._number(abs(self.number.value)))

    @property
    def change(self) -> str:
        """As words of growth: "up 4.7 %", "down about 20 %", "unchanged"."""
        number = self.number.value
        key = "up" if number > 0 else "down" if number < 0 else "same"
        about = "_about" if number and self.number.qualifier == "about" else ""
        return Markup(text(f"change.{key}{about}", self.lang, rate=self.size))

    @property
    def qualified(self) -> str:
        """With the words its qualifier asks for: "more than 4,290", "about 87,000"."""
        if self.number.qualifier == "exact":
            return str(self)
        return Markup(text(f"qualifier.{self.number.qualifier}", self.lang, number=str(self)))

    @property
    def bound(self) -> str:
        """As a lower bound, "at least 306", where it is one; else as `qualified`."""
        if self.number.qualifier != "at_least":
            return self.qualified
        return Markup(text("qualifier.bound", self.lang, number=str(self)))

    @property
    def range(self) -> str:
        """Its bounds: "45,244 to 46,031"."""
        if self.number.low is None:
            return text("page.no_bounds", self.lang)
        low = self._number(self.number.low)
        if self.number.high is None:
            return text("page.at_least_bound", self.lang, low=self._number(self.number.low, down=True))
        return text("page.interval", self.lang, low=low, high=self._number(self.number.high))

    @property
    def period(self) -> str:
        """The year it is of, with the part of it in words, or the first and last day of its period."""
        days = parse_period(self.number.period)
        if not days:
            return self.number.period
        first, last, about = days
        if last and not about and last.day < monthrange(last.year, last.month)[1]:
            low, high = (_date_in_words(day, "long", self.lang) for day in (first, last))
            return text("page.period", self.lang, low=low, high=high)
        return text("page.part", self.lang, part=part_of_year(self.number.period, self.lang), year=first.year)

    @property
    def counted(self) -> float:
        """The number as shown, which is what a plural goes with."""
        return float(rounded(self.number.value))


def _date_in_words(day: date, pattern: str, lang: str) -> str:
    said = format_date(day, pattern, LOCALES[lang])
    return re.sub("^1 ", "1er ", said) if lang == "fr" else said


def name_of(name: str, lang: str) -> str:
    """Return what a language's catalog calls a number; raises KeyError where it lacks it."""
    return text(f"indicator.{name}" if f"indicator.{name}" in catalog(lang) else f"value.{name}", lang)


def label_of(number: Number, lang: str) -> str:
    """Return a number's name, with the year where it is not of the edition's."""
    name = name_of(number.name, lang)
    return name if number.id in (number.name, f"{number.name}_part") else f"{name} ({number.period})"


def place_of(source: dict, lang: str) -> str:
    """Return where in its source a figure stands, in a language."""
    place = source["place"]
    if "basis" in place:
        return text(f"place.{place['basis']}", lang)
    if not place:
        return ""
    return text("place.paragraph", lang, **place) if place["paragraph"] else text("place.page", lang)


def source_line(source: dict, lang: str) -> Markup:
    """Return a source with its place, linked where its address is known."""
    known = f"publication.{source.get('key')}"
    title = text(known, lang) if known in catalog(lang) else isolated(plain_line(source["title"]), lang)
    address = web_address(source["url"])
    shown = Markup('<a href="{}" rel="noreferrer">{}</a>').format(address, title) if address else escape(title)
    place = place_of(source, lang)
    return shown + (escape(text("list_separator", lang) + place) if place else "")


def numbers_table(numbers: Iterable[Number], lang: str, caption: str) -> Table:
    """Return a table with one line a number: name, number and bounds, status, and what it rests on.

    What a number rests on is its formula, ids turned into names, its assumptions and its sources.
    """
    kept = {number.id: number for number in numbers}
    known = {part.id: part for number in kept.values() for part in _figures(number)} | kept
    rows = []
    for number in kept.values():
        line = _line(number, known, lang)
        rests_on = Markup("<br>").join(filter(None, [line["formula"], *line["assumptions"], *line["sources"]]))
        shown = f"{line['number']} ({line['interval']})" if line["interval"] else line["number"]
        rows.append([line["name"], line["period"], shown, line["status_name"], rests_on])
    frame = pd.DataFrame(rows, columns=["id", "period", "value", "status", "rests_on"])
    return Table(frame, caption, lang, anchors=tuple(f"value-{id}" for id in kept))


def _figures(number: Number) -> list[Number]:
    """Return the numbers with an id that a number was made from, while it still knows them."""
    parts = [part for part in number.made[1:] if isinstance(part, Number)]
    return [found for part in parts for found in ([part] if part.id else _figures(part))]


def number_lines(numbers: Mapping[str, Number], cells: dict[tuple[str, int], str], lang: str) -> list[dict]:
    """Return all numbers that are known, by the notebook that made them: [{"notebook", "title", "lines"}].

    `cells` gives a cell's id by its notebook and number. A line, as a page shows it, has id, name, number, status,
    status_name, period, interval ("" where there is none), formula, assumptions and sources (HTML), cell (its number)
    and cell_id.
    """
    groups: dict[str, list[dict]] = {}
    for number in filter(None, numbers.values()):
        made_by = {"cell": number.cell, "cell_id": cells.get((number.notebook, number.cell), "")}
        groups.setdefault(number.notebook, []).append(_line(number, numbers, lang) | made_by)
    return [
        {"notebook": name, "title": text(f"topic.{name}", lang), "lines": lines}
        for name, lines in sorted(groups.items())
    ]


def _line(number: Number, numbers: Mapping[str, Number], lang: str) -> dict:
    """Return one number as a page shows it; names in its formula lead to the numbers they stand for."""
    shown = Shown(number, lang)
    lower_bound = number.status != "published" and number.qualifier == "at_least"
    published = number.status == "published"
    bounded = number.low is not None and number.high is not None and number.low != number.high
    return {
        "id": number.id,
        "name": label_of(number, lang),
        "number": shown.bound if lower_bound else shown.qualified if published else str(shown),
        "status": number.status,
        "status_name": text(f"status.{number.status}", lang),
        "period": shown.period,
        "interval": shown.range if bounded else "",
        "formula": _formula(number, numbers, lang),
        "assumptions": [text(f"assumption.{key}", lang) for key in number.assumptions],
        "sources": [source_line(source, lang) for source in number.sources],
    }


def _formula(number: Number, numbers: Mapping[str, Number], lang: str) -> Markup:
    """Return how a number was made, its ids and the catalogs' words said in a language."""
    said = Markup()
    for written, id, _, _ in Formatter().parse(number.formula):
        said += escape(written)
        if id and id.startswith("formula."):
            said += text(id, lang)
        elif id:
            said += Markup('<a href="#value-{}">{}</a>').format(id, label_of(numbers[id], lang))
    return said
