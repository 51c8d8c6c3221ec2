"""The report of a sweep: what came of every reading, set side by side as a page, a chart, a table and values.

It answers what a single edition cannot: which conclusions hold whatever is assumed, and how far a number moves.
"""

import json
from functools import cache
from pathlib import Path

import pandas as pd

from bilan.analysis.claims import claims_table
from bilan.build.jobs import Job
from bilan.build.results import contract_row, load_numbers, read_numbers
from bilan.build.sweep import SWEPT, Sweep, jobs_of_rows
from bilan.files import refuse_links, swapped_in
from bilan.languages import LANGUAGES, text
from bilan.number import Number, Numbers, plain
from bilan.parameters import Parameters
from bilan.publish.pages import chart_files, image, page_of, render
from bilan.show.chart import save_chart
from bilan.show.numbers import Shown, label_of, name_of
from bilan.show.readings import NUMBERS, draw_readings
from bilan.show.spreadsheets import neutral
from bilan.show.words import choice

DRAWN = "origin_west_africa_persons"

Outcomes = list[tuple[Parameters, Numbers | None]]


def readings_table(outcomes: Outcomes) -> pd.DataFrame:
    """Return the readings that ran as `draw_readings` takes them."""
    rows = []
    for row, values in outcomes:
        if values is not None:
            drawn = values.get(DRAWN)
            bounds = {end: plain(getattr(drawn, end)) for end in NUMBERS} if drawn else {}
            rows.append({"reading": row.edition} | _swept(row) | bounds)
    table = pd.DataFrame(rows, columns=["reading", *SWEPT, *NUMBERS])
    return table.astype(dict.fromkeys(["foreign_share", *NUMBERS], float))


def _swept(row: Parameters) -> dict:
    """Return a reading's parameters by name."""
    return {name: getattr(row, name) for name in SWEPT}


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
    for value in (value for _, values in outcomes for value in (values or {}).values()):
        if value and value.status == "derived":
            found.setdefault(value.id, []).append(value)
    moved = (those for those in found.values() if len({(one.value, one.low, one.high) for one in those}) > 1)
    return [(min(those, key=_by_value), max(those, key=_by_value), len(those)) for those in moved]


def _by_value(number: Number) -> tuple:
    return number.value, number.low or 0


def with_bounds(value: Number, lang: str = "en") -> str:
    """Return a value as a page shows it, with its bounds: "45,637 (45,244 to 46,031)", "at least 306"."""
    shown = Shown(value, lang)
    bounds = shown.interval.replace(" ", "\N{NO-BREAK SPACE}")
    return f"{shown} ({bounds})" if bounds else str(shown.bound)


def _write_results(outcomes: Outcomes, path: Path) -> None:
    """Write one line a reading with its parameters, its outcome and every value, unrounded."""
    lines = []
    for row, values in outcomes:
        texts = {"edition": row.edition} | _swept(row) | {"outcome": "failed" if values is None else "ok"}
        numbers = {id: plain(one.value) for id, one in (values or {}).items() if one}
        lines.append({name: neutral(said) for name, said in texts.items()} | numbers)
    pd.DataFrame(lines, dtype=object).to_csv(path, index=False, lineterminator="\n")


def _write_values(row: Parameters, values: Numbers, path: Path) -> None:
    """Write a reading's values as the editions have them, beside the parameters they hold for."""
    content = {"parameters": _swept(row), "values": [contract_row(value) for value in values.values() if value]}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write_page(sweep: Sweep, outcomes: Outcomes, drawn: bool, path: Path) -> None:
    """Write the page that sets the readings side by side, in English as the notebooks' pages are."""
    page = page_of("notebook", "en", "../../", [{"href": "results.csv", "name": "results.csv"}])
    readings = [
        {
            "edition": row.edition,
            "choices": [choice(name, getattr(row, name), "en") for name in SWEPT],
            "persons": with_bounds(values[DRAWN]) if values and values[DRAWN] else text("not_derived", "en"),
            "failed": values is None,
        }
        for row, values in outcomes
    ]
    moved = [
        {"name": label_of(low, "en"), "lowest": with_bounds(low), "highest": with_bounds(high), "count": count}
        for low, high, count in moves(outcomes)
    ]
    html = render(
        "sweep",
        page,
        title=f"Sweep: {sweep.name}",
        description=f"The figures under {sweep.counted}: which conclusions hold, and how far derived numbers move.",
        sweep=sweep,
        asked={name: list(dict.fromkeys(getattr(row, name) for row in sweep.rows)) for name in SWEPT},
        parameters=[text(f"parameter.{name}", "en") for name in SWEPT],
        readings=readings,
        finished=sum(not reading["failed"] for reading in readings),
        claims=claims_held(outcomes).to_dict("records"),
        moved=moved,
        drawn=name_of(DRAWN, "en"),
        chart=image("readings", {"folder": path.parent / "figures"}, "en") if drawn else "",
        files=chart_files("readings", "figures/en", "en"),
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
        drawn_in = LANGUAGES if table["value"].notna().any() else ()
        for lang in drawn_in:
            save_chart(draw_readings(table, lang), table, stage / "figures" / lang, "readings")
        _write_page(sweep, outcomes, bool(drawn_in), stage / "index.html")
    return target
