"""Satisfaction (C7), competences (C8) and suppliers (C9) as reports. No client stands in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from nmx_desk.domain.competence import GAPS, STANDING_NAMES, Judged, Standing
from nmx_desk.domain.people import ROLE_NAMES
from nmx_desk.domain.satisfaction import ASKED_AT_NAMES, SatisfactionAnswer, Summary, summary
from nmx_desk.domain.suppliers import AGREEMENT_NAMES, POINTS, SUPPLIER_KIND_NAMES, VERDICT_NAMES, SupplierReview, mean_score
from nmx_desk.i18n import _
from nmx_desk.reports.records import PrintContext
from nmx_desk.reports.records_people import (
    CompetenceLine,
    CompetencePrint,
    SatisfactionLine,
    SatisfactionPrint,
    ScoreLine,
    SupplierLine,
    SupplierPrint,
    WordsLine,
)
from nmx_desk.reports.sheets import Sheet
from nmx_desk.services import competences as register
from nmx_desk.services.cases import reads_words
from nmx_desk.services.competences import CompetenceRow, CompetenceSheet, NeedRow, Person
from nmx_desk.services.desk import Work
from nmx_desk.services.report_base import Made, Wanted, print_progress
from nmx_desk.services.satisfaction import A_DAY, by_quarter, practitioners
from nmx_desk.services.suppliers import SupplierRow, supplier_rows

# -- C7 ----------------------------------------------------------------------------------------------------------------------------------


def satisfaction(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """What the answers of a period say; of one practitioner, when that was chosen."""
    who = wanted.chosen.practitioner_id
    found = [one for one in work.store.find(SatisfactionAnswer) if who in {"", one.practitioner_id}]
    made = satisfaction_print(work, found, wanted.first, wanted.last)
    if wanted.as_table:
        return _satisfaction_sheets(made)
    from nmx_desk.reports.satisfaction import satisfaction as paper

    return paper(ctx, made, progress=print_progress(work))


def satisfaction_print(work: Work, found: list[SatisfactionAnswer], first: date, last: date) -> SatisfactionPrint:
    """The answers of a period as they are printed."""
    whole, before = summary(found, first, last), summary(found, first - (last - first) - A_DAY, first - A_DAY)
    names = dict(practitioners(work, everybody=True))
    here = [one for one in found if first <= one.answered_on <= last]

    def of(name: str, belongs: Callable[[SatisfactionAnswer], bool]) -> SatisfactionLine:
        return _line(name, summary([one for one in found if belongs(one)], first, last))

    by_whom = [of(name, lambda one, who=who: one.practitioner_id == who) for who, name in names.items()]  # type: ignore[misc]
    by_moment = [of(_(name), lambda one, at=at: one.moment == at) for at, name in ASKED_AT_NAMES.items()]  # type: ignore[misc]
    nobodys = [one for one in here if one.text and one.client_id is None and reads_words(work, None)]
    return SatisfactionPrint(
        first=first, last=last, whole=_line(_("Whole period"), whole), before=_line("", before), scores=whole.scores, marks=whole.marks,
        promoters=whole.promoters, detractors=whole.detractors, indicative=whole.indicative,
        quarters=tuple(
            _line(_("{year}, quarter {n}").format(year=one.first.year, n=(one.first.month + 2) // 3), one.summary)
            for one in by_quarter(found, last)
        ),
        practitioners=tuple(one for one in by_whom if one.answers), moments=tuple(one for one in by_moment if one.answers),
        words=tuple(
            WordsLine(day=one.answered_on, moment=_(ASKED_AT_NAMES[one.moment]), text=one.text)
            for one in sorted(nobodys, key=lambda one: (one.answered_on, one.id))
        ),
    )  # fmt: skip


def _line(name: str, found: Summary) -> SatisfactionLine:
    return SatisfactionLine(name=name, answers=found.answers, recommending=found.recommending, nps=found.nps, mean=found.mean)


def _satisfaction_sheets(made: SatisfactionPrint) -> tuple[Sheet, ...]:
    def rows(lines: Iterable[SatisfactionLine]) -> tuple[tuple[object, ...], ...]:
        return tuple((one.name, one.answers, one.recommending, _rounded(one.nps), _rounded(one.mean, 2)) for one in lines)

    columns = (_("Quarter"), _("Answers"), _("Scored by"), "NPS", _("Mean mark"))
    given = tuple((n, made.scores[n], made.marks[n] if n else None) for n in range(11))
    words = tuple((one.day, one.moment, one.text) for one in made.words)
    return (
        Sheet(columns, (*rows(made.quarters), *rows([made.whole])), title=_("By quarter")),
        Sheet((_("Value"), _("Would recommend"), _("Mark")), given, title=_("What was given")),
        Sheet((_("Practitioner"), *columns[1:]), rows(made.practitioners), title=_("By practitioner")),
        Sheet((_("Asked"), *columns[1:]), rows(made.moments), title=_("By moment")),
        Sheet((_("Day"), _("Asked"), _("In their own words")), words, title=_("Words")),
    )  # fmt: skip


def _rounded(value: float | None, places: int = 1) -> float | None:
    return None if value is None else round(value, places)


# -- C8 ----------------------------------------------------------------------------------------------------------------------------------


def competences(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """Gaps, what ends within 90 days, the matrix, everything."""
    made = competence_print(register.competence_sheet(work))
    if wanted.as_table:
        return _competence_sheets(made)
    from nmx_desk.reports.competence import competences as paper

    return paper(ctx, made, progress=print_progress(work))


def competence_print(sheet: CompetenceSheet) -> CompetencePrint:
    """Everybody against everything, as it is printed."""
    asked = [(row, person, row.cells[person.user_id]) for row in sheet.needs for person in sheet.people if person.user_id in row.cells]
    people = {person.user_id: person for person in sheet.people}
    held = [row for row in sheet.rows if not row.over]
    return CompetencePrint(
        day=sheet.today, gaps=tuple(_asked(*one) for one in asked if one[2].standing in GAPS),
        ending=tuple(_held(row, people) for row in held if row.standing is Standing.SOON),
        people=tuple(person.name for person in sheet.people),
        needs=tuple((row.need.name, *(_cell(row.cells.get(person.user_id)) for person in sheet.people)) for row in sheet.needs),
        all=tuple(_held(row, people) for row in sorted(held, key=lambda row: (row.person, row.competence.name.casefold()))),
    )  # fmt: skip


def _asked(row: NeedRow, person: Person, cell: Judged) -> CompetenceLine:
    points = f" ({cell.points}/{row.need.points})" if cell.points is not None else ""
    return CompetenceLine(
        person=person.name, role=_(ROLE_NAMES[row.need.role]), need=row.need.name, state=_(STANDING_NAMES[cell.standing]) + points,
        shown_by=cell.by.name if cell.by else "", valid_to=cell.by.valid_to if cell.by else None,
    )  # fmt: skip


def _held(row: CompetenceRow, people: dict[str, Person]) -> CompetenceLine:
    one = row.competence
    roles = ", ".join(sorted(_(ROLE_NAMES[role]) for role in people[one.user_id].roles))
    return CompetenceLine(
        person=row.person, role=roles, need=row.need or one.name, state=_(STANDING_NAMES[row.standing]), shown_by=one.name,
        valid_to=one.valid_to,
    )  # fmt: skip


def _cell(cell: Judged | None) -> str:
    if cell is None:
        return "–"
    if cell.points is not None or cell.by is None or cell.by.valid_to is None:
        return _(STANDING_NAMES[cell.standing]) + (f" ({cell.points})" if cell.points is not None else "")
    return f"{_(STANDING_NAMES[cell.standing])} ({cell.by.valid_to:%m-%Y})"


def _competence_sheets(made: CompetencePrint) -> tuple[Sheet, ...]:
    columns = (_("Who"), _("Role"), _("Competence"), _("State"), _("Shown by"), _("Valid until"))

    def rows(lines: Iterable[CompetenceLine]) -> tuple[tuple[object, ...], ...]:
        return tuple((one.person, one.role, one.need, one.state, one.shown_by, one.valid_to) for one in lines)

    return (
        Sheet(columns, rows((*made.gaps, *made.all)), title=_("Everything")),
        Sheet(columns, rows(made.gaps), title=_("Missing")),
        Sheet((_("Competence"), *made.people), made.needs, title=_("Matrix")),
    )


# -- C9 ----------------------------------------------------------------------------------------------------------------------------------


def suppliers(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """How suppliers stand, and their scores in a period."""
    made = supplier_print(supplier_rows(work), work.today(), wanted.first, wanted.last)
    if wanted.as_table:
        return _supplier_sheets(made)
    from nmx_desk.reports.suppliers import suppliers as paper

    return paper(ctx, made, progress=print_progress(work))


def supplier_print(found: Iterable[SupplierRow], today: date, first: date, last: date) -> SupplierPrint:
    """The register as it is printed: who is used now, and every score of the period."""
    rows = list(found)
    return SupplierPrint(
        first=first, last=last, points=tuple(_(name) for name in POINTS.values()),
        suppliers=tuple(_supplier(row, today) for row in rows if row.supplier.ended_on is None),
        scores=tuple(
            _score(row.supplier.name, review) for row in rows for review in row.reviews if first <= review.reviewed_on <= last
        ),
    )  # fmt: skip


def _supplier(row: SupplierRow, today: date) -> SupplierLine:
    earlier = row.reviews[-2] if len(row.reviews) > 1 else None
    return SupplierLine(
        name=row.supplier.name, kind=_(SUPPLIER_KIND_NAMES[row.supplier.kind]), critical=row.supplier.is_critical,
        agreement=_(AGREEMENT_NAMES[row.agreement]), agreement_to=row.supplier.agreement_to if row.supplier.has_data else None,
        last=_score(row.supplier.name, row.newest) if row.newest else None, before=mean_score(earlier) if earlier else None,
        due_on=row.due_on, late=row.due_on is not None and row.due_on < today,
    )  # fmt: skip


def _score(name: str, review: SupplierReview) -> ScoreLine:
    return ScoreLine(
        supplier=name, day=review.reviewed_on, points=tuple(getattr(review, key) for key in POINTS), mean=mean_score(review),
        verdict=_(VERDICT_NAMES[review.verdict]), text=review.text,
    )  # fmt: skip


def _supplier_sheets(made: SupplierPrint) -> tuple[Sheet, ...]:
    scores = tuple(
        (one.supplier, one.day, *one.points, _rounded(one.mean, 2), one.verdict, one.text) for one in made.scores
    )  # fmt: skip
    standing = tuple(
        (one.name, one.kind, _("Critical") if one.critical else "", one.agreement, one.agreement_to,
         _rounded(one.last.mean, 2) if one.last else None, _rounded(one.before, 2), one.last.verdict if one.last else "", one.due_on)
        for one in made.suppliers
    )  # fmt: skip
    columns = (
        _("Supplier"), _("Kind"), _("Weight"), _("Agreement on data"), _("Until"), _("Score"), _("Score before"), _("What follows"),
        _("To be scored"),
    )  # fmt: skip
    return (
        Sheet(columns, standing, title=_("Suppliers")),
        Sheet((_("Supplier"), _("Day"), *made.points, _("Mean"), _("What follows"), _("Remark")), scores, title=_("Scores")),
    )
