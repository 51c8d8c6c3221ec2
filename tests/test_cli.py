"""The command line: help, the version, how it ends, and on a terminal of a few letters."""

import json
import os
import subprocess
import sys

import pytest
from bilan import cli
from bilan.__main__ import main


@pytest.mark.parametrize("call", [[], ["--help"]])
def test_alone_it_says_what_it_can_do(capsys, call):
    assert main(call) == 0
    said = capsys.readouterr()
    assert said.err == "" and all(f"\n  {name} " in said.out for name in ("build", "sweep", "extract", "add", "check"))


@pytest.mark.parametrize("name", ["build", "sweep", "extract", "add", "check"])
def test_each_command_says_what_it_takes(capsys, name):
    assert main([name, "--help"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith(f"Usage: bilan {name} ") and said.err == ""


def test_it_says_its_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("bilan ")


def test_an_interrupt_is_one_message(monkeypatch, capsys, tmp_path):
    def interrupted(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_check_folder", interrupted)
    assert main(["build", "--out", str(tmp_path)]) == 130
    assert capsys.readouterr().err == "bilan: interrupted; what was published before is untouched\n"


def test_a_batch_without_an_edition_says_so(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("BILAN_RESULTS", str(tmp_path / "results"))
    assert main(["build", "--batch", "2/2", "--kernels", "spawn", "--out", str(tmp_path / "site")]) == 0
    said = capsys.readouterr()
    assert said.out == "Batch 2 of 2 has nothing to run: there are fewer editions\n" and said.err == ""
    assert list(tmp_path.iterdir()) == []


def test_a_terminal_without_arabic_letters_gets_them_escaped_and_no_traceback(tmp_path):
    text = tmp_path / "text.txt"
    text.write_text("أحبط المغرب 71204 محاولة للهجرة غير النظامية خلال سنة 2024.", encoding="utf-8")
    environment = os.environ | {"PYTHONIOENCODING": "cp1252"}
    for call in (["extract"], ["add", "--yes", "--source", "x", "--period", "2024-99"]):
        command = [sys.executable, "-m", "bilan", *call, str(text)]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=60)
        assert b"Traceback" not in done.stderr and (done.stdout + done.stderr).isascii(), done.stderr
        if call == ["extract"]:
            assert "محاولة" in json.dumps(json.loads(done.stdout), ensure_ascii=False)
