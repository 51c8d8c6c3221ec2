"""`bilan build` end to end, as a user runs it."""

import json
import os
import re
import shutil
import subprocess
import sys
from html import unescape

import nbformat
import pandas as pd
import pytest
from bilan.build.results import CONTRACT
from bilan.languages import LANGUAGES
from conftest import ROOT, copy_results, run_bilan

NINE = {
    "attempts_prevented": 78685,
    "networks_dismantled": 332,
    "share_west_africa": 58,
    "share_maghreb": 12,
    "share_central_east_africa": 9,
    "assaults": 14,
    "assault_participants": 4290,
    "rescued_at_sea": 18645,
    "voluntary_returns": 6135,
}


def values_of(folder):
    return {value["id"]: value for value in json.loads((folder / "values.json").read_text(encoding="utf-8"))}


def words_of(page) -> str:
    """Return a page's visible text, spaces of any kind made plain."""
    html = page.read_text(encoding="utf-8")
    html = re.sub(r"<(style|head)\b.*?</\1>", " ", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def test_values_json_keeps_its_contract(edition):
    values = values_of(edition())
    assert all(tuple(value) == CONTRACT for value in values.values())
    assert {value["status"] for value in values.values()} == {"published", "recomputed", "derived"}
    assert {value["qualifier"] for value in values.values()} <= {"exact", "at_least", "about"}
    assert all(value["sources"] and value["period"] for value in values.values())
    assert {id: values[id]["value"] for id in NINE} == NINE
    assert {values[id]["status"] for id in NINE} == {"published"}
    for value in values.values():
        assert value["low"] is None or value["low"] <= value["value"]
        assert value["high"] is None or value["value"] <= value["high"]


def test_derived_values_as_worked_out_by_hand(edition):
    values = values_of(edition())
    bounds = {id: (values[id]["value"], values[id]["low"], values[id]["high"]) for id in values}
    assert bounds["origin_west_africa_persons"] == (45637.3, 45243.875, 46030.725)
    assert bounds["origin_not_stated_persons"] == (16523.85, 15343.575, 17704.125)
    assert bounds["share_not_stated"] == (21, 19.5, 22.5)
    assert bounds["participants_per_assault"] == (4290 / 14, 4290 / 14, None)
    assert values["rescued_at_sea_change_pct"]["value"] == pytest.approx((18645 / 16818 - 1) * 100)
    assert values["attempts_per_network"]["value"] == pytest.approx(78685 / 332)


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        (
            "fr",
            [
                "fait état de 78 685 tentatives de migration irrégulière empêchées, en hausse de 4,7 %",
                "(+4,6 % dans le texte publié, qui tronque au lieu d’arrondir)",
                "la même part en ferait environ 13 000",
                "environ 45 637 personnes d’Afrique de l’Ouest (de 45 244 à 46 031)",
                "16 524 d’origine non précisée (de 15 344 à 17 704)",
                "avec plus de 4 290 participants, soit au moins 306 à chaque fois en moyenne",
                "le nombre d’assauts a plus que doublé",
                "+4,6 % a été publié là où les chiffres donnent +4,7 %, et +10,8 % là où ils donnent +10,9 %",
            ],
        ),
        (
            "en",
            [
                "reports that 78,685 attempts at irregular migration were prevented, up 4.7% on 2023",
                "about 45,637 people from West Africa (45,244 to 46,031)",
                "16,524 of an origin not stated (15,344 to 17,704)",
                "with more than 4,290 people taking part: at least 306 each on average",
                "the lowest full-year figure found since 2022 (about 290), while attempts prevented rose",
                "a little over a third (35.8%) of the ministry’s 6,135",
            ],
        ),
        (
            "es",
            [
                "más de 4290",
                "al menos 306",
                "entre 45 244 y 46 031",
            ],
        ),
        (
            "ar",
            [
                "بإحباط 78.685 محاولة للهجرة غير النظامية، بزيادة 4,7% مقارنة بسنة 2023",
                "نحو 45.637 شخصا من غرب إفريقيا (من 45.244 إلى 46.031)",
                "شارك فيها أكثر من 4.290 شخصا، أي ما لا يقل عن 306",
                "نحو خمسة أضعاف ما لدى فرونتكس",
                "+10,8%",
            ],
        ),
    ],
)
def test_the_narrative_says_what_the_figures_are(edition, lang, sentences):
    words = " ".join(words_of(edition() / lang / name) for name in ("index.html", "limits.html"))
    words = re.sub("[\u2066\u2069]", "", words)  # isolates, which keep a number's signs in their place
    assert [sentence for sentence in sentences if sentence not in words] == []


def test_every_number_of_the_narrative_leads_to_its_line(edition):
    for lang in LANGUAGES:
        html = (edition() / lang / "index.html").read_text(encoding="utf-8")
        links = set(re.findall(r'<a class="value \w+" href="sources.html#([^"]+)"', html))
        lines = (edition() / lang / "sources.html").read_text(encoding="utf-8")
        assert len(links) > 20 and links <= set(re.findall(r'<section class="line" id="([^"]+)"', lines))
        # no digits in the prose but dates and what is a value
        prose = re.search(r'<main.*?(?=<section class="limits")', html, re.S)[0]
        prose = re.sub(
            r'<a class="value.*?</a>|<figure.*?</figure>|<ul class="key".*?</ul>|<svg.*?</svg>|\([^()]*?\d[^()]*?\)',
            "",
            prose,
            flags=re.S,
        )
        left = re.findall(r"\d[\d.,\u202f\u00a0]*", re.sub(r"<[^>]+>", "", prose))
        assert {number.rstrip(".,\u00a0\u202f") for number in left} <= {
            "1",  # 1 January to 15 December, the period of a count
            "15",
            "24",  # 24 June 2022
            *map(str, (2018, 2019, 2021, 2022, 2023, 2024, 2025, 2027)),
            "19.5",
            "22.5",
            "19,5",
            "22,5",
        }


def test_every_link_inside_the_site_leads_somewhere(edition):
    site = edition().parent
    for page in site.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        for target in re.findall(r'(?:href|src)="([^"]+)"', html):
            if re.match(r"https?:|data:", target):
                continue
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            assert file.is_file(), f"{page}: {target}"
            if anchor:
                assert f'id="{anchor}"' in file.read_text(encoding="utf-8"), f"{page}: {target}"


FILES = ("svg", "print.pdf", "png", "share.png", "csv", "html")


def test_charts_have_their_files_and_numbers_that_fit(edition):
    for lang in LANGUAGES:
        folder = edition() / lang / "figures"
        stems = {path.name.partition(".")[0] for path in folder.iterdir()}
        assert stems == {
            "all_years",
            "borders",
            "footing",
            "key_figures",
            "map",
            "networks",
            "origins",
            "sea_and_returns",
        }
        assert all({f"{stem}.{form}" for form in FILES} <= {path.name for path in folder.iterdir()} for stem in stems)
        assert sum(path.stat().st_size for path in folder.glob("*.svg") if ".print" not in path.name) < 295_000
        origins = pd.read_csv(folder / "origins.csv").set_index("region")
        assert origins.loc["not_stated", ["share", "share_low", "share_high"]].tolist() == [21, 19.5, 22.5]
        assert origins["share"].sum() == 100
    french, english = ((edition() / lang / "figures" / "origins.svg").read_bytes() for lang in ("fr", "en"))
    assert french != english


def test_committed_charts_match_a_fresh_build(edition):
    for lang in LANGUAGES:
        fresh, committed = edition() / lang / "figures", ROOT / "figures" / "2024" / lang
        drawn = {path.name: path.read_bytes() for path in fresh.iterdir() if path.suffix != ".html"}
        assert set(drawn) == {path.name for path in committed.iterdir()}
        stale = [name for name, content in drawn.items() if content != (committed / name).read_bytes()]
        assert stale == [], "run `make figures`"


def test_the_same_inputs_give_the_same_bytes_whatever_the_machine_is_set_to(edition, tmp_path):
    root = tmp_path / "another folder"
    ignored = shutil.ignore_patterns(".venv", ".cluster", "site", "results", "node_modules", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, root, ignore=ignored)  # .git too: pages name the commit
    settings = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7", "HOME": str(tmp_path), "USER": "somebody"}
    settings |= {"BILAN_RESULTS": str(tmp_path / "results"), "PYTHONPATH": str(root / "scripts")}
    command = [sys.executable, "-m", "bilan", "build", "--lang", "fr", "--jobs", "1", "--kernels", "spawn"]
    as_another = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if shutil.which("faketime"):
        command = ["faketime", "-f", "+400d", *command]
    if shutil.which("unshare") and subprocess.run([*as_another, "true"], capture_output=True).returncode == 0:
        command = [*as_another, *command]
    out = {"cwd": tmp_path, "env": os.environ | settings, "umask": 0o077, "capture_output": True, "text": True}
    again = subprocess.run([*command, "--out", "site"], timeout=300, **out)
    assert again.returncode == 0, again.stderr
    once, other = edition("--lang", "fr").parent, tmp_path / "site"
    first, second = ({path.relative_to(top) for path in top.rglob("*") if path.is_file()} for top in (once, other))
    assert first == second and {path.suffix for path in first} >= {".html", ".svg", ".png", ".csv", ".json", ".ipynb"}
    assert [str(name) for name in sorted(first) if (once / name).read_bytes() != (other / name).read_bytes()] == []


def test_2023_says_not_published_and_makes_nothing_up(edition):
    folder = edition("--year", "2023", "--lang", "en")
    values = values_of(folder)
    assert values["attempts_prevented"]["value"] == 75184
    assert not [id for id in values if id.startswith(("origin_", "share_"))]
    words = words_of(folder / "en" / "index.html")
    assert "give no shares by origin. None is estimated here." in words and "came from West Africa" not in words
    assert "Not published, or not found: Share from West Africa (2023)" in words_of(
        folder / "notebooks" / "02_origins.html"
    )
    assert not (folder / "en" / "figures" / "origins.svg").exists()


def test_a_foreign_base_without_its_size_derives_no_persons_and_says_so(edition):
    folder = edition("--set", "share_base=foreign", "--lang", "en")
    assert folder.name == "2024-share-base-foreign"
    assert not [id for id in values_of(folder) if id.endswith("_persons")]
    words = words_of(folder / "en" / "index.html")
    assert "No number of people is derived from these shares" in words and "45,637" not in words
    for page in folder.rglob("*.html"):
        assert "(share_base=foreign)" in words_of(page), f"{page} does not say what was changed"


def test_an_edition_without_changes_says_nothing_of_a_variant(edition):
    assert not any("variant" in words_of(page) for page in edition().rglob("*.html"))


def test_a_language_built_later_joins_the_edition(edition, tmp_path):
    whole, site = edition().parent, tmp_path / "site"
    shutil.copytree(whole, site)
    shutil.rmtree(site / "2024" / "en")
    copy_results(edition(), tmp_path / "results")
    done = run_bilan("build", "--lang", "en", "--out", str(site), results=tmp_path / "results")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (site / "2024").iterdir()} >= {"fr", "en"}
    for lang in ("fr", "en"):
        front = (site / lang / "index.html").read_text(encoding="utf-8")
        assert f"../2024/{lang}/index.html" in front and 'href="../en/index.html"' in front
    french = (site / "2024" / "fr" / "index.html").read_text(encoding="utf-8")
    assert "../notebooks/08_narrative.fr.html" in french and 'href="../en/index.html"' in french
    assert (site / "2024" / "notebooks" / "08_narrative.fr.html").exists()


def test_a_failing_cell_is_named_and_what_was_published_stays(edition, checkout, tmp_path):
    copy_results(edition("--lang", "fr"), tmp_path / "results")  # so that the others are at hand
    site = tmp_path / "site"
    kept = site / "2024" / "fr" / "index.html"
    kept.parent.mkdir(parents=True)
    kept.write_text("what was published before")
    path = checkout / "notebooks" / "03_borders.ipynb"
    notebook = nbformat.read(path, as_version=4)
    broken = next(index for index, cell in enumerate(notebook.cells) if "participants_per_assault" in cell.source)
    notebook.cells[broken].source = "1 / 0"
    nbformat.write(notebook, path)
    given = ("build", "--lang", "fr", "--out", str(site))
    done = run_bilan(*given, results=tmp_path / "results", root=checkout, pdf=False)
    assert done.returncode == 1
    # papermill puts the run's parameters in a cell of their own, so the cell's number is one more
    assert f"notebooks/03_borders.ipynb, cell {broken + 2}: ZeroDivisionError: division by zero" in done.stderr
    assert "Traceback" not in done.stderr
    assert kept.read_text() == "what was published before"
    assert {path.name for path in site.iterdir()} == {"2024"}


def test_a_kernel_that_dies_is_a_failure(edition, checkout, tmp_path):
    copy_results(edition("--lang", "fr"), tmp_path / "results")
    path = checkout / "notebooks" / "01_communique.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-2].source = "import os; os._exit(3)"  # the last one holds links
    nbformat.write(notebook, path)
    options = ("build", "--lang", "fr", "--out", str(tmp_path / "site"))
    done = run_bilan(*options, results=tmp_path / "results", root=checkout, pdf=False)
    assert done.returncode == 1 and "notebooks/01_communique.ipynb: DeadKernelError" in done.stderr
    assert not (tmp_path / "site").exists()
