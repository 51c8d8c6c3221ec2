import pytest
from bilan.cli import _parser, editions, main
from bilan.data import years
from bilan.errors import InputError
from bilan.language import LANGUAGES
from bilan.parameters import Parameters, check_parameters, read_parameters, read_settings
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

WRONG = [
    (["--set", "yaer=2024"], "parameter yaer: expected one of year, lang,"),
    (["--year", "1999"], "parameter year: expected one of 2017,"),
    (["--year", "last"], "parameter year: input should be a valid integer"),
    (["--lang", "de"], "parameter languages.0: input should be 'fr', 'en', 'es' or 'ar', found 'de'"),
    (["--lang", "fr", "--lang", "fr"], "parameter languages: expected each language once"),
    (["--set", "share_base=all"], "parameter share_base: input should be 'intercepted' or 'foreign', found 'all'"),
    (["--set", "foreign_share=0.8"], "parameter foreign_share: expected only with share_base=foreign"),
    (
        ["--set", "share_base=foreign", "--set", "foreign_share=1.5"],
        "foreign_share: input should be less than or equal",
    ),
    (["--set", "share_base=foreign", "--set", "foreign_share=0"], "foreign_share: input should be greater than 0"),
    (["--set", "share_base=foreign", "--set", "foreign_share=nan"], "foreign_share: input should be a finite number"),
    (["--set", "mauritania"], "--set: expected NAME=VALUE, found 'mauritania'"),
    (["--set", "mauritania=maghreb", "--set", "mauritania=maghreb"], "expected each parameter once"),
    (["--set", "languages=fr"], "bilan: --set languages: expected --lang for each language instead\n"),
    (["--set", "mauritania=x=y"], "parameter mauritania: input should be 'western_africa' or 'maghreb', found 'x=y'"),
    (["--jobs", "0"], "--jobs: expected a number of at least 1, found 0"),
    (["--jobs", "two"], "--jobs: invalid int value: 'two'"),
    (["--all", "--year", "2024"], "--year: expected no year beside --all"),
    (["--out", "README.md"], "--out README.md: expected a folder, found a file"),
    (["--frobnicate"], "unrecognized arguments: --frobnicate"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG, ids=[" ".join(arguments) for arguments, _ in WRONG])
def test_wrong_input_gets_one_message_and_nothing_runs(tmp_path, monkeypatch, capsys, arguments, message):
    monkeypatch.setenv("BILAN_RESULTS", str(tmp_path / "results"))
    monkeypatch.chdir(ROOT)
    assert main(["build", *arguments]) == 2
    out, said = capsys.readouterr()
    assert message in said and said.count("\n") == 1 and said.startswith("bilan: ") and out == ""
    assert not (tmp_path / "results").exists()


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


def test_all_asks_for_every_year_in_every_language():
    runs = editions(_parser().parse_args(["build", "--all"]))
    assert [run.year for run in runs] == years() and len(runs) >= 9
    assert {tuple(run.languages) for run in runs} == {LANGUAGES}
    variants = editions(_parser().parse_args(["build", "--all", "--lang", "ar", "--set", "mauritania=maghreb"]))
    assert {run.mauritania for run in variants} == {"maghreb"} and variants[0].languages == ["ar"]


def test_a_file_of_parameters_is_what_papermill_takes_and_is_checked_as_all_are(tmp_path):
    path = tmp_path / "parameters.yaml"
    path.write_text("year: 2023\nlanguages: [fr]\nmauritania: maghreb\n", encoding="utf-8")
    read = read_parameters(path)
    assert (read.year, read.languages, read.mauritania) == (2023, ["fr"], "maghreb")
    for content, message in {
        "year: '2023'": "parameter year: input should be a valid integer, found '2023'",
        "yeer: 2023": "parameter yeer: expected one of year",
        "- 2023": "expected names of parameters, each with its value, found list",
        "a: [": "expected the node content, but found",
        "": "expected names of parameters, each with its value, found NoneType",
    }.items():
        path.write_text(content, encoding="utf-8")
        with pytest.raises(InputError) as refused:
            read_parameters(path)
        assert str(path) in str(refused.value) and message in str(refused.value)
    with pytest.raises(InputError, match="expected a file of parameters, found: no such file"):
        read_parameters(tmp_path / "none.yaml")
    assert main(["build", "--parameters", str(path), "--year", "2023"]) == 2
