"""A sweep: a table of parameter sets, and the working notebooks that run for each of them.

A parameter set is called a reading: of the same published figures, each takes some in another sense.
"""

import csv
import io
import itertools
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bilan.build.jobs import Job, jobs_of
from bilan.build.results import NARRATIVE
from bilan.errors import InputError
from bilan.files import decoded, read_limited
from bilan.parameters import LARGEST_YAML, Parameters, check_parameters, read_settings, read_yaml

# What a table may change: all parameters but those of language, on which no result depends.
SWEPT = [name for name in Parameters.model_fields if name not in ("lang", "languages")]
# A value that is right only beside another is checked beside it; whether a whole combination fits is asked later.
_BESIDE = {"foreign_share": {"share_base": "foreign"}}
MOST_READINGS = 10_000  # of one table; ten times as many as the largest that was tried
LARGEST_CSV = 1_000_000  # bytes


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
    lines = csv.reader(io.StringIO(decoded(content, shown), newline=""), strict=True)
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
    """Return the combinations of the lists that fit together, and why each of the others does not."""
    given = read_yaml(content, shown)
    if not isinstance(given, dict) or not given:
        found = "nothing" if given in (None, {}) else type(given).__name__
        raise InputError(f"{shown}: expected parameters, each with a list of values, found {found}")
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
    lists = [list(dict.fromkeys(values)) for values in given.values()]
    combinations = math.prod(map(len, lists))
    if combinations > MOST_READINGS:
        raise InputError(f"{shown}: expected at most {MOST_READINGS:,} combinations, found {combinations:,}")
    rows, left_out = [], []
    for values in itertools.product(*lists):
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
