"""The collection in a real JupyterLab, used as people use it. Skipped where there is no Chromium."""

import contextlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import ROOT, copy_collection
from playwright.sync_api import TimeoutError, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
NOTEBOOKS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
ERRORS = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    """Return a copy of the collection in git, with the filter of `make env`: JupyterLab saves what runs left."""
    home = tmp_path_factory.mktemp("lab")
    copy_collection(home)
    (home / ".venv").mkdir()
    (home / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    for name in ("Makefile", ".gitattributes", ".gitignore"):
        shutil.copy(ROOT / name, home / name)
    named = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    filtered = ["make", "-s", "--eval=filter:; @$(FILTER)", "filter"]
    # as they are: the filter would change nothing, and takes seconds a notebook
    added = ["git", "-c", "filter.nbstripout.clean=cat", "add", "notebooks", ".gitattributes"]
    for command in (["git", "init", "-q"], filtered, added):
        subprocess.run(command, cwd=home, check=True)
    subprocess.run(["git", *named, "commit", "-q", "-m", "as it is"], cwd=home, check=True)
    return home


@pytest.fixture(scope="module")
def lab(collection):
    """Start a real JupyterLab with the options of `make lab`, yield a page's address by its path, and end it."""
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    (line,) = (line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if "jupyter lab" in line)
    options = line.split("jupyter lab ")[1].split()
    options += ["--no-browser", f"--port={port}", f"--IdentityProvider.token={token}", "--allow-root"]
    environment = os.environ | {"HOME": str(collection), "PYTHONPATH": str(collection / "scripts")}
    environment.pop("BILAN_RESULTS", None)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [sys.executable, "-m", "jupyterlab", *options]
    server = subprocess.Popen(command, cwd=collection, env=environment, **quiet)
    try:
        for _ in range(120):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=1).close()
                break
            time.sleep(0.5)
        yield lambda path, said="reset&": f"http://127.0.0.1:{port}/{path}?{said}token={token}"
    finally:
        server.terminate()
        server.wait(30)


@pytest.fixture
def page(browser, lab):
    # as high as the longest notebook: JupyterLab keeps only the cells in view
    page = browser.new_context(viewport={"width": 1280, "height": 9000}).new_page()
    page.set_default_timeout(60_000)
    yield page
    page.context.close()
    with urllib.request.urlopen(lab("api/sessions", "")) as answer:  # the next test begins with no kernel
        for session in json.load(answer):
            ended = urllib.request.Request(lab(f"api/sessions/{session['id']}", ""), method="DELETE")
            urllib.request.urlopen(ended).close()


def open_notebook(page, lab, name):
    page.goto(lab(f"lab/tree/notebooks/{name}.ipynb"))
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.wait_for_selector("text=Python 3 (ipykernel) | Idle")


def start_all(page):
    """Run all cells by the menu."""
    # a click that comes before the notebook has its kernel runs nothing, so it is repeated until a cell has run
    for _ in range(5):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        with contextlib.suppress(TimeoutError):
            page.wait_for_selector(r".jp-InputPrompt:text-matches('\\d|\\*')", timeout=10_000)
            break


def run_all(page):
    """Run all cells by the menu, and wait until the last one has run."""
    start_all(page)
    # a cell whose source is folded away shows no number
    page.wait_for_function(
        "() => { const cells = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];"
        " const prompts = cells.map(cell => cell.textContent);"
        " return /\\d/.test(prompts.at(-1)) && !prompts.some(prompt => prompt.includes('*')); }",
        timeout=120_000,
    )


def picture(page, name):
    """Keep a picture of what is shown where BILAN_PICTURES names a folder for them."""
    if folder := os.environ.get("BILAN_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png")


def set_cell(page, text, code):
    """Put code in the place of the cell that holds a text, as someone typing would."""
    cell = page.locator(".jp-CodeCell", has_text=text).first
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)


def save(page, collection, name):
    """Save a notebook that has run, and return what its file holds then."""
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    path, until = collection / "notebooks" / f"{name}.ipynb", time.monotonic() + 60
    while '"execution_count": 1,' not in (saved := path.read_text(encoding="utf-8")):
        assert time.monotonic() < until, "not saved"
        time.sleep(0.2)
    return saved


def shown(page):
    return " ".join(page.locator(".jp-OutputArea-output").all_inner_texts())


def wait_shown(page, pattern):
    """Wait until the outputs show a pattern: JupyterLab draws a table after its cell has its number."""
    until = time.monotonic() + 60
    while not re.search(pattern, shown(page)):
        assert time.monotonic() < until, f"not shown: {pattern} in {shown(page)}"
        time.sleep(0.2)


# one that computes, the story and the start page; plain papermill runs the others
FIRST = ("02_origins",)


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=() if one in FIRST else pytest.mark.thorough) for one in NOTEBOOKS]
)
def test_every_notebook_runs_to_its_end_fits_and_saved_changes_nothing_for_git(page, lab, collection, name):
    open_notebook(page, lab, name)
    run_all(page)
    assert page.locator(ERRORS).count() == 0
    wide = (
        "[...document.querySelectorAll('.jp-OutputArea-child')].filter(o => o.scrollWidth > o.clientWidth + 1).length"
    )
    assert page.evaluate(wide) == 0, "an output runs out of its place"
    assert page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollWidth") <= 1280
    # a plot of the reader's own is a PNG, to which JupyterLab gives no words
    ours = ".jp-OutputArea :not([data-mime-type='image/png']) > img"
    assert page.evaluate(f'[...document.querySelectorAll("{ours}")].every(image => image.alt.length > 20)')
    assert "widget-view" not in save(page, collection, name)  # a form that was saved is gone when it is opened again
    asked, until = ["git", "status", "--short", "notebooks"], time.monotonic() + 60
    while (status := subprocess.run(asked, cwd=collection, capture_output=True, text=True)).stdout:
        assert time.monotonic() < until, status.stdout  # JupyterLab looks at it again once it has saved
        time.sleep(0.2)
    assert status.stderr == ""


def test_the_start_page_opens_first_and_leads_to_the_notebooks(page, lab):
    page.goto(lab(""))
    page.wait_for_selector(".jp-RenderedMarkdown h1:has-text('bilan: start here')")
    page.get_by_role("link", name=re.compile("^02 Origins")).click()
    page.wait_for_selector(".jp-RenderedMarkdown h2:has-text('Shares of what?')")


def test_a_changed_parameter_changes_what_is_shown_below(page, lab):
    open_notebook(page, lab, "02_origins")
    given = "year, lang, languages, share_base, foreign_share, mauritania = 2024, 'en', ['en'], 'intercepted', None, "
    set_cell(page, "mauritania: str", f"{given}'maghreb'")
    run_all(page)
    page.wait_for_selector(".jp-OutputArea-output >> text=Mauritania is counted in maghreb")
    wait_shown(page, r"Maghreb\s+4\s+Algeria, Libya, Mauritania, Tunisia")
    assert not re.search(r"Maghreb\s+3\s", shown(page))


@pytest.mark.parametrize("name", ["02_origins", pytest.param("08_narrative", marks=pytest.mark.thorough)])
def test_arabic_is_laid_out_from_right_to_left(page, lab, name):
    open_notebook(page, lab, name)
    given = "year, lang, languages, share_base, foreign_share, mauritania = 2024, 'ar', ['ar'], 'intercepted', None, "
    set_cell(page, "lang: str", f"{given}'western_africa'")
    run_all(page)
    wait_shown(page, "غرب إفريقيا")
    picture(page, f"{name}_ar")
    arabic = ".jp-OutputArea-output [lang='ar']"
    said = f"{arabic} p, {arabic} li, {arabic} h2, {arabic}:is(table) :is(th, td):not(.number)"
    # each begins at its right edge, but for what its padding leaves
    gaps = page.locator(said).evaluate_all(
        "all => all.map(one => { const words = document.createRange(); words.selectNodeContents(one);"
        " return one.getBoundingClientRect().right - parseFloat(getComputedStyle(one).paddingRight)"
        " - words.getBoundingClientRect().right; })"
    )
    assert len(gaps) > 20 and max(map(abs, gaps)) < 2, gaps


@pytest.mark.thorough
def test_another_year_in_the_first_notebook_shows_its_figures(page, lab):
    open_notebook(page, lab, "01_communique")
    run_all(page)
    wait_shown(page, "78,685")
    set_cell(page, "year: int", "year, lang, languages = 2023, 'en', ['en']")
    run_all(page)
    page.wait_for_selector(".jp-OutputArea-output >> text=The ministry’s figures for 2023")
    wait_shown(page, "75,184")
    assert "78,685" not in shown(page)


def test_a_wrong_parameter_gets_the_message_of_the_command_line(page, lab):
    open_notebook(page, lab, "01_communique")
    set_cell(page, "year: int", "year, lang, languages = 1999, 'en', ['en']")
    start_all(page)
    page.wait_for_selector(".jp-OutputArea-output:has-text('Input error')")
    said = page.locator(ERRORS).all_inner_texts()
    assert said[0].startswith("Input error: parameter year: expected one of 2017") and "Traceback" not in said[0]
    # cells that reach the kernel late run all the same, and show what to do, but no result
    shows_what = "[Rr]un (all |the )?cells from the top|year: expected one of"
    assert all(re.search(shows_what, one) for one in said[1:]), said
    assert "78,685" not in shown(page)


def test_a_new_communique_is_pasted_reviewed_and_saved(page, lab, collection):
    open_notebook(page, lab, "00_new_communique")
    text = "Le Maroc a déjoué 71 204 tentatives de migration en 2031, annonce le ministère de l’Intérieur."
    names = "year, period, source, url, published, save, replace"
    given = f"text = '''{text}'''\n{names} = 2031, '', 'Test', '', '2032-01-10', %s, False"
    set_cell(page, "text: str", given % False)
    run_all(page)
    wait_shown(page, r"Not saved\.")
    assert page.locator("mark").inner_text() == "71 204"
    ledger = collection / "data" / "communiques" / "2031.csv"
    assert not ledger.exists()
    set_cell(page, "year, period, source", given % True)
    run_all(page)
    page.wait_for_selector(".jp-OutputArea-output >> text=2031.csv")
    assert "71204" in ledger.read_text(encoding="utf-8")


def test_the_form_publishes_an_edition_and_says_what_is_wrong(page, lab, collection):
    open_notebook(page, lab, "index")
    run_all(page)
    page.get_by_text("mauritania: region").wait_for()
    page.get_by_placeholder("none").fill("0.8")
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Not published: parameter foreign_share: expected only with share_base=foreign").wait_for()
    page.get_by_placeholder("none").fill("")
    for lang in ("fr", "es", "ar"):
        page.get_by_label(lang, exact=True).uncheck()
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Published: en").wait_for(timeout=180_000)
    assert "78,685" in (collection / "site" / "2024" / "en" / "index.html").read_text(encoding="utf-8")
    assert "languages:\n- en" in (collection / "results" / "lab" / "parameters.yaml").read_text(encoding="utf-8")
    page.get_by_role("link", name="en", exact=True).click()
    viewer = page.frame_locator(".jp-HTMLViewer iframe")
    viewer.get_by_text("78,685").first.wait_for()
    charts = viewer.locator("figure svg.drawing.wide")
    assert charts.count() >= 4
    assert min(charts.evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")) > 100
    picture(page, "form_published")


def test_the_explorer_follows_each_choice(page, lab):
    open_notebook(page, lab, "index")
    run_all(page)
    people = page.locator(".jp-OutputArea-output table:has-text('on this reading')")
    people.get_by_text("45,637").wait_for()
    page.get_by_label("Shares are of").select_option("the foreign migrants")
    people.get_by_text("36,510").wait_for()
    page.get_by_label("Year").first.select_option("2019")
    page.get_by_text("No shares by origin were published for 2019").wait_for()
    picture(page, "explorer")
