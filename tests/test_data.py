import json

import pandas as pd
import pytest
from bilan.checks import check_all
from bilan.data import DATA, INDICATORS, load_communique, load_partial, load_previous, read_table, years
from bilan.errors import InputError
from bilan.figures import reproduce
from frictionless import Package
from test_refusals import collection, edited  # noqa: F401


def test_the_ledger_of_2024_holds_the_nine_figures_of_the_article():
    ledger = load_communique(2024)
    expected = dict(zip(INDICATORS, (78685, 332, 58, 12, 9, 14, 4290, 18645, 6135), strict=True))
    assert ledger.loc[list(INDICATORS), "value"].to_dict() == expected
    assert ledger.loc["assault_participants", "qualifier"] == "at_least"
    assert set(ledger.loc[["share_west_africa", "share_maghreb"], "share_base"]) == {"intercepted"}
    assert ledger["place"].str.len().min() > 0 and ledger["source"].str.len().min() > 0


@pytest.mark.parametrize("year", years())
def test_every_figure_of_every_year_is_reproduced_from_print(year):
    again = pd.concat([reproduce(load_communique(year)), reproduce(load_partial(year))])
    assert len(again) and set(again["agrees"]) == {"yes"}, again[again["agrees"] != "yes"]


def test_a_wrong_digit_in_the_ledger_is_seen():
    ledger = load_communique(2024).copy()
    ledger.loc["rescued_at_sea", "value"] = 18654
    assert reproduce(ledger).set_index("indicator").loc["rescued_at_sea", "agrees"] == "no: printed 18645, ledger 18654"


def test_the_year_before_is_empty_where_there_is_none():
    assert list(load_previous(2024)["year"].unique()) == [2023]
    assert load_previous(2017).empty and load_previous(2018).empty  # of 2017 only parts were published


def test_iom_counts_add_up_to_no_more_than_their_total():
    returns = read_table("iom_returns")
    totals = returns[returns["origin"] == "total"].set_index("year")["persons"]
    parts = returns[returns["origin"] != "total"].groupby("year")["persons"].sum()
    assert (parts <= totals.loc[parts.index]).all()


def test_frictionless_agrees_that_the_data_are_as_described():
    assert len(check_all()) == len(json.loads((DATA / "datapackage.json").read_text())["resources"])
    report = Package(str(DATA / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])


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
        edited("2018,total,", "2018,totla,", "sources/spain_arrivals.csv"),
    ],
)
def test_both_validators_refuse_a_broken_constraint(collection, damage):  # noqa: F811
    damage(collection)
    with pytest.raises(InputError, match=r"^data/.*, line "):
        check_all()
    assert not Package(str(collection.data / "datapackage.json")).validate().valid


def test_a_year_without_a_ledger_is_refused():
    with pytest.raises(InputError, match="year: expected one of"):
        load_communique(1999)
