"""One language of an edition: story, limits, every number, glossary, changes, a page a chart, the PDF's page.

Each page says how it was made, what a variant changed, and how to cite it.
"""

import hashlib
import json
import platform
import shutil
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from markupsafe import Markup, escape
from nbformat import NotebookNode

from bilan import __version__
from bilan.build.checks import TOOLS
from bilan.build.jobs import Job
from bilan.build.results import results_root
from bilan.build.stamps import commit
from bilan.data.package import DATA, datapackage
from bilan.languages import catalog, isolated, text
from bilan.number import Numbers
from bilan.parameters import Parameters
from bilan.publish.executed import read_executed
from bilan.publish.history import Change, entries
from bilan.publish.pages import (
    chart_files,
    chart_table,
    clean_html,
    export,
    figure,
    image,
    markdown_to_html,
    page_of,
    render,
    table_html,
)
from bilan.publish.pdf import print_page
from bilan.publish.site import NUMBERS, write_about
from bilan.show.brief import Card, cards
from bilan.show.chart import FORMS
from bilan.show.numbers import Shown, number_lines, overview
from bilan.show.printed import save_preview
from bilan.show.words import choice, chosen, day_in_words

# The four numbers of the preview picture, of those that a year has.
PREVIEWED = ("attempts_prevented", "networks_dismantled", "rescued_at_sea", "voluntary_returns")
GLOSSARY = "glossary.html"
TERMS = tuple(key.split(".")[1] for key in catalog("en") if key.startswith("term.") and key.endswith(".name"))


def variant_note(parameters: Parameters, lang: str) -> dict:
    """Return what a page says of a variant: `variant`, what it changed, and `titled`, with which its title ends.

    Both are "" for the ordinary edition.
    """
    changes = {name: chosen(name, value, lang) for name, value in parameters.changed().items()}
    if not changes:
        return {"variant": "", "titled": ""}
    separator = text("list_separator", lang)
    coded = [said + isolated(f" ({name}={parameters.changed()[name]})", lang) for name, said in changes.items()]
    titled = text("page.variant_title", lang, changes=separator.join(changes.values()))
    return {"variant": text("page.variant", lang, changes=separator.join(coded)), "titled": titled}


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
    day = date.fromisoformat(data["created"][:10])
    about = {"title": title, "version": __version__, "data": data["version"], "date": day_in_words(day, lang)}
    note = f"bilan {__version__}, data {data['version']} of {day}"
    fields = {"title": title, "author": "{The bilan authors}", "year": day.year, "note": note}
    fields |= {"url": address} if address else {}
    entry = ",\n".join(["@misc{bilan", *(f"  {name} = {{{field}}}" for name, field in fields.items())]) + "\n}"
    return {"sentence": text("page.cite", lang, **about) + (f" {address}" if address else ""), "bibtex": entry}


@dataclass(frozen=True)
class LanguagePages:
    """What the pages of one language are made from, and the folder they go to.

    `charts` and `values` are the edition's, `cells` the ids of the cells that made them, `notebooks` the names of those
    that ran, `changes` what changed since the edition was first published; `url` is where the site will be published,
    or "", `with_pdf` whether they lead to a PDF.
    """

    job: Job
    languages: list[str]
    charts: dict[str, dict]
    values: Numbers
    cells: dict[tuple[str, int], str]
    notebooks: list[str]
    changes: list[Change]
    folder: Path
    url: str
    with_pdf: bool

    @property
    def lang(self) -> str:
        """The language."""
        return self.job.parameters.lang

    @cached_property
    def numbers(self) -> list[dict]:
        """Every value as a page shows it, by the notebook that made it."""
        return number_lines(self.values, self.cells, self.lang)

    @cached_property
    def executed(self) -> NotebookNode:
        """The executed narrative."""
        return read_executed(self.job)

    @cached_property
    def variant(self) -> dict:
        """What its pages say of a variant, see `variant_note`."""
        return variant_note(self.job.parameters, self.lang)

    def cards(self, at: str) -> list[Card]:
        """Return the year in brief, its numbers leading to their lines on the page `at`."""
        return cards(self.values, self.job.parameters.year, self.lang, at)

    @property
    def pdf(self) -> Path:
        """Where its PDF goes."""
        return self.folder / f"bilan-{self.job.parameters.edition}-{self.lang}.pdf"

    def page(self, kind: str, name: str, **more) -> dict:
        """Return a page of this language: its frame, the same page in the other languages, the pages beside it."""
        home = "../" * name.count("/")  # back to this language's folder
        root = f"{home}../../"
        own = self.lang
        links = [
            {"href": f"{home}../{lang}/{name}", "name": text("language", lang), "lang": lang, "current": lang == own}
            for lang in self.languages
        ]
        beside = {"index.html": "page.story", NUMBERS: "page.numbers", "limits.html": "page.limits"}
        beside |= {GLOSSARY: "glossary.title", "changes.html": "changes.link"}
        nav = [
            {"href": home + href, "name": text(key, self.lang), "current": href == name} for href, key in beside.items()
        ]
        if self.with_pdf:
            nav.append({"href": home + self.pdf.name, "name": "PDF"})
        picture = more.pop("preview", "preview.png")
        social = {"address": self.address(name), "image": (self.address("") or home) + picture}
        more |= {"nav": nav, "social": social} | self.variant
        more |= {"home": f"{root}{self.lang}/index.html", "alternates": self._alternates(name) + more.pop("links", [])}
        return page_of(kind, self.lang, root, links if len(links) > 1 else [], **more)

    def address(self, name: str) -> str:
        """Return where a page of this language will be published, "" where that is not known."""
        return f"{self.url}/{self.job.parameters.edition}/{self.lang}/{name}" if self.url else ""

    def _alternates(self, name: str) -> list[dict]:
        """Return the same page in every language, and the edition for machines, by their whole addresses."""
        if not self.url:
            return []
        here = f"{self.url}/{self.job.parameters.edition}/"
        pages = [{"lang": lang, "href": f"{here}{lang}/{name}"} for lang in self.languages]
        return [*pages, {"type": "application/ld+json", "href": f"{here}claims.jsonld"}]

    def write(self, name: str, html: str) -> None:
        """Write one of its pages."""
        (self.folder / name).write_text(html, encoding="utf-8")

    def _tell(self, kind: str, name: str, charts: dict[str, Markup]) -> str:
        """Write the executed narrative as a page, and return its title: story, limits, or all of it to be printed."""
        # a number leads to its line: further down where it is printed, else on the page of all numbers
        at = "" if kind == "print" else NUMBERS
        page = self.page(kind, name, charts=charts, numbers=self.numbers if kind == "print" else [], numbers_at=at)
        page |= {"terms_at": "" if kind == "print" else GLOSSARY, "cards": self.cards(at) if kind != "limits" else []}
        page["made"] = made(self.job.parameters, self.notebooks, self.lang, linked=kind != "print")
        page["cite"] = lambda title: citation(title, self.lang, page["social"]["address"])
        html, title = export("narrative", self.executed, page)
        self.write(name, html)
        return title

    def write_told(self) -> str:
        """Write the narrative as a PDF, as a story and as its limits; return why there is no PDF, if there is none."""
        self.folder.mkdir(parents=True, exist_ok=True)
        trouble = self._print_pdf()
        told = replace(self, with_pdf=not trouble)
        figures = {stem: figure(stem, chart, self.lang, "figures") for stem, chart in self.charts.items()}
        title = told._tell("story", "index.html", figures)
        write_about(self.folder, title + self.variant["titled"], self.variant["variant"], self.cards(""))
        told._tell("limits", "limits.html", figures)
        return trouble

    def _print_pdf(self) -> str:
        """Print the story, its limits and its numbers as a PDF; return why not, where there is none."""
        if not self.with_pdf:
            return "no Chromium on this machine"
        figure = Markup("<figure>{}</figure>")
        self._tell(
            "print",
            "print.html",
            {stem: figure.format(image(stem, chart, self.lang)) for stem, chart in self.charts.items()},
        )
        trouble = print_page(self.folder / "print.html", self.pdf, results_root() / "pdf")
        (self.folder / "print.html").unlink()
        return trouble

    def write_beside(self) -> None:
        """Write what stands beside the story: charts, every number, the glossary, what changed, pages of each chart."""
        (self.folder / "figures").mkdir(parents=True, exist_ok=True)
        for stem, chart in self.charts.items():
            for suffix in (*FORMS, "share.png"):
                shutil.copy(chart["folder"] / self.lang / f"{stem}.{suffix}", self.folder / "figures")
        self._write_numbers()
        self._write_glossary()
        words = self._words("changes.title", "changes.intro", edition=self.job.parameters.edition)
        listed = entries(self.changes, self.values, self.lang)
        self.write("changes.html", render("changes", self.page("changes", "changes.html"), entries=listed, **words))
        for stem, chart in self.charts.items():
            self._write_chart_page(stem, chart)
        self._write_preview()

    def _words(self, title: str, description: str, **values: object) -> dict:
        return {"title": text(title, self.lang, **values), "description": text(description, self.lang)}

    def _write_numbers(self) -> None:
        page = self.page("numbers", NUMBERS, cited_as=f"bilan {__version__}, {datapackage()['version']}.")
        words = self._words("page.numbers_title", "page.numbers_intro", year=self.job.parameters.year)
        headings = [(f"from-{group['notebook']}", group["title"]) for group in self.numbers]
        words |= {"overview": clean_html(overview(self.numbers, self.lang)._repr_html_())}
        self.write(NUMBERS, render("sources", page, numbers=self.numbers, headings=headings, **words))

    def _write_glossary(self) -> None:
        parts = ("name", "what", "who", "unit", "not_for")
        terms = [{"id": id} | {part: text(f"term.{id}.{part}", self.lang) for part in parts} for id in TERMS]
        for term in terms:
            term["what"] = markdown_to_html(term["what"]).removeprefix("<p>").removesuffix("</p>\n")
        words = self._words("glossary.title", "glossary.intro")
        words |= {"terms": terms, "headings": [(f"term-{term['id']}", term["name"]) for term in terms]}
        self.write(GLOSSARY, render("glossary", self.page("glossary", GLOSSARY), **words))

    def _write_chart_page(self, stem: str, chart: dict) -> None:
        """Write a chart's page, its bare page for frames and, where the address is known, its oEmbed description."""
        title, name, bare = chart["words"][self.lang]["title"], f"figures/{stem}.html", f"{stem}.embed.html"
        words = {"title": title, "description": chart["words"][self.lang]["alt"]}
        cited = {"title": title, "source": chart["words"][self.lang]["source"]}
        cited |= {"version": __version__, "data": datapackage()["version"]}
        words["caption"] = text("page.caption", self.lang, **cited) + " " * bool(self.url) + self.address(name)
        shown = {"image": image(stem, chart, self.lang), "files": chart_files(stem, ".", self.lang)}
        frame = {"title": title, "src": self.address(f"figures/{bare}") or bare, "width": 800, "height": 560}
        snippet = Markup(
            '<iframe src="{src}" title="{title}" width="{width}" height="{height}" loading="lazy"></iframe>'
        )
        words |= {"snippet": str(snippet.format(**frame)), "bare": bare}
        links = []
        if self.url:
            oembed = {"version": "1.0", "type": "rich", "provider_name": "bilan", "title": title}
            oembed |= {
                "html": words["snippet"],
                "width": frame["width"],
                "height": frame["height"],
                "provider_url": self.url,
            }
            self.write(f"figures/{stem}.oembed.json", json.dumps(oembed, ensure_ascii=False, indent=1) + "\n")
            links = [
                {"type": "application/json+oembed", "title": title, "href": self.address(f"figures/{stem}.oembed.json")}
            ]
        about = {"table": chart_table(stem, chart, self.lang), "preview": f"figures/{stem}.share.png"}
        page = self.page("chart", name, links=links, **about, **shown)
        self.write(name, render("chart", page, **words))
        page = self.page("embed", f"figures/{bare}", whole=self.address(name) or f"{stem}.html", **shown)
        self.write(f"figures/{bare}", render("embed", page | {"social": {}}, **words))

    def _write_preview(self) -> None:
        title = text("page.preview", self.lang, year=self.job.parameters.year) + self.variant["titled"]
        shown = {id: Shown(self.values[id], self.lang) for id in PREVIEWED if self.values[id]}
        numbers = [(str(one.qualified), text(f"indicator.{id}", self.lang)) for id, one in shown.items()]
        save_preview(title, numbers, self.lang, self.folder / "preview.png")
