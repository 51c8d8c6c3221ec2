"""environment.yml, pyproject.toml and the locks must say the same."""

import json
import re
import subprocess
import tomllib

import yaml
from bilan.build import stamps
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


LOCKS = ("base.txt", "dev.txt", "mutation.txt", "cluster.txt", "uv.txt")


def _locked(*names: str) -> dict[str, set[str]]:
    versions: dict[str, set[str]] = {}
    for name in names:
        lock = (ROOT / "requirements" / name).read_text()
        for package, version in re.findall(r"(?m)^([A-Za-z0-9._-]+)==([^ ;\\]+)", lock):
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
    assert _wrong(PROJECT["dependencies"], _locked("base.txt")) == []
    assert _wrong(PROJECT["optional-dependencies"]["dev"], _locked("dev.txt")) == []
    assert _wrong(["pandas>=99", "no-such-package"], _locked("base.txt")) == ["pandas>=99", "no-such-package"]


def test_what_builds_the_package_is_locked_too():
    built_by = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    assert built_by and _wrong(built_by, _locked("base.txt")) == []
    for file in ("Makefile", "postBuild", "environment.yml", "docs/guide.md"):
        installs = re.findall(r"(?s)--no-deps.{,60}-e \.", (ROOT / file).read_text())
        assert installs and all("--no-build-isolation" in one for one in installs)


def test_the_tools_of_development_come_on_top_of_what_users_install():
    assert not set(_locked("dev.txt")) & set(_locked("base.txt"))
    assert not set(_locked("mutation.txt")) & set(_locked("base.txt", "dev.txt"))
    tools = {"pytest", "hypothesis", "ruff", "playwright", "frictionless"}
    assert tools <= set(_locked("dev.txt")) and "mutmut" in _locked("mutation.txt")


def test_every_locked_package_has_a_hash():
    assert {path.name for path in (ROOT / "requirements").iterdir()} == set(LOCKS)
    for name in LOCKS:
        entries = re.split(r"(?m)^(?=[A-Za-z0-9])", (ROOT / "requirements" / name).read_text())
        assert entries[0] == "" and len(entries) > 1 and all("--hash=sha256:" in entry for entry in entries[1:])


def test_conda_gets_a_python_that_fits_and_the_same_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, pip, files = environment["dependencies"]
    assert Requirement(f"python{PROJECT['requires-python']}").specifier.contains(python.removeprefix("python="))
    assert pip == "pip" and files == {"pip": ["-r requirements/base.txt"]}
    assert environment["name"] == PROJECT["name"]


def test_version_licence_and_date_are_the_same_wherever_they_stand():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    described = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    assert cited["version"] == described["version"] == PROJECT["version"]
    assert cited["date-released"] == described["dateModified"] and cited["keywords"] == described["keywords"]
    assert PROJECT["description"] == described["description"]
    assert {url.rsplit("/", 1)[1] for url in described["license"]} == set(cited["license"])
    assert f"\n## {PROJECT['version']}\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_forms_workflows_and_hooks_can_be_read_and_call_what_there_is():
    for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"):
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        ids = [part["id"] for part in form["body"]]
        assert form["name"] and form["description"] and len(ids) == len(set(ids))
    (job,) = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())["jobs"].values()
    assert ".ci/run" in job["steps"][-1]["run"] and (ROOT / ".ci" / "run").exists()
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert {hook["id"] for hook in hooks} == {"ruff", "format", "nbstripout", "check"}


def test_a_notebook_that_was_only_touched_is_not_filtered_to_name_the_commit(tmp_path, monkeypatch):
    def git(*said: str) -> None:
        subprocess.run(
            ["git", "-C", tmp_path, "-c", "user.name=x", "-c", "user.email=x@example.org", *said], check=True
        )

    notebook, ran = tmp_path / "a.ipynb", tmp_path / "ran"
    (tmp_path / ".gitattributes").write_text("*.ipynb filter=nbstripout\n")
    notebook.write_text("cells\n")
    git("init", "--quiet")
    git("add", ".gitattributes", "a.ipynb")
    git("commit", "--quiet", "-m", "x")
    git("config", "filter.nbstripout.clean", f"touch '{ran}'; cat")
    monkeypatch.setattr(stamps, "ROOT", tmp_path)
    ran.unlink(missing_ok=True)
    notebook.touch()
    clean = stamps.commit.__wrapped__()
    assert clean and not clean.endswith("-dirty") and not ran.exists()
    notebook.write_text("other\n")
    assert stamps.commit.__wrapped__() == f"{clean}-dirty"
