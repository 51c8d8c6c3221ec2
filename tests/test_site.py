"""What an editor needs of a published edition: accessible, valid, self-contained, small, printable, and safe."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import axe_playwright_python
import pytest
from bilan.build import stamps
from bilan.languages import LANGUAGES
from bilan.publish import pdf
from bilan.show.chart import FORMS
from conftest import ROOT, run_bilan
from test_browser import browser, opened, pages, shorten  # noqa: F401

CHROMIUM = stamps.browser()
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TOOLS = ROOT / ".ci" / "node_modules"  # the validators that only continuous integration installs


def violations(page, rules: dict) -> list[str]:
    """Return what axe-core finds on a page that was opened."""
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(rules)", rules | {"resultTypes": ["violations"]})
    assert any(found[kind] for kind in ("passes", "violations", "incomplete", "inapplicable"))  # it was at work
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found["violations"]]


@needs_chromium
@pytest.mark.parametrize(("scheme", "lang"), [("light", "fr"), ("dark", "ar")])
def test_no_page_breaks_a_rule_of_accessibility(browser, pages, thorough, scheme, lang):  # noqa: F811
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    broken = {}
    for path in pages(lang):
        page.goto(path.as_uri())
        shorten(page, thorough)
        if found := violations(page, {"runOnly": RULES}):
            broken[str(path)] = found
    page.set_content("<html lang=en><title>x</title><h1>x</h1><p style='color:#aaa;background:#bbb'>pale words</p>")
    found = violations(page, {"runOnly": {"type": "rule", "values": ["color-contrast"]}})
    assert [one.partition(":")[0] for one in found] == ["color-contrast"]
    context.close()
    assert broken == {}


@pytest.mark.skipif(not TOOLS.exists() or shutil.which("java") is None, reason="no vnu-jar and html-validate here")
def test_pages_are_valid_html(pages):  # noqa: F811
    places = [str(path) for path in pages(*LANGUAGES)]
    jar = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
    # a property of SVG 2 that every browser has, and the validator's list of properties has not
    unknown = ["--filterpattern", ".*paint-order.*"]
    vnu = subprocess.run(["java", "-jar", jar, "--errors-only", *unknown, *places], capture_output=True, text=True)
    assert vnu.returncode == 0, vnu.stderr[:3000]
    rules = ["--preset", "recommended,standard", "--formatter", "text"]
    checked = subprocess.run([TOOLS / ".bin" / "html-validate", *rules, *places], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout[:3000]


def test_an_edition_is_small(edition):
    folder = edition("--lang", "fr")
    assert sum(path.stat().st_size for path in folder.parent.rglob("*") if path.is_file()) < 5_500_000
    for lang in LANGUAGES:
        assert (edition() / lang / "index.html").stat().st_size < 400_000


def test_the_same_page_is_one_link_away_in_every_language(edition):
    framed = set((edition() / "ar").rglob("*.embed.html"))  # they are but the chart
    for path in sorted(set((edition() / "ar").rglob("*.html")) - framed):
        html = path.read_text(encoding="utf-8")
        for lang in LANGUAGES:
            found = re.search(rf'<a href="([^"]+)" lang="{lang}" hreflang="{lang}"', html)
            assert (path.parent / found[1]).resolve() == edition() / lang / path.relative_to(edition() / "ar")


def test_every_chart_has_a_page_with_its_files_numbers_and_a_caption(edition):
    for lang in LANGUAGES:
        for drawing in (edition() / lang / "figures").glob("*.csv"):
            html = drawing.with_suffix(".html").read_text(encoding="utf-8")
            for suffix in FORMS:
                assert f'href="./{drawing.stem}.{suffix}" download' in html
            assert '<p class="copy">' in html and "<table>" in html and "CC BY 4.0" in html


def test_a_shared_link_has_a_picture_and_an_address_where_one_is_given(edition, tmp_path):
    html = (edition() / "fr" / "index.html").read_text(encoding="utf-8")
    assert '<meta property="og:image" content="preview.png">' in html and "og:url" not in html
    picture = (edition() / "fr" / "preview.png").read_bytes()
    assert [int.from_bytes(picture[at : at + 4], "big") for at in (16, 20)] == [1200, 630]
    built = edition("--lang", "fr").parents[1] / "results"  # so that nothing runs again
    options = ("--url", "https://example.org/bilan/", "--lang", "fr", "--out", str(tmp_path))
    assert run_bilan("build", *options, results=built, pdf=False).returncode == 0
    placed = tmp_path / "2024" / "fr"
    html = (placed / "index.html").read_text(encoding="utf-8")
    assert '"og:image" content="https://example.org/bilan/2024/fr/preview.png"' in html
    assert '<link rel="canonical" href="https://example.org/bilan/2024/fr/index.html">' in html


def test_the_story_says_how_it_was_made_and_how_to_cite_it(edition):
    html = (edition() / "en" / "index.html").read_text(encoding="utf-8")
    described = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    assert f"data {described['version']} of {described['created'][:10]}" in html and "@misc{bilan" in html
    for name in ("pandas", "matplotlib", "papermill", "nbconvert", "Python"):
        assert f'<th scope="row" style="text-align: start">{name}</th>' in html or f">{name}</th>" in html
    for resource in described["resources"]:
        assert resource["hash"].removeprefix("sha256:")[:12] in html


WALK = """() => { const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
  window.stops ??= [...document.querySelectorAll('a[href],summary,[tabindex="0"]')].filter(to => to.checkVisibility());
  return {place: stops.indexOf(at), of: stops.length, name: at.textContent.trim() || at.getAttribute('aria-label'),
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth} }"""


@needs_chromium
@pytest.mark.parametrize("name", ["fr/index.html", "ar/sources.html", "en/figures/origins.html"])
def test_the_keyboard_reaches_everything_in_reading_order_and_shows_where_it_is(browser, edition, thorough, name):  # noqa: F811
    page, _, _ = opened(browser, edition() / name, 390)
    shorten(page, thorough)
    page.keyboard.press("Tab")
    first = page.evaluate(WALK)
    assert first["place"] == 0 and first["seen"] and page.evaluate("document.activeElement.hash") == "#text"
    walked = [first]
    for _ in range(first["of"] - 1):
        page.keyboard.press("Tab")
        walked.append(page.evaluate(WALK))
    assert [one["place"] for one in walked] == list(range(first["of"])) and first["of"] > 10
    assert [one["name"] for one in walked if not (one["outlined"] and one["seen"])] == []
    page.reload()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the skip link
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.context.close()


@needs_chromium
def test_text_twice_as_large_stays_on_the_page_and_whole(browser, edition):  # noqa: F811
    cut = """() => [...document.querySelectorAll('body *')].filter(one => getComputedStyle(one).overflowX === 'hidden'
      || one.scrollWidth > one.clientWidth + 1 && one.clientWidth && getComputedStyle(one).display === 'block'
      && !one.closest('.scroll, svg')).map(one => one.outerHTML.slice(0, 80))"""
    for name in ("fr/index.html", "ar/index.html", "es/sources.html", "en/limits.html", "notebooks/02_origins.html"):
        page, _, _ = opened(browser, edition() / name, 640)
        page.evaluate("document.documentElement.style.fontSize = '212.5%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, name
        assert page.evaluate(cut) == [], name
        page.context.close()


@needs_chromium
def test_a_printed_page_has_the_story_and_not_its_navigation(browser, edition):  # noqa: F811
    page, _, _ = opened(browser, edition() / "fr" / "index.html", scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.is_visible("header") and not page.is_visible(".contents") and page.is_visible("figure svg")
    paper, ink = (page.evaluate(f"getComputedStyle(document.body).{name}") for name in ("backgroundColor", "color"))
    assert (paper, ink) == ("rgb(255, 255, 255)", "rgb(24, 33, 43)")  # dark ink on white, whatever the screen's colours
    page.context.close()


@needs_chromium
def test_the_pdf_is_tagged_and_the_same_again(edition, tmp_path):
    for lang in LANGUAGES:
        printed = (edition() / lang / f"bilan-2024-{lang}.pdf").read_bytes()
        assert b"/Marked true" in printed and b"/StructTreeRoot" in printed and b"/Outlines" in printed
        assert f"/Lang ({lang})".encode() in printed
        assert b"file://" not in printed  # nothing of the machine it was printed on
    page = tmp_path / "page.html"
    page.write_text("<!DOCTYPE html><html lang=en><title>t</title><h1>t</h1><p>p</p></html>")
    for name in ("one", "two"):
        assert pdf.print_page(page, tmp_path / f"{name}.pdf", tmp_path / name) == ""
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_without_a_browser_there_is_no_pdf_and_a_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(stamps, "BROWSERS", ("no-such-browser",))
    page = tmp_path / "page.html"
    page.write_text("<p>p</p>")
    assert pdf.print_page(page, tmp_path / "page.pdf", tmp_path) == "no Chromium on this machine"
    assert not (tmp_path / "page.pdf").exists()


@needs_chromium
def test_a_browser_that_prints_asks_for_no_host(tmp_path):
    alone = ["unshare", "--net", "--mount"]  # a network that ends at this machine, where each name asked for is counted
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], capture_output=True).returncode:
        pytest.skip("no namespaces of its own can be had here, which takes root")
    page = tmp_path / "page.html"
    page.write_text("<!DOCTYPE html><title>t</title><link rel=icon href=//a.example/x><img src=https://b.example/y>")
    script = Path(__file__).with_name("count_lookups.py")
    said = [str(tmp_path / name) for name in ("page.html", "page.pdf", "resolv.conf")]
    done = subprocess.run([*alone, sys.executable, script, *said], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    assert set(done.stdout.split()) == {"counted.example"}
