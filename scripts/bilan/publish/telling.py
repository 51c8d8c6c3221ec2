"""One language of an edition: its story, its limits, every number, a page a chart, and what the PDF is printed from.

Each page says how it was made, what a variant changed, and how to cite it.
"""

import hashlib
import platform
import shutil
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import nbformat
import pandas as pd
from markupsafe import Markup, escape

from bilan import __version__
from bilan.build.checks import TOOLS
from bilan.build.jobs import Job
from bilan.build.results import results_root
from bilan.build.stamps import commit
from bilan.data.tables import DATA, datapackage
from bilan.languages import isolated, text
from bilan.number import Numbers
from bilan.parameters import Parameters
from bilan.publish.pages import chart_files, chart_table, exporter, figure, image, page_of, render, table_html
from bilan.publish.pdf import print_page
from bilan.publish.site import write_about
from bilan.show.chart import FORMS
from bilan.show.numbers import Shown, number_lines
from bilan.show.printed import save_preview
from bilan.show.words import choice, chosen

# The four numbers of the preview picture, of those that a year has.
PREVIEWED = ("attempts_prevented", "networks_dismantled", "rescued_at_sea", "voluntary_returns")
NUMBERS = "sources.html"  # where every number has a line


def variant_note(parameters: Parameters, lang: str) -> str:
    """Return the line that says what a variant changed, or nothing for the ordinary edition."""
    changes = [
        chosen(name, value, lang) + isolated(f" ({name}={value})", lang) for name, value in parameters.changed().items()
    ]
    return text("page.variant", lang, changes=text("list_separator", lang).join(changes)) if changes else ""


def made(parameters: Parameters, names: list[str], lang: str, linked: bool) -> dict:
    """Return the panel that says how a page was made: notebooks, parameters, versions, data with checksums."""
    checksum = hashlib.sha256((DATA / "datapackage.json").read_bytes()).hexdigest()[:12]
    link = Markup('<a href="../notebooks/{0}.html"><bdi>{0}</bdi></a>' if linked else "<bdi>{0}</bdi>")
    notebooks = escape(text("list_separator", lang)).join(link.format(name) for name in names)
    said = text("page.made", lang, version=__version__, links="\0", data=datapackage()["version"], checksum=checksum)
    if commit():
        said += " " + text("page.commit", lang, commit=commit())
    given = parameters.model_dump(exclude={"languages"})
    named = {f"{text(f'parameter.{name}', lang)} {isolated(f'({name})', lang)}": name for name in given}
    versions = {"Python": platform.python_version()} | {name: version(name) for name in TOOLS}
    hashes = {f"data/{one['path']}": one["hash"].removeprefix("sha256:")[:12] for one in datapackage()["resources"]}
    tables = {
        "parameters": ("parameter", "value", {said: choice(name, given[name], lang) for said, name in named.items()}),
        "versions": ("software", "version", versions),
        "checksums": ("file", "checksum", hashes),
    }
    return {"said": Markup(escape(said)).replace("\0", notebooks)} | {
        key: table_html(pd.DataFrame(rows.items(), columns=columns), text(f"page.{key}", lang), lang)
        for key, (*columns, rows) in tables.items()
    }


def citation(title: str, lang: str, address: str) -> dict:
    """Return how to cite a page: a sentence and a BibTeX entry, with the version and the date of the data."""
    data = datapackage()
    about = {"title": title, "version": __version__, "data": data["version"], "date": data["created"][:10]}
    note = f"bilan {__version__}, data {data['version']} of {about['date']}"
    fields = {"title": title, "author": "{The bilan authors}", "year": about["date"][:4], "note": note}
    fields |= {"url": address} if address else {}
    entry = ",\n".join(["@misc{bilan", *(f"  {name} = {{{field}}}" for name, field in fields.items())]) + "\n}"
    return {"sentence": text("page.cite", lang, **about) + (f" {address}" if address else ""), "bibtex": entry}


@dataclass(frozen=True)
class Telling:
    """What the pages of a language are made from, and the folder they go to.

    `charts` and `values` are the edition's, `cells` the ids of the cells that made them, `notebooks` the names of those
    that ran; `url` is where the site will be published, or "".
    """

    job: Job
    languages: list[str]
    charts: dict[str, dict]
    values: Numbers
    cells: dict[tuple[str, int], str]
    notebooks: list[str]
    folder: Path
    url: str

    @property
    def lang(self) -> str:
        """The language."""
        return self.job.parameters.lang

    @cached_property
    def numbers(self) -> list[dict]:
        """Every value as a page shows it, by the notebook that made it."""
        return number_lines(self.values, self.cells, self.lang)

    @property
    def pdf(self) -> Path:
        """Where its PDF goes."""
        return self.folder / f"bilan-{self.job.parameters.edition}-{self.lang}.pdf"

    def page(self, kind: str, name: str, **more) -> dict:
        """Return a page of this language: its frame, the same page in the other languages, the pages beside it."""
        home = "../" * name.count("/")  # back to this language's folder
        links = [
            {
                "href": f"{home}../{lang}/{name}",
                "name": text("language", lang),
                "lang": lang,
                "current": lang == self.lang,
            }
            for lang in self.languages
        ]
        beside = {"index.html": "story", NUMBERS: "numbers", "limits.html": "limits"}
        nav = [
            {"href": home + href, "name": text(f"page.{key}", self.lang), "current": href == name}
            for href, key in beside.items()
        ]
        if self.pdf.exists():
            nav.append({"href": home + self.pdf.name, "name": "PDF"})
        nav.append({"href": f"{home}../values.json", "name": text("page.values", self.lang)})
        published = f"{self.url}/{self.job.parameters.edition}/{self.lang}/" if self.url else ""
        social = {"address": published and published + name, "image": (published or home) + "preview.png"}
        more |= {"nav": nav, "social": social, "variant": variant_note(self.job.parameters, self.lang)}
        return page_of(kind, self.lang, f"{home}../../", links, **more)

    def write(self, name: str, html: str) -> None:
        """Write one of its pages."""
        (self.folder / name).write_text(html, encoding="utf-8")

    def _tell(self, kind: str, name: str, charts: dict[str, Markup]) -> str:
        """Write the executed narrative as a page, and return its title: story, limits, or all of it to be printed."""
        # a number leads to its line: further down where it is printed, else on the page of all numbers
        page = self.page(kind, name, charts=charts, numbers=self.numbers, numbers_at="" if kind == "print" else NUMBERS)
        page["made"] = made(self.job.parameters, self.notebooks, self.lang, linked=kind != "print")
        page["cite"] = lambda title: citation(title, self.lang, page["social"]["address"])
        notebook = nbformat.read(self.job.executed, as_version=4)
        html, made_with = exporter("narrative").from_notebook_node(notebook, {"page": page})
        self.write(name, html)
        return made_with["page"]["title"]

    def write_print_page(self) -> None:
        """Put the charts' files where the pages will show them, and write the page that the PDF is printed from."""
        (self.folder / "figures").mkdir(parents=True)
        pictures = {}
        for stem, chart in self.charts.items():
            for suffix in (*FORMS, "share.png"):
                shutil.copy(chart["folder"] / self.lang / f"{stem}.{suffix}", self.folder / "figures")
            pictures[stem] = Markup("<figure>{}</figure>").format(image(stem, chart, self.lang))
        self._tell("print", "print.html", pictures)

    def print_pdf(self) -> str:
        """Print the story, its limits and its numbers as a PDF; return why not, where there is none."""
        trouble = print_page(self.folder / "print.html", self.pdf, results_root() / "pdf")
        (self.folder / "print.html").unlink()
        return f"no PDF ({self.lang}): {trouble}" if trouble else ""

    def write_pages(self) -> None:
        """Write the story, its limits, every number and a page a chart."""
        figures = {stem: figure(stem, chart, self.lang, "figures") for stem, chart in self.charts.items()}
        write_about(self.folder, self._tell("story", "index.html", figures))
        self._tell("limits", "limits.html", figures)
        title = text("page.numbers_title", self.lang, year=self.job.parameters.year)
        words = {"title": title, "description": text("page.numbers_intro", self.lang)}
        self.write(NUMBERS, render("sources", self.page("numbers", NUMBERS), numbers=self.numbers, **words))
        for stem, chart in self.charts.items():
            self._write_chart_page(stem, chart)
        self._write_preview()

    def _write_chart_page(self, stem: str, chart: dict) -> None:
        title, name = chart["words"][self.lang]["title"], f"figures/{stem}.html"
        about = {"title": title, "version": __version__, "data": datapackage()["version"]}
        words = {"title": title, "description": chart["words"][self.lang]["alt"]}
        words["caption"] = text("page.caption", self.lang, **about)
        shown = {"image": image(stem, chart, self.lang), "files": chart_files(stem, ".", self.lang)}
        page = self.page("chart", name, table=chart_table(stem, chart, self.lang), **shown)
        self.write(name, render("chart", page, **words))

    def _write_preview(self) -> None:
        title = text("page.preview", self.lang, year=self.job.parameters.year)
        shown = {id: Shown(self.values[id], self.lang) for id in PREVIEWED if self.values[id]}
        numbers = [(str(one.qualified), text(f"indicator.{id}", self.lang)) for id, one in shown.items()]
        save_preview(title, numbers, self.lang, self.folder / "preview.png")
