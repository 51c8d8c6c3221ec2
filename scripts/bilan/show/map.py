"""The map of a year: regions in their colours with the ministry's shares, the two western routes with detections."""

import math

import pandas as pd

from bilan.analysis.origins import REGIONS, region_of
from bilan.data.tables import read_outlines, read_table
from bilan.languages import format_number, format_share, text
from bilan.number import Number
from bilan.show.chart import Chart, share_words
from bilan.show.marks import Points, Sheet, cut_to, folded, measure
from bilan.show.theme import STYLES

LAND = (-26, 25, 2.2, 44.5)  # west, east, south, north in degrees
OCEAN = {True: -43.0, False: -37.0}  # where the map begins in the west, wide and narrow: room for what has no place
# Longitude and latitude, rounded to a tenth of a degree; the Canary Islands by Gran Canaria.
PLACES = {"ceuta": (-5.3, 35.9), "melilla": (-2.9, 35.3), "canaries": (-15.6, 28.0)}
# The northern limit of Western Sahara as the United Nations draw it, 27°40′ N, from the coast to 8°40′ W. The line
# that the outlines have instead is the berm, which is no boundary.
PARALLEL = ((-13.17, 27 + 40 / 60), (-8 - 40 / 60, 27 + 40 / 60))
# Schematic arrows, no boat's course: where they begin and end, and a point between that bends them.
ROUTES = {
    "western_african": ((-18.9, 12.8), (-16.6, 26.6), (-22.5, 20)),
    "western_mediterranean": ((-0.3, 35.4), (-1.0, 38.4), (1.6, 37)),
}
WIDEST = 13  # pixels: the arrow of the most detections
CENTRES = {"west_africa": (-3.0, 13.2), "maghreb": (3.2, 27.8), "central_east_africa": (18.2, 9.6)}
RING = (-20.6, 7.4)  # of the part not stated, which has no place
_SHARE = ["value", "low", "high"]


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
    """Draw the map of `map_table`: regions in their colours with a circle a share, an arrow a route, by detections.

    The share not stated, which has no place on a map, is a ring at sea. Outlines: Natural Earth.
    """
    shares, routes = (table[table["kind"] == kind].set_index("code") for kind in ("region", "route"))
    title = text("map.title" if len(shares) else "map.title_routes", lang, year=table["year"].iloc[0])
    notes, sources, said = [], [], []
    if len(shares):
        notes.append(text("map.shares", lang, base=text(f"base.{shares['base'].iloc[0]}", lang)))
        sources.append(text("map.from_ministry", lang))
    if len(routes):
        notes.append(text("map.detections", lang))
        sources.append(text("map.from_frontex", lang))
    for code, row in shares.iterrows():
        words = share_words(*row[_SHARE], lang)
        said.append(text("chart.origins.point", lang, region=text(f"region.{code}", lang), **words))
    for code, row in routes.iterrows():
        number = format_number(row["value"], lang)
        said.append(text("map.point", lang, route=text(f"map.{code}", lang), number=number))
    titles = dict(zip([*shares.index, *routes.index], said, strict=True))

    def body(sheet: Sheet) -> None:
        sheet.fixed = True  # east is on the right in every language
        top, place = sheet.y, _projection(sheet)
        _draw_land(sheet, place, set(shares.index), table["mauritania"].iloc[0])
        _draw_routes(sheet, place, routes, titles)
        _draw_shares(sheet, place, shares, titles)
        _mark_places(sheet, place, table[table["kind"] == "place"])
        bottom = place(0, LAND[2])[1]
        if sheet.wide:
            sheet.y = top + 10
        else:
            sheet.y = bottom + 18
        _draw_key(sheet, len(shares) > 0, routes["value"].max() if len(routes) else 0)
        sheet.fixed = False
        sheet.y = max(sheet.y, bottom)

    source = "\n".join([*sources, text("map.outlines", lang)])
    return Chart(title, " ".join([text("map.alt", lang, title=title), *said]), lang, tuple(notes), source, body)


def _projection(sheet: Sheet):
    """Return what turns degrees into pixels, the ocean to the left and the south at the bottom."""
    west, top = OCEAN[sheet.wide], sheet.y
    _, east, south, north = LAND
    scale = sheet.width / (east - west)
    stretch = 1 / math.cos(math.radians((south + north) / 2))

    def place(longitude: float, latitude: float) -> tuple[float, float]:
        return (longitude - west) * scale, top + (north - cut_to(south, north, latitude)) * scale * stretch

    return place


def _draw_land(sheet: Sheet, place, named: set[str], mauritania: str) -> None:
    """Fill the countries, those of an origin region in its colour; dash the parallel of 27°40′ N."""
    countries = read_table("countries").set_index("iso3", drop=False)
    layers: dict[str, list[Points]] = {"land": [], "one-land": [], **{f"{one}-land": [] for one in REGIONS}}
    for feature in read_outlines():
        code = feature["properties"]["iso_a3"]
        region = region_of(countries.loc[code], mauritania) if code in countries.index else None
        # no line inside a region, whose share is one, nor along the berm
        own = "one" if code in ("MAR", "ESH") else region if region in named else None
        layers[f"{own}-land" if own else "land"] += outlines_of(feature, place)
    for cls, paths in layers.items():
        if paths:
            sheet.path(cls, paths)
    sheet.path("parallel", [[place(*end) for end in PARALLEL]], text("map.parallel", sheet.lang))


def outlines_of(feature: dict, place) -> list[Points]:
    """Return a country's outlines in pixels, without points that no eye tells apart, nor what lies outside the map."""
    shape = feature["geometry"]
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    found = []
    for ring in (ring for polygon in polygons for ring in polygon):
        kept: list[tuple[float, float]] = []
        for point in (place(*one) for one in ring):
            if not kept or math.dist(point, kept[-1]) > 0.8:
                kept.append(point)
        if len(kept) > 2 and min(y for _, y in kept) < max(y for _, y in kept):
            found.append(kept)
    return found


def _draw_routes(sheet: Sheet, place, routes: pd.DataFrame, titles: dict[str, str]) -> None:
    """Place an arrow a route, as wide as it has detections, with their number."""
    north = 39.4 if sheet.wide else 43.6
    beside = {"western_african": (-23, 22, "end"), "western_mediterranean": (2.2, north, "start")}
    unit = WIDEST * (1 if sheet.wide else 0.7)
    for code, row in routes.iterrows():
        start, end, bend = (place(*point) for point in ROUTES[code])
        width = unit * row["value"] / routes["value"].max()
        course = [_bent(start, bend, end, step / 16) for step in range(17)]
        sheet.path("route", [course], titles[code], width)
        (x, y), (from_x, from_y) = course[-1], course[-2]
        length = math.dist(course[-1], course[-2])
        ahead, half = ((x - from_x) / length, (y - from_y) / length), width / 2 + 4
        tip = (x + ahead[0] * half * 1.6, y + ahead[1] * half * 1.6)
        sides = [(x - ahead[1] * half, y + ahead[0] * half), (x + ahead[1] * half, y - ahead[0] * half)]
        sheet.path("now", [[*sides, tip]], titles[code])
        longitude, latitude, anchor = beside[code]
        x, y = place(longitude, latitude)
        if anchor == "end" and not sheet.wide:
            x, anchor = 2, "start"
        room = x - 8 if anchor == "end" else 84 if code == "western_african" else sheet.width - x
        sheet.text("above", x, y, format_number(row["value"], sheet.lang), anchor)
        sheet.words("place", x, y + 16, text(f"map.{code}", sheet.lang), min(room, 190), anchor)


def _bent(start: tuple, bend: tuple, end: tuple, step: float) -> tuple[float, float]:
    x, y = (
        (1 - step) ** 2 * a + 2 * step * (1 - step) * b + step**2 * c for a, b, c in zip(start, bend, end, strict=True)
    )
    return x, y


def _radius(sheet: Sheet, share: float) -> float:
    return (6.6 if sheet.wide else 4.3) * math.sqrt(share)


def _draw_shares(sheet: Sheet, place, shares: pd.DataFrame, titles: dict[str, str]) -> None:
    """Place a circle a region, by area, with its share in it and its name below; the part not stated as a ring."""
    for code, row in shares.iterrows():
        x, y = place(*(RING if code == "not_stated" else CENTRES[code]))
        radius, said = _radius(sheet, row["value"]), format_share(row["value"], sheet.lang)
        sheet.circle("ring" if code == "not_stated" else code, x, y, radius, titles[code])
        inside = radius > 15
        cls = "above" if code == "not_stated" or not inside else "big" if radius > 40 else "on"
        sheet.text(cls, x, y + STYLES[cls].size * 0.36 if inside else y - radius - 4, said, "middle")
        lines = folded(text(f"region.{code}", sheet.lang), f"{code}-name", 130 if sheet.wide else 90)
        for number, line in enumerate(lines):
            half = measure(line, f"{code}-name") / 2
            sheet.text(f"{code}-name", min(x, sheet.width - half), y + radius + 15 + 16 * number, line, "middle")


def _mark_places(sheet: Sheet, place, places: pd.DataFrame) -> None:
    """Place a dot and a name for each place, the name beside it on a line of its own."""
    offsets = {"ceuta": (-26, 3, "end"), "melilla": (20, 12, "start"), "canaries": (-22, -12, "end")}
    for row in places.itertuples():
        x, y = place(row.longitude, row.latitude)
        right, down, anchor = offsets[row.code]
        sheet.line("axis", x, y, x + right * 0.85, y + down)
        sheet.circle("now", x, y, 3, text(f"map.{row.code}", sheet.lang))
        sheet.text("place", x + right, y + down + 4, text(f"map.{row.code}", sheet.lang), anchor)
    for name, at in {"morocco": (-6.5, 31.2), "spain": (-4, 40.4)}.items():
        sheet.text("place", *place(*at), text(f"map.{name}", sheet.lang), "middle")


def _draw_key(sheet: Sheet, shares: bool, most: float) -> None:
    """Write what a circle's area and an arrow's width stand for, and what is dashed."""
    x, middle = 6.0, sheet.y
    if most:
        step = 10 ** math.floor(math.log10(most))
        width = WIDEST * (1 if sheet.wide else 0.7) * step / most
        sheet.path("route", [[(x, middle + 8), (x + 34, middle + 8)]], width=width)
        number = format_number(step, sheet.lang)
        _beside(sheet, x + 44, middle + 12, text("map.key_arrow", sheet.lang, number=number))
        middle += 24
    if shares:
        radius = _radius(sheet, 10)
        sheet.circle("ring", x + 17, middle + radius, radius)
        _beside(
            sheet, x + 44, middle + radius + 4, text("map.key_circle", sheet.lang, share=format_share(10, sheet.lang))
        )
        middle += 2 * radius + 10
    sheet.path("parallel", [[(x, middle + 8), (x + 34, middle + 8)]])
    _beside(sheet, x + 44, middle + 12, text("map.parallel", sheet.lang))
    sheet.y = middle + 22


def _beside(sheet: Sheet, x: float, y: float, said: str) -> None:
    sheet.text("small", x, y, said)
