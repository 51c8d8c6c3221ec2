"""What a working notebook calls: it starts a run, keeps numbers, shows charts and findings, and saves."""

import base64
import json
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pandas as pd
from IPython import get_ipython
from IPython.display import Markdown
from markupsafe import escape

from bilan.build.results import check_stem, declared, folder_of, write_numbers
from bilan.data.tables import begin_use, used
from bilan.errors import InputError
from bilan.number import Number
from bilan.parameters import Parameters, check_parameters
from bilan.show.chart import Draw, save_chart, thumbnail
from bilan.show.numbers import Shown, name_of, numbers_table
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
    """One notebook's run with checked parameters; `numbers` are those kept so far, by id.

    Whatever it is asked, it answers only while the notebook's parameters are those it began with: a changed cell of
    parameters followed by a cell further down raises InputError, and no old result is shown for new parameters.
    """

    def __init__(self, notebook: str, parameters: dict):
        begin_use()
        self.notebook = notebook
        self._given, self._parameters = parameters, check_parameters(parameters)
        self.numbers: dict[str, Number] = {}
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

    def keep(self, *numbers: Number, **named: Number) -> Number:
        """Keep numbers for the narrative, figures under their own ids, others under the names given; return the last.

        Each is kept with the notebook and the cell that made it. Raises InputError for a second number under an id.
        """
        return self._keep([*numbers, *(number.kept(id) for id, number in named.items())])

    def keep_before(self, **named: Number) -> Number:
        """Keep numbers of the year before by the names that the year's own have; their ids end with the year."""
        return self._keep([number.kept(f"{name}_{number.period}", name) for name, number in named.items()])

    def _keep(self, numbers: list[Number]) -> Number:
        _ = self.parameters
        shell = get_ipython()
        cell = len(shell.user_ns["In"]) - 1 if shell else None  # the count that IPython gives is the next one's already
        for number in numbers:
            before = self.numbers.get(number.id, number)
            if (before.formula, before.period) != (number.formula, number.period):  # the same cell may run again
                found = f"{before.formula or before.period} and {number.formula or number.period}"
                raise InputError(f"{self.notebook}, id {number.id}: expected one number under it, found {found}")
            self.numbers[number.id] = replace(number, notebook=self.notebook, cell=cell)
        return self.numbers[numbers[-1].id]

    def finding(self, sentence: str, **numbers: Number) -> Markdown:
        """Return a sentence with numbers in the place of their names: "{rescued_at_sea} people, {growth.change}".

        It may name those kept and those given. Where one is not known, what was not published is said instead.
        """
        _ = self.parameters
        known = self.numbers | numbers
        asked = [name.partition(".")[0] for _, name, _, _ in Formatter().parse(sentence) if name]
        if missing := [pair for name in asked for pair in known[name].missing]:
            names = "; ".join(dict.fromkeys(f"{name_of(name, 'en')} ({period})" for name, period in missing))
            return Markdown(f"**Finding.** Not published, or not found: {names}. Nothing is put in its place.")
        shown = {name: Shown(number, "en") for name, number in known.items()}
        return Markdown(f"**Finding.** {sentence.format_map(shown)}")

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
        """Write this notebook's numbers and charts for the narrative, return the numbers as a table."""
        _ = self.parameters
        self._folder.mkdir(parents=True, exist_ok=True)
        charts = json.dumps(self._charts, ensure_ascii=False, indent=1, sort_keys=True)
        (self._folder / "charts.json").write_text(charts + "\n", encoding="utf-8")
        write_numbers(self.numbers.values(), self._folder / "values.json")
        (self._folder / "inputs.json").write_text(json.dumps(used(), indent=1) + "\n", encoding="utf-8")
        known = [number for number in self.numbers.values() if number]
        return numbers_table(known, "en", "The numbers this notebook hands on")


def _explain(shell, kind, error, trace, tb_offset=None) -> None:
    """Show in place of a traceback what to do about a name that no cell has made yet."""
    said = f"{kind.__name__}: {error}. If a cell above makes it, run the cells from the top."
    shell._showtraceback(kind, error, [said])  # IPython leaves it to the handler to show anything


def start(notebook: str, names: dict) -> Run:
    """Check a notebook's parameters, which are among the names of its globals(), and begin its run.

    Raises InputError naming the parameter, what was expected and what was found.
    """
    if shell := get_ipython():
        shell.set_custom_exc((NameError,), _explain)
    return Run(notebook, {name: names[name] for name in declared(notebook) if name in names})
