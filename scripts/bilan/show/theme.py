"""The look of all charts: colours, fonts, and the side a language's lines start at.

Colours are those of Okabe and Ito, which colour-blind readers can tell apart.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib as mpl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.font_manager import findfont
from matplotlib.ft2font import FT2Font

from bilan.errors import InputError
from bilan.languages import catalog, is_rtl

INK, MUTED, RULE, PAPER = "#1d2733", "#5a6675", "#d8dde3", "#ffffff"
THIS_YEAR, YEAR_BEFORE = "#0072b2", "#8fb8d3"
REGION_COLOURS = {
    "west_africa": "#0072b2",
    "maghreb": "#d55e00",
    "central_east_africa": "#009e73",
    "not_stated": "#9aa3ad",
}
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


def set_axes(ax: Axes, lang: str, labels: bool = True, **limits: tuple[float, float]) -> None:
    """Set axes' limits and turn them round for a right-to-left language: values grow as its readers read.

    Neither axis has a name; without `labels` the vertical one has nothing beside its marks.
    """
    ax.set(xlabel="", ylabel="", **limits)
    if is_rtl(lang):
        ax.invert_xaxis()
        ax.yaxis.tick_right()
        ax.tick_params(right=False)
    if not labels:
        ax.tick_params(labelleft=False, labelright=False)
