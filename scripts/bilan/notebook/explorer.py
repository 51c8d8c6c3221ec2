"""The explorer: what a year's shares of origin allow, on any reading of them, at once and without a run."""

import base64

import pandas as pd
from IPython.display import Markdown
from markupsafe import Markup

from bilan.analysis import communique, cross_check, origins
from bilan.data.package import years
from bilan.show.chart import WIDE, Chart
from bilan.show.live import live_svg
from bilan.show.shares import draw_footing, draw_origins
from bilan.show.tables import Table


def explored(
    year: int, share_base: str, foreign_share: float | None, mauritania: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a year's origins as notebook 02 works them out, and the two sources beside each other as 07 does.

    See `origins.origins_table` and `cross_check.footing_table`; without rows where the year has no shares.
    """
    figures = communique.figures(year)
    shares = origins.shares_of(figures)
    people = figures["attempts_prevented"].assuming("one_attempt_one_person", unit="persons")
    whole = people.assuming("shares_of_all_intercepted")
    if share_base == "foreign":
        whole = people * origins.foreigners_part(foreign_share, year)
    persons = [share / 100 * whole for share in shares.values()]
    table = origins.origins_table(tuple(shares.values()), persons, share_base)
    both = cross_check.footing_table(cross_check.readings(shares, year), year, mauritania)
    return table, both if both["source"].nunique() == 2 else both.iloc[:0]


def _picture(chart: Chart) -> str:
    drawn = base64.b64encode(live_svg(chart.laid_out(WIDE), chart.title, chart.alt).encode()).decode()
    return Markup('<img alt="{}" width="{}" src="data:image/svg+xml;base64,{}">').format(chart.alt, WIDE, drawn)


def shown(year: int, share_base: str, foreign_share: float | None, mauritania: str, lang: str = "en") -> str:
    """Return what `explored` gives as HTML: charts, and a table of the people."""
    table, both = explored(year, share_base, foreign_share, mauritania)
    if table.empty:
        return f"<p>No shares by origin were published for {year}, or none was found.</p>"
    pictures = [_picture(draw_origins(table, lang))] + [_picture(draw_footing(both, lang))] * bool(len(both))
    people = table[["region", "share", "persons", "persons_low", "persons_high"]]
    return "".join(pictures) + Table(people, f"Origins, {year}, on this reading", lang)._repr_html_()


def explore() -> object:
    """Return fields for a reading of the shares, under them what it gives; without ipywidgets, a note."""
    try:
        import ipywidgets as widgets
    except ImportError:
        return Markdown("*The explorer needs ipywidgets, which is not here: notebook 02 asks the same.*")
    wide = {"style": {"description_width": "11em"}, "layout": {"width": "28em"}}
    year = widgets.Dropdown(options=years()[::-1], value=2024, description="Year", **wide)
    bases = [("the migrants intercepted", "intercepted"), ("the foreign migrants", "foreign")]
    base = widgets.Dropdown(options=bases, description="Shares are of", **wide)
    part = widgets.FloatSlider(value=0.8, min=0.05, max=1, step=0.05, description="Foreigners’ part", **wide)
    regions = [("West Africa", "western_africa"), ("the Maghreb", "maghreb")]
    region = widgets.Dropdown(options=regions, description="Mauritania is in", **wide)
    found = widgets.HTML()

    def follow(_=None) -> None:
        foreign = base.value == "foreign"
        part.disabled = not foreign
        found.value = shown(year.value, base.value, part.value if foreign else None, region.value)

    for field in (year, base, part, region):
        field.observe(follow, "value")
    follow()
    return widgets.VBox([year, base, part, region, found])
