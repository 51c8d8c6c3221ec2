"""The template against hostile outputs: whatever a notebook shows, a page holds no script and asks no host."""

from html.parser import HTMLParser

import nbformat
import pytest
from bilan.publish import pages
from bilan.publish.pages import ICON, STYLE, clean_html, export, markdown_to_html
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)><iframe src=//evil.example></iframe>"
FORBIDDEN = {"script", "iframe", "object", "embed", "form", "input", "button", "base", "svg", "math", "video", "audio"}


class _Finder(HTMLParser):
    """Collect what could act: tags, event handlers, addresses that run code or fetch, styles not our own."""

    def __init__(self):
        super().__init__()
        self.found, self._in_style = [], False

    def handle_starttag(self, tag, attributes):
        icon = tag == "link" and dict(attributes) == {"rel": "icon", "href": ICON}
        if tag in FORBIDDEN or (tag == "link" and not icon) or (tag == "meta" and "http-equiv" in dict(attributes)):
            policy = dict(attributes).get("content", "")
            if tag != "meta" or not policy.startswith("default-src 'none'"):
                self.found.append(tag)
        self._in_style = tag == "style"
        for name, value in attributes:
            value = (value or "").strip().lower()
            fetches = name == "src" and not value.startswith("data:image/")
            runs = name in ("href", "src") and value.startswith(("javascript:", "vbscript:", "data:text"))
            if name.startswith("on") or name in ("style", "srcset", "srcdoc") or fetches or runs:
                self.found.append(f"{tag} {name}={value}")

    def handle_data(self, data):
        if self._in_style and data != STYLE:
            self.found.append(f"style {data[:40]}")
        self._in_style = False


def active_parts(html: str) -> list[str]:
    finder = _Finder()
    finder.feed(html)
    finder.close()
    return finder.found


def page_of(*outputs, markdown: str = "# Title\n\nLead.", source: str = "1", kind: str = "notebook") -> str:
    cells = [new_markdown_cell(markdown), new_code_cell(source, outputs=list(outputs))]
    page = pages.page_of(kind, "en", "../", [], executed="x.ipynb", made={}, numbers=[])
    page["cite"] = lambda title: {"sentence": title, "bibtex": title}
    notebook = nbformat.from_dict(new_notebook(cells=cells))
    return export("notebook" if kind == "notebook" else "narrative", notebook, page)[0]


@pytest.mark.parametrize("kind", ["notebook", "story", "print"])
@pytest.mark.parametrize(
    "output",
    [
        new_output("display_data", data={"text/html": HOSTILE}),
        new_output(
            "display_data", data={"text/html": '<a href="javascript:alert(1)">x</a><p style="background:url(//e)">'}
        ),
        new_output("display_data", data={"text/html": '<svg onload="alert(1)"><script>alert(1)</script></svg>'}),
        new_output(
            "display_data", data={"text/html": '<form action="//e"><input></form><meta http-equiv=refresh content=0>'}
        ),
        new_output("display_data", data={"text/markdown": f"# x\n\n{HOSTILE}\n\n[a](javascript:alert(1))"}),
        new_output("display_data", data={"text/plain": HOSTILE}),
        new_output("display_data", data={"text/latex": HOSTILE}),
        new_output("display_data", data={"application/javascript": "alert(1)", "text/plain": HOSTILE}),
        new_output("display_data", data={"text/vnd.mermaid": f"graph TD; A[{HOSTILE}]"}),
        new_output("display_data", data={"application/vnd.x+json": {"a": 1}, "text/plain": HOSTILE}),
        new_output("display_data", data={"image/svg+xml": f'<svg xmlns="http://www.w3.org/2000/svg">{HOSTILE}</svg>'}),
        new_output(
            "display_data", data={"image/png": '" onerror="alert(1)', "text/plain": '"><script>alert(1)</script>'}
        ),
        new_output("execute_result", data={"text/html": HOSTILE}, execution_count=1),
        new_output("stream", name="stdout", text=HOSTILE),
        new_output("stream", name="stderr", text=HOSTILE),
        new_output("error", ename="E", evalue=HOSTILE, traceback=[HOSTILE]),
    ],
)
def test_a_hostile_output_does_nothing(kind, output):
    html = page_of(output, source=HOSTILE, kind=kind)
    assert active_parts(html) == []


@pytest.mark.parametrize(
    "text", [HOSTILE, "</style><script>alert(1)</script>", '"><script>alert(1)</script>', "{{ 7777 * 7777 }}"]
)
def test_hostile_headings_and_sources_appear_as_text(text):
    html = page_of(markdown=f"# {text}\n\n{text}\n\n## {text}", source=text)
    assert active_parts(html) == [] and "60481729" not in html


def test_what_is_harmless_stays():
    table = (
        '<table><caption>A &amp; B</caption><thead><tr><th scope="col">x</th></tr></thead>'
        '<tbody><tr id="value-x"><td class="number">1</td></tr></tbody></table>'
    )
    html = clean_html(table)
    assert table in html and '<section class="scroll" tabindex="0" aria-label="A &amp; B">' in html
    assert markdown_to_html("**b** [a](https://example.org)") == (
        '<p><strong>b</strong> <a href="https://example.org" rel="noreferrer">a</a></p>\n'
    )


def test_an_output_cannot_pose_as_a_part_of_the_page():
    html = clean_html('<a id="text" class="skip value">x</a><tr id="made"></tr><p class="variant">y</p>')
    assert 'id="' not in html and "skip" not in html and "variant" not in html


@given(st.text())
def test_any_text_makes_a_page_without_active_parts(text):
    assert active_parts(page_of(new_output("stream", name="stdout", text=text), markdown=text)) == []


def test_the_check_itself_sees_what_acts():
    for hostile in (
        HOSTILE,
        '<p onclick="x">',
        '<a href=" JavaScript:x">',
        "<style>p{}</style>",
        '<p style="x">',
        "<svg>",
    ):
        assert active_parts(hostile) != []


@given(st.text(alphabet="<>/=\"' \nascriptonmgvhef:data", max_size=80))
def test_any_markup_is_cleaned(text):
    assert active_parts(clean_html(text)) == []


def test_a_page_has_language_headings_contents_and_a_policy():
    html = page_of(markdown="# Title\n\nLead.\n\n## First\n\n## First")
    assert html.startswith('<!DOCTYPE html>\n<html lang="en" dir="ltr">')
    assert "<title>Title</title>" in html and '<meta name="description" content="Lead.">' in html
    assert "default-src 'none'" in html
    assert html.count('<a href="#first">First</a>') == 2 and 'id="first-2"' in html
    assert html.count("<h1") == 1 and html.count("<main") == 1


def test_a_number_leads_to_where_the_page_has_its_line():
    link = '<a class="value" href="#value-assaults">14</a> <a href="#first">x</a>'
    page = pages.page_of("story", "en", "../", [], numbers_at="sources.html")
    for html in (clean_html(link, page), markdown_to_html(link, page)):
        assert 'href="sources.html#value-assaults"' in html and 'href="#first"' in html
    assert 'href="#value-assaults"' in clean_html(link)
