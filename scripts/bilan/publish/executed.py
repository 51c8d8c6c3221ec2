"""An executed notebook: read to be a page, and made harmless to be downloaded.

Outputs that a page would not show, since they can act, are not in the download either. Whoever opens it in JupyterLab
and trusts it runs what its outputs hold: scripts, widgets, HTML, pictures with scripts.
"""

import re

import nbformat

from bilan.build.jobs import Job
from bilan.errors import InputError
from bilan.publish.pages import clean_html, markdown_to_html, picture
from bilan.untrusted import DEEPEST, too_deep

_AS_THEY_ARE = ("image/png", "image/jpeg", "text/plain")
_AS_TEXT = ("text/latex", "text/vnd.mermaid", "application/javascript")
_RAW = re.compile(r"<[a-z/!?]|script:|data:|&", re.IGNORECASE)  # HTML in Markdown, a link that acts, either in disguise


def read_executed(job: Job) -> nbformat.NotebookNode:
    """Return the executed copy of a job's notebook.

    Raises InputError naming the cell where an output's HTML is nested too deep to be cleaned in a reasonable time.
    """
    notebook = nbformat.read(job.executed, as_version=4)
    for at, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if any(too_deep(data.get(kind, "")) for kind in ("text/html", "text/markdown")):
                expected = f"HTML of at most {DEEPEST:,} elements within each other in an output"
                raise InputError(f"notebooks/{job.notebook}.ipynb, cell {at}: expected {expected}, found more")
    return notebook


def inert(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Make a notebook's outputs hold no more than its page does, and return it."""
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        if "outputs" in cell:
            for output in cell.outputs:
                if "data" in output:
                    output.data = _harmless(output)
            cell.outputs = [output for output in cell.outputs if output.get("data", True)]
    return notebook


def _harmless(output: nbformat.NotebookNode) -> dict:
    """Return the forms of an output that are text or pixels, and HTML and Markdown as a page has them."""
    data = output.data
    kept = {kind: data[kind] for kind in _AS_THEY_ARE if kind in data}
    if "text/html" in data:
        kept["text/html"] = str(clean_html(data["text/html"]))
    elif "image/svg+xml" in data:
        kept["text/html"] = str(picture(output, "image/svg+xml", {"charts": {}}))  # as an image it can't act
    if "text/markdown" in data:
        if _RAW.search(data["text/markdown"]):
            kept.setdefault("text/html", str(markdown_to_html(data["text/markdown"])))
        else:
            kept["text/markdown"] = data["text/markdown"]
    sources = [data[kind] for kind in _AS_TEXT if kind in data]
    return kept or ({"text/plain": sources[0]} if sources else {})
