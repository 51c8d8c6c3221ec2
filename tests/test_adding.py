"""From a text to a published edition: what is proposed, what is written, and what is refused."""

import csv
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from bilan.errors import InputError
from bilan.press import review
from bilan.press.adding import UNNAMED, dates_of, proposal_of, propose
from bilan.press.drafts import read_draft, read_text
from bilan.press.found import words_around
from bilan.press.ledger import impossible
from conftest import run_bilan
from hypothesis import given
from hypothesis import strategies as st
from test_loss import begin, kill, tree

# Written for these tests, with invented figures: one text a language, each for a year to come.
TEXTS = {
    ("fr", 2026): """Rabat, 21 janvier 2027 – Les autorités marocaines ont empêché 81 204 tentatives de migration
irrégulière au cours de l’année 2026, selon le ministère de l’Intérieur, contre 79 310 en 2025, et démantelé
341 réseaux.

Parmi les migrants interceptés, 55 % venaient d’Afrique de l’Ouest, 14 % du Maghreb et 11 % d’Afrique centrale et
orientale. Onze assauts ont visé Sebta et Melilla, avec la participation de plus de 3 100 migrants. En mer, 17 902
personnes ont été secourues. Enfin, 46 450 migrants ont bénéficié d’un retour volontaire.""",
    ("en", 2027): """Moroccan authorities foiled 76,512 attempts at irregular migration in 2027, the Interior Ministry
said, against 81,204 a year earlier. They broke up 318 human trafficking networks. Of the migrants intercepted, 54% came
from West Africa, 15% from the Maghreb and 10% from Central and East Africa. Ceuta and Melilla were the target of nine
storming attempts involving some 1,850 migrants. At sea, 16 430 people were rescued;
7,204 opted for voluntary return.""",
    (
        "es",
        2028,
    ): """Las autoridades marroquíes abortaron 70.318 intentos de emigración irregular en 2028, un 8,1 % menos
que en 2027, y desarticularon 301 redes de tráfico de personas, según el Ministerio del Interior. Hubo ocho asaltos a
las vallas de Ceuta y Melilla. La Marina Real rescató a 15.027 personas en el mar.""",
    ("ar", 2029): """أحبطت السلطات المغربية 68 ألفا و204 محاولات للهجرة غير النظامية خلال سنة 2029، حسب وزارة الداخلية.
وجرى تفكيك 287 شبكة لتهريب المهاجرين، كما تم إنقاذ 14 ألفا و311 شخصا في عرض البحر. واستفاد 7 آلاف و410 مهاجرين من
العودة الطوعية إلى بلدانهم الأصلية.""",
}
LEDGERS = {
    2026: [81204, 341, 55, 14, 11, 11, 3100, 17902, 46450],
    2027: [76512, 318, 54, 15, 10, 9, 1850, 16430, 7204],
    2028: [70318, 301, 8, 15027],
    2029: [68204, 287, 14311, 7410],
}
SHOWN = {"fr": "81\u202f204", "en": "76,512", "es": "70\u202f318", "ar": "68.204"}
FRENCH = TEXTS["fr", 2026]


def test_a_text_in_each_language_becomes_a_published_edition(checkout, tmp_path, thorough):
    for (lang, year), text in TEXTS.items():
        path = tmp_path / f"{lang}.txt"
        path.write_text(text, encoding="utf-8")
        added = run_bilan("add", str(path), "--year", str(year), "--yes", results=tmp_path, root=checkout)
        assert added.returncode == 0, added.stderr
        rows = list(csv.DictReader((checkout / f"data/communiques/{year}.csv").open(encoding="utf-8")))
        assert [float(row["value"]) for row in rows] == LEDGERS[year]
        assert {row["period_end"] for row in rows} == {f"{year}-12-31"} and all(row["source_key"] for row in rows)
        listed = list(csv.DictReader((checkout / "data/publications.csv").open(encoding="utf-8")))
        (said,) = (one for one in listed if one["key"] == rows[0]["source_key"])
        assert said["title"].startswith(UNNAMED) and {row["source_key"] for row in rows} == {said["key"]}
        assert said["checksum"] == "sha256:" + hashlib.sha256(text.encode()).hexdigest() and said["read"] > "2026"
        if lang != "fr" and not thorough:
            continue
        options = ["--year", str(year), "--lang", lang, "--out", str(tmp_path / "site")]
        built = run_bilan("build", *options, results=tmp_path / "results", root=checkout, pdf=False)
        assert built.returncode == 0, built.stderr
        page = (tmp_path / "site" / str(year) / lang / "index.html").read_text(encoding="utf-8")
        assert SHOWN[lang] in page
        values = json.loads((tmp_path / "site" / str(year) / "values.json").read_text(encoding="utf-8"))
        kept = {value["id"]: value["value"] for value in values if value["status"] == "published"}
        assert kept["attempts_prevented"] == LEDGERS[year][0]
        # what the text does not give is nowhere given
        assert ("assault_participants" in kept) == (year in (2026, 2027))
    assert run_bilan("check", results=tmp_path, root=checkout).returncode == 0


def test_a_proposal_stands_beside_the_texts_words_and_says_what_to_look_at():
    proposal = propose(FRENCH, 2026)
    said = "\n".join(review.described(proposal, at) for at in range(len(proposal.rows)))
    assert "plus de 3 100  at_least full year" in said and "plus de [3 100] migrants" in said
    assert "! far from" in said  # 46,450 returns are many times those of the years before
    assert "   sure" in said and "why: " in said
    assert "Left out, of 2025: attempts_prevented 79 310" in review.left_out(proposal)
    assert proposal.missing == () and len(proposal.rows) == 9
    assert [row.share_base for row in proposal.rows.itertuples() if row.unit == "percent"] == ["intercepted"] * 3
    shown = review.highlight(proposal)._repr_html_()
    assert re.search(r"<mark[^>]*>81 204</mark><sub> Attempts prevented</sub>", shown) and ">79 310</u>" in shown


def test_of_two_numbers_for_one_figure_the_likelier_is_proposed_and_without_questions_taken_if_it_is_likely():
    first, second = (one for one in propose(FRENCH, 2026).found if one.indicator in ("assaults", "rescued_at_sea"))
    rival = replace(first, value=30, as_printed="30", probability=first.probability - 0.1)
    doubtful = replace(second, sure=False, probability=0.4)
    proposal = proposal_of([rival, first, doubtful], 2026)
    assert [one.value for one in proposal.found] == [first.value, second.value]
    assert any("the text also gives 30" in flag for flag in proposal.flags[0])
    assert proposal.likely == (0,)


def test_shares_of_foreigners_are_marked_as_such():
    proposal = propose(FRENCH.replace("migrants interceptés", "migrants étrangers"), 2026)
    shares = proposal.rows[proposal.rows.unit == "percent"]
    assert set(shares.share_base) == {"foreign"}
    assert any("share of foreign" in flag for flags in proposal.flags.values() for flag in flags)


def test_a_text_cannot_put_markup_into_a_notebook():
    shown = review.highlight(propose(f"<script>alert(1)</script><img src=x onerror=alert(1)>\n{FRENCH}", 2026))
    assert "<script" not in shown._repr_html_() and "<img" not in shown._repr_html_()


def test_a_part_of_a_year_is_a_part_and_the_period_can_be_given():
    text = "Le Maroc a déjoué 40 100 tentatives de migration et démantelé 170 réseaux, dit le ministère de l’Intérieur."
    rows = propose(text, 2030, period="2030-01/2030-08").rows
    assert list(rows.period) == ["2030-01-01/2030-08-31"] * 2
    assert (rows.period_start[0], rows.period_end[0]) == ("2030-01-01", "2030-08-31")
    with pytest.raises(InputError, match="expected figures of 2030, found figures of no period"):
        propose(text, 2030)
    since = text.replace("dit le", "depuis le début de 2030, dit le")
    assert list(propose(since, 2030, period="2030-01/2030-08").rows.period) == ["2030-01-01/2030-08-31"] * 2


@pytest.mark.parametrize(
    ("period", "dates"),
    [
        ("2024", ("2024-01-01", "2024-12-31")),
        ("2024-01/2024-12", ("2024-01-01", "2024-12-31")),
        ("2024-02/2024-02", ("2024-02-01", "2024-02-29")),
        ("2025-01/2025-08", ("2025-01-01", "2025-08-31")),
        ("2018-01-01/2018-11-27", ("2018-01-01", "2018-11-27")),
    ],
)
def test_the_days_of_a_period(period, dates):
    assert dates_of(period) == dates


@pytest.mark.parametrize(
    "period", ["", "24", "2024-13/2024-14", "2024-05/2024-01", "2023-05/2024-01", "2024-01/..", "x"]
)
def test_a_period_that_is_none_is_refused(period):
    with pytest.raises(InputError, match="period: expected a year or months of one"):
        dates_of(period)


def test_a_year_that_exists_is_not_touched_but_for_replace_which_keeps_other_figures(checkout, tmp_path):
    ledger, text = checkout / "data/communiques/2025.csv", tmp_path / "text.txt"
    before = ledger.read_text(encoding="utf-8")
    text.write_text(FRENCH.replace("2026", "2025").replace("2027", "2026"), encoding="utf-8")
    refused = run_bilan("add", str(text), "--year", "2025", "--yes", results=tmp_path, root=checkout)
    assert refused.returncode == 2 and "year 2025: expected one without a ledger" in refused.stderr
    assert ledger.read_text(encoding="utf-8") == before
    done = run_bilan("add", str(text), "--year", "2025", "--yes", "--replace", results=tmp_path, root=checkout)
    assert done.returncode == 0, done.stderr
    after = ledger.read_text(encoding="utf-8")
    assert set(before.splitlines()[1:]) < set(after.splitlines()) and "81 204" in after
    assert run_bilan("check", results=tmp_path, root=checkout).returncode == 0


def answered(said, *arguments, root, results):
    """Run the command line on a checkout, its questions answered by lines."""
    environment = os.environ | {"PYTHONPATH": str(root / "scripts"), "BILAN_RESULTS": str(results)}
    command = [sys.executable, "-m", "bilan", *map(str, arguments)]
    pipes = {"capture_output": True, "text": True, "encoding": "utf-8", "env": environment, "cwd": root}
    return subprocess.run(command, input="\n".join(said) + "\n", check=False, **pipes)


def test_each_row_replaced_is_shown_and_asked_for_and_its_note_is_kept(checkout, tmp_path):
    ledger, text = checkout / "data/communiques/2024.csv", tmp_path / "text.txt"
    before = list(csv.DictReader(ledger.open(encoding="utf-8")))
    text.write_text(
        "Le Maroc a avorté 78 700 tentatives de migration irrégulière en 2024 et démantelé 340 réseaux de trafic, "
        "indique le ministère marocain de l’Intérieur.",
        encoding="utf-8",
    )
    command = ["add", text, "--year", 2024, "--replace"]
    done = answered(["y", "y", "n", "y", "y", "y", "y"], *command, root=checkout, results=tmp_path)
    assert "attempts_prevented, full year: 78,685" in done.stdout and "→ 78,700" in done.stdout
    after = list(csv.DictReader(ledger.open(encoding="utf-8")))
    changed = [(old["indicator"], new["value"]) for old in before for new in after if _same(old, new)]
    assert ("attempts_prevented", "78685") in changed and ("networks_dismantled", "340") in changed, done.stdout
    notes = {row["indicator"]: row["note"] for row in before if row["period_end"] == "2024-12-31"}
    assert all(notes[row["indicator"]] in row["note"] for row in after if row["period_end"] == "2024-12-31")


def _same(old, new):
    return all(old[name] == new[name] for name in ("indicator", "period_start", "period_end"))


def test_a_draft_is_edited_and_added(checkout, tmp_path):
    text, draft = tmp_path / "text.txt", tmp_path / "draft.jsonl"
    text.write_text(FRENCH, encoding="utf-8")
    lines = run_bilan("extract", str(text), results=tmp_path, root=checkout).stdout.splitlines()
    kept = [json.loads(line) for line in lines]
    kept = [one | {"note": "seen"} for one in kept if one["period"] == "2026" and one["indicator"] != "assaults"]
    draft.write_text("\n".join(map(json.dumps, kept)), encoding="utf-8")
    done = run_bilan("add", "--from", str(draft), "--yes", results=tmp_path, root=checkout)
    assert done.returncode == 0, done.stderr
    assert "Will be shown as not published: assaults\n" in done.stdout
    rows = list(csv.DictReader((checkout / "data/communiques/2026.csv").open(encoding="utf-8")))
    assert len(rows) == 8 and {row["note"] for row in rows} == {"seen"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[1]", "line 1: expected a JSON object"),
        ('{"indicator": "assaults"}', "line 1, value: expected one, found None"),
        ('{"indicator": null, "value": 3}', "expected at least one figure, found none"),
    ],
)
def test_a_draft_that_is_none_is_refused(tmp_path, line, message):
    path = tmp_path / "draft.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_draft(path)


def test_figures_that_cannot_be_together_are_named_and_stop_a_run_without_questions(checkout, tmp_path):
    text = tmp_path / "text.txt"
    text.write_text(
        "Le ministère marocain de l’Intérieur annonce avoir avorté 40 000 tentatives de migration irrégulière en 2025.",
        encoding="utf-8",
    )
    refused = run_bilan("add", str(text), "--year", "2025", "--replace", "--yes", results=tmp_path, root=checkout)
    assert (
        refused.returncode == 2 and "40,000 in the full year, 42,437 in 2025-01-01/2025-08-31 of it" in refused.stderr
    )
    assert impossible(propose(text.read_text(encoding="utf-8"), 2025))


def test_a_choice_takes_what_is_sure_and_what_was_ticked_and_changed():
    choice = review.choose(propose(FRENCH, 2026))
    for row in choice.rows:
        row["take"] = False
    choice.rows[0] |= {"take": True, "as_printed": "près de 81 300", "period": "2026-01/2026-08"}
    (row,) = choice.taken.rows.itertuples()
    assert (row.value, row.qualifier, row.period) == (81300, "about", "2026-01-01/2026-08-31")


def test_nothing_is_written_unless_someone_agrees(checkout, tmp_path):
    text = tmp_path / "text.txt"
    text.write_text(FRENCH, encoding="utf-8")
    command = ["add", str(text), "--year", "2026"]
    nobody = run_bilan(*command, results=tmp_path, root=checkout)
    assert nobody.returncode == 2 and "--yes: expected it where nobody can be asked" in nobody.stderr
    assert not (checkout / "data/communiques/2026.csv").exists()


def test_extract_prints_a_line_a_figure(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text(FRENCH, encoding="utf-8")
    done = run_bilan("extract", str(path), results=tmp_path)
    figures = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0 and len(figures) == 10
    keys = {"indicator", "value", "unit", "qualifier", "period", "start", "end", "sure", "probability", "why"}
    assert keys <= figures[0].keys()
    assert all(FRENCH[one["start"] : one["end"]].strip() for one in figures)


def test_all_lists_what_is_left_out_and_a_text_without_figures_says_why(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("Maroc : la DGSN a démantelé 123 réseaux de trafic de migrants en 2024.", encoding="utf-8")
    done = run_bilan("extract", str(path), "--all", results=tmp_path)
    (one,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert one["indicator"] is None and one["why"] and done.returncode == 2
    assert "expected figures of the ministry's indicators, found one number that is none" in done.stderr


def test_a_text_too_long_or_too_deep_gets_one_message(tmp_path):
    for content in ("[" * 3_000_000, "<div>" * 1_001):
        path = tmp_path / "text"
        path.write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match=r"expected a text of at most|expected elements at most"):
            read_text(path)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_text_or_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("bytes") / "text"
    path.write_bytes(content)
    try:
        assert isinstance(read_text(path), str)
    except InputError as error:
        assert str(error).startswith(f"{path}: expected a text")


@given(st.text(max_size=200), st.integers(10, 80))
def test_words_around_a_figure_hold_it_in_brackets(text, width):
    start, end = len(text) // 3, len(text) // 3 + max(1, len(text) // 8)
    assert f"[{' '.join(text[start:end].split())}" in words_around(text, start, end, width).replace("[ ", "[")


def test_an_addition_killed_at_any_moment_is_whole_or_not_there(checkout, tmp_path, kills):
    (tmp_path / "text.txt").write_text(FRENCH)
    said = ("add", str(tmp_path / "text.txt"), "--year", "2026", "--source", "Le Matin", "--yes")
    data, kept, moments = checkout / "data", tmp_path / "kept", random.Random()
    shutil.copytree(data, kept)
    begun = time.monotonic()
    added = run_bilan(*said, results=tmp_path, root=checkout)
    length = time.monotonic() - begun
    assert added.returncode == 0, added.stderr
    whole, ended = {"before": tree(kept), "after": tree(data)}, []
    for number in range(max(1, kills // 2)):
        shutil.rmtree(data)
        shutil.copytree(kept, data)
        command, moment = begin(checkout, tmp_path, *said), moments.uniform(0, length)
        until = time.monotonic() + moment
        # every other time, as soon as it has begun to write
        while time.monotonic() < until or (number % 2 and command.poll() is None and tree(data) == whole["before"]):
            time.sleep(0.001)
        kill(command)
        checked = run_bilan("check", results=tmp_path, root=checkout)
        assert checked.returncode == 0, f"killed after {moment:.2f} of {length:.2f} s: {checked.stderr}"
        ended += [name for name, held in whole.items() if tree(data) == held]
        assert len(ended) == number + 1, sorted(tree(data).keys() ^ whole["after"].keys())
    print({name: ended.count(name) for name in whole})
    again = run_bilan(*said, "--replace", results=tmp_path, root=checkout)
    assert again.returncode == 0 and "data/communiques/2026.csv" in tree(checkout), again.stderr
