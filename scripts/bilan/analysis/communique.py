"""What the ministry published: a year's figures as numbers, read again from print, beside the year before."""

from collections.abc import Collection, Iterable
from functools import lru_cache

import pandas as pd

from bilan.data.description import LEDGERS
from bilan.data.ledgers import (
    FULL_YEAR,
    INDICATORS,
    PUBLISHED_RATES,
    SHARES,
    load_communique,
    load_partial,
    period_of,
    row_source,
    with_periods,
)
from bilan.data.package import STATEMENTS, has_year, state
from bilan.data.printed import parse_number
from bilan.data.tables import NOT_RECORDED, read_table
from bilan.number import Exact, Number, as_sure, count, exact, last_place, plain, published

# What each figure counts; all others are shares and rates, in percent.
UNITS = dict.fromkeys(("assault_participants", "rescued_at_sea", "far_interceptions"), "persons")
UNITS |= dict.fromkeys(("dgsn_candidates_arrested", "dgsn_foreigners"), "persons")
UNITS |= dict.fromkeys(("attempts_prevented", "attempts_third_country_nationals"), "attempts")
UNITS |= dict.fromkeys(("voluntary_returns", "voluntary_returns_with_iom"), "returns")
UNITS |= dict.fromkeys(("networks_dismantled", "dgsn_networks"), "networks")
UNITS |= dict.fromkeys(("assaults", "assaults_melilla"), "assaults")
# Beside the nine and their growth: what a year may have, and is false where it does not.
PARTS = ("attempts_third_country_nationals", "voluntary_returns_with_iom", "assaults_melilla")
SPANISH = {"total": "spain_arrivals", "land_total": "spain_land_arrivals"}  # of Spain's arrivals → ids
# The army's, and the police's: arrested as candidates for irregular emigration, foreigners among them, networks.
OTHER_BODIES = ("far_interceptions", "dgsn_candidates_arrested", "dgsn_foreigners", "dgsn_networks")

SMALL = 20  # a count below this one takes a large percentage from a few events: no growth is given
# How a growth rate in print may follow from the two years' figures: whether rounded, whether cut off.
SHORTENED = {(True, True): "either", (True, False): "rounded", (False, True): "cut_off", (False, False): "neither"}


def figures(year: int, edition: int | None = None) -> dict[str, Number]:
    """Return the figures the ministry published for a full year, by indicator; those it did not are false.

    All nine indicators, their growth and what else the year's ledger holds are there. In the edition of another year
    their ids end with the year they are of.

    >>> figures(2024)["share_west_africa"] / 100 * figures(2024)["attempts_prevented"]
    45,637.3 attempts (45,243.875 to 46,030.725) = share_west_africa / 100 × attempts_prevented
    """
    return dict(_figures(year, edition, state(f"{LEDGERS}{year}") if has_year(year) else ""))


@lru_cache(100)
def _figures(year: int, edition: int | None, there: str) -> dict[str, Number]:
    """Return a year's figures; the same ledger is made numbers once in a process."""
    ledger = load_communique(year) if there else pd.DataFrame()
    names = dict.fromkeys([*INDICATORS, *PUBLISHED_RATES, *PARTS, *ledger.index])
    return {name: _figure(name, ledger.loc[name] if name in ledger.index else None, year, edition) for name in names}


def previous_figures(year: int) -> dict[str, Number]:
    """Return the figures of the year before an edition's, see `figures`."""
    return figures(year - 1, edition=year)


def figures_of_parts(year: int) -> dict[str, Number]:
    """Return, for indicators without a full-year figure, the one of the longest part of the year that was published.

    Their ids end with `_part`; their period says which part. The ledgers list the parts of a year in order.
    """
    full = load_communique(year).index
    parts = load_partial(year).drop_duplicates("indicator", keep="last").set_index("indicator")
    made = {}
    for name, row in parts.iterrows():
        if name not in full:
            made[name] = _figure(name, row, year).kept(f"{name}_part", name)
    unpublished = (name for name in (*INDICATORS, *PARTS) if name not in made)
    return made | {name: _figure(name, None, year).kept(f"{name}_part", name) for name in unpublished}


def every_figure(year: int) -> list[tuple[Number, pd.Series]]:
    """Return every figure of a year's ledger as a number, those of parts of the year last, each with its row."""
    rows = pd.concat([load_communique(year).reset_index(), load_partial(year)])
    return [(_figure(row["indicator"], row, year), row) for _, row in rows.iterrows()]


def same_months(parts: dict[str, Number], year: int) -> dict[str, Number]:
    """Return what was published for the same months of the year before as each figure of `figures_of_parts`.

    Their ids end with `_part_` and the year; those that were not published are false.
    """
    ledger = load_partial(year - 1 if has_year(year - 1) else year)
    made = {}
    for name, part in parts.items():
        before = part.period.replace(str(year), str(year - 1))
        rows = ledger[(ledger["indicator"] == name) & (ledger["period"] == before)]
        row = rows.iloc[-1] if len(rows) and not before.endswith("/") else None
        made[name] = _figure(name, row, year - 1).kept(f"{name}_part_{year - 1}", name)
    return made


def part_above_year(year: int, name: str) -> Number:
    """Return a figure of a part of a year that is above the whole year's, as two counts can be that do not agree."""
    full, parts = figures(year)[name], load_partial(year)
    rows = parts[(parts["indicator"] == name) & (parts["value"] > float(full.known))] if full else parts.iloc[:0]
    return _figure(name, rows.iloc[-1] if len(rows) else None, year)


def nine_months(year: int) -> dict[str, Number]:
    """Return what the ministry published for January to September: networks_dismantled and rescued_at_sea."""
    parts = load_partial(year)
    rows = parts[parts["period"] == period_of(f"{year}-01-01", f"{year}-09-30")].set_index("indicator")
    wanted = ("networks_dismantled", "rescued_at_sea")
    return {name: _figure(name, rows.loc[name] if name in rows.index else None, year) for name in wanted}


def returns_with_iom(year: int) -> tuple[Number, Number]:
    """Return the ministry's returns carried out with IOM and all its returns of the same period: the year, or a part.

    The ledgers list the parts of a year in order; the last of those that has both counts.
    """
    rows = pd.concat([load_partial(year), load_communique(year).reset_index()], ignore_index=True)
    name, whole = "voluntary_returns_with_iom", "voluntary_returns"
    for period in reversed(rows.loc[rows["indicator"] == name, "period"].tolist()):
        both = rows[rows["period"] == period].drop_duplicates("indicator", keep="last").set_index("indicator")
        if whole in both.index:
            return _figure(name, both.loc[name], year), _figure(whole, both.loc[whole], year)
    return _figure(name, None, year), _figure(whole, None, year)


def figures_of_other_bodies(year: int, edition: int | None = None) -> dict[str, Number]:
    """Return what the army and the police published for a full year, by indicator (see OTHER_BODIES)."""
    table = read_table("other_bodies")
    rows = with_periods(table[table["year"] == year])
    rows = rows[rows["period"] == FULL_YEAR].set_index("indicator")
    found = {name: rows.loc[name] if name in rows.index else None for name in OTHER_BODIES}
    return {name: _figure(name, row, year, edition) for name, row in found.items()}


def _figure(name: str, row: pd.Series | None, year: int, edition: int | None = None) -> Number:
    """Return a row of a ledger, or of a table with its columns, as a number; without one, a figure not published."""
    id = name if edition in (None, year) else f"{name}_{year}"
    unit = UNITS.get(name, "percent")
    if row is None:
        return published(id, None, unit, str(year), {}, name=name)
    period = str(year) if row["period"] == FULL_YEAR else row["period"]
    about = {"qualifier": row["qualifier"], "name": name, "bounded": name not in PUBLISHED_RATES}
    figure = published(id, plain(row["value"]), unit, period, row_source(row), **about)
    return figure.within(0, 100) if name in SHARES else figure


def definitions(year: int) -> dict[str, str]:
    """Return what counts otherwise than in other years: id of a number of the year's edition → code of its definition.

    The codes are those of the tables' field `definition`; the ids those of figures, of parts of the year (`_part`) and
    of Spain's arrivals.
    """
    full, parts = load_communique(year), load_partial(year)
    spain = with_periods(read_table("spain_arrivals"))
    spain = spain[(spain["year"] == year) & (spain["period"] == FULL_YEAR)].set_index("indicator")
    found = {f"{name}_part": code for name, code in parts.set_index("indicator")["definition"].items()}
    found |= {id: spain["definition"].get(name) for name, id in SPANISH.items()} | full["definition"].to_dict()
    return {id: code for id, code in found.items() if isinstance(code, str)}


def statements(year: int) -> set[str]:
    """Return what the ministry's text of a year says beside its figures, by the codes of the table of statements."""
    table = read_table(STATEMENTS)
    return set(table.loc[table["year"] == year, "statement"])


def not_found(figures: dict[str, Number]) -> pd.Series:
    """Return which of the nine indicators have no figure, a column `indicator`."""
    return pd.Series([name for name in INDICATORS if not figures[name]], name="indicator", dtype=str)


def table_of_other_bodies(year: int) -> pd.DataFrame:
    """Return what the army and the police published for a full year and the year before: other measures.

    Columns indicator, year, value (persons or networks), qualifier, body, note.
    """
    table = with_periods(read_table("other_bodies"))
    wanted = table["indicator"].isin(OTHER_BODIES) & table["year"].isin([year, year - 1])
    rows = table[wanted & (table["period"] == FULL_YEAR)]
    return rows[["indicator", "year", "value", "qualifier", "body", "note"]]


def growth(now: Number, before: Number, least: int = SMALL) -> Number:
    """Return the growth from `before` to `now` in percent of `before`, unrounded.

    A ratio of two lower bounds is bounded on neither side, so where either is one no growth is given; nor is it where
    one of the two is a count below `least`.

    >>> growth(figures(2024)["attempts_prevented"], previous_figures(2024)["attempts_prevented"])
    4.656575867205788 percent = (attempts_prevented / attempts_prevented_2023 − 1) × 100
    """
    rate = (now / before - 1) * 100
    uncertain = (one for one in (now, before) if one and (one.qualifier == "at_least" or one.known < least))
    bound = next(uncertain, None)
    return bound.withheld(rate) if bound else rate


def side_by_side(pairs: Iterable[tuple[Number, Number]]) -> pd.DataFrame:
    """Set each number beside that of the year before, which comes first; one that is not known is left out.

    Returns columns indicator, year, value (as the number counts), qualifier ("bound" for a lower bound that was worked
    out), change_pct (percent, recomputed from two published figures; missing where there is none).
    """
    rows = []
    for now, before in pairs:
        change = growth(now, before) if now.status == "published" else None
        for one in (before, now) if now else ():
            if one:
                bound = one.formula and one.qualifier == "at_least"
                rate = float(as_sure(change)) if change and one is now else float("nan")
                qualifier = "bound" if bound else one.qualifier
                rows.append([now.name, int(one.period), float(as_sure(one)), qualifier, rate])
    return pd.DataFrame(rows, columns=["indicator", "year", "value", "qualifier", "change_pct"])


def reproduce(ledger: pd.DataFrame) -> pd.DataFrame:
    """Read every figure again from the number as printed and compare it with the ledger's value.

    `ledger` is a year's (indexed by indicator) or its partial periods. Returns one row a figure: indicator,
    as_printed, reproduced (count or percent), value (the ledger's), agrees ("yes", or what went wrong). Growth rates
    are compared without their sign, which the source puts in words; what has no number as printed has no row.
    """
    rows = []
    for indicator, row in (ledger if ledger.index.name == "indicator" else ledger.set_index("indicator")).iterrows():
        if row["as_printed"] == NOT_RECORDED:
            continue
        try:
            number, _ = parse_number(row["as_printed"], row["number_format"])
        except ValueError as error:
            number, agrees = None, str(error)
        else:
            value = exact(row["value"])
            same = number is not None and exact(number) == (abs(value) if indicator in PUBLISHED_RATES else value)
            agrees = "yes" if same else f"no: printed {number}, ledger {row['value']:g}"
        read = None if number is None else float(number)
        rows.append([indicator, row["as_printed"], read, row["value"], agrees])
    return pd.DataFrame(rows, columns=["indicator", "as_printed", "reproduced", "value", "agrees"])


def how_many(figures: dict[str, Number], year: int, how: str, among: Collection[str] | None = None) -> Number:
    """Return how many of the figures published are among those named, or all of them; not known where none was.

    `how` is what the catalogs' [formula] calls the counting.
    """
    known = [one for one in figures.values() if one]
    if not known:
        return published(how, None, "figures", str(year), {})
    found = [one for one in known if among is None or one.name in among]
    return count(found, known, "figures", how, str(year))


def with_place(figures: dict[str, Number]) -> set[str]:
    """Return the names of those figures whose paragraph in the source is recorded."""
    return {name for name, one in figures.items() if one and one.sources[0]["place"].get("paragraph")}


def published_rates(year: int) -> pd.DataFrame:
    """Set each growth rate a year's ledger has beside the recomputed one.

    Returns indicator, published_rate (percent), recomputed_rate (percent, unrounded; missing where the year before
    was not published), shortened (how the published rate follows from the recomputed one).
    """
    now, before = figures(year), previous_figures(year)
    rows = []
    for rate, name in PUBLISHED_RATES.items():
        if printed := now[rate]:
            change = growth(now[name], before[name], least=0)
            how = how_shortened(printed.known, change.known) if change else "unchecked"
            rows.append([name, float(printed.known), float(change.known) if change else None, how])
    return pd.DataFrame(rows, columns=["indicator", "published_rate", "recomputed_rate", "shortened"])


def how_shortened(printed: Exact, full: Exact) -> str:
    """Return how a printed rate was shortened from the full one, see SHORTENED; ties count as rounded."""
    value, unit, full = exact(printed), last_place(float(printed)), exact(full)
    rounded = abs(full - value) <= unit / 2
    cut_off = int(full / unit) * unit == value  # int() cuts toward zero
    return SHORTENED[rounded, cut_off]
