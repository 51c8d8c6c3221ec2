"""Figures as published: reading them again from print, and setting a year beside the year before."""

from collections.abc import Iterable

import pandas as pd

from bilan.analysis.arithmetic import change_pct, exact, how_shortened, quotient
from bilan.analysis.values import Value, plain, published, worked_out
from bilan.data.ledgers import FULL_YEAR, INDICATORS, PUBLISHED_RATES, with_periods
from bilan.data.printed import parse_number


def reproduce(ledger: pd.DataFrame) -> pd.DataFrame:
    """Read every figure again from the number as printed and compare it with the ledger's value.

    `ledger` is a year's (indexed by indicator) or its partial periods. Returns one row a figure: indicator,
    as_printed, reproduced (count or percent), value (the ledger's), agrees ("yes", or what went wrong). Growth rates
    are compared without their sign, which the source puts in words.
    """
    rows = []
    for indicator, row in (ledger if ledger.index.name == "indicator" else ledger.set_index("indicator")).iterrows():
        try:
            number, _ = parse_number(row["as_printed"], row["number_format"])
        except ValueError as error:
            number, agrees = None, str(error)
        else:
            value = exact(row["value"])
            same = exact(number) == (abs(value) if indicator in PUBLISHED_RATES else value)
            agrees = "yes" if same else f"no: printed {number}, ledger {row['value']:g}"
        rows.append(
            {
                "indicator": indicator,
                "as_printed": row["as_printed"],
                "reproduced": None if number is None else float(number),
                "value": row["value"],
                "agrees": agrees,
            }
        )
    return pd.DataFrame(rows, columns=["indicator", "as_printed", "reproduced", "value", "agrees"])


def published_values(
    ledger: pd.DataFrame, previous: pd.DataFrame, indicators: Iterable[str] | None = None
) -> list[Value]:
    """Return the ledger's figures as values: indicators under their names, the year before's as <name>_previous.

    Published growth rates get the id <indicator>_change_pct_published. `indicators` keeps only those named and their
    rates; by default all are returned.
    """
    values = []
    for table, suffix in ((ledger, ""), (previous, "_previous")):
        for name, row in table.iterrows():
            about = PUBLISHED_RATES.get(name)
            if (about and suffix) or (indicators is not None and (about or name) not in indicators):
                continue
            if not suffix or name in INDICATORS:
                values.append(published(row, f"{about}_change_pct_published" if about else f"{name}{suffix}"))
    return values


def compare_years(ledger: pd.DataFrame, previous: pd.DataFrame, indicators: Iterable[str]) -> pd.DataFrame:
    """Set indicators of a year beside the year before, the earlier year first.

    Returns one row an indicator and year: indicator, year, value (count), qualifier, change_pct (percent, recomputed;
    missing where a year was not published, is only a lower bound, since a ratio of lower bounds is bounded on
    neither side, or follows a year of 0). An indicator not published for the year itself is left out.
    """
    rows = []
    for name in indicators:
        if name not in ledger.index:
            continue
        both = [table.loc[name] for table in (previous, ledger) if name in table.index]
        comparable = len(both) == 2 and "at_least" not in {row["qualifier"] for row in both} and both[0]["value"] > 0
        for position, row in enumerate(both):
            change = change_pct(row["value"], both[0]["value"]) if comparable and position == 1 else None
            rows.append(
                {
                    "indicator": name,
                    "year": int(row["year"]),
                    "value": row["value"],
                    "qualifier": row["qualifier"],
                    "change_pct": float("nan") if change is None else float(change),
                }
            )
    return pd.DataFrame(rows, columns=["indicator", "year", "value", "qualifier", "change_pct"])


def change_values(ledger: pd.DataFrame, previous: pd.DataFrame, indicators: Iterable[str]) -> list[Value]:
    """Return <indicator>_change_pct (percent of the year before, unrounded) for each indicator that has one."""
    values = []
    for name in indicators:
        rows = compare_years(ledger, previous, [name])
        if rows["change_pct"].isna().all():
            continue
        now, before = published(ledger.loc[name]), published(previous.loc[name], f"{name}_previous")
        change = change_pct(ledger.loc[name, "value"], previous.loc[name, "value"])
        formula = f"({name} / {name}_previous − 1) × 100"
        values.append(worked_out(f"{name}_change_pct", change, "percent", [now, before], formula, "recomputed"))
    return values


def published_rates(ledger: pd.DataFrame, previous: pd.DataFrame) -> pd.DataFrame:
    """Set each growth rate as published beside the recomputed one.

    Returns indicator, published_rate (percent), recomputed_rate (percent, unrounded; missing where the year before
    was not published), shortened (how the published rate follows from the recomputed one).
    """
    words = {
        "both": "rounded (cutting off gives the same)",
        "rounded": "rounded",
        "truncated": "cut off, not rounded",
        "neither": "does not follow from the two figures",
    }
    rows = []
    for rate in ledger.index.intersection(list(PUBLISHED_RATES)):
        name = PUBLISHED_RATES[rate]
        change = change_values(ledger, previous, [name])
        recomputed = change[0].value if change else None
        printed = plain(exact(ledger.loc[rate, "value"]))
        how = words[how_shortened(printed, recomputed)] if change else "cannot be checked"
        rows.append({"indicator": name, "published_rate": printed, "recomputed_rate": recomputed, "shortened": how})
    return pd.DataFrame(rows, columns=["indicator", "published_rate", "recomputed_rate", "shortened"])


def participants_per_assault(ledger: pd.DataFrame, suffix: str = "") -> list[Value]:
    """Return the mean number of participants an assault: a lower bound where the ministry prints "more than".

    Empty where one of the two figures was not published, or no assault. `suffix` is "_previous" for the year before.
    """
    return _ratio(ledger, "assault_participants", "assaults", "participants_per_assault", "persons per assault", suffix)


def attempts_per_network(ledger: pd.DataFrame, suffix: str = "") -> list[Value]:
    """Return attempts prevented per network dismantled; empty where one of the two was not published, or no network.

    It sets two counts of the ministry side by side and says nothing of how many people a network moved.
    """
    names = ("attempts_prevented", "networks_dismantled")
    return _ratio(ledger, *names, "attempts_per_network", "attempts per network", suffix)


def _ratio(ledger: pd.DataFrame, number: str, divisor: str, id: str, unit: str, suffix: str) -> list[Value]:
    if not {number, divisor} <= set(ledger.index) or ledger.loc[divisor, "value"] == 0:
        return []
    inputs = [published(ledger.loc[name], name + suffix) for name in (number, divisor)]
    ratio = quotient(*(one.spread for one in inputs))
    return [worked_out(id + suffix, ratio, unit, inputs, f"{number} / {divisor}")]


def with_ratios(years: pd.DataFrame, ratios: Iterable[Value]) -> pd.DataFrame:
    """Return the frame of `compare_years` with ratios added below, the earlier year first.

    The qualifier of a ratio made from "more than" is `bound`: at least so much.
    """
    rows = [
        {
            "indicator": value.id.removesuffix("_previous"),
            "year": int(value.period),
            "value": float(value.value),
            "qualifier": "bound" if value.qualifier == "at_least" else value.qualifier,
            "change_pct": float("nan"),
        }
        for value in ratios
    ]
    added = pd.DataFrame(sorted(rows, key=lambda row: row["year"]), columns=years.columns)
    return pd.concat([years, added], ignore_index=True) if rows else years


def other_bodies(table: pd.DataFrame, year: int) -> tuple[pd.DataFrame, list[Value]]:
    """Return what the army and the police published for the full year and the year before: other measures.

    The frame has indicator, period, value (count), qualifier, body, note; the values are far_interceptions and
    dgsn_candidates_arrested, with _previous for the year before.
    """
    wanted = table["indicator"].isin(["far_interceptions", "dgsn_candidates_arrested"])
    table = with_periods(table)
    rows = table[wanted & table["year"].isin([year, year - 1]) & (table["period"] == FULL_YEAR)].drop(columns="period")
    values = [
        published(row, row["indicator"] + ("" if row["year"] == year else "_previous")) for _, row in rows.iterrows()
    ]
    shown = rows.rename(columns={"year": "period"})[["indicator", "period", "value", "qualifier", "body", "note"]]
    return shown, values


def iom_returns(table: pd.DataFrame, ledger: pd.DataFrame, year: int) -> list[Value]:
    """Return iom_assisted_returns (persons) and its share of the ministry's voluntary returns (percent), if any."""
    rows = table[(table["year"] == year) & (table["origin"] == "total")]
    if rows.empty:
        return []
    row = rows.iloc[0].rename({"persons": "value"})
    iom = published(row, "iom_assisted_returns")
    if "voluntary_returns" not in ledger.index or ledger.loc["voluntary_returns", "value"] == 0:
        return [iom]
    ministry = published(ledger.loc["voluntary_returns"])
    share = quotient(iom.spread, ministry.spread).scaled(100)
    formula = "iom_assisted_returns / voluntary_returns × 100"
    return [iom, worked_out("iom_share_of_returns", share, "percent", [iom, ministry], formula)]
