"""Tables a reader sees: each column in its own way, codes in the words of the language, what is missing named."""

import math
import re
from datetime import date
from html import unescape

import pandas as pd
import pytest
from bilan.analysis.claims import claims
from bilan.data.package import years
from bilan.data.tables import read_table
from bilan.languages import LANGUAGES
from bilan.publish.pages import table_html
from bilan.show.tables import FORMATS, Table, show_table
from bilan.show.words import (
    choice,
    chosen,
    column_in_words,
    dates_in_english,
    day_in_words,
    in_words,
    part_of_year,
    printed_date,
)
from markupsafe import Markup

ID = re.compile(r"[a-z0-9]+(_[a-z0-9]+)+")


def cells_of(table: Table) -> list[str]:
    return [unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", table._repr_html_())]


def test_a_column_is_shown_in_its_own_way_unless_the_call_says_otherwise():
    row = {"year": 2024, "value": 1234.56, "change_pct": 4.657, "share": 58.0, "share_low": 57.5, "persons": 45637.5}
    table = show_table(pd.DataFrame([row]), "A table")
    assert cells_of(table)[6:] == ["2024", "1,234.6", "+4.7%", "58%", "57.5%", "45,638"]
    assert cells_of(show_table(pd.DataFrame([row]), "A table", "fr", value="share"))[7] == "1\u202f234,6\u00a0%"
    assert "45,638" in repr(table)


@pytest.mark.parametrize("missing", [None, math.nan])
def test_what_is_missing_is_named_by_its_column(missing):
    table = show_table(pd.DataFrame([[missing] * 4], columns=["value", "persons", "change_pct", "share_base"]), "")
    assert cells_of(table)[4:] == ["not published", "not derived", "–", "–"]
    empty = show_table(pd.DataFrame(), "Of nothing")
    assert (empty.cell("mauritania", ""), empty.cell("mauritania", "maghreb")) == ("–", "Maghreb")
    assert empty.caption == "Of nothing"


def test_yes_and_no_are_words_and_text_is_escaped():
    table = show_table(pd.DataFrame({"note": ["<b>"], "shown": [True]}), "", "fr")
    assert cells_of(table)[2:] == ["<b>", "oui"] and "<b>" not in table._repr_html_()
    assert 'class="number"' not in table._repr_html_()


FIRST_OF_MARCH = date(2024, 3, 1)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (lambda: in_words("period", "full year", "fr"), "année entière"),
        (lambda: in_words("period", "2024-01-01/2024-08-31", "es"), "de enero a agosto"),
        (lambda: in_words("period", "2024-02-10/2024-03-20", "en"), "10 February to 20 March"),
        (lambda: in_words("period", "2023-01-01/2023-07-15~", "en"), "January to mid-July"),
        (lambda: in_words("period", "2023-01-01/2023-07-15", "fr"), "de janvier à 15 juillet"),
        (lambda: in_words("period", "2018-01-01/2018-11-18~", "en"), "January to 18 November"),
        (lambda: in_words("period", "2024-05-01/2024-05-31", "es"), "mayo"),
        (lambda: in_words("period", "2020-01-01/", "fr"), "partie de l’année"),
        (lambda: part_of_year("no period", "es"), "parte del año"),
        (lambda: in_words("mauritania", "western_africa", "fr"), "Afrique de l’Ouest"),
        (lambda: in_words("mauritania", "maghreb", "es"), "Magreb"),
        (lambda: in_words("region", "western_africa", "en"), "western_africa"),
        (lambda: day_in_words(FIRST_OF_MARCH, "fr"), "1er mars 2024"),
        (lambda: day_in_words(FIRST_OF_MARCH, "en"), "1 March 2024"),
        (lambda: day_in_words(FIRST_OF_MARCH.replace(day=21), "fr"), "21 mars 2024"),
        (lambda: printed_date("2024-03-01", "fr"), "1er mars 2024"),
        (lambda: printed_date("2024-03", "fr"), "mars 2024"),
        (lambda: printed_date("2024", "fr"), "2024"),
        (lambda: printed_date("not recorded", "fr"), "not recorded"),
        (lambda: choice("foreign_share", None, "fr"), "–"),
        (lambda: choice("foreign_share", 0.8, "fr"), "80\u00a0%"),
        (lambda: choice("foreign_share", 0.125, "en"), "12.5%"),
        (lambda: choice("lang", "es", "fr"), "Español"),
        (lambda: choice("share_base", "foreign", "en"), "irregular foreign migrants"),
        (lambda: choice("year", 2024, "en"), "2024"),
        (lambda: chosen("mauritania", "maghreb", "en"), "Mauritania counted in: Maghreb"),
        (lambda: column_in_words(pd.Series([*"abb"], name="region"), "en"), "a (1); b (2)"),
        (lambda: column_in_words(pd.Series(["maghreb", "other"], name="region"), "en"), "Maghreb; other"),
        (lambda: column_in_words(pd.Series([], name="region", dtype=str), "en"), "none"),
    ],
)
def test_codes_periods_days_and_choices_are_in_words(said, words):
    assert said() == words


def test_dates_in_titles_are_known_by_how_they_are_written():
    assert dates_in_english("2025-01-27") == ["27 Jan 2025", "27 January 2025"]
    assert dates_in_english("2024-12-30") == ["30 Dec 2024", "30 December 2024"]  # of a week of 2025
    assert dates_in_english("2024-12") == ["Dec 2024", "December 2024"]
    assert dates_in_english("2025-06") == ["Jun 2025", "June 2025"]
    assert dates_in_english("2025") == dates_in_english("") == []


def test_a_table_names_its_columns_its_rows_and_no_more():
    frame = pd.DataFrame({"region": ["maghreb", "other"], "year": [2024, 2024], "value": [12.0, 1234.5]}, index=[7, 8])
    table = Table(frame.assign(shown=[True, False]), "A & B", "fr", anchors=("one", "two"))
    side, number = ' style="text-align: start"', ' class="number"'
    assert table._repr_html_() == (
        '<table dir="ltr" lang="fr"><caption>A &amp; B</caption><thead><tr>'
        f'<th scope="col"{side}>Origine</th><th scope="col"{side}>Année</th>'
        f'<th scope="col"{number}>Valeur</th><th scope="col"{side}>Lecture de cette édition</th></tr></thead><tbody>'
        f'<tr id="one"><th scope="row"{side}>Maghreb</th><td{side}>2024</td><td{number}>12</td><td{side}>oui</td></tr>'
        f'<tr id="two"><th scope="row"{side}>other</th><td{side}>2024</td><td{number}>1\u202f234,5</td>'
        f"<td{side}>non</td></tr></tbody></table>"
    )
    assert '<tbody><tr><th scope="row"' in Table(frame, "", "fr")._repr_html_()
    long = Table(pd.DataFrame({"note": [Markup("<b>one</b>") + " two" * 30]}), "A title", "en")
    title, heading, row = repr(long).splitlines()
    assert (title, heading.strip()) == ("A title", "Note")
    assert row.strip().startswith("one two two") and row.endswith("two…") and len(row.strip()) <= 60


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_of_the_data_has_words_in_every_language(lang):
    tables = [read_table(f"communique_{year}") for year in years()]
    tables += [read_table(name) for name in ("printed_by", "other_bodies")]
    for table in tables:
        for column in {"indicator", "qualifier", "unit", "share_base", "period"} & set(table):
            for code in {code for code in table[column] if isinstance(code, str)}:
                said = in_words(column, code, lang)
                assert said and not ID.fullmatch(said), (column, code)
    assert in_words("period", "January to August 2025", lang) == "January to August 2025"  # words already


def test_no_table_of_a_page_shows_an_id(edition):
    for path in edition().rglob("*.html"):
        shown = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", path.read_text(encoding="utf-8"), re.S)
        # claims are called in prose and code by these names, and have no others
        assert {cell for cell in shown if ID.fullmatch(cell)} <= set(claims()), path


def test_formats_are_those_a_table_knows():
    assert set(FORMATS.values()) <= {"id", "share", "change", "derived", "blank"}


def test_a_table_runs_the_way_of_its_language_wherever_it_is_shown():
    frame = pd.DataFrame({"year": [2024]})
    assert '<table dir="rtl" lang="ar">' in show_table(frame, "x", "ar")._repr_html_()
    assert '<table dir="ltr" lang="fr">' in show_table(frame, "x", "fr")._repr_html_()
    assert "<table>" in table_html(frame, "x", "ar")  # a page has its own direction
