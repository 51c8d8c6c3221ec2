"""The chart of all years: small multiples in a grid, each indicator on a scale of its own."""

import pandas as pd
from babel.dates import format_date

from bilan.data.ledgers import FULL_YEAR, parse_period
from bilan.languages import LOCALES, format_number, text
from bilan.show.chart import Chart, quantity
from bilan.show.marks import Sheet, folded, measure

PLOT = 92  # pixels: the height of a panel's highest column
GAP = 26


def draw_all_years(table: pd.DataFrame, lang: str) -> Chart:
    """Draw each indicator over the years as columns on a scale of its own; a year without a figure is a gap.

    `table`: one row an indicator and year, columns indicator, year, value (count), qualifier, period ("full year" or a
    part as stated), this_year. This year is ink; a part of a year is hollow, with its months; a lower bound points up.
    """
    first, last = table["year"].min(), table["year"].max()
    title = text("chart.all_years.title", lang, first=first, last=last)
    alt = [text("chart.points", lang, title=title)]
    for name, rows in table.groupby("indicator", sort=False):
        points = text("list_separator", lang).join(_point(row, lang) for row in rows.itertuples())
        alt.append(text("chart.years.alt", lang, indicator=text(f"indicator.{name}", lang), figures=points))
    own = table.loc[table["this_year"], "year"]

    def body(sheet: Sheet) -> None:
        entries = [("rect", "now", str(own.iloc[0]))] if len(own) else []
        entries += [("rect", "past", text("chart.all_years.key_full", lang))]
        entries += [("rect", "part", text("chart.all_years.key_part", lang))]
        sheet.key([*entries, ("triangle", "past", text("chart.all_years.key_bound", lang))])
        columns = 3 if sheet.wide else 2
        width = (sheet.width - GAP * (columns - 1)) / columns
        panels = list(table.groupby("indicator", sort=False))
        for start in range(0, len(panels), columns):
            row = panels[start : start + columns]
            headings = [folded(text(f"indicator.{name}", lang), "above", width) for name, _ in row]
            sheet.y += 17 * max(map(len, headings)) + 34 + PLOT
            for place, (lines, (_, rows)) in enumerate(zip(headings, row, strict=True)):
                x = place * (width + GAP)
                for number, line in enumerate(reversed(lines)):
                    sheet.text("above", x, sheet.y - PLOT - 32 - 17 * number, line)
                _panel(sheet, rows, range(first, last + 1), x, width)
            sheet.y += 46

    return Chart(
        title, " ".join(alt), lang, (text("chart.all_years.subtitle", lang),), text("chart.source", lang), body
    )


def _point(row, lang: str) -> str:
    when = row.year if row.period == FULL_YEAR else text("chart.all_years.part", lang, year=row.year)
    return text("chart.years.point", lang, year=when, number=quantity(row.value, row.qualifier, lang))


def _panel(sheet: Sheet, rows: pd.DataFrame, years: range, x: float, width: float) -> None:
    """Place an indicator's columns above the line at `sheet.y`, the year's own number and the highest of the others."""
    step, scale = width / len(years), PLOT / rows["value"].max()
    foot, known = sheet.y, {row.year: row for row in rows.itertuples()}
    sheet.line("axis", x, foot, x + width, foot)
    for place, year in enumerate(years):
        middle, row = x + (place + 0.5) * step, known.get(year)
        own = bool(row and row.this_year)
        said = str(year) if own and step > 24 else f"{year % 100:02}"
        sheet.text("this" if own else "tick", middle, foot + 15, said, "middle")
        if row is None:
            sheet.circle("past", middle, foot - 3, 1.5)
            continue
        high, part = row.value * scale, row.period != FULL_YEAR
        cls = ("part" if part else "") + ("-now" if part and own else "") or ("now" if own else "past")
        sheet.rect(cls, middle - step * 0.36, foot - high, step * 0.72, high, _point(row, sheet.lang))
        if row.qualifier == "at_least":
            sheet.triangle("now" if own else "past", middle, foot - high - 2, 5)
        if part:
            _months(sheet, row.period, middle, foot + 30, x, x + width)
    others = rows[~rows["this_year"] & (rows["period"] == FULL_YEAR)]
    shown = rows[rows["this_year"]].index.tolist() + ([others["value"].idxmax()] if len(others) else [])
    taken: list[tuple[float, float]] = []
    for row in rows.loc[shown].itertuples():
        number, cls = format_number(row.value, sheet.lang), "this" if row.this_year else "tick"
        half = measure(number, cls) / 2
        middle = min(max(x + (row.year - years[0] + 0.5) * step, x + half), x + width - half)
        if any(middle - half < end and start < middle + half for start, end in taken):
            continue
        taken.append((middle - half, middle + half))
        near = [
            one for one in known.values() if abs(x + (one.year - years[0] + 0.5) * step - middle) < half + step * 0.36
        ]
        top = max(one.value * scale + 12 * (one.qualifier == "at_least") for one in near)
        sheet.text(cls, middle, foot - top - 4, number, "middle")


def _months(sheet: Sheet, period: str, middle: float, y: float, left: float, right: float) -> None:
    """Write the months of a part of a year below it, where they are known."""
    days = parse_period(period)
    if not days or not days[1]:
        return
    said = "–".join(dict.fromkeys(format_date(day, "LLL", LOCALES[sheet.lang]) for day in days[:2]))
    half = measure(said, "tick") / 2
    sheet.text("tick", min(max(middle, left + half), right - half), y, said, "middle")
