"""Beside independent sources: Frontex's detections, Spain's arrivals, the dead and missing.

Units differ and are never mixed: the ministry counts attempts, Frontex detections, Spain and IOM persons. Frontex's
figures for these routes are Spain's reports, so they are no second witness to Spain's own series.
"""

import pandas as pd

from bilan.analysis.arithmetic import exact, quotient
from bilan.analysis.origins import REGIONS, breakdown
from bilan.analysis.values import Value, published, worked_out
from bilan.data.ledgers import row_source
from bilan.data.tables import source_of

FRONTEX, IOM = "frontex_detections", "iom_deaths"  # tables of data/ that give one source for all their rows
NOT_IDENTIFIED = "Sub-Saharan Africa, country not identified"
# Above this part of detections without a country, shares by origin would be shares of what happened to be identified.
MOST_NOT_IDENTIFIED = 10  # percent
BLOCKS = {
    "Western Africa excluding Mauritania": "west_africa",
    "Algeria": "maghreb",
    "Tunisia and Libya": "maghreb",
    "Middle Africa": "central_east_africa",
    "Eastern Africa": "central_east_africa",
}
ROUTES = {"Western African Route": "western_african", "Western Mediterranean Route": "western_mediterranean"}


def _source(id: str, value: int, unit: str, period: str, table: str, qualifier: str = "exact") -> Value:
    """Return a figure summed from a table that gives one source for all its rows."""
    high = value if qualifier == "exact" else None
    return Value(id, value, unit, value, high, qualifier, "recomputed", period, [source_of(table)], "sum_of_rows")


def not_identified_share(detections: pd.DataFrame, year: int) -> float:
    """Return the percent of a year's detections on both routes whose nationality is only "Sub-Saharan"."""
    rows = detections[detections["year"] == year]
    unknown = rows.loc[rows["origin_block"] == NOT_IDENTIFIED, "detections"].sum()
    return float(exact(int(unknown)) / exact(int(rows["detections"].sum())) * 100)


def frontex_totals(detections: pd.DataFrame, year: int) -> list[Value]:
    """Return frontex_detections and frontex_detections_<route> (detections) of a year, or nothing."""
    rows = detections[detections["year"] == year]
    if rows.empty:
        return []
    by_route = rows.groupby("route")["detections"].sum()
    values = [
        _source(f"frontex_detections_{code}", int(by_route.get(route, 0)), "detections", str(year), FRONTEX)
        for route, code in ROUTES.items()
    ]
    return [_source("frontex_detections", int(rows["detections"].sum()), "detections", str(year), FRONTEX), *values]


def frontex_shares(
    detections: pd.DataFrame, year: int, mauritania: str = "western_africa", moroccans: bool = False
) -> list[Value]:
    """Return frontex_share_<region> and frontex_share_other: percent of a year's detections on both routes.

    Moroccans are left out unless `moroccans`, as one reading of the ministry's base leaves them out; Mauritania is
    counted where the parameter says. Empty where more than 10 % of detections have no country (2019 to 2022).
    """
    rows = detections[detections["year"] == year]
    if rows.empty or not_identified_share(detections, year) > MOST_NOT_IDENTIFIED:
        return []
    regions = BLOCKS | {"Mauritania": {"western_africa": "west_africa", "maghreb": "maghreb"}[mauritania]}
    if moroccans:
        regions |= {"Morocco": "maghreb"}
    else:
        rows = rows[rows["origin_block"] != "Morocco"]
    counts = rows["detections"].groupby(rows["origin_block"].map(regions).fillna("other")).sum()
    total = int(counts.sum())
    base = _source("frontex_detections", total, "detections", str(year), FRONTEX)
    everyone = "all_detections" if moroccans else "detections_without_moroccans"
    return [
        worked_out(
            f"frontex_share_{region}",
            exact(int(counts.get(region, 0))) / total * 100,
            "percent",
            [base],
            f"detections_of_region / {everyone} × 100",
        )
        for region in (*REGIONS, "other")
    ]


def one_footing(ledger: pd.DataFrame, detections: pd.DataFrame, year: int) -> pd.DataFrame:
    """Set the ministry's origin shares beside Frontex's, Moroccans left out and in, both places of Mauritania.

    Returns rows of year, source (ministry or frontex), mauritania, moroccans (out, in, or empty for the ministry),
    region, share, share_low, share_high (percent). What is missing of either source is left out.
    """
    rows = []
    shares, _ = breakdown(ledger)
    for row in shares.itertuples():
        rows.append([year, "ministry", "", "", row.region, row.share, row.share_low, row.share_high])
    for mauritania in ("western_africa", "maghreb"):
        for moroccans in (False, True):
            for value in frontex_shares(detections, year, mauritania, moroccans):
                region = value.id.removeprefix("frontex_share_").replace("other", "elsewhere")
                share = float(value.value)
                rows.append([year, "frontex", mauritania, "in" if moroccans else "out", region, share, share, share])
    names = ["year", "source", "mauritania", "moroccans", "region", "share", "share_low", "share_high"]
    return pd.DataFrame(rows, columns=names)


def count_readings(footing: pd.DataFrame) -> list[Value]:
    """Count in how many readings West Africa leads: readings and readings_west_africa_first (counts).

    A reading is a source with each choice that changes its shares or what they are shares of: for the ministry the two
    bases, for Frontex the place of Mauritania and Moroccans in or out. West Africa leads where its low bound is above
    every other high bound, the part not stated included.
    """
    total, leads = 0, 0
    for (source, *_), rows in footing.groupby(["source", "mauritania", "moroccans"]):
        others = rows[rows["region"] != "west_africa"]
        low = rows.loc[rows["region"] == "west_africa", "share_low"].item()
        times = 2 if source == "ministry" else 1  # both bases are in print, with the same shares
        total += times
        leads += times * bool(low > others["share_high"].max())
    if not total:
        return []
    sources = [source_of(FRONTEX)] if "frontex" in set(footing["source"]) else []
    made = {"unit": "count", "qualifier": "exact", "status": "derived", "period": str(footing["year"].iloc[0])}
    formula = "count_of_readings"
    return [
        Value(id=id, value=count, low=count, high=count, sources=sources, formula=formula, **made)
        for id, count in (("readings", total), ("readings_west_africa_first", leads))
    ]


def central_east_times(ledger: pd.DataFrame, values: dict[str, Value]) -> list[Value]:
    """Return central_east_times: the ministry's share from Central and East Africa over Frontex's, with its bounds.

    `values` holds Frontex's shares by id. Empty where either share is missing.
    """
    name = "share_central_east_africa"
    if name not in ledger.index or f"frontex_{name}" not in values or not values[f"frontex_{name}"].value:
        return []
    ours, theirs = published(ledger.loc[name]), values[f"frontex_{name}"]
    times = quotient(ours.spread, theirs.spread)
    formula = "share_central_east_africa / frontex_share_central_east_africa"
    return [worked_out("central_east_times", times, "times", [ours, theirs], formula, qualifier="about")]


def spain_arrivals(table: pd.DataFrame, ledger: pd.DataFrame, year: int) -> list[Value]:
    """Return Spain's irregular arrivals (persons) and attempts_per_spain_arrival (attempts per person).

    Ids: spain_arrivals (total of the first balance where there is one), spain_arrivals_revised, spain_sea_arrivals,
    spain_land_arrivals, spain_canary_arrivals. The ratio sets the ministry's attempts beside arrivals by all routes,
    some of which do not start in Morocco.
    """
    ids = {
        "total": "spain_arrivals",
        "total_revised": "spain_arrivals_revised",
        "sea_total": "spain_sea_arrivals",
        "land_total": "spain_land_arrivals",
        "sea_canary": "spain_canary_arrivals",
    }
    rows = table[(table["year"] == year) & table["indicator"].isin(list(ids))].set_index("indicator")
    values = []
    for indicator, id in ids.items():
        if indicator in rows.index:
            row = rows.loc[indicator]
            source = row_source(row) | {"title": "Ministerio del Interior (Spain)"}
            count = int(row["persons"])
            values.append(Value(id, count, "persons", count, count, "exact", "published", str(year), [source]))
    if "total" in rows.index and "attempts_prevented" in ledger.index:
        attempts = published(ledger.loc["attempts_prevented"])
        ratio = quotient(attempts.spread, values[0].spread)
        formula = "attempts_prevented / spain_arrivals"
        inputs = [attempts, values[0]]
        values.append(worked_out("attempts_per_spain_arrival", ratio, "attempts per arrival", inputs, formula))
    return values


def deaths(iom: pd.DataFrame, ngo: pd.DataFrame, year: int) -> list[Value]:
    """Return the dead and missing on the routes to Spain (persons).

    Ids: iom_deaths_atlantic, iom_deaths_western_mediterranean and iom_deaths (IOM, both routes: lower bounds, since
    many deaths leave no record), caminando_deaths (as the NGO Caminando Fronteras prints it, for periods and routes of
    its own).
    """
    values = []
    months = iom[iom["month"].str.startswith(f"{year}-")]
    names = {"Western African Atlantic Route": "atlantic", "Western Mediterranean Route": "western_mediterranean"}
    if len(months):
        by_route = months.groupby("route")["dead_and_missing"].sum()
        for route, name in names.items():
            count = int(by_route[route])
            values.append(_source(f"iom_deaths_{name}", count, "persons", str(year), IOM, "at_least"))
        values.append(_source("iom_deaths", int(by_route.sum()), "persons", str(year), IOM, "at_least"))
    rows = ngo[ngo["period"].str.startswith(str(year)) & (ngo["route"] == "total")]
    for row in rows.itertuples():
        source = {"title": "Caminando Fronteras", "url": row.source_url, "key": "", "place": {}}
        count = int(row.dead_and_missing)
        bounds = {"low": count, "high": count, "qualifier": "exact"}
        told = {"unit": "persons", "status": "published", "period": row.period, "sources": [source]}
        values.append(Value(id="caminando_deaths", value=count, **bounds, **told))
    return values
