"""Numbers where a text prints them: their stretch, value, unit and qualifier, in the four languages."""

import pytest
from bilan.data.printed import PrintedNumber, numbers_in, value_of
from bilan.press.text import fold


@pytest.mark.parametrize(
    ("digits", "value"),
    [
        ("78685", 78685),
        ("78.685", 78685),
        ("78,685", 78685),
        ("78 685", 78685),
        ("78'685", 78685),
        ("1.234.567,8", 1234567.8),
        ("1.234.\n567", 1234567),  # a line broken where a separator stands
        ("4,6", 4.6),
        ("4.65", 4.65),
        ("1.234,567", None),
        ("1 234.567", None),
    ],
)
def test_digits_are_read_in_any_format_unless_their_separators_do_not_go_together(digits, value):
    assert value_of(digits) == value


@pytest.mark.parametrize(
    ("said", "lang", "found"),
    [
        ("58 % et 12", "fr", [("58", 58, "percent", "exact"), ("12", 12, "count", "exact")]),
        ("58 pour cent", "fr", [("58", 58, "percent", "exact")]),
        ("نسبة %58", "ar", [("58", 58, "percent", "exact")]),
        ("%58", "ar", [("58", 58, "percent", "exact")]),
        ("%  58", "ar", [("58", 58, "count", "exact")]),
        ("%58", "fr", [("58", 58, "count", "exact")]),
        ("%58 و 12", "ar", [("58", 58, "percent", "exact"), ("12", 12, "count", "exact")]),
        ("covid-19, rue20, a5, 7", "fr", [("7", 7, "count", "exact")]),
        ("a5 7", "fr", [("7", 7, "count", "exact")]),
        ("1.234,567 and 5", "en", [("5", 5, "count", "exact")]),
        ("5 mil y 6", "es", [("5 mil", 5000, "count", "exact"), ("6", 6, "count", "exact")]),
        ("68 mil 340 y 4 mil", "es", [("68 mil 340", 68340, "count", "exact"), ("4 mil", 4000, "count", "exact")]),
        ("20 mil 2024", "es", [("20 mil", 20000, "count", "exact"), ("2024", 2024, "count", "exact")]),
        ("0522 45, 05", "en", [("45", 45, "count", "exact"), ("05", 5, "count", "exact")]),
        ("10 405 personnes environ", "fr", [("10 405", 10405, "count", "about")]),
        ("12 réseaux au moins 14", "fr", [("12", 12, "count", "exact"), ("14", 14, "count", "at_least")]),
        ("1,5 million", "fr", [("1,5 million", 1500000, "count", "exact")]),
        ("5 آلاف و300", "ar", [("5 الاف و300", 5300, "count", "exact")]),
        ("5 آلاف", "ar", [("5 الاف", 5000, "count", "exact")]),
        ("وستة", "ar", [("سته", 6, "count", "exact")]),
        ("6 people and two boats", "en", [("6", 6, "count", "exact"), ("two", 2, "count", "exact")]),
        ("one boat, the second", "en", []),
        ("45,2 k tentatives, 60K", "fr", [("45,2 k", 45200, "count", "exact"), ("60k", 60000, "count", "exact")]),
        ("10 500 شخص ويزيد", "ar", [("10 500", 10500, "count", "at_least")]),
        ("+280 gangs, +4.7 %", "en", [("280", 280, "count", "at_least"), ("4.7", 4.7, "percent", "at_least")]),
        ("2,150 people, more or less", "en", [("2,150", 2150, "count", "about")]),
        ("apenas 860, apenas unos 9", "es", [("860", 860, "count", "exact"), ("9", 9, "count", "about")]),
        ("60 km, 5 kg", "en", [("60", 60, "count", "exact"), ("5", 5, "count", "exact")]),
        ("six in ten, one in 5", "en", [("six in ten", 60, "percent", "exact"), ("one in 5", 20, "percent", "exact")]),
        ("près de 3 sur 4, un an", "fr", [("3 sur 4", 75, "percent", "about")]),
        ("seis de cada diez", "es", [("seis de cada diez", 60, "percent", "exact")]),
        ("ستة من كل عشرة", "ar", [("سته من كل عشره", 60, "percent", "exact")]),
        ("10 in 10", "en", [("10", 10, "count", "exact"), ("10", 10, "count", "exact")]),
        ("más del 80 %, cerca del 4 %", "es", [("80", 80, "percent", "at_least"), ("4", 4, "percent", "about")]),
        ("casi un 12 %", "es", [("12", 12, "percent", "about")]),
        ("près du 12 %", "fr", [("12", 12, "percent", "about")]),
        # a count has no tenths: in a row of percentages it is one
        (
            "56,4 % de l'ouest, 21,3 du Maghreb",
            "fr",
            [("56,4", 56.4, "percent", "exact"), ("21,3", 21.3, "percent", "exact")],
        ),
        ("56,4 % de l'ouest, 21 du Maghreb", "fr", [("56,4", 56.4, "percent", "exact"), ("21", 21, "count", "exact")]),
        ("56,4 %. Il y a 2,5 bateaux", "fr", [("56,4", 56.4, "percent", "exact"), ("2,5", 2.5, "count", "exact")]),
        (
            "vingt-deux mille migrants, 4",
            "fr",
            [("vingt-deux mille", 22000, "count", "exact"), ("4", 4, "count", "exact")],
        ),
        (
            "une centaine, 5 et 6",
            "fr",
            [("une centaine", 100, "count", "about"), *((str(n), n, "count", "exact") for n in (5, 6))],
        ),
        ("un solomillo", "es", []),
        ("algun millar", "es", []),
        ("un seul", "fr", [("un seul", 1, "count", "exact")]),
        ("veintiún barcos", "es", [("veintiun", 21, "count", "exact")]),
        ("Veintiún barcos", "es", [("veintiun", 21, "count", "exact")]),
        ("half a dozen boats", "en", [("half a dozen", 6, "count", "about")]),
        ("a hundred thousand people", "en", [("a hundred thousand", 100000, "count", "exact")]),
        (
            "over a hundred and twenty, 4",
            "en",
            [("a hundred and twenty", 120, "count", "at_least"), ("4", 4, "count", "exact")],
        ),
        ("5 environ, 6", "fr", [("5", 5, "count", "about"), ("6", 6, "count", "exact")]),
        ("environ 5, 6", "fr", [("5", 5, "count", "about"), ("6", 6, "count", "exact")]),
    ],
)
def test_numbers_are_found_with_what_they_count_and_how_sure_they_are(said, lang, found):
    text = fold(said)
    numbers = [(text.text[one.start : one.end], one.value, one.unit, one.qualifier) for one in numbers_in(text, lang)]
    assert numbers == found


def test_a_number_begins_with_the_words_that_qualify_it_and_ends_with_its_percent_sign():
    assert numbers_in(fold("Au total plus de 58 %."), "fr") == [PrintedNumber(17, 19, 58, "percent", "at_least", 9, 21)]
    assert numbers_in(fold("Il y a 58."), "fr") == [PrintedNumber(7, 9, 58, "count", "exact", 7, 9)]
