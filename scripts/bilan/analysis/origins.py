"""Origins: the published shares turned into persons, the part not stated, and what each region may mean."""

import pandas as pd

from bilan.analysis.arithmetic import Range, exact, not_stated, persons_from_share, quotient
from bilan.analysis.values import Value, plain, published, worked_out
from bilan.data.ledgers import SHARES
from bilan.errors import InputError

REGIONS = tuple(name.removeprefix("share_") for name in SHARES)


def breakdown(
    ledger: pd.DataFrame, share_base: str = "intercepted", foreign_share: float | None = None
) -> tuple[pd.DataFrame, list[Value]]:
    """Break the year's attempts prevented down by origin, the part not stated as a region of its own.

    With `share_base` intercepted a share is one of all attempts prevented. With foreign it is one of the attempts by
    foreigners, a number not published for the year: persons are derived only where `foreign_share` (above 0, at most
    1) says what part of the attempts those were. Each attempt is counted as one person.

    Returns the frame (year, region, share, share_low, share_high in percent, persons, persons_low, persons_high,
    base; persons missing where none are derived, and their bounds where the attempts have none) and the values
    share_stated, share_not_stated and origin_<region>_persons. Both are empty where no shares were published. A share
    that is "about" so much may be anything, one of "more than" so much anything above. Raises InputError where the
    shares exceed 100 percent by more than rounding can explain.
    """
    columns = ["year", "region", "share", "share_low", "share_high", "persons", "persons_low", "persons_high", "base"]
    if not set(SHARES) <= set(ledger.index):
        return pd.DataFrame(columns=columns), []
    shares = [published(ledger.loc[name]) for name in SHARES]
    printed = [_bounded(share.spread) for share in shares]
    try:
        rest = not_stated(printed)
    except ValueError as error:
        raise InputError(f"data/communiques/{shares[0].period}.csv: expected shares of 100 %, found {error}") from None
    stated = Range(100 - rest.value, 100 - rest.high, 100 - rest.low)
    sum_formula = " + ".join(SHARES)
    values = [
        worked_out("share_stated", stated, "percent", shares, sum_formula, qualifier="about"),
        worked_out("share_not_stated", rest, "percent", shares, f"100 − ({sum_formula})", qualifier="about"),
    ]
    total = published(ledger.loc["attempts_prevented"]) if "attempts_prevented" in ledger.index else None
    part = {"intercepted": 1, "foreign": foreign_share}[share_base]
    rows = []
    for region, share, spread in zip((*REGIONS, "not_stated"), (*shares, values[1]), (*printed, rest), strict=True):
        persons = None
        if total is not None and part is not None:
            persons = persons_from_share(spread, total.spread, part)
            formula = f"{share.id} / 100 × attempts_prevented" + (f" × {part:g} (foreign_share)" if part != 1 else "")
            made = worked_out(
                f"origin_{region}_persons", persons, "persons", [share, total], formula, qualifier="about"
            )
            values.append(made)
        bounds = (persons.value, persons.low, persons.high) if persons else (None,) * 3
        numbers = [float("nan") if number is None else float(plain(exact(number))) for number in bounds]
        rows.append(
            [int(share.period), region, *map(float, (spread.value, spread.low, spread.high)), *numbers, share_base]
        )
    return pd.DataFrame(rows, columns=columns), values


def _bounded(share: Range) -> Range:
    low, high = 0 if share.low is None else share.low, 100 if share.high is None else share.high
    return Range(share.value, exact(low), exact(high))


def third_country_share(ledger: pd.DataFrame) -> list[Value]:
    """Return what the ministry counted by nationality in a year that has it, or nothing.

    Ids carry the year: attempts_prevented_<year>, third_country_attempts_<year> (counts) and
    third_country_share_<year> (percent).
    """
    names = ["attempts_third_country_nationals", "attempts_prevented"]
    if not set(names) <= set(ledger.index):
        return []
    year = int(ledger["year"].iloc[0])
    foreign, total = (
        published(ledger.loc[name], f"{id}_{year}")
        for name, id in zip(names, ("third_country_attempts", "attempts_prevented"), strict=True)
    )
    share = quotient(foreign.spread, total.spread).scaled(100)
    formula = f"{foreign.id} / {total.id} × 100"
    return [foreign, total, worked_out(f"third_country_share_{year}", share, "percent", [foreign, total], formula)]


def region_of(country: pd.Series, mauritania: str = "western_africa") -> str | None:
    """Return the region of a breakdown a country falls in, or None.

    Maghreb: members of the Arab Maghreb Union but Morocco itself and, unless `mauritania` says so, Mauritania. The
    other regions are UN M49's intermediate regions. The communiqué defines none of them: this is a reading.
    """
    if country["iso3"] == "MRT":
        return {"western_africa": "west_africa", "maghreb": "maghreb"}[mauritania]
    if country["iso3"] == "MAR":
        return None
    if country["arab_maghreb_union"]:
        return "maghreb"
    regions = {
        "Western Africa": "west_africa",
        "Middle Africa": "central_east_africa",
        "Eastern Africa": "central_east_africa",
    }
    return regions.get(country["intermediate_region"])


def regions_table(countries: pd.DataFrame, mauritania: str) -> pd.DataFrame:
    """Return which countries each region holds in this reading: columns region, count, names."""
    regions = countries.apply(region_of, axis=1, mauritania=mauritania)
    rows = []
    for region in REGIONS:
        names = sorted(countries.loc[regions == region, "name"])
        rows.append({"region": region, "count": len(names), "names": ", ".join(names)})
    return pd.DataFrame(rows)
