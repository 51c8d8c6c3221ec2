"""A sweep: the working notebooks run for every parameter set of a table, and what comes out set side by side.

It answers what a single edition cannot: which conclusions hold whatever is assumed, and how far a number moves.
A parameter set is called a reading: of the same published figures, each takes some in another sense.
"""

import csv
import io
import itertools
import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bilan.analysis.claims import claims_table
from bilan.build.jobs import Job, jobs_of
from bilan.build.results import NARRATIVE, contract_row, load_numbers, read_numbers
from bilan.errors import InputError
from bilan.files import read_limited, refuse_links, swapped_in
from bilan.languages import LANGUAGES, format_number, text
from bilan.number import Number, Numbers, plain
from bilan.parameters import LARGEST_YAML, Parameters, check_parameters, read_settings, read_yaml
from bilan.show.chart import Chart, new_figure, save_chart
from bilan.show.numbers import Shown, label_of, name_of
from bilan.show.spreadsheets import neutral
from bilan.show.theme import INK, RULE, THIS_YEAR, mirror, start_of, theme
from bilan.show.words import choice, chosen, parameter_name

# What a table may change: all parameters but those of language, on which no result depends.
SWEPT = [name for name in Parameters.model_fields if name not in ("lang", "languages")]
# A value that is right only beside another is checked beside it; whether a whole combination fits is asked later.
_BESIDE = {"foreign_share": {"share_base": "foreign"}}
MOST_READINGS = 10_000  # of one table; ten times as many as the largest that was tried
LARGEST_CSV = 1_000_000  # bytes
MOST_LINES = 12  # values of a parameter that the chart gives a line each
DRAWN = "origin_west_africa_persons"

Outcomes = list[tuple[Parameters, Numbers | None]]


@dataclass(frozen=True)
class Sweep:
    """A table as read: its name, its parameter sets, each once, and why each combination left out does not fit."""

    name: str
    rows: tuple[Parameters, ...]
    left_out: tuple[str, ...] = ()

    @property
    def counted(self) -> str:
        """How many parameter sets there are, and what was left out: "16 combinations, 6 left out: …"."""
        if not self.left_out:
            return f"{len(self.rows)} parameter set{'s' if len(self.rows) > 1 else ''}"
        reasons = "; ".join(dict.fromkeys(self.left_out))
        return f"{len(self.rows) + len(self.left_out)} combinations, {len(self.left_out)} left out: {reasons}"


def read_sweep(path: Path) -> Sweep:
    """Return the parameter sets of a table, all checked: CSV one a row, YAML the product of its lists.

    Raises InputError naming the file (of CSV also the line), what was expected and what was found.
    """
    yaml = (_read_yaml, LARGEST_YAML)
    readers = {".csv": (_read_csv, LARGEST_CSV), ".yaml": yaml, ".yml": yaml}
    if path.suffix.lower() not in readers:
        raise InputError(f"{path}: expected a table named .yaml, .yml or .csv, found {path.name!r}")
    if not re.fullmatch(r"\w[\w .-]*", path.stem):  # it becomes a folder's name
        raise InputError(f"{path}: expected a name of letters, digits, spaces, - and _, found {path.stem!r}")
    reader, largest = readers[path.suffix.lower()]
    rows, left_out = reader(read_limited(path, str(path), largest), str(path))
    return Sweep(path.stem, tuple({row.edition: row for row in rows}.values()), tuple(left_out))


def _check_name(name: object, shown: str) -> None:
    if name in ("lang", "languages"):
        raise InputError(f"{shown}: parameter {name}: expected none in a sweep, whose results depend on no language")
    if name not in SWEPT:
        raise InputError(f"{shown}: parameter {name!r}: expected one of {', '.join(SWEPT)}; found an unknown name")


def _read_csv(content: bytes, shown: str) -> tuple[list[Parameters], list[str]]:
    try:
        written = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{shown}: expected UTF-8, found another encoding at byte {error.start}") from None
    lines = csv.reader(io.StringIO(written, newline=""), strict=True)
    rows = []
    try:
        names = next(lines, [])
        for name in names:
            _check_name(name, f"{shown}, line 1")
        if len(set(names)) < len(names) or not names:
            raise InputError(f"{shown}, line 1: expected each parameter once, found {', '.join(names) or 'none'}")
        for cells in lines:
            where = f"{shown}, line {lines.line_num}"
            if not cells:  # an empty line
                continue
            if len(cells) != len(names):
                raise InputError(f"{where}: expected {len(names)} fields, found {len(cells)}")
            if len(rows) == MOST_READINGS:
                raise InputError(f"{where}: expected at most {MOST_READINGS:,} parameter sets, found another")
            settings = [f"{name}={cell}" for name, cell in zip(names, cells, strict=True) if cell]
            try:
                rows.append(read_settings(settings))
            except InputError as error:
                raise InputError(f"{where}: {error}") from None
    except csv.Error as error:
        raise InputError(f"{shown}, line {lines.line_num}: expected CSV, found: {error}") from None
    if not rows:
        raise InputError(f"{shown}: expected a line for each parameter set, found none below the first")
    return rows, []


def _read_yaml(content: bytes, shown: str) -> tuple[list[Parameters], list[str]]:
    given = read_yaml(content, shown)
    if not isinstance(given, dict) or not given:
        found = "nothing" if given in (None, {}) else type(given).__name__
        raise InputError(f"{shown}: expected parameters, each with a list of values, found {found}")
    return _product(given, shown)


def _product(given: dict, shown: str) -> tuple[list[Parameters], list[str]]:
    """Return the combinations of the lists that fit together, and why each of the others does not."""
    for name, values in given.items():
        _check_name(name, shown)
        if not isinstance(values, list) or not values:
            found = "an empty one" if isinstance(values, list) else type(values).__name__
            raise InputError(f"{shown}: parameter {name}: expected a list of values, found {found}")
        for value in values:
            if isinstance(value, (list, dict, set, tuple, bytes)):
                raise InputError(f"{shown}: parameter {name}: expected a single value, found {type(value).__name__}")
            try:
                check_parameters({name: value} | ({} if value is None else _BESIDE.get(name, {})))
            except InputError as error:
                raise InputError(f"{shown}: {error}") from None
    combinations = math.prod(len(dict.fromkeys(values)) for values in given.values())
    if combinations > MOST_READINGS:
        raise InputError(f"{shown}: expected at most {MOST_READINGS:,} combinations, found {combinations:,}")
    rows, left_out = [], []
    for values in itertools.product(*(dict.fromkeys(values) for values in given.values())):
        try:
            rows.append(check_parameters(dict(zip(given, values, strict=True))))
        except InputError as error:  # each value is right by itself, so it is that they do not go together
            left_out.append(str(error).removeprefix("parameter ").partition(", found")[0])
    if not rows:
        raise InputError(f"{shown}: expected values that go together, found none; {left_out[0]}")
    return rows, left_out


def jobs_of_rows(rows: Iterable[Parameters]) -> dict[Job, set[Job]]:
    """Return the working notebooks of every row as one graph, each job with those it waits for."""
    graph = {}
    for row in rows:
        graph |= {job: before for job, before in jobs_of(row, []).items() if job.notebook != NARRATIVE}
    return graph


def readings_table(outcomes: Outcomes) -> pd.DataFrame:
    """Return the readings that ran as `draw_readings` takes them."""
    rows = []
    for row, values in outcomes:
        if values is not None:
            drawn = values.get(DRAWN)
            bounds = map(plain, (drawn.value, drawn.low, drawn.high)) if drawn else (None,) * 3
            rows.append([row.edition, *(getattr(row, name) for name in SWEPT), *bounds])
    table = pd.DataFrame(rows, columns=["reading", *SWEPT, "value", "low", "high"])
    return table.astype(dict.fromkeys(["foreign_share", "value", "low", "high"], float))


def _choices(row: object) -> list[tuple[str, object]]:
    """Return the choices a reading made, in the order of their parameters; a share not given is none."""
    return [(name, getattr(row, name)) for name in SWEPT if not pd.isna(getattr(row, name))]


def draw_readings(table: pd.DataFrame, lang: str) -> Chart:
    """Draw the people from West Africa in every reading, lowest first, above the choices each reading made.

    `table`: one row a reading; columns reading, year, share_base, foreign_share, mauritania (its parameters), value,
    low, high (persons; missing where none are derived: such readings are counted, not drawn). Raises ValueError where
    no reading has a number.
    """
    rows = table.dropna(subset="value").sort_values(["value", "reading"]).reset_index(drop=True)
    if rows.empty:
        raise ValueError("expected a reading with a number of people, found none")
    years = text("list_separator", lang).join(map(str, sorted(rows["year"].unique())))
    title = text("sweep.title", lang, years=years)
    drawn = text("sweep.drawn", lang, drawn=len(rows), missing=len(table) - len(rows))
    source = f"{drawn}\n{text('chart.source', lang)}"
    made = [_choices(row) for row in rows.itertuples()]
    lines = []  # of the lower panel: a parameter's heading, with None, then its values
    for name in SWEPT:
        values = sorted({value for choices in made for key, value in choices if key == name})
        if len(values) > MOST_LINES:  # too many for a line each: one line, on which the highest stands highest
            values = [(values[0], values[-1])]
        if len(values) > (name == "year"):  # one year for all is in the title
            lines += [(name, None), *((name, value) for value in values)]
    size = 7 if len(rows) <= 20 else 3
    with theme(lang):
        figure, (above, below) = new_figure(title, lang, 3.3 + 0.235 * len(lines), 2, source=source)
        above.get_gridspec().set_height_ratios([2.2, 0.235 * len(lines)])
        spread = [rows["value"] - rows["low"], rows["high"] - rows["value"]]
        above.errorbar(rows.index, rows["value"], spread, fmt="none", ecolor=INK, elinewidth=1.4, capsize=size / 2)
        above.plot(rows.index, rows["value"], "o", color=THIS_YEAR, markersize=size * 0.7, zorder=3)
        above.margins(y=0.14)  # room for the two labels: below the lowest and above the highest nothing else is drawn
        start, end = start_of(lang), start_of(lang, opposite=True)
        ends = {0: ("low", start, "top", -5), len(rows) - 1: ("high", end, "bottom", 5)}
        for place, (bound, side, edge, offset) in ends.items():
            number = format_number(rows["value"][place], lang)
            at = {"xytext": (0, offset), "textcoords": "offset points", "ha": side, "va": edge}
            above.annotate(number, (place, rows[bound][place]), fontsize=9.5, **at)
        above.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        above.yaxis.set_major_formatter(FuncFormatter(lambda number, _: format_number(number, lang)))
        above.grid(axis="y", color=RULE, linewidth=0.8)
        above.set_axisbelow(True)
        above.tick_params(labelsize=9.5)
        for place, (name, value) in enumerate(lines):
            if isinstance(value, tuple):
                at = rows[name].dropna()
                heights = place + 0.4 - 0.8 * (at - value[0]) / (value[1] - value[0])
                below.plot(at.index, heights, "o", color=INK, markersize=size / 2)
            elif value is not None:
                chosen = rows.index[rows[name] == value]
                below.plot(rows.index, [place] * len(rows), "o", color=RULE, markersize=size / 2)
                below.plot(chosen, [place] * len(chosen), "o", color=INK, markersize=size)
        shown = [_line_name(name, value, lang) for name, value in lines]
        below.set_yticks(range(len(lines)), shown, fontsize=9.5)
        for (_, value), label in zip(lines, below.get_yticklabels(), strict=True):
            label.set_fontweight("bold" if value is None else "normal")
        below.set_ylim(len(lines) - 0.4, -0.6)
        for ax in (above, below):
            ax.set(xlabel="", ylabel="", xlim=(-0.6, len(rows) - 0.4))
            mirror(ax, lang)
            ax.spines[["left", "right"]].set_visible(False)
    said = {"lowest": _point(rows.iloc[0], lang), "highest": _point(rows.iloc[-1], lang)}
    return Chart(figure, title, text("sweep.alt", lang, title=title, drawn=drawn, **said))


def _line_name(name: str, value: object, lang: str) -> str:
    if value is None:
        return parameter_name(name, lang)
    ends = value if isinstance(value, tuple) else (value,)
    return " – ".join(choice(name, end, lang) for end in ends)


def _point(row: pd.Series, lang: str) -> str:
    value, low, high = (format_number(row[name], lang) for name in ("value", "low", "high"))
    choices = text("list_separator", lang).join(chosen(*one, lang) for one in _choices(row))
    return text("sweep.point", lang, value=value, low=low, high=high, choices=choices)


def claims_held(outcomes: Outcomes) -> pd.DataFrame:
    """Return in how many readings each claim holds, fails or has no figures: columns claim, threshold and those."""
    tables = [claims_table(values) for _, values in outcomes if values is not None]
    if not tables:
        return pd.DataFrame()
    held = tables[0][["claim", "threshold"]].copy()
    outcome = pd.concat([table["outcome"] for table in tables], axis=1)
    held["holds"], held["fails"] = ((outcome == word).sum(axis=1) for word in ("holds", "fails"))
    held["no_figures"] = len(tables) - held["holds"] - held["fails"]
    return held


def moves(outcomes: Outcomes) -> list[tuple[Number, Number, int]]:
    """Return the derived values that differ between readings: the lowest, the highest, and how many readings have one.

    Bounds count as a part of a value: it moves where only they do.
    """
    found: dict[str, list[Number]] = {}
    for _, values in outcomes:
        for id, value in (values or {}).items():
            if value and value.status == "derived":
                found.setdefault(id, []).append(value)
    moved = (those for those in found.values() if len({(one.value, one.low, one.high) for one in those}) > 1)
    return [
        (*(end(those, key=lambda one: (one.value, one.low or 0)) for end in (min, max)), len(those)) for those in moved
    ]


def with_bounds(value: Number, lang: str = "en") -> str:
    """Return a value as a page shows it, with its bounds: "45,637 (45,244 to 46,031)", "at least 306"."""
    shown = Shown(value, lang)
    if value.low is not None and value.high is None:
        return str(shown.bound)
    bounded = value.low is not None and value.low != value.high
    bounds = shown.range.replace(" ", "\N{NO-BREAK SPACE}")
    return f"{shown} ({bounds})" if bounded else str(shown.qualified)


def _write_results(outcomes: Outcomes, path: Path) -> None:
    """Write one line a reading with its parameters, its outcome and every value, unrounded."""
    ids = list(dict.fromkeys(id for _, values in outcomes for id, one in (values or {}).items() if one))
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["edition", *SWEPT, "outcome", *ids])
        for row, values in outcomes:
            numbers = (
                [plain(values[id].value) if id in values else None for id in ids]
                if values is not None
                else [None] * len(ids)
            )
            parameters = (getattr(row, name) for name in SWEPT)
            texts = map(neutral, (row.edition, *parameters, "failed" if values is None else "ok"))
            lines.writerow([*texts, *numbers])


def _write_values(row: Parameters, values: Numbers, path: Path) -> None:
    """Write a reading's values as the editions have them, beside the parameters they hold for."""
    kept = [contract_row(value) for value in values.values() if value]
    content = {"parameters": {name: getattr(row, name) for name in SWEPT}, "values": kept}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write_page(sweep: Sweep, outcomes: Outcomes, chart: Chart | None, path: Path) -> None:
    """Write the page that sets the readings side by side, in English as the notebooks' pages are."""
    from bilan.publish.pages import exporter, page_of  # slow to import, and not needed to read a table

    page = page_of("notebook", "en", "../../", [{"href": "results.csv", "name": "results.csv"}])
    asked = {name: list(dict.fromkeys(getattr(row, name) for row in sweep.rows)) for name in SWEPT}
    readings = [
        {
            "edition": row.edition,
            "choices": [dict(_choices(row)).get(name) for name in SWEPT],
            "persons": with_bounds(values[DRAWN]) if values and values[DRAWN] else text("not_derived", "en"),
            "failed": values is None,
        }
        for row, values in outcomes
    ]
    moved = [
        {
            "name": label_of(low, "en"),
            "lowest": with_bounds(low),
            "highest": with_bounds(high),
            "count": count,
        }
        for low, high, count in moves(outcomes)
    ]
    html = (
        exporter("notebook")
        .environment.get_template("sweep.html.j2")
        .render(
            page=page,
            title=f"Sweep: {sweep.name}",
            description=f"The figures under {sweep.counted}: which conclusions hold, and how far derived numbers move.",
            sweep=sweep,
            asked=asked,
            readings=readings,
            finished=sum(not reading["failed"] for reading in readings),
            claims=claims_held(outcomes).to_dict("records"),
            moved=moved,
            drawn=name_of(DRAWN, "en"),
            chart=chart,
        )
    )
    path.write_text(html, encoding="utf-8")


def write_sweep(sweep: Sweep, failed: set[Job], out: Path) -> Path:
    """Write the report of a sweep that ran and return its folder, `out`/sweeps/<name>; `failed` are jobs that did not.

    results.csv, values/<edition>.json, figures/<lang>/readings.* and index.html.
    """
    target = out / "sweeps" / sweep.name
    refuse_links(target, out)
    outcomes, read = [], cache(read_numbers)
    for row in sweep.rows:
        whole = failed.isdisjoint(jobs_of_rows([row]))
        outcomes.append((row, load_numbers(row.model_copy(update={"languages": []}), read) if whole else None))
    with swapped_in(target) as stage:
        _write_results(outcomes, stage / "results.csv")
        (stage / "values").mkdir()
        for row, values in outcomes:
            if values is not None:
                _write_values(row, values, stage / "values" / f"{row.edition}.json")
        table = readings_table(outcomes)
        english = None
        for lang in LANGUAGES if table["value"].notna().any() else ():
            chart = draw_readings(table, lang)
            save_chart(chart, table, stage / "figures" / lang, "readings")
            english = chart if lang == "en" else english
        _write_page(sweep, outcomes, english, stage / "index.html")
    return target
