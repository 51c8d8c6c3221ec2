"""The collection as tables: what each row, type and file of them is."""

import doctest
import importlib
import zipfile

import bilan
import pandas as pd
import pytest
from bilan.analysis.communique import figures
from bilan.data.ledgers import load_communique, load_partial
from bilan.data.package import years
from bilan.notebook import frames
from bilan.show.spreadsheets import read_csv
from conftest import ROOT, of_all_workers
from fastparquet import ParquetFile

PACKAGE = ROOT / "scripts" / "bilan"


def test_every_row_of_every_ledger_is_a_figure_with_its_words_days_and_bounds():
    table = bilan.figures()
    assert len(table) == sum(len(load_communique(year)) + len(load_partial(year)) for year in years())
    assert set(table.columns) <= set(frames.DICTIONARY) and not table[["label", "unit", "status", "source"]].isna().any(
        axis=None
    )
    assert {str(table[name].dtype)[:10] for name in ("period_start", "period_end")} == {"datetime64"}
    assert {str(table[name].dtype) for name in ("value", "low", "high")} == {"float64"}
    row = table[(table["indicator"] == "share_west_africa") & (table["period_end"] == "2024-12-31")].iloc[0]
    assert (row["value"], row["low"], row["high"], row["unit"]) == (58, 57.5, 58.5, "percent") and row["base"]
    assert set(table["status"]) == {"published"} and bilan.figures("ar")["label"].str.contains("[\u0600-\u06ff]").all()


def test_the_values_of_an_edition_are_those_of_its_notebooks(numbers_of, tmp_path):
    numbers = numbers_of(2024)
    frames.write_frames(numbers.values(), tmp_path / "data")
    written = read_csv(tmp_path / "data" / "values.csv").set_index("id")
    assert len(written) == sum(map(bool, numbers.values()))
    assert written.loc["attempts_prevented", "value"] == float(figures(2024)["attempts_prevented"].known)
    assert written.loc["share_not_stated", ["low", "high", "status"]].tolist() == [19.5, 22.5, "recomputed"]
    assert not written["label"].isna().any()


def test_files_are_the_same_each_time_and_hold_what_the_frames_hold(tmp_path):
    for name in ("one", "two"):
        frames.write_frames(figures(2024).values(), tmp_path / name)
    one, two = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two and set(one) == {
        "bilan.xlsx",
        "dictionary.csv",
        *(f"{name}.{kind}" for name in ("figures", "values") for kind in ("csv", "parquet")),
    }
    with zipfile.ZipFile(tmp_path / "one" / "bilan.xlsx") as book:
        sheets = [book.read(f"xl/worksheets/sheet{at}.xml").decode() for at in (1, 2, 3)]
    table = read_csv(tmp_path / "one" / "figures.csv")
    assert sheets[0].count("<row ") == len(table) + 1 == len(bilan.figures()) + 1
    assert not any("<f>" in sheet for sheet in sheets)
    assert set(read_csv(tmp_path / "one" / "dictionary.csv")["column"]) >= {
        *table,
        *read_csv(tmp_path / "one" / "values.csv"),
    }


def test_parquet_keeps_the_types_that_csv_loses(tmp_path):
    frames.write_frames(figures(2024).values(), tmp_path / "data")
    with (tmp_path / "data" / "figures.parquet").open("rb") as file:
        read = ParquetFile(file).to_pandas()
    table = bilan.figures()
    typed = ["period_start", "period_end", "value", "low", "high"]
    assert read[typed].dtypes.equals(table[typed].dtypes)
    pd.testing.assert_frame_equal(read.astype(table.dtypes), table)


def modules_with_examples():
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if ">>>" in path.read_text(encoding="utf-8")]
    return [".".join(("bilan", *path.relative_to(PACKAGE).with_suffix("").parts)) for path in paths]


@pytest.mark.parametrize("name", modules_with_examples())
def test_the_examples_of_docstrings_are_true(name, numbers_of, monkeypatch, tmp_path_factory):
    monkeypatch.setenv("BILAN_RESULTS", str(of_all_workers(tmp_path_factory.getbasetemp()) / "executed"))
    if name == frames.__name__:
        numbers_of(2024)  # its example takes what the notebooks have left there
    outcome = doctest.testmod(importlib.import_module(name))
    assert outcome.attempted > 0 and outcome.failed == 0


def test_nothing_else_is_called_so():
    with pytest.raises(AttributeError):
        _ = bilan.figure
    assert isinstance(bilan.figures(), pd.DataFrame)
