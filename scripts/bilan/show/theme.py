"""The look of all charts: what each colour means, in light and dark, the classes of marks, and their font.

A colour has one meaning: a region has its own everywhere, this year is ink, other years grey, sources differ by shape.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.font_manager import findfont
from matplotlib.ft2font import FT2Font

from bilan.errors import InputError
from bilan.languages import catalog, is_rtl

# Each colour on a light page and on a dark one. The first four are a page's own, which a chart takes over.
COLOURS = {
    "ink": ("#18212b", "#e9edf1"),
    "muted": ("#55606c", "#a9b3be"),
    "rule": ("#d9dde2", "#343d47"),
    "paper": ("#ffffff", "#12171d"),
    "strong": ("#8a939d", "#76818d"),
    "past": ("#868f9a", "#75808c"),
    "west": ("#00716a", "#3fb9ab"),
    "maghreb": ("#bb5204", "#f08c48"),
    "central": ("#77399b", "#c795e6"),
    "west-land": ("#b9dcd8", "#17443f"),
    "maghreb-land": ("#f3d3bb", "#54331c"),
    "central-land": ("#e0cfea", "#452f53"),
    "on-region": ("#ffffff", "#10151b"),
    "land": ("#e4e7ea", "#262e37"),
}
PAGE = ("ink", "muted", "rule", "paper")


class Style(NamedTuple):
    """How marks of a class look: names of colours, widths and sizes in pixels of the drawing."""

    fill: str = ""
    stroke: str = ""
    width: float = 0
    dash: tuple[float, ...] = ()
    size: float = 0
    bold: bool = False
    halo: bool = False


STYLES = {
    "title": Style("ink", size=18, bold=True),
    "note": Style("muted", size=13.5),
    "said": Style("ink", size=14),
    "bold": Style("ink", size=14, bold=True),
    "small": Style("muted", size=12),
    "tick": Style("muted", size=11.5),
    "this": Style("ink", size=12, bold=True),
    "big": Style("on-region", size=19, bold=True),
    "on": Style("on-region", size=12.5, bold=True),
    "above": Style("ink", size=12.5, bold=True, halo=True),
    "place": Style("ink", size=12, halo=True),
    "west_africa": Style("west"),
    "maghreb": Style("maghreb"),
    "central_east_africa": Style("central"),
    "west_africa-name": Style("west", size=13, bold=True, halo=True),
    "maghreb-name": Style("maghreb", size=13, bold=True, halo=True),
    "central_east_africa-name": Style("central", size=13, bold=True, halo=True),
    "not_stated-name": Style("muted", size=13, bold=True, halo=True),
    "west_africa-land": Style("west-land", "west-land", 0.6),
    "maghreb-land": Style("maghreb-land", "maghreb-land", 0.6),
    "central_east_africa-land": Style("central-land", "central-land", 0.6),
    "land": Style("land", "paper", 0.6),
    "one-land": Style("land", "land", 0.6),
    "hatch": Style(stroke="muted", width=1.1),
    "box": Style("paper", "muted", 1),
    "outside": Style("paper", "strong", 1, (3, 3)),
    "ring": Style("paper", "muted", 1.8, (5, 4)),
    "now": Style("ink"),
    "past": Style("past"),
    "part": Style("paper", "past", 1.4),
    "part-now": Style("paper", "ink", 1.8),
    "axis": Style(stroke="strong", width=1),
    "grid": Style(stroke="rule", width=1),
    "bound": Style(stroke="ink", width=1.4),
    "range": Style(stroke="past", width=2.5),
    "frontex": Style("ink", "ink", 1.5),
    "end": Style("paper", "ink", 1.5),
    "faint": Style("rule"),
    "route": Style(stroke="ink", width=0),
    "parallel": Style(stroke="ink", width=1.2, dash=(4, 3)),
}
FONT = "DejaVu Sans"  # of the files to print, and the one by which texts are measured: pages' own are no wider
RC = {
    "font.family": FONT,
    "text.parse_math": False,  # words are words, dollar signs included
    "text.hinting": "none",  # at two pixels for one letters need no fitting to them, which takes as long as drawing
    "figure.facecolor": COLOURS["paper"][0],
}


def check_font(lang: str) -> None:
    """Raise InputError where this machine's charts would show boxes for letters of a language's texts."""
    family = RC["font.family"]
    try:
        path = findfont(family, fallback_to_default=False)
    except ValueError:
        raise InputError(f"font {family}: expected it with matplotlib for charts in {lang}, found none") from None
    glyphs = FT2Font(path).get_charmap()
    forms = (words.values() if isinstance(words, dict) else [words] for words in catalog(lang).values())
    used = {letter for words in forms for letter in "".join(words) if letter != "\n"}
    if lacking := sorted(letter for letter in used if ord(letter) not in glyphs):
        shown = ", ".join(f"U+{ord(letter):04X}" for letter in lacking[:9])
        raise InputError(f"font {family}: expected the letters of {lang} in it, found none for {shown}")


@contextmanager
def theme() -> Iterator[None]:
    """Apply the collection's look while a file to print is drawn, and leave the caller's settings as they were."""
    import seaborn as sns  # slow to import, and only files to print are drawn by it

    with mpl.rc_context():
        sns.set_theme(style="white", palette=[COLOURS[name][0] for name in ("west", "maghreb", "central")], rc=RC)
        yield


def start_of(lang: str, opposite: bool = False) -> str:
    """Return the side a line of the language starts at, left or right, as charts do too; or the opposite side."""
    return "right" if is_rtl(lang) != opposite else "left"
