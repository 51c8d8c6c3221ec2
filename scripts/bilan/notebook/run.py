"""What a working notebook calls: it starts a run, keeps numbers, shows charts and findings, and saves."""

import ast
import base64
import json
from dataclasses import replace
from itertools import takewhile
from pathlib import Path
from string import Formatter
from tempfile import TemporaryFile
from typing import Any

import mistune
import pandas as pd
from IPython import get_ipython
from IPython.display import Markdown
from markupsafe import escape

from bilan.analysis.claims import FINDINGS, holds
from bilan.analysis.communique import figures, previous_figures
from bilan.build.results import check_stem, declared, folder_of, results_root, write_numbers
from bilan.data.package import begin_use, used
from bilan.errors import InputError
from bilan.languages import catalog, is_rtl, text
from bilan.number import Number, Numbers
from bilan.parameters import Parameters, check_parameters
from bilan.show.chart import WIDE, Draw, save_chart
from bilan.show.numbers import Shown, name_of, numbers_table
from bilan.show.tables import Table, show_table
from bilan.show.words import column_in_words, in_words


class Picture:
    """A saved chart as a notebook output: its SVG, with alt text and the stem it is published under."""

    def __init__(self, saved: Path, alt: str, stem: str):
        self.svg, self.alt, self.stem = saved.read_text(encoding="utf-8"), alt, stem

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        # JupyterLab gives an SVG no alt text, but shows HTML first; published pages take the SVG
        data = base64.b64encode(self.svg.encode()).decode()
        image = f'<img src="data:image/svg+xml;base64,{data}" width="{WIDE}" alt="{escape(self.alt)}">'
        return (
            {"image/svg+xml": self.svg, "text/html": image, "text/plain": self.alt},
            {"image/svg+xml": {"alt": self.alt}, "bilan": {"chart": self.stem}},
        )


class Said(Markdown):
    """Markdown in a language. JupyterLab, which knows no direction of it, shows its HTML; pages take it as it is."""

    def __init__(self, said: str, lang: str):
        super().__init__(said)
        self.lang = lang

    def _repr_html_(self) -> str:
        html = mistune.html(self.data).replace("<p>", '<p style="text-align: start">')  # JupyterLab's go to the left
        return f'<div dir="{"rtl" if is_rtl(self.lang) else "ltr"}" lang="{self.lang}">{html}</div>'


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

    def _key(self, *keys: str) -> str:
        """Return the first of some keys that the catalogs have."""
        lang = self.parameters.lang
        if not (found := [key for key in keys if key in catalog(lang)]):
            expected = f"{' or '.join(keys)} in scripts/bilan/text/{lang}.toml"
            raise InputError(f"{self.notebook}: expected {expected}, found none")
        return found[0]

    def finding(self, sentence: str, **given: Number | pd.Series | str | int) -> Markdown:
        """Return a finding in the language on display: `sentence.<sentence>` of the catalogs.

        That names numbers kept or given ("{rescued_at_sea}", "{change.change}": see `Shown`), `year`, `year_before`, a
        code or a column of codes. Where a number is not known, what was not published is said instead.
        """
        key, lang = self._key(f"sentence.{sentence}"), self.parameters.lang
        known = {"year": self.year, "year_before": self.year - 1} | self.numbers | given
        names = [name.partition(".")[0] for _, name, _, _ in Formatter().parse(catalog(lang)[key]) if name]
        missing = [pair for name in names if isinstance(one := known[name], Number) for pair in one.missing]
        if missing:
            said = dict.fromkeys(f"{name_of(name, lang)} ({period})" for name, period in missing)
            said = text("notebook.missing", lang, names=text("semicolon", lang).join(said))
        else:
            said = text(key, lang, **{name: _said(name, known[name], lang) for name in names})
        return Said(text("notebook.finding", lang, sentence=said), lang)

    def table(self, name: str, frame: pd.DataFrame) -> Table:
        """Return a table in the language on display, called `caption.<name>` in the catalogs or as the chart is."""
        key, lang = self._key(f"caption.{name}", f"chart.{name}.title"), self.parameters.lang
        return show_table(frame, text(key, lang, year=self.year), lang)

    def chart(self, stem: str, draw: Draw, table: pd.DataFrame) -> Picture | Markdown:
        """Save a chart in every language of the run and return it in the language on display.

        A table without rows draws nothing and says so, and so does a run whose charts are wanted in no language.
        """
        shown = self.parameters.lang
        if not self.parameters.languages:
            return Said(text("notebook.no_charts", shown), shown)
        check_stem(stem)
        if table.empty:
            return Said(text("notebook.nothing_to_draw", shown, year=self.year), shown)
        for lang in {*self.parameters.languages, shown}:
            chart = draw(table, lang)
            save_chart(chart, table, self._folder / "figures" / lang, stem, self._found(stem, lang))
            words = {"title": chart.title, "alt": chart.alt, "source": " ".join(chart.source.split())}
            self._charts.setdefault(stem, {})[lang] = words
        return Picture(self._folder / "figures" / shown / f"{stem}.svg", self._charts[stem][shown]["alt"], stem)

    def _found(self, stem: str, lang: str) -> str:
        """Return what a chart finds, or "" where it has no claim, or one that does not hold."""
        if stem not in FINDINGS:
            return ""
        before = {f"{name}_{self.year - 1}": number for name, number in previous_figures(self.year).items()}
        known = Numbers(self.year, figures(self.year) | before | self.numbers)
        if not all(holds(claim, known) for claim in FINDINGS[stem]):
            return ""
        return text(f"finding.{stem}", lang, year=self.year, before=self.year - 1)

    def save(self) -> Table:
        """Write this notebook's numbers and charts for the narrative, return the numbers as a table."""
        lang = self.parameters.lang
        self._folder.mkdir(parents=True, exist_ok=True)
        charts = json.dumps(self._charts, ensure_ascii=False, indent=1, sort_keys=True)
        (self._folder / "charts.json").write_text(charts + "\n", encoding="utf-8")
        write_numbers(self.numbers.values(), self._folder / "values.json")
        (self._folder / "inputs.json").write_text(json.dumps(used(), indent=1) + "\n", encoding="utf-8")
        return numbers_table(filter(None, self.numbers.values()), lang, text("caption.handed_on", lang))


def _said(name: str, one: Any, lang: str) -> object:
    """Return what a sentence shows for one of its names."""
    if isinstance(one, Number):
        return Shown(one, lang)
    return column_in_words(one, lang) if isinstance(one, pd.Series) else in_words(name, one, lang)


def _explain(shell, kind, error, trace, tb_offset=None) -> None:
    """Show in place of a traceback what to do about a name that no cell has made yet."""
    said = f"{kind.__name__}: {error}. If a cell above makes it, run the cells from the top."
    shell._showtraceback(kind, error, [said])  # IPython leaves it to the handler to show anything


def given(notebook: str, names: dict) -> dict:
    """Return a notebook's parameters, checked, which are among the names of its globals().

    Raises InputError as `check_parameters` does, and for a name that papermill was given and no notebook has; one line
    says all of that.
    """
    own, wrong = declared(notebook), []
    parameters = {name: names[name] for name in own if name in names}
    if unknown := [name for name in _injected() if name not in {*own, *Parameters.model_fields}]:
        several = len(unknown) > 1
        found = "unknown names" if several else "an unknown name"
        wrong.append(f"parameter{'s' * several} {', '.join(unknown)}: expected one of {', '.join(own)}; found {found}")
    try:
        check_parameters(parameters)
    except InputError as error:
        wrong.append(str(error))
    if wrong:
        raise InputError("; ".join(wrong))
    _check_results()
    return parameters


def _check_results() -> None:
    """Raise InputError where this run could not leave its results."""
    folder = results_root()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        found = f"found {folder}: {(error.strerror or str(error)).lower()}"
        advice = "Set BILAN_RESULTS to a folder of yours"
        raise InputError(f"results: expected a folder that can be written to, {found}. {advice}") from None


def _injected() -> list[str]:
    """Return the names that papermill set in a cell of its own, since the cell that asks last ran."""
    shell = get_ipython()
    *before, this = shell.user_ns["In"] if shell else [""]
    since = takewhile(lambda cell: cell != this, reversed(before))
    cell = ast.parse(next((cell for cell in since if cell.startswith("# Parameters\n")), ""))
    return [node.id for node in ast.walk(cell) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]


def start(notebook: str, names: dict) -> Run:
    """Check a notebook's parameters, see `given`, and begin its run.

    >>> run = start("03_borders", {"year": 2024, "lang": "fr", "languages": []})
    >>> run.keep(twice=figures(2024)["networks_dismantled"] * 2)
    664 networks = networks_dismantled × 2
    """
    if shell := get_ipython():
        shell.set_custom_exc((NameError,), _explain)
    return Run(notebook, given(notebook, names))
