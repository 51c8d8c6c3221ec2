"""The parameters of every notebook: one model, checked before anything runs and again in each notebook."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bilan.data.description import described, twice
from bilan.data.package import has_year, years
from bilan.errors import InputError
from bilan.files import decoded, read_limited
from bilan.languages import LANGUAGES

Language = Literal[LANGUAGES]
LARGEST_YAML = 100_000  # bytes
DEEPEST_YAML = 10  # PyYAML takes minutes for thousands


class Parameters(BaseModel):
    """What a run of the collection may be asked for; the same names and meaning in every notebook.

    Unknown names are refused and nothing is converted silently: "2024" is not a year, True is not a share.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    year: int = Field(2024, description="year of the communiqué")
    lang: Language = Field("en", description="language of what is displayed")
    languages: list[Language] = Field(
        list(LANGUAGES), max_length=len(LANGUAGES), description="languages to save charts in; with none, none is drawn"
    )
    share_base: Literal["intercepted", "foreign"] = Field(
        "intercepted", description="what the origin shares are shares of"
    )
    foreign_share: float | None = Field(
        None, gt=0, le=1, description="part of the attempts made by foreigners; with share_base=foreign alone"
    )
    mauritania: Literal["western_africa", "maghreb"] = Field(
        "western_africa", description="region Mauritania is counted in"
    )

    @model_validator(mode="after")
    def _fit_together(self) -> "Parameters":
        if not has_year(self.year):
            raise ValueError(f"year: expected one of {', '.join(map(str, years()))}, found {self.year}")
        if doubled := twice(self.languages):
            raise ValueError(f"languages: expected each language once, found {doubled!r} twice")
        if self.foreign_share is not None and self.share_base != "foreign":
            found = f"{self.foreign_share} with share_base={self.share_base}"
            raise ValueError(f"foreign_share: expected only with share_base=foreign, found {found}")
        return self

    def changed(self) -> dict:
        """Return the parameters that make this run a variant of its year: name → value, defaults left out."""
        return self.model_dump(exclude_defaults=True, exclude={"year", "lang", "languages"})

    def only(self, names: Iterable[str]) -> "Parameters":
        """Return the parameters with all but those named at their defaults: what a notebook that has no others sees."""
        return self.model_construct(**self.model_dump(include=set(names)))

    @property
    def edition(self) -> str:
        """The run's folder name: the year, or year-name-value… for a variant, such as 2024-mauritania-maghreb."""
        parts = (f"{name}-{value}" for name, value in self.changed().items())
        return "-".join([str(self.year), *(part.replace("_", "-") for part in parts)])


def check_parameters(values: dict) -> Parameters:
    """Return the parameters, checked.

    Raises InputError naming each wrong parameter, what was expected and what was found.
    """
    return _checked(Parameters.model_validate, values)


def read_yaml(content: bytes, shown: str) -> object:
    """Return what a YAML file of names and values holds.

    Raises InputError naming the file as `shown`, and the line where it is known, for what is no YAML, a name given
    twice, of which PyYAML would silently take the last, and for anchors and depths, which make a short file endless.
    """
    written = decoded(content, shown)
    try:
        depth = 0
        for event in yaml.parse(written, yaml.SafeLoader):
            where = f"{shown}, line {event.start_mark.line + 1}"
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST_YAML:
                deepest = f"lists in each other at most {DEEPEST_YAML} deep"
                raise InputError(f"{where}: expected {deepest}, found deeper ones")
            if getattr(event, "anchor", None) is not None:
                raise InputError(f"{where}: expected YAML without anchors, found {event.anchor!r}")
        node, given = yaml.compose(written, yaml.SafeLoader), yaml.safe_load(written)
    except InputError:
        raise
    except Exception as error:  # PyYAML lets many through, of dates that are none, of tags that do not fit
        mark = getattr(error, "problem_mark", None)
        said = " ".join(str(getattr(error, "problem", error)).split())
        line = f", line {mark.line + 1}" if mark else ""
        raise InputError(f"{shown}{line}: expected YAML, found: {said}") from None
    if isinstance(given, dict) and (doubled := twice(key.value for key, _ in node.value)):
        raise InputError(f"{shown}: expected each parameter once, found {doubled!r} twice")
    return given


def read_parameters(path: Path) -> Parameters:
    """Return the parameters of a YAML file of names and values, the file that papermill's -f takes.

    Raises InputError naming the file, the parameter, what was expected and what was found.
    """
    given = read_yaml(read_limited(path, str(path), LARGEST_YAML), str(path))
    if not isinstance(given, dict):
        found = "nothing" if given is None else type(given).__name__
        raise InputError(f"{path}: expected names of parameters, each with its value, found {found}")
    if unnamed := [name for name in given if not isinstance(name, str)]:
        raise InputError(f"{path}: expected names of parameters, found {unnamed[0]!r}")
    try:
        return check_parameters(given)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def read_settings(settings: Iterable[str], year: str | None = None, languages: Sequence[str] = ()) -> Parameters:
    """Return the parameters of a command line: `settings` are NAME=VALUE texts, the year and languages come apart.

    Raises InputError for a text that is no NAME=VALUE, a name given twice and all that `check_parameters` refuses.
    """
    texts = {"year": year} if year else {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name:
            raise InputError(f"--set: expected NAME=VALUE, found {setting!r}")
        if name in texts:
            raise InputError(f"--set {setting}: expected each parameter once, found {name} twice")
        if name == "languages":
            raise InputError("--set languages: expected --lang for each language instead")
        texts[name] = value
    read = _checked(Parameters.model_validate_strings, texts)
    return check_parameters(read.model_dump() | {"languages": list(languages)}) if languages else read


def _checked(validate: Callable[[dict], Parameters], values: dict) -> Parameters:
    try:
        return validate(values)
    except ValidationError as error:
        raise InputError("; ".join(map(_wrong, error.errors(include_url=False)))) from None


def _wrong(fault: dict) -> str:
    if fault["type"] != "extra_forbidden":
        return f"parameter {described(fault)}"
    known = ", ".join(Parameters.model_fields)
    return f"parameter {fault['loc'][0]}: expected one of {known}; found an unknown name"
