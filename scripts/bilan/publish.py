"""Publishing: executed notebooks become pages by our own nbconvert template; a site is put together and swapped in.

No page holds a script or asks any host for anything. What a notebook shows is cleaned with nh3; text stays text.
"""

import base64
import hashlib
import json
import os
import re
import shutil
from functools import cache
from pathlib import Path

import mistune
import nbformat
import nh3
import pandas as pd
from markupsafe import Markup, escape
from nbconvert.exporters import TemplateExporter
from traitlets.config import Config

from . import __version__
from .data import DATA, datapackage
from .files import swapped_in
from .language import LANGUAGES, catalog, is_rtl, isolated, text
from .parameters import Parameters
from .results import load_charts, load_values
from .running import Job
from .shown import choice, in_words, parameter_name
from .tables import Table
from .values import write_values

TEMPLATES = Path(__file__).parent / "template"
STYLE = (TEMPLATES / "bilan" / "style.css").read_text(encoding="utf-8")
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
EDITION = re.compile(r"\d{4}(-[a-z0-9.-]+)?")

_TAGS = """a abbr b blockquote br caption code col colgroup dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins
kbd li mark ol p pre q s small span strong sub summary sup table tbody td tfoot th thead time tr u ul var"""
TAGS = set(_TAGS.split())
ATTRIBUTES = {
    "a": {"href", "title", "class", "hreflang"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "class"},
    "th": {"colspan", "rowspan", "scope", "class"},
    "time": {"datetime"},
    "tr": {"id"},
}
CLASSES = {"a": {"value", "published", "recomputed", "derived"}, "td": {"number"}, "th": {"number"}}


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    """Drop what would ask a host for something or pose as a part of the page."""
    if tag == "img" and name == "src":
        return value if value.startswith("data:image/") else None
    if name == "id":
        return value if value.startswith("value-") else None
    if name == "class":
        return " ".join(part for part in value.split() if part in CLASSES[tag]) or None
    return value


# Of several forms of one output the first of these is shown; those that would need a script come as text.
SHOWN_FIRST = ["text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/plain"]
SHOWN_FIRST += ["text/latex", "text/vnd.mermaid", "application/javascript"]
_MARKDOWN = mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])


def clean_html(html: str) -> Markup:
    """Return HTML with only what a page may hold: no script, no style, no frame, no address but links."""
    cleaner = {"attribute_filter": _keep_attribute, "url_schemes": {"http", "https", "mailto", "data"}}
    cleaned = nh3.clean(str(html), tags=TAGS, attributes=ATTRIBUTES, link_rel="noreferrer", **cleaner)
    cleaned = re.sub(r'(<a [^>]*?)href="data:[^"]*"', r"\1", cleaned)
    return Markup(_with_scrolling_tables(cleaned))


def _with_scrolling_tables(html: str) -> str:
    """Let a wide table scroll inside the page, reachable by keyboard, named by its caption."""

    def wrap(found: re.Match) -> str:
        caption = re.search(r"<caption>(.*?)</caption>", found[0], re.S)
        name = escape(re.sub(r"<[^>]+>", "", caption[1])) if caption else "table"
        name = str(name).replace("&amp;", "&")
        return f'<div class="scroll" role="region" tabindex="0" aria-label="{name}">{found[0]}</div>'

    return re.sub(r"<table>.*?</table>", wrap, html, flags=re.S)


def markdown_to_html(source: str) -> Markup:
    """Return Markdown as cleaned HTML."""
    return clean_html(_MARKDOWN(str(source)))


def picture(output: dict, kind: str, page: dict) -> Markup:
    """Return an image output: in a narrative a figure with its files, elsewhere the image itself with its alt text."""
    stem = output.get("metadata", {}).get("bilan", {}).get("chart")
    if stem in page["charts"]:
        return page["charts"][stem]
    details = output.get("metadata", {}).get(kind, {})
    data = output["data"][kind]
    if kind == "image/svg+xml":
        data = base64.b64encode(data.encode()).decode()
    data = "".join(data.split())
    alt = details.get("alt") or output["data"].get("text/plain") or "image"
    width = Markup(' width="{}"').format(details["width"]) if str(details.get("width", "")).isdigit() else ""
    return Markup('<img src="data:{};base64,{}" alt="{}"{}>').format(kind, data, alt, width)


def finish_body(cells: str, page: dict) -> dict:
    """Split a page's cells into title, description, opening and rest; give headings ids and list them."""
    used: dict[str, int] = {}
    headings = []

    def anchor(found: re.Match) -> str:
        level, attributes, inside = found[1], found[2] or "", found[3]
        plain = Markup(re.sub(r"<[^>]+>", "", inside)).unescape().strip()
        id = re.sub(r"[^\w]+", "-", plain.lower()).strip("-") or "section"
        used[id] = used.get(id, 0) + 1
        id += f"-{used[id]}" if used[id] > 1 else ""
        if level == "2":
            headings.append((id, plain))
        return f'<h{level}{attributes} id="{id}">{inside}</h{level}>'

    first, end_of_title, others = str(cells).partition("</h1>")
    others = re.sub(r"<(/?)h1\b", r"<\1h2", others)  # a page has one title
    cells = first + end_of_title + others
    cells = re.sub(r"<h([2-6])( [^>]*)?>(.*?)</h\1>", anchor, cells, flags=re.S)
    title = re.search(r"<h1>(.*?)</h1>", cells, re.S)
    lead = re.search(r"</h1>\s*<p>(.*?)</p>", cells, re.S)
    end = lead.end() if lead else title.end() if title else 0
    plain = [Markup(re.sub(r"<[^>]+>", "", found[1])).unescape() if found else "" for found in (title, lead)]
    if page["kind"] == "narrative":
        headings.append(("made", page["words"]["page.made_title"]))
    return {
        "title": plain[0] or "bilan",
        "description": plain[1],
        "opening": Markup(cells[:end]),
        "rest": Markup(cells[end:]),
        "headings": headings,
    }


@cache
def _exporter(template: str) -> TemplateExporter:
    """Return the exporter of a template; one serves all pages of its kind."""
    exporter = TemplateExporter(
        template_name="bilan",
        template_file=f"{template}.html.j2",
        extra_template_basedirs=[str(TEMPLATES)],
        config=Config(NbConvertBase={"display_data_priority": SHOWN_FIRST}),
        filters={
            "clean_html": clean_html,
            "markdown_to_html": markdown_to_html,
            "picture": picture,
            "finish_body": finish_body,
        },
    )
    exporter.environment.autoescape = True
    exporter.environment.trim_blocks = True
    return exporter


def _words(lang: str) -> dict[str, str]:
    return {key: words for key, words in catalog(lang).items() if key.startswith("page.") and isinstance(words, str)}


def _page(kind: str, lang: str, root: str, links: list[dict], **more) -> dict:
    """Return what a template needs to know of a page beside its notebook."""
    page = {"kind": kind, "lang": lang, "dir": "rtl" if is_rtl(lang) else "ltr", "root": root, "links": links}
    page |= {"style": STYLE, "style_hash": STYLE_HASH, "words": _words(lang), "charts": {}, "variant": ""}
    return page | more


def variant_note(parameters: Parameters, lang: str) -> str:
    """Return the line that says what a variant changed, or nothing for the ordinary edition."""
    changed = parameters.changed()
    if not changed:
        return ""
    changes = text("list_separator", lang).join(
        text("sweep.choice", lang, name=parameter_name(name, lang), choice=choice(name, value, lang))
        + isolated(f" ({name}={value})", lang)
        for name, value in changed.items()
    )
    return text("page.variant", lang, changes=changes)


_FORMATS = {"year": "id", "change_pct": "change", "share": "share", "share_low": "share", "share_high": "share"}
_FORMATS |= dict.fromkeys(("mauritania", "moroccans", "unit", "base", "longitude", "latitude"), "blank")


def figure(stem: str, chart: dict, lang: str, place: str) -> Markup:
    """Return a chart as a figure: SVG with alt text, its files (at `place`) to download, its numbers as a table."""
    words = chart["words"][lang]
    numbers = in_words(pd.read_csv(chart["folder"] / lang / f"{stem}.csv"), lang)
    people = [name for name in numbers if name.startswith("persons")]
    numbers[people] = numbers[people].round(0)
    formats = _FORMATS | dict.fromkeys(people, "derived")
    table = Table(numbers, words["title"], lang, formats)
    files = Markup(", ").join(
        Markup('<a href="{}/{}.{}" download>{}</a>').format(place, stem, suffix, suffix.upper())
        for suffix in ("svg", "png", "csv")
    )
    return Markup(
        '<figure><img src="{}/{}.svg" alt="{}"><figcaption>{}</figcaption>'
        "<details><summary>{}</summary>{}</details></figure>"
    ).format(
        place,
        stem,
        words["alt"],
        Markup(escape(text("page.download", lang, links="\0"))).replace("\0", files),
        text("page.chart_data", lang),
        clean_html(table._repr_html_()),
    )


def _notebook_pages(working: list[Job], narratives: list[Job], languages: list[str], folder: Path) -> None:
    """Write each executed notebook and its page."""
    folder.mkdir(parents=True)
    parameters = narratives[0].parameters
    for job in (*working, *narratives):
        shutil.copy(job.executed, folder / job.executed.name)
        links = [{"href": f"../{lang}/index.html", "name": text("language", lang), "lang": lang} for lang in languages]
        page = _page("notebook", "en", "../../", links, executed=job.executed.name)
        page["variant"] = variant_note(parameters, "en")
        if job in narratives:  # its charts lie beside the narrative; the working notebooks carry theirs
            lang = job.parameters.lang
            charts = load_charts(job.parameters).items()
            page["charts"] = {stem: figure(stem, chart, lang, f"../{lang}/figures") for stem, chart in charts}
        notebook = nbformat.read(job.executed, as_version=4)
        html, _ = _exporter("notebook").from_notebook_node(notebook, {"page": page})
        (folder / f"{job.name}.html").write_text(html, encoding="utf-8")


def _narrative_page(job: Job, names: list[str], languages: list[str], folder: Path) -> None:
    """Write one language's narrative with its charts beside it."""
    lang, parameters = job.parameters.lang, job.parameters
    (folder / "figures").mkdir(parents=True)
    charts = {}
    for stem, chart in load_charts(parameters).items():
        for suffix in (".svg", ".png", ".csv"):
            shutil.copy(chart["folder"] / lang / (stem + suffix), folder / "figures")
        charts[stem] = figure(stem, chart, lang, "figures")
    links = [
        {"href": f"../{other}/index.html", "name": text("language", other), "lang": other, "current": other == lang}
        for other in languages
    ]
    links.append({"href": "../values.json", "name": text("page.values", lang)})
    notebooks = Markup(", ").join(Markup('<a href="../notebooks/{0}.html">{0}</a>').format(name) for name in names)
    checksum = hashlib.sha256((DATA / "datapackage.json").read_bytes()).hexdigest()[:12]
    made = text("page.made", lang, version=__version__, links="\0", data=datapackage()["version"], checksum=checksum)
    rows = pd.DataFrame(
        [
            {
                "parameter": f"{parameter_name(name, lang)} {isolated(f'({name})', lang)}",
                "value": choice(name, value, lang),
            }
            for name, value in parameters.model_dump(exclude={"languages"}).items()
        ]
    )
    table = Table(rows, text("page.parameters", lang), lang, {})
    page = _page(
        "narrative",
        lang,
        "../../",
        links,
        charts=charts,
        variant=variant_note(parameters, lang),
        made=Markup(escape(made)).replace("\0", notebooks),
        parameters_table=clean_html(table._repr_html_()),
    )
    notebook = nbformat.read(job.executed, as_version=4)
    html, _ = _exporter("narrative").from_notebook_node(notebook, {"page": page})
    (folder / "index.html").write_text(html, encoding="utf-8")


def write_edition(working: list[Job], narratives: list[Job], out: Path) -> Path:
    """Write an edition under `out` and return its folder, `out`/<edition>; languages not in it now are kept.

    All of it is written beside first and put in place by renaming: what was published stays until the new is whole.
    """
    parameters = narratives[0].parameters
    target = out / parameters.edition
    built = [job.parameters.lang for job in narratives]
    kept = [lang for lang in LANGUAGES if lang not in built and (target / lang / "index.html").exists()]
    languages = [lang for lang in LANGUAGES if lang in built or lang in kept]
    with swapped_in(target) as stage:
        for lang in kept:
            shutil.copytree(target / lang, stage / lang)
        _notebook_pages(working, narratives, languages, stage / "notebooks")
        for name in (f"08_narrative.{lang}{suffix}" for lang in kept for suffix in (".ipynb", ".html")):
            shutil.copy(target / "notebooks" / name, stage / "notebooks" / name)
        for job in narratives:
            names = [one.name for one in (*working, job)]
            _narrative_page(job, names, languages, stage / job.parameters.lang)
        write_values(load_values(parameters).values(), stage / "values.json", contract_only=True)
    return target


def write_front_page(out: Path) -> None:
    """Write `out`/index.html, the list of the editions that lie under it."""
    editions = []
    for folder in sorted(
        out.iterdir(), key=lambda path: (-int(path.name[:4]), path.name) if EDITION.fullmatch(path.name) else (0, "")
    ):
        languages = [lang for lang in LANGUAGES if (folder / lang / "index.html").exists()]
        if not EDITION.fullmatch(folder.name) or not languages:
            continue
        titles = {}
        for lang in languages:
            html = (folder / lang / "index.html").read_text(encoding="utf-8")
            titles[lang] = Markup(re.search(r"<title>(.*?)</title>", html, re.S)[1]).unescape()
            if folder.name[4:]:
                titles[lang] += f" ({folder.name[5:]})"
        notebooks = sorted(path.stem for path in (folder / "notebooks").glob("*.html"))
        editions.append({"name": folder.name, "languages": languages, "title": titles, "notebooks": notebooks})
    sweeps = sorted(path.parent.name for path in (out / "sweeps").glob("*/index.html"))
    page = _page("site", "en", "", [])
    page["introductions"] = [(lang, text("site.title", lang), text("site.intro", lang)) for lang in LANGUAGES]
    template = _exporter("notebook").environment.get_template("site.html.j2")
    html = template.render(
        page=page,
        editions=editions,
        sweeps=sweeps,
        title=text("site.title", "en"),
        description=text("site.intro", "en"),
    )
    beside = out / f".index-{os.getpid()}"
    beside.write_text(html, encoding="utf-8")
    beside.replace(out / "index.html")


def edition_values(folder: Path) -> list[dict]:
    """Return the values of a published edition as values.json holds them."""
    return json.loads((folder / "values.json").read_text(encoding="utf-8"))
