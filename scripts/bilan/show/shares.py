"""Charts of origins: the ministry's shares, and the same beside Frontex's."""

from typing import NamedTuple

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from bilan.analysis.origins import REGIONS
from bilan.languages import format_number, text
from bilan.show.chart import Chart, new_figure, quantity, share_words, subtitle
from bilan.show.theme import INK, MUTED, PAPER, REGION_COLOURS, set_axes, start_of, theme


class _Source(NamedTuple):
    """How a source is drawn: its mark, what it calls the rest, and the decimals it gives."""

    shape: str
    colour: str
    faint: str  # the colour of what is left open; no transparency: printers would turn it into pixels
    rest: str
    decimals: int


_SOURCES = {
    "ministry": _Source("s", "#0072b2", "#8fb8d3", "not_stated", 0),
    "frontex": _Source("o", "#d55e00", "#efb48c", "elsewhere", 1),
}


def draw_origins(table: pd.DataFrame, lang: str) -> Chart:
    """Draw the origin shares with their rounding intervals and, where they were derived, the persons.

    `table`: one row a region, the part not stated last; columns year, region, share, share_low, share_high (percent),
    persons, persons_low, persons_high (persons; missing where none are derived), elsewise_low, elsewise_high (persons,
    were the shares of foreigners), base.
    """
    title = text("chart.origins.title", lang, year=table["year"].iloc[0])
    shown = text("chart.origins.subtitle", lang, base=text(f"base.{table['base'].iloc[0]}", lang))
    alt = [text("chart.bars", lang, title=title), shown + "."]
    readings = _readings(table, lang)
    with theme(lang):
        figure, (ax,) = new_figure(title, lang, 1.3 + 0.82 * len(table) + 0.3 * len(readings), 1)
        rows = table.assign(name=[text(f"region.{region}", lang) for region in table["region"]])
        palette = {name: REGION_COLOURS[region] for name, region in zip(rows["name"], rows["region"], strict=True)}
        bars = {"palette": palette, "legend": False, "width": 0.38, "saturation": 1}
        sns.barplot(rows, x="share", y="name", hue="name", ax=ax, **bars)
        limits = {"xlim": (0, table["share_high"].max() * 1.2), "ylim": (len(rows) - 0.75, -0.75)}
        set_axes(ax, lang, labels=False, **limits)
        subtitle(ax, shown, *readings)
        alt += readings
        for place, row in enumerate(rows.itertuples()):
            if row.region == "not_stated":
                ax.patches[place].set(hatch="////", edgecolor=PAPER, linewidth=0)
            ax.plot([row.share_low, row.share_high], [place] * 2, color=INK, linewidth=1.4, marker="|", markersize=8)
            said = share_words(row.share, row.share_low, row.share_high, lang)
            words = {"ha": start_of(lang), "va": "center"}
            ax.text(row.share_high + 1, place, said["share"], fontweight="bold", **words)
            ax.text(0, place - 0.56, row.name, fontweight="bold", **words)
            ax.text(0, place - 0.34, _persons_line(row, lang), fontsize=9, color=MUTED, **words)
            alt.append(text("chart.origins.point", lang, region=row.name, **said))
    return Chart(figure, title, " ".join(alt))


def _persons_line(row: object, lang: str) -> str:
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


def draw_footing(table: pd.DataFrame, lang: str) -> Chart:
    """Draw the ministry's origin shares above Frontex's, region by region, with what rounding and readings leave open.

    `table`: columns year, source (ministry, frontex), mauritania, moroccans, region, share, share_low, share_high
    (percent), shown. The mark is the share of the row that is `shown`; the bar spans the other readings too.
    """
    title = text("chart.footing.title", lang, year=table["year"].iloc[0])
    sources = [name for name in _SOURCES if name in set(table["source"])]
    regions = [name for name in REGIONS if name in set(table["region"])]
    alt = [text("chart.points", lang, title=title)]
    with theme(lang):
        figure, (ax,) = new_figure(title, lang, 1.6 + 1.6 * len(sources), 1, text("chart.footing.source", lang))
        subtitle(ax, text("chart.footing.subtitle", lang))
        place = 0.0
        for region in [*regions, "rest"]:
            heading = text(f"region.{region}", lang)
            ax.text(0, place - 0.1, heading, fontweight="bold", ha=start_of(lang), va="center")
            for source in sources:
                place += 0.85
                code = _SOURCES[source].rest if region == "rest" else region
                rows = table[(table["source"] == source) & (table["region"] == code)]
                said = _draw_dot(ax, place, source, rows, lang, named=region == "rest")
                alt.append(text("chart.footing.point", lang, region=heading, **said))
            place += 1.1
        set_axes(ax, lang, labels=False, xlim=(0, 118), ylim=(place - 0.6, -0.6))
    return Chart(figure, title, " ".join(alt))


def _draw_dot(ax: Axes, place: float, source: str, rows: pd.DataFrame, lang: str, named: bool) -> dict[str, str]:
    """Draw a source's share of a region on a bar of what is left open; return both in words, and the source's name."""
    share = rows.loc[rows["shown"], "share"].item()
    low, high = rows["share_low"].min(), rows["share_high"].max()
    mark = _SOURCES[source]
    ax.plot([low, high], [place] * 2, color=mark.faint, linewidth=5, solid_capstyle="butt")
    ax.plot(share, place, mark.shape, color=mark.colour, markersize=7)
    said = share_words(share, low, high, lang, mark.decimals)
    name = text(f"source.{source}", lang) + (f" · {text(f'region.{mark.rest}', lang)}" if named else "")
    ax.text(high + 2, place, f"{said['share']}  {name}", ha=start_of(lang), va="center", fontsize=9.5, color=INK)
    return said | {"source": name}
