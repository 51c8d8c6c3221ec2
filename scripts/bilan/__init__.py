"""bilan: Morocco's yearly irregular-migration figures, reproduced with their source.

What the notebooks call is here by name; each name lives in the module of its subject, imported when first used.
"""

import logging
import sys
from importlib import import_module

# jsonschema, which everything of Jupyter imports, would build a grammar of all web addresses, for a second and more, to
# check a format that no notebook has; it does without.
sys.modules.setdefault("rfc3987_syntax", None)
# On a new machine matplotlib would announce, in the first notebook's output, that it looks for fonts.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)

_HOMES = {
    "press.adding": ("propose",),
    "press.ledger": ("not_published", "save"),
    "press.review": ("choose", "compare", "highlight", "review"),
    "analysis.arithmetic": ("change_pct", "not_stated", "persons_from_share", "rounding_range"),
    "show.charts": (
        "draw_all_years",
        "draw_borders",
        "draw_footing",
        "draw_key_figures",
        "draw_networks",
        "draw_origins",
        "draw_sea_and_returns",
    ),
    "analysis.cross_check": (
        "central_east_times",
        "count_readings",
        "deaths",
        "frontex_shares",
        "frontex_totals",
        "not_identified_share",
        "one_footing",
        "spain_arrivals",
    ),
    "analysis.claims": ("claims_table",),
    "build.checks": ("check_all",),
    "data.tables": ("INDICATORS", "load_communique", "load_partial", "load_previous", "read_table"),
    "errors": ("InputError",),
    "press.extract": ("extract",),
    "analysis.communique": (
        "attempts_per_network",
        "change_values",
        "compare_years",
        "iom_returns",
        "other_bodies",
        "participants_per_assault",
        "published_rates",
        "published_values",
        "reproduce",
        "with_ratios",
    ),
    "notebook.form": ("form", "publish"),
    "show.map": ("draw_map", "map_table"),
    "notebook.run": ("start",),
    "analysis.origins": ("breakdown", "regions_table", "third_country_share"),
    "notebook.story": ("tell",),
    "show.tables": ("show_table",),
    "analysis.values": ("published",),
    "analysis.years": ("all_published_rates", "all_years", "partial_values", "standing"),
}
_WHERE = {name: home for home, names in _HOMES.items() for name in names}
__all__ = sorted(_WHERE)


def __getattr__(name: str):
    if name == "__version__":
        return _version()
    if name not in _WHERE:
        raise AttributeError(f"module 'bilan' has no attribute {name!r}")
    return getattr(import_module(f"bilan.{_WHERE[name]}"), name)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # slow to import

    try:
        return version("bilan")
    except PackageNotFoundError:  # used from a checkout that was not installed
        return "0"


def __dir__() -> list[str]:
    return __all__
