"""The years side by side: full years apart from parts, how a year stands among them, growth in print."""

import pytest
from bilan.analysis import years
from bilan.analysis.communique import figures_of_parts
from bilan.number import published
from bilan.show.all_years import draw_all_years
from test_number import MINISTRY


def test_parts_of_years_stay_apart():
    series = years.all_figures()
    assert not series.duplicated(["indicator", "year"]).any()
    full = series["period"] == "full year"
    assert set(series.loc[~full, "year"]) >= {2017, 2020, 2025}  # of 2017, networks
    attempts = series[full & (series["indicator"] == "attempts_prevented")]
    assert attempts["year"].tolist() == [2017, 2018, 2019, 2021, 2022, 2023, 2024]
    assert set(years.all_figures(["assaults"])["indicator"]) == {"assaults"}
    ordered = years.all_figures(["rescued_at_sea", "assaults"])
    names = list(ordered["indicator"])
    assert names == sorted(names, reverse=True) and set(names) == {"rescued_at_sea", "assaults"}
    assert all(rows["year"].is_monotonic_increasing for _, rows in ordered.groupby("indicator"))
    assert list(series.columns) == ["indicator", "year", "value", "unit", "qualifier", "period"]
    parts = {year: figures_of_parts(year) for year in (2017, 2018, 2020, 2022, 2025)}
    for row in series[~full].itertuples():  # the longest part, where there are more
        part = parts[row.year][row.indicator]
        assert (part.period, float(part.known)) == (row.period, row.value)


def test_a_year_among_the_years(numbers_of):
    numbers = numbers_of(2024)
    stood = ("full_years", "years_above", "peak")
    stands = [numbers[f"attempts_prevented_{name}"] for name in stood]
    assert [(one.value, one.unit) for one in stands] == [(7, "years"), (1, "years"), (88761, "attempts")]
    assert stands[0].inputs == stands[1].inputs and stands[2].period == "2018"
    assert {numbers[id].period for id in stands[0].inputs} == {"2017", "2018", "2019", "2021", "2022", "2023", "2024"}
    highest = numbers_of(2018)
    assert [highest[f"attempts_prevented_{name}"].value for name in ("full_years", "years_above", "peak")] == [
        7,
        0,
        None,
    ]
    without = numbers_of(2020)  # which no full-year figure was found of
    assert not any(without[f"attempts_prevented_{name}"] for name in ("full_years", "years_above", "peak"))
    assert without["attempts_prevented_full_years"].missing == (("attempts_prevented_full_years", "2020"),)


def _series(*values):
    return [published(f"n_{year}", value, "networks", str(year), MINISTRY, name="n") for year, value in values]


def test_how_a_year_stands_is_told_in_years_and_names_what_is_missing():
    series = _series((2018, 5), (2019, 9), (2020, 7), (2021, 7))
    found = {"all_full_years": years.how_many, "years_with_more": years.how_many_above}
    for formula, count in found.items():
        made = count(series, 2020)
        assert (made.unit, made.period, made.inputs) == ("years", "2020", ("n_2018", "n_2019", "n_2020", "n_2021"))
        assert made.formula.startswith(f"{{formula.{formula}}}: {{n_2018}}")
    for place in (*found.values(), years.peak, years.last_above, years.last_below):
        none = place(series, 2030)
        assert not none and none.missing == (("n", "2030"),) and none.unit == "years"
        assert place([], 2030).missing == (("", "2030"),)
    assert years.peak(series[1:2], 2019).missing == (("n", "2019"),)


def test_the_last_year_that_had_more_or_fewer_is_before_the_editions():
    series = _series((2017, 9), (2018, 4), (2019, 9), (2020, 7), (2021, 7), (2022, 3), (2023, 8))
    more = {edition: years.last_above(series, edition) for edition in (2017, 2018, 2019, 2020, 2021, 2022, 2024)}
    fewer = {edition: years.last_below(series, edition) for edition in (2017, 2019, 2021, 2022, 2023, 2024)}
    assert {edition: one.period for edition, one in more.items() if one} == {
        2018: "2017",
        2020: "2019",
        2021: "2019",  # 2020 had as many
        2022: "2021",
    }
    assert {edition: one.period for edition, one in fewer.items() if one} == {2019: "2018", 2021: "2018", 2023: "2022"}


def test_the_highest_is_the_highest_and_equals_are_not_above():
    series = _series((2018, 5), (2019, 9), (2020, 7), (2021, 7))
    assert [years.how_many(series, year).value for year in (2018, 2022)] == [4, None]
    assert [years.how_many_above(series, year).value for year in (2018, 2019, 2020, 2022)] == [3, 0, 1, None]
    assert years.peak(series, 2018).period == "2019" and not years.peak(series, 2019) and not years.peak(series, 2022)


@pytest.mark.parametrize("of", [2017, 2020, 2024])
def test_the_other_years_are_all_but_the_editions_and_the_one_before(of):
    found = years.other_years(of)
    assert {int(one.period) for one in found} == {2017, 2018, 2019, 2021, 2022, 2023, 2024} - {of, of - 1}
    assert all(found) and len({one.id for one in found}) == len(found)
    assert {one.id for one in years.full_years("attempts_prevented", of)} - {one.id for one in found} == {
        "attempts_prevented" + (f"_{year}" if year < of else "")
        for year in {of, of - 1} & {2017, 2018, 2019, 2021, 2022, 2023, 2024}
    }


def test_every_published_rate_is_checked():
    rates = years.all_published_rates()
    assert list(rates.index) == list(range(8)) and rates["year"].tolist() == [2018, *[2023] * 5, *[2024] * 2]
    assert rates["shortened"].value_counts().to_dict() == {
        "either": 3,
        "cut_off": 2,
        "rounded": 2,
        "unchecked": 1,
    }


def test_this_year_is_marked_and_a_part_of_a_year_is_hollow_with_its_months():
    table = years.all_figures().query("unit == 'count'")
    chart = draw_all_years(table.assign(this_year=table["year"] == 2024), "en")
    marks = chart.laid_out(800).marks
    columns = {mark.title: mark.cls for mark in marks if mark.kind == "rect" and mark.title}
    assert {title for title, cls in columns.items() if cls == "now"} == {
        title for title in columns if "in 2024" in title
    }
    assert all((cls == "part") == ("part of" in title) for title, cls in columns.items())
    assert columns["26,800 in part of 2020"] == "part" and columns["88,761 in 2018"] == "past"
    assert "Jan–Aug" in {mark.said for mark in marks}
    points_up = [mark for mark in marks if mark.kind == "path"]
    assert len(points_up) == 1 + (table["qualifier"] == "at_least").sum()  # one in the key
    assert "26,800 in part of 2020" in chart.alt and "more than 4,290 in 2024" in chart.alt
