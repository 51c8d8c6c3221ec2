"""Figures found in press texts: how many, how right, how surely, and what is not to be taken."""

import re
from collections import Counter

import pytest
from bilan.data.ledgers import INDICATORS
from bilan.data.printed import numbers_in, value_of
from bilan.errors import InputError
from bilan.press.extract import extract, read
from bilan.press.model import SURE, WEIGHTS
from bilan.press.periods import mentions
from bilan.press.text import fold, language_of
from hypothesis import given, settings
from hypothesis import strategies as st
from press_model import records, score

# What is held, by whether the texts were learned from; docs/extract.md has what was measured.
FOUND = {False: 0.96, True: 0.96}
SURE_RIGHT = {False: 0.98, True: 0.98}
OFTEN_SURE = {False: 0.28, True: 0.2}


def counts_of(texts):
    found = [extract(record["text"]) for record in texts]
    for record, figures in zip(texts, found, strict=True):
        for one in figures:  # every offset points at the number
            numbers = numbers_in(fold(record["text"][one.start : one.end]), language_of(fold(record["text"]).text))
            assert one.value in [number.value for number in numbers], (record["name"], one)
    return sum(score(texts, found, lambda record: record["group"]).values(), Counter())


@pytest.mark.parametrize("aside", [False, True])
def test_figures_of_press_texts_are_found_and_those_said_to_be_sure_are_right(aside, thorough):
    texts = records(aside)
    count = counts_of(texts if aside or thorough else texts[::6])
    assert count["found"] / count["wanted"] >= FOUND[aside], count
    assert count["sure right"] / count["sure"] >= SURE_RIGHT[aside], count
    assert count["sure"] / count["wanted"] >= OFTEN_SURE[aside], count


def test_a_text_set_aside_is_no_text_to_learn_from():
    learned, aside = ({one["text"] for one in records(which)} for which in (False, True))
    assert learned and aside and not learned & aside


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
        ("ar", "ثلاثمئة وثماني عشرة", 318),
        ("ar", "واحدا وسبعين ألفا", 71000),
        ("ar", "سبعين ألفا وتسعمئة وثمانيا وخمسين", 70958),
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
ENGLISH = "13,100 migration attempts were foiled in Morocco in 2024."


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
        f"{SENTENCE} ?",
        SENTENCE.replace("en 2024", "depuis que la stratégie a été adoptée en 2024"),
        SENTENCE.replace("en 2024", "en cinq ans"),
        SENTENCE.replace("en 2024", "en août 2024"),
        SENTENCE.replace("en 2024", "en 2024 dans la province de Nador"),
        "Maroc, ministÃ¨re de lâ€™IntÃ©rieur : 78 685 tentatives dâ€™Ã©migration ont Ã©tÃ© avortÃ©es en 2024.",
    ],
)
def test_what_is_not_the_ministrys_figure_of_a_year_is_never_sure(text):
    assert [one for one in extract(text) if one.sure] == []


@pytest.mark.parametrize("when", ["en cinq ans", "en août 2024"])
def test_several_years_and_a_month_give_no_figure_of_a_year(when):
    assert extract(SENTENCE.replace("en 2024", when)) == []


def test_of_two_values_of_one_figure_neither_is_sure():
    found = extract(f"{SENTENCE}, et non 61 200 tentatives de migration irrégulière déjouées en 2024.")
    assert {one.value for one in found} <= {78685, 61200} and not any(one.sure for one in found)


@pytest.mark.parametrize(
    ("lang", "text", "periods"),
    [
        ("ar", "في الستة أشهر الأولى لسنة 2034", ["2034-01/2034-06"]),
        ("en", "in the first eight months 2034", ["2034-01/2034-08"]),
    ],
)
def test_a_part_of_a_year_and_its_year_are_one_period(lang, text, periods):
    assert [one.period for one in mentions(fold(text).text, lang)] == periods


def test_a_day_of_a_night_is_no_number():
    assert [one.value for one in read(f"{SENTENCE}. Dans la nuit du 26 août, 1 400 jeunes.")] == [78685, 1400]


def test_a_part_of_a_figure_is_never_sure():
    found = extract(f"{SENTENCE}, dont 70 571 étrangers. De plus, 6 135 migrants sont rentrés, dont 2 196 avec l’OIM.")
    assert {78685, 6135} <= {one.value for one in found}
    assert not {70571, 2196} & {one.value for one in found if one.sure}


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
        assert one.indicator in INDICATORS and one.value >= 0 and 0 <= one.probability <= 1
        assert not one.sure or one.probability >= SURE
    assert extract(text) == extract(text)


KINDS = {
    "crash on a period pattern": "los primeros siete meses de 2031 dejaron 31.240 intentos de emigración frustrados.",
    "two places of a name": "los siete meses, primeros siete meses y siete primeros meses, 2031",
}


@pytest.mark.parametrize("text", KINDS.values(), ids=KINDS)
def test_no_pattern_of_periods_crashes(text):
    read(f"Según el Ministerio del Interior marroquí, {text}")


def test_a_number_that_heads_its_line_counts_the_noun_behind_its_colon():
    text = "Morocco's Interior Ministry on 2034:\n\n> 74: people at a meeting\n\n> 5,630 (approx.): voluntary returnees"
    assert [(one.value, one.counted) for one in read(text)] == [(74, "people"), (5630, "returnees")]


def test_this_year_and_last_year_are_those_of_the_date_line():
    said = (
        "it foiled 61,200 migration attempts in 2031, and that it has foiled 31,240 migration attempts so far this year"
    )
    found = extract(f"RABAT, 4 October 2034. Morocco's Interior Ministry said that {said}.")
    assert [(one.value, one.period) for one in found] == [(61200, "2031"), (31240, "2034-01/..")]


@pytest.mark.parametrize(
    ("said", "denied"),
    [
        ("Morocco's Interior Ministry foiled 61,200 migration attempts in 2031.", "False."),
        ("Le ministère marocain de l’Intérieur a déjoué 78 685 tentatives de migration irrégulière en 2024.", "Faux !"),
        ("El Ministerio del Interior de Marruecos frustró 61.200 intentos de emigración en 2031.", "Es falso."),
        ("أحبطت وزارة الداخلية المغربية 61200 محاولة للهجرة غير النظامية خلال سنة 2031.", "خبر زائف."),
    ],
)
def test_what_the_next_sentence_calls_false_is_not_sure(said, denied):
    assert [one.sure for text in (said, f"{said} {denied}") for one in extract(text)] == [True, False]


def test_so_far_is_no_army():
    assert [one.why for one in read(f"So far, {ENGLISH}") if "another body" in one.why] == []
    assert "another body" in read(f"The FAR said {ENGLISH}")[0].why


def test_a_value_that_was_reached_is_exact():
    assert [one.qualifier for one in numbers_in(fold("bajaron hasta 312, hasta casi 300"), "es")] == ["exact", "about"]


def test_one_line_on_another_country_leaves_the_rest_of_a_text_readable():
    found = extract(f"Algérie : 20 blessés dans un séisme\n\nÀ la une\n\n{SENTENCE}.")
    assert [(one.indicator, one.value, one.period) for one in found] == [("attempts_prevented", 78685, "2024")]


def test_a_date_bounds_the_periods_and_a_year_not_over_is_never_sure():
    said = "Le ministère marocain de l’Intérieur a avorté 41 200 tentatives de migration irrégulière l’année dernière."
    assert [one.period for one in extract(said, published="2031-02-03")] == ["2030"]
    (one,) = extract(SENTENCE + ".", published="2024-10-03")
    assert not one.sure
    with pytest.raises(InputError, match="published: expected a date such as 2031-01-20, found '20 January'"):
        extract(said, published="20 January")


@pytest.mark.parametrize("text", ["\t" * 100_000, "[" * 100_000, "78 685 " * 20_000, "<" * 100_000, "(1) " * 20_000])
def test_texts_of_nothing_but_signs_give_nothing(text):
    assert [one for one in extract(text) if one.sure] == []


def test_the_weights_are_text_in_order_a_clue_a_line():
    lines = WEIGHTS.read_text(encoding="utf-8").splitlines()
    clues = [line.split(" ", 1)[1] for line in lines]
    assert clues == sorted(clues) and len(set(clues)) == len(clues)
    assert all(re.fullmatch(r"[+-]\d+\.\d\d .+", line) for line in lines)


@pytest.mark.parametrize(
    "said",
    [
        "West African states: 61 pct; Maghreb: 14 pct; Central and Eastern Africa: 11 pct (Moroccan Interior Ministry)",
        "West Africans made up 61%, ahead of Maghreb nationals (14%) and people from Central and East Africa (11%).",
    ],
)
def test_a_share_is_of_the_region_that_its_mark_leads_back_to(said):
    found = {one.indicator: one.value for one in extract(said)}
    assert found == {"share_west_africa": 61, "share_maghreb": 14, "share_central_east_africa": 11}


def test_what_an_answer_counts_is_named_in_the_question():
    said = (
        "Le ministère marocain de l'Intérieur a répondu.\n\nQ. Et les réseaux ?\nR. En 2030, nous en avons brisé 271."
    )
    assert [(one.indicator, one.value, one.period) for one in extract(said)] == [("networks_dismantled", 271, "2030")]


def test_a_part_in_between_does_not_give_its_period_to_what_follows():
    attempts = "Morocco's interior ministry counted 67,845 attempts in 2035, of which 11,300 in the first quarter"
    found = extract(f"Rabat, 11 February 2036. {attempts}; 259 networks were dismantled.")
    periods = {one.indicator: one.period for one in found if one.value != 11300}
    assert periods == {"attempts_prevented": "2035", "networks_dismantled": "2035"}


def test_a_figure_in_parentheses_gives_its_period_to_nothing_else():
    text = "Morocco's Interior Ministry: from 1 January to 30 June 2036 it foiled 34,800 attempts. "
    text += "7,012 people were rescued at sea (first half of 2035: 6,230). Maghreb nationals were 27% of those stopped."
    assert {one.value: one.period for one in extract(text)} == {
        34800: "2036-01/2036-06", 7012: "2036-01/2036-06", 6230: "2035-01/2035-06", 27: "2036-01/2036-06",
    }  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        "in January-June 2034",
        "for January through June 2034",
        "between 1 January and 30 June 2034",
        "from January 1st to the end of June 2034",
    ],
)
def test_months_of_a_range_are_no_single_month(said):
    (one,) = extract(f"Morocco's Interior Ministry counted 41,905 attempts foiled {said}.")
    assert one.period == "2034-01/2034-06"


def test_dots_that_lead_to_a_number_part_a_row():
    table = "Bilan 2035 du ministère de l'Intérieur du Maroc\n- Tentatives avortées............ 40 215\n"
    table += "- Réseaux démantelés................ 181\n- Personnes secourues en mer .... 5 602\n"
    assert [one.value for one in extract(table)] == [40215, 181, 5602]


def test_a_stop_in_a_cell_ends_no_row():
    table = "Le ministère de l'Intérieur du Maroc\n\nIndicateur | 2029 | 2030 | 2031\n"
    table += "Tentatives avortées | 58 402 | ... | 66 130\nRetours volontaires | 3 115 | n.d. | 3 702\n"
    found = {(one.indicator, one.period): one.value for one in extract(table)}
    assert found == {
        ("attempts_prevented", "2029"): 58402, ("attempts_prevented", "2031"): 66130,
        ("voluntary_returns", "2029"): 3115, ("voluntary_returns", "2031"): 3702,
    }  # fmt: skip


def test_the_police_of_the_country_is_no_other_body_but_never_sure():
    text = "En 2033, le ministère marocain de l'Intérieur a recensé 61 200 tentatives avortées. "
    found = {one.indicator: one for one in extract(text + "La police a démantelé 163 réseaux de trafic de migrants.")}
    assert found["networks_dismantled"].value == 163 and not found["networks_dismantled"].sure


def test_the_spanish_enclaves_are_no_other_country():
    said = "Morocco's interior ministry counted 14 assaults on the Spanish enclaves in 2031."
    assert [(one.indicator, one.sure) for one in extract(said)] == [("assaults", True)]


@pytest.mark.parametrize(
    ("said", "lang"),
    [
        ("La Marine royale a secouru 18 645 personnes en 2024, dont 2 214 femmes.", "fr"),
        ("Rabat table sur 90 000 interceptions en 2036 si la tendance se confirme.", "fr"),
        ("A los pescadores de Barbate les han reducido la cuota de atún a 1.200 toneladas.", "es"),
        ("Tres familias sirias abrieron en Rabat un restaurante de 40 plazas.", "es"),
        ("Rabat counts 332 networks.", "en"),
    ],
)
def test_a_sentence_is_enough_to_know_its_language(said, lang):
    assert language_of(fold(said).text) == lang


@pytest.mark.parametrize(
    "said",
    [
        "Of every hundred people that Morocco's interior ministry had stopped in 2036, 49 were West Africans, 21 "
        "came from the Maghreb and 17 from Central or East Africa.",
        "De cada cien personas interceptadas en 2036, según el Ministerio del Interior de Marruecos, 49 procedían de "
        "África occidental, 21 del Magreb y 17 de África central y oriental.",
        "Le ministère marocain de l'Intérieur le dit pour 2036 : l'Afrique de l'Ouest, c'est 49 % des interceptés. "
        "Le Maghreb passe à vingt et un. L'Afrique centrale et orientale, à dix-sept.",
        "سنة 2036، من أصل كل مئة شخص أوقفتهم وزارة الداخلية المغربية، كان 49 من غرب إفريقيا، و21 من البلدان المغاربية، "
        "و17 من شرق ووسط إفريقيا.",
    ],
)
def test_shares_are_read_that_have_no_sign_of_their_own(said):
    found = {one.indicator: (one.value, one.unit) for one in extract(said)}
    shares = {"share_west_africa": 49, "share_maghreb": 21, "share_central_east_africa": 17}
    assert found == {name: (value, "percent") for name, value in shares.items()}


@pytest.mark.parametrize(
    ("said", "value", "qualifier"),
    [
        ("More than half of those Morocco's interior ministry stopped in 2033 were from West Africa.", 50, "at_least"),
        ("En 2033, près des deux tiers des migrants interceptés par le ministère marocain de l'Intérieur venaient "
         "d'Afrique de l'Ouest.", 67, "about"),
        ("En 2033, la mitad de los interceptados por el Ministerio del Interior de Marruecos venía "
         "de África occidental.", 50, "exact"),
        ("قالت وزارة الداخلية المغربية إن نصف الموقوفين سنة 2033 من غرب إفريقيا.", 50, "exact"),
    ],
)  # fmt: skip
def test_a_part_in_words_is_a_share(said, value, qualifier):
    (one,) = extract(said)
    assert (one.indicator, one.value, one.unit, one.qualifier) == ("share_west_africa", value, "percent", qualifier)


@pytest.mark.parametrize("mark", [";", " ; ", " ؛ "])
def test_semicolons_part_the_cells_of_a_table(mark):
    rows = [["Year", "attempts prevented", "networks"], ["2033", "52,318", "192"], ["2034", "55,480", "203"]]
    table = "Morocco's interior ministry, its figures:\n\n" + "\n".join(mark.join(row) for row in rows) + "\n"
    found = {(one.indicator, one.period): one.value for one in extract(table)}
    assert found == {
        ("attempts_prevented", "2033"): 52318, ("networks_dismantled", "2033"): 192,
        ("attempts_prevented", "2034"): 55480, ("networks_dismantled", "2034"): 203,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "said", "value", "qualifier"),
    [
        ("es", "se han parado 51.000 intentos, en cifra redonda", 51000, "about"),
        ("ar", "أحبط المغرب 40600 محاولة هجرة غير نظامية تقريبا", 40600, "about"),
        ("en", "by crowds adding up to 6,450", 6450, "exact"),
        ("en", "crowds of up to 6,450", 6450, "about"),
        ("ar", "نتحدث عن حوالي واحد وسبعين ألف محاولة", 71000, "about"),
    ],
)
def test_what_qualifies_a_number_may_follow_its_noun(lang, said, value, qualifier):
    (one,) = numbers_in(fold(said), lang)
    assert (one.value, one.qualifier) == (value, qualifier)


def test_a_ministry_of_the_interior_without_its_country_is_not_surely_moroccos():
    said = "The interior ministry foiled 61,905 attempts at irregular migration in 2028."
    assert [one.sure for one in extract(said)] == [False]
    assert [one.sure for one in extract(said.replace("ministry", "ministry of Morocco"))] == [True]


def test_dashes_part_the_cells_of_a_table_but_not_those_within_one():
    head = "Morocco's interior ministry, its figures:\n\n"
    by_dashes = head + "Year – attempts prevented – networks\n2033 – 52,318 – 192\n2034 – 55,480 – 203\n"
    by_semicolons = head + "Year ; attempts – prevented ; networks\n2033 ; 52,318 ; 192\n2034 ; 55,480 ; 203\n"
    for table in (by_dashes, by_semicolons):
        found = {(one.indicator, one.period): one.value for one in extract(table)}
        assert found["attempts_prevented", "2034"] == 55480 and found["networks_dismantled", "2033"] == 192
