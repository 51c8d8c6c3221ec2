"""Tables a reader sees: each column in its own way, codes in the words of the language, what is missing named."""

import math
import re
from html import unescape

import pandas as pd
import pytest
from bilan.analysis.claims import claims
from bilan.data.ledgers import years
from bilan.data.tables import read_table
from bilan.languages import LANGUAGES
from bilan.publish.pages import table_html
from bilan.show.tables import FORMATS, Table, show_table
from bilan.show.words import in_words

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
    assert show_table(pd.DataFrame(), "").cell("mauritania", "") == "–"


def test_yes_and_no_are_words_and_text_is_escaped():
    table = show_table(pd.DataFrame({"note": ["<b>"], "shown": [True]}), "", "fr")
    assert cells_of(table)[2:] == ["<b>", "oui"] and "<b>" not in table._repr_html_()
    assert 'class="number"' not in table._repr_html_()


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
