"""Which modules of the package a notebook runs: those that its cells import, and those that these import in turn.

It is read from the statements, since a forked kernel has every module loaded, whatever its notebook asks for. Where it
can't be read there, because a module is imported by a computed name, say, every module counts.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
_MAGIC = re.compile(r"^\s*[%!?].*$", re.M)  # lines of a cell that are IPython's, not Python's


def modules_of(source: str, package: Path = PACKAGE) -> list[Path]:
    """Return the files of a package's modules that some code may run, all of them where that can't be told."""
    reached: set[tuple[str, bool]] = set()
    try:
        follow = [*_imported(ast.parse(_MAGIC.sub("", source)), True, package)]
        while follow:
            if (step := follow.pop()) not in reached:
                reached.add(step)
                follow += _followed(*step, package)
    except (SyntaxError, LookupError):
        return sorted(package.rglob("*.py"))
    return sorted({_file(name, package) for name, _ in reached})


@cache
def _followed(name: str, whole: bool, package: Path) -> list[tuple[str, bool]]:
    """Return what a module imports, and the packages it lies in, whose own functions it need not run."""
    if (file := _file(name, package)) is None:
        raise LookupError(f"no module {name}")
    above = [(".".join(name.split(".")[:end]), False) for end in range(1, name.count(".") + 1)]
    return [*above, *_imported(ast.parse(file.read_text(encoding="utf-8")), whole, package)]


def _imported(code: ast.AST, whole: bool, package: Path) -> Iterator[tuple[str, bool]]:
    """Give the modules named in code, without `whole` outside its functions alone. Raises LookupError for a doubt."""
    for node in ast.iter_child_nodes(code):
        if isinstance(node, ast.Import):
            yield from ((one.name, True) for one in node.names if one.name.split(".")[0] == package.name)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise LookupError("a relative import")
            if node.module.split(".")[0] == package.name:
                for name in (f"{node.module}.{one.name}" for one in node.names):
                    yield (name if _file(name, package) else node.module, True)
        elif {getattr(node, "id", ""), getattr(node, "attr", "")} & {"import_module", "__import__"}:
            raise LookupError("an import by a computed name")
        elif whole or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _imported(node, whole, package)


def _file(name: str, package: Path) -> Path | None:
    """Return the file of a module, or None where there is none of that name."""
    place = package.parent.joinpath(*name.split("."))
    return next((one for one in (place.with_suffix(".py"), place / "__init__.py") if one.is_file()), None)
