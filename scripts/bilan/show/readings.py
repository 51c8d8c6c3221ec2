"""The chart of a sweep: a number in every reading, above the choices each reading made."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bilan.languages import format_number, text
from bilan.show.chart import Chart, new_figure
from bilan.show.theme import INK, RULE, THIS_YEAR, set_axes, start_of, theme
from bilan.show.words import choice, chosen

MOST_LINES = 12  # values of a parameter that the chart gives a line each
NUMBERS = ["value", "low", "high"]


def draw_readings(table: pd.DataFrame, lang: str) -> Chart:
    """Draw the people from West Africa in every reading, lowest first, above the choices each reading made.

    `table`: one row a reading; columns reading, then the parameters (year, share_base, foreign_share, mauritania), then
    value, low, high (persons; missing where none are derived: such readings are counted, not drawn). Raises ValueError
    where no reading has a number.
    """
    rows = table.dropna(subset="value").sort_values(["value", "reading"]).reset_index(drop=True)
    if rows.empty:
        raise ValueError("expected a reading with a number of people, found none")
    years = text("list_separator", lang).join(map(str, sorted(rows["year"].unique())))
    title = text("sweep.title", lang, years=years)
    drawn = text("sweep.drawn", lang, drawn=len(rows), missing=len(table) - len(rows))
    lines, size = _lines(rows), 7 if len(rows) <= 20 else 3
    with theme(lang):
        source, height = f"{drawn}\n{text('chart.source', lang)}", 0.235 * len(lines)
        figure, (above, below) = new_figure(title, lang, 3.3 + height, 2, source=source)
        above.get_gridspec().set_height_ratios([2.2, height])
        _draw_numbers(above, rows, lang, size)
        _draw_choices(below, rows, lines, lang, size)
        for ax in (above, below):
            set_axes(ax, lang, xlim=(-0.6, len(rows) - 0.4))
            ax.spines[["left", "right"]].set_visible(False)
    said = {"lowest": _point(rows.iloc[0], lang), "highest": _point(rows.iloc[-1], lang)}
    return Chart(figure, title, text("sweep.alt", lang, title=title, drawn=drawn, **said))


def _lines(rows: pd.DataFrame) -> list[tuple[str, object]]:
    """Return the lines of the lower panel: a parameter's heading, with None, then its values."""
    lines = []
    for name in rows.columns.drop(["reading", *NUMBERS]):
        values = sorted(rows[name].dropna().unique().tolist())
        if len(values) > MOST_LINES:  # too many for a line each: one line, on which the highest stands highest
            values = [(values[0], values[-1])]
        if len(values) > (name == "year"):  # one year for all is in the title
            lines += [(name, None), *((name, value) for value in values)]
    return lines


def _draw_numbers(ax: Axes, rows: pd.DataFrame, lang: str, size: float) -> None:
    """Draw each reading's number with its bounds, and write the lowest and the highest."""
    spread = [rows["value"] - rows["low"], rows["high"] - rows["value"]]
    ax.errorbar(rows.index, rows["value"], spread, fmt="none", ecolor=INK, elinewidth=1.4, capsize=size / 2)
    ax.plot(rows.index, rows["value"], "o", color=THIS_YEAR, markersize=size * 0.7, zorder=3)
    ax.margins(y=0.14)  # room for the two labels: below the lowest and above the highest nothing else is drawn
    start, end = start_of(lang), start_of(lang, opposite=True)
    ends = {0: ("low", start, "top", -5), len(rows) - 1: ("high", end, "bottom", 5)}
    for place, (bound, side, edge, offset) in ends.items():
        at = {"xytext": (0, offset), "textcoords": "offset points", "ha": side, "va": edge}
        ax.annotate(format_number(rows["value"][place], lang), (place, rows[bound][place]), fontsize=9.5, **at)
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda number, _: format_number(number, lang)))
    ax.grid(axis="y", color=RULE, linewidth=0.8)
    ax.set_axisbelow(True)
    ax.tick_params(labelsize=9.5)


def _draw_choices(ax: Axes, rows: pd.DataFrame, lines: list[tuple[str, object]], lang: str, size: float) -> None:
    """Mark below each reading the choices it made."""
    for place, (name, value) in enumerate(lines):
        if isinstance(value, tuple):
            at = rows[name].dropna()
            heights = place + 0.4 - 0.8 * (at - value[0]) / (value[1] - value[0])
            ax.plot(at.index, heights, "o", color=INK, markersize=size / 2)
        elif value is not None:
            taken = rows.index[rows[name] == value]
            ax.plot(rows.index, [place] * len(rows), "o", color=RULE, markersize=size / 2)
            ax.plot(taken, [place] * len(taken), "o", color=INK, markersize=size)
    ax.set_yticks(range(len(lines)), [_line_name(*line, lang) for line in lines], fontsize=9.5)
    for (_, value), label in zip(lines, ax.get_yticklabels(), strict=True):
        label.set_fontweight("bold" if value is None else "normal")
    ax.set_ylim(len(lines) - 0.4, -0.6)


def _line_name(name: str, value: object, lang: str) -> str:
    if value is None:
        return text(f"parameter.{name}", lang)
    ends = value if isinstance(value, tuple) else (value,)
    return " – ".join(choice(name, end, lang) for end in ends)


def _point(row: pd.Series, lang: str) -> str:
    made = row.drop(["reading", *NUMBERS]).dropna()
    choices = text("list_separator", lang).join(chosen(name, value, lang) for name, value in made.items())
    return text("sweep.point", lang, choices=choices, **{name: format_number(row[name], lang) for name in NUMBERS})
