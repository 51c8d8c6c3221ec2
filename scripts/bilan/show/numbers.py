"""A value as a page shows it: in a language, marked as published, recomputed or derived."""

import re
from collections.abc import Iterable
from datetime import date

import pandas as pd
from babel.dates import format_date
from markupsafe import Markup, escape

from bilan.analysis.values import Value
from bilan.data.tables import INDICATORS
from bilan.languages import LOCALES, catalog, format_number, format_share, isolated, rounded, text
from bilan.show.tables import Table
from bilan.show.words import part_of_year
from bilan.untrusted import plain_line, web_address


class Shown:
    """A value in a language; `str()` gives its number, the properties give it with more.

    With `link` the number is a link to its line in the page's table of numbers, its status as the link's class.
    """

    def __init__(self, value: Value, lang: str, link: bool = False):
        self.value, self.lang, self.link = value, lang, link

    def _number(self, number: float, signed: bool = False, down: bool = False) -> str:
        if self.value.unit in ("times", "attempts per arrival"):
            return format_number(number, self.lang, 1)
        if self.value.unit == "percent":
            decimals = 0 if float(number).is_integer() and not self.value.id.endswith("_change_pct") else 1
            return format_share(number, self.lang, decimals, signed)
        return format_number(number, self.lang, signed=signed, down=down)

    def _marked(self, shown: str) -> str:
        if not self.link:
            return shown
        title = escape(text(f"status.{self.value.status}", self.lang))
        return Markup(
            f'<a class="value {self.value.status}" href="#value-{self.value.id}" title="{title}">{{}}</a>'
        ).format(shown)

    def __str__(self) -> str:
        return self._marked(self._number(self.value.value, down=self.value.qualifier == "at_least"))

    __html__ = __str__  # templates escape what does not say that it is HTML

    @property
    def signed(self) -> str:
        """With its sign: +4.7 %."""
        return self._marked(self._number(self.value.value, signed=True))

    @property
    def size(self) -> str:
        """Without its sign, for sentences whose words give the direction."""
        return self._marked(self._number(abs(self.value.value)))

    @property
    def change(self) -> str:
        """As words of growth: "up 4.7 %", "down about 20 %", "unchanged"."""
        number = self.value.value
        key = "up" if number > 0 else "down" if number < 0 else "same"
        about = "_about" if number and self.value.qualifier == "about" else ""
        return Markup(text(f"change.{key}{about}", self.lang, rate=self.size))

    @property
    def qualified(self) -> str:
        """With the words its qualifier asks for: "more than 4,290", "about 87,000"."""
        if self.value.qualifier == "exact":
            return str(self)
        return Markup(text(f"qualifier.{self.value.qualifier}", self.lang, number=str(self)))

    @property
    def bound(self) -> str:
        """As a lower bound, "at least 306", where it is one; else as `qualified`."""
        if self.value.qualifier != "at_least":
            return self.qualified
        return Markup(text("qualifier.bound", self.lang, number=str(self)))

    @property
    def range(self) -> str:
        """Its bounds: "45,244 to 46,031"."""
        if self.value.low is None:
            return text("page.no_bounds", self.lang)
        low = self._number(self.value.low)
        if self.value.high is None:
            return text("page.at_least_bound", self.lang, low=self._number(self.value.low, down=True))
        return text("page.interval", self.lang, low=low, high=self._number(self.value.high))

    @property
    def period(self) -> str:
        """The year it is of, with the part of it in words, or the first and last day of its period."""
        days = self.value.period.split("/")
        if len(days) == 2:
            first, last = (_date_in_words(date.fromisoformat(day), "long", self.lang) for day in days)
            return text("page.period", self.lang, low=first, high=last)
        year, comma, part = self.value.period.partition(", ")
        return text("page.part", self.lang, part=part_of_year(part, self.lang), year=year) if comma else year

    @property
    def counted(self) -> float:
        """The number as shown, which is what a plural goes with."""
        return float(rounded(self.value.value))


def _date_in_words(day: date, pattern: str, lang: str) -> str:
    said = format_date(day, pattern, LOCALES[lang])
    return re.sub("^1 ", "1er ", said) if lang == "fr" else said


# What an id's end says of an indicator, and the catalog's words for it.
SUFFIXES = {
    "_change_pct_published": "published_rate",
    "_change_pct": "rate",
    "_full_years": "full_years",
    "_years_above": "years_above",
    "_peak": "peak",
    "_partial": "partial",
}


def name_of(id: str, lang: str, period: str = "") -> str:
    """Return a value's name in a language; raises KeyError where the catalog lacks it."""
    for suffix, key in SUFFIXES.items():
        if id.endswith(suffix):
            return text(f"value.{key}", lang, name=name_of(id.removesuffix(suffix), lang))
    if id.endswith("_previous"):
        return f"{name_of(id.removesuffix('_previous'), lang)} ({period})" if period else name_of(id[:-9], lang)
    if id in INDICATORS or id in ("participants_per_assault", "attempts_per_network"):
        return text(f"indicator.{id}", lang)
    if persons := re.fullmatch(r"origin_(\w+)_persons", id):
        return text("value.persons", lang, region=text(f"region.{persons[1]}", lang))
    if year := re.search(r"_(20\d\d)$", id):
        return text(f"value.{id.removesuffix(year[0])}", lang) + f" ({year[1]})"
    return text(f"value.{id}", lang)


# Places as the tables give them, by the catalogs' words for them.
_PLACES = {
    "page; paragraph not recorded": "page",
    "first annual balance (provisional)": "first_balance",
    "comparator printed in the following year's balance": "following_balance",
    "later comparator (2021-2025 press)": "later_balance",
}


def place_of(source: dict, lang: str) -> str:
    """Return where in its source a figure stands, in a language."""
    if found := re.fullmatch(r"paragraph (\d+), sentence (\d+)", source["place"]):
        return text("place.paragraph", lang, paragraph=found[1], sentence=found[2])
    if source["place"] in _PLACES:
        return text(f"place.{_PLACES[source['place']]}", lang)
    return isolated(plain_line(source["place"]), lang) if source["place"] else ""


def source_line(source: dict, lang: str) -> Markup:
    """Return a source with its place, linked where its address is known."""
    title = source["title"]
    if title.startswith("Source article, January 2025"):
        title = text("place.source_article", lang)
    else:
        title = isolated(plain_line(title), lang)
    address = web_address(source["url"])
    shown = Markup('<a href="{}" rel="noreferrer">{}</a>').format(address, title) if address else escape(title)
    place = place_of(source, lang)
    return shown + (escape(text("list_separator", lang) + place) if place else "")


def values_table(values: Iterable[Value], lang: str, caption: str) -> Table:
    """Return a table with one line a value: name, value and bounds, status, and what it rests on.

    What a value rests on is its formula, with ids turned into names, and its sources.
    """
    values = {value.id: value for value in values}
    rows = []
    for value in values.values():
        line = _line(value, values, lang)
        lines = [line["formula"], *line["sources"]]
        rows.append(
            {
                "id": line["name"],
                "period": line["period"],
                "value": f"{line['number']} ({line['interval']})" if line["interval"] else line["number"],
                "status": line["status_name"],
                "rests_on": Markup("<br>").join(line for line in lines if line),
            }
        )
    return Table(pd.DataFrame(rows), caption, lang, anchors=tuple(f"value-{id}" for id in values))


def number_lines(values: dict[str, Value], cells: dict[tuple[str, int], str], lang: str) -> list[dict]:
    """Return all values by the notebook that made them: [{"notebook", "title", "lines"}], a line as a page shows it.

    `cells` gives a cell's id by its notebook and number. A line has id, name, number, status, status_name, period,
    interval ("" where there is none), formula and sources (HTML), cell (its number) and cell_id.
    """
    groups: dict[str, list[dict]] = {}
    for value in values.values():
        made_by = {"cell": value.cell, "cell_id": cells.get((value.notebook, value.cell), "")}
        groups.setdefault(value.notebook, []).append(_line(value, values, lang) | made_by)
    return [
        {"notebook": name, "title": text(f"topic.{name}", lang), "lines": lines}
        for name, lines in sorted(groups.items())
    ]


def _line(value: Value, values: dict[str, Value], lang: str) -> dict:
    """Return one value as a page shows it; names in its formula lead to the values they stand for."""
    shown = Shown(value, lang)
    lower_bound = value.status != "published" and value.qualifier == "at_least"
    published = value.status == "published"
    bounded = value.low is not None and value.high is not None and value.low != value.high
    return {
        "id": value.id,
        "name": name_of(value.id, lang, value.period),
        "number": shown.bound if lower_bound else shown.qualified if published else str(shown),
        "status": value.status,
        "status_name": text(f"status.{value.status}", lang),
        "period": shown.period,
        "interval": shown.range if bounded else "",
        "formula": _formula(value, values, lang),
        "sources": [source_line(source, lang) for source in value.sources],
    }


def _formula(value: Value, values: dict[str, Value], lang: str) -> Markup:
    """Return how a value was made, ids and words of the formula turned into a language's."""

    def said(found: re.Match) -> str:
        word = found[0]
        if f"formula.{word}" in catalog(lang):
            return str(escape(text(f"formula.{word}", lang)))
        name = escape(name_of(word, lang, values[word].period if word in values else ""))
        return f'<a href="#value-{word}">{name}</a>' if word in values and word != value.id else str(name)

    return Markup(re.sub(r"[a-z]+(?:_[a-z]+)+(?:_20\d\d)?|assaults", said, str(escape(value.formula))))
