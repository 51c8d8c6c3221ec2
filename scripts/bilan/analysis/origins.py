"""Origins: the shares, what they are shares of, and which countries a region may hold."""

from collections.abc import Iterable, Sequence

import pandas as pd

from bilan.analysis.communique import figures_of_other_bodies
from bilan.data.ledgers import SHARES
from bilan.data.package import years
from bilan.number import Number, given, published, two_figures

REGIONS = tuple(name.removeprefix("share_") for name in SHARES)
PARTS = (*REGIONS, "not_stated")
# UN M49's intermediate regions, by the breakdown's; the Maghreb is the Arab Maghreb Union without Morocco.
M49 = {"Western Africa": "west_africa", **dict.fromkeys(("Middle Africa", "Eastern Africa"), "central_east_africa")}
POLICE_SHARE = "dgsn_foreign_share"
MAURITANIA_IN = {"western_africa": "west_africa", "maghreb": "maghreb"}


def foreigners_part(foreign_share: float | None, year: int) -> Number:
    """Return the part of the attempts (0 to 1) made by foreigners: not published, so known only where it is assumed."""
    if foreign_share is None:
        return published("foreign_share", None, "times", str(year), {})
    return given("foreign_share", foreign_share, "foreign_share_given", str(year))


def foreigners_among_arrested(edition: int) -> list[Number]:
    """Return the part of foreigners (percent) among those the police arrested, of each year with both counts.

    Those of the edition's year come last, known or not. Beside the shares are the counts they are made from, but for
    the two years whose counts the edition has anyway.
    """
    found: list[Number] = []
    for year in sorted(years(), key=lambda one: (one == edition, one)):
        counts = figures_of_other_bodies(year, edition)
        arrested, foreign = counts["dgsn_candidates_arrested"], counts["dgsn_foreigners"]
        share = (foreign / arrested * 100).kept(f"{POLICE_SHARE}{'' if year == edition else f'_{year}'}", POLICE_SHARE)
        found += [] if year in (edition, edition - 1) or not share else [arrested, foreign]
        found += [share] if share or year == edition else []
    return found


def extremes(numbers: Iterable[Number], name: str) -> tuple[Number, Number]:
    """Return the lowest and the highest of those known numbers that are called so."""
    ranked = sorted((one for one in numbers if one and one.name == name), key=lambda one: one.known)
    return ranked[0], ranked[-1]


def shares_of(figures: dict[str, Number]) -> dict[str, Number]:
    """Return a year's origin shares by region, the part not stated last."""
    shares = {region: figures[name].within(0, 100) for region, name in zip(REGIONS, SHARES, strict=True)}
    west_africa, maghreb, central_east_africa = shares.values()
    return shares | {"not_stated": (100 - (west_africa + maghreb + central_east_africa)).within(0, 100)}


def origins_table(
    shares: Sequence[Number], persons: Sequence[Number], base: str, elsewise: Sequence[Number] = ()
) -> pd.DataFrame:
    """Return shares and persons of each of `PARTS` as charts take them; without rows where not all shares are known.

    `elsewise` are the people from West Africa that the foreigners' reading of the base would give. Columns: year,
    region, share, share_low, share_high (percent), persons, persons_low, persons_high (missing where not derived),
    elsewise_low, elsewise_high (persons, of West Africa alone), elsewise_low_as, elsewise_high_as (the assumption on
    foreigners' part of the attempts), base.
    """
    others = sorted((float(two_figures(one.known)), one.assumptions[-1]) for one in elsewise if one)
    spread = {PARTS[0]: [*zip(others[0], others[-1], strict=True)]} if others else {}
    rows = []
    for region, share, people in zip(PARTS, shares, persons, strict=True) if all(shares) else ():
        ends = [float("nan") if end is None else float(end) for end in _ends(people)]
        others_of, assumed = spread.get(region, ((float("nan"),) * 2, (None,) * 2))
        rows.append(
            [int(share.period), region, *map(float, _ends(share.within(0, 100))), *ends, *others_of, *assumed, base]
        )
    columns = ["year", "region", "share", "share_low", "share_high", "persons", "persons_low", "persons_high"]
    columns += ["elsewise_low", "elsewise_high", "elsewise_low_as", "elsewise_high_as", "base"]
    return pd.DataFrame(rows, columns=columns)


def _ends(number: Number) -> tuple:
    return number.value, number.low, number.high


def region_of(country: pd.Series, mauritania: str = "western_africa") -> str | None:
    """Return the region of a breakdown a country falls in, or None.

    Maghreb: members of the Arab Maghreb Union but Morocco itself and, unless `mauritania` says so, Mauritania. The
    other regions are UN M49's intermediate regions. The communiqué defines none of them: this is a reading.
    """
    if country["iso3"] == "MRT":
        return MAURITANIA_IN[mauritania]
    if country["iso3"] == "MAR":
        return None
    return "maghreb" if country["arab_maghreb_union"] else M49.get(country["intermediate_region"])


def regions_table(countries: pd.DataFrame, mauritania: str) -> pd.DataFrame:
    """Return which countries each region holds in this reading: columns region, count, names."""
    regions = countries.apply(region_of, axis=1, mauritania=mauritania)
    names_of = {region: sorted(countries.loc[regions == region, "name"]) for region in REGIONS}
    rows = [[region, len(names), ", ".join(names)] for region, names in names_of.items()]
    return pd.DataFrame(rows, columns=["region", "count", "names"])
