"""Hostile text does nothing: in a page, the kernel, a spreadsheet, a terminal, a machine's file or on disk."""

import ast
import csv
import hashlib
import io
import json
import re
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest
import yaml
from bilan.__main__ import main
from bilan.build import stamps
from bilan.build.jobs import _literal, jobs_of
from bilan.build.results import check_stem
from bilan.build.sweep import read_sweep
from bilan.errors import InputError
from bilan.files import OURS, refuse_links
from bilan.notebook.form import write_parameters
from bilan.parameters import Parameters, check_parameters, read_parameters, read_settings
from bilan.press.adding import propose
from bilan.press.review import highlight, review
from bilan.publish.executed import inert, read_executed
from bilan.publish.pages import clean_html
from bilan.publish.publication import Publication, publish_sweep
from bilan.publish.site import write_about, write_front_page
from bilan.show.chart import Chart, save_chart
from bilan.show.live import inline_svg
from bilan.show.numbers import source_line
from bilan.show.spreadsheets import neutral, read_csv, write_csv
from bilan.untrusted import brief, plain_line, printable, web_address
from conftest import ROOT, copy_collection, published_here, run_bilan
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.version import Version
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook
from papermill.parameterize import parameterize_path
from papermill.translators import PythonTranslator
from test_browser import CHROMIUM, browser, pages_of  # noqa: F401

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
MARKUP = "</script><script>alert(1)</script><img src=//evil.example/x onerror=alert(1)>{{7777*7777}}"
TITLE = f"\N{RIGHT-TO-LEFT OVERRIDE}{MARKUP}\x1b[31m \N{RIGHT-TO-LEFT OVERRIDE}turned"
ADDRESS = 'https://evil.example/"onmouseover="alert(1)'
FORMULA = "=HYPERLINK(\"//evil.example\"),'x'!A1"
ACTS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # on a terminal; a line's end may


def rewrite(collection: Path, table: str, change) -> None:
    """Change every row of a table, and its description with it."""
    path, package = collection / "data" / table, collection / "data" / "datapackage.json"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(row | change(row) for row in rows)
    described = json.loads(package.read_text(encoding="utf-8"))
    (resource,) = (one for one in described["resources"] if one["path"] == table)
    resource |= {"hash": f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}", "bytes": path.stat().st_size}
    package.write_text(json.dumps(described), encoding="utf-8")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Return an edition made from ledgers whose free texts are all hostile."""
    base = copy_collection(tmp_path_factory.mktemp("hostile"))
    rewrite(base, "publications.csv", lambda row: {"publisher": TITLE, "title": TITLE, "url": ADDRESS})
    rewrite(base, "communiques/2024.csv", lambda row: {"note": MARKUP, "counted": MARKUP})
    rewrite(base, "communiques/2017.csv", lambda row: {"note": FORMULA, "counted": FORMULA})
    options = ("build", "--lang", "fr", "--out", str(base / "site"))
    done = run_bilan(*options, results=base / "results", root=base, pdf=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return base / "site" / "2024"


@needs_chromium
@pytest.mark.parametrize("bypass", [False, True], ids=["with the policy", "without the policy"])
def test_hostile_tables_do_nothing_in_a_page(browser, hostile, bypass):  # noqa: F811
    context = browser.new_context(bypass_csp=bypass)
    page = context.new_page()
    asked, complaints, dialogs = [], [], []
    page.on("request", lambda one: None if one.url.startswith(("file:", "data:")) else asked.append(one.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    shown = 0
    for path in pages_of(hostile):
        page.goto(path.as_uri())
        assert (asked, complaints, dialogs) == ([], [], []), path
        assert page.evaluate("document.scripts.length") == 0, path
        attributes = page.evaluate("[...document.querySelectorAll('*')].flatMap(one => one.getAttributeNames())")
        assert [name for name in attributes if name.startswith("on")] == [], path
        schemes = page.evaluate("[...document.links].map(link => link.protocol)")
        assert set(schemes) <= {"file:", "https:", "http:"}, path
        text = page.inner_text("body")
        assert "60481729" not in text
        shown += "<script>alert(1)</script>" in text
    assert shown >= 2
    page.set_content("<img src=//evil.example/y onerror=alert(2)>")  # the watch itself sees what acts
    page.wait_for_timeout(200)
    assert asked or dialogs or complaints
    context.close()


@needs_chromium
@pytest.mark.parametrize("lang", ["fr", "ar"])
def test_a_title_cannot_turn_round_what_stands_beside_it(browser, lang):  # noqa: F811
    place = "12"  # digits go from left to right in any line, unless they are turned
    for title in ("plain", "x \N{RIGHT-TO-LEFT OVERRIDE}y", "\N{POP DIRECTIONAL ISOLATE}\N{RIGHT-TO-LEFT OVERRIDE}y"):
        line = source_line({"title": title, "url": "", "place": {"paragraph": 12, "sentence": 3}}, lang)
        page = browser.new_page()
        page.set_content(f"<p dir={'rtl' if lang == 'ar' else 'ltr'}>{line}")
        first, last = page.evaluate(
            """place => { const text = document.querySelector('p').lastChild, at = text.data.indexOf(place);
            return [0, place.length - 1].map(step => { const range = document.createRange();
              range.setStart(text, at + step); range.setEnd(text, at + step + 1);
              return range.getBoundingClientRect().left }) }""",
            place,
        )
        assert first < last, title
        page.close()


ACTING = "<script>alert(1)</script><b onclick=alert(1)>bold</b><img src=//evil.example/x><iframe srcdoc=x></iframe>"
SVG = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"


@pytest.mark.parametrize(
    ("html", "refused"),
    [
        ("<div>" * 1_001, True),
        ("<div>" * 1_000, False),
        ("<div></b></p>" * 1_001, True),
        ("<p><td><path/>" * 5_000, False),
    ],
)
def test_an_output_nested_without_end_is_refused_by_its_notebook_and_cell(tmp_path, html, refused):
    cell = nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("display_data", data={"text/html": html})])
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("Text"), cell])
    nbformat.write(notebook, tmp_path / "executed.ipynb")
    job = SimpleNamespace(notebook="02_origins", executed=tmp_path / "executed.ipynb")
    if refused:
        with pytest.raises(
            InputError, match=r"^notebooks/02_origins\.ipynb, cell 2: expected HTML of at most 1,000 elem"
        ):
            read_executed(job)
    else:
        assert read_executed(job).cells[1].outputs[0].data["text/html"] == html


@pytest.mark.parametrize(
    ("data", "left"),
    [
        ({"text/html": ACTING, "text/plain": "t"}, {"text/html": "<b>bold</b><img>", "text/plain": "t"}),
        ({"text/markdown": f"**a** {ACTING}"}, {"text/html": "<p><strong>a</strong> <b>bold</b><img></p>\n"}),
        ({"text/markdown": "[x](JavaScript:alert(1))"}, {"text/html": None}),
        ({"text/markdown": "[x](&#106;avascript:alert(1))"}, {"text/html": None}),
        ({"text/markdown": "**45,000** people, [source](https://a.example)"}, {"text/markdown": None}),
        ({"image/svg+xml": SVG}, {"text/html": None}),
        (
            {"image/png": "iVBORw0KGgo=", "image/svg+xml": SVG, "text/html": "<i>x</i>"},
            {"image/png": None, "text/html": "<i>x</i>"},
        ),
        ({"application/javascript": "alert(1)"}, {"text/plain": "alert(1)"}),
        ({"text/vnd.mermaid": "click A call x()", "text/plain": "t"}, {"text/plain": "t"}),
        ({"text/latex": "\\href{javascript:x}{y}", "text/plain": "t"}, {"text/plain": "t"}),
        ({"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "t"}, {"text/plain": "t"}),
        ({"application/vnd.vegalite.v5+json": {"data": {"url": "//evil.example"}}}, None),
    ],
)
def test_a_notebook_to_download_holds_no_output_that_could_act(data, left):
    output = nbformat.v4.new_output("display_data", data)
    stream = nbformat.v4.new_output("stream", text="said")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=[output, stream])])
    notebook.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {"state": {"x": ACTING}}}
    *shown, said = inert(notebook).cells[0].outputs
    assert said.text == "said" and "widgets" not in notebook.metadata
    assert [one.data.keys() for one in shown] == ([left.keys()] if left else [])
    for kind, expected in (left or {}).items():
        assert expected in (None, shown[0].data[kind])
    written = nbformat.writes(notebook)
    assert not re.search(r"<script|\bon\w+=|evil|[\"']javascript:|iframe", written, re.IGNORECASE)


def test_files_for_machines_carry_hostile_text_as_text(hostile):
    values = json.loads((hostile / "values.json").read_text(encoding="utf-8"))
    assert TITLE in {source["title"] for value in values for source in value["sources"]}
    claims = json.loads((hostile / "claims.jsonld").read_text(encoding="utf-8"))["@graph"]
    assert TITLE in {cited["name"] for one in claims for cited in one.get("citation", [])}
    crate = json.loads((hostile / "ro-crate-metadata.json").read_text(encoding="utf-8"))
    assert {one["@id"] for one in crate["@graph"]} >= {"values.json", "claims.jsonld"}
    for page in pages_of(hostile):  # none of it is put into a page, where its text could end a script
        assert "ld+json" not in page.read_text(encoding="utf-8")


def test_no_text_in_a_download_is_a_formula(hostile):
    for path in hostile.parent.rglob("*.csv"):
        for row in csv.reader(path.open(encoding="utf-8", newline="")):
            for cell in row:
                assert not re.match(r"[=+@\t\r]|-(?!\d)", cell), path


CELLS = st.text(alphabet="'=+-@;\t\r\nab\uff1d1,\"", min_size=1, max_size=8).map(lambda text: f"{text}x")


@given(st.lists(st.tuples(CELLS, st.floats(allow_nan=False, allow_infinity=False)), min_size=1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_download_is_read_back_as_it_was_and_numbers_stay_numbers(tmp_path, rows):
    frame = pd.DataFrame(rows, columns=["text", "number"])
    write_csv(frame, tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.reader(file))[1:]
    for text, _ in written:
        assert not any(re.match("[=+\\-@\uff1d]", cell) for cell in re.split("[;\t\r\n]", text))
    assert [float(number) for _, number in written] == list(frame["number"])
    lines = [re.sub("\r\n?", "\n", text) for text in frame["text"]]
    assert list(read_csv(tmp_path / "x.csv")["text"]) == lines


def test_the_committed_charts_hold_no_text_that_would_change():
    paths = list((ROOT / "figures").rglob("*.csv"))
    numbers = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")
    cells = [cell for path in paths for row in csv.reader(path.open(encoding="utf-8")) for cell in row]
    assert len(paths) > 20 and all(numbers.fullmatch(cell) or neutral(cell) == cell for cell in cells)
    assert neutral(-20.76) == -20.76 and neutral("-20.76") == "'-20.76"


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "//evil.example", "file:///etc/passwd", " "]
)
def test_only_web_addresses_become_links(address):
    assert web_address(address) == "" and "<a" not in source_line({"title": "t", "url": address, "place": {}}, "en")
    assert web_address("https://example.org/a?b") == "https://example.org/a?b"


@pytest.mark.parametrize(
    "href",
    ["data:text/html,x", " DATA:text/html,x", "da\tta:text/html,x", "d&#10;ata:x", "java\nscript:x", "&#1;data:x"],
)
def test_a_notebook_output_links_to_no_page_within_an_address(href):
    cleaned = clean_html(f'<a title=">" href="{href}">x</a>')
    assert "href" not in cleaned and cleaned.startswith("<a title=")


HOSTILE_LABEL = "$\\frac{$ --><script>alert(1)</script> ]]> \"'&amp; $x$"


def test_a_chart_with_hostile_labels_is_a_picture_and_no_more(tmp_path):
    def body(sheet):
        sheet.rect("now", 0, sheet.y, 10, 10, HOSTILE_LABEL)
        sheet.text("said", 0, sheet.y, HOSTILE_LABEL)

    table = pd.DataFrame({"label": [f"={HOSTILE_LABEL}"], "value": [-1.5]})
    chart = Chart(MARKUP, HOSTILE_LABEL, "en", (HOSTILE_LABEL,), HOSTILE_LABEL, body)
    save_chart(chart, table, tmp_path, "hostile")
    printed = (tmp_path / "hostile.print.pdf").read_bytes()
    assert printed.startswith(b"%PDF") and not re.search(rb"/(JavaScript|JS|URI|Launch|OpenAction|AA)\b", printed)
    for form in ("svg", "narrow.svg"):
        tree = ElementTree.parse(tmp_path / f"hostile.{form}")
        tags = {one.tag.rpartition("}")[2] for one in tree.iter()}
        assert not tags & {"script", "foreignObject", "image", "a", "iframe"}
        attributes = [(name.rpartition("}")[2], value) for one in tree.iter() for name, value in one.attrib.items()]
        assert all(not name.startswith("on") for name, _ in attributes)
        assert all(value.startswith("#") for name, value in attributes if name == "href")
    inline = ElementTree.fromstring(inline_svg(tmp_path / "hostile.svg"))
    assert {one.tag for one in inline.iter()} == {"svg", "rect", "text", "title"}
    assert (tmp_path / "hostile.csv").read_text(encoding="utf-8").splitlines()[1].startswith("\"'=")


def assert_plain_assignments(parameters: Parameters) -> None:
    """Assert that the cell papermill would paste assigns plain values to names of the model, and does nothing else."""
    given_names = parameters.model_dump()
    (*statements,) = ast.parse(PythonTranslator.codify(given_names)).body
    assert {one.targets[0].id: ast.literal_eval(one.value) for one in statements} == given_names
    assert set(given_names) == set(Parameters.model_fields)
    assert re.fullmatch(r"\d{4}(-[a-z0-9.-]+)?", parameters.edition)  # which is a folder's name


CODE = "__import__('pathlib').Path('pwned').touch()"
INJECTIONS = [
    "', x=1) #",
    f"1;{CODE}",
    f"2024\n{CODE}",
    "{lang}",
    "\\",
    '"""',
    "maghreb\x00",
    "../../etc",
    "$(touch pwned)",
]
NAMES = st.sampled_from([*Parameters.model_fields, f"year;{CODE}", "year=1\nx", "__class__"]) | st.text()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([*INJECTIONS, 2024, "fr"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@given(
    st.dictionaries(NAMES, VALUES, max_size=3), st.sampled_from(["values", "settings", "file", "sweep", "csv", "form"])
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_nothing_unchecked_reaches_papermill(tmp_path, values, way):
    try:
        if way == "values":
            taken = [check_parameters(values)]
        elif way == "settings":
            taken = [read_settings([f"{name}={value}" for name, value in values.items()])]
        elif way == "form":
            taken = [write_parameters(values, tmp_path / "form.yaml")]
            assert read_parameters(tmp_path / "form.yaml").model_dump(exclude={"lang"}) == taken[0].model_dump(
                exclude={"lang"}
            )
        elif way == "file":
            (tmp_path / "p.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
            taken = [read_parameters(tmp_path / "p.yaml")]
        elif way == "sweep":
            (tmp_path / "s.yaml").write_text(yaml.safe_dump({n: [v] for n, v in values.items()}), encoding="utf-8")
            taken = read_sweep(tmp_path / "s.yaml").rows
        else:
            with (tmp_path / "s.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([list(values), list(values.values())])
            taken = read_sweep(tmp_path / "s.csv").rows
    except InputError:
        return
    for parameters in taken:
        assert_plain_assignments(parameters)


@pytest.mark.parametrize("value", INJECTIONS)
def test_code_in_a_parameter_is_refused_by_every_way_in(tmp_path, value):
    for name in ("mauritania", "share_base", "year", "foreign_share", "lang"):
        (tmp_path / "p.yaml").write_text(yaml.safe_dump({name: value}), encoding="utf-8")
        (tmp_path / "s.yaml").write_text(yaml.safe_dump({name: [value]}), encoding="utf-8")
        ways = [
            lambda name=name: read_settings([f"{name}={value}"]),
            lambda name=name: check_parameters({name: value}),
            lambda name=name: write_parameters({name: value}, tmp_path / "f.yaml"),
            lambda: read_parameters(tmp_path / "p.yaml"),
            lambda: read_sweep(tmp_path / "s.yaml"),
        ]
        for way in ways:
            with pytest.raises(InputError):
                way()
    with pytest.raises(InputError, match="unknown name"):
        check_parameters({f"year;{CODE}": 2024})
    assert_plain_assignments(read_settings(["share_base=foreign", "foreign_share=0.8", "mauritania=maghreb"]))


def test_code_in_a_value_does_not_run_by_plain_papermill(tmp_path):
    hostile_value = f'maghreb"); {CODE} #\n{CODE}'
    with pytest.raises(PapermillExecutionError, match="Input error: parameter year"):
        execute_notebook(
            ROOT / "notebooks" / "03_borders.ipynb",
            tmp_path / "out.ipynb",
            {"year": hostile_value, "lang": hostile_value},
            cwd=tmp_path,
            progress_bar=False,
        )
    assert not (tmp_path / "pwned").exists()


@given(st.text(alphabet="{}[].!:aylng_0", max_size=20))
def test_papermill_writes_to_the_path_it_was_given(name):
    path = Path("/results", name)
    assert parameterize_path(_literal(path), {"lang": "fr", "a": "b"}) == str(path)


MARKS = "\N{RIGHT-TO-LEFT OVERRIDE}\x9b"
SAID = "85 tentatives de migration irrégulière en 2026{}, et démantelé 332 réseaux."
TEXT = f"Le Maroc a mis en échec 78.6{MARKS}{SAID}"


def test_what_acts_on_a_terminal_is_shown_and_not_sent(tmp_path, capsys, monkeypatch):
    name = "a\x1b]0;x\x07\x9b31m\N{RIGHT-TO-LEFT OVERRIDE}\nb"
    text = tmp_path / f"{name}.txt"
    text.write_text(TEXT.format(" \x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}\x9b1m"), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO())  # nobody to ask
    (tmp_path / f"{name}.yaml").write_text("year: [2024]", encoding="utf-8")
    calls = [
        ["extract", str(text)],
        ["extract", str(tmp_path / name)],
        ["add", str(text), "--year", "2026", "--source", "\x1b[1m", "--url", "x\x1b"],
        ["add", str(text), "--year", "2026"],
        ["sweep", str(tmp_path / f"{name}.yaml")],
        ["sweep", str(tmp_path / f"{name}.{name}")],
        ["build", "--set", f"{name}={name}"],
        ["build", "--set", f"mauritania={name}"],
        ["build", "--parameters", str(tmp_path / name)],
        ["build", f"--{name}"],
        ["build", "--out", str(text)],
        [name],
    ]
    said = []
    for call in calls:
        quick = ["--dry-run"] if call[0] in ("build", "sweep") else []
        status = main([*call, *quick])
        out, err = capsys.readouterr()
        assert not ACTS.search(out + err), call
        assert (status, err.count("\n")) == ((0, 0) if call == calls[0] else (2, 1)), (call, err)
        said.append(out + err)
    assert "\\x1b]0;x\\x07\\x9b31m\\u202e\\nb" in said[1]
    assert "\\x1b[2J" in said[3] and "78.6\\u202e\\x9b85" in said[3]
    found = [json.loads(line) for line in said[0].splitlines()]
    assert [one["value"] for one in found] == [78685, 332] and found[0]["as_printed"] == f"78.6{MARKS}85"


def test_a_hostile_press_text_is_reviewed_as_text():
    proposal = propose(f"{MARKUP}\n\n{TEXT.format(MARKUP)}", 2026, source=TITLE)
    for shown in (highlight(proposal)._repr_html_(), review(proposal)._repr_html_()):
        assert not re.search("<(script|img)|[\u202a-\u202e\u2066-\u2069]", shown)
    assert "&lt;script&gt;" in highlight(proposal)._repr_html_()


@given(st.text())
def test_any_text_is_one_harmless_line(text):
    for line in (printable(text), plain_line(text)):
        assert "\n" not in line and not ACTS.search(line)
    assert plain_line("plain é ع") == printable("plain é ع") == "plain é ع"


def test_a_small_file_that_stands_for_a_large_value_gets_a_short_message(tmp_path):
    levels = ["x"] * 10
    for _ in range(5):
        levels = [levels] * 10  # the same list ten times: YAML writes it once
    (tmp_path / "bomb.yaml").write_text(yaml.safe_dump({"year": levels}), encoding="utf-8")
    assert (tmp_path / "bomb.yaml").stat().st_size < 2000
    with pytest.raises(InputError) as refused:
        read_parameters(tmp_path / "bomb.yaml")
    assert len(str(refused.value)) < 1000 and len(repr(levels)) > 10**6 and len(brief(levels)) < 200


def test_a_text_without_end_is_refused(capsys):
    assert main(["extract", "/dev/zero"]) == 2
    assert "expected a text of at most" in capsys.readouterr().err


def test_an_address_to_publish_at_is_one(tmp_path, capsys):
    assert main(["build", "--url", "javascript:alert(1)", "--dry-run", "--out", str(tmp_path)]) == 2
    assert "--url: expected an address that begins with http:// or https://" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def published(folder: Path, title: str = "t") -> Path:
    """Write what counts as an edition of 2024 in French."""
    for name in ("fr/index.html", "fr/figures/a.csv", "notebooks/08_narrative.fr.html"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(title, encoding="utf-8")
    write_about(folder / "fr", title)
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["2024", "2024/fr", "2024/fr/index.html", "2024/fr/figures/a.csv", "2024/ar"])
def test_a_link_in_the_output_folder_is_neither_followed_nor_written_through(tmp_path, capsys, monkeypatch, name):
    monkeypatch.setenv("BILAN_RESULTS", str(tmp_path / "results"))
    elsewhere = published(tmp_path / "elsewhere" / "2024", "a secret")
    site = published(tmp_path / "site" / "2024").parent
    link, target = site / name, elsewhere.parent / name
    if link.is_dir():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    link.symlink_to(target)
    before = everything(elsewhere)
    jobs = list(jobs_of(Parameters(), ["en"]))
    for write in (
        lambda: main(["build", "--lang", "en", "--kernels", "spawn", "--out", str(site)]),
        lambda: published_here(site, lambda here: Publication(tuple(jobs), here).written),
    ):
        try:
            assert write() == 2
            message = capsys.readouterr().err
        except InputError as error:
            message = f"{error}\n"
        assert f"{link}: expected a file or folder of the site's own, found a symbolic link" in message
        assert message.count("\n") == 1
    write_front_page(site)
    assert "a secret" not in (site / "index.html").read_text(encoding="utf-8")
    assert link.is_symlink() and everything(elsewhere) == before
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("name", ["sweeps", "sweeps/readings", "sweeps/readings/figures"])
def test_a_link_where_a_sweep_goes_is_refused(tmp_path, capsys, name):
    elsewhere = published(tmp_path / "elsewhere")
    site = tmp_path / "site"
    (site / name).parent.mkdir(parents=True)
    (site / name).symlink_to(elsewhere)
    table = ROOT / "scripts" / "readings.yaml"
    before = everything(elsewhere)
    assert main(["sweep", str(table), "--kernels", "spawn", "--out", str(site)]) == 2
    assert f"{site / name}: expected a file or folder" in capsys.readouterr().err
    with pytest.raises(InputError, match="found a symbolic link"):
        published_here(site, lambda here: publish_sweep(read_sweep(table), set(), here))
    assert everything(elsewhere) == before


@pytest.mark.parametrize("held", ["", "[]", '{"title": {}}', "{" * 100_000, "\xff"])
def test_an_edition_that_says_nothing_of_itself_is_called_by_its_folder(tmp_path, held):
    site = published(tmp_path / "site" / "2024-x").parent
    (site / "2024-x" / "fr" / "edition.json").write_bytes(held.encode("latin-1"))
    write_front_page(site)
    assert '<a href="2024-x/fr/index.html">2024-x</a>' in (site / "index.html").read_text(encoding="utf-8")


def test_the_front_page_replaces_a_link_and_writes_through_none(tmp_path):
    site, target = published(tmp_path / "site" / "2024").parent, tmp_path / "target.html"
    target.write_text("mine", encoding="utf-8")
    (site / "index.html").symlink_to(target)
    (site / f"{OURS}index.html").symlink_to(target)
    write_front_page(site)
    assert target.read_text(encoding="utf-8") == "mine" and not (site / "index.html").is_symlink()
    assert 'href="2024/fr/index.html"' in (site / "index.html").read_text(encoding="utf-8")


def test_an_output_folder_may_itself_be_reached_by_a_link(tmp_path):
    published(tmp_path / "real" / "2024")
    (tmp_path / "site").symlink_to(tmp_path / "real")
    refuse_links(tmp_path / "site" / "2024", tmp_path / "site")


def test_a_file_that_became_a_link_is_a_change(tmp_path, monkeypatch):
    monkeypatch.setenv("BILAN_RESULTS", str(tmp_path / "results"))
    folder, copy, call = published(tmp_path / "2024"), tmp_path / "copy.html", ["build", "--out", str(tmp_path)]
    stamps.keep(call, stamps.inputs(), tmp_path, [folder], [])
    assert stamps.unchanged(call) == [folder]
    shutil.copy2(folder / "fr" / "index.html", copy)
    (folder / "fr" / "index.html").unlink()
    (folder / "fr" / "index.html").symlink_to(copy)
    assert stamps.unchanged(call) == []


@pytest.mark.parametrize("stem", ["../x", "/etc/x", "a/b", "a.b", "", "a\nb", "..", "a\x00"])
def test_a_chart_cannot_be_named_out_of_its_folder(stem):
    with pytest.raises(InputError, match="expected a name of letters, digits and _"):
        check_stem(stem)
    assert check_stem("all_years") == "all_years"


# What would run text as code or read objects from bytes.
BUILT_IN = {"eval", "exec", "compile", "__import__", "execfile"}
MODULES = {
    "pickle",
    "cPickle",
    "_pickle",
    "dill",
    "cloudpickle",
    "joblib",
    "marshal",
    "shelve",
    "code",
    "codeop",
    "pty",
}
CALLS = {"system", "popen", "getoutput", "getstatusoutput", "read_pickle", "to_pickle", "create_subprocess_shell"}
UNSAFE_YAML = {"load", "load_all", "unsafe_load", "unsafe_load_all", "full_load", "full_load_all"}


def dangers(source: str) -> list[str]:
    """Return what in Python source could run text as code, or a shell."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [one.name for one in node.names if one.name.partition(".")[0] in MODULES]
        elif isinstance(node, ast.ImportFrom):
            inside = {one.name for one in node.names} if node.module in ("os", "subprocess", "yaml") else set()
            found += [node.module] if (node.module or "").partition(".")[0] in MODULES else []
            found += inside & (CALLS | UNSAFE_YAML | {"Loader", "UnsafeLoader", "FullLoader"})
        elif isinstance(node, ast.Name) and node.id in BUILT_IN:
            found.append(node.id)
        elif isinstance(node, ast.Attribute):
            of = node.value.id if isinstance(node.value, ast.Name) else ""
            loaders = {"Loader", "UnsafeLoader", "FullLoader"}
            dangerous = CALLS | (UNSAFE_YAML | loaders if of == "yaml" else set())
            found += [node.attr] if of != "platform" and node.attr in dangerous else []
        elif isinstance(node, ast.keyword) and node.arg in ("shell", "allow_pickle"):
            found += [] if isinstance(node.value, ast.Constant) and node.value.value is False else [node.arg]
    return found


def test_the_code_runs_no_text_no_pickle_and_no_shell():
    paths = sorted((ROOT / "scripts").rglob("*.py"))
    found = {(path.name, one) for path in paths for one in dangers(path.read_text(encoding="utf-8"))}
    assert len(paths) > 30 and found == set()


@pytest.mark.parametrize(
    "source",
    [
        "eval(x)",
        "import pickle",
        "from marshal import loads",
        "os.system(x)",
        "from os import popen",
        "subprocess.run(x, shell=True)",
        "yaml.load(x)",
        "yaml.load(x, Loader=yaml.FullLoader)",
        "pd.read_pickle(x)",
        "np.load(x, allow_pickle=True)",
    ],
)
def test_the_search_for_dangerous_calls_finds_them(source):
    assert dangers(source)


SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in SECURITY.splitlines() if line.startswith("| ")]
ADVISORIES = [row for row in ROWS if re.match("(CVE|GHSA|PYSEC)-", row[0])]


def locked() -> dict[str, str]:
    lines = (ROOT / "requirements" / "base.txt").read_text(encoding="utf-8").splitlines()
    return dict(re.match(r"([\w.-]+)==([\w.]+)", line).groups() for line in lines if re.match(r"[\w.-]+==", line))


def test_the_locked_versions_meet_every_advisory_that_is_listed():
    versions = locked()
    assert {row[1] for row in ADVISORIES} == {
        "jupyter-server",
        "nbconvert",
        "jupyterlab",
        "mistune",
        "tornado",
        "jinja2",
    }
    for _, package, _, fixed, ours, met in ADVISORIES:
        assert ours == versions[package] and met == "yes", package
        assert Version(fixed) <= Version(ours), package


def test_every_promise_names_tests_that_exist():
    promised = re.findall(r"`(test_\w+)\.py::(test_\w+)`", SECURITY)
    assert len(promised) > 12
    for module, name in promised:
        assert f"def {name}(" in (ROOT / "tests" / f"{module}.py").read_text(encoding="utf-8"), name
