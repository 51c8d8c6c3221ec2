"""`bilan sweep`: what a table may ask for, and what comes out, as a user runs it."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pandas as pd
import pytest
import yaml
from bilan.__main__ import main
from bilan.analysis.claims import claims
from bilan.build.jobs import plan
from bilan.build.results import CONTRACT
from bilan.build.sweep import SWEPT, jobs_of_rows, read_sweep
from bilan.errors import InputError
from bilan.languages import LANGUAGES, text
from bilan.number import Number, exact
from bilan.parameters import Parameters
from bilan.publish.publication import publish_sweep
from bilan.publish.sweep_report import moves, readings_said, readings_table, with_bounds
from bilan.show.chart import FORMS, save_chart
from bilan.show.readings import draw_readings
from conftest import ROOT, published_here, run_bilan
from hypothesis import given
from hypothesis import strategies as st

TWO = "share_base: [foreign]\nforeign_share: [0.8, 1]\n"
TWO_AS_CSV = "share_base,foreign_share,mauritania\nforeign,0.8,\n\nforeign,1,western_africa\nforeign,1.0,\n"
FIRST, SECOND = (f"2024-share-base-foreign-foreign-share-{share}" for share in ("0.8", "1.0"))

WRONG = {
    "a.yaml": [
        ("- 2024\n", "expected parameters, each with a list of values, found list"),
        ("2024\n", "expected parameters, each with a list of values, found int"),
        ("year: []\n", "parameter year: expected a list of values, found an empty one"),
        ("year: [[2024]]\n", "parameter year: expected a single value, found list"),
        ("year: ['2024']\n", "parameter year: input should be a valid integer, found '2024'"),
        ("year: [2024, 1999]\n", "parameter year: expected one of 2017,"),
        ("year: [2024-01-01]\n", "parameter year: input should be a valid integer"),
        ("yaer: [2024]\n", "parameter 'yaer': expected one of year, share_base, foreign_share, mauritania; found an"),
        ("2024: [2024]\n", "parameter 2024: expected one of year,"),
        ("? [a, b]\n: [1]\n", "expected YAML, found: found unhashable key"),
        ('"ye\\nar": [2024]\n', "parameter 'ye\\nar': expected one of year,"),
        ("languages: [[fr]]\n", "parameter languages: expected none in a sweep"),
        ("share_base: [all]\n", "parameter share_base: input should be 'intercepted' or 'foreign', found 'all'"),
        ("foreign_share: [0.8, 1.5]\n", "parameter foreign_share: input should be less than or equal to 1, found 1.5"),
        ("foreign_share: [.nan]\n", "parameter foreign_share: input should be a finite number"),
        ("foreign_share: [yes]\n", "parameter foreign_share: input should be a valid number, found True"),
        ("year: [2024\n", "a.yaml, line 2: expected YAML, found:"),
        ("year: [2024-13-45]\n", "expected YAML, found: month must be in 1..12"),
        ("year: !!python/name:os.system [2024]\n", "line 1: expected YAML, found: could not determine a constructor"),
        ("{}\n", "expected parameters, each with a list of values, found nothing"),
        ("year: [{a: 1}]\n", "parameter year: expected a single value, found dict"),
        ("year: [2024]\n---\nyear: [2023]\n", "expected YAML, found: but found another document"),
        (b"year: [\xff]\n", "expected UTF-8, found another encoding at byte 7"),
    ],
    "b.csv": [
        ("", "b.csv, line 1: expected each parameter once, found none"),
        ("year,year\n2024,2024\n", "line 1: expected each parameter once, found year, year"),
        ("year,mauritania\n2024\n", "b.csv, line 2: expected 2 fields, found 1"),
        ("year,lang\n2024,fr\n", "line 1: parameter lang: expected none in a sweep"),
        ("year\n2024.5\n", "line 2: parameter year: input should be a valid integer"),
        ("foreign_share\n0.8\n", "line 2: parameter foreign_share: expected only with share_base=foreign, found 0.8"),
        ('year\n"2024\n', "expected CSV, found: unexpected end of data"),
    ],
}


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """Run a table of two readings once; return the folder it lies in, its results beside its site."""
    folder = tmp_path_factory.mktemp("sweep")
    (folder / "two.yaml").write_text(TWO)
    done = run_bilan("sweep", str(folder / "two.yaml"), "--out", str(folder / "site"), results=folder / "results")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Sweep two: 2 parameter sets\n" in done.stdout
    for edition in (FIRST, SECOND):
        assert re.search(rf"^ .* left  {edition} +02_origins +\d+\.\d s$", done.stdout, re.M)
    return folder


def test_a_report_holds_every_value_of_every_reading(swept):
    report = swept / "site" / "sweeps" / "two"
    table = pd.read_csv(report / "results.csv").set_index("edition")
    assert list(table.index) == [FIRST, SECOND] and set(table["outcome"]) == {"ok"}
    assert list(table.columns[:5]) == [*SWEPT, "outcome"]
    assert table["foreign_share"].tolist() == [0.8, 1] and set(table["mauritania"]) == {"western_africa"}
    assert table["origin_west_africa_persons"].tolist() == [36509.84, 45637.3]  # 78 685 × 0.58, × 0.8
    assert table["attempts_per_network"].tolist() == [78685 / 332] * 2
    for edition, row in table.iterrows():
        told = json.loads((report / "values" / f"{edition}.json").read_text(encoding="utf-8"))
        assert told["parameters"] == {name: row[name] for name in SWEPT}
        assert all(tuple(value) == CONTRACT for value in told["values"])
        values = {value["id"]: value["value"] for value in told["values"]}
        assert values.pop("foreign_share") == row["foreign_share"]  # a parameter and, since it is assumed, a value
        assert values == row.drop([*SWEPT, "outcome"]).to_dict()


def test_the_page_says_what_holds_and_what_moves(swept):
    html = (swept / "site" / "sweeps" / "two" / "index.html").read_text(encoding="utf-8")
    front = (swept / "site" / "fr" / "index.html").read_text(encoding="utf-8")
    listed = '<a href="../sweeps/two/fr/index.html">Personnes d’Afrique de l’Ouest en 2024, selon la lecture</a>'
    assert listed in front.replace("\N{NO-BREAK SPACE}", " ")
    assert "Lectures : 2 ; elles diffèrent par : la part d’étrangers supposée" in re.sub(r"\s", " ", front)
    assert "default-src 'none'" in html and "<script" not in html
    said = " ".join(re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").split())
    assert "People from: West Africa 36,510 (36,195 to 36,825) 45,637 (45,244 to 46,031) 2" in said
    assert "West Africa accounts for more than half 2 0 0" in said
    assert "Attempts prevented: fewer than the year before 0 2 0" in said
    assert "same months" not in said  # of which a full year has no figures
    assert "1 80% 36,510 (36,195 to 36,825) All values" in said and "Mauritania counted in: West Africa" in said
    assert "failed" not in said


def test_the_pages_have_words_for_every_id_and_links_that_lead_somewhere(swept):
    report = swept / "site" / "sweeps" / "two"
    ids = [*claims(), *SWEPT[1:], "western_africa", FIRST, SECOND]
    for page in (report / "index.html", *(report / lang / "index.html" for lang in LANGUAGES)):
        html = page.read_text(encoding="utf-8")
        links = re.findall(r'(?:href|src)="([^"#]+)"', html)
        local = [unquote(link) for link in links if not link.startswith("data:")]
        assert len(local) > 10
        for target in local:
            assert (page.parent / target).resolve().is_file(), (page, target)
        lang = page.parent.name if page.parent != report else "en"
        assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">' in html
        assert {(page.parent / link).resolve().parent.name for link in local} >= {*LANGUAGES, "values"}
        assert (report.parents[1] / lang / "index.html").samefile(page.parent / local[0])
        said = re.sub(r'<style>.*?</style>|(?:href|src|id|class|aria-labelledby)="[^"]*"', "", html, flags=re.S)
        assert not [id for id in ids if re.search(rf"\b{id}\b", said)] and "expected" not in said


def told(*readings: tuple[Parameters, float | None]) -> list[tuple]:
    """Return the rows of readings that gave so many people, None where they failed: choices, people, files."""
    outcomes = [
        (row, None if people is None else {"origin_west_africa_persons": value("", people)}) for row, people in readings
    ]
    rows = readings_said(outcomes, ["year", "mauritania"], "en")
    return [(*row["choices"], row["persons"], [(file["said"], file["href"]) for file in row["files"]]) for row in rows]


def test_readings_that_give_the_same_are_one_row_and_keep_their_files():
    place = "western_africa", "maghreb"
    one, two, other, last = (Parameters(year=year, mauritania=at) for year in (2024, 2023) for at in place)
    assert told((one, 5), (two, 5), (other, 7), (last, 8)) == [
        (
            "2024",
            "West Africa or Maghreb",
            "about 5",
            [("West Africa", "values/2024.json"), ("Maghreb", "values/2024-mauritania-maghreb.json")],
        ),
        ("2023", "West Africa", "about 7", [("All values", "values/2023.json")]),
        ("2023", "Maghreb", "about 8", [("All values", "values/2023-mauritania-maghreb.json")]),
    ]
    # twice one choice, or nothing but the number in common, is no more than was asked
    assert [row[:2] for row in told((one, 5), (last, 5))] == [("2024", "West Africa"), ("2023", "Maghreb")]
    assert told((one, None), (two, 5))[0] == ("2024", "West Africa", "failed", [("–", "")])


def test_a_second_sweep_runs_nothing_and_a_csv_gives_the_same(swept):
    (swept / "again.csv").write_text(TWO_AS_CSV)
    done = run_bilan("sweep", str(swept / "again.csv"), "--out", str(swept / "site"), results=swept / "results")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("up to date") == len(jobs_of_rows(read_sweep(swept / "again.csv").rows))
    steps, _, last = done.stdout.rpartition("Done")
    assert not re.search(r"\d\.\d s$", steps, re.M)
    assert Path(last.rpartition(": ")[2].strip()).is_file()
    first, second = (swept / "site" / "sweeps" / name for name in ("two", "again"))
    files = sorted(path.relative_to(first) for path in first.rglob("*.*"))
    assert files == sorted(path.relative_to(second) for path in second.rglob("*.*"))
    assert [name for name in files if (first / name).read_bytes() != (second / name).read_bytes()] == []


def test_a_report_that_cannot_be_written_leaves_the_one_before(swept, monkeypatch):
    report = swept / "site" / "sweeps" / "two"
    before = {path: path.read_bytes() for path in report.rglob("*.*")}
    monkeypatch.setenv("BILAN_RESULTS", str(swept / "results"))
    monkeypatch.setattr("bilan.publish.sweep_report._page", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        published_here(swept / "site", lambda here: publish_sweep(read_sweep(swept / "two.yaml"), set(), here))
    assert {path: path.read_bytes() for path in report.rglob("*.*")} == before
    assert not [path for path in report.parent.iterdir() if path.name.startswith(".")]


def test_a_failing_reading_is_named_and_the_others_finish(checkout, tmp_path):
    for path in (checkout / "notebooks").glob("0[3-7]_*.ipynb"):  # two are enough, and quicker
        path.unlink()
    path = checkout / "notebooks" / "02_origins.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-2].source = 'assert run.parameters.mauritania != "maghreb"\n' + notebook.cells[-2].source
    nbformat.write(notebook, path)
    table = tmp_path / "one fails.csv"
    table.write_text("mauritania\nmaghreb\nwestern_africa\n")
    done = run_bilan("sweep", str(table), "--out", str(tmp_path / "site"), results=tmp_path / "results", root=checkout)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert re.search(r"^bilan: 2024-mauritania-maghreb: notebooks/02_origins.ipynb, cell \d+: Asse", done.stderr)
    assert re.search(r"^ .* left  2024-mauritania-maghreb +02_origins +failed$", done.stdout, re.M)
    assert done.stdout.count("01_communique ") == 1  # which has no such parameter, and serves both
    assert re.search(r"^ .* left  2024 +02_origins +\d+\.\d s$", done.stdout, re.M)
    report = tmp_path / "site" / "sweeps" / "one fails"
    results = pd.read_csv(report / "results.csv").set_index("edition")
    assert results["outcome"].to_dict() == {"2024-mauritania-maghreb": "failed", "2024": "ok"}
    assert results["attempts_prevented"].isna().tolist() == [True, False]
    assert [path.name for path in (report / "values").iterdir()] == ["2024.json"]
    html = (report / "index.html").read_text(encoding="utf-8")
    note = "Readings that failed: 1 of 2. They are in no count on this page: 2024, Mauritania counted in: Maghreb."
    assert note in html
    assert re.search(r"<td>Maghreb</td><td>failed</td><td>–</td>", html)


def test_a_table_may_be_named_in_capitals_but_begins_with_a_letter_or_digit(tmp_path):
    table = tmp_path / "One.CSV"
    table.write_text("mauritania\nmaghreb\n")
    assert read_sweep(table).counted == "1 parameter set"
    for name in (" one.csv", "-one.csv", ".one.csv"):
        with pytest.raises(InputError, match="expected a name of letters"):
            read_sweep(table.rename(tmp_path / name))
        table = tmp_path / name


def test_combinations_that_do_not_go_together_are_left_out_and_counted():
    sweep = read_sweep(ROOT / "scripts" / "readings.yaml")
    assert (len(sweep.rows), len(sweep.left_out)) == (16, 12)
    assert sweep.counted == (
        "28 combinations, 12 left out: foreign_share: expected only with share_base=foreign"
    )  # fmt: skip
    said = {lang: text("sweep.left_out", lang, n=12, number=12) for lang in LANGUAGES}
    assert said["en"].startswith("12 combinations were left out: a share of foreigners goes only with")
    assert all("12" in one for one in said.values()) and "توليفة:" in said["ar"]
    assert len({row.edition for row in sweep.rows}) == 16
    assert not [row for row in sweep.rows if row.foreign_share and row.share_base == "intercepted"]


def test_csv_and_yaml_give_the_same_rows_and_each_runs_once(tmp_path):
    (tmp_path / "a.yaml").write_text(TWO + "mauritania: [western_africa, western_africa]\n")
    (tmp_path / "b.csv").write_bytes(b"\xef\xbb\xbf" + TWO_AS_CSV.replace("\n", "\r\n").encode())  # as Excel saves it
    a, b = (read_sweep(tmp_path / name) for name in ("a.yaml", "b.csv"))
    assert a.rows == b.rows and [row.edition for row in a.rows] == [FIRST, SECOND]
    jobs = jobs_of_rows(a.rows)
    assert {job.edition for job in jobs if job.notebook == "02_origins"} == {FIRST, SECOND}
    assert [job.edition for job in jobs if job.notebook == "01_communique"] == ["2024"]
    assert not any(job.parameters.languages for job in jobs)  # no chart of theirs is published


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [(name, content, message) for name, cases in WRONG.items() for content, message in cases],
)
def test_a_wrong_table_gets_one_message_and_nothing_runs(tmp_path, monkeypatch, capsys, name, content, message):
    monkeypatch.setenv("BILAN_RESULTS", str(tmp_path / "results"))
    table = tmp_path / name
    table.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert main(["sweep", str(table), "--out", str(tmp_path / "site")]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(f"bilan: {table}") and message in said.err and said.err.count("\n") == 1
    assert said.out == "" and {path.name for path in tmp_path.iterdir()} == {name}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ok.yaml", "--out", "."], "sweeps: expected a folder, found a file"),
        (["ok.yaml", "--jobs", "0"], "'--jobs': 0 is not in the range x>=1"),
        ([], "Missing argument 'TABLE'"),
    ],
)
def test_no_table_and_no_place_to_publish_are_refused(tmp_path, monkeypatch, capsys, arguments, message):
    (tmp_path / "ok.yaml").write_text("year: [2024]\n")
    (tmp_path / "sweeps").write_text("a file")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BILAN_RESULTS", str(tmp_path / "results"))
    assert main(["sweep", *arguments]) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1
    assert not (tmp_path / "results").exists()


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates()
fitting = st.sampled_from([2023, 2024, "foreign", "intercepted", 0.8, 1, "maghreb", None])
lists = st.lists(fitting | scalars, max_size=4) | scalars
tables = st.dictionaries(st.sampled_from(SWEPT) | st.text() | st.integers(), lists, max_size=4)


def read_or_refused(path: Path) -> None:
    try:
        sweep = read_sweep(path)
    except InputError as error:
        assert str(error).startswith(str(path)) and len(str(error).splitlines()) == 1
    else:
        assert sweep.rows and all(isinstance(row, Parameters) for row in sweep.rows)


@given(tables.map(yaml.safe_dump) | st.text())
def test_any_yaml_gives_rows_or_is_refused(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(content, encoding="utf-8")
    read_or_refused(path)


@given(st.lists(st.lists(st.sampled_from([*SWEPT, "2024", "foreign", "0.8", ""]) | st.text()).map(",".join)))
def test_any_csv_gives_rows_or_is_refused(tmp_path_factory, lines):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    read_or_refused(path)


def value(id: str, number: float, low: float | None = None, high: float | None = None, **more) -> Number:
    fields = {"unit": "persons", "qualifier": "about", "period": "2024", "assumptions": ("one_attempt_one_person",)}
    exactly = [None if one is None else exact(one) for one in (number, low, high)]
    return Number(*exactly, id=id, name=id, **fields | more)


def test_only_derived_values_that_differ_move():
    def reading(**values):
        return Parameters(), values

    outcomes = [
        reading(a=value("a", 2, 1, 3), same=value("same", 5), told=value("told", 1, assumptions=())),
        reading(a=value("a", 1, 0, 2), same=value("same", 5), told=value("told", 2, assumptions=())),
        (Parameters(), None),
    ]
    assert [(low.id, low.value, high.value, count) for low, high, count in moves(outcomes)] == [("a", 1, 2, 2)]


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (value("a", 45637.3, 45243.9, 46030.7), "45,637 (45,244 to 46,031)"),
        (value("a", 306.9, 306.9, qualifier="at_least"), "at least 306"),
        (value("a", 5), "about 5"),
        (value("a", 5, 5, 5, qualifier="exact"), "5"),
    ],
)
def test_a_value_is_shown_with_its_bounds(made, shown):
    assert with_bounds(made).replace("\u00a0", " ") == shown


def readings(*persons: float | None) -> pd.DataFrame:
    rows = [Parameters(share_base="foreign", foreign_share=(number or 5) / 100) for number in persons]
    numbers = [
        {} if number is None else {"origin_west_africa_persons": value("", number, number - 1, number + 1)}
        for number in persons
    ]
    return readings_table(list(zip(rows, numbers, strict=True)))


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_chart_draws_readings_lowest_first_above_their_choices(tmp_path, lang):
    table = readings(80, 20, None, 50)
    chart = draw_readings(table, lang)
    marks = chart.laid_out(800).marks
    heights = [mark.at[1] for mark in marks if mark.kind == "circle" and mark.title]
    assert len(heights) == 3 and heights == sorted(heights, reverse=True)
    shown = [mark.said for mark in marks if mark.cls == "small"]
    assert [label.replace("\u00a0", "") for label in shown if "%" in label] == ["20%", "50%", "80%"]
    assert all(number in chart.alt.replace("\u00a0", "") for number in ("20 (", "20%", "80 (", "80%"))
    assert "2024" in chart.title and "1" in chart.source.splitlines()[0]
    save_chart(chart, table, tmp_path, "readings")
    again = tmp_path / "again"
    save_chart(draw_readings(table, lang), table, again, "readings")
    for suffix in (*FORMS, "narrow.svg", "share.png"):
        assert (tmp_path / f"readings.{suffix}").read_bytes() == (again / f"readings.{suffix}").read_bytes()


def test_without_a_number_of_people_there_is_nothing_to_draw():
    with pytest.raises(ValueError, match=r"^expected a reading with a number of people, found none$"):
        draw_readings(readings(None, None), "en")


def test_a_single_number_is_written_once_and_not_at_both_ends_of_its_bounds():
    rows = [["a", 2024, "foreign", 0.8, place, 36_510.0, 36_195.0, 36_825.0] for place in ("western_africa", "maghreb")]
    chart = draw_readings(pd.DataFrame(rows, columns=["reading", *SWEPT, "value", "low", "high"]), "en")
    assert [mark.said for mark in chart.laid_out(800).marks if mark.cls == "this"] == ["36,510"]


def test_a_parameter_of_many_values_has_one_line_on_which_the_highest_stands_highest():
    shares = [0.5 + step / 100 for step in range(40)]
    rows = [[f"r{one}", 2024, "foreign", one, "maghreb", 1000 * one, 990 * one, 1010 * one] for one in shares]
    chart = draw_readings(pd.DataFrame(rows, columns=["reading", *SWEPT, "value", "low", "high"]), "en")
    marks = chart.laid_out(800).marks
    (label,) = (mark for mark in marks if mark.said.startswith("50% – 89"))
    foot = label.at[1]
    heights = [mark.at[1] for mark in marks if mark.kind == "circle" and foot - 21 < mark.at[1] < foot + 4]
    assert len(heights) == 40 and heights == sorted(heights, reverse=True)
    assert len([mark for mark in marks if mark.cls == "small"]) < 12


def test_readings_that_give_one_number_share_a_column_and_both_choices_are_marked():
    rows = [["a", 2024, "foreign", 0.5, place, 10, 9, 11] for place in ("maghreb", "western_africa")]
    rows += [["b", 2024, "foreign", 0.8, place, 16, 15, 17] for place in ("maghreb", "western_africa")]
    chart = draw_readings(pd.DataFrame(rows, columns=["reading", *SWEPT, "value", "low", "high"]), "en")
    marks = chart.laid_out(800).marks
    numbers = [mark for mark in marks if mark.kind == "circle" and mark.title]
    assert len(numbers) == 2 and all(place in numbers[0].title for place in ("Maghreb", "West Africa"))
    for name in ("Maghreb", "West Africa"):
        (label,) = (mark for mark in marks if mark.said == name)
        level = [mark.cls for mark in marks if mark.kind == "circle" and mark.at[1] == label.at[1] - 4]
        assert level == ["now", "now"]
    assert "share a column" in " ".join(chart.notes)


def test_a_plan_names_the_edition_of_each_notebook_a_few_times_not_once_for_every_line(tmp_path, monkeypatch):
    monkeypatch.setenv("BILAN_RESULTS", str(tmp_path))
    (tmp_path / "many.csv").write_text(
        "share_base,foreign_share\n" + "".join(f"foreign,{n / 200}\n" for n in range(1, 101))
    )
    graph, lines, asked = jobs_of_rows(read_sweep(tmp_path / "many.csv").rows), [], []
    edition = Parameters.edition.fget
    monkeypatch.setattr(Parameters, "edition", property(lambda self: asked.append(1) or edition(self)))
    plan(graph, False, lines.append)
    assert len(lines) == len(graph) > 200 and len(asked) <= 5 * len(graph)


def test_a_table_none_of_whose_readings_goes_together_says_what_the_first_lacks(tmp_path):
    table = tmp_path / "none.yaml"
    table.write_text("share_base: [intercepted]\nforeign_share: [0.8, 0.9]\n")
    with pytest.raises(InputError, match="expected values that go together, found none; foreign_share: "):
        read_sweep(table)
