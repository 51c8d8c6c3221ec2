"""What a working notebook calls: it starts a run, adds values, shows charts and findings, and saves."""

import base64
import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
from IPython import get_ipython
from IPython.display import Markdown
from markupsafe import escape

from bilan.analysis.values import Value, write_values
from bilan.build.results import check_stem, folder_of
from bilan.data.tables import begin_use, used
from bilan.errors import InputError
from bilan.parameters import Parameters, check_parameters
from bilan.show.chart import Draw, save_chart, thumbnail
from bilan.show.numbers import Shown, values_table
from bilan.show.tables import Table


class Picture:
    """A saved chart as a notebook output: a PNG, with alt text and the stem it is published under."""

    def __init__(self, saved: Path, alt: str, stem: str):
        self.png, self.width = thumbnail(saved)
        self.alt, self.stem = alt, stem

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        # JupyterLab gives a PNG no alt text, but shows HTML first; published pages take the PNG
        data = base64.b64encode(self.png).decode()
        image = f'<img src="data:image/png;base64,{data}" width="{self.width}" alt="{escape(self.alt)}">'
        return (
            {"image/png": self.png, "text/html": image, "text/plain": self.alt},
            {"image/png": {"width": self.width, "alt": self.alt}, "bilan": {"chart": self.stem}},
        )


class Run:
    """One notebook's run with checked parameters; `values` are those added so far, by id.

    Whatever it is asked, it answers only while the notebook's parameters are those it began with: a changed cell of
    parameters followed by a cell further down raises InputError, and no old result is shown for new parameters.
    """

    def __init__(self, notebook: str, parameters: dict):
        begin_use()
        self.notebook = notebook
        self._given, self._parameters = parameters, check_parameters(parameters)
        self.values: dict[str, Value] = {}
        self._charts: dict[str, dict] = {}
        self._folder = folder_of(notebook, self.parameters)

    @property
    def parameters(self) -> Parameters:
        """The run's parameters."""
        shell = get_ipython()
        for name, began_with in self._given.items() if shell else ():
            if (now := shell.user_ns.get(name, began_with)) != began_with:
                raise InputError(
                    f"parameter {name}: expected {began_with!r}, with which this run began, found {now!r}. "
                    "Run all cells from the top to take the new one."
                )
        return self._parameters

    @property
    def year(self) -> int:
        """The year of the communiqué."""
        return self.parameters.year

    @property
    def lang(self) -> str:
        """The language of what is displayed."""
        return self.parameters.lang

    def add(self, *values: Value) -> None:
        """Keep values under their ids, each with the notebook and the cell that made it."""
        _ = self.parameters
        shell = get_ipython()
        cell = shell.execution_count if shell else None
        for value in values:
            self.values[value.id] = replace(value, notebook=self.notebook, cell=cell)

    def finding(self, sentence: str, otherwise: str = "") -> Markdown:
        """Return a sentence with values in the place of their ids: "{rescued_at_sea} people, {…_pct.change}".

        Where one of the values was not published, `otherwise` is said instead, or that nothing was published.
        """
        _ = self.parameters
        shown = {id: Shown(value, "en") for id, value in self.values.items()}
        try:
            said = sentence.format_map(shown)
        except KeyError as missing:
            said = otherwise or f"Not published for {self.year}: {missing.args[0]}. Nothing is put in its place."
        return Markdown(f"**Finding.** {said}")

    def chart(self, stem: str, draw: Draw, table: pd.DataFrame) -> Picture | Markdown:
        """Save a chart in every language of the run and return it in the language on display.

        A table without rows draws nothing and says so, and so does a run whose charts are wanted in no language.
        """
        if not self.parameters.languages:
            return Markdown("*No chart: this run was asked for none.*")
        check_stem(stem)
        if table.empty:
            return Markdown(f"*No chart: nothing to draw was published for {self.year}.*")
        for lang in {*self.parameters.languages, self.lang}:
            chart = draw(table, lang)
            save_chart(chart, table, self._folder / "figures" / lang, stem)
            self._charts.setdefault(stem, {})[lang] = {"title": chart.title, "alt": chart.alt}
        return Picture(self._folder / "figures" / self.lang / f"{stem}.png", self._charts[stem][self.lang]["alt"], stem)

    def save(self) -> Table:
        """Write this notebook's values and charts for the narrative, return the values as a table."""
        _ = self.parameters
        self._folder.mkdir(parents=True, exist_ok=True)
        charts = json.dumps(self._charts, ensure_ascii=False, indent=1, sort_keys=True)
        (self._folder / "charts.json").write_text(charts + "\n", encoding="utf-8")
        write_values(self.values.values(), self._folder / "values.json")
        (self._folder / "inputs.json").write_text(json.dumps(used(), indent=1) + "\n", encoding="utf-8")
        caption = "The values this notebook hands on"
        return values_table(self.values.values(), "en", caption)


def _explain(shell, kind, error, trace, tb_offset=None) -> None:
    """Show in place of a traceback what to do about a name that no cell has made yet."""
    said = f"{kind.__name__}: {error}. If a cell above makes it, run the cells from the top."
    shell._showtraceback(kind, error, [said])  # IPython leaves it to the handler to show anything


def start(notebook: str, **parameters) -> Run:
    """Check a notebook's parameters and begin its run.

    Raises InputError naming the parameter, what was expected and what was found.
    """
    if shell := get_ipython():
        shell.set_custom_exc((NameError,), _explain)
    return Run(notebook, parameters)
