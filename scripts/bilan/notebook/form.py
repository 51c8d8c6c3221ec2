"""Publishing from a notebook: by a form made from the parameters' model, or by a plain call.

Both write results/lab/parameters.yaml, which `bilan build --parameters` and `papermill -f` take, and run the command.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, get_args, get_origin

import yaml
from IPython.display import Markdown, display

from bilan.data.ledgers import years
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


def building(path: Path = ASKED) -> Iterator[str]:
    """Run `bilan build` on a parameter file into site/, give its lines as they come. Raises InputError if it fails."""
    command = [sys.executable, "-m", "bilan", "build", "--parameters", str(path)]
    # results of notebooks run by hand stay apart from those that are published
    environment = {name: value for name, value in os.environ.items() if name != "BILAN_RESULTS"}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "encoding": "utf-8"}
    last = ""
    with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as process:
        for line in process.stdout:
            last = line.strip() or last
            yield line
    if process.returncode:
        raise InputError(last.removeprefix("bilan: "))


def published_at(parameters: Parameters) -> Markdown:
    """Return links to the pages of an edition, as seen from the folder notebooks/."""
    folder = f"../site/{parameters.edition}"
    links = ", ".join(f"[{lang}]({folder}/{lang}/index.html)" for lang in parameters.languages)
    return Markdown(f"Published: {links}. The files are in `site/{parameters.edition}/`.")


def publish(**parameters) -> Markdown:
    """Publish an edition from a notebook and return links to it: publish(year=2023, languages=["fr"]).

    Takes the parameters of the notebooks; those not given have their defaults. Raises InputError naming what is wrong.
    """
    checked = write_parameters(parameters)
    for line in building():
        print(line, end="", flush=True)
    return published_at(checked)


def form() -> object:
    """Return a form with a field for each parameter and a button to publish; without ipywidgets, a note."""
    try:
        import ipywidgets as widgets
    except ImportError:
        return Markdown(WITHOUT)
    fields = {name: _field(name, widgets) for name in Parameters.model_fields if name != "lang"}
    button = widgets.Button(description="Publish", button_style="primary")
    progress = widgets.Output()

    def run(_) -> None:
        progress.clear_output()
        button.disabled = True
        with progress:
            try:
                parameters = write_parameters({name: read() for name, (_, read) in fields.items()})
                for line in building():
                    print(line, end="", flush=True)
                display(published_at(parameters))
            except InputError as error:
                print(f"Not published: {error}")
        button.disabled = False

    button.on_click(run)
    return widgets.VBox([*(widget for widget, _ in fields.values()), button, progress])


def _field(name: str, widgets) -> tuple[object, Callable]:
    """Return a parameter's widget, with its description, and a function that reads it."""
    info = Parameters.model_fields[name]
    choices = years() if name == "year" else _choices(info.annotation)
    shown = widgets.HTML(f"<b>{name}</b>: {info.description}")
    if get_origin(info.annotation) is list:
        boxes = [widgets.Checkbox(value=one in info.default, description=one, indent=False) for one in choices]
        for box in boxes:
            box.layout.width = "6em"
        widget = widgets.HBox(boxes)

        def read() -> list:
            return [box.description for box in boxes if box.value]
    elif choices:
        widget = widgets.Dropdown(options=choices, value=info.default)

        def read() -> object:
            return widget.value
    else:
        widget = widgets.Text(value="", placeholder="none")

        def read() -> float | None:
            return _number(name, widget.value)

    return widgets.VBox([shown, widget]), read


def _choices(kind: object) -> tuple:
    """Return what a type allows: of Literal["a", "b"], or a list of those, its values; of others none."""
    if get_origin(kind) is Literal:
        return get_args(kind)
    return next((found for found in map(_choices, get_args(kind)) if found), ())


def _number(name: str, written: str) -> float | None:
    try:
        return float(written) if written.strip() else None
    except ValueError:
        raise InputError(f"parameter {name}: expected a number, found {written!r}") from None
