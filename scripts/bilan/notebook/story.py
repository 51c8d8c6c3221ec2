"""The narrative: prose by language, numbers placed by value id, comparative words guarded by checks.

It reads values and charts and computes nothing. The prose is in text/narrative.<lang>.md, a Jinja template with one
block a part; what a template may use is listed in `Story`.
"""

import re
from functools import cache

import jinja2
import pandas as pd
from IPython.display import Markdown, display
from markupsafe import Markup

from bilan.analysis.claims import claims, claims_table, holds
from bilan.analysis.communique import definitions, statements
from bilan.build.jobs import ensure_results
from bilan.build.results import NARRATIVE, load_charts, load_numbers
from bilan.errors import InputError
from bilan.languages import TEXT, locale_of, text, typeset
from bilan.notebook.run import Picture, Said, given
from bilan.number import Numbers
from bilan.parameters import check_parameters
from bilan.show.brief import cards
from bilan.show.numbers import Shown, numbers_table
from bilan.show.tables import Table, show_table
from bilan.show.words import choice

_CHART = re.compile(r"\[chart:(\w+)\]")


class _Named:
    """`v`, `previous` and `part` in a template: v.<name> is a number as shown, false where it is not known."""

    def __init__(self, story: "Story", when: str):
        self._story, self._when = story, when

    def __getattr__(self, name: str) -> Shown:
        return self._story.shown(self._when + name)


class Story:
    """The narrative of a year in a language.

    In a template: `v.<name>` (a number: see `Shown`), `previous.<name>` (of the year before), `part.<name>` (of the
    longest part of a year without a full-year figure), `part_before.<name>` (of the same months of the year before),
    `each(name)` (those of all years that are called so), `holds(claim)`, `says(code, …)` (the ministry, see its table
    of statements), `defines(code, year)` (a definition that a year's figures have), `plural(number, one=…, other=…)`,
    `term(id, words)` (which lead to the glossary where it is first used), `chart(stem)`, `percent(part)`, `year` and
    `previous_year`, `parameters`.
    """

    def __init__(self, numbers: Numbers, charts: dict[str, dict], parameters):
        self.numbers, self.charts, self.parameters = numbers, charts, parameters
        self.year, self.lang = parameters.year, parameters.lang
        self.used: dict[str, None] = {}  # ids on the page, in the order of their first mention
        self._terms: dict[str, str] = {}  # of the glossary → the part of the story that uses it first
        self._part = ""  # which is being rendered
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
            where = f"{self._prose}, line {error.lineno}"
            raise InputError(f"{where}: expected a template, found: {error.message}") from None
        defined = cache(definitions)
        whens = {"v": "", "previous": "previous.", "part": "part.", "part_before": "part.previous."}
        self._context = {
            **{name: _Named(self, when) for name, when in whens.items()},
            "each": self._each,
            "holds": self._holds,
            "says": lambda *codes: statements(self.year).issuperset(codes),
            "defines": lambda code, year=self.year: code in defined(year).values(),
            "plural": self._plural,
            "chart": lambda stem: f"\n\n[chart:{stem}]\n\n" if stem in charts else "",
            "term": self._term,
            "percent": lambda part: choice("foreign_share", part, self.lang),
            "year": self.year,
            "previous_year": self.year - 1,
            "parameters": parameters,
        }

    def shown(self, name: str) -> Shown:
        """Return a number by its name, see `Numbers.named`. Raises InputError naming the narrative if there is none."""
        try:
            number = self.numbers.named(name)
        except KeyError:
            expected = f"expected the name of a number of {self.year}"
            raise InputError(f"{self._prose}: {expected}, found {name!r}") from None
        if number:
            self.used[number.id] = None
        return Shown(number, self.lang, link=True)

    def _each(self, name: str) -> list[Shown]:
        """Return the known numbers of one name, by year."""
        known = [number for number in self.numbers.values() if number and number.name == name]
        self.used |= dict.fromkeys(number.id for number in known)
        return [Shown(one, self.lang, link=True) for one in sorted(known, key=lambda one: one.period)]

    def _holds(self, claim: str) -> bool:
        if claim not in claims():
            raise InputError(f"{self._prose}: expected a claim of scripts/bilan/analysis/claims.py, found {claim!r}")
        return holds(claim, self.numbers)

    def _plural(self, number: Shown, **forms: str) -> str:
        return forms.get(locale_of(self.lang).plural_form(number.counted), forms["other"])

    def _term(self, id: str, words: str) -> str:
        linked = self._terms.setdefault(id, self._part) == self._part
        return Markup('<a href="#term-{}">{}</a>').format(id, words) if linked else words

    def render(self, part: str) -> str:
        """Return a part as Markdown, charts as [chart:stem] on lines of their own.

        Raises InputError where the narrative has no such part, or names what there is not.
        """
        if part not in self._template.blocks:
            raise InputError(f"{self._prose}: expected a block called {part!r}, found none")
        self._part = part
        context = self._template.new_context(self._context)
        try:
            said = "".join(self._template.blocks[part](context))
        except jinja2.UndefinedError as error:
            where = f"{self._prose}, block {part}"
            raise InputError(f"{where}: expected names that a narrative has, found: {error}") from None
        return typeset(re.sub(r"\n{3,}", "\n\n", said).strip(), self.lang)

    def opening(self) -> Markdown:
        """Return the title and what the page is about."""
        return Said(f"# {self.render('title')}\n\n{self.render('summary')}", self.lang)

    def brief(self) -> Table:
        """Return the year in brief, which its page shows as cards: each count, its change, its place among years."""
        made = cards(self.numbers, self.year, self.lang)
        self.used |= dict.fromkeys(id for card in made for id in card.ids)
        rows = [[one.label, one.number, one.change, one.context] for one in made]
        frame = pd.DataFrame(rows, columns=["indicator", "value", "change", "context"])
        return Table(frame, text("brief.title", self.lang), self.lang)

    def part(self, name: str) -> None:
        """Display a part: its prose and, where the prose places them, its charts; its heading is called as it is."""
        for position, piece in enumerate(_CHART.split(self.render(name))):
            if position % 2:
                display(self.picture(piece))
            elif piece.strip():
                display(Said(piece.strip(), self.lang), metadata={"bilan": {"part": name}})

    def picture(self, stem: str) -> Picture:
        """Return a chart in the story's language."""
        chart = self.charts[stem]
        return Picture(chart["folder"] / self.lang / f"{stem}.svg", chart["words"][self.lang]["alt"], stem)

    def table(self) -> Table:
        """Return the table of every number the story has placed so far, with what each was made from."""
        ids = dict.fromkeys([*self.used, *(made for id in self.used for made in self.numbers[id].inputs)])
        return numbers_table(map(self.numbers.get, ids), self.lang, text("page.table_caption", self.lang), self.numbers)

    def checks(self) -> Table:
        """Return every comparative word's check and what came of it."""
        return show_table(claims_table(self.numbers), "The comparative words and their checks", "en")


def tell(names: dict) -> Story:
    """Return the story of the working notebooks' results, running those that have left none.

    The parameters are among `names`, the notebook's globals(). Raises InputError for a wrong one, naming it.
    """
    checked = check_parameters(given(NARRATIVE, names))
    ensure_results(checked)
    return Story(load_numbers(checked), load_charts(checked), checked)
