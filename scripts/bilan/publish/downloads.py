"""An executed notebook to download: outputs that a page would not show, since they can act, are not in it either.

Whoever opens it in JupyterLab and trusts it runs what its outputs hold: scripts, widgets, HTML, pictures with scripts.
"""

import re

import nbformat

from bilan.publish.pages import clean_html, markdown_to_html, picture

_AS_THEY_ARE = ("image/png", "image/jpeg", "text/plain")
_AS_TEXT = ("text/latex", "text/vnd.mermaid", "application/javascript")
_RAW = re.compile(r"<[a-z/!?]|script:|data:|&", re.IGNORECASE)  # HTML in Markdown, a link that acts, either in disguise


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
