"""The years side by side: full years as a series, parts of years kept apart, growth as published and recomputed."""

from collections.abc import Callable, Iterable

import pandas as pd

from bilan.analysis.communique import figures, published_rates
from bilan.data.ledgers import INDICATORS, load_communique, load_partial
from bilan.data.package import years
from bilan.number import Number, count, published

# What a year is ranked by; and what the ministry counted by nationality, which a reading of the shares leans on.
COUNTED = ("attempts_prevented", "networks_dismantled", "assaults", "rescued_at_sea", "voluntary_returns")
RANKED = (*COUNTED, "assault_participants", "attempts_third_country_nationals")


def full_years(indicator: str, edition: int) -> list[Number]:
    """Return an indicator's figures for full years, earliest first; a year without one is not in the list."""
    return [found for year in years() if (found := figures(year, edition)[indicator])]


def all_figures(indicators: Iterable[str] = tuple(INDICATORS)) -> pd.DataFrame:
    """Return every year's figure of each indicator: a full year's, or else the longest part's.

    Columns indicator, year, value, unit (count or percent), qualifier, period (see `data.ledgers.period_of`). A
    year without either has no row: a gap stays a gap.
    """
    full = [load_communique(year).reset_index() for year in years()]
    parts = [load_partial(year).drop_duplicates("indicator", keep="last") for year in years()]
    names = ["indicator", "year", "value", "unit", "qualifier", "period"]
    table = pd.concat([one[names] for one in (*full, *parts)]).drop_duplicates(["indicator", "year"])
    table = table[table["indicator"].isin(list(indicators))]
    order = table["indicator"].map({name: place for place, name in enumerate(indicators)})
    return table.assign(order=order).sort_values(["order", "year"]).drop(columns="order").reset_index(drop=True)


def all_published_rates() -> pd.DataFrame:
    """Return each growth rate in print beside the recomputed one, for all years: see `communique.published_rates`."""
    tables = [published_rates(year).assign(year=year) for year in years()]
    table = pd.concat([one for one in tables if len(one)], ignore_index=True)
    return table[["year", "indicator", "published_rate", "recomputed_rate", "shortened"]]


def other_years(edition: int) -> list[Number]:
    """Return the figures that years are ranked by, of all full years but the edition's and the one before."""
    others = [year for year in years() if year not in (edition, edition - 1)]
    return [found[name] for year in others if (found := figures(year, edition)) for name in RANKED if found[name]]


def how_many(series: list[Number], edition: int) -> Number:
    """Return how many full years have a figure; not known where the edition's year has none."""
    return _counted(series, series, edition, "all_full_years")


def how_many_above(series: list[Number], edition: int) -> Number:
    """Return how many of the full years had more than the edition's, by the figures as printed."""
    own = _own(series, edition)
    return _counted(_above(series, own) if own else [], series, edition, "years_with_more")


def peak(series: list[Number], edition: int) -> Number:
    """Return the highest of the years that had more than the edition's; not known where none had."""
    own = _own(series, edition)
    above = _above(series, own) if own else []
    return max(above, key=lambda one: one.known) if above else _unranked(series, edition)


def last_above(series: list[Number], edition: int) -> Number:
    """Return the last year before the edition's that had more; not known where none had, or its own has no figure."""
    return _last(series, edition, lambda one, own: one.known > own.known)


def last_below(series: list[Number], edition: int) -> Number:
    """Return the last year before the edition's that had fewer; not known where none had, or its own has no figure."""
    return _last(series, edition, lambda one, own: one.known < own.known)


def _last(series: list[Number], edition: int, fits: Callable[[Number, Number], bool]) -> Number:
    own = _own(series, edition)
    earlier = [one for one in series if own and int(one.period) < edition and fits(one, own)]
    return earlier[-1] if earlier else _unranked(series, edition)


def _counted(found: list[Number], series: list[Number], edition: int, how: str) -> Number:
    known = _own(series, edition)
    return count(found, series, "years", how, str(edition)) if known else _unranked(series, edition)


def _own(series: list[Number], edition: int) -> Number | None:
    return next((one for one in series if one.period == str(edition)), None)


def _above(series: list[Number], own: Number) -> list[Number]:
    return [one for one in series if one.known > own.known]


def _unranked(series: list[Number], edition: int) -> Number:
    """Return what stands for a place among the years that the edition's year does not have."""
    name = series[0].name if series else ""
    return published(name, None, "years", str(edition), {})
