"""A proposal as a reviewer sees it: on a terminal, as a table, as a table to change in a notebook, in the text."""

from dataclasses import replace

import pandas as pd
from markupsafe import escape

from bilan.data.ledgers import with_periods
from bilan.data.printed import parse_number
from bilan.press.adding import Proposal, dates_of
from bilan.press.ledger import changes, impossible, not_published
from bilan.press.text import fold, language_of
from bilan.show.tables import Table, show_table
from bilan.show.words import in_words
from bilan.untrusted import in_order

COLUMNS = ["indicator", "as_printed", "value", "qualifier", "period", "words", "look_at"]


def described(proposal: Proposal, at: int) -> str:
    """Return a proposed row as text for a terminal: the figure beside the text's own words, and what to look at."""
    one, row = proposal.found[at], proposal.rows.iloc[at]
    notes = [f"! {flag}" for flag in proposal.flags.get(at, [])] + [f"why: {one.why}"] * bool(one.why)
    figure = f"  {one.indicator:<26} {one.as_printed:>16}  {one.qualifier:<8} {row['period']}   {_standing(one)}"
    return "\n      ".join([figure, in_order(one.words), *notes])


def _standing(one) -> str:
    return "sure" if one.sure else "doubtful"


def left_out(proposal: Proposal) -> str:
    """Return the figures of other periods, a line each."""
    stated = ((one.period or "a period not said", one) for one in proposal.elsewhere)
    return "\n".join(f"  Left out, of {period}: {one.indicator} {one.as_printed}" for period, one in stated)


def review(proposal: Proposal) -> Table:
    """Return a proposal as a table: each figure, the text's own words around it, and what to look at."""
    rows = []
    for at, (one, row) in enumerate(zip(proposal.found, proposal.rows.itertuples(), strict=True)):
        look_at = "; ".join(proposal.flags.get(at, [])) or "–"
        words = in_order(one.words)
        rows.append([one.indicator, in_order(one.as_printed), one.value, one.qualifier, row.period, words, look_at])
    caption = f"Figures proposed for {proposal.year}: compare each with the text"
    return show_table(pd.DataFrame(rows, columns=COLUMNS), caption)


def compare(proposal: Proposal) -> str:
    """Return what would be replaced in the year's ledger, old → new, and what cannot be, a line each."""
    replaced = [f"Replaces {one}" for one in changes(proposal)]
    return "\n".join([*replaced, *(f"Cannot be: {one}" for one in impossible(proposal))])


def missing(proposal: Proposal) -> str:
    """Return the indicators whose full year would have no figure, in words, a line each."""
    return "\n".join(_label(name) for name in not_published(proposal))


def _label(indicator: str) -> str:
    return in_words("indicator", indicator, "en")


class Choice:
    """A proposal whose rows can be taken, left and changed; `taken` is what was chosen: at first what is sure."""

    def __init__(self, proposal: Proposal):
        self.proposal = proposal
        self.rows = [
            {"take": one.sure, "as_printed": one.as_printed, "period": row.period_start + "/" + row.period_end}
            for one, row in zip(proposal.found, proposal.rows.itertuples(), strict=True)
        ]

    @property
    def taken(self) -> Proposal:
        """Return the proposal with the rows taken, as changed. Raises InputError for a period that is none."""
        table = self.proposal.rows.astype({"value": object})
        for at, row in enumerate(self.rows):
            table.loc[at, ["period_start", "period_end"]] = dates_of(row["period"])
            if row["as_printed"] != table.loc[at, "as_printed"]:
                value, qualifier = parse_number(row["as_printed"], table.loc[at, "number_format"])
                table.loc[at, ["as_printed", "value", "qualifier"]] = [row["as_printed"], float(value), qualifier]
        changed = replace(self.proposal, rows=with_periods(table))
        return changed.taking([at for at, row in enumerate(self.rows) if row["take"]])

    def _ipython_display_(self) -> None:
        """Show a row of fields for each figure; a page that is exported has the table of `review` instead."""
        import ipywidgets as widgets
        from IPython.display import display

        lines = []
        for one, row in zip(self.proposal.found, self.rows, strict=True):
            fields = {
                "take": widgets.Checkbox(row["take"], description=_label(one.indicator), indent=False),
                "as_printed": widgets.Text(in_order(row["as_printed"])),
                "period": widgets.Text(row["period"]),
            }
            for (name, field), width in zip(fields.items(), ("25em", "12em", "16em"), strict=True):
                field.layout.width, field.layout.flex = width, "none"  # one below the other
                field.observe(lambda change, row=row, name=name: row.update({name: change["new"]}), "value")
            lines.append(widgets.HBox([*fields.values(), widgets.Label(_standing(one))]))
        display(widgets.VBox(lines))


class Highlighted:
    """A text with the figures proposed marked, and those left out underlined, each with its indicator beside it."""

    def __init__(self, proposal: Proposal):
        self.proposal = proposal

    def _repr_html_(self) -> str:
        text, pieces, done = self.proposal.text, [], 0
        marks = [(one, "mark") for one in self.proposal.found] + [(one, "u") for one in self.proposal.elsewhere]
        for one, tag in sorted(marks, key=lambda each: each[0].start):
            if one.start >= done:
                said = escape(in_order(text[one.start : one.end]))
                marked = f'<{tag} style="white-space: nowrap">{said}</{tag}><sub> {escape(_label(one.indicator))}</sub>'
                pieces += [escape(in_order(text[done : one.start])), marked]
                done = one.end
        pieces.append(escape(in_order(text[done:])))
        rtl = ' dir="rtl"' if language_of(fold(text).text) == "ar" else ""
        return f'<div{rtl} style="white-space: pre-wrap; max-width: 44em">{"".join(pieces)}</div>'

    def __repr__(self) -> str:
        return "\n".join(described(self.proposal, at) for at in range(len(self.proposal.found)))


choose, highlight = Choice, Highlighted  # as notebook 00 calls them
