"""Charts of a year beside the year before: key figures, borders, sea and returns, networks."""

from textwrap import fill

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from bilan.languages import format_share, text
from bilan.show.chart import Chart, new_figure, quantity
from bilan.show.theme import THIS_YEAR, YEAR_BEFORE, set_axes, start_of, theme

LONGEST = 40  # characters of a heading that fit on a line


def draw_years(table: pd.DataFrame, lang: str, stem: str) -> Chart:
    """Draw indicators side by side for the year and the year before, each on a scale of its own from zero.

    `table`: one row an indicator and year, columns indicator, year (int), value (count), qualifier, change_pct
    (percent, recomputed; missing where there is none). `stem` chooses the title.
    """
    years = sorted(table["year"].unique())
    title = text(f"chart.{stem}.title", lang, year=years[-1])
    palette = {str(year): THIS_YEAR if year == years[-1] else YEAR_BEFORE for year in years}
    indicators = list(dict.fromkeys(table["indicator"]))
    alt = [text("chart.bars", lang, title=title)]
    of = {name: table[table["indicator"] == name].assign(label=lambda t: t["year"].astype(str)) for name in indicators}
    headings = {name: fill(text(f"indicator.{name}", lang) + _change(rows, lang), LONGEST) for name, rows in of.items()}
    lines = len(indicators) + sum(heading.count("\n") for heading in headings.values())
    with theme(lang):
        figure, axes = new_figure(title, lang, 0.95 + 0.34 * lines + 0.29 * len(table), len(indicators))
        for ax, name in zip(axes, indicators, strict=True):
            points = text("list_separator", lang).join(_draw_bars(ax, of[name], palette, lang))
            ax.set_title(headings[name])
            alt.append(text("chart.years.alt", lang, indicator=text(f"indicator.{name}", lang), figures=points))
    return Chart(figure, title, " ".join(alt))


def _draw_bars(ax: Axes, rows: pd.DataFrame, palette: dict[str, str], lang: str) -> list[str]:
    """Draw an indicator's bars with their numbers, a lower bound's with an arrow; return what they say in words."""
    bars = {"palette": palette, "legend": False, "width": 0.78, "saturation": 1}
    sns.barplot(rows, x="value", y="label", hue="label", ax=ax, **bars)
    largest = rows["value"].max()
    set_axes(ax, lang, xlim=(0, largest * 1.62))
    points = []
    for place, row in enumerate(rows.itertuples()):
        ends_open = row.qualifier in ("at_least", "bound")
        if ends_open:
            arrow = {"arrowstyle": "-|>", "color": palette[row.label], "linewidth": 2, "shrinkA": 0, "shrinkB": 0}
            ax.annotate("", (row.value + largest * 0.07, place), (row.value, place), arrowprops=arrow)
        words = {"ha": start_of(lang), "va": "center"}
        words["fontweight"] = "bold" if palette[row.label] == THIS_YEAR else "normal"
        beside = row.value + largest * (0.09 if ends_open else 0.02)
        number = quantity(row.value, row.qualifier, lang)
        ax.text(beside, place, number, **words)
        points.append(text("chart.years.point", lang, year=row.year, number=number))
    return points


def _change(rows: pd.DataFrame, lang: str) -> str:
    """Return the change on the year before, to be written after an indicator's name."""
    change = rows["change_pct"].dropna()
    if change.empty:
        return ""
    about = "about" in set(rows["qualifier"])
    rate = format_share(change.iloc[-1], lang, 0 if about else 1, signed=True)
    return "  " + (text("qualifier.about", lang, number=rate) if about else rate)


def draw_key_figures(table: pd.DataFrame, lang: str) -> Chart:
    """Draw the year's key figures beside the year before; see `draw_years` for the table."""
    return draw_years(table, lang, "key_figures")


def draw_borders(table: pd.DataFrame, lang: str) -> Chart:
    """Draw assaults, participants and participants per assault; see `draw_years` for the table."""
    return draw_years(table, lang, "borders")


def draw_sea_and_returns(table: pd.DataFrame, lang: str) -> Chart:
    """Draw rescues at sea and voluntary returns; see `draw_years` for the table."""
    return draw_years(table, lang, "sea_and_returns")


def draw_networks(table: pd.DataFrame, lang: str) -> Chart:
    """Draw networks dismantled and attempts per network; see `draw_years` for the table."""
    return draw_years(table, lang, "networks")
