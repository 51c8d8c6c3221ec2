"""A chart: an empty figure to draw it in, and its files, the same bytes for the same input.

A chart is a function of a table and a language, drawn once, saved as SVG, PNG and CSV. Labels stand beside the marks
instead of legends, bounds are drawn (an interval as a bar with ends, a lower bound as an open arrow), the source line
stands below.
"""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from textwrap import fill

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bilan.languages import format_number, format_share, is_rtl, text
from bilan.show.spreadsheets import write_csv
from bilan.show.theme import DARK, MUTED, RC, THIS_YEAR, start_of, theme

WIDTH = 4.4  # inches: 422 px, little more than a phone is wide, so that labels stay legible there


@dataclass(frozen=True)
class Chart:
    """A drawn chart: the figure, its title and the words that stand for it where it can't be seen."""

    figure: Figure
    title: str
    alt: str


Draw = Callable[[pd.DataFrame, str], Chart]


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


def subtitle(ax: Axes, *said: str, width: int = 66) -> None:
    """Write what a chart shows above its axes, each text on as many lines as it takes."""
    ax.set_title("\n".join(fill(one, width) for one in said), fontweight="normal", color=MUTED, fontsize=9.5)


def quantity(value: float, qualifier: str, lang: str) -> str:
    """Return a count with the words its qualifier asks for ("more than 4,290"); a lower bound is rounded down."""
    shown = format_number(value, lang, down=qualifier in ("at_least", "bound"))
    return shown if qualifier == "exact" else text(f"qualifier.{qualifier}", lang, number=shown)


def share_words(share: float, low: float, high: float, lang: str, decimals: int = 0) -> dict[str, str]:
    """Return a share and its bounds (percent) as texts take them: {"share", "low", "high"}."""
    said = {"share": format_share(share, lang, decimals)}
    return said | {"low": format_share(low, lang, 1), "high": format_share(high, lang, 1)}


def _for_dark_pages(svg: str) -> str:
    """Let an SVG follow the reader's colour scheme: matplotlib writes inks as inline styles, which CSS may override."""
    inks = [(ink, dark, kind) for ink, dark in DARK.items() for kind in ("fill", "stroke")]
    rules = "".join(f'[style*="{kind}: {ink}"]{{{kind}:{dark}!important}}' for ink, dark, kind in inks)
    style = f"<style>@media (prefers-color-scheme: dark){{{rules}}}</style>"
    return re.sub("<svg[^>]*>", lambda opening: opening[0] + style, svg, count=1)


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


def draw_preview(title: str, numbers: list[tuple[str, str]], lang: str) -> Figure:
    """Draw the picture that stands for a page where its link is shared: its title and up to four numbers, named."""
    with theme(lang):
        figure = Figure(figsize=(6.25, 3.28125))  # 1200 by 630 pixels

        def write(x: float, y: float, said: str, size: float, **style: str) -> None:
            figure.text(1 - x if is_rtl(lang) else x, y, said, fontsize=size, ha=start_of(lang), **style)

        write(0.06, 0.9, "bilan", 11, fontweight="bold", color=MUTED, va="top")
        write(0.06, 0.8, fill(title, 42), 17, fontweight="bold", va="top")
        for place, (number, name) in enumerate(numbers):
            x, y = 0.06 + 0.46 * (place % 2), 0.42 - 0.24 * (place // 2)
            write(x, y, number, 17, fontweight="bold", color=THIS_YEAR, va="center")
            write(x, y - 0.09, name, 9.5, color=MUTED, va="center")
    return figure


def thumbnail(path: Path) -> tuple[bytes, int]:
    """Return a saved chart small enough to be carried by a notebook, and the width to show it at, in pixels."""
    width = round(WIDTH * 96)
    with Image.open(path) as image:
        scale = width / image.width
        size = round(image.width * scale), round(image.height * scale)
        small = image.convert("RGB").resize(size).quantize(40, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    written = io.BytesIO()
    small.save(written, "PNG", optimize=True)
    return written.getvalue(), width


def _slimmed(svg: str) -> str:
    """Round an SVG's outlines to hundredths of a point, which is also where machines differ; drop notes and spaces."""
    shorter = partial(re.sub, r"(?<=\d\.\d\d)\d+|\s*([MLQCZz])\s*", r"\1")
    svg = re.sub(r'(?<= d=)"[^"]*"|translate\([^)]*\)', lambda path: shorter(path[0]), svg)
    return re.sub(r">\s+<", "><", re.sub(r"<!-- .*? -->", "", svg))


def save_chart(chart: Chart, table: pd.DataFrame, folder: Path, stem: str) -> None:
    """Write <stem>.svg, <stem>.png (192 dots an inch) and <stem>.csv, the same bytes for the same input."""
    folder.mkdir(parents=True, exist_ok=True)
    svg = folder / f"{stem}.svg"
    with mpl.rc_context(RC):
        chart.figure.savefig(svg, metadata={"Date": None, "Title": chart.title})
    chart.figure.set_layout_engine("none")  # one layout for all formats
    save_png(chart.figure, folder / f"{stem}.png", chart.title)
    svg.write_text(_for_dark_pages(_slimmed(svg.read_text(encoding="utf-8"))), encoding="utf-8")
    write_csv(table, folder / f"{stem}.csv")
