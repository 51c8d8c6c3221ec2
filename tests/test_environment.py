"""environment.yml, pyproject.toml and the locks must say the same."""

import re
import tomllib

import yaml
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def _locked(name: str) -> dict[str, set[str]]:
    versions: dict[str, set[str]] = {}
    for package, version in re.findall(r"(?m)^([A-Za-z0-9._-]+)==([^ ;\\]+)", (ROOT / name).read_text()):
        versions.setdefault(canonicalize_name(package), set()).add(version)
    return versions


def _wrong(requirements: list[str], locked: dict[str, set[str]]) -> list[str]:
    wanted = [Requirement(one) for one in requirements]
    return [
        str(one)
        for one in wanted
        if not locked.get(canonicalize_name(one.name))
        or not all(one.specifier.contains(version) for version in locked[canonicalize_name(one.name)])
    ]


def test_the_lock_serves_what_pyproject_asks_for():
    assert _wrong(PROJECT["dependencies"], _locked("requirements.txt")) == []
    assert _wrong(PROJECT["optional-dependencies"]["dev"], _locked("requirements-dev.txt")) == []
    assert _wrong(["pandas>=99", "no-such-package"], _locked("requirements.txt")) == ["pandas>=99", "no-such-package"]


def test_both_locks_hold_the_same_versions():
    development = _locked("requirements-dev.txt")
    assert {name: development.get(name) for name in _locked("requirements.txt")} == _locked("requirements.txt")


def test_every_locked_package_has_a_hash():
    for name in ("requirements.txt", "requirements-dev.txt"):
        entries = re.split(r"(?m)^(?=[A-Za-z0-9])", (ROOT / name).read_text())[1:]
        assert entries and all("--hash=sha256:" in entry for entry in entries)


def test_conda_gets_a_python_that_fits_and_the_same_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, pip, files = environment["dependencies"]
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(python.removeprefix("python="))
    assert pip == "pip" and files == {"pip": ["-r requirements.txt"]}
    assert environment["name"] == PROJECT["name"]


def test_the_tools_of_development_stay_out_of_what_users_install():
    runtime = _locked("requirements.txt")
    assert not {"pytest", "hypothesis", "ruff", "playwright", "frictionless", "nbstripout"} & set(runtime)
