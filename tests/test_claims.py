"""Comparative words: a claim holds up to its threshold and fails just beyond it, by the bounds, not by the value."""

import dataclasses
from fractions import Fraction

import pytest
from bilan.analysis.claims import CLAIMS, claims_table, holds, ids_of
from bilan.number import Number, Numbers

EPSILON = Fraction(1, 10**9)
YEAR = 2030


def number(value, low="", high="", unit: str = "percent") -> Number:
    """Return a number with its bounds, which are the value where none are given, and none where None is."""
    ends = [value if end == "" else end for end in (value, low, high)]
    return Number(*(None if end is None else Fraction(end) for end in ends), unit, str(YEAR))


def edition(given: dict[str, Number]) -> Numbers:
    """Return numbers by the names claims have for them."""
    ids = {name: f"{name.partition('.')[2]}_{YEAR - 1}" if name.startswith("previous.") else name for name in given}
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


def rates(attempts, attempts_in_print, rescued, rescued_in_print) -> dict[str, Number]:
    return {
        "attempts_prevented_change_pct": number(attempts),
        "attempts_yoy_change": number(attempts_in_print, None, None),
        "rescued_at_sea_change_pct": number(rescued),
        "rescued_yoy_change": number(rescued_in_print, None, None),
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
    "rescued_up_tenth": within("rescued_at_sea_change_pct", 9, 11.5),
    "networks_down_fifth": within("networks_dismantled_change_pct", -22.5, -17.5),
    "fewer_networks_more_attempts": [
        (changes(-EPSILON, EPSILON), True),
        (changes(0, EPSILON), False),
        (changes(-EPSILON, 0), False),
        (changes(EPSILON, EPSILON), False),
        (changes(-EPSILON, -EPSILON), False),
    ],
    "iom_over_a_third": within("iom_share_of_returns", 100 / 3, 40),
    "west_africa_first_in_all_readings": [(readings(6, 6), True), (readings(5, 6), False), (readings(0, 6), False)],
    "central_east_about_five_times": within("central_east_times", 4.5, 5.5),
    "army_counts_more": [
        (
            {"previous.far_interceptions": number(9 + EPSILON, None, None), "previous.attempts_prevented": number(9)},
            True,
        ),
        ({"previous.far_interceptions": number(9, None, None), "previous.attempts_prevented": number(9)}, False),
        ({"previous.far_interceptions": number(8, None, None), "previous.attempts_prevented": number(9)}, False),
    ],
    "published_rates_cut_off": [
        (rates("4.66", "4.6", "10.86", "10.8"), True),
        (rates("4.65", "4.6", "10.86", "10.8"), False),  # rounding a half down would give it, too
        (rates("4.66", "4.7", "10.86", "10.8"), False),
        (rates("4.66", "4.6", "10.86", "10.9"), False),
        (rates("4.66", "4.5", "10.86", "10.8"), False),
    ],
    "police_count_fewer": larger("previous.attempts_prevented", "previous.dgsn_candidates_arrested", 2),
}


def test_every_claim_has_its_edges_here():
    assert set(EDGES) == set(CLAIMS)
    for name, edges in EDGES.items():
        assert {True, False} == {made for _, made in edges}
        assert all(set(given) == set(CLAIMS[name].needs) for given, _ in edges), name


@pytest.mark.parametrize("name", EDGES)
def test_a_claim_holds_up_to_its_threshold_and_fails_beyond_it(name):
    for given, made in EDGES[name]:
        assert holds(name, edition(given)) is made, given


@pytest.mark.parametrize("name", EDGES)
def test_a_claim_whose_numbers_are_not_known_does_not_hold_and_says_which(name):
    given = next(given for given, made in EDGES[name] if made)
    for need in CLAIMS[name].needs:
        unknown = dataclasses.replace(given[need], value=None, low=None, high=None)
        for fewer in ({one: number for one, number in given.items() if one != need}, given | {need: unknown}):
            numbers = edition(fewer)
            assert not holds(name, numbers)
            row = claims_table(numbers).set_index("claim").loc[name]
            assert need in row["outcome"].removeprefix("not published: ").split(", ")
            assert need not in ids_of(CLAIMS[name], numbers)


@pytest.mark.parametrize("name", EDGES)
def test_the_threshold_is_said_in_words_that_name_the_numbers(name):
    claim = CLAIMS[name]
    assert claim.threshold and (name == "published_rates_cut_off" or claim.needs[0] in claim.threshold)
    given = next(given for given, made in EDGES[name] if made)
    assert len(ids_of(claim, edition(given))) == len(claim.needs)


def test_every_claim_holds_for_2024_and_has_a_year_where_it_is_not_made(numbers_of):
    table = claims_table(numbers_of(2024))
    assert set(table["outcome"]) == {"holds"} and list(table["claim"]) == list(CLAIMS)
    assert not any(holds(name, numbers_of(2019)) for name in CLAIMS if "2018" not in CLAIMS[name].threshold)


def test_a_claim_without_a_check_is_an_error():
    with pytest.raises(KeyError):
        holds("no_such_claim", edition({}))
