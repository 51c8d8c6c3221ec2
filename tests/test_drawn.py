"""What a chart draws is what the text says: each number of a chart that has an id in values.json is that value."""

import json
import re
import zlib
from functools import partial

import pandas as pd
import pytest
from bilan.analysis import communique, cross_check, origins
from bilan.languages import LANGUAGES, is_rtl, isolated
from bilan.show.all_years import draw_all_years
from bilan.show.bars import draw_years
from bilan.show.chart import save_chart
from bilan.show.live import inline_svg
from bilan.show.map import draw_map
from bilan.show.marks import Sheet, measure
from bilan.show.printed import save_printed
from bilan.show.shares import draw_footing, draw_origins
from bilan.show.spreadsheets import read_csv
from bilan.show.theme import STYLES

EDITIONS = {
    "ordinary": (),
    "mauritania": ("--set", "mauritania=maghreb", "--lang", "fr"),
    "base": ("--set", "share_base=foreign", "--lang", "en"),
}


def _years(table: pd.DataFrame, year: int):
    """Give the numbers of a chart by year: those of full years, and the growth to the edition's."""
    if "period" in table:
        table = table[table["period"] == "full year"]
    for row in table.itertuples():
        yield row.indicator + (f"_{row.year}" if row.year != year else ""), {"value": row.value}
        if "change_pct" in table and row.year == year and not pd.isna(row.change_pct):
            yield f"{row.indicator}_change_pct", {"value": row.change_pct}


def _share(region: str) -> str:
    return "share_not_stated" if region == "not_stated" else f"share_{region}"


def _origins(table: pd.DataFrame, year: int):
    for row in table.itertuples():
        yield _share(row.region), {"value": row.share, "low": row.share_low, "high": row.share_high}
        if not pd.isna(row.persons):
            persons = {"value": row.persons, "low": row.persons_low, "high": row.persons_high}
            yield f"origin_{row.region}_persons", persons


def _footing(table: pd.DataFrame, year: int):
    for row in table[table["shown"]].itertuples():
        id = f"frontex_share_{row.region.replace('elsewhere', 'other')}" if row.source == "frontex" else None
        yield id or _share(row.region), {"value": row.share}


def _map(table: pd.DataFrame, year: int):
    for row in table.itertuples():
        bounds = {"value": row.value, "low": row.low, "high": row.high}
        if row.kind != "place":
            yield _share(row.code) if row.kind == "region" else f"frontex_detections_{row.code}", bounds


READ = dict.fromkeys(("key_figures", "borders", "sea_and_returns", "networks", "all_years"), _years)
READ |= {"origins": _origins, "footing": _footing, "map": _map}
# How many of a chart's numbers are values of an ordinary edition of 2024.
COUNTED = {"key_figures": 16, "borders": 6, "sea_and_returns": 6, "networks": 5, "all_years": 29}
COUNTED |= {"origins": 8, "footing": 8, "map": 6}


@pytest.mark.parametrize("changed", EDITIONS)
def test_each_number_drawn_is_the_value_the_text_has(edition, changed):
    folder = edition(*EDITIONS[changed])
    values = {one["id"]: one for one in json.loads((folder / "values.json").read_text(encoding="utf-8"))}
    for drawings in folder.glob("*/figures"):
        compared = {}
        for path in drawings.glob("*.csv"):
            drawn = [(id, one) for id, one in READ[path.stem](pd.read_csv(path), 2024) if id in values]
            compared[path.stem] = len(drawn)
            for id, numbers in drawn:
                said = {name: values[id][name] for name in numbers}
                assert numbers == pytest.approx(said), f"{changed}: {path.stem}, {id}"
        assert compared == COUNTED | ({"origins": 4} if changed == "base" else {})


@pytest.mark.parametrize(
    ("mauritania", "west", "maghreb"), [("western_africa", "77.9%", "18.2%"), ("maghreb", "72.3%", "23.8%")]
)
def test_the_chart_of_two_sources_marks_the_reading_of_its_edition(mauritania, west, maghreb):
    readings = cross_check.readings(origins.shares_of(communique.figures(2024)), 2024)
    table = cross_check.footing_table(readings, 2024, mauritania)
    chart = draw_footing(table, "en")
    assert f"West Africa, Frontex: {west} (from 62.6% to 77.9%)." in chart.alt
    assert f"Maghreb, Frontex: {maghreb} (from 18.2% to 34.0%)." in chart.alt
    sheet = chart.laid_out(800)
    own = [mark for mark in sheet.marks if mark.cls == "frontex" and mark.title]
    numbers = [mark for mark in sheet.marks if mark.cls == "this"]
    for mark, share in zip(own, (west, maghreb), strict=False):
        near = min(numbers, key=lambda one: abs(one.at[0] - mark.at[0]) + abs(one.at[1] - mark.at[1]))
        assert near.said == share  # the number of this reading stands at this reading's mark


def test_both_ends_of_a_range_have_their_number_at_them():
    readings = cross_check.readings(origins.shares_of(communique.figures(2024)), 2024)
    sheet = draw_footing(cross_check.footing_table(readings, 2024, "western_africa"), "en").laid_out(800)
    texts = [mark for mark in sheet.marks if mark.kind == "text"]
    for line in (mark for mark in sheet.marks if mark.cls == "range"):
        said = re.findall(r"from ([\d.%]+) to ([\d.%]+)\)", line.title)[0]
        for x, number in zip((line.at[0], line.at[2]), said, strict=True):
            (at,) = {mark.at[0] for mark in texts if mark.said == number and abs(mark.at[1] - line.at[1]) < 6}
            assert abs(at - x) < 12


def test_a_drawing_has_live_text_no_style_of_its_own_in_a_page_and_turns_round_with_its_language(tmp_path):
    readings = cross_check.readings(origins.shares_of(communique.figures(2024)), 2024)
    table = cross_check.footing_table(readings, 2024, "western_africa")
    for lang in ("en", "ar"):
        save_chart(draw_footing(table, lang), table, tmp_path / lang, "footing", "<b>found</b>")
    alone = (tmp_path / "en" / "footing.svg").read_text(encoding="utf-8")
    inline = inline_svg(tmp_path / "en" / "footing.svg")
    assert "<style>" in alone and "prefers-color-scheme:dark" in alone
    assert "style" not in inline and 'role="img" aria-label="Chart: Two sources on origins, 2024.' in inline
    assert "<path" not in inline and "&lt;b&gt;found" in inline and ">77.9%</text>" in inline
    assert set(re.findall(r'class="([^"]+)"', inline)) - {"drawing wide"} <= set(STYLES)
    turned = (tmp_path / "ar" / "footing.svg").read_text(encoding="utf-8")
    assert ' direction="rtl"' in turned
    english, arabic = (draw_footing(table, lang).laid_out(800) for lang in ("en", "ar"))
    first, mirrored = (next(one for one in sheet.marks if one.cls == "range") for sheet in (english, arabic))
    assert mirrored.at[0] == pytest.approx(800 - first.at[0])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [800, 360])
def test_no_text_runs_off_its_drawing(edition, lang, width):
    """By the font that is as wide as any that a page takes."""
    drawn = {"origins": draw_origins, "footing": draw_footing, "all_years": draw_all_years, "map": draw_map}
    drawn |= {name: partial(draw_years, stem=name) for name in ("key_figures", "borders", "networks")}
    for stem, draw in drawn.items():
        table = read_csv(edition() / lang / "figures" / f"{stem}.csv").fillna({"mauritania": "", "moroccans": ""})
        for mark in draw(table, lang).laid_out(width).marks:
            if mark.kind == "text":
                long, anchor = measure(mark.said, mark.cls), mark.anchor
                if is_rtl(lang):
                    anchor = {"start": "end", "end": "start"}.get(anchor, anchor)
                left = mark.at[0] - {"start": 0, "middle": long / 2, "end": long}[anchor]
                assert left > -4 and left + long < width + 4, (stem, mark)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_marks_keep_the_direction_of_numbers_print_has_paths_for_letters(lang, tmp_path):
    """matplotlib's PDF text would take the place of a space for each mark, and shift the number."""
    sheet = Sheet(200, lang, y=40)
    sheet.text("small", 100, 20, isolated("12 %", lang), "middle")
    save_printed(sheet, sheet, "a title", tmp_path / "chart")
    raw = (tmp_path / "chart.print.pdf").read_bytes()
    streams = re.findall(rb"/FlateDecode.*?stream\r?\n(.*?)\r?\nendstream", raw, re.S)
    drawn = b"".join(map(zlib.decompress, streams))
    assert (b"TJ" in drawn or b"Tj" in drawn) != is_rtl(lang) and b" l\n" in drawn
