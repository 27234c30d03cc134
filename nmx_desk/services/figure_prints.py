"""The figures as reports: the month (C1)."""

from __future__ import annotations

from nmx_desk.data import figures as data
from nmx_desk.domain import kpi_words
from nmx_desk.domain.kpi import MonthFigures, Period, Unit, month_figures
from nmx_desk.i18n import N_, _, language, translator
from nmx_desk.reports.records import PrintContext
from nmx_desk.reports.sheets import Sheet
from nmx_desk.services.desk import Work
from nmx_desk.services.report_base import Made, Wanted, print_progress

UNITS = {Unit.COUNT: N_("count"), Unit.PERCENT: N_("percent"), Unit.HOURS: N_("hours"), Unit.DAYS: N_("days"), Unit.POINTS: N_("points")}


def month(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """The figures of a period, with funnel and weeks."""
    facts = data.facts(work.store, work.clinic, ctx.generated_at, wanted.first, wanted.last)
    found = month_figures(facts, Period(wanted.first, wanted.last))
    if wanted.as_table:
        return _sheets(found)
    from nmx_desk.reports.month import month_report

    return month_report(ctx, found, progress=print_progress(work))


def _sheets(found: MonthFigures) -> tuple[Sheet, ...]:
    t = translator(language())
    columns = (_("Code"), _("Figure"), _("Value"), _("Unit"), _("Numerator"), _("Denominator"), _("Remarks"))
    figures = tuple(
        (f.key, kpi_words.name(f.key, t), None if f.value is None else round(f.value, 4), _(UNITS[f.unit]), f.numerator, f.denominator,
         kpi_words.notes_text(f, t)) for f in found.figures
    )  # fmt: skip
    funnel = tuple((kpi_words.stage(key, t), n) for key, n in found.funnel)
    weeks = tuple((week.first, week.requests, week.held, week.no_show) for week in found.weeks)
    return (
        Sheet(columns, figures, title=_("Figures"), definitions=found.definition_version),
        Sheet((_("Step"), _("Requests")), funnel, title=_("From request to intake")),
        Sheet((_("Week from"), _("Requests"), _("Calls held"), _("No-show")), weeks, title=_("Per week")),
    )
