"""The pages in a real browser, opened from the file system as from a USB stick. Skipped where there is no Chromium."""

import shutil

import pytest
from bilan.languages import LANGUAGES
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield browser
        browser.close()


def opened(browser, path, width=1280, scheme="light"):
    """Open a page; return it with what it asked of hosts and what it complained of."""
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    asked, complaints = [], []
    page.on(
        "request", lambda request: asked.append(request.url) if not request.url.startswith(("file:", "data:")) else None
    )
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(path.as_uri())
    return page, asked, complaints


def pages_of(edition):
    return [
        edition.parent / "index.html",
        *sorted(edition.parent.glob("??/index.html")),
        *sorted(edition.rglob("*.html")),
    ]


def kind_of(path):
    """Return what a page has in common with those that the same template makes."""
    if path.parent.name == "figures":
        return "frame" if path.name.endswith(".embed.html") else "chart"
    if path.parent.name == "notebooks":
        return "narrative" if path.stem.startswith("08") else "notebook"
    return path.parents[1].name, path.name  # the front page of a language, its story, numbers, words, limits


@pytest.fixture
def pages(edition, thorough):
    """Return a function that gives the edition's pages to look at: one of each kind in some languages, or all."""

    def chosen(*langs):
        found = {}
        for path in pages_of(edition()):
            told = {*LANGUAGES} & {*path.parts, path.stem.partition(".")[2]}
            if thorough:
                found[path] = path
            elif not told or told & {*langs}:
                found.setdefault((kind_of(path), *told), path)
        assert thorough or len(found) == 2 + 9 * len(langs)
        return list(found.values())

    return chosen


def shorten(page, thorough):
    """Keep the first lines and rows of a page, where hundreds are made alike, unless all are to be looked at."""
    if not thorough:
        cut = "all => [...document.querySelectorAll(all)].slice(20).forEach(one => one.remove())"
        for alike in ("section.line", "section.scroll tr"):
            page.evaluate(cut, alike)


LOOKED_AT = """() => { const tables = [...document.querySelectorAll('table')], images = [...document.images];
  const levels = [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1]);
  return {wide: document.documentElement.scrollWidth, scripts: document.scripts.length,
    unseen: images.filter(image => !image.naturalWidth).length,
    unnamed: images.filter(image => image.alt.length <= 20).length,
    first: levels[0], ones: levels.filter(level => level === 1).length,
    jumps: levels.filter((level, at) => at && level > levels[at - 1] + 1).length,
    untitled: tables.filter(t => !t.caption || !t.caption.textContent.trim()).length,
    scopeless: tables.flatMap(t => [...t.querySelectorAll('th')]).filter(th => !th.scope).length} }"""
WELL_MADE = dict.fromkeys(("scripts", "unseen", "unnamed", "jumps", "untitled", "scopeless"), 0) | {
    "first": 1,
    "ones": 1,
}


@pytest.mark.parametrize(("width", "scheme", "langs"), [(320, "light", LANGUAGES), (1280, "dark", ["ar"])])
def test_pages_ask_no_host_fit_show_their_images_and_are_well_made(browser, pages, width, scheme, langs):
    first, *others = pages(*langs)
    page, asked, complaints = opened(browser, first, width, scheme)
    for path in (first, *others):
        page.goto(path.as_uri())
        assert (asked, complaints) == ([], []), path
        found = page.evaluate(LOOKED_AT)
        assert found.pop("wide") <= width, f"{path} runs off the page at {width}"
        assert found == WELL_MADE, path
    page.context.close()


def test_a_number_leads_to_its_line_and_dark_pages_have_dark_charts(browser, edition):
    page, _, _ = opened(browser, edition() / "fr" / "index.html", scheme="dark")
    page.click("a[href='sources.html#value-share_not_stated'] >> nth=0")
    line = page.inner_text("section:target")
    assert "19,5" in line and "Parts précisées" in line and "02_origins, cellule" in line
    page.click("section:target dd a >> text=Parts précisées")  # what it was made from
    assert "79 %" in page.inner_text("section:target").replace("\u00a0", " ")
    page.click("section:target a[href*='notebooks/']")
    assert page.locator("details:target").count() == 1
    light, dark = (
        opened(browser, edition() / "fr" / "figures" / "origins.svg", 600, scheme)[0] for scheme in ("light", "dark")
    )
    assert light.screenshot() != dark.screenshot()
