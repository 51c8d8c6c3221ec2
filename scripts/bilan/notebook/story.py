"""The narrative: prose by language, numbers placed by value id, comparative words guarded by checks.

It reads values and charts and computes nothing. The prose is in text/narrative.<lang>.md, a Jinja template with one
block a part; what a template may use is listed in `Story`.
"""

import re

import jinja2
import pandas as pd
from IPython.display import Markdown, display

from bilan.analysis.claims import CLAIMS, claims_table, holds
from bilan.analysis.values import Value
from bilan.build.jobs import ensure_results
from bilan.build.results import load_charts, load_values
from bilan.errors import InputError
from bilan.languages import TEXT, format_share, locale_of, text, typeset
from bilan.notebook.run import Picture
from bilan.parameters import check_parameters
from bilan.show.numbers import Shown, values_table
from bilan.show.tables import Table, show_table

_CHART = re.compile(r"\[chart:(\w+)\]")


class _Values:
    """`v` in a template: v.<id> is a value as shown; asking for one that was not published is an error."""

    def __init__(self, story: "Story"):
        self._story = story

    def __getattr__(self, id: str) -> Shown:
        value = self._story.value(id)
        self._story.used[id] = None
        return Shown(value, self._story.lang, link=True)


class Story:
    """The narrative of a year in a language.

    In a template: `v.<id>` (a value: see `Shown`), `has(id, …)`, `holds(claim)`, `plural(id, one=…, other=…)`,
    `chart(stem)`, `percent(part)`, `year` and `previous_year`, `parameters`.
    """

    def __init__(self, values: dict[str, Value], charts: dict[str, dict], parameters):
        self.values, self.charts, self.parameters = values, charts, parameters
        self.year, self.lang = parameters.year, parameters.lang
        self.used: dict[str, None] = {}  # ids on the page, in the order of their first mention
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEXT),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._prose = f"scripts/bilan/text/narrative.{self.lang}.md"
        try:
            self._template = environment.get_template(f"narrative.{self.lang}.md")
        except jinja2.TemplateNotFound:
            raise InputError(f"{self._prose}: expected a file of the package, found none") from None
        except jinja2.TemplateSyntaxError as error:
            raise InputError(
                f"{self._prose}, line {error.lineno}: expected a template, found: {error.message}"
            ) from None
        self._context = {
            "v": _Values(self),
            "has": lambda *ids: all(id in values for id in ids),
            "holds": self._holds,
            "plural": self._plural,
            "chart": lambda stem: f"\n\n[chart:{stem}]\n\n" if stem in charts else "",
            "percent": lambda part: format_share(100 * part, self.lang),
            "year": self.year,
            "previous_year": self.year - 1,
            "parameters": parameters,
        }

    def value(self, id: str) -> Value:
        """Return a value by its id. Raises InputError naming the narrative where the year has none of that id."""
        if id not in self.values:
            raise InputError(f"{self._prose}: expected the id of a value of {self.year}, found {id!r}")
        return self.values[id]

    def _holds(self, claim: str) -> bool:
        if claim not in CLAIMS:
            raise InputError(f"{self._prose}: expected a claim of scripts/bilan/analysis/claims.py, found {claim!r}")
        return holds(claim, self.values)

    def _plural(self, id: str, **forms: str) -> str:
        form = locale_of(self.lang).plural_form(Shown(self.value(id), self.lang).counted)
        return forms.get(form, forms["other"])

    def render(self, part: str) -> str:
        """Return a part as Markdown, charts as [chart:stem] on lines of their own.

        Raises InputError where the narrative has no such part, or names what there is not.
        """
        if part not in self._template.blocks:
            raise InputError(f"{self._prose}: expected a block called {part!r}, found none")
        context = self._template.new_context(self._context)
        try:
            said = "".join(self._template.blocks[part](context))
        except jinja2.UndefinedError as error:
            raise InputError(
                f"{self._prose}, block {part}: expected names that a narrative has, found: {error}"
            ) from None
        return typeset(re.sub(r"\n{3,}", "\n\n", said).strip(), self.lang)

    def opening(self) -> Markdown:
        """Return the title and what the page is about."""
        return Markdown(f"# {self.render('title')}\n\n{self.render('summary')}")

    def part(self, name: str) -> None:
        """Display a part: its prose and, where the prose places them, its charts."""
        for position, piece in enumerate(_CHART.split(self.render(name))):
            if position % 2:
                display(self.picture(piece))
            elif piece.strip():
                display(Markdown(piece.strip()))

    def picture(self, stem: str) -> Picture:
        """Return a chart in the story's language."""
        chart = self.charts[stem]
        return Picture(chart["folder"] / self.lang / f"{stem}.png", chart["words"][self.lang]["alt"], stem)

    def numbers(self) -> Table:
        """Return the table of every number the story has placed so far, with what each was made from."""
        ids = dict(self.used)
        for id in self.used:
            ids |= dict.fromkeys(input for input in self.values[id].inputs if input in self.values)
        shown = [self.values[id] for id in ids]
        return values_table(shown, self.lang, text("page.table_caption", self.lang))

    def checks(self) -> Table:
        """Return every comparative word's check and what came of it."""
        frame: pd.DataFrame = claims_table(self.values)
        return show_table(frame, "The comparative words and their checks", "en")


def tell(**parameters) -> Story:
    """Return the story of the working notebooks' results, running those that have left none.

    Raises InputError for a wrong parameter, naming it.
    """
    checked = check_parameters(parameters)
    ensure_results(checked)
    return Story(load_values(checked), load_charts(checked), checked)
