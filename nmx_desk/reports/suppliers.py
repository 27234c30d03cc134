"""Suppliers on paper (C9): how each stands, with its agreement on data and its last score, and the scores of a period."""

from __future__ import annotations

from gettext import NullTranslations

from reportlab.platypus import Flowable

from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.paper import BODY, H1, Head, para, pdf
from nmx_desk.reports.records import PrintContext, Progress
from nmx_desk.reports.records_people import ScoreLine, SupplierLine, SupplierPrint
from nmx_desk.reports.satisfaction import decimal
from nmx_desk.reports.tables import Column, Rows, over, tiles


def suppliers(ctx: PrintContext, found: SupplierPrint, *, progress: Progress | None = None) -> bytes:
    """The report as PDF, on lying pages."""
    t = translator(ctx.language)
    head = Head(title=t.gettext("Suppliers"), period=formats.span(found.first, found.last, t), landscape=True)
    late = sum(one.late for one in found.suppliers)
    story: list[Flowable] = [
        para(t.gettext("Suppliers"), H1),
        tiles([
            (t.gettext("Suppliers"), str(len(found.suppliers)), ""),
            (t.gettext("Critical"), str(sum(one.critical for one in found.suppliers)), ""),
            (t.gettext("Scored in this period"), str(len({one.supplier for one in found.scores})), ""),
            (t.gettext("To be scored, late"), str(late), ""),
        ], head.width),
        *_standing(found, head.width, t), *_scores(found, head.width, t),
    ]  # fmt: skip
    return pdf(ctx, head, story, progress)


def _standing(found: SupplierPrint, width: float, t: NullTranslations) -> list[Flowable]:
    if not found.suppliers:
        return [para(t.gettext("There are no suppliers in the register."), BODY)]
    columns = [
        Column(t.gettext("Supplier"), 24, bold=True), Column(t.gettext("Kind"), 16), Column(t.gettext("Weight"), 9),
        Column(t.gettext("Agreement on data"), 19), Column(t.gettext("Score"), 8, "RIGHT"), Column(t.gettext("Score before"), 8, "RIGHT"),
        Column(t.gettext("What follows"), 20), Column(t.gettext("To be scored"), 14),
    ]  # fmt: skip
    return [*over(t.gettext("How they stand")), Rows(columns, [_row(one, t) for one in found.suppliers], width=width)]


def _row(one: SupplierLine, t: NullTranslations) -> list[str]:
    agreement = one.agreement + (f" ({formats.short_day(one.agreement_to)})" if one.agreement_to else "")
    due = formats.short_day(one.due_on) if one.due_on else "–"
    return [
        one.name, one.kind, t.gettext("Critical") if one.critical else "–", agreement,
        decimal(one.last.mean, t) if one.last else "–", decimal(one.before, t) if one.before is not None else "–",
        one.last.verdict if one.last else "–", due + (", " + t.gettext("late") if one.late else ""),
    ]  # fmt: skip


def _scores(found: SupplierPrint, width: float, t: NullTranslations) -> list[Flowable]:
    title = over(t.gettext("Scores in this period"))
    if not found.scores:
        return [*title, para(t.gettext("Nothing was scored in this period."), BODY)]
    columns = [
        Column(t.gettext("Supplier"), 20, bold=True), Column(t.gettext("Day"), 11),
        *(Column(name, 8.5, "RIGHT") for name in found.points), Column(t.gettext("Mean"), 12, "RIGHT"),
        Column(t.gettext("What follows"), 16), Column(t.gettext("Remark"), 22),
    ]  # fmt: skip
    return [*title, Rows(columns, [_score(one, len(found.points), t) for one in found.scores], width=width)]


def _score(one: ScoreLine, count: int, t: NullTranslations) -> list[str]:
    points = ["–" if point is None else str(point) for point in (*one.points, *[None] * count)[:count]]
    return [one.supplier, formats.short_day(one.day), *points, decimal(one.mean, t), one.verdict, one.text]
