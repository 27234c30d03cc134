"""The log on paper: who saw and changed what, as sentences (D1); what was changed, from what to what (D2)."""

from __future__ import annotations

from reportlab.platypus import Flowable, Spacer

from nmx_desk.i18n import translator
from nmx_desk.reports import formats
from nmx_desk.reports.paper import BODY, H1, SMALL, Head, para, pdf
from nmx_desk.reports.records import AccessPrint, PrintContext, Progress, SeenPrint
from nmx_desk.reports.tables import Column, Rows


def access_log(ctx: PrintContext, log: AccessPrint, *, progress: Progress | None = None) -> bytes:
    """The entries of a client or of everybody in a period as PDF, in the order given."""
    t = translator(ctx.language)
    period = formats.span(log.first, log.last, t)
    selection = t.gettext("Selection from the log")
    title = selection if log.filter_text else t.gettext("Access log")
    head = Head(title=title, period=period, filter_text=log.filter_text or ctx.filter_text or t.gettext("none"))
    subject = t.gettext("Access log of {name}").format(name=log.subject) if log.subject else t.gettext("Access log of the clinic")
    n = len(log.rows)
    count = t.ngettext("{n} entry, {period}.", "{n} entries, {period}.", n).format(n=formats.whole(n, t), period=period)
    story: list[Flowable] = [para(selection if log.filter_text else subject, H1), para(count, BODY)]
    columns = [
        Column(t.gettext("No."), 8, "RIGHT"),
        Column(t.gettext("When"), 20),
        Column(t.gettext("Who"), 20),
        Column(t.gettext("What"), 36),
        Column(t.gettext("What for, reason"), 16),
    ]
    glass = t.gettext("EMERGENCY ACCESS")
    rows = [
        [
            formats.whole(row.seq, t),
            formats.moment(row.at, ctx.zone),
            f"{row.who}\n{row.role}" if row.role else row.who,
            row.sentence,
            "\n".join(x for x in (row.why, glass if row.break_glass else "", row.reason) if x),
        ]
        for row in log.rows
    ]
    if rows:
        story.append(Rows(columns, rows))
    else:
        story.append(para(t.gettext("Nobody saw or changed anything in this period."), BODY))
    note = t.gettext(
        "Times are the clinic's clock. The number is the place of the entry in the log, with which it can be found and proved."
    )
    return pdf(ctx, head, [*story, Spacer(0, 6), para(note, SMALL)], progress)


def change_log(ctx: PrintContext, log: AccessPrint, *, progress: Progress | None = None) -> bytes:
    """What was changed in a period, of a client or of everybody, with old and new values, as PDF in the order given."""
    t = translator(ctx.language)
    period = formats.span(log.first, log.last, t)
    head = Head(title=t.gettext("Change log"), period=period, filter_text=ctx.filter_text or t.gettext("none"))
    subject = t.gettext("Change log of {name}").format(name=log.subject) if log.subject else t.gettext("Change log of the clinic")
    n = len(log.rows)
    count = t.ngettext("{n} change, {period}.", "{n} changes, {period}.", n).format(n=formats.whole(n, t), period=period)
    columns = [
        Column(t.gettext("No."), 8, "RIGHT"),
        Column(t.gettext("When, who"), 23),
        Column(t.gettext("What"), 29),
        Column(t.gettext("Old → new"), 40),
    ]
    glass = t.gettext("EMERGENCY ACCESS")
    rows = [
        [
            formats.whole(row.seq, t),
            "\n".join(filter(None, (formats.moment(row.at, ctx.zone), row.who, row.role))),
            "\n".join(filter(None, (row.sentence, glass if row.break_glass else "", row.reason))),
            row.change,
        ]
        for row in log.rows
    ]
    story: list[Flowable] = [para(subject, H1), para(count, BODY)]
    story.append(Rows(columns, rows) if rows else para(t.gettext("Nothing was changed in this period."), BODY))
    note = t.gettext(
        "Long values are shortened here; the log page shows them whole. What was destroyed is destroyed in the log as well: only that it"
        " was there still stands in it."
    )
    return pdf(ctx, head, [*story, Spacer(0, 6), para(note, SMALL)], progress)


def seen_list(ctx: PrintContext, seen: SeenPrint, *, progress: Progress | None = None) -> bytes:
    """Who saw a client's file and why, for the client, as PDF in the order given."""
    t = translator(ctx.language)
    period = formats.span(seen.first, seen.last, t) if seen.first and seen.last else t.gettext("from the beginning until today")
    title = t.gettext("Who saw my file")
    story: list[Flowable] = [
        para(t.gettext("Who saw the file of {name}").format(name=f"{seen.client} ({seen.client_no})"), H1),
        para(t.gettext("Everybody who looked at your file or changed something in it: on which day, in which role, and for what."), BODY),
    ]
    columns = [
        Column(t.gettext("Day"), 14),
        Column(t.gettext("Who"), 20),
        Column(t.gettext("What"), 38),
        Column(t.gettext("Why"), 28),
    ]
    rows = [[formats.short_day(row.day), "\n".join(filter(None, (row.who, row.role))), row.what, row.why] for row in seen.rows]
    story.append(Rows(columns, rows) if rows else para(t.gettext("Nobody saw or changed your file in this period."), BODY))
    note = t.gettext(
        "This list is made from the practice's log, in which every look at a file is written down before the file is shown. Ask the"
        " practice about anything you do not understand, or if you think that somebody should not have looked."
    )
    return pdf(ctx, Head(title=title, period=period, filter_text=""), [*story, Spacer(0, 6), para(note, SMALL)], progress)
