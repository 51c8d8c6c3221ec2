"""Values: what a published figure bounds, and what is worked out from figures that are bounded in different ways."""

import json
from fractions import Fraction

import pandas as pd
import pytest
from bilan.analysis.arithmetic import Range
from bilan.analysis.values import CONTRACT, Value, plain, published, read_values, worked_out, write_values
from hypothesis import given
from hypothesis import strategies as st

NOTHING = (None, None)


def _value(qualifier: str, id: str = "one", number: int = 6, **told) -> Value:
    low, high = {"exact": (number, number), "at_least": (number, None), "about": NOTHING}[qualifier]
    return Value(id, number, "count", low, high, qualifier, "published", "2024", **told)


def _row(name: object, value: float, qualifier: str = "exact", **columns) -> pd.Series:
    return pd.Series({"year": 2024, "value": value, "qualifier": qualifier, "source": "Ministry"} | columns, name=name)


@pytest.mark.parametrize(
    ("name", "value", "unit", "qualifier", "bounds"),
    [
        ("attempts_prevented", 78685.0, "count", "exact", (78685, 78685)),
        ("assault_participants", 4290.0, "count", "at_least", (4290, None)),
        ("networks_dismantled", 290.0, "count", "about", NOTHING),
        ("share_maghreb", 12.0, "percent", "exact", (11.5, 12.5)),
        ("share_maghreb", 12.4, "percent", "exact", (12.35, 12.45)),
        ("share_maghreb", 0.0, "percent", "exact", (0, 0.5)),
        ("share_maghreb", 100.0, "percent", "exact", (99.5, 100)),
        ("share_maghreb", 12.0, "percent", "at_least", (12, None)),
        ("share_maghreb", 12.0, "percent", "about", NOTHING),
        ("attempts_yoy_change", 4.6, "percent", "exact", NOTHING),  # nobody says how it was shortened
        ("attempts_yoy_change", 4.6, "percent", "at_least", NOTHING),
    ],
)
def test_what_a_published_figure_bounds(name, value, unit, qualifier, bounds):
    made = published(_row(name, value, qualifier, unit=unit))
    assert (made.id, made.value, made.unit, made.qualifier, made.status) == (name, value, unit, qualifier, "published")
    assert (made.low, made.high) == bounds
    assert made.spread == Range(Fraction(str(value)), *(None if one is None else Fraction(str(one)) for one in bounds))


def test_a_published_figure_says_where_it_stands():
    told = {
        "source_url": "https://example.org",
        "source_key": "ministry_2024",
        "paragraph": 2.0,
        "sentence": float("nan"),
    }
    place = {"paragraph": 2, "sentence": None}
    source = {"title": "Ministry", "url": "https://example.org", "key": "ministry_2024", "place": place}
    made = published(_row(3, 5, **told))
    assert (made.id, made.unit, made.period, made.sources) == ("3", "count", "2024", [source])
    renamed = published(_row(3, 5, source_url=float("nan")), "five", "2024-01-01/2024-08-31")
    assert (renamed.id, renamed.period) == ("five", "2024-01-01/2024-08-31")
    assert (
        renamed.sources == published(_row(3, 5)).sources == [{"title": "Ministry", "url": "", "key": "", "place": {}}]
    )


qualifiers = st.lists(st.sampled_from(["exact", "at_least", "about"]), min_size=1, max_size=4)
results = st.fractions(0, 10**6)


def _said(names: list[str]) -> str:
    return "about" if "about" in names else "at_least" if "at_least" in names else "exact"


@given(qualifiers, results)
def test_about_goes_before_at_least_before_exact_and_a_bare_number_is_bounded_so(names, result):
    made = worked_out("all", result, "count", [_value(name) for name in names], "")
    assert made.qualifier == _said(names) and (made.value, made.status) == (plain(result), "derived")
    known = plain(result)
    assert (made.low, made.high) == {"exact": (known, known), "at_least": (known, None), "about": NOTHING}[_said(names)]


@given(qualifiers, results, results, results, st.booleans(), st.booleans())
def test_a_range_keeps_its_bounds_but_a_lower_bound_has_no_upper(names, result, less, more, has_low, has_high):
    low, high = result - less if has_low else None, result + more if has_high else None
    made = worked_out("all", Range(result, low, high), "count", [_value(name) for name in names], "")
    if "about" in names or not has_low:
        assert made.qualifier == "about"
    else:
        assert made.qualifier == ("at_least" if not has_high else _said(names))
    assert made.low == plain(low)
    assert made.high == (None if made.qualifier == "at_least" else plain(high))


def test_a_qualifier_may_be_told():
    inputs = [_value("at_least")]
    made = worked_out("all", Range(Fraction(5), Fraction(4), Fraction(6)), "count", inputs, "", qualifier="about")
    assert (made.low, made.high, made.qualifier) == (4, 6, "about")
    made = worked_out("all", 5, "count", inputs, "", qualifier="exact")
    assert (made.low, made.high, made.qualifier) == (5, 5, "exact")


def test_what_is_worked_out_names_what_it_was_made_from():
    first, second = {"title": "Ministry", "url": "", "place": "line 1"}, {"title": "Frontex", "url": "", "place": ""}
    inputs = [_value("exact", "one", sources=[first]), _value("exact", "two", sources=[first, second])]
    made = worked_out("all", 5, "persons", (one for one in inputs), "one + two", "recomputed")
    assert made == Value(
        "all", 5, "persons", 5, 5, "exact", "recomputed", "2024", [first, second], "one + two", ["one", "two"], "", None
    )


@pytest.mark.parametrize(("number", "held"), [(None, None), (6.0, 6), (Fraction(1, 3), 1 / 3), (10**20, 10**20)])
def test_a_number_is_held_whole_or_as_the_nearest_float(number, held):
    assert plain(number) == held and type(plain(number)) is type(held)


def test_values_are_written_and_read_back_and_others_get_what_the_contract_says(tmp_path):
    values = [_value("exact", "café", sources=[{"title": "é", "url": "", "place": ""}]), _value("about", "two")]
    path = tmp_path / "values.json"
    write_values(values, path)
    assert read_values(path) == {"café": values[0], "two": values[1]}
    assert json.loads(path.read_text(encoding="utf-8"))[0]["inputs"] == []
    write_values(values, path, contract_only=True)
    said = path.read_bytes().decode("utf-8")
    assert [tuple(row) for row in json.loads(said)] == [CONTRACT] * 2
    assert "café" in said and said.startswith('[\n {\n  "id"') and said.endswith("]\n")
