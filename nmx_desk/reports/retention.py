"""Retention and privacy requests on paper and as a table (D4): numbers and days, never a name."""

from __future__ import annotations

from reportlab.platypus import Flowable

from nmx_desk.i18n import _, translator
from nmx_desk.reports import formats
from nmx_desk.reports.paper import BODY, H1, H2, Head, para, pdf
from nmx_desk.reports.records import PrintContext, Progress, RetentionPrint
from nmx_desk.reports.sheets import Sheet
from nmx_desk.reports.tables import Column, Rows


def retention(ctx: PrintContext, found: RetentionPrint, *, progress: Progress | None = None) -> bytes:
    """The three lists as PDF."""
    t = translator(ctx.language)
    period = formats.span(found.first, found.last, t)
    story: list[Flowable] = [para(t.gettext("Retention and privacy requests"), H1)]
    parts = (
        (t.gettext("Due for destruction"), t.gettext("Kept until"), found.due, t.gettext("Nothing is due.")),
        (t.gettext("Requests received"), t.gettext("Received"), found.requests, t.gettext("Nobody asked anything in this period.")),
        (t.gettext("Destroyed"), t.gettext("On"), found.destroyed, t.gettext("Nothing was destroyed in this period.")),
    )
    for title, day, rows, nothing in parts:
        story.append(para(title, H2))
        if not rows:
            story.append(para(nothing, BODY))
            continue
        columns = [
            Column(t.gettext("Number"), 13, bold=True), Column(day, 17), Column(t.gettext("What"), 34), Column(t.gettext("State"), 36),
        ]  # fmt: skip
        story.append(Rows(columns, [[row.number, formats.day(row.day, t), row.what, row.state] for row in rows]))
    return pdf(ctx, Head(title=t.gettext("Retention and privacy requests"), period=period), story, progress)


def table(found: RetentionPrint) -> Sheet:
    """The three lists as one table."""
    columns = (_("List"), _("Number"), _("Day"), _("What"), _("State"))
    parts = ((_("Due for destruction"), found.due), (_("Requests received"), found.requests), (_("Destroyed"), found.destroyed))
    return Sheet(columns, tuple((title, row.number, row.day, row.what, row.state) for title, rows in parts for row in rows))
