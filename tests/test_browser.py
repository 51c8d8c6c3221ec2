"""The pages in a real browser, opened from the file system as from a USB stick. Skipped where there is no Chromium."""

import shutil
from itertools import pairwise

import pytest
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


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_pages_ask_no_host_fit_show_their_images_and_are_well_made(browser, edition, width, scheme):
    first, *others = pages_of(edition())
    page, asked, complaints = opened(browser, first, width, scheme)
    for path in (first, *others):
        page.goto(path.as_uri())
        assert (asked, complaints) == ([], []), path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} runs off the page at {width}"
        assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)"), path
        assert page.evaluate("[...document.images].every(image => image.alt.length > 20)"), path
        assert page.evaluate("document.scripts.length") == 0
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])")
        assert levels[0] == 1 and levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels)), path
        tables = "[...document.querySelectorAll('table')]"
        assert page.evaluate(f"{tables}.every(t => t.caption && t.caption.textContent.trim())"), path
        assert page.evaluate(f"{tables}.every(t => [...t.querySelectorAll('th')].every(th => th.scope))"), path
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
