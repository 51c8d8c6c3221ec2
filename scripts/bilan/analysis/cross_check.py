"""Beside independent sources: Frontex's detections, Spain's arrivals, the dead and missing.

Units differ and are never mixed: the ministry counts attempts, Frontex detections, Spain and IOM persons. Frontex's
figures for these routes are Spain's reports, so they are no second witness to Spain's own series.
"""

from dataclasses import dataclass

import pandas as pd

from bilan.analysis.origins import MAURITANIA_IN, REGIONS
from bilan.data.ledgers import FULL_YEAR, period_of, row_source, with_periods
from bilan.data.tables import read_table, source_of
from bilan.number import Number, count, published, total

FRONTEX, IOM = "frontex_detections", "iom_deaths"  # tables that give one source for all their rows
NOT_IDENTIFIED = "Sub-Saharan Africa, country not identified"
# Above this part of detections without a country, shares by origin would be shares of what happened to be identified.
MOST_NOT_IDENTIFIED = 10  # percent
SPAIN = ("total", "total_revised", "sea_total", "land_total", "sea_canary", "land_ceuta", "land_melilla")
IOM_REPORT = "le_matin_2025"  # where its report on 2024 was read
# Of the quoted figures, those that the story tells of.
EVENTS = [*("fnideq_mass_attempts", "fnideq_adults", "fnideq_minors", "fnideq_foreigners", "melilla_deaths_official")]
EVENTS += ("melilla_deaths_ngo", "iom_deaths_morocco", "eu_funding_morocco")
DEPARTURES = ("MRT", "MAR", "DZA", "SEN", "GMB", "GNB", "total")  # countries that boats left from, and all
BLOCKS = {
    "Western Africa excluding Mauritania": "west_africa",
    "Algeria": "maghreb",
    "Tunisia and Libya": "maghreb",
    "Middle Africa": "central_east_africa",
    "Eastern Africa": "central_east_africa",
}
ROUTES = {"western_african": "Western African Route", "western_mediterranean": "Western Mediterranean Route"}
IOM_ROUTES = {"atlantic": "Western African Atlantic Route", "western_mediterranean": "Western Mediterranean Route"}


@dataclass(frozen=True)
class Reading:
    """Origin shares in one sense: whose, with Mauritania where, Moroccans in or out, and the shares by region."""

    source: str  # ministry or frontex
    mauritania: str
    moroccans: str
    shares: dict[str, Number]

    def led_by(self, region: str) -> bool:
        """Say whether a region's low bound is above every other's high bound, the part not stated included."""
        others = [share.bounds[1] for name, share in self.shares.items() if name != region]
        return self.shares[region].bounds[0] > max(others)


def detections_by_route(year: int) -> dict[str, Number]:
    """Return a year's detections on each of the two western routes; not known where the table has none."""
    rows = _detections(year)
    if rows.empty:  # then the press may have a total
        return {code: quoted(year)[f"{FRONTEX}_{code}"] for code in ROUTES}
    return {code: _sum(rows, rows["route"] == route, len(rows), year) for code, route in ROUTES.items()}


def not_identified(year: int) -> Number:
    """Return a year's detections on both routes whose nationality is only "Sub-Saharan"."""
    rows = _detections(year)
    return _sum(rows, rows["origin_block"] == NOT_IDENTIFIED, len(rows), year)


def detections_by_region(year: int, mauritania: str = "western_africa", moroccans: bool = False) -> dict[str, Number]:
    """Return a year's detections on both routes by region, `other` last.

    Moroccans are left out unless `moroccans`, as one reading of the ministry's base leaves them out; Mauritania is
    counted where the parameter says. Not known where more than 10 % of detections have no country (2019 to 2022).
    """
    rows = _detections(year)
    regions = BLOCKS | {"Mauritania": MAURITANIA_IN[mauritania], "Morocco": "maghreb"}
    known = len(rows) and not_identified(year).known * 100 <= rows["detections"].sum() * MOST_NOT_IDENTIFIED
    rows = rows if moroccans else rows[rows["origin_block"] != "Morocco"]
    region = rows["origin_block"].map(regions).fillna("other")
    assumption = f"mauritania_in_{mauritania}"
    return {name: _sum(rows, region == name, known, year).assuming(assumption) for name in (*REGIONS, "other")}


def _detections(year: int) -> pd.DataFrame:
    table = read_table(FRONTEX)
    return table[table["year"] == year]


def _sum(rows: pd.DataFrame, those: pd.Series, known: object, year: int) -> Number:
    """Return the sum of those rows of detections, or, where it is not known, a number without one."""
    if not known:
        return published("frontex_detections", None, "detections", str(year), {})
    return total(rows["detections"][those], "detections", str(year), source_of(FRONTEX))


def readings(shares: dict[str, Number], year: int) -> list[Reading]:
    """Return the readings of the year's origins that are possible: the ministry's shares, and Frontex's in four.

    `shares` are the ministry's, the part not stated included. Frontex's differ by the place of Mauritania and by
    Moroccans in or out.
    """
    found = [Reading("ministry", "", "", shares)] if all(shares.values()) else []
    for mauritania in MAURITANIA_IN:
        for moroccans in (False, True):
            detections = detections_by_region(year, mauritania, moroccans)
            everyone = sum(detections.values())
            made = {region: part / everyone * 100 for region, part in detections.items()}
            if all(made.values()):
                found.append(Reading("frontex", mauritania, "in" if moroccans else "out", made))
    return found


def how_many(readings: list[Reading], year: int) -> Number:
    """Return how many readings there are; the ministry's counts twice, since two bases are in print."""
    return _counted(readings, readings, year)


def how_many_led_by(region: str, readings: list[Reading], year: int) -> Number:
    """Return in how many readings a region leads, see `Reading.led_by`."""
    return _counted([one for one in readings if one.led_by(region)], readings, year)


def _counted(found: list[Reading], readings: list[Reading], year: int) -> Number:
    if not readings:
        return published("readings", None, "readings", str(year), {})
    shares = [share for one in readings for share in one.shares.values()]
    twice = [one for one in found if one.source == "ministry"]
    return count([*found, *twice], shares, "readings", "count_of_readings", str(year))


def footing_table(readings: list[Reading], year: int, mauritania: str) -> pd.DataFrame:
    """Set the shares of all readings side by side; `shown` are those the edition's text gives.

    Columns: year, source (ministry or frontex), mauritania, moroccans (out, in, or empty for the ministry), region,
    share, share_low, share_high (percent), shown.
    """
    rows = []
    for one in readings:
        shown = one.source == "ministry" or (one.mauritania, one.moroccans) == (mauritania, "out")
        for region, share in one.shares.items():
            name = "elsewhere" if region == "other" else region
            ends = (share.known, *share.bounds)
            rows.append([year, one.source, one.mauritania, one.moroccans, name, *map(float, ends), shown])
    names = ["year", "source", "mauritania", "moroccans", "region", "share", "share_low", "share_high", "shown"]
    return pd.DataFrame(rows, columns=names)


def spanish_arrivals(year: int) -> dict[str, Number]:
    """Return Spain's irregular arrivals by the indicators of its table (see SPAIN); `total` is the first balance.

    >>> spanish_arrivals(2024)["total"]
    63,970 arrivals
    """
    table = with_periods(read_table("spain_arrivals"))
    rows = table[(table["year"] == year) & (table["period"] == FULL_YEAR)].set_index("indicator")
    found = {}
    for name in SPAIN:
        row = rows.loc[name] if name in rows.index else None
        count = None if row is None else int(row["persons"])
        source = {} if row is None else row_source(row) | {"title": "Ministerio del Interior (Spain)"}
        found[name] = published(f"spain_{name}", count, "arrivals", str(year), source)
    return found


def quoted(year: int) -> dict[str, Number]:
    """Return single figures that the press quotes from other producers for a year's time, by what the table calls them.

    Those of 24 June 2022 at Melilla are mentioned in later years too. What was not found is not known.
    """
    table = read_table("quoted_figures")
    units = table.drop_duplicates("indicator").set_index("indicator")["unit"].sort_index()
    found = {name: published(name, None, unit, str(year), {}) for name, unit in units.items()}
    first, last = (table[name].str[:4].astype(int) for name in ("period_start", "period_end"))
    of_year = (first <= year) & ((last >= year) | table["indicator"].str.startswith("melilla_"))
    for _, row in table[of_year].drop_duplicates("indicator", keep="last").iterrows():
        name, period = row["indicator"], period_of(row["period_start"], row["period_end"])
        period = str(year) if period == FULL_YEAR else period
        source = row_source(row) | {"place": {"basis": row["status"]} if row["status"] != "final" else {}}
        found[name] = published(name, int(row["value"]), units[name], period, source, row["qualifier"])
    return found


def iom_report(year: int) -> dict[str, Number]:
    """Return what IOM's report on Morocco prints for a year: networks_dismantled and rescued_at_sea."""
    table = read_table("printed_by")
    rows = table[(table["source_key"] == IOM_REPORT) & (table["year"] == year)].set_index("indicator")
    found = {}
    for name, unit in (("networks_dismantled", "networks"), ("rescued_at_sea", "persons")):
        row = rows.loc[name] if name in rows.index else None
        given = (None, {}) if row is None else (int(row["value"]), row_source(row))
        qualifier = "exact" if row is None else row["qualifier"]
        found[name] = published("iom_report", given[0], unit, str(year), given[1], qualifier)
    return found


def departures(year: int) -> dict[str, Number]:
    """Return how many of those who reached Spain by sea had left from each country (ISO 3166), and `total`."""
    table = read_table("departures")
    rows = table[table["year"] == year].set_index("country")
    found = {}
    for country in DEPARTURES:
        row = rows.loc[country] if country in rows.index else None
        given = (None, {}, "exact") if row is None else (int(row["persons"]), row_source(row), row["qualifier"])
        found[country] = published("departures", given[0], "arrivals", str(year), *given[1:])
    return found


def deaths_by_iom(year: int) -> dict[str, Number]:
    """Return the dead and missing IOM recorded by route: lower bounds, since many deaths leave no record."""
    table = read_table(IOM)
    months = table[table["month"].str.startswith(f"{year}-")]
    if months.empty:
        return {code: quoted(year)[f"{IOM}_{code}"] for code in IOM_ROUTES}  # what the press has of them
    counts = {code: months.loc[months["route"] == route, "dead_and_missing"] for code, route in IOM_ROUTES.items()}
    return {code: total(rows, "persons", str(year), source_of(IOM), "at_least") for code, rows in counts.items()}


def deaths_by_caminando(year: int) -> Number:
    """Return the dead and missing as the NGO Caminando Fronteras prints them, for a period and routes of its own."""
    table = read_table("caminando_fronteras")
    rows = table[table["period"].str.startswith(str(year)) & (table["route"] == "total")]
    if rows.empty:
        return published("caminando_deaths", None, "persons", str(year), {})
    row = rows.iloc[-1]
    source = {"title": "Caminando Fronteras", "url": row["source_url"], "key": "", "place": {}}
    return published("caminando_deaths", int(row["dead_and_missing"]), "persons", row["period"], source)


def returns_by_iom(year: int) -> Number:
    """Return the voluntary returns from Morocco that IOM assisted in a year."""
    table = read_table("iom_returns")
    rows = table[(table["year"] == year) & (table["origin"] == "total")]
    if rows.empty:
        return published("iom_assisted_returns", None, "returns", str(year), {})
    row = rows.iloc[0]
    counted = {"unit": "returns", "period": str(year), "qualifier": row["qualifier"]}
    return published("iom_assisted_returns", int(row["persons"]), source=row_source(row), **counted)
