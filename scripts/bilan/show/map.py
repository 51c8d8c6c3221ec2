"""The map of a year: origin regions shaded by the ministry's shares, the two western routes with their detections."""

import math
from textwrap import fill

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import FancyArrowPatch, Patch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from bilan.analysis.origins import REGIONS, region_of
from bilan.data.tables import read_outlines, read_table
from bilan.languages import format_number, format_share, is_rtl, text
from bilan.number import Number
from bilan.show.chart import Chart, new_figure, share_words, subtitle
from bilan.show.theme import MUTED, PAPER, REGION_COLOURS, RULE, start_of, theme

EXTENT = (-36, 25, 2.2, 45)  # west, east, south, north in degrees
# Longitude and latitude, rounded to a tenth of a degree; the Canary Islands by Gran Canaria.
PLACES = {"ceuta": (-5.3, 35.9), "melilla": (-2.9, 35.3), "canaries": (-15.6, 28.0)}
# The northern limit of Western Sahara as the United Nations draw it, 27°40′ N, from the coast to 8°40′ W. The line
# that the outlines have instead is the berm, which is no boundary.
PARALLEL = ((-13.17, -8 - 40 / 60), (27 + 40 / 60, 27 + 40 / 60))
# Schematic arrows, no boat's course: where they begin and end, and their bend.
ROUTES = {
    "western_african": ((-18.6, 12.6), (-16.2, 27.0), -0.35),
    "western_mediterranean": ((-0.4, 35), (-1.2, 38.2), 0.25),
}
# Where a region's name stands, and how many characters of it fit on the land.
NAMES = {"west_africa": ((-3.5, 12.6), 15), "maghreb": ((3, 28), 15), "central_east_africa": ((18, 9), 10)}
SHADES = LinearSegmentedColormap.from_list("share", ["#dcebf5", "#0b5c93"])
_SHARE = ["value", "low", "high"]
HALO = [withStroke(linewidth=2.5, foreground=PAPER)]
ON_LIGHT, ON_DARK = "#1d2734", "#fffffe"  # not INK and PAPER, which change on a dark page while the shades stay


def map_table(
    shares: dict[str, Number], routes: dict[str, Number], year: int, base: str, mauritania: str
) -> pd.DataFrame:
    """Return what a year's map shows; empty where a year has neither shares nor detections.

    `shares` are by region, the part not stated included, `routes` are detections by route. Columns: year, kind (region,
    route or place), code, value, low, high (missing for places), unit (percent or detections), longitude and
    latitude (degrees, of places), base (of the shares), mauritania (the region Mauritania is shaded with).
    """
    regions = shares.items() if all(shares.values()) else ()
    rows = [("region", code, *_ends(one.within(0, 100)), "percent", None, None, base) for code, one in regions]
    rows += [("route", code, *_ends(one), "detections") for code, one in routes.items() if one]
    rows += [("place", code, None, None, None, None, *at) for code, at in PLACES.items() if rows]
    columns = ["kind", "code", *_SHARE, "unit", "longitude", "latitude", "base"]
    frame = pd.DataFrame([dict(zip(columns, row, strict=False)) for row in rows], columns=columns)
    return frame.assign(year=year, mauritania=mauritania)[["year", *columns, "mauritania"]]


def _ends(number: Number) -> list[float]:
    return [float(getattr(number, name)) for name in _SHARE]


def draw_map(table: pd.DataFrame, lang: str) -> Chart:
    """Draw the map of `map_table`: regions shaded by share, an arrow a route, wider with more detections.

    The share not stated, which has no place on a map, is in the legend. Outlines: Natural Earth.
    """
    shares, routes = (table[table["kind"] == kind].set_index("code") for kind in ("region", "route"))
    title = text("map.title" if len(shares) else "map.title_routes", lang, year=table["year"].iloc[0])
    headings, sources = [], []
    if len(shares):
        headings.append(text("map.shares", lang, base=text(f"base.{shares['base'].iloc[0]}", lang)))
        sources.append(text("map.from_ministry", lang))
    if len(routes):
        headings.append(text("map.detections", lang))
        sources.append(text("map.from_frontex", lang))
    with theme(lang):
        figure, (ax,) = new_figure(title, lang, 5.7, 1, source="\n".join([*sources, text("map.outlines", lang)]))
        subtitle(ax, *headings, width=62)
        west, east, south, north = EXTENT
        ax.set(xlim=(west, east), ylim=(south, north), aspect=1 / math.cos(math.radians((south + north) / 2)))
        ax.set_anchor("E" if is_rtl(lang) else "W")
        ax.set_axis_off()
        _draw_land(ax, shares["value"], table["mauritania"].iloc[0])
        _name_regions(ax, shares, lang)
        _draw_routes(ax, routes, lang)
        _mark_places(ax, table[table["kind"] == "place"], lang)
    said = [
        text("chart.origins.point", lang, region=text(f"region.{code}", lang), **share_words(*row[_SHARE], lang))
        for code, row in shares.iterrows()
    ]
    said += [
        text("map.point", lang, route=text(f"map.{code}", lang), number=format_number(row["value"], lang))
        for code, row in routes.iterrows()
    ]
    return Chart(figure, title, " ".join([text("map.alt", lang, title=title), *said]))


def _draw_land(ax: Axes, shares: pd.Series, mauritania: str) -> None:
    """Fill the countries, those of an origin region in the shade of its share; dash the parallel of 27°40′ N."""
    countries = read_table("countries").set_index("iso3", drop=False)
    outlines = {feature["properties"]["iso_a3"]: feature for feature in read_outlines()}
    regions = {code: region_of(countries.loc[code], mauritania) for code in outlines if code in countries.index}
    paths, fills, edges = [], [], []
    for code, feature in outlines.items():
        shaded = regions.get(code) in shares
        paths.append(Path.make_compound_path(*map(Path, _rings(feature))))
        fills.append(SHADES(shares[regions[code]] / shares.max()) if shaded else RULE)
        # no line inside a region, whose share is one, nor along the berm
        edges.append(fills[-1] if shaded or code in ("MAR", "ESH") else PAPER)
    ax.add_collection(PathCollection(paths, facecolors=fills, edgecolors=edges, linewidths=0.4))
    ax.plot(*PARALLEL, color=MUTED, linewidth=0.9, linestyle=(0, (3, 2)))


def _rings(feature: dict) -> list[np.ndarray]:
    """Return a country's outlines, each an array of longitudes and latitudes."""
    shape = feature["geometry"]
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return [np.array(ring) for polygon in polygons for ring in polygon]


def _balanced(said: str, widest: int) -> str:
    """Return a text on as few lines as fit the width, of much the same length."""
    lines = math.ceil(len(said) / widest)
    folds = (fill(said, width, break_long_words=False) for width in range(1, len(said) + 1))
    return next(folded for folded in folds if folded.count("\n") < lines)


def _name_regions(ax: Axes, shares: pd.DataFrame, lang: str) -> None:
    """Write each region's name and share on it, and the share not stated in the legend."""
    for region in shares.index.intersection(REGIONS):
        share = shares.loc[region, "value"]
        at, width = NAMES[region]
        ink = ON_DARK if share > shares["value"].max() / 2 else ON_LIGHT
        placed = {"ha": "center", "color": ink, "fontweight": "bold"}
        ax.text(*at, format_share(share, lang), fontsize=13, va="bottom", **placed)
        ax.text(*at, _balanced(text(f"region.{region}", lang), width), fontsize=8, va="top", linespacing=1.1, **placed)
    if "not_stated" in shares.index:
        label = text("map.not_stated", lang, **share_words(*shares.loc["not_stated", _SHARE], lang))
        box = Patch(facecolor=REGION_COLOURS["not_stated"], edgecolor=PAPER, hatch="////", linewidth=0, label=label)
        side = {"loc": "lower left", "markerfirst": not is_rtl(lang), "alignment": start_of(lang)}
        ax.legend(handles=[box], frameon=False, fontsize=8.5, borderpad=0, handlelength=1.6, **side)


def _draw_routes(ax: Axes, routes: pd.DataFrame, lang: str) -> None:
    placed = {"western_african": ((-22, 22.5), "right", 15), "western_mediterranean": ((1.3, 39.6), "left", 24)}
    for code, row in routes.iterrows():
        start, end, bend = ROUTES[code]
        width = 1 + 7 * row["value"] / routes["value"].max()
        style = f"simple,head_length={3 + 0.8 * width},head_width={3 + 1.6 * width},tail_width={width}"
        arrow = {"arrowstyle": style, "connectionstyle": f"arc3,rad={bend}", "facecolor": REGION_COLOURS["maghreb"]}
        ax.add_patch(FancyArrowPatch(start, end, edgecolor=PAPER, linewidth=0.4, shrinkA=0, shrinkB=0, **arrow))
        at, side, columns = placed[code]
        number = format_number(row["value"], lang)
        words = {"ha": side, "path_effects": HALO if code == "western_mediterranean" else None, "in_layout": False}
        ax.text(*at, number, fontsize=11, fontweight="bold", va="bottom", **words)
        ax.text(*at, fill(text(f"map.{code}", lang), columns), fontsize=9, va="top", linespacing=1.1, **words)


def _mark_places(ax: Axes, places: pd.DataFrame, lang: str) -> None:
    offsets = {"ceuta": (-40, 6), "melilla": (16, -16), "canaries": (-14, 10)}
    line = {"arrowstyle": "-", "color": MUTED, "linewidth": 0.7, "shrinkA": 0, "shrinkB": 3}
    for row in places.itertuples():
        at, offset = (row.longitude, row.latitude), offsets[row.code]
        ax.plot(*at, "o", color=ON_LIGHT, markeredgecolor=ON_DARK, markersize=5)
        words = {"ha": "right" if offset[0] < 0 else "left", "va": "center", "fontsize": 9}
        words["path_effects"] = HALO if row.code == "melilla" else None  # the others stand on paper
        ax.annotate(text(f"map.{row.code}", lang), at, offset, textcoords="offset points", arrowprops=line, **words)
    for name, at in {"morocco": (-7, 31.8), "spain": (-4, 40.2)}.items():
        ax.text(*at, text(f"map.{name}", lang), fontsize=8, ha="center", va="center", color=MUTED)
