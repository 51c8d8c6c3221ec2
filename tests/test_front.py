"""The year in brief, front pages, glossary, what changed, frames, and what search engines and feed readers find."""

import json
import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from bilan.languages import LANGUAGES, text
from bilan.publish.history import changes_since, read_changes, write_changes
from bilan.publish.language_pages import TERMS
from bilan.publish.site import write_front_page
from bilan.show.brief import cards, draw_line
from test_browser import CHROMIUM, browser, opened  # noqa: F401

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
URL = "https://example.org/bilan"


def plain(said) -> str:
    """Return what a card says, without its links, its spaces made plain."""
    return " ".join(said.striptags().split()).translate({0x202F: " ", 0xA0: " "})


def said_in_brief(numbers, year: int, lang: str) -> dict[str, tuple[str, str, str]]:
    made = cards(numbers, year, lang)
    return {card.name: (plain(card.number), plain(card.change), plain(card.context)) for card in made}


def test_a_card_says_the_change_the_print_and_the_place_among_the_years(numbers_of):
    said = said_in_brief(numbers_of(2024), 2024, "en")
    assert said == {
        "attempts_prevented": ("78,685", "+4.7% on 2023 (+4.6% in print, cut off)", "below 2018 (88,761)"),
        "networks_dismantled": ("332", "−20.8% on 2023", "below 2023 (419)"),
        "assaults": ("14", "6 in 2023; too few for a rate", "below 2021 (49) and 2022 (16)"),
        "assault_participants": (
            "more than 4,290",
            "more than 1,400 in 2023; two lower bounds give no rate",
            "two years known",
        ),
        "rescued_at_sea": (
            "18,645",
            "+10.9% on 2023 (+10.8% in print, cut off)",
            "below 2018 (29,715) and 2019 (19,554)",
        ),
        "voluntary_returns": ("6,135", "+5.0% on 2023", "the highest of the full years known"),
    }


def test_a_part_of_a_year_is_called_one_and_set_beside_the_same_months(numbers_of):
    made = {card.name: card for card in cards(numbers_of(2025), 2025, "en")}
    attempts = made["attempts_prevented"]
    assert attempts.label == "Attempts prevented, January to August 2025"
    assert plain(attempts.change) == "−5.7% on the same months of 2024" and attempts.context == ""


def test_a_rate_alone_in_print_is_said_to_be(numbers_of):
    said = said_in_brief(numbers_of(2023), 2023, "fr")
    assert said["voluntary_returns"][1] == "+62 % selon le texte publié ; chiffre de 2022 introuvable"
    assert said["assault_participants"] == ("plus de 1 400", "pas de chiffre trouvé pour 2022", "deux années connues")


@pytest.mark.parametrize(("lang", "at"), [("en", (8, 64, 176, 232)), ("ar", (232, 176, 64, 8))])
def test_a_line_of_years_is_drawn_to_scale_and_from_right_to_left_in_arabic(lang, at):
    rows = [(2020, 50, "full year", "about"), (2021, 100, "full year", "exact")]
    rows += [(2023, 25, "January to June", "exact"), (2024, 100, "full year", "at_least")]
    series = pd.DataFrame(rows, columns=["year", "value", "period", "qualifier"])
    first, this, part, last = map(float, at)
    assert draw_line(series, 2021, lang) == (
        '<svg class="line-of-years" viewBox="0 0 240 58" aria-hidden="true">'
        f'<line x1="{first}" y1="22.0" x2="{this}" y2="8.0"/>'
        f'<circle class="other" cx="{first}" cy="22.0" r="2.5"/><circle class="this" cx="{this}" cy="8.0" r="4"/>'
        f'<circle class="part" cx="{part}" cy="29.0" r="2.5"/><path class="other" d="M{last - 4} 11.0h8l-4 -7z"/>'
        f'<text x="{first}" y="55" text-anchor="start">2020</text>'
        f'<text class="this" x="{this}" y="55" text-anchor="middle">2021</text>'
        f'<text x="{last}" y="55" text-anchor="end">2024</text></svg>'
    )
    assert draw_line(series[:1], 2020, lang) == "" and draw_line(series[:2], 2021, lang) != ""


def test_a_line_of_years_leaves_gaps_open_and_joins_no_part_of_a_year():
    row = {"indicator": "x", "unit": "count", "qualifier": "exact", "period": "full year"}
    rows = [row | {"year": year, "value": 10.0 * year} for year in (2018, 2019, 2021, 2022)]
    rows += [row | {"year": 2023, "value": 5.0, "period": "2023-01-01/2023-08-31"}]
    rows += [row | {"year": 2024, "value": 7.0, "qualifier": "at_least"}]
    drawn = draw_line(pd.DataFrame(rows), 2022, "en")
    assert drawn.count("<line ") == 2  # 2018 to 2019, and 2021 to 2022
    assert drawn.count('class="part"') == 1 and drawn.count("<path ") == 1 and drawn.count('class="this"') == 2
    first, mirrored = (
        re.search(r'cx="([\d.]+)"', draw_line(pd.DataFrame(rows), 2022, lang))[1] for lang in ("en", "ar")
    )
    assert float(first) < float(mirrored)
    assert draw_line(pd.DataFrame(rows[:1]), 2018, "en") == ""


@needs_chromium
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_number_stands_on_the_first_screen(browser, edition, lang):  # noqa: F811
    top = "document.querySelector('.big .value').getBoundingClientRect().top"
    for page_path in (edition() / lang / "index.html", edition().parent / lang / "index.html"):
        page, _, _ = opened(browser, page_path, 1280)
        assert page.evaluate(top) <= 330, page_path  # 300 but for DejaVu, the widest a machine may have
        page.context.close()
        page, _, _ = opened(browser, page_path, 390)
        assert page.evaluate(top) <= 844, page_path
        page.context.close()


def test_a_front_page_a_language_with_its_direction_and_its_editions(edition):
    site = edition().parent
    for lang in LANGUAGES:
        html = (site / lang / "index.html").read_text(encoding="utf-8")
        assert html.startswith(f'<!DOCTYPE html>\n<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">')
        assert html.count('<li class="card">') == 6
        assert f'<a class="box" href="../2024/{lang}/index.html">2024</a>' in html
        assert re.search(r'<li class="part"><span class="box">2025</span>', html)
        assert f"../2024/{lang}/sources.html#value-attempts_prevented" in html
        assert 'href="../2024/notebooks/02_origins.html"' in html and 'href="../2024/values.json"' in html
    first = (site / "index.html").read_text(encoding="utf-8")
    assert f'<html lang="{LANGUAGES[0]}"' in first and f'href="2024/{LANGUAGES[0]}/index.html"' in first


def test_a_variant_says_in_its_title_and_on_the_front_page_that_it_is_one(edition):
    folder = edition("--set", "mauritania=maghreb", "--lang", "fr")
    html = (folder / "fr" / "index.html").read_text(encoding="utf-8")
    title = re.search("<title>(.*?)</title>", html)[1]
    assert "variante" in title and f'"og:title" content="{title}"' in html
    front = (folder.parent / "index.html").read_text(encoding="utf-8")
    assert 'href="2024-mauritania-maghreb/fr/index.html"' in front and "Maghreb" in front


def test_words_lead_to_the_glossary_where_they_are_first_used(edition):
    for lang in LANGUAGES:
        html = (edition() / lang / "index.html").read_text(encoding="utf-8")
        assert [html.count(f"glossary.html#term-{term}") for term in TERMS] == [1] * len(TERMS), lang
        told = (edition() / lang / "glossary.html").read_text(encoding="utf-8")
        assert all(text(f"term.{term}.not_for", lang) in told for term in TERMS)


def test_headings_and_charts_have_the_same_anchors_in_every_language(edition):
    found = {
        lang: re.findall(
            r'<(?:h2|figure)[^>]* id="([^"]+)"', (edition() / lang / "index.html").read_text(encoding="utf-8")
        )
        for lang in LANGUAGES
    }
    assert len({tuple(ids) for ids in found.values()}) == 1
    assert {"brief", "results", "borders", "networks", "years", "sources", "figure-origins"} <= set(found["fr"])


@pytest.fixture
def published(edition, tmp_path) -> Path:
    """Return a copy of the 2024 edition, to be changed."""
    shutil.copytree(edition(), tmp_path / "2024")
    return tmp_path / "2024"


def test_what_changed_since_an_edition_was_published_is_listed(published, numbers_of):
    numbers = numbers_of(2024)
    assert changes_since(published, numbers) == []
    values = json.loads((published / "values.json").read_text(encoding="utf-8"))
    by_id = {value["id"]: value for value in values}
    by_id["attempts_prevented"]["value"] = 98685
    by_id["rescued_at_sea"]["sources"][0]["url"] = "https://example.org/another"
    del by_id["assaults"]
    by_id["gone"] = by_id["networks_dismantled"] | {"id": "gone"}
    (published / "values.json").write_text(json.dumps(list(by_id.values())), encoding="utf-8")
    (change,) = changes_since(published, numbers)
    assert change.revised.keys() == {"attempts_prevented"} and change.revised["attempts_prevented"].value == 98685
    assert (change.added, change.removed, change.sources) == (["assaults"], ["gone"], ["rescued_at_sea"])
    write_changes([change], published)
    assert read_changes(published) == [change] and len(changes_since(published, numbers)) == 2
    (published / "values.json").write_text("{", encoding="utf-8")
    assert changes_since(published, numbers) == []


ATOM = {"a": "http://www.w3.org/2005/Atom"}


def test_with_an_address_there_are_a_sitemap_robots_a_404_and_feeds(published):
    out = published.parent
    write_front_page(out, URL)
    entries = ElementTree.parse(out / "sitemap.xml").getroot()
    places = [entry[0].text for entry in entries]
    pages = {path.relative_to(out).as_posix() for path in out.rglob("*.html")}
    listed = {name for name in pages if not name.endswith(".embed.html")} - {"404.html"}
    assert sorted(places) == sorted(f"{URL}/{name}" for name in listed)
    story = next(entry for entry in entries if entry[0].text == f"{URL}/2024/ar/index.html")
    assert {link.get("hreflang"): link.get("href") for link in story[1:]} == {
        lang: f"{URL}/2024/{lang}/index.html" for lang in LANGUAGES
    }
    assert f"Sitemap: {URL}/sitemap.xml" in (out / "robots.txt").read_text(encoding="utf-8")
    missing = (out / "404.html").read_text(encoding="utf-8")
    assert all(f'lang="{lang}"' in missing and f"{URL}/{lang}/index.html" in missing for lang in LANGUAGES)
    for lang in LANGUAGES:
        feed = ElementTree.parse(out / lang / "feed.xml").getroot()
        assert all(feed.find(f"a:{name}", ATOM) is not None for name in ("title", "id", "updated", "author"))
        ids = [entry.find("a:id", ATOM).text for entry in feed.findall("a:entry", ATOM)]
        assert ids == [f"{URL}/2024/{lang}/index.html"]
    write_front_page(out)  # without an address they would be wrong
    assert not any((out / name).exists() for name in ("sitemap.xml", "robots.txt", "404.html", "fr/feed.xml"))


@needs_chromium
def test_a_chart_can_be_framed_by_another_page(browser, edition, tmp_path):  # noqa: F811
    framed = edition() / "fr" / "figures" / "origins.embed.html"
    outer = tmp_path / "outer.html"
    outer.write_text(f'<iframe src="{framed.as_uri()}" title="t" width="600" height="500"></iframe>', encoding="utf-8")
    page, asked, complaints = opened(browser, outer, 700)
    inside = page.frames[1]
    assert "bilan" in inside.inner_text("figcaption") and (asked, complaints) == ([], [])
    assert inside.evaluate("document.documentElement.scrollWidth") <= 600
    page.context.close()
