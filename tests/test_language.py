import re
from decimal import Decimal
from string import Formatter

import pytest
from bilan.data.printed import parse_number
from bilan.languages import (
    LANGUAGES,
    LOCALES,
    catalog,
    format_number,
    format_share,
    isolated,
    rounded,
    text,
    typeset,
)
from hypothesis import given
from hypothesis import strategies as st

languages = st.sampled_from(list(LOCALES))


@pytest.mark.parametrize(
    ("lang", "number", "share", "growth"),
    [
        ("fr", "78\u202f685", "58\u00a0%", "−20,8\u00a0%"),
        ("en", "78,685", "58%", "−20.8%"),
        ("es", "78\u202f685", "58\u00a0%", "−20,8\u00a0%"),
        ("ar", "78.685", "\u206658%\u2069", "\u2066−20,8%\u2069"),
    ],
)
def test_numbers_as_each_language_prints_them(lang, number, share, growth):
    assert format_number(78685, lang) == number
    assert format_share(58, lang) == share
    assert format_share(-20.763, lang, decimals=1, signed=True) == growth


def test_halves_round_up_and_lower_bounds_round_down():
    assert [str(rounded(x)) for x in (0.5, 1.5, 2.5, -0.5)] == ["1", "2", "3", "0"]
    assert format_number(306.9, "en", down=True) == "306"
    assert format_number(45243.875, "en") == "45,244"
    assert [format_number(number, "es") for number in (4290, 10000)] == ["4290", "10\u202f000"]


numbers = st.one_of(
    st.integers(-(10**20), 10**20),
    st.floats(-(10**9), 10**9),
    st.fractions(-(10**9), 10**9, max_denominator=10**6),
    st.decimals(-(10**9), 10**9, places=4),
)


@given(languages, numbers, st.integers(0, 6), st.booleans(), st.booleans())
def test_a_number_in_print_is_read_back_as_the_number_that_was_printed(lang, number, decimals, signed, down):
    shown = format_number(number, lang, decimals, signed=signed, down=down)
    assert parse_number(shown, lang) == (rounded(number, decimals, down), "exact")
    assert rounded(parse_number(shown, lang)[0], decimals) == rounded(number, decimals, down)


@given(languages, st.decimals(-(10**6), 10**6, places=4), st.integers(0, 4), st.booleans())
def test_a_share_in_print_is_read_back_as_the_share_that_was_printed(lang, number, decimals, signed):
    assert parse_number(format_share(number, lang, decimals, signed), lang) == (rounded(number, decimals), "exact")


@given(languages, st.integers(0, 10**12), st.integers(0, 3))
def test_words_that_qualify_a_number_do_not_change_it(lang, number, decimals):
    words = {
        "fr": ("plus de", "environ"),
        "en": ("more than", "about"),
        "es": ("más de", "unos"),
        "ar": ("أكثر من", "نحو"),
    }
    shown = format_number(number, lang, decimals)
    for said, qualifier in zip(words[lang], ("at_least", "about"), strict=True):
        try:
            assert parse_number(f"{said} {shown}", lang) == (number, qualifier)
        except ValueError:
            assert decimals == 3 and number > 999  # a text may group by either sign, so that this is refused


@given(languages, languages, st.integers(0, 10**9), st.integers(0, 3))
def test_another_languages_print_is_read_as_what_its_separators_say_or_refused(lang, other, number, decimals):
    shown = format_number(Decimal(number) / 7, other, decimals)
    point = {"en": "."}.get(lang, ",")
    try:
        read, _ = parse_number(shown, lang)
    except ValueError:
        return
    whole, _, part = shown.partition(point)
    assert read == Decimal(re.sub(r"\D", "", whole) + "." + part)
    assert not re.search(r"\D", part) and re.fullmatch(r"\d{1,4}|\d{1,3}(\D\d{3})*", whole)


@given(st.integers(0, 10**12), st.integers(0, 3), languages)
def test_arabic_separators_mean_the_same_in_every_format(number, decimals, lang):
    latin = format_number(Decimal(number) / 7, "en", decimals)
    arabic = latin.translate(str.maketrans("0123456789,.", "٠١٢٣٤٥٦٧٨٩٬٫"))
    if "," in latin or "." in latin:
        assert parse_number(arabic, lang) == parse_number(latin, "en")


@given(languages, st.integers(0, 10**12), st.integers(-(10**12), 10**12))
def test_rounding_never_moves_a_number_by_more_than_half(lang, numerator, other):
    number = Decimal(numerator) / 7 + other
    assert abs(rounded(number) - number) <= Decimal("0.5") + Decimal("1e-9")
    assert 0 <= number - rounded(number, down=True) < 1


@pytest.mark.parametrize(
    ("printed", "lang", "number", "qualifier"),
    [
        ("78 685", "fr", 78685, "exact"),
        ("78\u00a0685", "fr", 78685, "exact"),
        ("78\u202f685", "fr", 78685, "exact"),
        ("plus de 4 290", "fr", 4290, "at_least"),
        ("58 %", "fr", 58, "exact"),
        ("75,184", "en", 75184, "exact"),
        ("4.6", "en", Decimal("4.6"), "exact"),
        ("5.844", "es", 5844, "exact"),
        ("78\u202f685", "es", 78685, "exact"),
        ("seis", "es", 6, "exact"),
        ("unos 1.400", "es", 1400, "about"),
        ("seis", "fr", 6, "exact"),
        ("a hundred thousand", "en", 100000, "exact"),
        ("a hundred", "en", 100, "about"),
        ("plus de 78\u200e685", "fr", 78685, "at_least"),
        ("−20,8 %", "fr", Decimal("-20.8"), "exact"),
        ("-20.8%", "en", Decimal("-20.8"), "exact"),
        ("+4,6 %", "fr", Decimal("4.6"), "exact"),
        ("%58", "ar", 58, "exact"),
        ("58 pour cent", "fr", 58, "exact"),
        ("plus de 78\u202f685", "fr", 78685, "at_least"),
        ("1,5 million", "fr", 1500000, "exact"),
        ("−seis", "es", -6, "exact"),
        ("-1,5 million", "fr", -1500000, "exact"),
        ("78\u200e685", "fr", 78685, "exact"),  # a direction mark, which is not seen
        ("58\u00a0٪", "ar", 58, "exact"),
        ("1234,567", "es", Decimal("1234.567"), "exact"),
        ("٧٨٬٦٨٥", "ar", 78685, "exact"),
        ("أكثر من ٧٨٬٦٨٥", "ar", 78685, "at_least"),
    ],
)
def test_numbers_as_sources_print_them(printed, lang, number, qualifier):
    assert parse_number(printed, lang) == (number, qualifier)


def test_signs_are_shown_where_asked_and_only_beside_what_is_not_nothing():
    signed = {"signed": True}
    assert [format_number(number, "en", **signed) for number in (5, 0.4, 0, -5)] == ["+5", "0", "0", "−5"]
    assert [format_share(number, "en", 1, **signed) for number in (0.5, 0, -0.5)] == ["+0.5%", "0.0%", "−0.5%"]
    assert (format_number(5, "en"), format_share(5, "en")) == ("5", "5%")
    assert format_number(1, "ar", **signed) == "\u2066+1\u2069"


def test_a_text_of_another_script_is_set_apart_in_arabic_alone():
    assert [isolated("Frontex", lang) for lang in ("ar", "fr")] == ["\u2068Frontex\u2069", "Frontex"]


def test_a_text_takes_the_plural_that_goes_with_the_number_as_shown(tmp_path, monkeypatch):
    (tmp_path / "en.toml").write_text('a.boats = { one = "{what} boat", other = "{what} boats" }\n', encoding="utf-8")
    (tmp_path / "ar.toml").write_text('a.boats = { few = "few", other = "other" }\n', encoding="utf-8")
    (tmp_path / "fr.toml").write_text('a.b.boats = { other = "Oui !" }\n', encoding="utf-8")
    monkeypatch.setattr("bilan.languages.TEXT", tmp_path)
    catalog.cache_clear()
    try:
        shown = [text("a.boats", "en", number, what="small") for number in (0, 0.5, 1, 1.4, 1.5, None)]
        assert shown == [f"small boat{s}" for s in ("s", "", "", "", "s", "s")]
        assert text("a.b.boats", "fr", 2) == "Oui\u202f!"
        assert [text("a.boats", "ar", number) for number in (1, 3, 11)] == ["other", "few", "other"]
    finally:
        catalog.cache_clear()


@pytest.mark.parametrize(
    ("printed", "lang"),
    [
        ("7,51,84", "en"),
        ("18 6", "fr"),
        ("beaucoup", "fr"),
        ("", "en"),
        ("%", "fr"),
        ("78.685", "fr"),  # a French text means 78 685 by it or has it from elsewhere
        ("4.6", "es"),
        ("0,123", "en"),
        ("more than 4,6", "en"),
        ("-−5", "en"),
        ("+-5", "en"),
        ("5 4", "en"),
        ("5 networks", "en"),
        ("networks 5", "en"),
        ("1,234٫5", "en"),
    ],
)
def test_what_is_no_number_is_refused(printed, lang):
    with pytest.raises(ValueError, match="expected a number as printed"):
        parse_number(printed, lang)


@given(st.text(max_size=30), languages)
def test_any_text_is_a_number_or_refused(printed, lang):
    try:
        number, _ = parse_number(printed, lang)
    except ValueError:
        return
    assert isinstance(number, Decimal)


def _placeholders(entry) -> set:
    forms = entry.values() if isinstance(entry, dict) else [entry]
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_every_language_has_the_same_texts_with_the_same_gaps(lang):
    assert set(catalog(lang)) == set(catalog("en"))
    for key, entry in catalog("en").items():
        assert _placeholders(catalog(lang)[key]) == _placeholders(entry), key


def test_french_sets_its_spaces():
    assert typeset("Source : « oui » ; non ?", "fr") == "Source\u00a0: «\u202foui\u202f»\u202f; non\u202f?"
    assert not any(re.search(r" [:;?!»]|« ", said) for said in catalog("fr").values() if isinstance(said, str))


def test_a_missing_text_is_an_error():
    with pytest.raises(KeyError):
        text("no.such.key", "en")


@given(st.integers(0, 10**7), st.sampled_from(["qualifier", "share"]))
def test_arabic_keeps_a_numbers_signs_beside_it(number, kind):
    shown = format_share(number, "ar") if kind == "share" else format_number(-number - 1, "ar")
    assert shown[0] == "\u2066" and shown[-1] == "\u2069" and len(re.findall("[\u2066\u2069]", shown)) == 2
    assert not re.search("[\u2066\u2069]", format_share(number, "fr") + format_number(-number, "es"))
