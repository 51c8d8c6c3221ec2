from types import SimpleNamespace

import pytest
from bilan.cli import build, editions
from bilan.data.package import years
from bilan.errors import InputError
from bilan.languages import LANGUAGES
from bilan.parameters import DEEPEST_YAML, Parameters, check_parameters, read_parameters, read_settings, read_yaml
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "values",
    [
        {"year": "2024"},
        {"year": True},
        {"year": 2024.0},
        {"foreign_share": True},
        {"share_base": None},
    ],
)
def test_a_notebook_converts_nothing_silently(values):
    with pytest.raises(InputError, match=f"parameter {next(iter(values))}"):
        check_parameters(values)


@given(st.dictionaries(st.text(min_size=1), st.none() | st.booleans() | st.integers() | st.text(), min_size=1))
def test_any_parameters_are_taken_or_refused_by_name(values):
    try:
        assert set(values) <= set(check_parameters(values).model_dump())
    except InputError as error:
        assert str(error).startswith("parameter ")


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(InputError) as refused:
        check_parameters({"year": "2024", "lang": "de", "yaer": 1})
    year, lang, unknown = str(refused.value).split("; parameter ")[:3]
    assert year.startswith("parameter year: ") and lang.startswith("lang: ") and unknown.startswith("yaer: ")


def test_the_edition_names_what_was_changed_and_nothing_else():
    assert Parameters().edition == "2024"
    assert read_settings(["year=2023", "lang=fr"]).edition == "2023"
    assert read_settings(["mauritania=maghreb"]).edition == "2024-mauritania-maghreb"
    foreign = read_settings(["share_base=foreign", "foreign_share=0.8"])
    assert foreign.edition == "2024-share-base-foreign-foreign-share-0.8"
    assert foreign.changed() == {"share_base": "foreign", "foreign_share": 0.8}


def test_the_year_and_the_languages_make_no_variant_and_what_a_notebook_has_not_is_left_at_its_default():
    run = check_parameters({"year": 2023, "languages": ["fr"], "share_base": "foreign", "mauritania": "maghreb"})
    assert run.changed() == {"share_base": "foreign", "mauritania": "maghreb"}
    assert check_parameters({"lang": "ar", "languages": []}).changed() == {}
    alone = run.only(["year", "mauritania"])
    assert alone == check_parameters({"year": 2023, "mauritania": "maghreb"})
    assert run.only([]) == Parameters() and (Parameters().year, Parameters().lang) == (2024, "en")


def test_parameters_that_were_checked_stay_as_they_are():
    with pytest.raises(ValueError, match="frozen"):
        Parameters().year = 1999


def asked(*options: str) -> SimpleNamespace:
    """Return what `bilan build` was asked for."""
    return SimpleNamespace(**build.make_context("build", [*options]).params)


def test_all_asks_for_every_year_in_every_language():
    runs = editions(asked("--all"))
    assert [run.year for run in runs] == years() and len(runs) >= 9
    assert {tuple(run.languages) for run in runs} == {LANGUAGES}
    variants = editions(asked("--all", "--lang", "ar", "--set", "mauritania=maghreb"))
    assert {run.mauritania for run in variants} == {"maghreb"} and variants[0].languages == ["ar"]


def test_a_file_of_parameters_is_what_papermill_takes_and_is_checked_as_all_are(tmp_path):
    path = tmp_path / "parameters.yaml"
    path.write_text("year: 2023\nlanguages: [fr]\nmauritania: maghreb\n", encoding="utf-8")
    read = read_parameters(path)
    assert (read.year, read.languages, read.mauritania) == (2023, ["fr"], "maghreb")


def test_a_file_of_parameters_may_be_wide_but_not_deep():
    assert len(read_yaml("\n".join(f"n{at}: [1]" for at in range(50)).encode(), "f")) == 50
    lists = DEEPEST_YAML - 1  # in the mapping, which is the first
    assert read_yaml(f"a: {'[' * lists}{']' * lists}".encode(), "f")
    with pytest.raises(InputError, match=f"^f, line 1: expected lists in each other at most {DEEPEST_YAML} deep"):
        read_yaml(f"a: {'[' * (lists + 1)}{']' * (lists + 1)}".encode(), "f")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: 2024-13-45", "f: expected YAML, found: month must be in 1..12"),
        ("a: 1\nb: 1\na: 2\nb: 2\nb: 3", "f: expected each parameter once, found 'a' twice"),
        ("x: y\na: {", "f, line 2: expected YAML, found: expected the node content, but found '<stream end>'"),
    ],
)
def test_what_is_wrong_with_a_yaml_file_is_said_with_its_line(content, said):
    with pytest.raises(InputError) as refused:
        read_yaml(content.encode(), "f")
    assert str(refused.value) == said
