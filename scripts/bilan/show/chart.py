"""A chart: its words, how its marks are laid out, and its files, the same bytes for the same input.

A chart is made from a table and a language. It is laid out wide and narrow, as SVG with live text for pages, and drawn
for print and for link previews; its numbers lie beside it as CSV. Labels stand beside the marks, bounds are drawn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bilan.languages import format_number, format_share, text
from bilan.show.live import live_svg
from bilan.show.marks import Sheet
from bilan.show.printed import SHARED, save_printed
from bilan.show.spreadsheets import write_csv
from bilan.show.words import in_words

WIDE, NARROW = 800, 360  # pixels
FORMS = ("svg", "print.pdf", "png", "csv")  # of a chart that are for download


@dataclass(frozen=True)
class Chart:
    """A chart: its title, the words that stand for it where it can't be seen, and what lays it out below its notes."""

    title: str
    alt: str
    lang: str
    notes: tuple[str, ...]
    source: str
    body: Callable[[Sheet], None]

    def laid_out(self, width: float, finding: str = "") -> Sheet:
        """Return it on a sheet, under what it finds, or else its title."""
        sheet = Sheet(width, self.lang)
        sheet.paragraph("title", finding or self.title, 5)
        for note in self.notes:
            sheet.paragraph("note", note)
        sheet.y += 12
        self.body(sheet)
        sheet.y += 10
        sheet.paragraph("small", self.source)
        sheet.y += 4
        return sheet


Draw = Callable[[pd.DataFrame, str], Chart]


def quantity(value: float, qualifier: str, lang: str) -> str:
    """Return a count with the words its qualifier asks for ("more than 4,290"); a lower bound is rounded down."""
    shown = format_number(value, lang, down=qualifier in ("at_least", "bound"))
    return shown if qualifier == "exact" else text(f"qualifier.{qualifier}", lang, number=shown)


def share_words(share: float, low: float, high: float, lang: str, decimals: int = 0) -> dict[str, str]:
    """Return a share and its bounds (percent) as texts take them: {"share", "low", "high"}."""
    said = {"share": format_share(share, lang, decimals)}
    return said | {"low": format_share(low, lang, 1), "high": format_share(high, lang, 1)}


def labelled(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Return a chart's table for download: beside its rows' codes, what they say in words."""
    for name in ("indicator", "region", "code"):
        if name in table:
            words = [in_words(name, code, lang) for code in table[name]]
            table = table.copy()
            table.insert(list(table).index(name) + 1, "label", words)
            break
    return table


def save_chart(chart: Chart, table: pd.DataFrame, folder: Path, stem: str, finding: str = "") -> None:
    """Write <stem>.svg and <stem>.narrow.svg, .print.pdf, .png, .share.png and .csv."""
    folder.mkdir(parents=True, exist_ok=True)
    title = finding or chart.title
    wide, narrow = (chart.laid_out(width, finding) for width in (WIDE, NARROW))
    (folder / f"{stem}.svg").write_text(live_svg(wide, title, chart.alt), encoding="utf-8")
    (folder / f"{stem}.narrow.svg").write_text(live_svg(narrow, title, chart.alt), encoding="utf-8")
    save_printed(wide, _flat(chart, wide, finding), title, folder / stem)
    write_csv(labelled(table, chart.lang), folder / f"{stem}.csv")


def _flat(chart: Chart, wide: Sheet, finding: str) -> Sheet:
    """Return a chart laid out as flat as the picture that is shared, or `wide` where it never is, as a map."""
    for width in range(WIDE, 1300, 100):
        sheet = wide if width == WIDE else chart.laid_out(width, finding)
        if sheet.y / sheet.width <= SHARED[1] / SHARED[0]:
            return sheet
    return wide
