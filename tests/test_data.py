import csv
import hashlib
import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from bilan.analysis.communique import (
    definitions,
    figures,
    figures_of_other_bodies,
    figures_of_parts,
    previous_figures,
    reproduce,
)
from bilan.build.checks import check_all
from bilan.data.ledgers import (
    INDICATORS,
    load_communique,
    load_partial,
    parse_period,
    period_of,
    row_source,
    with_periods,
)
from bilan.data.package import DATA, begin_use, datapackage, has_year, state, used, years
from bilan.data.prints import COMPARED, printed_by, prints_of
from bilan.data.tables import NOT_RECORDED, _parsed, publications, read_outlines, read_table, source_of
from bilan.errors import InputError
from bilan.show.numbers import print_line
from frictionless import Package
from test_refusals import collection, edited  # noqa: F401


def test_the_ledger_of_2024_holds_the_nine_figures_of_the_article():
    ledger = load_communique(2024)
    expected = dict(zip(INDICATORS, (78685, 332, 58, 12, 9, 14, 4290, 18645, 6135), strict=True))
    assert ledger.loc[list(INDICATORS), "value"].to_dict() == expected
    assert ledger.loc["assault_participants", "qualifier"] == "at_least"
    assert set(ledger.loc[["share_west_africa", "share_maghreb"], "share_base"]) == {"intercepted"}
    assert ledger.loc[list(INDICATORS), ["paragraph", "sentence"]].notna().all().all()
    assert set(ledger.loc[list(INDICATORS), "source_key"]) == {"source_article_2024"}
    place = {"paragraph": 4, "sentence": 2}
    assert row_source(ledger.loc["rescued_at_sea"])["place"] == place


@pytest.mark.parametrize("year", years())
def test_every_figure_of_every_year_is_reproduced_from_print(year):
    again = pd.concat([reproduce(load_communique(year)), reproduce(load_partial(year))])
    assert len(again) and set(again["agrees"]) == {"yes"}, again[again["agrees"] != "yes"]


def test_a_wrong_digit_in_the_ledger_is_seen():
    ledger = load_communique(2024).copy()
    ledger.loc["rescued_at_sea", "value"] = 18654
    assert reproduce(ledger).set_index("indicator").loc["rescued_at_sea", "agrees"] == "no: printed 18645, ledger 18654"


def test_the_year_before_is_empty_where_there_is_none():
    assert {one.period for one in previous_figures(2024).values()} == {"2023"}
    assert not any(previous_figures(2017).values())
    assert [name for name, one in previous_figures(2018).items() if one] == ["attempts_prevented"]


def test_iom_counts_add_up_to_no_more_than_their_total():
    returns = read_table("iom_returns")
    totals = returns[returns["origin"] == "total"].set_index("year")["persons"]
    parts = returns[returns["origin"] != "total"].groupby("year")["persons"].sum()
    assert (parts <= totals.loc[parts.index]).all()


def test_frictionless_agrees_that_the_data_are_as_described():
    assert len(check_all()) == len(json.loads((DATA / "datapackage.json").read_text())["resources"])
    report = Package(str(DATA / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """Return a copy of data/, which stands in for it, and which a test may damage."""
    shutil.copytree(DATA, tmp_path / "data")
    monkeypatch.setattr("bilan.data.package.DATA", tmp_path / "data")
    yield tmp_path / "data"


def _rewrite(data, path, old, new, checksum=True):
    """Change a table of a copy of data/, and its checksum with it, as somebody who edits data would."""
    file = data / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    package = data / "datapackage.json"
    if checksum:
        described = json.loads(package.read_text(encoding="utf-8"))
        for resource in described["resources"]:
            if resource["path"] == path:
                resource["hash"] = "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
                resource["bytes"] = file.stat().st_size
        package.write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
    return package


@pytest.mark.parametrize(
    "damage",
    [
        edited(",exact,332,", ",exactly,332,"),
        edited(",332,count", ",many,count"),
        edited("networks_dismantled,332", "attempts_prevented,332"),
        edited("networks_dismantled,", "networks,"),
        edited(",78 685,", ",,"),
        edited("2024-12-31", "31/12/2024"),
        edited("AFG,4,", "Afg,4,", "reference/countries.csv"),
        edited("2024,total,2196", "2024,total,-5", "sources/iom_returns.csv"),
        edited("2018-12-31,total,", "2018-12-31,totla,", "sources/spain_arrivals.csv"),
    ],
)
def test_both_validators_refuse_a_broken_constraint(collection, damage):  # noqa: F811
    damage(collection)
    with pytest.raises(InputError, match=r"^data/.*, line "):
        check_all()
    assert not Package(str(collection.data / "datapackage.json")).validate().valid


def test_a_ledger_has_its_full_year_in_order_and_its_parts_apart():
    for year in years():
        full, parts = load_communique(year), load_partial(year)
        assert full.index.name == "indicator" and set(full["period"]) <= {"full year"} and set(full["year"]) <= {year}
        known = [name for name in full.index if name in INDICATORS]
        assert list(full.index[: len(known)]) == known == [name for name in INDICATORS if name in known]
        assert "full year" not in set(parts["period"]) and list(parts.index) == list(range(len(parts)))
        assert list(parts.columns) == [*read_table(f"communique_{year}").columns, "period"]
        assert len(full) + len(parts) == len(read_table(f"communique_{year}"))
    assert list(load_communique(2024).columns) == list(load_communique(2017).columns)


def test_a_table_handed_out_is_the_readers_own():
    table = read_table("iom_returns")
    table.loc[0, "persons"] = 1
    assert read_table("iom_returns").loc[0, "persons"] != 1


def test_what_was_read_is_known_with_what_it_held(copied):
    begin_use()
    assert used() == {}
    read_table("iom_returns")
    assert years() == sorted(years()) and has_year(2024) and not has_year(1999)
    before = used()
    assert list(before) == ["communique_1999", "communique_2024", "iom_returns", "years"]
    assert before["communique_1999"] == "" and all(len(before[name]) == 64 for name in before if name[-4:] != "1999")
    assert state("iom_returns") == before["iom_returns"] and len(set(before.values())) == 4
    (copied / "sources/iom_returns.csv").write_bytes(b"other")
    assert used() == before | {"iom_returns": state("iom_returns")} and state("iom_returns") != before["iom_returns"]
    _rewrite(copied, "communiques/2024.csv", "78685", "78686")
    assert state("communique_2024") != before["communique_2024"] and state("years") == before["years"]
    package = copied / "datapackage.json"
    described = json.loads(package.read_text(encoding="utf-8"))
    before = {name: state(name) for name in ("countries", "frontex_detections", "years")}

    def describe_anew(resources):
        package.write_text(json.dumps(described | {"resources": resources}), encoding="utf-8")

    resources = [dict(reversed(one.items())) for one in described["resources"]]
    describe_anew(resources)
    assert {name: state(name) for name in before} == before  # the same, said in another order
    next(one for one in resources if one["name"] == "countries")["schema"]["fields"][0]["description"] = "another"
    describe_anew([one for one in resources if one["name"] != "communique_2018"])
    assert [name for name in before if state(name) != before[name]] == ["countries", "years"]
    assert 2018 not in years() and not any(previous_figures(2019).values())
    begin_use()
    assert used() == {}


def test_outlines_are_read_as_features_or_refused(copied):
    assert {"MAR", "ESP"} <= {one["properties"]["iso_a3"] for one in read_outlines()}
    path = next(one["path"] for one in datapackage()["resources"] if one["name"] == "outlines")
    _rewrite(copied, path, '"features"', '"feature"')
    with pytest.raises(InputError, match=rf"^data/{path}: expected GeoJSON features, found .*features"):
        read_outlines()


def test_a_table_that_was_changed_is_named_with_both_checksums(copied):
    _rewrite(copied, "communiques/2024.csv", "78685", "78686", checksum=False)
    sums = r"expected checksum sha256:[0-9a-f]{64}, found sha256:[0-9a-f]{64}"
    advice = r"If the change is meant, put the new checksum in data/datapackage\.json\."
    with pytest.raises(InputError, match=rf"^data/communiques/2024\.csv: {sums}\. {advice}$"):
        read_table("communique_2024")


@pytest.mark.parametrize(("share", "taken"), [("80.5", True), ("80.6", False)])
def test_shares_may_exceed_the_whole_by_what_rounding_three_of_them_may_add(copied, share, taken):
    _rewrite(copied, "communiques/2024.csv", ",58,percent", f",{share},percent")
    if taken:
        assert load_communique(2024).loc["share_west_africa", "value"] == 80.5
        return
    with pytest.raises(InputError, match=r"communiques/2024\.csv.*expected shares of at most 100 %.*found 101\.6"):
        load_communique(2024)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2024,total,", "2024,tot\udce9l,", "expected UTF-8, found another encoding"),
        ("2024,total,", "2024,", "fields, found"),
    ],
)
def test_a_table_in_another_encoding_or_with_a_field_too_few_is_refused(copied, old, new, message):
    path = copied / "sources/iom_returns.csv"
    raw = path.read_bytes().replace(old.encode(), new.encode("utf-8", "surrogateescape"), 1)
    path.write_bytes(raw)
    described = json.loads((copied / "datapackage.json").read_text(encoding="utf-8"))
    table = next(one for one in described["resources"] if one["name"] == "iom_returns")
    table |= {"hash": "sha256:" + hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}
    (copied / "datapackage.json").write_text(json.dumps(described), encoding="utf-8")
    with pytest.raises(InputError, match=rf"^data/sources/iom_returns\.csv.*{message}"):
        read_table("iom_returns")


def test_columns_have_the_types_their_description_gives():
    _parsed.cache_clear()
    kinds = read_table("iom_returns").dtypes.astype(str)
    assert (kinds["year"], kinds["persons"]) == ("int64", "Int64")
    assert str(read_table("communique_2024").dtypes["value"]) == "float64"
    assert str(read_table("countries").dtypes["arab_maghreb_union"]) == "Int64"


def test_nothing_is_a_figure_too(copied):
    _rewrite(copied, "communiques/2024.csv", ",332,count,exact,332,", ",0,count,exact,0,")
    _rewrite(copied, "communiques/2024.csv", ",12,percent,exact,12 %,", ",0,percent,exact,0 %,")
    assert list(load_communique(2024).loc[["networks_dismantled", "share_maghreb"], "value"]) == [0, 0]


def _constrain(data, table, column, **constraints):
    """Change what the description asks of a column."""
    path = data / "datapackage.json"
    described = json.loads(path.read_text(encoding="utf-8"))
    fields = next(one["schema"]["fields"] for one in described["resources"] if one["name"] == table)
    next(one for one in fields if one["name"] == column).setdefault("constraints", {}).update(constraints)
    path.write_text(json.dumps(described), encoding="utf-8")


def test_a_number_above_its_maximum_is_refused_and_one_at_it_is_not(copied):
    largest = int(read_table("iom_returns")["persons"].max())
    _constrain(copied, "iom_returns", "persons", maximum=largest)
    assert read_table("iom_returns")["persons"].max() == largest
    at = read_table("iom_returns")["persons"].idxmax() + 2
    _constrain(copied, "iom_returns", "persons", maximum=largest - 1)
    line = rf"^data/sources/iom_returns\.csv, line {at}, persons: "
    with pytest.raises(
        InputError, match=rf"{line}input should be less than or equal to {largest - 1}, found '{largest}'"
    ):
        read_table("iom_returns")


def test_a_value_that_stands_twice_where_it_may_not_is_named_with_its_line(copied):
    years = list(read_table("iom_returns")["year"])
    _constrain(copied, "iom_returns", "year", unique=True)
    at = next(at for at, year in enumerate(years) if year in years[:at])
    with pytest.raises(
        InputError, match=rf"^data/sources/iom_returns\.csv, line {at + 2}\b.*year.*{years[at]}\b.* again"
    ):
        read_table("iom_returns")


def test_a_table_that_is_not_described_is_refused():
    with pytest.raises(InputError, match=r"expected one of the tables .*countries.*; found none named 'nothing'"):
        read_table("nothing")


def test_a_year_without_a_ledger_is_refused():
    with pytest.raises(InputError, match="year: expected one of"):
        load_communique(1999)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (None, "schema.fields: expected a list, found None"),
        ("year", "schema.fields: expected a list, found 'year'"),
        ([], "schema.fields: expected at least one, found []"),
        ([{"type": "string"}], "schema.fields.#1.name: expected a value, found none"),
        ([7], "schema.fields.#1: expected an object, found 7"),
        ([{"name": 7, "type": "string"}], "schema.fields.#1.name: input should be a valid string, found 7"),
        ([{"name": "a", "type": "string"}] * 2, "schema: expected each field once, found 'a' twice"),
    ],
)
def test_a_description_without_named_fields_is_refused(copied, fields, said):
    path = copied / "datapackage.json"
    described = json.loads(path.read_text(encoding="utf-8"))
    next(one for one in described["resources"] if one["name"] == "countries")["schema"]["fields"] = fields
    path.write_text(json.dumps(described), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_table("countries")
    assert str(refused.value) == f"data/datapackage.json: resources.countries.{said}"


SHARES_GONE = [(f",{share},percent,exact,{share} %,", ",0,percent,exact,0 %,") for share in (12, 9)]


@pytest.mark.parametrize(("share", "taken"), [("100", True), ("100.5", False)])
def test_a_share_is_at_most_the_whole(copied, share, taken):
    for old, new in ((",58,percent,exact,58 %,", f",{share},percent,exact,{share} %,"), *SHARES_GONE):
        _rewrite(copied, "communiques/2024.csv", old, new)
    if taken:
        assert load_communique(2024).loc["share_west_africa", "value"] == 100
        return
    with pytest.raises(InputError, match=r"line \d+, value: expected a share from 0 to 100 %, found 100\.5$"):
        load_communique(2024)


def test_what_lies_about_in_data_and_is_no_table_stops_nothing(copied):
    os.mkfifo(copied / "sources" / "waiting.csv")
    (copied / "sources" / ".#spain_arrivals.csv").symlink_to("someone@machine.1")
    (copied / "sources" / ".~lock.spain_arrivals.csv#").write_text("x")
    (copied / ".tmp.csv").mkdir()
    (copied / ".tmp.csv" / "half.csv").write_text("x")
    (copied / "spain.csv").symlink_to("nowhere.csv")
    (copied / "sources" / "notes.txt").write_text("x")
    Path(os.fsdecode(bytes(copied) + b"/sources/donn\xe9es.csv")).write_text("x")
    assert len(check_all()) == len(datapackage()["resources"])
    (copied / "sources" / "spain arrivals.csv").write_text("x")
    with pytest.raises(InputError, match=r"^data/sources/spain arrivals\.csv: expected a description"):
        check_all()


@pytest.mark.parametrize(
    ("days", "period"),
    [
        (("2024-01-01", "2024-12-31", "exact"), "full year"),
        (("2024-01-01", "2024-08-31", "exact"), "2024-01-01/2024-08-31"),
        (("2017-01-01", "2017-11-30", "about"), "2017-01-01/2017-11-30~"),
        (("2020-01-01", None, None), "2020-01-01/"),
        ((None, float("nan"), None), ""),
    ],
)
def test_a_period_is_written_as_days_and_read_again(days, period):
    assert period_of(*days) == period
    read = parse_period(period)
    if "/" not in period:
        assert read is None
        return
    first, last, about = read
    assert (str(first), last and str(last), about) == (days[0], days[1], days[2] == "about")
    assert parse_period("nothing/known") is None and parse_period("2024") is None


def test_no_reader_of_the_data_needs_a_text_to_know_a_number_or_its_place():
    for year in years():
        table = read_table(f"communique_{year}")
        assert "place" not in table and table["source_key"].notna().all()
        assert table.groupby("source_key")[["source", "source_url"]].nunique().max().max() == 1
        assert with_periods(table)["period"].str.match(r"full year$|\d{4}-\d\d-\d\d/(\d{4}-\d\d-\d\d~?)?$").all()
    spain = read_table("spain_arrivals").iloc[0]
    assert row_source(spain)["place"] == {"basis": "later_balance"}
    row = load_partial(2025).iloc[0]
    assert row_source(row) == {
        "title": row["source"],
        "url": row["source_url"],
        "key": "swissinfo_2025",
        "place": {"paragraph": None, "sentence": None},
    }
    returns = read_table("iom_returns")
    assert returns.loc[returns["qualifier"] == "about", "year"].to_list() == [2021]
    deaths = source_of("iom_deaths")
    assert deaths["title"].startswith("IOM Missing") and deaths["url"] == "https://missingmigrants.iom.int/"
    assert deaths["place"] == {} and source_of("frontex_detections")["key"] == "frontex_detections"
    with pytest.raises(InputError, match="expected a publication with the key nothing"):
        source_of("nothing")


# Where figures were read, and who else printed them

KEYED = [
    one["name"]
    for one in datapackage()["resources"]
    if any(f["name"] == "source_key" for f in one.get("schema", {}).get("fields", []))
]
WHOLE = {"frontex_detections", "iom_deaths", "countries", "outlines"}  # tables that come as one
# Hosts that a fact-checker would refuse: mirrors, aggregators, pages of a site under construction, short links.
REFUSED_HOSTS = (
    *("bitlysdowssl", "lifelines.name", "maldankon.cloud", "newssummedup.com", "pruebas.", "staging.", "localhost"),
    *("prisaradio-prod", "arcpublishing.com", "fdocuments.", "bit.ly", "t.co/", "webcache.", "translate.goog"),
)


def refused_hosts(addresses):
    return [one for one in addresses if any(f"{host}" in one.split("/", 3)[2] + "/" for host in REFUSED_HOSTS)]


def test_every_publication_is_named_by_a_row_and_every_row_names_one():
    named = {key for name in KEYED for key in read_table(name)["source_key"]}
    assert named | WHOLE == set(publications().index)
    assert {name for name in WHOLE if source_of(name)["title"]} == WHOLE
    with pytest.raises(
        InputError, match=r"^data/publications\.csv: expected a publication with the key no, found none"
    ):
        publications("no")


def test_no_address_is_one_that_a_fact_checker_would_refuse():
    addresses = [one for one in publications()["url"] if one != NOT_RECORDED]
    assert len(addresses) > 90 and refused_hosts(addresses) == []
    assert refused_hosts(["https://bitlysdowssl-aws.com/?p=1", "https://pruebas.example.es/a"]) != []
    assert "address not given" not in Path(DATA / "publications.csv").read_text(encoding="utf-8")


def _blank(data, path, column):
    """Empty one column of the first row of a table of a copy of data/, and describe it as it is then."""
    with (data / path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    before = (data / path).read_text(encoding="utf-8")
    rows[0][column] = ""
    with (data / path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    after = (data / path).read_text(encoding="utf-8")
    assert after != before, (path, column)
    (data / path).write_text(before, encoding="utf-8")
    _rewrite(data, path, before, after)


PROVENANCE = ("as_printed", "producer", "source_key", "body")
WANTED = [(one, field) for one in KEYED for field in PROVENANCE if one != "statements"] + [("statements", "source_key")]
WANTED += [("publications", name) for name in ("publisher", "title", "published", "read", "url", "licence", "version")]
WANTED += [("publications", "checksum"), ("publications", "key")]


@pytest.mark.parametrize(("table", "column"), WANTED)
def test_a_row_without_its_provenance_is_refused(copied, table, column):
    resource = next(one for one in datapackage()["resources"] if one["name"] == table)
    if column not in [one["name"] for one in resource["schema"]["fields"]]:
        assert column in ("producer", "body")  # who counts is said once for the table, or in one of the two
        return
    _blank(copied, resource["path"], column)
    with pytest.raises(InputError, match=rf"^data/{resource['path']}, line 2, {column}: expected a value, found"):
        check_all()


def test_who_gives_a_figure_is_said_where_it_is_not_the_ministry():
    rows = pd.concat([read_table(f"communique_{year}") for year in years()])
    spokesman = rows[rows["producer"] == "government_spokesman"]
    assert set(spokesman["value"]) == {39000, 30000}
    assert set(rows.loc[rows["producer"] == "migration_observatory", "year"]) == {2018}


def test_the_nine_figures_have_an_address_and_others_beside_it():
    for name in INDICATORS:
        first, *others = printed_by(name, 2024)
        assert first["source_key"] == "source_article_2024" and first["differs"] == []
        assert first["url"].startswith("https://actu-maroc.com/") and others
        assert all(one["published"] and one["read"] and one["as_printed"] for one in (first, *others))
    assert printed_by("assaults", 1999) == printed_by("assaults", 2018) == printed_by("nothing", 2024) == []


@pytest.mark.parametrize("indicator", [name for name in INDICATORS if name.startswith("share_")])
def test_six_publications_in_four_languages_print_another_base(indicator):
    foreign = [one for one in printed_by(indicator, 2024) if one["share_base"] == "foreign"]
    assert len(foreign) == 6 and {one["number_format"] for one in foreign} == {"fr", "en", "es", "ar"}
    assert all(one["differs"] == ["share_base"] for one in foreign)
    assert [one["source_key"] for one in printed_by(indicator, 2024) if one["share_base"] == "intercepted"] == [
        "source_article_2024"
    ]


@pytest.mark.parametrize(
    ("indicator", "said"),
    [("attempts_prevented", "78,685, its printed form"), ("share_maghreb", "12%, its printed form")],
)
def test_a_print_whose_form_is_not_recorded_says_the_number_it_confirms(indicator, said):
    lines = [print_line(one, False, "en") for one in printed_by(indicator, 2024) if one["as_printed"] == NOT_RECORDED]
    assert lines and all(f"number as printed: {said} not recorded" in line for line in lines)


def test_whether_a_print_confirms_is_worked_out():
    differs = {(one["publisher"], *one["differs"]) for one in printed_by("voluntary_returns", 2024)}
    assert {("KBC", "qualifier"), ("Rue20 Español",)} <= differs
    assert ("LeSiteinfo", "definition") in {(one["publisher"], *one["differs"]) for one in printed_by("assaults", 2024)}
    assert {tuple(one["differs"]) for one in printed_by("networks_dismantled", 2024)} == {(), ("value",)}
    months = printed_by("rescued_at_sea", 2024, "2024-01-01/2024-08-31")
    assert [one["differs"] for one in months] == [[], ["value"]] and months[1]["value"] == 10859


def test_a_print_that_changes_is_held_against_the_ledger_anew(copied):
    assert all(not one["differs"] for one in printed_by("assault_participants", 2024))
    _rewrite(
        copied, "communiques/printed_by.csv", "4290,count,at_least,plus de 4 290", "4291,count,at_least,plus de 4 291"
    )
    assert [one["publisher"] for one in printed_by("assault_participants", 2024) if one["differs"] == ["value"]] == [
        "Le Courrier de l'Atlas"
    ]
    rue20 = next(one for one in printed_by("share_maghreb", 2024) if one["publisher"] == "Rue20 Español")
    assert (rue20["differs"], rue20["left_open"]) == ([], ["share_base"])  # what it does not say is no difference
    assert set(COMPARED) == {"value", "qualifier", "share_base", "definition"}


def test_a_number_knows_who_printed_it():
    found = figures(2024)
    assert prints_of(found["assaults"]) == printed_by("assaults", 2024) != []
    assert prints_of(found["assaults"] / 2) == [] and prints_of(figures(1999)["assaults"]) == []
    part = figures_of_parts(2025)["voluntary_returns_with_iom"]
    assert [one["publisher"] for one in prints_of(part)] == ["Swissinfo", "Barlamane"]
    assert prints_of(figures_of_other_bodies(2024)["dgsn_foreigners"]) == []
    before = figures(2023, edition=2024)["assault_participants"]
    assert [one["differs"] for one in prints_of(before)] == [[], ["qualifier"]]


def test_breaks_of_definition_are_codes():
    assert definitions(2024) == {"assaults": "attempted_assaults"}
    assert definitions(2021) == {
        "attempts_prevented": "immigration_and_emigration",
        "voluntary_returns_part": "removals",
        "spain_arrivals": "excludes_17_18_may",
        "spain_land_arrivals": "excludes_17_18_may",
    }
    assert definitions(2017) == {"attempts_prevented": "interpellations"} and definitions(2020) == {}


def test_a_publication_that_changes_is_a_change_of_the_tables_that_name_it(copied):
    tables = ("communique_2024", "communique_2018", "iom_deaths")
    before = {name: state(name) for name in tables}
    _rewrite(copied, "publications.csv", "Actu-Maroc, 78 685", "Actu-Maroc: 78 685")
    assert [name for name in tables if state(name) != before[name]] == ["communique_2024"]


def test_departures_by_country_do_not_add_up_to_their_total_and_the_table_says_so():
    rows = read_table("departures").set_index("country")
    over = rows["persons"].drop("total").sum() - rows.loc["total", "persons"]
    assert over == 127 and f"{over} more" in rows.loc["total", "note"]
