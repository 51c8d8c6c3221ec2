"""Comparative words and their checks: a sentence may say "most" or "a fifth" only where its check holds.

Each check has a real threshold on the bounds of the numbers, not on their rounded selves. A claim whose numbers are not
known does not hold, and the narrative says something else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

import pandas as pd

from bilan.analysis.communique import SHORTENED, growth, how_shortened
from bilan.analysis.years import COUNTED
from bilan.data.ledgers import PUBLISHED_RATES
from bilan.number import Number, Numbers

Named = Mapping[str, Number]  # by the names a claim needs them by


@dataclass(frozen=True)
class Claim:
    """A comparative statement: what it needs, by the names of `Numbers.named`, the threshold in words, the test.

    `said` is what the catalogs' section [claim] calls it, "" where that is its own name, and `about` the indicator it
    speaks of, where one sentence serves several.
    """

    needs: tuple[str, ...]
    threshold: str
    test: Callable[[Named], bool]
    said: str = ""
    about: str = ""


def _above(id: str, bound: float) -> Claim:
    return Claim((id,), f"{id}: low bound above {bound:g}", lambda v: v[id].bounds[0] > bound)


def _within(id: str, low: float, high: float) -> Claim:
    def test(values: Named) -> bool:
        number = values[id]
        ends = (number.known,) * 2 if number.low is number.high is None else number.bounds
        return low <= ends[0] and ends[1] <= high

    return Claim((id,), f"{id} and its bounds from {low:g} to {high:g}", test)


def _larger(id: str, *others: str, times: float = 1) -> Claim:
    """`id` is more than `times` each of the others, whatever the rounding hid."""

    def test(values: Named) -> bool:
        return all(values[id].bounds[0] > times * values[other].bounds[1] for other in others)

    factor = f"{times:g} × " if times != 1 else ""
    return Claim((id, *others), f"low bound of {id} above {factor}high bound of {', '.join(others)}", test)


def _point_larger(id: str, other: str, said: str = "", about: str = "") -> Claim:
    """For figures the source gives as approximations, which have no bounds: the points alone are compared.

    A lower bound is no smaller than anything: beside one, nothing is said.
    """

    def test(values: Named) -> bool:
        return values[id].known > values[other].known and values[other].qualifier != "at_least"

    threshold = f"{id} above {other}, both as printed; no claim beside a lower bound"
    return Claim((id, other), threshold, test, said, about)


def _cut_off(rate: str, name: str) -> Claim:
    """The published growth of a figure follows from the two years' figures by cutting off, not by rounding."""

    def test(values: Named) -> bool:
        full = growth(values[name], values[f"previous.{name}"], least=0)
        return bool(full) and how_shortened(values[rate].known, full.known) == SHORTENED[False, True]

    threshold = f"{rate} cut off from the recomputed rate, not rounded"
    return Claim((rate, name, f"previous.{name}"), threshold, test, "cut_off", name)


# The claims that must hold for a chart's title to say what it finds, by the chart's stem.
FINDINGS = {
    "origins": ("west_africa_majority", "not_stated_fifth"),
    "footing": ("west_africa_first_in_all_readings",),
    "all_years": ("attempts_prevented_up", "networks_dismantled_down"),
    "map": ("canaries_over_twice",),
}


def claims() -> dict[str, Claim]:
    """Return every claim by its name."""
    found = {
        "west_africa_majority": _above("share_west_africa", 50),
        "west_africa_first": _larger(
            "share_west_africa", "share_maghreb", "share_central_east_africa", "share_not_stated"
        ),
        "not_stated_fifth": _within("share_not_stated", 17.5, 22.5),
        "not_stated_above_maghreb": _larger("share_not_stated", "share_maghreb"),
        "foreigners_four_fifths": _within("third_country_share_2018", 77.5, 82.5),
        "assaults_more_than_doubled": _larger("assaults", "previous.assaults", times=2),
        "fewer_networks_more_attempts": Claim(
            ("networks_dismantled_change_pct", "attempts_prevented_change_pct"),
            "networks_dismantled_change_pct below 0 and attempts_prevented_change_pct above 0",
            lambda v: v["networks_dismantled_change_pct"].known < 0 < v["attempts_prevented_change_pct"].known,
        ),
        "canaries_over_twice": _larger(
            "frontex_detections_western_african", "frontex_detections_western_mediterranean", times=2
        ),
        "iom_over_a_third": _within("iom_share_of_returns", 100 / 3, 40),
        "west_africa_first_in_all_readings": Claim(
            ("readings", "readings_west_africa_first", "share_west_africa", "frontex_share_west_africa"),
            "readings_west_africa_first equal to readings, of both sources",
            lambda v: v["readings_west_africa_first"].known == v["readings"].known,
        ),
        "central_east_about_five_times": _within("central_east_times", 4.5, 5.5),
        "army_counts_more": _point_larger("previous.far_interceptions", "previous.attempts_prevented"),
        "police_count_fewer": _larger("previous.attempts_prevented", "previous.dgsn_candidates_arrested", times=2),
        "iom_report_prints_nine_months": Claim(
            ("iom_report_networks", "networks_in_nine_months", "iom_report_rescued", "rescued_in_nine_months"),
            "the two figures in IOM's report equal to the ministry's of January to September",
            lambda v: (
                v["iom_report_networks"].known == v["networks_in_nine_months"].known
                and v["iom_report_rescued"].known == v["rescued_in_nine_months"].known
            ),
        ),
    }
    # whether each count rose or fell, on the year before and on the same months of it
    for name, (part, key) in product(COUNTED, (("", ""), ("part.", "part_"))):
        now, before = f"{part}{name}", f"{part}previous.{name}"
        found[f"{name}_{key}up"] = _point_larger(now, before, f"{key}up", name)
        found[f"{name}_{key}down"] = _point_larger(before, now, f"{key}down", name)
    return found | {f"{rate}_cut_off": _cut_off(rate, name) for rate, name in PUBLISHED_RATES.items()}


def holds(name: str, numbers: Numbers) -> bool:
    """Return whether a claim holds. Raises KeyError for a claim that has no check here."""
    return _outcome(claims()[name], numbers) == "holds"


def _outcome(claim: Claim, numbers: Numbers) -> str:
    known = {need: number for need in claim.needs if (number := _find(need, numbers))}
    if missing := [need for need in claim.needs if need not in known]:
        return f"not published: {', '.join(missing)}"
    return "holds" if claim.test(known) else "fails"


def _find(need: str, numbers: Numbers) -> Number | None:
    try:
        return numbers.named(need)
    except KeyError:  # there is no year before
        return None


def ids_of(claim: Claim, numbers: Numbers) -> list[str]:
    """Return the ids of those numbers a claim needs that are known."""
    return [found.id for need in claim.needs if (found := _find(need, numbers))]


def outcomes(numbers: Numbers) -> dict[str, str]:
    """Return what came of every claim: "holds", "fails" or "not published: …"."""
    return {name: _outcome(claim, numbers) for name, claim in claims().items()}


def claims_table(numbers: Numbers) -> pd.DataFrame:
    """Return every claim with its threshold and what came of it: columns claim, threshold, outcome."""
    rows = [[name, claims()[name].threshold, outcome] for name, outcome in outcomes(numbers).items()]
    return pd.DataFrame(rows, columns=["claim", "threshold", "outcome"])
