"""What is published: the numbers of nine years and three variants as they were before, and rules over all of them.

golden/values.json holds id → [value, low, high, unit, qualifier] of every edition before numbers knew how they were
made. What has changed since stands in the tables below, with the reason.
"""

import json
import re

import pytest
from bilan.build.results import contract_row
from bilan.number import UNITS, Number, Numbers
from conftest import ROOT

GOLDEN = json.loads((ROOT / "tests" / "golden" / "values.json").read_text(encoding="utf-8"))
VARIANTS = {
    "2024-mauritania-maghreb": {"mauritania": "maghreb"},
    "2024-share-base-foreign": {"share_base": "foreign"},
    "2024-share-base-foreign-foreign-share-0.8": {"share_base": "foreign", "foreign_share": 0.8},
}
# Those built with real kernels, by the arguments of `bilan build`; the others are executed in this process.
BUILT = {
    "2024": (),
    "2024-mauritania-maghreb": ("--set", "mauritania=maghreb", "--lang", "fr"),
    "2024-share-base-foreign": ("--set", "share_base=foreign", "--lang", "en"),
    "2024-share-base-foreign-foreign-share-0.8": (
        *("--set", "share_base=foreign", "--set", "foreign_share=0.8", "--lang", "fr"),
    ),
    "2023": ("--year", "2023", "--lang", "en"),
    "2019": ("--year", "2019", "--lang", "fr"),
}
every = pytest.mark.parametrize("name", GOLDEN)

# Values that sources found since have changed, by (year or None for all, id): value, low, high, qualifier. Of 2017
# about 65,000 attempts are in print: it is one of the full years, and none of its parts stands for it.
CHANGED = {
    (2017, "attempts_prevented_part"): (None, None, None, "exact"),
    (None, "attempts_prevented_full_years"): (7, 7, 7, "exact"),
    (2021, "attempts_prevented_years_above"): (6, 6, 6, "exact"),
    # counts below twenty have no growth
    (None, "assaults_change_pct"): (None, None, None, "exact"),
}

# A rate in print is called what the ledger calls it, not after the rate recomputed beside it.
RATES = {
    "attempts_prevented_change_pct_published": "attempts_yoy_change",
    "networks_dismantled_change_pct_published": "networks_yoy_change",
    "rescued_at_sea_change_pct_published": "rescued_yoy_change",
    "voluntary_returns_change_pct_published": "returns_yoy_change",
    "assaults_change_pct_published": "assaults_yoy_change",
}
# Units say what is counted. Networks and assaults were counts, as attempts were; the army and the police count persons;
# a return or an arrival is an event, not a person; years and readings are counted, too.
COUNTED = {
    "attempts_prevented": "attempts",
    "attempts_third_country_nationals": "attempts",
    "networks_dismantled": "networks",
    "assaults": "assaults",
    "assault_participants": "persons",
    "rescued_at_sea": "persons",
    "voluntary_returns": "returns",
    "far_interceptions": "persons",
    "dgsn_candidates_arrested": "persons",
    "iom_assisted_returns": "returns",
    "readings": "readings",
    "readings_west_africa_first": "readings",
    **dict.fromkeys(
        (f"spain{name}_arrivals{more}" for name in ("", "_sea", "_land", "_canary") for more in ("", "_revised")),
        "arrivals",
    ),
}


def _edition(name: str, numbers_of) -> Numbers:
    return numbers_of(int(name[:4]), **VARIANTS.get(name, {}))


def _renamed(id: str, year: int) -> str:
    """Return what a number of before is called now."""
    if id in RATES:
        return RATES[id]
    if id.endswith("_previous"):  # of which year, is said
        return f"{id.removesuffix('_previous')}_{year - 1}"
    if id.endswith("_partial"):
        return f"{id.removesuffix('_partial')}_part"
    id = id.replace("third_country_attempts_2018", "attempts_third_country_nationals_2018")  # the ledger's name
    of_2018 = id in ("attempts_third_country_nationals_2018", "attempts_prevented_2018")
    return id.removesuffix("_2018") if of_2018 and year == 2018 else id  # a year of its own has no year in its ids


def _unit(id: str, unit: str, year: int) -> str:
    """Return the unit a number of before has now, by its id now."""
    if id.endswith(("_full_years", "_years_above")):
        return "years"
    if unit not in ("count", "persons"):
        return unit
    return COUNTED.get(re.sub(r"_(\d{4}|part|peak)$", "", id), unit)


def _same(found: float | None, before: float | None) -> bool:
    if None in (found, before):
        return found is before
    return found == pytest.approx(before, rel=1e-12, abs=1e-12)


@every
def test_every_number_of_before_is_still_there_with_its_bounds(name, numbers_of):
    year, numbers = int(name[:4]), _edition(name, numbers_of)
    for id, (value, low, high, unit, qualifier) in GOLDEN[name].items():
        row = contract_row(numbers[_renamed(id, year)])
        place = (year, row["id"]) if (year, row["id"]) in CHANGED else (None, row["id"])
        value, low, high, qualifier = CHANGED.get(place, (value, low, high, qualifier))
        for key, before in (("value", value), ("low", low), ("high", high)):
            assert _same(row[key], before), (id, key, row[key], before)
        assert (row["qualifier"], row["unit"]) == (qualifier, _unit(row["id"], unit, year)), id


# What there was no number of before, though its value was in the text, a chart or another number's formula.
NEW = re.compile(
    r"frontex_detections_(west_africa|maghreb|central_east_africa|other|without_moroccans|not_identified)"
    r"|frontex_share_not_identified|foreign_share"
    r"|\w+_20\d\d"  # other years, which the counts of years are made from
    r"|voluntary_returns_with_iom(_part)?|assaults_melilla|dgsn_(foreigners|networks)"  # rows found since
    r"|figures_(published|read_again|with_place)|(attempts|networks|assaults|rescued|voluntary)\w*_last_(above|below)"
    r"|\w+_part_change_pct|dgsn_foreign_share|origin_west_africa_persons_as_(in_2018|arrested)|departures_\w+"
    r"|attempts_(not_by_foreigners|per_arrival_from_morocco)|returns_(with_iom(_pct)?|in_the_same_period|part_above_year)"
    r"|spain_(ceuta|melilla)_by_land|iom_report_(networks|rescued)|(networks|rescued)_in_nine_months"
    r"|fnideq_\w+|melilla_deaths_\w+|iom_deaths_morocco|eu_funding_morocco"
)


# What an edition has since its year's figures were found: of 2017 attempts and arrivals, of 2018 a rate in print, and
# of 2025 the dead and missing.
FOUND_SINCE = {
    2017: [
        *("attempts_prevented", "attempts_prevented_full_years", "attempts_prevented_years_above"),
        *("attempts_prevented_peak", "spain_arrivals", "attempts_per_spain_arrival"),
    ],
    2018: ["attempts_yoy_change", "attempts_prevented_change_pct"],
    2025: [
        "frontex_detections_western_african",
        "frontex_detections_western_mediterranean",
        "frontex_detections",
        "iom_deaths_atlantic",
        "caminando_deaths",
    ],
}


@every
def test_what_is_new_is_known_by_name_and_nothing_else_is(name, numbers_of):
    year, numbers = int(name[:4]), _edition(name, numbers_of)
    before = {_renamed(id, year) for id in GOLDEN[name]}
    new = [id for id, number in numbers.items() if number and id not in before]
    assert [id for id in new if not NEW.fullmatch(id)] == FOUND_SINCE.get(year, [])


@pytest.mark.parametrize("name", [*list(BUILT)[:-1], pytest.param("2019", marks=pytest.mark.thorough)])
def test_what_kernels_make_and_a_site_publishes_are_these_numbers(name, edition, numbers_of):
    folder = edition(*BUILT[name])
    rows = json.loads((folder / "values.json").read_text(encoding="utf-8"))
    assert {row["id"]: row for row in rows} == {
        id: json.loads(json.dumps(contract_row(number))) for id, number in _edition(name, numbers_of).items() if number
    }
    assert len({row["id"] for row in rows}) == len(rows)
    for page in folder.glob("*/sources.html"):
        lines = re.findall(r'id="value-(\w+)"', page.read_text(encoding="utf-8"))
        assert sorted(lines) == sorted(row["id"] for row in rows)
        assert set(re.findall(r'href="#value-(\w+)"', page.read_text(encoding="utf-8"))) <= set(lines)


def test_each_number_leads_to_the_cell_that_keeps_it(edition):
    folder = edition(*BUILT["2023"])
    page = (folder / "en" / "sources.html").read_text(encoding="utf-8")
    led = re.findall(
        r'id="value-(\w+)"(?:(?!id="value-).)*?href="../notebooks/(\w+)\.html#cell-([\w-]+)"', page, re.DOTALL
    )
    assert len(led) == page.count('id="value-')
    for id, notebook, cell_id in led:
        cells = json.loads((folder / "notebooks" / f"{notebook}.ipynb").read_text(encoding="utf-8"))["cells"]
        (source,) = ("".join(cell["source"]) for cell in cells if cell["id"] == cell_id)
        assert "run.keep" in source, f"{id}: {notebook}, {cell_id}"
        assert re.search(rf"\b{id}=|keep_before|keep\(\*|keep\(origins", source), f"{id}: {notebook}, {cell_id}"


def _ids(number: Number) -> list[str]:
    named = re.findall(r"\{([\w.]+)\}", number.formula)
    return [id for id in named if not id.startswith("formula.")]


@every
def test_what_a_formula_names_are_the_inputs_and_each_is_a_number_of_the_edition(name, numbers_of):
    numbers = _edition(name, numbers_of)
    for id, number in numbers.items():
        assert number.id == id
        if number:
            assert all(numbers[one] for one in number.inputs), id
            assert id not in number.inputs
        if named := _ids(number):
            assert set(named) == set(number.inputs), id


@every
def test_status_follows_from_how_a_number_was_made(name, numbers_of):
    numbers = _edition(name, numbers_of)
    for id, number in numbers.items():
        made = "derived" if number.assumptions else "recomputed" if number.formula else "published"
        assert contract_row(number)["status"] == made, id
        # who rests on an assumption passes it on
        assert {one for part in number.inputs for one in numbers[part].assumptions} <= set(number.assumptions), id
        if number:
            assert number.sources or number.assumptions, id
            assert number.period, id
            assert number.bounds[0] <= number.value <= number.bounds[1], id
            assert number.unit in {*UNITS, "percent", "times"} or " per " in number.unit, id
        else:
            assert number.missing, id


@every
def test_a_formula_worked_out_again_from_the_published_values_gives_the_value(name, numbers_of):
    numbers = _edition(name, numbers_of)
    worked_out = 0
    for id, number in numbers.items():
        if number and _ids(number) and "formula." not in number.formula:
            source = re.sub(r"\{(\w+)\}", r"v['\1']", number.formula).translate(str.maketrans("×−", "*-"))
            again = eval(source, {"v": {one: float(numbers[one].known) for one in number.inputs}})
            assert again == pytest.approx(float(number.known), rel=1e-9, abs=1e-9), id
            worked_out += 1
    assert worked_out


def test_each_kind_of_status_is_seen(numbers_of):
    numbers = _edition("2024", numbers_of)
    assert numbers["attempts_prevented"].status == "published"
    assert numbers["share_not_stated"].status == numbers["participants_per_assault"].status == "recomputed"
    assert numbers["origin_west_africa_persons"].status == numbers["frontex_share_maghreb"].status == "derived"
    assert numbers["origin_west_africa_persons"].assumptions == ("one_attempt_one_person", "shares_of_all_intercepted")
    foreign = _edition("2024-share-base-foreign-foreign-share-0.8", numbers_of)["origin_west_africa_persons"]
    assert foreign.assumptions == ("one_attempt_one_person", "foreign_share_given")
    assert "foreign_share" in foreign.inputs
