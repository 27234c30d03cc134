"""The figures as reports: the month (C1), the requests followed to their intake (C2), follow-up (C3). Nobody's name stands in them."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import NullTranslations

from nmx_desk.data import figures as data
from nmx_desk.data import figures_follow
from nmx_desk.data.figures_reach import Reach, clients_sources
from nmx_desk.data.people import names_by_id
from nmx_desk.domain import kpi, kpi_words
from nmx_desk.domain.cohorts import Cohort, Funnel
from nmx_desk.domain.cohorts import funnel as funnel_of
from nmx_desk.domain.follow_up_figures import Contacts, FollowUpFigures, follow_up
from nmx_desk.domain.kpi import Figure, Period, Unit
from nmx_desk.domain.plans import PILLAR_NAMES, SEVERITY_NAMES, STOP_REASON_NAMES, Pillar, Severity, StopReason
from nmx_desk.domain.requests import SOURCE_NAMES
from nmx_desk.i18n import N_, _, language, translator
from nmx_desk.reports.records import PrintContext
from nmx_desk.reports.sheets import Sheet
from nmx_desk.services.desk import Work
from nmx_desk.services.report_base import Made, Wanted, print_progress

UNITS = {
    Unit.COUNT: N_("count"), Unit.PERCENT: N_("percent"), Unit.HOURS: N_("hours"), Unit.DAYS: N_("days"), Unit.POINTS: N_("points"),
}  # fmt: skip


def month(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """All figures of a period with what they were before and their course, funnel and weeks."""
    period, filters = Period(wanted.first, wanted.last), wanted.chosen.filters
    reach = kpi.reach(period)
    facts = data.facts(work.store, work.clinic, ctx.generated_at, reach.first, reach.last, filters)
    found = kpi.month_figures(facts, period, filters)
    whole = kpi.dashboard(facts, period, filters)
    if wanted.as_table:
        t = translator(language())
        funnel = tuple((kpi_words.stage(key, t), n) for key, n in found.funnel)
        weeks = tuple((week.first, week.requests, week.held, week.no_show) for week in found.weeks)
        return (
            figure_sheet(found.figures, t, before=whole.before, definitions=found.definition_version),
            Sheet((_("Step"), _("Requests")), funnel, title=_("From request to intake")),
            Sheet((_("Week from"), _("Requests"), _("Calls held"), _("No-show")), weeks, title=_("Per week")),
            _course_sheet(whole, t),
        )
    from nmx_desk.reports.month import month_report

    return month_report(ctx, found, before=whole.before, trend=whole.trend, progress=print_progress(work))


def figure_sheet(figures: Sequence[Figure], t: NullTranslations, *, before: Sequence[Figure] = (), definitions: str = "") -> Sheet:
    """Figures as a table: value, unit, counts, what they were before, remarks."""
    old = {figure.key: figure for figure in before}
    columns = (_("Code"), _("Figure"), _("Value"), _("Unit"), _("Numerator"), _("Denominator"), _("Remarks"), _("Before"),
               _("Numerator before"), _("Denominator before"))  # fmt: skip
    return Sheet(columns, tuple(
        (f.key, kpi_words.name(f.key, t), _rounded(f.value), _(UNITS[f.unit]), f.numerator, f.denominator, kpi_words.notes_text(f, t),
         *_old(old.get(f.key))) for f in figures
    ), title=_("Figures"), definitions=definitions)  # fmt: skip


def _old(figure: Figure | None) -> tuple[float | None, int | None, int | None]:
    return (_rounded(figure.value), figure.numerator, figure.denominator) if figure is not None else (None, None, None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _course_sheet(whole: kpi.Dashboard, t: NullTranslations) -> Sheet:
    """A row a figure and month, so that a spreadsheet can turn it any way."""
    columns = (_("Code"), _("Figure"), _("Month"), _("Value"), _("Numerator"), _("Denominator"), _("Can still change"))
    return Sheet(columns, tuple(
        (key, kpi_words.name(key, t), point.first, _rounded(point.value), point.numerator, point.denominator,
         _("yes") if point.immature else _("no")) for key, points in whole.trend.items() for point in points
    ), title=_("Month by month"))  # fmt: skip


# -- requests followed to their intake ---------------------------------------------------------------------------------------------------


def funnel(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """Cohorts by month of receipt and by way in; those that can still change are said to be."""
    filters = wanted.chosen.filters
    facts = data.facts(work.store, work.clinic, ctx.generated_at, wanted.first, wanted.last, filters, whole=False)
    found = funnel_of(facts, Period(wanted.first, wanted.last), filters)
    if wanted.as_table:
        return _funnel_sheets(found)
    from nmx_desk.reports.funnel import funnel_report

    return funnel_report(ctx, found, {str(code): _(name) for code, name in SOURCE_NAMES.items()}, progress=print_progress(work))


def _funnel_sheets(found: Funnel) -> tuple[Sheet, ...]:
    t = translator(language())
    steps = tuple(kpi_words.stage(stage.key, t) for stage in found.whole.stages)
    more = (_("Intake held within 60 days"), _("Total conversion (%)"), _("Can still change"))

    def line(one: Cohort) -> tuple[object, ...]:
        open_ = _("yes") if one.held.immature else _("no")
        return (*(stage.count for stage in one.stages), one.held.numerator, _rounded(one.held.value), open_)

    return (
        Sheet((_("Month"), *steps, *more), tuple((one.first, *line(one)) for one in found.months), title=_("By month of receipt"),
              definitions=found.definition_version),
        Sheet((_("Source"), *steps, *more), tuple((_source(one.source), *line(one)) for one in found.sources), title=_("By source")),
    )  # fmt: skip


def _source(code: str) -> str:
    return {str(source): _(name) for source, name in SOURCE_NAMES.items()}.get(code, code)


# -- follow-up ---------------------------------------------------------------------------------------------------------------------------


def follow(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """Contacts held and missed, how plans ended, how far they were kept to, what was stopped and why, side effects."""
    filters, period = wanted.chosen.filters, Period(wanted.first, wanted.last)
    facts = data.facts(work.store, work.clinic, ctx.generated_at, wanted.first, wanted.last, filters)
    reach = Reach(work.store, work.clinic.zone, wanted.first, wanted.last, clients_sources(work.store) if filters.source else {})
    found = follow_up(facts, period, figures_follow.told(reach, filters), filters)
    names = names_by_id(work.store)
    if wanted.as_table:
        return _follow_sheets(found, names)
    from nmx_desk.reports.follow_up import follow_up_report

    return follow_up_report(ctx, found, names, progress=print_progress(work))


def _follow_sheets(found: FollowUpFigures, names: dict[str, str]) -> tuple[Sheet, ...]:
    t = translator(language())
    columns = (_("Due"), _("Held in time"), _("Held outside the days"), _("Overdue"), _("Still within the days"), _("Left out"))

    def line(one: Contacts) -> tuple[object, ...]:
        return one.due, one.in_window, one.outside, one.overdue, one.waiting, one.out

    told = found.told
    return (
        Sheet((_("Month"), *columns), tuple((one.first, *line(one)) for one in found.months), title=_("Contacts by month"),
              definitions=found.definition_version),
        Sheet((_("Practitioner"), *columns), tuple((names.get(one.practitioner_id, ""), *line(one)) for one in found.practitioners),
              title=_("Contacts by practitioner")),
        figure_sheet(found.figures, t),
        Sheet((_("Pillar"), _("Kept to (%)"), _("Times told")),
              tuple((_(PILLAR_NAMES[Pillar(one.pillar)]), _rounded(one.percent), one.told) for one in told.kept), title=_("Kept to")),
        Sheet((_("Reason"), _("Steps")), tuple((_(STOP_REASON_NAMES[StopReason(code)]), n) for code, n in told.stopped.items() if code),
              title=_("Steps stopped")),
        Sheet((_("Severity"), _("Side effects")), tuple((_(SEVERITY_NAMES[Severity(code)]), n) for code, n in told.effects.items()),
              title=_("Side effects")),
    )  # fmt: skip
