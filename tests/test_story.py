"""The narrative of every year in every language, made from the numbers the notebooks keep."""

import re

import pytest
from bilan.data.ledgers import years
from bilan.languages import LANGUAGES
from bilan.notebook.story import Story
from bilan.parameters import check_parameters

PARTS = ["title", "summary", "results", "borders", "networks", "setting", "years", "sources", "certainty", "limits"]


def told(numbers_of, year, lang, **parameters):
    """Return a whole narrative as text, without the links around its values."""
    story = Story(numbers_of(year, **parameters), {}, check_parameters({"year": year, "lang": lang, **parameters}))
    return re.sub("<[^>]+>|[\u2066\u2069]", "", "\n\n".join(story.render(part) for part in PARTS))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("year", years())
def test_every_year_is_told_in_clean_sentences(year, lang, numbers_of):
    said = told(numbers_of, year, lang)
    assert str(year) in said and said.count("## ") == 8
    assert not re.search(r"[{}]|None\b(?! is estimated| of them)|\bnan\b|\w_\w", said)
    assert not re.search(r"  |\( | \)|\.\.|,,|،،| [.,،]| ?\(\)", said.replace("\n", "")), said
    if lang != "fr":  # which sets a space before them
        assert not re.search(r" [;:!?؛؟]", said)


def test_arabic_nouns_go_with_their_number(numbers_of):
    assert "6.135 حالة عودة طوعية" in told(numbers_of, 2024, "ar") and "5.608 حالات عودة طوعية" in told(
        numbers_of, 2018, "ar"
    )
    assert "18.645 شخصا" in told(numbers_of, 2024, "ar") and "87.000 شخص،" in told(numbers_of, 2024, "ar")


@pytest.mark.parametrize(
    ("lang", "one", "two"),
    [
        ("en", "holds for the first reading alone", "holds for the second reading alone"),
        ("fr", "ne vaut que pour la première lecture", "ne vaut que pour la seconde lecture"),
        ("es", "primera lectura", "segunda lectura"),
        ("ar", "إلا وفق القراءة الأولى", "إلا وفق القراءة الثانية"),
    ],
)
def test_the_reading_the_persons_hold_for_is_named(lang, one, two, numbers_of):
    assert one in told(numbers_of, 2024, lang) and two not in told(numbers_of, 2024, lang)
    foreign = told(numbers_of, 2024, lang, share_base="foreign", foreign_share=0.8)
    assert two in foreign and one not in foreign and re.search("80\\s?%", foreign)
