"""bilan: Morocco's yearly irregular-migration figures, reproduced with their source.

A notebook imports what it calls from the module that makes it: `from bilan.analysis import origins`. For whoever goes
on with the numbers, `bilan.figures()` and `bilan.values(2024)` give them as data frames.
"""

import sys

# jsonschema, which everything of Jupyter imports, would build a grammar of all web addresses, for a second and more,
# and load the weekdays of 60 languages, to check formats that no notebook has; it does without.
for unused in ("rfc3987_syntax", "isoduration"):
    sys.modules.setdefault(unused, None)


def __getattr__(name: str) -> object:
    if name in ("figures", "values"):
        from bilan.notebook import frames  # slow to import

        return getattr(frames, name)
    if name != "__version__":
        raise AttributeError(f"module 'bilan' has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version  # slow to import

    try:
        return version("bilan")
    except PackageNotFoundError:  # used from a checkout that was not installed
        return "0"
