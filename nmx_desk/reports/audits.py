"""The report of an audit (C15), the audit programme with what it covers (C13), the register of risks (C14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from gettext import NullTranslations

from reportlab.lib.colors import HexColor
from reportlab.platypus import CondPageBreak, Flowable, Spacer

from nmx_desk.domain.audits import AUDIT_KIND_NAMES, AUDIT_STATUS_NAMES, QualityAudit
from nmx_desk.domain.deviations import GRADE_NAMES
from nmx_desk.domain.iso import clause_title, numbers_in
from nmx_desk.domain.risks import LEVEL_NAMES, RISK_KIND_NAMES, RISK_STATUS_NAMES, TREATMENT_NAMES, Level, Risk, RiskKind, level
from nmx_desk.i18n import _, translator
from nmx_desk.reports import charts, formats
from nmx_desk.reports.capa import due_words, named
from nmx_desk.reports.paper import BODY, H1, H2, INK, SMALL, SOFT, STRONG, Head, fonts, para, pdf
from nmx_desk.reports.records import PrintContext, Progress
from nmx_desk.reports.records_capa import AuditLine, AuditPrint, ProgrammePrint, RiskLine, RiskPrint
from nmx_desk.reports.sheets import Sheet
from nmx_desk.reports.tables import Column, Rows, facts, over, tiles

LEVEL_TINTS = {Level.LOW: HexColor("#e4f4e8"), Level.MEDIUM: HexColor("#fdf1d9"), Level.HIGH: HexColor("#f6d5d1")}
SIDES, WIDE, HIGH, EDGE = 5, 62, 26, 70


def audit_report(ctx: PrintContext, found: AuditPrint, *, progress: Progress | None = None) -> bytes:
    """What was audited, what was found with its evidence, what it comes to."""
    t, one = translator(ctx.language), found.audit
    title = t.gettext("Audit report")
    pairs = [
        (t.gettext("Number"), one.number), (t.gettext("Kind"), t.gettext(AUDIT_KIND_NAMES[one.kind])),
        (t.gettext("State"), t.gettext(AUDIT_STATUS_NAMES[one.status])), (t.gettext("Who audits"), found.auditor),
        (t.gettext("When"), _days(one, t)), (t.gettext("Clauses of ISO 9001"), "\n".join(named(n, t) for n in numbers_in(one.clauses))),
        (t.gettext("What is looked at"), one.extent), (t.gettext("Why it was cancelled"), one.cancel_reason),
        (t.gettext("Files"), "\n".join(found.files)),
    ]  # fmt: skip
    story: list[Flowable] = [para(f"{title} – {one.title}", H1), facts([pair for pair in pairs if pair[1]])]
    if one.conclusion:
        story += [para(t.gettext("What the audit comes to"), H2), para(one.conclusion, BODY)]
    story += [*over(t.gettext("Findings"), 120), *_findings(found, t)]
    return pdf(ctx, Head(title=title, period=formats.day(one.held_on, t) if one.held_on else ""), story, progress)


def _days(one: QualityAudit, t: NullTranslations) -> str:
    days = ((t.gettext("planned {day}"), one.planned_on), (t.gettext("held {day}"), one.held_on),
            (t.gettext("reported {day}"), one.reported_on), (t.gettext("closed {day}"), one.closed_on))  # fmt: skip
    return ", ".join(words.format(day=formats.short_day(day)) for words, day in days if day is not None)


def _findings(found: AuditPrint, t: NullTranslations) -> list[Flowable]:
    if not found.findings:
        return [para(t.gettext("Nothing was written down."), BODY)]
    counted = Counter(line.finding.grade for line in found.findings)
    said = ", ".join(f"{n} × {t.gettext(GRADE_NAMES[grade]).lower()}" for grade, n in sorted(counted.items()))
    columns = [Column(t.gettext("No."), 5), Column(t.gettext("Grade"), 16, bold=True), Column(t.gettext("Clause"), 11),
               Column(t.gettext("What was found"), 29), Column(t.gettext("What was seen that shows it"), 23),
               Column(t.gettext("Follow-up"), 16)]  # fmt: skip
    rows = [
        [str(line.finding.position), t.gettext(GRADE_NAMES[line.finding.grade]), line.finding.clause, line.finding.text,
         line.finding.evidence or "–", line.follow_up or "–"] for line in found.findings
    ]  # fmt: skip
    return [para(said, SMALL), Rows(columns, rows)]


# -- the programme -----------------------------------------------------------------------------------------------------------------------


def programme_report(ctx: PrintContext, found: ProgrammePrint, *, progress: Progress | None = None) -> bytes:
    """The audits of a period, and which clause was audited in which year."""
    t = translator(ctx.language)
    title = t.gettext("Audit programme")
    story: list[Flowable] = [para(title, H1)]
    columns = [Column(t.gettext("Number"), 12, bold=True), Column(t.gettext("What is audited"), 27), Column(t.gettext("Clauses"), 17),
               Column(t.gettext("When"), 13), Column(t.gettext("Who audits"), 17), Column(t.gettext("State"), 14)]  # fmt: skip
    rows = [
        [line.audit.number, f"{line.audit.title}\n{t.gettext(AUDIT_KIND_NAMES[line.audit.kind])}", ", ".join(line.audit.clauses.split()),
         formats.short_day(line.audit.held_on or line.audit.planned_on), line.auditor or "–", _state(line, t)]
        for line in found.audits
    ]  # fmt: skip
    story += [Rows(columns, rows)] if rows else [para(t.gettext("No audit lies in this period."), BODY)]
    story += [CondPageBreak(160), *over(t.gettext("Which clause was audited when"), 120)]
    text = t.gettext("●: audited in that year; ○: planned. Every clause is audited at least once in three years.")
    marks = {"held": "●", "planned": "○", "": ""}
    columns = [Column(t.gettext("Clause"), 60, bold=True), *(Column(str(year), 10) for year in found.years)]
    empty = ("",) * len(found.years)
    cells = [[named(clause, t), *(marks.get(mark, mark) for mark in (*of, *empty)[: len(empty)])] for clause, of in found.coverage]
    story += [para(text, SMALL), Rows(columns, cells)]
    return pdf(ctx, Head(title=title, period=formats.span(found.first, found.last, t)), story, progress)


def _state(line: AuditLine, t: NullTranslations) -> str:
    said = [t.gettext(AUDIT_STATUS_NAMES[line.audit.status]), t.gettext("late") if line.late else ""]
    said += [t.ngettext("{n} finding", "{n} findings", line.findings).format(n=line.findings)] if line.findings else []
    said += [t.gettext("{n} to be registered as nonconformity").format(n=line.waiting)] if line.waiting else []
    return "\n".join(filter(None, said))


def programme_table(found: ProgrammePrint) -> tuple[Sheet, ...]:
    """The audits, and the clauses by year."""
    columns = (
        _("Number"), _("Kind"), _("What is audited"), _("Clauses"), _("Planned on"),
        _("Held on"), _("Who audits"), _("State"), _("Findings"),
    )  # fmt: skip
    rows = tuple(
        (line.audit.number, _(AUDIT_KIND_NAMES[line.audit.kind]), line.audit.title, line.audit.clauses, line.audit.planned_on,
         line.audit.held_on, line.auditor, _(AUDIT_STATUS_NAMES[line.audit.status]), line.findings) for line in found.audits
    )  # fmt: skip
    marks = {"held": _("audited"), "planned": _("planned"), "": None}
    covered = tuple((clause_title(clause), *(marks.get(mark, mark) for mark in of)) for clause, of in found.coverage)
    return Sheet(columns, rows, _("Programme")), Sheet((_("Clause"), *map(str, found.years)), covered, _("Clauses"))


# -- risks -------------------------------------------------------------------------------------------------------------------------------


def risk_report(ctx: PrintContext, found: RiskPrint, *, progress: Progress | None = None) -> bytes:
    """The picture, the register, and each one with what is done about it."""
    t = translator(ctx.language)
    title = t.gettext("Register of risks and opportunities")
    dangers = [line.risk for line in found.rows if line.risk.kind is RiskKind.RISK]
    high = sum(level(risk.weight) is Level.HIGH for risk in dangers)
    late = sum(line.late for line in found.rows)
    story: list[Flowable] = [para(title, H1), tiles([
        (t.gettext("Watched"), str(len(found.rows)), t.gettext("{n} closed").format(n=len(found.closed))),
        (t.gettext("Risks of high weight"), str(high), ""),
        (t.gettext("To be looked at again"), str(late), t.gettext("the day has passed")),
    ])]  # fmt: skip
    if dangers:
        weights = [(risk.chance, risk.impact) for risk in dangers]
        text = t.gettext("How many risks there are at each chance (upwards) and impact (to the right), 1–5; weight is chance times impact.")
        story += [para(t.gettext("Chance and impact"), H2), para(text, SMALL), _matrix(weights, t), Spacer(0, 6)]
    story += [*over(t.gettext("All that are watched"), 110), *_register(found, t)]
    story += over(t.gettext("One by one"), 140) if found.rows else []
    for line in found.rows:
        story += _risk(line, t)
    return pdf(ctx, Head(title=title, cut_off=formats.day(found.day, t)), story, progress)


def _matrix(weights: Sequence[tuple[int, int]], t: NullTranslations) -> Flowable:
    """The 5 × 5 picture; its numbers stand in the register below as well."""
    fonts()
    counted = Counter(weights)
    said = [t.gettext("chance {chance}, impact {impact}: {n}").format(chance=c, impact=i, n=n) for (c, i), n in sorted(counted.items())]
    made = charts.Picture(EDGE + SIDES * WIDE, SIDES * HIGH + 18, "; ".join(said))
    for chance in range(1, SIDES + 1):
        for impact in range(1, SIDES + 1):
            x, y, n = EDGE + (impact - 1) * WIDE, 18 + (chance - 1) * HIGH, counted[chance, impact]
            made.add(charts.block(x, y, WIDE - 2, HIGH - 2, LEVEL_TINTS[level(chance * impact)]))
            if n:
                made.add(charts.words(x + WIDE / 2 - 1, y + HIGH / 2 - 4, str(n), bold=True, colour=INK, anchor="middle", size=10))
        made.add(charts.words(EDGE - 8, 18 + (chance - 1) * HIGH + HIGH / 2 - 4, str(chance), colour=SOFT, anchor="end"))
        made.add(charts.words(EDGE + (chance - 1) * WIDE + WIDE / 2, 5, str(chance), colour=SOFT, anchor="middle"))
    return made


def _weight(weight: int | None, t: NullTranslations) -> str:
    return "–" if weight is None else f"{weight} ({t.gettext(LEVEL_NAMES[level(weight)]).lower()})"


def _register(found: RiskPrint, t: NullTranslations) -> list[Flowable]:
    if not found.rows:
        return [para(t.gettext("None is watched."), BODY)]
    columns = [Column(t.gettext("Number"), 10, bold=True), Column(t.gettext("What"), 27), Column(t.gettext("Kind"), 12),
               Column(t.gettext("Weight"), 18), Column(t.gettext("Weight that is left"), 18),
               Column(t.gettext("Look at it again on"), 15)]  # fmt: skip
    rows = [
        [line.risk.number, line.risk.title, t.gettext(RISK_KIND_NAMES[line.risk.kind]), _weight(line.risk.weight, t),
         _weight(line.risk.rest_weight, t), due_words(line.risk.review_on, found.day, t) if line.risk.review_on else "–"]
        for line in found.rows
    ]  # fmt: skip
    return [Rows(columns, rows)]


def _risk(line: RiskLine, t: NullTranslations) -> list[Flowable]:
    one = line.risk
    pairs = [
        (t.gettext("State"), t.gettext(RISK_STATUS_NAMES[one.status])), (t.gettext("Part of the clinic"), one.area),
        (t.gettext("What makes it happen"), one.cause), (t.gettext("What it would lead to"), one.consequence),
        (t.gettext("Weight"), _product(one.chance, one.impact, t)), (t.gettext("Weighed on"), formats.short_day(one.assessed_on)),
        (t.gettext("What is done"), t.gettext(TREATMENT_NAMES[one.treatment])),
        (t.gettext("Measures"), "\n".join(filter(None, (one.measures, *line.actions)))),
        (t.gettext("Weight that is left"), _product(one.rest_chance, one.rest_impact, t)),
        (t.gettext("Clause of ISO 9001"), named(one.clause, t)), (t.gettext("Who handles it"), line.owner),
    ]  # fmt: skip
    return [CondPageBreak(110), para(f"{one.number}  {one.title}", STRONG), facts([pair for pair in pairs if pair[1]])]


def _product(chance: int | None, impact: int | None, t: NullTranslations) -> str:
    if chance is None or impact is None:
        return ""
    return t.gettext("chance {chance} × impact {impact} = {weight}").format(chance=chance, impact=impact, weight=chance * impact)


def risk_table(found: RiskPrint) -> Sheet:
    """A row each, those that are closed last."""
    columns = (
        _("Number"), _("Kind"), _("What"), _("Part of the clinic"), _("State"), _("Chance (1–5)"), _("Impact (1–5)"), _("Weight"),
        _("What is done"), _("Measures"), _("Weight that is left"), _("Who handles it"), _("Weighed on"), _("Look at it again on"),
    )  # fmt: skip
    return Sheet(columns, tuple(_risk_cells(line.risk, line.owner) for line in (*found.rows, *found.closed)))


def _risk_cells(one: Risk, owner: str) -> tuple[object, ...]:
    return (
        one.number, _(RISK_KIND_NAMES[one.kind]), one.title, one.area, _(RISK_STATUS_NAMES[one.status]), one.chance, one.impact, one.weight,
        _(TREATMENT_NAMES[one.treatment]), one.measures, one.rest_weight, owner, one.assessed_on, one.review_on,
    )  # fmt: skip
