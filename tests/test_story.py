"""The narrative of every year in every language, made from the numbers the notebooks keep."""

import re
from dataclasses import replace

import pytest
from bilan.data.package import years
from bilan.errors import InputError
from bilan.languages import LANGUAGES
from bilan.notebook.story import Story, tell
from bilan.number import Numbers, published
from bilan.parameters import check_parameters
from bilan.show.numbers import Shown

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
    assert not re.search(r"[{}]|None\b(?! is estimated| of them| can be given)|\bnan\b|\w_\w", said)
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


# What the story says is not there, and the numbers of which none may be known where it says so.
ABSENT = {
    r"No full-year count of attempts prevented was found": ["attempts_prevented"],
    r"give no shares by origin": ["share_west_africa"],
    r"No full-year count of assaults": ["assaults"],
    r"No full-year count of voluntary returns": ["voluntary_returns"],
    r"No full-year count of networks": ["networks_dismantled"],
    r"cannot be ranked among the years": ["attempts_prevented"],
    r"no figure of another Moroccan body": ["dgsn_candidates_arrested", "previous.far_interceptions"],
    r"found on the assaults or on the networks": ["dgsn_networks"],
    r"Shares by origin are not drawn": ["frontex_share_west_africa"],
    r"No figure of an independent source": [
        *("frontex_detections", "frontex_detections_western_african", "iom_deaths", "iom_deaths_atlantic"),
        *("spain_arrivals", "caminando_deaths", "iom_assisted_returns", "departures_all"),
    ],
}


@pytest.mark.parametrize("year", years())
def test_what_is_said_not_to_be_there_is_not(year, numbers_of):
    said, numbers = told(numbers_of, year, "en"), numbers_of(year)
    for sentence, names in ABSENT.items():
        if re.search(sentence, said):
            assert [name for name in names if numbers.named(name)] == [], sentence
    assert bool(re.search("No full-year count of attempts", said)) is not bool(numbers["attempts_prevented"])
    assert "No figure of an independent source" not in said  # there is one for every year


def test_a_year_without_any_other_source_says_so(numbers_of):
    known = numbers_of(2025)
    others = dict.fromkeys(name for name in ABSENT[r"No figure of an independent source"])
    bare = Numbers(2025, {id: replace(one, value=None) if id in others else one for id, one in known.items()})
    story = Story(bare, {}, check_parameters({"year": 2025, "lang": "en"}))
    assert "No figure of an independent source for 2025 is in this collection." in story.render("sources")


def test_published_rates_are_told_in_the_sentence_and_what_was_cut_off_is_said(numbers_of):
    said = told(numbers_of, 2024, "en")
    assert "up 4.7% on 2023 (+4.6% in print, cut off rather than rounded)" in said
    assert "up 10.9% on 2023 (+10.8% in print, cut off rather than rounded)" in said
    said = told(numbers_of, 2023, "en")
    assert "up 6.2% on 2022 (+6% in print)" in said and "up about 44% on 2022 (+44% in print)" in said
    assert "up 34.8% on 2022 (+35% in print)" in said and "(−62% in print)" in said
    assert "up 62% on 2022 by the rate in print: the earlier figure was not found" in said
    assert "cut off" not in said


@pytest.mark.parametrize("year", years())
def test_no_rate_stands_on_small_counts_nor_three_digits_on_an_approximation(year, numbers_of):
    numbers = numbers_of(year)
    for name in ("assaults", "networks_dismantled", "rescued_at_sea", "voluntary_returns", "attempts_prevented"):
        now, before, rate = numbers[name], numbers.named(f"previous.{name}"), numbers[f"{name}_change_pct"]
        if now and before and min(now.value, before.value) < 20:
            assert not rate and name in ("assaults",)
        if rate and "about" in (now.qualifier, before.qualifier):
            digits = re.sub(r"\D", "", Shown(rate, "en").signed)
            assert len(digits.strip("0")) <= 2
    said = told(numbers_of, year, "en")
    assert "133" not in said and "62.5%" not in said


@pytest.mark.parametrize(
    ("year", "sentences"),
    [
        (2019, ["down 16.7% on 2018, and the lowest full-year figure found since 2017 (about 65,000)"]),
        (2021, ["2,300 of 3,500 (65.7%) for 2021", "For January to August 2021 alone, however, 8,890 are in print"]),
        (2022, ["up 12.1% on 2021, and the highest full-year figure found since 2019 (73,973)"]),
        (
            2025,
            [
                "down 5.7% on the same months of 2024 (45,015)",
                "up 6.2% on the same months of 2024 (177)",
                "down 10.1% on the same months of 2024 (10,589)",
                "1,541 of 3,060 (50.4%) for January to August 2025",
                "36,683 on the two western routes in 2025",
            ],
        ),
        (
            2024,
            [
                "the highest full-year figure found since 2018 (88,761)",
                "14 assaults and attempted assaults on Ceuta and Melilla, Spanish cities that Morocco claims",
                "about 13,000",
                "1,664 of 4,388 (37.9%) for January to September 2024",
                "the attempts prevented are 5.0 times as many",
                "210 networks and more than 14,260 people rescued. These are the ministry’s own figures for January to",
                "25,081 had left from Mauritania, 13,217 from Morocco",
                "differ by 49 arrivals by sea",
                "at least 37 by Amnesty International’s",
                "123 networks for 2024: another measure",
            ],
        ),
    ],
)
def test_a_year_is_told_by_its_own_numbers(year, sentences, numbers_of):
    said = told(numbers_of, year, "en")
    assert [one for one in sentences if one not in said] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_said_that_was_found_to_be_false(lang, numbers_of):
    said = told(numbers_of, 2024, lang)
    wrong = {
        "en": ["the ministry’s own term", "nothing published explains", "second source", "read again from print"],
        "fr": ["le terme du ministère", "n’explique l’écart", "seconde source", "chacun a été relu"],
        "es": ["segunda fuente", "término del ministerio"],
        "ar": ["مصدر ثان"],
    }
    assert [one for one in wrong[lang] if one in said] == []


@pytest.mark.parametrize(
    ("lang", "broken", "another", "part"),
    [
        (
            "en",
            "In 2021 the count took",
            "For 2017 the text in print speaks of people stopped",
            "2018 the ministry gave 30",
        ),
        (
            "fr",
            "Le décompte de 2021 réunissait",
            "Pour 2017, le texte imprimé parle d’interpellations",
            "en donnait 30.",
        ),
        ("es", "El recuento de 2021 reunía", "El texto impreso sobre 2017 habla de interceptados", "la cifra de 30."),
        ("ar", "وكان عدد سنة 2021 يجمع", "أما النص المنشور عن سنة 2017 فيتحدث عن أشخاص", "أعلنت الوزارة 30 عملية."),
    ],
)
def test_a_count_made_otherwise_is_told_with_the_rate_that_starts_from_it(lang, broken, another, part, numbers_of):
    said = {year: told(numbers_of, year, lang).replace("\N{NO-BREAK SPACE}", " ") for year in (2018, 2022, 2023)}
    assert [year for year in said if broken in said[year]] == [2022]
    assert [year for year in said if another in said[year]] == [2018]
    assert [year for year in said if part in said[year]] == [2018]  # assaults of January to 27 November


def test_an_amount_is_told_in_millions(numbers_of):
    assert "planned about 500 million euros for Morocco" in told(numbers_of, 2024, "en")
    assert "environ 500 millions d’euros" in re.sub(r"\s", " ", told(numbers_of, 2024, "fr"))


@pytest.mark.parametrize(("lang", "said"), [("en", "79.5%"), ("fr", "79,5 %"), ("es", "79,5 %"), ("ar", "79,5%")])
def test_an_assumed_share_is_told_as_it_was_given(lang, said, numbers_of):
    assumed = {"share_base": "foreign", "foreign_share": 0.795}
    story = told(numbers_of, 2024, lang, **assumed)
    (paragraph,) = (one for one in story.split("\n\n") if re.search(r"36.282", one))  # 78 685 × 0.795 × 0.58
    assert said in re.sub(r"\s", " ", paragraph)


# What a narrative may use, on a narrative of its own and numbers made by hand

PROSE = """
{% block title %}A year: {{ year }}, after {{ previous_year }}, {{ parameters.mauritania }}{% endblock %}
{% block summary %}Words.{% endblock %}
{% block numbers %}
{{ v.assaults }} after {{ previous.assaults }}; {{ part.rescued_at_sea }} after {{ part_before.rescued_at_sea }}


{{ "none" if not v.voluntary_returns }}
{{ each("assaults")|join(" and ") }}, not {{ each("voluntary_returns")|length }}
{% endblock %}
{% block words %}
{{ holds("assaults_up") }} {{ holds("assaults_down") }} {{ says("human_dignity") }} {{ says("human_dignity", "no") }}
{{ defines("attempted_assaults") }} {{ defines("removals") }} {{ defines("removals", 2023) }}
{{ plural(v.assaults, one="one", other="more") }} {{ plural(previous.assaults, one="one", other="more") }}
{{ plural(previous.assaults, other="any") }} {{ percent(0.8) }} <b> {{ "<b>" }}
{{ term("network", "networks") }} {{ term("network", "the networks") }}
{% endblock %}
{% block again %}
{{ term("network", "networks") }}
  {% if year %}
{{ term("smuggling", "smuggling") }}
  {% endif %}
end
{% endblock %}
{% block charts %}Before.{{ chart("origins") }}{{ chart("map") }}After.{% endblock %}
{% block wrong %}{{ v.no_such_number }}{% endblock %}
{% block doubtful %}{{ holds("no_such_claim") }}{% endblock %}
{% block strange %}{{ no_such_name }}{% endblock %}
"""


def figure(id: str, value: int | None, period: str = "2024", name: str = ""):
    source = {"title": "Ministry", "url": "https://example.org", "place": {}}
    unit = "persons" if "rescued" in id else "assaults"
    return published(id, value, unit, period, source, name=name)


@pytest.fixture
def own_story(tmp_path, monkeypatch):
    """Return a story of 2024 in English whose prose is `PROSE`, with one chart."""
    (tmp_path / "narrative.en.md").write_text(PROSE, encoding="utf-8")
    monkeypatch.setattr("bilan.notebook.story.TEXT", tmp_path)
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "origins.svg").write_text("<svg/>", encoding="utf-8")
    charts = {"origins": {"folder": tmp_path, "words": {"en": {"alt": "What it shows"}}}}
    one = figure("assaults_2023", 1, "2023", "assaults")
    more = (figure("assaults", 3) - one).kept("assaults_more", "assaults")
    made = [one, figure("assaults", 3), figure("voluntary_returns", None), more]
    made += [figure("rescued_at_sea_part", 20, "2024-01-01/2024-08-31", "rescued_at_sea")]
    made += [figure("rescued_at_sea_part_2023", 10, "2023-01-01/2023-08-31", "rescued_at_sea")]
    numbers = Numbers(2024, {number.id: number for number in made})
    return Story(numbers, charts, check_parameters({"year": 2024, "lang": "en"}))


def bare(said: str) -> str:
    return re.sub("<a[^>]*>|</a>", "", said)


def test_a_narrative_says_numbers_by_name_and_keeps_which_it_said(own_story):
    assert own_story.opening().data == "# A year: 2024, after 2023, western_africa\n\nWords."
    assert own_story.opening().lang == "en"
    assert own_story.used == {}
    said = own_story.render("numbers")
    assert bare(said) == "3 after 1; 20 after 10\n\nnone\n1 and 3 and 2, not 0"
    assert said.startswith('<a class="value published" href="#value-assaults" title="published · Ministry">3</a> after')
    assert said.count('<a class="value ') == 7  # each of them leads to its line
    mentioned = ["assaults", "assaults_2023", "rescued_at_sea_part", "rescued_at_sea_part_2023", "assaults_more"]
    assert list(own_story.used) == mentioned
    table = own_story.table()
    assert list(table.anchors) == [f"value-{id}" for id in mentioned] and table.lang == "en"
    assert table.caption == "Every number on this page, with its bounds, how it was made and where it comes from"


def test_what_a_number_on_the_page_was_made_from_stands_in_the_table_too(own_story):
    own_story.shown("assaults_more")
    table = own_story.table()
    assert table.anchors == ("value-assaults_more", "value-assaults", "value-assaults_2023")
    assert 'href="#value-assaults_2023"' in table.frame["rests_on"][0]
    # read back from a file, numbers no longer know what they were made from, two steps back
    more = replace(own_story.numbers["assaults_more"], made=())
    own_story.numbers |= {"assaults_more": more, "twice": replace((more * 2).kept("twice", "assaults"), made=())}
    own_story.used = {"twice": None}
    assert own_story.table().anchors == ("value-twice", "value-assaults_more")


def test_a_narrative_asks_for_claims_statements_definitions_plurals_and_terms(own_story):
    checked, defined, plural, other, terms = own_story.render("words").split("\n")
    assert (checked, defined) == ("True False True False", "True False True")
    assert (plural, other) == ("more one", "any 80% <b> &lt;b&gt;")
    # a term leads to the glossary in the part that uses it first
    assert terms == '<a href="#term-network">networks</a> <a href="#term-network">the networks</a>'
    assert own_story.render("again") == 'networks\n<a href="#term-smuggling">smuggling</a>\nend'


def test_charts_stand_where_the_prose_places_them_and_those_there_are_not_are_left_out(own_story, monkeypatch):
    shown = []
    monkeypatch.setattr("bilan.notebook.story.display", lambda one, metadata=None: shown.append((one, metadata)))
    own_story.part("charts")
    (before, marked), (picture, _), (after, again) = shown
    assert (before.data, after.data, before.lang) == ("Before.", "After.", "en")
    assert marked == again == {"bilan": {"part": "charts"}}
    assert (picture.svg, picture.alt, picture.stem) == ("<svg/>", "What it shows", "origins")


def test_the_checks_and_the_cards_of_a_story_are_tables(own_story):
    checks = own_story.checks()
    assert (checks.caption, checks.lang) == ("The comparative words and their checks", "en")
    assert checks.frame.set_index("claim").loc["assaults_up", "outcome"] == "holds"
    own_story.shown("assaults_more")
    brief = own_story.brief()
    assert list(brief.frame.columns) == ["indicator", "value", "change", "context"] and brief.caption == "In brief"
    assert brief.frame["indicator"].tolist()[0].startswith("As") and brief.lang == "en"
    assert [bare(one) for one in brief.frame["value"]] == ["3", "20"]
    assert {"assaults_more", "assaults", "rescued_at_sea_part"} <= set(own_story.used)


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("wrong", "expected the name of a number of 2024, found 'no_such_number'"),
        ("doubtful", "expected a claim of scripts/bilan/analysis/claims.py, found 'no_such_claim'"),
        ("strange", ", block strange: expected names that a narrative has, found: 'no_such_name' is undefined"),
        ("absent", "expected a block called 'absent', found none"),
    ],
)
def test_a_narrative_that_asks_for_what_there_is_not_is_refused_naming_its_file(part, said, own_story):
    with pytest.raises(InputError) as refused:
        own_story.render(part)
    assert str(refused.value).startswith("scripts/bilan/text/narrative.en.md") and str(refused.value).endswith(said)


def test_a_narrative_that_is_no_template_or_is_not_there_is_refused(own_story, tmp_path):
    parameters = check_parameters({"year": 2024, "lang": "en"})
    for prose, said in (("one\n{% if %}", ", line 2: expected a template, found: "), (None, ": expected a file of")):
        path = tmp_path / "narrative.en.md"
        path.unlink() if prose is None else path.write_text(prose, encoding="utf-8")
        with pytest.raises(InputError, match=re.escape("scripts/bilan/text/narrative.en.md" + said)):
            Story(own_story.numbers, {}, parameters)


def test_a_story_is_told_of_the_results_of_its_parameters(own_story, monkeypatch):
    asked = []
    for name, result in (("ensure_results", None), ("load_numbers", own_story.numbers), ("load_charts", {})):
        monkeypatch.setattr(f"bilan.notebook.story.{name}", lambda given, r=result: (asked.append(given), r)[1])
    told = tell({"year": 2023, "lang": "en", "other": 1})
    assert told.year == 2023 and told.lang == "en" and told.numbers is own_story.numbers and told.charts == {}
    assert len(asked) == 3 and {one.year for one in asked} == {2023}
