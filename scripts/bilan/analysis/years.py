"""The years side by side: full years as a series, parts of years kept apart, growth as published and recomputed."""

from collections.abc import Iterable

import pandas as pd

from bilan.analysis.communique import published_rates
from bilan.analysis.values import Value, published, worked_out
from bilan.data.ledgers import INDICATORS, load_communique, load_partial, load_previous, years


def latest_parts(year: int) -> pd.DataFrame:
    """Return, for indicators without a full-year figure, what was published for the longest part of the year.

    Columns as in the ledger; the ledgers list the parts of a year in order, so the last one is the longest.
    """
    parts = load_partial(year).drop_duplicates("indicator", keep="last")
    return parts[~parts["indicator"].isin(load_communique(year).index)]


def partial_values(year: int) -> list[Value]:
    """Return the figures of `latest_parts` as values <indicator>_partial; their period says which part."""
    return [
        published(row.drop("year").rename(row["indicator"]), f"{row['indicator']}_partial", row["period"])
        for _, row in latest_parts(year).iterrows()
    ]


def all_years(indicators: Iterable[str] = tuple(INDICATORS)) -> pd.DataFrame:
    """Return every year's figure of each indicator: a full year's, or else the longest part's.

    Columns indicator, year, value, unit (count or percent), qualifier, period (see `data.ledgers.period_of`). A
    year without either has no row: a gap stays a gap.
    """
    rows = []
    for year in years():
        full = load_communique(year).reset_index()
        rows.append(
            pd.concat([full, latest_parts(year)])[["indicator", "year", "value", "unit", "qualifier", "period"]]
        )
    table = pd.concat(rows)
    table = table[table["indicator"].isin(list(indicators))]
    order = table["indicator"].map({name: place for place, name in enumerate(indicators)})
    return table.assign(order=order).sort_values(["order", "year"]).drop(columns="order").reset_index(drop=True)


def all_published_rates() -> pd.DataFrame:
    """Return each growth rate in print beside the recomputed one, for all years: see `figures.published_rates`."""
    tables = [published_rates(load_communique(year), load_previous(year)).assign(year=year) for year in years()]
    table = pd.concat([one for one in tables if len(one)], ignore_index=True)
    return table[["year", "indicator", "published_rate", "recomputed_rate", "shortened"]]


def standing(year: int, indicator: str) -> list[Value]:
    """Return how a full year stands among the full years found: counts, by the figures as printed.

    Ids: <indicator>_full_years (how many have a figure), <indicator>_years_above (how many of them had more) and, where
    another year had most, <indicator>_peak (the figure of that year). Empty without a full-year figure.
    """
    ledgers = {one: load_communique(one) for one in years()}
    figures = {one: published(table.loc[indicator]) for one, table in ledgers.items() if indicator in table.index}
    if year not in figures:
        return []
    own = figures.pop(year)
    inputs = [own, *figures.values()]
    above = [value for value in figures.values() if value.value > own.value]
    formula = f"{indicator}, all_full_years"
    found = worked_out(f"{indicator}_full_years", len(inputs), "count", inputs, formula, qualifier="exact")
    more = worked_out(f"{indicator}_years_above", len(above), "count", inputs, formula, qualifier="exact")
    if not above:
        return [found, more]
    peak = max(above, key=lambda value: value.value)
    return [found, more, published(ledgers[int(peak.period)].loc[indicator], f"{indicator}_peak")]
