"""The picture that stands for a page where its link is shared."""

from textwrap import fill

from matplotlib.figure import Figure

from bilan.languages import is_rtl
from bilan.show.theme import MUTED, THIS_YEAR, start_of, theme


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
