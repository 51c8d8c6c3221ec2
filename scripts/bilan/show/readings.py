"""The chart of a sweep: a number in every reading, above the choices each reading made."""

import math

import pandas as pd

from bilan.languages import format_number, text
from bilan.show.chart import Chart
from bilan.show.marks import Sheet, folded, measure
from bilan.show.words import choice, chosen

MOST_LINES = 12  # values of a parameter that the chart gives a line each
NUMBERS = ["value", "low", "high"]
PLOT, LINE = 190, 21  # pixels: the height of the numbers, and of each line of choices


def draw_readings(table: pd.DataFrame, lang: str) -> Chart:
    """Draw the people from West Africa in every reading, lowest first, above the choices each reading made.

    `table`: one row a reading; columns reading, then the parameters (year, share_base, foreign_share, mauritania), then
    value, low, high (persons; missing where none are derived: such readings are counted, not drawn). Readings of one
    number share a column. Raises ValueError where no reading has a number.
    """
    rows = table.dropna(subset="value").sort_values(["value", "reading"]).reset_index(drop=True)
    if rows.empty:
        raise ValueError("expected a reading with a number of people, found none")
    years = text("list_separator", lang).join(map(str, sorted(rows["year"].unique())))
    title = text("sweep.title", lang, years=years)
    drawn = text("sweep.drawn", lang, drawn=len(rows), missing=len(table) - len(rows))
    said = {"lowest": _point(rows.iloc[0], lang), "highest": _point(rows.iloc[-1], lang)}
    columns = [twins for _, twins in rows.groupby(NUMBERS, sort=True, dropna=False)]
    notes = (text("sweep.merged", lang),) if len(columns) < len(rows) else ()

    def body(sheet: Sheet) -> None:
        lines = _lines(rows)
        names = [measure(_line_name(*line, lang), "bold" if line[1] is None else "small") for line in lines]
        left = min(
            max([*names, measure(format_number(rows["value"].max(), lang), "tick") + 4]) + 14, sheet.width * 0.45
        )
        step = (sheet.width - left - 8) / len(columns)
        _draw_numbers(sheet, columns, left, step)
        _draw_choices(sheet, columns, lines, left, step)

    source = f"{drawn}\n{text('chart.source', lang)}"
    return Chart(title, text("sweep.alt", lang, title=title, drawn=drawn, **said), lang, notes, source, body)


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


def _draw_numbers(sheet: Sheet, columns: list[pd.DataFrame], left: float, step: float) -> None:
    """Place each number with its bounds on a scale of whole steps, and write the lowest and the highest."""
    ones = [twins.iloc[0] for twins in columns]
    least, most = (ones[place][["value", bound]].dropna().iloc[-1] for place, bound in ((0, "low"), (-1, "high")))
    unit = 10 ** math.floor(math.log10(max(most - least, most / 10, 1)))
    unit = next(unit * times for times in (1, 2, 5, 10) if (most - least) / (unit * times) <= 5)
    low, high = unit * math.floor(least / unit), unit * math.ceil(most / unit)
    foot = sheet.y + PLOT + 20
    scale = PLOT / max(high - low, unit)
    for number in range(int(low), int(high) + 1, max(int(unit), 1)):
        y = foot - (number - low) * scale
        sheet.line("grid", left, y, sheet.width, y)
        sheet.text("tick", left - 8, y + 4, format_number(number, sheet.lang), "end")
    for place, one in enumerate(ones):
        x, y = left + (place + 0.5) * step, foot - (one["value"] - low) * scale
        ends = [foot - (one[bound] - low) * scale for bound in ("low", "high") if not pd.isna(one[bound])]
        if len(ends) == 2:
            sheet.line("bound", x, ends[0], x, ends[1])
            for end in ends:
                sheet.line("bound", x - 4, end, x + 4, end)
        sheet.circle(
            "now", x, y, min(3.5, step / 2), " · ".join(_point(row, sheet.lang) for _, row in columns[place].iterrows())
        )
    lowest, highest = (0, True), (len(ones) - 1, False)
    for place, below in (lowest, highest) if len(ones) > 1 else (highest,):
        bound = ones[place]["low" if below else "high"]
        y = foot - ((ones[place]["value"] if pd.isna(bound) else bound) - low) * scale
        at = (left + 0.5 * step - 4, "start") if below else (left + (place + 0.5) * step + 4, "end")
        sheet.text("this", at[0], y + 15 if below else y - 7, format_number(ones[place]["value"], sheet.lang), at[1])
    sheet.y = foot + 26


def _draw_choices(sheet: Sheet, columns: list[pd.DataFrame], lines: list, left: float, step: float) -> None:
    """Mark below each number the choices of the readings that gave it."""
    size = min(4.5, step / 2)
    for name, value in lines:
        sheet.y += LINE
        said = folded(_line_name(name, value, sheet.lang), "small", left)
        if value is None:
            sheet.text("bold", 0, sheet.y, _line_name(name, value, sheet.lang))
            continue
        for number, line in enumerate(said):
            sheet.y += 15 if number else 0
            sheet.text("small", 0, sheet.y, line)
        for place, twins in enumerate(columns):
            x, taken = left + (place + 0.5) * step, twins[name].dropna()
            if isinstance(value, tuple):
                for one in taken:
                    high = LINE * 0.8 * (one - value[0]) / (value[1] - value[0])
                    sheet.circle("now", x, sheet.y + 3 - high, min(2.5, size))
            else:
                sheet.circle(
                    "now" if (taken == value).any() else "faint",
                    x,
                    sheet.y - 4,
                    size if (taken == value).any() else min(2.5, size),
                )
    sheet.y += 8


def _line_name(name: str, value: object, lang: str) -> str:
    if value is None:
        return text(f"parameter.{name}", lang)
    ends = value if isinstance(value, tuple) else (value,)
    return " – ".join(choice(name, end, lang) for end in ends)


def _point(row: pd.Series, lang: str) -> str:
    made = row.drop(["reading", *NUMBERS]).dropna()
    choices = text("list_separator", lang).join(chosen(name, value, lang) for name, value in made.items())
    return text("sweep.point", lang, choices=choices, **{name: format_number(row[name], lang) for name in NUMBERS})
