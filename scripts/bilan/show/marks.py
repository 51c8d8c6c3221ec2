"""Marks: what a chart is made of, rectangles, lines, circles, paths and texts, placed on a sheet in pixels.

A sheet has a width and grows downwards; what is placed on it from left to right stands the other way round where the
language does. Each mark has a class, its look (`theme.STYLES`), and may have a title: its value in words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from matplotlib.font_manager import FontProperties, findfont, get_font

from bilan.languages import is_rtl
from bilan.show.theme import FONT, STYLES

LEADING = 1.35  # of a text's size, from line to line
Points = Sequence[tuple[float, float]]


class Mark(NamedTuple):
    """A mark: its kind, class, place, and for a text what it says, and which end of it is at its place."""

    kind: str  # rect (x, y, width, height), line (x1, y1, x2, y2), circle (x, y, radius), text (x, y), path
    cls: str
    at: tuple = ()
    title: str = ""
    said: str = ""
    anchor: str = "start"  # start, middle or end, as the text runs
    width: float = 0  # of a line whose width is a number
    paths: tuple[Points, ...] = ()  # of a path: its parts; those of a class with a fill are closed


@cache
def measure(said: str, cls: str) -> float:
    """Return a text's width in pixels, by the font that is as wide as any a page may take."""
    style = STYLES[cls]
    font = get_font(findfont(FontProperties(family=FONT, weight="bold" if style.bold else "normal")))
    font.set_size(style.size, 72)
    font.set_text(said, 0.0)
    return font.get_width_height()[0] / 64


def folded(said: str, cls: str, width: float) -> list[str]:
    """Return a text in lines that fit the width, where its words do; a line end in it is kept."""
    lines = []
    for paragraph in said.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and measure(longer, cls) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def cut_to(low: float, high: float, value: float) -> float:
    """Return the value, or the end it lies beyond."""
    return min(max(value, low), high)


@dataclass
class Sheet:
    """What a chart is drawn on; `y` is how far down it is filled."""

    width: float
    lang: str
    y: float = 0
    marks: list[Mark] = field(default_factory=list)
    fixed: bool = False  # whether left stays left in every language: a map

    @property
    def wide(self) -> bool:
        """Whether there is room for labels beside marks."""
        return self.width > 500

    @property
    def turned(self) -> bool:
        """Whether the language turns the drawing round."""
        return is_rtl(self.lang) and not self.fixed

    def _x(self, x: float) -> float:
        return self.width - x if self.turned else x

    def rect(self, cls: str, x: float, y: float, width: float, height: float, title: str = "") -> None:
        """Place a rectangle."""
        self.marks.append(Mark("rect", cls, (self._x(x) - width * self.turned, y, width, height), title))

    def line(self, cls: str, x: float, y: float, to_x: float, to_y: float, title: str = "") -> None:
        """Place a line."""
        self.marks.append(Mark("line", cls, (self._x(x), y, self._x(to_x), to_y), title))

    def circle(self, cls: str, x: float, y: float, radius: float, title: str = "") -> None:
        """Place a circle."""
        self.marks.append(Mark("circle", cls, (self._x(x), y, radius), title))

    def path(self, cls: str, paths: Iterable[Points], title: str = "", width: float = 0) -> None:
        """Place a path of several parts."""
        turned = self.turned  # asked once: a map has thousands of points
        parts = tuple([(self.width - x if turned else x, y) for x, y in part] for part in paths)
        self.marks.append(Mark("path", cls, title=title, paths=parts, width=width))

    def text(self, cls: str, x: float, y: float, said: str, anchor: str = "start", title: str = "") -> None:
        """Place a line of text, its baseline at y; the anchor is as the drawing runs."""
        if self.fixed and is_rtl(self.lang):
            anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
        self.marks.append(Mark("text", cls, (self._x(x), y), title, said, anchor))

    def words(self, cls: str, x: float, y: float, said: str, width: float, anchor: str = "start") -> float:
        """Place a text in as many lines as it takes; return the height they take."""
        lines, leading = folded(said, cls, width), STYLES[cls].size * LEADING
        for number, line in enumerate(lines):
            self.text(cls, x, y + number * leading, line, anchor)
        return len(lines) * leading

    def paragraph(self, cls: str, said: str, gap: float = 0) -> None:
        """Write a text below what there is, over the whole width."""
        size = STYLES[cls].size
        self.y += self.words(cls, 0, self.y + size, said, self.width) + gap

    def key(self, entries: Iterable[tuple[str, str, str]]) -> None:
        """Write what marks mean: kind (rect, circle, triangle), class and words of each."""
        x, self.y = 0.0, self.y + 4
        for kind, cls, said in entries:
            wide = 20 + measure(said, "small")
            if x and x + wide > self.width:
                x, self.y = 0.0, self.y + 19
            if kind == "rect":
                self.rect(cls, x + 1, self.y + 2, 11, 11)
            elif kind == "circle":
                self.circle(cls, x + 6.5, self.y + 7.5, 5)
            else:
                self.triangle(cls, x + 6.5, self.y + 13, 6)
            self.text("small", x + 18, self.y + 12, said)
            x += wide + 16
        self.y += 22

    def triangle(self, cls: str, x: float, y: float, half: float, title: str = "") -> None:
        """Place a triangle that points up, the middle of its base at (x, y)."""
        self.path(cls, [[(x - half, y), (x + half, y), (x, y - 1.7 * half)]], title)

    def hatched(self, x: float, y: float, width: float, height: float, title: str = "") -> None:
        """Place a rectangle of what is not known."""
        self.rect("box", x, y, width, height, title)
        lines, step = [], 7
        for start in range(step, int(width + height), step):  # from the lower edge or the right, up to the left
            low, high = max(0, start - width), min(start, height)
            if high - low > 1:
                lines.append([(x + start - low, y + low), (x + start - high, y + high)])
        if lines:
            self.path("hatch", lines, title)

    def part(self, region: str, x: float, y: float, width: float, height: float, title: str = "") -> None:
        """Place a region's part of a bar, the part not stated hatched."""
        if region == "not_stated":
            self.hatched(x, y, width, height, title)
        else:
            self.rect(region, x, y, width, height, title)
