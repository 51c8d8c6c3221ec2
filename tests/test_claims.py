"""Comparative words: a claim holds up to its threshold and fails just beyond it, by the bounds, not by the value."""

import dataclasses
import re
from fractions import Fraction

import pytest
from bilan.analysis.claims import FINDINGS, claims, claims_table, holds, ids_of
from bilan.languages import TEXT
from bilan.number import Number, Numbers

EPSILON = Fraction(1, 10**9)
YEAR = 2030


def number(value, low="", high="", unit: str = "percent") -> Number:
    """Return a number with its bounds, which are the value where none are given, and none where None is."""
    ends = [value if end == "" else end for end in (value, low, high)]
    return Number(*(None if end is None else Fraction(end) for end in ends), unit, str(YEAR))


def edition(given: dict[str, Number]) -> Numbers:
    """Return numbers by the names claims have for them."""
    endings = {"": "", "previous": f"_{YEAR - 1}", "part": "_part", "part.previous": f"_part_{YEAR - 1}"}
    ids = {name: f"{base}{endings[when]}" for name in given for when, _, base in [name.rpartition(".")]}
    return Numbers(YEAR, {ids[name]: one.kept(ids[name]) for name, one in given.items()})


def within(id: str, low, high) -> list:
    """Return the edges of a claim that a number and its bounds lie between two others."""
    low, high = Fraction(low), Fraction(high)
    middle = (low + high) / 2
    return [
        ({id: number(low)}, True),
        ({id: number(low - EPSILON)}, False),
        ({id: number(high)}, True),
        ({id: number(high + EPSILON)}, False),
        ({id: number(middle, low, high)}, True),
        ({id: number(middle, low - EPSILON, high)}, False),  # the value is well within, the bound is not
        ({id: number(middle, low, high + EPSILON)}, False),
        ({id: number(low, None, None)}, True),  # an approximation has no bounds: the value alone is compared
        ({id: number(low - EPSILON, None, None)}, False),
        ({id: number(high + EPSILON, None, None)}, False),
        ({id: number(middle, middle, None)}, False),  # "more than 20" may be 90
    ]


def larger(id: str, other: str, times: int = 1, **others: Number) -> list:
    """Return the edges of a claim that a number is more than so many times another, whatever rounding hid."""
    bound = 100 * Fraction(times)
    return [
        ({id: number(bound + EPSILON), other: number(100), **others}, True),
        ({id: number(bound), other: number(100), **others}, False),
        ({id: number(bound + 9, bound + EPSILON, bound + 20), other: number(90, 80, 100), **others}, True),
        ({id: number(bound + 9, bound, bound + 20), other: number(90, 80, 100), **others}, False),
        ({id: number(bound + 9, bound + 8), other: number(90, 80, 100 + 8 / Fraction(times)), **others}, False),
        ({id: number(10**6, None, None), other: number(1), **others}, False),
        ({id: number(10**6, 10**6, None), other: number(1), **others}, True),
        ({id: number(10**6), other: number(1, 1, None), **others}, False),
    ]


def beside_none(id: str) -> dict[str, Number]:
    return {
        name: number(0) for name in ("share_maghreb", "share_central_east_africa", "share_not_stated") if name != id
    }


def readings(first, both) -> dict[str, Number]:
    return {
        "readings": number(both),
        "readings_west_africa_first": number(first),
        "share_west_africa": number(58),
        "frontex_share_west_africa": number(78),
    }


def changes(networks, attempts) -> dict[str, Number]:
    return {
        "networks_dismantled_change_pct": number(networks),
        "attempts_prevented_change_pct": number(attempts),
    }


def point_larger(id: str, other: str) -> list:
    """Return the edges of a claim that one figure as printed is above another, which may both be approximations."""
    bound = dataclasses.replace(number(9, 9, None), qualifier="at_least")
    return [
        ({id: number(9 + EPSILON, None, None), other: number(9)}, True),
        ({id: number(9, None, None), other: number(9)}, False),
        ({id: number(8, None, None), other: number(9)}, False),
        ({id: dataclasses.replace(number(10, 10, None), qualifier="at_least"), other: number(9)}, True),
        ({id: number(10), other: bound}, False),  # what is "more than 9" may be 11
    ]


def cut_off(rate: str, name: str) -> list:
    """Return the edges of a claim that a rate in print is cut off from the one its figures give."""

    def edge(printed, now, before=10_000, **more) -> dict:
        figures = {name: dataclasses.replace(number(now), **more), f"previous.{name}": number(before)}
        return {rate: number(printed, None, None), **figures}

    return [
        (edge("4.6", 10_466), True),
        (edge("-4.6", 9_534), True),
        (edge("-64", 6, 17), True),  # small counts have a rate where one is in print
        (edge("4.6", 10_465), False),  # rounding a half down would give it, too
        (edge("4.7", 10_466), False),
        (edge("4.5", 10_466), False),
        (edge("4.6", 10_466, qualifier="at_least"), False),
    ]


def nine_months(networks, in_report, rescued, rescued_in_report) -> dict[str, Number]:
    return {
        "iom_report_networks": number(in_report),
        "networks_in_nine_months": number(networks),
        "iom_report_rescued": number(rescued_in_report),
        "rescued_in_nine_months": number(rescued),
    }


EDGES = {
    "west_africa_majority": [
        ({"share_west_africa": number(60, 50 + EPSILON, 70)}, True),
        ({"share_west_africa": number(60, 50, 70)}, False),  # the value is above, the bound is not
        ({"share_west_africa": number(60, None, None)}, False),
    ],
    "west_africa_first": [
        edge for other in beside_none("") for edge in larger("share_west_africa", other, **beside_none(other))
    ],
    "not_stated_fifth": within("share_not_stated", 17.5, 22.5),
    "not_stated_above_maghreb": larger("share_not_stated", "share_maghreb"),
    "foreigners_four_fifths": within("third_country_share_2018", 77.5, 82.5),
    "assaults_more_than_doubled": larger("assaults", "previous.assaults", 2),
    "fewer_networks_more_attempts": [
        (changes(-EPSILON, EPSILON), True),
        (changes(0, EPSILON), False),
        (changes(-EPSILON, 0), False),
        (changes(EPSILON, EPSILON), False),
        (changes(-EPSILON, -EPSILON), False),
    ],
    "canaries_over_twice": larger("frontex_detections_western_african", "frontex_detections_western_mediterranean", 2),
    "iom_over_a_third": within("iom_share_of_returns", 100 / 3, 40),
    "west_africa_first_in_all_readings": [(readings(6, 6), True), (readings(5, 6), False), (readings(0, 6), False)],
    "central_east_about_five_times": within("central_east_times", 4.5, 5.5),
    "army_counts_more": point_larger("previous.far_interceptions", "previous.attempts_prevented"),
    "iom_report_prints_nine_months": [
        (nine_months(210, 210, 14_260, 14_260), True),
        (nine_months(211, 210, 14_260, 14_260), False),
        (nine_months(210, 210, 14_260, 14_261), False),
    ],
    "police_count_fewer": larger("previous.attempts_prevented", "previous.dgsn_candidates_arrested", 2),
}
for one in ("attempts_prevented", "networks_dismantled", "assaults", "rescued_at_sea", "voluntary_returns"):
    EDGES[f"{one}_up"] = point_larger(one, f"previous.{one}")
    EDGES[f"{one}_down"] = point_larger(f"previous.{one}", one)
    EDGES[f"{one}_part_up"] = point_larger(f"part.{one}", f"part.previous.{one}")
    EDGES[f"{one}_part_down"] = point_larger(f"part.previous.{one}", f"part.{one}")
EDGES |= {
    "attempts_yoy_change_cut_off": cut_off("attempts_yoy_change", "attempts_prevented"),
    "networks_yoy_change_cut_off": cut_off("networks_yoy_change", "networks_dismantled"),
    "rescued_yoy_change_cut_off": cut_off("rescued_yoy_change", "rescued_at_sea"),
    "returns_yoy_change_cut_off": cut_off("returns_yoy_change", "voluntary_returns"),
    "assaults_yoy_change_cut_off": cut_off("assaults_yoy_change", "assaults"),
}
# What rose and what fell, by year: on the year before, and for parts of a year on the same months of it.
DIRECTIONS = {
    2018: ["attempts_prevented_up"],
    2019: ["attempts_prevented_down", "networks_dismantled_down", "rescued_at_sea_down"],
    2022: ["attempts_prevented_up", "networks_dismantled_up", "assaults_down", "rescued_at_sea_down"],
    2023: ["attempts_prevented_up", "networks_dismantled_up", "assaults_down", "rescued_at_sea_up"],
    2024: [
        *("attempts_prevented_up", "networks_dismantled_down", "assaults_up"),
        *("rescued_at_sea_up", "voluntary_returns_up"),
    ],
    2025: ["attempts_prevented_part_down", "networks_dismantled_part_up", "rescued_at_sea_part_down"],
}


def test_every_claim_has_its_edges_here():
    assert set(EDGES) == set(claims())
    for name, edges in EDGES.items():
        assert {True, False} == {made for _, made in edges}
        assert all(set(given) == set(claims()[name].needs) for given, _ in edges), name


@pytest.mark.parametrize("name", EDGES)
def test_a_claim_holds_up_to_its_threshold_and_fails_beyond_it(name):
    for given, made in EDGES[name]:
        assert holds(name, edition(given)) is made, given


@pytest.mark.parametrize("name", EDGES)
def test_a_claim_whose_numbers_are_not_known_does_not_hold_and_says_which(name):
    given = next(given for given, made in EDGES[name] if made)
    for need in claims()[name].needs:
        unknown = dataclasses.replace(given[need], value=None, low=None, high=None)
        for fewer in ({one: number for one, number in given.items() if one != need}, given | {need: unknown}):
            numbers = edition(fewer)
            assert not holds(name, numbers)
            row = claims_table(numbers).set_index("claim").loc[name]
            assert need in row["outcome"].removeprefix("not published: ").split(", ")
            assert need not in ids_of(claims()[name], numbers)


@pytest.mark.parametrize("name", EDGES)
def test_the_threshold_is_said_in_words_that_name_the_numbers(name):
    claim = claims()[name]
    assert claim.threshold and (claim.needs[0] in claim.threshold or name == "iom_report_prints_nine_months")
    given = next(given for given, made in EDGES[name] if made)
    assert len(ids_of(claim, edition(given))) == len(claim.needs)


@pytest.mark.parametrize(
    ("name", "threshold", "said", "about"),
    [
        ("west_africa_majority", "share_west_africa: low bound above 50", "", ""),
        ("not_stated_fifth", "share_not_stated and its bounds from 17.5 to 22.5", "", ""),
        ("not_stated_above_maghreb", "low bound of share_not_stated above high bound of share_maghreb", "", ""),
        ("assaults_more_than_doubled", "low bound of assaults above 2 × high bound of previous.assaults", "", ""),
        (
            "west_africa_first",
            "low bound of share_west_africa above high bound of share_maghreb, share_central_east_africa, "
            "share_not_stated",
            *("", ""),
        ),
        (
            "rescued_at_sea_part_up",
            "part.rescued_at_sea above part.previous.rescued_at_sea, both as printed; no claim beside a lower bound",
            *("part_up", "rescued_at_sea"),
        ),
        (
            "assaults_down",
            "previous.assaults above assaults, both as printed; no claim beside a lower bound",
            *("down", "assaults"),
        ),
        (
            "returns_yoy_change_cut_off",
            "returns_yoy_change cut off from the recomputed rate, not rounded",
            *("cut_off", "voluntary_returns"),
        ),
    ],
)
def test_a_threshold_is_what_is_tested_and_a_sentence_of_many_claims_names_its_own(name, threshold, said, about):
    claim = claims()[name]
    assert (claim.threshold, claim.said, claim.about) == (threshold, said, about)


def test_the_table_of_claims_says_what_came_of_each():
    figures = {"share_not_stated": number(20, 19, 21), "share_maghreb": number(30)}
    table = claims_table(edition(figures))
    assert list(table.columns) == ["claim", "threshold", "outcome"] and list(table["claim"]) == list(claims())
    outcomes = table.set_index("claim")["outcome"]
    assert (outcomes["not_stated_fifth"], outcomes["not_stated_above_maghreb"]) == ("holds", "fails")
    assert outcomes["assaults_up"] == "not published: assaults, previous.assaults"


def test_the_claims_of_one_year_hold_for_it_and_for_no_other(numbers_of):
    table = claims_table(numbers_of(2024)).set_index("claim")["outcome"]
    assert list(table.index) == list(claims())
    of_any_year = re.compile(r"\w+_(up|down|cut_off)")
    assert {table[name] for name in claims() if not of_any_year.fullmatch(name)} == {"holds"}
    others = [name for name in claims() if not of_any_year.fullmatch(name) and "2018" not in claims()[name].threshold]
    assert not any(holds(name, numbers_of(2019)) for name in others)
    cut_off = [name for name in claims() if name.endswith("_cut_off") and table[name] == "holds"]
    assert cut_off == ["attempts_yoy_change_cut_off", "rescued_yoy_change_cut_off"]


@pytest.mark.parametrize("year", DIRECTIONS)
def test_what_rose_and_what_fell_is_said_for_every_year(year, numbers_of):
    numbers = numbers_of(year)
    found = [name for name in claims() if name.endswith(("_up", "_down")) and holds(name, numbers)]
    assert sorted(found) == sorted(DIRECTIONS[year])


def test_a_claim_without_a_check_is_an_error():
    with pytest.raises(KeyError):
        holds("no_such_claim", edition({}))


def test_every_claim_is_made_somewhere():
    texts = [TEXT / f"{name}.en.md" for name in ("narrative", "phrases")]
    prose = "".join(path.read_text(encoding="utf-8") for path in texts)
    made = set(re.findall(r'holds\("(\w+)"', prose)) | {claim for claims in FINDINGS.values() for claim in claims}
    any_year = {name for name in claims() if re.fullmatch(r"\w+(_up|_down|_cut_off)", name)}
    assert set(claims()) - any_year == made - any_year
