"""A chart as SVG with live text: for a page, whose style sheet holds `CHART_CSS`, and as a file that stands alone.

Attributes and classes only, so that a policy without inline styles shows it as it is.
"""

import re
from itertools import pairwise
from pathlib import Path

from markupsafe import Markup, escape

from bilan.languages import is_rtl
from bilan.show.marks import Mark, Sheet
from bilan.show.theme import COLOURS, PAGE, STYLES, Style

FONTS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans Arabic","Liberation Sans",Arial,sans-serif'


def _rule(cls: str, style: Style) -> str:
    said = [f"fill:var(--{style.fill})" if style.fill else "fill:none"]
    if style.stroke:
        said.append(f"stroke:var(--{style.stroke})")
    if style.width:
        said.append(f"stroke-width:{style.width:g}")
    if style.dash:
        said.append("stroke-dasharray:" + " ".join(f"{length:g}" for length in style.dash))
    if style.size:
        said.append(f"font-size:{style.size:g}px")
    if style.bold:
        said.append("font-weight:700")
    if style.halo:
        said.append("paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round")
    return f".drawing .{cls}{{{';'.join(said)}}}"


def _variables(names: list[str], dark: bool) -> str:
    return ";".join(f"--{name}:{COLOURS[name][dark]}" for name in names)


def _scheme(where: str, names: list[str]) -> str:
    dark = f"@media screen and (prefers-color-scheme:dark){{{where}{{{_variables(names, True)}}}}}"
    return f"{where}{{{_variables(names, False)}}}{dark}"


# A page has ink, muted, rule and paper of its own. A chart is drawn twice, for wide screens and for narrow ones.
CHART_CSS = (
    _scheme(".drawing", [name for name in COLOURS if name not in PAGE])
    + "".join(_rule(cls, style) for cls, style in STYLES.items())
    + ".drawing text{font-variant-numeric:lining-nums tabular-nums}"
    + "svg.drawing{display:block;width:100%;height:auto;font-family:inherit;overflow:visible}"
    + "svg.drawing.narrow{display:none;max-width:34rem}"
    + "@media (max-width:40rem){svg.drawing.wide{display:none}svg.drawing.narrow{display:block}}"
    + "@media (forced-colors:active){.drawing text{fill:CanvasText!important;stroke:none!important}}"
)


def _alone(sheet: Sheet) -> str:
    """Return the style of a drawing that is no part of a page."""
    rules = "".join(_rule(cls, STYLES[cls]) for cls in dict.fromkeys(mark.cls for mark in sheet.marks))
    return f"svg{{font-family:{FONTS};background:var(--paper)}}{_scheme('svg', list(COLOURS))}{rules}"


def _short(number: float) -> str:
    return f"{round(number, 1) + 0:.1f}".removesuffix(".0")


def _outline(mark: Mark) -> str:
    """Return a path's parts, each from its first point by steps, to tenths of a pixel."""
    written = []
    for part in mark.paths:
        tenths = [(round(x * 10), round(y * 10)) for x, y in part]
        steps = [(x - a, y - b) for (a, b), (x, y) in pairwise(tenths)]
        first = f"M{_short(tenths[0][0] / 10)} {_short(tenths[0][1] / 10)}l"
        said = " ".join(f"{_short(x / 10)} {_short(y / 10)}" for x, y in steps).replace(" -", "-")
        written.append(re.sub(r"(?<![\d.])0\.", ".", first + said) + ("z" if STYLES[mark.cls].fill else ""))
    return "".join(written)


_MARGIN = 16  # pixels around a file alone
_PAPER = f'<rect fill="var(--paper)" x="-{_MARGIN}" y="-{_MARGIN}" width="100%" height="100%"/>'
_NAMES = {
    "rect": ("x", "y", "width", "height"),
    "line": ("x1", "y1", "x2", "y2"),
    "circle": ("cx", "cy", "r"),
    "text": ("x", "y"),
}


def _element(mark: Mark) -> str:
    kept = {name: _short(value) for name, value in zip(_NAMES.get(mark.kind, ()), mark.at, strict=False)}
    if mark.kind == "path":
        kept["d"] = _outline(mark)
    if mark.width:
        kept["stroke-width"] = _short(mark.width)
    if mark.kind == "text" and mark.anchor != "start":
        kept["text-anchor"] = mark.anchor
    attributes = "".join(f' {name}="{value}"' for name, value in kept.items())
    inside = (f"<title>{escape(mark.title)}</title>" if mark.title else "") + str(escape(mark.said))
    opened = f'<{mark.kind} class="{mark.cls}"{attributes}'
    return f"{opened}>{inside}</{mark.kind}>" if inside else f"{opened}/>"


def live_svg(sheet: Sheet, title: str, alt: str) -> str:
    """Return a drawing as an SVG file that is complete by itself."""
    width, height = (_short(round(size) + 2 * _MARGIN) for size in (sheet.width, sheet.y))
    side = "wide" if sheet.wide else "narrow"
    direction = ' direction="rtl"' if is_rtl(sheet.lang) else ""
    box = f'viewBox="-{_MARGIN} -{_MARGIN} {width} {height}" width="{width}" height="{height}"'
    opened = f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing {side}" {box}'
    opened += f' role="img" aria-label="{escape(alt)}" lang="{sheet.lang}"{direction}>'
    body = "\n".join(map(_element, sheet.marks))
    return f"{opened}<title>{escape(title)}</title><style>{_alone(sheet)}</style>{_PAPER}\n{body}\n</svg>\n"


def inline_svg(path: Path) -> Markup:
    """Return a chart's file as a page holds it: without what only a file alone needs, its look in `CHART_CSS`."""
    svg = path.read_text(encoding="utf-8")
    opened, _, rest = svg.partition(">")
    marks = rest.partition(_PAPER)[2].strip()
    width, height = (int(re.search(rf' {name}="(\d+)"', opened)[1]) - 2 * _MARGIN for name in ("width", "height"))
    opened = re.sub(r' (width|height|xmlns)="[^"]*"', "", opened)
    opened = re.sub('viewBox="[^"]*"', f'viewBox="0 0 {width} {height}"', opened)
    return Markup(f"{opened}>{marks}")
