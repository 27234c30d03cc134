"""What an audit asks for and says, and which clause was audited in which year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from nmx_desk.domain.audits import AUDIT_KIND_NAMES
from nmx_desk.domain.cases import LONGEST_TEXT
from nmx_desk.domain.iso import CLAUSES, LONGEST_CLAUSES, clause_title, covered, numbers_in, order, spelled
from nmx_desk.i18n import N_, _, ngettext
from nmx_desk.services.audits import AuditProgramme, AuditSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.kit.table import Column
from nmx_desk.ui.quality.case_parts import NOBODY
from nmx_desk.ui.theme import Hue

CYCLE = 3
"""Years within which every clause is audited."""


@dataclass(frozen=True, kw_only=True)
class Covered:
    """A clause and the years in which it was audited, and is to be."""

    id: str
    held: tuple[int, ...]
    planned: tuple[int, ...]
    year: int

    @property
    def overdue(self) -> bool:
        """Whether no audit looked at it within the cycle."""
        return not any(self.year - CYCLE < year <= self.year for year in self.held)


def covered_lines(found: AuditProgramme, year: int) -> list[Covered]:
    """Every clause with its years."""
    return [Covered(id=one, held=found.held[one], planned=found.planned[one], year=year) for one in CLAUSES]


def _mark(year: int, found: Covered) -> Badge | None:
    if year in found.held:
        return Badge(_("audited"), Hue.OK, "circle-check")
    return Badge(_("planned"), Hue.INFO, "calendar") if year in found.planned else None


def _words(year: int, found: Covered) -> str:
    return getattr(_mark(year, found), "text", "–")


def _state(found: Covered) -> Badge:
    if found.overdue:
        return Badge(ngettext("Not in {n} year", "Not in {n} years", CYCLE).format(n=CYCLE), Hue.DANGER, "circle-alert")
    return Badge(_("Within the cycle"), Hue.OK, "circle-check")


def coverage_columns(this_year: int) -> list[Column[Covered]]:
    """A column for each year of the cycle and the next one."""

    def title(found: Covered) -> str:
        return clause_title(found.id)

    years = range(this_year - CYCLE + 1, this_year + 2)
    return [
        Column(key="clause", title=_("Clause"), text=title, strong=True, sort_key=lambda found: order(found.id)),
        *(Column(key=f"year{year - this_year}", title=str(year), text=partial(_words, year), badge=partial(_mark, year), width=104)
          for year in years),
        Column(key="state", title=_("State"), text=lambda found: _state(found).text, badge=_state, width=150),
    ]  # fmt: skip


def choosable(clauses: str) -> str:
    """The clauses of a text as they can be chosen: a chapter is all of it, a deeper number the clause it lies in."""
    return spelled(covered(clauses))


def conclusion_field() -> Field:
    """The text of the report."""
    return Field(name="conclusion", label=_("What the audit comes to"), kind="multiline", lines=6, max_length=LONGEST_TEXT, required=True)


def audit_fields(people: Sequence[tuple[str, str]], *, reported: bool) -> list[Field]:
    """An audit of the programme; ``reported``: with what it came to."""
    kinds = [(one, _(name)) for one, name in AUDIT_KIND_NAMES.items()]
    return [
        Field(name="title", label=_("What is audited"), required=True, span=0),
        Field(name="kind", label=_("Kind"), kind="choice", required=True, options=kinds, span=0),
        Field(name="planned_on", label=_("Planned on"), kind="date", required=True, span=0),
        Field(name="auditor_id", label=_("Who audits"), kind="choice", required=True, span=0,
              options=[*people, (NOBODY, _("Somebody from outside"))]),
        Field(name="auditor", label=_("Name, when from outside"), max_length=120, span=0),
        Field(name="clauses", label=_("Clauses of ISO 9001"), kind="several", lines=5, max_length=LONGEST_CLAUSES, span=0,
              options=[(number, number) for number in CLAUSES]),
        Field(name="extent", label=_("What is looked at"), kind="multiline", lines=2, max_length=1000),
        *([conclusion_field()] if reported else []),
    ]  # fmt: skip


def told_of(sheet: AuditSheet) -> list[tuple[str, str]]:
    """Titles and words of an audit."""
    one = sheet.audit
    days = [(one.planned_on, N_("planned {day}")), (one.held_on, N_("held {day}")), (one.reported_on, N_("reported {day}")),
            (one.closed_on, N_("closed {day}"))]  # fmt: skip
    return [
        (_("Kind"), _(AUDIT_KIND_NAMES[one.kind])), (_("Who audits"), sheet.auditor),
        (_("When"), ", ".join(_(words).format(day=dates.short(day)) for day, words in days if day is not None)),
        (_("Clauses of ISO 9001"), "\n".join(clause_title(number) for number in numbers_in(one.clauses))),
        (_("What is looked at"), one.extent), (_("What the audit comes to"), one.conclusion),
        (_("Why it was cancelled"), one.cancel_reason),
    ]  # fmt: skip
