"""Figures found in press texts: how many, how right, and what is not to be taken."""

import json
from pathlib import Path

import pytest
from bilan.data.ledgers import INDICATORS
from bilan.data.printed import numbers_in, value_of
from bilan.press.extract import extract
from bilan.press.text import fold, language_of
from hypothesis import given, settings
from hypothesis import strategies as st

HERE = Path(__file__).parent
COUNTED = ("wanted", "found", "wrong", "period", "qualifier")


def truth(folder):
    lines = (HERE / folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def score(folder):
    """Return counts by language: wanted, found of them, wrong, periods right of those that are known, qualifiers too.

    What the truth marks as a restatement, or as another body's, is neither asked for nor punished.
    """
    counts = {}
    for record in truth(folder):
        text = (HERE / folder / record["file"]).read_text(encoding="utf-8")
        figures = [one for one in record["figures"] if one["indicator"] in INDICATORS]
        wanted, allowed = {}, set()
        for one in figures:
            key = (one["indicator"], float(one["value"]))
            if one.get("duplicate") or one.get("source_body", "MoI") != "MoI":
                allowed.add(key)
            else:
                wanted.setdefault(key, []).append((one.get("period", "any"), one.get("qualifier", "any")))
        found = {(one.indicator, float(one.value)): one for one in extract(text)}
        hit = [key for key in wanted if key in found]
        count = counts.setdefault(record["lang"], dict.fromkeys(COUNTED, 0))
        count["wanted"] += len(wanted)
        count["found"] += len(hit)
        count["wrong"] += len(found.keys() - wanted.keys() - allowed)
        count["period"] += sum(found[key].period in {period for period, _ in wanted[key]} | {"any"} for key in hit)
        count["qualifier"] += sum(found[key].qualifier in {said for _, said in wanted[key]} | {"any"} for key in hit)
        for one in found.values():  # every offset points at the number
            (number,) = numbers_in(fold(text[one.start : one.end]), language_of(fold(text).text))
            assert number.value == one.value, (record["file"], one)
    return counts


@pytest.mark.parametrize(
    ("folder", "precision", "recall", "right"), [("press", 0.99, 0.98, 0.98), ("press_varied", 0.99, 0.98, 0.96)]
)
def test_figures_of_press_texts_are_found_and_right(folder, precision, recall, right):
    counts = score(folder)
    total = {name: sum(count[name] for count in counts.values()) for name in COUNTED}
    assert total["found"] / total["wanted"] >= recall, counts
    assert total["found"] / (total["found"] + total["wrong"]) >= precision, counts
    assert total["period"] / total["found"] >= right, counts
    assert total["qualifier"] / total["found"] >= right, counts
    assert {"fr", "en", "es", "ar"} == counts.keys()


def test_ways_the_press_says_it():
    for line in (HERE / "press_varied" / "sentences.jsonl").read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        found = sorted([one.indicator, one.value, one.period] for one in extract(said["text"]))
        assert found == said["figures"], said["text"]


@pytest.mark.parametrize(
    "printed",
    [
        "78 685",
        "78\u00a0685",
        "78\u202f685",
        "78\u2009685",
        "78.685",
        "78,685",
        "78685",
        "78\n685",
        "78.\n685",
        "٧٨٦٨٥",
    ],
)
def test_a_number_is_read_in_any_format(printed):
    text = f"Selon le ministère de l’Intérieur, {printed} tentatives de migration ont été déjouées au Maroc en 2024."
    (one,) = extract(text)
    assert (one.value, text[one.start : one.end], one.period) == (78685, printed, "2024")


@pytest.mark.parametrize(
    ("lang", "printed", "value"),
    [
        ("ar", "48 ألف و963", 48963),
        ("ar", "78 ألفًا و 685", 78685),
        ("ar", "3 آلاف و317", 3317),
        ("ar", "ست", 6),
        ("ar", "أربع عشرة", 14),
        ("ar", "ثلاثمائة واثنان وثلاثون", 332),
        ("ar", "خمسين ألفا وثلاثمئة", 50300),
        ("fr", "soixante-dix mille", 70000),
        ("fr", "70 mille", 70000),
        ("fr", "une centaine", 100),
        ("en", "seventy thousand", 70000),
        ("en", "twenty-one", 21),
        ("es", "70 mil", 70000),
        ("es", "veintiún mil trescientos", 21300),
        ("es", "treinta y dos mil", 32000),
        ("es", "1,2 millones", 1_200_000),
        ("fr", "4,6", 4.6),
        ("en", "4.6", 4.6),
    ],
)
def test_numbers_in_words_thousands_and_decimals(lang, printed, value):
    (number,) = numbers_in(fold(printed), lang)
    assert (number.value, number.start, number.end) == (value, 0, len(fold(printed).text))


def test_digits_whose_separators_do_not_go_together_are_no_number():
    assert value_of("1.234,567") is None
    assert numbers_in(fold("rue20 et covid-19"), "fr") == []


@pytest.mark.parametrize(
    ("spelling", "indicator"),
    [
        ("58 % venaient d’Afrique de l’Ouest", "share_west_africa"),
        ("58% venaient du Maghreb", "share_maghreb"),
        ("58 pour cent venaient d’Afrique de l’Est et centrale", "share_central_east_africa"),
    ],
)
def test_percentages_in_their_spellings(spelling, indicator):
    (one,) = extract(f"Le ministère de l’Intérieur du Maroc précise que, en 2024, {spelling}.")
    assert (one.indicator, one.value, one.unit) == (indicator, 58, "percent")


SENTENCE = (
    "Le ministère marocain de l’Intérieur annonce avoir déjoué 78 685 tentatives de migration irrégulière en 2024"
)


def test_a_restatement_is_no_second_figure():
    found = extract(f"Plus de 78 600 tentatives de migration déjouées au Maroc\n\n{SENTENCE}. Ces 78 685 tentatives…")
    assert [(one.value, one.qualifier) for one in found] == [(78685, "exact")]


@pytest.mark.parametrize(
    "text",
    [
        "Les Forces armées royales ont intercepté au Maroc 87 000 migrants en 2023.",
        "Maroc : la DGSN a démantelé 123 réseaux de trafic de migrants en 2024.",
        "Tunisie : les autorités ont empêché 668 tentatives de migration en 2023.",
        "Frontex a compté en 2024 sur cette route 46 820 migrants secourus au large du Maroc.",
        f"{SENTENCE.replace('78 685', 'environ').replace('tentatives', '██████')} : 78 685.",
        "Le ministère de l’Intérieur du Maroc a mobilisé en 2024 25 000 agents et 140 millions d’euros.",
        SENTENCE.replace("en 2024", "en cinq ans"),
        SENTENCE.replace("en 2024", "en août 2024"),
        SENTENCE.replace("en 2024", "en 2024 dans la province de Nador"),
        "Maroc, ministÃ¨re de lâ€™IntÃ©rieur : 78 685 tentatives dâ€™Ã©migration ont Ã©tÃ© avortÃ©es en 2024.",
    ],
)
def test_what_is_not_the_ministrys_figure_of_a_year_is_left_out(text):
    assert extract(text) == []


def test_a_part_of_a_figure_is_left_out():
    found = extract(f"{SENTENCE}, dont 70 571 étrangers. De plus, 6 135 migrants sont rentrés, dont 2 196 avec l’OIM.")
    assert [one.value for one in found] == [78685, 6135]


def test_a_table_gives_each_figure_the_period_of_its_column_or_row():
    by_column = (
        "<tr><th></th><th>2023</th><th>2024</th></tr><tr><td>Redes desmanteladas</td><td>419</td><td>332</td></tr>"
    )
    by_row = "| Año | Redes desmanteladas |\n|---|---|\n| 2023 | 419 |\n| 2024 | 332 |\n"
    for table in (f"<table>{by_column}</table>", by_row):
        found = extract(f"<p>Ministerio del Interior de Marruecos</p>\n\n{table}")
        assert [(one.value, one.period) for one in found] == [(419, "2023"), (332, "2024")]


def test_markup_is_read_over_and_offsets_are_those_of_the_page():
    page = (
        "<html><head><title>Maroc</title><script>var n = '332 réseaux démantelés';</script></head>"
        "<body><!-- 99 réseaux --><p>Le minist&egrave;re de l&rsquo;Int&eacute;rieur du Maroc annonce <b>332</b> "
        "r&eacute;seaux de trafic d&eacute;mantel&eacute;s et 18&nbsp;645 migrants secourus en 2024.</p></body></html>"
    )
    found = extract(page)
    assert [(one.indicator, page[one.start : one.end]) for one in found] == [
        ("networks_dismantled", "332"),
        ("rescued_at_sea", "18&nbsp;645"),
    ]


def test_what_is_compared_has_the_period_it_is_compared_for():
    text = (
        "Morocco's Interior Ministry said that from January to August 2025 it foiled 42,437 migration attempts, "
        "compared with 45,015 in the same period of 2024, and rescued 9,518 migrants; in 2023, it had rescued 16,818."
    )
    assert [(one.value, one.period) for one in extract(text)] == [
        (42437, "2025-01/2025-08"),
        (45015, "2024-01/2024-08"),
        (9518, "2025-01/2025-08"),
        (16818, "2023"),
    ]


SAID = (
    "78 685 2024 58 % , . ; ( le ministère de l’Intérieur Maroc tentatives déjouées réseaux contre dont en et fin mai "
    "migrants secourus مغرب محاولة 78 ألف و685 <p> &nbsp; assauts Ceuta une centaine Morocco attempts of six \n"
)
words = st.sampled_from(SAID.split(" "))


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(words, max_size=60).map(" ".join)))
def test_any_text_is_read_and_every_offset_lies_within_it(text):
    for one in extract(text):
        assert 0 <= one.start < one.end <= len(text) and text[one.start : one.end].strip()
        assert one.sentence[0] <= one.start and one.end <= one.sentence[1]
        assert one.indicator in INDICATORS and one.value >= 0
    assert extract(text) == extract(text)


if __name__ == "__main__":  # the table of docs/extract.md
    for lang in ("ar", "en", "es", "fr"):
        both = [score(folder).get(lang, {}) for folder in ("press", "press_varied")]
        n = {name: sum(one.get(name, 0) for one in both) for name in COUNTED}
        shown = n["wanted"], n["found"], n["wrong"], n["period"], n["qualifier"]
        print("|", " | ".join(map(str, (lang, *shown))), "|")
