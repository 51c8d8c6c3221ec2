"""Publishing from a notebook: by a form made from the parameters' model, or by a plain call.

Both write results/lab/parameters.yaml, which `bilan build --parameters` and `papermill -f` take, and run the command.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import yaml
from IPython.display import Markdown, display

from bilan.data.package import years
from bilan.errors import InputError
from bilan.files import ROOT
from bilan.parameters import Parameters, check_parameters

ASKED = ROOT / "results" / "lab" / "parameters.yaml"
WITHOUT = "*The form needs ipywidgets, which is not here. The cell below does the same.*"


def write_parameters(given: dict, path: Path = ASKED) -> Parameters:
    """Check parameters, write them to a YAML file, and return them. Raises InputError as `check_parameters` does."""
    parameters = check_parameters(given)
    if not parameters.languages:
        raise InputError("parameter languages: expected at least one to publish in, found none")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(parameters.model_dump(exclude={"lang"}), sort_keys=False), encoding="utf-8")
    return parameters


def publish(**parameters) -> Markdown:
    """Publish an edition in site/ from a notebook and return links to it: publish(year=2023, languages=["fr"]).

    Takes the parameters of the notebooks; those not given have their defaults. Raises InputError naming what is wrong.
    """
    checked = write_parameters(parameters)
    command = [sys.executable, "-m", "bilan", "build", "--parameters", str(ASKED)]
    # results of notebooks run by hand stay apart from those that are published
    environment = {name: value for name, value in os.environ.items() if name != "BILAN_RESULTS"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "encoding": "utf-8"}
    last = ""
    with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as process:
        for line in process.stdout:
            last = line.strip() or last
            print(line, end="", flush=True)
    if process.returncode:
        raise InputError(last.removeprefix("bilan: "))
    folder = f"site/{checked.edition}"
    links = ", ".join(f"[{lang}](../{_in_one(checked.edition, lang)})" for lang in checked.languages)
    return Markdown(
        f"Published: {links}. The files are in `{folder}/`; for the links between its pages, open `{folder}/"
        f"{checked.languages[0]}/index.html` in a browser."
    )


def _in_one(edition: str, lang: str) -> str:
    """Write a published page so that it can be read alone, and return its place: JupyterLab's viewer can load nothing
    that lies beside a page. Of its links those remain that lead to the web, or to another place on it.
    """
    page = (ROOT / "site" / edition / lang / "index.html").read_text(encoding="utf-8")
    place = ASKED.with_name(f"{edition}.{lang}.html")
    place.write_text(re.sub(r' href="(?!https?:|#|data:)[^"]*"', "", page), encoding="utf-8")
    return place.relative_to(ROOT).as_posix()


def form() -> object:
    """Return a form with a field for each parameter and a button to publish; without ipywidgets, a note."""
    try:
        import ipywidgets as widgets
    except ImportError:
        return Markdown(WITHOUT)
    described = Parameters.model_json_schema()["properties"]
    fields = {name: _field(name, about, widgets) for name, about in described.items() if name != "lang"}
    button = widgets.Button(description="Publish", button_style="primary")
    progress = widgets.Output()

    def run(_) -> None:
        progress.clear_output()
        button.disabled = True
        with progress:
            try:
                display(publish(**{name: read() for name, (_, read) in fields.items()}))
            except InputError as error:
                print(f"Not published: {error}")
        button.disabled = False

    button.on_click(run)
    return widgets.VBox([*(widget for widget, _ in fields.values()), button, progress])


def _field(name: str, about: dict, widgets) -> tuple[object, Callable]:
    """Return the widget of a parameter, of which `about` is the JSON schema, and a function that reads it."""

    def described(widget) -> object:
        return widgets.VBox([widgets.HTML(f"<b>{name}</b>: {about['description']}"), widget])

    if about.get("type") == "array":
        given = {"indent": False, "layout": {"width": "6em"}}
        every = about["items"]["enum"]
        boxes = [widgets.Checkbox(value=one in about["default"], description=one, **given) for one in every]
        return described(widgets.HBox(boxes)), lambda: [box.description for box in boxes if box.value]
    if choices := years() if name == "year" else about.get("enum"):
        dropdown = widgets.Dropdown(options=choices, value=about["default"])
        return described(dropdown), lambda: dropdown.value
    typed = widgets.Text(placeholder="none")
    return described(typed), lambda: _number(name, typed.value)


def _number(name: str, written: str) -> float | None:
    try:
        return float(written) if written.strip() else None
    except ValueError:
        raise InputError(f"parameter {name}: expected a number, found {written!r}") from None
