"""A number in a language: the words its qualifier asks for, its growth, bounds, period, status and what it rests on."""

from dataclasses import replace

import pytest
from bilan.languages import LANGUAGES
from bilan.number import Number, count, published, total
from bilan.show.numbers import (
    Shown,
    label_of,
    number_lines,
    numbers_table,
    overview,
    place_of,
    print_line,
    source_line,
    source_link,
    source_name,
)
from test_number import MINISTRY

WORDS = {
    "en": ("more than 4,290", "about 4,290", "at least 4,290"),
    "fr": ("plus de 4\u202f290", "environ 4\u202f290", "au moins 4\u202f290"),
    "es": ("más de 4290", "alrededor de 4290", "al menos 4290"),
    "ar": ("أكثر من 4.290", "نحو 4.290", "ما لا يقل عن 4.290"),
}
SOURCE = MINISTRY | {"place": {"paragraph": 2, "sentence": 3}}


def persons(value, qualifier: str = "exact", id: str = "rescued_at_sea", period: str = "2024") -> Number:
    return published(id, value, "persons", period, SOURCE, qualifier, id.removesuffix("_2023"))


def rate(now, before, qualifier: str = "exact") -> Number:
    return (persons(now) / persons(before, qualifier, "rescued_at_sea_2023", "2023") - 1) * 100


def test_every_language_has_its_words_for_every_qualifier():
    assert set(WORDS) == set(LANGUAGES)


@pytest.mark.parametrize("lang", WORDS)
def test_more_than_about_and_at_least_are_three_things(lang):
    more_than, about, at_least = WORDS[lang]
    assert Shown(persons(4290, "at_least"), lang).qualified == more_than
    assert Shown(persons(4290, "about"), lang).qualified == about
    assert Shown(persons(4290, "at_least"), lang).bound == at_least
    assert Shown(persons(4290, "about"), lang).bound == about
    exact = Shown(persons(4290), lang)
    assert exact.qualified == exact.bound == str(exact) == more_than.split(" ", 2)[-1].removeprefix("de ")


def test_a_number_worked_out_from_an_approximation_has_two_figures_and_a_lower_bound_is_rounded_down():
    assert str(Shown(rate(387, 290, "about"), "en")) == "33%"  # 33.4
    assert Shown(persons(1234, "about"), "en").rough == "about 1,200"
    per_boat = persons(4290, "at_least") / published("boats", 14, "arrivals", "2024", SOURCE)
    assert str(Shown(per_boat, "en")) == "306" and Shown(per_boat, "en").bound == "at least 306"  # 306.4
    assert str(Shown(persons(4297) / persons(1000, id="b"), "en")) == "4.3"  # a ratio below ten has a decimal
    assert str(Shown(persons(45_000) / persons(1000, id="b"), "en")) == "45"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (persons(4297, "at_least") / published("assaults", 14, "assaults", "2024", SOURCE), "306"),  # 306.9, cut off
        (persons(4297) / published("assaults", 14, "assaults", "2024", SOURCE), "307"),
        (persons(99) / published("assaults", 10, "assaults", "2024", SOURCE), "9.9"),
        (persons(100) / published("assaults", 10, "assaults", "2024", SOURCE), "10"),
        (persons(103) / published("assaults", 10, "assaults", "2024", SOURCE), "10"),
        (persons(9), "9"),
        (persons(12) * 0.75 * 0.5, "5"),  # 4.5 people are a count, to the nearest above
        (published("share", 12.4, "percent", "2024", SOURCE), "12.4%"),
    ],
)
def test_a_ratio_below_ten_alone_has_a_decimal_and_a_lower_bound_is_cut_off(number, said):
    assert str(Shown(number, "en")) == said
    assert Shown(number, "en", link=True).signed.endswith(f">+{said}</a>") or number.qualifier == "at_least"


def test_growth_is_told_with_its_direction():
    shown = [Shown(rate(now, 100), "en").change for now in (125, 80, 100)]
    assert shown == ["up 25%", "down 20%", "unchanged"]
    assert Shown(rate(125, 100, "about"), "en").change == "up about 25%"
    lower = published("rate", 25, "percent", "2024", SOURCE, "at_least")
    assert Shown(lower, "en").change == "up 25%"
    assert [Shown(rate(now, 100), "en").signed for now in (125, 80, 100)] == ["+25%", "−20%", "0%"]


def test_bounds_are_told_where_they_are_known_and_differ():
    share, bound = published("share_maghreb", 12, "percent", "2024", SOURCE), Shown(persons(4290, "at_least"), "en")
    assert (Shown(share, "en").range, Shown(share, "en").interval) == ("11.5% to 12.5%", "11.5% to 12.5%")
    assert bound.range == "4,290 or more"
    assert bound.interval == Shown(persons(4290), "en").interval == Shown(persons(4290, "about"), "en").interval == ""
    assert "4,290" not in Shown(persons(4290, "about"), "en").range


@pytest.mark.parametrize(
    ("period", "said", "dated", "whole"),
    [
        ("2024", "2024", True, True),
        ("2024-01-01/2024-08-31", "January to August 2024", True, False),
        ("2024-01-01/2024-12-15", "1 January 2024 to 15 December 2024", True, False),
        ("2024-05-01/2024-05-31", "May 2024", True, False),
    ],
)
def test_a_period_is_in_words(period, said, dated, whole):
    shown = Shown(persons(1, period=period), "en")
    assert (shown.period, shown.dated, shown.of_the_year) == (said, dated, whole)


def test_a_number_of_another_year_is_called_with_its_year():
    assert label_of(persons(1), "en") == "People rescued at sea"
    assert label_of(persons(1, id="rescued_at_sea_2023", period="2023"), "en") == "People rescued at sea (2023)"
    part = replace(persons(1, id="x", period="2023-01-01/2023-08-31"), name="rescued_at_sea")
    assert label_of(part, "fr").endswith("(de janvier à août 2023)")
    assert label_of(replace(part, name="attempts_per_network", id="attempts_per_network"), "en") == (
        "Attempts prevented per network dismantled"
    )


def test_what_is_preliminary_says_so():
    early = published("a", 1, "persons", "2024", MINISTRY | {"place": {"basis": "preliminary"}})
    assert Shown(early, "en").preliminary and not Shown(persons(1), "en").preliminary


def test_a_link_has_its_status_its_place_and_who_said_it():
    shown = str(Shown(persons(4290), "en", link=True, place="sources.html"))
    place, said = "sources.html#value-rescued_at_sea", "published · Ministry"
    assert shown == f'<a class="value published" href="{place}" title="{said}">4,290</a>'
    other = published("boats", 14, "persons", "2024", SOURCE | {"title": "Other"})
    assert 'title="recomputed · Ministry"' in str(Shown(persons(4290) + other, "en", link=True))  # the first source
    assert not Shown(persons(None), "en") and Shown(persons(0), "en")


def test_a_line_of_the_page_of_numbers_says_how_a_number_was_made():
    now, before = persons(120, "at_least"), persons(100, id="rescued_at_sea_2023", period="2023")
    difference = (now - before).kept("more", "rescued_at_sea")
    kept = [replace(one, notebook="04_sea_and_returns", cell=3) for one in (now, before, difference)]
    known = {one.id: one for one in kept} | {"none": persons(None, id="none")}
    (group,) = number_lines(known, {("04_sea_and_returns", 3): "c"}, "en")
    lines = {line["id"]: line for line in group["lines"]}
    assert set(lines) == {"rescued_at_sea", "rescued_at_sea_2023", "more"}  # what is not known has no line
    assert [lines[id]["number"] for id in lines] == ["more than 120", "100", "at least 20"]
    assert [lines[id]["status"] for id in lines] == ["published", "published", "recomputed"]
    assert lines["more"]["formula"] == (
        '<a href="#value-rescued_at_sea">People rescued at sea</a> − '
        '<a href="#value-rescued_at_sea_2023">People rescued at sea (2023)</a>'
    )
    assert lines["rescued_at_sea_2023"]["period"] == "2023" and lines["more"]["cell_id"] == "c"
    assert lines["more"]["sources"] == [lines["rescued_at_sea"]["sources"][0]]
    assert "Ministry" in lines["more"]["sources"][0] and "2" in lines["more"]["sources"][0]
    assert overview([group], "en").frame["value"].tolist() == ["more than 120", "100", "at least 20"]
    (line,) = numbers_table([difference], "en", "A table").frame.itertuples()
    assert (line.id, line.value, line.status) == ("People rescued at sea (2024)", "at least 20", "recomputed")
    # the lines of the two it is made from are not in this table
    assert line.rests_on.startswith("People rescued at sea − People rescued at sea (2023)<br>")


def test_what_was_counted_stands_after_the_colon_of_the_language():
    figure = persons(120)
    counted = count([figure], [figure], "figures", "figures_published", "2024").kept("figures_published")
    known = {one.id: replace(one, notebook="04_sea_and_returns", cell=3) for one in (figure, counted)}
    said = {}
    for lang in ("en", "fr"):
        (group,) = number_lines(known, {("04_sea_and_returns", 3): "c"}, lang)
        said[lang] = next(line["formula"] for line in group["lines"] if line["id"] == counted.id)
    assert "ledger: <a" in said["en"] and "ministère\u00a0: <a" in said["fr"]


SOURCES = [{"title": title, "url": f"https://e.org/{title}", "key": "", "place": {}} for title in "ABC"]
LINKS = [f'<a href="https://e.org/{title}" rel="noreferrer">{title}</a>' for title in "ABC"]


def _three_numbers() -> dict[str, Number]:
    attempts = published("attempts_prevented", 78_685, "attempts", "2024", SOURCES[0])
    attempts = replace(attempts, notebook="01_communique", cell=3, sources=tuple(SOURCES))
    share = published("share_maghreb", 12, "percent", "2024", SOURCES[0])
    people = (share / 100 * attempts).assuming("foreigners_as_in_2018").kept("origin_maghreb_persons")
    kept = attempts, replace(share, notebook="01_communique"), replace(people, notebook="02_origins", cell=1)
    return {one.id: one for one in kept}


def test_the_page_of_numbers_has_each_with_what_it_rests_on():
    numbers = _three_numbers()
    groups = number_lines(numbers, {("02_origins", 1): "c"}, "en")
    assert [(one["notebook"], one["title"]) for one in groups] == [
        ("01_communique", "Figures as published"),
        ("02_origins", "People by origin"),
    ]
    attempts, share, people = (line for group in groups for line in group["lines"])
    assert [(line["cell"], line["cell_id"]) for line in (attempts, share, people)] == [(3, ""), (None, ""), (1, "c")]
    assert [line["interval"] for line in (attempts, share)] == ["", "11.5% to 12.5%"]
    assert people["number"] == "9,442" and people["interval"] == "9,049 to 9,836"  # 11.5, 12 and 12.5 % of 78,685
    assert people["assumptions"] == ["Assumption: foreigners made as large a part of the attempts as in 2018."]
    assert people["printed_by"] == [] and people["sources"] == people["named"] == LINKS
    printed = attempts["printed_by"]
    assert "the source of this collection" in printed[0] and not any("of this collection" in one for one in printed[1:])
    table = overview(groups, "en")
    assert table.frame.to_dict("list") == {
        "id": [f'<a href="#value-{line["id"]}">{line["name"]}</a>' for line in (attempts, share, people)],
        "value": ["78,685", "12%", "9,442"],
        "interval": ["–", "11.5% to 12.5%", "9,049 to 9,836"],
        "status": ["published", "published", "derived"],
        "source": [f"{LINKS[0]}<br>{LINKS[1]}…", LINKS[0], f"{LINKS[0]}<br>{LINKS[1]}…"],
    }
    assert (table.caption, table.lang) == ("Every number of this edition", "en")
    two = [{"lines": [people | {"named": people["named"][:2]}]}]
    assert overview(two, "en").frame["source"].tolist() == [f"{LINKS[0]}<br>{LINKS[1]}"]  # not more than are named


def test_a_table_of_numbers_rests_on_formulas_in_words_with_their_steps():
    numbers = _three_numbers()
    rate = (
        (numbers["attempts_prevented"] / persons(50_000, id="rescued_at_sea").assuming("x", "attempts")) * 100
    ).kept("attempts_prevented_change_pct")
    table = numbers_table([numbers["origin_maghreb_persons"]], "en", "A caption")
    assert table.frame.to_dict("list") == {
        "id": ["People from: Maghreb"],
        "period": ["2024"],
        "value": ["9,442 (9,049 to 9,836)"],
        "status": ["derived"],
        "rests_on": [
            "Share from the Maghreb / 100 × Attempts prevented<br>"
            "Assumption: foreigners made as large a part of the attempts as in 2018.<br>" + "<br>".join(LINKS)
        ],
    }
    assert (table.caption, table.lang, table.anchors) == ("A caption", "en", ("value-origin_maghreb_persons",))
    (line,) = numbers_table([replace(rate, assumptions=())], "en", "").frame.itertuples()
    assert line.rests_on.startswith("Attempts prevented / People rescued at sea × 100<br>")
    rows = total([1, 2], "attempts", "2024", SOURCES[0])
    (line,) = numbers_table(
        [(numbers["attempts_prevented"] + rows).kept("attempts_prevented")], "en", ""
    ).frame.itertuples()
    assert "Attempts prevented</a> + sum of the table’s rows<br>" in line.rests_on
    among = count([1], [numbers["share_maghreb"]], "figures", "figures_with_place", "2024").kept("figures_with_place")
    (line,) = numbers_table([among], "en", "").frame.itertuples()
    assert line.rests_on.startswith("figures whose paragraph and sentence are recorded: Share from the Maghreb<br>")


def test_who_printed_a_figure_is_told_with_what_is_not_recorded_of_it():
    one = {"title": "Le Matin", "url": "https://example.org/a", "source_key": "none", "published": "2025-01-27"}
    one |= {"read": "2026-11", "as_printed": "78 685", "value": 78685.0, "share_base": "", "definition": ""}
    one |= {"differs": [], "left_open": []}
    said = (
        '<a href="https://example.org/a" rel="noreferrer">Le Matin</a>, published 27 January 2025, read November 2026, '
        "number as printed: 78 685, "
    )
    assert print_line(one, True, "en") == said + "the source of this collection"
    assert print_line(one, False, "en") == said + "confirms it"
    differs = print_line(one | {"differs": ["value", "qualifier"], "left_open": ["share_base"]}, False, "en")
    how = "differs from it in: the number, how exact it is, not recorded: what the share is of"
    assert differs == said + how
    lacking = dict.fromkeys(("published", "read", "as_printed"), "not recorded")
    bare = print_line(one | lacking | {"url": "", "value": 58.5, "share_base": "foreign"}, False, "en")
    assert bare == (
        "Le Matin, published not recorded, read not recorded, number as printed: 58.5%, its printed form not recorded, "
        "the irregular foreign migrants, confirms it"
    )
    for value, base, shown in ((59.0, "foreign", "59%"), (78_685.0, "", "78,685"), (4.5, "", "4.5")):
        said = print_line(one | lacking | {"url": "", "value": value, "share_base": base}, False, "en")
        assert f"number as printed: {shown}, its printed form not recorded" in said
    known = print_line(one | {"source_key": "source_article_2024"}, True, "en")
    assert "Actu-Maroc, January 2025 (the source article)</a>, published" in known


def test_a_source_leads_to_an_address_of_the_web_alone_and_says_its_place():
    assert source_link({"title": "A <b>", "url": "javascript:x"}, "en") == "A &lt;b&gt;"
    source = {"title": "A", "url": "https://e.org/", "place": {"paragraph": 2, "sentence": 3}}
    assert source_line(source, "en") == '<a href="https://e.org/" rel="noreferrer">A</a>, paragraph 2, sentence 3'
    assert place_of({"place": {"basis": "preliminary"}}, "en") == "first count, preliminary; read in the press"
    unknown = {"place": {"paragraph": None, "sentence": None}}
    assert place_of(unknown, "en") == "page named, paragraph not recorded" and place_of({"place": {}}, "en") == ""


OUTLETS = {"the_star_2024": "The Star (Reuters), 24 Jan 2024", "meneame_2025": "Menéame, 15 Nov 2025 (Loudiyi)"}


def test_an_outlet_keeps_its_name_and_the_date_beside_it_is_in_the_readers_language():
    star, meneame = ({"key": key, "title": title, "url": ""} for key, title in OUTLETS.items())
    assert source_name(star, "fr") == "The Star (Reuters), 24 janvier 2024"
    assert source_name(star, "en") == "The Star (Reuters), 24 January 2024"
    assert source_name(star, "es") == "The Star (Reuters), 24 de enero de 2024"
    assert (
        source_name(star, "ar")
        == "\N{FIRST STRONG ISOLATE}The Star (Reuters)\N{POP DIRECTIONAL ISOLATE}، 24 يناير 2024"
    )
    assert source_name(meneame, "fr") == "Menéame, 15 novembre 2025 (Loudiyi)"
    unknown = {"key": "", "title": "A report, 24 Jan 2024", "url": ""}  # when it came out stands in no table
    assert source_name(unknown, "fr") == "A report, 24 Jan 2024"
    autumn = {"key": "andalus_press_2020", "title": "Andalus Press via Maghress, autumn 2020", "url": ""}
    assert source_name(autumn, "es") == "Andalus Press via Maghress, otoño de 2020"
    assert source_name(autumn, "en") == "Andalus Press via Maghress, autumn 2020"
