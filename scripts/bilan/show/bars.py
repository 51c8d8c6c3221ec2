"""Charts of a year beside the year before: key figures, borders, sea and returns, networks."""

from functools import partial

import pandas as pd

from bilan.languages import format_share, text
from bilan.show.chart import Chart, quantity
from bilan.show.marks import Sheet, measure

BAR = 20  # pixels, alone or one of a pair


def draw_years(table: pd.DataFrame, lang: str, stem: str) -> Chart:
    """Draw indicators side by side for the year and the year before, each on a scale of its own from zero.

    `table`: one row an indicator and year, columns indicator, year (int), value (count), qualifier, change_pct
    (percent, recomputed; missing where there is none). `stem` chooses the title.
    """
    year = table["year"].max()
    title = text(f"chart.{stem}.title", lang, year=year)
    alt = [text("chart.bars", lang, title=title)]
    for name, rows in table.groupby("indicator", sort=False):
        points = text("list_separator", lang).join(_point(row, lang) for row in rows.itertuples())
        alt.append(text("chart.years.alt", lang, indicator=text(f"indicator.{name}", lang), figures=points))

    def body(sheet: Sheet) -> None:
        for name, rows in table.groupby("indicator", sort=False):
            sheet.paragraph("bold", text(f"indicator.{name}", lang) + _change(rows, lang), 3)
            beside = max(measure(quantity(row.value, row.qualifier, lang), "bold") for row in rows.itertuples())
            for row in rows.itertuples():
                _bar(sheet, row, (sheet.width - 64 - beside) / rows["value"].max(), row.year == year)
            sheet.y += 12

    return Chart(title, " ".join(alt), lang, (), text("chart.source", lang), body)


def _point(row, lang: str) -> str:
    return text("chart.years.point", lang, year=row.year, number=quantity(row.value, row.qualifier, lang))


def _bar(sheet: Sheet, row, scale: float, this_year: bool) -> None:
    """Place a year's bar with its number, a lower bound's with an arrow."""
    number, colour = quantity(row.value, row.qualifier, sheet.lang), "now" if this_year else "past"
    width = row.value * scale
    sheet.text("this" if this_year else "small", 0, sheet.y + 15, str(row.year))
    sheet.rect(colour, 40, sheet.y, width, BAR, _point(row, sheet.lang))
    end = 40 + width
    if row.qualifier in ("at_least", "bound"):
        middle = sheet.y + BAR / 2
        sheet.path(colour, [[(end + 2, middle - 7), (end + 14, middle), (end + 2, middle + 7)]])
        end += 14
    sheet.text("bold" if this_year else "said", end + 7, sheet.y + 15, number)
    sheet.y += BAR + 4


def _change(rows: pd.DataFrame, lang: str) -> str:
    """Return the change on the year before, to be written after an indicator's name."""
    change = rows["change_pct"].dropna()
    if change.empty:
        return ""
    about = "about" in set(rows["qualifier"])
    rate = format_share(change.iloc[-1], lang, 0 if about else 1, signed=True)
    return "  " + (text("qualifier.about", lang, number=rate) if about else rate)


draw_key_figures = partial(draw_years, stem="key_figures")
draw_borders = partial(draw_years, stem="borders")
draw_sea_and_returns = partial(draw_years, stem="sea_and_returns")
draw_networks = partial(draw_years, stem="networks")
