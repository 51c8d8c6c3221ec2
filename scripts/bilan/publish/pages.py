"""Pages: what a notebook shows becomes HTML by our own nbconvert template, without a script or a request to any host.

What a notebook shows is cleaned with nh3; text stays text. A chart is a figure with its numbers and files.
"""

import base64
import hashlib
import re
from collections import Counter
from functools import cache, partial
from pathlib import Path
from urllib.parse import quote

import mistune
import nh3
import pandas as pd
from markupsafe import Markup, escape
from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode
from traitlets.config import Config

from bilan.languages import catalog, is_rtl, text
from bilan.show.chart import FORMS
from bilan.show.live import CHART_CSS, inline_svg
from bilan.show.spreadsheets import read_csv
from bilan.show.tables import Table

TEMPLATES = Path(__file__).parent / "template"
STYLE = (TEMPLATES / "bilan" / "style.css").read_text(encoding="utf-8") + CHART_CSS
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

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


def _kept(numbers_at: str, terms_at: str, tag: str, name: str, value: str) -> str | None:
    """Return an attribute's value, None where it would ask a host for something or pose as a part of the page."""
    match tag, name:
        case "a", "href" if value.startswith("#value-"):
            return numbers_at + value
        case "a", "href" if value.startswith("#term-"):
            return terms_at + value if terms_at else None
        case "a", "href":  # as a browser reads it: without spaces and line ends, in small letters
            return None if re.sub(r"[\x00-\x20]", "", value).lower().startswith("data:") else value
        case "table", "lang":  # the page's, or that of the block it stands in
            return None
        case "img", "src":
            return value if value.startswith("data:image/") else None
        case _, "id":
            return value if value.startswith("value-") else None
        case _, "class":
            return " ".join(part for part in value.split() if part in CLASSES[tag]) or None
    return value


# Of several forms of one output the first of these is shown; those that would need a script come as text.
SHOWN_FIRST = ["image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/html", "text/plain"]
SHOWN_FIRST += ["text/latex", "text/vnd.mermaid", "application/javascript"]
_MARKDOWN = mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])


def clean_html(html: str, page: dict | None = None) -> Markup:
    """Return HTML with only what a page may hold: no script, no style, no frame, no address but links.

    A link to a number's line leads to where `page` says that it is: further down, or on another page; a link to a term
    leads to the glossary, or nowhere where there is none.
    """
    kept = partial(_kept, *(page.get(where, "") if page else "" for where in ("numbers_at", "terms_at")))
    cleaner = {"attribute_filter": kept, "url_schemes": {"http", "https", "mailto", "data"}}
    cleaned = nh3.clean(str(html), tags=TAGS, attributes=ATTRIBUTES, link_rel="noreferrer", **cleaner)
    return Markup(_with_scrolling_tables(cleaned))


def table_html(frame: pd.DataFrame, caption: str, lang: str, formats: dict | None = None) -> Markup:
    """Return a frame as a page shows it: see `Table`."""
    return clean_html(Table(frame, caption, lang, formats or {})._repr_html_())


def _with_scrolling_tables(html: str) -> str:
    """Let a wide table scroll inside the page, reachable by keyboard, named by its caption."""

    def wrap(found: re.Match) -> str:
        caption = re.search(r"<caption>(.*?)</caption>", found[0], re.S)
        name = escape(re.sub(r"<[^>]+>", "", caption[1])) if caption else "table"
        name = str(name).replace("&amp;", "&")
        return f'<section class="scroll" tabindex="0" aria-label="{name}">{found[0]}</section>'

    return re.sub(r"<table>.*?</table>", wrap, html, flags=re.S)


def markdown_to_html(source: str, page: dict | None = None, part: object = None) -> Markup:
    """Return Markdown as cleaned HTML; the heading of a narrative's `part` is called by the part's name."""
    html = clean_html(_MARKDOWN(str(source)), page)
    named = isinstance(part, str) and re.fullmatch("[a-z_]+", part)
    return Markup(str(html).replace("<h2>", f'<h2 id="{part}">', 1)) if named else html


def picture(output: dict, kind: str, page: dict) -> Markup:
    """Return an image output: in a narrative a figure with its files, elsewhere the image itself with its alt text."""
    stem = output.get("metadata", {}).get("bilan", {}).get("chart")
    if stem in page["charts"]:
        return page["charts"][stem]
    details, data = output.get("metadata", {}).get(kind, {}), output["data"][kind]
    if kind == "image/svg+xml":
        data = base64.b64encode(data.encode()).decode()
    alt = details.get("alt") or output["data"].get("text/plain") or "image"
    width = Markup(' width="{}"').format(details["width"]) if str(details.get("width", "")).isdigit() else ""
    return Markup('<img src="data:{};base64,{}" alt="{}"{}>').format(kind, "".join(data.split()), alt, width)


def chart_files(stem: str, place: str, lang: str) -> Markup:
    """Return links to a chart's files, which lie at `place`."""
    link = Markup('<a href="{}/{}.{}" download>{}</a>')
    names = [text("page.print_pdf", lang) if suffix == "print.pdf" else suffix.upper() for suffix in FORMS]
    links = (link.format(place, stem, suffix, name) for suffix, name in zip(FORMS, names, strict=True))
    return escape(text("list_separator", lang)).join(links)


def chart_table(stem: str, chart: dict, lang: str) -> Markup:
    """Return a chart's numbers as a table in a language."""
    frame = read_csv(chart["folder"] / lang / f"{stem}.csv").drop(columns="label", errors="ignore")
    # a place on a map has no number, which is not one that was left unpublished
    plain = dict.fromkeys(("value", "low", "high"), "blank")
    return table_html(frame, chart["words"][lang]["title"], lang, plain)


def image(stem: str, chart: dict, lang: str) -> Markup:
    """Return a chart as live SVG, drawn for wide screens and for narrow: the style sheet shows one of them."""
    return Markup("").join(inline_svg(chart["folder"] / lang / f"{stem}{form}.svg") for form in ("", ".narrow"))


def figure(stem: str, chart: dict, lang: str, place: str) -> Markup:
    """Return a chart as a figure: the picture, its numbers, its files and its page, which lie at `place`."""
    links = Markup(escape(text("page.download", lang, links="\0"))).replace("\0", chart_files(stem, place, lang))
    numbers = Markup("<details><summary>{}</summary>{}</details>").format(
        text("page.chart_data", lang), chart_table(stem, chart, lang)
    )
    page = Markup('<a href="{}/{}.html">{}</a>').format(place, stem, text("page.chart_page", lang))
    return Markup('<figure lang="{}" id="figure-{}">{}{}<figcaption>{} · {}</figcaption></figure>').format(
        lang, stem, image(stem, chart, lang), numbers, links, page
    )


def plate(stem: str, chart: dict, lang: str, place: str) -> Markup:
    """Return a chart as a picture that leads to its page."""
    title = chart["words"][lang]["title"]
    return Markup('<figure lang="{}">{}<figcaption><a href="{}/{}.html">{}</a></figcaption></figure>').format(
        lang, image(stem, chart, lang), place, stem, title
    )


def _plain(html: str) -> str:
    return Markup(re.sub(r"<[^>]+>", "", html)).unescape()


# The sections that close a story, by the keys of their titles.
CLOSING = {"limits": "page.limits", "cite": "page.cite_title", "made": "page.made_title"}


def finish_body(cells: str, page: dict) -> dict:
    """Split a page's cells into title, description, opening and rest; give headings ids and list them.

    The page is told its title, too.
    """
    used, headings = Counter(), []

    def anchor(found: re.Match) -> str:
        level, attributes, inside = found.groups("")
        plain, named = _plain(inside).strip(), re.fullmatch(r' id="([a-z_]+)"', attributes)
        id = named[1] if named else re.sub(r"[^\w]+", "-", plain.lower()).strip("-") or "section"
        used[id] += 1
        id += f"-{used[id]}" if used[id] > 1 else ""
        if level == "2":
            headings.append((id, plain))
        return f'<h{level}{"" if named else attributes} id="{id}">{inside}</h{level}>'

    cells = str(cells)
    if "<h1" not in cells:  # a part of a notebook on a page of its own: its heading is the page's
        cells = re.sub(r"<h2\b[^>]*>", "<h1>", cells, count=1).replace("</h2>", "</h1>", 1)
    first, end_of_title, others = cells.partition("</h1>")
    cells = first + end_of_title + re.sub(r"<(/?)h1\b", r"<\1h2", others)  # a page has one title
    cells = re.sub(r"<h([2-6])( [^>]*)?>(.*?)</h\1>", anchor, cells, flags=re.S)
    title = re.search(r"<h1>(.*?)</h1>", cells, re.S)
    lead = re.search(r"</h1>\s*<p>(.*?)</p>", cells, re.S)
    end = lead.end() if lead else title.end() if title else 0
    if page["kind"] in ("story", "print"):
        headings += [(id, page["words"][key]) for id, key in CLOSING.items()]
    if page["kind"] in ("story", "print") and page.get("cards"):
        headings.insert(0, ("brief", page["words"]["brief.title"]))
    page["title"] = (_plain(title[1]) if title else "") or "bilan"
    parts = {"title": page["title"], "description": _plain(lead[1]) if lead else "", "headings": headings}
    return parts | {"opening": Markup(cells[:end]), "rest": Markup(cells[end:])}


@cache
def exporter() -> TemplateExporter:
    """Return the exporter of all pages: templates that they share are compiled once."""
    made = TemplateExporter(
        template_name="bilan",
        optimistic_validation=True,  # once, not after each of its steps
        extra_template_basedirs=[str(TEMPLATES)],
        config=Config(NbConvertBase={"display_data_priority": SHOWN_FIRST}),
        filters={one.__name__: one for one in (clean_html, markdown_to_html, picture, finish_body)},
    )
    made.environment.autoescape = made.environment.trim_blocks = True
    return made


def export(template: str, notebook: NotebookNode, page: dict) -> tuple[str, str]:
    """Return an executed notebook as a page, from its template, and the page's title."""
    exporter().template_file = f"{template}.html.j2"
    html, made_with = exporter().from_notebook_node(notebook, {"page": page})
    return html, made_with["page"]["title"]


def render(template: str, page: dict, **words: object) -> str:
    """Return a page that is no notebook's, from its template."""
    return exporter().environment.get_template(f"{template}.html.j2").render(page=page, **words)


# The page's icon, in the page itself: nothing is asked for it.
ICON = "data:image/svg+xml," + quote(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b4f9c"/>'
    '<path d="M3 12h10M4.5 12V8M8 12V4M11.5 12V6" stroke="#fff" stroke-width="2"/></svg>'
)

# Open Graph names a language with a country.
SOCIAL_LOCALES = {"fr": "fr_FR", "en": "en_GB", "es": "es_ES", "ar": "ar_MA"}


def page_of(kind: str, lang: str, root: str, links: list[dict], **more) -> dict:
    """Return what a template needs to know of a page beside its notebook."""
    links = [link | {"locale": SOCIAL_LOCALES.get(link.get("lang"))} for link in links]
    page = {"kind": kind, "lang": lang, "dir": "rtl" if is_rtl(lang) else "ltr", "root": root, "links": links}
    page |= {"style": STYLE, "style_hash": STYLE_HASH, "words": catalog(lang), "charts": {}, "variant": ""}
    page |= {"locale": SOCIAL_LOCALES[lang], "content_lang": lang, "numbers_at": "", "terms_at": "", "icon": ICON}
    page |= {"home": f"{root}index.html", "alternates": [], "titled": ""} | more
    return page | {"content_dir": "rtl" if is_rtl(page["content_lang"]) else "ltr"}
