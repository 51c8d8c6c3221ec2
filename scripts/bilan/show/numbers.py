"""A value as a page shows it: in a language, marked as published, recomputed or derived."""

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import date

import pandas as pd
from babel.dates import format_date
from markupsafe import Markup, escape

from bilan.analysis.arithmetic import exact
from bilan.analysis.values import Value
from bilan.data.ledgers import FULL_YEAR, INDICATORS, parse_period
from bilan.languages import LOCALES, catalog, format_number, format_share, isolated, rounded, text
from bilan.show.tables import Table
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
        days = parse_period(self.value.period)
        if not days:
            return self.value.period
        first, last, about = days
        if last and not about and last.day < monthrange(last.year, last.month)[1]:
            low, high = (_date_in_words(day, "long", self.lang) for day in (first, last))
            return text("page.period", self.lang, low=low, high=high)
        return text("page.part", self.lang, part=part_of_year(self.value.period, self.lang), year=first.year)

    @property
    def counted(self) -> float:
        """The number as shown, which is what a plural goes with."""
        return float(rounded(self.value.value))


def _date_in_words(day: date, pattern: str, lang: str) -> str:
    said = format_date(day, pattern, LOCALES[lang])
    return re.sub("^1 ", "1er ", said) if lang == "fr" else said


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


# Columns of codes, by the sections of the catalogs that have the words for them.
_CODES = {
    "indicator": ("indicator",),
    "region": ("region",),
    "qualifier": ("qualifier_name",),
    "base": ("base_name",),
    "source": ("source",),
    "unit": ("unit",),
    "kind": ("kind",),
    "code": ("region", "map"),
    "moroccans": ("moroccans",),
}


def in_words(frame: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return a chart's numbers with codes and periods turned into words; missing values stay missing."""

    def words(column: str, code: str) -> str:
        if column == "mauritania":
            return choice(column, code, lang)
        if column == "period":
            return part_of_year(code, lang)
        keys = (f"{section}.{code}" for section in _CODES[column])
        return text(next(key for key in keys if key in catalog(lang)), lang)

    columns = [name for name in frame if name in {*_CODES, "mauritania", "period"}]
    said = {name: frame[name].map(lambda code, name=name: words(name, code), na_action="ignore") for name in columns}
    return frame.assign(**said)


def parameter_name(name: str, lang: str) -> str:
    """Return a parameter's name in words."""
    return text(f"parameter.{name}", lang)


def choice(name: str, value: object, lang: str) -> str:
    """Return a parameter's value in words."""
    match name:
        case "share_base":
            return text(f"base_name.{value}", lang)
        case "foreign_share" if value is not None:
            percent = 100 * exact(value)
            return format_share(percent, lang, decimals=0 if percent.denominator == 1 else 1)
        case "mauritania":
            return text(f"region.{value.replace('western', 'west')}", lang)
        case "lang":
            return text("language", value)
    return text("blank", lang) if value is None else str(value)


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
    return Table(pd.DataFrame(rows), caption, lang, {}, anchors=tuple(f"value-{id}" for id in values))


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
