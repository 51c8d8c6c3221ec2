"""The chart of all years: each indicator on a scale of its own."""

from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes

from bilan.languages import format_number, is_rtl, text
from bilan.show.chart import Chart, new_figure, quantity
from bilan.show.theme import INK, MUTED, PAPER, THIS_YEAR, set_axes, start_of, theme

_MARKS = {"about": "≈ ", "at_least": "> "}

LONGEST = 46  # characters of a heading that fit on a line


def draw_all_years(table: pd.DataFrame, lang: str) -> Chart:
    """Draw each indicator over the years on a scale of its own, full years joined only where they follow each other.

    `table`: one row an indicator and year, columns indicator, year, value (count), qualifier, period ("full year" or a
    part as stated). A part of a year is a hollow diamond, never joined; a lower bound points up; an approximation is
    hollow; a year without a figure is a gap.
    """
    indicators = list(dict.fromkeys(table["indicator"]))
    first, last = table["year"].min(), table["year"].max()
    title, key = text("chart.all_years.title", lang, first=first, last=last), text("chart.all_years.key", lang)
    alt = [text("chart.points", lang, title=title), key]
    with theme(lang):
        figure, axes = new_figure(title, lang, 1.35 + 1.32 * len(indicators), len(indicators))
        above = {"xytext": (0, 24), "textcoords": "offset points", "xycoords": "axes fraction", "va": "bottom"}
        axes[0].annotate(key, (is_rtl(lang), 1), fontsize=9, color=MUTED, ha=start_of(lang), **above)
        for ax, name in zip(axes, indicators, strict=True):
            rows = table[table["indicator"] == name]
            _draw_lines(ax, rows)
            points = text("list_separator", lang).join(_draw_point(ax, row, lang) for row in rows.itertuples())
            heading = text(f"indicator.{name}", lang)
            alt.append(text("chart.years.alt", lang, indicator=heading, figures=points))
            ax.set_title(fill(heading, LONGEST))
            set_axes(ax, lang, labels=False, ylim=(0, rows["value"].max() * 1.3), xlim=(first - 0.5, last + 0.5))
            ax.set_xticks(range(first, last + 1))
            ax.tick_params(labelbottom=True, labelsize=8.5)
            ax.spines["bottom"].set_visible(True)
            ax.spines[["left", "right"]].set_visible(False)
    return Chart(figure, title, " ".join(alt))


def _draw_lines(ax: Axes, rows: pd.DataFrame) -> None:
    """Join full years that follow each other; a line between lower bounds would claim a growth nobody knows."""
    full = rows[(rows["period"] == "full year") & (rows["qualifier"] != "at_least")]
    for _, run in full.groupby(full["year"].diff().ne(1).cumsum()):
        ax.plot(run["year"], run["value"], color=THIS_YEAR, linewidth=1.8)


def _draw_point(ax: Axes, row: object, lang: str) -> str:
    """Draw a year's mark and number, and return what they say in words."""
    part = row.period != "full year"
    shape = "D" if part else "^" if row.qualifier == "at_least" else "o"
    colour = MUTED if part else THIS_YEAR
    inside = PAPER if part or row.qualifier == "about" else colour
    ax.plot(row.year, row.value, shape, color=colour, markerfacecolor=inside, markersize=6, clip_on=False)
    shown = said = quantity(row.value, row.qualifier, lang)
    if mark := _MARKS.get(row.qualifier):
        shown = mark + format_number(row.value, lang)
    above = {"xytext": (0, 6), "textcoords": "offset points", "ha": "center"}
    ax.annotate(shown, (row.year, row.value), fontsize=8.5, color=MUTED if part else INK, **above)
    when = text("chart.all_years.part", lang, year=row.year) if part else row.year
    return text("chart.years.point", lang, year=when, number=said)
