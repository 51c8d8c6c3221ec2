"""A chart as files to print and to share: the same marks as on a page, drawn by matplotlib, letters as outlines."""

from pathlib import Path
from textwrap import fill

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import Normal, withStroke
from matplotlib.text import Text
from matplotlib.transforms import Affine2D
from PIL import Image
from PIL.ImageOps import pad
from PIL.PngImagePlugin import PngInfo

from bilan.languages import is_rtl
from bilan.show.marks import Mark, Sheet
from bilan.show.theme import COLOURS, STYLES, start_of, theme

SHARED = (1200, 630)  # pixels: what link previews take
MARGIN = 24


def _light(name: str) -> str:
    return COLOURS[name][0] if name else "none"


def _draw(mark: Mark, lang: str, scale: float) -> Artist:
    style = STYLES[mark.cls]
    width = (mark.width or style.width) * scale
    look = {"facecolor": _light(style.fill), "edgecolor": _light(style.stroke), "linewidth": width}
    if style.dash:
        look["linestyle"] = (0, tuple(length / (mark.width or style.width) for length in style.dash))
    match mark.kind:
        case "rect":
            x, y, wide, high = mark.at
            return Rectangle((x, y), wide, high, **look)
        case "circle":
            return Circle(mark.at[:2], mark.at[2], **look)
        case "line":
            ends = [mark.at[:2], mark.at[2:]]
            return PathPatch(Outline(ends), capstyle="butt", **look)
        case "path":
            parts = [Outline([*part, part[0]], closed=True) if style.fill else Outline(part) for part in mark.paths]
            return PathPatch(Outline.make_compound_path(*parts), capstyle="butt", **look)
        case "text":
            sides = {"start": start_of(lang), "end": start_of(lang, opposite=True), "middle": "center"}
            halo = [withStroke(linewidth=3 * scale, foreground=_light("paper"))] if style.halo else None
            words = {"ha": sides[mark.anchor], "va": "baseline", "fontsize": style.size * scale}
            weight = "bold" if style.bold else "normal"
            return Text(*mark.at, mark.said, color=_light(style.fill), fontweight=weight, path_effects=halo, **words)


def _figure(sheet: Sheet, size: tuple[float, float], scale: float) -> Figure:
    """Return a sheet drawn in the middle of a picture of that size, in points."""
    figure = Figure(figsize=(size[0] / 72, size[1] / 72))
    beside, above = (size[0] / scale - sheet.width) / 2, (size[1] / scale - sheet.y) / 2
    place = Affine2D().translate(beside, -above - sheet.y).scale(scale / size[0], -scale / size[1]) + figure.transFigure
    for mark in sheet.marks:
        artist = _draw(mark, sheet.lang, scale)
        artist.set_transform(place)
        figure.add_artist(artist)
    return figure


def _drawn(figure: Figure, scale: float = 1) -> Image.Image:
    """Return a figure as a picture, so many pixels a point."""
    figure.set_dpi(72 * scale)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba()))


def _save_png(picture: Image.Image, path: Path, title: str) -> None:
    """Write a picture as PNG, in a palette that is exact for a chart's few inks."""
    pixels = np.asarray(picture)
    whole = pixels.view(np.uint32)[..., 0]
    inked = whole != whole[0, 0]  # most of it is paper, which need not be sorted by colour
    inks = Image.fromarray(pixels[inked][None]).convert("RGB").quantize(127, dither=Image.Dither.NONE)
    places = np.zeros(inked.shape, np.uint8)
    places[inked] = np.asarray(inks)[0] + 1
    few = Image.fromarray(places, "P")
    few.putpalette([*map(int, pixels[0, 0, :3]), *inks.getpalette()])
    words = PngInfo()
    words.add_itxt("Title", title)
    few.save(path, compress_level=7, pnginfo=words)  # 8 takes twice as long for 4 % less


def save_printed(sheet: Sheet, flat: Sheet, title: str, path: Path) -> None:
    """Write a drawing as <path>.print.pdf, its letters as outlines, and as <path>.png with two pixels for one.

    `flat`, the same or laid out flatter, becomes <path>.share.png, of the size that link previews take.
    """
    with theme():
        figure = _figure(sheet, (sheet.width + 2 * MARGIN, sheet.y + 2 * MARGIN), 1)
        dateless = {"Title": title, "CreationDate": None}
        # matplotlib's PDF gives the marks that keep a number's direction the width of a space: there letters are paths
        turned = [one for one in figure.artists if isinstance(one, Text) and not one.get_path_effects()]
        turned = turned if is_rtl(sheet.lang) else []
        for letters in turned:
            letters.set_path_effects([Normal()])
        figure.savefig(path.with_suffix(".print.pdf"), metadata=dateless)
        for letters in turned:
            letters.set_path_effects([])
        picture = _drawn(figure, 2)
        _save_png(picture, path.with_suffix(".png"), title)
        if flat is sheet:
            shared = pad(picture, SHARED, Image.Resampling.BOX, color=picture.getpixel((0, 0)))
        else:
            scale = min((SHARED[0] - 2 * MARGIN) / flat.width, (SHARED[1] - 2 * MARGIN) / flat.y)
            shared = _drawn(_figure(flat, SHARED, scale))
        _save_png(shared, path.with_suffix(".share.png"), title)


def save_preview(title: str, numbers: list[tuple[str, str]], lang: str, path: Path) -> None:
    """Write the picture that stands for a page where its link is shared: its title and up to four numbers, named."""
    with theme():
        figure = Figure(figsize=(SHARED[0] / 72, SHARED[1] / 72))

        def write(x: float, y: float, said: str, size: float, colour: str, **style: str) -> None:
            place = {"ha": start_of(lang), "va": "baseline"}
            figure.text(1 - x if is_rtl(lang) else x, y, said, fontsize=size, color=_light(colour), **place, **style)

        write(0.06, 0.86, "bilan", 30, "muted", fontweight="bold")
        for line, said in enumerate(fill(title, 42).split("\n")):
            write(0.06, 0.73 - 0.1 * line, said, 46, "ink", fontweight="bold")
        for place, (number, name) in enumerate(numbers):
            x, y = 0.06 + 0.46 * (place % 2), 0.38 - 0.24 * (place // 2)
            write(x, y, number, 48, "ink", fontweight="bold")
            write(x, y - 0.075, name, 25, "muted")
        _save_png(_drawn(figure), path, title)
