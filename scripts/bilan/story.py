"""The narrative: prose by language, numbers placed by value id, comparative words guarded by checks.

It reads values and charts and computes nothing. The prose is in text/narrative.<lang>.md, a Jinja template with one
block a part; what a template may use is listed in `Story`.
"""

import re

import jinja2
import pandas as pd
from IPython.display import Markdown, display

from .claims import claims_table, holds
from .errors import InputError
from .language import TEXT, format_share, locale_of, text, typeset
from .notebook import Picture
from .parameters import check_parameters
from .results import load_charts, load_values
from .running import ensure_results
from .shown import Shown, values_table
from .tables import Table, show_table
from .values import Value

_CHART = re.compile(r"\[chart:(\w+)\]")


class _Values:
    """`v` in a template: v.<id> is a value as shown; asking for one that was not published is an error."""

    def __init__(self, story: "Story"):
        self._story = story

    def __getattr__(self, id: str) -> Shown:
        if id not in self._story.values:
            raise InputError(
                f"narrative.{self._story.lang}.md: expected a value {id!r}, found none for {self._story.year}"
            )
        self._story.used[id] = None
        return Shown(self._story.values[id], self._story.lang, link=True)


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
        self._template = environment.get_template(f"narrative.{self.lang}.md")
        self._context = {
            "v": _Values(self),
            "has": lambda *ids: all(id in values for id in ids),
            "holds": lambda claim: holds(claim, values),
            "plural": self._plural,
            "chart": lambda stem: f"\n\n[chart:{stem}]\n\n" if stem in charts else "",
            "percent": lambda part: format_share(100 * part, self.lang),
            "year": self.year,
            "previous_year": self.year - 1,
            "parameters": parameters,
        }

    def _plural(self, id: str, **forms: str) -> str:
        form = locale_of(self.lang).plural_form(Shown(self.values[id], self.lang).counted)
        return forms.get(form, forms["other"])

    def render(self, part: str) -> str:
        """Return a part as Markdown, charts as [chart:stem] on lines of their own."""
        context = self._template.new_context(self._context)
        said = "".join(self._template.blocks[part](context))
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
