"""The report of a sweep: what came of every reading, set side by side as a page, a chart, a table and values.

It answers what a single edition cannot: which conclusions hold whatever is assumed, and how far a number moves.
"""

import json
from functools import cache, partial
from pathlib import Path
from textwrap import indent

import pandas as pd
from babel.lists import format_list

from bilan.analysis import claims
from bilan.build.jobs import Job
from bilan.build.results import contract_row, load_numbers, read_numbers
from bilan.build.sweep import SWEPT, Sweep, jobs_of_rows
from bilan.languages import LANGUAGES, LOCALES, text
from bilan.number import Number, Numbers, plain
from bilan.parameters import Parameters
from bilan.publish.pages import chart_files, image, page_of, render
from bilan.publish.site import write_about
from bilan.show.chart import save_chart
from bilan.show.numbers import Shown, label_of, name_of
from bilan.show.readings import NUMBERS, draw_readings
from bilan.show.spreadsheets import neutral
from bilan.show.words import choice, chosen, claim_in_words

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


def claims_held(outcomes: Outcomes, lang: str) -> list[list]:
    """Return in how many readings each claim, as a sentence, holds, fails or has no figures; those without any not."""
    tables = [claims.outcomes(values) for _, values in outcomes if values is not None]
    rows = []
    for name, claim in claims.claims().items():
        came = [table[name] for table in tables]
        holds, fails = came.count("holds"), came.count("fails")
        if holds or fails:
            rows.append([claim_in_words(name, claim, lang), holds, fails, len(came) - holds - fails])
    return rows


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


def _write_values(outcomes: Outcomes, folder: Path) -> None:
    """Write each reading's values as the editions have them, beside the parameters they hold for.

    Most readings share most of them, and what takes long, a number's lines, is made once.
    """
    made: dict[int, str] = {}  # by the number's identity, which it keeps while `outcomes` has it
    for row, values in outcomes:
        for value in filter(None, (values or {}).values()):
            if id(value) not in made:
                lines = json.dumps(contract_row(value), ensure_ascii=False, indent=1)
                made[id(value)] = indent(lines, "  ")
        if values is not None:
            head = json.dumps({"parameters": _swept(row)}, ensure_ascii=False, indent=1).removesuffix("\n}")
            listed = ",\n".join(made[id(value)] for value in values.values() if value)
            whole = f'{head},\n "values": [\n{listed}\n ]\n}}\n' if listed else f'{head},\n "values": []\n}}\n'
            (folder / f"{row.edition}.json").write_text(whole, encoding="utf-8")


def _choice(name: str, value: object, lang: str) -> str:
    return text("sweep.not_given", lang) if value is None else choice(name, value, lang)


def readings_said(outcomes: Outcomes, names: list[str], lang: str) -> list[dict]:
    """Return the readings in words: their choices of the parameters `names`, the people drawn, their files of values.

    Readings that differ in one parameter and give the same people are one row, which names both choices.
    """
    rows = []
    for row, values in outcomes:
        missing = text("sweep.failed" if values is None else "not_derived", lang)
        persons = with_bounds(values[DRAWN], lang) if values and values[DRAWN] else missing
        rows.append(([[getattr(row, name)] for name in names], persons, [(row, values is not None)]))
    for place in range(len(names)):
        merged: dict[tuple, tuple] = {}
        for choices, persons, made in rows:
            key = str(choices[:place] + choices[place + 1 :]), persons
            if key in merged:
                merged[key][0][place].extend(choices[place])
                merged[key][2].extend(made)
            else:
                merged[key] = choices, persons, made
        rows = list(merged.values())
    shown = []
    for choices, persons, made in rows:
        taken = [[_choice(name, one, lang) for one in ones] for name, ones in zip(names, choices, strict=True)]
        several = [name for name, ones in zip(names, choices, strict=True) if len(ones) > 1]
        files = []
        for row, whole in made:
            own = text("list_separator", lang).join(_choice(name, getattr(row, name), lang) for name in several)
            said = own or text("sweep.values" if whole else "blank", lang)
            files.append({"said": said, "href": f"values/{row.edition}.json" if whole else ""})
        either = [format_list(ones, "or", LOCALES[lang]) for ones in taken]
        shown.append({"choices": either, "persons": persons, "files": files})
    return shown


def _titles(sweep: Sweep, lang: str) -> tuple[str, str]:
    """Return what a sweep is called, and which choices make its readings."""
    comma = text("list_separator", lang)
    years = comma.join(map(str, sorted({row.year for row in sweep.rows})))
    varied = [text(f"sweep.by_{name}", lang) for name in _varied(sweep)]
    made_of = {"number": len(sweep.rows), "names": comma.join(varied)}
    return text("sweep.title", lang, years=years), text("sweep.made_of", lang, **made_of) if varied else ""


def _varied(sweep: Sweep) -> list[str]:
    return [name for name in SWEPT if len({getattr(row, name) for row in sweep.rows}) > 1]


def _page(sweep: Sweep, outcomes: Outcomes, stage: Path, lang: str, here: str) -> str:
    """Return the page that sets the readings side by side, from which the sweep's folder is at `here`."""
    root, say = f"{here}../../", partial(text, lang=lang)
    comma = say("list_separator")
    links = [
        {"href": f"{here}{one}/index.html", "name": text("language", one), "lang": one, "current": one == lang}
        for one in LANGUAGES
    ]
    nav = [{"href": f"{here}results.csv", "name": "results.csv"}]
    asked = {name: list(dict.fromkeys(getattr(row, name) for row in sweep.rows)) for name in SWEPT}
    varied = _varied(sweep)
    failed = [row for row, values in outcomes if values is None]
    drawn = (stage / "figures" / lang).exists()
    return render(
        "sweep",
        page_of("sweep", lang, root, links, nav=nav, home=f"{root}{lang}/index.html"),
        title=_titles(sweep, lang)[0],
        description=say("home.sweeps_line"),
        say=say,
        here=here,
        count=len(outcomes),
        left_out=len(sweep.left_out),
        failed=[comma.join([str(row.year), *(chosen(*one, lang) for one in row.changed().items())]) for row in failed],
        asked=[
            say(
                "sweep.choice",
                name=say(f"parameter.{name}"),
                choice=comma.join(_choice(name, one, lang) for one in ones),
            )
            for name, ones in asked.items()
        ],
        heads=[say("sweep.row"), *(say(f"parameter.{name}") for name in varied), name_of(DRAWN, lang)],
        readings=readings_said(outcomes, varied, lang),
        claims=claims_held(outcomes, lang),
        moved=[
            [label_of(low, lang), with_bounds(low, lang), with_bounds(high, lang), count]
            for low, high, count in moves(outcomes)
        ],
        chart=image("readings", {"folder": stage / "figures"}, lang) if drawn else "",
        files=chart_files("readings", f"{here}figures/{lang}", lang),
    )


def _outcomes(sweep: Sweep, failed: set[Job]) -> Outcomes:
    outcomes, read = [], cache(read_numbers)
    for row in sweep.rows:
        whole = failed.isdisjoint(jobs_of_rows([row]))
        outcomes.append((row, load_numbers(row.model_copy(update={"languages": []}), read) if whole else None))
    return outcomes


def write_readings(sweep: Sweep, failed: set[Job], stage: Path) -> None:
    """Write what came of a sweep's readings, but for the jobs that `failed`: results.csv, values/<edition>.json."""
    outcomes = _outcomes(sweep, failed)
    _write_results(outcomes, stage / "results.csv")
    (stage / "values").mkdir()
    _write_values(outcomes, stage / "values")


def write_language(sweep: Sweep, failed: set[Job], stage: Path, lang: str) -> None:
    """Write a sweep's report in a language: figures/<lang>/readings.*, <lang>/index.html, in English index.html."""
    outcomes = _outcomes(sweep, failed)
    table = readings_table(outcomes)
    if table["value"].notna().any():
        save_chart(draw_readings(table, lang), table, stage / "figures" / lang, "readings")
    (stage / lang).mkdir()
    write_about(stage / lang, *_titles(sweep, lang))
    (stage / lang / "index.html").write_text(_page(sweep, outcomes, stage, lang, "../"), encoding="utf-8")
    if lang == "en":  # the command names this one: the English page, seen from here
        (stage / "index.html").write_text(_page(sweep, outcomes, stage, lang, ""), encoding="utf-8")
