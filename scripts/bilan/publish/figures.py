"""Charts on pages: a figure with its numbers and files, the same alone on its page, and a picture that leads there."""

import re

from markupsafe import Markup, escape

from bilan.languages import text
from bilan.publish.pages import table_html
from bilan.show.spreadsheets import read_csv

SUFFIXES = ("svg", "png", "csv")


def chart_files(stem: str, place: str, lang: str) -> Markup:
    """Return links to a chart's files, which lie at `place`."""
    link = Markup('<a href="{}/{}.{}" download>{}</a>')
    links = (link.format(place, stem, suffix, suffix.upper()) for suffix in SUFFIXES)
    return escape(text("list_separator", lang)).join(links)


def chart_table(stem: str, chart: dict, lang: str) -> Markup:
    """Return a chart's numbers as a table in a language."""
    return table_html(read_csv(chart["folder"] / lang / f"{stem}.csv"), chart["words"][lang]["title"], lang)


def image(stem: str, chart: dict, lang: str, place: str) -> Markup:
    """Return a chart as an image of its own size, so that a page does not jump when it arrives."""
    svg = (chart["folder"] / lang / f"{stem}.svg").read_text(encoding="utf-8")
    points = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
    width, height = (round(float(size) * 4 / 3) for size in points)
    return Markup('<img src="{}/{}.svg" alt="{}" width="{}" height="{}">').format(
        place, stem, chart["words"][lang]["alt"], width, height
    )


def figure(stem: str, chart: dict, lang: str, place: str) -> Markup:
    """Return a chart as a figure: the picture, its numbers, its files and its page, which lie at `place`."""
    links = Markup(escape(text("page.download", lang, links="\0"))).replace("\0", chart_files(stem, place, lang))
    numbers = Markup("<details><summary>{}</summary>{}</details>").format(
        text("page.chart_data", lang), chart_table(stem, chart, lang)
    )
    page = Markup('<a href="{}/{}.html">{}</a>').format(place, stem, text("page.chart_page", lang))
    return Markup('<figure lang="{}">{}{}<figcaption>{} · {}</figcaption></figure>').format(
        lang, image(stem, chart, lang, place), numbers, links, page
    )


def plate(stem: str, chart: dict, lang: str, place: str) -> Markup:
    """Return a chart as a picture that leads to its page."""
    title = chart["words"][lang]["title"]
    return Markup('<figure lang="{}">{}<figcaption><a href="{}/{}.html">{}</a></figcaption></figure>').format(
        lang, image(stem, chart, lang, place), place, stem, title
    )
