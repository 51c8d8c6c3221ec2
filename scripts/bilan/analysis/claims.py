"""Comparative words and their checks: a sentence may say "most" or "a fifth" only where its check holds.

Each check has a real threshold on the bounds of the values, not on their rounded selves. A claim whose values were
not published does not hold, and the narrative says something else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from bilan.analysis.arithmetic import how_shortened
from bilan.analysis.values import Value

Values = Mapping[str, Value]


@dataclass(frozen=True)
class Claim:
    """A comparative statement: the ids it needs, the threshold in words, and the test."""

    needs: tuple[str, ...]
    threshold: str
    test: Callable[[Values], bool]


def _above(id: str, bound: float) -> Claim:
    return Claim((id,), f"{id}: low bound above {bound:g}", lambda v: v[id].low is not None and v[id].low > bound)


def _within(id: str, low: float, high: float) -> Claim:
    def test(values: Values) -> bool:
        value = values[id]
        ends = (value.low, value.high) if value.low is not None and value.high is not None else (value.value,) * 2
        return low <= ends[0] and ends[1] <= high

    return Claim((id,), f"{id} and its bounds from {low:g} to {high:g}", test)


def _larger(id: str, *others: str, times: float = 1) -> Claim:
    """`id` is more than `times` each of the others, whatever the rounding hid."""

    def test(values: Values) -> bool:
        highs = [values[other].high for other in others]
        low = values[id].low
        return low is not None and all(high is not None and low > times * high for high in highs)

    factor = f"{times:g} × " if times != 1 else ""
    return Claim((id, *others), f"low bound of {id} above {factor}high bound of {', '.join(others)}", test)


def _point_larger(id: str, other: str) -> Claim:
    """For figures the source gives as approximations, which have no bounds: the points alone are compared."""
    return Claim((id, other), f"{id} above {other}, both as printed", lambda v: v[id].value > v[other].value)


CLAIMS: dict[str, Claim] = {
    "west_africa_majority": _above("share_west_africa", 50),
    "west_africa_first": _larger("share_west_africa", "share_maghreb", "share_central_east_africa", "share_not_stated"),
    "not_stated_fifth": _within("share_not_stated", 17.5, 22.5),
    "not_stated_above_maghreb": _larger("share_not_stated", "share_maghreb"),
    "foreigners_four_fifths": _within("third_country_share_2018", 77.5, 82.5),
    "assaults_more_than_doubled": _larger("assaults", "assaults_previous", times=2),
    "rescued_up_tenth": _within("rescued_at_sea_change_pct", 9, 11.5),
    "networks_down_fifth": _within("networks_dismantled_change_pct", -22.5, -17.5),
    "fewer_networks_more_attempts": Claim(
        ("networks_dismantled_change_pct", "attempts_prevented_change_pct"),
        "networks_dismantled_change_pct below 0 and attempts_prevented_change_pct above 0",
        lambda v: v["networks_dismantled_change_pct"].value < 0 < v["attempts_prevented_change_pct"].value,
    ),
    "iom_over_a_third": _within("iom_share_of_returns", 100 / 3, 40),
    "west_africa_first_in_all_readings": Claim(
        ("readings", "readings_west_africa_first", "share_west_africa", "frontex_share_west_africa"),
        "readings_west_africa_first equal to readings, of both sources",
        lambda v: v["readings_west_africa_first"].value == v["readings"].value,
    ),
    "central_east_about_five_times": _within("central_east_times", 4.5, 5.5),
    "army_counts_more": _point_larger("far_interceptions_previous", "attempts_prevented_previous"),
    "published_rates_cut_off": Claim(
        tuple(
            f"{name}_change_pct{end}" for name in ("attempts_prevented", "rescued_at_sea") for end in ("", "_published")
        ),
        "both published rates follow from the recomputed ones by cutting off, not by rounding",
        lambda v: all(
            how_shortened(v[f"{name}_change_pct_published"].value, v[f"{name}_change_pct"].value) == "truncated"
            for name in ("attempts_prevented", "rescued_at_sea")
        ),
    ),
    "police_count_fewer": _larger("attempts_prevented_previous", "dgsn_candidates_arrested_previous", times=2),
}


def holds(name: str, values: Values) -> bool:
    """Return whether a claim holds. Raises KeyError for a claim that has no check here."""
    claim = CLAIMS[name]
    return all(id in values for id in claim.needs) and claim.test(values)


def claims_table(values: Values) -> pd.DataFrame:
    """Return every claim with its threshold and what came of it: columns claim, threshold, outcome."""
    rows = []
    for name, claim in CLAIMS.items():
        missing = [id for id in claim.needs if id not in values]
        outcome = f"not published: {', '.join(missing)}" if missing else "holds" if claim.test(values) else "fails"
        rows.append({"claim": name, "threshold": claim.threshold, "outcome": outcome})
    return pd.DataFrame(rows)
