"""Charts: each is a function of a table and a language, drawn once, saved as SVG, PNG and CSV.

One theme for all: colours by Okabe and Ito that colour-blind readers can tell apart, labels beside the marks instead
of legends, bounds drawn (an interval as a bar with ends, a lower bound as an open arrow), the source line below.
"""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont
from matplotlib.ft2font import FT2Font
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bilan.errors import InputError
from bilan.languages import catalog, format_number, format_share, is_rtl, text
from bilan.show.spreadsheets import write_csv

WIDTH = 4.4  # inches: 422 px, little more than a phone is wide, so that labels stay legible there
INK, MUTED, RULE, PAPER = "#1d2733", "#5a6675", "#d8dde3", "#ffffff"
THIS_YEAR, YEAR_BEFORE = "#0072b2", "#8fb8d3"
REGION_COLOURS = {
    "west_africa": "#0072b2",
    "maghreb": "#d55e00",
    "central_east_africa": "#009e73",
    "not_stated": "#9aa3ad",
}
# A source's mark, and the same fainter for what is left open (no transparency: printers would turn it into pixels).
_SOURCE_COLOURS = {"ministry": ("#0072b2", "#8fb8d3"), "frontex": ("#d55e00", "#efb48c")}
# A reader's dark page gets a dark chart: these four inks are the only ones that change.
DARK = {INK: "#e8ecf1", MUTED: "#aab4c0", RULE: "#3a4450", PAPER: "#151a21"}
RC = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "text.parse_math": False,  # words are words, dollar signs included
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.edgecolor": RULE,
    "axes.labelcolor": MUTED,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "hatch.linewidth": 0.6,
    "svg.hashsalt": "bilan",
    "svg.fonttype": "path",
    "axes.unicode_minus": True,
}


@dataclass(frozen=True)
class Chart:
    """A drawn chart: the figure, its title and the words that stand for it where it can't be seen."""

    figure: Figure
    title: str
    alt: str


Draw = Callable[[pd.DataFrame, str], Chart]


def check_font(lang: str) -> None:
    """Raise InputError where this machine's charts would show boxes for letters of a language's texts."""
    family = RC["font.family"]
    try:
        path = findfont(family, fallback_to_default=False)
    except ValueError:
        raise InputError(f"font {family}: expected it with matplotlib for charts in {lang}, found none") from None
    held = FT2Font(path).get_charmap()
    forms = (words.values() if isinstance(words, dict) else [words] for words in catalog(lang).values())
    used = {letter for words in forms for letter in "".join(words) if letter != "\n"}
    if lacking := sorted(letter for letter in used if ord(letter) not in held):
        shown = ", ".join(f"U+{ord(letter):04X}" for letter in lacking[:9])
        raise InputError(f"font {family}: expected the letters of {lang} in it, found none for {shown}")


@contextmanager
def theme(lang: str) -> Iterator[None]:
    """Apply the collection's look while a chart is drawn, and leave the caller's settings as they were."""
    with mpl.rc_context():
        sns.set_theme(style="white", rc=RC | {"axes.titlelocation": start_of(lang)})
        yield


def start_of(lang: str, opposite: bool = False) -> str:
    """Return the side a line of the language starts at, left or right, as charts do too; or the opposite side."""
    return "right" if is_rtl(lang) != opposite else "left"


def mirror(ax: Axes, lang: str) -> None:
    """Turn axes round for a right-to-left language: values grow, and years pass, as its readers read."""
    if is_rtl(lang):
        ax.invert_xaxis()
        ax.yaxis.tick_right()
        ax.tick_params(right=False)


def new_figure(title: str, lang: str, height: float, rows: int, source: str = "") -> tuple[Figure, list[Axes]]:
    """Return an empty figure with its title, its source line and `rows` axes below each other."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    edge = {"x": 0.99 if is_rtl(lang) else 0.01, "ha": start_of(lang), "wrap": True}
    figure.suptitle(title, fontsize=12.5, fontweight="bold", **edge)
    figure.supxlabel(source or text("chart.source", lang), fontsize=8.5, color=MUTED, **edge)
    figure.get_layout_engine().set(h_pad=0.08)
    axes = figure.subplots(rows, 1, squeeze=False)[:, 0]
    for ax in axes:
        sns.despine(ax=ax, left=is_rtl(lang), right=not is_rtl(lang), bottom=True)
        ax.tick_params(bottom=False, labelbottom=False, left=False)
    return figure, list(axes)


def _subtitle(ax: Axes, said: str) -> None:
    """Write what a chart shows above its axes, on as many lines as it takes."""
    ax.set_title(fill(said, 66), fontweight="normal", color=MUTED, fontsize=9.5)


def quantity(value: float, qualifier: str, lang: str) -> str:
    """Return a count with the words its qualifier asks for ("more than 4,290"); a lower bound is rounded down."""
    shown = format_number(value, lang, down=qualifier in ("at_least", "bound"))
    return shown if qualifier == "exact" else text(f"qualifier.{qualifier}", lang, number=shown)


def draw_years(table: pd.DataFrame, lang: str, stem: str) -> Chart:
    """Draw indicators side by side for the year and the year before, each on a scale of its own from zero.

    `table`: one row an indicator and year, columns indicator, year (int), value (count), qualifier, change_pct
    (percent, recomputed; missing where there is none). `stem` chooses the title.
    """
    years = sorted(table["year"].unique())
    title = text(f"chart.{stem}.title", lang, year=years[-1])
    indicators = list(dict.fromkeys(table["indicator"]))
    bars = [len(table[table["indicator"] == name]) for name in indicators]
    with theme(lang):
        figure, axes = new_figure(title, lang, 0.95 + 0.34 * len(bars) + 0.29 * sum(bars), len(indicators))
        for ax, name in zip(axes, indicators, strict=True):
            rows = table[table["indicator"] == name].assign(label=lambda t: t["year"].astype(str))
            palette = {str(year): THIS_YEAR if year == years[-1] else YEAR_BEFORE for year in years}
            sns.barplot(
                rows, x="value", y="label", hue="label", palette=palette, legend=False, ax=ax, width=0.78, saturation=1
            )
            ax.set(xlabel="", ylabel="", xlim=(0, rows["value"].max() * 1.62))
            mirror(ax, lang)
            heading = text(f"indicator.{name}", lang)
            change = rows["change_pct"].dropna()
            if len(change):
                rate = format_share(change.iloc[-1], lang, 1, signed=True)
                uncertain = "about" in set(rows["qualifier"])
                heading += "  " + (text("qualifier.about", lang, number=rate) if uncertain else rate)
            ax.set_title(heading)
            for position, row in enumerate(rows.itertuples()):
                ends_open = row.qualifier in ("at_least", "bound")
                if ends_open:
                    tip = row.value + rows["value"].max() * 0.07
                    arrow = {
                        "arrowstyle": "-|>",
                        "color": palette[row.label],
                        "linewidth": 2,
                        "shrinkA": 0,
                        "shrinkB": 0,
                    }
                    ax.annotate("", (tip, position), (row.value, position), arrowprops=arrow)
                offset = rows["value"].max() * (0.09 if ends_open else 0.02)
                shown = quantity(row.value, row.qualifier, lang)
                ax.text(
                    row.value + offset,
                    position,
                    shown,
                    ha=start_of(lang),
                    va="center",
                    fontweight="bold" if row.year == years[-1] else "normal",
                )
    sentences = [
        text(
            "chart.years.alt",
            lang,
            indicator=text(f"indicator.{name}", lang),
            figures=text("list_separator", lang).join(
                text("chart.years.point", lang, year=row.year, number=quantity(row.value, row.qualifier, lang))
                for row in table[table["indicator"] == name].itertuples()
            ),
        )
        for name in indicators
    ]
    return Chart(figure, title, " ".join([text("chart.bars", lang, title=title), *sentences]))


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


def draw_origins(table: pd.DataFrame, lang: str) -> Chart:
    """Draw the origin shares with their rounding intervals and, where they were derived, the persons.

    `table`: one row a region, the part not stated last; columns year, region, share, share_low, share_high (percent),
    persons, persons_low, persons_high (persons; missing where none are derived), base.
    """
    base = text(f"base.{table['base'].iloc[0]}", lang)
    title = text("chart.origins.title", lang, year=table["year"].iloc[0])
    with theme(lang):
        figure, (ax,) = new_figure(title, lang, 1.3 + 0.82 * len(table), 1)
        rows = table.assign(name=[text(f"region.{region}", lang) for region in table["region"]])
        palette = {name: REGION_COLOURS[region] for name, region in zip(rows["name"], rows["region"], strict=True)}
        bars = {"palette": palette, "legend": False, "width": 0.38, "saturation": 1}
        sns.barplot(rows, x="share", y="name", hue="name", ax=ax, **bars)
        ax.set(xlabel="", ylabel="", xlim=(0, table["share_high"].max() * 1.2), ylim=(len(rows) - 0.75, -0.75))
        mirror(ax, lang)
        ax.tick_params(labelleft=False, labelright=False)
        _subtitle(ax, text("chart.origins.subtitle", lang, base=base))
        for position, row in enumerate(rows.itertuples()):
            if row.region == "not_stated":
                ax.patches[position].set(hatch="////", edgecolor=PAPER, linewidth=0)
            ax.plot([row.share_low, row.share_high], [position] * 2, color=INK, linewidth=1.4, marker="|", markersize=8)
            words = {"ha": start_of(lang), "va": "center"}
            ax.text(row.share_high + 1, position, format_share(row.share, lang), fontweight="bold", **words)
            ax.text(0, position - 0.56, row.name, fontweight="bold", **words)
            ax.text(0, position - 0.34, _persons_line(row, lang), fontsize=9, color=MUTED, **words)
    points = [
        text(
            "chart.origins.point",
            lang,
            region=row.name,
            share=format_share(row.share, lang),
            low=format_share(row.share_low, lang, 1),
            high=format_share(row.share_high, lang, 1),
        )
        for row in rows.itertuples(index=False)
    ]
    alt = [text("chart.bars", lang, title=title), text("chart.origins.subtitle", lang, base=base) + ".", *points]
    return Chart(figure, title, " ".join(alt))


def _persons_line(row: object, lang: str) -> str:
    if pd.isna(row.persons):
        return ""
    if pd.isna(row.persons_high):
        return f"{quantity(row.persons, 'about', lang)} {text('unit.persons', lang)}"
    numbers = (format_number(number, lang) for number in (row.persons, row.persons_low, row.persons_high))
    persons, low, high = numbers
    return text("chart.origins.persons", lang, persons=persons, low=low, high=high)


def draw_all_years(table: pd.DataFrame, lang: str) -> Chart:
    """Draw each indicator over the years on a scale of its own, full years joined only where they follow each other.

    `table`: one row an indicator and year, columns indicator, year, value (count), qualifier, period ("full year" or a
    part as stated). A part of a year is a hollow diamond, never joined; a lower bound points up; an approximation is
    hollow; a year without a figure is a gap.
    """
    indicators = list(dict.fromkeys(table["indicator"]))
    title = text("chart.all_years.title", lang, first=table["year"].min(), last=table["year"].max())
    alts = [text("chart.all_years.key", lang)]
    with theme(lang):
        figure, axes = new_figure(title, lang, 1.35 + 1.32 * len(indicators), len(indicators))
        key = {"xytext": (0, 24), "textcoords": "offset points", "xycoords": "axes fraction", "ha": start_of(lang)}
        axes[0].annotate(
            text("chart.all_years.key", lang), (is_rtl(lang), 1), fontsize=9, color=MUTED, va="bottom", **key
        )
        for ax, name in zip(axes, indicators, strict=True):
            rows = table[table["indicator"] == name]
            full = rows[rows["period"] == "full year"]
            full = full[
                full["qualifier"] != "at_least"
            ]  # a line between lower bounds would claim a growth nobody knows
            for _, run in full.groupby(full["year"].diff().ne(1).cumsum()):
                ax.plot(run["year"], run["value"], color=THIS_YEAR, linewidth=1.8)
            points = []
            for row in rows.itertuples():
                part = row.period != "full year"
                shape = "D" if part else "^" if row.qualifier == "at_least" else "o"
                hollow = part or row.qualifier == "about"
                colour = MUTED if part else THIS_YEAR
                ax.plot(
                    row.year,
                    row.value,
                    shape,
                    color=colour,
                    markerfacecolor=PAPER if hollow else colour,
                    markersize=6,
                    clip_on=False,
                )
                shown = quantity(row.value, row.qualifier, lang)
                number = shown if row.qualifier != "about" else "≈ " + format_number(row.value, lang)
                number = number if row.qualifier != "at_least" else "> " + format_number(row.value, lang)
                ax.annotate(
                    number, (row.year, row.value), (0, 6), textcoords="offset points", ha="center", fontsize=8.5,
                    color=MUTED if part else INK,
                )  # fmt: skip
                when = text("chart.all_years.part", lang, year=row.year) if part else row.year
                points.append(text("chart.years.point", lang, year=when, number=shown))
            heading = text(f"indicator.{name}", lang)
            alts.append(
                text("chart.years.alt", lang, indicator=heading, figures=text("list_separator", lang).join(points))
            )
            ax.set_title(heading)
            ax.set(xlabel="", ylabel="", ylim=(0, rows["value"].max() * 1.3))
            ax.set_xlim(table["year"].min() - 0.5, table["year"].max() + 0.5)
            ax.set_xticks(range(table["year"].min(), table["year"].max() + 1))
            mirror(ax, lang)
            ax.tick_params(labelleft=False, labelright=False, labelbottom=True, labelsize=8.5)
            ax.spines["bottom"].set_visible(True)
            ax.spines[["left", "right"]].set_visible(False)
    return Chart(figure, title, " ".join([text("chart.points", lang, title=title), *alts]))


def draw_footing(table: pd.DataFrame, lang: str) -> Chart:
    """Draw the ministry's origin shares above Frontex's, region by region, with what rounding and readings leave open.

    `table`: columns year, source (ministry, frontex), mauritania, moroccans, region, share, share_low, share_high
    (percent). Frontex's dot is Mauritania in Western Africa and Moroccans left out; its bar spans the other readings.
    """
    year = table["year"].iloc[0]
    title = text("chart.footing.title", lang, year=year)
    sources = [name for name in ("ministry", "frontex") if name in set(table["source"])]
    regions = [name for name in ("west_africa", "maghreb", "central_east_africa") if name in set(table["region"])]
    points = []
    with theme(lang):
        figure, (ax,) = new_figure(
            title, lang, 1.6 + 0.4 * len(sources) * 4, 1, source=text("chart.footing.source", lang)
        )
        _subtitle(ax, text("chart.footing.subtitle", lang))
        place = 0.0
        for region in [*regions, "rest"]:
            heading = {"fontweight": "bold", "ha": start_of(lang), "va": "center"}
            ax.text(0, place - 0.1, text(f"region.{region}", lang), **heading)
            for source in sources:
                place += 0.85
                code = {"ministry": "not_stated", "frontex": "elsewhere"}[source] if region == "rest" else region
                rows = table[(table["source"] == source) & (table["region"] == code)]
                usual = rows[
                    (rows["source"] == "ministry")
                    | (rows["mauritania"].eq("western_africa") & rows["moroccans"].eq("out"))
                ]
                share, low, high = usual["share"].item(), rows["share_low"].min(), rows["share_high"].max()
                colour, faint = _SOURCE_COLOURS[source]
                ax.plot([low, high], [place] * 2, color=faint, linewidth=5, solid_capstyle="butt")
                ax.plot(share, place, {"ministry": "s", "frontex": "o"}[source], color=colour, markersize=7)
                digits = 0 if source == "ministry" else 1
                shown = format_share(share, lang, digits)
                name = text(f"source.{source}", lang) + (
                    f" · {text(f'region.{code}', lang)}" if region == "rest" else ""
                )
                ax.text(high + 2, place, f"{shown}  {name}", ha=start_of(lang), va="center", fontsize=9.5, color=INK)
                points.append(
                    text(
                        "chart.footing.point",
                        lang,
                        source=name,
                        share=shown,
                        low=format_share(low, lang, 1),
                        high=format_share(high, lang, 1),
                        region=text(f"region.{region}", lang),
                    )
                )
            place += 1.1
        ax.set(xlabel="", ylabel="", xlim=(0, 118), ylim=(place - 0.6, -0.6))
        mirror(ax, lang)
        ax.tick_params(labelleft=False, labelright=False)
    return Chart(figure, title, " ".join([text("chart.points", lang, title=title), *points]))


def _for_dark_pages(svg: str) -> str:
    """Let an SVG follow the reader's colour scheme: matplotlib writes inks as inline styles, which CSS may override."""
    rules = "".join(
        f'[style*="{kind}: {ink}"]{{{kind}:{dark}!important}}'
        for ink, dark in DARK.items()
        for kind in ("fill", "stroke")
    )
    style = f"<style>@media (prefers-color-scheme: dark){{{rules}}}</style>"
    start = svg.index(">", svg.index("<svg")) + 1
    return svg[:start] + style + svg[start:]


def draw_preview(title: str, numbers: list[tuple[str, str]], lang: str) -> Figure:
    """Draw the picture that stands for a page where its link is shared: its title and up to four numbers, named."""
    with theme(lang):
        figure = Figure(figsize=(6.25, 3.28125))  # 1200 by 630 pixels
        across = (lambda x: 1 - x) if is_rtl(lang) else (lambda x: x)
        start = {"ha": start_of(lang)}
        figure.text(across(0.06), 0.9, "bilan", fontsize=11, fontweight="bold", color=MUTED, va="top", **start)
        figure.text(across(0.06), 0.8, fill(title, 42), fontsize=17, fontweight="bold", va="top", **start)
        for place, (number, name) in enumerate(numbers):
            x, y = across(0.06 + 0.46 * (place % 2)), 0.42 - 0.24 * (place // 2)
            figure.text(x, y, number, fontsize=17, fontweight="bold", color=THIS_YEAR, va="center", **start)
            figure.text(x, y - 0.09, name, fontsize=9.5, color=MUTED, va="center", **start)
    return figure


def save_png(figure: Figure, path: Path, title: str) -> None:
    """Write a figure as PNG, 192 dots an inch, in a palette that is exact for a chart's few inks."""
    figure.set_dpi(192)
    canvas = FigureCanvasAgg(figure)
    with mpl.rc_context(RC):
        canvas.draw()
    words = PngInfo()
    words.add_itxt("Title", title)
    few = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    few.save(path, optimize=True, pnginfo=words)


def thumbnail(path: Path) -> tuple[bytes, int]:
    """Return a saved chart small enough to be carried by a notebook, and the width to show it at, in pixels."""
    width = round(WIDTH * 96)
    with Image.open(path) as image:
        scale = width / image.width
        size = round(image.width * scale), round(image.height * scale)
        small = image.convert("RGB").resize(size).quantize(palette=image, dither=Image.Dither.NONE)
    written = io.BytesIO()
    small.save(written, "PNG", optimize=True)
    return written.getvalue(), width


def _slimmed(svg: str) -> str:
    """Round an SVG's outlines to hundredths of a point, which is also where machines differ; drop notes and spaces."""

    def shorter(path: re.Match) -> str:
        rounded = re.sub(r"(\d\.\d\d)\d+", r"\1", path[0])
        return re.sub(r"\s*([MLQCZz])\s*", r"\1", rounded)

    svg = re.sub(r'(?<= d=)"[^"]*"|translate\([^)]*\)', shorter, svg)
    return re.sub(r">\s+<", "><", re.sub(r"<!-- .*? -->", "", svg))


def save_chart(chart: Chart, table: pd.DataFrame, folder: Path, stem: str) -> None:
    """Write <stem>.svg, <stem>.png (192 dots an inch) and <stem>.csv, the same bytes for the same input."""
    folder.mkdir(parents=True, exist_ok=True)
    svg, png, numbers = (folder / f"{stem}{suffix}" for suffix in (".svg", ".png", ".csv"))
    with mpl.rc_context(RC):
        chart.figure.savefig(svg, metadata={"Date": None, "Title": chart.title})
    chart.figure.set_layout_engine("none")  # one layout for all formats
    save_png(chart.figure, png, chart.title)
    outlines = _slimmed(svg.read_text(encoding="utf-8"))
    svg.write_text(_for_dark_pages(outlines), encoding="utf-8")
    write_csv(table, numbers)
