"""Charts of origins: the ministry's shares as parts of one whole, and the same beside Frontex's."""

import math
from typing import NamedTuple

import pandas as pd

from bilan.analysis.origins import REGIONS
from bilan.languages import format_number, format_share, text
from bilan.show.chart import Chart, quantity, share_words
from bilan.show.marks import Sheet, cut_to, measure

HIGH, LOW = 50, 26  # pixels: the bar of shares, and each bar of people
_SHARE = ["share", "share_low", "share_high"]


def draw_origins(table: pd.DataFrame, lang: str) -> Chart:
    """Draw the origin shares as one whole and, where they were derived, the persons on each reading of the base.

    `table`: one row a region, the part not stated last; columns year, region, share, share_low, share_high (percent),
    persons, persons_low, persons_high (persons; missing where none are derived), elsewise_low, elsewise_high (persons,
    were the shares of foreigners), elsewise_low_as, elsewise_high_as (the assumption on their
    part of the attempts), base.
    """
    title = text("chart.origins.title", lang, year=table["year"].iloc[0])
    shown = text("chart.origins.subtitle", lang, base=text(f"base.{table['base'].iloc[0]}", lang))
    readings = _readings(table, lang)
    alt = [text("chart.bars", lang, title=title), shown + ".", *readings]
    alt += [_share_said(row, lang) for row in table.itertuples()]

    def body(sheet: Sheet) -> None:
        _shares(sheet, table)
        if table["persons"].notna().any():
            sheet.y += 14
            sheet.paragraph("bold", text("chart.origins.people", lang))
            for note in readings:
                sheet.paragraph("small", note)
            _people(sheet, table)

    return Chart(title, " ".join(alt), lang, (shown,), text("chart.source", lang), body)


def _share_said(row, lang: str) -> str:
    said = share_words(row.share, row.share_low, row.share_high, lang)
    return text("chart.origins.point", lang, region=text(f"region.{row.region}", lang), **said)


def persons_line(row, lang: str) -> str:
    """Return a region's people in words, with their bounds where they have any."""
    if pd.isna(row.persons):
        return ""
    if pd.isna(row.persons_high):
        return f"{quantity(row.persons, 'about', lang)} {text('unit.persons', lang)}"
    numbers = {"persons": row.persons, "low": row.persons_low, "high": row.persons_high}
    return text("chart.origins.persons", lang, **{name: format_number(one, lang) for name, one in numbers.items()})


def _readings(table: pd.DataFrame, lang: str) -> list[str]:
    """Return for which reading of the base the people hold, and how many the other would give."""
    said = [text("chart.origins.reading", lang)] if table["persons"].notna().any() else []
    others = table["elsewise_low"].notna()
    if others.any():
        least, most = table.loc[others, ["elsewise_low", "elsewise_high"]].iloc[0]
        numbers = {"least": format_number(least, lang), "most": format_number(most, lang)}
        said.append(text("chart.origins.elsewise", lang, **numbers))
    return said


def _shares(sheet: Sheet, table: pd.DataFrame) -> None:
    """Place the bar of a hundred percent, each part named above it or, where it is narrow, below."""
    scale = sheet.width / max(table["share"].sum(), 100)
    top, x, below = sheet.y + 18, 0.0, []
    foot = top + HIGH
    for row in table.itertuples():
        width, name = row.share * scale, text(f"region.{row.region}", sheet.lang)
        share, hidden = format_share(row.share, sheet.lang), row.region == "not_stated"
        sheet.part(row.region, x, top, max(width - 1.5, 0), HIGH, _share_said(row, sheet.lang))
        cls = "above" if hidden else "big" if width > 100 else "on"
        inside = measure(share, cls) + 10 < width
        if inside:
            sheet.text(
                cls, x + (12 if cls == "big" else width / 2), foot - 19, share, "start" if cls == "big" else "middle"
            )
        if measure(name, "above") + 4 < width:
            at = (x + width, "end") if hidden else (x, "start")
            sheet.text(f"{row.region}-name", at[0], top - 6, name, at[1])
        else:
            below.append((x + width / 2, row.region, name if inside else f"{name} {share}"))
        x += width
    _brackets(sheet, table, scale, foot)
    sheet.y = foot + 14
    for middle, region, name in below:
        sheet.line("axis", middle, foot + 1, middle, sheet.y + 4)
        wide = measure(name, "above") + 6
        sheet.text(
            f"{region}-name", *((middle, sheet.y + 16, name, "end") if middle > wide else (0, sheet.y + 16, name))
        )
        sheet.y += 19


def _brackets(sheet: Sheet, table: pd.DataFrame, scale: float, y: float) -> None:
    """Mark below each border between parts how far rounding lets it lie to either side."""
    low = high = 0.0
    for row in table[:-1].itertuples():
        low, high = low + row.share_low, high + row.share_high
        ends = [cut_to(0, 100, end) * scale for end in (low, high)]
        between = f"{format_share(low, sheet.lang, 1)} – {format_share(cut_to(0, 100, high), sheet.lang, 1)}"
        sheet.line("bound", ends[0], y + 6, ends[1], y + 6, between)
        for end in ends:
            sheet.line("bound", end, y + 3, end, y + 9)


def _people(sheet: Sheet, table: pd.DataFrame) -> None:
    """Place a bar of people for the edition's reading of the base, and one for each end of the other."""
    lang, whole = sheet.lang, table["persons"].sum()
    first, rows = table.iloc[0], [(text(f"chart.origins.{table['base'].iloc[0]}", lang), whole, None)]
    for end in ("high", "low"):
        if not pd.isna(people := first[f"elsewise_{end}"]):
            rows.append(
                (text(f"chart.origins.{first[f'elsewise_{end}_as']}", lang), people / first["share"] * 100, people)
            )
    for label, total, people in rows:
        said = text("qualifier.about", lang, number=format_number(people, lang)) if people else ""
        fits = measure(said, "on") + 12 < first["share"] / 100 * total / whole * sheet.width
        sheet.y += 6
        sheet.paragraph("small", label if fits else f"{label} · {said}", 2)
        x = 0.0
        for row in table.itertuples():
            width = row.share / 100 * total / whole * sheet.width
            own = said * (row.Index == table.index[0]) if people else format_number(row.persons, lang)
            words = f"{text(f'region.{row.region}', lang)} · {own if people else persons_line(row, lang)}"
            sheet.part(row.region, x, sheet.y, max(width - 1.5, 0), LOW, words if own else "")
            cls = "above" if row.region == "not_stated" else "on"
            if own and measure(own, cls) + 12 < width:
                sheet.text(cls, x + 7, sheet.y + 18, own)
            x += width
        if sheet.width - x > 2:
            sheet.rect("outside", x, sheet.y + 0.5, sheet.width - x - 0.5, LOW - 1)
            outside = text("chart.origins.outside", lang)
            if measure(outside, "small") + 12 < sheet.width - x:
                sheet.text("small", (x + sheet.width) / 2, sheet.y + 17, outside, "middle")
        sheet.y += LOW
    sheet.line("axis", 0, sheet.y + 8, sheet.width, sheet.y + 8)
    sheet.text("tick", 0, sheet.y + 22, "0")
    attempts = text("chart.origins.attempts", lang, number=format_number(whole, lang))
    sheet.text("tick", sheet.width, sheet.y + 22, attempts, "end")
    sheet.y += 26


class _Source(NamedTuple):
    """How a source is drawn: its shape, what it calls the rest, and the decimals it gives."""

    shape: str
    rest: str
    decimals: int


_SOURCES = {"ministry": _Source("rect", "not_stated", 0), "frontex": _Source("circle", "elsewhere", 1)}


def draw_footing(table: pd.DataFrame, lang: str) -> Chart:
    """Draw the ministry's origin shares above Frontex's, region by region, with what rounding and readings leave open.

    `table`: columns year, source (ministry, frontex), mauritania, moroccans, region, share, share_low, share_high
    (percent), shown. The mark is the share of the row that is `shown`; the line spans the other readings too.
    """
    title = text("chart.footing.title", lang, year=table["year"].iloc[0])
    regions = [name for name in REGIONS if name in set(table["region"])]
    alt, tracks = [text("chart.points", lang, title=title)], []
    for region in [*regions, "rest"]:
        for source, mark in _SOURCES.items():
            code = mark.rest if region == "rest" else region
            rows = table[(table["source"] == source) & (table["region"] == code)]
            if rows.empty:
                continue
            ends = (rows.loc[rows["shown"], "share"].item(), rows["share_low"].min(), rows["share_high"].max())
            said, own = share_words(*ends, lang, mark.decimals), text(f"source.{source}", lang)
            name = f"{own} · {text(f'region.{code}', lang)}" if region == "rest" else own
            point = text("chart.footing.point", lang, region=text(f"region.{region}", lang), source=name, **said)
            alt.append(point)
            heading = f"{text(f'region.{code}', lang)} · {own}" if region == "rest" else text(f"region.{code}", lang)
            tracks.append((heading, f"{code}-name", source, ends, said, point))

    def body(sheet: Sheet) -> None:
        entries = [("rect", "now", "ministry"), ("circle", "frontex", "frontex"), ("circle", "end", "end")]
        sheet.key([(kind, cls, text(f"chart.footing.key_{name}", lang)) for kind, cls, name in entries])
        _tracks(sheet, tracks, top=max(80, 20 * math.ceil(table["share_high"].max() / 20)))

    return Chart(
        title, " ".join(alt), lang, (text("chart.footing.subtitle", lang),), text("chart.footing.source", lang), body
    )


def _tracks(sheet: Sheet, tracks: list[tuple], top: int) -> None:
    """Place each source's share on the axis from 0 to `top` percent, a region's name beside or above its own."""
    left = 236 if sheet.wide else 46
    scale = (sheet.width - left - 52) / top
    grid, first, before = len(sheet.marks), sheet.y, ""
    for heading, cls, source, ends, said, point in tracks:
        if heading != before:
            sheet.y += 12
            named = cls if cls.startswith(REGIONS) else "not_stated-name"
            if sheet.wide:
                sheet.words(named, 0, sheet.y + 20, heading[:1].upper() + heading[1:], left - 50)
            else:
                sheet.paragraph(named, heading[:1].upper() + heading[1:])
        before = heading
        _track(sheet, source, left, scale, ends, said, point)
    lines = Sheet(sheet.width, sheet.lang)
    for tick in range(0, top + 1, 20):
        lines.line("grid", left + tick * scale, first + 6, left + tick * scale, sheet.y + 6)
        sheet.text("tick", left + tick * scale, sheet.y + 20, format_share(tick, sheet.lang), "middle")
    sheet.marks[grid:grid] = lines.marks  # behind all else
    sheet.y += 26


def _track(sheet: Sheet, source: str, left: float, scale: float, ends: tuple, said: dict[str, str], point: str) -> None:
    """Place a source's share, the line of what is left open, and the numbers of all three."""
    at, low, high = (left + end * scale for end in ends)
    inside = at - low > 1 and high - at > 1  # its own number stands above
    sheet.y += 30 if inside else 24
    y = sheet.y - 7
    if high - low > 0.5:
        sheet.line("range", low, y, high, y, point)
    for end in {low, high} - {at} if source == "frontex" else ():
        if abs(end - at) > 8:
            sheet.circle("end", end, y, 4.5, point)
    if source == "frontex":
        sheet.circle("frontex", at, y, 5, point)
    else:
        sheet.rect("now", at - 5, y - 5, 10, 10, point)
    if inside:
        sheet.text("this", at, y - 10, said["share"], "middle")
    if high - low <= 0.5:
        return sheet.text("this", at + 11, y + 4, said["share"])
    sheet.text("small" if at > low else "this", low - 9, y + 4, said["low"], "end")
    sheet.text("small" if at < high else "this", high + 9, y + 4, said["high"])
