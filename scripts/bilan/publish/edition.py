"""Publishing an edition: its pages in each language, its charts, notebooks and data, written beside and swapped in."""

import hashlib
import json
import platform
import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import nbformat
import pandas as pd
from markupsafe import Markup, escape

from bilan import __version__
from bilan.build.checks import TOOLS
from bilan.build.jobs import TIME_LIMIT, Job
from bilan.build.results import NARRATIVE, load_charts, load_numbers, results_root, write_numbers
from bilan.build.stamps import commit
from bilan.data.tables import DATA, datapackage
from bilan.errors import InputError
from bilan.files import link_in, locked, refuse_links, swapped_in
from bilan.languages import LANGUAGES, isolated, text
from bilan.number import Numbers
from bilan.parameters import Parameters
from bilan.publish.crate import write_claims, write_crate
from bilan.publish.pages import clean_html, exporter, page_of
from bilan.publish.pdf import print_page
from bilan.show.chart import save_png
from bilan.show.numbers import Shown, number_lines
from bilan.show.preview import draw_preview
from bilan.show.spreadsheets import read_csv
from bilan.show.tables import Table
from bilan.show.words import choice, chosen, parameter_name

EDITION = re.compile(r"\d{4}(-[a-z0-9.-]+)?")
# The four numbers of the preview picture, of those that a year has.
PREVIEWED = ("attempts_prevented", "networks_dismantled", "rescued_at_sea", "voluntary_returns")


def variant_note(parameters: Parameters, lang: str) -> str:
    """Return the line that says what a variant changed, or nothing for the ordinary edition."""
    changed = parameters.changed()
    if not changed:
        return ""
    changes = text("list_separator", lang).join(
        chosen(name, value, lang) + isolated(f" ({name}={value})", lang) for name, value in changed.items()
    )
    return text("page.variant", lang, changes=changes)


def _chart_files(stem: str, place: str, lang: str) -> Markup:
    links = (
        Markup('<a href="{}/{}.{}" download>{}</a>').format(place, stem, suffix, suffix.upper())
        for suffix in ("svg", "png", "csv")
    )
    return escape(text("list_separator", lang)).join(links)


def _chart_table(stem: str, chart: dict, lang: str) -> Markup:
    """Return a chart's numbers as a table in a language."""
    numbers = read_csv(chart["folder"] / lang / f"{stem}.csv")
    return clean_html(Table(numbers, chart["words"][lang]["title"], lang)._repr_html_())


def _image(stem: str, chart: dict, lang: str, place: str) -> Markup:
    """Return a chart as an image of its own size, so that a page does not jump when it arrives."""
    svg = (chart["folder"] / lang / f"{stem}.svg").read_text(encoding="utf-8")
    width, height = (
        round(float(points) * 4 / 3) for points in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
    )
    return Markup('<img src="{}/{}.svg" alt="{}" width="{}" height="{}">').format(
        place, stem, chart["words"][lang]["alt"], width, height
    )


def figure(stem: str, chart: dict, lang: str, place: str) -> Markup:
    """Return a chart as a figure: the picture, its numbers, its files and its page, which lie at `place`."""
    links = Markup(escape(text("page.download", lang, links="\0"))).replace("\0", _chart_files(stem, place, lang))
    return Markup(
        '<figure lang="{}">{}<details><summary>{}</summary>{}</details>'
        '<figcaption>{} · <a href="{}/{}.html">{}</a></figcaption></figure>'
    ).format(
        lang,
        _image(stem, chart, lang, place),
        text("page.chart_data", lang),
        _chart_table(stem, chart, lang),
        links,
        place,
        stem,
        text("page.chart_page", lang),
    )


def _plate(stem: str, chart: dict, lang: str, place: str) -> Markup:
    """Return a chart as a picture that leads to its page."""
    title = chart["words"][lang]["title"]
    return Markup('<figure lang="{}">{}<figcaption><a href="{}/{}.html">{}</a></figcaption></figure>').format(
        lang, _image(stem, chart, lang, place), place, stem, title
    )


def _executed_cells(jobs: list[Job]) -> dict[tuple[str, int], str]:
    """Return the id of each cell that ran, by its notebook and its number there."""
    cells = {}
    for job in jobs:
        for cell in nbformat.read(job.executed, as_version=4).cells:
            if cell.cell_type == "code" and cell.execution_count:
                cells[job.notebook, cell.execution_count] = cell.id
    return cells


def _notebook_pages(working: list[Job], narratives: list[Job], languages: list[str], folder: Path) -> None:
    """Write each executed notebook and its page."""
    folder.mkdir(parents=True)
    parameters = narratives[0].parameters
    for job in (*working, *narratives):
        shutil.copy(job.executed, folder / job.executed.name)
        links = [{"href": f"../{lang}/index.html", "name": text("language", lang), "lang": lang} for lang in languages]
        # its charts lie beside the narratives: in its own language, or in one that was built
        lang = job.parameters.lang if job.parameters.lang in languages else languages[0]
        page = page_of("notebook", "en", "../../", links, told_in=lang if job in narratives else "en")
        place = f"../{lang}/figures"
        page["charts"] = {stem: _plate(stem, chart, lang, place) for stem, chart in load_charts(parameters).items()}
        page |= {"executed": job.executed.name, "variant": variant_note(parameters, "en")}
        notebook = nbformat.read(job.executed, as_version=4)
        html, _ = exporter("notebook").from_notebook_node(notebook, {"page": page})
        (folder / f"{job.name}.html").write_text(html, encoding="utf-8")


def _made(parameters: Parameters, names: list[str], lang: str, linked: bool) -> dict:
    """Return the panel that says how a page was made: notebooks, parameters, versions, data with checksums."""
    checksum = hashlib.sha256((DATA / "datapackage.json").read_bytes()).hexdigest()[:12]
    link = Markup('<a href="../notebooks/{0}.html"><bdi>{0}</bdi></a>' if linked else "<bdi>{0}</bdi>")
    notebooks = escape(text("list_separator", lang)).join(link.format(name) for name in names)
    said = text("page.made", lang, version=__version__, links="\0", data=datapackage()["version"], checksum=checksum)
    if commit():
        said += " " + text("page.commit", lang, commit=commit())
    values = [
        {
            "parameter": f"{parameter_name(name, lang)} {isolated(f'({name})', lang)}",
            "value": choice(name, value, lang),
        }
        for name, value in parameters.model_dump(exclude={"languages"}).items()
    ]
    versions = [{"software": name, "version": version(name)} for name in TOOLS]
    versions.insert(0, {"software": "Python", "version": platform.python_version()})
    files = [
        {"file": f"data/{one['path']}", "checksum": one["hash"].removeprefix("sha256:")[:12]}
        for one in datapackage()["resources"]
    ]
    tables = {"parameters": values, "versions": versions, "checksums": files}
    return {"said": Markup(escape(said)).replace("\0", notebooks)} | {
        key: clean_html(Table(pd.DataFrame(rows), text(f"page.{key}", lang), lang)._repr_html_())
        for key, rows in tables.items()
    }


def _citation(title: str, lang: str, address: str) -> dict:
    """Return how to cite a page: a sentence and a BibTeX entry, with the version and the date of the data."""
    data = datapackage()
    about = {"title": title, "version": __version__, "data": data["version"], "date": data["created"][:10]}
    fields = {
        "title": f"{{{title}}}",
        "author": "{{The bilan authors}}",
        "year": f"{{{data['created'][:4]}}}",
        "note": f"{{bilan {__version__}, data {data['version']} of {data['created'][:10]}}}",
    }
    if address:
        fields["url"] = f"{{{address}}}"
    entry = ",\n".join(["@misc{bilan", *(f"  {name} = {field}" for name, field in fields.items())]) + "\n}"
    return {"sentence": text("page.cite", lang, **about) + (f" {address}" if address else ""), "bibtex": entry}


@dataclass(frozen=True)
class _Telling:
    """One language of an edition: what its pages are made from, and the folder they go to."""

    job: Job
    languages: list[str]
    cells: dict[tuple[str, int], str]
    notebooks: list[str]
    folder: Path
    url: str

    @property
    def lang(self) -> str:
        return self.job.parameters.lang

    @property
    def edition(self) -> str:
        return self.job.parameters.edition

    @cached_property
    def charts(self) -> dict[str, dict]:
        return load_charts(self.job.parameters)

    @cached_property
    def values(self) -> Numbers:
        return load_numbers(self.job.parameters)

    @cached_property
    def numbers(self) -> list[dict]:
        return number_lines(self.values, self.cells, self.lang)

    @property
    def pdf(self) -> Path:
        return self.folder / f"bilan-{self.edition}-{self.lang}.pdf"

    def page(self, kind: str, name: str, **more) -> dict:
        """Return a page of this language: its frame, the same page in the other languages, the pages beside it."""
        home = "../" * name.count("/")  # back to this language's folder
        links = [
            {"href": f"{home}../{other}/{name}", "name": text("language", other), "lang": other}
            | {"current": other == self.lang}
            for other in self.languages
        ]
        beside = {"index.html": "story", "sources.html": "numbers", "limits.html": "limits"}
        nav = [
            {"href": home + href, "name": text(f"page.{key}", self.lang), "current": href == name}
            for href, key in beside.items()
        ]
        if self.pdf.exists():
            nav.append({"href": home + self.pdf.name, "name": "PDF"})
        nav.append({"href": f"{home}../values.json", "name": text("page.values", self.lang)})
        address = f"{self.url}/{self.edition}/{self.lang}/{name}" if self.url else ""
        image = f"{self.url}/{self.edition}/{self.lang}/preview.png" if self.url else f"{home}preview.png"
        more |= {"nav": nav, "social": {"address": address, "image": image}}
        return page_of(
            kind, self.lang, f"{home}../../", links, variant=variant_note(self.job.parameters, self.lang), **more
        )

    def write(self, name: str, html: str) -> None:
        (self.folder / name).write_text(html, encoding="utf-8")

    def _told(self, kind: str, name: str, charts: dict[str, Markup]) -> str:
        """Return the executed narrative as a page: its story, its limits, or all of it to be printed."""
        page = self.page(kind, name, charts=charts, numbers=self.numbers)
        page["made"] = _made(self.job.parameters, self.notebooks, self.lang, linked=kind != "print")
        page["cite"] = lambda title: _citation(title, self.lang, page["social"]["address"])
        notebook = nbformat.read(self.job.executed, as_version=4)
        html, _ = exporter("narrative").from_notebook_node(notebook, {"page": page})
        # a number leads to its line: further down where it is printed, else on the page of all numbers
        return html if kind == "print" else html.replace('href="#value-', 'href="sources.html#value-')

    def write_print_page(self) -> None:
        """Put the charts' files where the pages will show them, and write the page that the PDF is printed from."""
        (self.folder / "figures").mkdir(parents=True)
        for stem, chart in self.charts.items():
            for suffix in (".svg", ".png", ".csv"):
                shutil.copy(chart["folder"] / self.lang / (stem + suffix), self.folder / "figures")
        pictures = {
            stem: Markup("<figure>{}</figure>").format(_image(stem, chart, self.lang, "figures"))
            for stem, chart in self.charts.items()
        }
        self.write("print.html", self._told("print", "print.html", pictures))

    def print_pdf(self) -> str:
        """Print the story, its limits and its numbers as a PDF; return why not, where there is none."""
        trouble = print_page(self.folder / "print.html", self.pdf, results_root() / "pdf")
        (self.folder / "print.html").unlink()
        return f"no PDF ({self.lang}): {trouble}" if trouble else ""

    def write_pages(self) -> None:
        """Write the story, its limits, every number and a page a chart."""
        lang, year = self.lang, self.job.parameters.year
        figures = {stem: figure(stem, chart, lang, "figures") for stem, chart in self.charts.items()}
        self.write("index.html", self._told("story", "index.html", figures))
        self.write("limits.html", self._told("limits", "limits.html", figures))
        template = exporter("notebook").environment.get_template
        words = {"title": text("page.numbers_title", lang, year=year), "description": text("page.numbers_intro", lang)}
        page = self.page("numbers", "sources.html")
        self.write("sources.html", template("sources.html.j2").render(page=page, numbers=self.numbers, **words))
        for stem, chart in self.charts.items():
            title, name = chart["words"][lang]["title"], f"figures/{stem}.html"
            shown = {"image": _image(stem, chart, lang, "."), "files": _chart_files(stem, ".", lang)}
            page = self.page("chart", name, table=_chart_table(stem, chart, lang), **shown)
            words = {"title": title, "description": chart["words"][lang]["alt"]}
            words["caption"] = text(
                "page.caption", lang, title=title, version=__version__, data=datapackage()["version"]
            )
            self.write(name, template("chart.html.j2").render(page=page, **words))
        shown = [
            (str(Shown(self.values[id], lang).qualified), text(f"indicator.{id}", lang))
            for id in PREVIEWED
            if self.values.get(id)
        ]
        title = text("page.preview", lang, year=year)
        save_png(draw_preview(title, shown, lang), self.folder / "preview.png", title)


def with_published(parameters: Parameters, out: Path) -> Parameters:
    """Return the parameters with the languages that the edition has under `out` already: it is told anew in all.

    Otherwise a language published earlier could go on telling figures that have changed since. Raises InputError
    where the parameters have no language.
    """
    if not parameters.languages:
        raise InputError("parameter languages: expected at least one to publish in, found none")
    there = {lang for lang in LANGUAGES if (out / parameters.edition / lang / "index.html").exists()}
    return parameters.model_copy(
        update={"languages": [lang for lang in LANGUAGES if lang in {*parameters.languages, *there}]}
    )


def write_edition(
    working: list[Job], narratives: list[Job], out: Path, url: str = "", report: Callable[[str], None] = print
) -> Path:
    """Write an edition under `out` and return its folder, `out`/<edition>; a language that another build put there
    meanwhile is kept.

    All of it is written beside first and put in place by renaming: what was published stays until the new is whole.
    `url` is where `out` will be published, for the addresses that link previews need. `report` is told of a PDF that
    could not be made. Raises InputError where what lies there is a symbolic link or holds one.
    """
    parameters = narratives[0].parameters
    target = out / parameters.edition
    refuse_links(target, out)
    built = [job.parameters.lang for job in narratives]
    kept = [lang for lang in LANGUAGES if lang not in built and (target / lang / "index.html").exists()]
    languages = [lang for lang in LANGUAGES if lang in built or lang in kept]
    cells = _executed_cells(working)
    with swapped_in(target) as stage:
        for lang in kept:
            shutil.copytree(target / lang, stage / lang)
        tellings = [
            _Telling(job, languages, cells, [one.name for one in (*working, job)], stage / job.parameters.lang, url)
            for job in narratives
        ]
        for telling in tellings:
            telling.write_print_page()
        with ThreadPoolExecutor(2) as pool:
            printing = pool.map(_Telling.print_pdf, tellings)  # by another program, meanwhile
            _notebook_pages(working, narratives, languages, stage / "notebooks")
            for trouble in filter(None, printing):
                report(trouble)
        for name in (f"08_narrative.{lang}{suffix}" for lang in kept for suffix in (".ipynb", ".html")):
            shutil.copy(target / "notebooks" / name, stage / "notebooks" / name)
        for telling in tellings:  # which link to the PDF where there is one
            telling.write_pages()
        values = load_numbers(parameters)
        write_numbers(values.values(), stage / "values.json", contract_only=True)
        write_claims(stage, values)
        write_crate(stage, parameters, languages)
    return target


@dataclass(frozen=True, eq=False)
class Publication:
    """The last step of an edition: to publish what its jobs left."""

    jobs: tuple[Job, ...]
    out: Path
    url: str
    report: Callable[[str], None]
    name = "published"

    @property
    def edition(self) -> str:
        """The edition it publishes."""
        return self.jobs[-1].edition

    def why(self) -> str:
        """Say that pages are always written anew: what would change nothing at all is not begun."""
        return "pages are written anew"

    def run(self, force: bool = False, time_limit: float = TIME_LIMIT) -> None:
        """Write the edition and the front page."""
        narratives = [job for job in self.jobs if job.notebook == NARRATIVE]
        working = [job for job in self.jobs if job.notebook != NARRATIVE]
        self.out.mkdir(parents=True, exist_ok=True)
        with locked(self.out):  # another build into the same folder waits, and finds what this one published
            write_edition(working, narratives, self.out, self.url, self.report)
            write_front_page(self.out)


def write_front_page(out: Path) -> None:
    """Write `out`/index.html, the list of the editions that lie under it and hold no symbolic link."""
    editions = []
    for folder in sorted(
        out.iterdir(), key=lambda path: (-int(path.name[:4]), path.name) if EDITION.fullmatch(path.name) else (0, "")
    ):
        languages = [lang for lang in LANGUAGES if (folder / lang / "index.html").exists()]
        if not EDITION.fullmatch(folder.name) or not languages or link_in(folder, out):
            continue
        titles = {}
        for lang in languages:
            html = (folder / lang / "index.html").read_text(encoding="utf-8")
            found = re.search(r"<title>(.*?)</title>", html, re.S)
            titles[lang] = Markup(found[1]).unescape() if found else folder.name
            if folder.name[4:]:
                titles[lang] += f" ({folder.name[5:]})"
        notebooks = sorted(path.stem for path in (folder / "notebooks").glob("*.html"))
        editions.append({"name": folder.name, "languages": languages, "title": titles, "notebooks": notebooks})
    found = (path.parent for path in (out / "sweeps").glob("*/index.html"))
    sweeps = sorted(folder.name for folder in found if not link_in(folder, out))
    page = page_of("site", "en", "", [])
    page["introductions"] = [(lang, text("site.title", lang), text("site.intro", lang)) for lang in LANGUAGES]
    template = exporter("notebook").environment.get_template("site.html.j2")
    html = template.render(
        page=page,
        editions=editions,
        sweeps=sweeps,
        title=text("site.title", "en"),
        description=text("site.intro", "en"),
    )
    beside = out / ".index.html.new"
    beside.unlink(missing_ok=True)  # of a process that was killed, or a link laid there
    with beside.open("x", encoding="utf-8") as file:
        file.write(html)
    beside.replace(out / "index.html")


def edition_values(folder: Path) -> list[dict]:
    """Return the values of a published edition as values.json holds them."""
    return json.loads((folder / "values.json").read_text(encoding="utf-8"))
